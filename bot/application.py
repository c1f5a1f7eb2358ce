"""The chat bot, wired: settings and rooms go in, a python-telegram-bot application comes out."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from telegram import BotCommand
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.settings import Settings, SettingsError
from handlers.ask import ask, ask_by_command, not_text, show_clause
from handlers.context import CustomContext, Rooms, TanyaApplication
from handlers.delivery import FAULT_PAUSE, PatientLimiter
from handlers.failure import report_failure
from handlers.start import show_help, start, unknown_command
from handlers.turns import TurnByChat
from handlers.words import WORDS
from index.reply import Answerer

ANSWER_WORKERS = 2
"""Answers computed at once; each keeps a core busy."""
UPDATES_AT_ONCE = 64
CONNECTIONS = 2 * UPDATES_AT_ONCE
"""An update makes two calls at once at most: typing and something else."""
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
START_RETRIES = 10
"""Attempts to reach Telegram at start, with growing pauses; about two minutes."""
ALLOWED_UPDATES = ("message", "callback_query")

logger = logging.getLogger(__name__)


def add_handlers(application: TanyaApplication) -> None:
    """All that people can do, in the order in which it is tried; the first that fits takes the update."""
    new = filters.UpdateType.MESSAGE
    private = filters.ChatType.PRIVATE & new
    application.add_handlers(
        [
            CommandHandler("start", start, filters=new),
            CommandHandler("help", show_help, filters=new),
            CommandHandler("tanya", ask_by_command, filters=new),
            MessageHandler(private & filters.COMMAND, unknown_command),
            MessageHandler(private & filters.TEXT, ask),
            MessageHandler(private & ~filters.StatusUpdate.ALL, not_text),
            CallbackQueryHandler(show_clause),
        ]
    )
    application.add_error_handler(report_failure)


def build_application(settings: Settings, answerer: Answerer, *, fault_pause: float = FAULT_PAUSE) -> TanyaApplication:
    """Build the bot around an engine; raises `SettingsError` without a token.

    Slow work runs in `ANSWER_WORKERS` threads, which end with the application. `fault_pause` is the pause
    in seconds before a call that failed is repeated.
    """
    if settings.telegram_bot_token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is missing; get one from @BotFather and put it into .env.")
    rooms = Rooms(answerer, ThreadPoolExecutor(ANSWER_WORKERS, thread_name_prefix="answer"))
    # The library wants a class to build bot_data from; ours exists already.
    made = cast("type[Rooms]", lambda: rooms)
    application = (
        Application.builder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(settings.base_url)
        .base_file_url(settings.base_file_url)
        .request(_request(settings, CONNECTIONS))
        .get_updates_request(_request(settings, 1))
        .rate_limiter(PatientLimiter(fault_pause))
        .concurrent_updates(TurnByChat(UPDATES_AT_ONCE))
        .context_types(ContextTypes(context=CustomContext, bot_data=made))
        .job_queue(None)
        .post_init(introduce)
        .post_shutdown(close)
        .build()
    )
    add_handlers(application)
    return application


async def introduce(application: TanyaApplication) -> None:
    """Set commands and descriptions: Indonesian for everyone, English for English phones.

    A failure here is logged and forgotten: the bot answers without a menu too.
    """
    bot = application.bot
    try:
        for language, words in WORDS.items():
            code = None if language == "id" else language
            commands = [BotCommand(name, description) for name, description in words.commands]
            await bot.set_my_commands(commands, language_code=code)
            await bot.set_my_description(words.description, language_code=code)
            await bot.set_my_short_description(words.short_description, language_code=code)
    except TelegramError as error:
        logger.warning("commands and descriptions were not set: %s", error)


async def close(application: TanyaApplication) -> None:
    """End the threads of slow work."""
    rooms: Rooms = application.bot_data
    rooms.workers.shutdown(wait=False, cancel_futures=True)


def run_bot(settings: Settings, answerer: Answerer) -> None:
    """Poll Telegram until a stop signal; raises `SettingsError` if it cannot start."""
    application = build_application(settings, answerer)
    # The library takes the thread's loop and closes it; it must not find one that was closed before.
    asyncio.set_event_loop(asyncio.new_event_loop())
    try:
        application.run_polling(allowed_updates=list(ALLOWED_UPDATES), bootstrap_retries=START_RETRIES)
    except InvalidToken:
        raise SettingsError("TELEGRAM_BOT_TOKEN was refused by Telegram; copy it again from @BotFather.") from None
    except NetworkError as error:
        raise SettingsError(f"Telegram cannot be reached at {settings.telegram_url}: {error}.") from None


def _request(settings: Settings, connections: int) -> HTTPXRequest:
    """Return a connection to Telegram; one to this machine does not go through a proxy."""
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        httpx_kwargs={"trust_env": False} if settings.is_loopback else None,
    )
