"""When people want to be reminded, and what they want to be reminded of for themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from store.clock import from_text
from store.database import Database, Row, StoreError, from_json, to_json

LEADS = (7, 3, 1, 0)
"""Days before the due day on which people are reminded; 0 is the day itself."""
MORNING = dt.time(7, 30)
QUIET = (dt.time(20, 0), dt.time(6, 0))
LONGEST_TEXT = 500
MOST_OWN = 200
"""Own reminders that wait, of one person."""


class WishRefusedError(StoreError):
    """A wish that cannot be kept; the message is the reason."""


@dataclass(frozen=True)
class Wishes:
    """How somebody wants to be reminded.

    ``leads`` are days before the due day (None: as the rule says, else `LEADS`), ``morning`` the time of day, both
    local; nothing is said from ``quiet_from`` to ``quiet_to`` (the same time twice: there are no quiet hours).
    """

    leads: tuple[int, ...] | None = None
    morning: dt.time = MORNING
    quiet_from: dt.time = QUIET[0]
    quiet_to: dt.time = QUIET[1]

    def is_quiet(self, time: dt.time) -> bool:
        """Whether nothing is to be said at a time of day."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= time < self.quiet_to
        return time >= self.quiet_from or time < self.quiet_to


@dataclass(frozen=True)
class OwnReminder:
    """What somebody wants to hear on a day (at a time, else in their morning); ``clause`` is a citation as JSON."""

    id: int
    person_id: int
    text: str
    day: dt.date
    time: dt.time | None
    clause: dict[str, Any] | None
    is_done: bool
    schedule: int
    made_at: dt.datetime


class ReminderWishes:
    """Reads and writes wishes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, person_id: int) -> Wishes:
        """Return how somebody wants to be reminded; the defaults where they never said."""
        row = self._database.row("SELECT * FROM reminder_wishes WHERE person_id = ?", [person_id])
        if row is None:
            return Wishes()
        return Wishes(
            None if row["leads"] is None else tuple(map(int, filter(None, row["leads"].split(",")))),
            *(dt.time.fromisoformat(row[column]) for column in ("morning", "quiet_from", "quiet_to")),
        )

    def keep(self, person_id: int, wishes: Wishes) -> None:
        """Keep how somebody wants to be reminded. Raises `WishRefusedError` for a morning in the quiet hours."""
        if wishes.is_quiet(wishes.morning):
            raise WishRefusedError("The time of reminders lies in the quiet hours: change one of them.")
        self._database.write(
            "INSERT OR REPLACE INTO reminder_wishes (person_id, leads, morning, quiet_from, quiet_to)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                person_id,
                None if wishes.leads is None else ",".join(map(str, sorted(set(wishes.leads), reverse=True))),
                wishes.morning.isoformat("minutes"),
                wishes.quiet_from.isoformat("minutes"),
                wishes.quiet_to.isoformat("minutes"),
            ],
        )

    def add_own(
        self, person_id: int, text: str, day: dt.date, time: dt.time | None, clause: dict[str, Any] | None = None
    ) -> OwnReminder:
        """Keep a reminder of somebody's own; raises `WishRefusedError` for none or too many words, or too many."""
        text = " ".join(text.split())
        if not text or len(text) > LONGEST_TEXT:
            raise WishRefusedError(f"A reminder needs 1 to {LONGEST_TEXT} characters: write what it is about.")
        waiting = self._database.number(
            "SELECT count(*) FROM own_reminders WHERE person_id = ? AND state = 'waiting'", [person_id]
        )
        if waiting >= MOST_OWN:
            raise WishRefusedError(f"{MOST_OWN} of your reminders wait already: remove some with /jadwal.")
        reminder_id = self._database.insert(
            "INSERT INTO own_reminders (person_id, text, day, time, clause, state, made_at)"
            " VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
            [
                person_id,
                text,
                day.isoformat(),
                time.isoformat("minutes") if time else None,
                to_json(clause) if clause else None,
                self._database.now(),
            ],
        )
        return self._own(reminder_id)

    def own(self, reminder_id: int, person_id: int) -> OwnReminder | None:
        """Return a reminder of somebody's own, None if it is not theirs or was removed."""
        row = self._database.row("SELECT * FROM own_reminders WHERE id = ? AND person_id = ?", [reminder_id, person_id])
        return _own(row) if row else None

    def all_own(self, person_id: int) -> tuple[OwnReminder, ...]:
        """Return the reminders of somebody's own that wait, by day."""
        rows = self._database.rows(
            "SELECT * FROM own_reminders WHERE person_id = ? AND state = 'waiting' ORDER BY day, time, id", [person_id]
        )
        return tuple(map(_own, rows))

    def waiting(self) -> tuple[OwnReminder, ...]:
        """Return everybody's reminders of their own that wait."""
        return tuple(map(_own, self._database.rows("SELECT * FROM own_reminders WHERE state = 'waiting' ORDER BY id")))

    def end_own(self, reminder_id: int) -> None:
        """Note that a reminder is over."""
        self._database.write("UPDATE own_reminders SET state = 'done' WHERE id = ?", [reminder_id])

    def move_own(self, reminder_id: int, day: dt.date, time: dt.time | None) -> OwnReminder:
        """Let a reminder be at another time."""
        self._database.write(
            "UPDATE own_reminders SET day = ?, time = ?, state = 'waiting', schedule = schedule + 1 WHERE id = ?",
            [day.isoformat(), time.isoformat("minutes") if time else None, reminder_id],
        )
        return self._own(reminder_id)

    def _own(self, reminder_id: int) -> OwnReminder:
        return _own(self._database.rows("SELECT * FROM own_reminders WHERE id = ?", [reminder_id])[0])


def _own(row: Row) -> OwnReminder:
    return OwnReminder(
        id=row["id"],
        person_id=row["person_id"],
        text=row["text"],
        day=dt.date.fromisoformat(row["day"]),
        time=dt.time.fromisoformat(row["time"]) if row["time"] else None,
        clause=from_json(row["clause"]) if row["clause"] else None,
        is_done=row["state"] == "done",
        schedule=row["schedule"],
        made_at=from_text(row["made_at"]),
    )
