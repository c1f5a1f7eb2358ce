"""/kalender: looking, adding, moving and removing events, by persons who may and by others."""

import datetime as dt
from pathlib import Path

import pytest
from people_stage import INFORMATICS, chief_of, give, people_bot, tells, turns
from telegram_stage import Stage

from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.events import CalendarEvent
from store.roles import Role

NOW = dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
"""Saturday, 21 November 2026, 01:00 in Jakarta."""


def at_now() -> dt.datetime:
    return NOW


def days(year: int, month: int, first: int, last: int | None = None) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, first), dt.date(year, month, last or first)


def events(stage: Stage) -> list[tuple[str, str, int | None, str, str]]:
    return [
        (event.kind, event.label, event.unit_id, str(event.starts), str(event.ends))
        for event in stage.store.events.all()
    ]


async def begins(somebody: Somebody, kind: str) -> Message:
    """Begin an event of a kind, up to the question for whom it is."""
    return await turns(somebody, await turns(somebody, await tells(somebody, "/kalender"), "Add an event"), kind)


async def asked_for_days(somebody: Somebody, kind: str) -> Message:
    return await turns(somebody, await begins(somebody, kind), "The whole university")


def keep(stage: Stage, kind: str, when: tuple[dt.date, dt.date], label: str = "", unit: str = "") -> CalendarEvent:
    found = stage.store.units.by_code(unit) if unit else None
    return stage.store.events.add(kind, *when, None, label=label, unit_id=found.id if found else None)


async def test_a_period_is_written_read_back_and_saved_once(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        await asked_for_days(chief, "Mid-term examinations (UTS)")
        read = await tells(chief, "14–19 Des 2026")
        assert "Monday, 14 December 2026 – Saturday, 19 December 2026" in read.text
        assert "Saturday, 19 December 2026: weekend" in read.text
        assert events(stage) == []
        saved = await turns(chief, read, "Save")
        assert saved.text.startswith("Saved: Mid-term examinations (UTS), Monday, 14 December 2026")
        query = await chief.forges(read, read.callback_data("Save"))
        assert "dealt with already" in (await query.answered())["text"]
        assert events(stage) == [("midterm", "", None, "2026-12-14", "2026-12-19")]
        listed = await turns(chief, saved, "To the calendar")
        assert "December 2026" in listed.text
        assert "Mid-term" in listed.buttons[0]


async def test_a_draft_outlives_a_restart_at_each_step(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief = chief_of(api, language="id")
        async with people_bot(api, tmp_path, clock=at_now):
            message = await turns(chief, await tells(chief, "/kalender"), "Tambah acara")
        for button in ("Ujian Akhir Semester (UAS)", "Seluruh universitas"):
            async with people_bot(api, tmp_path, clock=at_now):
                message = await turns(chief, message, button)
        async with people_bot(api, tmp_path, clock=at_now):
            message = await tells(chief, "11 Jan")
            assert message.text == "“11 Jan”: tahun berapa?"
        async with people_bot(api, tmp_path, clock=at_now):
            await turns(chief, message, "Senin, 11 Januari 2027")
        async with people_bot(api, tmp_path, clock=at_now):
            message = await tells(chief, "Sabtu, 23 Januari 2027")
        async with people_bot(api, tmp_path, clock=at_now) as stage:
            await turns(chief, message, "Simpan")
            assert events(stage) == [("final_exam", "", None, "2027-01-11", "2027-01-23")]


async def test_what_is_missing_of_a_date_is_asked_and_never_filled(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        await asked_for_days(chief, "Mid-term examinations (UTS)")
        assert (await tells(chief, "Desember 2026")).text.startswith("“Desember 2026” is not a whole date")
        asked = await tells(chief, "14–19 Des")
        assert asked.buttons[:2] == [
            "Monday, 14 December 2026 – Saturday, 19 December 2026",
            "Tuesday, 14 December 2027 – Sunday, 19 December 2027",
        ]
        asked = await tells(chief, "14 Des")
        assert asked.buttons == ["Monday, 14 December 2026", "Tuesday, 14 December 2027", "Cancel"]
        assert (await turns(chief, asked, "Tuesday, 14 December 2027")).text.startswith("It begins on Tuesday")
        asked = await tells(chief, "19 Des")
        assert asked.buttons[0] == "Sunday, 19 December 2027"
        read = await turns(chief, asked, "Sunday, 19 December 2027")
        assert "14 December 2027 – Sunday, 19 December 2027" in read.text
        assert (await turns(chief, read, "Change the date")).text.startswith("Mid-term examinations (UTS): when?")
        asked = await tells(chief, "Senin")
        assert asked.text == "“Senin”: which day is it?"
        await turns(chief, asked, "Monday, 30 November 2026")
        assert (await tells(chief, "lusa")).text.startswith(
            "The last day, Monday, 23 November 2026, is before the first"
        )
        assert "Cancelled" in (await turns(chief, await tells(chief, "4 Des 2026"), "Cancel")).text
        assert events(stage) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("31 Feb 2027", "“31 Feb 2027” is no day of the calendar"),
        ("Selasa, 14 Des 2026", "“Selasa, 14 Des 2026” is on another day of the week"),
        ("19–14 Des 2026", "The last day, Monday, 14 December 2026, is before the first"),
        ("14 Des 2206", "The year must be between 2000 and 2100"),
        ("1 Jan 2027 – 1 Jan 2050", "An event lasts ten years at most"),
        ("14 Des 2026, 16 Des 2026", "“14 Des 2026, 16 Des 2026” holds several dates"),
        ("soon", "I read no date in “soon”"),
    ],
)
async def test_bad_dates_get_a_sentence_and_change_nothing(tmp_path: Path, words: str, said: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        await asked_for_days(chief, "Community service programme (KKN)")
        assert (await tells(chief, words)).text.startswith(said)
        assert events(stage) == []
        assert "Save" in (await tells(chief, "14-19 Des 2026")).buttons


async def test_a_day_in_the_past_is_asked_once_more(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        await asked_for_days(chief, "Graduation ceremony")
        read = await tells(chief, "14/11/2026")
        assert "It is over already. Really?" in read.text
        assert "Save" not in read.buttons
        query = await chief.forges(read, read.callback_data("Yes, it is in the past").replace("sure", "save"))
        await query.answered()
        assert events(stage) == []
        await turns(chief, await turns(chief, read, "Yes, it is in the past"), "Save")
        assert events(stage) == [("graduation", "", None, "2026-11-14", "2026-11-14")]
        listed = await tells(chief, "/kalender")
        assert "Nothing is entered from today on." in listed.text
        assert "14 November 2026" in (await turns(chief, listed, "◀")).text


async def test_holidays_are_named_and_estimates_marked(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api, language="id")
        keep(stage, "day_off", days(2026, 12, 16), "Dies Natalis")
        begun = await turns(chief, await tells(chief, "/kalender"), "Tambah acara")
        await turns(chief, await turns(chief, begun, "Wisuda"), "Seluruh universitas")
        assert (
            "Jumat, 25 Desember 2026: hari libur nasional: Hari Raya Natal" in (await tells(chief, "25 Des 2026")).text
        )
        assert "Rabu, 16 Desember 2026: hari libur: Dies Natalis" in (await tells(chief, "16 Des 2026")).text
        assert "Idul Fitri (perkiraan)" in (await tells(chief, "15 Februari 2029")).text


async def test_the_same_event_twice_is_refused(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        keep(stage, "own", days(2026, 12, 14), "Dies Natalis")
        await begins(chief, "Another event")
        await turns(chief, await tells(chief, "dies  natalis"), "The whole university")
        read = await turns(chief, await tells(chief, "14 Des 2026"), "Only this day")
        assert "stands in the calendar already" in read.text
        assert "Save" not in read.buttons
        assert len(events(stage)) == 1
        assert (await turns(chief, read, "Open it")).text.startswith("Dies Natalis")


async def test_an_event_is_moved_and_removed(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        keep(stage, "graduation", days(2026, 12, 14), "Wisuda ke-85", "55201")
        opened = await turns(chief, await tells(chief, "/kalender"), "14 Dec 2026: Wisuda ke-85")
        assert f"For: {INFORMATICS}" in opened.text
        await turns(chief, opened, "Change the date")
        read = await tells(chief, "besok")
        assert "Until now: Monday, 14 December 2026" in read.text
        await turns(chief, read, "Save")
        assert events(stage)[0][3:] == ("2026-11-22", "2026-11-22")
        asked = await turns(chief, await turns(chief, opened, "To the calendar"), "22 Nov 2026: Wisuda ke-85")
        asked = await turns(chief, asked, "Remove")
        await turns(chief, asked, "No, keep it")
        assert len(events(stage)) == 1
        assert "is removed" in (await turns(chief, asked, "Yes, remove it")).text
        assert events(stage) == []
        query = await chief.forges(asked, asked.callback_data("Yes, remove it"))
        assert "not in the calendar any more" in (await query.answered())["text"]


async def test_a_coordinator_changes_the_own_unit_and_those_below_it_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        cici = api.person("Cici", language="en")
        give(stage.store, cici, Role.COORDINATOR)
        faculty = stage.store.units.search("fakultas sains")[0]
        stage.store.people.move(cici.id, faculty.id)
        theirs = keep(stage, "yudisium", days(2026, 12, 1))
        law = stage.store.units.by_code("74201")
        assert law is not None
        units = await begins(cici, "Yudisium")
        assert units.buttons == ["Fakultas Sains", "Cancel"]
        assert (await tells(cici, "hukum")).text.startswith("No unit fits")
        for unit in (law.id, 0):
            data = units.callback_data("Fakultas Sains").rsplit(":", 2)[0] + f":{unit}:0"
            query = await cici.forges(units, data)
            assert (await query.answered())["text"] == "This button is not for your role."
        for act in ("move", "remove", "sure"):
            query = await cici.forges(units, f"ce:{act}:{theirs.id}")
            assert (await query.answered())["text"] == "This button is not for your role."
        await turns(cici, await tells(cici, "informatika s1"), INFORMATICS)
        await turns(cici, await tells(cici, "3 Des 2026"), "Save")
        assert [event[:1] + event[3:4] for event in events(stage)] == [
            ("yudisium", "2026-12-01"),
            ("yudisium", "2026-12-03"),
        ]
        opened = await turns(cici, await tells(cici, "/kalender"), "1 Dec 2026: Yudisium")
        assert opened.buttons == ["To the calendar"]


async def test_staff_look_and_take_the_file_along_but_change_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        budi, siti = api.person("Budi", language="id"), api.person("Siti", language="en")
        give(stage.store, budi, Role.LECTURER, "55201", language="id")
        kept = keep(stage, "midterm", days(2026, 12, 14, 19))
        own = keep(stage, "yudisium", days(2027, 2, 3), unit="55201")
        assert f"Rabu, 3 Februari 2027: Yudisium ({INFORMATICS})" in (await tells(budi, "/kalender")).text
        stage.store.events.remove(own.id)
        listed = await tells(budi, "/kalender")
        assert listed.buttons == ["14 Des 2026: Ujian Tengah Semester (UTS)", "Sebagai berkas (.ics)"]
        for data in ("cb:", "cb:midterm", f"ce:sure:{kept.id}", "cd:save:1:0:0"):
            assert (await (await budi.forges(listed, data)).answered())["text"] == "Tombol ini bukan untuk peran Anda."
        assert len(events(stage)) == 1
        await budi.presses(listed, "Sebagai berkas (.ics)")
        sent = await budi.next_message()
        assert sent.wire["document"]["file_name"] == "kalender-akademik.ics"
        assert (await tells(siti, "/kalender")).text.startswith("This is not for your role")


async def test_many_events_have_pages(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        for number in range(1, 20):
            keep(stage, "own", days(2026, 12, number), f"Rapat {number}")
        first = await tells(chief, "/kalender")
        assert "Rapat 8" in first.text
        assert "◀" not in first.buttons
        third = await turns(chief, await turns(chief, first, "▶"), "▶")
        assert "Rapat 19" in third.text
        assert "▶" not in third.buttons


async def test_a_question_in_the_middle_is_answered_and_the_draft_goes_on(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now):
        chief = chief_of(api)
        await asked_for_days(chief, "Graduation ceremony")
        assert (await tells(chief, "Who approves the curriculum?")).text.startswith("Responsible")
        assert "Save" in (await tells(chief, "14 Des 2026")).buttons
