"""How people, units and times are written, in the language of the reader."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from handlers.texts import N_, Speech
from store.roles import Role
from store.store import Store
from store.units import Unit

ROLE_NAMES: Final[dict[Role, str]] = {
    Role.LECTURER: N_("Lecturer"),
    Role.HEAD_OF_PROGRAMME: N_("Head of programme"),
    Role.DEANS_OFFICE: N_("Dean's office"),
    Role.ACADEMIC_ADMINISTRATION: N_("Academic administration (BAAK)"),
    Role.QUALITY_OFFICE: N_("Quality office (LPM, UPMF)"),
    Role.OTHER_STAFF: N_("Other staff"),
    Role.STUDENT: N_("Student"),
    Role.ALUMNI: N_("Alumni"),
    Role.GUEST: N_("Guest"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


def role_name(t: Speech, role: Role) -> str:
    """Return the name of a role."""
    return t.plain(ROLE_NAMES[role])


def unit_label(unit: Unit) -> str:
    """Return a unit's name; a study programme's with its level and code, which tell it from its namesakes."""
    details = ", ".join(part for part in (unit.level, unit.code) if part)
    return f"{unit.name} ({details})" if details else unit.name


def who(t: Speech, store: Store, role: Role, unit_id: int | None) -> str:
    """Return a role with its unit; at the desk. Raises `UnitNotFoundError`."""
    name = role_name(t, role)
    return name if unit_id is None else f"{name}, {unit_label(store.units.get(unit_id))}"


def when(moment: dt.datetime, zone: ZoneInfo) -> str:
    """Return a moment as ``2026-03-02 15:00 WIB``."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def with_phase(phase: str, title: str) -> str:
    """Return a document's title behind the phase of the quality cycle that it is about, if any."""
    return f"{phase.capitalize()}: {title}" if phase else title
