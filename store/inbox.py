"""Updates as Telegram sent them: kept before they are confirmed, each handled once, in order for each key.

    new --claim--> claimed --done--> done
     ^                |----failed--> failed
     '-- lease ends --'

A handler that finishes an update (`Inbox.done`) in the same transaction in which it enqueues the replies has
said everything exactly once, or nothing. The payload is deleted with `done`; a failed one keeps it for the
person who looks into it, until `Inbox.forget_before`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from store.clock import from_text, start_of, to_text
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json

LEASE = dt.timedelta(minutes=1)
"""How long a worker has an update; after that it counts as dead."""
MOST_ATTEMPTS = 40
"""An update that ended so many processes is given up, so that the person's next ones get their turn."""


class ClaimLostError(StoreError):
    """The update was given to another worker, because the lease had ended: the work must not count."""

    def __init__(self, update_id: int) -> None:
        super().__init__(f"Update {update_id} is another worker's now: drop this work, or give it a longer lease.")


class InboxState(StrEnum):
    """How far an update is."""

    NEW = "new"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class NewUpdate:
    """An update as received; updates of the same ``key`` (a person, a chat) are handled in their order."""

    update_id: int
    key: str
    payload: JSONObject
    person_id: int | None = None
    chat_id: int | None = None


@dataclass(frozen=True)
class ClaimedUpdate:
    """An update that a worker has for the time of its lease; ``attempts`` is 1 the first time."""

    update_id: int
    key: str
    payload: JSONObject
    received_at: dt.datetime
    attempts: int
    worker: str
    claimed_until: dt.datetime


@dataclass(frozen=True)
class FailedUpdate:
    """An update that could not be handled, when that was noted, and what was noted (empty once erased)."""

    update_id: int
    failed_at: dt.datetime
    error: str


class Inbox:
    """Receives updates and hands them to workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, update: NewUpdate) -> bool:
        """Keep an update; returns False for one that was received before. Raises `NotJSONError`."""
        return self.put_all([update]) == 1

    def put_all(self, updates: Iterable[NewUpdate]) -> int:
        """Keep a batch in one transaction; returns how many were new. Raises `NotJSONError`."""
        now = self._database.now()
        rows = [
            [update.update_id, update.key, update.person_id, update.chat_id, to_json(update.payload), now]
            for update in updates
        ]
        with self._database.transaction():
            return sum(self._database.write(_PUT, row) for row in rows)

    def claim(self, worker: str, now: dt.datetime | None = None, lease: dt.timedelta = LEASE) -> ClaimedUpdate | None:
        """Give the worker the next update whose key has none open before it; None where there is none.

        An update whose lease has ended is given again.
        """
        return next(iter(self.claim_some(worker, 1, now, lease)), None)

    def claim_some(
        self, worker: str, most: int, now: dt.datetime | None = None, lease: dt.timedelta = LEASE
    ) -> list[ClaimedUpdate]:
        """Give the worker the next updates of as many keys, as `claim` does."""
        moment = self._database.clock() if now is None else now
        which = {"now": to_text(moment), "most": most}
        if not self._database.rows(_NEXT, which):
            return []  # a look without the write lock, because mostly there is nothing
        with self._database.transaction():
            while rows := self._database.rows(_NEXT, which):
                given = [row for row in rows if row["attempts"] < MOST_ATTEMPTS]
                for row in rows:
                    if row["attempts"] >= MOST_ATTEMPTS:
                        self._finish(row["update_id"], InboxState.FAILED, f"given up after {MOST_ATTEMPTS} attempts")
                if given:
                    return [self._give(row, worker, moment + lease) for row in given]
        return []

    def has_later(self, update: ClaimedUpdate) -> bool:
        """Whether a later update of the same key waits already."""
        sql = "SELECT 1 FROM inbox WHERE key = ? AND update_id > ? AND state = 'new' LIMIT 1"
        return self._database.row(sql, [update.key, update.update_id]) is not None

    def done(self, update: ClaimedUpdate) -> None:
        """Note that an update was handled; a second time changes nothing. Raises `ClaimLostError`."""
        is_held = self._database.write(
            "UPDATE inbox SET state = 'done', finished_at = ?, error = NULL, payload = '{}'"
            " WHERE update_id = ? AND worker = ? AND attempts = ? AND state = 'claimed'",
            [self._database.now(), update.update_id, update.worker, update.attempts],
        )
        if not is_held:
            self._holds(update)

    def failed(self, update: ClaimedUpdate, error: str) -> None:
        """Note that an update cannot be handled (no message texts in `error`); raises `ClaimLostError`."""
        with self._database.transaction():
            if self._holds(update):
                self._finish(update.update_id, InboxState.FAILED, error)

    def release(self, worker: str) -> int:
        """Take back what a worker has, because it ended or begins anew; returns how many updates.

        A process says this of its own workers when it starts, so that nobody waits for leases to end.
        """
        return self._database.write(
            "UPDATE inbox SET state = 'new', worker = NULL, claimed_until = NULL"
            " WHERE worker = ? AND state = 'claimed'",
            [worker],
        )

    def counts(self) -> dict[InboxState, int]:
        """Return how many updates are in each state."""
        rows = self._database.rows("SELECT state, count(*) AS many FROM inbox GROUP BY state")
        return dict.fromkeys(InboxState, 0) | {InboxState(row["state"]): row["many"] for row in rows}

    def last_failures(self, limit: int) -> tuple[FailedUpdate, ...]:
        """Return the updates that failed last, the newest first."""
        rows = self._database.rows(
            "SELECT update_id, finished_at, error FROM inbox WHERE state = 'failed' ORDER BY finished_at DESC LIMIT ?",
            [limit],
        )
        return tuple(FailedUpdate(row["update_id"], from_text(row["finished_at"]), row["error"] or "") for row in rows)

    def forget_before(self, day: dt.date) -> int:
        """Delete updates that were finished before a day (UTC), except the last one; returns how many."""
        return self._database.write(
            "DELETE FROM inbox WHERE state IN ('done', 'failed') AND finished_at < ?"
            " AND id < (SELECT max(id) FROM inbox)",
            [start_of(day)],
        )

    def _give(self, row: Row, worker: str, until: dt.datetime) -> ClaimedUpdate:
        self._database.write(
            "UPDATE inbox SET state = 'claimed', worker = ?, claimed_until = ?, attempts = attempts + 1"
            " WHERE update_id = ?",
            [worker, to_text(until), row["update_id"]],
        )
        return ClaimedUpdate(
            update_id=row["update_id"],
            key=row["key"],
            payload=from_json(row["payload"]),
            received_at=from_text(row["received_at"]),
            attempts=row["attempts"] + 1,
            worker=worker,
            claimed_until=until,
        )

    def _holds(self, update: ClaimedUpdate) -> bool:
        """Whether the claim still counts; False when it was finished under this claim; raises `ClaimLostError`."""
        row = self._database.row(
            "SELECT state FROM inbox WHERE update_id = ? AND worker = ? AND attempts = ? AND state != 'new'",
            [update.update_id, update.worker, update.attempts],
        )
        if row is None:
            raise ClaimLostError(update.update_id)
        return bool(row["state"] == InboxState.CLAIMED)

    def _finish(self, update_id: int, state: InboxState, error: str | None) -> None:
        self._database.write(
            "UPDATE inbox SET state = :state, finished_at = :now, error = :error,"
            " payload = CASE :state WHEN 'done' THEN '{}' ELSE payload END WHERE update_id = :id",
            {"state": state, "now": self._database.now(), "error": error, "id": update_id},
        )


_PUT = """
    INSERT INTO inbox (update_id, key, person_id, chat_id, payload, received_at, state)
    VALUES (?, ?, ?, ?, ?, ?, 'new') ON CONFLICT (update_id) DO NOTHING
"""

# The index is named, because SQLite would sort all that is open for each claim.
_NEXT = """
    SELECT * FROM inbox AS mine INDEXED BY inbox_open_order
    WHERE state IN ('new', 'claimed')
      AND (state = 'new' OR claimed_until <= :now)
      AND NOT EXISTS (
        SELECT 1 FROM inbox AS other
        WHERE other.key = mine.key AND other.state IN ('new', 'claimed') AND other.update_id != mine.update_id
          AND (other.update_id < mine.update_id OR (other.state = 'claimed' AND other.claimed_until > :now)))
    ORDER BY update_id LIMIT :most
"""
