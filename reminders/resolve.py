"""From a time limit and what it is counted from to the days on which something is due.

Deadlines are counted from an event: ``-P3D`` is due three days before its first day, ``P7D`` seven days after
its last. Calendar months end on the last day where a month is too short (31 March less a month is 28 February).
Frequencies are counted in a period (``R/P6M`` once in a semester: until its last day) or from the day on which
it was last done. Where a clause asks for it several times in a period, the period is cut into equal parts and
each part's last day is proposed: the clause itself names no day. A half semester (``R/P3M``) is half of the
semester given, however long it is. A day that is off says so and is never moved.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from corpus.model import TimeLimit
from reminders.dates import months_on
from reminders.workdays import Counted, DayOff, Workdays

DEFAULT_ZONE = "Asia/Jakarta"
_LENGTH = re.compile(r"(?P<sign>-?)P(?P<number>\d{1,4})(?P<unit>[DWMY])")
_WHOLE_PERIOD = {"P6M": 1, "P3M": 2, "P1Y": 1}
"""Into how many parts these frequencies cut the period they are given: a semester, or an academic year."""


class ResolveError(ValueError):
    """A limit that gives no date; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included. Raise ResolveError if it ends before it starts."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        """Check the order of the days."""
        if self.end < self.start:
            raise ResolveError(f"The period ends on {self.end}, before it starts on {self.start}; correct one of them.")


Anchor = dt.date | Period


@dataclass(frozen=True, slots=True)
class Due:
    """A day on which something is due, at the latest.

    ``earliest`` is the first day for it where the limit opens with its anchor or is a range; ``day_off`` says
    that ``day`` is no working day; ``estimated`` that it rests on a holiday that may yet change; ``proposed``
    that the clause asks for a number of times and names no day.
    """

    day: dt.date
    earliest: dt.date | None = None
    day_off: DayOff | None = None
    estimated: bool = False
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class _Length:
    """A signed number of days or calendar months."""

    number: int
    months: bool


def resolve(limit: TimeLimit, anchor: Anchor, workdays: Workdays) -> tuple[Due, ...]:
    """Return the due days of a limit, in order; a deadline has one, a frequency as many as its period holds.

    ``anchor`` is the event (or period) a deadline is counted from, the period in which a frequency is kept, or
    the day on which it was last kept. Raise ResolveError if the limit has no number, counts in hours, asks for
    working days of months, needs a longer period or leaves the calendar.
    """
    if limit.offset is None:
        raise ResolveError(f"“{limit.quote}” gives no number; set a date by hand.")
    try:
        if limit.offset.startswith("R/"):
            return _frequency(limit, limit.offset.removeprefix("R/"), anchor, workdays)
        return (_deadline(limit, limit.offset, anchor, workdays),)
    except (OverflowError, ValueError) as error:
        if isinstance(error, ResolveError):
            raise
        raise ResolveError(f"“{limit.quote}” from this day leaves the calendar; choose another day.") from error


def moment(day: dt.date, time: dt.time, zone: str = DEFAULT_ZONE) -> dt.datetime:
    """Return the instant (in UTC) of a day and time in a zone; a time that a clock change skips is moved behind it.

    Raise ResolveError for a zone that does not exist.
    """
    try:
        local = dt.datetime.combine(day, time, tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ResolveError(f"“{zone}” is no time zone; write one like {DEFAULT_ZONE}.") from error
    return local.astimezone(dt.UTC)


# ---------------------------------------------------------------- deadlines


def _deadline(limit: TimeLimit, offset: str, anchor: Anchor, workdays: Workdays) -> Due:
    """Count from the event; of a range (``P2Y/P3Y``) the first length opens and the second closes."""
    lengths = [_length(limit, part) for part in offset.split("/")]
    days = sorted((_counted(limit, anchor, length, workdays) for length in lengths), key=lambda counted: counted.day)
    if len(days) > 1:
        earliest: dt.date | None = days[0].day
    else:
        earliest = _last(anchor) if lengths[0].number > 0 else None
    return _due(days[-1], workdays, earliest=earliest)


def _counted(limit: TimeLimit, anchor: Anchor, length: _Length, workdays: Workdays) -> Counted:
    base = _first(anchor) if length.number < 0 else _last(anchor)
    if limit.days == "working":
        if length.months:
            raise ResolveError(f"“{limit.quote}” counts working days in months; set a date by hand.")
        return workdays.count(base, length.number)
    return Counted(_moved(base, length), estimated=False)


def _due(counted: Counted, workdays: Workdays, *, earliest: dt.date | None = None, proposed: bool = False) -> Due:
    off = workdays.off(counted.day)
    estimated = counted.estimated or (off is not None and off.estimated)
    return Due(counted.day, earliest, off, estimated, proposed)


def _first(anchor: Anchor) -> dt.date:
    return anchor.start if isinstance(anchor, Period) else anchor


def _last(anchor: Anchor) -> dt.date:
    return anchor.end if isinstance(anchor, Period) else anchor


# ---------------------------------------------------------------- frequencies


def _frequency(limit: TimeLimit, offset: str, anchor: Anchor, workdays: Workdays) -> tuple[Due, ...]:
    parts = _periods(limit, offset, anchor)
    return tuple(
        _due(Counted(part.end, estimated=False), workdays, earliest=part.start, proposed=limit.times > 1)
        for whole in parts
        for part in _cut(whole, limit.times)
    )


def _periods(limit: TimeLimit, offset: str, anchor: Anchor) -> list[Period]:
    """Return the periods in each of which the limit is to be kept ``times`` times."""
    lengths = sorted((_length(limit, part) for part in offset.split("/")), key=lambda length: length.number)
    if not isinstance(anchor, Period):
        return [Period(anchor + dt.timedelta(days=1), _moved(anchor, lengths[-1]))]
    if offset in _WHOLE_PERIOD:
        return _cut(anchor, _WHOLE_PERIOD[offset])
    return _steps(limit, lengths[-1], anchor)


def _steps(limit: TimeLimit, length: _Length, period: Period) -> list[Period]:
    """Go through a period week by week or month by month; what is left at its end is the last step."""
    if _moved(period.start, length) > period.end + dt.timedelta(days=1):
        raise ResolveError(f"“{limit.quote}” is longer than the period; give the day on which it was last done.")
    steps: list[Period] = []
    start = period.start
    while start <= period.end:
        following = _moved(period.start, _Length(length.number * (len(steps) + 1), length.months))
        steps.append(Period(start, min(following - dt.timedelta(days=1), period.end)))
        start = following
    return steps


def _cut(period: Period, parts: int) -> list[Period]:
    """Cut a period into equal parts (to the day); raise ResolveError if it has fewer days than parts."""
    days = (period.end - period.start).days + 1
    if days < parts:
        raise ResolveError(f"A period of {days} days cannot hold {parts} dates; choose a longer one.")
    bounds = [period.start + dt.timedelta(days=days * part // parts) for part in range(parts + 1)]
    return [Period(start, end - dt.timedelta(days=1)) for start, end in pairwise(bounds)]


# ---------------------------------------------------------------- lengths


def _length(limit: TimeLimit, offset: str) -> _Length:
    match = _LENGTH.fullmatch(offset)
    if not match or int(match["number"]) == 0:
        raise ResolveError(f"“{limit.quote}” is not counted in days, weeks, months or years; set a date by hand.")
    number = int(match["number"]) * (-1 if match["sign"] else 1)
    factor = {"D": 1, "W": 7, "M": 1, "Y": 12}[match["unit"]]
    return _Length(number * factor, months=match["unit"] in "MY")


def _moved(day: dt.date, length: _Length) -> dt.date:
    if not length.months:
        return day + dt.timedelta(days=length.number)
    return months_on(day, length.number)
