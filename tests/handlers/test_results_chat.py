"""/hasil: who may have what of a survey, what is sent, and what is noted."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from agenda_stage import agenda_bot
from openpyxl import load_workbook
from people_stage import give, tells, turns
from pypdf import PdfReader
from telegram_stage import Stage

from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import GraduateRow
from store.interviews import InterviewState, Value
from store.roles import Role
from store.trail import Act
from tracer.national.validate import file_refusals
from tracer.population import cohorts
from tracer.results.clauses import Clause
from tracer.wording import Text

CLAUSE = Clause("S-SPMI-UPGRIS-1.1", "1.1.11.1", "sop_en.md", (12, 14), Text(en="At least 75 %.", id="Minimal 75 %."))
ALWAYS: dict[str, Value] = {
    "f8": "5",
    "f1201": "1",
    **{f"f{code}": "4" for code in range(1761, 1775, 2)},
    **{f"f2{way}": "2" for way in range(1, 8)},
    "f301": "3",
    "f1001": "1",
}


def surveyed(stage: Stage, unit: str | None = None, kind: CampaignKind = CampaignKind.NATIONAL) -> Campaign:
    """Make a survey that six graduates sent."""
    store = stage.store
    found = store.units.by_code(unit) if unit else None
    days = dt.date(2026, 11, 1), dt.date(2026, 12, 31)
    new = NewCampaign(kind, "Tracer <2026>", 2026, cohorts(2026), *days, unit_id=found.id if found else None)
    campaign = store.campaigns.set_state(store.campaigns.add(new, None).id, CampaignState.OPEN)
    rows = [
        GraduateRow(
            number, f"1712000{number}", f"Alumna {number}", "55201", "Informatika", "S1", 2023, dt.date(2024, 7, 31),
            phone="081234567890", email="a@example.ac.id",
        )
        for number in range(6)
    ]  # fmt: skip
    store.graduates.import_rows(rows)
    for graduate in store.graduates.all():
        interview = store.interviews.begin(campaign, graduate, None)
        store.interviews.keep(interview.id, ALWAYS, "u1")
        store.interviews.set_state(interview.id, InterviewState.SENT)
    stage.service.rooms.clauses = lambda: {"1.1.11.1": CLAUSE}
    return campaign


def somebody(api: LocalBotApi, stage: Stage, role: Role, unit: str | None = None) -> Somebody:
    person = api.person("Rina", language="en")
    give(stage.store, person, role, unit)
    return person


async def opened(person: Somebody) -> object:
    listed = await tells(person, "/hasil")
    return await turns(person, listed, next(button for button in listed.buttons if "Tracer" in button))


def exports(stage: Stage) -> list[int | None]:
    return [entry.done_by for entry in stage.store.trail.all() if entry.act is Act.ANSWERS_EXPORTED]


async def test_a_coordinator_gets_report_and_counts_but_no_answers_of_people(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        surveyed(stage)
        rina = somebody(api, stage, Role.COORDINATOR)
        card = await opened(rina)
        assert "Tracer <2026>" in card.text
        assert "Sent: 6." in card.text
        assert not {"CSV", "JSON", "SPSS"} & set(card.buttons)
        await rina.presses(card, "📄 Report (PDF)")
        made = await rina.next_message(60)
        printed = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.document)).pages).split())
        assert "Made by Rina (Coordinator), 2026-11-21 10:00 WIB" in printed
        assert "0 of 6 who answered work or are self-employed: 0%" in printed
        await rina.presses(card, "🌐 Report (HTML)")
        page = (await rina.next_message(60)).document.decode()
        assert "Tracer &lt;2026&gt;" in page
        assert f"https://t.me/{stage.service.rooms.username}?start=c_en_" in page
        await rina.presses(card, "🔢 Anonymous counts (XLSX)")
        book = load_workbook(io.BytesIO((await rina.next_message(60)).document))
        assert book.worksheets[1].max_row > 2
        answered = await (await rina.forges(card, "rb:csv:1")).answered()
        assert answered["text"] == "This button is not for your role."
        assert exports(stage) == []


async def test_pictures_come_with_words_and_the_button_to_their_clause(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        surveyed(stage)
        rina = somebody(api, stage, Role.QUALITY_OFFICE)
        await rina.presses(await opened(rina), "📊 Pictures")
        pictures = [await rina.next_message(60) for _ in range(3)]
        assert "Working or self-employed" in pictures[1].text
        assert "S-SPMI-UPGRIS-1.1 · 1.1.11.1 · sop_en.md:12–14" in pictures[1].text
        await rina.presses(pictures[1], "Open the clause")
        assert "Whole clause" in (await rina.next_message()).text


async def test_the_quality_office_gets_every_file_and_the_trail_says_so(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        surveyed(stage)
        rina = somebody(api, stage, Role.QUALITY_OFFICE)
        card = await opened(rina)
        await rina.presses(card, "🏛 Ministry's file")
        assert "TANYAMUTU_INSTITUTION" in (await rina.next_message()).text
        stage.service.rooms.institution = "061031"
        await rina.presses(card, "🏛 with 88 columns")
        made = await rina.next_message(60)
        assert made.text.startswith("The ministry's file: 6 rows, checked.")
        assert list(file_refusals(io.BytesIO(made.document), 88)) == []
        for button, beginning in (("CSV", b"\xef\xbb\xbfkdptimsmh"), ("JSON", b'{"title"'), ("SPSS", b"$FL2")):
            await rina.presses(card, button)
            assert (await rina.next_message(60)).document.startswith(beginning)
        assert exports(stage) == [rina.id] * 4
        assert "answers exported" in "".join(
            str(cell.value)
            for row in load_workbook(io.BytesIO(await _trail(rina))).worksheets[1].iter_rows()
            for cell in row
        )


async def _trail(person: Somebody) -> bytes:
    await person.presses(await tells(person, "/riwayat"), "Everything as XLSX")
    return bytes((await person.next_message(60)).document)


async def test_a_coordinator_of_a_unit_sees_its_surveys_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        surveyed(stage)
        own = surveyed(stage, "74201")
        rina = somebody(api, stage, Role.COORDINATOR, "74201")
        listed = await tells(rina, "/hasil")
        assert len([button for button in listed.buttons if "Tracer" in button]) == 1
        for data in ("ra:open:1:1", "ra:pdf:1:1", "ra:open:99:1"):
            assert "does not work any more" in (await (await rina.forges(listed, data)).answered())["text"]
        card = await turns(rina, listed, next(button for button in listed.buttons if "Tracer" in button))
        assert own.title in card.text


@pytest.mark.parametrize("role", [Role.LECTURER, Role.ALUMNI])
async def test_others_have_no_results(tmp_path: Path, role: Role) -> None:
    async with LocalBotApi() as api, agenda_bot(api, tmp_path) as stage:
        assert (await tells(somebody(api, stage, role), "/hasil")).text.startswith("This is not for your role.")
