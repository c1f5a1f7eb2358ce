"""Find every time limit in one clause: deadlines, frequencies, durations and windows.

A limit is read by a small grammar: a quantity ("3 (three) working days"), what relates it to time ("no
later than", "before", "every", "over the last") and what it is counted from ("the exam date"). A rule pairs
a pattern with the reader of its groups; rules stand in order of how much they explain, and words that one
rule has explained are not read again by a later one.

Offsets are ISO 8601 in the clause's own unit, one semester being six months (see ``TimeLimit``). One figure
is translated: twice in an (academic) year is once in each of its two semesters, ``R/P6M``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.model import TimeLimitKind

Days = Literal["calendar", "working"]


@dataclass(frozen=True, slots=True)
class FoundLimit:
    """A time limit and where it stands: ``quote`` is ``text[start:end]`` of the text that was read."""

    start: int
    end: int
    quote: str
    kind: TimeLimitKind
    actor: str | None
    action: str | None
    anchor: str | None
    offset: str | None
    days: Days
    times: int


def find_time_limits(text: str, *, language: str = "en") -> list[FoundLimit]:
    """Find all time limits of a clause, in the order they stand in it.

    ``text`` is one clause without markup; ``language`` is ``en`` or ``id``. Actor and action come from the
    clause's own grammar and are None where it names none (noun phrases, cells of a table).
    """
    grammar = _INDONESIAN if language.startswith("id") else _ENGLISH
    if not grammar.hint.search(text):
        return []
    limits = []
    for span in _merged(text, _spans(text, grammar)):
        if _is_bare_figure(text, span):
            continue
        actor, action = _who_does_what(text, span, grammar)
        reading = span.reading
        limits.append(
            FoundLimit(
                start=span.start,
                end=span.end,
                quote=text[span.start : span.end],
                kind=reading.kind,
                actor=actor,
                action=action,
                anchor=reading.anchor,
                offset=reading.offset,
                days=reading.days,
                times=reading.times,
            )
        )
    return limits


# ---------------------------------------------------------------- what a rule makes of its words


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: TimeLimitKind
    offset: str | None = None
    anchor: str | None = None
    days: Days = "calendar"
    times: int = 1


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    reading: _Reading


Reader = Callable[[re.Match[str]], _Reading | None]
Rule = tuple[re.Pattern[str], Reader]


@dataclass(frozen=True, slots=True)
class _Grammar:
    hint: re.Pattern[str]
    """A word without which no rule can match: most clauses hold none."""
    quantity: re.Pattern[str]
    """What every rule that counts begins to look for: without one they are not tried."""
    rules: tuple[Rule, ...]
    duty: re.Pattern[str]
    """Subject (group ``actor``) up to the verb or modal that follows it."""
    agent: re.Pattern[str]
    """``by the committee``: the doer of a passive."""
    instruction: re.Pattern[str]
    """The beginning of a clause that tells to do something and leaves out who."""


def _spans(text: str, grammar: _Grammar) -> list[_Span]:
    """Apply the rules in their order; words that one has explained are closed to the next."""
    taken: list[_Span] = []
    counted = grammar.quantity.search(text) is not None
    for pattern, read in grammar.rules:
        if not counted and "qty" in pattern.groupindex and "unit" not in pattern.groupindex:
            continue
        for match in pattern.finditer(text):
            start, end = _trimmed(text, match.start(), match.end())
            if start >= end or any(start < span.end and span.start < end for span in taken):
                continue
            reading = read(match)
            if reading:
                taken.append(_Span(start, end, reading))
    return sorted(taken, key=lambda span: span.start)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\n,;:(":
        start += 1
    while start < end and text[end - 1] in " \t\n,;:(.":
        end -= 1
    return start, end


_GAP = re.compile(r"[\s,]*(?:(?:and|dan)\s+[\w-]+\s+(?:basis\s+)?|basis\s+|\(\s*)?")


def _merged(text: str, spans: list[_Span]) -> list[_Span]:
    """Join ``periodically`` to the ``once per semester`` beside it: they are one limit."""
    merged: list[_Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and _GAP.fullmatch(text, last.end, span.start) and _is_one_limit(last, span):
            told = span.reading if _is_vague(last.reading) else last.reading
            merged[-1] = _Span(last.start, span.end, told)
        else:
            merged.append(span)
    return merged


def _is_bare_figure(text: str, span: _Span) -> bool:
    """``1 year`` alone in a cell: a figure of a table, not a clause that binds."""
    if _trimmed(text, 0, len(text)) != (span.start, span.end):
        return False
    figure = _QUANTITY.fullmatch(text, span.start, span.end) is not None
    return figure and span.reading.kind is TimeLimitKind.DURATION


def _is_vague(reading: _Reading) -> bool:
    bare = reading.offset is None and reading.anchor is None and reading.times == 1
    return bare and reading.kind is TimeLimitKind.FREQUENCY


def _is_one_limit(first: _Span, second: _Span) -> bool:
    regular = (TimeLimitKind.FREQUENCY, TimeLimitKind.WINDOW)
    return (_is_vague(first.reading) and second.reading.kind in regular) or (
        _is_vague(second.reading) and first.reading.kind in regular
    )


# ---------------------------------------------------------------- numbers, units, quantities

_SPELLED = {
    word: value
    for value, words in enumerate(
        (
            ("a", "an", "one", "single", "se", "satu"),
            ("two", "dua"),
            ("three", "tiga"),
            ("four", "empat"),
            ("five", "lima"),
            ("six", "enam"),
            ("seven", "tujuh"),
            ("eight", "delapan"),
            ("nine", "sembilan"),
            ("ten", "sepuluh"),
            ("eleven", "sebelas"),
            ("twelve", "dua belas"),
            ("thirteen", "tiga belas"),
            ("fourteen", "empat belas"),
            ("fifteen", "lima belas"),
            ("sixteen", "enam belas"),
            ("seventeen", "tujuh belas"),
            ("eighteen", "delapan belas"),
            ("nineteen", "sembilan belas"),
            ("twenty", "dua puluh"),
        ),
        start=1,
    )
    for word in words
}
_TENS = {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "tiga puluh": 30,
    "empat puluh": 40,
    "lima puluh": 50,
    "enam puluh": 60,
    "sembilan puluh": 90,
}
_NUMBERS = _SPELLED | _TENS
_REPEATS = {"once": 1, "twice": 2, "thrice": 3, "sekali": 1}

_UNITS = {
    "minute": "TM",
    "menit": "TM",
    "hour": "TH",
    "jam": "TH",
    "day": "D",
    "hari": "D",
    "week": "W",
    "minggu": "W",
    "pekan": "W",
    "half-semester": "3M",
    "half-term": "3M",
    "half-year": "6M",
    "month": "M",
    "bulan": "M",
    "quarter": "3M",
    "triwulan": "3M",
    "semester": "6M",
    "term": "6M",
    "year": "Y",
    "tahun": "Y",
}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted((word.replace(" ", r"\s+") for word in words), key=len, reverse=True))


_ARTICLES = {"a", "an", "single", "se"}
_COUNTING = {word: value for word, value in _NUMBERS.items() if word not in _ARTICLES}
_IN_BRACKETS = r"(?:\s*\(\s*(?:\d{1,3}|[A-Za-z]+(?:[\s-][A-Za-z]+){0,2})\s*\))?"
_DIGITS = r"\d{1,3}(?:[.,]\d{1,2})?(?![\d.,]*\d)"
_NUMBER = rf"(?<![\w.,/])(?<![a-zA-Z]-)(?:{_DIGITS}|(?:{_any(_COUNTING)})\b){_IN_BRACKETS}"
_TO = r"(?:[-\u2010-\u2015]|\b(?:to|or|and|sampai|hingga|atau)\b)"
_RANGE = rf"{_NUMBER}(?:\s*{_TO}\s*{_NUMBER})?"
_OF_DAYS = r"working|business|calendar|academic|financial|fiscal|budget|school|full|consecutive"
_UNIT_EN = (
    rf"(?:(?:{_OF_DAYS})\s+)?"
    r"(?:minute|hour|day|week|month|quarter|half[-\s](?:semester|term|year)|semester|term|year)(?:\(s\)|s)?"
    r"(?![\w-])(?!\s+of\s+(?:the\s+|a\s+)?(?:meeting|proceedings))"
    r"(?!\s+(?:credit|learning\s+plan|programme\s+plan|project))"
)
_UNIT_ID = (
    r"(?:menit|jam|hari|minggu|pekan|bulan|triwulan|semester|tahun)\b(?!\s+\d{4})"
    r"(?:\s+(?:kerja|kalender|akademik|ajaran|anggaran))?"
)
_QTY_EN = rf"{_RANGE}\s+{_UNIT_EN}(?:\s+and\s+{_NUMBER}\s+(?:months?|days?|minutes?)\b)?"
_SOME_EN = rf"(?:{_QTY_EN}|\b(?:an?|(?:a\s+)?single)\s+{_UNIT_EN})"
_QTY_ID = rf"(?:{_RANGE}\s+|\bse-?){_UNIT_ID}"

_QUANTITY = re.compile(
    rf"(?P<low>se-?(?=[a-z])|(?:a\s+)?single\b|an?\b|{_NUMBER})(?:\s*{_TO}\s*(?P<high>{_NUMBER}))?[\s-]*"
    rf"(?:(?P<of>{_OF_DAYS})\s+)?(?P<unit>half[-\s][a-z]+?|[a-z]+?)(?:\(s\)|s)?"
    rf"(?:\s+(?P<kind>kerja|kalender|akademik|ajaran|anggaran))?"
    rf"(?:\s+and\s+(?P<rest>{_NUMBER})\s+(?P<part>[a-z]+?)s?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Quantity:
    low: str
    high: str
    """Equal to ``low`` unless the words give a range."""
    days: Days = "calendar"


def _number(words: str) -> float:
    """``3 (three)``, ``three (3)``, ``three`` and ``3`` are 3; ``3,5`` is 3.5."""
    plain = re.sub(r"\s+", " ", re.sub(r"\(.*", "", words)).strip().casefold().removeprefix("a ").rstrip("-")
    return float(_NUMBERS[plain]) if plain in _NUMBERS else float(plain.replace(",", "."))


def _duration(count: float, unit: str, rest: str = "") -> str:
    """ISO 8601: 3.5 years are ``P3Y6M``, 4 semesters ``P24M``, 50 minutes ``PT50M``."""
    code = _UNITS[re.sub(r"\s", "-", unit.casefold())]
    if len(code) == 2 and code[0].isdigit():
        count, code = count * int(code[0]), code[1]
    whole, fraction = int(count), count - int(count)
    smaller = {"Y": (12, "M"), "M": (30, "D"), "W": (7, "D"), "TH": (60, "M")}
    if not fraction or code not in smaller:
        prefix = "PT" if code[0] == "T" else "P"
        return f"{prefix}{whole}{code[-1]}{rest}"
    parts, name = smaller[code]
    prefix = "PT" if code == "TH" else "P"
    return f"{prefix}{f'{whole}{code[-1]}' if whole else ''}{round(fraction * parts)}{name}"


def _quantity(words: str) -> _Quantity:
    match = _QUANTITY.fullmatch(words.strip())
    if match is None:  # pragma: no cover - the rules only hand over what _QTY_EN and _QTY_ID matched
        raise ValueError(f"not a quantity: {words!r}")
    rest = f"{int(_number(match['rest']))}{match['part'][0].upper()}" if match["rest"] else ""
    low = _duration(_number(match["low"]), match["unit"], rest)
    high = _duration(_number(match["high"]), match["unit"], rest) if match["high"] else low
    working = (match["of"] or "").casefold() in {"working", "business"} or match["kind"] == "kerja"
    return _Quantity(low, high, "working" if working else "calendar")


def _in_days(duration: str) -> str:
    """Give a deadline's weeks in days: one week after the exam is ``P7D``."""
    weeks = re.fullmatch(r"P(\d+)W", duration)
    return f"P{7 * int(weeks[1])}D" if weeks else duration


def _unit_period(words: str) -> str:
    """Read the period of ``every academic year``: ``P1Y``."""
    return _quantity(words if re.match(r"se(?!mester)", words) else f"1 {words}").low


def _times(words: str | None) -> int:
    if not words:
        return 1
    plain = words.casefold().strip()
    return _REPEATS.get(plain) or int(_number(re.sub(r"[\s$]*(?:times?|kali)?$", "", plain)))


# ---------------------------------------------------------------- readers


def _group(match: re.Match[str], name: str) -> str | None:
    value = match.groupdict().get(name)
    return re.sub(r"\s+", " ", value).strip(" ,;:(") or None if value else None


def _counted_deadline(match: re.Match[str]) -> _Reading:
    quantity = _quantity(match["qty"])
    before = re.match(r"before|prior|ahead|in\s+advance|sebelum", _group(match, "rel") or "", re.IGNORECASE)
    offset = ("-" if before else "") + _in_days(quantity.high)
    return _Reading(TimeLimitKind.DEADLINE, offset, _group(match, "anchor"), quantity.days)


def _days_deadline(match: re.Match[str]) -> _Reading:
    """``3 x 24 hours`` and ``H-3`` are three days (the latter before the day itself, *hari H*)."""
    of_the_day = match.groupdict().get("sign")
    sign = "-" if of_the_day and of_the_day != "+" else ""
    anchor = "hari H" if of_the_day else None
    return _Reading(TimeLimitKind.DEADLINE, f"{sign}P{int(match['count'])}D", anchor)


def _recurring_deadline(match: re.Match[str]) -> _Reading:
    """``by the 10th of every month``: due again in every period."""
    return _Reading(TimeLimitKind.DEADLINE, f"R/{_unit_period(match['unit'])}", _group(match, "anchor"))


def _open_deadline(match: re.Match[str]) -> _Reading:
    return _Reading(TimeLimitKind.DEADLINE, None, _group(match, "anchor"))


_DUTY = re.compile(r"\b(?:must|shall|should|required|obliged|expected|has\s+to|have\s+to)\b", re.IGNORECASE)


def _duty_year(match: re.Match[str]) -> _Reading | None:
    """Read a closing ``in 2031`` as a target where the clause lays a duty on somebody, else as history."""
    return _open_deadline(match) if _DUTY.search(match.string, 0, match.start()) else None


def _window(match: re.Match[str]) -> _Reading:
    """Read a window named by its place; one at the start of each semester returns every semester."""
    offset = f"R/{_unit_period(match['unit'])}" if match.groupdict().get("unit") else None
    return _Reading(TimeLimitKind.WINDOW, offset, _group(match, "anchor"))


def _looking_window(match: re.Match[str]) -> _Reading:
    """``over the last 3 years`` looks back, ``the next three years`` ahead."""
    quantity = _quantity(match["qty"])
    ahead = re.match(r"next|coming|following|upcoming|mendatang|ke\s+depan", match["dir"], re.IGNORECASE)
    return _Reading(TimeLimitKind.WINDOW, ("" if ahead else "-") + quantity.high, None, quantity.days)


def _looking_period(match: re.Match[str]) -> _Reading:
    """``in the past semester``: the last one."""
    return _Reading(TimeLimitKind.WINDOW, f"-{_unit_period(match['unit'])}")


def _cohorts(match: re.Match[str]) -> _Reading:
    """``TS-4 to TS-2``: academic years counted back from the current one (TS, tahun sekarang)."""
    first, last = (f"-P{match[name]}Y" if match[name] else "P0Y" for name in ("first", "last"))
    return _Reading(TimeLimitKind.WINDOW, f"{first}/{last}", "TS")


def _frequency(match: re.Match[str]) -> _Reading:
    """``every 4-5 years`` binds by its upper limit; ``once`` and ``twice`` count within the period."""
    groups = match.groupdict()
    period = _quantity(match["qty"]).high if groups.get("qty") else _unit_period(match["unit"])
    times = _times(groups.get("times"))
    if times == 2 and period == "P1Y":
        period, times = "P6M", 1
    return _Reading(TimeLimitKind.FREQUENCY, f"R/{period}", _group(match, "anchor"), "calendar", times)


_ADVERB_PERIODS = {
    "semi": "P6M",
    "bi": "P6M",
    "annual": "P1Y",
    "year": "P1Y",
    "tahun": "P1Y",
    "semester": "P6M",
    "term": "P6M",
    "quarter": "P3M",
    "triwulan": "P3M",
    "month": "P1M",
    "bulan": "P1M",
    "week": "P1W",
    "minggu": "P1W",
    "dai": "P1D",
    "hari": "P1D",
}


def _adverb(match: re.Match[str]) -> _Reading:
    word = match["word"].casefold()
    period = next(value for start, value in _ADVERB_PERIODS.items() if word.startswith(start))
    return _Reading(TimeLimitKind.FREQUENCY, f"R/{period}")


def _open_frequency(match: re.Match[str]) -> _Reading:
    """Read a frequency without a period: ``periodically``, ``after each session``."""
    times = _times(match.groupdict().get("times"))
    return _Reading(TimeLimitKind.FREQUENCY, None, _group(match, "anchor"), "calendar", times)


def _length(match: re.Match[str]) -> _Reading:
    quantity = _quantity(match["qty"])
    offset = quantity.low if quantity.low == quantity.high else f"{quantity.low}/{quantity.high}"
    return _Reading(TimeLimitKind.DURATION, offset, _group(match, "anchor"), quantity.days)


def _whole_period(match: re.Match[str]) -> _Reading:
    """``over the course of a semester``: as long as the period itself."""
    return _Reading(TimeLimitKind.DURATION, _unit_period(match["unit"]), None)


def _open_length(match: re.Match[str]) -> _Reading:
    return _Reading(TimeLimitKind.DURATION, None, _group(match, "anchor"))


def _rule(pattern: str, read: Reader) -> Rule:
    return re.compile(pattern, re.IGNORECASE), read


# ---------------------------------------------------------------- English

_STOP_EN = (
    r"accompanied|supported|including|through|via|whilst|while|which|whether|so\s+that|in\s+order|in\s+accordance|"
    r"with\s+(?:the|a|an)|using|throughout|to\s+(?:be|ensure|identify|obtain|serve|facilitate|carry|assess)|"
    r"and\s+(?:prior|before|after|at|by|must|is|are|shall|submits?|reports?|meeting|properly|ensur\w+)|"
    r"must|shall|should|as\s+(?:an?|part|the)"
)
_ANCHOR_EN = rf"(?P<anchor>(?:(?!\b(?:{_STOP_EN})\b)[^,.;:()\n]){{2,90}}(?!\w))"
_BOUND_EN = (
    r"(?:(?:no|not)\s+(?:later|more|less|longer)\s+than|at\s+(?:the\s+)?(?:least|most|latest)|more\s+than|"
    r"within|exceed|(?:with\s+)?(?:an?\s+|the\s+)?(?:minimum|maximum|total|average)\s+of|"
    r"maximum|minimum|max\.?|min\.?|up\s+to|"
    r"\$?\s*\\geq?|\u2265|>=?|approximately|about)"
)
_AT_LEAST = rf"(?:(?<![\w]){_BOUND_EN}\s*(?:the\s+)?)"
_PERHAPS = rf"(?<!\w)(?:{_AT_LEAST})?"
_BEFORE_EN = r"before|prior\s+to|ahead\s+of|in\s+advance\s+of"
_AFTER_EN = r"after|following|from|since|upon"
_NOT_TIME = r"(?:page|document|form|chapter|list|table|sentence|report|book|section|row|campus|room|building)"
_NOT_EVENT = r"(?!\s+(?:an?|the|their)?\s*(?:[\w-]+\s+){0,2}(?:board|panel|committee|examiners?|senate|team)\b)"
_EACH_EN = r"(?:every|each)(?:\s+single)?"
_COUNT_EN = rf"(?:once|twice|thrice|{_NUMBER}\s*\$?\s+times?)(?!\s+(?:the|as|higher|more|greater))"
_POSITION_EN = r"(?:very\s+)?(?:start|beginning|outset|end|middle|mid[-\s]?point|close|conclusion|commencement)"
_POSITIONS_EN = rf"{_POSITION_EN}(?:(?:\s*,\s*|\s+)(?:and\s+|or\s+)?(?:the\s+)?{_POSITION_EN}){{0,3}}"
_MONTH_EN = (
    r"(?-i:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Januari|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember)"
)
_YEAR = r"(?:(?:19|20)\d\d)(?!\s*/|[.,]?\d)"
_REGULAR_EN = r"regular|periodic(?:al)?|routine|scheduled|ongoing|continuing"
_NOT_REGULAR = (
    r"(?!\s+(?:or\s+otherwise|curriculum|class(?:es)?|course|post|position|programme|students?|employees?|"
    r"staff|expenses|expenditure|lecturers?|formulation))"
)

_ENGLISH_RULES = (
    # Deadlines with a figure: "no later than 3 days before the exam", "within two weeks"
    _rule(
        rf"{_PERHAPS}(?:maximum\s+of\s+)?(?P<qty>{_SOME_EN})(?:\s+at\s+the\s+latest)?\s+"
        rf"(?P<rel>{_BEFORE_EN}|{_AFTER_EN})\s+{_ANCHOR_EN}",
        _counted_deadline,
    ),
    _rule(
        rf"\bwithin\s+(?:(?:a|the)\s+)?(?:(?:maximum|period|minimum|space)\s+of\s+|at\s+most\s+|no\s+more\s+than\s+)?"
        rf"(?P<qty>{_SOME_EN})(?:\s+at\s+the\s+latest)?(?:\s+of\s+{_ANCHOR_EN})?",
        _counted_deadline,
    ),
    _rule(rf"\b(?:no|not)\s+later\s+than\s+(?P<qty>{_SOME_EN})", _counted_deadline),
    _rule(r"(?:\bwithin\s+)?(?<!\w)(?P<count>\d{1,2})\s*[x\u00d7]\s*24\s*hours\b", _days_deadline),
    _rule(
        rf"\b(?:by|on|before|(?:no|not)\s+later\s+than)\s+(?P<anchor>the\s+\d{{1,2}}(?:st|nd|rd|th)\s+(?:day\s+)?of\s+"
        rf"{_EACH_EN}\s+(?P<unit>{_UNIT_EN}))",
        _recurring_deadline,
    ),
    _rule(rf"(?P<qty>{_QTY_EN})\s+at\s+the\s+latest\b", _counted_deadline),
    # Windows that look back or ahead: "over the last 3 years", "TS-4 to TS-2"
    _rule(
        rf"(?:\b(?:over|in|within|during|for|from)\s+)?{_PERHAPS}(?:\b(?:the|their|its)\s+)?"
        rf"\b(?P<dir>last|past|previous|preceding|next|coming|following|upcoming)\s+"
        rf"(?P<qty>{_QTY_EN})(?:\s+ahead)?",
        _looking_window,
    ),
    _rule(
        rf"\b(?:over|in|within|during|for|from)\s+the\s+(?:last|past|previous|preceding)\s+(?P<unit>{_UNIT_EN})",
        _looking_period,
    ),
    _rule(
        r"\b(?:from\s+|graduates\s+from\s+)?TS\s*(?:[-\u2010-\u2015]\s*(?P<first>\d))?\s*"
        r"(?:to|until|through|[-\u2010-\u2015])\s*TS(?:\s*[-\u2010-\u2015]\s*(?P<last>\d))?\b",
        _cohorts,
    ),
    # Amounts of time in each period: "50 minutes of tuition per week per semester"
    _rule(
        rf"{_PERHAPS}(?:\bcarried\s+out\s+)?(?P<qty>{_RANGE}\s+(?:minute|hour|day)s?)\b[^,.;:]{{0,60}}?\s+"
        rf"(?P<anchor>(?:per|each|every)\s+(?:week|day|month|semester)(?:\s+(?:per|each|every)\s+semester)?)\b",
        _length,
    ),
    # Counts in a period: "at least twice a semester"
    _rule(
        rf"(?<!\w)(?:{_AT_LEAST}(?:(?:carried\s+out|conducted|held)\s+(?:at\s+least\s+)?)?)?"
        rf"(?P<times>\b{_COUNT_EN})\s+"
        rf"(?:(?:every|each|per|an?|in|during|within|over|throughout)\s+){{1,2}}(?:the\s+|each\s+|every\s+)?"
        rf"(?:(?P<qty>{_QTY_EN})|(?P<unit>{_UNIT_EN}))",
        _frequency,
    ),
    # Places in a period: "at the end of each semester", "by the end of the year"
    _rule(
        rf"\b(?:at|in|around|towards?|from)\s+(?:the\s+)?(?:{_POSITIONS_EN})\s+of\s+"
        rf"(?P<anchor>{_EACH_EN}\s+(?P<unit>{_UNIT_EN}))",
        _window,
    ),
    _rule(
        rf"\b(?:by|until|before|(?:no|not)\s+later\s+than)\s+(?P<anchor>the\s+(?:{_POSITION_EN})\s+of\s+"
        rf"(?:(?!\b(?:{_STOP_EN})\b)[^,.;:()\n]){{2,60}}(?!\w))",
        _open_deadline,
    ),
    _rule(
        rf"\b(?:at|in)\s+(?:the\s+)?(?P<anchor>(?:{_POSITIONS_EN})\s+of\s+(?!(?:the|each|this)?\s*{_NOT_TIME}\b)"
        rf"(?:(?!\b(?:{_STOP_EN})\b)[^,.;:()\n]){{2,60}}(?!\w))",
        _window,
    ),
    # Periods: "every 4-5 years", "each semester", "/year", "annually"
    _rule(
        rf"{_PERHAPS}(?:\bonce\s+)?(?:\b(?:every|each|per|once\s+in)\s+)(?P<qty>{_QTY_EN})(?:\s+once)?\b",
        _frequency,
    ),
    _rule(rf"(?:\bon\s+)?\b(?:{_EACH_EN}|per)\s+(?P<unit>{_UNIT_EN})(?:\s+per\s+{_UNIT_EN})?", _frequency),
    _rule(r"(?<=[\w)])\s?/\s?(?P<unit>year|semester|month|week|day)\b", _frequency),
    _rule(
        r"\b(?:on\s+an?\s+(?:regular\s+)?)?(?P<word>bi-?annual(?:ly)?|semi-?annual(?:ly)?|annual(?:ly)?|yearly|"
        r"quarterly|termly|monthly|weekly|semesterly|semester-based|(?:semester|term|year|month)-end|daily(?=\s+basis))(?:\s+basis)?\b",
        _adverb,
    ),
    # Counts and repetitions without a period: "3 times during the internship", "after each session"
    _rule(
        rf"{_AT_LEAST}(?P<times>{_COUNT_EN})(?:\s+(?:during|in|within|throughout|for|over|at)\s+{_ANCHOR_EN})?",
        _open_frequency,
    ),
    _rule(
        rf"\b(?P<times>{_NUMBER}\s+times)\s+(?:during|in|within|throughout|for|over|at)\s+{_ANCHOR_EN}",
        _open_frequency,
    ),
    _rule(
        rf"{_AT_LEAST}(?P<times>{_NUMBER})\s+(?:[\w-]+\s+){{0,4}}?(?:sessions|meetings|times|visits|consultations)\b",
        _open_frequency,
    ),
    _rule(
        rf"\b(?P<anchor>(?:after|before|during|following|at|in)\s+{_EACH_EN}\s+(?:[\w-]+\s+){{0,3}}?"
        r"(?:activit(?:y|ies)|session|meeting|process|visit|class|lecture|exam(?:ination)?)|"
        rf"(?:for|in|during|at|within)\s+{_EACH_EN}\s+(?:[\w-]+\s+){{0,2}}?(?:period|cycle))\b",
        _open_frequency,
    ),
    _rule(rf"\bevery\s+time\s+{_ANCHOR_EN}", _open_frequency),
    # Durations: "over the course of a semester", "a maximum of 6 months"
    _rule(
        rf"\b(?:(?:over|during|throughout|for|in)\s+(?:the\s+(?:whole\s+)?(?:course|duration|span)\s+of\s+)?"
        rf"(?:one|a\s+single|an?)|(?:over|during|throughout)\s+(?:the\s+(?:course|duration|span)\s+of\s+)?the)"
        rf"\s+(?:entire\s+|whole\s+)?(?P<unit>{_UNIT_EN})(?!\s+(?:of|system|basis|which|that|they))"
        r"(?<!the\ day)(?<!the\ hour)",
        _whole_period,
    ),
    _rule(rf"\bthroughout\s+(?:the\s+)?(?P<unit>{_UNIT_EN})", _whole_period),
    _rule(
        rf"{_PERHAPS}(?:\b(?:for|over|lasts?|totalling|of)\s+)?(?<!=\s)(?P<qty>{_QTY_EN})(?!\s*=)"
        rf"(?:\s+(?:of|for)\s+(?P<anchor>(?:(?!\b(?:{_STOP_EN}|over|and|at|in|to|with|who|that|is|are|an?)\b)"
        r"[^,.;:()\n\d]){2,50}(?!\w)))?",
        _length,
    ),
    # Deadlines without a figure: "before lectures commence", "by 2031", "upon completion of ..."
    _rule(rf"\b(?:{_BEFORE_EN})\b{_NOT_EVENT}\s+{_ANCHOR_EN}", _open_deadline),
    _rule(
        r"\b(?:by|within|before|(?:no|not)\s+later\s+than)\s+(?P<anchor>(?:the\s+|a\s+)?(?:[\w-]+\s+){0,2}"
        r"(?:deadline|due\s+date|time\s+limit|closing\s+date|cut-off\s+date)s?\b[^,.;:()\n]{0,30}?)"
        r"(?=\s+(?:and|is|are|must|shall|for|to)\b|[,.;:()\n]|$)",
        _open_deadline,
    ),
    _rule(
        rf"\b(?:by|as\s+of|before|until|(?:no|not)\s+later\s+than|effective(?:\s+from)?|starting(?:\s+(?:from|in))?)\s+"
        rf"(?P<anchor>(?:the\s+year\s+)?(?:\d{{1,2}}\s+)?(?:{_MONTH_EN}\s+)?{_YEAR}|\d{{1,2}}\s+{_MONTH_EN})\b",
        _open_deadline,
    ),
    _rule(rf"(?<=\s)in\s+(?P<anchor>(?:the\s+year\s+)?{_YEAR})(?=\s*[.;]?\s*$)", _duty_year),
    _rule(
        r"\b(?:up)?on\s+(?P<anchor>(?:the\s+)?(?:completion|receipt|expiry|graduation|conclusion)\b"
        r"[^,.;:()\n]{0,60}(?!\w))",
        _open_deadline,
    ),
    _rule(
        r"\b(?:once|as\s+soon\s+as)\s+(?P<anchor>[^,.;:()\n]{2,70}?\s+(?:has|have|is|are)\s+"
        r"(?:been\s+)?\w+(?:ed|en|ched)\b"
        r"[^,.;:()\n]{0,30})",
        _open_deadline,
    ),
    _rule(
        rf"\b(?:immediately|directly|as\s+soon\s+as\s+possible|promptly)\s+(?:after|following)\s+{_ANCHOR_EN}",
        _open_deadline,
    ),
    # Windows without a figure: "in accordance with the academic calendar", "in the current year"
    _rule(
        r"\b(?:in\s+accordance\s+with|according\s+to|as\s+per|in\s+line\s+with|following|on)\s+"
        r"(?P<anchor>(?:the\s+|an?\s+)?"
        r"(?:[\w-]+\s+){0,3}(?:schedule|timetable|academic\s+calendar|calendar|timeline)s?)\b",
        _window,
    ),
    _rule(
        r"\bat\s+(?P<anchor>(?:the\s+|a\s+)?(?:scheduled|specified|appointed|set|agreed)\s+(?:times?|dates?))\b",
        _window,
    ),
    _rule(rf"\b(?:in|during|for|within)\s+(?P<anchor>the\s+(?:current|ongoing)\s+(?:{_UNIT_EN}))", _window),
    _rule(
        rf"\b(?:in|during|between|months\s+of|month\s+of)\s+(?P<anchor>{_MONTH_EN}(?:\s*\([^)]{{0,40}}\))?"
        rf"(?:\s*(?:to|and|until|[-\u2010-\u2015])\s*{_MONTH_EN})?)\b(?!\s+\d)",
        _window,
    ),
    _rule(r"\b(?:must|shall|should)(?:\s+have)?\s+previously\b", _window),
    # Durations without a figure: "for a specified period"
    _rule(
        rf"\b(?:during|throughout|over)\s+(?:the\s+(?:whole|entire)\s+|the\s+|their\s+|its\s+)"
        rf"(?P<anchor>(?:period|duration|course)\s+of\s+(?:(?!\b(?:{_STOP_EN})\b)[^,.;:()\n]){{2,60}}(?!\w))",
        _open_length,
    ),
    _rule(
        r"\b(?:for|over|within|during)\s+(?P<anchor>an?\s+(?:specified|certain|specific|given|fixed|limited|set)\s+"
        r"(?:period|duration|time)(?:\s+of\s+time)?)\b",
        _open_length,
    ),
    _rule(
        r"\b(?:standard|normal|maximum|minimum|prescribed)\s+"
        r"(?:(?:duration|period|length)\s+of\s+study|study\s+period)\b",
        _open_length,
    ),
    # Frequencies without a period: "periodically", "on a regular basis"
    _rule(
        rf"\bon\s+an?\s+(?:(?:{_REGULAR_EN})\s+and\s+)?(?:{_REGULAR_EN})(?:\s+and\s+[\w-]+)?\s+basis\b|"
        rf"\b(?:regularly|periodically|routinely)\b|\bat\s+regular\s+intervals\b|"
        rf"\b(?:regular|periodic(?:al)?|routine)\b{_NOT_REGULAR}",
        _open_frequency,
    ),
)

_ROLE_EN = (
    r"(?:rectors?|rectorate|chancellors?|deans?|heads?|lecturers?|students?|staff|offices?|committees?|boards?|"
    r"facult(?:y|ies)|universit(?:y|ies)|programmes?|departments?|units?|agenc(?:y|ies)|coordinators?|directors?|"
    r"teams?|teachers?|treasurers?|supervisors?|tutors?|advis[oe]rs?|senate|librarians?|technicians?|assistants?|"
    r"foundation|institutions?|chair(?:person|man)?|interns?|participants?|candidates?|examiners?|assessors?|"
    r"employees?|assistants?|leadership|management|trustees|secretary|leaders?|graduates?|alumni|applicants?|"
    r"dikti|ministry|invigilators?|auditors?|officers?|(?-i:[A-Z]{3,}))"
)
_VERBS_EN = (
    r"(?:conduct|oversee|issue|prepare|ensure|announce|request|mark|report|establish|monitor|evaluate|submit|"
    r"carry|hold|draw|set|form|coordinate|verify|review|approve|provide|appoint|determine|instruct|implement|"
    r"follow|notif(?:y|ie)|collect|meet|register|complete|recall|deploy|guide|observe|compile|send|assess|"
    r"disseminate|propose|nominate|select|publish|upload|download|validate|consider|update|make|give|collate|"
    r"supervise|distribute|inform|allocate|attend|pay|undertake|apply|perform|discuss|document|check|arrange)"
)
_NOT_SUBJECT = r"of|for|in|on|with|by|to|is|are|was|were|be|that|which|who|if|once|when|after|before|regarding|there"
_MODAL_EN = r"must|shall|should|will|may|can|(?:is|are)\s+(?:required|obliged|expected|responsible)"
_DUTY_CLAUSE_EN = re.compile(
    rf"(?:[^:]{{0,30}}:\s+|\w[^,]{{0,90}},\s+)??(?!{_VERBS_EN}(?:e?s)?\b)"
    rf"(?P<actor>(?:(?!(?:{_NOT_SUBJECT})\b)[^\s;:]+\s+){{0,24}}?[^\s;:]*\b{_ROLE_EN}\b"
    rf"(?:\s+who\b[^.;:]{{2,90}}?(?=\s+(?:{_MODAL_EN})\b)|"
    rf"(?:(?!\b(?:is|are|was|were|that|which|who|as|they|it)\b)[^.;:]){{0,70}}?)),?\s+"
    rf"(?=(?:{_MODAL_EN})\b(?!\s+be\b)|(?:has|have)\b(?!\s+been)|"
    rf"(?:also\s+|then\s+|periodically\s+|regularly\s+|routinely\s+)?{_VERBS_EN}(?:e?s)?\b"
    rf"(?!\s+(?:of|is|are|was|were|must|shall|should|for|forms?)\b))",
    re.IGNORECASE,
)
_AGENT_EN = re.compile(
    rf"\bby\s+(?P<actor>(?:the\s+)?(?:[\w/'’-]+\s+){{0,4}}?{_ROLE_EN}\b(?:\s+of\s+[\w/ ]{{2,40}})?)",
    re.IGNORECASE,
)
_INSTRUCTION_EN = re.compile(rf"(?:{_VERBS_EN}|[a-z]{{3,}}ing)\b\s", re.IGNORECASE)
_HINT_EN = re.compile(
    r"\b(?:minute|hour|day|week|month|quarter|half-|semester|term|year|annual|semi|bi-?annual|daily|regular|"
    r"periodic|routin|schedul|calendar|timetable|timeline|deadline|due\s+date|time\s+limit|(?:times?|dates?)\b|"
    r"once|twice|thrice|before|prior|ahead|in\s+advance|completion|receipt|expiry|graduation|conclusion|as\s+soon|"
    r"immediately|promptly|directly|previously|period|duration|sessions|meetings|visits|consultations|ongoing|"
    r"(?-i:TS)\b|each\b|every\b|closing|cut-off|(?:start|beginning|outset|end|middle|mid[-\s]?point|close|"
    rf"commencement)\b|(?:19|20)\d\d|{_MONTH_EN}\b)",
    re.IGNORECASE,
)
_ENGLISH = _Grammar(
    _HINT_EN, re.compile(_SOME_EN, re.IGNORECASE), _ENGLISH_RULES, _DUTY_CLAUSE_EN, _AGENT_EN, _INSTRUCTION_EN
)

# ---------------------------------------------------------------- Indonesian

_STOP_ID = (
    r"untuk|guna|melalui|dengan|agar|yang\s+telah|serta|sesuai|secara|harus|wajib|"
    r"dan\s+(?:sebelum|setelah|sesudah|pada|harus|wajib|me\w+)"
)
_ANCHOR_ID = rf"(?P<anchor>(?:(?!\b(?:{_STOP_ID})\b)[^,.;:()\n]){{2,90}}(?!\w))"
_BOUND_ID = (
    r"(?:\b(?:paling|selambat-lambatnya|sekurang-kurangnya|selama-lamanya|setidaknya|setidak-tidaknya|minimal|"
    r"maksimal|maksimum|minimum|tidak\s+(?:lebih|kurang|melebihi))(?:\s+(?:lambat|lama|sedikit|cepat|banyak|dari))*\s+"
    r"(?:dalam\s+(?:waktu\s+)?)?)"
)
_PERHAPS_ID = rf"(?<!\w)(?:{_BOUND_ID})?"
_COUNT_ID = rf"(?:sekali|{_NUMBER}\s+kali)(?!\s+lipat)"
_EACH_ID = r"(?:setiap|tiap(?:-tiap)?)"
_POSITION_ID = r"(?:awal|akhir|pertengahan|permulaan|tengah)"

_INDONESIAN_RULES = (
    _rule(r"(?:\bdalam\s+(?:waktu\s+)?)?(?<!\w)(?P<count>\d{1,2})\s*[x\u00d7]\s*24\s*jam\b", _days_deadline),
    _rule(r"(?:\bpaling\s+lambat\s+)?\bH\s*(?P<sign>[-\u2010-\u2013+])\s*(?P<count>\d{1,2})\b", _days_deadline),
    _rule(
        r"\b(?:paling\s+lambat|selambat-lambatnya|setiap|sebelum)\s+(?P<anchor>tanggal\s+\d{1,2}\s+"
        r"(?:(?:setiap|tiap)\s+)?(?P<unit>bulan|tahun|semester)(?:nya)?)\b",
        _recurring_deadline,
    ),
    _rule(
        rf"{_PERHAPS_ID}\b(?P<qty>{_QTY_ID})\s+"
        rf"(?P<rel>sebelum|setelah|sesudah|sejak|terhitung\s+sejak|semenjak|dari)\s+{_ANCHOR_ID}",
        _counted_deadline,
    ),
    _rule(
        rf"\b(?:paling\s+lambat|selambat-lambatnya|dalam\s+(?:jangka\s+)?waktu)\s+(?:maksimal\s+)?(?P<qty>{_QTY_ID})",
        _counted_deadline,
    ),
    _rule(
        rf"(?:\b(?:dalam|selama)\s+)?\b(?P<qty>{_QTY_ID})\s+(?P<dir>terakhir|ke\s+depan|mendatang)\b",
        _looking_window,
    ),
    _rule(rf"{_PERHAPS_ID}\b(?P<qty>{_QTY_ID})\s+(?P<times>{_COUNT_ID})", _frequency),
    _rule(
        rf"{_PERHAPS_ID}\b(?P<times>{_COUNT_ID})\s+(?:(?:dalam|setiap|tiap|per|selama)\s+){{0,2}}"
        rf"(?:(?P<qty>{_QTY_ID})|(?P<unit>{_UNIT_ID}))",
        _frequency,
    ),
    _rule(
        rf"\bpada\s+{_POSITION_ID}\s+(?P<anchor>{_EACH_ID}\s+(?P<unit>{_UNIT_ID}))",
        _window,
    ),
    _rule(rf"\b{_EACH_ID}\s+(?P<anchor>{_POSITION_ID}\s+(?P<unit>{_UNIT_ID}))", _window),
    _rule(
        rf"\b(?:pada|di)\s+(?P<anchor>{_POSITION_ID}\s+(?:(?!\b(?:{_STOP_ID})\b)[^,.;:()\n]){{2,50}}(?!\w))",
        _window,
    ),
    _rule(rf"\b(?:{_EACH_ID}|per)\s+(?P<qty>{_QTY_ID})(?:\s+sekali)?", _frequency),
    _rule(rf"\b(?:{_EACH_ID}|per)\s+(?P<unit>{_UNIT_ID})(?:\s+sekali)?", _frequency),
    _rule(r"(?:\bsecara\s+)?\b(?P<word>tahunan|semesteran|triwulanan|bulanan|mingguan|harian)\b", _adverb),
    _rule(
        rf"{_PERHAPS_ID}\b(?P<times>{_NUMBER}\s+kali)(?:\s+(?:pertemuan|bimbingan|tatap\s+muka))?"
        rf"(?:\s+(?:selama|dalam|pada)\s+{_ANCHOR_ID})?",
        _open_frequency,
    ),
    _rule(
        rf"\b(?P<anchor>(?:setelah|sesudah|sebelum|pada|selama|dalam)\s+{_EACH_ID}\s+(?:kali\s+)?\w+(?:\s+pembelajaran)?)\b",
        _open_frequency,
    ),
    _rule(rf"{_PERHAPS_ID}(?:\bselama\s+)?\b(?P<qty>{_QTY_ID})(?!\s*\w*\s+lalu)", _length),
    _rule(rf"\b(?:selama|sepanjang)\s+(?P<unit>{_UNIT_ID})", _whole_period),
    _rule(rf"\bsebelum\s+{_ANCHOR_ID}", _open_deadline),
    _rule(rf"\b(?:segera|langsung)\s+(?:setelah|sesudah)\s+{_ANCHOR_ID}", _open_deadline),
    _rule(
        rf"\b(?:paling\s+lambat|selambat-lambatnya|sampai\s+dengan|hingga)\s+(?:tanggal\s+|tahun\s+)?"
        rf"(?P<anchor>(?:\d{{1,2}}\s+)?(?:{_MONTH_EN}\s*)?(?:{_YEAR})?(?<=\w)|{_POSITION_ID}\s+[^,.;:()\n]{{2,40}})",
        _open_deadline,
    ),
    _rule(
        r"\b(?:sesuai|berdasarkan|menurut)\s+(?:dengan\s+)?(?P<anchor>"
        r"(?:jadwal|kalender\s+akademik|tenggat)(?:\s+yang\s+\w+)?)\b",
        _window,
    ),
    _rule(
        r"\b(?:dalam|selama)\s+(?P<anchor>(?:jangka\s+)?waktu\s+(?:tertentu|yang\s+(?:telah\s+)?ditentukan))\b",
        _open_length,
    ),
    _rule(r"\b(?:secara\s+)?(?:berkala|rutin|periodik|teratur|reguler)\b", _open_frequency),
)
_ROLE_ID = (
    r"(?:rektor|rektorat|dekan|ketua|kepala|dosen|mahasiswa|staf|tenaga|biro|panitia|tim|fakultas|universitas|"
    r"program|prodi|unit|lembaga|koordinator|direktur|pembimbing|penguji|senat|bendahara|kaprodi|alumni|guru|"
    r"pegawai|peserta|pimpinan|(?-i:[A-Z]{3,}))"
)
_DUTY_CLAUSE_ID = re.compile(
    rf"(?P<actor>(?:[^\s]+\s+){{0,12}}?[^\s]*\b{_ROLE_ID}\b[^.;:,]{{0,70}}?)\s+"
    r"(?=(?:harus|wajib|diwajibkan|akan|dapat|perlu|bertugas|me(?:ny|ng|n|m|l|r)?[a-z]{3,}|mem[a-z]{3,})\b)",
    re.IGNORECASE,
)
_AGENT_ID = re.compile(rf"\boleh\s+(?P<actor>{_ROLE_ID}\b(?:\s+[\w/-]+){{0,3}})", re.IGNORECASE)
_INSTRUCTION_ID = re.compile(r"me[a-z]{4,}\s", re.IGNORECASE)
_HINT_ID = re.compile(
    r"\b(?:menit|(?:se)?(?:jam|hari|minggu|pekan|bulan|semester|tahun)|triwulan|berkala|rutin|periodik|teratur|"
    r"reguler|(?:se)?kali|jadwal|kalender|tenggat|sebelum|setelah|sesudah|setiap|tiap|waktu|awal|akhir|pertengahan|"
    r"permulaan|tengah|paling\s+lambat|selambat|hingga|sampai|H\s*[-\u2010-\u2013+]\s*\d)",
    re.IGNORECASE,
)
_INDONESIAN = _Grammar(
    _HINT_ID,
    re.compile(_QTY_ID, re.IGNORECASE),
    _INDONESIAN_RULES,
    _DUTY_CLAUSE_ID,
    _AGENT_ID,
    _INSTRUCTION_ID,
)

# ---------------------------------------------------------------- who does what

_SENTENCE_END = re.compile(r"(?<=[a-z)\d])[.;]\s+(?=[A-Z(])|;\s+|\n{2,}")
_ACTION_LIMIT = 200
_TAIL = re.compile(
    r"[\s,;:(]+(?:(?:and|or|on|to|be|at|dan|atau|both|either|carried\s+out|least)\s*)*$|[\s,;:(.]+$",
    re.IGNORECASE,
)


def _sentence(text: str, position: int) -> tuple[int, int]:
    start, end = 0, len(text)
    for stop in _SENTENCE_END.finditer(text):
        if stop.end() <= position:
            start = stop.end()
        elif stop.start() >= position:
            return start, stop.start()
    return start, end


def _who_does_what(text: str, span: _Span, grammar: _Grammar) -> tuple[str | None, str | None]:
    """Subject and predicate of the sentence a limit stands in, the limit itself left out."""
    start, end = _sentence(text, span.start)
    before = text[start : span.start]
    opening = not before.strip()
    sentence = text[span.end : end] if opening else text[start:end]
    sentence = sentence.lstrip(" ,")
    match = grammar.duty.match(sentence)
    if match and (opening or match.end() <= len(before)):
        stop = len(sentence) if opening else len(before)
        return _tidy(match["actor"]), _tidy(sentence[match.end() : stop])
    agent = _last(grammar.agent.finditer(before))
    action = _tidy(before) if not opening and grammar.instruction.match(before) else None
    return (_tidy(agent["actor"]) if agent else None), action


def _last(matches: Iterator[re.Match[str]]) -> re.Match[str] | None:
    found = None
    for match in matches:
        found = match
    return found


def _tidy(words: str) -> str | None:
    return _TAIL.sub("", re.sub(r"\s+", " ", words))[:_ACTION_LIMIT].strip() or None
