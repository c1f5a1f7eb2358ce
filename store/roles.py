"""Who somebody is in the university, as far as the assistant cares."""

from __future__ import annotations

import re
from enum import StrEnum


class Role(StrEnum):
    """What a person is; one at a time."""

    GUEST = "guest"
    STUDENT = "student"
    ALUMNI = "alumni"
    LECTURER = "lecturer"
    HEAD_OF_PROGRAMME = "head_of_programme"
    DEANS_OFFICE = "deans_office"
    ACADEMIC_ADMINISTRATION = "academic_administration"
    """BAAK."""
    QUALITY_OFFICE = "quality_office"
    """LPM and UPMF."""
    OTHER_STAFF = "other_staff"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    """Comes from the settings alone; nobody can be made one in a chat."""

    @property
    def is_public(self) -> bool:
        """Whether a person takes the role by saying so."""
        return self in PUBLIC_ROLES


PUBLIC_ROLES = frozenset({Role.GUEST, Role.STUDENT, Role.ALUMNI})
GRANTED_ROLES = frozenset(Role) - PUBLIC_ROLES - {Role.ADMINISTRATOR}
"""Roles that an invitation or an approval gives."""

_NAMES = {
    Role.LECTURER: ("dosen", "dosen tetap", "dosen tidak tetap", "tenaga pengajar", "lecturer"),
    Role.HEAD_OF_PROGRAMME: (
        "kaprodi",
        "kepala program studi",
        "ketua prodi",
        "ketua program studi",
        "head of program",
        "head of programme",
        "head of study program",
        "head of study programme",
    ),
    Role.DEANS_OFFICE: ("dekan", "dekanat", "wadek", "wakil dekan", "dean", "vice dean", "deans office"),
    Role.ACADEMIC_ADMINISTRATION: ("baak", "administrasi akademik", "academic administration"),
    Role.QUALITY_OFFICE: (
        "gpm",
        "kantor mutu",
        "lembaga penjaminan mutu",
        "lpm",
        "penjaminan mutu",
        "upmf",
        "quality assurance",
        "quality office",
    ),
    Role.OTHER_STAFF: (
        "staf",
        "staf lain",
        "staf lainnya",
        "tenaga kependidikan",
        "tendik",
        "other staff",
        "staff",
    ),
    Role.COORDINATOR: ("koordinator", "coordinator"),
}
"""What the roles that are given are called in lists and commands, in both languages, in small letters."""

SHOWN_NAMES = "dosen, kaprodi, dekanat, BAAK, LPM, staf, koordinator"
"""One name of each given role, for messages."""

_BY_NAME = {name: role for role, names in _NAMES.items() for name in names}


def role_called(words: str) -> Role | None:
    """Return the given role of this name (``Kaprodi``, ``head_of_programme``, ``Dean's office``), None for no such."""
    plain = re.sub(r"['’`]", "", words.casefold())
    return _BY_NAME.get(" ".join(re.findall(r"\w+", plain.replace("_", " "))))
