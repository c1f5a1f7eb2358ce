"""Reminders of one's own: how they are said when their time has come, and the list of those that wait."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.addresses import AgendaButton, ClauseButton, OwnButton
from handlers.entry import stale
from handlers.own_wish import change_day
from handlers.paging import turning
from handlers.texts import Html, Speech, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import when
from index.reply import Citation, address, clip
from reminders.dates import read_back
from store.wishes import OwnReminder

LISTED = 8
AN_HOUR = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)


def own_text(t: Speech, reminder: OwnReminder, planned_at: dt.datetime | None, zone: ZoneInfo) -> Html:
    """Return what is said when a reminder's time has come; ``planned_at`` is set if it is said too late."""
    lines = [fill("⏰ <b>{text}</b>", text=reminder.text)]
    if reminder.clause is not None:
        lines.append(fill("{address}", address=address(_citation(reminder.clause), t.language)))
    if planned_at is not None:
        late = t("⌛ Late: this should have come on {when}.", when=when(planned_at, zone))
        lines.append(fill("<i>{late}</i>", late=late))
    return Html("\n".join(lines))


def own_buttons(t: Speech, reminder: OwnReminder) -> Keyboard:
    """Return the buttons under a reminder whose time has come."""
    rows = [
        [
            Button(t.plain("✅ Done"), OwnButton("done", reminder.id).data()),
            Button(t.plain("In 1 hour"), OwnButton("hour", reminder.id).data()),
            Button(t.plain("Tomorrow"), OwnButton("tomorrow", reminder.id).data()),
        ]
    ]
    if reminder.clause is not None:
        clause = ClauseButton.opening(_citation(reminder.clause), t.language)
        rows.append([Button(t.plain("Full clause"), clause.data())])
    return rows


def press_own(turn: Turn, button: OwnButton) -> None:
    """Do what a button of a reminder says; those of others are not found.

    A reminder that has come may share its message with others, which therefore stays as it is.
    """
    if button.act == "list":
        turn.toast()
        turn.show(*_list(turn, button.page))
        return
    reminder = turn.rooms.store.wishes.own(button.reminder_id, turn.person.id)
    if reminder is None or (reminder.is_done and button.act in ("open", "date", "remove", "sure")):
        stale(turn)
    elif button.act in ("done", "hour", "tomorrow"):
        _answer(turn, button, reminder)
    elif button.act == "date":
        turn.toast()
        change_day(turn, reminder)
    elif button.act == "sure":
        turn.rooms.store.wishes.end_own(reminder.id)
        turn.toast(turn.t.plain("Removed."))
        turn.show(*_list(turn, button.page))
    else:
        turn.toast()
        turn.show(*_card(turn, reminder, button))


def _answer(turn: Turn, button: OwnButton, reminder: OwnReminder) -> None:
    """End a reminder that has come, or let it come again; a double tap counts once."""
    if turn.rooms.taps.is_repeat((turn.person.id, button)):
        turn.toast()
        return
    if button.act == "done":
        turn.rooms.store.wishes.end_own(reminder.id)
        turn.toast(turn.t.plain("Done."))
        return
    local = turn.rooms.running.almanac.timing().local(turn.rooms.clock())
    again = local + (AN_HOUR if button.act == "hour" else A_DAY)
    time = again.time().replace(second=0, microsecond=0) if button.act == "hour" else reminder.time
    moved = turn.rooms.store.wishes.move_own(reminder.id, again.date(), time)
    turn.rooms.running.schedule.own(moved)
    shown = time or turn.rooms.store.wishes.of(turn.person.id).morning
    turn.toast(turn.t.plain("I remind you again: {day}.", day=read_back(moved.day, turn.language, shown)))


def _list(turn: Turn, page: int) -> tuple[Html, Keyboard]:
    """Return a page of the reminders that wait, each with a button."""
    t, waiting = turn.t, turn.rooms.store.wishes.all_own(turn.person.id)
    back = [Button(t.plain("« Schedule"), AgendaButton("show").data())]
    new = [Button(t.plain("New reminder"), AgendaButton("new").data())]
    if not waiting:
        return t("None of your own reminders waits. Write for example: remind me to submit the marks on 3 Dec 2026"), [
            new,
            back,
        ]
    last = (len(waiting) + LISTED - 1) // LISTED
    page = min(max(page, 1), last)
    shown = waiting[(page - 1) * LISTED : page * LISTED]
    rows = [
        [Button(f"{reminder.day:%d.%m.} {reminder.text}", OwnButton("open", reminder.id, page).data())]
        for reminder in shown
    ]
    text = t("<b>Your own reminders: {count}</b>\nPress one to change or remove it.", count=len(waiting))
    return text, [*rows, turning(page, last, lambda other: OwnButton("list", 0, other)), new, back]


def _card(turn: Turn, reminder: OwnReminder, button: OwnButton) -> tuple[Html, Keyboard]:
    """Return a reminder that waits with what can be done to it; removing is asked once."""
    t = turn.t
    lines = [fill("⏰ <b>{text}</b>", text=reminder.text), own_when(turn, reminder.day, reminder.time)]
    if reminder.clause is not None:
        lines.append(fill("{address}", address=clip(address(_citation(reminder.clause), t.language), 400)))
    back = Button(t.plain("« My reminders"), OwnButton("list", 0, button.page).data())
    if button.act == "remove":
        lines.append(t("<b>Remove this reminder?</b>"))
        sure = OwnButton("sure", reminder.id, button.page)
        return Html("\n".join(lines)), [[Button(t.plain("Yes, remove it"), sure.data())], [back]]
    row = [
        Button(t.plain("Other day or time"), OwnButton("date", reminder.id, button.page).data()),
        Button(t.plain("Remove"), OwnButton("remove", reminder.id, button.page).data()),
    ]
    return Html("\n".join(lines)), [row, [back]]


def own_when(turn: Turn, day: dt.date, time: dt.time | None) -> Html:
    """Return when a reminder comes, in full; without a time it is one's morning. At the desk."""
    shown = time or turn.rooms.store.wishes.of(turn.person.id).morning
    return fill("{day}", day=read_back(day, turn.language, shown))


def _citation(clause: dict[str, object]) -> Citation:
    return Citation.model_validate(clause)
