"""Order within a chat, company between chats; and what counts as one tap."""

import asyncio
import datetime as dt

from handlers.turns import TurnByChat
from telegram import Chat, Message, Update

from handlers.taps import DoubleTaps


def update(chat_id: int) -> Update:
    now = dt.datetime.now(dt.UTC)
    return Update(1, message=Message(1, now, Chat(chat_id, "private")))


async def test_a_chat_that_waits_does_not_hold_up_another() -> None:
    turns, done = TurnByChat(10), []
    gate = asyncio.Event()

    async def work(name: str, waits: bool = False) -> None:
        if waits:
            await gate.wait()
        done.append(name)

    first = [
        asyncio.create_task(turns.process_update(update(1), work("slow", waits=True))),
        asyncio.create_task(turns.process_update(update(1), work("after it"))),
    ]
    await turns.process_update(update(2), work("other chat"))
    await turns.process_update("no update of a chat", work("no chat"))
    assert done == ["other chat", "no chat"]
    gate.set()
    await asyncio.gather(*first)
    assert done == ["other chat", "no chat", "slow", "after it"]
    assert not turns._locks


async def test_a_failing_update_lets_the_next_one_in() -> None:
    turns, done = TurnByChat(10), []

    async def fail() -> None:
        raise RuntimeError

    async def work() -> None:
        done.append("worked")

    results = await asyncio.gather(
        turns.process_update(update(1), fail()),
        turns.process_update(update(1), work()),
        return_exceptions=True,
    )
    assert isinstance(results[0], RuntimeError)
    assert done == ["worked"]


def test_taps_within_the_window_are_one() -> None:
    now = 0.0
    taps = DoubleTaps(window=5, clock=lambda: now)
    assert [taps.is_repeat("a"), taps.is_repeat("a"), taps.is_repeat("b")] == [False, True, False]
    now = 5.0
    assert not taps.is_repeat("a")
    taps.forget("a")
    assert not taps.is_repeat("a")
