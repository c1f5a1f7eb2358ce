"""Every role × every command, button and dialogue of the table: who may is answered, others change nothing."""

import dataclasses
import itertools
import re
import sqlite3
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from people_stage import chief_of, give, tells
from telegram_stage import Stage, bot_on

from handlers.commands import BUTTONS, COMMANDS, DIALOGUES
from index.browse import Browser
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.conversations import Step
from store.people import LARGEST_ID
from store.permissions import PERMISSIONS, Action
from store.roles import Role

REFUSED = "This is not for your role. /profil shows who you are here."
BUTTON_REFUSED = "This button is not for your role."
FAILED = "Sorry, something failed"
PASSING = frozenset({"remembered", "inbox", "outbox", "sqlite_sequence", "people", "asking"})
"""Tables that every update touches; of people only who they are must stay."""


def values(name: str, kind: object, somebody: Somebody) -> list[object]:
    """Return values of a field of an address, as a program that forges buttons would choose them."""
    if name == "person_id":
        return [somebody.id]
    if kind is int:
        return [1]
    if kind is str:
        return ["x"]
    return [next(iter(kind))] if isinstance(kind, type) and issubclass(kind, Enum) else list(get_args(kind))


def forgeries(address: type[Any], somebody: Somebody) -> Iterator[str]:
    """Yield callback data of a kind of button, with each of its acts."""
    kinds = get_type_hints(address)
    fields = [values(field.name, kinds[field.name], somebody) for field in dataclasses.fields(address)]
    return (address(*choice).data() for choice in itertools.product(*fields))


def kept(stage: Stage) -> dict[str, list[Any]]:
    """Return what the store holds, but for what every update touches."""
    with sqlite3.connect(stage.store.path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in set(tables) - PASSING}  # noqa: S608
        found["people"] = connection.execute("SELECT id, role, unit_id, language, state FROM people").fetchall()
        return found


def in_role(api: LocalBotApi, role: Role) -> Somebody:
    return chief_of(api) if role is Role.ADMINISTRATOR else api.person("Budi", language="en")


def test_everything_has_a_rule() -> None:
    entries = [*COMMANDS, *BUTTONS, *DIALOGUES.values()]
    assert {entry.action for entry in entries} <= set(PERMISSIONS)
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9_]{1,32}", name) for name in names)
    prefixes = [button.address.PREFIX for button in BUTTONS]
    assert len(set(prefixes)) == len(prefixes)
    assert all(re.fullmatch("[a-z]{1,2}", prefix) for prefix in prefixes)


@pytest.mark.parametrize("role", Role)
async def test_commands(tmp_path: Path, browser: Browser, role: Role) -> None:
    async with LocalBotApi() as api, bot_on(api, tmp_path, browser, administrators=(chief_of(api).id,)) as stage:
        budi = in_role(api, role)
        for command in COMMANDS:
            give(stage.store, budi, role)
            before = kept(stage)
            said = (await tells(budi, f"/{command.name}")).text
            assert (said == REFUSED) == (role not in PERMISSIONS[command.action]), command.name
            assert not said.startswith(FAILED), command.name
            if said == REFUSED:
                assert kept(stage) == before, command.name


@pytest.mark.parametrize("role", Role)
async def test_buttons(tmp_path: Path, browser: Browser, role: Role) -> None:
    async with LocalBotApi() as api, bot_on(api, tmp_path, browser, administrators=(chief_of(api).id,)) as stage:
        budi = in_role(api, role)
        give(stage.store, budi, role)
        message = await tells(budi, "/help")
        for button in BUTTONS:
            heard = []
            for data in forgeries(button.address, budi):
                give(stage.store, budi, role)
                before = kept(stage)
                query = await budi.forges(message, data)
                heard.append((await query.answered()).get("text", ""))
                if heard[-1] == BUTTON_REFUSED:
                    assert kept(stage) == before, data
            is_allowed = role in PERMISSIONS[button.action]
            assert (set(heard) == {BUTTON_REFUSED}) == (not is_allowed), (button.address, heard)
        assert stage.store.inbox.last_failures(5) == ()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
async def test_a_dialogue_ends_with_the_role_that_it_needs(tmp_path: Path, browser: Browser, role: Role) -> None:
    async with LocalBotApi() as api, bot_on(api, tmp_path, browser) as stage:
        budi = in_role(api, role)
        give(stage.store, budi, role)
        for name, entry in DIALOGUES.items():
            if role in PERMISSIONS[entry.action]:
                continue
            stage.store.conversations.set_step(budi.id, budi.id, Step(name, {"question_id": 1, "role": "lecturer"}))
            before = kept(stage)
            assert (await tells(budi, "words")).text == REFUSED, name
            assert kept(stage) == before, name


def test_somebody_may_do_everything_and_nobody_but_administrators_runs_the_bot() -> None:
    assert all(Role.ADMINISTRATOR in roles for roles in PERMISSIONS.values())
    for action in (Action.STATUS, Action.APPROVE_ROLE):
        assert PERMISSIONS[action] == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    "address", [button.address for button in BUTTONS if "person_id" in get_type_hints(button.address)]
)
def test_the_longest_number_of_a_person_fits_into_a_button(address: type[Any]) -> None:
    longest: dict[object, object] = {int: 99_999, str: "A" * 22}
    kinds = get_type_hints(address)
    fields = {field.name: kinds[field.name] for field in dataclasses.fields(address)}
    made = {
        name: longest.get(kind) or max(get_args(kind) or list(kind), key=lambda value: len(str(value)))
        for name, kind in fields.items()
    } | {"person_id": LARGEST_ID - 1}
    data = address(**made).data()
    assert len(data) <= 64
    assert address.read(data) == address(**made)
