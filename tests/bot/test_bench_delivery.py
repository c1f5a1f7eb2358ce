"""The bench's trials, small: a real process of the bot, killed, among faults and hostile updates."""

from __future__ import annotations

from collections.abc import Sequence

from bot.bench import Figure
from bot.bench_delivery import measure_faults, measure_ill_will, measure_kills


def silent(what: str, done: int, total: int) -> None:
    """Take the progress and do nothing with it."""


def as_aimed(figures: Sequence[Figure]) -> dict[str, float]:
    """Return the figures by name; what is to be 0 must be."""
    wrong = {figure.name: figure.value for figure in figures if figure.aim == "0" and figure.value}
    assert wrong == {}
    return {figure.name: figure.value for figure in figures}


async def test_three_kills_lose_nothing_and_nobody_is_stuck() -> None:
    figures = as_aimed(await measure_kills(3, silent))
    assert figures["messages"] > 0


async def test_a_hundred_messages_among_faults() -> None:
    figures = as_aimed(await measure_faults(silent, messages=100))
    assert figures["before: most answers to a question"] == 1
    assert figures["before: messages repeated"] == 0
    assert figures["after: most answers to a question"] <= 2


async def test_hostile_updates_to_a_real_process() -> None:
    figures = as_aimed(await measure_ill_will(60, silent))
    assert figures["hostile updates"] == 60
