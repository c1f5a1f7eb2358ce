"""The bot's service for a simulated year: the real ticks, texts, outbox and sender; Telegram and the clock are not."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
from telegram.error import Forbidden, NetworkError, RetryAfter, TimedOut

from bot.sending import WORKER, Sender
from handlers.reminding import tell
from handlers.rooms import Rooms
from playground.faults import Fault, Faults
from playground.scene import after_effect
from reminders.almanac import Almanac
from reminders.telling import telling_of
from store.clock import to_text
from store.desk import Desk
from store.outbox import Message
from store.store import Store

AT_ONCE = 32
FAULTS_BEFORE = [Fault("sendMessage", status=500), Fault("sendMessage", status=429, retry_after=3)]
REFUSED = [Fault("sendMessage", refuse=True)]


class KilledError(Exception):
    """The process ends here."""


@dataclass(frozen=True)
class Arrival:
    """A message that Telegram accepted: which of the outbox, when it was written and when it arrived."""

    key: str
    chat: int
    text: str
    written: dt.datetime
    at: dt.datetime


@dataclass
class Clock:
    """Says the time that it was set to."""

    now: dt.datetime

    def __call__(self) -> dt.datetime:
        """Return the time."""
        return self.now


@dataclass
class FakeTelegram:
    """Accepts messages, or fails before or after that; people may have blocked the bot."""

    clock: Clock
    faults: Faults
    blocked: set[int] = field(default_factory=set)
    arrived: list[Arrival] = field(default_factory=list)
    refused: list[tuple[int, dt.datetime]] = field(default_factory=list)
    rate_limiter: None = None
    sent_now: dict[int, Message] = field(default_factory=dict)
    """The message under way to each chat."""
    lives: int | None = None
    """How many requests are made yet before the process is killed; None: it is not."""
    is_accepted_at_death: bool = False

    async def do_api_request(self, method: str, *, api_kwargs: dict[str, Any], rate_limit_args: Any) -> object:
        """Do what `telegram.ext.ExtBot.do_api_request` does."""
        if self.lives is not None and self.lives <= 0:
            raise KilledError
        await rate_limit_args()
        chat = int(api_kwargs["chat_id"])
        if self.lives is not None:
            self.lives -= 1
            if self.lives <= 0:
                if self.is_accepted_at_death and chat not in self.blocked:
                    self._accept(chat, api_kwargs)
                raise KilledError
        if chat in self.blocked:
            self.refused.append((chat, self.clock.now))
            raise Forbidden("Forbidden: bot was blocked by the user")
        fault = self.faults.take(method)
        if fault is None or fault.after_effect:
            self._accept(chat, api_kwargs)
        if fault is not None:
            _fail(fault)
        return {"message_id": len(self.arrived)}

    def _accept(self, chat: int, parameters: dict[str, Any]) -> None:
        message = self.sent_now[chat]
        arrival = Arrival(message.dedupe_key, chat, str(parameters["text"]), message.created_at, self.clock.now)
        self.arrived.append(arrival)


def _fail(fault: Fault) -> None:
    """Raise what python-telegram-bot raises for a fault."""
    if fault.after_effect:
        raise TimedOut from aiohttp.SocketTimeoutError("")
    if fault.refuse:
        raise NetworkError("refused") from aiohttp.ConnectionTimeoutError("")
    if fault.status == 429:
        raise RetryAfter(fault.retry_after)
    raise NetworkError("Internal Server Error")


@dataclass(frozen=True)
class Enqueued:
    """A bundle as it was put into the outbox: for whom, the messages' keys and parameters."""

    person: int
    key: str
    pages: list[dict[str, Any]]


class YearService:
    """Runs what `bot.service.Service` runs, a step at a time."""

    def __init__(self, store: Store, clock: Clock, rooms: Rooms, seed: int) -> None:
        self.store, self.clock, self.rooms = store, clock, rooms
        self.desk = rooms.desk
        self.telling = rooms.telling
        faults = Faults(seed)
        faults.add_share(0.03, [*FAULTS_BEFORE, *REFUSED])
        faults.add_share(0.01, after_effect("sendMessage", late=0.0))
        self.telegram = FakeTelegram(clock, faults)
        self._sender = Sender(cast("Any", self.telegram), self.desk, lambda attempts: min(300.0, 0.5 * 2**attempts))
        self._read = sqlite3.connect(store.path)
        self._last = 0
        self.twice = 0

    async def start(self) -> None:
        """Begin after a stop."""
        self.telegram.lives = None
        await self.desk.run(lambda: self.store.outbox.release(WORKER))
        await self.desk.run(self.telling.take_up)
        await self.look_after()

    async def look_after(self) -> None:
        """Do what is done once a minute."""
        await self.desk.run(self.telling.look_after)

    async def tick(self, dies_in: int | None = None) -> list[Enqueued]:
        """Tell all who are due, as often as it takes; returns what was put into the outbox.

        With `dies_in` the process is killed in the middle of this telling, if there are so many: raises
        `KilledError`, and `enqueued` gives what was kept.
        """
        number, is_busy = 0, True
        while is_busy:
            if number == dies_in:
                await self.desk.run(self._die)
            is_busy = await self.desk.run(lambda: tell(self.rooms))
            number += 1
        return self.enqueued()

    def _die(self) -> None:
        tell(self.rooms)
        raise KilledError

    def handled(self) -> set[int]:
        """Return who had something due in what was kept of a telling right now, whether they were told or not."""
        now = to_text(self.clock.now)
        rows = self._read.execute("SELECT DISTINCT person_id FROM due WHERE ended_at = ?", [now]).fetchall()
        return {person for (person,) in rows}

    def enqueued(self) -> list[Enqueued]:
        """Return what has entered the outbox since this was last asked."""
        rows = self._read.execute(
            "SELECT id, chat_id, dedupe_key, parameters FROM outbox WHERE id > ? ORDER BY id", [self._last]
        ).fetchall()
        bundles: dict[str, Enqueued] = {}
        for number, chat, key, parameters in rows:
            self._last = number
            bundle = bundles.setdefault(key.rpartition(":")[0], Enqueued(chat, key.rpartition(":")[0], []))
            bundle.pages.append(json.loads(parameters))
        return list(bundles.values())

    async def send(self) -> None:
        """Send all that may go now; raises `KilledError` when the process is killed on the way."""
        while claimed := await self.desk.run(self._claim):
            self.telegram.sent_now = {message.chat_id: message for message in claimed}
            ended = await asyncio.gather(*map(self._sender.send, claimed), return_exceptions=True)
            for error in ended:
                if isinstance(error, BaseException):
                    raise error

    def _claim(self) -> list[Message]:
        return self.store.outbox.claim_some(WORKER, AT_ONCE)

    async def forget(self, day: dt.date) -> None:
        """Forget what is older; messages that may have arrived twice are counted before."""
        await self.desk.run(lambda: self._counting(lambda: self.store.forget_before(day)))

    def erase(self, person: int) -> None:
        """Erase somebody, with the messages to them; at the desk."""
        self._counting(lambda: self.store.erase_person(person))

    def _counting(self, deletes: Callable[[], object]) -> None:
        """Delete messages, and keep how many of them may have arrived twice."""
        before = self.store.outbox.counts().perhaps_twice
        deletes()
        self.twice += before - self.store.outbox.counts().perhaps_twice

    def counted_twice(self) -> int:
        """Return how many messages the outbox counted as perhaps sent twice."""
        return self.twice + self.store.outbox.counts().perhaps_twice

    def close(self) -> None:
        """Close what was opened here."""
        self._read.close()


def rooms_of(store: Store, almanac: Almanac, browser: Any) -> tuple[Rooms, ThreadPoolExecutor]:
    """Return rooms that tell people what is due, and the workers that nobody uses; close both, and the desk."""
    workers = ThreadPoolExecutor(1)
    desk = Desk(store)
    return Rooms(
        cast("Any", None), workers, desk, browser, lambda _: (), telling_of(almanac), clock=store.clock
    ), workers
