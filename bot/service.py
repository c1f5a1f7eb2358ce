"""The bot as a service: what runs, in which order it starts, and how it stops without losing anything."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from telegram.error import InvalidToken, NetworkError, RetryAfter
from telegram.warnings import PTBUserWarning

from bot.dispatch import WORKER, Dispatcher
from bot.introduce import introduce
from bot.receiving import Poller, Webhook
from bot.scheduler import Scheduler
from bot.sending import Pause, Sender, growing_pause
from bot.settings import Settings, SettingsError
from handlers.context import TanyaApplication
from handlers.rooms import Rooms
from store.database import StoreError

if sys.platform != "win32":
    import uvloop

START_ATTEMPTS = 10
"""Attempts to reach Telegram at start, with growing pauses; about two minutes."""
HOUSEKEEPING_SECONDS = 3600.0
COLLECTING = (20_000, 20, 50)
"""Objects more than before, and collections of the younger ones, before the garbage collector looks."""
SWITCH_SECONDS = 0.0001
"""After this a thread has to let another one run. The store's thread lets go with each statement; with Python's 5 ms
it waits for the event loop so long each time, and a busy bot does half of what it can."""

# The sender calls methods by their names, as they stand in the outbox; the library would rather be called itself.
warnings.filterwarnings("ignore", message="Please use 'Bot", category=PTBUserWarning)

logger = logging.getLogger(__name__)


class Service:
    """A bot with its inbox and outbox."""

    def __init__(self, settings: Settings, application: TanyaApplication, pause: Pause = growing_pause) -> None:
        self._settings = settings
        self._application = application
        self._pause = pause
        self.rooms: Rooms = application.bot_data.rooms
        self._sender = Sender(application.bot, self.rooms.desk, pause)
        self._dispatcher = Dispatcher(application, self._sender.pump.ring)
        self._scheduler = Scheduler(self.rooms, self._sender.pump.ring)
        self._receiver = self._make_receiver()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Reach Telegram, go on with what was left, and listen; raises `SettingsError`."""
        await self._reach_telegram(self._application.initialize)
        self.rooms.username = self._application.bot.username
        await self.rooms.desk.run(self._take_up)
        self._sender.pump.start()
        self._dispatcher.pump.start()
        self._scheduler.start()
        await self._reach_telegram(self._receiver.start)
        self._tasks = [
            asyncio.create_task(introduce(self._application.bot)),
            asyncio.create_task(self._keep_house()),
        ]

    async def stop(self) -> None:
        """Stop listening, finish what is being handled and sent; what waits stays in the store."""
        await self._receiver.stop()
        await self._scheduler.stop()
        for task in self._tasks:
            task.cancel()
        await self._dispatcher.pump.stop()
        await self._sender.pump.stop()
        await self._application.shutdown()

    def _take_up(self) -> None:
        """Take back what the process before this one had in its hands."""
        store = self.rooms.store
        updates, messages = store.inbox.release(WORKER), store.outbox.release(WORKER)
        if updates or messages:
            logger.info("going on with %d updates and %d messages of the last run", updates, messages)

    async def _reach_telegram(self, call: Callable[[], Awaitable[None]]) -> None:
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                await call()
            except InvalidToken:
                raise SettingsError(
                    "TELEGRAM_BOT_TOKEN was refused by Telegram; copy it again from @BotFather."
                ) from None
            except (NetworkError, RetryAfter) as error:
                if attempt == START_ATTEMPTS:
                    url = self._settings.telegram_url
                    raise SettingsError(f"Telegram cannot be reached at {url}: {error}.") from None
                logger.warning("Telegram cannot be reached, trying again: %s", error)
                await asyncio.sleep(self._pause(attempt))
            else:
                return

    async def _keep_house(self) -> None:
        """Forget what is older than the settings say, now and every hour."""
        while True:
            try:
                await self.rooms.desk.run(self._forget)
            except StoreError as error:
                logger.warning("nothing was forgotten: %s", error)
            await asyncio.sleep(HOUSEKEEPING_SECONDS)

    def _forget(self) -> None:
        today = self.rooms.clock().date()
        self.rooms.store.forget_before(self._settings.kept_from(today))
        self.rooms.store.forget_surveys_before(self._settings.surveys_kept_from(today))

    def _make_receiver(self) -> Poller | Webhook:
        settings, bot, ring = self._settings, self._application.bot, self._dispatcher.pump.ring
        if settings.webhook_url is None:
            return Poller(bot, self.rooms.desk, ring)
        secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        return Webhook(
            bot, self.rooms.desk, ring, url=settings.webhook_url, secret=secret, listen=settings.webhook_address
        )


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[Service]:
    """Run a service inside a ``async with`` block."""
    try:
        await service.start()
        yield service
    finally:
        await service.stop()


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run the bot until it ends; on uvloop, which does an event loop's work in half the time, where it exists."""
    if sys.platform == "win32":
        asyncio.run(main)
    else:
        uvloop.run(main)


def be_swift() -> None:
    """Keep threads and the garbage collector from halting everybody: for a process that answers until it ends.

    What was loaded at the start (models, index, rules) stays for good. The collector would look through it again and
    again, half a second each time; and through what is young it need not look as often as Python does.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()
    gc.set_threshold(*COLLECTING)


async def serve(service: Service) -> None:
    """Run until SIGTERM or SIGINT."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no handlers on the loop
            loop.add_signal_handler(number, stop.set)
    async with running(service):
        be_swift()
        await stop.wait()
        logger.info("stopping")
