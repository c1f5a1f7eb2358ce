"""/profil: who one is here, on one message with buttons to change it."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from handlers.addresses import LanguageButton, ProfileButton, ReminderSettingsButton
from handlers.entry import is_foreign
from handlers.role_choice import ask_role, ask_unit
from handlers.role_requests import pending_of
from handlers.texts import Html
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import has_units
from handlers.wording import role_name, unit_label, when, who
from index.reply import Language
from store.people import Person
from store.permissions import Action

LANGUAGE_NAMES: Final[dict[Language, str]] = {"id": "Bahasa Indonesia", "en": "English"}
"""Each in its own words, so that everybody finds theirs."""


def show_profile(turn: Turn, _: Update) -> None:
    """Show who somebody is here."""
    turn.say(*_profile(turn))


def press_profile(turn: Turn, button: ProfileButton) -> None:
    """Do what a button of the profile says."""
    if is_foreign(turn, Action.PROFILE, button.person_id):
        return
    turn.toast()
    if button.act == "language":
        turn.show(turn.t("Which language shall I speak with you?"), languages(turn.person, "profile"))
    elif button.act == "role":
        ask_role(turn)
    elif button.act == "unit":
        ask_unit(turn, turn.person.role)
    else:
        if button.act == "withdraw":
            turn.rooms.store.people.withdraw_request(turn.person.id)
        turn.show(*_profile(turn))


def languages(person: Person, then: Literal["start", "profile"]) -> Keyboard:
    """Return a button for each language."""
    return [
        [Button(name, LanguageButton(person.id, language, then).data())] for language, name in LANGUAGE_NAMES.items()
    ]


def choose_language(turn: Turn, button: LanguageButton) -> None:
    """Speak another language, menu included; a new person is asked who they are next."""
    if is_foreign(turn, Action.PROFILE, button.person_id):
        return
    turn.toast()
    turn.person = turn.rooms.store.people.speak(turn.person.id, button.language)
    turn.set_menu(turn.person)
    if button.then == "start":
        ask_role(turn)
    else:
        turn.show(*_profile(turn))


def _profile(turn: Turn) -> tuple[Html, Keyboard]:
    t, person, store = turn.t, turn.person, turn.rooms.store
    unit = t.plain("none") if person.unit_id is None else unit_label(store.units.get(person.unit_id))
    lines = [
        t("<b>{name}</b>", name=person.name),
        t("Role: {role}", role=role_name(t, person.role)),
        t("Unit: {unit}", unit=unit),
        t("Language: {language}", language=LANGUAGE_NAMES[person.language]),
    ]
    pending = pending_of(turn)
    if pending is not None:
        wish = who(t, store, pending.role, pending.unit_id)
        asked = when(pending.made_at, turn.rooms.timezone)
        lines.append(t("Waiting for approval: {who} (asked {when})", who=wish, when=asked))
    acts: list[tuple[str, Literal["language", "role", "unit", "withdraw"]]] = [
        (t.plain("Change language"), "language"),
        (t.plain("Change role"), "role"),
    ]
    acts += [(t.plain("Change unit"), "unit")] if has_units(turn) else []
    acts += [(t.plain("Withdraw the request"), "withdraw")] if pending else []
    rows = [[Button(label, ProfileButton(person.id, act).data())] for label, act in acts]
    return Html("\n".join(lines)), [*rows, [Button(t.plain("⚙ Reminders"), ReminderSettingsButton("show").data())]]
