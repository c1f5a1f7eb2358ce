"""Runs of SOPs: their steps as they were planned, and who has which.

A run keeps the words and the version of its document from the day on which it was started. What follows from
what (who hears, what opens next) is decided in `reminders`; here rows are read and written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from store.bilingual import Bilingual
from store.clock import from_optional, from_text, start_of
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json
from store.roles import Role


class RunNotFoundError(StoreError):
    """There is no such run."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"There is no run {run_id}: look it up in the list.")


class StepNotFoundError(StoreError):
    """There is no such step."""

    def __init__(self, step_id: int) -> None:
        super().__init__(f"There is no step {step_id}: look it up in its run.")


class RunState(StrEnum):
    """How far a run is; a draft is a plan that nobody has heard of."""

    DRAFT = "draft"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class StepState(StrEnum):
    """How far a step is: waiting for the one before it, open, or over."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class AssignmentState(StrEnum):
    """How far somebody is with a step: asked to take it, has it, has done their part, has it no more."""

    OFFERED = "offered"
    ASSIGNED = "assigned"
    DONE = "done"
    ENDED = "ended"


LEFT = frozenset({StepState.WAITING, StepState.OPEN})
"""States of steps that are still to be done."""


NOBODY = Bilingual("", "")


@dataclass(frozen=True)
class NewStep:
    """A step as planned; ``actor`` is who acts by the document (an entry of the lexicon; empty: nobody named).

    ``by_each`` says that everybody who has it must do it, not just one of them. ``time_limit`` (a
    `corpus.model.TimeLimit` as JSON) is counted from ``anchor``, the event ``event_id`` where the calendar has it.
    """

    number: str
    text: Bilingual
    code: str
    source: str
    lines: tuple[int, int]
    actor: str = ""
    actor_name: Bilingual = NOBODY
    by_each: bool = False
    rule_key: str | None = None
    anchor: str | None = None
    event_id: int | None = None
    time_limit: JSONObject | None = None
    leads: tuple[int, ...] | None = None
    due_on: dt.date | None = None
    earliest: dt.date | None = None
    people: tuple[tuple[int, Role | None], ...] = ()
    """Who has it, and the role by which they do."""


@dataclass(frozen=True)
class RunStep:
    """A step of a run; ``schedule`` counts how often its reminders were planned anew."""

    id: int
    run_id: int
    position: int
    number: str
    text: Bilingual
    code: str
    source: str
    lines: tuple[int, int]
    actor: str
    actor_name: Bilingual
    by_each: bool
    rule_key: str | None
    anchor: str | None
    event_id: int | None
    time_limit: JSONObject | None
    leads: tuple[int, ...] | None
    due_on: dt.date | None
    earliest: dt.date | None
    state: StepState
    schedule: int
    opened_at: dt.datetime | None
    finished_at: dt.datetime | None
    note: str

    @property
    def is_left(self) -> bool:
        """Whether it is still to be done."""
        return self.state in LEFT


@dataclass(frozen=True)
class Assignment:
    """Somebody's part in a step; ``held_role`` is the role by which they have it, None if they were named."""

    id: int
    step_id: int
    person_id: int | None
    held_role: Role | None
    instead_of: int | None
    """The assignment that ends when this one is accepted."""
    state: AssignmentState
    changed_at: dt.datetime


@dataclass(frozen=True)
class Run:
    """A run of an SOP (``document`` is its id), or of the rules that an event sets going."""

    id: int
    document: str
    code: str
    title: Bilingual
    digest: str
    unit_id: int | None
    coordinator_id: int | None
    state: RunState
    repeats: bool
    origin: str | None
    started_at: dt.datetime
    finished_at: dt.datetime | None


@dataclass(frozen=True)
class Stray:
    """A step that nobody answers for any more, and why: who had it left, blocked the bot or is no longer that."""

    step_id: int
    assignment_id: int
    person_id: int | None
    state: str
    """``gone``, ``blocked`` or ``role``."""


class Runs:
    """Reads and writes runs, steps and assignments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(
        self,
        document: str,
        code: str,
        title: Bilingual,
        digest: str,
        steps: Iterable[NewStep],
        coordinator_id: int,
        *,
        unit_id: int | None = None,
        repeats: bool = False,
        origin: str | None = None,
    ) -> Run | None:
        """Keep a plan with its steps; None where there is one of the same ``origin`` already."""
        now = self._database.now()
        with self._database.transaction():
            if origin and self._database.row("SELECT id FROM runs WHERE origin = ?", [origin]):
                return None
            run_id = self._database.insert(
                "INSERT INTO runs (document, code, title, digest, unit_id, coordinator_id, state, repeats, origin,"
                " started_at) VALUES (?, ?, ?, ?, ?, ?, 'draft', ?, ?, ?)",
                [document, code, title.to_json(), digest, unit_id, coordinator_id, int(repeats), origin, now],
            )
            for position, step in enumerate(steps, start=1):
                self._put_step(run_id, position, step)
            return self.get(run_id)

    def _put_step(self, run_id: int, position: int, step: NewStep) -> None:
        columns = {
            "run_id": run_id,
            "position": position,
            "number": step.number,
            "text": step.text.to_json(),
            "code": step.code,
            "source": step.source,
            "first_line": step.lines[0],
            "last_line": step.lines[1],
            "actor": step.actor,
            "actor_name": step.actor_name.to_json(),
            "by_each": int(step.by_each),
            "rule_key": step.rule_key,
            "anchor": step.anchor,
            "event_id": step.event_id,
            "time_limit": None if step.time_limit is None else to_json(step.time_limit),
            "leads": None if step.leads is None else _numbers(step.leads),
            "due_on": _day_text(step.due_on),
            "earliest": _day_text(step.earliest),
        }
        step_id = self._database.insert(_PUT_STEP, columns)
        for person_id, role in step.people:
            self.assign(step_id, person_id, held_role=role)

    def get(self, run_id: int) -> Run:
        """Return a run; raises `RunNotFoundError`."""
        row = self._database.row("SELECT * FROM runs WHERE id = ?", [run_id])
        if row is None:
            raise RunNotFoundError(run_id)
        return _run(row)

    def all(self, state: RunState | None = None) -> tuple[Run, ...]:
        """Return the runs (in a state), the newest first."""
        rows = self._database.rows(
            "SELECT * FROM runs WHERE state = coalesce(?, state) ORDER BY id DESC", [state.value if state else None]
        )
        return tuple(map(_run, rows))

    def drop_step(self, step_id: int) -> bool:
        """Take a step out of a draft; False if its run is none (any more)."""
        draft = "SELECT s.id FROM run_steps AS s JOIN runs AS r ON r.id = s.run_id WHERE s.id = ? AND r.state = 'draft'"
        with self._database.transaction():
            if self._database.row(draft, [step_id]) is None:
                return False
            self._database.write("DELETE FROM assignments WHERE step_id = ?", [step_id])
            return bool(self._database.write("DELETE FROM run_steps WHERE id = ?", [step_id]))

    def is_running(self, document: str, unit_id: int | None) -> bool:
        """Whether a document is being run for a unit."""
        sql = "SELECT id FROM runs WHERE document = ? AND coalesce(unit_id, 0) = ? AND state = 'running'"
        return self._database.row(sql, [document, unit_id or 0]) is not None

    def discard_before(self, day: dt.date) -> int:
        """Forget the plans made before a day (UTC) that nobody approved; returns how many."""
        rows = self._database.rows("SELECT id FROM runs WHERE state = 'draft' AND started_at < ?", [start_of(day)])
        return sum(self.discard(row["id"]) for row in rows)

    def begin(self, run_id: int) -> bool:
        """Let a draft be a run; False if it is none (any more)."""
        return bool(
            self._database.write(
                "UPDATE runs SET state = 'running', started_at = ? WHERE id = ? AND state = 'draft'",
                [self._database.now(), run_id],
            )
        )

    def discard(self, run_id: int) -> bool:
        """Forget a draft; False if it is none (any more)."""
        with self._database.transaction():
            if self._database.row("SELECT id FROM runs WHERE id = ? AND state = 'draft'", [run_id]) is None:
                return False
            self._database.write(
                "DELETE FROM assignments WHERE step_id IN (SELECT id FROM run_steps WHERE run_id = ?)", [run_id]
            )
            self._database.write("DELETE FROM run_steps WHERE run_id = ?", [run_id])
            return bool(self._database.write("DELETE FROM runs WHERE id = ?", [run_id]))

    def end(self, run_id: int, state: RunState) -> None:
        """Note that a run is over."""
        self._database.write(
            "UPDATE runs SET state = ?, finished_at = ? WHERE id = ?", [state, self._database.now(), run_id]
        )

    def set_repeats(self, run_id: int, repeats: bool) -> None:
        """Say whether a run shall propose itself again."""
        self._database.write("UPDATE runs SET repeats = ? WHERE id = ?", [int(repeats), run_id])

    def take_over(self, run_id: int, coordinator_id: int) -> None:
        """Give a run another coordinator."""
        self._database.write("UPDATE runs SET coordinator_id = ? WHERE id = ?", [coordinator_id, run_id])

    def step(self, step_id: int) -> RunStep:
        """Return a step; raises `StepNotFoundError`."""
        row = self._database.row("SELECT * FROM run_steps WHERE id = ?", [step_id])
        if row is None:
            raise StepNotFoundError(step_id)
        return _step(row)

    def steps(self, run_id: int) -> tuple[RunStep, ...]:
        """Return the steps of a run, in order."""
        return tuple(
            map(_step, self._database.rows("SELECT * FROM run_steps WHERE run_id = ? ORDER BY position", [run_id]))
        )

    def steps_at(self, event_id: int) -> tuple[RunStep, ...]:
        """Return the steps of running runs that are left and counted from an event."""
        return self._left(event_id)

    def left(self) -> tuple[RunStep, ...]:
        """Return all steps of running runs that are still to be done, by due date."""
        return self._left()

    def _left(self, event: int | None = None) -> tuple[RunStep, ...]:
        return tuple(map(_step, self._database.rows(_LEFT_STEPS, {"event": event})))

    def duties(self, person_id: int) -> tuple[tuple[RunStep, Assignment], ...]:
        """Return what somebody has to do or was asked to take, by due date (those without one last)."""
        found = []
        for assignment in self.assignments_of(person_id):
            step = self.step(assignment.step_id)
            if step.is_left and self.get(step.run_id).state is RunState.RUNNING:
                found.append((step, assignment))
        return tuple(sorted(found, key=lambda each: (each[0].due_on or dt.date.max, each[0].run_id, each[0].position)))

    def set_due(
        self, step_id: int, due_on: dt.date | None, earliest: dt.date | None = None, *, event_id: int | None = None
    ) -> RunStep:
        """Let a step be due on another day (counted from an event, or from none)."""
        self._database.write(
            "UPDATE run_steps SET due_on = ?, earliest = ?, event_id = ? WHERE id = ?",
            [_day_text(due_on), _day_text(earliest), event_id, step_id],
        )
        return self.step(step_id)

    def schedule_anew(self, step_id: int) -> RunStep:
        """Count that a step's reminders are planned anew, so that they have other names."""
        self._database.write("UPDATE run_steps SET schedule = schedule + 1 WHERE id = ?", [step_id])
        return self.step(step_id)

    def open_step(self, step_id: int) -> RunStep:
        """Note that a step's turn has come."""
        self._database.write(
            "UPDATE run_steps SET state = 'open', opened_at = ? WHERE id = ? AND state = 'waiting'",
            [self._database.now(), step_id],
        )
        return self.step(step_id)

    def finish_step(self, step_id: int, state: StepState, note: str = "") -> RunStep:
        """Note that a step is over."""
        self._database.write(
            "UPDATE run_steps SET state = ?, finished_at = ?, note = ? WHERE id = ?",
            [state, self._database.now(), note, step_id],
        )
        return self.step(step_id)

    def reopen_step(self, step_id: int) -> RunStep:
        """Note that a step is not done after all."""
        self._database.write(
            "UPDATE run_steps SET state = 'open', finished_at = NULL, note = '' WHERE id = ?",
            [step_id],
        )
        return self.step(step_id)

    def assign(
        self,
        step_id: int,
        person_id: int,
        state: AssignmentState = AssignmentState.ASSIGNED,
        held_role: Role | None = None,
        instead_of: int | None = None,
    ) -> int:
        """Give somebody a step, or offer it (instead of another assignment); returns the assignment's id."""
        return self._database.insert(
            "INSERT INTO assignments (step_id, person_id, held_role, instead_of, state, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [step_id, person_id, held_role, instead_of, state, self._database.now()],
        )

    def set_assignment(self, assignment_id: int, state: AssignmentState) -> None:
        """Note how far somebody is with a step."""
        self._database.write(
            "UPDATE assignments SET state = ?, changed_at = ? WHERE id = ?",
            [state, self._database.now(), assignment_id],
        )

    def assignment(self, assignment_id: int) -> Assignment | None:
        """Return an assignment, None where there is none."""
        row = self._database.row("SELECT * FROM assignments WHERE id = ?", [assignment_id])
        return _assignment(row) if row else None

    def assignments(self, step_id: int, *, ended: bool = False) -> tuple[Assignment, ...]:
        """Return who has a step (and who had it)."""
        rows = self._database.rows("SELECT * FROM assignments WHERE step_id = ? ORDER BY id", [step_id])
        found = map(_assignment, rows)
        return tuple(each for each in found if ended or each.state is not AssignmentState.ENDED)

    def assignments_of(self, person_id: int) -> tuple[Assignment, ...]:
        """Return what somebody has or was asked to take."""
        rows = self._database.rows(
            "SELECT * FROM assignments WHERE person_id = ? AND state IN ('offered', 'assigned') ORDER BY id",
            [person_id],
        )
        return tuple(map(_assignment, rows))

    def people_with_duties(self) -> tuple[int, ...]:
        """Return the ids of all who have a step of a running run, and of those who steer one."""
        rows = self._database.rows(
            "SELECT DISTINCT a.person_id AS id FROM run_steps AS s JOIN runs AS r ON r.id = s.run_id"
            " JOIN assignments AS a ON a.step_id = s.id WHERE s.state IN ('waiting', 'open') AND r.state = 'running'"
            " AND a.state = 'assigned' AND a.person_id IS NOT NULL"
            " UNION SELECT coordinator_id FROM runs WHERE state = 'running' AND coordinator_id IS NOT NULL"
        )
        return tuple(row["id"] for row in rows)

    def strays(self) -> tuple[Stray, ...]:
        """Return the parts in steps left whose people are gone, blocked the bot or are no longer what they were."""
        return tuple(Stray(**row) for row in self._database.rows(_STRAYS))

    def name_holder(self, actor: str, unit_id: int | None, person_id: int) -> None:
        """Remember who is what the documents call so (``rector``), for the university or a unit."""
        with self._database.transaction():
            self._database.write(
                "DELETE FROM holders WHERE actor = ? AND coalesce(unit_id, 0) = ?", [actor, unit_id or 0]
            )
            self._database.write(
                "INSERT INTO holders (actor, unit_id, person_id, named_at) VALUES (?, ?, ?, ?)",
                [actor, unit_id, person_id, self._database.now()],
            )

    def holder(self, actor: str, unit_ids: Iterable[int | None]) -> int | None:
        """Return who was named for an actor in the first of the units that has somebody."""
        for unit_id in unit_ids:
            row = self._database.row(
                "SELECT h.person_id FROM holders AS h JOIN people AS p ON p.id = h.person_id"
                " WHERE h.actor = ? AND coalesce(h.unit_id, 0) = ? AND p.state = 'active'",
                [actor, unit_id or 0],
            )
            if row is not None:
                return int(row["person_id"])
        return None


_PUT_STEP = """
    INSERT INTO run_steps (run_id, position, number, text, code, source, first_line, last_line, actor, actor_name,
        by_each, rule_key, anchor, event_id, time_limit, leads, due_on, earliest, state)
    VALUES (:run_id, :position, :number, :text, :code, :source, :first_line, :last_line, :actor, :actor_name,
        :by_each, :rule_key, :anchor, :event_id, :time_limit, :leads, :due_on, :earliest, 'waiting')
"""

_LEFT_STEPS = """
    SELECT s.* FROM run_steps AS s JOIN runs AS r ON r.id = s.run_id
    WHERE s.state IN ('waiting', 'open') AND r.state = 'running' AND (:event IS NULL OR s.event_id = :event)
    ORDER BY s.due_on IS NULL, s.due_on, s.run_id, s.position
"""

_STRAYS = """
    SELECT a.step_id, a.id AS assignment_id, a.person_id,
        CASE WHEN p.id IS NULL THEN 'gone' WHEN p.state = 'blocked' THEN 'blocked' ELSE 'role' END AS state
    FROM run_steps AS s INDEXED BY run_steps_left
    JOIN runs AS r ON r.id = s.run_id
    JOIN assignments AS a ON a.step_id = s.id
    LEFT JOIN people AS p ON p.id = a.person_id
    WHERE s.state IN ('waiting', 'open') AND r.state = 'running' AND a.state IN ('assigned', 'offered')
      AND (p.id IS NULL OR p.state = 'blocked' OR p.role != coalesce(a.held_role, p.role))
    ORDER BY a.id
"""


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        document=row["document"],
        code=row["code"],
        title=Bilingual.from_json(row["title"]),
        digest=row["digest"],
        unit_id=row["unit_id"],
        coordinator_id=row["coordinator_id"],
        state=RunState(row["state"]),
        repeats=bool(row["repeats"]),
        origin=row["origin"],
        started_at=from_text(row["started_at"]),
        finished_at=from_optional(row["finished_at"]),
    )


def _step(row: Row) -> RunStep:
    return RunStep(
        id=row["id"],
        run_id=row["run_id"],
        position=row["position"],
        number=row["number"],
        text=Bilingual.from_json(row["text"]),
        code=row["code"],
        source=row["source"],
        lines=(row["first_line"], row["last_line"]),
        actor=row["actor"],
        actor_name=Bilingual.from_json(row["actor_name"]),
        by_each=bool(row["by_each"]),
        rule_key=row["rule_key"],
        anchor=row["anchor"],
        event_id=row["event_id"],
        time_limit=None if row["time_limit"] is None else from_json(row["time_limit"]),
        leads=None if row["leads"] is None else tuple(map(int, filter(None, row["leads"].split(",")))),
        due_on=_day(row["due_on"]),
        earliest=_day(row["earliest"]),
        state=StepState(row["state"]),
        schedule=row["schedule"],
        opened_at=from_optional(row["opened_at"]),
        finished_at=from_optional(row["finished_at"]),
        note=row["note"],
    )


def _assignment(row: Row) -> Assignment:
    return Assignment(
        id=row["id"],
        step_id=row["step_id"],
        person_id=row["person_id"],
        held_role=None if row["held_role"] is None else Role(row["held_role"]),
        instead_of=row["instead_of"],
        state=AssignmentState(row["state"]),
        changed_at=from_text(row["changed_at"]),
    )


def _numbers(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _day_text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
