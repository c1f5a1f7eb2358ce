"""Requests for staff roles: somebody asks, all administrators see it, the first press decides, the asker is told."""

from __future__ import annotations

import datetime as dt

from telegram import Update

from handlers.addresses import RequestButton
from handlers.entry import refuse
from handlers.texts import Html, Speech, escape, speech
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import when, who
from store.people import Person, PersonState, RequestDecidedError, RequestNotFoundError, RequestState, RoleRequest
from store.permissions import Action, Subject, may
from store.roles import Role

SHOWN = 5
"""Requests in one list; each is a message."""
MOST_A_DAY = 5
"""Requests of one person within a day: each reaches all administrators."""
DAY = dt.timedelta(days=1)


def ask(turn: Turn, role: Role, unit_id: int | None) -> None:
    """Ask the administrators for a role; a new person is a guest until then. At the desk."""
    people, t, person = turn.rooms.store.people, turn.t, turn.person
    if person.state is PersonState.NEW:
        turn.person = people.choose(person.id, Role.GUEST)
    wish = who(t, turn.rooms.store, role, unit_id)
    if (person.role, person.unit_id) == (role, unit_id):
        turn.show(t("You are that already: {who}.", who=wish))
    elif not people.administrators:
        turn.show(
            t(
                "<b>{who}</b> is a staff role, and this bot has no administrator who could approve it. Ask your"
                " coordinator for an invitation, or tell those who run the bot. You can ask questions all the same:"
                " just write.",
                who=wish,
            )
        )
    elif (pending := pending_of(turn)) and (pending.role, pending.unit_id) == (role, unit_id):
        turn.show(t("Your request is waiting for an administrator already: {who}.", who=wish))
    elif len([one for one in people.requests_of(person.id) if turn.rooms.clock() - one.made_at < DAY]) >= MOST_A_DAY:
        turn.show(t("You have asked for a role often today. Please wait until tomorrow, or ask for an invitation."))
    else:
        _send(turn, people.request_role(person.id, role, unit_id))


def pending_of(turn: Turn) -> RoleRequest | None:
    """Return the person's request that waits for a decision; at the desk."""
    requests = turn.rooms.store.people.requests_of(turn.person.id)
    return next((one for one in requests if one.state is RequestState.PENDING), None)


def show_requests(turn: Turn, _: Update) -> None:
    """Show the requests that wait, the oldest first, each with its buttons."""
    waiting = turn.rooms.store.people.pending_requests()
    if not waiting:
        turn.say(turn.t("No request is waiting."))
        return
    text = turn.t.several("<b>{number} request is waiting</b>", "<b>{number} requests are waiting</b>", len(waiting))
    more = turn.t("These are the oldest; when they are decided, /permintaan shows more.")
    turn.say(Html(f"{text}\n{more}") if len(waiting) > SHOWN else text)
    for request in waiting[:SHOWN]:
        turn.say(_card(turn, turn.t, request), _choice(turn.t, request))


def decide(turn: Turn, button: RequestButton) -> None:
    """Approve or refuse a request; who comes second is told who was faster."""
    store, t = turn.rooms.store, turn.t
    try:
        request = store.people.request(button.request_id)
    except RequestNotFoundError:
        turn.toast()
        turn.show(t("This request is gone: it was erased with the person who made it."))
        return
    if not may(turn.person, Action.APPROVE_ROLE, _subject(turn, request)):
        refuse(turn)
        return
    try:
        decided = store.people.decide(request.id, turn.person.id, approved=button.act == "approve")
    except RequestDecidedError as error:
        note = _outcome(turn, error.request)
        turn.toast(note, is_alert=True)
        turn.show(Html(f"{_card(turn, t, request)}\n\n{escape(note)}"))
        return
    turn.toast()
    turn.show(Html(f"{_card(turn, t, decided)}\n\n{escape(_outcome(turn, decided))}"))
    _tell(turn, decided)


def _send(turn: Turn, request: RoleRequest) -> None:
    """Bring a request to the administrators, and say what happens now."""
    known = turn.rooms.store.people.with_role(Role.ADMINISTRATOR)
    for administrator in known:
        t = speech(administrator.language)
        turn.say(_card(turn, t, request), _choice(t, request), to=administrator.id)
    wish = who(turn.t, turn.rooms.store, request.role, request.unit_id)
    text = turn.t(
        "<b>{who}</b> is a staff role: it takes an invitation or an approval. I have asked the administrators and will"
        " tell you here.\n\nMeanwhile you can ask everything: just write your question.",
        who=wish,
    )
    if not known:
        text = turn.t(
            "<b>{who}</b> is a staff role: it takes an invitation or an approval. No administrator has opened this bot"
            " yet; they will see your request when they do.\n\nMeanwhile you can ask everything: just write your"
            " question.",
            who=wish,
        )
    turn.show(text)


def _tell(turn: Turn, request: RoleRequest) -> None:
    """Tell the asker the outcome, and give them the menu of the role."""
    asker = turn.rooms.store.people.get(request.person_id)
    t = speech(asker.language)
    wish = who(t, turn.rooms.store, request.role, request.unit_id)
    if request.state is RequestState.APPROVED:
        text = t("An administrator has approved it: you are <b>{who}</b> now. /start shows what you can do.", who=wish)
        turn.set_menu(asker)
    else:
        text = t(
            "An administrator has refused your request to be <b>{who}</b>. If that is a mistake, ask your coordinator"
            " for an invitation.",
            who=wish,
        )
    turn.say(text, to=asker.id)


def _card(turn: Turn, t: Speech, request: RoleRequest) -> Html:
    """Return a request as an administrator sees it."""
    store = turn.rooms.store
    asker = store.people.get(request.person_id)
    return t(
        "<b>Request for a role</b>\n{name}\nwants to be <b>{wish}</b>\nnow: {now}\nasked: {when}",
        name=_name(asker),
        wish=who(t, store, request.role, request.unit_id),
        now=who(t, store, asker.role, asker.unit_id),
        when=when(request.made_at, turn.rooms.timezone),
    )


def _name(person: Person) -> str:
    """Return name, user name and number: names are easily made up."""
    username = f", @{person.username}" if person.username else ""
    return f"{person.name}{username}, {person.id}"


def _choice(t: Speech, request: RoleRequest) -> Keyboard:
    return [
        [
            Button(t.plain("✅ Approve"), RequestButton("approve", request.id).data()),
            Button(t.plain("❌ Refuse"), RequestButton("refuse", request.id).data()),
        ]
    ]


def _outcome(turn: Turn, request: RoleRequest) -> str:
    """Return who decided a request, and how."""
    decider = None if request.decided_by is None else turn.rooms.store.people.find(request.decided_by)
    name = decider.name if decider else "?"
    if request.state is RequestState.APPROVED:
        return turn.t.plain("✅ Approved by {name}.", name=name)
    if request.state is RequestState.REFUSED:
        return turn.t.plain("❌ Refused by {name}.", name=name)
    return turn.t.plain("The request was taken back or replaced; nothing is left to decide.")


def _subject(turn: Turn, request: RoleRequest) -> Subject:
    unit_ids = frozenset[int]() if request.unit_id is None else turn.rooms.store.units.chain(request.unit_id)
    return Subject(owner_id=request.person_id, role=request.role, unit_ids=unit_ids)
