"""The fictional faculty that the local Telegram starts with: who may be played, and what the bot knows of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.example import take_in_example
from bot.example.survey import ALUMNA_BORN, ALUMNA_NIM, take_in_survey
from playground.people import Person
from playground.scene import Scene
from store.people import Language
from store.roles import Role
from store.store import Store


@dataclass(frozen=True)
class Part:
    """Somebody who may be played: the name, the phone's language, the role, and the unit by code or name."""

    name: str
    language: Language
    about: str
    role: Role
    unit: str = ""


PARTS = (
    Part("Awan Rekaan", "id", "dosen · lecturer", Role.LECTURER, "99001"),
    Part("Mega Rekaan", "id", "kaprodi · head of programme", Role.HEAD_OF_PROGRAMME, "99001"),
    Part("Mutu Rekaan", "id", "LPM · quality office", Role.QUALITY_OFFICE),
    Part("Koral Rekaan", "id", "koordinator · coordinator", Role.COORDINATOR, "Fakultas Rekaan Awan"),
    Part("Admin Rekaan", "id", "administrator", Role.ADMINISTRATOR),
    Part("Bintang Rekaan", "id", f"alumni · NIM {ALUMNA_NIM}, {ALUMNA_BORN:%d-%m-%Y}", Role.ALUMNI, "99003"),
    Part("Dawn Sample", "en", "lecturer, English phone · dosen", Role.LECTURER, "99004"),
    Part("Tamu Rekaan", "id", "belum dikenal · not known yet", Role.GUEST),
)
"""All fictional, as their names say. The last one is new to the bot."""
GROUP = "Rapat Prodi Ilmu Awan (rekaan)"


class Cast:
    """The people on the page, each with the part that they play."""

    def __init__(self, scene: Scene) -> None:
        """Bring the people and a group onto the scene; their chats with the bot are open already."""
        self.people = [(part, scene.person(part.name, part.language, about=part.about)) for part in PARTS]
        for part, person in self.people:
            if part.role is not Role.GUEST:
                person.has_met_bot()
        scene.group(GROUP, [person for part, person in self.people if part.unit == "99001"])

    @property
    def administrators(self) -> frozenset[int]:
        """The ids of those who play administrators."""
        return frozenset(person.id for part, person in self.people if part.role is Role.ADMINISTRATOR)


CALENDAR = (
    ("semester", -75, 70),
    ("midterm", -21, -16),
    ("final_exam", 24, 35),
    ("mark_entry", 36, 49),
    ("semester_start", 91, 91),
)
"""What stands in the fictional calendar: a kind, its first and last day from today on."""


def plant(store: Store, cast: Cast, today: dt.date) -> None:
    """Let the bot know the faculty, its calendar, a survey around a day, and the people, except those who are new."""
    with store.transaction():
        take_in_example(store)
        take_in_survey(store, today)
        for kind, first, last in CALENDAR:
            store.events.add(kind, today + dt.timedelta(days=first), today + dt.timedelta(days=last), None)
        for part, person in cast.people:
            if part.role is not Role.GUEST:
                _introduce(store, part, person)


def _introduce(store: Store, part: Part, person: Person) -> None:
    store.people.seen(person.id, part.name, None, part.language)
    unit = store.units.by_code(part.unit) if part.unit.isdigit() else next(iter(store.units.search(part.unit)), None)
    unit_id = unit.id if unit else None
    if part.role.is_public:
        store.people.choose(person.id, part.role, unit_id)
    elif part.role is not Role.ADMINISTRATOR:
        store.people.grant(person.id, part.role, unit_id)
