"""Calendar files: what is read of them, what they change, and that no bytes do any harm."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from reminders.anchors import load_anchors
from reminders.calendar import OWN, DaysFault, Kinds
from reminders.calendar_changes import EventRow, Outcome, compare
from reminders.calendar_files import MOST_BYTES, MOST_ROWS, CalendarReader
from reminders.calendar_ics import export
from reminders.calendar_rows import CalendarFileError, FileFault, ReadCalendar, RowFault
from reminders.dates import DateFault
from store.events import CalendarEvent
from store.units import Unit, UnitKind

KINDS = Kinds(load_anchors())
UNITS = (
    Unit(1, UnitKind.FACULTY, None, "Fakultas Sains", None, None),
    Unit(2, UnitKind.PROGRAMME, "55201", "Informatika", "S1", 1),
    Unit(3, UnitKind.PROGRAMME, "55101", "Informatika", "S2", 1),
)
BOT = "TanyaMutuBot"
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
READER = CalendarReader(KINDS, UNITS, dt.date(2026, 11, 21), ZoneInfo("Asia/Jakarta"))


def read(content: bytes | str, name: str = "kalender") -> ReadCalendar:
    return READER.read(content.encode() if isinstance(content, str) else content, name)


def vevent(*lines: str) -> str:
    body = "\r\n".join(["BEGIN:VEVENT", "SUMMARY:Rapat", "DTSTART;VALUE=DATE:20261214", *lines, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\n{body}\r\nEND:VCALENDAR\r\n"


def timed(start: str, end: str) -> str:
    return (
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Rapat\r\nDTSTART{start}\r\nDTEND{end}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def days_of(taken: ReadCalendar) -> list[tuple[str, str]]:
    return [(str(row.starts), str(row.ends)) for row in taken.rows]


def faults_of(taken: ReadCalendar) -> list[tuple[int, object]]:
    return [(problem.number, problem.fault) for problem in taken.problems]


@pytest.mark.parametrize(
    ("content", "first", "last"),
    [
        (vevent(), "2026-12-14", "2026-12-14"),
        (vevent("DTEND;VALUE=DATE:20261220"), "2026-12-14", "2026-12-19"),
        (vevent("DTEND;VALUE=DATE:20261214"), "2026-12-14", "2026-12-14"),
        (vevent("DURATION:P6D"), "2026-12-14", "2026-12-19"),
        (timed(":20261214T080000", ":20261214T160000"), "2026-12-14", "2026-12-14"),
        (timed(":20261213T180000Z", ":20261214T160000Z"), "2026-12-14", "2026-12-14"),
        (
            timed(";TZID=Asia/Jayapura:20261214T010000", ";TZID=Asia/Jayapura:20261215T020000"),
            "2026-12-13",
            "2026-12-14",
        ),
        (
            timed(";TZID=America/New_York:20261214T200000", ";TZID=America/New_York:20261214T210000"),
            "2026-12-15",
            "2026-12-15",
        ),
    ],
)
def test_days_of_an_icalendar_are_those_in_the_zone_here(content: str, first: str, last: str) -> None:
    assert days_of(read(content)) == [(first, last)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (vevent("RRULE:FREQ=WEEKLY;COUNT=3"), RowFault.REPEATING),
        (vevent("STATUS:CANCELLED"), RowFault.CANCELLED),
        (vevent("DTEND;VALUE=DATE:20261201"), DaysFault.END_FIRST),
        (vevent("X-TANYAMUTU-UNIT:Informatika"), RowFault.UNIT_UNCLEAR),
        (vevent("X-TANYAMUTU-UNIT:Kedokteran"), RowFault.UNIT_UNKNOWN),
        (timed(";TZID=Nowhere:20261214T080000", ":20261214T160000"), RowFault.UNKNOWN_ZONE),
        (timed(":tomorrow", ":20261214T160000"), RowFault.NO_DATE),
        (timed(":00010101T000000Z", ":00010101T000000Z"), DaysFault.FAR),
        (vevent().replace("SUMMARY:Rapat\r\n", ""), RowFault.NO_NAME),
        (vevent().replace("Rapat", "R" * 201), RowFault.LONG_NAME),
    ],
)
def test_a_bad_event_is_named_and_the_rest_goes_in(content: str, fault: object) -> None:
    two = content.replace(
        "END:VCALENDAR", "BEGIN:VEVENT\r\nSUMMARY:UTS\r\nDTSTART:20261214\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    taken = read(two)
    assert faults_of(taken) == [(1, fault)]
    assert [(row.number, row.kind) for row in taken.rows] == [(2, "midterm")]


LIST = """Kalender Akademik;;;;
Nama Kegiatan;Jenis;Tanggal Mulai;Tanggal Selesai;Unit
UTS Gasal;;14 Des 2026;19/12/2026;
Kalkulus;ujian mata kuliah;14–19 Des 2026;;informatika s1
Rapat senat;;14 Des;;
;libur;14/12/2026;;
Wisuda;;31 Feb 2027;;
Yudisium;;sometime;;
UAS;;19/1/2027;11/1/2027;
KKN;;1/2/2027;1 Mar 2027;Fakultas Sains
UTS Gasal;;14 Des 2026;19/12/2026;universitas
Lomba;;1–3 Des 2026;5 Des 2026;
"""


def test_a_list_as_offices_write_it_is_read_row_by_row() -> None:
    taken = read(LIST)
    assert [(row.number, row.kind, row.label, row.unit_id) for row in taken.rows] == [
        (3, "midterm", "UTS Gasal", None),
        (4, "course_exam", "Kalkulus", 2),
        (10, "kkn", "", 1),
    ]
    assert faults_of(taken) == [
        (5, RowFault.PART_OF_DATE),
        (6, RowFault.NO_NAME),
        (7, DateFault.NO_DAY),
        (8, RowFault.NO_DATE),
        (9, DaysFault.END_FIRST),
        (11, RowFault.TWICE),
        (12, DateFault.SEVERAL),
    ]


def test_dates_of_a_workbook_are_read_as_the_days_they_are() -> None:
    made, target = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in (["name", "start", "end"], ["UTS", dt.datetime(2026, 12, 3), dt.date(2026, 12, 12)]):
        sheet.append(row)
    made.save(target)
    assert days_of(read(target.getvalue(), "calendar.xlsx")) == [("2026-12-03", "2026-12-12")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.UNREADABLE),
        (b"%PDF-1.7", FileFault.UNREADABLE),
        (b"just words", FileFault.UNREADABLE),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", FileFault.EMPTY),
        (b"BEGIN:VCALENDAR\r\nno colon", FileFault.UNREADABLE),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5_000, FileFault.EMPTY),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * (MOST_ROWS + 1), FileFault.TOO_MANY),
        (b"nama,mulai\n" + b"UTS,1/1/2027\n" * (MOST_ROWS + 1), FileFault.TOO_MANY),
        (b" " * (MOST_BYTES + 1), FileFault.TOO_LARGE),
    ],
)
def test_a_file_that_is_no_calendar_says_why(content: bytes, fault: FileFault) -> None:
    with pytest.raises(CalendarFileError) as caught:
        read(content)
    assert caught.value.fault is fault


# ---------------------------------------------------------------- out and in again

LABELS = st.text(max_size=30) | st.sampled_from(
    ["wisuda: wisuda", "UTS", "Libur; kuliah, dan\\n lagi", "day off:", ": x"]
)
EVENTS = st.lists(
    st.builds(
        lambda kind, label, unit, first, more, uid: (kind, label, unit, first, more, uid),
        st.sampled_from([kind.key for kind in KINDS.all]),
        LABELS,
        st.sampled_from([None, 1, 2, 3]),
        st.dates(dt.date(2000, 1, 1), dt.date(2099, 1, 1)),
        st.integers(0, 300),
        st.none() | st.from_regex(r"[a-z0-9-]{1,20}@[a-z]{1,9}", fullmatch=True),
    ),
    max_size=12,
)


def calendar_of(made: list[tuple[str, str, int | None, dt.date, int, str | None]]) -> list[CalendarEvent]:
    """Return events that may stand in one calendar: no two of one UID, no two alike, all with the name they need."""
    kept: dict[object, CalendarEvent] = {}
    uids: set[str | None] = set()
    for number, (kind, label, unit, first, more, uid) in enumerate(made, start=1):
        label = " ".join(label.split())
        if not KINDS.label(kind, label):
            label = f"Acara {number}"
        uid = None if uid in uids else uid
        uids.add(uid)
        last = first + dt.timedelta(days=more)
        key_of = (kind, KINDS.label(kind, label).casefold(), unit, first, last)
        kept.setdefault(key_of, CalendarEvent(number, kind, label, unit, first, last, uid))
    return list(kept.values())


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.sampled_from(["id", "en"]))
def test_what_is_exported_is_unchanged_when_it_is_imported(made: list[object], language: str) -> None:
    events = calendar_of(made)  # type: ignore[arg-type]
    content = export(events, KINDS, UNITS, "id" if language == "id" else "en", BOT, NOW)
    if not events:
        with pytest.raises(CalendarFileError):
            read(content)
        return
    taken = read(content)
    twice = {problem.number for problem in taken.problems if problem.fault is RowFault.TWICE}
    assert {problem.number for problem in taken.problems} == twice
    assert len(taken.rows) + len(twice) == len(events)
    assert {change.outcome for change in compare(events, taken.rows, KINDS, BOT)} == {Outcome.UNCHANGED}


def test_an_export_has_whole_days_exclusive_ends_and_kinds() -> None:
    event = CalendarEvent(7, "midterm", "", 2, dt.date(2026, 12, 14), dt.date(2026, 12, 19))
    (component,) = icalendar.Calendar.from_ical(export([event], KINDS, UNITS, "id", BOT, NOW)).walk("VEVENT")
    assert (component["DTSTART"].dt, component["DTEND"].dt) == (dt.date(2026, 12, 14), dt.date(2026, 12, 20))
    assert component["UID"] == "event-7@TanyaMutuBot"
    assert component["SUMMARY"] == "Ujian Tengah Semester (UTS)"
    assert component["CATEGORIES"].cats == ["midterm"]
    assert component["X-TANYAMUTU-UNIT"] == "55201"


# ---------------------------------------------------------------- what a list changes

KNOWN = CalendarEvent(1, "midterm", "", None, dt.date(2026, 12, 14), dt.date(2026, 12, 19), "abc@campus")


def row(
    starts: str, ends: str = "", *, number: int = 1, kind: str = "midterm", label: str = "", uid: str | None = None
) -> EventRow:
    first = dt.date.fromisoformat(starts)
    return EventRow(number, kind, label, None, first, dt.date.fromisoformat(ends) if ends else first, uid)


@pytest.mark.parametrize(
    ("listed", "outcome"),
    [
        (row("2026-12-14", "2026-12-19"), Outcome.UNCHANGED),
        (row("2026-12-14", "2026-12-19", label="UTS Gasal"), Outcome.UNCHANGED),
        (row("2026-12-16", "2026-12-21"), Outcome.CHANGED),
        (row("2026-11-16"), Outcome.CHANGED),
        (row("2027-04-12"), Outcome.ADDED),
        (row("2027-04-12", uid="abc@campus"), Outcome.CHANGED),
        (row("2026-12-14", "2026-12-19", uid="abc@campus", label="UTS Gasal"), Outcome.CHANGED),
        (row("2026-12-14", "2026-12-19", uid="abc@campus", kind="final_exam"), Outcome.DOUBTFUL),
        (row("2026-12-14", "2026-12-19", kind="final_exam"), Outcome.ADDED),
        (row("2026-12-14", "2026-12-19", uid=f"event-1@{BOT}"), Outcome.UNCHANGED),
    ],
)
def test_the_same_event_is_known_by_its_uid_or_by_kind_and_days(listed: EventRow, outcome: Outcome) -> None:
    (change,) = compare([KNOWN], [listed], KINDS, BOT)
    assert change.outcome is outcome


def test_two_rows_for_one_event_and_two_events_for_one_row_are_doubtful() -> None:
    two_rows = [row("2026-12-01", number=1), row("2027-01-04", number=2)]
    assert [change.outcome for change in compare([KNOWN], two_rows, KINDS, BOT)] == [Outcome.DOUBTFUL] * 2
    other = CalendarEvent(2, "midterm", "", None, dt.date(2027, 1, 4), dt.date(2027, 1, 9))
    (change,) = compare([KNOWN, other], [row("2026-12-28")], KINDS, BOT)
    assert change.outcome is Outcome.DOUBTFUL


def test_own_events_are_told_apart_by_their_names() -> None:
    known = CalendarEvent(1, OWN, "Dies Natalis", None, dt.date(2026, 12, 14), dt.date(2026, 12, 14))
    listed = [row("2026-12-14", kind=OWN, label="Rapat"), row("2026-12-15", kind=OWN, label="dies natalis", number=2)]
    assert [change.outcome for change in compare([known], listed, KINDS, BOT)] == [Outcome.ADDED, Outcome.CHANGED]


# ---------------------------------------------------------------- any bytes

VALID = export(
    [KNOWN, CalendarEvent(2, OWN, "Rapat, senat; “penuh”", 3, dt.date(2027, 1, 4), dt.date(2027, 1, 9))],
    KINDS,
    UNITS,
    "id",
    BOT,
    NOW,
)


def harmless(content: bytes) -> None:
    try:
        taken = read(content)
    except CalendarFileError:
        return
    assert taken.rows or taken.problems
    for one in taken.rows:
        assert one.starts <= one.ends


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"\x00")
@example(b"BEGIN:VCALENDAR\xff")
def test_random_bytes_do_no_harm(content: bytes) -> None:
    harmless(content)
    harmless(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + content)
    harmless(b"nama,mulai\n" + content)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(VALID)), st.integers(0, 40), st.binary(max_size=12))
def test_a_calendar_with_other_bytes_somewhere_does_no_harm(at: int, gone: int, other: bytes) -> None:
    harmless(VALID[:at] + other + VALID[at + gone :])
    harmless(VALID[:at])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(LIST.encode())), st.integers(0, 40), st.binary(max_size=12))
def test_a_list_with_other_bytes_somewhere_does_no_harm(at: int, gone: int, other: bytes) -> None:
    content = LIST.encode()
    harmless(content[:at] + other + content[at + gone :])
