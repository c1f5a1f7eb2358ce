"""The audit trail: who did what when, in runs, the calendar, the rules and surveys; entries are never changed.

Somebody who is erased stays in it as a pseudonym with their role, so that an auditor can still follow it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from store.clock import from_text
from store.database import Database, JSONObject, Row, from_json, to_json
from store.people import People
from store.roles import Role


class Act(StrEnum):
    """What was done."""

    RUN_STARTED = "run_started"
    RUN_STOPPED = "run_stopped"
    RUN_FINISHED = "run_finished"
    RUN_TAKEN_OVER = "run_taken_over"
    STEP_OPENED = "step_opened"
    STEP_DONE = "step_done"
    PART_DONE = "part_done"
    STEP_SKIPPED = "step_skipped"
    STEP_REOPENED = "step_reopened"
    DATE_SET = "date_set"
    PUT_OFF = "put_off"
    MOVED = "moved"
    ASSIGNED = "assigned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RELEASED = "released"
    EVENT_ADDED = "event_added"
    EVENT_CHANGED = "event_changed"
    EVENT_REMOVED = "event_removed"
    EVIDENCE = "evidence"
    RULED = "ruled"
    POPULATION_IMPORTED = "population_imported"
    CAMPAIGN_SET = "campaign_set"
    LINKS_EXPORTED = "links_exported"
    NAMES_SEEN = "names_seen"
    """Who has not answered, by name."""
    ANSWERS_SEEN = "answers_seen"
    """Answers with the name of who gave them."""
    ANSWERS_EXPORTED = "answers_exported"
    ANSWERS_PURGED = "answers_purged"


@dataclass(frozen=True)
class Entry:
    """One line of the trail; ``done_by`` is None for the assistant itself (``name`` empty) and for the erased."""

    id: int
    at: dt.datetime
    act: Act
    run_id: int | None
    step_id: int | None
    done_by: int | None
    name: str
    role: Role | None
    told_by: int | None
    told_name: str
    details: JSONObject


class Trail:
    """Writes and reads the audit trail."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._people = people

    def note(
        self,
        act: Act,
        done_by: int | None = None,
        *,
        run_id: int | None = None,
        step_id: int | None = None,
        told: int | None = None,
        details: JSONObject | None = None,
    ) -> None:
        """Write a line: what, by whom (None: the assistant), about whom it is (``told``), and what else matters."""
        actor = None if done_by is None else self._people.find(done_by)
        about = None if told is None else self._people.find(told)
        self._database.insert(
            "INSERT INTO trail (at, act, run_id, step_id, done_by, name, role, told_by, told_name, details)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self._database.now(),
                act,
                run_id,
                step_id,
                actor.id if actor else None,
                actor.name if actor else "",
                actor.role if actor else "",
                about.id if about else None,
                about.name if about else "",
                to_json({name: value for name, value in (details or {}).items() if value not in (None, "")}),
            ],
        )

    def of_run(self, run_id: int) -> tuple[Entry, ...]:
        """Return what happened in a run, in order."""
        return tuple(map(_entry, self._database.rows("SELECT * FROM trail WHERE run_id = ? ORDER BY id", [run_id])))

    def of_step(self, step_id: int) -> tuple[Entry, ...]:
        """Return what happened to a step, in order."""
        return tuple(map(_entry, self._database.rows("SELECT * FROM trail WHERE step_id = ? ORDER BY id", [step_id])))

    def all(self) -> tuple[Entry, ...]:
        """Return everything, in order."""
        return tuple(map(_entry, self._database.rows("SELECT * FROM trail ORDER BY id")))


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        at=from_text(row["at"]),
        act=Act(row["act"]),
        run_id=row["run_id"],
        step_id=row["step_id"],
        done_by=row["done_by"],
        name=row["name"],
        role=Role(row["role"]) if row["role"] else None,
        told_by=row["told_by"],
        told_name=row["told_name"],
        details=from_json(row["details"]),
    )
