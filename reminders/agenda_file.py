"""One's own schedule as an iCalendar file (RFC 5545), for the calendar of a phone.

Steps and events are whole days, a reminder with a time has it in the institution's zone. Alarms ring when the
bot would remind. UIDs stay from file to file, so that a file that is opened again changes what is there.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar

from reminders.agenda import Duty, Everything
from reminders.calendar import Kinds
from reminders.dates import Language
from store.events import CalendarEvent
from store.wishes import OwnReminder

PRODUCT = "-//TanyaMutu//Jadwal pribadi//ID"
ONE_DAY = dt.timedelta(days=1)


def agenda_file(found: Everything, kinds: Kinds, language: Language, issuer: str) -> bytes:
    """Return all that is to come for somebody as a file; ``issuer`` (the bot's name) stands in the UIDs."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-timezone", found.timing.zone)
    for duty in found.duties:
        if duty.step.due_on is not None:
            calendar.add_component(_of_duty(found, duty, duty.step.due_on, language, issuer))
    for reminder in found.own:
        calendar.add_component(_of_own(found, reminder, issuer))
    for event in found.events:
        calendar.add_component(_of_event(found, event, kinds, language, issuer))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _of_duty(found: Everything, duty: Duty, due_on: dt.date, language: Language, issuer: str) -> icalendar.Event:
    step, run = duty.step, duty.run
    words = " ".join(part for part in (f"{step.number}." if step.number else "", step.text.of(language)) if part)
    made = _event(f"step-{step.id}@{issuer}", found.now, words)
    made.add("sequence", step.schedule)
    made.add("description", f"{run.code} · {run.title.of(language)}")
    made.add("status", "TENTATIVE" if duty.is_offered else "CONFIRMED")
    _whole_days(made, due_on, due_on)
    for _, at in () if duty.is_offered else found.timing.leads(due_on, step.leads, found.wishes, found.now):
        made.add_component(_alarm(at, words))
    return made


def _of_own(found: Everything, reminder: OwnReminder, issuer: str) -> icalendar.Event:
    made = _event(f"own-{reminder.id}@{issuer}", found.now, reminder.text)
    made.add("sequence", reminder.schedule)
    if reminder.time is None:
        _whole_days(made, reminder.day, reminder.day)
    else:
        made.add("dtstart", dt.datetime.combine(reminder.day, reminder.time, ZoneInfo(found.timing.zone)))
    at = found.timing.at(reminder.day, reminder.time or found.wishes.morning)
    made.add_component(_alarm(at, reminder.text))
    return made


def _of_event(
    found: Everything, event: CalendarEvent, kinds: Kinds, language: Language, issuer: str
) -> icalendar.Event:
    made = _event(event.uid or f"event-{event.id}@{issuer}", found.now, kinds.title(event.kind, event.label, language))
    made.add("transp", "TRANSPARENT")
    _whole_days(made, event.starts, event.ends)
    return made


def _event(uid: str, now: dt.datetime, words: str) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", uid)
    made.add("dtstamp", now)
    made.add("summary", words)
    return made


def _whole_days(event: icalendar.Event, first: dt.date, last: dt.date) -> None:
    event.add("dtstart", first)
    event.add("dtend", last + ONE_DAY)


def _alarm(at: dt.datetime, words: str) -> icalendar.Alarm:
    """Return an alarm at a moment (UTC, as RFC 5545, 3.8.6.3 wants it)."""
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", at.astimezone(dt.UTC))
    return alarm
