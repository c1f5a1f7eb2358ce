"""/kalender: the academic calendar, by months; one event; the whole of it as a file.

/kalender ──> list ──> event ──> move (`handlers.calendar_dialogue`), remove (asked once)
               ├── add (`handlers.calendar_dialogue`)
               └── file; a file that is sent comes in by `handlers.calendar_import`
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date
from telegram import Update

from handlers.addresses import CalendarButton, CalendarKindButton, EventButton
from handlers.calendar_dialogue import begin_move
from handlers.calendar_effects import affected, changed, rules_row
from handlers.calendar_wording import day_notes, days_text, event_title, for_whom, may_manage, to_calendar
from handlers.entry import refuse
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import unit_label
from index.reply import clip
from reminders.calendar import DAY_OFF
from reminders.calendar_ics import export
from store.events import CalendarEvent
from store.permissions import Action, may
from store.units import Unit

FILE_NAME = "kalender-akademik.ics"
PAGE = 8


def show_calendar(turn: Turn, _: Update) -> None:
    """Show what comes next."""
    turn.say(*_page(turn, 0))


async def press_calendar(turn: Turn, button: CalendarButton) -> None:
    """Turn the page, open an event, or send the file."""
    turn.toast()
    if button.act == "file":
        await _send_file(turn)
    elif button.act == "open":
        turn.do(lambda: _open(turn, button.event_id))
    else:
        turn.do(lambda: turn.show(*_page(turn, button.page)))


def press_event(turn: Turn, button: EventButton) -> None:
    """Move or remove an event."""
    event = turn.rooms.store.events.find(button.event_id)
    if event is None:  # an alert, so that the second tap of two leaves what the first has said
        turn.toast(turn.t.plain("This event is not in the calendar any more."), is_alert=True)
        return
    if not may_manage(turn, event.unit_id):
        refuse(turn)
        return
    turn.toast()
    if button.act == "move":
        begin_move(turn, event)
    elif button.act == "remove":
        _ask_to_remove(turn, event)
    else:
        _remove(turn, event)


async def _send_file(turn: Turn) -> None:
    rooms = turn.rooms
    events, units = await turn.read(lambda: (rooms.store.events.all(), rooms.store.units.all()))
    content = await turn.work(export, events, rooms.kinds, units, turn.language, rooms.username, rooms.clock())
    turn.hand(FILE_NAME, content, turn.t("The academic calendar. Open it with the calendar of your phone or computer."))


def _page(turn: Turn, page: int) -> tuple[Html, Keyboard]:
    """Return a page of the calendar; 0 begins with the first event that is not over."""
    t, today = turn.t, turn.rooms.today
    every = turn.rooms.store.events.all()
    over = sorted((event for event in every if event.ends < today), key=lambda event: (event.ends, event.id))
    listed = [*over, *(event for event in every if event.ends >= today)]
    start = len(over) + page * PAGE
    shown = listed[max(0, start) : max(0, start + PAGE)]
    parts = [t("<b>Academic calendar</b>"), *_by_months(turn, shown, every)]
    if not shown:
        parts.append(t("Nothing is entered from today on."))
    rows = [[_open_button(turn, event)] for event in shown]
    rows.append(
        [
            Button(sign, CalendarButton("list", 0, other).data())
            for sign, other, is_there in (("◀", page - 1, start > 0), ("▶", page + 1, start + PAGE < len(listed)))
            if is_there
        ]
    )
    if may(turn.person, Action.MANAGE_CALENDAR):
        parts.append(t("To import a calendar, send me a file here: iCalendar (.ics), CSV or XLSX."))
        rows.append([Button(t.plain("Add an event"), CalendarKindButton().data())])
    if every:
        rows.append([Button(t.plain("As a file (.ics)"), CalendarButton("file").data())])
    return Html("\n\n".join(parts)), rows


def _by_months(turn: Turn, shown: Sequence[CalendarEvent], every: Sequence[CalendarEvent]) -> list[Html]:
    """Return a part for each month, with a line for each event."""
    units = {unit.id: unit for unit in turn.rooms.store.units.all()}
    months: dict[str, list[Html]] = {}
    for event in shown:
        name = format_date(event.starts, "MMMM y", locale=turn.language)
        months.setdefault(name, []).append(_line(turn, event, units, every))
    return [
        Html("\n".join([fill("<b>{month}</b>", month=month[:1].upper() + month[1:]), *lines]))
        for month, lines in months.items()
    ]


def _line(turn: Turn, event: CalendarEvent, units: dict[int, Unit], every: Sequence[CalendarEvent]) -> Html:
    unit = units.get(event.unit_id) if event.unit_id is not None else None
    line = fill(
        "• {days}: <b>{title}</b> ({unit})" if unit else "• {days}: <b>{title}</b>",
        days=days_text(turn, event.starts, event.ends),
        title=clip(event_title(turn, event.kind, event.label), 100),
        unit=unit_label(unit) if unit else "",
    )
    notes = [] if event.kind == DAY_OFF else day_notes(turn, every, unit, _ends_of(event), named_only=True)
    return Html("\n".join([line, *(fill("  ⚠️ {note}", note=note) for note in notes)]))


def _open_button(turn: Turn, event: CalendarEvent) -> Button:
    day = format_date(event.starts, "d MMM y", locale=turn.language)
    return Button(f"{day}: {event_title(turn, event.kind, event.label)}", CalendarButton("open", event.id).data())


def _open(turn: Turn, event_id: int) -> None:
    event = turn.rooms.store.events.find(event_id)
    if event is None:
        turn.show(turn.t("This event is not in the calendar any more."), [[to_calendar(turn)]])
        return
    rows = []
    if may_manage(turn, event.unit_id):
        rows = [
            [
                Button(turn.t.plain("Change the date"), EventButton("move", event.id).data()),
                Button(turn.t.plain("Remove"), EventButton("remove", event.id).data()),
            ]
        ]
    rules = rules_row(turn, event)
    turn.show(_about(turn, event), [*rows, *([rules] if rules else []), [to_calendar(turn)]])


def _about(turn: Turn, event: CalendarEvent) -> Html:
    """Return an event with its days, for whom it is, and days off among its first and last."""
    store = turn.rooms.store
    unit = store.units.get(event.unit_id) if event.unit_id is not None else None
    days_off = store.events.all(kind=DAY_OFF)
    notes = [] if event.kind == DAY_OFF else day_notes(turn, days_off, unit, _ends_of(event))
    lines = [
        fill("<b>{title}</b>", title=event_title(turn, event.kind, event.label)),
        fill("{days}", days=days_text(turn, event.starts, event.ends)),
        turn.t("For: {whom}", whom=for_whom(turn, event.unit_id)),
        *(fill("⚠️ {note}", note=note) for note in notes),
    ]
    return Html("\n".join(lines))


def _ask_to_remove(turn: Turn, event: CalendarEvent) -> None:
    t = turn.t
    parts = [_about(turn, event), affected(turn, event, None, None), t("Remove it from the calendar?")]
    rows = [
        [Button(t.plain("Yes, remove it"), EventButton("sure", event.id).data())],
        [Button(t.plain("No, keep it"), CalendarButton("open", event.id).data())],
    ]
    turn.show(Html("\n\n".join(part for part in parts if part)), rows)


def _remove(turn: Turn, event: CalendarEvent) -> None:
    turn.rooms.store.events.remove(event.id)
    changed(turn, event, None)
    title = event_title(turn, event.kind, event.label)
    turn.show(turn.t("<b>{title}</b> is removed from the calendar.", title=title), [[to_calendar(turn)]])


def _ends_of(event: CalendarEvent) -> tuple[dt.date, dt.date]:
    return event.starts, event.ends
