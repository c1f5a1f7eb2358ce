"""Events as calendar files have them, before it is known whether they can be taken, and what may be wrong with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from reminders.calendar import DaysFault
from reminders.calendar_changes import EventRow
from reminders.dates import DateFault


class FileFault(StrEnum):
    """Why a file is no calendar that can be read."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    EMPTY = "empty"


class CalendarFileError(ValueError):
    """A file that is no calendar that can be read; the message says more where there is more to say."""

    def __init__(self, fault: FileFault, detail: str = "") -> None:
        super().__init__(detail or fault)
        self.fault = fault
        self.detail = detail


class RowFault(StrEnum):
    """Why a row is left out; `DaysFault` and `DateFault` say it of the days."""

    DAMAGED = "damaged"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    NO_DATE = "no_date"
    PART_OF_DATE = "part_of_date"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_UNCLEAR = "unit_unclear"
    REPEATING = "repeating"
    CANCELLED = "cancelled"
    UNKNOWN_ZONE = "unknown_zone"
    TWICE = "twice"
    NOT_YOURS = "not_yours"


Fault = RowFault | DaysFault | DateFault


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row (or the event at this position) that is left out: why, and the words that are wrong."""

    number: int
    fault: Fault
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReadCalendar:
    """What a file holds: events, and what cannot be taken, both by their row or position (from 1)."""

    rows: tuple[EventRow, ...]
    problems: tuple[RowProblem, ...]


class RowError(Exception):
    """A row that is left out."""

    def __init__(self, fault: Fault, words: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.words = words


@dataclass(frozen=True, slots=True)
class RawEvent:
    """What a row says, before it is known whether it can be taken."""

    name: str
    kind: str
    unit: str
    starts: dt.date
    ends: dt.date
    uid: str | None = None
