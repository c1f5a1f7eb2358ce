"""What is written down to come due: who is to hear what of which step when.

Each kind of due thing, its subject and its key stand here. A step's things are named after its schedule number,
so that a date that moves takes the old ones back and makes others; what was said once is never said again.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from reminders.almanac import Almanac
from reminders.timing import COORDINATOR_AFTER
from store.database import JSONObject
from store.people import Person, PersonState
from store.permissions import Action, may
from store.roles import Role
from store.runs import Assignment, AssignmentState, Run, RunStep
from store.wishes import OwnReminder


class Notice(StrEnum):
    """Kinds of due things."""

    LEAD = "lead"
    """A step is due in so many days."""
    OVERDUE = "overdue"
    """A step's day is over; daily on working days."""
    LATE = "late"
    """The coordinator: a step's day has been over for days."""
    SNOOZED = "snoozed"
    TURN = "turn"
    """A step's turn has come."""
    GIVEN = "given"
    """A step was given to somebody."""
    OFFERED = "offered"
    """Somebody is asked to take a step."""
    MOVED = "moved"
    """A step is due on another day."""
    TOLD = "told"
    """The coordinator: something happened to a step."""
    STRAY = "stray"
    """The coordinator: nobody answers for a step any more."""
    WEEK = "week"
    PROPOSAL = "proposal"
    """The coordinator: a run could be made again, since its event has entered the calendar."""
    RULES = "rules"
    """A coordinator: a document's rules have changed."""
    OWN = "own"
    """A reminder of somebody's own."""


FROM_ITS_DAY = (Notice.LEAD, Notice.OVERDUE, Notice.LATE)
"""What follows from a step's day, and is taken back with it."""
PLANNED = (*FROM_ITS_DAY, Notice.SNOOZED)
"""What is said of a step at a time that was planned; of several at one moment only the last."""
WHO_HAS_IT = frozenset({Notice.LEAD, Notice.OVERDUE, Notice.TURN})
"""What those hear who have a step, and where nobody has it the coordinator."""


class Schedule:
    """Writes down what comes due."""

    def __init__(self, almanac: Almanac) -> None:
        self._almanac = almanac
        self._store = almanac.store

    def plan(self, step: RunStep) -> RunStep:
        """Write down all that follows from a step's day, under a new schedule number; what was to come is taken back.

        What is due already, and was missed in a stop or waits for the morning, is still said.
        """
        self._store.due.cancel(subject(step.id), FROM_ITS_DAY, after=self._store.clock())
        step = self._store.runs.schedule_anew(step.id)
        if not step.is_left or step.due_on is None:
            return step
        run = self._store.runs.get(step.run_id)
        coordinator = self.coordinator(run)
        having = self.having(step)
        for assignment in having:
            self._plan_for(step, assignment.id, assignment.person_id or 0, run)
        if not having and coordinator is not None:
            self._plan_for(step, 0, coordinator.id, run)
        if coordinator is not None:
            self.late(step, run, coordinator.id, step.due_on + dt.timedelta(days=COORDINATOR_AFTER))
        return step

    def _plan_for(self, step: RunStep, assignment_id: int, person_id: int, run: Run) -> None:
        """Write down somebody's lead times before a step's day, and the first morning after it."""
        if step.due_on is None:
            return
        now, wishes = self._store.clock(), self._store.wishes.of(person_id)
        for lead, at in self._almanac.timing(run.unit_id).leads(step.due_on, step.leads, wishes, now):
            self.put(Notice.LEAD, step, at, person_id, f"{assignment_id}.{lead}", assignment_id=assignment_id)
        self.overdue(step, run, assignment_id, person_id, step.due_on + dt.timedelta(days=1))

    def overdue(self, step: RunStep, run: Run, assignment_id: int, person_id: int, day: dt.date) -> None:
        """Let somebody hear on the next working morning from a day on that a step is late."""
        self._on_working_morning(Notice.OVERDUE, step, run, person_id, day, assignment_id)

    def late(self, step: RunStep, run: Run, coordinator_id: int, day: dt.date) -> None:
        """Let a coordinator hear on the next working morning from a day on that a step is late."""
        self._on_working_morning(Notice.LATE, step, run, coordinator_id, day)

    def _on_working_morning(
        self, notice: Notice, step: RunStep, run: Run, person_id: int, day: dt.date, assignment_id: int = 0
    ) -> None:
        wishes, timing = self._store.wishes.of(person_id), self._almanac.timing(run.unit_id)
        today = self._almanac.today()
        morning = timing.at(today, dt.time())
        said = (Notice.LEAD, notice) if notice is Notice.OVERDUE else (notice,)  # a missed lead is said as overdue
        if day <= today and self._store.due.has_come(said, subject(step.id, assignment_id), person_id, morning):
            day = today + dt.timedelta(days=1)  # once a day, also for who has just wished for a later hour
        at = timing.working_morning(day, wishes, self._store.clock())
        if at is not None:
            name = f"{assignment_id}.{timing.today(at)}"
            self.put(notice, step, at, person_id, name, assignment_id=assignment_id)

    def put(
        self,
        notice: Notice,
        step: RunStep,
        at: dt.datetime,
        person_id: int,
        name: str,
        *,
        assignment_id: int = 0,
        is_exact: bool = False,
        payload: JSONObject | None = None,
    ) -> None:
        """Write down that somebody is to hear something of a step; once for its schedule and name.

        With an assignment it is taken back when that ends; what others did is said whatever becomes of the step.
        """
        self._store.due.put(
            notice,
            f"{step.id}.{step.schedule}.{name}",
            at,
            person_id,
            subject="" if notice is Notice.TOLD else subject(step.id, assignment_id),
            payload={"step": step.id, "assignment": assignment_id, **(payload or {})},
            is_exact=is_exact,
        )

    def tell(
        self,
        notice: Notice,
        step: RunStep,
        person_id: int,
        name: str,
        *,
        assignment_id: int = 0,
        payload: JSONObject | None = None,
    ) -> None:
        """Let somebody hear something of a step as soon as their quiet hours allow."""
        self.put(notice, step, self._store.clock(), person_id, name, assignment_id=assignment_id, payload=payload)

    def own(self, reminder: OwnReminder) -> None:
        """Write down when somebody hears a reminder of their own; a time that they chose is kept to the minute."""
        self._store.due.cancel(f"own:{reminder.id}")
        time = reminder.time or self._store.wishes.of(reminder.person_id).morning
        self._store.due.put(
            Notice.OWN,
            f"{reminder.id}.{reminder.schedule}",
            self._almanac.timing().at(reminder.day, time),
            reminder.person_id,
            subject=f"own:{reminder.id}",
            payload={"own": reminder.id},
            is_exact=reminder.time is not None,
        )

    def week(self, person: Person) -> None:
        """Write down somebody's next Monday; once for each."""
        timing = self._almanac.timing()
        at = timing.monday_morning(self._store.wishes.of(person.id), self._store.clock())
        self._store.due.put(Notice.WEEK, f"{person.id}.{timing.today(at)}", at, person.id, subject="week")

    def once_a_day(self, notice: Notice, step: RunStep, person_id: int) -> None:
        """Take back what else somebody would hear today of a late step of which they hear now."""
        timing = self._almanac.timing()
        midnight = timing.at(self._almanac.today() + dt.timedelta(days=1), dt.time())
        self._store.due.cancel(subject(step.id), [notice], before=midnight, person_id=person_id)

    def again_for(self, person_id: int) -> None:
        """Plan everything of somebody anew, because they want to be reminded at other times."""
        mine = {one.step_id for one in self._store.runs.assignments_of(person_id)}
        for step in self._store.runs.left():
            if step.id in mine or self._store.runs.get(step.run_id).coordinator_id == person_id:
                self.plan(step)
        for reminder in self._store.wishes.all_own(person_id):
            self.own(self._store.wishes.move_own(reminder.id, reminder.day, reminder.time))

    def having(self, step: RunStep) -> list[Assignment]:
        """Return who has a step and can be reached, without those who have done their part."""
        found = []
        for assignment in self._store.runs.assignments(step.id):
            if assignment.state is AssignmentState.ASSIGNED and assignment.person_id is not None:
                person = self._store.people.find(assignment.person_id)
                if person is not None and person.state is not PersonState.BLOCKED:
                    found.append(assignment)
        return found

    def coordinator(self, run: Run) -> Person | None:
        """Return who steers a run; None if nobody can.

        Who started it, else a coordinator of the unit, else the quality office, else an administrator.
        """
        people, units = self._store.people, self._store.units
        owner = people.find(run.coordinator_id) if run.coordinator_id is not None else None
        if owner is not None and owner.state is not PersonState.BLOCKED and may(owner, Action.STEER_RUN):
            return owner
        path = units.chain(run.unit_id) if run.unit_id is not None else frozenset()
        others = people.with_role(Role.COORDINATOR)
        near = [person for person in others if person.unit_id in path or person.unit_id is None]
        rest = (*near, *people.with_role(Role.QUALITY_OFFICE), *people.with_role(Role.ADMINISTRATOR))
        return next(iter(rest), None)


def subject(step_id: int, assignment_id: int = 0) -> str:
    """Return what the things about a step (and somebody's part in it) are taken back by."""
    return f"step:{step_id}/{assignment_id}" if assignment_id else f"step:{step_id}"
