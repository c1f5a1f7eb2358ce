"""How days are written, what is special about them, and what is wrong with words that should be one."""

from __future__ import annotations

import datetime as dt
from typing import Final

from handlers.texts import N_, Html, Speech, fill
from reminders.dates import DateError, DateFault, read_back
from reminders.workdays import Cause, DayOff, Workdays
from store.wishes import WishRefusedError

FAULTS: Final[dict[DateFault, str]] = {
    DateFault.SEVERAL: N_("“{words}” holds several dates; write one of them."),
    DateFault.NO_DAY: N_("“{words}” is no day of the calendar; write another date."),
    DateFault.NO_DAY_OF_MONTH: N_("“{words}” is no day of a month; write another date."),
    DateFault.OTHER_WEEKDAY: N_("“{words}” is on another day of the week; correct the weekday or the date."),
    DateFault.NIGHT: N_("“{words}” may be of this day or the next; write its day, and the time as 00.00 to 23.59."),
    DateFault.NO_TIME: N_("“{words}” is no time of the day; write it as 09.00."),
}
"""What is wrong with words that should be a date, and how to mend it."""
REFUSALS: Final = (
    N_("The time of reminders lies in the quiet hours: change one of them."),
    N_("A reminder needs 1 to 500 characters: write what it is about."),
    N_("200 of your reminders wait already: remove some with /jadwal."),
)
"""What the store says to a wish that cannot be kept, for the catalog."""
_CAUSES: Final[dict[Cause, str]] = {
    Cause.WEEKEND: N_("weekend"),
    Cause.PUBLIC: N_("public holiday: {name}"),
    Cause.COLLECTIVE_LEAVE: N_("collective leave: {name}"),
    Cause.OWN: N_("day off: {name}"),
}


def date_fault(t: Speech, error: DateError) -> Html:
    """Return what is wrong with words that should be a date, and how to mend it."""
    return t(FAULTS[error.fault], words=error.words)


def refusal(t: Speech, error: WishRefusedError) -> str:
    """Return, as plain text, why a wish cannot be kept."""
    return t.plain(str(error))


def off_text(t: Speech, off: DayOff) -> Html:
    """Return why a day is off, and whether that is an estimate."""
    cause = t(_CAUSES[off.cause], name=off.name)
    return fill("{cause} {mark}", cause=cause, mark=t("(estimated)")) if off.estimated else cause


def day_with_note(t: Speech, day: dt.date, workdays: Workdays, time: dt.time | None = None) -> Html:
    """Return a day in full with its weekday, and why it is off, if it is: ``Jumat, 25 Desember 2026 (libur: …)``."""
    full = read_back(day, t.language, time)
    off = workdays.in_language(t.language).off(day)
    return fill("{day}", day=full) if off is None else fill("{day} ({why})", day=full, why=off_text(t, off))
