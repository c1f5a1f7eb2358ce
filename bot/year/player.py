"""What people do in the year: run SOPs, do steps early, late or never, hand on, put off, leave; the oracle is told."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.year.cast import LATE_ENTRY, Player, day_of
from bot.year.oracle import Human, Oracle, Part, Progress, Step
from bot.year.service import YearService
from reminders.planning import EVENT_CODE
from reminders.rulebook import Sop
from store.events import CalendarEvent
from store.people import Person
from store.permissions import Action, Subject, may
from store.roles import GRANTED_ROLES, Role
from store.runs import AssignmentState, Run, RunStep

NEVER_DONE = 0.06
NIGHT = dt.time(21, 15)
REASON = "rapat ditunda"
SETTLED = 2
"""So many of the first people never leave, so that somebody steers."""


class Players:
    """Acts in the store as people would with their buttons, and tells the oracle what they did."""

    def __init__(self, service: YearService, cast: Sequence[Player], dice: random.Random, zone: str) -> None:
        self._service, self._store, self._dice = service, service.store, dice
        self._running, self._moving = service.rooms.running, service.rooms.moving
        humans = [
            Human(
                one.id,
                one.role,
                one.wishes.leads,
                one.wishes.morning,
                (one.wishes.quiet_from, one.wishes.quiet_to),
            )
            for one in cast
        ]
        self.oracle = Oracle(zone, humans, [day_of(107)])
        self.acts = 0
        self.moved = 0
        self._own = 0
        self._fates: dict[int, int | None] = {}
        self._sops = self._choose_sops()
        self._started = 0
        self._moves: dict[str, int] = {}

    @property
    def now(self) -> dt.datetime:
        """The time now."""
        return self._service.clock.now

    @property
    def today(self) -> dt.date:
        """The local day."""
        return self._running.almanac.today()

    def _choose_sops(self) -> list[Sop]:
        sops = [sop for sop in self._running.almanac.rulebook.sops if sop.steps]
        return sorted(sops, key=lambda sop: (not sop.recurring, not any(step.rules for step in sop.steps)))

    def steers(self, run_id: int) -> int:
        """Return who steers a run now."""
        found = self._running.schedule.coordinator(self._store.runs.get(run_id))
        return found.id if found else 0

    # ---------------------------------------------------------------- runs

    def start_run(self) -> None:
        """Let a coordinator start a run of the next SOP, or of an event's rules."""
        self._started += 1
        starters = [one for one in self._store.people.with_role(Role.COORDINATOR) if may(one, Action.START_RUN)]
        person = self._dice.choice(starters)
        run = self._event_run(person) if self._started % 10 == 0 else None
        run = run or self._sop_run(person)
        for step in self._store.runs.steps(run.id):
            if step.due_on is None and self._dice.random() < 0.6:
                day = self.today + dt.timedelta(days=self._dice.randint(3, 60))
                self._running.set_day(step.id, person.id, day)
        self._store.runs.set_repeats(run.id, self._dice.random() < 0.5)
        self._running.approve(run.id, person.id)
        steps = [self._step(step) for step in self._store.runs.steps(run.id)]
        self.oracle.begin(Progress(run.id, person.id, steps), self.now)
        self.oracle.open(steps if run.document == EVENT_CODE else steps[:1], self.now, told=False)

    def _sop_run(self, person: Person) -> Run:
        sop = self._sops[self._started % len(self._sops)]
        units = [unit for unit in self._store.units.all() if self._may_start(person, unit.id)]
        unit = self._dice.choice(units)
        made = self._running.planner.draft(sop.document, unit.id, person.id)
        if made is None:
            raise LookupError("a draft without an origin is always made")
        return made

    def _event_run(self, person: Person) -> Run | None:
        if person.unit_id is not None:
            return None
        events = [event for event in self._store.events.all(ending_from=self.today) if event.kind != "day_off"]
        for event in events:
            if self._running.planner.rules_at(event.kind, {}):
                title = self._running.almanac.rulebook.sops[0].title
                made = self._running.planner.draft_of_event(event, title, person.id)
                if made is not None:
                    return made
        return None

    def _may_start(self, person: Person, unit_id: int) -> bool:
        return may(person, Action.START_RUN, Subject(unit_ids=self._store.units.chain(unit_id)))

    def _step(self, step: RunStep) -> Step:
        parts = [
            Part(one.person_id or 0, one.held_role, "has", self.now) for one in self._store.runs.assignments(step.id)
        ]
        early = self._dice.choice([-5, -2, -1, 0, 0, 1, 2, 4, 9])
        self._fates[step.id] = None if self._dice.random() < NEVER_DONE else early
        return Step(step.id, step.run_id, step.due_on, step.by_each, step.leads, parts)

    def _left(self) -> list[Step]:
        return [step for run in self.oracle.runs.values() if run.is_running for step in run.steps if step.is_left]

    def _held(self) -> list[Step]:
        return [step for step in self._left() if step.having()]

    # ---------------------------------------------------------------- one thing that somebody does

    def act(self) -> None:
        """Let somebody do something."""
        acts: list[tuple[int, Callable[[], bool]]] = [
            (66, self._do),
            (6, self._give),
            (5, self._offer),
            (8, self._answer_offer),
            (2, self._release),
            (4, self._put_off),
            (2, self._skip),
            (6, self._snooze),
            (6, self._remind_me),
            (2, self._wish),
            (1, self._leave),
            (1, self._block),
            (1, self._become),
            (1, self._stop),
        ]
        self.acts += self._dice.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()

    def _do(self) -> bool:
        for _ in range(self._dice.randint(1, 6)):  # several at once, so that runs come to an end
            ready = [step for step in self._left() if self._is_ready(step)]
            if ready:
                self._finish(self._dice.choice(ready))
        return True

    def _finish(self, step: Step) -> None:
        having = step.having()
        by = self._dice.choice(having).person if having else self.oracle.runs[step.run].coordinator
        self._running.done(step.id, by)
        self.oracle.done(step.id, by, self.now)
        self._sync(step.run)

    def _is_ready(self, step: Step) -> bool:
        fate = self._fates[step.id]
        if fate is None:
            return False
        return not step.is_waiting if step.due is None else self.today >= step.due + dt.timedelta(days=fate)

    def _sync(self, run_id: int) -> None:
        """Tell the oracle the days that steps have now; how limits become days is not what the year tests."""
        self.oracle.dated({step.id: step.due_on for step in self._store.runs.steps(run_id)}, self.now)

    def _give(self) -> bool:
        free = [step for step in self._left() if not step.having()] or self._left()
        if not free:
            return False
        step = self._dice.choice(free)
        person = self._somebody(step)
        self._running.give(step.id, self.oracle.runs[step.run].coordinator, person)
        self.oracle.give(step.id, person, self.now)
        return True

    def _offer(self) -> bool:
        if not (held := self._held()):
            return False
        step = self._dice.choice(held)
        giver, person = self._dice.choice(step.having()).person, self._somebody(step)
        self._running.offer(step.id, giver, person)
        self.oracle.offer(step.id, giver, person, self.now)
        return True

    def _answer_offer(self) -> bool:
        offers = [(step, part) for step in self._left() for part in step.parts if part.state == "offered"]
        if not offers:
            return False
        step, part = self._dice.choice(offers)
        assignment = self._assignment(step, part.person)
        if self._dice.random() < 0.6:
            self._running.accept(assignment, part.person)
            self.oracle.accept(step.id, part.person, self.now)
        else:
            self._running.decline(assignment, part.person)
            self.oracle.decline(step.id, part.person, self.now)
        return True

    def _release(self) -> bool:
        if not (held := self._held()):
            return False
        step = self._dice.choice(held)
        person = self._dice.choice(step.having()).person
        self._running.release(self._assignment(step, person), person)
        self.oracle.release(step.id, person, self.now)
        return True

    def _put_off(self) -> bool:
        dated = [step for step in self._left() if step.due is not None]
        if not dated:
            return False
        step = self._dice.choice(dated)
        day = self.today + dt.timedelta(days=self._dice.randint(0, 25))
        having = [part.person for part in step.having()]
        by = self._dice.choice([self.oracle.runs[step.run].coordinator, *having])
        if day == step.due:
            return False
        self._running.set_day(step.id, by, day, REASON)
        self.oracle.moved({step.id: day}, by, self.now)
        return True

    def _skip(self) -> bool:
        if not (left := self._left()):
            return False
        step = self._dice.choice(left)
        by = self.oracle.runs[step.run].coordinator
        self._running.skip(step.id, by, REASON)
        self.oracle.over(step.id, by, self.now)
        self._sync(step.run)
        return True

    def _snooze(self) -> bool:
        if not (held := self._held()):
            return False
        step = self._dice.choice(held)
        person = self._dice.choice(step.having()).person
        timing = self._running.almanac.timing()
        until = self.now + dt.timedelta(hours=1)
        if self._dice.random() < 0.5:
            until = timing.at(self.today + dt.timedelta(days=1), self.oracle.humans[person].morning)
        self._running.snooze(step.id, self._assignment(step, person), person, until)
        self.oracle.snooze(step.id, person, until)
        return True

    def _stop(self) -> bool:
        running = [run for run in self.oracle.runs.values() if run.is_running]
        if len(running) < 4 or self._dice.random() < 0.6:
            return False
        run = self._dice.choice(running)
        self._running.stop(run.id, run.coordinator, REASON)
        self.oracle.stop(run.id)
        return True

    # ---------------------------------------------------------------- people

    def _remind_me(self) -> bool:
        person = self._here()
        self._own += 1
        day = self.today + dt.timedelta(days=self._dice.randint(1, 40))
        time = self._dice.choice([None, None, dt.time(9, 5), dt.time(16, 40), NIGHT])
        made = self._store.wishes.add_own(person, f"own-{self._own} kumpul berkas", day, time)
        self._running.schedule.own(made)
        self.oracle.own(person, self._own, day, time)
        return True

    def _wish(self) -> bool:
        person = self._here()
        leads, morning = self._dice.choice([None, (10, 1), (2,)]), self._dice.choice([dt.time(7, 0), dt.time(8, 30)])
        self._store.wishes.keep(person, replace(self._store.wishes.of(person), leads=leads, morning=morning))
        self._running.schedule.again_for(person)
        self.oracle.wish(person, leads, morning, self.now)
        return True

    def lose_coordinator(self) -> None:
        """Let the one who steers most runs leave, but not the first of all."""
        steering = Counter(run.coordinator for run in self.oracle.runs.values() if run.is_running)
        del steering[min(self.oracle.humans)]
        if steering:
            person = steering.most_common(1)[0][0]
            self._service.erase(person)
            self.oracle.leave(person)
            self.oracle.steer(self.steers)

    def _leave(self) -> bool:
        person = self._here(SETTLED)
        self._service.erase(person)
        self.oracle.leave(person)
        self.oracle.steer(self.steers)
        return True

    def _block(self) -> bool:
        """Somebody blocks the bot; Telegram says so at once, or only when something is sent."""
        person = self._here(SETTLED)
        self._service.telegram.blocked.add(person)
        if self._dice.random() < 0.5:
            self._store.people.has_blocked(person)
            self.oracle.leave(person)
        self.oracle.steer(self.steers)
        return True

    def _become(self) -> bool:
        person = self._here(SETTLED)
        known = self._store.people.get(person)
        role = self._dice.choice(sorted(GRANTED_ROLES - {known.role}))
        self._store.people.grant(person, role, known.unit_id)
        self.oracle.humans[person].role = role
        self.oracle.steer(self.steers)
        return True

    def _here(self, first: int = 0) -> int:
        """Return somebody who is still here; not one of the first so many."""
        here = [human.id for human in self.oracle.humans.values() if human.is_here]
        return self._dice.choice([one for one in here[first:] if one not in self._service.telegram.blocked])

    def _somebody(self, step: Step) -> int:
        """Return somebody of the staff who has nothing to do with a step."""
        known = {part.person for part in step.parts if part.state != "ended"}
        staff = [one.id for one in self._store.people.with_role(*GRANTED_ROLES) if one.id not in known]
        return self._dice.choice(staff)

    def _assignment(self, step: Step, person: int) -> int:
        states = (AssignmentState.ASSIGNED, AssignmentState.OFFERED)
        found = [one for one in self._store.runs.assignments(step.id) if one.person_id == person]
        return next(one.id for one in found if one.state in states)

    # ---------------------------------------------------------------- the calendar

    def change_calendar(self, number: int, by: int) -> None:
        """Do one of the year's changes: move an event, move it again, remove one, enter one that was forgotten."""
        if number == 2:
            event = self._event_with_steps(but=self._moves.get("first", 0))
            if event is not None:
                self._store.events.remove(event.id)
                self._moving.removed(event, by)
        elif number == 3:
            kind, label, first, last = LATE_ENTRY
            self.enter(kind, label, day_of(first), day_of(last), by)
            return
        else:
            first_id = self._moves.get("first")
            event = self._store.events.find(first_id) if first_id else self._event_with_steps()
            if event is not None:
                self._moves["first"] = event.id
                days = dt.timedelta(days=6 if number == 0 else -3)
                changed = self._store.events.change(event.id, event.starts + days, event.ends + days)
                self._moving.changed(changed, by)
        self._follow(by)

    def enter(self, kind: str, label: str, first: dt.date, last: dt.date, by: int) -> None:
        """Enter an event."""
        event = self._store.events.add(kind, first, last, by, label=label)
        for run in self._to_be_proposed(event):
            self.oracle.propose(self.steers(run.id), run.id, self.now)
        self._moving.entered(event, by)
        self._follow(by)

    def _to_be_proposed(self, event: CalendarEvent) -> list[Run]:
        """Return the last runs of SOPs that repeat and went by an earlier event of the kind."""
        if event.ends < self.today:
            return []
        last: dict[tuple[str, int | None], Run] = {}
        for run in reversed(self._store.runs.all()):
            last[run.document, run.unit_id] = run
        found = []
        for run in last.values():
            steps = [step for step in self._store.runs.steps(run.id) if step.anchor == event.kind]
            starts = [self._store.events.get(step.event_id).starts for step in steps if step.event_id is not None]
            is_new = len(starts) == len(steps) > 0 and all((event.starts - day).days > 60 for day in starts)
            if run.repeats and is_new:
                found.append(run)
        return found

    def _follow(self, by: int) -> None:
        """Tell the oracle which steps have another day because of the calendar."""
        days = {step.id: self._store.runs.step(step.id).due_on for step in self._left()}
        changed = {number: day for number, day in days.items() if day != self.oracle.steps[number].due}
        self.oracle.moved(changed, by, self.now)
        self.moved += len(changed)

    def _event_with_steps(self, but: int = 0) -> CalendarEvent | None:
        """Return the event that most steps are counted from."""
        events = [event for event in self._store.events.all(ending_from=self.today) if event.id != but]
        return max(events, key=lambda event: len(self._store.runs.steps_at(event.id)), default=None)
