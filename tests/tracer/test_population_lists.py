"""Lists of graduates, as offices keep them: read, previewed, taken in; which years a tracer study asks."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from survey_stage import SITI

from store.sheets import MOST_ROWS, SheetError
from store.units import UnitRow
from tracer.population import academic_year, cohorts, confirm, days_of, preview, read_day, read_population

TODAY = dt.date(2026, 11, 21)
HEADS = "NIM;Nama;Kode Prodi;Program Studi;Jenjang;Tanggal Lulus;Tanggal Lahir;No HP;Email"
GOOD = "20110001;Ani Lestari;86206;PGSD;S1;31/07/2024;4 Mei 2001;0812-3456-7890;ani@example.ac.id"


def read(stage, *lines, heads=HEADS, name="lulusan.csv"):
    return read_population("\n".join((heads, *lines)).encode(), name, stage.store.units.all(), TODAY)


def test_a_list_in_indonesian_is_read_with_contact_and_cohort(stage):
    (row,) = read(stage, GOOD).rows
    assert (row.nim, row.name, row.programme_code, row.level) == ("20110001", "Ani Lestari", "86206", "S1")
    assert (row.graduated_on, row.born_on, row.cohort) == (dt.date(2024, 7, 31), dt.date(2001, 5, 4), 2023)
    assert (row.phone, row.email) == ("081234567890", "ani@example.ac.id")


@pytest.mark.parametrize(
    "heads",
    [
        "Student number,Full name,Programme code,Study programme,Degree,Graduation date",
        "nimhsmsmh,nmmhsmsmh,kdpstmsmh,prodi,jenjang,tgl lulus",
    ],
)
def test_english_headings_and_the_ministrys_names_are_known(stage, heads):
    (row,) = read(stage, "20110001,Ani,86206,PGSD,S1,2024-07-31", heads=heads).rows
    assert (row.nim, row.name, row.programme_code) == ("20110001", "Ani", "86206")


def test_a_spreadsheet_with_real_dates_and_numbers_is_read(stage):
    book = Workbook()
    book.active.append(["NIM", "Nama", "Kode Prodi", "Prodi", "Jenjang", "Tgl Lulus", "HP"])
    book.active.append([20110001, "Ani", 86206, "PGSD", "s1", dt.datetime(2024, 7, 31), 81234567890])
    stream = io.BytesIO()
    book.save(stream)
    (row,) = read_population(stream.getvalue(), "lulusan.xlsx", stage.store.units.all(), TODAY).rows
    assert (row.nim, row.graduated_on, row.level, row.phone) == (
        "20110001",
        dt.date(2024, 7, 31),
        "S1",
        "081234567890",
    )


def test_a_known_programme_gives_its_name_and_level(stage):
    stage.store.units.import_rows([UnitRow(2, "Matematika", "84202", "S2")])
    (row,) = read(stage, "1;Ani;84202;31/07/2024", heads="NIM;Nama;Kode Prodi;Tanggal Lulus").rows
    assert (row.programme_name, row.level) == ("Matematika", "S2")


@pytest.mark.parametrize(
    ("level", "programme", "read_as"),
    [
        ("S-1", "S-1 Pendidikan Guru SD", ("S1", "Pendidikan Guru SD")),
        ("Sarjana", "PGSD", ("S1", "PGSD")),
        ("Strata 1", "PGSD", ("S1", "PGSD")),
        ("S1 (Sarjana)", "PGSD", ("S1", "PGSD")),
        ("Magister", "S2 - Manajemen", ("S2", "Manajemen")),
        ("D-III", "Kebidanan", ("D3", "Kebidanan")),
        ("Sarjana Terapan", "Gizi", ("D4", "Gizi")),
        ("", "S1 PGSD", ("S1", "PGSD")),
        ("", "S.1 D3 Animasi", ("", "")),
        ("S1", "Seni Rupa", ("S1", "Seni Rupa")),
    ],
)
def test_levels_are_read_as_universities_write_them(stage, level, programme, read_as):
    rows = read(stage, GOOD.replace(";PGSD;S1;", f";{programme};{level};")).rows
    assert [(row.level, row.programme_name) for row in rows] == ([read_as] if any(read_as) else [])


def test_dashes_for_nothing_blank_rows_and_titles_above_do_no_harm(stage):
    dashed = GOOD.replace("0812-3456-7890", "-").replace("ani@example.ac.id", "–").replace("4 Mei 2001", "-")
    found = read(stage, "Tahun 2024;;", HEADS, dashed, ";;;;;;;;", " ; ;", heads="DAFTAR LULUSAN;;;;;;;;")
    (row,) = found.rows
    assert (row.number, row.phone, row.email, row.born_on, found.problems) == (4, None, None, None, ())


def test_a_list_of_as_many_graduates_as_a_file_may_have_is_read(stage):
    lines = (GOOD.replace("20110001", f"{number:08}") for number in range(MOST_ROWS))
    assert len(read(stage, "Tahun 2024", HEADS, *lines, heads="DAFTAR LULUSAN").rows) == MOST_ROWS


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("20110001", " ", "the NIM is empty"),
        ("Ani Lestari", "", "the name is empty"),
        ("86206", "8620", "“8620” has not five digits"),
        (";S1;", ";Kursus;", "the level “Kursus” is unknown: write one of"),
        ("20110001", "2,01E+11", "the NIM “2,01E+11” was cut short: format its column as text"),
        ("31/07/2024", "5/25/2024", "the graduation date “5/25/2024” is no full date"),
        ("31/07/2024", "2024", "the graduation date “2024” is no full date: write it as 2025-07-31"),
        ("31/07/2024", "31/02/2024", "is no full date"),
        ("31/07/2024", "31/07/2099", "2099-07-31 lies too far back or in the future"),
        ("4 Mei 2001", "kemarin", "the birth date “kemarin”"),
        ("0812-3456-7890", "tidak ada", "“tidakada” is not an Indonesian number"),
        ("ani@example.ac.id", "ani", "“ani” is not an e-mail address"),
        ("PGSD", "", "the programme 86206 has no name"),
        ("Ani Lestari", "x" * 300, "more than 200 characters"),
    ],
)
def test_a_bad_row_is_named_with_its_number_reason_and_mend(stage, old, new, told):
    found = read(stage, GOOD.replace("20110001", "20110009"), GOOD.replace(old, new))
    (problem,) = found.problems
    assert (problem.number, len(found.rows)) == (3, 1)
    assert told in problem.reason


def test_a_list_without_a_needed_column_is_refused_in_one_sentence(stage):
    with pytest.raises(SheetError, match=r"no column “kode prodi” and no column “tanggal lulus”"):
        read(stage, "1;Ani", heads="NIM;Nama")


@pytest.mark.parametrize(
    "words",
    [
        "2024-07-14",
        "2024-07-14 00:00:00",
        "14/07/2024",
        "14-7-2024",
        "14.07.2024",
        "14 Juli 2024",
        "14 jul 2024",
        "14-Jul-2024",
        "July 14, 2024",
        " 14  July 2024 ",
        "2024/07/14",
        "14/07/2024 00:00",
        "Minggu, 14 Juli 2024",
        "45487",
    ],
)
def test_a_day_is_read_as_people_write_it(words):
    assert read_day(words) == dt.date(2024, 7, 14)


@pytest.mark.parametrize("words", ["", "2024", "Juli 2024", "14/07/24", "7/14/2024", "14 Jumi 2024", "31 April 2024"])
def test_what_names_no_day_in_full_is_none(words):
    assert read_day(words) is None


@given(st.text(max_size=20))
def test_any_words_are_a_day_or_none(words):
    assert isinstance(read_day(words), dt.date | None)


def test_a_preview_says_what_would_happen_and_does_nothing(stage):
    found = read(stage, GOOD, GOOD.replace("20110001", "17120001"), GOOD)
    report = preview(stage.store, found)
    assert (report.added, report.unchanged, report.forgotten) == (1, 0, 0)
    (changed,) = report.changed
    assert (changed.number, changed.nim) == (3, "17120001")
    assert set(changed.columns) == {"name", "email"}
    assert str(report.repeated[0]) == "row 4: the NIM 20110001 stands in row 2 already"
    assert stage.store.graduates.by_nim("20110001") is None
    assert confirm(stage.store, found) == report
    again = confirm(stage.store, found)
    assert (again.added, again.changed, again.unchanged) == (0, (), 2)


def test_a_nim_that_stands_twice_in_other_words_is_a_problem_and_the_first_counts(stage):
    report = confirm(stage.store, read(stage, GOOD, GOOD.replace("Ani", "Ina")))
    assert "row 3: the NIM 20110001 stands in row 2 already, in other words" in str(report.problems[0])
    assert stage.store.graduates.by_nim("20110001").name == "Ani Lestari"


def test_blank_cells_leave_what_is_known(stage):
    line = "17120001;Siti Rahmawati;86206;PGSD;S1;31/07/2024;;;"
    report = confirm(stage.store, read(stage, line))
    assert (report.unchanged, report.changed) == (1, ())
    assert stage.graduate().phone == "081234567890"


def test_who_had_their_data_erased_does_not_come_back_with_the_next_list(stage):
    stage.store.graduates.tie(stage.graduate().id, SITI)
    stage.store.erase_person(SITI)
    report = confirm(stage.store, read(stage, GOOD.replace("20110001", "17120001"), GOOD))
    assert (report.forgotten, report.added) == (1, 1)
    assert stage.store.graduates.by_nim("17120001") is None


def test_ten_thousand_rows_go_in_and_are_known_again(stage):
    lines = [GOOD.replace("20110001", f"{20_200_000 + count}") for count in range(10_000)]
    found = read(stage, *lines)
    assert confirm(stage.store, found).added == 10_000
    assert preview(stage.store, found).unchanged == 10_000


def test_the_years_asked_are_those_of_the_standard():
    assert list(cohorts(2026)) == [2022, 2023, 2024]
    assert days_of(cohorts(2026)) == (dt.date(2022, 9, 1), dt.date(2025, 8, 31))
    assert academic_year(dt.date(2026, 8, 31)) == 2025
    assert academic_year(dt.date(2026, 9, 1)) == 2026
    assert academic_year(dt.date(2026, 8, 31), begins=(8, 1)) == 2026


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), st.integers(1990, 2090))
def test_a_day_lies_in_the_years_asked_exactly_if_its_academic_year_does(day, ts):
    first, last = days_of(cohorts(ts))
    assert (first <= day <= last) == (academic_year(day) in cohorts(ts))
