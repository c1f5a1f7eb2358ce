"""Calendar files sent to the bot: what they would change is shown, and nothing happens before it is confirmed."""

import datetime as dt
import io
from pathlib import Path

import icalendar
import pytest
from openpyxl import Workbook
from people_stage import INFORMATICS, chief_of, give, people_bot, tells, turns
from telegram_stage import Stage

from handlers import documents
from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from reminders.calendar_files import MOST_ROWS
from store.roles import Role

NOW = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)
LIST = """Kalender Akademik 2026/2027
nama;jenis;mulai;selesai;unit
Ujian Tengah Semester Gasal;;14–19 Des 2026;;
Wisuda Sarjana ke-85;;5 Desember 2026;;
Lomba karya tulis;;31 Feb 2027;;
Pengisian KRS;;1 Feb;;
Yudisium;;3/2/2027;;55201
"""


def at_now() -> dt.datetime:
    return NOW


async def uploads(somebody: Somebody, name: str, content: bytes | str) -> Message:
    await somebody.uploads(name, content.encode() if isinstance(content, str) else content)
    return await somebody.next_message()


def kept(stage: Stage) -> list[tuple[str, str, str, str]]:
    return [(event.kind, event.label, str(event.starts), str(event.ends)) for event in stage.store.events.all()]


def workbook(rows: list[list[object]]) -> bytes:
    made, target = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(target)
    return target.getvalue()


async def test_a_list_is_shown_then_imported_once_and_bad_rows_are_named(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        stage.store.events.add("graduation", dt.date(2026, 12, 12), dt.date(2026, 12, 12), None)
        shown = await uploads(chief, "kalender.csv", LIST)
        assert "New: 2, changed: 1, as before: 0, left out: 2." in shown.text
        assert "Saturday, 12 December 2026 → Saturday, 5 December 2026" in shown.text
        assert f"Yudisium, Wednesday, 3 February 2027 ({INFORMATICS})" in shown.text
        assert "Number 5: “31 Feb 2027” is no day of the calendar" in shown.text
        assert "Number 6: “1 Feb” is not a whole date" in shown.text
        assert len(kept(stage)) == 1
        done = await turns(chief, shown, "Import")
        assert done.text == "Imported. New: 2, changed: 1, as before: 0, left out: 2."
        imported = kept(stage)
        assert imported == [
            ("graduation", "Wisuda Sarjana ke-85", "2026-12-05", "2026-12-05"),
            ("midterm", "Ujian Tengah Semester Gasal", "2026-12-14", "2026-12-19"),
            ("yudisium", "", "2027-02-03", "2027-02-03"),
        ]
        query = await chief.forges(done, shown.callback_data("Import"))
        assert "dealt with already" in (await query.answered())["text"]
        assert kept(stage) == imported
        again = await uploads(chief, "kalender.csv", LIST)
        assert "New: 0, changed: 0, as before: 3, left out: 2." in again.text
        assert again.buttons == []


async def test_what_was_read_outlives_a_restart_and_is_compared_anew(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief = chief_of(api, language="id")
        async with people_bot(api, tmp_path, clock=at_now):
            shown = await uploads(chief, "kalender.csv", LIST)
        async with people_bot(api, tmp_path, clock=at_now) as stage:
            stage.store.events.add("yudisium", dt.date(2027, 2, 3), dt.date(2027, 2, 3), None)
            stage.store.events.add("graduation", dt.date(2026, 12, 5), dt.date(2026, 12, 5), None)
            done = await turns(chief, shown, "Impor")
            assert done.text == "Sudah diimpor. Baru: 2, berubah: 0, tetap: 1, tidak diimpor: 2."
            assert len(kept(stage)) == 4


async def test_the_button_of_an_earlier_file_imports_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        first = await uploads(chief, "a.csv", "nama,mulai\nRapat senat,1/12/2026\n")
        second = await uploads(chief, "b.csv", "nama,mulai\nDies Natalis,2/12/2026\n")
        query = await chief.presses(first, "Import")
        assert "dealt with already" in (await query.answered())["text"]
        assert "Cancelled" in (await turns(chief, second, "Cancel")).text
        assert kept(stage) == []


async def test_the_file_that_the_bot_gives_changes_nothing_when_it_comes_back(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api, language="id")
        await turns(chief, await uploads(chief, "kalender.csv", LIST), "Impor")
        before = kept(stage)
        await chief.presses(await tells(chief, "/kalender"), "Sebagai berkas (.ics)")
        sent = await chief.next_message()
        content = api.world.files.get(sent.wire["document"]["file_id"])
        assert content is not None
        shown = await uploads(chief, "kalender-akademik.ics", content.content)
        assert "Baru: 0, berubah: 0, tetap: 3, tidak diimpor: 0." in shown.text
        assert shown.buttons == []
        assert kept(stage) == before


async def test_a_workbook_with_real_dates_is_read(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        content = workbook([["name", "start", "end"], ["UAS", dt.datetime(2027, 1, 11), dt.date(2027, 1, 23)]])
        await turns(chief, await uploads(chief, "calendar.xlsx", content), "Import")
        assert kept(stage) == [("final_exam", "UAS", "2027-01-11", "2027-01-23")]


async def test_a_coordinator_imports_what_is_of_the_own_unit_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        cici = api.person("Cici", language="en")
        give(stage.store, cici, Role.COORDINATOR, "55201")
        shown = await uploads(cici, "kalender.csv", LIST)
        assert "New: 1, changed: 0, as before: 0, left out: 4." in shown.text
        assert "Number 3: It is for another unit than yours" in shown.text
        stage.store.people.move(cici.id, None)
        law = stage.store.units.by_code("74201")
        assert law is not None
        stage.store.people.move(cici.id, law.id)
        assert "left out: 5." in (await turns(cici, shown, "Import")).text
        assert kept(stage) == []


async def test_many_bad_rows_are_a_file_of_their_own(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now):
        chief = chief_of(api)
        rows = "".join(f"Rapat {number},31 Feb 2027\n" for number in range(14))
        shown = await uploads(chief, "kalender.csv", "nama,mulai\n" + rows)
        assert "… and 4 more" in shown.text
        assert "There is nothing to import." in shown.text
        sent = (await chief.next_message()).wire["document"]
        assert sent["file_name"] == "tidak-diimpor.txt"


def repeated(count: int) -> bytes:
    head, event = (
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:Rapat %d\r\nDTSTART:20270101\r\nEND:VEVENT\r\n",
    )
    return head + b"".join(event % (number, number) for number in range(count)) + b"END:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kalender.ics", b"BEGIN:VCALENDAR\nrubbish", "The file cannot be read as a calendar."),
        ("kalender.ics", icalendar.Calendar().to_ical(), "The file holds no event."),
        ("kalender.xlsx", b"PK\x03\x04 broken", "The file cannot be read as a calendar."),
        ("kalender.csv", b"name\nRapat\n", "The file cannot be read as a calendar."),
        ("kalender.ics", repeated(MOST_ROWS + 1), "The file has more than 10,000 events."),
        ("kalender.ics", repeated(3_000), "The file has too many events for one import (3000)."),
        (
            "kalender.csv",
            b"nama,mulai\n" + b"Rapat,1/1/2027\n" * (MOST_ROWS + 1),
            "The file has more than 10,000 events.",
        ),
        ("kalender.csv", b"x" * (documents.MOST_BYTES + 1), "The file is larger than 5 MB."),
        ("photo.pdf", b"%PDF", "I cannot read this file. These I read:"),
    ],
)
async def test_what_cannot_be_read_gets_a_sentence_and_changes_nothing(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        shown = await uploads(chief, name, content)
        assert shown.text.startswith(said)
        assert shown.buttons == []
        assert kept(stage) == []
        assert stage.store.conversations.step(chief.id, chief.id) is None


async def test_a_file_that_telegram_does_not_give_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.calendar_import._TYPES", frozenset({""}))
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        await chief.shares("document")
        assert (await chief.next_message()).text.startswith("The file could not be fetched")
        assert kept(stage) == []


async def test_others_hear_that_only_text_is_read(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        budi = api.person("Budi", language="en")
        give(stage.store, budi, Role.LECTURER)
        assert (await uploads(budi, "kalender.csv", LIST)).text.startswith("Sorry, I can only read text")
        assert kept(stage) == []
        query = await budi.forges(await tells(budi, "/help"), "cf:import:1")
        assert (await query.answered())["text"] == "This button is not for your role."


async def test_a_question_before_the_confirmation_is_answered(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        shown = await uploads(chief, "kalender.csv", LIST)
        assert (await tells(chief, "Who approves the curriculum?")).text.startswith("Responsible")
        await turns(chief, shown, "Import")
        assert len(kept(stage)) == 3


@pytest.mark.parametrize(
    "document",
    [
        {"file_name": 5, "mime_type": "text/csv", "file_size": "large"},
        {"file_name": "a.csv", "mime_type": ["text/csv"], "file_size": -1},
        {"mime_type": "text/calendar"},
        {"file_name": "\ud800.ics"},
    ],
)
async def test_what_a_program_says_of_a_file_may_be_anything(tmp_path: Path, document: dict[str, object]) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=at_now) as stage:
        chief = chief_of(api)
        await tells(chief, "/help")
        known = api.world.files.add_document("kalender.csv", LIST.encode())
        about = {"file_id": known.id, "file_unique_id": "u", **document}
        message = {"message_id": 99, "date": 0, "chat": chief.chat.wire, "from": chief.wire, "document": about}
        api.inject({"message": message})
        assert "left out: 2." in (await chief.next_message()).text
        assert stage.store.inbox.last_failures(5) == ()
