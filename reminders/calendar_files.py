"""Calendar files, iCalendar as well as CSV and XLSX, into rows of events.

Whatever the bytes, rows come out with what is wrong with the others, or a CalendarFileError; nothing else is
raised. Problems are named by their fault, for the chat to say in the reader's language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from corpus.lexicon.matching import key
from reminders.calendar import COURSE_EXAM, LABELLED, OWN, Kinds, fault_of, printable
from reminders.calendar_changes import EventRow
from reminders.calendar_ics import components_of, event_of
from reminders.calendar_rows import CalendarFileError, FileFault, RawEvent, ReadCalendar, RowError, RowFault, RowProblem
from reminders.dates import DateError, DateFault, FullDate
from reminders.periods import Written, read_days
from store.events import LONGEST_LABEL
from store.lists import read_list
from store.sheets import SheetError
from store.units import Unit

MOST_BYTES = 5_000_000
MOST_ROWS = 10_000

_BEGIN = re.compile(rb"\s*BEGIN\s*:\s*VCALENDAR", re.IGNORECASE)
_EVENT = re.compile(rb"^BEGIN:VEVENT", re.IGNORECASE | re.MULTILINE)
_MARK = b"\xef\xbb\xbf"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("jenis", "jenis kegiatan", "kategori", "kind", "type", "category"),
    "name": ("nama", "nama kegiatan", "kegiatan", "acara", "agenda", "uraian", "name", "event", "activity", "title"),
    "starts": ("mulai", "tanggal", "tanggal mulai", "dari", "awal", "start", "starts", "start date", "date"),
    "ends": ("selesai", "tanggal selesai", "sampai", "akhir", "end", "ends", "end date", "until"),
    "unit": ("unit", "untuk", "prodi", "program studi", "fakultas", "for", "faculty", "programme", "study programme"),
}
_NEEDS = ("name", "starts")
_EVERYBODY = frozenset({"universitas", "university", "semua", "all"})


Item = TypeVar("Item")


def has_events(content: bytes, name: str) -> bool:
    """Whether a list has the columns that a calendar needs; ``name`` is the file's."""
    try:
        return bool(read_list(content, name, _COLUMNS, _NEEDS, _Cells).rows)
    except SheetError:
        return False


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row of a sheet, as `store.lists` reads it."""

    number: int
    name: str
    starts: str
    kind: str = ""
    ends: str = ""
    unit: str = ""


@dataclass(frozen=True)
class CalendarReader:
    """Reads files: with the kinds of events, the units, the day on which it was sent and the zone of times in it."""

    kinds: Kinds
    units: Sequence[Unit]
    today: dt.date
    zone: ZoneInfo

    def read(self, content: bytes, name: str) -> ReadCalendar:
        """Return the events of a file; ``name`` is the file's, for messages. Raise CalendarFileError."""
        if len(content) > MOST_BYTES:
            raise CalendarFileError(FileFault.TOO_LARGE)
        if _BEGIN.match(content.removeprefix(_MARK)):
            taken = self._from_icalendar(content.removeprefix(_MARK))
        else:
            taken = self._from_sheet(content, name)
        if not taken.rows and not taken.problems:
            raise CalendarFileError(FileFault.EMPTY)
        return taken

    def _from_icalendar(self, content: bytes) -> ReadCalendar:
        if len(_EVENT.findall(content)) > MOST_ROWS:
            raise CalendarFileError(FileFault.TOO_MANY)
        return self._taken(enumerate(components_of(content), start=1), lambda event: event_of(event, self.zone))

    def _from_sheet(self, content: bytes, name: str) -> ReadCalendar:
        try:
            listed = read_list(content, name, _COLUMNS, _NEEDS, _Cells)
        except SheetError as error:
            raise CalendarFileError(FileFault.UNREADABLE, str(error)) from error
        if len(listed.rows) + len(listed.problems) > MOST_ROWS:
            raise CalendarFileError(FileFault.TOO_MANY)
        damaged = [RowProblem(problem.number, RowFault.DAMAGED) for problem in listed.problems]
        taken = self._taken(((row.number, row) for row in listed.rows), lambda row: _of_cells(row, self.today))
        return ReadCalendar(taken.rows, tuple(sorted((*taken.problems, *damaged), key=lambda one: one.number)))

    def _taken(self, items: Iterable[tuple[int, Item]], read: Callable[[Item], RawEvent]) -> ReadCalendar:
        """Read items one by one; what is wrong with one leaves the others as they are."""
        rows: list[EventRow] = []
        problems: list[RowProblem] = []
        seen: dict[object, int] = {}
        named = _units_by_words(self.units)
        for number, item in items:
            try:
                row = self._row(number, read(item), named)
                _check_once(row, seen)
            except RowError as error:
                problems.append(RowProblem(number, error.fault, error.words))
            else:
                rows.append(row)
        return ReadCalendar(tuple(rows), tuple(problems))

    def _row(self, number: int, raw: RawEvent, named: Mapping[tuple[str, ...], set[int]]) -> EventRow:
        kind = self.kinds.recognise(raw.kind or raw.name)
        label = self.kinds.label(kind, raw.name)
        if kind == COURSE_EXAM and not label and not raw.kind:
            kind, label = OWN, printable(raw.name)
        if kind in LABELLED and not label:
            raise RowError(RowFault.NO_NAME)
        if len(label) > LONGEST_LABEL:
            raise RowError(RowFault.LONG_NAME, label[:50])
        fault = fault_of(kind, raw.starts, raw.ends)
        if fault:
            raise RowError(fault)
        return EventRow(number, kind, label, _unit_id(raw.unit, named), raw.starts, raw.ends, raw.uid)


def _check_once(row: EventRow, seen: dict[object, int]) -> None:
    """Raise RowError where an earlier row has the same UID, or is the same event; `seen` keeps both."""
    for same in (row.uid, (row.kind, key(row.label), row.unit_id, row.starts, row.ends)):
        if same is not None and seen.setdefault(same, row.number) != row.number:
            raise RowError(RowFault.TWICE, str(seen[same]))


# ---------------------------------------------------------------- CSV and XLSX


def _of_cells(cells: _Cells, today: dt.date) -> RawEvent:
    """Return what a row says; its first day may hold the last one as well (``14–19 Des 2026``). Raise RowError."""
    if not cells.starts:
        raise RowError(RowFault.NO_DATE)
    try:
        first, last = read_days(cells.starts, today), read_days(cells.ends, today) if cells.ends else None
    except DateError as error:
        raise RowError(error.fault, error.words[:50]) from error
    if first is None or (cells.ends and last is None):
        raise RowError(RowFault.NO_DATE, (cells.ends if first else cells.starts)[:50])
    if last is not None and (first.last is not None or last.last is not None):
        raise RowError(DateFault.SEVERAL, f"{cells.starts} / {cells.ends}"[:50])
    starts = _whole(first.first)
    ends = _whole(last.first if last else first.last or first.first)
    return RawEvent(cells.name, cells.kind, cells.unit, starts, ends)


def _whole(day: Written) -> dt.date:
    if isinstance(day, FullDate):
        return day.day
    raise RowError(RowFault.PART_OF_DATE, day.words[:50])


# ---------------------------------------------------------------- units


def _units_by_words(units: Iterable[Unit]) -> dict[tuple[str, ...], set[int]]:
    """Return the units by their codes, and by the words of their names, with the level or without."""
    named: dict[tuple[str, ...], set[int]] = {}
    for unit in units:
        for words in (unit.code or "", unit.name, f"{unit.name} {unit.level or ''}"):
            named.setdefault(tuple(sorted(key(words))), set()).add(unit.id)
    return named


def _unit_id(words: str, named: Mapping[tuple[str, ...], set[int]]) -> int | None:
    wanted = tuple(sorted(key(words)))
    if not wanted or (len(wanted) == 1 and wanted[0] in _EVERYBODY):
        return None
    found = named.get(wanted, set())
    if len(found) != 1:
        raise RowError(RowFault.UNIT_UNCLEAR if found else RowFault.UNIT_UNKNOWN, printable(words)[:50])
    return next(iter(found))
