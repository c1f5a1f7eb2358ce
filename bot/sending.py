"""From the outbox to Telegram: each message once, whatever happens on the way, or at most once more.

What a failure means decides what is done: refused before it had an effect, it is sent again for as long as it
takes; without an answer, perhaps accepted, it is sent once more (HOUSE.md); refused for good, it is given up.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, ExtBot

from bot.pump import Pump
from bot.request import NOT_SENT
from store.desk import Desk
from store.outbox import UNANNOUNCED, Message, MessageLostError, NewMessage, OutboxState, Priority

MESSAGES_AT_ONCE = 32
MOST_WAITING = 2
"""Messages that nobody waits for and that queue for the flood limit: an answer that comes up goes behind them."""
LOOK_AGAIN = 0.5
"""Seconds after which the outbox is looked at without being told; reminders come due by themselves."""
WORKER = "bot"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 300.0
"""Seconds before a message that was refused is sent again; doubled each time, with some chance in it."""
CHAT_ACTION = "sendChatAction"
GATEWAY_TIMEOUT, TOO_LARGE = "gateway timeout", "too large"
"""HTTP's own words for 504 and 413, which Telegram uses too; python-telegram-bot does not keep the number."""
HARMLESS = (
    "message is not modified",
    "query is too old",
    "message to delete not found",
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
)
"""Refusals that mean: there is nothing left to do."""
GONE = ("chat not found", "user not found", "PEER_ID_INVALID")

Pause = Callable[[int], float]

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a request."""

    ACCEPTED = auto()
    AGAIN = auto()
    PERHAPS = auto()
    BLOCKED = auto()
    MOVED = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class Verdict:
    """An outcome with what belongs to it: seconds to wait, why, and where a group has moved."""

    outcome: Outcome
    wait: float | None = None
    reason: str = ""
    new_chat: int | None = None


def judge(error: TelegramError) -> Verdict:
    """Say what a failed request means; python-telegram-bot keeps the cause of a network fault in ``__cause__``."""
    reason = str(error)
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Verdict(Outcome.AGAIN, float(wait if isinstance(wait, int) else wait.total_seconds()), reason)
    if isinstance(error, ChatMigrated):
        return Verdict(Outcome.MOVED, reason=reason, new_chat=error.new_chat_id)
    if isinstance(error, Forbidden):
        return Verdict(Outcome.BLOCKED, reason=reason)
    if isinstance(error, BadRequest):
        return _judge_refusal(reason)
    if isinstance(error, EndPointNotFound):  # also what a revoked token looks like
        return Verdict(Outcome.AGAIN, LONGEST_PAUSE, reason)
    if isinstance(error, NetworkError) and TOO_LARGE in reason.lower():
        return Verdict(Outcome.REFUSED, reason=reason)
    if isinstance(error, NetworkError):
        return Verdict(Outcome.PERHAPS if _may_have_arrived(error) else Outcome.AGAIN, reason=reason)
    if error.__cause__ is not None:  # "200 OK" with something that is not Telegram's
        return Verdict(Outcome.PERHAPS, reason=reason)
    return Verdict(Outcome.REFUSED, reason=reason)


def _may_have_arrived(error: NetworkError) -> bool:
    """Whether the request may have had an effect.

    A gateway's page instead of JSON is a cause too (`TelegramError`), but it came with a status that counts.
    """
    cause = error.__cause__
    if cause is None or isinstance(cause, TelegramError):
        return GATEWAY_TIMEOUT in str(error).lower()
    return not isinstance(cause, NOT_SENT)


def _judge_refusal(reason: str) -> Verdict:
    if any(words in reason.lower() for words in HARMLESS):
        return Verdict(Outcome.ACCEPTED, reason=reason)
    if any(words.lower() in reason.lower() for words in GONE):
        return Verdict(Outcome.BLOCKED, reason=reason)
    return Verdict(Outcome.REFUSED, reason=reason)


def growing_pause(attempts: int) -> float:
    """Return the seconds to wait after so many attempts."""
    seconds: float = FIRST_PAUSE * 2 ** min(attempts - 1, 20)
    return min(LONGEST_PAUSE, seconds) * random.uniform(0.75, 1.25)  # noqa: S311


class MarkingLimiter(AIORateLimiter):
    """Keeps Telegram's flood limits (30 messages a second, 20 a minute to a group) and says when a call really goes.

    A message that waits here has not been sent: only when its turn has come it is marked as being sent. A 429 is
    not waited out here but by the outbox, where it survives a restart.
    """

    def __init__(self, *, waits: bool = True) -> None:
        """Keep the limits; with `waits` False only mark, to measure against a Bot API without flood limits."""
        if waits:
            super().__init__(max_retries=0)
        else:
            super().__init__(overall_max_rate=0, group_max_rate=0, max_retries=0)
        self.waiting = 0
        """How many calls wait for their turn."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Any,
    ) -> Any:
        """Wait for the call's turn, run ``rate_limit_args`` (a coroutine function), then make the call."""
        if endpoint == CHAT_ACTION:  # no message: it must not take the turn of one
            return await callback(*args, **kwargs)
        mark: Callable[[], Awaitable[None]] | None = rate_limit_args

        async def marked(*arguments: Any, **keywords: Any) -> Any:
            turns.close()
            if mark is not None:
                await mark()
            try:
                return await callback(*arguments, **keywords)
            except RetryAfter as error:
                return error  # raised, the library would log it as an error with its traceback

        with ExitStack() as turns:
            self.waiting += 1
            turns.callback(self._has_turn)
            result = await super().process_request(marked, args, kwargs, endpoint, data, None)
        if isinstance(result, RetryAfter):
            raise result
        return result

    def _has_turn(self) -> None:
        self.waiting -= 1


class Sender:
    """Sends what is in the outbox."""

    def __init__(self, bot: ExtBot[Any], desk: Desk, pause: Pause = growing_pause) -> None:
        """`pause` gives the seconds before another attempt, from the number of those made."""
        self._bot = bot
        self._desk = desk
        self._outbox = desk.store.outbox
        self._pause = pause
        self.pump: Pump[Message] = Pump("sender", self._take, self.send, limit=MESSAGES_AT_ONCE, look_again=LOOK_AGAIN)

    async def _take(self, room: int) -> list[Message]:
        limiter = self._bot.rate_limiter
        is_full = isinstance(limiter, MarkingLimiter) and limiter.waiting >= MOST_WAITING
        return await self._desk.run(lambda: self._claimed(room, is_full=is_full))

    def _claimed(self, room: int, *, is_full: bool) -> list[Message]:
        """Return all answers that there is room for, or one message that nobody waits for."""
        answers = self._outbox.claim_some(WORKER, room, least=Priority.ANSWER)
        return answers or ([] if is_full else self._outbox.claim_some(WORKER, 1))

    async def send(self, message: Message) -> None:
        """Send a message that was claimed, and note what became of it."""
        try:
            verdict, message_id = await self._request(message)
            wait = await self._desk.insist(lambda: self._note(message, verdict, message_id))
        except MessageLostError as error:
            logger.info("%s", error)
            return
        if wait is not None:
            asyncio.get_running_loop().call_later(wait, self.pump.ring)

    async def _request(self, message: Message) -> tuple[Verdict, int | None]:
        """Make the call; returns what became of it and the number that Telegram gave the message."""
        try:
            result = await self._bot.do_api_request(
                message.method,
                api_kwargs=_with_file(_marked_late(message, self._desk.store.clock())),
                rate_limit_args=lambda: self._mark(message),
            )
        except TelegramError as error:
            return judge(error), None
        return Verdict(Outcome.ACCEPTED), result.get("message_id") if isinstance(result, dict) else None

    async def _mark(self, message: Message) -> None:
        """Note that a call goes out now; another message may wait for its turn."""
        self.pump.ring()
        if message.method not in UNANNOUNCED:
            await self._desk.insist(lambda: self._outbox.sending(message))

    def _note(self, message: Message, verdict: Verdict, message_id: int | None) -> float | None:
        """Keep what became of a message; returns the seconds until it may go again, None if it is over."""
        wait = self._pause(message.attempts) if verdict.wait is None else verdict.wait
        match verdict.outcome:
            case Outcome.ACCEPTED:
                self._outbox.sent(message, message_id)
            case Outcome.AGAIN:
                self._outbox.retry_later(message, dt.timedelta(seconds=wait), verdict.reason)
                return wait
            case Outcome.PERHAPS:
                logger.warning("%s may have arrived: %s", message.method, verdict.reason)
                if self._outbox.uncertain(message, verdict.reason, dt.timedelta(seconds=wait)) is OutboxState.QUEUED:
                    return wait
            case Outcome.BLOCKED:
                self._outbox.blocked(message, verdict.reason)
            case Outcome.MOVED:
                self._move(message, verdict)
            case Outcome.REFUSED:
                logger.error("Telegram refused %s for chat %s: %s", message.method, message.chat_id, verdict.reason)
                self._outbox.gave_up(message, verdict.reason)
        return None

    def _move(self, message: Message, verdict: Verdict) -> None:
        """Send it to the group's new number instead (Bot API, ``migrate_to_chat_id``)."""
        self._outbox.gave_up(message, verdict.reason)
        if verdict.new_chat is not None:
            self._outbox.enqueue(
                NewMessage(
                    chat_id=verdict.new_chat,
                    method=message.method,
                    parameters={**message.parameters, "chat_id": verdict.new_chat},
                    dedupe_key=f"{message.dedupe_key}>{verdict.new_chat}",
                    file=message.file,
                    priority=message.priority,
                    update_id=message.update_id,
                )
            )


def _marked_late(message: Message, now: dt.datetime) -> Message:
    """Return the message with its mark, if it goes later than it should."""
    if message.late_at is None or now <= message.late_at or "text" not in message.parameters:
        return message
    return replace(message, parameters={**message.parameters, "text": message.late_mark + message.parameters["text"]})


def _with_file(message: Message) -> dict[str, Any]:
    """Return the call's parameters; a file in them is kept as text (base64) until it goes."""
    if message.file is None:
        return message.parameters
    kept = message.parameters[message.file]
    file = InputFile(base64.b64decode(kept["content"]), filename=kept["name"], attach=False)
    return {**message.parameters, message.file: file}
