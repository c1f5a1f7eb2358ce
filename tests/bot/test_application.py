"""The wiring: what is set where, and what is said when the bot cannot start."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from telegram.error import InvalidToken
from telegram.ext import AIORateLimiter

from bot import application
from bot.application import build_application, run_bot
from bot.settings import Settings, SettingsError
from playground.server import LocalBotApi

TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"


@pytest.fixture
def api_url() -> Iterator[str]:
    """A Bot API on another thread, so that `run_bot` can have this one; it knows another token."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    urls: list[str] = []

    async def serve() -> None:
        async with LocalBotApi() as api:
            urls.append(api.url)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait(5)
    yield urls[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(5)
    loop.close()


def settings(folder: Path, **changes: object) -> Settings:
    fields = {"telegram_bot_token": TOKEN, "data": folder, "cache": folder}
    return Settings.model_validate(fields | changes)


def test_both_addresses_come_from_the_settings(tmp_path: Path) -> None:
    built = build_application(settings(tmp_path, telegram_url="http://127.0.0.1:9"), Mock())
    assert built.bot.base_url == f"http://127.0.0.1:9/bot{TOKEN}"
    assert built.bot.base_file_url == f"http://127.0.0.1:9/file/bot{TOKEN}"
    assert isinstance(built.bot.rate_limiter, AIORateLimiter)
    built.bot_data.workers.shutdown()


def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="@BotFather"):
        build_application(settings(tmp_path, telegram_bot_token=None), Mock())


def test_a_refused_token_is_one_sentence(tmp_path: Path, api_url: str) -> None:
    with pytest.raises(SettingsError, match="refused by Telegram") as caught:
        run_bot(settings(tmp_path, telegram_url=api_url), Mock())
    assert TOKEN not in str(caught.value)
    assert not isinstance(caught.value.__cause__, InvalidToken)


def test_a_telegram_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "START_RETRIES", 0)
    with pytest.raises(SettingsError, match=r"cannot be reached at http://127\.0\.0\.1:9") as caught:
        run_bot(settings(tmp_path, telegram_url="http://127.0.0.1:9"), Mock())
    assert TOKEN not in str(caught.value)


SCRIPT = """
import sys
sys.path.insert(0, {helpers!r})
from telegram_stage import FakeAnswerer
from bot.application import run_bot
from bot.logs import configure_logging
from bot.settings import load_settings
settings = load_settings()
configure_logging(settings.log_level)
run_bot(settings, FakeAnswerer())
"""


async def test_a_real_process_stops_when_told_and_leaves_nothing_unanswered(tmp_path: Path) -> None:
    helpers = str(Path(__file__).parents[1] / "handlers")
    root = str(Path(__file__).parents[2])

    async def start(api: LocalBotApi) -> asyncio.subprocess.Process:
        settings = {"TELEGRAM_BOT_TOKEN": api.token, "TANYAMUTU_TELEGRAM_URL": api.url, "PYTHONPATH": root}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", SCRIPT.format(helpers=helpers),
            cwd=tmp_path, env=os.environ | settings, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async with LocalBotApi() as api:
        sari = api.person("Sari")
        await sari.sends("Who?")
        process = await start(api)
        assert (await sari.next_message(timeout=20)).text.startswith("Responsible")
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0
        assert b"Traceback" not in log
        assert api.token.encode() not in log
        process = await start(api)
        await api.called("getUpdates", timeout=20)
        process.kill()
        await process.wait()
        await sari.sends("Who else?")
        process = await start(api)
        assert (await sari.next_message(timeout=20)).text.startswith("Responsible")
        process.terminate()
        await asyncio.wait_for(process.communicate(), 20)
    assert sari.chat.unread() == []
