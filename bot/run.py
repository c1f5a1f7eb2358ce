"""Running the bot: against Telegram, or against the local one to try it without an account."""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.application import answer_workers, build_application
from bot.keeping import open_store
from bot.lock import running_lock
from bot.rulebook import almanac_of
from bot.seed import Cast, plant
from bot.service import Service, run_loop, serve
from bot.settings import Settings, SettingsError
from handlers.commands import menu_of
from handlers.rooms import Rooms
from index.browse import Browser
from index.engine import Engine
from playground.flood import FloodLimits
from playground.server import LocalBotApi
from reminders.telling import telling_of
from store.curated import CuratedAnswers
from store.desk import Desk
from store.store import Store
from tracer.results.clauses import clauses_of

PORT = 8081
WELCOME = "Try the bot in a local Telegram with a fictional faculty; nothing leaves this machine. The chat page"

logger = logging.getLogger(__name__)

EngineMaker = Callable[[CuratedAnswers | None], Engine]
"""Makes the engine, which knows the curated answers of a store."""


def run_on_telegram(settings: Settings, engine_of: EngineMaker) -> None:
    """Run until a stop signal; raises `SettingsError` if it cannot start, and if another bot runs on the data."""
    with running_lock(settings.data), open_store(settings) as store:
        if store.upgrade is not None:
            logger.warning("%s", store.upgrade.message)
        run_loop(_serve(settings, engine_of(store.curated), store))


def run_on_playground(settings: Settings, engine_of: EngineMaker, port: int = PORT) -> None:
    """Run against a local Telegram with a fictional faculty, whose memory ends with it."""
    with tempfile.TemporaryDirectory(prefix="tanyamutu-") as folder:
        run_loop(_play(settings, engine_of, port, Path(folder)))


async def _serve(settings: Settings, engine: Engine, store: Store) -> None:
    async with bot_of(settings, engine, store) as service:
        await serve(service)


async def _play(settings: Settings, engine_of: EngineMaker, port: int, folder: Path) -> None:
    try:
        async with LocalBotApi(flood=FloodLimits(), port=port) as api:
            cast = Cast(api)
            with Store(folder / "tanyamutu.db", administrators=cast.administrators) as store:
                plant(store, cast, store.clock().astimezone(settings.zone).date())
                token = {"telegram_bot_token": SecretStr(api.token), "telegram_url": api.url, "webhook_url": None}
                engine = engine_of(store.curated)
                async with bot_of(settings.model_copy(update=token), engine, store) as service:
                    print(f"{WELCOME}: {api.url}", flush=True)
                    await serve(service)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SettingsError(f"Port {port} is taken: choose another with `./run run --port`.") from error


@asynccontextmanager
async def bot_of(settings: Settings, engine: Engine, store: Store) -> AsyncIterator[Service]:
    """Give the service with its rooms; the desk and the workers end with the block."""
    browser = Browser(engine.index, engine.lexicon)
    workers, desk = answer_workers(), Desk(store)
    workers.submit(browser.warm)
    rooms = Rooms(
        engine,
        workers,
        desk,
        browser,
        menu_of,
        telling_of(almanac_of(settings, store, browser)),
        timezone=settings.zone,
        institution=settings.institution,
        clauses=lambda: clauses_of(engine.index.documents.values(), engine.index.wordings.of),
        index_size=lambda: (len(engine.index.documents), len(engine.index.facts)),
        surveys_kept_days=settings.survey_retention_days,
        year_begins=settings.year_begins,
    )
    try:
        yield Service(settings, build_application(settings, rooms))
    finally:
        workers.shutdown(cancel_futures=True)
        desk.close()
