"""Fixtures: a bot on the local Bot API, once or several times."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from telegram_stage import FakeAnswerer, Stage, running, settings_for

from bot.application import build_application
from playground.server import LocalBotApi

StageMaker = Callable[[LocalBotApi], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def make_stage(tmp_path: Path) -> StageMaker:
    """Run a bot on a Bot API that runs already."""

    @asynccontextmanager
    async def make(api: LocalBotApi) -> AsyncIterator[Stage]:
        answerer = FakeAnswerer()
        application = build_application(settings_for(api, tmp_path), answerer, fault_pause=0.0)
        async with running(application):
            yield Stage(api, application, answerer)

    return make


@pytest.fixture
async def stage(make_stage: StageMaker) -> AsyncIterator[Stage]:
    """Run a bot on a Bot API of its own."""
    async with LocalBotApi() as api, make_stage(api) as made:
        yield made
