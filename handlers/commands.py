"""All that people can do with the bot, on one page: commands, buttons, dialogues.

`bot/application.py` makes python-telegram-bot handlers of it, `bot/introduce.py` the menus; a test walks over
it and tries every entry with every role.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telegram import BotCommand, Update

from handlers import (
    ask,
    browse,
    clause,
    feedback,
    introduction,
    inviting,
    joining,
    own_data,
    pending,
    profile,
    role_choice,
    role_requests,
    start,
    status,
)
from handlers.addresses import (
    Address,
    ChoiceButton,
    ClauseButton,
    CuratedButton,
    DocumentButton,
    DutyButton,
    EraseButton,
    FeedbackButton,
    InvitationButton,
    InviteButton,
    JoinButton,
    LanguageButton,
    NodeButton,
    PendingButton,
    ProfileButton,
    RequestButton,
    RoleButton,
    UnitButton,
)
from handlers.context import CustomContext
from handlers.entry import Entry, Play, entry, press
from handlers.texts import N_, speech
from index.reply import Language
from store.people import Person
from store.permissions import Action, may

DESCRIPTION = N_(
    "Ask about the university's quality standards and SOPs. Answers come with their clause. What the documents do"
    " not say goes to the quality office."
)
SHORT_DESCRIPTION = N_("Answers about quality standards and SOPs, with the exact clause.")
STEP_LASTS = dt.timedelta(hours=1)
"""A dialogue left for longer is over: the next text is a question again."""


@dataclass(frozen=True)
class Command:
    """A command with what the menu says of it; one without a description stands in no menu."""

    name: str
    description: str
    action: Action
    play: Play[Update]
    in_groups: bool = False


@dataclass(frozen=True)
class ButtonKind:
    """A kind of button and what a press does."""

    address: type[Address]
    action: Action
    play: Play[Any]

    @property
    def entry(self) -> Entry:
        """The callback."""
        return press(self.action, self.address, self.play)


COMMANDS: tuple[Command, ...] = (
    Command("tanya", N_("Ask about a standard or an SOP"), Action.ASK, ask.ask_by_command, in_groups=True),
    Command("sop", N_("Standards and SOPs, step by step"), Action.BROWSE, browse.browse_sops, in_groups=True),
    Command("standar", N_("A statement of a standard"), Action.BROWSE, browse.browse_standards, in_groups=True),
    Command("istilah", N_("What a term means"), Action.BROWSE, browse.explain, in_groups=True),
    Command("peran", N_("What a role has to do"), Action.BROWSE, browse.duties, in_groups=True),
    Command("tertunda", N_("Open questions"), Action.READ_UNANSWERED, pending.show_list),
    Command("undang", N_("Invite people"), Action.INVITE, inviting.begin),
    Command("permintaan", N_("Requests for roles"), Action.APPROVE_ROLE, role_requests.show_requests),
    Command("status", N_("How the bot is doing"), Action.STATUS, status.show_status),
    Command("profil", N_("Who you are here"), Action.PROFILE, profile.show_profile),
    Command("dataku", N_("What is stored about you"), Action.OWN_DATA, own_data.export),
    Command("lupakan", N_("Erase what is stored about you"), Action.ERASE_SELF, own_data.ask_to_erase),
    Command("start", N_("Say who you are"), Action.START, introduction.start, in_groups=True),
    Command("help", N_("How to ask"), Action.HELP, start.show_help, in_groups=True),
    Command("batal", N_("Cancel what has been begun"), Action.HELP, start.cancel),
)
BUTTONS: tuple[ButtonKind, ...] = (
    ButtonKind(ClauseButton, Action.BROWSE, clause.show_clause),
    ButtonKind(DocumentButton, Action.BROWSE, browse.show_document),
    ButtonKind(NodeButton, Action.BROWSE, browse.turn_to),
    ButtonKind(DutyButton, Action.BROWSE, browse.show_duties),
    ButtonKind(ChoiceButton, Action.ASK, ask.choose),
    ButtonKind(FeedbackButton, Action.FEEDBACK, feedback.rate),
    ButtonKind(PendingButton, Action.ANSWER_UNANSWERED, pending.press_pending),
    ButtonKind(CuratedButton, Action.WITHDRAW_CURATED, pending.press_curated),
    ButtonKind(LanguageButton, Action.PROFILE, profile.choose_language),
    ButtonKind(RoleButton, Action.REQUEST_ROLE, role_choice.choose_role),
    ButtonKind(UnitButton, Action.PROFILE, role_choice.choose_unit),
    ButtonKind(ProfileButton, Action.PROFILE, profile.press_profile),
    ButtonKind(EraseButton, Action.ERASE_SELF, own_data.erase),
    ButtonKind(RequestButton, Action.APPROVE_ROLE, role_requests.decide),
    ButtonKind(InviteButton, Action.INVITE, inviting.choose),
    ButtonKind(InvitationButton, Action.INVITE, inviting.press_invitation),
    ButtonKind(JoinButton, Action.REDEEM_INVITATION, joining.press_join),
)
DIALOGUES: dict[str, Entry] = {
    feedback.STEP: entry(Action.FEEDBACK, feedback.take_reason, keeps_step=True),
    pending.STEP_ANSWER: entry(Action.ANSWER_UNANSWERED, pending.take_answer, keeps_step=True),
    pending.STEP_REWORD: entry(Action.ANSWER_UNANSWERED, pending.take_wording, keeps_step=True),
    role_choice.STEP: entry(Action.PROFILE, role_choice.take_words, keeps_step=True),
    inviting.STEP: entry(Action.INVITE, inviting.take_words, keeps_step=True),
}
"""What takes the texts of a person in the middle of a dialogue, by the name of its step."""

_ask = entry(Action.ASK, ask.ask)


def menu(commands: Iterable[Command], language: Language) -> list[BotCommand]:
    """Return commands as Telegram shows them in a language."""
    t = speech(language)
    return [BotCommand(command.name, t.plain(command.description)) for command in commands if command.description]


def menu_of(person: Person) -> list[BotCommand]:
    """Return the commands that somebody may use, in their language."""
    return menu((command for command in COMMANDS if may(person, command.action)), person.language)


async def take_text(update: Update, context: CustomContext) -> None:
    """Take a private text: it belongs to the running dialogue, if there is one, else it is a question."""
    turn = context.turn
    step = turn.step
    is_fresh = step and step.changed_at and turn.rooms.clock() - step.changed_at < STEP_LASTS
    door = DIALOGUES.get(step.name) if step and is_fresh else None
    await (door or _ask)(update, context)
