"""The chat bot, wired: settings and rooms go in, a python-telegram-bot application comes out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from telegram.ext import (
    AIORateLimiter,
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.request import Request
from bot.sending import MESSAGES_AT_ONCE, MarkingLimiter
from bot.settings import Settings, SettingsError
from handlers import ask, inline, membership, start
from handlers.commands import BUTTONS, COMMANDS, Command, take_document, take_other, take_picture, take_text
from handlers.context import CustomContext, TanyaApplication, Turns
from handlers.entry import entry, unknown_press
from handlers.failure import report_failure
from handlers.rooms import Rooms
from store.permissions import Action

ANSWER_WORKERS = 2
"""Answers computed at once; each keeps a core busy."""
CONNECTIONS = 2 * MESSAGES_AT_ONCE
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0


def answer_workers() -> ThreadPoolExecutor:
    """Return the threads that answers are computed in."""
    return ThreadPoolExecutor(ANSWER_WORKERS, thread_name_prefix="answer")


def add_handlers(application: TanyaApplication) -> None:
    """All that people can do, in the order in which it is tried; the first that fits takes the update."""
    private, groups = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE, filters.ChatType.GROUPS
    new = filters.UpdateType.MESSAGE
    handlers: list[BaseHandler[Any, CustomContext, Any]] = [_command(command) for command in COMMANDS]
    handlers += [CallbackQueryHandler(kind.entry, pattern=kind.address.pattern()) for kind in BUTTONS]
    handlers += [
        MessageHandler(private & filters.COMMAND, entry(Action.HELP, start.unknown_command)),
        MessageHandler(private & filters.TEXT, take_text),
        MessageHandler(private & filters.Document.ALL, take_document),
        MessageHandler(private & filters.PHOTO, take_picture),
        MessageHandler(private & ~filters.StatusUpdate.ALL, take_other),
        MessageHandler(groups & new & filters.TEXT & ~filters.COMMAND, entry(Action.ASK, ask.ask_in_group)),
        CallbackQueryHandler(unknown_press),
        InlineQueryHandler(entry(Action.ASK_INLINE, inline.answer_inline)),
        ChatMemberHandler(entry(Action.HELP, membership.changed, keeps_step=True), ChatMemberHandler.MY_CHAT_MEMBER),
    ]
    application.add_handlers(handlers)
    application.add_error_handler(report_failure)


def build_application(
    settings: Settings, rooms: Rooms, limiter: AIORateLimiter | None = None, *, read_seconds: float = READ_SECONDS
) -> TanyaApplication:
    """Build the bot around its rooms; it waits `read_seconds` for Telegram. Raises `SettingsError` without a token."""
    if settings.telegram_bot_token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is missing; get one from @BotFather and put it into .env.")
    # The library wants a class to build bot_data from; ours exists already.
    turns = Turns(rooms)
    made = cast("type[Turns]", lambda: turns)
    application = (
        Application.builder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(settings.base_url)
        .base_file_url(settings.base_file_url)
        .request(_request(settings, CONNECTIONS, read_seconds))
        .get_updates_request(_request(settings, 1, read_seconds))
        .rate_limiter(limiter or MarkingLimiter())
        .updater(None)
        .context_types(ContextTypes(context=CustomContext, bot_data=made))
        .job_queue(None)
        .build()
    )
    add_handlers(application)
    return application


def _command(command: Command) -> CommandHandler[CustomContext, Any]:
    where = filters.UpdateType.MESSAGE if command.in_groups else filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    return CommandHandler(command.name, entry(command.action, command.play), filters=where)


def _request(settings: Settings, connections: int, read_seconds: float) -> Request:
    """Return a connection to Telegram; one to this machine does not go through a proxy."""
    return Request(
        connections,
        connect_seconds=CONNECT_SECONDS,
        read_seconds=read_seconds,
        uses_proxies=not settings.is_loopback,
    )
