"""From the inbox to the handlers: one person's updates in their order, different people beside each other.

The order is the store's (`store.inbox.Inbox.claim` gives no update while an earlier one of its person is open),
so that it outlives the process; a `BaseUpdateProcessor` would hold it in memory. An update is done in the same
transaction that puts what was said into the outbox.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import cast

from telegram import Chat, ChatMember, Update, User

from bot.pump import Pump
from handlers.context import TanyaApplication, Turns, language_of
from handlers.failure import note_failure
from handlers.turn import Place, Turn
from store.database import StoreBusyError, UnusableStoreError
from store.inbox import ClaimedUpdate, ClaimLostError
from store.people import LARGEST_ID

UPDATES_AT_ONCE = 64
LEASE = dt.timedelta(hours=1)
"""Longer than any turn, also on a laptop that slept: nobody else takes this process's updates while it lives,
and a start takes back what a dead one had."""
TOGETHER = 8
"""Updates that are claimed in one job, about a millisecond each."""
LOOK_AGAIN = 1.0
"""Seconds after which the inbox is looked at without being told."""
WORKER = "bot"
"""One process a data folder (`bot.lock`), so its name can be the same after each start."""
ANONYMOUS_ADMIN = 1087968824
"""@GroupAnonymousBot, in whose name administrators of a group may write (Bot API, Message ``from``)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """An update with its turn; without one where nobody is behind it, or (with a reason) it cannot be read."""

    claimed: ClaimedUpdate
    update: Update | None = None
    turn: Turn | None = None
    unreadable: str = ""


class Dispatcher:
    """Plays turns: takes an update, lets the handlers work, settles what they brought."""

    def __init__(self, application: TanyaApplication, told: Callable[[], None]) -> None:
        """`told` is called when something was put into the outbox."""
        self._application = application
        self._turns: Turns = application.bot_data
        self._rooms = self._turns.rooms
        self._told = told
        self.pump: Pump[Opened] = Pump(
            "dispatcher", self._take, self._play, limit=UPDATES_AT_ONCE, look_again=LOOK_AGAIN
        )

    async def _take(self, room: int) -> list[Opened]:
        return await self._rooms.desk.run(lambda: self._open_next(min(room, TOGETHER)))

    def _open_next(self, most: int) -> list[Opened]:
        """Claim updates and read who they are from; at the desk."""
        return [self._opened(claimed) for claimed in self._rooms.store.inbox.claim_some(WORKER, most, lease=LEASE)]

    def _opened(self, claimed: ClaimedUpdate) -> Opened:
        try:
            update = cast("Update | None", Update.de_json(claimed.payload, self._application.bot))
            user = update.effective_user if update else None
            if update is None or user is None or (user.is_bot and user.id != ANONYMOUS_ADMIN):
                return Opened(claimed)
            _check_fields(update)
            return Opened(claimed, update, self._turn(claimed, update, user))
        except (StoreBusyError, UnusableStoreError):
            raise  # the store's fault: the update is claimed again
        except Exception as error:
            # Not the message: it may quote what somebody wrote.
            logger.warning("update %s cannot be read and is put aside: %s", claimed.update_id, type(error).__name__)
            return Opened(claimed, unreadable=f"cannot be read: {type(error).__name__}")

    def _turn(self, claimed: ClaimedUpdate, update: Update, user: User) -> Turn:
        store, place = self._rooms.store, Place.of(update, user)
        person = store.people.seen(user.id, user.full_name, user.username, language_of(user))
        step = store.conversations.step(person.id, place.chat_id)
        return Turn(self._rooms, claimed, person, place, step)

    async def _play(self, opened: Opened) -> None:
        if opened.update is None or opened.turn is None:
            await self._rooms.desk.insist(lambda: self._put_aside(opened))
            return
        turn = opened.turn
        self._turns.open[opened.claimed.update_id] = turn
        try:
            await self._application.process_update(opened.update)
            await self._settle(turn)
        finally:
            del self._turns.open[opened.claimed.update_id]
        self._told()

    def _put_aside(self, opened: Opened) -> None:
        inbox = self._rooms.store.inbox
        if opened.unreadable:
            inbox.failed(opened.claimed, opened.unreadable)
        else:
            inbox.done(opened.claimed)

    async def _settle(self, turn: Turn) -> None:
        """End the turn; a job that fails makes it a failed one, of which the person hears."""
        try:
            await self._rooms.desk.insist(turn.settle)
        except ClaimLostError as error:
            logger.warning("%s", error)
        except Exception as error:
            note_failure(turn, error)
            await self._rooms.desk.insist(turn.settle)


def _check_fields(update: Update) -> None:
    """Raise TypeError or ValueError for an update that handlers cannot rely on; the library does not look."""
    message, press, query = update.effective_message, update.callback_query, update.inline_query
    chat, change = update.effective_chat, update.my_chat_member
    wanted: list[tuple[object, type | UnionType]] = []
    if chat is not None:
        wanted += [(chat.id, int), (chat.type, str)]
    if message is not None:
        text = getattr(message, "text", None)  # a message that a press tells of may be out of reach
        wanted += [(message.message_id, int), (message.chat, Chat), (text, str | None)]
    if press is not None:
        wanted += [(press.id, str), (press.data, str | None), (press.inline_message_id, str | None)]
    if query is not None:
        wanted += [(query.id, str), (query.query, str)]
    if change is not None:
        wanted += [(change.chat, Chat), (change.old_chat_member, ChatMember), (change.new_chat_member, ChatMember)]
    for value, kind in wanted:
        if not isinstance(value, kind):
            raise TypeError(f"{type(value).__name__} in place of {kind}")
        if isinstance(value, int) and abs(value) > LARGEST_ID:
            raise ValueError("a number beyond Telegram's")
