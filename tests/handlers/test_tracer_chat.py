"""/tracer: surveys are listed, made by dialogue, closed, opened, extended; pictures, names, links, QR codes."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from people_stage import chief_of, give, tells, turns
from pypdf import PdfReader
from telegram_stage import Stage
from tracer_stage import StandingClock, campaign, document, graduate, listed, tied, tracer_bot

from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import CampaignKind, CampaignState
from store.interviews import InterviewState, Source
from store.roles import Role
from store.trail import Act


def answered(stage: Stage, survey_id: int, nim: str) -> None:
    """Let a graduate have sent an answer."""
    survey = stage.store.campaigns.get(survey_id)
    interview = stage.store.interviews.begin(survey, graduate(stage.store, nim), None, source=Source.IMPORT)
    stage.store.interviews.set_state(interview.id, InterviewState.SENT)


def coordinator(api: LocalBotApi, stage: Stage, unit: str | None = "55201", language: str = "en") -> Somebody:
    cici = api.person("Cici", language=language)
    give(stage.store, cici, Role.COORDINATOR, unit, language)
    return cici


async def test_a_national_survey_is_made_by_dialogue_and_opened_once(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        chief = chief_of(api)
        shown = await tells(chief, "/tracer")
        assert "There is none yet." in shown.text
        shown = await turns(chief, shown, "➕ New survey")
        shown = await turns(chief, shown, "Tracer study (national questionnaire)")
        shown = await turns(chief, shown, "2026/2027")
        shown = await turns(chief, shown, "The whole university")
        assert "From which day to which" in shown.text
        assert "does not name both days in full" in (await tells(chief, "1 Des – 31 Jan")).text
        shown = await tells(chief, "1 Des 2026 - 31 Jan 2027")
        assert "NIK and NPWP" in shown.text
        shown = await turns(chief, shown, "No, do not ask")
        assert "turn to" in shown.text
        shown = await tells(chief, "LPM, lpm@example.ac.id")
        assert "Tracer Study 2026/2027" in shown.text
        assert "graduates of 2022/2023 to 2024/2025; the whole university" in shown.text
        assert "Open from Tuesday, 1 December 2026 to Sunday, 31 January 2027" in shown.text
        assert "3 graduates of the list" in shown.text
        assert "For questions: LPM, lpm@example.ac.id" in shown.text
        assert "Answers are kept until" in shown.text
        done = await turns(chief, shown, "✅ Open it")
        assert "is ready" in done.text
        (made,) = stage.store.campaigns.all()
        assert (made.kind, made.state, made.cohorts) == (CampaignKind.NATIONAL, CampaignState.OPEN, range(2022, 2025))
        assert (made.opens, made.closes) == (dt.date(2026, 12, 1), dt.date(2027, 1, 31))
        assert made.contact == "LPM, lpm@example.ac.id"
        query = await chief.forges(done, shown.callback_data("✅ Open it"))
        assert "dealt with already" in (await query.answered())["text"]
        assert len(stage.store.campaigns.all()) == 1
        card = await turns(chief, done, "« The survey")
        assert "⏳ opens on Tuesday, 1 December 2026" in card.text
        (entry,) = stage.store.trail.all()
        assert (entry.act, entry.details["what"]) == (Act.CAMPAIGN_SET, "made")


async def test_other_days_and_another_title_before_it_is_opened(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        shown = await turns(chief, await tells(chief, "/tracer"), "➕ New survey")
        shown = await turns(chief, shown, "Needs of alumni")
        shown = await turns(chief, shown, "2026/2027")
        shown = await turns(chief, shown, "2025/2026")
        shown = await turns(chief, shown, "The whole university")
        assert "in the past" in (await tells(chief, "1 Jan 2026 - 31 Jan 2026")).text
        shown = await tells(chief, "31 Des 2026")
        shown = await turns(chief, shown, "Leave out")
        assert "Nobody of these years is on the list" in shown.text
        shown = await turns(chief, shown, "Other title")
        shown = await tells(chief, "Kebutuhan alumni <b>2026</b>")
        shown = await turns(chief, shown, "Other days")
        shown = await tells(chief, "1 Des 2026 - 2 Des 2026")
        await turns(chief, shown, "✅ Open it")
        (made,) = stage.store.campaigns.all()
        assert made.title == "Kebutuhan alumni <b>2026</b>"
        assert (made.opens, made.cohorts) == (dt.date(2026, 12, 1), range(2025, 2026))


async def test_a_question_in_the_middle_is_answered_and_the_dialogue_goes_on(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        shown = await turns(chief, await tells(chief, "/tracer"), "➕ New survey")
        shown = await turns(chief, shown, "Short survey, five questions")
        shown = await turns(chief, shown, "2026/2027")
        shown = await turns(chief, shown, "2022/2023 to 2024/2025")
        await turns(chief, shown, "The whole university")
        assert (await tells(chief, "Who approves the curriculum?")).text.startswith("Responsible")
        assert "turn to" in (await tells(chief, "30 Nov 2026 - 31 Des 2026")).text
        assert stage.store.campaigns.all() == ()


async def test_a_coordinator_sees_how_the_own_graduates_answer_the_universitys_survey(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        cici = coordinator(api, stage)
        made = campaign(stage.store)
        answered(stage, made.id, "20190001")
        answered(stage, made.id, "20190003")
        card = await turns(cici, await tells(cici, "/tracer"), "Tracer 2026")
        assert "1 of 2 (50.0%)" in card.text
        assert "The numbers are those of Informatika (S1, 55201) alone." in card.text
        assert card.buttons == ["📈 Picture", "👥 Who is missing", "« Surveys"]
        await cici.presses(card, "📈 Picture")
        assert (await cici.next_message()).wire["photo"]
        shown = await turns(cici, card, "👥 Who is missing")
        assert "1 graduate has not answered" in shown.text
        assert "Hukum" not in shown.text
        for forbidden in (f"eb:close:{made.id}:0", f"eb:names:{made.id}:0", f"eb:one:{made.id}:0"):
            query = await cici.forges(card, forbidden)
            assert "does not work any more" in (await query.answered())["text"]


async def test_a_coordinator_has_the_surveys_of_the_own_unit_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        cici = coordinator(api, stage)
        unit, other = stage.store.units.by_code("55201"), stage.store.units.by_code("74201")
        assert unit is not None
        assert other is not None
        mine, foreign = campaign(stage.store, unit_id=unit.id), campaign(stage.store, unit_id=other.id)
        shown = await tells(cici, "/tracer")
        assert [text for text in shown.buttons if text == "Tracer 2026"] == ["Tracer 2026"]
        assert "0 of 2 (0.0%)" in shown.text
        query = await cici.forges(shown, f"eb:show:{foreign.id}:0")
        assert "does not work any more" in (await query.answered())["text"]
        query = await cici.forges(shown, f"eb:close:{foreign.id}:0")
        assert "does not work any more" in (await query.answered())["text"]
        shown = await turns(cici, shown, "➕ New survey")
        shown = await turns(cici, shown, "Needs of alumni")
        shown = await turns(cici, shown, "2026/2027")
        shown = await turns(cici, shown, "2022/2023 to 2024/2025")
        assert shown.buttons == ["Informatika (S1, 55201)", "Cancel"]
        query = await cici.forges(shown, shown.callback_data("Cancel").replace("cancel", "unit"))
        assert "not for your role" in (await query.answered())["text"]
        assert stage.store.campaigns.get(mine.id).state is CampaignState.OPEN


async def test_closing_is_asked_once_and_a_closed_survey_is_opened_again(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        made = campaign(stage.store)
        chief = chief_of(api)
        card = await turns(chief, await tells(chief, "/tracer"), "Tracer 2026")
        shown = await turns(chief, card, "⏹ Close")
        assert stage.store.campaigns.get(made.id).state is CampaignState.OPEN
        card = await turns(chief, shown, "Yes, close it")
        assert "⏹ closed" in card.text
        assert stage.store.campaigns.get(made.id).state is CampaignState.CLOSED
        card = await turns(chief, card, "▶ Open")
        assert "🟢 open until Thursday, 31 December 2026" in card.text
        assert [entry.details["what"] for entry in stage.store.trail.all()] == ["closed", "open"]


async def test_a_survey_gets_another_closing_day_by_words(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        made = campaign(stage.store, closes=dt.date(2026, 11, 20))
        chief = chief_of(api)
        card = await turns(chief, await tells(chief, "/tracer"), "Tracer 2026")
        assert "⏹ over since Friday, 20 November 2026" in card.text
        await turns(chief, card, "▶ Open")
        assert "is no day of the calendar" in (await tells(chief, "31 Feb 2027")).text
        assert "is not a whole date" in (await tells(chief, "besar")).text
        shown = await tells(chief, "15 Jan 2027")
        card = await turns(chief, shown, "Yes, until Friday, 15 January 2027")
        assert "🟢 open until Friday, 15 January 2027" in card.text
        assert stage.store.campaigns.get(made.id).closes == dt.date(2027, 1, 15)
        (entry,) = stage.store.trail.all()
        assert (entry.details["before"], entry.details["day"]) == ("2026-11-20", "2027-01-15")
        query = await chief.forges(card, f"eb:until:{made.id}:20261101")
        assert "has passed" in (await query.answered())["text"]


async def test_a_closed_survey_whose_day_has_passed_is_open_again_with_another_day(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        made = campaign(stage.store, closes=dt.date(2026, 11, 20))
        stage.store.campaigns.set_state(made.id, CampaignState.CLOSED)
        chief = chief_of(api)
        card = await turns(chief, await tells(chief, "/tracer"), "Tracer 2026")
        shown = await turns(chief, card, "▶ Open")
        card = await turns(chief, shown, "Saturday, 28 November 2026")
        assert "🟢 open until Saturday, 28 November 2026" in card.text
        assert stage.store.campaigns.get(made.id).state is CampaignState.OPEN


async def test_the_picture_comes_as_a_photo_in_both_languages(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        made = campaign(stage.store)
        answered(stage, made.id, "20190001")
        for chief in (chief_of(api), coordinator(api, stage, None, "id")):
            card = await turns(chief, await tells(chief, "/tracer"), "Tracer 2026")
            assert "▰▰▰▱▱▱▱▱▱▱ 1 " in card.text
            await chief.presses_at(card, 0, 0)
            sent = await chief.next_message()
            assert sent.wire["photo"][-1]["width"] == 1080
            assert sent.text == "Tracer 2026"


async def test_who_is_missing_is_counted_and_named_only_for_those_who_may_know(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        made = campaign(stage.store)
        answered(stage, made.id, "20190001")
        tied(stage, api.person("Budi"), "20190002")
        cici = coordinator(api, stage, None)
        shown = await turns(cici, await turns(cici, await tells(cici, "/tracer"), "Tracer 2026"), "👥 Who is missing")
        assert "2 graduates have not answered" in shown.text
        assert "• S1 Hukum: 1" in shown.text
        assert (
            "not in Telegram, to be reached by e-mail or phone: 1 (the list has an address or a number of 0)"
            in shown.text
        )
        assert "Budi" not in shown.text
        assert shown.buttons == ["« The survey"]
        query = await cici.forges(shown, f"eb:names:{made.id}:0")
        assert "not for your role" in (await query.answered())["text"]
        assert stage.store.trail.all() == ()
        chief = chief_of(api)
        shown = await turns(
            chief, await turns(chief, await tells(chief, "/tracer"), "Tracer 2026"), "👥 Who is missing"
        )
        await chief.presses(shown, "📄 Names (XLSX)")
        sent = await chief.next_message()
        rows = list(load_workbook(io.BytesIO(document(sent))).worksheets[0].iter_rows(values_only=True))
        assert [row[1] for row in rows] == ["Name", "Budi Santoso", "Tuti Lestari"]
        assert [row[-2] for row in rows[1:]] == ["yes", "no: e-mail or phone"]
        (entry,) = stage.store.trail.all()
        assert (entry.act, entry.done_by, entry.details) == (Act.NAMES_SEEN, chief.id, {"campaign": made.id})


@pytest.mark.parametrize(("button", "ending"), [("List (XLSX)", "xlsx"), ("List (CSV)", "csv")])
async def test_links_come_as_a_list_that_does_not_tell_who_has_answered(
    tmp_path: Path, button: str, ending: str
) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        made = campaign(stage.store)
        answered(stage, made.id, "20190001")
        for person, many in ((coordinator(api, stage, None), 3), (chief_of(api), 2)):
            shown = await turns(person, await tells(person, "/tracer"), "Tracer 2026")
            shown = await turns(person, shown, "🔗 Links and QR codes")
            await person.presses(shown, button)
            sent = await person.next_message()
            assert sent.wire["document"]["file_name"].endswith(ending)
            assert f"{many} links" in sent.text
            content = document(sent)
            if ending == "xlsx":
                rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
            else:
                rows = [tuple(row) for row in csv.reader(content.decode("utf-8-sig").splitlines())]
            assert len(rows) == many + 1
            assert all(re.fullmatch(r"https://t\.me/\w+\?start=s_[A-Za-z0-9_-]{22}", str(row[-2])) for row in rows[1:])
            assert all("Made by" in str(row[-1]) or "Dibuat oleh" in str(row[-1]) for row in rows[1:])
            token = str(rows[-1][-2]).split("start=s_")[1]
            assert stage.store.campaigns.called(token).graduate_id == graduate(stage.store, "20190003").id
        assert [entry.details["links"] for entry in stage.store.trail.all()] == [3, 2]


async def test_qr_codes_come_as_sheets_with_names(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        campaign(stage.store)
        chief = chief_of(api)
        shown = await turns(
            chief, await turns(chief, await tells(chief, "/tracer"), "Tracer 2026"), "🔗 Links and QR codes"
        )
        await chief.presses(shown, "QR codes with names (PDF)")
        sheet = PdfReader(io.BytesIO(document(await chief.next_message())))
        assert len(sheet.pages) == 1
        text = sheet.pages[0].extract_text()
        assert all(words in text for words in ("Tracer 2026", "Siti Rahmawati", "20190002", "S1 Hukum"))
        assert len(sheet.pages[0].images) == 3


async def test_one_graduate_is_found_and_given_a_link_with_its_code(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        made = campaign(stage.store)
        chief = chief_of(api)
        await turns(chief, await turns(chief, await tells(chief, "/tracer"), "Tracer 2026"), "☎ One graduate")
        assert "No graduate of 2022/2023 to 2024/2025 fits “zz”" in (await tells(chief, "zz")).text
        for words in ("20190002", "san budi", "budi"):
            shown = await tells(chief, words)
            assert shown.buttons[:-1] == ["Budi Santoso · 20190002"]
        card = await turns(chief, shown, "Budi Santoso · 20190002")
        await chief.presses(card, "🔗 Link and QR code")
        sent = await chief.next_message()
        token = stage.store.campaigns.link(made.id, graduate(stage.store, "20190002").id).token
        assert f"start=s_{token}" in sent.text
        assert sent.wire["photo"]


async def test_an_employer_is_invited_by_a_link_of_their_own(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        campaign(stage.store, CampaignKind.EMPLOYER)
        chief = chief_of(api)
        card = await turns(chief, await tells(chief, "/tracer"), "Tracer 2026")
        assert "0 answers" in card.text
        assert "☎ One graduate" not in card.buttons
        shown = await turns(chief, card, "🔗 Links and QR codes")
        await chief.presses(shown, "A link for one employer")
        sent = await chief.next_message()
        token = sent.text.split("start=s_")[1]
        assert stage.store.campaigns.called(token).graduate_id is None


async def test_answers_are_taken_by_telephone_and_marked_so(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path) as stage:
        listed(stage.store)
        made = campaign(stage.store)
        cici = coordinator(api, stage, None)
        await turns(cici, await turns(cici, await tells(cici, "/tracer"), "Tracer 2026"), "☎ One graduate")
        card = await turns(cici, await tells(cici, "20190001"), "Siti Rahmawati · 20190001")
        noted = await turns(cici, card, "☎ Take the answers by telephone")
        assert "marked as taken by telephone" in noted.text
        consent = await cici.next_message()
        await cici.presses(consent, "✅ I agree, begin")
        question = await cici.next_message()
        assert "1 of" in question.text
        await cici.presses_at(question, 0, 0)
        assert "2 of" in (await cici.next_message()).text
        interview = stage.store.interviews.of_graduate(made.id, graduate(stage.store).id)
        assert interview is not None
        assert (interview.source, interview.taken_by) == (Source.TELEPHONE, cici.id)
        assert len(stage.store.interviews.answers(interview.id)) == 1
        assert stage.store.trail.all()[-1].act is Act.ANSWERS_SEEN
        stage.store.interviews.set_state(interview.id, InterviewState.SENT)
        for _ in range(2):
            await cici.next_edit()  # the consent and the first question stand answered
        card = await turns(cici, await tells(cici, "/tracer"), "Tracer 2026")
        assert "by telephone: 1, from files: 0" in card.text


async def test_the_trail_of_everything_can_be_exported_with_surveys_in_it(tmp_path: Path) -> None:
    async with LocalBotApi() as api, tracer_bot(api, tmp_path, StandingClock()) as stage:
        for act in Act:
            stage.store.trail.note(act)
        chief = chief_of(api)
        await chief.presses(await tells(chief, "/riwayat"), "Everything as XLSX")
        assert len(document(await chief.next_message())) > 1000
