"""Following an invitation: it gives a staff role, after a question to those who have one already."""

from __future__ import annotations

from typing import Final

from handlers.addresses import JoinButton
from handlers.entry import is_foreign
from handlers.role_choice import welcome
from handlers.texts import N_, Html
from handlers.turn import Button, Turn
from handlers.wording import who
from store.database import StoreError
from store.invitations import Invitation, InvitationExpiredError, InvitationUnknownError, InvitationUsedUpError
from store.permissions import Action, Subject, may
from store.roles import GRANTED_ROLES, Role

FAILURES: Final[dict[type[StoreError], str]] = {
    InvitationUnknownError: N_("This invitation is not known, or it was taken back. Please ask for a new one."),
    InvitationExpiredError: N_("This invitation has expired. Please ask for a new one."),
    InvitationUsedUpError: N_(
        "This invitation has been used by as many people as it was for. Please ask for a new one."
    ),
}


def follow_invitation(turn: Turn, token: str, *, is_sure: bool = False) -> None:
    """Give the role of an invitation, or say why not; at the desk. Using it again changes nothing."""
    store, t, person = turn.rooms.store, turn.t, turn.person
    try:
        invitation = store.invitations.usable(token, person.id)
    except (InvitationUnknownError, InvitationExpiredError, InvitationUsedUpError) as error:
        turn.show(t(FAILURES[type(error)]))
        return
    offered = who(t, store, invitation.role, invitation.unit_id)
    now = who(t, store, person.role, person.unit_id)
    if person.role is Role.ADMINISTRATOR:
        turn.show(t("You are an administrator by the settings; this invitation ({who}) is for others.", who=offered))
    elif invitation.made_by == person.id:
        turn.show(t("You made this invitation ({who}) yourself: forward it to those whom you mean.", who=offered))
    elif store.invitations.was_used(invitation, person.id):
        turn.show(t("You have used this invitation already. You are here as: <b>{who}</b>.", who=now))
    elif not _stands(turn, invitation):
        turn.show(t(FAILURES[InvitationUnknownError]))
    elif (person.role, person.unit_id) == (invitation.role, invitation.unit_id):
        turn.show(t("You are that already: {who}.", who=offered))
    elif person.role in GRANTED_ROLES and not is_sure:
        _ask_if_sure(turn, token, now, offered)
    else:
        turn.person = store.invitations.redeem(token, person.id).person
        turn.set_menu(turn.person)
        hello = t("Welcome, {name}!", name=person.name)
        turn.show(Html(f"{hello}\n\n{welcome(turn)}"))


def press_join(turn: Turn, button: JoinButton) -> None:
    """Follow the invitation after all, or let it be."""
    if is_foreign(turn, Action.REDEEM_INVITATION, button.person_id):
        return
    turn.toast()
    if button.act == "join":
        follow_invitation(turn, button.token, is_sure=True)
    else:
        turn.show(turn.t("It stays as it is. The invitation was not used."))


def _ask_if_sure(turn: Turn, token: str, now: str, offered: str) -> None:
    t, person_id = turn.t, turn.person.id
    rows = [
        [Button(t.plain("Yes, change it"), JoinButton(person_id, "join", token).data())],
        [Button(t.plain("No, keep it"), JoinButton(person_id, "stay", token).data())],
    ]
    turn.show(t("You are <b>{now}</b>. Become <b>{then}</b>?", now=now, then=offered), rows)


def _stands(turn: Turn, invitation: Invitation) -> bool:
    """Whether the one who made the invitation may still give what it gives; of one who is unknown now it stands."""
    store = turn.rooms.store
    maker = None if invitation.made_by is None else store.people.find(invitation.made_by)
    unit_ids = frozenset[int]() if invitation.unit_id is None else store.units.chain(invitation.unit_id)
    subject = Subject(owner_id=turn.person.id, role=invitation.role, unit_ids=unit_ids)
    return maker is None or may(maker, Action.INVITE, subject)
