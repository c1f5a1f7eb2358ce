"""Fixtures of this folder: the stand-in, and the library's bot on it.

No conftest.py, because tests import the conftest of another folder by this name.
"""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from playground.server import LocalBotApi


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as running:
        yield running


@pytest.fixture
async def bot(api: LocalBotApi) -> AsyncIterator[Bot]:
    request = HTTPXRequest(read_timeout=1.0, media_write_timeout=30.0, httpx_kwargs={"trust_env": False})
    async with Bot(api.token, base_url=api.base_url, base_file_url=api.base_file_url, request=request) as running:
        yield running
