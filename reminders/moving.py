"""What the academic calendar does to runs: events that move, enter or go, and runs that could be made again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from reminders.calendar import LABELLED, SAME_OCCASION
from reminders.resolve import Period
from reminders.running import Running
from reminders.schedule import Notice
from store.database import JSONObject
from store.events import CalendarEvent
from store.runs import Run, RunState, RunStep
from store.trail import Act


@dataclass(frozen=True)
class Shift:
    """A step of a running run whose day changes with an event; None: it has none before, or none any more."""

    step: RunStep
    before: dt.date | None
    after: dt.date | None
    earliest: dt.date | None = None


class Moving:
    """Follows the calendar."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._almanac = running.almanac
        self._store = running.almanac.store
        self._runs = running.almanac.store.runs

    def shifts(self, event: CalendarEvent, starts: dt.date, ends: dt.date) -> tuple[Shift, ...]:
        """Return which steps would be due on another day if an event were on these days."""
        found = (self._shift(step, starts, ends) for step in self._runs.steps_at(event.id))
        return tuple(shift for shift in found if shift.before != shift.after)

    def lost(self, event: CalendarEvent) -> tuple[Shift, ...]:
        """Return which steps would have no date if an event were not."""
        return tuple(Shift(step, step.due_on, None) for step in self._runs.steps_at(event.id))

    def entered(self, event: CalendarEvent, by: int | None) -> tuple[Shift, ...]:
        """Give steps their day that waited for such an event, or went by a less particular one of the occasion.

        Runs that repeat are proposed to their coordinators. Returns what changed.
        """
        self._store.trail.note(Act.EVENT_ADDED, by, details=_told(event))
        shifts = []
        for step in self._runs.left():
            if step.anchor == event.kind and step.event_id != event.id and self._is_for(event, step):
                shifts.append(self._shift(step, event.starts, event.ends))
                self._apply(shifts[-1], event.id, by)
        self._refresh_plans(event)
        self._propose(event)
        return tuple(shift for shift in shifts if shift.before != shift.after)

    def _refresh_plans(self, event: CalendarEvent) -> None:
        """Make the plans anew that wait for such an event."""
        for run in self._runs.all(RunState.DRAFT):
            counting = self._almanac.event(event.kind, run.unit_id, run.code)
            missing = self._running.planner.missing(run.id)
            if event.kind in missing and counting is not None and counting.id == event.id:
                self._running.planner.again(run)

    def changed(self, event: CalendarEvent, by: int | None) -> tuple[Shift, ...]:
        """Move the steps that are counted from an event which has other days now; everybody hears once."""
        self._store.trail.note(Act.EVENT_CHANGED, by, details=_told(event))
        shifts = self.shifts(event, event.starts, event.ends)
        for shift in shifts:
            self._apply(shift, event.id, by)
        return shifts

    def removed(self, event: CalendarEvent, by: int | None) -> tuple[Shift, ...]:
        """Take their day from the steps that were counted from an event which is no more."""
        self._store.trail.note(Act.EVENT_REMOVED, by, details=_told(event))
        shifts = self.lost(event)
        for shift in shifts:
            self._apply(shift, None, by)
        return shifts

    def _shift(self, step: RunStep, starts: dt.date, ends: dt.date) -> Shift:
        run = self._runs.get(step.run_id)
        due = self._running.planner.due_of(step, Period(starts, ends), run.unit_id)
        if due is None:
            return Shift(step, step.due_on, step.due_on, step.earliest)
        return Shift(step, step.due_on, due.day, due.earliest)

    def _apply(self, shift: Shift, event_id: int | None, by: int | None) -> None:
        step = self._runs.set_due(shift.step.id, shift.after, shift.earliest, event_id=event_id)
        if shift.before == shift.after:
            self._running.schedule.plan(step)
            return
        run = self._runs.get(step.run_id)
        days = {"before": shift.before, "day": shift.after}
        told = {name: day.isoformat() for name, day in days.items() if day is not None}
        self._store.trail.note(Act.MOVED, by, run_id=run.id, step_id=step.id, details={"event": event_id, **told})
        self._running.moved(step, run, shift.before, by, event_id)

    def _is_for(self, event: CalendarEvent, step: RunStep) -> bool:
        """Whether an event counts for a step, in place of none or of another one for the same occasion."""
        run = self._runs.get(step.run_id)
        counting = self._almanac.event(event.kind, run.unit_id, run.code)
        if counting is None or counting.id != event.id:
            return False
        if step.event_id is None or event.kind in LABELLED:
            return step.event_id is None and step.due_on is None
        return abs(self._store.events.get(step.event_id).starts - event.starts) <= SAME_OCCASION

    def _propose(self, event: CalendarEvent) -> None:
        """Propose to the coordinators to run again what repeats with such an event; once for each event."""
        if event.ends < self._almanac.today():
            return
        last: dict[tuple[str, int | None], Run] = {}
        for run in self._runs.all():
            if run.state is not RunState.DRAFT:
                last.setdefault((run.document, run.unit_id), run)
        for run in last.values():
            steps = [step for step in self._runs.steps(run.id) if step.anchor == event.kind] if run.repeats else []
            is_new = steps and all(self._is_later(step, event) for step in steps)
            coordinator = self._running.schedule.coordinator(run)
            if is_new and self._is_first(event, run) and coordinator is not None:
                self._store.due.put(
                    Notice.PROPOSAL,
                    f"{run.document}.{run.unit_id or 0}.{event.id}",
                    self._store.clock(),
                    coordinator.id,
                    subject=f"run:{run.id}",
                    payload={"run": run.id, "event": event.id},
                )

    def _is_first(self, event: CalendarEvent, run: Run) -> bool:
        """Whether an event is about a run's unit, and the first that was entered for the occasion."""
        units = self._almanac.path(run.unit_id)
        same = [
            one.id
            for one in self._store.events.all(kind=event.kind)
            if (one.unit_id is None or one.unit_id in units) and abs(one.starts - event.starts) <= SAME_OCCASION
        ]
        return min(same, default=0) == event.id

    def _is_later(self, step: RunStep, event: CalendarEvent) -> bool:
        """Whether an event is another occasion than the one a step was counted from."""
        if step.event_id is None:
            return False
        return event.starts - self._store.events.get(step.event_id).starts > SAME_OCCASION


def _told(event: CalendarEvent) -> JSONObject:
    """Return an event as the trail keeps it."""
    return {
        "event": event.id,
        "kind": event.kind,
        "label": event.label,
        "unit": event.unit_id,
        "starts": event.starts.isoformat(),
        "ends": event.ends.isoformat(),
    }
