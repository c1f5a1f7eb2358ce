"""A reminder of one's own in the chat: from words to the reminder kept, and what it says when it comes."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from agenda_stage import NOW, StandingClock, agenda_bot, running_of
from people_stage import give, tells, turns
from telegram_stage import CITATION, Stage

from handlers.day_wording import REFUSALS, refusal
from handlers.own_reminders import own_buttons, own_text
from handlers.texts import speech
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from reminders.telling import OwnItem, telling_of
from store.roles import Role
from store.wishes import LONGEST_TEXT, MOST_OWN, OwnReminder, Wishes, WishRefusedError

THIRD = dt.date(2026, 12, 3)


def budi_of(api: LocalBotApi, stage: Stage, language: str = "en") -> Somebody:
    budi = api.person("Budi", language=language)
    give(stage.store, budi, Role.LECTURER, "55201", language)
    return budi


def due_of(stage: Stage, somebody: Somebody) -> list[tuple[str, dt.datetime, bool]]:
    return [(thing.kind, thing.due_at, thing.is_exact) for thing in stage.store.due.waiting_for(somebody.id)]


async def test_a_wish_with_all_in_it_is_read_back_and_kept(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage, "id")
        shown = await tells(budi, "ingatkan aku besok jam 9 rapat prodi")
        assert shown.text == "Saya ingatkan begini?\nrapat prodi\n⏰ Minggu, 22 November 2026 pukul 09.00 (akhir pekan)"
        assert stage.store.wishes.all_own(budi.id) == ()
        kept = await turns(budi, shown, "✅ Simpan")
        assert kept.text == (
            "Disimpan. Saya akan mengingatkan Anda: rapat prodi\n⏰ Minggu, 22 November 2026 pukul 09.00"
        )
        assert due_of(stage, budi) == [("own", dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC), True)]
        assert stage.answerer.asked == []


async def test_the_year_that_was_left_out_is_asked(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage, "id")
        asked = await tells(budi, "ingatkan saya kumpul soal UTS tanggal 3 Desember")
        assert asked.text.startswith("“3 Desember” belum tanggal yang lengkap.\nkumpul soal UTS\n")
        assert asked.buttons == ["Kamis, 3 Desember 2026", "Jumat, 3 Desember 2027", "Batal"]
        shown = await turns(budi, asked, "Kamis, 3 Desember 2026")
        assert "⏰ Kamis, 3 Desember 2026 pukul 07.30" in shown.text
        await turns(budi, shown, "✅ Simpan")
        (reminder,) = stage.store.wishes.all_own(budi.id)
        assert (reminder.text, reminder.day, reminder.time) == ("kumpul soal UTS", THIRD, None)
        assert due_of(stage, budi) == [("own", dt.datetime(2026, 12, 3, 0, 30, tzinfo=dt.UTC), False)]


async def test_making_one_outlives_a_restart_at_each_step(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        async with agenda_bot(api, tmp_path) as stage:
            budi = budi_of(api, stage)
            message = await tells(budi, "ingatkan saya")
            assert message.text == "What shall I remind you of? Write it in a sentence."
        async with agenda_bot(api, tmp_path):
            message = await tells(budi, "submit the marks")
            assert message.text.startswith("submit the marks\nFor which day?")
        async with agenda_bot(api, tmp_path):
            message = await tells(budi, "14 Dec 2026 at 09:00")
        async with agenda_bot(api, tmp_path):
            message = await turns(budi, message, "Other words")
        async with agenda_bot(api, tmp_path):
            message = await tells(budi, "submit all marks")
            assert "Monday, December 14, 2026" in message.text or "Monday, 14 December 2026" in message.text
        async with agenda_bot(api, tmp_path) as stage:
            await turns(budi, message, "✅ Save")
            (reminder,) = stage.store.wishes.all_own(budi.id)
            assert (reminder.text, reminder.day, reminder.time) == (
                "submit all marks",
                dt.date(2026, 12, 14),
                dt.time(9),
            )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ingatkan saya 31 Februari kumpul soal", "“31 Februari” is no day of the calendar; write another date."),
        ("ingatkan saya kumpul soal 3 November 2026", "Tuesday, 3 November 2026 is over already."),
        ("ingatkan saya 1 Januari 0001 pukul 00.00 rapat", "Monday, 1 January 1 at 00:00 is over already."),
        ("ingatkan saya hari ini rapat", "This morning's time for reminders, 07.30, is over."),
        ("ingatkan saya hari ini jam 9 rapat", "Saturday, 21 November 2026 at 09:00 is over already."),
        ("ingatkan saya rapat 14 Desember 9000", "Sunday, 14 December 9000 is too far away."),
        ("ingatkan saya besok " + "x" * 501, "A reminder needs 1 to 500 characters: write what it is about."),
        ("ingatkan saya 3 Desember 2026 atau 4 Desember 2027", "“3 Desember 2026 atau 4 Desember 2027” holds several"),
        ("ingatkan saya besok pukul 25.00 rapat", "“pukul 25.00” is no time of the day; write it as 09.00."),
    ],
)
async def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_kept(tmp_path: Path, words: str, said: str) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        assert (await tells(budi, words)).text.startswith(said)
        assert stage.store.wishes.all_own(budi.id) == ()
        assert due_of(stage, budi) == []


async def test_the_words_beside_a_wrong_date_are_not_lost(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        await tells(budi, "ingatkan saya 31 Februari kumpul soal")
        assert (await tells(budi, "28 Februari 2027")).text.startswith("Shall I remind you so?\nkumpul soal\n")


async def test_a_message_of_4096_characters_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        said = await tells(budi, "ingatkan saya besok " + "kumpul soal " * 339)
        assert said.text.startswith("A reminder needs 1 to 500 characters")
        assert (await tells(budi, "kumpul soal")).text.startswith("Shall I remind you so?\nkumpul soal\n")


async def test_a_question_in_the_middle_is_answered_and_the_dialogue_goes_on(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        await tells(budi, "ingatkan saya kumpul soal")
        assert "The Dean approves it." in (await tells(budi, "siapa yang mengesahkan kurikulum?")).text
        assert (await tells(budi, "lusa")).text.startswith("Shall I remind you so?\nkumpul soal\n")


async def test_a_question_that_speaks_of_reminding_is_answered(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        await tells(budi, "siapa yang mengingatkan dosen untuk mengumpulkan soal?")
        assert stage.answerer.asked == ["siapa yang mengingatkan dosen untuk mengumpulkan soal?"]


async def test_a_double_tap_keeps_one_and_an_old_button_none(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        old = await tells(budi, "ingatkan saya besok rapat lama")
        new = await tells(budi, "ingatkan saya besok rapat baru")
        assert "does not work any more" in (await (await budi.presses(old, "✅ Save")).answered())["text"]
        for query in [await budi.presses(new, "✅ Save") for _ in range(2)]:
            assert (await query.answered()).get("text", "") == ""
        assert [one.text for one in stage.store.wishes.all_own(budi.id)] == ["rapat baru"]


async def test_cancel_keeps_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        assert (await turns(budi, await tells(budi, "ingatkan saya besok rapat"), "Cancel")).text == (
            "No reminder was made."
        )
        assert stage.store.wishes.all_own(budi.id) == ()
        await tells(budi, "besok")
        assert stage.answerer.asked == ["besok"]


async def test_nobody_has_more_reminders_than_the_store_keeps(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        for number in range(MOST_OWN):
            stage.store.wishes.add_own(budi.id, f"hal {number}", THIRD, None)
        shown = await tells(budi, "ingatkan saya besok rapat")
        said = (await (await budi.presses(shown, "✅ Save")).answered())["text"]
        assert said == "200 of your reminders wait already: remove some with /jadwal."
        assert len(stage.store.wishes.all_own(budi.id)) == MOST_OWN


def kept_of(stage: Stage, somebody: Somebody, time: dt.time | None = None) -> OwnReminder:
    return stage.store.wishes.add_own(somebody.id, "kumpul <soal>", THIRD, time, CITATION.model_dump(mode="json"))


async def test_a_reminder_that_comes_says_its_clause_and_whether_it_is_late(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        t, reminder = speech("en"), kept_of(stage, budi)
        late = own_text(t, reminder, NOW, ZoneInfo("Asia/Jakarta"))
        assert late.startswith("⏰ <b>kumpul &lt;soal&gt;</b>\n📄 SOP/01 · Curriculum Review")
        assert late.endswith("<i>⌛ Late: this should have come on 2026-11-21 10:00 WIB.</i>")
        assert "Late" not in own_text(t, reminder, None, ZoneInfo("Asia/Jakarta"))
        labels = [[button.text for button in row] for row in own_buttons(t, reminder)]
        assert labels == [["✅ Done", "In 1 hour", "Tomorrow"], ["Full clause"]]


async def test_a_reminder_that_has_come_ends_or_comes_again(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, clock) as stage:
        budi = budi_of(api, stage)
        message = await tells(budi, "/help")
        reminder = kept_of(stage, budi)
        stage.store.wishes.end_own(reminder.id)  # as the tick does when it says it
        query = await budi.forges(message, f"z:hour:{reminder.id}:1")
        assert (await query.answered())["text"] == "I remind you again: Saturday, 21 November 2026 at 11:00."
        assert due_of(stage, budi) == [("own", dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC), True)]
        again = await budi.forges(message, f"z:hour:{reminder.id}:1")
        assert (await again.answered()).get("text", "") == ""
        clock.now += dt.timedelta(hours=2)
        (bundle,) = telling_of(running_of(stage.store).almanac).take()[0]
        assert [type(item) for item in bundle.items] == [OwnItem]
        assert stage.store.wishes.all_own(budi.id) == ()
        await (await budi.forges(message, f"z:tomorrow:{reminder.id}:1")).answered()
        assert due_of(stage, budi) == [("own", dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC), True)]
        assert (await (await budi.forges(message, f"z:done:{reminder.id}:1")).answered())["text"] == "Done."
        assert stage.store.wishes.all_own(budi.id) == ()


async def test_the_buttons_of_somebody_else_s_reminder_do_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi, sari = budi_of(api, stage), api.person("Sari", language="en")
        reminder = kept_of(stage, budi)
        message = await tells(sari, "/help")
        for act in ("done", "hour", "tomorrow", "open", "date", "remove", "sure"):
            said = (await (await sari.forges(message, f"z:{act}:{reminder.id}:1")).answered())["text"]
            assert "does not work any more" in said, act
        assert stage.store.wishes.all_own(budi.id) == (reminder,)


async def test_a_reminder_in_the_list_is_moved_or_removed(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = budi_of(api, stage)
        kept_of(stage, budi)
        listed = await turns(budi, await tells(budi, "/jadwal"), "⏰ My reminders: 1")
        card = await turns(budi, listed, "03.12. kumpul <soal>")
        assert card.text.startswith("⏰ kumpul <soal>\nThursday, 3 December 2026 at 07:30\n📄 SOP/01")
        await turns(budi, card, "Other day or time")
        shown = await tells(budi, "4 Desember 2026 jam 8")
        assert "Other words" not in shown.buttons
        await turns(budi, shown, "✅ Save")
        (moved,) = stage.store.wishes.all_own(budi.id)
        assert (moved.day, moved.time) == (dt.date(2026, 12, 4), dt.time(8))
        assert due_of(stage, budi) == [("own", dt.datetime(2026, 12, 4, 1, 0, tzinfo=dt.UTC), True)]
        card = await turns(
            budi, await turns(budi, await tells(budi, "/jadwal"), "⏰ My reminders: 1"), "04.12. kumpul <soal>"
        )
        asked = await turns(budi, card, "Remove")
        gone = await turns(budi, asked, "Yes, remove it")
        assert gone.text.startswith("None of your own reminders waits.")
        assert stage.store.wishes.all_own(budi.id) == ()


async def test_the_clock_decides_what_is_over_when_it_is_saved(tmp_path: Path) -> None:
    clock = StandingClock()
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, clock) as stage:
        budi = budi_of(api, stage)
        shown = await tells(budi, "ingatkan saya hari ini jam 10.30 rapat")
        clock.now += dt.timedelta(minutes=45)
        assert (await turns(budi, shown, "✅ Save")).text.startswith("Saturday, 21 November 2026 at 10:30 is over")
        assert stage.store.wishes.all_own(budi.id) == ()


async def test_all_that_the_store_refuses_is_said_in_both_languages(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi, wishes = budi_of(api, stage), stage.store.wishes
        refused = []
        for text, morning in (("", dt.time(7)), ("x" * (LONGEST_TEXT + 1), dt.time(7)), ("x", dt.time(22))):
            with pytest.raises(WishRefusedError) as caught:  # noqa: PT012 - whichever of the two refuses
                wishes.keep(budi.id, Wishes(morning=morning))
                wishes.add_own(budi.id, text, THIRD, None)
            refused.append(caught.value)
        for _ in range(MOST_OWN):
            wishes.add_own(budi.id, "x", THIRD, None)
        with pytest.raises(WishRefusedError) as caught:
            wishes.add_own(budi.id, "x", THIRD, None)
        refused.append(caught.value)
        assert {str(error) for error in refused} == set(REFUSALS)
        assert all(refusal(speech("id"), error) != str(error) for error in refused)
