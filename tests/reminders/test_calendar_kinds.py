"""The kinds of the calendar, which event counts for whom, and the days off."""

import datetime as dt

import pytest

from reminders.anchors import load_anchors
from reminders.calendar import (
    DAY_OFF,
    OWN,
    DaysFault,
    Kinds,
    counting,
    fault_of,
    path_of,
    workdays_of,
)
from reminders.workdays import Cause
from store.events import CalendarEvent
from store.units import Unit, UnitKind

KINDS = Kinds(load_anchors())
PROGRAMME, FACULTY, OTHER = 3, 2, 9
PATH = (PROGRAMME, FACULTY)
TODAY = dt.date(2026, 11, 21)


def event(number: int, starts: str, ends: str = "", unit: int | None = None, label: str = "") -> CalendarEvent:
    first = dt.date.fromisoformat(starts)
    return CalendarEvent(
        number, "midterm", label, unit, first, dt.date.fromisoformat(ends) if ends else first, None, None
    )


def test_kinds_of_runs_are_not_entered_and_own_ones_come_last() -> None:
    keys = [kind.key for kind in KINDS.all]
    assert keys[-2:] == [DAY_OFF, OWN]
    assert "midterm" in keys
    assert not {"activity", "step_before"} & set(keys)
    assert all(kind.name("id") and kind.name("en") for kind in KINDS.all)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("UTS", "midterm"),
        ("Ujian Tengah Semester Gasal 2026/2027", "midterm"),
        ("UTS (Ujian Tengah Semester)", "midterm"),
        ("mid-term examination", "midterm"),
        ("Pelaksanaan UAS Semester Genap", "final_exam"),
        ("WISUDA", "graduation"),
        ("Wisuda Sarjana ke-85", "graduation"),
        ("Pengisian KRS", "krs"),
        ("Awal Perkuliahan Semester Gasal", "semester_start"),
        ("Semester Gasal 2026/2027", "semester"),
        ("mark_entry", "mark_entry"),
        ("AMI 2026", "audit"),
        ("Libur Hari Raya Natal", DAY_OFF),
        ("Cuti bersama Idul Fitri", DAY_OFF),
        ("Libur semester", OWN),
        ("Gladi Wisuda", OWN),
        ("Batas akhir pengisian KRS", OWN),
        ("Pembayaran SPP semester genap", OWN),
        ("kegiatan", OWN),
        ("", OWN),
    ],
)
def test_a_kind_is_recognised_by_its_words_and_by_nothing_beside_them(words: str, kind: str) -> None:
    assert KINDS.recognise(words) == kind


@pytest.mark.parametrize(
    ("kind", "label", "title"),
    [
        ("graduation", "", "Wisuda"),
        ("graduation", "Wisuda ke-85", "Wisuda ke-85"),
        ("course_exam", "Kalkulus", "Ujian mata kuliah: Kalkulus"),
        ("course_exam", "ujian mata kuliah: Kalkulus", "Ujian mata kuliah: Kalkulus"),
        (OWN, "Dies Natalis", "Dies Natalis"),
        ("a kind that is no more", "Rapat", "Rapat"),
    ],
)
def test_a_title_names_kind_and_label_once(kind: str, label: str, title: str) -> None:
    assert KINDS.title(kind, label, "id") == title
    assert KINDS.label(kind, title) == KINDS.label(kind, label)


def test_the_programmes_event_counts_before_the_facultys_and_the_universitys() -> None:
    all_of_them = [
        event(1, "2026-12-14"),
        event(2, "2026-12-21", unit=FACULTY),
        event(3, "2027-01-04", unit=PROGRAMME),
        event(4, "2026-12-01", unit=OTHER),
    ]
    assert [getattr(counting(all_of_them, path, TODAY), "id", None) for path in (PATH, (FACULTY,), (), (OTHER,))] == [
        3,
        2,
        1,
        4,
    ]


def test_the_next_that_is_not_over_counts_else_the_last() -> None:
    both = [event(1, "2026-11-16", "2026-11-21"), event(2, "2027-04-12")]
    assert [getattr(counting(both, (), day), "id", None) for day in (TODAY, TODAY + dt.timedelta(days=1))] == [1, 2]
    assert getattr(counting(both, (), dt.date(2030, 1, 1)), "id", None) == 2
    assert counting([], PATH, TODAY) is None


def test_an_own_event_that_is_over_still_takes_the_place_of_the_universitys() -> None:
    occasion = [event(1, "2026-12-14"), event(2, "2026-11-02", unit=PROGRAMME), event(3, "2027-05-03")]
    assert getattr(counting(occasion, PATH, TODAY), "id", None) == 3


def test_days_off_are_those_of_the_university_and_of_what_the_unit_belongs_to() -> None:
    kept = [
        CalendarEvent(1, DAY_OFF, "Dies Natalis", None, dt.date(2026, 12, 2), dt.date(2026, 12, 3)),
        CalendarEvent(2, DAY_OFF, "Hari Prodi", PROGRAMME, dt.date(2026, 12, 8), dt.date(2026, 12, 8)),
        event(3, "2026-12-09"),
    ]
    ours, theirs = workdays_of(kept, PATH), workdays_of(kept, (OTHER,))
    off = ours.off(dt.date(2026, 12, 3))
    assert off is not None
    assert (off.cause, off.name) == (Cause.OWN, "Dies Natalis")
    assert ours.off(dt.date(2026, 12, 8)) is not None
    assert theirs.off(dt.date(2026, 12, 8)) is None
    assert ours.off(dt.date(2026, 12, 9)) is None


def test_the_path_of_a_unit_begins_with_itself() -> None:
    faculty = Unit(FACULTY, UnitKind.FACULTY, None, "Sains", None, None)
    programme = Unit(PROGRAMME, UnitKind.PROGRAMME, "55201", "Informatika", "S1", FACULTY)
    assert [path_of(unit) for unit in (None, faculty, programme)] == [(), (FACULTY,), PATH]


@pytest.mark.parametrize(
    ("kind", "first", "last", "fault"),
    [
        ("midterm", "2026-12-14", "2026-12-13", DaysFault.END_FIRST),
        ("midterm", "1999-12-31", "2000-01-01", DaysFault.FAR),
        ("midterm", "2100-12-31", "2101-01-01", DaysFault.FAR),
        (OWN, "2026-01-01", "2040-01-01", DaysFault.LONG),
        (DAY_OFF, "2026-01-01", "2027-02-01", DaysFault.LONG),
        (OWN, "2026-01-01", "2027-02-01", None),
    ],
)
def test_days_that_cannot_be_meant_are_refused(kind: str, first: str, last: str, fault: DaysFault | None) -> None:
    assert fault_of(kind, dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == fault
