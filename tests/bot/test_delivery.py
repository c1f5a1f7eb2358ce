"""Nothing is lost, nothing is said twice without being counted, nobody waits for somebody else's trouble."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot import pump, receiving
from bot.receiving import SECRET_HEADER
from bot.sending import MarkingLimiter, Outcome, judge
from playground.faults import Fault
from playground.flood import FloodLimits
from playground.people import Person
from playground.server import LocalBotApi
from store import desk as desk_module
from store.inbox import InboxState
from store.outbox import NewMessage
from store.people import PersonState

sys.path.append(str(Path(__file__).parents[1] / "handlers"))

from telegram_stage import FakeAnswerer, Stage, bot_on

REFERENCE = re.compile(r"\b[0-9A-F]{6}\b")
SECRET = "a-secret-of-the-webhook"
PAST, FUTURE = "2026-01-01T00:00:00.000000+00:00", "2999-01-01T00:00:00.000000+00:00"


@pytest.fixture
async def api() -> AsyncIterator[LocalBotApi]:
    async with LocalBotApi() as made:
        yield made


@pytest.fixture
async def stage(api: LocalBotApi, tmp_path: Path) -> AsyncIterator[Stage]:
    async with bot_on(api, tmp_path, limiter=MarkingLimiter(waits=False), read_seconds=0.3) as made:
        yield made


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(desk_module, "TROUBLE_PAUSE", 0.01)
    monkeypatch.setattr(pump, "TROUBLE_PAUSE", 0.01)
    monkeypatch.setattr(receiving, "_pause_after", _at_once(receiving._pause_after))


def _at_once(log: Callable[[Exception, float], float]) -> Callable[[Exception, float], float]:
    def pause(error: Exception, before: float) -> float:
        log(error, before)
        return 0.01

    return pause


def english(api: LocalBotApi, name: str = "Sari") -> Person:
    return api.person(name, language="en")


async def answered(person: Person, text: str = "Responsible") -> str:
    message = await person.next_message()
    assert message.text.startswith(text)
    return message.text


async def settled(stage: Stage) -> None:
    """Wait until nothing is left to do."""

    def at_rest() -> bool:
        inbox, outbox = stage.store.inbox.counts(), stage.store.outbox.counts()
        return not inbox[InboxState.NEW] + inbox[InboxState.CLAIMED] + outbox.queued + outbox.sending

    async with asyncio.timeout(10):
        while not await stage.service.rooms.desk.run(at_rest):
            await asyncio.sleep(0.01)


# updates come in


async def test_an_update_is_in_the_inbox_before_it_is_confirmed(stage: Stage) -> None:
    kept_at_confirmation: list[set[int]] = []
    forget = stage.api.world.updates._forget_before

    def watched(offset: int) -> None:
        if offset > 0:
            with sqlite3.connect(stage.store.path) as reader:
                kept_at_confirmation.append({row[0] for row in reader.execute("SELECT update_id FROM inbox")})
            waiting = {update["update_id"] for update in stage.api.world.updates.waiting}
            assert {number for number in waiting if number < offset} <= kept_at_confirmation[-1]
        forget(offset)

    stage.api.world.updates._forget_before = watched  # type: ignore[method-assign]
    sari = english(stage.api)
    for _ in range(3):
        await sari.sends("Who?")
        await answered(sari)
    assert await stage.api.world.changed.until(lambda: bool(kept_at_confirmation), 5)


async def test_an_update_that_cannot_be_kept_is_not_confirmed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own, failures = stage.store.inbox.put_all, [OSError("nobody expected this"), sqlite3.OperationalError("nor this")]

    def put_all(updates: Any) -> int:
        if failures:
            raise failures.pop()
        return own(updates)

    monkeypatch.setattr(stage.store.inbox, "put_all", put_all)
    sari = english(stage.api)
    await sari.sends("Who?")
    await answered(sari)
    assert failures == []
    assert caplog.text.count("updates cannot be taken") == 2


async def test_an_update_that_cannot_be_read_does_not_stop_the_others(stage: Stage) -> None:
    sari = english(stage.api)
    who = {"id": sari.id, "is_bot": False, "first_name": "Sari"}
    poison: list[dict[str, Any]] = [
        {"message": {"message_id": 1, "from": who}},
        {"message": {"message_id": 1, "date": "soon", "chat": {"id": sari.id, "type": "private"}, "from": who}},
        {
            "callback_query": {
                "from": {"id": 2**60, "is_bot": False, "first_name": "x"},
                "id": "1",
                "chat_instance": "1",
            }
        },
        {"message": 17},
        {},
    ]
    for fields in poison:
        stage.api.inject(fields)
    await sari.sends("Who?")
    await answered(sari)
    await settled(stage)
    assert stage.store.inbox.counts()[InboxState.FAILED] == 4


async def test_two_pollers_take_turns_and_nothing_is_lost(
    stage: Stage, api: LocalBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    async with Bot(api.token, base_url=api.base_url) as other:
        await api.called("getUpdates", status=-1)
        with pytest.raises(TelegramError, match="terminated by other"):
            await other.get_updates(timeout=5)
    assert "only one may" in caplog.text
    sari = english(api)
    await sari.sends("Who?")
    await answered(sari)


async def test_a_telegram_that_goes_away_and_comes_back(stage: Stage) -> None:
    sari = english(stage.api)
    await sari.sends("Who?")
    await answered(sari)
    async with stage.api.unreachable():
        await sari.sends("Who else?")
    await answered(sari)
    assert sari.chat.unread() == []


# handlers


async def test_a_failing_handler_is_one_line_and_the_next_message_is_served(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answerer.error = RuntimeError("the index is on fire")
    sari = english(stage.api)
    await sari.sends("Who?")
    line = await answered(sari, "Sorry, something failed on our side")
    reference = REFERENCE.search(line)
    assert reference
    assert "fire" not in line
    assert f"reference {reference.group()}" in caplog.text
    assert "RuntimeError" in caplog.text
    stage.answerer.error = None
    await sari.sends("Who?")
    await answered(sari)
    await settled(stage)
    assert stage.store.inbox.counts()[InboxState.FAILED] == 1


async def test_a_job_that_fails_at_the_end_of_a_turn_keeps_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise LookupError

    sari = english(stage.api)
    with monkeypatch.context() as broken:
        broken.setattr(stage.store.conversations, "set_topic", fails)
        await sari.sends("Who?")
        await answered(sari, "Sorry")
    await settled(stage)
    assert stage.store.export_person(sari.id).get("questions", []) == []
    await sari.sends("Who?")
    await answered(sari)
    assert sari.chat.unread() == []


async def test_the_order_of_a_person_is_kept_and_others_do_not_wait(stage: Stage) -> None:
    sari, budi = english(stage.api), english(stage.api, "Budi")
    stage.answerer.gate.clear()
    asked = [await sari.sends(f"question {number}") for number in range(5)]
    await sari.sends("/help")
    await budi.sends("/help")
    await answered(budi, "How to ask")
    assert sari.chat.unread() == []
    stage.answerer.gate.set()
    assert [(await sari.next_message()).reply_to for _ in asked] == [message.id for message in asked]
    await answered(sari, "How to ask")
    assert stage.answerer.asked == [f"question {number}" for number in range(5)]


async def test_twenty_people_at_once_are_answered_once_each(stage: Stage) -> None:
    people = [english(stage.api, f"Person {number}") for number in range(20)]
    await asyncio.gather(*(person.sends(f"question of {person.id}") for person in people))
    await asyncio.gather(*(answered(person) for person in people))
    await settled(stage)
    assert all(person.chat.unread() == [] for person in people)
    assert len(stage.answerer.asked) == 20


# what Telegram's refusals mean


def network(cause: Exception, error: NetworkError | None = None) -> NetworkError:
    made = error or NetworkError("lost")
    made.__cause__ = cause
    return made


def not_json() -> TelegramError:
    error = TelegramError("Invalid server response")
    error.__cause__ = ValueError()
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RetryAfter(3), Outcome.AGAIN),
        (NetworkError("Internal Server Error"), Outcome.AGAIN),
        (NetworkError("Bad Gateway"), Outcome.AGAIN),
        (
            network(TelegramError("Invalid server response"), NetworkError("Bad Gateway (502). Parsing …")),
            Outcome.AGAIN,
        ),
        (network(aiohttp.ClientConnectorError(Mock(), OSError("refused"))), Outcome.AGAIN),
        (network(aiohttp.ConnectionTimeoutError("late"), TimedOut()), Outcome.AGAIN),
        (EndPointNotFound("Not Found"), Outcome.AGAIN),
        (NetworkError("Gateway Timeout"), Outcome.PERHAPS),
        (network(TelegramError("Invalid server response"), NetworkError("Gateway Timeout (504). …")), Outcome.PERHAPS),
        (network(aiohttp.SocketTimeoutError("late"), TimedOut()), Outcome.PERHAPS),
        (network(TimeoutError(), TimedOut()), Outcome.PERHAPS),
        (network(aiohttp.ClientOSError("reset")), Outcome.PERHAPS),
        (network(aiohttp.ServerDisconnectedError()), Outcome.PERHAPS),
        (network(aiohttp.ClientPayloadError("cut")), Outcome.PERHAPS),
        (not_json(), Outcome.PERHAPS),
        (BadRequest("Message is not modified: specified new message …"), Outcome.ACCEPTED),
        (BadRequest("Query is too old and response timeout expired or query id is invalid"), Outcome.ACCEPTED),
        (BadRequest("Message to edit not found"), Outcome.ACCEPTED),
        (BadRequest("Chat not found"), Outcome.BLOCKED),
        (Forbidden("Forbidden: bot was blocked by the user"), Outcome.BLOCKED),
        (ChatMigrated(-100), Outcome.MOVED),
        (BadRequest("can't parse entities"), Outcome.REFUSED),
        (NetworkError("Request Entity Too Large"), Outcome.REFUSED),
        (TelegramError("whatever"), Outcome.REFUSED),
    ],
)
def test_what_a_failed_request_means(error: TelegramError, outcome: Outcome) -> None:
    assert judge(error).outcome is outcome


async def test_a_429_waits_as_long_as_telegram_says(
    api: LocalBotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_on(api, tmp_path) as stage:
        api.fail("sendMessage", status=429, retry_after=7)
        sari = english(api)
        await sari.sends("Who?")
        await api.called("sendMessage", status=429)
        desk = stage.service.rooms.desk

        def due() -> float | None:
            row = stage.store._database.row("SELECT not_before, state, attempts FROM outbox")
            assert row is not None
            if row["state"] != "queued" or not row["attempts"]:
                return None
            at = stage.store.outbox.next_at()
            return None if at is None else (at - stage.store._database.clock()).total_seconds()

        async with asyncio.timeout(5):
            while (seconds := await desk.run(due)) is None:
                await asyncio.sleep(0.01)
        assert 5 < seconds <= 7
        assert len(api.calls_of("sendMessage")) == 1
    assert "ERROR" not in caplog.text


async def test_flood_limits_cost_patience_and_nothing_else(tmp_path: Path) -> None:
    async with LocalBotApi(flood=FloodLimits(chat_burst=2)) as api, bot_on(api, tmp_path) as stage:
        sari = english(api)
        asked = [await sari.sends(f"question {number}") for number in range(3)]
        assert [(await sari.next_message()).reply_to for _ in asked] == [message.id for message in asked]
        await settled(stage)
        assert 429 in [call.status for call in api.calls_of("sendMessage")]
        assert stage.store.outbox.counts().perhaps_twice == 0


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_a_fault_before_the_effect_is_healed_however_often(stage: Stage, status: int) -> None:
    stage.api.fail("sendMessage", status=status, times=7, retry_after=0)
    sari = english(stage.api)
    await sari.sends("Who?")
    await answered(sari)
    await settled(stage)
    assert sari.chat.unread() == []
    assert stage.store.outbox.counts().perhaps_twice == 0
    assert len(stage.api.calls_of("sendMessage")) == 8


async def test_a_hundred_messages_with_a_tenth_of_the_calls_failing(stage: Stage) -> None:
    people = [english(stage.api, f"Person {number}") for number in range(20)]
    kinds = [Fault("sendMessage", status=500), Fault("sendMessage", status=429, retry_after=0)]
    stage.api.fail_share(0.1, kinds, method="sendMessage", seed=4)

    async def converse(person: Person) -> None:
        for number in range(5):
            asked = await person.sends(f"question {number}")
            assert (await person.next_message(20)).reply_to == asked.id

    await asyncio.gather(*map(converse, people))
    await settled(stage)
    assert all(person.chat.unread() == [] for person in people)
    assert stage.api.faults.struck_before["sendMessage"] > 3
    counts = stage.store.outbox.counts()
    assert (counts.failed, counts.uncertain, counts.perhaps_twice) == (0, 0, 0)


@pytest.mark.parametrize("fault", [{"drop": True}, {"delay": 1.0}], ids=["dropped", "late"])
async def test_a_fault_after_the_effect_costs_one_repeat_and_is_counted(stage: Stage, fault: dict[str, Any]) -> None:
    stage.api.fail("sendMessage", after_effect=True, **fault)
    sari = english(stage.api)
    await sari.sends("Who?")
    assert await answered(sari) == await answered(sari)
    await settled(stage)
    assert stage.store.outbox.counts().perhaps_twice == 1
    await sari.sends("Who else?")
    await answered(sari)
    assert sari.chat.unread() == []


async def test_an_answer_that_is_never_confirmed_is_sent_twice_and_no_more(stage: Stage) -> None:
    stage.api.fail("sendMessage", after_effect=True, drop=True, times=2)
    sari = english(stage.api)
    await sari.sends("Who?")
    await sari.sends("/help")
    await answered(sari)
    await answered(sari)
    await answered(sari, "How to ask")
    await settled(stage)
    assert sari.chat.unread() == []
    counts = stage.store.outbox.counts()
    assert (counts.uncertain, counts.perhaps_twice) == (1, 1)


async def test_what_is_shown_already_and_what_is_too_old_is_fine(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    sari = english(stage.api)
    await sari.sends("Who?")
    answer = await sari.next_message()
    await sari.presses(answer, "👎")
    reasons = await sari.next_message()
    await sari.presses(reasons, "Not complete")
    await sari.next_edit()
    await sari.presses(reasons, "Not complete")  # on a phone that has not seen the change: nothing is to be modified
    await stage.api.called("editMessageText", status=400)
    await sari.presses(answer, "👍")
    stage.api.world.expire_queries()
    await settled(stage)
    assert stage.store.outbox.counts().failed == 0
    assert "ERROR" not in caplog.text


async def test_somebody_who_blocked_the_bot_is_left_alone_until_they_write(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    sari = english(stage.api)
    await sari.sends("/help")
    await sari.next_message()
    stage.answerer.gate.clear()
    await sari.sends("Who?")
    await sari.sends("Who else?")
    sari.blocks_bot()
    stage.answerer.gate.set()
    await settled(stage)
    tried = len(stage.api.calls_of("sendMessage"))
    assert sari.chat.unread() == []
    assert stage.store.people.get(sari.id).state is PersonState.BLOCKED
    assert tried <= 3
    await settled(stage)
    assert len(stage.api.calls_of("sendMessage")) == tried
    await sari.sends("/help")
    await answered(sari, "How to ask")
    assert stage.store.people.get(sari.id).state is not PersonState.BLOCKED
    assert "reference" not in caplog.text


async def test_somebody_who_blocks_the_bot_is_marked_by_telegrams_own_word(stage: Stage) -> None:
    sari = english(stage.api)
    await sari.sends("/help")
    await answered(sari, "How to ask")
    sari.blocks_bot()
    async with asyncio.timeout(5):
        while await stage.service.rooms.desk.run(lambda: sum(stage.store.inbox.counts().values())) < 2:
            await asyncio.sleep(0.01)
    await settled(stage)
    assert stage.store.people.get(sari.id).state is PersonState.BLOCKED


async def test_what_waits_for_somebody_who_blocked_the_bot_is_dropped(api: LocalBotApi, tmp_path: Path) -> None:
    sari = english(api)
    async with bot_on(api, tmp_path, limiter=MarkingLimiter(waits=False)) as stage:
        await sari.sends("/help")
        await sari.next_message()
        sari.blocks_bot()

        def enqueue() -> None:
            for number in range(3):
                stage.store.outbox.enqueue(
                    NewMessage(sari.id, "sendMessage", {"chat_id": sari.id, "text": str(number)}, f"test:{number}")
                )

        await stage.service.rooms.desk.run(enqueue)
        await settled(stage)
        assert stage.store.outbox.counts().failed == 3
        assert [call.status for call in api.calls_of("sendMessage")].count(403) == 1


async def test_a_group_that_has_moved_is_answered_where_it_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sari, old, new = english(stage.api), stage.api.group("Senat"), stage.api.group("Senat")
    own = ExtBot.do_api_request

    async def moved(bot: ExtBot[Any], endpoint: str, api_kwargs: Any = None, **how: Any) -> Any:
        if api_kwargs and api_kwargs.get("chat_id") == old.id:
            await how["rate_limit_args"]()
            raise ChatMigrated(new.id)
        return await own(bot, endpoint, api_kwargs, **how)

    monkeypatch.setattr(ExtBot, "do_api_request", moved)
    await sari.sends("/tanya Who?", to=old)
    assert (await new.next_message()).text.startswith("Responsible")
    assert old.unread() == []


# restarts


async def test_what_was_left_at_a_stop_is_answered_after_the_start(api: LocalBotApi, tmp_path: Path) -> None:
    sari, budi = english(api), english(api, "Budi")
    answerer = FakeAnswerer()
    async with bot_on(api, tmp_path, answerer=answerer) as stage:
        answerer.gate.clear()
        await sari.sends("Who?")
        await sari.sends("Who else?")
        while not await stage.service.rooms.desk.run(lambda: stage.store.inbox.counts()[InboxState.CLAIMED]):
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.05, answerer.gate.set)
    await budi.sends("Who?")
    assert [message.text[:11] for message in sari.chat.unread()] in ([], ["Responsible"])
    async with bot_on(api, tmp_path, answerer=answerer) as stage:
        await answered(sari)
        await answered(sari)
        await answered(budi)
        await settled(stage)
    assert sari.chat.unread() == budi.chat.unread() == []
    assert stage.answerer.asked.count("Who else?") == 1


async def test_the_first_poll_after_a_start_confirms_nothing(api: LocalBotApi, tmp_path: Path) -> None:
    sari = english(api)
    for number in range(2):
        async with bot_on(api, tmp_path) as stage:
            await sari.sends(f"question {number}")
            await answered(sari)
            await settled(stage)
    offsets = ["offset" in call.parameters for call in api.calls_of("getUpdates")]
    assert offsets[0] is False
    assert offsets.count(False) == 2
    assert sari.chat.unread() == []


@pytest.mark.parametrize("at", ["claimed", "sending"])
async def test_a_process_that_died_with_something_in_its_hands(api: LocalBotApi, tmp_path: Path, at: str) -> None:
    sari = english(api)
    async with bot_on(api, tmp_path) as stage:
        await sari.sends("/help")
        await answered(sari, "How to ask")
        await settled(stage)
    with sqlite3.connect(tmp_path / "tanyamutu.db") as database:
        if at == "claimed":
            message = {"message_id": 99, "date": 0, "chat": sari.chat.wire, "from": sari.wire, "text": "Who?"}
            payload = json.dumps({"update_id": 5, "message": message})
            database.execute(
                "INSERT INTO inbox (update_id, key, payload, received_at, state, worker, claimed_until, attempts)"
                " VALUES (5, ?, ?, ?, 'claimed', 'bot', ?, 1)",
                [str(sari.id), payload, PAST, FUTURE],
            )
        else:
            parameters = json.dumps({"chat_id": sari.id, "text": "Responsible for this"})
            database.execute(
                "INSERT INTO outbox (chat_id, method, parameters, dedupe_key, priority, not_before, created_at, state,"
                " worker, claimed_until, attempts) VALUES (?, 'sendMessage', ?, 'x', 0, ?, ?, 'sending',"
                " 'bot', ?, 1)",
                [sari.id, parameters, PAST, PAST, FUTURE],
            )
    database.close()
    async with bot_on(api, tmp_path) as stage:
        await answered(sari)
        await settled(stage)
        assert stage.store.outbox.counts().perhaps_twice == (at == "sending")
    assert sari.chat.unread() == []


# the webhook


def webhook(port: int) -> dict[str, Any]:
    listen = f"127.0.0.1:{port}"
    return {"webhook_url": f"http://{listen}/hook", "webhook_secret": SECRET, "webhook_listen": listen}


async def test_a_webhook_takes_what_has_the_secret_and_each_update_once(
    api: LocalBotApi, tmp_path: Path, unused_tcp_port: int
) -> None:
    sari = english(api)
    chosen = webhook(unused_tcp_port)
    async with bot_on(api, tmp_path, **chosen) as stage, aiohttp.ClientSession() as session:
        await sari.sends("Who?")
        await answered(sari)

        async def post(body: object, secret: str) -> int:
            headers = {SECRET_HEADER: secret} if secret else {}
            async with session.post(chosen["webhook_url"], json=body, headers=headers) as response:
                return response.status

        message = {"message_id": 9, "date": 0, "chat": sari.chat.wire, "from": sari.wire, "text": "/help"}
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": 5}]
        update = {"update_id": 41, "message": message}
        assert [await post(update, secret) for secret in ("", "wrong", "ä")] == [403, 403, 403]
        assert [await post(body, SECRET) for body in ([], {}, {"update_id": "x"}, 7)] == [400, 400, 400, 400]
        assert [await post(update, SECRET) for _ in range(3)] == [200, 200, 200]
        await answered(sari, "How to ask")
        await settled(stage)
    assert sari.chat.unread() == []


async def test_from_the_webhook_to_polling_and_back(api: LocalBotApi, tmp_path: Path, unused_tcp_port: int) -> None:
    api.world.delivery.pause = 0.02
    sari, chosen = english(api), webhook(unused_tcp_port)
    for how in (chosen, {}, chosen, chosen, {}):
        await sari.sends("before the start")
        async with bot_on(api, tmp_path, **how) as stage:
            await answered(sari)
            await sari.sends("after it")
            await answered(sari)
            await settled(stage)
            assert stage.store.outbox.counts().perhaps_twice == 0
    assert sari.chat.unread() == []


async def test_what_a_webhook_could_not_take_is_not_lost_when_polling_goes_on(
    api: LocalBotApi, tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.world.delivery.pause = 60.0
    sari, budi = english(api), english(api, "Budi")
    async with bot_on(api, tmp_path, **webhook(unused_tcp_port)) as stage:
        own = stage.store.inbox.put

        def put(update: Any) -> bool:
            if update.person_id == sari.id:
                stage.store._database.write("INSERT INTO asking (person_id, asked_at) VALUES (404, '')")
            return own(update)

        with monkeypatch.context() as broken:
            broken.setattr(stage.store.inbox, "put", put)
            await sari.sends("Who?")
            await budi.sends("Who?")
            await answered(budi)
        assert sari.chat.unread() == []
    async with bot_on(api, tmp_path):
        await answered(sari)


# the store


async def under_work(stage: Stage) -> None:
    """Wait until a question is being worked on."""
    async with asyncio.timeout(10):
        while not await stage.service.rooms.desk.run(lambda: stage.store.inbox.counts()[InboxState.CLAIMED]):
            await asyncio.sleep(0.01)


async def logged(caplog: pytest.LogCaptureFixture, *texts: str) -> None:
    async with asyncio.timeout(10):
        while not all(text in caplog.text for text in texts):
            await asyncio.sleep(0.01)


async def test_a_store_that_another_process_holds_is_waited_for(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    sari, connection = english(stage.api), stage.store._database
    stage.answerer.gate.clear()
    await sari.sends("Who?")
    await under_work(stage)
    await stage.service.rooms.desk.run(lambda: connection.rows("PRAGMA busy_timeout = 10"))
    holder = sqlite3.connect(stage.store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    stage.answerer.gate.set()
    await sari.sends("Who else?")
    await logged(caplog, "something waits for the store", "no updates for the moment")
    holder.execute("COMMIT")
    holder.close()
    await answered(sari)
    await answered(sari)
    await settled(stage)
    assert sari.chat.unread() == []
    assert stage.store.inbox.counts()[InboxState.FAILED] == 0


async def test_a_full_disk_holds_answers_up_and_loses_none(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    def limit(pages: int) -> None:
        stage.store._database.connection.execute(f"PRAGMA max_page_count = {pages}")

    sari, desk = english(stage.api), stage.service.rooms.desk
    stage.answerer.answer_text = "long " * 2000
    stage.answerer.gate.clear()
    await sari.sends("Who?")
    await under_work(stage)
    await desk.run(lambda: limit(1))
    stage.answerer.gate.set()
    for number in range(20):  # more than there is room for
        await sari.sends(f"Who {number} " + "x" * 900)
    await logged(caplog, "something waits for the store", "no updates for the moment")
    await desk.run(lambda: limit(2**30))
    for _ in range(21):
        await answered(sari)
    await settled(stage)
    assert sari.chat.unread() == []
    assert stage.store.inbox.counts()[InboxState.FAILED] == 0
    assert stage.store.outbox.counts().perhaps_twice == 0
