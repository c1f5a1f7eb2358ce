"""Who lives through the year: made-up people in made-up units, and the academic calendar before them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass

from store.people import Language
from store.roles import GRANTED_ROLES, Role
from store.store import Store
from store.units import UnitRow
from store.wishes import Wishes

BEGINS = dt.date(2026, 1, 5)
"""A Monday, in a year whose holidays are known."""
FACULTIES = ("Awan", "Samudra", "Pelangi")
PROGRAMMES = 3
"""In each faculty."""
STAFF = (
    (Role.COORDINATOR, 0.02),
    (Role.QUALITY_OFFICE, 0.02),
    (Role.DEANS_OFFICE, 0.04),
    (Role.ACADEMIC_ADMINISTRATION, 0.02),
    (Role.HEAD_OF_PROGRAMME, 0.06),
    (Role.OTHER_STAFF, 0.1),
    (Role.STUDENT, 0.2),
    (Role.LECTURER, 1.0),
)
"""The share of each role; the last takes the rest."""
OF_A_FACULTY = frozenset({Role.DEANS_OFFICE, Role.COORDINATOR})
OF_THE_UNIVERSITY = frozenset({Role.QUALITY_OFFICE, Role.ACADEMIC_ADMINISTRATION, Role.OTHER_STAFF})
CALENDAR = (
    # kind, name, first and last day counted from the first of the year
    ("semester", "", 28, 180),
    ("krs", "", 14, 25),
    ("midterm", "", 84, 95),
    ("final_exam", "", 154, 168),
    ("course_exam", "Statistika", 86, 86),
    ("course_exam", "Fonologi", 90, 90),
    ("mark_entry", "", 169, 180),
    ("academic_supervision", "", 60, 60),
    ("kkn", "", 185, 215),
    ("audit", "", 250, 262),
    ("workload_report", "", 100, 130),
    ("day_off", "Dies Natalis", 107, 107),
    ("semester", "", 231, 350),
    ("semester_start", "", 231, 231),
    ("course_exam", "Statistika", 300, 300),
)
"""What is entered at the beginning; the first semester's start (`LATE_ENTRY`) is forgotten."""
LATE_ENTRY = ("semester_start", "", 28, 28)


@dataclass(frozen=True)
class Player:
    """Somebody of the cast, as they begin."""

    id: int
    name: str
    language: Language
    role: Role
    unit_id: int | None
    wishes: Wishes


def make_cast(store: Store, count: int, dice: random.Random) -> list[Player]:
    """Put so many people and their units into a store."""
    rows = [UnitRow(number, f"Fakultas Rekaan {name}") for number, name in enumerate(FACULTIES)]
    for number in range(len(FACULTIES) * PROGRAMMES):
        faculty = f"Fakultas Rekaan {FACULTIES[number % len(FACULTIES)]}"
        rows.append(UnitRow(10 + number, f"Ilmu Rekaan {number}", f"{98000 + number}", "S1", faculty))
    store.units.import_rows(rows)
    units = store.units.all()
    faculties = [unit.id for unit in units if unit.faculty_id is None]
    programmes = [unit.id for unit in units if unit.faculty_id is not None]
    found = []
    for number, role in enumerate(_roles(count)):
        unit_id = None if role in OF_THE_UNIVERSITY else programmes[number % len(programmes)]
        if role in OF_A_FACULTY:
            unit_id = faculties[number % len(faculties)]
        if number == 0:
            unit_id = None
        found.append(_enter(store, 1000 + number, role, unit_id, dice))
    return found


def _roles(count: int) -> list[Role]:
    roles: list[Role] = []
    for role, share in STAFF:
        roles += [role] * min(count - len(roles), max(2, round(count * share)))
    return roles


def _enter(store: Store, person_id: int, role: Role, unit_id: int | None, dice: random.Random) -> Player:
    language: Language = "en" if dice.random() < 0.3 else "id"
    name = f"Rekaan {person_id}"
    store.people.seen(person_id, name, None, language)
    if role in GRANTED_ROLES:
        store.people.grant(person_id, role, unit_id)
    else:
        store.people.choose(person_id, role, unit_id)
    wishes = Wishes()
    if dice.random() < 0.2:
        wishes = Wishes(dice.choice([None, (14, 2), (5,), (1, 0)]), dice.choice([dt.time(6, 15), dt.time(8, 0)]))
        store.wishes.keep(person_id, wishes)
    return Player(person_id, name, language, role, unit_id, wishes)


def enter_calendar(store: Store, by: int, events: Iterable[tuple[str, str, int, int]]) -> None:
    """Put events into the calendar of a store in which no run is yet."""
    for kind, label, first, last in events:
        store.events.add(kind, day_of(first), day_of(last), by, label=label)


def day_of(number: int) -> dt.date:
    """Return a day of the year, 0 for the first."""
    return BEGINS + dt.timedelta(days=number)
