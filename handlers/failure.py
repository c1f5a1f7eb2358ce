"""What happens when something fails: one line to the person, with a reference, and the rest in the log."""

from __future__ import annotations

import logging
import secrets
import traceback

from telegram import Update

from handlers.context import CustomContext
from handlers.rooms import Failure
from handlers.turn import Turn

logger = logging.getLogger(__name__)


async def report_failure(update: object, context: CustomContext) -> None:
    """Handle the errors of all handlers."""
    turn = context.bot_data.open.get(update.update_id) if isinstance(update, Update) else None
    error = context.error
    if turn is None or error is None:
        logger.error("something failed outside of any turn", exc_info=error)
        return
    note_failure(turn, error)


def note_failure(turn: Turn, error: Exception) -> None:
    """End a turn as failed: the person has the reference, the log what goes with it."""
    reference = secrets.token_hex(3).upper()
    logger.error(
        "reference %s: update %s failed\n%s",
        reference,
        turn.claimed.update_id,
        trace(error),
        extra={"reference": reference, "update_id": turn.claimed.update_id, "chat_id": turn.place.chat_id},
    )
    turn.rooms.failures.append(Failure(turn.rooms.clock(), reference, type(error).__name__))
    sentence = turn.t(
        "Sorry, something failed on our side. Try again; if it happens again, mention {reference}.",
        reference=reference,
    )
    turn.fail(reference, sentence)


def trace(error: BaseException) -> str:
    """Return where an error came from, without its words: they may hold what a person wrote."""
    cause = error.__cause__ or error.__context__
    before = f"{trace(cause)}\n" if cause is not None else ""
    return f"{before}{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}"
