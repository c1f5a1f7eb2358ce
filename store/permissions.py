"""Who may do what: one function over one table. Every command and every button passes `may`.

A button can be forwarded and pressed by anyone, so the presser is asked about, not the one it was made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.people import Person
from store.roles import GRANTED_ROLES, Role


class Action(StrEnum):
    """All that people do; each command and each kind of button is one of these."""

    START = "start"
    HELP = "help"
    ASK = "ask"
    ASK_INLINE = "ask_inline"
    FEEDBACK = "feedback"
    BROWSE = "browse"
    """/sop, /standar, /istilah, /peran, and the whole clause under an answer."""
    PROFILE = "profile"
    REDEEM_INVITATION = "redeem_invitation"
    REQUEST_ROLE = "request_role"
    OWN_DATA = "own_data"
    ERASE_SELF = "erase_self"
    READ_UNANSWERED = "read_unanswered"
    ANSWER_UNANSWERED = "answer_unanswered"
    WITHDRAW_CURATED = "withdraw_curated"
    INVITE = "invite"
    APPROVE_ROLE = "approve_role"
    IMPORT_PEOPLE = "import_people"
    IMPORT_UNITS = "import_units"
    READ_CALENDAR = "read_calendar"
    MANAGE_CALENDAR = "manage_calendar"
    STATUS = "status"
    BACKUP = "backup"
    START_RUN = "start_run"
    STEER_RUN = "steer_run"
    """All that changes a run or a step of somebody else."""
    READ_RUNS = "read_runs"
    DO_STEP = "do_step"
    """What somebody does with a step that is theirs."""
    RULE = "rule"
    """Confirm, correct or switch off a rule of the documents."""
    READ_TRAIL = "read_trail"
    REMIND = "remind"
    """/jadwal and reminders of one's own."""
    ANSWER_SURVEY = "answer_survey"
    """A survey that somebody was invited to, or that a coordinator asks by telephone."""
    MANAGE_SURVEYS = "manage_surveys"
    """Campaigns, the list of graduates, links, files of answers, answers taken by telephone."""
    READ_RESULTS = "read_results"
    """/hasil: the report of a survey, its pictures, anonymous counts."""
    READ_IDENTIFIED_ANSWERS = "read_identified_answers"
    """Who has not answered, and answers with the name of who gave them."""


_EVERYBODY = frozenset(Role)
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
_QUALITY = frozenset({Role.QUALITY_OFFICE, Role.ADMINISTRATOR})
_STEERING = frozenset({Role.COORDINATOR, Role.QUALITY_OFFICE, Role.ADMINISTRATOR})
_STAFF = GRANTED_ROLES | _ADMINISTRATORS

PERMISSIONS: dict[Action, frozenset[Role]] = {
    Action.START: _EVERYBODY,
    Action.HELP: _EVERYBODY,
    Action.ASK: _EVERYBODY,
    Action.ASK_INLINE: _EVERYBODY,
    Action.FEEDBACK: _EVERYBODY,
    Action.BROWSE: _EVERYBODY,
    Action.PROFILE: _EVERYBODY,
    Action.REDEEM_INVITATION: _EVERYBODY,
    Action.REQUEST_ROLE: _EVERYBODY,
    Action.OWN_DATA: _EVERYBODY,
    Action.ERASE_SELF: _EVERYBODY,
    Action.READ_UNANSWERED: _QUALITY,
    Action.ANSWER_UNANSWERED: _QUALITY,
    Action.WITHDRAW_CURATED: _QUALITY,
    Action.INVITE: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Action.APPROVE_ROLE: _ADMINISTRATORS,
    Action.IMPORT_PEOPLE: _ADMINISTRATORS,
    Action.IMPORT_UNITS: _ADMINISTRATORS,
    Action.READ_CALENDAR: _STAFF,
    Action.MANAGE_CALENDAR: _QUALITY | {Role.COORDINATOR},
    Action.STATUS: _ADMINISTRATORS,
    Action.BACKUP: _ADMINISTRATORS,
    Action.START_RUN: _STEERING,
    Action.STEER_RUN: _STEERING,
    Action.READ_RUNS: _STAFF,
    Action.DO_STEP: _EVERYBODY,
    Action.RULE: _STEERING,
    Action.READ_TRAIL: _STEERING,
    Action.REMIND: _EVERYBODY,
    Action.ANSWER_SURVEY: _EVERYBODY,
    Action.MANAGE_SURVEYS: _STEERING,
    Action.READ_RESULTS: _STEERING,
    Action.READ_IDENTIFIED_ANSWERS: _QUALITY,
}
"""Which roles may do what; what `may` asks beyond it concerns the subject."""

_OWNERS_ONLY = frozenset(
    {Action.PROFILE, Action.OWN_DATA, Action.ERASE_SELF, Action.REDEEM_INVITATION, Action.REQUEST_ROLE}
)
_GIVES_A_ROLE = frozenset({Action.INVITE, Action.APPROVE_ROLE})
_WITHIN_THE_UNIT = frozenset(
    {
        Action.MANAGE_CALENDAR,
        Action.START_RUN,
        Action.STEER_RUN,
        Action.READ_RUNS,
        Action.READ_TRAIL,
        Action.MANAGE_SURVEYS,
        Action.READ_RESULTS,
    }
)


@dataclass(frozen=True)
class Subject:
    """What an action is about, as far as it matters for permission."""

    owner_id: int | None = None
    """Whose data it is, or who asked for the role."""
    role: Role | None = None
    """The role that is given."""
    unit_ids: frozenset[int] = frozenset()
    """The unit that it is about and those it belongs to (`store.units.Units.chain`); empty: the university."""


def may(person: Person, action: Action, subject: Subject | None = None) -> bool:
    """Whether the person may do it (to the subject); without a subject: whether to offer it at all.

    Beyond the table: one's own data are nobody else's; only staff roles are given, never to oneself, and a
    coordinator gives none of coordinator. Where a coordinator has a unit, roles, events and runs are of that
    unit or of one below it.
    """
    if person.role not in PERMISSIONS[action]:
        return False
    if subject is None:
        return True
    if action in _OWNERS_ONLY:
        return subject.owner_id in (None, person.id)
    if action in _GIVES_A_ROLE:
        return _may_give(person, subject)
    if action in _WITHIN_THE_UNIT:
        return person.role is not Role.COORDINATOR or _is_within(person, subject)
    return True


def _may_give(person: Person, subject: Subject) -> bool:
    """Whether a person who gives roles may give this one, here, to this one."""
    if subject.owner_id == person.id or subject.role not in GRANTED_ROLES:
        return False
    if person.role is Role.ADMINISTRATOR:
        return True
    return subject.role is not Role.COORDINATOR and _is_within(person, subject)


def _is_within(person: Person, subject: Subject) -> bool:
    return person.unit_id is None or person.unit_id in subject.unit_ids
