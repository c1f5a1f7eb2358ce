"""What a list of events would change in the calendar: which of them are known, new, moved, or doubtful.

Nothing is ever removed by a list: what it leaves out may stand in another one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.lexicon.matching import key
from reminders.calendar import LABELLED, SAME_OCCASION, Kinds
from store.events import CalendarEvent


class Outcome(StrEnum):
    """What becomes of an event of a list."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a list has it; ``number`` is its row or its position, ``uid`` that of an iCalendar file."""

    number: int
    kind: str
    label: str
    unit_id: int | None
    starts: dt.date
    ends: dt.date
    uid: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An event of a list, and the event of the calendar that it is, where it is known."""

    outcome: Outcome
    row: EventRow
    event: CalendarEvent | None = None


Identity = tuple[str, tuple[str, ...], int | None]


def compare(events: Sequence[CalendarEvent], rows: Iterable[EventRow], kinds: Kinds, issuer: str) -> tuple[Change, ...]:
    """Return what each row would change, in the order of the rows.

    The same event has the same UID (``issuer`` made those of events that were not imported); else the same kind
    and unit, and the same days; else days that overlap or begin within `SAME_OCCASION`. Kinds of which there
    are several at a time must have the same name as well. What could be two events, or is a known one of
    another kind or unit, is doubtful.
    """
    listed = tuple(rows)
    found: dict[int, Change] = {}
    free = {event.id: event for event in events}
    for known, handle in ((_by_uid(events, issuer), _uid), (_by_days(events), _place)):
        for row in listed:
            event = known.get(handle(row))
            if row.number not in found and event is not None and event.id in free:
                found[row.number] = _change(row, event, kinds)
                del free[event.id]
    left = [row for row in listed if row.number not in found]
    return tuple(
        sorted((*found.values(), *_by_nearness(left, tuple(free.values()))), key=lambda change: change.row.number)
    )


def uid_of(event: CalendarEvent, issuer: str) -> str:
    """Return the UID under which an event leaves the calendar: that of its file, else one made of its number."""
    return event.uid or f"event-{event.id}@{issuer}"


def _by_uid(events: Sequence[CalendarEvent], issuer: str) -> dict[object, CalendarEvent]:
    return {uid_of(event, issuer): event for event in events}


def _by_days(events: Sequence[CalendarEvent]) -> dict[object, CalendarEvent]:
    return {_place(event): event for event in reversed(events)}


def _uid(row: EventRow) -> object:
    return row.uid


def _place(event: CalendarEvent | EventRow) -> object:
    return _identity(event), event.starts, event.ends


def _identity(event: CalendarEvent | EventRow) -> Identity:
    return event.kind, key(event.label) if event.kind in LABELLED else (), event.unit_id


def _change(row: EventRow, event: CalendarEvent, kinds: Kinds) -> Change:
    if (row.kind, row.unit_id) != (event.kind, event.unit_id):
        return Change(Outcome.DOUBTFUL, row, event)
    said = kinds.label(row.kind, row.label) if row.uid else ""  # a list without UIDs calls one event this and that
    is_renamed = said not in ("", kinds.label(event.kind, event.label))
    is_same = (row.starts, row.ends) == (event.starts, event.ends) and not is_renamed
    return Change(Outcome.UNCHANGED if is_same else Outcome.CHANGED, row, event)


def _by_nearness(rows: Sequence[EventRow], events: Sequence[CalendarEvent]) -> list[Change]:
    """Match rows and events that nothing else matched; two that want one event, or two events, are doubtful."""
    known: dict[Identity, list[CalendarEvent]] = defaultdict(list)
    for event in events:
        known[_identity(event)].append(event)
    near = {row.number: [event for event in known[_identity(row)] if _is_near(row, event)] for row in rows}
    wanted = Counter(event.id for found in near.values() for event in found)
    changes = []
    for row in rows:
        found = near[row.number]
        if not found:
            changes.append(Change(Outcome.ADDED, row))
        elif len(found) > 1 or wanted[found[0].id] > 1:
            changes.append(Change(Outcome.DOUBTFUL, row, found[0]))
        else:
            changes.append(Change(Outcome.CHANGED, row, found[0]))
    return changes


def _is_near(row: EventRow, event: CalendarEvent) -> bool:
    overlaps = row.starts <= event.ends and event.starts <= row.ends
    return overlaps or abs(row.starts - event.starts) <= SAME_OCCASION
