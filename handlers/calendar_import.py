"""A calendar file that somebody sends: read, compared with the calendar, shown, and taken in when confirmed.

    file ──> what it would change, and which rows are left out ──> import (all at once) or cancel

What was read waits in the dialogue's step; at the confirmation it is compared anew, since the calendar may have
changed in between. Nothing is removed by a file.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from handlers.addresses import CalendarFileButton
from handlers.calendar_effects import affected, changed
from handlers.calendar_wording import FILE_FAULTS, days_text, event_title, fault_text, may_manage, to_calendar
from handlers.documents import Incoming
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import unit_label
from index.reply import clip
from reminders.calendar_changes import Change, EventRow, Outcome, compare
from reminders.calendar_files import CalendarReader, has_events
from reminders.calendar_rows import CalendarFileError, FileFault, ReadCalendar, RowFault, RowProblem
from store.units import UnitNotFoundError

STEP = "calendar_import"
LONGEST_STEP = 200_000
"""Characters of what was read that wait for the confirmation: about 1,500 events."""
SHOWN_NEW, SHOWN_CHANGED, SHOWN_LEFT_OUT = 5, 10, 10
LEFT_OUT_FILE = "tidak-diimpor.txt"
_WORDS = ("kalender", "calendar")
_ENDINGS = (".ics", ".ical", ".csv", ".xlsx")
_TYPES = frozenset({"text/calendar", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})


def fits(incoming: Incoming) -> bool:
    """Whether a file may be a calendar."""
    return incoming.name.endswith(_ENDINGS) or incoming.media_type in _TYPES


def is_called_calendar(incoming: Incoming) -> bool:
    """Whether the words beside a file or its name say that it is a calendar."""
    return any(word in incoming.caption or word in incoming.name for word in _WORDS)


def is_sure(incoming: Incoming, content: bytes) -> bool:
    """Whether a file is a calendar by the words beside it, its name or the names of its columns."""
    return (
        is_called_calendar(incoming)
        or not incoming.name.endswith((".csv", ".xlsx"))
        or has_events(content, incoming.name)
    )


async def take(turn: Turn, name: str, content: bytes) -> None:
    """Read a file and show what it would change."""
    rooms = turn.rooms
    units = await turn.read(rooms.store.units.all)
    reader = CalendarReader(rooms.kinds, units, rooms.today, rooms.timezone)
    try:
        taken = await turn.work(reader.read, content, name)
    except CalendarFileError as error:
        turn.say(_file_fault(turn, error))
        return
    turn.do(lambda: _show(turn, name, taken))


def press_file(turn: Turn, button: CalendarFileButton) -> None:
    """Take in what was read, or leave it; nothing happens for a file that was dealt with."""
    step = turn.step
    if step is None or step.name != STEP or step.data.get("file") != button.file:
        turn.toast(turn.t.plain("This file was dealt with already, or left. Send it again."), is_alert=True)
        return
    turn.toast()
    turn.end_step()
    if button.act == "cancel":
        turn.show(turn.t("Cancelled. Nothing was changed."), [[to_calendar(turn)]])
        return
    rows, _ = _permitted(turn, map(_row, step.data["rows"]))
    done = Counter(_apply(turn, change) for change in _compared(turn, rows))
    turn.show(
        turn.t(
            "Imported. New: {added}, changed: {changed}, as before: {unchanged}, left out: {left_out}.",
            added=done[Outcome.ADDED],
            changed=done[Outcome.CHANGED],
            unchanged=done[Outcome.UNCHANGED],
            left_out=len(step.data["rows"]) - len(rows) + done[Outcome.DOUBTFUL] + int(step.data["left_out"]),
        ),
        [[to_calendar(turn)]],
    )


def _apply(turn: Turn, change: Change) -> Outcome:
    """Bring one change into the calendar; returns what it was."""
    events, row = turn.rooms.store.events, change.row
    if change.outcome is Outcome.ADDED:
        made = events.add(
            row.kind, row.starts, row.ends, turn.person.id, label=row.label, unit_id=row.unit_id, uid=row.uid
        )
        changed(turn, None, made)
    elif change.outcome is Outcome.CHANGED and change.event is not None:
        changed(turn, change.event, events.change(change.event.id, row.starts, row.ends, row.label or None))
    return change.outcome


# ---------------------------------------------------------------- what is shown


def _show(turn: Turn, name: str, taken: ReadCalendar) -> None:
    """Show what a file would change, and keep it for the confirmation."""
    rows, foreign = _permitted(turn, taken.rows)
    problems = sorted((*taken.problems, *foreign), key=lambda problem: problem.number)
    data = {"file": turn.claimed.update_id, "left_out": len(problems), "rows": [_data(row) for row in rows]}
    if len(json.dumps(data)) > LONGEST_STEP:
        turn.say(
            turn.t(
                "The file has too many events for one import ({count}). Split it, by semester for example.",
                count=len(rows),
            )
        )
        return
    changes = _compared(turn, rows)
    by_outcome = {outcome: [change for change in changes if change.outcome is outcome] for outcome in Outcome}
    left_out = _left_out(turn, problems, by_outcome[Outcome.DOUBTFUL])
    parts = [
        _numbers(turn, name, by_outcome, len(left_out)),
        _new(turn, by_outcome[Outcome.ADDED]),
        _moved(turn, by_outcome[Outcome.CHANGED]),
        _named(turn, left_out),
    ]
    keyboard: Keyboard = []
    if by_outcome[Outcome.ADDED] or by_outcome[Outcome.CHANGED]:
        turn.set_step(STEP, **data)
        number = turn.claimed.update_id
        keyboard = [
            [
                Button(turn.t.plain("Import"), CalendarFileButton("import", number).data()),
                Button(turn.t.plain("Cancel"), CalendarFileButton("cancel", number).data()),
            ]
        ]
    else:
        parts.append(turn.t("There is nothing to import."))
    turn.say(Html("\n\n".join(part for part in parts if part)), keyboard)
    if len(left_out) > SHOWN_LEFT_OUT:
        turn.hand(LEFT_OUT_FILE, "\n".join(left_out).encode(), turn.t("All that is left out, with the reasons."))


def _numbers(turn: Turn, name: str, found: dict[Outcome, list[Change]], left_out: int) -> Html:
    return turn.t(
        "<b>{name}</b>\nNew: {added}, changed: {changed}, as before: {unchanged}, left out: {left_out}.",
        name=clip(name, 100),
        added=len(found[Outcome.ADDED]),
        changed=len(found[Outcome.CHANGED]),
        unchanged=len(found[Outcome.UNCHANGED]),
        left_out=left_out,
    )


def _new(turn: Turn, changes: Sequence[Change]) -> Html:
    lines = [fill("• {event}", event=clip(_words(turn, change.row), 150)) for change in changes[:SHOWN_NEW]]
    return _part(turn, turn.t("<b>New</b>"), lines, len(changes))


def _moved(turn: Turn, changes: Sequence[Change]) -> Html:
    """Return the changed events with their old and new days, and what hangs on them."""
    lines = []
    for change in changes[:SHOWN_CHANGED]:
        row, event = change.row, change.event
        if event is None:
            continue
        line = turn.t(
            "• {title}: {old} → {new}",
            title=clip(event_title(turn, row.kind, row.label), 80),
            old=days_text(turn, event.starts, event.ends),
            new=days_text(turn, row.starts, row.ends),
        )
        effect = affected(turn, event, row.starts, row.ends)
        lines.append(Html(f"{line}\n{effect}") if effect else line)
    return _part(turn, turn.t("<b>Changed</b>"), lines, len(changes))


def _named(turn: Turn, left_out: Sequence[str]) -> Html:
    lines = [fill("• {line}", line=clip(line, 150)) for line in left_out[:SHOWN_LEFT_OUT]]
    return _part(turn, turn.t("<b>Left out</b>"), lines, len(left_out))


def _part(turn: Turn, head: Html, lines: Sequence[Html], total: int) -> Html:
    """Return a list under its heading, with how many more there are; nothing for an empty one."""
    more = [turn.t("… and {count} more", count=total - len(lines))] if total > len(lines) else []
    return Html("\n".join([head, *lines, *more])) if lines else Html("")


def _left_out(turn: Turn, problems: Iterable[RowProblem], doubtful: Iterable[Change]) -> list[str]:
    """Return a line for each row that will not be imported, with the reason."""
    t = turn.t
    lines = [(problem.number, fault_text(t, problem.fault, problem.words)) for problem in problems] + [
        (
            change.row.number,
            t.plain(
                "{event}: this may be another event of the calendar than I think; enter it by hand.",
                event=_words(turn, change.row),
            ),
        )
        for change in doubtful
    ]
    return [t.plain("Number {number}: {reason}", number=number, reason=reason) for number, reason in sorted(lines)]


def _words(turn: Turn, row: EventRow) -> str:
    return f"{event_title(turn, row.kind, row.label)}, {days_text(turn, row.starts, row.ends)}{_unit_words(turn, row)}"


def _unit_words(turn: Turn, row: EventRow) -> str:
    return "" if row.unit_id is None else f" ({unit_label(turn.rooms.store.units.get(row.unit_id))})"


def _file_fault(turn: Turn, error: CalendarFileError) -> Html:
    """Return why a file cannot be read; what the reader of sheets says beyond it, it says in English."""
    text = turn.t(FILE_FAULTS[error.fault])
    if error.fault is FileFault.UNREADABLE and error.detail and turn.language == "en":
        return fill("{text}\n<i>{detail}</i>", text=text, detail=clip(error.detail, 300))
    return text


# ---------------------------------------------------------------- rows


def _compared(turn: Turn, rows: Sequence[EventRow]) -> tuple[Change, ...]:
    return compare(turn.rooms.store.events.all(), rows, turn.rooms.kinds, turn.rooms.username)


def _permitted(turn: Turn, rows: Iterable[EventRow]) -> tuple[list[EventRow], list[RowProblem]]:
    """Return the rows of units whose calendar the person may change, and the others as problems."""
    listed = list(rows)
    allowed = {unit_id: _may(turn, unit_id) for unit_id in {row.unit_id for row in listed}}
    mine = [row for row in listed if allowed[row.unit_id]]
    return mine, [RowProblem(row.number, RowFault.NOT_YOURS) for row in listed if not allowed[row.unit_id]]


def _may(turn: Turn, unit_id: int | None) -> bool:
    try:
        return may_manage(turn, unit_id)
    except UnitNotFoundError:
        return False


def _data(row: EventRow) -> list[Any]:
    """Return a row as the step keeps it."""
    return [row.number, row.kind, row.label, row.unit_id, row.starts.isoformat(), row.ends.isoformat(), row.uid]


def _row(data: Sequence[Any]) -> EventRow:
    number, kind, label, unit_id, starts, ends, uid = data
    return EventRow(number, kind, label, unit_id, dt.date.fromisoformat(starts), dt.date.fromisoformat(ends), uid)
