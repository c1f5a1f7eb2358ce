"""What hangs on an event of the calendar, and hears of it when the event enters, moves or goes."""

from __future__ import annotations

import datetime as dt

from handlers.addresses import RunButton
from handlers.runs_wording import day_words
from handlers.texts import Html, fill
from handlers.turn import Button, Turn
from reminders.moving import Shift
from store.events import CalendarEvent
from store.permissions import Action, Subject, may
from store.runs import RunState

SHOWN = 5
"""Steps that are named before an event is moved; the rest are counted."""


def affected(turn: Turn, event: CalendarEvent, starts: dt.date | None, ends: dt.date | None) -> Html:
    """Return what would change if an event had other days, or were removed (None); empty for nothing. At the desk."""
    moving = turn.rooms.moving
    shifts = moving.lost(event) if starts is None or ends is None else moving.shifts(event, starts, ends)
    if not shifts:
        return Html("")
    people = {one.person_id for shift in shifts for one in turn.rooms.running.schedule.having(shift.step)}
    lines = [
        turn.t.several(
            "⚠️ {number} step of running SOPs is then due on another day; {people} who have it hear of it:",
            "⚠️ {number} steps of running SOPs are then due on other days; {people} who have them hear of it:",
            len(shifts),
            people=turn.t.several("{number} person", "{number} people", len(people)),
        ),
        *(_line(turn, shift) for shift in shifts[:SHOWN]),
    ]
    if len(shifts) > SHOWN:
        lines.append(turn.t("… and {count} more", count=len(shifts) - SHOWN))
    return Html("\n".join(lines))


def _line(turn: Turn, shift: Shift) -> Html:
    none = turn.t.plain("no date")
    before, after = (day_words(day, turn.language) if day else none for day in (shift.before, shift.after))
    place = f"{shift.step.code} {shift.step.number}".strip()
    return fill("• {place}: {before} → {after}", place=place, before=before, after=after)


def changed(turn: Turn, before: CalendarEvent | None, after: CalendarEvent | None) -> None:
    """Take note of an event that was added (None before), changed or removed (None after); at the desk."""
    moving, by = turn.rooms.moving, turn.person.id
    if before is None and after is not None:
        moving.entered(after, by)
    elif before is not None and after is not None:
        moving.changed(after, by)
    elif before is not None:
        moving.removed(before, by)


def rules_row(turn: Turn, event: CalendarEvent) -> list[Button]:
    """Return the button that plans what the rules ask for because of an event, where there are any; at the desk."""
    rooms = turn.rooms
    unit_ids = rooms.store.units.chain(event.unit_id) if event.unit_id is not None else frozenset[int]()
    if not may(turn.person, Action.START_RUN, Subject(unit_ids=unit_ids)):
        return []
    rules = rooms.running.planner.rules_at(event.kind, rooms.store.rulings.current())
    if not rules:
        return []
    label = turn.t.plain("⏰ Plan by the documents’ rules ({count})", count=len(rules))
    return [Button(label, RunButton("event", event.id).data())]


def plan_row(turn: Turn, event: CalendarEvent) -> list[Button]:
    """Return the button that leads back to the person's plan that waited for such an event; at the desk."""
    runs = turn.rooms.store.runs
    for run in runs.all(RunState.DRAFT):
        if run.coordinator_id == turn.person.id and any(step.event_id == event.id for step in runs.steps(run.id)):
            return [Button(turn.t.plain("⬆ Back to the plan"), RunButton("turn", run.id).data())]
    return []
