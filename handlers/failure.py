"""What happens when something fails: one line to the person, with a reference, and the rest in the log."""

from __future__ import annotations

import logging
import secrets

from telegram import Chat, Update
from telegram.error import Conflict, Forbidden, NetworkError, TelegramError

from handlers.context import CustomContext, language_of_update
from handlers.words import WORDS

logger = logging.getLogger(__name__)


async def report_failure(update: object, context: CustomContext) -> None:
    """Handle every error of the handlers and of polling; never raises a `TelegramError` itself."""
    error = context.error
    chat = update.effective_chat if isinstance(update, Update) else None
    if chat is None:
        _log_polling(error)
        return
    if isinstance(error, Forbidden):
        logger.info("the bot may not write to chat %s: %s", chat.id, error)
        return
    reference = secrets.token_hex(3).upper()
    logger.error("reference %s: an update of chat %s failed", reference, chat.id, exc_info=error)
    await _tell(chat, WORDS[language_of_update(update)].failed.format(reference=reference), context)


async def _tell(chat: Chat, sentence: str, context: CustomContext) -> None:
    """Send the one line; if that fails too, there is only the log."""
    try:
        await context.bot.send_message(chat.id, sentence)
    except TelegramError as error:
        logger.warning("chat %s could not be told about the failure: %s", chat.id, error)


def _log_polling(error: Exception | None) -> None:
    """Errors without an update come from polling; Telegram's bad days need no traceback."""
    if isinstance(error, Conflict):
        logger.error("another process polls with the same token; only one may: %s", error)
    elif isinstance(error, NetworkError):
        logger.warning("Telegram could not be reached, trying again: %s", error)
    else:
        logger.error("something failed outside of any chat", exc_info=error)
