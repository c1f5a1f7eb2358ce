"""What hurried people write into a survey: taken where it is sure, asked about or refused where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from survey_chat_stage import (
    answers_of,
    campaign_of,
    consents,
    interview_of,
    link_of,
    opens,
    presses,
    survey_bot,
    writes,
)
from telegram_stage import Stage

from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import CampaignKind
from store.interviews import Value


async def asked(stage: Stage, siti: Somebody, before: dict[str, Value]) -> Message:
    """Go on where these answers lead; returns the question."""
    await consents(siti, link_of(stage, stage.store.campaigns.all()[0]))
    stage.store.interviews.keep(interview_of(stage, siti).id, before, "before")
    return await presses(siti, await writes(siti, "/survei"), "Tracer 2026")


async def test_a_part_of_a_choice_is_never_taken_for_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="id")
        await presses(siti, await opens(siti, link_of(stage, campaign_of(stage))), "Saya setuju")
        for words in ("kerja", "belum", "tidak bekerja"):
            again = await writes(siti, words)
            assert again.text.startswith("Mana yang Anda maksud?"), (words, again.text)
            assert "Apa status Anda saat ini?" in again.text
        assert answers_of(stage, siti) == {}
        assert (await writes(siti, "Bekerja")).text.startswith("✓ Bekerja (penuh atau paruh waktu)")


async def test_the_number_of_a_listed_choice_is_an_answer_and_another_number_is_none(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="id")
        await presses(siti, await opens(siti, link_of(stage, campaign_of(stage))), "Saya setuju")
        assert "tidak ada di antaranya" in (await writes(siti, "6")).text
        assert "tidak ada di antaranya" in (await writes(siti, "1,3")).text
        assert (await writes(siti, "5.")).text.startswith("✓ Tidak bekerja tetapi")


async def test_several_numbers_tick_several_boxes_of_a_list(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        campaign_of(stage)
        siti = api.person("Siti", language="en")
        grids = {f"f{code}": "4" for code in (*range(1761, 1775, 2), *range(21, 28))}
        question = await asked(stage, siti, {"f8": "5", "f1201": "1", **grids, "f301": "2", "f303": 1})
        assert "How did you look for work?" in question.text
        first = question.text.split("\n")[0]
        ticked = await writes(siti, "1, 3 and 4")
        assert answers_of(stage, siti)["f4"] == ("f401", "f403", "f404")
        assert first in ticked.text  # how far it is does not move while boxes are ticked
        await writes(siti, "3")
        assert answers_of(stage, siti)["f4"] == ("f401", "f404")


@pytest.mark.parametrize(
    ("before", "words", "said"),
    [
        ({"f8": "1"}, "2-3 bulan", "two numbers"),
        ({"f8": "1"}, "9999", "at least 0 and at most 120."),
        ({"f8": "1", "f502": 1}, "gaji 4-5 juta", "two numbers"),
        ({"f8": "1", "f502": 1}, "3 s/d 4 jt", "two numbers"),
        ({"f8": "1", "f502": 1}, "99 miliar", "at most Rp1.000.000.000."),
        ({"f8": "1", "f502": 1, "f505": 1}, "😀", "write it in words"),
        ({"f8": "4", "f18a": "1"}, "-", "write it in words"),
        ({"f8": "4", "f18a": "1"}, "👍🏽", "write it in words"),
    ],
)
async def test_what_cannot_be_an_answer_is_told_why(
    tmp_path: Path, before: dict[str, Value], words: str, said: str
) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        campaign_of(stage)
        siti = api.person("Siti", language="en")
        question = await asked(stage, siti, before)
        again = await writes(siti, words)
        assert said in again.text
        assert again.text.endswith(question.text)
        assert answers_of(stage, siti) == before


async def test_a_dash_leaves_out_what_may_be_left_out(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        campaign_of(stage, CampaignKind.FEEDBACK)
        siti = api.person("Siti", language="en")
        grid = dict.fromkeys(("content", "speakers", "organisation", "overall"), "5")
        question = await asked(stage, siti, {**grid, "effect": "fully"})
        assert "better next time" in question.text
        assert (await writes(siti, "-")).text.startswith("✓ (left out)")
        assert answers_of(stage, siti)["improve"] is None
