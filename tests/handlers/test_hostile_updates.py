"""Three hundred updates of ill will: nothing fails, nothing is refused, nothing leaks, and the bot goes on."""

import asyncio
import logging
from pathlib import Path

import pytest
from telegram_stage import bot_on

from bot.hostile import Cast, Hostile
from bot.sending import MarkingLimiter
from bot.trial import FakeEngine
from index.browse import Browser
from playground.server import LocalBotApi
from store.inbox import InboxState
from store.roles import GRANTED_ROLES

COUNT = 300
SECRET = "nothing RAHASIA 4711"


@pytest.mark.parametrize("seed", [1, 2])
async def test_hostile_updates_do_no_harm(
    tmp_path: Path, browser: Browser, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(logging.WARNING)
    async with (
        LocalBotApi() as api,
        bot_on(api, tmp_path, browser, answerer=FakeEngine(), limiter=MarkingLimiter(waits=False)) as stage,
    ):
        victim, budi = api.person("Ibu Rahasia", language="en"), api.person("Budi", language="en")
        crowd = [api.person(f"Person {number}") for number in range(6)]
        groups = [api.group("Senat", [crowd[0], victim]), api.group("Prodi", [crowd[1]])]
        await victim.sends(SECRET)
        await victim.next_message()
        for person in (*crowd, budi):
            await person.sends("Who?")
            await person.next_message()
        mine = [message.id for message in crowd[0].chat.messages]
        cast = Cast([person.wire for person in crowd], [group.chat.wire for group in groups], mine)
        for fields in Hostile(cast, seed).updates(COUNT):
            api.inject(fields)
        store, desk = stage.store, stage.service.rooms.desk

        def at_rest() -> bool:
            inbox, outbox = store.inbox.counts(), store.outbox.counts()
            handled = inbox[InboxState.DONE] + inbox[InboxState.FAILED]
            return handled >= COUNT + 8 and not outbox.queued + outbox.sending

        async with asyncio.timeout(40):
            while not await desk.run(at_rest):
                await asyncio.sleep(0.05)
        failed = store._database.rows("SELECT method, error, chat_id FROM outbox WHERE state != 'sent'")
        await budi.sends("Who approves this?")
        assert "Who approves this?" in (await budi.next_message()).text

        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
        assert failed == []
        assert store.people.with_role(*GRANTED_ROLES) == ()
        chats = [chat for number, chat in api.world.chats.items() if number != victim.id]
        assert not [message.text for chat in chats for message in chat.messages if SECRET in message.text]
