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
    STATUS = "status"
    BACKUP = "backup"


_EVERYBODY = frozenset(Role)
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
_QUALITY = frozenset({Role.QUALITY_OFFICE, Role.ADMINISTRATOR})

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
    Action.STATUS: _ADMINISTRATORS,
    Action.BACKUP: _ADMINISTRATORS,
}
"""Which roles may do what; what `may` asks beyond it concerns the subject."""

_OWNERS_ONLY = frozenset(
    {Action.PROFILE, Action.OWN_DATA, Action.ERASE_SELF, Action.REDEEM_INVITATION, Action.REQUEST_ROLE}
)
_GIVES_A_ROLE = frozenset({Action.INVITE, Action.APPROVE_ROLE})


@dataclass(frozen=True)
class Subject:
    """What an action is about, as far as it matters for permission."""

    owner_id: int | None = None
    """Whose data it is, or who asked for the role."""
    role: Role | None = None
    """The role that is given."""
    unit_ids: frozenset[int] = frozenset()
    """The unit that the role is given for and those it belongs to (`store.units.Units.chain`)."""


def may(person: Person, action: Action, subject: Subject | None = None) -> bool:
    """Whether the person may do it (to the subject); without a subject: whether to offer it at all.

    Beyond the table: one's own data are nobody else's; only staff roles are given, never to oneself, and a
    coordinator gives none of coordinator, and only within the own unit where there is one.
    """
    if person.role not in PERMISSIONS[action]:
        return False
    if subject is None:
        return True
    if action in _OWNERS_ONLY:
        return subject.owner_id in (None, person.id)
    if action in _GIVES_A_ROLE:
        return _may_give(person, subject)
    return True


def _may_give(person: Person, subject: Subject) -> bool:
    """Whether a person who gives roles may give this one, here, to this one."""
    if subject.owner_id == person.id or subject.role not in GRANTED_ROLES:
        return False
    if person.role is Role.ADMINISTRATOR:
        return True
    is_within = person.unit_id is None or person.unit_id in subject.unit_ids
    return subject.role is not Role.COORDINATOR and is_within
