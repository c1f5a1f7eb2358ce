"""Updates come in: kept in the inbox first, confirmed to Telegram afterwards.

python-telegram-bot's updater hands updates to a queue in memory and confirms them with its next request, and it
stops at an update that it cannot read. Here the raw updates of a batch are kept in one transaction before the
next request confirms them (Bot API, getUpdates), and each is read when its turn comes.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from store.database import StoreError
from store.desk import Desk
from store.inbox import NewUpdate

ALLOWED_UPDATES = ("message", "callback_query", "inline_query", "my_chat_member")
POLL_SECONDS = 30
"""How long Telegram may keep a request open when there is nothing (Bot API, getUpdates ``timeout``)."""
GATHERING = 0.01
"""Seconds between two requests while there are updates: a busy bot gets several with one."""
READ_MARGIN = 10.0
LONGEST_PAUSE = 30.0
LARGEST_UPDATE = 1 << 20
"""Bytes; Telegram's updates are far smaller."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
CONNECTIONS = 40
"""Deliveries at once that Telegram may make (setWebhook ``max_connections``)."""

logger = logging.getLogger(__name__)


def as_new(update: dict[str, Any]) -> NewUpdate:
    """Return an update for the inbox: its key is the person, whose updates keep their order.

    Raises ValueError for what has no number.
    """
    number = update.get("update_id")
    if not isinstance(number, int):
        raise ValueError("an update without update_id")  # noqa: TRY004 - what is wrong is the update, not its type
    person, chat = _person_and_chat(update)
    return NewUpdate(number, str(person or chat or f"update:{number}"), update, person, chat)


def _person_and_chat(update: dict[str, Any]) -> tuple[int | None, int | None]:
    """Return who and where, as far as the update says it."""
    body = next((value for name, value in update.items() if name != "update_id" and isinstance(value, dict)), {})
    message = body.get("message")
    chat = body.get("chat") or (message.get("chat") if isinstance(message, dict) else None)
    return _id_of(body.get("from")), _id_of(chat)


def _id_of(thing: object) -> int | None:
    number = thing.get("id") if isinstance(thing, dict) else None
    return number if isinstance(number, int) and abs(number) < 1 << 52 else None


class Poller:
    """Asks Telegram for updates, over and over."""

    def __init__(self, bot: ExtBot[Any], desk: Desk, ring: Callable[[], None]) -> None:
        self._bot = bot
        self._desk = desk
        self._ring = ring
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to poll; a webhook that was set before is taken away, what waits at Telegram stays there.

        The first request confirms nothing: what was kept before comes once more and is known, while an update
        that a webhook could not take, older than those it took, would be lost by any offset. Raises
        `TelegramError`, and may be called again then.
        """
        await self._bot.delete_webhook()
        self._task = asyncio.create_task(self._poll(), name="poller")

    async def stop(self) -> None:
        """End polling; what was received and not kept comes again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _poll(self) -> None:
        pause, offset = 0.0, None
        while True:
            try:
                updates = await self._fetch(offset)
                await self._keep(updates)
            except Exception as error:  # whatever it is, a bot that has stopped to listen is worse
                pause = _pause_after(error, pause)
                await asyncio.sleep(pause)
                continue
            pause = 0.0
            if updates:
                offset = updates[-1]["update_id"] + 1
                self._ring()
                await asyncio.sleep(GATHERING)

    async def _fetch(self, offset: int | None) -> Sequence[dict[str, Any]]:
        wanted: dict[str, Any] = {"timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            wanted["offset"] = offset
        found = await self._bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=POLL_SECONDS + READ_MARGIN)
        return cast("list[dict[str, Any]]", found)

    async def _keep(self, updates: Sequence[dict[str, Any]]) -> None:
        if updates:
            new = [as_new(update) for update in updates]
            await self._desk.run(lambda: self._desk.store.inbox.put_all(new))


def _pause_after(error: Exception, before: float) -> float:
    """Log a failed request and return how long to wait: longer each time, as long as Telegram says."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return float(wait if isinstance(wait, int) else wait.total_seconds())
    if isinstance(error, Conflict):
        logger.error("another process polls with the same token; only one may: %s", error)
    elif isinstance(error, InvalidToken):
        logger.error("Telegram does not know the token any more; put a new one into .env and start again")
    elif isinstance(error, (TelegramError, StoreError)):
        logger.warning("no updates for the moment, trying again: %s", error)
    else:
        logger.error("updates cannot be taken, trying again", exc_info=error)
    return min(LONGEST_PAUSE, max(0.5, before * 2))


class Webhook:
    """Takes the updates that Telegram brings; answers only when they are kept."""

    def __init__(
        self, bot: ExtBot[Any], desk: Desk, ring: Callable[[], None], *, url: str, secret: str, listen: tuple[str, int]
    ) -> None:
        self._bot = bot
        self._desk = desk
        self._ring = ring
        self._url = url
        self._secret = secret
        self._listen = listen
        app = web.Application(client_max_size=LARGEST_UPDATE)
        app.router.add_post(urlsplit(url).path or "/", self._receive)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self) -> None:
        """Listen first, then tell Telegram where; raises `TelegramError`, and may be called again then."""
        if not self._runner.sites:
            await self._runner.setup()
            await web.TCPSite(self._runner, *self._listen).start()
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=CONNECTIONS,
        )

    async def stop(self) -> None:
        """Stop listening; Telegram keeps what it cannot bring, and brings it later."""
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        """Keep one update; 403 without the secret, 400 for what is no update, 500 if it cannot be kept."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return web.Response(status=403)
        try:
            update = as_new(json.loads(await request.read()))
        except (ValueError, AttributeError):
            return web.Response(status=400)
        try:
            await self._desk.run(lambda: self._desk.store.inbox.put(update))
        except StoreError as error:
            logger.warning("an update could not be kept, Telegram will bring it again: %s", error)
            return web.Response(status=500)
        self._ring()
        return web.Response()
