"""`tanyamutu run` without a token: a process of its own, the local Telegram, an answer, a stop."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp

from bot.settings import Settings

ROOT = Path(__file__).parents[2]


async def test_without_a_token_the_bot_can_be_tried_on_a_page_of_this_machine(settings: Settings) -> None:
    chosen = {"TELEGRAM_BOT_TOKEN": "", "TANYAMUTU_DATA": str(settings.data), "TANYAMUTU_CACHE": str(settings.cache)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "run", "--port", "0"),
        cwd=ROOT,
        env=os.environ | chosen,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(120):
        line = (await process.stdout.readline()).decode()
    assert "fictional faculty" in line
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found is not None
    async with aiohttp.ClientSession() as session, session.get(found[0]) as page:
        assert page.status == 200
        assert "Telegram lokal" in await page.text()
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert b"Traceback" not in log
