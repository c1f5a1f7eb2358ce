"""Files for surveys sent to the bot: told apart, shown before they change anything, taken in once."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from people_stage import chief_of, give, tells, turns
from tracer_stage import LIST, campaign, document, listed, tracer_bot, uploads

from playground.server import LocalBotApi
from store.campaigns import CampaignKind
from store.interviews import Source
from store.roles import Role
from store.trail import Act
from store.uploads import KEPT
from tracer.national.places import remembered_places

Sheets = dict[str, list[list[object]]]
FORM: Sheets = {
    "survey": [
        ["type", "name", "label::Indonesian (id)", "label::English (en)", "required"],
        ["select_one ya", "puas", "Apakah Anda puas?", "Are you satisfied?", "yes"],
        ["text", "saran", "Saran Anda", "Your advice", ""],
    ],
    "choices": [["list_name", "name", "label::Indonesian (id)"], ["ya", "1", "Ya"], ["ya", "2", "Tidak"]],
    "settings": [["form_title", "form_id"], ["Kepuasan lulusan", "puas"]],
}


def workbook(sheets: Sheets) -> bytes:
    made, target = Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(target)
    return target.getvalue()


def many(count: int) -> str:
    rows = "".join(f"3{number:07};Lulusan {number};55201;Informatika;S1;2024-07-31\n" for number in range(count))
    return f"nim;nama;kode prodi;prodi;jenjang;tanggal lulus\n{rows}"


async def test_a_list_is_shown_then_imported_once(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        content = (
            LIST + "20190004;;55201;Informatika;S1;2024-07-31;;;\n20190005;Rina;55201;Informatika;S1;Juli 2024;;;\n"
        )
        shown = await uploads(chief, "data.csv", content)
        assert "New: 3, changed: 0, as before: 0, left out: 2." in shown.text
        assert "Graduated in 2022/2023: 1, 2023/2024: 2" in shown.text
        assert "Row 5: the name is empty" in shown.text
        assert "Row 6: the graduation date “Juli 2024” is no full date" in shown.text
        assert stage.store.graduates.all() == ()
        done = await turns(chief, shown, "Import")
        assert done.text == "Imported. New: 3, changed: 0, as before: 0, left out: 2."
        query = await chief.forges(done, shown.callback_data("Import"))
        assert "dealt with already" in (await query.answered())["text"]
        assert len(stage.store.graduates.all()) == 3
        (entry,) = stage.store.trail.all()
        assert (entry.act, entry.details["added"]) == (Act.POPULATION_IMPORTED, 3)
        again = await uploads(chief, "data.csv", LIST.replace("081234567890", "081299999999"))
        assert "New: 0, changed: 1, as before: 2, left out: 0." in again.text
        assert "• 20190001: phone" in again.text


async def test_what_is_wrong_with_a_list_is_said_in_the_readers_language(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path):
        chief = chief_of(api, language="id")
        shown = await uploads(chief, "data.csv", LIST + "1;Rina;552;Informatika;S1;2024-07-31;;;\n")
        assert "Baris 5: kode program studi “552” bukan lima angka" in shown.text
        shown = await uploads(chief, "data.csv", "nim;nama\n1;Rina\n", "data lulusan")
        assert shown.text.startswith("data.csv tidak memiliki kolom")


async def test_ten_thousand_rows_wait_through_a_restart(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief = chief_of(api)
        async with tracer_bot(api, tmp_path):
            shown = await uploads(chief, "lulusan.csv", many(10_000))
            assert "New: 10000" in shown.text
        async with tracer_bot(api, tmp_path) as stage:
            done = await turns(chief, shown, "Import")
            assert "New: 10000" in done.text
            assert len(stage.store.graduates.all()) == 10_000


async def test_a_coordinator_imports_the_own_units_graduates_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        cici = api.person("Cici", language="en")
        give(stage.store, cici, Role.COORDINATOR, "55201")
        shown = await uploads(cici, "data.csv", LIST)
        assert "New: 2, changed: 0, as before: 0, left out: 1." in shown.text
        assert "of another unit than yours" in shown.text
        await turns(cici, shown, "Import")
        assert [one.nim for one in stage.store.graduates.all()] == ["20190001", "20190002"]


async def test_another_file_and_a_day_end_the_waiting(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        first = await uploads(chief, "a.csv", LIST)
        second = await uploads(chief, "b.csv", many(3))
        query = await chief.presses(first, "Import")
        assert "dealt with already" in (await query.answered())["text"]
        stage.store._database.clock.now += 2 * KEPT  # type: ignore[attr-defined]
        stage.store.forget_before(stage.store.clock().date())
        query = await chief.presses(second, "Import")
        assert "dealt with already" in (await query.answered())["text"]
        assert stage.store.graduates.all() == ()


async def test_an_own_questionnaire_is_kept_and_begins_a_survey(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        shown = await uploads(chief, "apa saja.xlsx", workbook(FORM))
        assert "Kepuasan lulusan is in order: 2 questions." in shown.text
        assert "• Are you satisfied?" in shown.text
        shown = await turns(chief, shown, "➕ New survey with it")
        shown = await turns(chief, shown, "2026/2027")
        shown = await turns(chief, shown, "2026/2027")
        await turns(chief, shown, "The whole university")
        shown = await turns(chief, await tells(chief, "30 Nov 2026 - 31 Des 2026"), "Leave out")
        assert "Kepuasan lulusan 2026/2027" in shown.text
        await turns(chief, shown, "✅ Open it")
        (made,) = stage.store.campaigns.all()
        assert (made.kind, made.form_id) == (CampaignKind.OWN, stage.store.campaigns.forms()[0].id)


async def test_the_faults_of_a_questionnaire_are_named_and_many_come_as_a_file(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        broken = {
            **FORM,
            "survey": [FORM["survey"][0], *(["geopoint", f"q{row}", "Di mana?", "", ""] for row in range(14))],
        }
        shown = await uploads(chief, "form.xlsx", workbook(broken))
        assert "cannot be used yet: 14 faults" in shown.text
        assert "survey, row 2: the type `geopoint` is not supported" in shown.text
        assert "… and 4 more" in shown.text
        assert len(document(await chief.next_message()).decode().splitlines()) == 14
        assert stage.store.campaigns.forms() == ()


async def test_collected_answers_are_mapped_once_shown_and_taken(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        made = campaign(stage.store)
        chief = chief_of(api)
        content = "NIM;Pekerjaan?\n20190001;5\n20190002;9\n20199999;5\n"
        shown = await uploads(chief, "isian.csv", content)
        assert "Answers to be taken: 0" in shown.text
        assert "Columns not understood: Pekerjaan?" in shown.text
        assert shown.buttons == ["Cancel", "Names of the questions"]
        await chief.presses(shown, "Names of the questions")
        assert "f8\t" in document(await chief.next_message()).decode()
        assert "There is no question zz" in (await tells(chief, "Pekerjaan? = zz")).text
        shown = await tells(chief, "Pekerjaan? = f8")
        assert "Answers to be taken: 1, answered already (kept as they are): 0, left out: 2." in shown.text
        assert "Row 3: f8 “9”:" in shown.text
        assert "Row 4: the NIM “20199999” is not on the list of graduates" in shown.text
        done = await turns(chief, shown, "Import")
        assert done.text == "Imported. Answers taken: 1, answered already: 0, left out: 2."
        ((interview, answers),) = stage.store.interviews.sent(made.id)
        assert (interview.source, answers["f8"]) == (Source.IMPORT, "5")
        again = await uploads(chief, "isian.csv", content)
        assert "Answers to be taken: 0, answered already (kept as they are): 1, left out: 2." in again.text


async def test_with_several_surveys_it_is_asked_whose_answers_they_are(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        first, _ = campaign(stage.store), campaign(stage.store, CampaignKind.NEEDS)
        campaign(stage.store, CampaignKind.EMPLOYER)
        chief = chief_of(api)
        shown = await uploads(chief, "isian.csv", "nim,f8\n20190001,5\n")
        assert shown.buttons == ["Tracer 2026", "Tracer 2026", "Cancel"]
        await chief.presses_at(shown, 1, 0)
        shown = await chief.next_message()
        await turns(chief, shown, "Import")
        assert len(list(stage.store.interviews.sent(first.id))) == 1


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("data alumni", "has no column “nama”"),
        ("jawaban tracer", "There is no survey these answers could belong to"),
        ("kuesioner kami", "cannot be used yet"),
        ("kalender", "cannot be read as a calendar"),
    ],
)
async def test_the_words_beside_a_file_say_what_it_is(tmp_path: Path, caption: str, said: str) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path):
        shown = await uploads(chief_of(api), "apa.csv", "nim;catatan\n1;x\n", caption)
        assert said in shown.text


async def test_the_ministrys_codes_of_places_are_kept_for_its_file(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        shown = await uploads(chief, "kode.csv", "Kode;Nama\n030000;Prov. Jawa Tengah\n036300;Kota Semarang\n")
        assert "Kept: 2 codes" in shown.text
        places = remembered_places(stage.store)
        assert places is not None
        assert places.regency("030000", "Kota Semarang") == "036300"
        shown = await uploads(chief, "kode.csv", "Kode;Nama\n30000;Jawa Tengah\n", "kode wilayah")
        assert "row 2: “30000” is not a code of six digits" in shown.text


async def test_an_unclear_file_is_asked_about_and_waits(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief = chief_of(api)
        async with tracer_bot(api, tmp_path):
            shown = await uploads(chief, "apa.csv", "kolom;lain\n1;2\n")
            assert "What is this file?" in shown.text
            assert shown.buttons == [
                "List of graduates",
                "Questionnaire (XLSForm)",
                "Collected answers",
                "The ministry's codes of places",
                "Academic calendar",
                "Cancel",
            ]
        async with tracer_bot(api, tmp_path) as stage:
            await chief.presses(shown, "List of graduates")
            assert "has no column “nim”" in (await chief.next_message()).text
            query = await chief.presses(shown, "Academic calendar")
            assert "dealt with already" in (await query.answered())["text"]
            assert stage.store.inbox.last_failures(5) == ()


async def test_others_hear_that_only_text_is_read(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        budi = api.person("Budi", language="en")
        give(stage.store, budi, Role.ALUMNI)
        assert (await uploads(budi, "data.csv", LIST)).text.startswith("Sorry, I can only read text")


async def test_somebody_elses_waiting_file_is_not_taken_in(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        shown = await uploads(chief_of(api), "data.csv", LIST)
        lpm = api.person("Lina", language="en")
        give(stage.store, lpm, Role.QUALITY_OFFICE)
        message = await tells(lpm, "/tracer")
        query = await lpm.forges(message, shown.callback_data("Import"))
        assert "dealt with already" in (await query.answered())["text"]
        assert stage.store.graduates.all() == ()
