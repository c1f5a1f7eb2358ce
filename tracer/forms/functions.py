"""The functions a form's expressions may call, on values already computed.

Those that must see their arguments before they are computed (``if``, ``coalesce``) or that need the
day (``today``, ``now``) are in ``expressions.py``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import regex

from tracer.forms.values import EPOCH, Value, number, rounded, text, truth

REGEX_SECONDS = 0.2
"""A pattern that takes longer on one answer counts as not matching: it was written by people, and may explode."""


@dataclass(frozen=True)
class Function:
    """How many arguments a function takes (``most`` None: any number) and what it makes of them."""

    least: int
    most: int | None
    call: Callable[..., Value]


def _selected(codes: Value, code: Value) -> bool:
    return text(code).strip() in text(codes).split()


def _selected_at(codes: Value, position: Value) -> str:
    chosen, at = text(codes).split(), number(position)
    return chosen[int(at)] if 0 <= at < len(chosen) else ""


def _matches(value: Value, pattern: Value) -> bool:
    try:
        return regex.fullmatch(text(pattern), text(value), timeout=REGEX_SECONDS) is not None
    except (TimeoutError, regex.error):
        return False


def _substr(value: Value, start: Value, end: Value | None = None) -> str:
    first, last = number(start), math.inf if end is None else number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    words = text(value)
    return words[_position(first, len(words)) : _position(last, len(words))]


def _position(at: float, length: int) -> int:
    """A negative position counts from the end."""
    return int(max(0, min(length, at if at >= 0 else length + at)))


def _date(value: Value) -> Value:
    if isinstance(value, dt.date):
        return value
    days = number(value)
    if not math.isfinite(days):
        return ""
    try:
        return EPOCH + dt.timedelta(days=math.floor(days))
    except OverflowError:
        return ""


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., Value]:
    def call(*values: Value) -> float:
        numbers = [number(value) for value in values]
        return math.nan if any(math.isnan(each) for each in numbers) else pick(numbers)

    return call


def _whole(turn: Callable[[float], int]) -> Callable[..., Value]:
    def call(value: Value) -> float:
        as_number = number(value)
        return float(turn(as_number)) if math.isfinite(as_number) else as_number

    return call


def _round(value: Value, places: Value = 0.0) -> float:
    wanted = number(places)
    return rounded(number(value), int(max(-15, min(15, wanted))) if math.isfinite(wanted) else 0)


def _power(base: Value, exponent: Value) -> float:
    try:
        return math.pow(number(base), number(exponent))
    except (ValueError, OverflowError):
        return math.nan


FUNCTIONS: Mapping[str, Function] = {
    "selected": Function(2, 2, _selected),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, lambda codes: float(len(text(codes).split()))),
    "regex": Function(2, 2, _matches),
    "string-length": Function(1, 1, lambda value: float(len(text(value)))),
    "not": Function(1, 1, lambda value: not truth(value)),
    "true": Function(0, 0, lambda: True),
    "false": Function(0, 0, lambda: False),
    "boolean": Function(1, 1, truth),
    "boolean-from-string": Function(1, 1, lambda value: text(value) in ("true", "1")),
    "number": Function(1, 1, number),
    "string": Function(1, 1, text),
    "date": Function(1, 1, _date),
    "concat": Function(1, None, lambda *values: "".join(text(value) for value in values)),
    "contains": Function(2, 2, lambda value, part: text(part) in text(value)),
    "starts-with": Function(2, 2, lambda value, part: text(value).startswith(text(part))),
    "ends-with": Function(2, 2, lambda value, part: text(value).endswith(text(part))),
    "substr": Function(2, 3, _substr),
    "normalize-space": Function(1, 1, lambda value: " ".join(text(value).split())),
    "int": Function(1, 1, _whole(math.trunc)),
    "floor": Function(1, 1, _whole(math.floor)),
    "ceiling": Function(1, 1, _whole(math.ceil)),
    "abs": Function(1, 1, lambda value: abs(number(value))),
    "round": Function(1, 2, _round),
    "pow": Function(2, 2, _power),
    "min": Function(1, None, _extreme(min)),
    "max": Function(1, None, _extreme(max)),
}


def pattern_fault(pattern: str) -> str | None:
    """Return what is wrong with a pattern for ``regex()``, or None."""
    try:
        regex.compile(pattern)
    except regex.error as error:
        return str(error)
    return None
