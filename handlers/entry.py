"""The one door: every command, button and text passes here, where `store.permissions.may` decides."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Generic, Protocol, TypeVar

from telegram import Update

from handlers import survey_asking
from handlers.addresses import Address
from handlers.context import CustomContext
from handlers.turn import Turn
from store.conversations import Step
from store.permissions import Action, Subject, may

A = TypeVar("A", bound=Address)
W = TypeVar("W")
Play = Callable[[Turn, W], Awaitable[None] | None]
"""What is done: given the turn, and the update or the address that the pressed button carries. A plain function
runs at the desk, in the turn's last transaction, where it may use the store freely; a coroutine may do slow
work, and brings its writes to the desk (`Turn.do`)."""


WAITING: Final = frozenset({survey_asking.STEP})
"""Dialogues that no command ends but /batal: who looks something up in the middle of a survey goes on with it."""
BESIDE: Final = "beside"
"""In the data of such a dialogue: a command came since its last question."""


class Entry(Protocol):
    """A callback as python-telegram-bot wants it, which says what it is an action of."""

    action: Action

    def __call__(self, update: Update, context: CustomContext) -> Coroutine[Any, Any, None]:
        """Handle an update."""
        ...


class _Door(Generic[W]):
    """A callback that lets through who may."""

    def __init__(self, action: Action, play: Play[W], read: Callable[[Update], W], *, keeps_step: bool) -> None:
        self.action = action
        self._play = play
        self._read = read
        self._keeps_step = keeps_step

    async def __call__(self, update: Update, context: CustomContext) -> None:
        """Refuse, or let the play begin."""
        turn = context.turn
        if not may(turn.person, self.action):
            refuse(turn)
            return
        try:
            what = self._read(update)
        except ValueError:
            stale(turn)
            return
        if turn.step is not None and not self._keeps_step:
            turn.do(lambda: _leave(turn, turn.step))
        if inspect.iscoroutinefunction(self._play):
            await self._play(turn, what)
        else:
            turn.do(lambda: _play(self._play, turn, what))


def _leave(turn: Turn, step: Step | None) -> None:
    """End a dialogue, unless it is one that waits beside whatever else is done; that is noted with it."""
    if step is not None and step.name in WAITING:
        turn.set_step(step.name, **{**step.data, BESIDE: True})
    else:
        turn.end_step()


def _play(play: Play[W], turn: Turn, what: W) -> None:
    play(turn, what)


def entry(action: Action, play: Play[Update], *, keeps_step: bool = False) -> Entry:
    """Return the callback for a command or a text; a running dialogue ends with it unless it `keeps_step`.

    A dialogue that is `WAITING` goes on.
    """
    return _Door(action, play, lambda update: update, keeps_step=keeps_step)


def press(action: Action, address: type[A], play: Play[A]) -> Entry:
    """Return the callback for a kind of button; a running dialogue goes on beside it."""
    return _Door(action, play, lambda update: address.read(_data(update)), keeps_step=True)


async def unknown_press(_: Update, context: CustomContext) -> None:
    """Say that a button is from another time."""
    stale(context.turn)


def stale(turn: Turn) -> None:
    """Say that a button leads nowhere (any more)."""
    turn.toast(turn.t.plain("This button does not work any more. Please ask again."), is_alert=True)


def refuse(turn: Turn) -> None:
    """Say that this is not for the person; a press hears it as an alert, without disturbing the message."""
    if turn.place.callback_id is not None:
        turn.toast(turn.t.plain("This button is not for your role."), is_alert=True)
    elif turn.place.inline_id is None:
        turn.say(turn.t("This is not for your role. /profil shows who you are here."))


def is_foreign(turn: Turn, action: Action, owner_id: int) -> bool:
    """Whether a button was made for somebody else, which the presser is told then."""
    if may(turn.person, action, Subject(owner_id=owner_id)):
        return False
    turn.toast(turn.t.plain("This button was made for somebody else."), is_alert=True)
    return True


def _data(update: Update) -> str:
    query = update.callback_query
    return (query.data or "") if query else ""
