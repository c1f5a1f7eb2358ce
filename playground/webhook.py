"""Delivery of updates to the bot's own address, on this machine only (setWebhook)."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from playground.errors import bad_request
from playground.messages import Wire
from playground.updates import Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
CONNECTIONS = 40
MOST_CONNECTIONS = 100
ANSWER_SECONDS = 60.0
LONGEST_PAUSE = 60.0

logger = logging.getLogger(__name__)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class WebhookSettings:
    """Where to deliver and how; raises `ApiError` for what Telegram (or the stand-in) refuses."""

    url: str
    secret: str = ""
    connections: int = CONNECTIONS

    def __post_init__(self) -> None:
        """Check everything."""
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise bad_request("bad webhook: invalid webhook URL specified") from None
        if parts.scheme not in ("http", "https") or not host:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not is_loopback(host):
            raise bad_request("bad webhook: IP address is reserved (the stand-in delivers to loopback only)")
        if self.secret and not SECRET.fullmatch(self.secret):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= self.connections <= MOST_CONNECTIONS:
            raise bad_request("bad webhook: max_connections must be between 1 and 100")


class Webhook:
    """Delivers what waits: updates of one chat or person in their order, of different ones beside each other.

    An update that is not answered with 2xx is delivered again after a growing pause that starts at `pause`
    seconds.
    """

    def __init__(
        self, settings: WebhookSettings, updates: Updates, clock: Callable[[], float], pause: float = 1.0
    ) -> None:
        self.settings = settings
        self.errors = 0
        self.last_error = ""
        self.last_error_at = 0.0
        self._updates = updates
        self._clock = clock
        self._pause = pause
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to deliver; `stop` ends it."""
        self._keep(asyncio.create_task(self._run()))

    async def stop(self) -> None:
        """End at once; what was not confirmed goes on waiting."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                for update in self._updates.waiting:
                    lane = _lane(update)
                    if lane not in self._busy and len(self._busy) < self.settings.connections:
                        self._busy.add(lane)
                        self._keep(asyncio.create_task(self._deliver(session, update, lane)))
                await self._updates.bell.rung()

    async def _deliver(self, session: aiohttp.ClientSession, update: Wire, lane: int) -> None:
        """Deliver one update until it is taken, then let the next of its lane go."""
        pause = self._pause
        while (problem := await self._post(session, update)) is not None:
            self.errors, self.last_error, self.last_error_at = self.errors + 1, problem, self._clock()
            logger.warning("the webhook did not take update %s: %s", update["update_id"], problem)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._busy.discard(lane)
        self._updates.confirm(update)

    async def _post(self, session: aiohttp.ClientSession, update: Wire) -> str | None:
        """Post the update; return what went wrong in Telegram's words, or None."""
        headers = {SECRET_HEADER: self.settings.secret} if self.settings.secret else {}
        try:
            async with session.post(self.settings.url, json=update, headers=headers, ssl=False) as response:
                if 200 <= response.status < 300:
                    _refuse_method_in_answer(await response.text())
                    return None
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError as error:
            return str(error) or "Connection reset by peer"


class Delivery:
    """The bot's one webhook, if it has one; while it has, polling is refused."""

    def __init__(self, updates: Updates, clock: Callable[[], float], pause: float = 1.0) -> None:
        self.webhook: Webhook | None = None
        self.pause = pause
        self._updates = updates
        self._clock = clock

    async def begin(self, settings: WebhookSettings) -> None:
        """Deliver with these settings from now on, and end whoever polls."""
        await self.end()
        self._updates.webhook_is_set = True
        self._updates.end_polls()
        self.webhook = Webhook(settings, self._updates, self._clock, self.pause)
        self.webhook.start()

    async def end(self) -> None:
        """Deliver no more; updates wait for polling."""
        if self.webhook is not None:
            await self.webhook.stop()
        self.webhook = None
        self._updates.webhook_is_set = False


def _refuse_method_in_answer(body: str) -> None:
    """Telegram would carry out a method in the answer; the stand-in does not, and says so."""
    try:
        answer = json.loads(body)
    except ValueError:
        return
    if isinstance(answer, dict) and "method" in answer:
        logger.error("the webhook answered with the method %s; the stand-in does not know this", answer["method"])


def _lane(update: Wire) -> int:
    """Return the chat, or else the person, whose updates keep their order."""
    for content in update.values():
        if isinstance(content, dict):
            message = content.get("message") or content
            return int((message.get("chat") or content.get("from") or {}).get("id", 0))
    return 0
