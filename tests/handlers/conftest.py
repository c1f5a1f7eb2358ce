"""Fixtures: a bot on the local Bot API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram_stage import Stage, bot_on

from playground.server import LocalBotApi


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Run a bot on a Bot API of its own."""
    async with LocalBotApi() as api, bot_on(api, tmp_path) as made:
        yield made
