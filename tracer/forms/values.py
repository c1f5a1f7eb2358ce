"""Values in a form's expressions, and how ODK turns one kind into another.

A blank answer is the empty text. Rules: https://getodk.github.io/xforms-spec/ (XPath functions) and
XPath 1.0: compared with a number, a text counts as the number it spells; nothing else than a number
makes a comparison one of numbers, so ``'007' = '7'`` is false and ``'007' = 7`` true.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal

Value = bool | float | str | dt.date

EPOCH = dt.date(1970, 1, 1)
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
_SECONDS_A_DAY = 86_400


def iso_date(text: str) -> dt.date | None:
    """Return the day that ``text`` writes as YYYY-MM-DD, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def number(value: Value) -> float:
    """Return ``value`` as a number; dates as days since 1970-01-01; NaN for blanks and what spells no number."""
    if isinstance(value, bool | float):
        return float(value)
    if isinstance(value, dt.datetime):
        midnight = dt.datetime.combine(value.date(), dt.time(), value.tzinfo)
        return number(value.date()) + (value - midnight).total_seconds() / _SECONDS_A_DAY
    if isinstance(value, dt.date):
        return float((value - EPOCH).days)
    if _NUMBER.fullmatch(value.strip()):
        return float(value)
    day = iso_date(value.strip())
    return math.nan if day is None else number(day)


def text(value: Value) -> str:
    """Return ``value`` as text; whole numbers without a decimal point, none with an exponent, dates as ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        if math.isfinite(value):
            return str(int(value)) if value.is_integer() else format(Decimal(str(value)), "f")
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def truth(value: Value) -> bool:
    """Return ``value`` as true or false: blanks, 0 and NaN are false, every other text is true."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def equal(left: Value, right: Value) -> bool:
    """Compare as booleans if one side is boolean, else as numbers if one is a number, else as texts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return text(left) == text(right)


def rounded(value: float, places: int = 0) -> float:
    """Round half away from zero, as ODK does."""
    if not math.isfinite(value):
        return value
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
