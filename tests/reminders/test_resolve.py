"""Time limits as dates: before, within, months, working days, half semesters, and days that are off."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Document, Lines, TimeLimit, TimeLimitKind
from reminders.resolve import Anchor, Due, Period, ResolveError, moment, resolve
from reminders.workdays import Cause, Workdays

WORKDAYS = Workdays()
SEMESTER = Period(dt.date(2026, 9, 1), dt.date(2027, 1, 31))


def limit(offset: str | None, *, times: int = 1, days: Literal["calendar", "working"] = "calendar") -> TimeLimit:
    kind = TimeLimitKind.FREQUENCY if offset and offset.startswith("R/") else TimeLimitKind.DEADLINE
    lines = (Lines(start=1, end=1),)
    return TimeLimit(quote=offset or "soon", kind=kind, offset=offset, times=times, days=days, lines=lines)


def days_of(dues: tuple[Due, ...]) -> list[str]:
    return [due.day.isoformat() for due in dues]


@pytest.mark.parametrize(
    ("offset", "days", "anchor", "expected"),
    [
        ("-P3D", "calendar", dt.date(2026, 12, 14), "2026-12-11"),
        ("-P3D", "working", dt.date(2026, 12, 14), "2026-12-09"),
        ("P7D", "calendar", Period(dt.date(2026, 12, 14), dt.date(2026, 12, 16)), "2026-12-23"),
        ("-P7D", "calendar", Period(dt.date(2026, 12, 14), dt.date(2026, 12, 16)), "2026-12-07"),
        ("P7D", "working", dt.date(2026, 12, 18), "2026-12-31"),
        ("-P1M", "calendar", dt.date(2027, 3, 31), "2027-02-28"),
        ("P2W", "calendar", dt.date(2026, 12, 14), "2026-12-28"),
        ("P24M", "calendar", dt.date(2024, 2, 29), "2026-02-28"),
    ],
)
def test_a_deadline_is_counted_from_its_anchor(
    offset: str, days: Literal["calendar", "working"], anchor: Anchor, expected: str
) -> None:
    assert days_of(resolve(limit(offset, days=days), anchor, WORKDAYS)) == [expected]


def test_a_range_opens_with_its_first_length_and_closes_with_its_second() -> None:
    (due,) = resolve(limit("P2Y/P3Y"), dt.date(2026, 1, 2), WORKDAYS)
    assert (due.earliest, due.day) == (dt.date(2028, 1, 2), dt.date(2029, 1, 2))


@pytest.mark.parametrize(
    ("offset", "times", "anchor", "expected"),
    [
        ("R/P6M", 1, SEMESTER, ["2027-01-31"]),
        ("R/P6M", 2, SEMESTER, ["2026-11-15", "2027-01-31"]),
        ("R/P3M", 1, SEMESTER, ["2026-11-15", "2027-01-31"]),
        ("R/P1M", 1, SEMESTER, ["2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"]),
        ("R/P1W", 1, Period(dt.date(2026, 9, 1), dt.date(2026, 9, 16)), ["2026-09-07", "2026-09-14", "2026-09-16"]),
        ("R/P5Y", 1, dt.date(2024, 8, 1), ["2029-08-01"]),
    ],
)
def test_a_frequency_is_due_at_the_end_of_each_part_of_its_period(
    offset: str, times: int, anchor: Anchor, expected: list[str]
) -> None:
    dues = resolve(limit(offset, times=times), anchor, WORKDAYS)
    assert days_of(dues) == expected
    assert all(due.proposed == (times > 1) for due in dues)


@pytest.mark.parametrize(
    ("offset", "times", "days", "anchor"),
    [
        (None, 1, "calendar", SEMESTER),
        ("PT2H", 1, "calendar", SEMESTER),
        ("P0D", 1, "calendar", SEMESTER),
        ("P2M", 1, "working", SEMESTER),
        ("R/P5Y", 1, "calendar", SEMESTER),
        ("R/P6M", 9, "calendar", Period(dt.date(2026, 9, 1), dt.date(2026, 9, 3))),
        ("P9D", 1, "calendar", dt.date.max),
        ("-P9D", 1, "working", dt.date.min),
        ("P9999Y", 1, "calendar", dt.date(2026, 1, 1)),
    ],
)
def test_what_gives_no_date_is_refused_in_one_sentence(
    offset: str | None, times: int, days: Literal["calendar", "working"], anchor: Anchor
) -> None:
    with pytest.raises(ResolveError, match=r"\.$"):
        resolve(limit(offset, times=times, days=days), anchor, WORKDAYS)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ResolveError, match="before it starts"):
        Period(dt.date(2026, 9, 2), dt.date(2026, 9, 1))


def test_a_due_day_that_is_off_says_so_and_stays() -> None:
    (due,) = resolve(limit("-P7D"), dt.date(2027, 1, 1), WORKDAYS)
    assert due.day == dt.date(2026, 12, 25)
    assert due.day_off is not None
    assert (due.day_off.cause, due.day_off.name) == (Cause.PUBLIC, "Hari Raya Natal")


def test_collective_leave_is_working_or_not_by_the_setting() -> None:
    leave = dt.date(2026, 12, 24)
    off = WORKDAYS.off(leave)
    assert off is not None
    assert off.cause is Cause.COLLECTIVE_LEAVE
    works = Workdays(collective_leave_works=True)
    assert works.off(leave) is None
    anchor = dt.date(2026, 12, 28)
    assert (WORKDAYS.count(anchor, -1).day, works.count(anchor, -1).day) == (dt.date(2026, 12, 23), leave)


def test_a_date_that_rests_on_an_estimated_holiday_is_marked() -> None:
    eid = next(day for day in (dt.date(2035, 1, 1) + dt.timedelta(n) for n in range(365)) if _estimated(day))
    assert "perkiraan" not in WORKDAYS.off(eid).name  # type: ignore[union-attr]
    (due,) = resolve(limit("P1D"), eid - dt.timedelta(days=1), WORKDAYS)
    assert due.estimated
    (counted,) = resolve(limit("P3D", days="working"), eid - dt.timedelta(days=1), WORKDAYS)
    assert counted.estimated
    assert counted.day_off is None


def _estimated(day: dt.date) -> bool:
    off = WORKDAYS.off(day)
    return off is not None and off.estimated


def test_own_days_and_a_six_day_week_are_counted() -> None:
    own = Workdays(own={dt.date(2026, 12, 10): "Dies Natalis"}, weekend=frozenset({6}))
    assert own.count(dt.date(2026, 12, 9), 2).day == dt.date(2026, 12, 12)
    with pytest.raises(ValueError, match="working day"):
        Workdays(weekend=frozenset(range(7)))


def test_an_instant_follows_the_zone_and_jumps_over_a_clock_change() -> None:
    morning = dt.time(7, 30)
    assert moment(dt.date(2026, 12, 14), morning) == dt.datetime(2026, 12, 14, 0, 30, tzinfo=dt.UTC)
    assert moment(dt.date(2026, 12, 14), morning, "Asia/Jayapura").hour == 22
    skipped = moment(dt.date(2026, 3, 29), dt.time(2, 30), "Europe/Berlin")
    assert skipped == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    for wrong in ("Asia/Semarang", "../etc", ""):
        with pytest.raises(ResolveError, match="no time zone"):
            moment(dt.date(2026, 12, 14), morning, wrong)


ANCHORS = st.dates(dt.date(2000, 1, 1), dt.date(2080, 12, 31))
BEFORE = st.builds(lambda number, unit: f"-P{number}{unit}", st.integers(1, 40), st.sampled_from("DWM"))
WITHIN = BEFORE.map(lambda offset: offset[1:])
DAYS: st.SearchStrategy[Literal["calendar", "working"]] = st.sampled_from(("calendar", "working"))


def _due(offset: str, days: Literal["calendar", "working"], anchor: Anchor) -> Due:
    working = "working" if days == "working" and "M" not in offset else "calendar"
    return resolve(limit(offset, days=working), anchor, WORKDAYS)[0]  # type: ignore[arg-type]


@given(BEFORE, DAYS, ANCHORS, st.integers(0, 30))
def test_before_is_never_after_its_anchor(
    offset: str, days: Literal["calendar", "working"], anchor: dt.date, length: int
) -> None:
    period = Period(anchor, anchor + dt.timedelta(days=length))
    assert _due(offset, days, period).day < anchor


@given(WITHIN, DAYS, ANCHORS, st.integers(0, 30))
def test_within_is_never_before_its_anchor(
    offset: str, days: Literal["calendar", "working"], anchor: dt.date, length: int
) -> None:
    due = _due(offset, days, Period(anchor, anchor + dt.timedelta(days=length)))
    assert due.day > anchor + dt.timedelta(days=length)
    assert due.earliest == anchor + dt.timedelta(days=length)


@given(BEFORE | WITHIN, DAYS, ANCHORS, st.integers(0, 400))
def test_a_later_anchor_is_never_due_earlier(
    offset: str, days: Literal["calendar", "working"], anchor: dt.date, later: int
) -> None:
    assert _due(offset, days, anchor).day <= _due(offset, days, anchor + dt.timedelta(days=later)).day


@given(BEFORE | WITHIN, DAYS, ANCHORS)
def test_the_same_limit_and_anchor_give_the_same_day_from_any_calendar(
    offset: str, days: Literal["calendar", "working"], anchor: dt.date
) -> None:
    first = _due(offset, days, anchor)
    resolve(limit("R/P6M"), SEMESTER, WORKDAYS)
    assert _due(offset, days, anchor) == first
    assert _due(offset, days, Period(anchor, anchor)) == first


@given(st.sampled_from(("R/P6M", "R/P3M", "R/P1Y", "R/P1M", "R/P1W")), st.integers(1, 5), ANCHORS, st.integers(60, 400))
def test_the_parts_of_a_frequency_fill_its_period_without_gap(
    offset: str, times: int, start: dt.date, length: int
) -> None:
    period = Period(start, start + dt.timedelta(days=length))
    try:
        dues = resolve(limit(offset, times=times), period, WORKDAYS)
    except ResolveError:
        return
    assert dues[0].earliest == period.start
    assert dues[-1].day == period.end
    assert all(after.earliest == before.day + dt.timedelta(days=1) for before, after in pairwise(dues))


def test_every_numeric_deadline_and_frequency_of_the_documents_gives_dates(documents: tuple[Document, ...]) -> None:
    kinds = (TimeLimitKind.DEADLINE, TimeLimitKind.FREQUENCY)
    found = [each for one in documents for each in one.time_limits if each.kind in kinds and each.offset]
    for each in found:
        anchor = dt.date(2026, 9, 1) if each.offset == "R/P5Y" else SEMESTER
        assert resolve(each, anchor, WORKDAYS)
