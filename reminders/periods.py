"""Days as people write them: one day, or a first and a last one (``14–19 Des 2026``).

A part that a person leaves out is asked, never filled (`reminders.dates`). One thing is not left out: where the
last day of a period names the year, the first is the nearest such day before it (``28 Des – 5 Jan 2027``).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from babel.dates import format_date

from reminders.dates import LONGEST, DateError, DateFault, FullDate, PartialDate, months_on, read_date

Written = FullDate | PartialDate
CHOICES = 2
"""Days that are offered where the year, the month or the week is missing."""
_YEARS_AHEAD, _MONTHS_AHEAD = 9, 48

_TO = r"(?:\s*[–—]\s*|\s+-\s+|\s*\bs\s?[./]\s?d\.?\s*|\s+(?:sampai(?:\s+dengan)?|hingga|to|until|till?)\s+)"
_SAME_MONTH = re.compile(
    rf"(?P<first>[0-9]{{1,2}})(?:{_TO}|\s*-\s*)(?P<last>[0-9]{{1,2}})(?P<rest>\s+[^\W\d_].*)", re.IGNORECASE
)
_TWO_DAYS = re.compile(rf"(?P<first>.*?\S){_TO}(?P<last>\S.*)", re.IGNORECASE)
_FROM = re.compile(r"^(?:(?:mulai|dari|from)\s+)?(?:(?:tanggal|tgl\.?)\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Days:
    """The first day that words name, and the last where they name one."""

    first: Written
    last: Written | None = None


def read_days(text: str, today: dt.date) -> Days | None:
    """Return the days that ``text`` holds, None if it holds none.

    ``today`` is the day on which it was written. Raise DateError for what cannot be days.
    """
    text = " ".join(text[:LONGEST].split())
    return _read_period(text, today) or _read_one(text, today)


def choices(partial: PartialDate, earliest: dt.date, today: dt.date) -> tuple[dt.date, ...]:
    """Return the next days from ``earliest`` on that fit the words; none where the day itself is missing."""
    if "day" in partial.missing:
        return ()
    if partial.missing == ("week",):
        ahead = max(0, -(-(earliest - partial.suggestion).days // 7))
        first = partial.suggestion + dt.timedelta(weeks=ahead)
        return tuple(first + dt.timedelta(weeks=more) for more in range(CHOICES))
    found = []
    for words in _completed(partial, earliest):
        try:
            day = read_date(words, today)
        except DateError:
            continue
        if isinstance(day, FullDate) and day.day >= earliest and day.day not in found:
            found.append(day.day)
    return tuple(found[:CHOICES])


def _read_one(text: str, today: dt.date) -> Days | None:
    found = read_date(text, today)
    return Days(found) if found else None


def _read_period(text: str, today: dt.date) -> Days | None:
    """Return a first and a last day, None where the words do not name both."""
    plain = _FROM.sub("", text)
    same = _SAME_MONTH.fullmatch(plain)
    if same:
        return _matched(read_date(same["first"] + same["rest"], today), read_date(same["last"] + same["rest"], today))
    two = _TWO_DAYS.fullmatch(plain)
    if not two:
        return None
    try:
        return _matched(read_date(two["first"], today), read_date(two["last"], today))
    except DateError as error:
        if error.fault is DateFault.SEVERAL:  # the words to were no words between two days
            return None
        raise


def _matched(first: Written | None, last: Written | None) -> Days | None:
    if first is None or last is None:
        return None
    if isinstance(first, PartialDate) and first.missing == ("year",) and isinstance(last, FullDate):
        return Days(_year_before(first, last), last)
    return Days(first, last)


def _year_before(first: PartialDate, last: FullDate) -> Written:
    """Return the day in the year in which it comes last before ``last``; as written where there is none such."""
    for year in (last.day.year, last.day.year - 1):
        try:
            found = read_date(_with_year(first.words, year), last.day)
        except DateError:
            continue
        if isinstance(found, FullDate) and found.day <= last.day:
            return found
    return first


def _completed(partial: PartialDate, earliest: dt.date) -> list[str]:
    """Return the words with the years, or the months, that may have been meant."""
    start = max(earliest, partial.suggestion)
    if partial.missing == ("year",):
        years = range(min(earliest, partial.suggestion).year, start.year + _YEARS_AHEAD)
        return [_with_year(partial.words, year) for year in years if year <= dt.MAXYEAR]
    months = [months_on(earliest.replace(day=1), ahead) for ahead in range(_MONTHS_AHEAD)]
    return [f"{partial.words} {format_date(month, 'MMMM y', locale='id')}" for month in months]


def _with_year(words: str, year: int) -> str:
    return f"{words}{'/' if words.replace('/', '').isdigit() else ' '}{year}"
