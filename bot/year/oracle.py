"""Who should hear what when, from the rules as they were ordered, without a line of the code that tells people.

The rules: 7, 3 and 1 days before a day and on its morning, at 07:30 local or as the person wishes; overdue daily on
working days; the coordinator from the second day after it; a digest on Mondays; nothing in quiet hours but what
somebody set to the minute; of several things about a step at one moment the last; what comes later than half an
hour is marked late; nothing after a step is done, skipped or stopped, nothing to who left or blocked the bot.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import holidays

LATE = dt.timedelta(minutes=30)
NEVER = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
PLANNED = frozenset({"lead", "overdue", "late", "snoozed"})
"""What follows from a step's day: of these a person hears one for a step at a time."""


@dataclass
class Human:
    """Somebody, and how they want to be reminded."""

    id: int
    role: str
    leads: tuple[int, ...] | None = None
    morning: dt.time = dt.time(7, 30)
    quiet: tuple[dt.time, dt.time] = (dt.time(20, 0), dt.time(6, 0))
    wished: dt.datetime = NEVER
    is_here: bool = True
    heard_until: dt.datetime = NEVER
    """Up to when their mornings have been looked at."""

    def is_quiet(self, time: dt.time) -> bool:
        """Whether nothing may be said."""
        first, last = self.quiet
        return first <= time < last if first <= last else time >= first or time < last


@dataclass
class Part:
    """Somebody's part in a step: ``has``, ``did``, ``offered`` or ``ended``; ``role`` by which they have it."""

    person: int
    role: str | None
    state: str
    since: dt.datetime
    said: dt.datetime = NEVER
    instead_of: Part | None = None


@dataclass
class Step:
    """A step of a run, and since when its day is what it is."""

    id: int
    run: int
    due: dt.date | None
    by_each: bool
    leads: tuple[int, ...] | None
    parts: list[Part]
    is_left: bool = True
    is_waiting: bool = True
    dated: dt.datetime = NEVER
    unheld: dt.datetime = NEVER
    unheld_said: dt.datetime = NEVER
    late_said: dt.datetime = NEVER

    def having(self) -> list[Part]:
        """Return the parts of those who have it."""
        return [part for part in self.parts if part.state == "has"]


@dataclass
class Progress:
    """A run."""

    id: int
    coordinator: int
    steps: list[Step]
    is_running: bool = True
    steered: dt.datetime = NEVER
    late_for: int = 0
    """Who hears of its late steps; that is looked after once a minute."""


@dataclass(frozen=True)
class Told:
    """Something that somebody hears at once; ``step`` 0 where it is about none."""

    kind: str
    step: int
    at: dt.datetime


@dataclass
class Expected:
    """What somebody should hear at a moment: kinds that fit a step, the rest, and what is late."""

    planned: dict[int, set[str]] = field(default_factory=dict)
    others: Counter[tuple[str, int]] = field(default_factory=Counter)
    late: dict[tuple[str, int], bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything must be said."""
        return bool(self.planned or self.others)


class Oracle:
    """Follows what people do, and says who should hear what. All moments have a zone, all days are local."""

    def __init__(self, zone: str, humans: Iterable[Human], days_off: Iterable[dt.date] = ()) -> None:
        self._zone = ZoneInfo(zone)
        self.humans = {human.id: human for human in humans}
        self.runs: dict[int, Progress] = {}
        self.steps: dict[int, Step] = {}
        self.days_off = set(days_off)
        self._country = holidays.country_holidays("ID", categories=(holidays.PUBLIC, holidays.GOVERNMENT))
        self._parts: dict[int, list[tuple[Step, Part]]] = {}
        self._at_once: dict[int, list[Told]] = {}
        self._own: dict[int, dict[int, tuple[dt.datetime, bool]]] = {}
        self._snoozed: dict[int, list[tuple[dt.datetime, Step, Part]]] = {}
        self._weeks: dict[int, dict[dt.date, dt.datetime | None]] = {}

    # ---------------------------------------------------------------- what happens

    def begin(self, run: Progress, now: dt.datetime) -> None:
        """A run was approved: who has a step hears, and the coordinator of a first step that nobody has."""
        self.runs[run.id], run.steered, run.late_for = run, now, run.coordinator
        for step in run.steps:
            self.steps[step.id] = step
            step.dated = step.unheld = now
            for part in step.parts:
                part.since = now
                self._parts.setdefault(part.person, []).append((step, part))
                self._tell(part.person, "given", step, now)

    def open(self, steps: Iterable[Step], now: dt.datetime, *, told: bool) -> None:
        """Steps' turn has come."""
        for step in steps:
            step.is_waiting = False
            having = step.having()
            for part in having if told else ():
                self._tell(part.person, "turn", step, now)
            if not having:
                self._tell(self.runs[step.run].coordinator, "turn", step, now)

    def done(self, step_id: int, by: int, now: dt.datetime) -> bool:
        """Somebody has done their part, or the step; returns whether the step is over."""
        step = self.steps[step_id]
        mine = next((part for part in step.having() if part.person == by), None)
        if mine is not None:
            mine.state = "did"
            if step.by_each and step.having():
                return False
        self.over(step_id, by, now)
        return True

    def over(self, step_id: int, by: int, now: dt.datetime) -> None:
        """A step is done or skipped: the next one's people hear, or at the end the coordinator."""
        step = self.steps[step_id]
        run = self.runs[step.run]
        step.is_left = False
        left = [one for one in run.steps if one.is_left]
        if not left:
            run.is_running = False
            if run.coordinator != by:
                self._tell(run.coordinator, "told", step, now)
        elif left[0].is_waiting:
            self.open(left[:1], now, told=True)

    def stop(self, run_id: int) -> None:
        """A run was stopped."""
        self.runs[run_id].is_running = False

    def dated(self, days: Mapping[int, dt.date | None], now: dt.datetime) -> None:
        """Steps have these days from now on; nobody hears of it by itself."""
        for step_id, day in days.items():
            step = self.steps[step_id]
            if step.due != day:
                step.due, step.dated = day, now

    def moved(self, days: Mapping[int, dt.date | None], by: int, now: dt.datetime) -> None:
        """Steps were given other days: all who have them and the coordinators hear it once, but who did it."""
        self.dated(days, now)
        for step_id in days:
            step = self.steps[step_id]
            people = {part.person for part in step.having()} | {self.runs[step.run].coordinator}
            for person in people - {by}:
                waiting = self._at_once.get(person, [])
                self._at_once[person] = [one for one in waiting if (one.kind, one.step) != ("moved", step_id)]
                self._tell(person, "moved", step, now)

    def give(self, step_id: int, person: int, now: dt.datetime) -> None:
        """A step was given to somebody instead of all who had it."""
        step = self.steps[step_id]
        for part in step.parts:
            self._end(step, part, now)
        self._add(step, Part(person, None, "has", now))
        self._tell(person, "given", step, now)

    def offer(self, step_id: int, by: int, person: int, now: dt.datetime) -> None:
        """Somebody is asked to take a step over."""
        step = self.steps[step_id]
        giver = next((part for part in step.having() if part.person == by), None)
        self._add(step, Part(person, None, "offered", now, instead_of=giver))
        self._tell(person, "offered", step, now)

    def accept(self, step_id: int, person: int, now: dt.datetime) -> None:
        """Somebody takes a step over; who handed it on hears."""
        step = self.steps[step_id]
        mine = self._offered(step, person)
        for part in step.having():
            if mine.instead_of is None or part is mine.instead_of:
                self._end(step, part, now)
                self._tell(part.person, "told", step, now)
        mine.state, mine.since = "has", now

    def decline(self, step_id: int, person: int, now: dt.datetime) -> None:
        """Somebody does not take a step over; who wanted to hand it on hears, else the coordinator."""
        step = self.steps[step_id]
        mine = self._offered(step, person)
        self._end(step, mine, now)
        hears = mine.instead_of.person if mine.instead_of else self.runs[step.run].coordinator
        if hears != person:
            self._tell(hears, "told", step, now)

    def release(self, step_id: int, person: int, now: dt.datetime) -> None:
        """A step is not somebody's; the coordinator hears."""
        step = self.steps[step_id]
        self._end(step, next(part for part in step.having() if part.person == person), now)
        if self.runs[step.run].coordinator != person:
            self._tell(self.runs[step.run].coordinator, "told", step, now)

    def snooze(self, step_id: int, person: int, until: dt.datetime) -> None:
        """Somebody wants to hear of a step again, to the minute."""
        step = self.steps[step_id]
        mine = next(part for part in step.having() if part.person == person)
        self._snoozed.setdefault(person, []).append((until, step, mine))

    def own(self, person: int, number: int, day: dt.date, time: dt.time | None) -> None:
        """Somebody made a reminder of their own."""
        human = self.humans[person]
        at = self._at(day, time or human.morning)
        self._own.setdefault(person, {})[number] = (at, time is not None)

    def wish(self, person: int, leads: tuple[int, ...] | None, morning: dt.time, now: dt.datetime) -> None:
        """Somebody wants to be reminded at other times."""
        human = self.humans[person]
        human.leads, human.morning, human.wished = leads, morning, now
        for number, (at, is_exact) in self._own.get(person, {}).items():
            if not is_exact:
                self._own[person][number] = (self._at(at.astimezone(self._zone).date(), morning), False)

    def leave(self, person: int) -> None:
        """Somebody was erased, or has blocked the bot: nothing is said to them any more."""
        self.humans[person].is_here = False

    def steer(self, steering: Callable[[int], int]) -> None:
        """Somebody came or went who may steer runs: `steering` says who steers a run now, and hears of it."""
        for run in self.runs.values():
            if run.is_running:
                run.coordinator = steering(run.id)

    def propose(self, person: int, run: int, now: dt.datetime) -> None:
        """A run could be made again."""
        self._at_once.setdefault(person, []).append(Told("proposal", run, self._after_quiet(person, now)))

    # ---------------------------------------------------------------- what nothing comes due for

    def look_after(self, now: dt.datetime, steering: Callable[[int], int]) -> None:
        """Take steps from those who are gone or are something else now; write down everybody's Monday.

        `steering` says who steers a run now; who does anew hears of its late steps from now on.
        """
        for run in self.runs.values():
            if run.is_running and (steers := steering(run.id)) != run.late_for:
                run.coordinator, run.late_for, run.steered = steers, steers, now
        for step in self.steps.values():
            if step.is_left and self.runs[step.run].is_running:
                for part in step.parts:
                    human = self.humans[part.person]
                    is_stray = not human.is_here or (part.role is not None and human.role != part.role)
                    if part.state in ("has", "offered") and is_stray:
                        self._end(step, part, now)
                        self._tell(self.runs[step.run].coordinator, "stray", step, now)
        for person in self._busy():
            monday, at = self._next_monday(person, now)
            self._weeks.setdefault(person, {}).setdefault(monday, at)

    def _busy(self) -> set[int]:
        running = [run for run in self.runs.values() if run.is_running]
        busy = {run.coordinator for run in running}
        return busy | {part.person for run in running for step in run.steps if step.is_left for part in step.having()}

    def _next_monday(self, person: int, now: dt.datetime) -> tuple[dt.date, dt.datetime]:
        local = now.astimezone(self._zone)
        monday = local.date() - dt.timedelta(days=local.weekday())
        morning = self.humans[person].morning
        if self._at(monday, morning) <= now:
            monday += dt.timedelta(days=7)
        return monday, self._at(monday, morning)

    # ---------------------------------------------------------------- what is said

    def hears(self, person: int, now: dt.datetime) -> Expected:
        """Return what somebody should hear now, and count it as said."""
        human, expected = self.humans[person], Expected()
        is_quiet = human.is_quiet(now.astimezone(self._zone).time())
        self._exact(human, expected, now)
        if is_quiet or not human.is_here:
            return expected
        self._mornings(human, expected, now)
        self._notices(human, expected, now)
        for number, (at, _) in list(self._own.get(person, {}).items()):
            if at <= now:
                del self._own[person][number]
                expected.others["own", number] += 1
                expected.late["own", number] = now - at > LATE
        for monday, morning in list(self._weeks.get(person, {}).items()):
            if morning is not None and morning <= now:
                self._weeks[person][monday] = None  # heard: not again if they want to hear later from now on
                if self._has_week(person, now):
                    expected.others["week", 0] = 1
                    expected.late["week", 0] = now - morning > LATE
        return expected

    def _exact(self, human: Human, expected: Expected, now: dt.datetime) -> None:
        """Add what the person set to the minute."""
        for number, (at, is_exact) in list(self._own.get(human.id, {}).items()):
            if is_exact and at <= now:
                del self._own[human.id][number]
                if human.is_here:
                    expected.others["own", number] += 1
                    expected.late["own", number] = now - at > LATE
        waiting = self._snoozed.get(human.id, [])
        self._snoozed[human.id] = [one for one in waiting if one[0] > now]
        for at, step, part in waiting:
            if at <= now and human.is_here and self._is_due(step) and part.state == "has":
                self._plan(expected, "snoozed", step, at, now)

    def _mornings(self, human: Human, expected: Expected, now: dt.datetime) -> None:
        """Add what the days of steps lead to, if a morning has passed since this was last asked."""
        before, human.heard_until = human.heard_until, now
        if not any(before < at <= now for at in self._mornings_between(human, before, now)):
            return
        for step, part in self._parts.get(human.id, []):
            if part.state == "has" and self._is_due(step):
                low = max(part.since, step.dated, human.wished)
                part.said = self._days(expected, human, step, low, part.said, now)
        for run in self.runs.values():
            if run.is_running and run.coordinator == human.id:
                for step in run.steps:
                    if self._is_due(step):
                        self._steer(expected, human, run, step, now)

    def _mornings_between(self, human: Human, after: dt.datetime, now: dt.datetime) -> Iterator[dt.datetime]:
        day = now.astimezone(self._zone).date()
        while (at := self._at(day, human.morning)) > after:
            yield at
            day -= dt.timedelta(days=1)
            if day < now.astimezone(self._zone).date() - dt.timedelta(days=30):
                return

    def _steer(self, expected: Expected, human: Human, run: Progress, step: Step, now: dt.datetime) -> None:
        """Add what who steers a run hears of a step: as who has it if nobody has, and when it is late for days."""
        low = max(run.steered, step.dated, human.wished)
        if not step.having():
            after = max(low, step.unheld)
            step.unheld_said = self._days(expected, human, step, after, step.unheld_said, now)
        first = self._first_late(step, 2, low, step.late_said)
        if at := self._last_working(human, first, low, now):
            self._plan(expected, "late", step, at, now)
            step.late_said = now

    def _days(
        self, expected: Expected, human: Human, step: Step, low: dt.datetime, said: dt.datetime, now: dt.datetime
    ) -> dt.datetime:
        """Add what a step's day leads to for somebody since `low`; returns when something was last said of it."""
        if step.due is None:
            return said
        leads = human.leads if human.leads is not None else step.leads if step.leads is not None else (7, 3, 1, 0)
        moments = [self._at(step.due - dt.timedelta(days=lead), human.morning) for lead in leads]
        coming = [at for at in moments if max(low, said) < at <= now]
        if coming:
            self._plan(expected, "lead", step, max(coming), now)
        if at := self._last_working(human, self._first_late(step, 1, low, said), low, now):
            self._plan(expected, "overdue", step, at, now)
            coming.append(at)
        return now if coming else said

    def _first_late(self, step: Step, days: int, low: dt.datetime, said: dt.datetime) -> dt.date:
        """Return the first day on which somebody may hear that a step is late: once a day."""
        due = step.due or dt.date.max - dt.timedelta(days=days)
        local = [moment.astimezone(self._zone).date() for moment in (low, said) if moment is not NEVER]
        tomorrow = local[-1] + dt.timedelta(days=1) if said is not NEVER else due
        return max(due + dt.timedelta(days=days), tomorrow, *local[:1])

    def _last_working(self, human: Human, first: dt.date, low: dt.datetime, now: dt.datetime) -> dt.datetime | None:
        """Return the last morning of a working day from a day on that has come since `low`."""
        day = now.astimezone(self._zone).date()
        while day >= first:
            at = self._at(day, human.morning)
            if low < at <= now and day.weekday() < 5 and day not in self._country and day not in self.days_off:
                return at
            day -= dt.timedelta(days=1)
        return None

    def _notices(self, human: Human, expected: Expected, now: dt.datetime) -> None:
        """Add what others did."""
        for one in self._at_once.pop(human.id, []):
            name = (one.kind, one.step)
            if one.kind not in ("told", "proposal") and not self._is_open(one, human.id):
                continue
            expected.others[name] += 1
            expected.late[name] = now - one.at > LATE

    def _is_open(self, one: Told, person: int) -> bool:
        """Whether something said of a step still counts: it is left, and the part that it is about is theirs."""
        step = self.steps[one.step]
        if not step.is_left or not self.runs[step.run].is_running:
            return False
        if one.kind in ("given", "offered"):
            return any(part.person == person and part.state in ("has", "offered") for part in step.parts)
        if one.kind == "turn" and step.having():
            return any(part.person == person for part in step.having())
        return True

    def _has_week(self, person: int, now: dt.datetime) -> bool:
        until = now.astimezone(self._zone).date() + dt.timedelta(days=7)
        steers = any(run.is_running and run.coordinator == person for run in self.runs.values())
        return steers or any(
            part.state == "has" and self._is_due(step) and step.due is not None and step.due < until
            for step, part in self._parts.get(person, [])
        )

    # ---------------------------------------------------------------- small things

    def _is_due(self, step: Step) -> bool:
        return step.is_left and self.runs[step.run].is_running

    def _plan(self, expected: Expected, kind: str, step: Step, at: dt.datetime, now: dt.datetime) -> None:
        expected.planned.setdefault(step.id, set()).add(kind)
        is_late = now - at > LATE
        expected.late["step", step.id] = expected.late.get(("step", step.id), True) and is_late

    def _tell(self, person: int, kind: str, step: Step, now: dt.datetime) -> None:
        self._at_once.setdefault(person, []).append(Told(kind, step.id, self._after_quiet(person, now)))

    def _add(self, step: Step, part: Part) -> None:
        step.parts.append(part)
        self._parts.setdefault(part.person, []).append((step, part))

    def _end(self, step: Step, part: Part, now: dt.datetime) -> None:
        if part.state != "ended":
            part.state = "ended"
            if not step.having():
                step.unheld = now

    def _offered(self, step: Step, person: int) -> Part:
        return next(part for part in step.parts if part.person == person and part.state == "offered")

    def _after_quiet(self, person: int, now: dt.datetime) -> dt.datetime:
        human = self.humans[person]
        local = now.astimezone(self._zone)
        if not human.is_quiet(local.time()):
            return now
        return self._at(local.date() + dt.timedelta(days=human.quiet[1] <= local.time()), human.quiet[1])

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self._zone).astimezone(dt.UTC)
