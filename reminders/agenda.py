"""What stands before somebody: the steps that are theirs, their own reminders, the events of their unit.

All of it is read from the store for the moment at which it is shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from reminders.almanac import Almanac
from reminders.calendar import concerning, path_of
from reminders.timing import Timing
from store.events import CalendarEvent
from store.people import Person
from store.runs import Assignment, AssignmentState, Run, RunStep
from store.wishes import OwnReminder, Wishes

SHOWN_DAYS = 30


@dataclass(frozen=True)
class Duty:
    """A step that somebody has, or (``is_offered``) is asked to take."""

    step: RunStep
    run: Run
    is_offered: bool

    @classmethod
    def of(cls, almanac: Almanac, step: RunStep, assignment: Assignment) -> Duty:
        """Return somebody's part in a step."""
        return cls(step, almanac.store.runs.get(step.run_id), assignment.state is AssignmentState.OFFERED)


Thing = Duty | OwnReminder | CalendarEvent


@dataclass(frozen=True)
class Agenda:
    """What somebody has before them; ``days`` in their order, of each what happens on it.

    An event stands on its first day, one that goes on already on today's.
    """

    late: tuple[Duty, ...]
    days: tuple[tuple[dt.date, tuple[Thing, ...]], ...]
    undated: tuple[Duty, ...]
    until: dt.date
    """The last day that is looked at."""


@dataclass(frozen=True)
class Everything:
    """All that is to come for somebody, however far away, and how they want to be reminded of it."""

    person: Person
    duties: tuple[Duty, ...]
    own: tuple[OwnReminder, ...]
    events: tuple[CalendarEvent, ...]
    wishes: Wishes
    timing: Timing
    now: dt.datetime


def everything_of(almanac: Almanac, person: Person) -> Everything:
    """Return all that is to come for somebody; events that are over are left out."""
    store = almanac.store
    unit = store.units.get(person.unit_id) if person.unit_id is not None else None
    return Everything(
        person,
        tuple(Duty.of(almanac, step, assignment) for step, assignment in store.runs.duties(person.id)),
        store.wishes.all_own(person.id),
        tuple(event for event in concerning(store.events.all(), path_of(unit)) if event.ends >= almanac.today()),
        store.wishes.of(person.id),
        almanac.timing(person.unit_id),
        store.clock(),
    )


def agenda_of(found: Everything) -> Agenda:
    """Return the next `SHOWN_DAYS` days of all that is to come, today's included."""
    today = found.timing.today(found.now)
    until = today + dt.timedelta(days=SHOWN_DAYS - 1)
    days: dict[dt.date, list[Thing]] = {}
    for event in found.events:
        days.setdefault(max(event.starts, today), []).append(event)
    for duty in found.duties:
        if duty.step.due_on is not None and duty.step.due_on >= today:
            days.setdefault(duty.step.due_on, []).append(duty)
    for reminder in found.own:
        days.setdefault(max(reminder.day, today), []).append(reminder)
    return Agenda(
        late=tuple(duty for duty in found.duties if duty.step.due_on is not None and duty.step.due_on < today),
        days=tuple((day, tuple(things)) for day, things in sorted(days.items()) if day <= until),
        undated=tuple(duty for duty in found.duties if duty.step.due_on is None),
        until=until,
    )
