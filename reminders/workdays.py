"""Which days are off in Indonesia, and counting working days.

Public holidays and days of collective leave (cuti bersama) come from the package ``holidays``. Years whose
Islamic holidays the government has not fixed yet are computed by it and marked as estimated; collective leave
is known only for years in which it has been announced. An institution adds days of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import holidays

SATURDAY, SUNDAY = 5, 6
_LOCALES = {"id": "id", "en": "en_US"}
_ESTIMATED = {"id": "(perkiraan)", "en": "(estimated)"}


class Cause(StrEnum):
    """Why a day is off."""

    WEEKEND = "weekend"
    PUBLIC = "public"
    COLLECTIVE_LEAVE = "collective_leave"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is no working day; ``name`` is empty for a weekend, ``estimated`` if the day may yet change."""

    day: dt.date
    cause: Cause
    name: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Where counting working days ended; ``estimated`` if it passed or counted on an estimated holiday."""

    day: dt.date
    estimated: bool


@dataclass(frozen=True)
class Workdays:
    """The working days of an institution.

    ``collective_leave_works`` says whether cuti bersama counts as working days; ``own`` names further days off;
    ``weekend`` holds weekdays (Monday is 0); ``language`` is that of the holidays' names.
    """

    collective_leave_works: bool = False
    own: Mapping[dt.date, str] = field(default_factory=lambda: MappingProxyType({}))
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    language: Literal["id", "en"] = "id"

    def __post_init__(self) -> None:
        """Raise ValueError if no working day is left in a week or a weekday is none."""
        if not self.weekend < frozenset(range(7)):
            raise ValueError("The weekend must leave a working day; name weekdays from 0 (Monday) to 6 (Sunday).")

    def in_language(self, language: Literal["id", "en"]) -> Workdays:
        """Return the same working days with the holidays' names in a language."""
        return self if language == self.language else self._translated

    def off(self, day: dt.date) -> DayOff | None:
        """Return why a day is off, None for a working day; a named day says its name even at a weekend."""
        if day in self.own:
            return DayOff(day, Cause.OWN, self.own[day])
        public = self._public.get(day)
        if public:
            return self._named(day, Cause.PUBLIC, public)
        leave = None if self.collective_leave_works else self._leave.get(day)
        if leave:
            return self._named(day, Cause.COLLECTIVE_LEAVE, leave)
        return DayOff(day, Cause.WEEKEND) if day.weekday() in self.weekend else None

    def count(self, start: dt.date, days: int) -> Counted:
        """Return the ``days``-th working day after ``start`` (before it if negative), ``start`` not counted.

        Zero gives ``start`` itself. Raise OverflowError beyond the calendar's last or first day.
        """
        step = dt.timedelta(days=1 if days > 0 else -1)
        day, left, estimated = start, abs(days), False
        while left:
            day += step
            off = self.off(day)
            estimated = estimated or (off is not None and off.estimated)
            left -= off is None
        return Counted(day, estimated)

    def _named(self, day: dt.date, cause: Cause, name: str) -> DayOff:
        mark = _ESTIMATED[self.language]
        return DayOff(day, cause, name.replace(mark, "").replace("  ", " ").strip(), mark in name)

    @cached_property
    def _translated(self) -> Workdays:
        return replace(self, language="en" if self.language == "id" else "id")

    @cached_property
    def _public(self) -> holidays.HolidayBase:
        return holidays.country_holidays("ID", language=_LOCALES[self.language], categories=holidays.PUBLIC)

    @cached_property
    def _leave(self) -> holidays.HolidayBase:
        return holidays.country_holidays("ID", language=_LOCALES[self.language], categories=holidays.GOVERNMENT)
