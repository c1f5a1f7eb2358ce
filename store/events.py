"""The academic calendar: what happens when, for the university, a faculty or a study programme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from store.database import Database, Row, StoreError
from store.units import Units

LONGEST_LABEL = 200


class EventNotFoundError(StoreError):
    """There is no such event (any more)."""

    def __init__(self, event_id: int) -> None:
        super().__init__(f"There is no event {event_id} in the calendar: look it up again.")


class EventRefusedError(StoreError):
    """An event that cannot be kept; the message is the reason."""


@dataclass(frozen=True)
class CalendarEvent:
    """An event: days from ``starts`` to ``ends``, both included; for all where ``unit_id`` is None.

    ``kind`` is one of the anchors' kinds (``reminders/anchors.yaml``), ``day_off``, or ``own`` with its name in
    ``label``; ``uid`` is that of an imported file, by which the same event is known again.
    """

    id: int
    kind: str
    label: str
    unit_id: int | None
    starts: dt.date
    ends: dt.date
    uid: str | None = None
    made_by: int | None = None


class Events:
    """Reads and writes events; one that is removed stays for the runs that were planned by it."""

    def __init__(self, database: Database, units: Units) -> None:
        self._database = database
        self._units = units

    def add(
        self,
        kind: str,
        starts: dt.date,
        ends: dt.date,
        made_by: int | None,
        *,
        label: str = "",
        unit_id: int | None = None,
        uid: str | None = None,
    ) -> CalendarEvent:
        """Keep an event; raises `EventRefusedError`, `UnitNotFoundError`."""
        label = _checked(label, starts, ends)
        event_id = self._database.insert(
            "INSERT INTO events (kind, label, unit_id, starts, ends, uid, made_by, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                kind,
                label,
                self._units.check(unit_id),
                starts.isoformat(),
                ends.isoformat(),
                uid,
                made_by,
                self._database.now(),
            ],
        )
        return self.get(event_id)

    def change(self, event_id: int, starts: dt.date, ends: dt.date, label: str | None = None) -> CalendarEvent:
        """Let an event happen on other days, or be called otherwise; raises as `add` does and `EventNotFoundError`."""
        with self._database.transaction():
            known = self.get(event_id)
            label = _checked(known.label if label is None else label, starts, ends)
            self._database.write(
                "UPDATE events SET starts = ?, ends = ?, label = ?, changed_at = ?, removed_at = NULL WHERE id = ?",
                [starts.isoformat(), ends.isoformat(), label, self._database.now(), event_id],
            )
            return self.get(event_id)

    def remove(self, event_id: int) -> None:
        """Take an event out of the calendar; nothing happens where it is out already."""
        self._database.write(
            "UPDATE events SET removed_at = ?, uid = NULL WHERE id = ? AND removed_at IS NULL",
            [self._database.now(), event_id],
        )

    def get(self, event_id: int) -> CalendarEvent:
        """Return an event, also a removed one; raises `EventNotFoundError`."""
        row = self._database.row("SELECT * FROM events WHERE id = ?", [event_id])
        if row is None:
            raise EventNotFoundError(event_id)
        return _event(row)

    def find(self, event_id: int) -> CalendarEvent | None:
        """Return an event that is in the calendar."""
        row = self._database.row("SELECT * FROM events WHERE id = ? AND removed_at IS NULL", [event_id])
        return _event(row) if row else None

    def all(self, *, kind: str | None = None, ending_from: dt.date | None = None) -> tuple[CalendarEvent, ...]:
        """Return the events that end on a day or later (of a kind), by their first day."""
        rows = self._database.rows(
            "SELECT * FROM events WHERE removed_at IS NULL AND kind = coalesce(:kind, kind)"
            " AND ends >= coalesce(:day, ends) ORDER BY starts, ends, id",
            {"kind": kind, "day": ending_from.isoformat() if ending_from else None},
        )
        return tuple(map(_event, rows))


def _checked(label: str, starts: dt.date, ends: dt.date) -> str:
    label = " ".join(label.split())
    if ends < starts:
        raise EventRefusedError(f"The event ends on {ends}, before it starts on {starts}: correct one of them.")
    if len(label) > LONGEST_LABEL:
        raise EventRefusedError(f"The name has {len(label)} characters: shorten it to {LONGEST_LABEL}.")
    return label


def _event(row: Row) -> CalendarEvent:
    return CalendarEvent(
        id=row["id"],
        kind=row["kind"],
        label=row["label"],
        unit_id=row["unit_id"],
        starts=dt.date.fromisoformat(row["starts"]),
        ends=dt.date.fromisoformat(row["ends"]),
        uid=row["uid"],
        made_by=row["made_by"],
    )
