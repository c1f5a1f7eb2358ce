"""Who somebody is in the university, as far as the assistant cares."""

from __future__ import annotations

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
