"""/undang: a link that gives a staff role, made choice by choice on one message.

    role ──> unit (own, none, or by words) ──> how many people ──> how many days ──> link, with words to forward

All that was chosen stands in the buttons. What may be given where, `store.permissions.may` says at each press.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from telegram import Update

from handlers.addresses import InvitationButton, InviteButton
from handlers.entry import refuse, stale
from handlers.texts import Html
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import has_units, outcome, search
from handlers.wording import ROLE_NAMES, role_name, unit_label, when, who
from store.invitations import Invitation
from store.permissions import Action, Subject, may
from store.roles import Role
from store.units import Unit, UnitNotFoundError

STEP = "invite_unit"
USES = (1, 5, 20, 100)
DAYS = (1, 7, 30)
UNCHOSEN = InviteButton(Role.LECTURER)
LISTED = 20
"""Open invitations in the list; each has a button."""


def begin(turn: Turn, _: Update) -> None:
    """Ask for the role."""
    t, own = turn.t, turn.person.unit_id
    rows = [
        [Button(role_name(t, role), InviteButton(role).data())] for role in ROLE_NAMES if _may_give(turn, role, own)
    ]
    is_open = len(turn.rooms.store.invitations.open_of(turn.person.id))
    if is_open:
        rows.append([Button(t.plain("Open invitations: {count}", count=is_open), InvitationButton("list").data())])
    turn.say(t("<b>Invitation</b>\nWhich role shall it give?"), rows)


def choose(turn: Turn, button: InviteButton) -> None:
    """Take a choice, ask for the next one; after the last make the invitation."""
    is_unit_open = button.unit_id == UNCHOSEN.unit_id
    try:
        is_allowed = _may_give(turn, button.role, turn.person.unit_id if is_unit_open else button.unit_id or None)
    except UnitNotFoundError:
        stale(turn)
        return
    if button.uses not in (*USES, UNCHOSEN.uses) or button.days not in (*DAYS, UNCHOSEN.days):
        stale(turn)
        return
    if not is_allowed:
        refuse(turn)
        return
    turn.toast()
    turn.end_step(STEP)
    if is_unit_open and has_units(turn):
        _ask_unit(turn, button.role)
    elif is_unit_open or not button.uses:
        _ask_uses(turn, replace(button, unit_id=max(button.unit_id, 0)))
    elif not button.days:
        _ask_days(turn, button)
    else:
        _make(turn, button)


async def take_words(turn: Turn, update: Update) -> None:
    """Take the words of a unit's name."""
    step = turn.step
    if step is None:
        return
    role = Role(step.data["role"])

    def show(words: str, found: Sequence[Unit]) -> None:
        allowed = [unit for unit in found if _may_give(turn, role, unit.id)]
        rows = [[Button(unit_label(unit), InviteButton(role, unit.id).data())] for unit in allowed]
        turn.say(outcome(turn, words, allowed), [*rows, *_without_words(turn, role)])

    await search(turn, update, show)


def press_invitation(turn: Turn, button: InvitationButton) -> None:
    """Show one's open invitations; or take one back."""
    invitations = turn.rooms.store.invitations
    if button.act == "back":
        if button.invitation_id not in {one.id for one in invitations.made_by(turn.person.id)}:
            turn.toast(turn.t.plain("This button was made for somebody else."), is_alert=True)
            return
        was_open = invitations.take_back(button.invitation_id)
        turn.toast(turn.t.plain("Taken back.") if was_open else turn.t.plain("It was over already."))
    else:
        turn.toast()
    turn.show(*_list(turn))


def _ask_unit(turn: Turn, role: Role) -> None:
    turn.set_step(STEP, role=role)
    text = turn.t(
        "<b>{role}</b>: for which unit? Choose, or write a part of its name or its code.", role=role_name(turn.t, role)
    )
    turn.show(text, _without_words(turn, role))


def _without_words(turn: Turn, role: Role) -> Keyboard:
    """Return the units that take no search: one's own, and none where that may be."""
    own = turn.person.unit_id
    rows = []
    if own is not None and _may_give(turn, role, own):
        rows.append([Button(unit_label(turn.rooms.store.units.get(own)), InviteButton(role, own).data())])
    if _may_give(turn, role, None):
        rows.append([Button(turn.t.plain("No unit"), InviteButton(role, 0).data())])
    return rows


def _ask_uses(turn: Turn, button: InviteButton) -> None:
    rows = [[Button(turn.t.plain("People: {count}", count=uses), replace(button, uses=uses).data())] for uses in USES]
    turn.show(turn.t("<b>{who}</b>\nHow many people may use the link?", who=_whom(turn, button)), rows)


def _ask_days(turn: Turn, button: InviteButton) -> None:
    rows = [[Button(turn.t.plain("Days: {count}", count=days), replace(button, days=days).data())] for days in DAYS]
    turn.show(turn.t("<b>{who}</b>\nFor how many days shall it be good?", who=_whom(turn, button)), rows)


def _make(turn: Turn, button: InviteButton) -> None:
    """Make the invitation, once for a double tap, and say the words to forward."""
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.chat_id, turn.place.message_id, button)):
        return
    expires = turn.rooms.clock() + dt.timedelta(days=button.days)
    made = turn.rooms.store.invitations.make(
        button.role, button.unit_id or None, turn.person.id, uses=button.uses, expires_at=expires
    )
    until = when(made.expires_at, turn.rooms.timezone)
    turn.show(
        turn.t(
            "The invitation is ready: <b>{who}</b>, for {uses}, until {until}. Forward the next message to those whom"
            " you mean and to nobody else: whoever opens the link has the role. /undang takes it back.",
            who=_whom(turn, button),
            uses=turn.t.several("{number} person", "{number} people", made.uses),
            until=until,
        )
    )
    turn.say(
        turn.t(
            "You are invited to TanyaMutu as <b>{who}</b>. It answers questions about the university's quality"
            " standards and SOPs with the exact clause.\n\nOpen this link and press START, until {until}:\n{link}",
            who=_whom(turn, button),
            until=until,
            link=f"https://t.me/{turn.rooms.username}?start={made.token}",
        )
    )


def _list(turn: Turn) -> tuple[Html, Keyboard]:
    """Return the open invitations with a button to take each back."""
    t = turn.t
    opened = turn.rooms.store.invitations.open_of(turn.person.id)[:LISTED]
    if not opened:
        return t("None of your invitations is open. /undang makes one."), []
    lines = [
        t(
            "{position}. {who}: {left} of {uses} left, until {until}",
            position=position,
            who=who(t, turn.rooms.store, one.role, one.unit_id),
            left=one.uses_left,
            uses=one.uses,
            until=when(one.expires_at, turn.rooms.timezone),
        )
        for position, one in enumerate(opened, start=1)
    ]
    rows = [[_back_button(turn, position, one)] for position, one in enumerate(opened, start=1)]
    return Html("\n".join([t("<b>Open invitations</b>"), *lines])), rows


def _back_button(turn: Turn, position: int, invitation: Invitation) -> Button:
    label = turn.t.plain("Take back {position}", position=position)
    return Button(label, InvitationButton("back", invitation.id).data())


def _whom(turn: Turn, button: InviteButton) -> str:
    return who(turn.t, turn.rooms.store, button.role, button.unit_id or None)


def _may_give(turn: Turn, role: Role, unit_id: int | None) -> bool:
    """Whether the person may invite to a role in a unit; raises `UnitNotFoundError`."""
    unit_ids = frozenset[int]() if unit_id is None else turn.rooms.store.units.chain(unit_id)
    return may(turn.person, Action.INVITE, Subject(role=role, unit_ids=unit_ids))
