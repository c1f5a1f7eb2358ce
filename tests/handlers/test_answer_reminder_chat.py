"""“Remind me” under an answer: the day of a time limit by the academic calendar."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from agenda_stage import agenda_bot
from people_stage import give, tells, turns
from telegram_stage import ACTORS, CITATION, Stage

from corpus.model import Lines, TimeLimit, TimeLimitKind
from index.reply import Citation
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from reminders.clauses import SourceClause
from reminders.rulebook import Rule, Rulebook, RuleState
from store.bilingual import Bilingual
from store.roles import Role
from store.rulings import Verdict

LIMIT = TimeLimit(
    quote="3 days before the mid-term",
    kind=TimeLimitKind.DEADLINE,
    anchor="the mid-term",
    offset="-P3D",
    lines=(Lines(start=12, end=14),),
)
CLAUSE = SourceClause(
    document="sop-01",
    code="SOP/01",
    title=Bilingual("Curriculum Review", "Peninjauan Kurikulum"),
    source=CITATION.source,
    lines=(12, 14),
    text=Bilingual("The lecturer hands in the questions.", "Dosen mengumpulkan soal."),
    actors=("lecturer",),
)
RULE = Rule("0123456789ab", CLAUSE, LIMIT, "midterm", ACTORS["lecturer"], "clause", RuleState.USABLE, "")
BOOK = Rulebook([RULE], ())
EXAMS = dt.date(2026, 12, 7)


def budi_of(api: LocalBotApi, stage: Stage, language: str = "en") -> Somebody:
    budi = api.person("Budi", language=language)
    give(stage.store, budi, Role.LECTURER, "55201", language)
    return budi


async def test_the_calendar_gives_the_day_and_one_press_takes_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi = budi_of(api, stage, "id")
        stage.store.events.add("midterm", EXAMS, EXAMS + dt.timedelta(days=5), None)
        answer = await tells(budi, "kapan soal UTS dikumpulkan?")
        await budi.presses(answer, "⏰ Ingatkan saya")
        asked = await budi.next_message()
        assert asked.text.startswith("Dosen mengumpulkan soal.\n📄 SOP/01 · Curriculum Review")
        assert (
            "• “3 days before the mid-term”, Ujian Tengah Semester (UTS) (Senin, 7 Desember 2026):"
            " batasnya Jumat, 4 Desember 2026" in asked.text
        )
        assert asked.buttons == [
            "Sehari sebelumnya: Kamis, 3 Desember 2026",
            "Pagi itu: Jumat, 4 Desember 2026",
            "Hari atau jam lain",
            "Batal",
        ]
        shown = await turns(budi, asked, "Sehari sebelumnya: Kamis, 3 Desember 2026")
        await turns(budi, shown, "✅ Simpan")
        (reminder,) = stage.store.wishes.all_own(budi.id)
        assert (reminder.text, reminder.day) == ("Dosen mengumpulkan soal.", dt.date(2026, 12, 3))
        assert Citation.model_validate(reminder.clause) == CITATION


async def test_a_day_off_says_so_and_is_not_moved(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi = budi_of(api, stage)
        stage.store.events.add("midterm", dt.date(2026, 12, 28), dt.date(2026, 12, 31), None)
        await budi.presses(await tells(budi, "when?"), "⏰ Remind me")
        text = (await budi.next_message()).text
        assert "due Friday, 25 December 2026 (public holiday: Christmas Day)" in text


async def test_without_the_event_the_day_is_asked_in_words(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi = budi_of(api, stage)
        await budi.presses(await tells(budi, "when?"), "⏰ Remind me")
        asked = await budi.next_message()
        assert "The academic calendar does not say when this is due for you." in asked.text
        assert asked.buttons == ["Other day or time", "Cancel"]
        assert (await tells(budi, "3 Desember 2026")).text.startswith(
            "Shall I remind you so?\nThe lecturer hands in the questions.\n"
            "⏰ Thursday, 3 December 2026 at 07:30\n📄 SOP/01"
        )


async def test_the_programme_s_own_event_counts_and_what_is_over_does_not(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi = budi_of(api, stage)
        unit = stage.store.units.by_code("55201")
        assert unit is not None
        stage.store.events.add("midterm", EXAMS, EXAMS, None)
        own = stage.store.events.add("midterm", dt.date(2026, 12, 9), dt.date(2026, 12, 9), None, unit_id=unit.id)
        answer = await tells(budi, "when?")
        await budi.presses(answer, "⏰ Remind me")
        assert "due Sunday, 6 December 2026 (weekend)" in (await budi.next_message()).text
        stage.store.events.change(own.id, dt.date(2026, 11, 22), dt.date(2026, 11, 22))
        again = await tells(budi, "when?")
        await budi.presses(again, "⏰ Remind me")
        assert "does not say when this is due" in (await budi.next_message()).text


async def test_a_rule_counts_as_the_coordinators_want_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi = budi_of(api, stage)
        stage.store.events.add("midterm", EXAMS, EXAMS, None)
        stage.store.rulings.rule(
            RULE.key, CLAUSE.document, Verdict.CORRECTED, budi.id, reason="agreed", correction={"offset": "-P5D"}
        )
        await budi.presses(await tells(budi, "when?"), "⏰ Remind me")
        assert "due Wednesday, 2 December 2026" in (await budi.next_message()).text


async def test_an_answer_without_a_time_limit_has_no_such_button(tmp_path: Path) -> None:
    elsewhere = replace(CLAUSE, lines=(99, 99))
    async with (
        LocalBotApi() as api,
        agenda_bot(api, tmp_path, rulebook=Rulebook([replace(RULE, clause=elsewhere)], ())) as stage,
    ):
        budi = budi_of(api, stage)
        assert "⏰ Remind me" not in (await tells(budi, "who?")).buttons


async def test_a_group_has_no_such_button_and_a_forged_one_does_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi = budi_of(api, stage)
        group = api.group("Prodi")
        group.takes_in(budi)
        group.adds_bot(budi)
        await budi.sends("/tanya when?", to=group)
        answer = await group.next_message()
        assert "⏰ Remind me" not in answer.buttons
        assert "does not work any more" in (await (await budi.forges(answer, "gc:1")).answered())["text"]


async def test_a_double_tap_begins_one_and_somebody_else_s_question_none(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
        budi, sari = budi_of(api, stage), api.person("Sari", language="en")
        answer = await tells(budi, "when?")
        for query in [await budi.presses(answer, "⏰ Remind me") for _ in range(2)]:
            await query.answered()
        await budi.next_message()
        assert budi.chat.unread() == []
        other = await tells(sari, "/help")
        await sari.forges(other, "gc:1")
        assert (await sari.next_message()).text == "This question is not kept any more. Please ask it again."


async def test_a_restart_between_the_press_and_the_day_loses_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        async with agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
            budi = budi_of(api, stage)
            stage.store.events.add("midterm", EXAMS, EXAMS, None)
            await budi.presses(await tells(budi, "when?"), "⏰ Remind me")
            asked = await budi.next_message()
        async with agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
            shown = await turns(budi, asked, "That morning: Friday, 4 December 2026")
        async with agenda_bot(api, tmp_path, rulebook=BOOK) as stage:
            await turns(budi, shown, "✅ Save")
            assert [one.day for one in stage.store.wishes.all_own(budi.id)] == [dt.date(2026, 12, 4)]
