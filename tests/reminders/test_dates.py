"""Dates as people write them: what is read, what is asked for, what is refused."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from reminders.dates import LONGEST, DateError, FullDate, Language, PartialDate, read_back, read_date

WEDNESDAY = dt.date(2026, 11, 18)


def day(month: int, number: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14/12/2026", day(12, 14)),
        ("14-12-26", day(12, 14)),
        ("14.12.2026", day(12, 14)),
        ("2026-12-14", day(12, 14)),
        ("Senin, 14 Desember 2026", day(12, 14)),
        ("tgl 3 desember 2026", day(12, 3)),
        ("17 Ags 2027", day(8, 17, 2027)),
        ("December 3rd, 2026", day(12, 3)),
        ("the 3rd of December 2026", day(12, 3)),
        ("Monday 14 Dec 2026", day(12, 14)),
        ("Senin depan", day(11, 23)),
        ("next Monday", day(11, 23)),
        ("Jumat depan", day(11, 27)),
        ("Jumat ini", day(11, 20)),
        ("this Friday", day(11, 20)),
        ("Kamis minggu depan", day(11, 26)),
        ("hari Minggu depan", day(11, 29)),
        ("hari ini", WEDNESDAY),
        ("besok", day(11, 19)),
        ("tomorrow", day(11, 19)),
        ("lusa", day(11, 20)),
        ("day after tomorrow", day(11, 20)),
        ("besok, 19 November", day(11, 19)),
        ("3 hari lagi", day(11, 21)),
        ("dua minggu lagi", day(12, 2)),
        ("seminggu lagi", day(11, 25)),
        ("in two weeks", day(12, 2)),
        ("a month from now", day(12, 18)),
        ("akhir bulan", day(11, 30)),
        ("akhir bulan depan", day(12, 31)),
        ("end of next month", day(12, 31)),
        ("end of the year", day(12, 31)),
        ("akhir Februari 2028", day(2, 29, 2028)),
        ("tanggal 3 bulan depan", day(12, 3)),
        ("tgl 15 bln dpn", day(12, 15)),
        ("3hr lg", day(11, 21)),
        ("14 Des '26", day(12, 14)),
        ("14 Desember 26", day(12, 14)),
        ("14Des2026", day(12, 14)),
        ("12.12.26", day(12, 12)),
        ("2026/12/14", day(12, 14)),
        ("14 desember tahun depan", day(12, 14, 2027)),
    ],
)
def test_a_whole_date_is_read_as_written(text: str, expected: dt.date) -> None:
    reading = read_date(text, WEDNESDAY)
    assert isinstance(reading, FullDate)
    assert reading.day == expected
    assert reading.words in text


@pytest.mark.parametrize(
    ("text", "missing", "suggestion"),
    [
        ("14 Des", ("year",), day(12, 14)),
        ("14 Nov", ("year",), day(11, 14, 2027)),
        ("14/12", ("year",), day(12, 14)),
        ("29 Februari", ("year",), day(2, 29, 2028)),
        ("Senin 14 Des", ("year",), day(12, 14)),
        ("3rd of December", ("year",), day(12, 3)),
        ("17 Ags", ("year",), day(8, 17, 2027)),
        ("tanggal 3", ("year", "month"), day(12, 3)),
        ("Senin tgl 14", ("year", "month"), day(12, 14)),
        ("tgl 31", ("year", "month"), day(12, 31)),
        ("Desember 2026", ("day",), day(12, 1)),
        ("akhir Desember", ("year",), day(12, 31)),
        ("minggu depan", ("day",), day(11, 25)),
        ("bulan depan", ("day",), day(12, 18)),
        ("next year", ("month", "day"), day(11, 18, 2027)),
        ("Senin", ("week",), day(11, 23)),
        ("Senin ini", ("week",), day(11, 23)),
    ],
)
def test_what_is_left_out_is_named_and_only_suggested(text: str, missing: tuple[str, ...], suggestion: dt.date) -> None:
    reading = read_date(text, WEDNESDAY)
    assert isinstance(reading, PartialDate)
    assert (reading.missing, reading.suggestion) == (missing, suggestion)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 Desember 2026 jam 9", dt.time(9)),
        ("3 Desember jam 9.30", dt.time(9, 30)),
        ("besok pukul 14.15", dt.time(14, 15)),
        ("besok jam 3 sore", dt.time(15)),
        ("besok jam 11 siang", dt.time(11)),
        ("besok jam 8 malam", dt.time(20)),
        ("tomorrow at 3 pm", dt.time(15)),
        ("tomorrow 12 am", dt.time(0)),
        ("tomorrow at 9", dt.time(9)),
        ("07.30 lusa", dt.time(7, 30)),
        ("lusa 07:30", dt.time(7, 30)),
        ("lusa", None),
        ("meet at 12 December 2026", None),
    ],
)
def test_a_time_is_read_beside_its_date(text: str, expected: dt.time | None) -> None:
    reading = read_date(text, WEDNESDAY)
    assert reading is not None
    assert reading.time == expected


@pytest.mark.parametrize(
    "text",
    [
        "31 Februari",
        "31/02/2027",
        "2026-13-01",
        "12/14/2026",
        "0 Desember 2026",
        "tanggal 32",
        "29 Februari 2027",
        "Selasa, 14 Desember 2026",
        "3 Desember atau 4 Desember",
        "3-5 Desember 2026",
        "3 s.d. 5 Desember",
        "1 – 3 Des 2026",
        "lusa atau besok",
        "besok jam 25",
        "besok jam 12 malam",
    ],
)
def test_what_is_no_date_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DateError) as caught:
        read_date(text, WEDNESDAY)
    assert caught.value.words in text
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("text", ["", "SOP 1.2.8", "jam 9", "3 hari kerja lagi", "seminggu sekali", "UTS", "1.500.000"])
def test_words_without_a_date_give_none(text: str) -> None:
    assert read_date(text, WEDNESDAY) is None


def test_the_words_of_the_date_are_found_in_a_sentence() -> None:
    reading = read_date("ingatkan saya kumpul soal UTS tanggal 3 Desember jam 9", WEDNESDAY)
    assert reading == PartialDate(("year",), day(12, 3), "3 Desember", dt.time(9))


@time_machine.travel(dt.datetime(2026, 11, 18, 18, 30, tzinfo=dt.UTC))
def test_tomorrow_is_counted_from_the_writers_own_day() -> None:
    today = dt.datetime.now(zoneinfo.ZoneInfo("Asia/Jakarta")).date()
    assert read_date("besok", today) == FullDate(day(11, 20), "besok")


@given(
    st.dates(dt.date(1000, 1, 1)),
    st.sampled_from(("id", "en")),
    st.one_of(st.none(), st.times().map(lambda time: time.replace(second=0, microsecond=0, fold=0))),
)
def test_a_date_read_back_is_read_again_as_itself(date: dt.date, language: Language, time: dt.time | None) -> None:
    reading = read_date(read_back(date, language, time), WEDNESDAY)
    assert isinstance(reading, FullDate)
    assert (reading.day, reading.time) == (date, time)


def test_a_date_is_read_back_with_its_weekday() -> None:
    assert read_back(day(12, 14), "id", dt.time(9)) == "Senin, 14 Desember 2026 pukul 09.00"
    assert read_back(day(12, 14), "en") == "Monday, 14 December 2026"


PIECES = st.sampled_from(
    "31 12 2026 99 0 / - . : jam pukul tgl tanggal des feb senin minggu depan ini lagi akhir bulan in a next se".split()
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=9).map(" ".join)), st.dates())
def test_hostile_words_are_read_or_refused_never_a_fault(text: str, today: dt.date) -> None:
    try:
        reading = read_date(text, today)
    except DateError:
        return
    assert reading is None or reading.words in text


def test_a_very_long_message_is_cut_not_searched() -> None:
    assert read_date("1" * LONGEST + " besok", WEDNESDAY) is None
    assert read_date("hari " * 200_000, WEDNESDAY) is None
