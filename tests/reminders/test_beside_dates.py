"""What words say beside their date, a time alone, and the events that concern a unit."""

import datetime as dt

import pytest

from reminders.calendar import concerning
from reminders.dates import DateError, DateFault, beside_date, read_time
from store.events import CalendarEvent

TODAY = dt.date(2026, 11, 21)
FACULTY, PROGRAMME = 1, 2


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("rapat besok jam 9", "rapat # #"),
        ("rapat", "rapat"),
        ("rapat jam 15", "rapat #"),
        ("Senin, 14 Desember 2026 rapat di 3.12", "# rapat di 3.12"),
        ("besok, 22 November 2026", "#, #"),
    ],
)
def test_dates_and_times_are_marked(words: str, left: str) -> None:
    assert beside_date(words, TODAY, "#") == left


@pytest.mark.parametrize(
    ("words", "time"), [("jam 7", dt.time(7)), ("jam 7.15", dt.time(7, 15)), ("07:15", dt.time(7, 15)), ("pagi", None)]
)
def test_a_time_is_read_without_a_date(words: str, time: dt.time | None) -> None:
    assert read_time(words) == time


def test_a_time_that_does_not_exist_is_named() -> None:
    with pytest.raises(DateError) as caught:
        read_time("jam 25")
    assert caught.value.fault is DateFault.NO_TIME


def event(number: int, kind: str, unit: int | None, day: int) -> CalendarEvent:
    when = dt.date(2026, 12, day)
    return CalendarEvent(number, kind, "", unit, when, when)


def test_what_concerns_a_unit_is_its_own_and_what_stands_above_it() -> None:
    events = [
        event(1, "midterm", None, 1),
        event(2, "midterm", PROGRAMME, 3),
        event(3, "krs", None, 2),
        event(4, "krs", FACULTY + 8, 2),
        event(5, "yudisium", FACULTY, 4),
        event(6, "yudisium", None, 4),
    ]
    assert [one.id for one in concerning(events, (PROGRAMME, FACULTY))] == [2, 3, 5]
    assert [one.id for one in concerning(events, ())] == [1, 3, 6]
