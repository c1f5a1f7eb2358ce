"""The bench's surveys, small: a real process of the bot, many conversations, and kills in the middle of them."""

from __future__ import annotations

from test_bench_delivery import as_aimed, silent

from bot.bench_survey import measure_survey_kills, measure_surveys


async def test_answers_of_many_are_kept_and_never_mixed() -> None:
    figures = as_aimed(await measure_surveys(40, silent, seconds=1))
    assert figures["answers given"] == 100


async def test_three_kills_lose_no_answer_and_repeat_no_question() -> None:
    figures = as_aimed(await measure_survey_kills(3, silent))
    assert figures["surveys answered and sent"] > 0
