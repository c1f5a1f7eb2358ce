"""How the calendar is written: events, their days with what is special about them, and what is wrong with dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from handlers.addresses import CalendarButton
from handlers.day_wording import FAULTS as DATE_FAULTS
from handlers.day_wording import off_text
from handlers.texts import N_, Html, Speech, fill
from handlers.turn import Button, Turn
from handlers.wording import unit_label
from reminders.calendar import DaysFault, path_of, workdays_of
from reminders.calendar_rows import Fault, FileFault, RowFault
from reminders.dates import DateFault, read_back
from reminders.workdays import Cause
from store.events import CalendarEvent
from store.permissions import Action, Subject, may
from store.units import Unit

FAULTS: Final[dict[DaysFault | RowFault, str]] = {
    DaysFault.END_FIRST: N_("The last day is before the first; correct one of them."),
    DaysFault.FAR: N_("The year must be between 2000 and 2100; correct it."),
    DaysFault.LONG: N_("An event lasts ten years at most, days off one year; correct the last day."),
    RowFault.DAMAGED: N_("A cell cannot be read; write it again as text."),
    RowFault.NO_NAME: N_("The name is missing; write it."),
    RowFault.LONG_NAME: N_("The name is longer than 200 characters; shorten it."),
    RowFault.NO_DATE: N_("“{words}” is no date; write it as 14 Des 2026."),
    RowFault.PART_OF_DATE: N_("“{words}” is not a whole date; write day, month and year."),
    RowFault.UNIT_UNKNOWN: N_("The unit “{words}” is not known; write its code or its name as in the list of units."),
    RowFault.UNIT_UNCLEAR: N_("“{words}” names several units; write the code."),
    RowFault.REPEATING: N_("It repeats itself, which is not read; write an event for each time."),
    RowFault.CANCELLED: N_("It is cancelled; remove it from the calendar here, if it stands there."),
    RowFault.UNKNOWN_ZONE: N_("The time zone “{words}” is not known; write the days without times."),
    RowFault.TWICE: N_("It is the same event as number {words}; keep one of them."),
    RowFault.NOT_YOURS: N_("It is for another unit than yours; ask the quality office to enter it."),
}
FILE_FAULTS: Final[dict[FileFault, str]] = {
    FileFault.TOO_LARGE: N_("The file is larger than 5 MB. Send one with the calendar alone."),
    FileFault.TOO_MANY: N_("The file has more than 10,000 events. Split it into several files."),
    FileFault.EMPTY: N_("The file holds no event. Look whether it is the right one."),
    FileFault.UNREADABLE: N_(
        "The file cannot be read as a calendar. Send an iCalendar file (.ics), or a list as CSV or XLSX with the"
        " columns <i>nama</i> and <i>mulai</i>, and if you like <i>selesai</i>, <i>jenis</i> and <i>unit</i>."
    ),
}


def fault_text(t: Speech, fault: Fault, words: str = "") -> str:
    """Return, as plain text, what is wrong with a date or a row, and how to mend it."""
    text = DATE_FAULTS[fault] if isinstance(fault, DateFault) else FAULTS[fault]
    return t.plain(text, words=words)


def event_title(turn: Turn, kind: str, label: str) -> str:
    """Return what an event is called, in the reader's language."""
    return turn.rooms.kinds.title(kind, label, turn.language)


def days_text(turn: Turn, starts: dt.date, ends: dt.date) -> str:
    """Return days in full, with their weekdays."""
    first = read_back(starts, turn.language)
    return first if starts == ends else f"{first} – {read_back(ends, turn.language)}"


def for_whom(turn: Turn, unit_id: int | None) -> str:
    """Return the name of the unit that an event is for; at the desk. Raises `UnitNotFoundError`."""
    return turn.t.plain("the whole university") if unit_id is None else unit_label(turn.rooms.store.units.get(unit_id))


def day_notes(
    turn: Turn, events: Iterable[CalendarEvent], unit: Unit | None, days: Sequence[dt.date], *, named_only: bool = False
) -> list[Html]:
    """Return a note for each of the days that is off for a unit: why, and whether that is an estimate.

    ``events`` hold the own days off; with ``named_only`` weekends are not worth a note.
    """
    workdays = workdays_of(
        events,
        path_of(unit),
        collective_leave_works=turn.rooms.running.almanac.collective_leave_works,
        language=turn.language,
    )
    found = [(day, workdays.off(day)) for day in dict.fromkeys(days)]
    return [
        fill("{day}: {note}", day=read_back(day, turn.language), note=off_text(turn.t, off))
        for day, off in found
        if off is not None and not (named_only and off.cause is Cause.WEEKEND)
    ]


def to_calendar(turn: Turn) -> Button:
    """Return the button back to the list."""
    return Button(turn.t.plain("To the calendar"), CalendarButton("list").data())


def may_manage(turn: Turn, unit_id: int | None) -> bool:
    """Whether the person may change what a unit has in the calendar; at the desk. Raises `UnitNotFoundError`."""
    unit_ids = frozenset[int]() if unit_id is None else turn.rooms.store.units.chain(unit_id)
    return may(turn.person, Action.MANAGE_CALENDAR, Subject(unit_ids=unit_ids))
