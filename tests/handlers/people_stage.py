"""A bot for tests about people: no documents, a small fictional faculty, an administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram_stage import Stage, bot_on

from playground.messages import Message
from playground.people import Person as Somebody
from playground.scene import FIRST_PERSON
from playground.server import LocalBotApi
from store.people import Person
from store.roles import GRANTED_ROLES, Role
from store.store import Store
from store.units import UnitRow

UNITS = (
    UnitRow(1, "Fakultas Sains"),
    UnitRow(2, "Informatika", "55201", "S1", "Fakultas Sains"),
    UnitRow(3, "Informatika", "55101", "S2", "Fakultas Sains"),
    UnitRow(4, "Hukum", "74201", "S1"),
)
INFORMATICS = "Informatika (S1, 55201)"
CHIEF = FIRST_PERSON - 1
"""Whom the settings name as an administrator."""


@asynccontextmanager
async def people_bot(
    api: LocalBotApi, folder: Path, *, administrators: tuple[int, ...] = (CHIEF,), units: bool = True, **more: Any
) -> AsyncIterator[Stage]:
    """Run a bot; the same folder again is the same bot, restarted."""
    async with bot_on(api, folder, administrators=administrators, **more) as stage:
        if units:
            stage.store.units.import_rows(UNITS)
        yield stage


def give(store: Store, somebody: Somebody, role: Role, unit: str | None = None, language: str = "en") -> Person:
    """Let the bot know somebody in a role; `unit` is a code."""
    name = somebody.wire["first_name"]
    store.people.seen(somebody.id, name, None, language)
    found = store.units.by_code(unit) if unit else None
    unit_id = found.id if found else None
    if role in GRANTED_ROLES:
        return store.people.grant(somebody.id, role, unit_id)
    return store.people.choose(somebody.id, Role.GUEST if role is Role.ADMINISTRATOR else role, unit_id)


def chief_of(api: LocalBotApi, name: str = "Chief", number: int = CHIEF, language: str = "en") -> Somebody:
    """Return an administrator with a phone."""
    return Somebody(api.world, {"id": number, "is_bot": False, "first_name": name, "language_code": language})


def role_of(stage: Stage, somebody: Somebody) -> tuple[Role, str | None]:
    """Return somebody's role and unit as the store has them."""
    person = stage.store.people.get(somebody.id)
    return person.role, stage.store.units.get(person.unit_id).name if person.unit_id else None


def commands_seen(somebody: Somebody) -> set[str]:
    """Return the commands in somebody's menu."""
    return {entry["command"] for entry in somebody.menu()}


async def tells(somebody: Somebody, text: str) -> Message:
    """Write, and return what the bot answers."""
    await somebody.sends(text)
    return await somebody.next_message()


async def turns(somebody: Somebody, message: Message, button: str) -> Message:
    """Press a button, and return the message as it is then."""
    await somebody.presses(message, button)
    return await somebody.next_edit()
