"""The wiring: what is set where, what is said when the bot cannot start, and how the process ends."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from telegram.error import InvalidToken
from telegram.ext import AIORateLimiter

from bot import trial
from bot.application import build_application
from bot.service import START_ATTEMPTS, Service, running
from bot.settings import Settings, SettingsError
from playground.server import LocalBotApi

TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"
ROOT = Path(__file__).parents[2]


def settings(folder: Path, **changes: object) -> Settings:
    fields = {"telegram_bot_token": TOKEN, "data": folder, "cache": folder}
    return Settings.model_validate(fields | changes)


def service_of(chosen: Settings) -> Service:
    return Service(chosen, build_application(chosen, Mock()), pause=lambda _: 0.0)


def test_both_addresses_come_from_the_settings(tmp_path: Path) -> None:
    built = build_application(settings(tmp_path, telegram_url="http://127.0.0.1:9"), Mock())
    assert built.bot.base_url == f"http://127.0.0.1:9/bot{TOKEN}"
    assert built.bot.base_file_url == f"http://127.0.0.1:9/file/bot{TOKEN}"
    assert isinstance(built.bot.rate_limiter, AIORateLimiter)


def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="@BotFather"):
        build_application(settings(tmp_path, telegram_bot_token=None), Mock())


async def test_a_refused_token_is_one_sentence(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        with pytest.raises(SettingsError, match="refused by Telegram") as caught:
            async with running(service_of(settings(tmp_path, telegram_url=api.url))):
                pass
    assert TOKEN not in str(caught.value)
    assert not isinstance(caught.value.__cause__, InvalidToken)


async def test_a_telegram_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be reached at http://127\.0\.0\.1:9") as caught:
        async with running(service_of(settings(tmp_path, telegram_url="http://127.0.0.1:9"))):
            pass
    assert TOKEN not in str(caught.value)


async def test_a_telegram_that_stumbles_at_first_is_tried_again(tmp_path: Path) -> None:
    assert START_ATTEMPTS > 4
    async with LocalBotApi() as api:
        api.fail("getMe", status=502, times=2)
        api.fail("deleteWebhook", status=500, times=2)
        chosen = settings(tmp_path, telegram_url=api.url, telegram_bot_token=api.token)
        rooms = Mock(desk=Mock(run=_nothing))
        async with running(Service(chosen, build_application(chosen, rooms), pause=lambda _: 0.0)):
            assert await api.called("getUpdates", status=-1)


async def _nothing(_: object) -> None:
    """Stand in for a desk without a store."""


def test_a_trial_never_meets_the_real_telegram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TANYAMUTU_DATA", str(tmp_path))
    monkeypatch.setenv("TANYAMUTU_TELEGRAM_URL", "https://api.telegram.org")
    with pytest.raises(SettingsError, match="local Bot API only"):
        trial.main([])


async def test_a_real_process_stops_when_told_and_leaves_nothing_unanswered(tmp_path: Path) -> None:
    async def start(api: LocalBotApi) -> asyncio.subprocess.Process:
        chosen = {"TELEGRAM_BOT_TOKEN": api.token, "TANYAMUTU_TELEGRAM_URL": api.url, "TANYAMUTU_DATA": str(tmp_path)}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.trial", cwd=ROOT, env=os.environ | chosen, stderr=asyncio.subprocess.PIPE
        )

    async with LocalBotApi() as api:
        sari = api.person("Sari", language="en")
        await sari.sends("Who?")
        process = await start(api)
        assert (await sari.next_message(timeout=20)).text.startswith("Responsible")
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0
        assert b"Traceback" not in log
        assert api.token.encode() not in log
        polls = len(api.calls_of("getUpdates"))
        process = await start(api)
        assert await api.world.changed.until(lambda: len(api.calls_of("getUpdates")) > polls, 20)
        process.kill()
        await process.wait()
        await sari.sends("Who else?")
        process = await start(api)
        assert (await sari.next_message(timeout=20)).text.startswith("Responsible")
        process.terminate()
        await asyncio.wait_for(process.communicate(), 20)
    assert sari.chat.unread() == []
