"""The calls to the Bot API on real sockets: what arrives, and what a failure says about whether it had an effect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.request import NOT_SENT, Request
from bot.sending import Outcome, judge

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def telegram(answer: Answer) -> AsyncIterator[str]:
    """Answer calls; yields the address."""
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def request_() -> AsyncIterator[Request]:
    made = Request(2, connect_seconds=1.0, read_seconds=5.0, uses_proxies=False)
    await made.initialize()
    yield made
    await made.shutdown()


def data(**parameters: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])


async def test_parameters_and_files_arrive_whole(request_: Request) -> None:
    heard: dict[str, object] = {}

    async def answer(call: web.Request) -> web.Response:
        fields = await call.post()
        for name, value in fields.items():
            heard[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
        return web.json_response({"ok": True, "result": call.path})

    async with telegram(answer) as address:
        result = await request_.post(f"{address}/sendMessage", data(chat_id=7, text="a & b = é 👍", keyboard=[["x"]]))
        assert result == "/sendMessage"
        assert heard == {"chat_id": "7", "text": "a & b = é 👍", "keyboard": '[["x"]]'}
        heard.clear()
        file = InputFile(b"\x00\xff", filename="daftar é.csv", attach=False)
        await request_.post(f"{address}/sendDocument", data(chat_id=7, document=file))
        assert heard == {"chat_id": "7", "document": ("daftar é.csv", b"\x00\xff")}
        heard.clear()
        assert await request_.post(f"{address}/getMe") == "/getMe"
        assert heard == {}


async def test_a_refusal_says_why_and_a_redirect_is_not_followed(request_: Request) -> None:
    async def answer(call: web.Request) -> web.Response:
        if call.path == "/moved":
            return web.Response(status=302, headers={"Location": "/sendMessage"})
        return web.json_response({"ok": False, "description": "Bad Request: chat not found"}, status=400)

    async with telegram(answer) as address:
        with pytest.raises(BadRequest, match="hat not found"):
            await request_.post(f"{address}/sendMessage", data(chat_id=7))
        with pytest.raises(TelegramError) as moved:
            await request_.post(f"{address}/moved", data(chat_id=7))
        assert judge(moved.value).outcome is not Outcome.ACCEPTED


async def test_who_cannot_be_reached_has_heard_nothing(request_: Request) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async with telegram(answer) as address:
        pass
    with pytest.raises(NetworkError) as error:
        await request_.post(f"{address}/sendMessage", data(chat_id=7))
    assert isinstance(error.value.__cause__, NOT_SENT)
    assert judge(error.value).outcome is Outcome.AGAIN


async def test_a_late_answer_and_a_cut_connection_may_have_had_an_effect(request_: Request) -> None:
    never = asyncio.Event()

    async def answer(call: web.Request) -> web.Response:
        if call.path == "/cut":
            assert call.transport is not None
            call.transport.close()
        else:
            await never.wait()
        return web.Response()

    async with telegram(answer) as address:
        with pytest.raises(TimedOut) as late:
            await request_.post(f"{address}/late", data(chat_id=7), read_timeout=0.05)
        with pytest.raises(NetworkError) as cut:
            await request_.post(f"{address}/cut", data(chat_id=7))
    assert judge(late.value).outcome is Outcome.PERHAPS
    assert judge(cut.value).outcome is Outcome.PERHAPS


async def test_it_can_be_closed_and_opened_again(request_: Request) -> None:
    await request_.shutdown()
    with pytest.raises(RuntimeError):
        await request_.do_request("http://127.0.0.1:9/", "POST")
    await request_.initialize()

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": 1})

    async with telegram(answer) as address:
        assert await request_.post(f"{address}/getMe") == 1
