"""Dates as people write them in Indonesian and English, and the same dates read back in full.

What a person leaves out is never filled in: ``14 Des`` names no year, so it is a `PartialDate` that says
which parts are missing and suggests the next 14 December, for the caller to ask. Numbers are read day first,
as Indonesia writes them (``3/12/2026`` is 3 December), or as ISO 8601. ``Senin ini`` is the Monday of this
week (Monday to Sunday), ``Senin depan`` and ``next Monday`` that of the next. Times are read on the 24-hour
clock unless words say otherwise (``jam 3 sore``, ``3 pm``).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from babel.dates import format_date

from corpus.lexicon.numerals import NUMERALS

Language = Literal["id", "en"]
Part = Literal["year", "month", "week", "day"]
LONGEST_WAIT = 48
"""Months that are searched for the one whose day falls on a weekday (``Senin tgl 14``)."""
LONGEST = 4096
"""Characters that are looked at: a message of Telegram holds no more."""


@dataclass(frozen=True, slots=True)
class FullDate:
    """A day that the words name completely; ``time`` if they name one."""

    day: dt.date
    words: str
    time: dt.time | None = None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """Words that leave parts of a date out; ``suggestion`` is the nearest coming day that fits them."""

    missing: tuple[Part, ...]
    suggestion: dt.date
    words: str
    time: dt.time | None = None


class DateFault(StrEnum):
    """Why words cannot be a date, as the rest of a sentence about them."""

    SEVERAL = "holds several dates; write one of them."
    NO_DAY = "is no day of the calendar; write another date."
    NO_DAY_OF_MONTH = "is no day of a month; write another date."
    OTHER_WEEKDAY = "is on another day of the week; correct the weekday or the date."
    NIGHT = "may be of this day or the next; write it as 00.00 to 05.59 with its day."
    NO_TIME = "is no time of the day; write it as 09.00."


class DateError(ValueError):
    """The words cannot be a date; ``words`` are they, ``fault`` says why, the message is one sentence for people."""

    def __init__(self, words: str, fault: DateFault) -> None:
        super().__init__(f"“{words}” {fault}")
        self.words = words
        self.fault = fault


def read_date(text: str, today: dt.date) -> FullDate | PartialDate | None:
    """Return the one date that ``text`` holds, None if it holds none.

    ``today`` is the day on which the words were written, in the writer's time zone. Raise DateError if the
    date does not exist (31 February, a weekday that the day is not) or the text holds several different ones.
    """
    text = text[:LONGEST]
    found = _find(text, today)
    if not found:
        return None
    first = found[0]
    different = next((other for other in found[1:] if not _same(first.value, other.value)), None)
    if different:
        raise DateError(text[first.start : different.end], DateFault.SEVERAL)
    value, time = first.value, _read_time(_without(text, found))
    words = text[first.start : first.end]
    if isinstance(value, dt.date):
        return FullDate(value, words, time)
    return PartialDate(value.missing, value.suggestion, words, time)


def read_back(day: dt.date, language: Language, time: dt.time | None = None) -> str:
    """Return a day in full, with its weekday: ``Senin, 14 Desember 2026``, with ``pukul 09.00`` if there is a time."""
    full = format_date(day, "EEEE, d MMMM y", locale=language)
    if time is None:
        return full
    return f"{full} pukul {time:%H.%M}" if language == "id" else f"{full} at {time:%H:%M}"


def months_on(day: dt.date, months: int) -> dt.date:
    """Return the same day some months on (back if negative), the last of its month where it has none such.

    Raise ValueError beyond the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_time(text: str) -> dt.time | None:
    """Return the time of the day that ``text`` names besides its date, None if it names none. Raise DateError."""
    return _read_time(text[:LONGEST])


def beside_date(text: str, today: dt.date, mark: str) -> str:
    """Return ``text`` with ``mark`` in the place of its date and of its time. Raise DateError as `read_date`."""
    spans = [(item.start, item.end) for item in _find(text[:LONGEST], today)]
    rest = text
    for start, end in spans:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    time = next((match for pattern in _TIMES if (match := pattern.search(rest))), None)
    for start, end in sorted([*spans, *([time.span()] if time else [])], reverse=True):
        text = text[:start] + mark + text[end:]
    return text


# ---------------------------------------------------------------- words

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agust aug ags agt agu",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for word in words.split()
}
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "senin sen monday mon",
            "selasa sel tuesday tues tue",
            "rabu rab wednesday wed",
            "kamis kam thursday thurs thu",
            "jumat jum'at jum friday fri",
            "sabtu sab saturday sat",
            "minggu ahad sunday sun",
        )
    )
    for word in words.split()
}
COUNTS = {word: number for word, number in NUMERALS.items() if 1 <= number <= 10} | dict.fromkeys(("se", "a", "an"), 1)
"""Number words up to ten, in both languages."""
_UNITS = {
    word: unit
    for unit, words in {
        "day": "hari hr days day",
        "week": "minggu mgg pekan weeks week",
        "month": "bulan bln months month",
        "year": "tahun thn years year",
    }.items()
    for word in words.split()
}


def _any(words: dict[str, int] | dict[str, str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_FULL_WEEKDAY = (
    "(?:"
    + "|".join(word for word in _WEEKDAYS if word != "minggu" and (len(word) > 4 or word in {"rabu", "ahad"}))
    + ")"
)
_COUNT = rf"(?P<count>(?<![0-9.,/-])[0-9]{{1,3}}\s*|se|(?:{'|'.join(word for word in COUNTS if word != 'se')})\s+)"
_UNIT = rf"(?P<unit>{_any(_UNITS)})"
_MONTH = rf"(?P<month>{_any(_MONTHS)})(?![a-z])\.?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_WRITTEN_YEAR = (
    r"(?P<year>[0-9]{4}(?![0-9])|'[0-9]{2}(?![0-9])|[0-9]{2}(?=\s*(?:$|[,;!?)]))|"
    r"(?:tahun|thn)\s+(?:ini|depan|dpn)\b|(?:this|next)\s+year\b)"
)
_COMING = r"(?:depan|dpn)\b"
_WEEKDAY = rf"(?:(?:hari\s+)?(?P<weekday>{_any(_WEEKDAYS)})\b\.?,?\s+(?:(?:tanggal|tgl\.?)\s+)?)?"
_NUMBER_END = r"(?![0-9]|[./-][0-9])"

# ---------------------------------------------------------------- what a rule makes of its words


@dataclass(frozen=True, slots=True)
class _Open:
    missing: tuple[Part, ...]
    suggestion: dt.date


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    value: dt.date | _Open


Reader = Callable[[re.Match[str], dt.date], dt.date | _Open]


def _same(one: dt.date | _Open, other: dt.date | _Open) -> bool:
    """Whether two readings may mean one day: ``besok, 14 Desember`` is one date said twice."""
    first = one if isinstance(one, dt.date) else one.suggestion
    second = other if isinstance(other, dt.date) else other.suggestion
    return first == second


def _find(text: str, today: dt.date) -> list[_Found]:
    """Apply the rules in their order; words that one has read are closed to the next."""
    found: list[_Found] = []
    for pattern, read in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            try:
                found.append(_Found(start, end, read(match, today)))
            except (OverflowError, ValueError) as error:
                if isinstance(error, DateError):
                    raise
                raise DateError(match.group(), DateFault.NO_DAY) from error
    return sorted(found, key=lambda item: item.start)


def _without(text: str, found: list[_Found]) -> str:
    for item in found:
        text = text[: item.start] + " " * (item.end - item.start) + text[item.end :]
    return text


def _numeric(match: re.Match[str], _today: dt.date) -> dt.date:
    year = int(match["year"])
    return dt.date(year + 2000 if len(match["year"]) == 2 else year, int(match["month"]), int(match["day"]))


def _range(match: re.Match[str], _today: dt.date) -> dt.date:
    raise DateError(match.group(), DateFault.SEVERAL)


def _numeric_open(match: re.Match[str], today: dt.date) -> _Open:
    return _Open(("year",), _next_day(match, today, int(match["month"]), int(match["day"])))


def _written(match: re.Match[str], today: dt.date) -> dt.date | _Open:
    """``Senin, 14 Desember 2026``: the weekday must be that of the day."""
    month, day = _MONTHS[match["month"].lower()], int(match["day"])
    if match["year"] is None:
        return _Open(("year",), _next_day(match, today, month, day, _weekday(match)))
    found = dt.date(_year(match["year"].lower(), today), month, day)
    if _weekday(match) not in (None, found.weekday()):
        raise DateError(match.group(), DateFault.OTHER_WEEKDAY)
    return found


def _year(words: str, today: dt.date) -> int:
    """``2026``, ``'26``, ``26`` (of this century), ``tahun ini``, ``next year``."""
    digits = words.lstrip("'")
    if digits.isdigit():
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    return today.year + (not ("ini" in words or "this" in words))


def _weekday(match: re.Match[str]) -> int | None:
    word = match.groupdict().get("weekday")
    return _WEEKDAYS[word.lower()] if word else None


def _next_day(match: re.Match[str], today: dt.date, month: int, day: int, weekday: int | None = None) -> dt.date:
    """Return the next such day from today on; 29 February waits for its leap year."""
    for year in range(today.year, min(today.year + 41, dt.MAXYEAR + 1)):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            found = dt.date(year, month, day)
            if found >= today and weekday in (None, found.weekday()):
                return found
    raise DateError(match.group(), DateFault.NO_DAY)


def _day_of_month(match: re.Match[str], today: dt.date) -> _Open:
    day = int(match["day"])
    for ahead in range(LONGEST_WAIT):
        first = months_on(today.replace(day=1), ahead)
        if 1 <= day <= calendar.monthrange(first.year, first.month)[1]:
            found = first.replace(day=day)
            if found >= today and _weekday(match) in (None, found.weekday()):
                return _Open(("year", "month"), found)
    raise DateError(match.group(), DateFault.NO_DAY_OF_MONTH)


def _day_of_near_month(match: re.Match[str], today: dt.date) -> dt.date:
    return months_on(today.replace(day=1), 1 if match["next"] else 0).replace(day=int(match["day"]))


def _month_only(match: re.Match[str], today: dt.date) -> _Open:
    first = dt.date(int(match["year"]), _MONTHS[match["month"].lower()], 1)
    return _Open(("day",), max(first, today) if (first.year, first.month) == (today.year, today.month) else first)


def _month_end(match: re.Match[str], today: dt.date) -> dt.date | _Open:
    month = _MONTHS[match["month"].lower()]
    year = int(match["year"]) if match["year"] else today.year + (month < today.month)
    end = _end_of_month(dt.date(year, month, 1))
    return end if match["year"] else _Open(("year",), end)


def _end_of(match: re.Match[str], today: dt.date) -> dt.date:
    ahead = 1 if match["next"] else 0
    if _UNITS[match["unit"].lower()] == "year":
        return dt.date(today.year + ahead, 12, 31)
    return _end_of_month(months_on(today, ahead))


def _end_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _this_weekday(match: re.Match[str], today: dt.date) -> dt.date | _Open:
    """``Senin ini`` on a Wednesday may be the one that is over or the coming one: it is asked."""
    day = _monday(today) + dt.timedelta(days=_WEEKDAYS[match["name"].lower()])
    return day if day >= today else _Open(("week",), day + dt.timedelta(days=7))


def _next_weekday(match: re.Match[str], today: dt.date) -> dt.date:
    return _monday(today) + dt.timedelta(days=7 + _WEEKDAYS[match["name"].lower()])


def _bare_weekday(match: re.Match[str], today: dt.date) -> _Open:
    ahead = (_WEEKDAYS[match["name"].lower()] - today.weekday()) % 7
    return _Open(("week",), today + dt.timedelta(days=ahead))


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _next_unit(match: re.Match[str], today: dt.date) -> _Open:
    unit = _UNITS[match["unit"].lower()]
    missing: tuple[Part, ...] = ("month", "day") if unit == "year" else ("day",)
    return _Open(missing, _later(today, 1, unit))


def _after_count(match: re.Match[str], today: dt.date) -> dt.date:
    word = match["count"].strip().lower()
    return _later(today, COUNTS.get(word) or int(word), _UNITS[match["unit"].lower()])


def _later(today: dt.date, count: int, unit: str) -> dt.date:
    if unit in ("month", "year"):
        return months_on(today, count * (12 if unit == "year" else 1))
    return today + dt.timedelta(days=count * (7 if unit == "week" else 1))


def _days_on(days: int) -> Reader:
    return lambda _match, today: today + dt.timedelta(days=days)


def _rule(pattern: str, read: Reader) -> tuple[re.Pattern[str], Reader]:
    return re.compile(pattern, re.IGNORECASE), read


_ORDINAL = r"(?:st|nd|rd|th)?"
_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = (
    _rule(
        rf"(?<![0-9./-])[0-9]{{1,2}}\s*(?:[-–/]|s\.?\s?[d/]\.?|sampai|hingga|dan|atau|to|and|or)\s*[0-9]{{1,2}}\s+{_MONTH}",
        _range,
    ),
    _rule(
        rf"(?<![0-9./-])(?P<year>[0-9]{{4}})(?P<sep>[/-])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}}){_NUMBER_END}",
        _numeric,
    ),
    _rule(
        r"(?<![0-9./-])(?P<day>[0-9]{1,2})\s?(?P<sep>[/.-])\s?(?P<month>[0-9]{1,2})\s?(?P=sep)\s?(?P<year>[0-9]{4})"
        + _NUMBER_END,
        _numeric,
    ),
    _rule(
        rf"(?<![0-9./-])(?P<day>[0-9]{{1,2}})(?P<sep>[/-])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<year>[0-9]{{2}}){_NUMBER_END}",
        _numeric,
    ),
    _rule(rf"(?<![0-9./-])(?P<day>[0-9]{{2}})\.(?P<month>[0-9]{{2}})\.(?P<year>[0-9]{{2}}){_NUMBER_END}", _numeric),
    _rule(rf"(?<![0-9./-])(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})(?!/){_NUMBER_END}", _numeric_open),
    _rule(
        rf"\b{_WEEKDAY}(?:the\s+)?(?<![0-9./-])(?P<day>[0-9]{{1,2}}){_ORDINAL}[\s-]?\s?(?:of\s+)?{_MONTH}"
        rf"(?:,?[\s-]*{_WRITTEN_YEAR})?",
        _written,
    ),
    _rule(
        rf"\b{_WEEKDAY}{_MONTH}\s+(?:the\s+)?(?P<day>[0-9]{{1,2}})(?![0-9]){_ORDINAL}\b(?:,?\s+{_WRITTEN_YEAR})?",
        _written,
    ),
    _rule(rf"\b(?:akhir|(?:the\s+)?end\s+of)\s+{_MONTH}(?:\s+{_YEAR})?", _month_end),
    _rule(rf"\bakhir\s+(?P<unit>bulan|bln|tahun|thn)\b(?:\s+ini\b|(?P<next>\s+{_COMING}))?", _end_of),
    _rule(r"\b(?:the\s+)?end\s+of\s+(?:the\s+|this\s+|(?P<next>next\s+))?(?P<unit>month|year)\b", _end_of),
    _rule(rf"\b{_MONTH}\s+{_YEAR}", _month_only),
    _rule(
        rf"\b(?:tanggal|tgl\.?)\s+(?P<day>[0-9]{{1,2}})\s+(?:bulan|bln)\s+(?:ini\b|(?P<next>{_COMING}))",
        _day_of_near_month,
    ),
    _rule(
        rf"\b{_WEEKDAY}(?:tanggal|tgl\.?|the)\s+(?P<day>[0-9]{{1,2}})(?![0-9]|[./-][0-9]){_ORDINAL}\b", _day_of_month
    ),
    _rule(r"\b(?:lusa|besok\s+lusa|(?:the\s+)?day\s+after\s+tomorrow)\b", _days_on(2)),
    _rule(r"\b(?:besok|esok|bsk|tomorrow)\b", _days_on(1)),
    _rule(r"\b(?:hari\s+ini|today)\b", _days_on(0)),
    _rule(rf"\b{_COUNT}{_UNIT}\s+(?:lagi|lg|from\s+now)\b", _after_count),
    _rule(rf"\bin\s+{_COUNT}{_UNIT}\b", _after_count),
    _rule(rf"\bhari\s+(?P<name>minggu)\s+(?:{_COMING}|yang\s+akan\s+datang\b)", _next_weekday),
    _rule(
        rf"\b(?P<name>{_FULL_WEEKDAY}|(?<=hari\s)minggu)\s+(?:(?:minggu|pekan)\s+{_COMING}|next\s+week\b)",
        _next_weekday,
    ),
    _rule(rf"\b(?P<unit>minggu|mgg|pekan|bulan|bln|tahun|thn)\s+{_COMING}", _next_unit),
    _rule(r"\bnext\s+(?P<unit>week|month|year)\b", _next_unit),
    _rule(rf"\b(?P<name>{_FULL_WEEKDAY})\s+(?:{_COMING}|yang\s+akan\s+datang\b)", _next_weekday),
    _rule(rf"\bnext\s+(?P<name>{_any(_WEEKDAYS)})\b", _next_weekday),
    _rule(rf"\bthis\s+(?P<name>{_FULL_WEEKDAY})\b", _this_weekday),
    _rule(rf"\b(?P<name>{_FULL_WEEKDAY}|(?<=hari\s)minggu)(?:\s+(?:minggu|pekan))?\s+ini\b", _this_weekday),
    _rule(rf"\b(?P<name>{_FULL_WEEKDAY}|(?<=hari\s)minggu)\b(?!\s+lalu)", _bare_weekday),
)

# ---------------------------------------------------------------- times

_AM_PM = r"[ap]\.?m\b"
_HALF = rf"(?:\s?(?P<half>pagi|siang|sore|petang|malam|{_AM_PM}))?"
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:jam|pukul|pkl\.?)\s+(?P<hour>[0-9]{{1,2}})(?:[.:](?P<minute>[0-9]{{2}}))?(?![0-9]){_HALF}",
        rf"(?<![0-9.:])(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?![0-9]){_HALF}",
        rf"(?<![0-9.:])(?P<hour>[0-9]{{1,2}})(?:\.(?P<minute>[0-9]{{2}}))?\s?(?P<half>{_AM_PM})",
        r"(?<![0-9.:])(?P<hour>[01][0-9]|2[0-3])\.(?P<minute>[0-5][0-9])(?P<half>)(?![0-9.:]|\s?%)",
        r"\bat\s+(?P<hour>[01]?[0-9]|2[0-3])(?P<minute>)(?P<half>)(?=\s*(?:$|[,.;!?]))",
    )
)


def _read_time(text: str) -> dt.time | None:
    """Return the time of the day that words outside the date name; raise DateError if there is no such time."""
    match = next((match for pattern in _TIMES if (match := pattern.search(text))), None)
    if not match:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower().replace(".", "")
    if half == "malam" and (hour < 6 or hour == 12):
        raise DateError(match.group(), DateFault.NIGHT)
    if (hour < 12 and half in ("pm", "sore", "petang", "malam")) or (hour < 7 and half == "siang"):
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    try:
        return dt.time(hour, minute)
    except ValueError as error:
        raise DateError(match.group(), DateFault.NO_TIME) from error
