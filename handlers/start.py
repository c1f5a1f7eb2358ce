"""/start and /help, and what is said to commands that do not exist."""

from __future__ import annotations

import html

from telegram import Update

from handlers.context import CustomContext, language_of
from handlers.words import WORDS


async def start(update: Update, _: CustomContext) -> None:
    """Say who the bot is and what it does, in the language of the person's phone."""
    user, message = update.effective_user, update.effective_message
    if user is None or message is None:
        return
    name = html.escape(user.first_name, quote=False)
    await message.reply_html(WORDS[language_of(user)].start.format(name=name))


async def show_help(update: Update, _: CustomContext) -> None:
    """Say how to ask."""
    if update.effective_message is not None:
        await update.effective_message.reply_html(WORDS[language_of(update.effective_user)].help)


async def unknown_command(update: Update, _: CustomContext) -> None:
    """Say that there is no such command (private chats only: in groups it may be another bot's)."""
    if update.effective_message is not None:
        await update.effective_message.reply_text(WORDS[language_of(update.effective_user)].unknown_command)
