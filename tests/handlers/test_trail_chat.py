"""/riwayat: the trail of a run in the chat and as XLSX, and who may see which."""

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from agenda_stage import StandingClock, agenda_bot, running_of, started, step
from openpyxl.workbook import Workbook
from people_stage import give, tells, turns
from telegram_stage import Stage

from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from reminders.moving import Moving
from store.roles import Role
from store.runs import Run

DUE = dt.date(2026, 12, 14)
FORMULA = '=HYPERLINK("http://example.org")'


def cici_of(api: LocalBotApi, stage: Stage, unit: str | None = None, language: str = "en") -> Somebody:
    cici = api.person("Cici", language=language)
    give(stage.store, cici, Role.COORDINATOR, unit, language)
    return cici


def unit_id(stage: Stage, code: str) -> int:
    unit = stage.store.units.by_code(code)
    assert unit is not None
    return unit.id


def worked(stage: Stage, coordinator: Somebody, worker: Somebody, file_id: str = "none", unit: str = "55201") -> Run:
    """Start a run; its first step is done with evidence, the second put off, the last skipped."""
    running = running_of(stage.store)
    steps = [step(number, f"Step {number}", DUE, worker.id) for number in (1, 2, 3)]
    run = started(stage.store, coordinator.id, *steps, unit_id=unit_id(stage, unit))
    first, second, third = stage.store.runs.steps(run.id)
    running.done(first.id, worker.id, FORMULA, {"file_id": file_id, "name": "berita acara.pdf"})
    running.set_day(second.id, coordinator.id, dt.date(2026, 12, 18), "+2 days\nfor the printer")
    running.skip(third.id, coordinator.id, "@nobody needs it")
    return run


async def book_of(somebody: Somebody, message: Message, button: str) -> tuple[str, Workbook]:
    await somebody.presses(message, button)
    sent = await somebody.next_message()
    assert sent.document is not None
    return sent.wire["document"]["file_name"], openpyxl.load_workbook(io.BytesIO(sent.document))


async def test_a_run_s_trail_says_when_who_and_what(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici, budi = cici_of(api, stage), api.person("Budi", language="id")
        give(stage.store, budi, Role.LECTURER, "55201", "id")
        worked(stage, cici, budi)
        listed = await tells(cici, "/riwayat")
        assert listed.text == "Audit trail\nRuns: 1. Which one?"
        assert listed.buttons[0] == "1 · SOP/01 · 21.11.2026 · running · Informatika (S1, 55201)"
        text = (await turns(cici, listed, listed.buttons[0])).text
        assert text.startswith(
            "Run 1: SOP/01 Curriculum Review\nInformatika (S1, 55201) · running\n\n1. 2026-11-21 10:00 WIB"
        )
        assert "· Cici (Coordinator): run started" in text
        assert f"Budi (Lecturer): step done\n   1. Step 1; note: {FORMULA}; evidence: berita acara.pdf" in text
        assert (
            "put off\n   2. Step 2; Monday, 14 December 2026 → Friday, 18 December 2026;"
            " reason: +2 days for the printer" in text
        )
        assert "TanyaMutu itself: step's turn has come" in text
        assert "step given\n   1. Step 1; → Budi" in text


async def test_a_number_leads_straight_to_the_run(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici = cici_of(api, stage, language="id")
        worked(stage, cici, cici)
        assert (await tells(cici, "/riwayat 1")).text.startswith("Pelaksanaan 1: SOP/01 Peninjauan Kurikulum")
        for words in ("99", "999999999"):
            assert (await tells(cici, f"/riwayat {words}")).text.startswith(f"Tidak ada pelaksanaan {words}")
        for words in ("²", "9" * 30, "-1", "x"):
            assert (await tells(cici, f"/riwayat {words}")).text.startswith("Riwayat\nPelaksanaan: 1")


async def test_the_file_has_a_row_for_each_entry_and_says_who_made_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici = cici_of(api, stage)
        run = worked(stage, cici, cici, "FILE-17")
        page = await tells(cici, "/riwayat 1")
        name, book = await book_of(cici, page, "As XLSX")
        assert name == "riwayat-SOP-01-1.xlsx"
        about = dict(book.worksheets[0].iter_rows(values_only=True))
        assert about["SOP"] == "SOP/01 Curriculum Review"
        assert about["Version of the document (digest)"] == "d1ge57"
        assert about["Unit of the run"] == "Informatika (S1, 55201)"
        assert about["Exported by"] == "Cici, Coordinator"
        assert about["Exported at"] == "2026-11-21 10:00 WIB"
        header, *rows = [list(row) for row in book.worksheets[1].iter_rows(values_only=True)]
        entries = [dict(zip(header, row, strict=True)) for row in rows]
        assert [entry["Entry"] for entry in entries] == [entry.id for entry in stage.store.trail.of_run(run.id)]
        done = next(entry for entry in entries if entry["What"] == "step done")
        assert (done["Clause"], done["Evidence"]) == ("SOP/01 · sop_en.md:11", "berita acara.pdf")
        assert (done["Evidence: Telegram's file_id"], done["Who"], done["Role"]) == ("FILE-17", "Cici", "Coordinator")
        off = next(entry for entry in entries if entry["What"] == "put off")
        assert (off["Day before"], off["Day after"]) == (dt.datetime(2026, 12, 14), dt.datetime(2026, 12, 18))


async def test_what_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici = cici_of(api, stage)
        worked(stage, cici, cici)
        _, book = await book_of(cici, await tells(cici, "/riwayat 1"), "As XLSX")
        cells = [cell for row in book.worksheets[1].iter_rows() for cell in row]
        found = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
        assert sorted(str(cell.value) for cell in found) == ["+2 days for the printer", FORMULA, "@nobody needs it"]
        assert {(cell.data_type, cell.quotePrefix) for cell in found} == {("s", True)}


async def test_evidence_is_sent_again_once_for_a_double_tap(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici = cici_of(api, stage)
        sent = await cici.uploads("berita acara.pdf", b"%PDF-1.4 minutes")
        await cici.next_message()
        worked(stage, cici, cici, sent.wire["document"]["file_id"])
        page = await tells(cici, "/riwayat 1")
        button = next(button for button in page.buttons if button.startswith("📎"))
        for query in [await cici.presses(page, button) for _ in range(2)]:
            await query.answered()
        again = await cici.next_message()
        assert again.document == b"%PDF-1.4 minutes"
        assert again.text == "SOP/01 1 · Cici (Coordinator) · 2026-11-21 10:00 WIB"
        assert cici.chat.unread() == []


async def test_a_coordinator_of_a_unit_sees_its_runs_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici, dodi = cici_of(api, stage), api.person("Dodi", language="en")
        give(stage.store, dodi, Role.COORDINATOR, "74201")
        worked(stage, cici, cici)
        law = worked(stage, cici, cici, unit="74201")
        event = stage.store.events.add("midterm", DUE, DUE, cici.id, unit_id=unit_id(stage, "55201"))
        Moving(running_of(stage.store)).entered(event, cici.id)
        listed = await tells(dodi, "/riwayat")
        assert [button.partition(" ")[0] for button in listed.buttons if "SOP/01" in button] == [str(law.id)]
        assert (await tells(dodi, "/riwayat 1")).text.startswith("There is no run 1 that you may see.")
        entry = stage.store.trail.of_run(1)[0]
        for data in ("t:run:1:1", "t:file:1:1", f"ta:1:{entry.id}"):
            assert "does not work any more" in (await (await dodi.forges(listed, data)).answered())["text"]
        name, book = await book_of(dodi, listed, "Everything as XLSX")
        assert name == "riwayat-semua-2026-11-21.xlsx"
        assert {row[3] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)} == {law.id}
        _, book = await book_of(cici, await tells(cici, "/riwayat"), "Everything as XLSX")
        assert {row[3] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)} == {1, law.id, None}
        events = [row[18] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True) if row[18]]
        assert events == ["Mid-term examinations (UTS), Monday, 14 December 2026"]


async def test_the_erased_stay_as_a_pseudonym_with_their_role(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        cici, budi = cici_of(api, stage), api.person("Budi", language="id")
        give(stage.store, budi, Role.LECTURER, "55201", "id")
        worked(stage, cici, budi)
        stage.store.erase_person(budi.id)
        text = (await tells(cici, "/riwayat 1")).text
        assert "Budi" not in text
        assert "(Lecturer): step done" in text


async def test_a_long_trail_has_pages_with_the_evidence_of_each(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path, StandingClock()) as stage:
        cici = cici_of(api, stage)
        run = worked(stage, cici, cici)
        second = stage.store.runs.steps(run.id)[1]
        running = running_of(stage.store)
        for day in range(1, 40):
            running.set_day(second.id, cici.id, dt.date(2027, 1, 1) + dt.timedelta(days=day), "1. reason " * 12)
        page = await tells(cici, "/riwayat 1")
        assert any(button.startswith("📎") for button in page.buttons)
        page = await turns(cici, page, next(button for button in page.buttons if button.startswith("▶ 2/")))
        assert not any(button.startswith("📎") for button in page.buttons)
        assert page.text.partition(".")[0].isdigit()


@pytest.mark.parametrize("role", [Role.LECTURER, Role.GUEST])
async def test_others_have_no_trail(tmp_path: Path, role: Role) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        budi = api.person("Budi", language="en")
        give(stage.store, budi, role)
        assert (await tells(budi, "/riwayat")).text.startswith("This is not for your role.")
