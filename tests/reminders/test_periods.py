"""One day or two, as people write them."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.dates import DateError, FullDate, PartialDate, read_back
from reminders.periods import choices, read_days

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("14–19 Des 2026", "2026-12-14", "2026-12-19"),
        ("14 - 19 Desember 2026", "2026-12-14", "2026-12-19"),
        ("tanggal 14 s.d. 19 Desember 2026", "2026-12-14", "2026-12-19"),
        ("14 s/d 19 Desember 2026", "2026-12-14", "2026-12-19"),
        ("14/12/2026 - 19/12/2026", "2026-12-14", "2026-12-19"),
        ("2026-12-14 to 2026-12-19", "2026-12-14", "2026-12-19"),
        ("14/12–19/12/2026", "2026-12-14", "2026-12-19"),
        ("28 Des – 5 Jan 2027", "2026-12-28", "2027-01-05"),
        ("Senin, 14 Des 2026 sampai dengan Sabtu, 19 Des 2026", "2026-12-14", "2026-12-19"),
        ("from December 14 to December 19, 2026", "2026-12-14", "2026-12-19"),
        ("besok sampai lusa", "2026-11-22", "2026-11-23"),
        ("19–14 Des 2026", "2026-12-19", "2026-12-14"),
        ("14-12-2026", "2026-12-14", None),
        ("2026-12-14", "2026-12-14", None),
        ("mulai 3 Des 2026", "2026-12-03", None),
        ("Senin depan", "2026-11-23", None),
    ],
)
def test_days_are_read(words: str, first: str, last: str | None) -> None:
    days = read_days(words, TODAY)
    assert days is not None
    assert isinstance(days.first, FullDate)
    assert str(days.first.day) == first
    assert (str(days.last.day) if isinstance(days.last, FullDate) else days.last) == last


@pytest.mark.parametrize("words", ["14–19 Des", "14 Des sampai 19 Des"])
def test_a_period_without_a_year_is_not_filled(words: str) -> None:
    days = read_days(words, TODAY)
    assert days is not None
    assert isinstance(days.first, PartialDate)
    assert isinstance(days.last, PartialDate)


@pytest.mark.parametrize("words", ["31 Feb 2026", "14–31 Feb 2026", "14 Des 2026, 16 Des 2026, 18 Des 2026"])
def test_what_cannot_be_days_is_refused(words: str) -> None:
    with pytest.raises(DateError):
        read_days(words, TODAY)


@pytest.mark.parametrize(
    ("words", "earliest", "offered"),
    [
        ("14 Des", "2026-11-21", ["2026-12-14", "2027-12-14"]),
        ("14 Des", "2027-01-01", ["2027-12-14", "2028-12-14"]),
        ("14/12", "2026-11-21", ["2026-12-14", "2027-12-14"]),
        ("29 Feb", "2026-11-21", ["2028-02-29", "2032-02-29"]),
        ("Senin 14 Des", "2026-11-21", ["2026-12-14"]),
        ("Senin", "2026-12-01", ["2026-12-07", "2026-12-14"]),
        ("tgl 31", "2026-11-21", ["2026-12-31", "2027-01-31"]),
        ("Desember 2026", "2026-11-21", []),
        ("minggu depan", "2026-11-21", []),
    ],
)
def test_what_is_missing_is_offered(words: str, earliest: str, offered: list[str]) -> None:
    days = read_days(words, TODAY)
    assert days is not None
    assert isinstance(days.first, PartialDate)
    assert [str(day) for day in choices(days.first, dt.date.fromisoformat(earliest), TODAY)] == offered


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)),
    st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["–", " - ", " s.d. ", " sampai ", " to "]),
)
def test_two_days_in_full_are_read_as_these(first: dt.date, last: dt.date, to: str) -> None:
    days = read_days(f"{read_back(first, 'id')}{to}{read_back(last, 'id')}", TODAY)
    assert days is not None
    assert isinstance(days.first, FullDate)
    assert isinstance(days.last, FullDate)
    assert (days.first.day, days.last.day) == (first, last)


@given(st.text(max_size=60))
def test_any_words_are_days_or_none_or_refused(words: str) -> None:
    with suppress(DateError):
        days = read_days(words, TODAY)
        assert days is None or days.first
