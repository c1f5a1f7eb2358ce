"""Updates that wait for the bot, fetched by polling or delivered to a webhook (Bot API, "Getting updates")."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable

from playground.bell import Bell
from playground.errors import ApiError
from playground.messages import Wire

ALL_KINDS = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
        "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
        "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
        "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
        "chat_join_request", "chat_boost", "removed_chat_boost",
    }
)  # fmt: skip
DEFAULT_KINDS = ALL_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
FIRST_UPDATE_ID = 700_000_001
KEPT_SECONDS = 24 * 3600.0
"""Updates that nobody fetches are forgotten after a day."""
AT_ONCE = 100
LONGEST_POLL = 50


class Updates:
    """The queue of updates; `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.allowed = DEFAULT_KINDS
        self.bell = Bell()
        self.webhook_is_set = False
        self.polls = 0
        self._clock = clock
        self._waiting: deque[tuple[float, Wire]] = deque()
        self._ids = itertools.count(FIRST_UPDATE_ID)

    @property
    def waiting(self) -> list[Wire]:
        """All updates that are not confirmed, oldest first."""
        while self._waiting and self._waiting[0][0] < self._clock() - KEPT_SECONDS:
            self._waiting.popleft()
        return [update for _, update in self._waiting]

    def allow(self, kinds: list[str] | None) -> None:
        """Tell the bot these kinds from now on; an empty list: the usual ones, None: as before."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & ALL_KINDS or DEFAULT_KINDS

    def add(self, kind: str, content: Wire) -> None:
        """Queue an update, unless the bot asked not to get this kind."""
        if kind in self.allowed:
            self.force({kind: content})

    def force(self, fields: Wire) -> None:
        """Queue an update with these fields, whatever they are."""
        self._waiting.append((self._clock(), {"update_id": next(self._ids), **fields}))
        self.bell.ring()

    def clear(self) -> None:
        """Forget all that wait."""
        self._waiting.clear()

    def confirm(self, update: Wire) -> None:
        """Forget an update that was delivered."""
        self._waiting = deque(entry for entry in self._waiting if entry[1] is not update)
        self.bell.ring()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Wire]:
        """Return up to `limit` updates, waiting up to `timeout` seconds for the first.

        A positive offset confirms, and forgets, all updates before it; a negative one all but the last
        so many. A second poller ends the first with 409. Updates that were not confirmed come again.
        """
        if self.webhook_is_set:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        self.end_polls()
        this_poll = self.polls
        self._forget_before(offset)
        await self.bell.until(lambda: bool(self._waiting) or self.polls != this_poll, timeout)
        if self.polls != this_poll:
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        return self.waiting[:limit]

    def end_polls(self) -> None:
        """Let go whoever waits for updates."""
        self.polls += 1
        self.bell.ring()

    def _forget_before(self, offset: int) -> None:
        if offset < 0:
            self._waiting = deque(list(self._waiting)[offset:])
        while offset > 0 and self._waiting and self._waiting[0][1]["update_id"] < offset:
            self._waiting.popleft()
