"""How many of those asked have answered; the picture of it; lists of links; what a file is."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from form_workshop import asked, xlsx
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image
from survey_stage import BUDI, ROW, SITI

from store.campaigns import CampaignKind
from tracer.link_files import ListFile, as_csv, as_xlsx, qr_png
from tracer.recognising import FileKind, kind_of
from tracer.response import Response, Share, response
from tracer.response_picture import picture

TODAY = dt.date(2026, 11, 21)


def test_the_rate_is_by_programme_year_and_day(stage):
    rows = [replace(ROW, number=9, nim="1", cohort=2022, programme_code="55201", programme_name="Informatika")]
    stage.store.graduates.import_rows(rows)
    campaign = stage.campaign(CampaignKind.SHORT)
    stage.sent(campaign, {"f8": "5"})
    stage.now += dt.timedelta(days=2)
    stage.started(campaign, BUDI, "17120002")
    found = response(stage.store, campaign)
    assert (found.whole.asked, found.whole.sent, found.begun) == (3, 1, 1)
    assert [(share.name, share.asked, share.sent) for share in found.by_programme] == [
        ("S1 Informatika", 1, 0),
        ("S1 PGSD", 2, 1),
    ]
    assert [(share.key, share.asked, share.sent) for share in found.by_cohort] == [("2022", 1, 0), ("2023", 2, 1)]
    assert found.by_day == ((TODAY, 1),)


def test_the_day_of_an_answer_is_the_university_s(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    stage.now = dt.datetime.combine(TODAY, dt.time(23, 30), dt.UTC)  # half past six in the morning in Jakarta
    stage.sent(campaign, {"f8": "5"})
    assert response(stage.store, campaign).by_day == ((TODAY, 1),)
    found = response(stage.store, campaign, zone=ZoneInfo("Asia/Jakarta"))
    assert found.by_day == ((TODAY + dt.timedelta(days=1), 1),)
    assert response(stage.store, campaign, zone=ZoneInfo("America/New_York")).by_day == ((TODAY, 1),)


def test_who_is_erased_stays_in_the_counts_and_who_withdraws_does_not(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    stage.sent(campaign, {"f8": "5"})
    other = stage.sent(campaign, {"f8": "5"}, BUDI, "17120002")
    stage.store.erase_person(SITI)
    assert response(stage.store, campaign).whole == Share("", "", 2, 2)
    stage.interviewing.withdraw(other.id, BUDI)
    assert response(stage.store, campaign).whole == Share("", "", 2, 1)


def test_in_a_survey_of_employers_answers_are_counted_without_a_rate(stage):
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    found = response(stage.store, campaign)
    assert (found.is_rate, found.by_programme, found.whole.sent) == (False, (), 0)


NAMES = st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S", "Z"]), max_size=80)


@settings(max_examples=12, deadline=None)
@example(sizes=[("$x_$ ^{", 1, 1), (r"\frac$$", 2, 0)], days=[1])
@given(
    sizes=st.lists(st.tuples(NAMES, st.integers(0, 500), st.integers(0, 500)), max_size=40),
    days=st.lists(st.integers(1, 50), max_size=8),
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_any_numbers_make_a_picture_that_a_phone_shows(language, sizes, days):
    shares = tuple(Share(str(place), name, max(asked_, sent), sent) for place, (name, asked_, sent) in enumerate(sizes))
    by_day = tuple((TODAY + dt.timedelta(days=place), sum(days[: place + 1])) for place in range(len(days)))
    drawn = picture(Response(Share("", "", 9, 3), 1, True, shares, shares[:3], by_day), "T $x_$ 2026", language, TODAY)
    size = Image.open(io.BytesIO(drawn)).size
    assert size[0] == 1080
    assert size[1] <= 3 * size[0]


def test_a_name_that_looks_like_a_formula_stays_a_text():
    table = ListFile("a/b", ["a", "b", "c", "d"], [["1", "=1+1", "+6281", "@x"]], "Dibuat oleh Rina")
    sheet = load_workbook(io.BytesIO(as_xlsx(table))).worksheets[0]
    assert [cell.data_type for cell in sheet[2]] == ["s"] * 5
    assert as_csv(table).decode("utf-8-sig").splitlines()[1] == "1,'=1+1,+6281,'@x,Dibuat oleh Rina"


def test_a_qr_code_is_a_picture_large_enough_for_a_camera():
    code = Image.open(io.BytesIO(qr_png("https://t.me/tanyamutu_bot?start=s_" + "x" * 22)))
    assert code.size[0] == code.size[1] >= 400


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"nim,nama,kode prodi,tanggal lulus\n1,a,55201,2024-01-01\n", FileKind.GRADUATES),
        (b"Daftar;;;\nNIM;Nama;Prodi;No HP\n1;a;b;c\n", FileKind.GRADUATES),
        (b"nimhsmsmh,nmmhsmsmh,kdpstmsmh,f8\n1,a,b,1\n", FileKind.ANSWERS),
        (b"nim,apakah puas,saran,lainnya\n1,a,b,c\n", FileKind.ANSWERS),
        (b"nama,mulai\nUAS,1/1/2027\n", None),
        (b"", None),
        (b"PK\x03\x04 broken", None),
    ],
)
def test_a_file_is_told_by_its_headings(content, kind):
    assert kind_of("berkas.csv", "", content) is kind


def test_a_questionnaire_is_told_by_its_sheets():
    assert kind_of("berkas.xlsx", "", xlsx(survey=[asked("text", "a")])) is FileKind.FORM
