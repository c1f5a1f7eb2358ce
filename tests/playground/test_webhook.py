"""Updates delivered to the bot's own address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from playground.server import LocalBotApi
from playground.webhook import SECRET_HEADER

pytest_plugins = ["bot_on_api"]


@dataclass
class Receiver:
    """A bot's web server; answers with the statuses that wait, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    held: str = ""
    """Text of a message that waits for the gate."""

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        status = self.statuses.pop(0) if self.statuses else 200
        if update.get("message", {}).get("text") == self.held:
            await self.gate.wait()
        if status == 200:
            self.updates.append(update)
            self.secrets.append(request.headers.get(SECRET_HEADER))
        return web.Response(status=status)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.updates) < count:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, application = Receiver(), web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver(api: LocalBotApi) -> AsyncIterator[Receiver]:
    api.world.delivery.pause = 0.01
    async with receiving() as made:
        yield made


async def test_updates_come_with_the_secret_and_once(api: LocalBotApi, bot: Bot, receiver: Receiver) -> None:
    sari = api.person("Sari")
    await sari.sends("before")
    assert await bot.set_webhook(receiver.url, secret_token="s3cret-_", allowed_updates=["message"])
    await sari.sends("after")
    await sari.edits(await sari.sends("third"), "not asked for")
    await receiver.has(3)
    assert receiver.texts() == ["before", "after", "third"]
    assert receiver.secrets == ["s3cret-_"] * 3
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.last_error_message) == (receiver.url, 0, None)


async def test_polling_and_webhook_exclude_each_other(api: LocalBotApi, bot: Bot, receiver: Receiver) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    while not api.world.updates.polls:
        await asyncio.sleep(0.01)
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict):
        await poll
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    await api.person("Sari").sends("hi")
    assert len(await bot.get_updates()) == 1
    assert receiver.updates == []


async def test_what_is_not_taken_comes_again_in_order(api: LocalBotApi, bot: Bot, receiver: Receiver) -> None:
    receiver.statuses = [500, 403]
    await bot.set_webhook(receiver.url)
    sari = api.person("Sari")
    for text in ("one", "two"):
        await sari.sends(text)
    await receiver.has(2)
    assert receiver.texts() == ["one", "two"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 403 Forbidden"


async def test_a_slow_chat_does_not_hold_up_another(api: LocalBotApi, bot: Bot, receiver: Receiver) -> None:
    receiver.held = "slow"
    await bot.set_webhook(receiver.url)
    sari, budi = api.person("Sari"), api.person("Budi")
    for text in ("slow", "after slow"):
        await sari.sends(text)
    await budi.sends("quick")
    await receiver.has(1)
    assert receiver.texts() == ["quick"]
    receiver.gate.set()
    await receiver.has(3)
    assert receiver.texts() == ["quick", "slow", "after slow"]


async def test_nobody_listens(api: LocalBotApi, bot: Bot) -> None:
    api.world.delivery.pause = 0.01
    await bot.set_webhook("http://127.0.0.1:9/hook", drop_pending_updates=True)
    await api.person("Sari").sends("hi")
    async with asyncio.timeout(5):
        while not (info := await bot.get_webhook_info()).last_error_message:
            await asyncio.sleep(0.01)
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    assert await bot.set_webhook("")
    assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"url": "ftp://127.0.0.1/"}, "HTTPS URL must be provided"),
        ({"url": "http://[::1"}, "invalid webhook URL"),
        ({"url": "https://example.org/hook"}, "loopback only"),
        ({"url": "http://127.0.0.1/", "secret_token": "no spaces"}, "unallowed characters"),
        ({"url": "http://127.0.0.1/", "secret_token": "x" * 257}, "unallowed characters"),
        ({"url": "http://127.0.0.1/", "max_connections": 101}, "max_connections"),
    ],
)
async def test_webhooks_that_are_refused(bot: Bot, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){says}"):
        await bot.set_webhook(**settings)
