"""What Telegram shows of the bot before it has said anything: commands by chat and language, descriptions."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from telegram import BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeDefault
from telegram.error import TelegramError
from telegram.ext import ExtBot

from handlers.commands import COMMANDS, DESCRIPTION, SHORT_DESCRIPTION, Command, menu
from handlers.texts import LANGUAGES, speech
from index.reply import Language
from store.permissions import PERMISSIONS
from store.roles import Role

logger = logging.getLogger(__name__)


async def introduce(bot: ExtBot[Any]) -> None:
    """Set commands and descriptions: Indonesian for everyone, English for English phones.

    Commands of a role are set for the person's own chat when the role is given (`Turn.set_menu`). A failure
    here is logged and forgotten: the bot answers without a menu too.
    """
    for_all = [command for command in COMMANDS if Role.GUEST in PERMISSIONS[command.action]]
    scopes: list[tuple[BotCommandScope, Iterable[Command]]] = [
        (BotCommandScopeDefault(), for_all),
        (BotCommandScopeAllGroupChats(), [command for command in for_all if command.in_groups]),
    ]
    try:
        for language in LANGUAGES:
            await _describe(bot, language)
            for scope, commands in scopes:
                await bot.set_my_commands(menu(commands, language), scope, _code(language))
    except TelegramError as error:
        logger.warning("commands and descriptions were not set: %s", error)


async def _describe(bot: ExtBot[Any], language: Language) -> None:
    t = speech(language)
    await bot.set_my_description(t.plain(DESCRIPTION), language_code=_code(language))
    await bot.set_my_short_description(t.plain(SHORT_DESCRIPTION), language_code=_code(language))


def _code(language: Language) -> str | None:
    return None if language == "id" else language
