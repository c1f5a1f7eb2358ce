"""iCalendar (RFC 5545): the events of a file, and the calendar as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from icalendar.error import BrokenCalendarProperty

from reminders.calendar import DaysFault, Kinds, printable
from reminders.calendar_changes import uid_of
from reminders.calendar_rows import CalendarFileError, FileFault, RawEvent, RowError, RowFault
from reminders.dates import Language
from store.events import CalendarEvent
from store.units import Unit

LONGEST_UID = 255
"""RFC 7986, 5.3; a longer one is not kept, and the event is known again by its kind and days."""
PRODUCT = "-//TanyaMutu//Kalender akademik//ID"
UNIT_PROPERTY = "X-TANYAMUTU-UNIT"
"""Beside an event of a unit: its code, or a faculty's name."""
ONE_DAY = dt.timedelta(days=1)
_REPEATING = ("RRULE", "RDATE", "RECURRENCE-ID")


def components_of(content: bytes) -> list[icalendar.cal.Component]:
    """Return the events of a file; what is wrong within one is found by `event_of`. Raise CalendarFileError."""
    try:
        calendars = icalendar.Calendar.from_ical(_text(content), multiple=True)
        return [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception as error:  # its parsers raise whatever they meet
        raise CalendarFileError(FileFault.UNREADABLE) from error


def export(
    events: Iterable[CalendarEvent],
    kinds: Kinds,
    units: Iterable[Unit],
    language: Language,
    issuer: str,
    now: dt.datetime,
) -> bytes:
    """Return events as an iCalendar file: whole days, the end exclusive, the kind as a category.

    ``issuer`` (the bot's name) makes UIDs that stay the same from file to file; ``now`` is when the file was made.
    """
    known = {unit.id: unit for unit in units}
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for event in events:
        made = icalendar.Event()
        made.add("uid", uid_of(event, issuer))
        made.add("dtstamp", now)
        made.add("summary", printable(kinds.title(event.kind, event.label, language)))
        made.add("dtstart", event.starts)
        made.add("dtend", event.ends + ONE_DAY)
        made.add("categories", [event.kind])
        made.add("transp", "TRANSPARENT")
        unit = known.get(event.unit_id) if event.unit_id is not None else None
        if unit is not None:
            made.add("description", unit.name)
            made.add(UNIT_PROPERTY, unit.code or unit.name)
        calendar.add_component(made)
    return bytes(calendar.to_ical())


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def event_of(event: icalendar.cal.Component, zone: ZoneInfo) -> RawEvent:
    """Return what a VEVENT says. Raise RowError."""
    if any(name in event for name in _REPEATING):
        raise RowError(RowFault.REPEATING)
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise RowError(RowFault.CANCELLED)
    starts, _ = _day(event, "DTSTART", zone)
    if starts is None:
        raise RowError(RowFault.NO_DATE)
    name = printable(_words(event.get("SUMMARY")))
    uid = _words(event.get("UID")).strip()
    return RawEvent(
        name=name,
        kind=_category(event),
        unit=_words(event.get(UNIT_PROPERTY)),
        starts=starts,
        ends=_last_day(event, starts, zone),
        uid=uid if uid.isprintable() and 0 < len(uid) <= LONGEST_UID else None,
    )


def _last_day(event: icalendar.cal.Component, starts: dt.date, zone: ZoneInfo) -> dt.date:
    """Return the last day: the end is exclusive, a midnight too; without an end the first day is the last."""
    ends, is_midnight = _day(event, "DTEND", zone)
    duration = _value(event.get("DURATION"))
    try:
        if ends is None and isinstance(duration, dt.timedelta):
            return max(starts, starts + duration - ONE_DAY)
        if ends is None or ends == starts:
            return starts
        return ends - ONE_DAY if is_midnight and ends > starts else ends
    except OverflowError:
        raise RowError(DaysFault.FAR) from None


def _day(event: icalendar.cal.Component, name: str, zone: ZoneInfo) -> tuple[dt.date | None, bool]:
    """Return the day of a property in the zone, and whether it is meant to its midnight. Raise RowError."""
    found = event.get(name)
    if found is None:
        return None, False
    value = _value(found)
    if isinstance(value, dt.datetime):
        if value.tzinfo is None and found.params.get("TZID"):
            raise RowError(RowFault.UNKNOWN_ZONE, str(found.params["TZID"])[:50])
        try:
            value = value.astimezone(zone) if value.tzinfo else value
        except (OverflowError, ValueError):
            raise RowError(DaysFault.FAR) from None
        return value.date(), value.time() == dt.time.min
    if isinstance(value, dt.date):
        return value, True
    raise RowError(RowFault.NO_DATE, _words(found)[:50])


def _value(found: Any) -> object:
    """Return the day, time or length of a property, None for one that holds nothing such."""
    try:
        return getattr(found, "dt", None)
    except BrokenCalendarProperty:
        return None


def _category(event: icalendar.cal.Component) -> str:
    """Return the first category that an event has, as our own files have the kind there."""
    found = event.get("CATEGORIES")
    first = found[0] if isinstance(found, list) and found else found
    categories = first.cats if isinstance(first, icalendar.vCategory) else ()
    return str(categories[0]) if categories else ""


def _words(value: Any) -> str:
    """Return a text property; of one that stands there twice the first."""
    value = value[0] if isinstance(value, list) and value else value
    return "" if value is None else str(value)
