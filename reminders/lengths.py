"""Lengths of time as coordinators write them, in Indonesian, English or ISO 8601, as a time limit keeps them.

``7 hari sebelum`` and ``H-3`` are deadlines, ``setiap semester`` and ``dua kali setahun`` frequencies. As in the
documents (`corpus.timelimits`), a deadline's weeks are counted in days, a semester has six months, and twice a
year is once in each of its two semesters.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from reminders.dates import COUNTS

LONGEST_TEXT = 100
"""Characters of a length; whoever writes more tells something else."""
MOST_TIMES = 31
_MOST = {"D": 3660, "W": 520, "M": 120, "Y": 10}
"""Ten years: nothing that is longer is waited for."""

_UNITS = {
    word: unit
    for unit, words in {
        (1, "D"): "hari hr day days",
        (1, "W"): "minggu mgg pekan week weeks",
        (1, "M"): "bulan bln month months",
        (3, "M"): "triwulan quarter quarters",
        (6, "M"): "semester semesters smt",
        (1, "Y"): "tahun thn year years",
    }.items()
    for word in words.split()
}
_NUMBERS = {**COUNTS, "sebelas": 11, "eleven": 11, "dua_belas": 12, "twelve": 12}
_REPEATS = {"sekali": 1, "once": 1, "twice": 2, "thrice": 3}
_ADVERBS = {
    "mingguan": "P1W",
    "weekly": "P1W",
    "bulanan": "P1M",
    "monthly": "P1M",
    "triwulanan": "P3M",
    "quarterly": "P3M",
    "semesteran": "P6M",
    "tahunan": "P1Y",
    "annually": "P1Y",
    "yearly": "P1Y",
}

_COUNT = r"(?:[0-9]{1,4}|dua belas|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?:(?:setengah|half(?: a)?)[ -](?P<half>semester)|(?P<unit>" + "|".join(_UNITS) + "))"
_IN_WORDS = r"(?: ?\([a-z0-9 ]{1,20}\))?"
_QUANTITY = (
    rf"(?:(?P<count>{_COUNT}){_IN_WORDS} ?)?"
    rf"(?:(?P<of>working|business|calendar|academic) )?{_UNIT}(?: (?P<kind>kerja|kalender|akademik))?"
)
_BOUND = (
    r"(?:(?:paling (?:lambat|lama)|selambat-lambatnya|maksimal|maksimum|(?:di)?dalam(?: jangka)?(?: waktu)?"
    r"|within|no later than|not later than|at most|at the latest) )*"
)
_RELATION = (
    r"(?P<before>sebelum(?:nya)?|before|prior(?: to)?|ahead(?: of)?|in advance(?: of)?)"
    r"|(?P<after>setelah(?:nya)?|sesudah(?:nya)?|sejak|after|following|from|since|later)"
)
_OTHER_RELATION = re.compile(rf"\b(?:{_RELATION}|atau|or|dan|and)\b|[0-9]")

_ISO = re.compile(r"(?P<every>r/)?(?P<sign>-?)p(?P<count>[0-9]{1,4})(?P<unit>[dwmy])")
_DAY_H = re.compile(r"(?:paling lambat )?h ?(?P<sign>[-+]) ?(?P<count>[0-9]{1,3})")
_HOURS = re.compile(r"(?P<count>[0-9]{1,2}) ?[x×] ?24 ?(?:jam|hours?)(?: (?:" + _RELATION + r")(?P<rest>.*))?")
_DEADLINE = re.compile(rf"{_BOUND}{_QUANTITY}(?: at the latest)?(?: (?:{_RELATION})(?P<rest>.*))?")
_TIMES = (
    rf"(?:(?:minimal|paling sedikit|sekurang-kurangnya|at least) )?"
    rf"(?:(?P<times>{_COUNT}){_IN_WORDS} ?(?:kali|x|times?)|(?P<repeat>{'|'.join(_REPEATS)}))"
)
_EACH = r"(?:(?:dalam|setiap|tiap(?:-tiap)?|per|selama|every|each|in|/)(?: |(?<=/)))"
_OFTEN = re.compile(rf"{_TIMES} ?{_EACH}{{0,2}}(?:the )?{_QUANTITY}")
_EVERY = re.compile(rf"(?P<each>{_EACH})?{_QUANTITY}(?:,? {_TIMES})?")


class Length(NamedTuple):
    """What a time limit keeps: ``offset`` in ISO 8601, the kind of days, how often within each period."""

    offset: str
    days: Literal["calendar", "working"] = "calendar"
    times: int = 1


def read_length(text: str) -> Length | None:
    """Return the length that a text is, None for anything else.

    Nothing is read where there is no number, two lengths, hours, working weeks, or more than ten years. Without a
    word for before or after it is counted after; what follows such a word names the event and is left out.
    """
    if len(text) > LONGEST_TEXT:
        return None
    plain = re.sub(r"[-\u2010-\u2015\u2212]", "-", " ".join(text.casefold().split()).rstrip(" .!;"))
    for pattern, read in _READERS:
        match = pattern.fullmatch(plain)
        found = read(match) if match else None
        if found:
            return found
    return None


def _iso(match: re.Match[str]) -> Length | None:
    unit, count = match["unit"].upper(), int(match["count"])
    if match["every"]:
        return None if match["sign"] else _period(count, unit, 1)
    return _deadline(count, unit, is_before=bool(match["sign"]), is_working=False)


def _day_h(match: re.Match[str]) -> Length | None:
    return _deadline(int(match["count"]), "D", is_before=match["sign"] == "-", is_working=False)


def _hours(match: re.Match[str]) -> Length | None:
    if _OTHER_RELATION.search(match["rest"] or ""):
        return None
    return _deadline(int(match["count"]), "D", is_before=match["before"] is not None, is_working=False)


def _counted(match: re.Match[str]) -> Length | None:
    if match["count"] is None or _OTHER_RELATION.search(match["rest"] or ""):
        return None
    count, unit = _quantity(match)
    return _deadline(count, unit, is_before=match["before"] is not None, is_working=_is_working(match))


def _repeated(match: re.Match[str]) -> Length | None:
    times = _REPEATS.get(match["repeat"]) or _number(match["times"] or "1")
    return None if _is_working(match) else _period(*_quantity(match), times)


def _every(match: re.Match[str]) -> Length | None:
    """``setiap semester, 3 kali``, ``sebulan sekali``; a bare ``5 hari`` is no frequency."""
    return _repeated(match) if match["each"] or match["repeat"] or match["times"] else None


def _adverb(match: re.Match[str]) -> Length:
    return Length(f"R/{_ADVERBS[match['word']]}")


def _deadline(count: int, unit: str, *, is_before: bool, is_working: bool) -> Length | None:
    if not 1 <= count <= _MOST[unit] or (is_working and unit != "D"):
        return None
    if unit == "W":
        count, unit = count * 7, "D"
    return Length(f"{'-' if is_before else ''}P{count}{unit}", "working" if is_working else "calendar")


def _period(count: int, unit: str, times: int) -> Length | None:
    if not 1 <= count <= _MOST[unit] or not 1 <= times <= MOST_TIMES:
        return None
    if unit == "M" and count % 12 == 0:
        count, unit = count // 12, "Y"
    if (count, unit, times) == (1, "Y", 2):
        count, unit, times = 6, "M", 1
    return Length(f"R/P{count}{unit}", times=times)


def _quantity(match: re.Match[str]) -> tuple[int, str]:
    each, unit = (3, "M") if match["half"] else _UNITS[match["unit"]]
    return _number(match["count"] or "1") * each, unit


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words.replace(" ", "_")]


def _is_working(match: re.Match[str]) -> bool:
    return match["of"] in ("working", "business") or match["kind"] == "kerja"


_READERS = (
    (_ISO, _iso),
    (_DAY_H, _day_h),
    (_HOURS, _hours),
    (re.compile(rf"(?:secara )?(?P<word>{'|'.join(_ADVERBS)})"), _adverb),
    (_EVERY, _every),
    (_OFTEN, _repeated),
    (_DEADLINE, _counted),
)
