"""Faults by share and by kind, flood limits at run time, and who may reach the stand-in."""

import asyncio
from collections import Counter

import aiohttp
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from playground.faults import Fault, Faults
from playground.flood import FloodLimits
from playground.scene import after_effect
from playground.server import LocalBotApi, NotLoopbackError, UnknownMethodError

pytest_plugins = ["bot_on_api"]


async def test_a_share_fails_before_its_effect(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    api.fail_share(0.5, method="sendMessage", seed=3)
    failed: Counter[str] = Counter()
    for number in range(60):
        try:
            await bot.send_message(sari.id, str(number))
        except TelegramError as error:
            failed[type(error).__name__] += 1
    assert set(failed) == {"NetworkError", "RetryAfter"}
    assert 18 <= failed.total() <= 42
    assert len(sari.chat.unread()) == 60 - failed.total()
    assert api.faults.struck_before["sendMessage"] == failed.total()
    assert not api.faults.struck_after
    api.faults.clear()
    assert await bot.send_message(sari.id, "well")


async def test_a_share_is_accepted_and_then_dropped_or_late(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    api.fail_share(1.0, after_effect("sendMessage", late=0.3), seed=1)
    raised = set()
    for number in range(8):
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(sari.id, str(number), read_timeout=0.1)
        raised.add(type(caught.value))
    assert raised == {NetworkError, TimedOut}
    assert [message.text for message in sari.chat.unread()] == [str(number) for number in range(8)]
    assert api.faults.struck_after["sendMessage"] == 8


def test_shares_are_what_they_say_and_repeatable() -> None:
    def struck(seed: int) -> list[str | None]:
        faults = Faults()
        faults.reseed(seed)
        faults.add_share(0.3, [Fault(status=500), Fault(status=429), Fault(drop=True)])
        taken = [faults.take("sendMessage") for _ in range(5000)]
        return [None if fault is None else f"{fault.status}{fault.drop}" for fault in taken]

    counts = Counter(struck(1))
    assert counts.pop(None) == pytest.approx(3500, abs=150)
    assert all(count == pytest.approx(500, abs=90) for count in counts.values())
    assert struck(1) == struck(1) != struck(2)
    faults = Faults()
    faults.add(Fault())
    assert faults.take("getUpdates") is None


@pytest.mark.parametrize("how", [{"rate": 1.5}, {"refuse": True, "after_effect": True}])
def test_faults_that_cannot_be(how: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"rate|effect"):
        Fault("sendMessage", **how)  # type: ignore[arg-type]


async def test_a_server_that_is_away(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    url = api.url
    async with api.unreachable():
        with pytest.raises(NetworkError):
            await bot.send_message(sari.id, "a connection that was open before")
        with pytest.raises(NetworkError, match="ConnectError"):
            await bot.send_message(sari.id, "a new connection")
    assert api.url == url
    assert await bot.send_message(sari.id, "x")


async def test_a_client_that_dies_in_the_middle_of_a_call(api: LocalBotApi) -> None:
    port = int(api.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /bot{api.token}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    body = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    writer.write((head + body).encode())
    await writer.drain()
    while not api.calls:
        await asyncio.sleep(0.01)
    writer.transport.abort()
    async with asyncio.timeout(5):
        while api.calls[0].status == -1:
            await asyncio.sleep(0.01)
    assert (api.calls[0].status, api.calls[0].description, api.unknown) == (0, "the client went away", [])


async def test_a_fault_of_the_stand_in_itself_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> None:
        raise ZeroDivisionError

    async def call() -> None:
        async with LocalBotApi() as api, aiohttp.ClientSession() as session:
            monkeypatch.setitem(api.methods.known, "getme", broken)
            async with session.get(f"{api.base_url}{api.token}/getMe") as response:
                assert response.status == 500

    with pytest.raises(UnknownMethodError, match="stumbled"):
        await call()


async def test_flood_limits_in_a_group_and_overall(api: LocalBotApi, bot: Bot) -> None:
    people = [api.person(f"Person {number}") for number in range(31)]
    for person in people:
        await person.sends("hi")
    api.flood = FloodLimits(clock=lambda: 1000.0)
    for person in people[:30]:
        await bot.send_message(person.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(people[30].id, "x")
    api.flood = None
    assert await bot.send_message(people[30].id, "x")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])  # noqa: S104 - must be refused
def test_other_machines_are_kept_out(host: str) -> None:
    with pytest.raises(NotLoopbackError):
        LocalBotApi(host=host)


async def test_a_given_port_and_the_other_loopback() -> None:
    async with LocalBotApi(host="::1") as api:
        assert api.url.startswith("http://[::1]:")
        port = int(api.url.rpartition(":")[2])
    async with LocalBotApi(port=port) as api:
        assert api.url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example:80"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
async def test_other_sites_and_names_are_refused(api: LocalBotApi, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        for method, path in (
            ("GET", "/"),
            ("GET", "/page/events"),
            ("POST", "/page/send"),
            ("POST", f"/bot{api.token}/getMe"),
        ):
            async with session.request(method, api.url + path, headers=headers, json={}) as response:
                assert response.status == 403


async def test_the_page_says_what_is_wrong(api: LocalBotApi) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    cases = [
        ("send", {"person": sari.id, "text": " "}, 400),
        ("send", {"person": sari.id, "text": "x" * 4097}, 400),
        ("send", {"person": 1, "text": "x"}, 400),
        ("send", {"person": sari.id, "chat": -5, "text": "x"}, 400),
        ("send", [], 400),
        ("press", {"person": sari.id, "message": 1, "row": 0, "column": 0, "text": "x"}, 400),
        ("person", {"name": ""}, 400),
        ("switches", {"flood": True, "fault": "before", "rate": 300}, 400),
        ("dance", {}, 404),
    ]
    async with aiohttp.ClientSession() as session:
        for action, content, status in cases:
            async with session.post(f"{api.url}/page/{action}", json=content) as response:
                assert (action, response.status) == (action, status)
                assert (await response.json())["error"]
        async with session.get(f"{api.url}/") as response:
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        async with session.get(f"{api.url}/page/file/none") as response:
            assert response.status == 404


async def test_an_open_page_does_not_hold_up_the_end() -> None:
    async with aiohttp.ClientSession() as session:
        async with LocalBotApi() as api:
            response = await session.get(f"{api.url}/page/events")
            api.person("Sari")
            assert await response.content.readline() == b'data: {"kind": "changed", "chat": null}\n'
            started = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - started < 1.5
