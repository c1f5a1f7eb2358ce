"""Things that come due: reminders and the tracer study write down what is to happen when, a worker does it.

A worker that enqueues messages and says `Due.done` in one transaction has done it exactly once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from store.clock import from_text, to_text
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json

LEASE = dt.timedelta(minutes=2)


class DueLostError(StoreError):
    """The thing is another worker's, was cancelled or moved: the work must not count."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} {key} is not this worker's any more: drop this work.")


class DueState(StrEnum):
    """How far a due thing is."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class DueThing:
    """What is to happen when; ``kind`` and ``key`` together name it for good."""

    id: int
    kind: str
    key: str
    due_at: dt.datetime
    payload: JSONObject
    person_id: int | None
    chat_id: int | None
    state: DueState
    attempts: int
    worker: str | None


class Due:
    """Keeps due things and hands them to workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        kind: str,
        key: str,
        due_at: dt.datetime,
        payload: JSONObject,
        *,
        person_id: int | None = None,
        chat_id: int | None = None,
    ) -> bool:
        """Write a thing down; returns False where it was before, whatever became of it. Raises `NotJSONError`."""
        return bool(
            self._database.write(
                "INSERT INTO due (kind, key, due_at, payload, person_id, chat_id, state)"
                " VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT (kind, key) DO NOTHING",
                [kind, key, to_text(due_at), to_json(payload), person_id, chat_id],
            )
        )

    def find(self, kind: str, key: str) -> DueThing | None:
        """Return a thing, None where it was never written down."""
        row = self._database.row("SELECT * FROM due WHERE kind = ? AND key = ?", [kind, key])
        return None if row is None else _thing(row)

    def move(self, kind: str, key: str, due_at: dt.datetime) -> bool:
        """Let a thing come due at another time, also one that is being done; False if it is over or unknown."""
        return bool(
            self._database.write(
                "UPDATE due SET due_at = ?, state = 'waiting', worker = NULL, claimed_until = NULL"
                " WHERE kind = ? AND key = ? AND state IN ('waiting', 'claimed')",
                [to_text(due_at), kind, key],
            )
        )

    def cancel(self, kind: str, key: str) -> bool:
        """Let a thing not happen, also one that is being done; False if it is over or unknown."""
        return bool(
            self._database.write(
                "UPDATE due SET state = 'cancelled', worker = NULL, claimed_until = NULL"
                " WHERE kind = ? AND key = ? AND state IN ('waiting', 'claimed')",
                [kind, key],
            )
        )

    def claim(self, worker: str, now: dt.datetime | None = None, lease: dt.timedelta = LEASE) -> DueThing | None:
        """Give the worker the thing that has been due longest; one whose lease ended is given again."""
        moment = self._database.clock() if now is None else now
        if self._database.row(_NEXT, {"now": to_text(moment)}) is None:
            return None  # a look without the write lock, because mostly there is nothing
        with self._database.transaction():
            row = self._database.row(_NEXT, {"now": to_text(moment)})
            if row is None:
                return None
            self._database.write(
                "UPDATE due SET state = 'claimed', worker = ?, claimed_until = ?, attempts = attempts + 1 WHERE id = ?",
                [worker, to_text(moment + lease), row["id"]],
            )
            return self.find(row["kind"], row["key"])

    def done(self, thing: DueThing) -> None:
        """Note that a thing has happened; raises `DueLostError` if it is not this worker's any more."""
        touched = self._database.write(
            "UPDATE due SET state = 'done', claimed_until = NULL"
            " WHERE id = ? AND worker = ? AND attempts = ? AND state = 'claimed'",
            [thing.id, thing.worker, thing.attempts],
        )
        if not touched:
            raise DueLostError(thing.kind, thing.key)

    def release(self, worker: str) -> int:
        """Take back what a worker has, because it ended or begins anew; returns how many things."""
        return self._database.write(
            "UPDATE due SET state = 'waiting', worker = NULL, claimed_until = NULL"
            " WHERE worker = ? AND state = 'claimed'",
            [worker],
        )

    def next_at(self) -> dt.datetime | None:
        """Return when the next thing comes due, or its lease ends; None without any."""
        row = self._database.row(
            "SELECT min(CASE state WHEN 'claimed' THEN claimed_until ELSE due_at END) AS earliest FROM due"
            " WHERE state IN ('waiting', 'claimed')"
        )
        return from_text(row["earliest"]) if row and row["earliest"] else None


_NEXT = """
    SELECT * FROM due
    WHERE state IN ('waiting', 'claimed') AND due_at <= :now AND (state = 'waiting' OR claimed_until <= :now)
    ORDER BY due_at, id LIMIT 1
"""


def _thing(row: Row) -> DueThing:
    return DueThing(
        id=row["id"],
        kind=row["kind"],
        key=row["key"],
        due_at=from_text(row["due_at"]),
        payload=from_json(row["payload"]),
        person_id=row["person_id"],
        chat_id=row["chat_id"],
        state=DueState(row["state"]),
        attempts=row["attempts"],
        worker=row["worker"],
    )
