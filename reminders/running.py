"""What people do to runs: approve, do, hand on, put off, skip; and who hears of it.

Everything here is done in the caller's transaction, writes the audit trail, and writes down what is to be said
(`reminders.schedule`); nothing is said at once. Who may do what, the caller has asked (`store.permissions.may`).
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from reminders.almanac import STEP_BEFORE, Almanac
from reminders.planning import EVENT_CODE, Planner
from reminders.schedule import FROM_ITS_DAY, Notice, Schedule, subject
from store.database import JSONObject
from store.runs import Assignment, AssignmentState, Run, RunState, RunStep, StepState
from store.trail import Act


class Fault(StrEnum):
    """Why something cannot be done to a run or a step."""

    OVER = "over"
    """The step or its run is over, or not running yet."""
    NO_DRAFT = "no_draft"
    NO_REASON = "no_reason"
    NOT_YOURS = "not_yours"
    HAS_IT = "has_it"
    PAST = "past"
    SAME_DAY = "same_day"


class RunRefusedError(Exception):
    """Something that cannot be done (any more)."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Running:
    """Does what people do to runs."""

    def __init__(self, almanac: Almanac) -> None:
        self.almanac = almanac
        self.planner = Planner(almanac)
        self.schedule = Schedule(almanac)
        self._store = almanac.store
        self._runs = almanac.store.runs
        self._trail = almanac.store.trail

    # ---------------------------------------------------------------- a run

    def approve(self, run_id: int, by: int) -> Run:
        """Let a plan be a run: everybody who has a step hears of it. Raises `RunRefusedError`."""
        if not self._runs.begin(run_id):
            raise RunRefusedError(Fault.NO_DRAFT)
        run, steps = self._runs.get(run_id), self._runs.steps(run_id)
        self._trail.note(
            Act.RUN_STARTED, by, run_id=run_id, details={"code": run.code, "digest": run.digest, "steps": len(steps)}
        )
        for step in steps:
            self.schedule.plan(step)
            for assignment in self._runs.assignments(step.id):
                if assignment.person_id is not None:
                    self._note(Act.ASSIGNED, step, by, told=assignment.person_id)
                    self._tell(Notice.GIVEN, step, assignment.person_id, f"g{assignment.id}", assignment)
        self._open(run, steps if run.document == EVENT_CODE else steps[:1])
        return run

    def stop(self, run_id: int, by: int, reason: str) -> None:
        """End a run before its end: nobody is reminded any more. Raises `RunRefusedError`."""
        run = self._running(run_id)
        reason = _given(reason)
        for step in self._runs.steps(run.id):
            self._store.due.cancel(subject(step.id))
        self._runs.end(run.id, RunState.STOPPED)
        self._trail.note(Act.RUN_STOPPED, by, run_id=run.id, details={"reason": reason})

    # ---------------------------------------------------------------- a step

    def done(self, step_id: int, by: int, note: str = "", evidence: JSONObject | None = None) -> RunStep:
        """Note that somebody has done their part, or who steers the run the whole step. Raises `RunRefusedError`.

        ``evidence`` is a file of Telegram (``file_id``, ``name``).
        """
        step = self._left(step_id)
        mine = self._part_of(step, by)
        if mine is not None:
            self._runs.set_assignment(mine.id, AssignmentState.DONE)
        if step.by_each and mine is not None and self.schedule.having(step):
            self._store.due.cancel(subject(step.id, mine.id))
            self._note(Act.PART_DONE, step, by, details={"note": note, "evidence": evidence})
            return self._runs.step(step.id)
        self._note(Act.STEP_DONE, step, by, details={"note": note, "evidence": evidence})
        return self._finish(step, StepState.DONE, by, note)

    def skip(self, step_id: int, by: int, reason: str) -> RunStep:
        """Note that a step is not done in this run. Raises `RunRefusedError`."""
        step, reason = self._left(step_id), _given(reason)
        self._note(Act.STEP_SKIPPED, step, by, details={"reason": reason})
        return self._finish(step, StepState.SKIPPED, by, reason)

    def reopen(self, step_id: int, by: int) -> RunStep:
        """Take back that a step is done or skipped. Raises `RunRefusedError` if the run is over or it is not."""
        step = self._runs.step(step_id)
        self._running(step.run_id)
        if step.is_left:
            raise RunRefusedError(Fault.OVER)
        for assignment in self._runs.assignments(step_id):
            if assignment.state is AssignmentState.DONE:
                self._runs.set_assignment(assignment.id, AssignmentState.ASSIGNED)
        step = self._runs.reopen_step(step_id)
        self._note(Act.STEP_REOPENED, step, by)
        self.schedule.plan(step)
        return step

    def set_day(self, step_id: int, by: int, day: dt.date, reason: str = "") -> RunStep:
        """Let a step be due on a day of one's choice; one that had a day is put off, with a reason.

        In a draft nobody hears of it. Raises `RunRefusedError`.
        """
        step, run = self._step_to_change(step_id)
        if day < self.almanac.today():
            raise RunRefusedError(Fault.PAST)
        if day == step.due_on:
            raise RunRefusedError(Fault.SAME_DAY)
        is_draft = run.state is RunState.DRAFT
        if step.due_on is not None and not is_draft:
            reason = _given(reason)
        moved = self._runs.set_due(step.id, day)
        if not is_draft:
            act = Act.PUT_OFF if step.due_on else Act.DATE_SET
            before = step.due_on.isoformat() if step.due_on else ""
            self._trail.note(
                act,
                by,
                run_id=run.id,
                step_id=step.id,
                details={"before": before, "day": day.isoformat(), "reason": reason},
            )
            self.moved(moved, run, step.due_on, by)
        return moved

    def moved(
        self, step: RunStep, run: Run, before: dt.date | None, by: int | None, event_id: int | None = None
    ) -> None:
        """Plan a step's reminders anew after its day changed, and let everybody but ``by`` hear, once."""
        self._store.due.cancel(subject(step.id), [Notice.MOVED, *FROM_ITS_DAY])
        step = self.schedule.plan(step)
        told = {assignment.person_id for assignment in self.schedule.having(step)}
        coordinator = self.schedule.coordinator(run)
        told |= {coordinator.id} if coordinator else set()
        for person_id in sorted(one for one in told if one is not None and one != by):
            details = {"before": before.isoformat() if before else "", "event": event_id or 0}
            self.schedule.tell(Notice.MOVED, step, person_id, f"m{person_id}", payload=details)

    # ---------------------------------------------------------------- who has a step

    def give(self, step_id: int, by: int, person_id: int) -> int:
        """Give a step to somebody instead of those who have it; in a draft nobody hears. Returns the assignment.

        Raises `RunRefusedError` if they have it already.
        """
        step, run = self._step_to_change(step_id)
        if any(one.person_id == person_id for one in self._runs.assignments(step.id)):
            raise RunRefusedError(Fault.HAS_IT)
        for assignment in self._runs.assignments(step.id):
            self._end(assignment)
        given = self._runs.assign(step.id, person_id)
        if run.state is RunState.RUNNING:
            self._note(Act.ASSIGNED, step, by, told=person_id)
            self.schedule.plan(step)
            self._tell(Notice.GIVEN, step, person_id, f"g{given}", self._runs.assignment(given))
        return given

    def offer(self, step_id: int, by: int, person_id: int) -> int:
        """Ask somebody to take a step from the one who hands it on; it is theirs once they accept.

        Returns the assignment. Raises `RunRefusedError`.
        """
        step = self._left(step_id)
        if any(one.person_id == person_id for one in self._runs.assignments(step.id)):
            raise RunRefusedError(Fault.HAS_IT)
        mine = self._part_of(step, by)
        offered = self._runs.assign(
            step.id, person_id, AssignmentState.OFFERED, instead_of=mine.id if mine is not None else None
        )
        self._note(Act.OFFERED, step, by, told=person_id)
        self._tell(Notice.OFFERED, step, person_id, f"o{offered}", self._runs.assignment(offered))
        return offered

    def accept(self, assignment_id: int, by: int) -> RunStep:
        """Take a step that was offered; who handed it on hears, and is reminded no more. Raises `RunRefusedError`."""
        offer, step = self._offer(assignment_id, by)
        self._runs.set_assignment(offer.id, AssignmentState.ASSIGNED)
        before = [one for one in self._runs.assignments(step.id) if one.state is AssignmentState.ASSIGNED]
        for assignment in before:
            is_theirs = offer.instead_of is None or assignment.id == offer.instead_of
            if assignment.id != offer.id and is_theirs:
                self._end(assignment)
                if assignment.person_id is not None:
                    self._told(step, assignment.person_id, Act.ACCEPTED, by, f"{offer.id}")
        self._note(Act.ACCEPTED, step, by)
        self.schedule.plan(step)
        return step

    def decline(self, assignment_id: int, by: int) -> RunStep:
        """Refuse a step that was offered; who wanted to hand it on keeps it and hears. Raises `RunRefusedError`."""
        offer, step = self._offer(assignment_id, by)
        self._end(offer)
        self._note(Act.DECLINED, step, by)
        giver = self._runs.assignment(offer.instead_of) if offer.instead_of is not None else None
        if giver is not None and giver.person_id is not None:
            self._told(step, giver.person_id, Act.DECLINED, by, f"{offer.id}")
        else:
            self._tell_coordinator(step, Act.DECLINED, by, f"{offer.id}")
        return step

    def release(self, assignment_id: int, by: int) -> RunStep:
        """Note that a step is not somebody's; the coordinator hears. Raises `RunRefusedError`."""
        assignment = self._runs.assignment(assignment_id)
        if assignment is None or assignment.person_id != by or assignment.state is not AssignmentState.ASSIGNED:
            raise RunRefusedError(Fault.NOT_YOURS)
        step = self._left(assignment.step_id)
        self._end(assignment)
        self._note(Act.RELEASED, step, by)
        step = self.schedule.plan(step)
        self._tell_coordinator(step, Act.RELEASED, by, f"r{assignment.id}")
        return step

    def snooze(self, step_id: int, assignment_id: int, by: int, until: dt.datetime) -> None:
        """Remind somebody of a step again at a time of their choice. Raises `RunRefusedError` if it is over."""
        step = self._left(step_id)
        self.schedule.put(
            Notice.SNOOZED, step, until, by, f"s{by}.{until:%Y%m%dT%H%M}", assignment_id=assignment_id, is_exact=True
        )

    def take_over_runs(self) -> int:
        """Give runs whose coordinator is gone, blocked the bot or is none any more to who steers them now.

        They hear of late steps from now on. Returns how many runs.
        """
        taken = 0
        for run in self._runs.all(RunState.RUNNING):
            coordinator = self.schedule.coordinator(run)
            if coordinator is not None and coordinator.id != run.coordinator_id:
                taken += 1
                self._runs.take_over(run.id, coordinator.id)
                self._trail.note(Act.RUN_TAKEN_OVER, run_id=run.id, told=coordinator.id)
                for step in self._runs.steps(run.id):
                    if step.is_left:
                        self.schedule.plan(step)
        return taken

    def release_strays(self) -> int:
        """Take steps from people who are gone, have blocked the bot or are no longer what they were by role.

        The coordinator hears of each, once. Returns how many.
        """
        strays = self._runs.strays()
        for stray in strays:
            step = self._runs.step(stray.step_id)
            assignment = self._runs.assignment(stray.assignment_id)
            if assignment is not None:
                self._end(assignment)
            self._trail.note(
                Act.RELEASED, run_id=step.run_id, step_id=step.id, told=stray.person_id, details={"why": stray.state}
            )
            step = self.schedule.plan(step)
            coordinator = self.schedule.coordinator(self._runs.get(step.run_id))
            if coordinator is not None:
                details = {"why": stray.state, "who": stray.person_id or 0}
                self.schedule.tell(Notice.STRAY, step, coordinator.id, f"x{stray.assignment_id}", payload=details)
        return len(strays)

    # ---------------------------------------------------------------- what follows

    def _finish(self, step: RunStep, state: StepState, by: int, note: str) -> RunStep:
        finished = self._runs.finish_step(step.id, state, note)
        self._store.due.cancel(subject(step.id))
        run = self._runs.get(step.run_id)
        steps = self._runs.steps(run.id)
        self._date_next(run, finished, steps)
        left = [one for one in steps if one.is_left]
        if not left:
            self._runs.end(run.id, RunState.FINISHED)
            self._trail.note(Act.RUN_FINISHED, run_id=run.id)
            self._tell_coordinator(finished, Act.RUN_FINISHED, by, "end")
        elif left[0].state is StepState.WAITING:
            self._open(run, left[:1], told=True)
        return finished

    def _date_next(self, run: Run, finished: RunStep, steps: tuple[RunStep, ...]) -> None:
        """Give the step behind a finished one its day, if it is counted from the step before it."""
        for step in steps:
            if step.position == finished.position + 1 and step.is_left and step.anchor == STEP_BEFORE:
                due = self.planner.due_of(step, self.almanac.today(), run.unit_id)
                if due is not None:
                    self.schedule.plan(self._runs.set_due(step.id, due.day, due.earliest))

    def _open(self, run: Run, steps: tuple[RunStep, ...] | list[RunStep], *, told: bool = False) -> None:
        """Note that steps' turn has come; let those hear who have them, the coordinator where nobody has."""
        for step in steps:
            opened = self._runs.open_step(step.id)
            self._note(Act.STEP_OPENED, step, None)
            having = self.schedule.having(opened)
            for assignment in having if told else ():
                self._tell(Notice.TURN, opened, assignment.person_id or 0, f"t{assignment.id}", assignment)
            coordinator = None if having else self.schedule.coordinator(run)
            if coordinator is not None:
                self.schedule.tell(Notice.TURN, opened, coordinator.id, "t0")

    def _note(
        self, act: Act, step: RunStep, by: int | None, *, told: int | None = None, details: JSONObject | None = None
    ) -> None:
        self._trail.note(act, by, run_id=step.run_id, step_id=step.id, told=told, details=details)

    def _tell(self, notice: Notice, step: RunStep, person_id: int, name: str, assignment: Assignment | None) -> None:
        self.schedule.tell(notice, step, person_id, name, assignment_id=assignment.id if assignment else 0)

    def _told(self, step: RunStep, person_id: int, act: Act, by: int, name: str) -> None:
        """Let somebody hear what another did to a step."""
        self.schedule.tell(Notice.TOLD, step, person_id, f"{act}.{name}.{person_id}", payload={"act": act, "by": by})

    def _tell_coordinator(self, step: RunStep, act: Act, by: int, name: str) -> None:
        coordinator = self.schedule.coordinator(self._runs.get(step.run_id))
        if coordinator is not None and coordinator.id != by:
            self._told(step, coordinator.id, act, by, name)

    def _end(self, assignment: Assignment) -> None:
        self._runs.set_assignment(assignment.id, AssignmentState.ENDED)
        self._store.due.cancel(subject(assignment.step_id, assignment.id))

    # ---------------------------------------------------------------- checks

    def _running(self, run_id: int) -> Run:
        run = self._runs.get(run_id)
        if run.state is not RunState.RUNNING:
            raise RunRefusedError(Fault.OVER)
        return run

    def _left(self, step_id: int) -> RunStep:
        step = self._runs.step(step_id)
        self._running(step.run_id)
        if not step.is_left:
            raise RunRefusedError(Fault.OVER)
        return step

    def _step_to_change(self, step_id: int) -> tuple[RunStep, Run]:
        step = self._runs.step(step_id)
        run = self._runs.get(step.run_id)
        if not step.is_left or run.state not in (RunState.RUNNING, RunState.DRAFT):
            raise RunRefusedError(Fault.OVER)
        return step, run

    def _part_of(self, step: RunStep, person_id: int) -> Assignment | None:
        parts = [one for one in self._runs.assignments(step.id) if one.person_id == person_id]
        return next((one for one in parts if one.state is AssignmentState.ASSIGNED), None)

    def _offer(self, assignment_id: int, by: int) -> tuple[Assignment, RunStep]:
        offer = self._runs.assignment(assignment_id)
        if offer is None or offer.person_id != by or offer.state is not AssignmentState.OFFERED:
            raise RunRefusedError(Fault.NOT_YOURS)
        return offer, self._left(offer.step_id)


def _given(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise RunRefusedError(Fault.NO_REASON)
    return reason
