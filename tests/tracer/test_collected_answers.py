"""Answers that were collected elsewhere: understood, previewed, taken in as sent, never over a graduate's own."""

from __future__ import annotations

from io import BytesIO

import pytest
from graduate_answers import worker
from survey_stage import ROW, SITI

from store.campaigns import CampaignKind
from store.interviews import Source
from store.sheets import SheetError
from tracer.collected import is_target, read_collected, remember_columns, remembered_columns, take_in
from tracer.national.bridge import named_rows
from tracer.national.export import row, write
from tracer.national.form import national_form
from tracer.questionnaires import shipped_form

SHORT = shipped_form(CampaignKind.SHORT)
NEEDS = shipped_form(CampaignKind.NEEDS)


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_the_ministrys_own_file_comes_back_as_it_was(stage):
    file = BytesIO()
    cells = row(worker(nimhsmsmh=ROW.nim, nmmhsmsmh=ROW.name))
    write([cells, row(worker(nimhsmsmh="999"))], file)
    collected = read_collected(file.getvalue(), "tracer.xlsx", national_form())
    campaign = stage.campaign()
    report = take_in(stage.store, stage.interviewing, campaign, collected)
    assert (report.taken, report.already) == (1, 0)
    assert [str(problem) for problem in report.problems] == ["row 3: the NIM “999” is not on the list of graduates"]
    ((interview, _),) = stage.store.interviews.sent(campaign.id)
    assert interview.source is Source.IMPORT
    (answers,) = named_rows(stage.store, campaign, "061031", None)
    # The list of graduates says who somebody is.
    assert row(answers) == cells | {"tahun_lulus": 2024}


def test_a_forms_csv_is_understood_by_names_wordings_and_labels_in_both_languages(stage):
    content = csv(
        "NPM;What is your status now?;f502;f5b;f5d;Seberapa erat hubungan bidang studi dengan pekerjaan Anda?;Catatan",
        "17120001;Bekerja (penuh atau paruh waktu);3;SMP Negeri 1;National, or self-employed with a legal entity;1;x",
    )
    collected = read_collected(content, "jawaban.csv", SHORT)
    assert collected.unused == ("Catatan",)
    assert collected.rows[0].answers == {"f8": "1", "f502": "3", "f5b": "SMP Negeri 1", "f5d": "2", "f14": "1"}


def test_several_choices_are_read_by_words_or_codes():
    head = "nim;activities"
    for cell in ("Seminar, Lokakarya", "seminar workshop", '"seminar\nworkshop"', "Seminar | Workshop"):
        (found,) = read_collected(csv(head, f"1;{cell}"), "kebutuhan.csv", NEEDS).rows
        assert found.answers == {"activities": ("seminar", "workshop")}, cell


def test_other_headings_are_mapped_once(stage):
    content = csv("Mahasiswa,Pekerjaan?", "17120001,5")
    with pytest.raises(SheetError, match="no column “nim”"):
        read_collected(content, "jawaban.csv", SHORT)
    remember_columns(stage.store, SHORT, {"Mahasiswa": "nim", "Pekerjaan?": "f8"})
    collected = read_collected(content, "jawaban.csv", SHORT, remembered_columns(stage.store, SHORT))
    assert collected.columns == {"Mahasiswa": "nim", "Pekerjaan?": "f8"}
    campaign = stage.campaign(CampaignKind.SHORT)
    assert take_in(stage.store, stage.interviewing, campaign, collected).taken == 1
    assert remembered_columns(stage.store, NEEDS) == {}


def test_numbers_are_read_as_people_write_them_in_a_form():
    head = "NIM;f502;f505"
    for months, income in (("3", "3500000"), ("3 bulan", "Rp 3.500.000"), ("3", "3,5 juta"), ("tiga", "3500000,-")):
        (found,) = read_collected(csv(head, f"1;{months};{income}"), "isian.csv", national_form()).rows
        assert found.answers == {"f502": "3", "f505": "3500000"}, (months, income)
    (unclear,) = read_collected(csv(head, "1;banyak;3-5 juta"), "isian.csv", national_form()).rows
    assert unclear.answers == {"f502": "banyak", "f505": "3-5 juta"}


def test_choices_with_their_numbers_or_with_commas_in_them_are_read():
    for cell in ("1. Bekerja", "[1] Bekerja", "1 - Bekerja penuh", "(1) Bekerja"):
        (found,) = read_collected(csv("NIM;f8", f"1;{cell}"), "isian.csv", SHORT).rows
        assert found.answers == {"f8": "1"}, cell
    form = national_form()
    ways = form.question("f4").choices
    assert any("," in way.label.id for way in form.question("f16").choices + ways) or len(ways) > 10
    for question in (form.question("f4"), form.question("f16")):
        words = ", ".join(choice.label.id for choice in question.choices)
        (found,) = read_collected(csv(f"NIM;{question.name}", f'1;"{words}"'), "isian.csv", form).rows
        assert found.answers == {question.name: tuple(choice.code for choice in question.choices)}


def test_words_of_a_choice_are_mapped_once(stage):
    content = csv("NIM;Status", "17120001;Kerja kontrak", "17120002;Kerja kontrak")
    columns = {"Status": "f8", "Kerja  Kontrak": "f8:5"}
    assert [is_target(SHORT, wanted) for wanted in ("nim", "f8", "f8:5", "f8:9", "zz", "f502:1")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    collected = read_collected(content, "isian.csv", SHORT, columns)
    assert [row.answers for row in collected.rows] == [{"f8": "5"}, {"f8": "5"}]
    assert take_in(stage.store, stage.interviewing, stage.campaign(CampaignKind.SHORT), collected).taken == 2


def test_a_row_with_several_faults_is_left_out_once(stage):
    collected = read_collected(csv("NIM,f8,f502", "17120001,1,banyak", "404,5,"), "isian.csv", SHORT)
    report = take_in(stage.store, stage.interviewing, stage.campaign(CampaignKind.SHORT), collected)
    assert (report.taken, report.left_out, len(report.problems) > 2) == (0, 2, True)


def test_titles_above_the_names_of_the_columns_do_no_harm():
    content = csv(
        "Hasil tracer study, gelombang 1, tahun 2026, semua prodi", "", "NIM;Apa status Anda saat ini?", "1;5"
    )
    collected = read_collected(content, "isian.csv", SHORT)
    assert [(row.number, row.answers) for row in collected.rows] == [(4, {"f8": "5"})]


def test_contacts_that_the_list_lacks_come_from_the_file(stage):
    content = csv("Nomor Induk Mahasiswa (NIM);No. HP/WA;E-mail", "1;0812-3456-7890;a@b.id")
    (found,) = read_collected(content, "isian.csv", national_form()).rows
    assert (found.nim, found.answers) == ("1", {"telpomsmh": "081234567890", "emailmsmh": "a@b.id"})


def test_a_preview_stores_nothing_and_a_graduates_own_answers_stay(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    stage.sent(campaign, {"f8": "1"}, SITI)
    collected = read_collected(csv("nim,f8", "17120001,2", "17120002,5"), "jawaban.csv", SHORT)
    looked = stage.store.rehearse(lambda: take_in(stage.store, stage.interviewing, campaign, collected))
    assert (looked.taken, looked.already) == (1, 1)
    assert len(list(stage.store.interviews.sent(campaign.id))) == 1
    assert take_in(stage.store, stage.interviewing, campaign, collected) == looked
    kept = [answers["f8"] for _, answers in stage.store.interviews.sent(campaign.id)]
    assert kept == ["1", "5"]


def test_a_wrong_answer_is_named_with_row_question_and_reason(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    collected = read_collected(csv("nim,f8,f502", "17120001,9,", "17120002,1,banyak"), "jawaban.csv", SHORT)
    report = take_in(stage.store, stage.interviewing, campaign, collected)
    assert report.taken == 0
    told = [str(problem) for problem in report.problems]
    assert told[0] == "row 2: f8 “9”: Choose one of the answers offered."
    assert told[1] == "row 3: f502 “banyak”: Write a whole number in digits only, such as 12."
    assert stage.store.interviews.of_campaign(campaign.id) == ()


def test_a_graduate_of_other_years_is_told(stage):
    campaign = stage.campaign(CampaignKind.SHORT, cohorts=range(2010, 2012))
    report = take_in(stage.store, stage.interviewing, campaign, read_collected(csv("nim,f8", "17120001,5"), "j", SHORT))
    assert "graduates of other years" in str(report.problems[0])


def test_a_file_without_rows_is_told():
    with pytest.raises(SheetError, match="no rows"):
        read_collected(csv("nim,f8"), "jawaban.csv", SHORT)
