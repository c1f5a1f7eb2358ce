"""Things that come due: reminders and the tracer study write down who is to hear what when.

What is due is taken (`Due.take`) in the same transaction that puts its message into the outbox: if that is not
kept, it is still due, and two processes cannot both have it. A thing is named for good by its kind and key, so
that writing it down twice is writing it once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from store.clock import from_text, start_of, to_text
from store.database import Database, JSONObject, Row, from_json, to_json

LARGEST = 2**31


@dataclass(frozen=True)
class DueThing:
    """What somebody is to hear when.

    ``subject`` is what it is about, by which it is taken back (``step:12``, or ``step:12/3`` below it);
    ``is_exact`` says that the person chose the time, so that it is kept in quiet hours too.
    """

    id: int
    kind: str
    key: str
    subject: str
    due_at: dt.datetime
    is_exact: bool
    payload: JSONObject
    person_id: int
    planned_at: dt.datetime
    """When it was due before it was put back."""


class Due:
    """Keeps due things and gives those whose time has come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        kind: str,
        key: str,
        due_at: dt.datetime,
        person_id: int,
        *,
        subject: str = "",
        payload: JSONObject | None = None,
        is_exact: bool = False,
    ) -> bool:
        """Write a thing down; returns False where it was before, whatever became of it. Raises `NotJSONError`."""
        return bool(
            self._database.write(
                "INSERT INTO due (kind, key, subject, due_at, exact, payload, person_id, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT (kind, key) DO NOTHING",
                [kind, key, subject, to_text(due_at), int(is_exact), to_json(payload or {}), person_id],
            )
        )

    def cancel(
        self,
        subject: str,
        kinds: Iterable[str] = (),
        *,
        after: dt.datetime | None = None,
        before: dt.datetime | None = None,
        person_id: int | None = None,
    ) -> int:
        """Let nothing happen that waits about a subject or below it; returns how many things.

        Only of these kinds, if any; only what was planned for after or before a moment, or for a person, if given.
        """
        which = {
            "subject": subject,
            "from": f"{subject}/",
            "to": f"{subject}0",  # the sign behind "/"
            "kinds": to_json(list(kinds)),
            "after": to_text(after) if after else "",
            "before": to_text(before) if before else None,
            "person": person_id,
        }
        return self._database.write(_CANCEL, {"now": self._database.now(), **which})

    def take(self, now: dt.datetime, people: int, things: int = LARGEST) -> tuple[DueThing, ...]:
        """Give all that is due for the next people, and count it as done; by person and time.

        At most so many people, and fewer if theirs are more than so many `things`; at least one person. Do it in
        the transaction that says it.
        """
        due = {"now": to_text(now), "people": people, "most": things + 1}
        if self._database.row(_ANY, {"now": due["now"]}) is None:
            return ()  # a look without the write lock, because mostly there is nothing
        with self._database.transaction():
            found = self._database.rows(_NEXT, due)
            if len(found) > things:  # the last person's may be cut off
                last = found[-1]["person_id"]
                whole = [row for row in found if row["person_id"] != last]
                found = whole or self._database.rows(_OF_PERSON, {"now": due["now"], "person": last})
            self._database.write(
                "UPDATE due SET state = 'done', ended_at = ? WHERE id IN (SELECT value FROM json_each(?))",
                [due["now"], to_json([row["id"] for row in found])],
            )
            return tuple(map(_thing, found))

    def put_back(self, thing: DueThing, until: dt.datetime) -> None:
        """Let a thing that was taken be due again later; in the same transaction. It keeps when it was planned."""
        self._database.write(
            "UPDATE due SET state = 'waiting', ended_at = NULL, due_at = ?, planned_at = ? WHERE id = ?",
            [to_text(until), to_text(thing.planned_at), thing.id],
        )

    def waiting_for(self, person_id: int) -> tuple[DueThing, ...]:
        """Return what somebody will hear, by time."""
        rows = self._database.rows(
            "SELECT * FROM due WHERE state = 'waiting' AND person_id = ? ORDER BY due_at, id", [person_id]
        )
        return tuple(map(_thing, rows))

    def has_come(self, kinds: Iterable[str], subject: str, person_id: int, since: dt.datetime) -> bool:
        """Whether something of these kinds about a subject has come due for somebody since a moment."""
        sql = (
            "SELECT id FROM due INDEXED BY due_ended WHERE state = 'done' AND state != 'waiting' AND ended_at >= ?"
            " AND kind IN (SELECT value FROM json_each(?)) AND subject = ? AND person_id = ? LIMIT 1"
        )
        return self._database.row(sql, [to_text(since), to_json(list(kinds)), subject, person_id]) is not None

    def next_at(self) -> dt.datetime | None:
        """Return when the next thing comes due; None without any."""
        row = self._database.row("SELECT due_at FROM due WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1")
        return from_text(row["due_at"]) if row else None

    def forget_before(self, day: dt.date) -> int:
        """Delete what ended before a day (UTC); returns how many things. Their keys are free again."""
        return self._database.write("DELETE FROM due WHERE state != 'waiting' AND ended_at < ?", [start_of(day)])


_CANCEL = """
    UPDATE due SET state = 'cancelled', ended_at = :now
    WHERE state = 'waiting' AND (subject = :subject OR (subject >= :from AND subject < :to))
      AND (json_array_length(:kinds) = 0 OR kind IN (SELECT value FROM json_each(:kinds)))
      AND coalesce(planned_at, due_at) > :after AND (:before IS NULL OR coalesce(planned_at, due_at) < :before)
      AND person_id = coalesce(:person, person_id)
"""

_ANY = "SELECT id FROM due WHERE state = 'waiting' AND due_at <= :now LIMIT 1"

# The first rows in the order of the index name the people; sorting all that is due would cost with each call.
_NEXT = """
    SELECT due.* FROM due INDEXED BY due_waiting_person
    WHERE state = 'waiting' AND due_at <= :now AND person_id IN (
        SELECT person_id FROM (
            SELECT person_id FROM due INDEXED BY due_waiting
            WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at, id LIMIT :people))
    ORDER BY person_id, due_at, id LIMIT :most
"""

_OF_PERSON = "SELECT * FROM due WHERE state = 'waiting' AND due_at <= :now AND person_id = :person ORDER BY due_at, id"


def _thing(row: Row) -> DueThing:
    return DueThing(
        id=row["id"],
        kind=row["kind"],
        key=row["key"],
        subject=row["subject"],
        due_at=from_text(row["due_at"]),
        is_exact=bool(row["exact"]),
        payload=from_json(row["payload"]),
        person_id=row["person_id"],
        planned_at=from_text(row["planned_at"] or row["due_at"]),
    )
