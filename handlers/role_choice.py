"""Saying who one is: the role, then the unit; a public role is had at once, a staff role is asked for.

    role ──┬── guest, or no units known ─────────────────────────┐
           └── unit: words ──> which one? ──> one of them, none ─┴─┬── public: done (staff are asked first)
                                                                   └── staff: a request to the administrators

Nobody has to finish: everybody can ask at any time, as a guest. All that was chosen stands in the buttons, so
that they work after a restart too; only that words are awaited is kept in the store.
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Update

from handlers import role_requests
from handlers.addresses import ProfileButton, RoleButton, UnitButton
from handlers.entry import is_foreign, stale
from handlers.texts import Html
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import has_units, outcome, search
from handlers.wording import role_name, unit_label, who
from store.people import PersonState
from store.permissions import Action
from store.roles import GRANTED_ROLES, Role
from store.units import Unit, UnitNotFoundError

STEP = "unit"
CHOICES = (
    Role.LECTURER,
    Role.HEAD_OF_PROGRAMME,
    Role.DEANS_OFFICE,
    Role.ACADEMIC_ADMINISTRATION,
    Role.QUALITY_OFFICE,
    Role.OTHER_STAFF,
    Role.STUDENT,
    Role.ALUMNI,
    Role.GUEST,
)
"""What people say they are; coordinators are invited, administrators stand in the settings."""


def ask_role(turn: Turn) -> None:
    """Ask who somebody is; an administrator is one already."""
    if turn.person.role is Role.ADMINISTRATOR:
        _note_administrator(turn)
        return
    text = turn.t(
        "<b>Who are you?</b>\nStudents, alumni and guests start at once; a staff role takes an invitation or an"
        " administrator's approval. You can ask questions at any time, now too: just write."
    )
    labels = {role: role_name(turn.t, role) for role in CHOICES}
    labels[Role.GUEST] = turn.t.plain("Guest, just looking")
    turn.show(text, [[Button(labels[role], RoleButton(turn.person.id, role).data())] for role in CHOICES])


def choose_role(turn: Turn, button: RoleButton) -> None:
    """Take the role, and ask for the unit where that makes sense."""
    if is_foreign(turn, Action.REQUEST_ROLE, button.person_id):
        return
    if button.role not in CHOICES:
        stale(turn)
        return
    turn.toast()
    turn.end_step(STEP)
    if turn.person.role is Role.ADMINISTRATOR:
        _note_administrator(turn)
    elif button.role is Role.GUEST or not has_units(turn):
        _become(turn, button.role, None)
    else:
        ask_unit(turn, button.role)


def ask_unit(turn: Turn, role: Role) -> None:
    """Ask for words of the unit's name, and await them."""
    turn.set_step(STEP, role=role)
    text = turn.t(
        "<b>{role}</b>: in which faculty or study programme? Write a part of its name, or its code.",
        role=role_name(turn.t, role),
    )
    turn.show(text, [[_no_unit(turn, role)]])


async def take_words(turn: Turn, update: Update) -> None:
    """Take the words of a unit's name."""
    step = turn.step
    if step is not None:
        role = Role(step.data["role"])
        await search(
            turn, update, lambda words, found: turn.say(outcome(turn, words, found), _units(turn, role, found))
        )


def choose_unit(turn: Turn, button: UnitButton) -> None:
    """Take the unit, with which the choice is complete."""
    if is_foreign(turn, Action.PROFILE, button.person_id):
        return
    try:
        unit_id = turn.rooms.store.units.check(button.unit_id or None)
    except UnitNotFoundError:
        stale(turn)
        return
    if button.role not in (*CHOICES, turn.person.role):
        stale(turn)
        return
    turn.toast()
    turn.end_step(STEP)
    if button.act == "search":
        ask_unit(turn, button.role)
    elif turn.person.role is Role.ADMINISTRATOR:
        turn.person = turn.rooms.store.people.move(turn.person.id, unit_id)
        turn.show(welcome(turn))
    else:
        _become(turn, button.role, unit_id, is_sure=button.act == "sure")


def welcome(turn: Turn) -> Html:
    """Return who somebody is now and what they can do; at the desk."""
    t, person = turn.t, turn.person
    commands = [
        t("/{command} – {description}", command=command.command, description=command.description)
        for command in turn.rooms.menu_of(person)
    ]
    return t(
        "You are here as: <b>{who}</b>.\n\nJust write your question, in Indonesian or English; the answer comes with"
        " its clause. You can also use:\n{commands}",
        who=who(t, turn.rooms.store, person.role, person.unit_id),
        commands=Html("\n".join(commands)),
    )


def _become(turn: Turn, role: Role, unit_id: int | None, *, is_sure: bool = False) -> None:
    """Give a public role, after a question to those who have a staff role; ask the administrators for a staff role."""
    if not role.is_public:
        role_requests.ask(turn, role, unit_id)
    elif turn.person.role in GRANTED_ROLES and not is_sure:
        _ask_if_sure(turn, role, unit_id)
    else:
        turn.person = turn.rooms.store.people.choose(turn.person.id, role, unit_id)
        turn.set_menu(turn.person)
        turn.show(welcome(turn))


def _ask_if_sure(turn: Turn, role: Role, unit_id: int | None) -> None:
    t, store, person = turn.t, turn.rooms.store, turn.person
    text = t(
        "You are <b>{now}</b>. Become <b>{then}</b>? To be that again you would need an invitation or an approval.",
        now=who(t, store, person.role, person.unit_id),
        then=who(t, store, role, unit_id),
    )
    yes = UnitButton(person.id, "sure", role, unit_id or 0)
    turn.show(text, [[Button(t.plain("Yes, change it"), yes.data())], _profile_row(turn)])


def _note_administrator(turn: Turn) -> None:
    """Say that an administrator needs no role."""
    if turn.person.state is PersonState.NEW:
        # Any public role ends the introduction; what counts is the settings (`store.people.Person.role`).
        turn.person = turn.rooms.store.people.choose(turn.person.id, Role.GUEST)
    turn.set_menu(turn.person)
    note = turn.t("The settings name you as an administrator; that needs no choice and cannot be changed here.")
    turn.show(Html(f"{note}\n\n{welcome(turn)}"))


def _units(turn: Turn, role: Role, found: Sequence[Unit]) -> Keyboard:
    rows = [[Button(unit_label(unit), UnitButton(turn.person.id, "take", role, unit.id).data())] for unit in found]
    again = Button(turn.t.plain("Search again"), UnitButton(turn.person.id, "search", role, 0).data())
    return [*rows, [again, _no_unit(turn, role)]]


def _no_unit(turn: Turn, role: Role) -> Button:
    return Button(turn.t.plain("No unit"), UnitButton(turn.person.id, "take", role, 0).data())


def _profile_row(turn: Turn) -> list[Button]:
    return [Button(turn.t.plain("No, keep it"), ProfileButton(turn.person.id, "show").data())]
