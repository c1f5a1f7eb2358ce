"""/status: what an administrator sees of the bot."""

import datetime as dt
import re
from pathlib import Path

import pytest
from people_stage import chief_of, give, people_bot, tells

from playground.server import LocalBotApi
from store.roles import Role


async def test_the_report_tells_what_there_is(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        stage.service.rooms.index_size = lambda: (84, 2571)
        chief, sari = chief_of(api), api.person("Sari", language="en")
        give(stage.store, sari, Role.STUDENT)
        await tells(sari, "Who?")
        stage.answerer.citations = ()
        await tells(sari, "Where may I park?")
        report = (await tells(chief, "/status")).text
        assert re.search(r"^TanyaMutu \d+\.\d+", report)
        assert re.search(r"^Running for 0 d 0 h \d+ min, since \d{4}-\d\d-\d\d \d\d:\d\d WIB$", report, re.M)
        assert "Index: 84 documents, 2571 facts" in report
        assert "Questions today: 2, unanswered 50%; 👍 0, 👎 0; open: 1" in report
        assert "Updates: 0 waiting, 0 failed" in report
        assert re.search(r"^Messages: \d+ waiting, 0 failed, 0 uncertain, 0 perhaps sent twice$", report, re.M)
        assert "People: 2\n• Student: 1\n• Administrator: 1" in report
        assert re.search(r"^Store: \d+\.\d MB$", report, re.M)
        assert report.endswith("No update has failed.")


async def test_the_report_speaks_indonesian(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        report = (await tells(chief_of(api, language="id"), "/status")).text
        assert "Pertanyaan hari ini: 0, tidak terjawab 0%" in report
        assert "• Administrator: 1" in report


@pytest.mark.parametrize(("asked_at", "today"), [("16:59", 0), ("17:01", 1)])
async def test_the_day_begins_at_midnight_of_the_settings(tmp_path: Path, asked_at: str, today: int) -> None:
    moment = dt.datetime.fromisoformat(f"2026-03-02T{asked_at}+00:00")
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=lambda: moment):
        await tells(api.person("Sari"), "Who?")
        moment = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)
        assert f"Questions today: {today}," in (await tells(chief_of(api), "/status")).text


async def test_failures_are_told_with_their_reference_and_outlive_a_restart(
    tmp_path: Path,
) -> None:
    async with LocalBotApi() as api:
        chief = chief_of(api)
        async with people_bot(api, tmp_path) as stage:
            stage.answerer.error = RuntimeError("the index is on fire")
            said = (await tells(api.person("Sari", language="en"), "Who?")).text
            reference = re.search(r"\b[0-9A-F]{6}\b", said)
            assert reference is not None
            report = (await tells(chief, "/status")).text
            assert f"reference {reference.group()} RuntimeError" in report
            assert "fire" not in report
        async with people_bot(api, tmp_path):
            assert f"reference {reference.group()}" in (await tells(chief, "/status")).text
