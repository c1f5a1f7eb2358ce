"""What buttons carry: short addresses in at most 64 bytes, so that a button outlives every restart.

Anybody can press a forwarded button, and a program can send whatever it likes: an address says what is meant,
never who may. Reading one gives the right types or raises ValueError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Literal, Self, get_type_hints

from index.reply import Citation, Language, source_id
from store.roles import Role

NUMBER = re.compile(r"-?[0-9]{1,16}")


@dataclass(frozen=True)
class Address:
    """A button's data: a prefix for its kind, then its fields, with colons between them."""

    PREFIX: ClassVar[str] = ""

    def data(self) -> str:
        """Return the callback data."""
        return ":".join([self.PREFIX, *(str(getattr(self, field.name)) for field in fields(self))])

    @classmethod
    def read(cls, data: str) -> Self:
        """Return the address behind callback data; raises ValueError for anything else."""
        kinds = _kinds(cls)  # type: ignore[arg-type]  # a class is hashable; mypy doubts it of Self
        prefix, *parts = data.split(":")
        if prefix != cls.PREFIX or len(parts) != len(kinds):
            raise ValueError(f"not the data of a {cls.__name__}")
        return cls(*(_value(part, kind) for part, kind in zip(parts, kinds, strict=True)))

    @classmethod
    def pattern(cls) -> str:
        """Return the pattern of callback data of this kind."""
        return rf"^{cls.PREFIX}:"


@cache
def _kinds(cls: Any) -> tuple[object, ...]:
    hints = get_type_hints(cls)
    return tuple(hints[field.name] for field in fields(cls))


def _value(part: str, kind: object) -> object:
    if kind is int:
        if not NUMBER.fullmatch(part):
            raise ValueError(f"{part!r} is no number")
        return int(part)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(part)
    if kind is not str and part not in getattr(kind, "__args__", ()):
        raise ValueError(f"{part!r} is not known")
    return part


@dataclass(frozen=True)
class ClauseButton(Address):
    """Opens a clause in a new message (``open``) or turns its page (``turn``); at most 50 bytes."""

    PREFIX = "c"

    act: Literal["open", "turn"]
    language: Language
    source: str
    start: int
    end: int
    page: int = 1

    @classmethod
    def opening(cls, citation: Citation, language: Language) -> Self:
        """Return the button that opens the clause of a citation."""
        return cls("open", language, source_id(citation.source), *citation.lines)


@dataclass(frozen=True)
class ClauseLink:
    """A clause as the payload of a deep link (``[A-Za-z0-9_-]{1,64}``), for answers in other chats."""

    language: Language
    source: str
    start: int
    end: int

    def payload(self) -> str:
        """Return the payload: ``c_id_1a2b3c4d_120_124``."""
        return f"c_{self.language}_{self.source}_{self.start}_{self.end}"

    @classmethod
    def read(cls, payload: str) -> ClauseLink | None:
        """Return the link behind a payload, None for anything else."""
        found = re.fullmatch(r"c_(id|en)_([0-9a-f]{8})_([0-9]{1,9})_([0-9]{1,9})", payload)
        if found is None:
            return None
        language: Language = "en" if found[1] == "en" else "id"
        return cls(language, found[2], int(found[3]), int(found[4]))


@dataclass(frozen=True)
class ChoiceButton(Address):
    """Chooses the document that a question is about."""

    PREFIX = "w"

    question_id: int
    document: str
    """Key of the document's page (`index.browse`)."""


@dataclass(frozen=True)
class DocumentButton(Address):
    """Shows the steps of a document or those like it in a new message, or another page of the steps in its own."""

    PREFIX = "d"

    act: Literal["steps", "turn", "twins"]
    document: str
    page: int = 1


@dataclass(frozen=True)
class FeedbackButton(Address):
    """Says what somebody thinks of an answer: good, bad, or bad for a reason."""

    PREFIX = "f"

    question_id: int
    verdict: Literal["good", "bad", "place", "part", "old", "unclear", "words"]


@dataclass(frozen=True)
class PendingButton(Address):
    """A press on the list of open questions; ``page`` is that of the list to go back to."""

    PREFIX = "q"

    act: Literal["list", "open", "answer", "close", "reword", "save", "cancel"]
    question_id: int
    page: int = 0


@dataclass(frozen=True)
class CuratedButton(Address):
    """Withdraws a curated answer, after asking once."""

    PREFIX = "k"

    act: Literal["ask", "withdraw", "keep"]
    curated_id: int


@dataclass(frozen=True)
class NodeButton(Address):
    """Turns the message to a page of the documents' tree: its text's page, and from which child on."""

    PREFIX = "b"

    key: str
    page: int = 1
    first: int = 0


@dataclass(frozen=True)
class DutyButton(Address):
    """Shows what a role must do (a page of it, in the message), or sends it as a file."""

    PREFIX = "u"

    act: Literal["show", "file"]
    role: str
    limited: int = 0
    """1 for duties with a time limit only."""
    page: int = 1


@dataclass(frozen=True)
class LanguageButton(Address):
    """Chooses the language that the bot speaks with somebody; ``then`` says where that was asked."""

    PREFIX = "l"

    person_id: int
    language: Language
    then: Literal["start", "profile"]


@dataclass(frozen=True)
class RoleButton(Address):
    """Says who somebody is."""

    PREFIX = "r"

    person_id: int
    role: Role


@dataclass(frozen=True)
class UnitButton(Address):
    """Says to which unit somebody belongs in a role (0: none); ``sure`` gives a staff role up, ``search`` looks on."""

    PREFIX = "x"

    person_id: int
    act: Literal["take", "sure", "search"]
    role: Role
    unit_id: int


@dataclass(frozen=True)
class ProfileButton(Address):
    """Changes something in somebody's profile."""

    PREFIX = "p"

    person_id: int
    act: Literal["show", "language", "role", "unit", "withdraw"]


@dataclass(frozen=True)
class EraseButton(Address):
    """Erases what is stored about somebody, or keeps it after all."""

    PREFIX = "e"

    person_id: int
    act: Literal["erase", "keep"]


@dataclass(frozen=True)
class RequestButton(Address):
    """Decides a request for a role."""

    PREFIX = "a"

    act: Literal["approve", "refuse"]
    request_id: int


@dataclass(frozen=True)
class InviteButton(Address):
    """Makes an invitation, choice by choice: what is still to be chosen has its default."""

    PREFIX = "i"

    role: Role
    unit_id: int = -1
    """0: for no unit."""
    uses: int = 0
    days: int = 0


@dataclass(frozen=True)
class InvitationButton(Address):
    """Lists one's open invitations, or takes one back."""

    PREFIX = "v"

    act: Literal["list", "back"]
    invitation_id: int = 0


@dataclass(frozen=True)
class JoinButton(Address):
    """Follows an invitation that changes the staff role somebody has, or lets it be."""

    PREFIX = "j"

    person_id: int
    act: Literal["join", "stay"]
    token: str


@dataclass(frozen=True)
class StepButton(Address):
    """Something done with a step of a run; ``day`` is a date as a number (20261214) where one is chosen."""

    PREFIX = "m"

    act: Literal[
        "show",
        "done",
        "undo",
        "hour",
        "morrow",
        "notme",
        "accept",
        "decline",
        "hand",
        "give",
        "note",
        "off",
        "day",
        "skip",
        "drop",
    ]
    step_id: int
    day: int = 0


@dataclass(frozen=True)
class HandButton(Address):
    """Hands a step on to somebody, who must accept; ``act`` ``give`` is a coordinator's, which needs no consent."""

    PREFIX = "h"

    act: Literal["hand", "give"]
    step_id: int
    person_id: int


@dataclass(frozen=True)
class RunButton(Address):
    """Shows the runs (0) or one of them, or does something to it; ``event`` plans by the rules of an event."""

    PREFIX = "n"

    act: Literal["list", "show", "turn", "approve", "discard", "again", "repeat", "stop", "enter", "event"]
    run_id: int = 0
    page: int = 0


@dataclass(frozen=True)
class StartButton(Address):
    """Starts a run, choice by choice: of which document (`index.browse`), then for which unit (0: the university)."""

    PREFIX = "o"

    document: str
    unit_id: int = -1


@dataclass(frozen=True)
class CalendarButton(Address):
    """Shows a page of the academic calendar (0 begins with what is not over), an event, or sends all as a file."""

    PREFIX = "ca"

    act: Literal["list", "open", "file"]
    event_id: int = 0
    page: int = 0


RuleChoice = Literal["usable", "anchor", "actor", "vague", "changed", "off", "all"]


@dataclass(frozen=True)
class RulesButton(Address):
    """Turns the message to the counts of the rules, to the documents that have some, or to a list of rules.

    ``document`` is the key of the document's page (`index.browse`), empty for all documents.
    """

    PREFIX = "y"

    show: Literal["counts", "documents", RuleChoice]
    document: str = ""
    page: int = 0


@dataclass(frozen=True)
class CalendarKindButton(Address):
    """Begins an event of a kind (a key of `reminders.calendar.Kinds`); without one it asks for it."""

    PREFIX = "cb"

    kind: str = ""


@dataclass(frozen=True)
class DraftButton(Address):
    """Goes on with the event that is being written; ``draft`` tells it from one that was begun before."""

    PREFIX = "cd"

    act: Literal["unit", "days", "single", "dates", "sure", "save", "cancel"]
    draft: int
    value: int = 0
    """The unit (0: the university), or the first day as 20261214."""
    last: int = 0
    """The last day, 0 where only one is named."""


@dataclass(frozen=True)
class EventButton(Address):
    """Moves an event of the calendar, or removes it after asking once."""

    PREFIX = "ce"

    act: Literal["move", "remove", "sure"]
    event_id: int


@dataclass(frozen=True)
class CalendarFileButton(Address):
    """Takes in what was read of a file, or leaves it; ``file`` tells it from one that was sent before."""

    PREFIX = "cf"

    act: Literal["import", "cancel"]
    file: int


@dataclass(frozen=True)
class AgendaButton(Address):
    """Shows a page of one's own schedule, sends it as a file, or begins a reminder of one's own."""

    PREFIX = "g"

    act: Literal["show", "file", "new"]
    page: int = 1


@dataclass(frozen=True)
class ReminderSettingsButton(Address):
    """Changes when somebody is reminded.

    ``value`` is a lead time in days, a time of day in minutes, or a choice's place; ``on`` is 1 to be reminded then.
    """

    PREFIX = "ga"

    act: Literal["show", "lead", "rule", "morning", "typed", "quiet"]
    value: int = 0
    on: int = 0


@dataclass(frozen=True)
class WishButton(Address):
    """Goes on with the reminder that is being made; ``draft`` tells it from one that was begun before."""

    PREFIX = "gb"

    act: Literal["day", "words", "date", "save", "cancel"]
    draft: int
    value: int = 0
    """A day as 20261214."""


@dataclass(frozen=True)
class RemindButton(Address):
    """Begins a reminder of the time limit under the answer to a question."""

    PREFIX = "gc"

    question_id: int


@dataclass(frozen=True)
class OwnButton(Address):
    """Does something with a reminder of one's own: when it has come, or in the list of those that wait."""

    PREFIX = "z"

    act: Literal["done", "hour", "tomorrow", "list", "open", "date", "remove", "sure"]
    reminder_id: int = 0
    page: int = 1


@dataclass(frozen=True)
class TrailButton(Address):
    """Shows the runs of which there is a trail or a page of one, or sends it (or all of them) as a file."""

    PREFIX = "t"

    act: Literal["list", "run", "file", "all"]
    run_id: int = 0
    page: int = 1


@dataclass(frozen=True)
class EvidenceButton(Address):
    """Sends the file that was given as evidence in an entry of a run's trail."""

    PREFIX = "ta"

    run_id: int
    entry_id: int


@dataclass(frozen=True)
class RuleButton(Address):
    """Opens a rule or rules on it; ``seen`` is the last ruling that the presser saw, the rest the list to go back to.

    At most 61 bytes with rulings up to 999 999 999 999.
    """

    PREFIX = "ya"

    act: Literal["open", "confirm", "correct", "off", "on", "leads"]
    key: str
    seen: int = 0
    show: RuleChoice = "all"
    document: str = ""
    page: int = 0

    def back(self) -> RulesButton:
        """Return the button to the list that the rule was opened from."""
        return RulesButton(self.show, self.document, self.page)


@dataclass(frozen=True)
class RuleDraftButton(Address):
    """Corrects a rule, choice by choice; ``value`` is what was chosen, empty for being asked."""

    PREFIX = "yb"

    act: Literal["choose", "anchor", "length", "actor", "origin", "save", "cancel"]
    key: str
    value: str = ""


@dataclass(frozen=True)
class RuleLeadsButton(Address):
    """Chooses on how many days before people are reminded of what a rule asks; ``leads`` has a bit for each."""

    PREFIX = "yc"

    act: Literal["turn", "save"]
    key: str
    seen: int
    leads: int
    show: RuleChoice
    document: str
    page: int


@dataclass(frozen=True)
class SurveyButton(Address):
    """Does something with a survey that somebody answers; ``page`` is that of its summary."""

    PREFIX = "s"

    act: Literal["agree", "refuse", "open", "later", "review", "send", "again", "withdraw", "sure", "stay", "other"]
    interview_id: int
    page: int = 0


@dataclass(frozen=True)
class AnswerButton(Address):
    """Answers a question of a survey, or goes elsewhere from it; at most 63 bytes.

    ``question`` is its key (`handlers.survey_asking.key_of`), ``value`` the place of what was chosen in its list.
    """

    PREFIX = "sa"

    act: Literal["one", "tick", "done", "cell", "row", "page", "held", "skip", "back", "keep", "change"]
    interview_id: int
    question: str
    value: int = 0


@dataclass(frozen=True)
class IdentifyButton(Address):
    """Begins to ask who somebody is that wants to answer a survey without a link."""

    PREFIX = "sb"

    campaign_id: int


@dataclass(frozen=True)
class FileButton(Address):
    """Says what a file is that nothing tells (a key of `handlers.documents.Taker`), or leaves it."""

    PREFIX = "ea"

    act: Literal["calendar", "graduates", "form", "answers", "places", "cancel"]
    file: int


@dataclass(frozen=True)
class TracerButton(Address):
    """Shows the surveys (0) or one of them, or does something to it; ``value`` is a page, or a day as 20261214."""

    PREFIX = "eb"

    act: Literal[
        "list", "show", "picture", "missing", "names", "one", "ask_close", "close", "reopen", "extend", "until", "new"
    ]
    campaign_id: int = 0
    value: int = 0


@dataclass(frozen=True)
class SurveyDraftButton(Address):
    """Goes on with the survey that is being made; ``draft`` tells it from one that was begun before."""

    PREFIX = "ec"

    act: Literal["kind", "form", "year", "span", "unit", "days", "nik", "contact", "title", "save", "cancel"]
    draft: int
    value: int = 0


@dataclass(frozen=True)
class StopSurveyButton(Address):
    """Wants no more reminders of a survey; ``about`` says whose they are (`store.reminded`)."""

    PREFIX = "ed"

    campaign_id: int
    about: str


@dataclass(frozen=True)
class UploadButton(Address):
    """Takes in a file that was shown, or leaves it; for answers: chooses the survey, or maps a column of the file."""

    PREFIX = "ee"

    act: Literal["import", "cancel", "survey", "column"]
    upload_id: int
    value: int = 0


@dataclass(frozen=True)
class SurveyLinksButton(Address):
    """Gives the personal links of a survey: as a list, as sheets of QR codes, or one for an employer."""

    PREFIX = "ef"

    act: Literal["menu", "xlsx", "csv", "pdf", "employer"]
    campaign_id: int


@dataclass(frozen=True)
class GraduateButton(Address):
    """Opens one graduate of a survey, gives their link with its QR code, or begins to ask them by telephone."""

    PREFIX = "eg"

    act: Literal["show", "link", "telephone"]
    campaign_id: int
    graduate_id: int


@dataclass(frozen=True)
class ResultsButton(Address):
    """Lists surveys with results, opens one, or makes its pictures, report or anonymous counts."""

    PREFIX = "ra"

    act: Literal["list", "open", "pictures", "html", "pdf", "counts"]
    campaign_id: int = 0
    page: int = 1


@dataclass(frozen=True)
class AnswersFileButton(Address):
    """Makes a file with a row for each who answered: the ministry's (86 or 88 columns), CSV, JSON or SPSS."""

    PREFIX = "rb"

    form: Literal["upload", "upload88", "csv", "json", "sav"]
    campaign_id: int
