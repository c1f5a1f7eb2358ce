"""Lengths as coordinators write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Lines, TimeLimit, TimeLimitKind
from reminders.lengths import LONGEST_TEXT, Length, read_length
from reminders.resolve import Period, ResolveError, resolve
from reminders.workdays import Workdays

SEMESTER = Period(dt.date(2026, 8, 3), dt.date(2027, 1, 29))


@pytest.mark.parametrize(
    ("words", "offset"),
    [
        ("7 hari sebelum", "-P7D"),
        ("tujuh hari sebelumnya", "-P7D"),
        ("paling lambat 7 (tujuh) hari sebelum ujian", "-P7D"),
        ("H-3", "-P3D"),
        ("H – 3", "-P3D"),
        ("H+2", "P2D"),
        ("2 minggu setelah", "P14D"),
        ("seminggu sebelum", "-P7D"),
        ("No later than one week before lectures commence.", "-P7D"),
        ("a month after", "P1M"),
        ("3 x 24 jam", "P3D"),
        ("5 hari", "P5D"),
        ("1 semester setelah", "P6M"),
        ("setiap semester", "R/P6M"),
        ("per tahun", "R/P1Y"),
        ("sebulan sekali", "R/P1M"),
        ("2 hari sekali", "R/P2D"),
        ("annually", "R/P1Y"),
        ("every half semester", "R/P3M"),
        ("setiap 2 semester", "R/P1Y"),
        ("once every 5 years", "R/P5Y"),
        ("-P3D", "-P3D"),
        ("r/p6m", "R/P6M"),
    ],
)
def test_lengths_are_read_in_both_languages_and_as_iso(words: str, offset: str) -> None:
    assert read_length(words) == Length(offset)


@pytest.mark.parametrize("words", ["14 hari kerja", "14 hari kerja setelah", "within 14 working days"])
def test_working_days_are_told_apart(words: str) -> None:
    assert read_length(words) == Length("P14D", "working")


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("dua kali setahun", Length("R/P6M")),  # as in the documents: once in each semester
        ("2x setahun", Length("R/P6M")),
        ("3 kali setahun", Length("R/P1Y", times=3)),
        ("minimal 3 kali dalam satu semester", Length("R/P6M", times=3)),
        ("twice a semester", Length("R/P6M", times=2)),
        ("setiap semester, 2 kali", Length("R/P6M", times=2)),
        ("2 kali/bulan", Length("R/P1M", times=2)),
    ],
)
def test_times_within_a_period_are_counted(words: str, length: Length) -> None:
    assert read_length(words) == length


@pytest.mark.parametrize(
    "words",
    [
        "",
        "kapan-kapan",
        "hari",
        "7",
        "0 hari sebelum",
        "H-0",
        "P0D",
        "9999 hari",
        "99 tahun sekali",
        "3 jam",
        "2 bulan kerja setelah",
        "setiap hari kerja",
        "7 hari sebelum atau 3 hari setelah",
        "7 hari sebelum dan sesudah",
        "2 3 hari",
        "1 kali",
        "🙂 hari",
        "R/-P1M",
        "32 kali setahun",
        "7 hari sebelum " + "x" * LONGEST_TEXT,
        "x" * 5000,
    ],
)
def test_what_is_no_length_is_not_guessed(words: str) -> None:
    assert read_length(words) is None


WORDS = st.sampled_from(
    "7 0 12 tujuh se hari minggu bulan semester tahun kerja working day(s) every setiap kali x / H - + , sebelum"
    " setelah before after sekali once a per dalam P R/P3D (tujuh) paling lambat 🙂 ½ ٣".split()
)


@given(st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=9).map(" ".join), st.lists(WORDS).map("".join)))
def test_whatever_is_read_gives_days_unless_it_is_longer_than_the_period(words: str) -> None:
    found = read_length(words)
    if found is not None:
        try:
            dues = resolve(as_limit(found), SEMESTER, Workdays())
        except ResolveError:
            dues = ()
        assert dues or found.offset.startswith("R/")


@given(st.sampled_from(["", "-", "R/"]), st.integers(1, 10), st.sampled_from("DWMY"))
def test_iso_is_read_as_it_is_but_for_a_deadlines_weeks(sign: str, count: int, unit: str) -> None:
    found = read_length(f"{sign}P{count}{unit}")
    is_deadline_in_weeks = unit == "W" and sign != "R/"
    assert found == Length(f"{sign}P{count * 7}D" if is_deadline_in_weeks else f"{sign}P{count}{unit}")


def as_limit(length: Length) -> TimeLimit:
    is_frequency = length.offset.startswith("R/")
    return TimeLimit(
        quote="so",
        kind=TimeLimitKind.FREQUENCY if is_frequency else TimeLimitKind.DEADLINE,
        lines=(Lines(start=1, end=1),),
        **length._asdict(),
    )
