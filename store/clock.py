"""Times as the store keeps them: UTC, ISO 8601, always with microseconds, so that texts sort as times do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


class NaiveTimeError(ValueError):
    """A time without a zone: nobody can say when that was."""

    def __init__(self, moment: dt.datetime) -> None:
        super().__init__(f"{moment.isoformat()} has no time zone: give it one, for example datetime.UTC.")


def utc_now() -> dt.datetime:
    """Return the time now, in UTC."""
    return dt.datetime.now(dt.UTC)


def to_text(moment: dt.datetime) -> str:
    """Return a moment as stored (``2026-03-01T08:00:00.000000+00:00``); raises `NaiveTimeError`."""
    if moment.tzinfo is None:
        raise NaiveTimeError(moment)
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> dt.datetime:
    """Return the moment behind a stored text."""
    return dt.datetime.fromisoformat(text)


def from_optional(text: str | None) -> dt.datetime | None:
    """Return the moment behind a stored text, None where none is stored."""
    return None if text is None else from_text(text)


def start_of(day: dt.date) -> str:
    """Return the first moment of a UTC day as stored."""
    return to_text(dt.datetime.combine(day, dt.time.min, dt.UTC))
