"""Who is to hear what now: what is due is taken, gathered for each person, and what it leads to is written down.

Everything for a person at one moment is one `Bundle`, from which one message is made. Of several things about a
step (three lead times that fell into a stop) only the last is said; what is said later than it should says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from reminders.almanac import Almanac
from reminders.moving import Moving
from reminders.running import Running
from reminders.schedule import PLANNED, WHO_HAS_IT, Notice
from reminders.timing import LATE_AFTER
from store.due import DueThing
from store.people import Person, PersonState
from store.roles import Role
from store.runs import Assignment, AssignmentState, Run, RunState, RunStep, StepNotFoundError
from store.wishes import OwnReminder

PEOPLE_AT_ONCE = 25
"""People in one transaction; questions that are asked meanwhile wait no longer than it takes."""
THINGS_AT_ONCE = 40
"""Due things in one transaction, if no single person has more."""
WEEK = dt.timedelta(days=7)
_OURS = frozenset(Notice)


@dataclass(frozen=True)
class StepItem:
    """Something about a step; ``assignment`` is the person's part in it, ``other`` who else it is about.

    ``planned_at`` is set where it is said later than it should.
    """

    notice: Notice
    step: RunStep
    run: Run
    assignment: Assignment | None
    payload: dict[str, object]
    other: Person | None = None
    planned_at: dt.datetime | None = None


@dataclass(frozen=True)
class OwnItem:
    """A reminder of the person's own."""

    reminder: OwnReminder
    planned_at: dt.datetime | None = None


@dataclass(frozen=True)
class ProposalItem:
    """A run that could be made again because of an event."""

    run: Run
    event_id: int


@dataclass(frozen=True)
class RulesItem:
    """A document whose rules have changed: how many are new, gone, and gone with a ruling."""

    document: str
    new: int
    gone: int
    ruled: int


@dataclass(frozen=True)
class RunProgress:
    """How far a run is, for a digest."""

    run: Run
    finished: int
    steps: int
    late: int


@dataclass(frozen=True)
class WeekItem:
    """A week ahead: what the person has to do in it or is late with, and the runs that they steer."""

    duties: tuple[RunStep, ...]
    runs: tuple[RunProgress, ...]
    planned_at: dt.datetime | None = None


Item = StepItem | OwnItem | ProposalItem | RulesItem | WeekItem


@dataclass(frozen=True)
class Bundle:
    """What somebody is to hear at once; ``key`` names it for good, ``lapsed`` counts what was missed and is over.

    ``others`` is what is due and was not written down by this room (but by the tracer study).
    """

    person: Person
    items: tuple[Item, ...]
    lapsed: int
    key: str
    others: tuple[DueThing, ...] = ()


def telling_of(almanac: Almanac) -> Telling:
    """Return what tells, with the runs and the calendar behind it."""
    return Telling(Running(almanac))


class Telling:
    """Takes what is due. Use it in the transaction that puts the messages into the outbox."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.moving = Moving(running)
        self._almanac = running.almanac
        self._store = running.almanac.store

    def take(self, people: int = PEOPLE_AT_ONCE) -> tuple[tuple[Bundle, ...], bool]:
        """Return what the next people are to hear now, and whether anything was due at all."""
        now = self._store.clock()
        things = self._store.due.take(now, people, THINGS_AT_ONCE)
        bundles = []
        for person_id, mine in groupby(things, key=lambda thing: thing.person_id):
            person = self._store.people.find(person_id)
            if person is not None and person.state is not PersonState.BLOCKED:
                bundle = self._bundle(person, self._awake(person, tuple(mine), now), now)
                if bundle.items or bundle.lapsed or bundle.others:
                    bundles.append(bundle)
        return tuple(bundles), bool(things)

    def look_after(self) -> None:
        """Do what nothing comes due for.

        Runs whose coordinator is gone get another, strays go to coordinators, everybody's Monday is written down.
        """
        self.running.take_over_runs()
        self.running.release_strays()
        for person_id in self._store.runs.people_with_duties():
            person = self._store.people.find(person_id)
            if person is not None:
                self.running.schedule.week(person)

    def take_up(self) -> None:
        """At a start: let the coordinators hear which rules have changed, plan anew if the zone or holidays have."""
        rules = {rule.key: rule.clause.document for rule in self._almanac.rulebook.rules}
        for change in self._store.rulings.compare(rules):
            payload = {
                "document": change.document,
                "new": len(change.new),
                "gone": len(change.gone),
                "ruled": change.ruled,
            }
            key = f"{change.document}.{'-'.join((*change.new, *change.gone))[:200]}"
            for person in self._store.people.with_role(Role.QUALITY_OFFICE, Role.COORDINATOR):
                self._store.due.put(Notice.RULES, f"{key}.{person.id}", self._store.clock(), person.id, payload=payload)
        way = f"{self._almanac.zone} {self._almanac.collective_leave_works}"
        if self._store.remember("zone", way) not in (None, way):
            for step in self._store.runs.left():
                self.running.schedule.plan(step)

    # ---------------------------------------------------------------- one person

    def _awake(self, person: Person, things: tuple[DueThing, ...], now: dt.datetime) -> list[DueThing]:
        """Return what may be said now; in quiet hours only what the person set to the minute."""
        until = self._almanac.timing().after_quiet(now, self._store.wishes.of(person.id))
        if until is None:
            return list(things)
        for thing in things:
            if not thing.is_exact:
                self._store.due.put_back(thing, until)
        return [thing for thing in things if thing.is_exact]

    def _bundle(self, person: Person, awake: list[DueThing], now: dt.datetime) -> Bundle:
        others = tuple(thing for thing in awake if thing.kind not in _OURS)
        things = [thing for thing in awake if thing.kind in _OURS]
        items: list[Item] = []
        last: dict[int, StepItem] = {}
        lapsed = 0
        for thing in things:
            late = self._late(person, thing, now)
            if "step" in thing.payload:
                item = self._step_item(person, thing, late)
                if item is not None and item.notice in PLANNED:
                    lapsed += item.step.id in last and last[item.step.id].planned_at is not None
                    last[item.step.id] = item
                    self._go_on(person, item)
                elif item is None:
                    lapsed += late is not None and thing.kind in PLANNED
                else:
                    items.append(item)
            else:
                items += self._other(person, thing, late)
        items += late_first(last.values())
        return Bundle(person, tuple(items), lapsed, f"due:{min((thing.id for thing in awake), default=0)}", others)

    def _late(self, person: Person, thing: DueThing, now: dt.datetime) -> dt.datetime | None:
        """Return when a thing should have been said, if that is too long ago; None in time.

        What came up in quiet hours is in time when they end.
        """
        wishes = self._store.wishes.of(person.id)
        at = thing.planned_at
        if not thing.is_exact:
            at = self._almanac.timing().after_quiet(at, wishes) or at
        return at if now - at > LATE_AFTER else None

    def _step_item(self, person: Person, thing: DueThing, late: dt.datetime | None) -> StepItem | None:
        """Return what is to be said of a step; None if the step, its run or the person's part in it is over."""
        store = self._store
        try:
            step = store.runs.step(thing.payload["step"])
        except StepNotFoundError:
            return None
        run = store.runs.get(step.run_id)
        notice = Notice(thing.kind)
        if notice is not Notice.TOLD and (not step.is_left or run.state is not RunState.RUNNING):
            return None
        assignment = store.runs.assignment(thing.payload.get("assignment") or 0)
        if assignment is not None and assignment.state is AssignmentState.ENDED:
            return None
        if assignment is None and notice in WHO_HAS_IT and self.running.schedule.having(step):
            return None  # the coordinator was to hear because nobody had it
        if notice is Notice.LEAD and step.due_on is not None and step.due_on < self._almanac.today():
            notice = Notice.OVERDUE
        other = store.people.find(int(thing.payload.get("by") or thing.payload.get("who") or 0))
        return StepItem(notice, step, run, assignment, thing.payload, other, late)

    def _go_on(self, person: Person, item: StepItem) -> None:
        """Write down that somebody hears of a late step again on the next working day."""
        if item.step.due_on is None:
            return
        schedule, tomorrow = self.running.schedule, self._almanac.today() + dt.timedelta(days=1)
        if item.notice is Notice.OVERDUE:
            part = item.assignment.id if item.assignment else 0
            schedule.once_a_day(Notice.OVERDUE, item.step, person.id)
            schedule.overdue(item.step, item.run, part, person.id, tomorrow)
        elif item.notice is Notice.LATE:
            schedule.once_a_day(Notice.LATE, item.step, person.id)
            schedule.late(item.step, item.run, person.id, tomorrow)

    def _other(self, person: Person, thing: DueThing, late: dt.datetime | None) -> Iterator[Item]:
        store, payload = self._store, thing.payload
        match Notice(thing.kind):
            case Notice.OWN:
                reminder = store.wishes.own(payload["own"], person.id)
                if reminder is not None and not reminder.is_done:
                    store.wishes.end_own(reminder.id)
                    yield OwnItem(reminder, late)
            case Notice.PROPOSAL:
                run = store.runs.get(payload["run"])
                if store.events.find(payload["event"]) is not None and run.repeats:
                    yield ProposalItem(run, payload["event"])
            case Notice.RULES:
                yield RulesItem(payload["document"], payload["new"], payload["gone"], payload["ruled"])
            case Notice.WEEK:
                yield from self._week(person, late)
            case _:
                return

    def _week(self, person: Person, late: dt.datetime | None) -> Iterator[WeekItem]:
        until = self._almanac.today() + WEEK
        duties = tuple(
            step
            for step, assignment in self._store.runs.duties(person.id)
            if step.due_on is not None and step.due_on < until and assignment.state is AssignmentState.ASSIGNED
        )
        mine = [run for run in self._store.runs.all(RunState.RUNNING) if run.coordinator_id == person.id]
        if duties or mine:
            yield WeekItem(duties, tuple(self.progress(run) for run in mine), late)

    def progress(self, run: Run) -> RunProgress:
        """Return how far a run is."""
        steps = self._store.runs.steps(run.id)
        left = [step for step in steps if step.is_left]
        today = self._almanac.today()
        late = sum(step.due_on is not None and step.due_on < today for step in left)
        return RunProgress(run, len(steps) - len(left), len(steps), late)


def late_first(items: Iterable[StepItem]) -> list[StepItem]:
    """Return what is said of steps in the order in which it matters: by due date, those without one last."""
    return sorted(items, key=lambda item: (item.step.due_on or dt.date.max, item.run.id, item.step.position))
