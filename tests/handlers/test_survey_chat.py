"""A survey in the chat: from the link to the thanks, as people on phones go through it."""

import asyncio
import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from agenda_stage import NOW, StandingClock
from survey_chat_stage import (
    WORKER,
    answers,
    answers_of,
    button_with,
    campaign_of,
    consents,
    edit_of,
    edits,
    fills,
    interview_of,
    link_of,
    opens,
    presses,
    survey_bot,
    through,
    writes,
)
from telegram_stage import Stage

from bot.logs import QUIET
from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import CampaignKind, CampaignState
from store.interviews import InterviewState, Source
from store.roles import Role
from tracer.national.form import national_form

MOST_MESSAGES = 25
SEEKING = {"What is your status now?": "Not working", "When did you begin": "I did not look"}
"""The shortest way through the national questionnaire."""


async def first_of(stage: Stage, api: LocalBotApi, kind: CampaignKind = CampaignKind.NATIONAL, **terms: object):
    siti = api.person("Siti", language="en")
    campaign = campaign_of(stage, kind, **terms)
    return siti, await consents(siti, link_of(stage, campaign))


def from_bot(somebody: Somebody) -> list[Message]:
    return [message for message in somebody.chat.messages if message.from_bot]


async def test_a_working_graduate_gets_at_most_25_messages_and_the_employers_link(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        employers = campaign_of(stage, CampaignKind.EMPLOYER, title="Employers")
        summary = await through(siti, question)
        assert "7. What is the name" in summary.text
        thanks = await edits(siti, summary, "Send")
        assert thanks.text.startswith("Sent. Thank you!")
        forward = await siti.next_message()
        assert link_of(stage, employers) in forward.text
        assert len(from_bot(siti)) <= MOST_MESSAGES
        assert interview_of(stage, siti).state is InterviewState.SENT
        kept = answers_of(stage, siti)
        expected = {"f502": 2, "f505": 3_500_000, "f5a1": "Jawa Tengah", "f5a2": "Kota Semarang", "f4": ("f404",)}
        assert {name: kept[name] for name in expected} == expected
        assert len(kept) == 40


async def test_consent_says_what_why_who_how_long_and_how_to_withdraw(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="id")
        link = link_of(stage, campaign_of(stage, asks_nik=True, contact="Pusat Karier, 024-123"))
        consent = await opens(siti, link)
        for words in ("Apa:", "Mengapa:", "Siapa", "Berapa lama:", "/survei", "27/2022", "NIK", "Pusat Karier"):
            assert words in consent.text
        question = await presses(siti, consent, "Saya setuju")
        assert "Apa status Anda saat ini?" in question.text
        assert interview_of(stage, siti).language == "id"


async def test_a_refusal_keeps_only_the_mark_and_the_link_works_later(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti = api.person("Siti", language="en")
        link = link_of(stage, campaign_of(stage))
        refused = await edits(siti, await opens(siti, link), "I do not want to")
        assert refused.text.startswith("Thank you for telling")
        assert stage.store.interviews.of_person(siti.id) == ()
        graduate = stage.store.graduates.by_nim("17120001")
        assert graduate is not None
        assert graduate.no_contact_at == NOW
        assert "What is your status now?" in (await consents(siti, link)).text


async def test_amounts_and_times_are_read_back_and_what_is_doubtful_is_asked(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        await presses(siti, question, "Working")
        assert (await writes(siti, "setengah tahun")).text.startswith("✓ 6 months")
        doubt = await writes(siti, "sekitar 3 jt")
        assert doubt.buttons == ["Rp3.000.000"]
        assert "f505" not in answers_of(stage, siti)
        assert (await presses(siti, doubt, "Rp3.000.000")).text.startswith("4 of")
        assert answers_of(stage, siti)["f505"] == 3_000_000


async def test_a_place_is_searched_and_one_abroad_is_taken_once_confirmed(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        await presses(siti, question, "Working")
        await writes(siti, "2")
        await writes(siti, "4.500.000")
        found = await writes(siti, "jawa")
        assert found.buttons == ["Jawa Barat", "Jawa Tengah", "Jawa Timur", "“jawa”, as written"]
        await presses(siti, found, "Jawa Tengah")
        both = await writes(siti, "Semarang")
        assert both.buttons[:2] == ["Kabupaten Semarang", "Kota Semarang"]
        abroad = await writes(siti, "Singapura")
        await presses(siti, abroad, "as written")
        assert answers_of(stage, siti)["f5a2"] == "Singapura"


BAD: dict[str, tuple[str, ...]] = {
    "one": ("enam", "😀", "x" * 4_000, "99999999999999999999"),
    "months": ("banyak", "😀", "x" * 4_000, "-1", "2099-01-01", "3-4 bulan"),
    "rupiah": ("UMR", "😀", "x" * 4_000, "-5", "3-4 juta"),
    "place": ("x" * 4_000,),
    "text": ("x" * 4_000,),
    "multiple": ("entah", "😀", "x" * 4_000),
    "grid": ("empat", "😀", "x" * 4_000),
    "date": ("enam", "😀", "x" * 4_000, "2099-01-01", "31 Februari 2025"),
}


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        ("one", {}),
        ("months", {"f8": "1"}),
        ("rupiah", {"f8": "1", "f502": 1}),
        ("place", {"f8": "1", "f502": 1, "f505": 1}),
        ("text", {"f8": "4", "f18a": "1"}),
        ("date", {"f8": "4", "f18a": "1", "f18b": "UNNES", "f18c": "PGSD"}),
        ("grid", {"f8": "5", "f1201": "1"}),
        ("multiple", {"f8": "5", "f1201": "1", "f301": "2", "f303": 1}),
    ],
)
async def test_bad_input_is_told_in_a_sentence_and_the_question_asked_again(
    tmp_path: Path, kind: str, before: dict[str, str | int]
) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, _ = await first_of(stage, api)
        interview = interview_of(stage, siti)
        grids = {one.name: "4" for one in national_form().questions if one.groups} if kind == "multiple" else {}
        stage.store.interviews.keep(interview.id, {**before, **grids}, "before")
        (await writes(siti, "/survei"))
        question = await presses(siti, from_bot(siti)[-1], "Tracer 2026")
        kept = answers_of(stage, siti)
        for bad in BAD[kind]:
            again = await writes(siti, bad)
            assert again.text.endswith(question.text), (bad, again.text)
            assert 10 < len(again.text) - len(question.text) < 300
            assert again.buttons == question.buttons
        for thing in ("photo", "voice", "sticker", "document", "location"):
            await siti.shares(thing)
            again = await siti.next_message()
            assert again.text == f"I cannot read this as an answer: please press a button or write.\n\n{question.text}"
        assert answers_of(stage, siti) == kept


async def test_the_button_of_an_old_question_changes_nothing_and_the_open_one_is_asked_again(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, first = await first_of(stage, api)
        old = first.callback_data(button_with(first, "Self-employed"))
        await presses(siti, first, "Working")
        other = await writes(siti, "/survei")
        query = await siti.forges(other, old)
        assert (await query.answered())["text"] == "That question has passed; this one is open."
        assert "How many months" in (await siti.next_message()).text
        assert answers_of(stage, siti) == {"f8": "1"}


async def test_the_second_of_two_taps_is_silent_and_the_next_question_comes_once(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, first = await first_of(stage, api)
        data = first.callback_data(button_with(first, "Working"))
        await siti.forges(first, data)
        again = await siti.forges(first, data)
        assert "text" not in await again.answered()
        assert "How many months" in (await siti.next_message()).text
        assert siti.chat.unread() == []
        assert answers_of(stage, siti) == {"f8": "1"}


async def test_somebody_elses_button_is_refused(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, first = await first_of(stage, api)
        budi = api.person("Budi", language="en")
        hello = await writes(budi, "/help")
        for act in ("sa:one:{}:f8:1", "s:send:{}:0", "s:sure:{}:0", "s:open:{}:0", "sa:change:{}:f8:0"):
            query = await budi.forges(hello, act.format(interview_of(stage, siti).id))
            assert "somebody else's" in (await query.answered())["text"]
        assert answers_of(stage, siti) == {}
        assert "What is your status now?" in first.text


async def test_it_is_left_and_resumed_days_later_on_another_phone(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api:
        async with survey_bot(api, tmp_path, clock) as stage:
            siti, first = await first_of(stage, api)
            link = link_of(stage, stage.store.campaigns.all()[0])
            second = await presses(siti, first, "Working")
            paused = await edits(siti, second, "Later")
            assert paused.text.startswith("Paused")
            assert interview_of(stage, siti).state is InterviewState.PAUSED
        clock.now += dt.timedelta(days=6)
        other = api.person("Siti 2", language="en")
        async with survey_bot(api, tmp_path, clock) as stage:
            assert "How many months" in (await opens(other, link)).text
            assert (await writes(other, "2 bulan")).text.startswith("✓ 2 months")
            query = await siti.presses(paused, button_with(paused, "Go on"))
            assert "somebody else's" in (await query.answered())["text"]


async def test_what_is_written_days_later_is_asked_about_where_it_could_be_anything(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, survey_bot(api, tmp_path, clock) as stage:
        siti, first = await first_of(stage, api, CampaignKind.NEEDS)
        await presses(siti, first, "Working")
        while stage.store.outbox.counts().sending:  # or the jump of the clock makes it look like a dead sender's
            await asyncio.sleep(0)
        clock.now += dt.timedelta(days=2)
        doubt = await writes(siti, "Guru SD di Semarang")
        assert "is that your answer to What is your job or business?" in doubt.text
        assert "job" not in answers_of(stage, siti)
        await presses(siti, doubt, "Yes, that is my answer")
        assert answers_of(stage, siti)["job"] == "Guru SD di Semarang"


async def test_a_question_in_the_middle_is_answered_and_the_survey_stays_open(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, first = await first_of(stage, api)
        await presses(siti, first, "Working")
        assert "The Dean approves it." in (await writes(siti, "Who approves the curriculum?")).text
        open_ = await siti.next_message()
        assert open_.text == "Your survey is still open."
        assert "How many months" in (await presses(siti, open_, "Go on")).text
        assert (await writes(siti, "2")).text.startswith("✓ 2 months")


async def test_back_and_keep_change_no_answer(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, first = await first_of(stage, api)
        second = await presses(siti, first, "Working")
        before = await edits(siti, second, "Back")
        assert "Your answer: Working" in before.text
        assert "✓ Working (full or part time)" in before.buttons
        assert "How many months" in (await edits(siti, before, "Keep it so")).text
        assert answers_of(stage, siti) == {"f8": "1"}


async def test_an_answer_changed_from_the_summary_sets_later_ones_aside_and_brings_them_back(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        summary = await through(siti, question)
        status = await edits(siti, summary, "1")
        summary = await presses(siti, status, "Not working but looking")
        assert "company or office" not in summary.text
        status = await edits(siti, summary, "1")
        summary = await presses(siti, status, "Working")
        assert "SMP Negeri 1" in summary.text
        await edits(siti, summary, "Send")
        ((_, sent),) = stage.store.interviews.sent(interview_of(stage, siti).campaign_id)
        assert sent["f5b"] == "SMP Negeri 1"


async def test_a_sent_survey_is_changed_and_sent_again(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        thanks = await edits(siti, await through(siti, question, SEEKING), "Send")
        summary = await presses(siti, thanks, "Change my answers")
        assert interview_of(stage, siti).state is InterviewState.RUNNING
        await edits(siti, summary, "Send")
        assert interview_of(stage, siti).state is InterviewState.SENT


async def test_withdrawing_asks_once_and_deletes_the_answers(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        await presses(siti, question, "Working")
        interview = interview_of(stage, siti)
        shown = await writes(siti, "/survei")
        asked = await presses(siti, shown, "Withdraw")
        kept = await edits(siti, asked, "No, keep them")
        assert kept.text.startswith("Nothing was deleted")
        asked = await presses(siti, shown, "Withdraw")
        assert (await edits(siti, asked, "Yes, delete")).text.startswith("Your answers were deleted")
        assert stage.store.interviews.answers(interview.id) == {}
        assert stage.store.interviews.get(interview.id).state is InterviewState.WITHDRAWN


async def test_an_employer_answers_the_same_way_and_the_graduate_may_not(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        await first_of(stage, api)
        siti = api.people[next(iter(api.people))]
        link = link_of(stage, campaign_of(stage, CampaignKind.EMPLOYER, title="Employers"))
        assert (await opens(siti, link)).text.startswith("This link is for the person you work for")
        boss = api.person("Boss", language="en")
        consent = await opens(boss, link)
        assert "It is about Siti Rahmawati, PGSD." in consent.text
        question = await presses(boss, consent, "I agree")
        question = await writes(boss, "PT Maju")
        question = await presses(boss, question, "Leave out")
        assert [row[0]["text"] for row in question.rows[:7]] == list("ABCDEFG")
        question = await fills(boss, question, cell=1)
        summary = await writes(boss, "More English")
        assert (await edits(boss, summary, "Send")).text.startswith("Sent. Thank you!")
        assert answers_of(stage, boss)["ethics"] == "5"


async def test_nim_and_birth_date_lead_in_and_guessing_ends_at_a_coordinator(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        campaign_of(stage, contact="Pusat Karier")
        siti, guesser = api.person("Siti", language="en"), api.person("Guesser", language="en")
        for somebody, born in ((siti, "4 Mei 2001"), (guesser, "1 Jan 2000")):
            asked = await presses(somebody, await writes(somebody, "/survei"), "without a link")
            assert "student number" in asked.text
            assert "no student number" in (await writes(somebody, "siti")).text
            for tries in range(4, -1, -1):
                assert "date of birth" in (await writes(somebody, "17120001")).text
                said = (await writes(somebody, born)).text
                if somebody is siti:
                    assert "Do you agree?" in said
                    break
                assert f"{tries} more" in said or (tries == 0 and "turn to: Pusat Karier" in said)


async def test_nik_is_asked_only_where_wanted_and_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for library in QUIET:
        caplog.set_level("WARNING", library)
    nik = "3374010101010001"
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api, asks_nik=True)
        summary = await through(siti, question, {**SEEKING, "NIK": "3374 0101 0101 0001", "NPWP": "Leave out"})
        assert "••••••••••••0001" in summary.text
        assert not any("3374" in message.text for message in from_bot(siti))
        graduate = stage.store.graduates.by_nim("17120001")
        assert graduate is not None
        assert stage.store.graduates.identity(graduate.id).nik == nik
    assert nik not in caplog.text
    assert "3374 0101" not in caplog.text


async def test_own_data_hold_the_survey_and_forgetting_erases_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api)
        await edits(siti, await through(siti, question), "Send")
        campaign_id = interview_of(stage, siti).campaign_id
        await siti.sends("/dataku")
        file = await siti.next_message()
        assert file.document is not None
        assert b"SMP Negeri 1" in file.document
        erase = await writes(siti, "/lupakan")
        assert "erased" in (await edits(siti, erase, "Yes, erase everything")).text
        assert list(stage.store.interviews.sent(campaign_id)) == []
        assert [tally.state for tally in stage.store.interviews.tallies(campaign_id)] == [InterviewState.ERASED]
        path = stage.store.path
    with sqlite3.connect(path) as store:
        assert not any("SMP Negeri 1" in line for line in store.iterdump())


async def test_the_cohorts_answers_are_thanks_once_ten_have_answered_and_small_numbers_are_hidden(
    tmp_path: Path,
) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, question = await first_of(stage, api, CampaignKind.SHORT)
        interview = interview_of(stage, siti)
        for number, status in enumerate(["1"] * 7 + ["2"] * 2):
            stage.store._database.write(
                "INSERT INTO interviews (campaign_id, respondent, cohort, state, source, sent_at)"
                " VALUES (?, 'graduate', 2023, 'sent', 'chat', '2026-11-20T00:00:00.000000+00:00')",
                [interview.campaign_id],
            )
            stage.store.interviews.keep(interview.id + number + 1, {"f8": status}, "u")
        summary = await presses(siti, question, "Not yet able")
        thanks = await edits(siti, summary, "Send")
        assert "Your cohort so far: 10 answers" in thanks.text
        assert "all other answers: 10/10" in thanks.text
        assert "Not yet able" not in thanks.text.split("Your cohort")[1]


async def test_a_coordinator_asks_by_telephone_with_the_same_messages(tmp_path: Path) -> None:
    from handlers import survey

    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        campaign = campaign_of(stage, CampaignKind.SHORT)
        chief = api.person("Koordinator", language="en")
        await writes(chief, "/help")
        stage.store.people.grant(chief.id, Role.COORDINATOR, None)
        graduate = stage.store.graduates.by_nim("17120001")
        assert graduate is not None
        interviewing = stage.service.rooms.interviewing
        taken = interviewing.take(campaign.id, graduate.id, chief.id, reads_names=False)
        help_ = from_bot(chief)[-1]
        await chief.forges(help_, f"s:open:{taken.id}:0")
        consent = await chief.next_message()
        assert "By telephone" in consent.text
        question = await presses(chief, consent, "I agree")
        summary = await presses(chief, question, "Not working")
        await edits(chief, summary, "Send")
        assert stage.store.interviews.get(taken.id).source is Source.TELEPHONE
        assert callable(survey.begin_telephone)


async def test_a_closed_survey_takes_nothing_and_says_so(tmp_path: Path) -> None:
    async with LocalBotApi() as api, survey_bot(api, tmp_path) as stage:
        siti, first = await first_of(stage, api)
        campaign = stage.store.campaigns.all()[0]
        link = link_of(stage, campaign)
        stage.store.campaigns.set_state(campaign.id, CampaignState.CLOSED)
        query = await siti.presses(first, first.buttons[0])
        assert (await query.answered())["text"] == "This survey is not open now."
        assert (await opens(siti, link)).text == "This survey is not open now."
        assert (await opens(siti, "s_" + "A" * 22)).text.startswith("This link is not known")
        assert answers_of(stage, siti) == {}


async def test_every_step_outlives_a_restart(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        async with survey_bot(api, tmp_path) as stage:
            siti, question = await first_of(stage, api)
        while "Your answers – check" not in question.text:
            async with survey_bot(api, tmp_path):
                question = await answers(siti, question, WORKER)
        async with survey_bot(api, tmp_path) as stage:
            await siti.presses(question, button_with(question, "Send"))
            await edit_of(siti, question)
            assert interview_of(stage, siti).state is InterviewState.SENT
            assert len(answers_of(stage, siti)) == 40
