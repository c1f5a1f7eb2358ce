"""Simple questions to the Bot API from the command line: who the bot is, and what Telegram knows of its webhook."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.settings import Settings, SettingsError

SECONDS = 15.0
"""How long an answer may take."""


class UnreachableError(Exception):
    """Telegram gave no answer, or none that can be used; the message is one sentence without the token."""


@dataclass(frozen=True)
class Said:
    """An answer of the Bot API: its result, and the time by Telegram's clock where the answer says it."""

    result: dict[str, Any]
    at: dt.datetime | None


def ask_telegram(settings: Settings, method: str) -> Said:
    """Call a method without parameters; raises `SettingsError` without a token or with a refused one.

    Raises `UnreachableError` for everything else that goes wrong.
    """
    if settings.telegram_bot_token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set: get a token from @BotFather and put it into .env.")
    address = f"{settings.base_url}{settings.telegram_bot_token.get_secret_value()}/{method}"
    try:
        status, date, body = asyncio.run(_get(address, trust_env=not settings.is_loopback))
        answer = json.loads(body)
        if status == 200 and answer["ok"]:
            return Said(answer["result"], _moment(date))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(
            f"Telegram cannot be reached at {settings.telegram_url} ({type(error).__name__}): look after the network."
        ) from None  # the error may hold the address, and that the token
    except (ValueError, KeyError, TypeError):
        raise UnreachableError(
            f"{settings.telegram_url} does not answer like the Bot API: check its address."
        ) from None
    if status in (401, 404):
        raise SettingsError("TELEGRAM_BOT_TOKEN was refused by Telegram: copy it again from @BotFather.")
    raise UnreachableError(f"Telegram answered {method} with {status}: try again later.")


def name_of_bot(settings: Settings) -> str:
    """Return the bot's user name; raises as `ask_telegram` does."""
    return str(ask_telegram(settings, "getMe").result["username"])


async def _get(address: str, *, trust_env: bool) -> tuple[int, str | None, bytes]:
    """Fetch an address; returns status, ``Date`` header and body."""
    limit = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=limit, trust_env=trust_env) as session,
        session.get(address) as response,
    ):
        return response.status, response.headers.get("Date"), await response.read()


def _moment(date: str | None) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
