"""Small simulated years: what people hear among stops, kills and faults is what they should have heard, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bench_year import documents_of, measure_year
from bot.settings import Settings
from bot.year.life import Documents, Plan, live


def silent(what: str, done: int, total: int) -> None:
    """Take the progress and do nothing with it."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    folder: Path = tmp_path_factory.mktemp("year")
    return documents_of(Settings(data=folder / "data", cache=folder / "cache"))


@pytest.mark.parametrize("seed", [1, 3, 7, 8, 9])
async def test_eight_weeks_of_thirty_people(papers: Documents, seed: int) -> None:
    figures = {figure.name: figure.value for figure in await measure_year(papers, Plan(30, 6, 56, seed), silent)}
    assert figures["reminders"] > 100
    assert figures["… of these not counted by the bot"] == 0


async def test_the_same_seed_is_the_same_time(papers: Documents) -> None:
    said = []
    for _ in range(2):
        tally, life = await live(Plan(12, 3, 21, 4), papers, silent)
        said.append([(one.key, one.chat, one.at, one.text) for one in life.service.telegram.arrived])
        assert tally.differences == []
    assert said[0] == said[1]
    assert said[0]
