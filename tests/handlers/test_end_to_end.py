"""The whole way: a person's message through the local Bot API to the real engine and back."""

from __future__ import annotations

from pathlib import Path

from telegram_stage import bot_on

from index.browse import Browser
from index.engine import Engine
from playground.html import parse_html
from playground.server import LocalBotApi


async def test_a_lecturer_asks_and_opens_the_clause(engine: Engine, browser: Browser, tmp_path: Path) -> None:
    async with LocalBotApi() as api, bot_on(api, tmp_path, browser, answerer=engine) as stage:
        person = api.person("Sari", language="id")
        await person.sends("kapan paling lambat nilai UAS diserahkan ke kaprodi ya bu?")
        answer = await person.next_message(timeout=20)
        assert "7 hari" in answer.text
        assert "SOP-SPMI-UPGRIS-1.2.8" in answer.text
        assert answer.buttons[:3] == ["Klausul 1", "Klausul 2", "Langkah SOP"]
        await person.presses(answer, answer.buttons[0])
        clause = await person.next_message(timeout=20)
        assert "no later than one week after the exam date" in clause.text
        await person.sends("<b>berapa harga tiket parkir & kantin?</b>")
        refusal = await person.next_message(timeout=20)
        assert "tidak menyebutkan" in refusal.text
        for call in api.calls_of("sendMessage"):
            parse_html(call.parameters["text"])
        assert stage.store.outbox.counts().failed == 0
