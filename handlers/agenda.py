"""/jadwal: one's own next 30 days, day by day, with a file for one's phone."""

from __future__ import annotations

import datetime as dt

from telegram import Update

from handlers.addresses import AgendaButton, OwnButton, ReminderSettingsButton
from handlers.day_wording import day_with_note
from handlers.own_wish import begin_empty
from handlers.paging import Block, pages_of, turning
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import unit_label
from index.reply import clip, one_line
from reminders.agenda import Agenda, Duty, Everything, Thing, agenda_of, everything_of
from reminders.agenda_file import agenda_file
from reminders.dates import read_back
from store.events import CalendarEvent
from store.wishes import OwnReminder

FILE_NAME = "jadwal.ics"
LONGEST_LINE = 200


def show_agenda(turn: Turn, _: Update) -> None:
    """Show what stands before somebody."""
    turn.say(*_page(turn, 1))


def press_agenda(turn: Turn, button: AgendaButton) -> None:
    """Turn the page, send the file, or begin a reminder."""
    turn.toast()
    if button.act == "show":
        turn.show(*_page(turn, button.page))
    elif button.act == "new":
        begin_empty(turn)
    elif not turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        found = everything_of(turn.rooms.running.almanac, turn.person)
        content = agenda_file(found, turn.rooms.kinds, turn.language, turn.rooms.username)
        turn.hand(
            FILE_NAME,
            content,
            turn.t("Your schedule for the calendar of your phone. A new file brings it up to date; entries stay one."),
        )


def _page(turn: Turn, number: int) -> tuple[Html, Keyboard]:
    found = everything_of(turn.rooms.running.almanac, turn.person)
    agenda = agenda_of(found)
    title = turn.t("<b>Your schedule until {day}</b>", day=read_back(agenda.until, turn.language))
    pages = pages_of(_blocks(turn, found, agenda), title)
    number = min(max(number, 1), len(pages))
    return pages[number - 1], [
        turning(number, len(pages), lambda other: AgendaButton("show", other)),
        *_below(turn, found),
    ]


def _below(turn: Turn, found: Everything) -> Keyboard:
    t = turn.t
    own = t.plain("⏰ My reminders: {count}", count=len(found.own))
    return [
        [
            Button(t.plain("📅 As a file (.ics)"), AgendaButton("file").data()),
            Button(t.plain("⚙ Settings"), ReminderSettingsButton("show").data()),
        ],
        [Button(own, OwnButton("list").data()), Button(t.plain("New reminder"), AgendaButton("new").data())],
    ]


def _blocks(turn: Turn, found: Everything, agenda: Agenda) -> list[Block]:
    t = turn.t
    blocks = []
    if agenda.late:
        lines = tuple(_late_line(turn, duty) for duty in agenda.late)
        blocks.append(Block(t("<b>⚠ Late</b>"), lines))
    for day, things in agenda.days:
        heading = fill("<b>{day}</b>", day=day_with_note(t, day, found.timing.workdays))
        blocks.append(Block(heading, tuple(_line(turn, thing, day) for thing in things)))
    if agenda.undated:
        lines = tuple(_duty_line(turn, duty) for duty in agenda.undated)
        blocks.append(Block(t("<b>Without a day yet</b>"), lines))
    if not blocks:
        nothing = t("Nothing stands in your schedule. Write for example: remind me to submit the marks on 3 Dec 2026")
        return [Block(Html(""), (nothing,))]
    return blocks


def _line(turn: Turn, thing: Thing, day: dt.date) -> Html:
    if isinstance(thing, Duty):
        return _duty_line(turn, thing)
    if isinstance(thing, OwnReminder):
        return _own_line(turn, thing)
    return _event_line(turn, thing, day)


def _duty_line(turn: Turn, duty: Duty) -> Html:
    """Return a step with its run; one that somebody is only asked to take says so."""
    t, step, run = turn.t, duty.step, duty.run
    text = clip(one_line(step.text.of(turn.language)), LONGEST_LINE)
    words = fill(
        "• {text} <i>({code} {title})</i>",
        text=f"{step.number}. {text}" if step.number else text,
        code=run.code,
        title=clip(run.title.of(turn.language), LONGEST_LINE),
    )
    return fill("{words} – {offered}", words=words, offered=t("<b>offered to you</b>")) if duty.is_offered else words


def _late_line(turn: Turn, duty: Duty) -> Html:
    line = _duty_line(turn, duty)
    if duty.step.due_on is None:
        return line
    return fill("{line} – {due}", line=line, due=read_back(duty.step.due_on, turn.language))


def _own_line(turn: Turn, reminder: OwnReminder) -> Html:
    text = clip(reminder.text, LONGEST_LINE)
    return fill("• ⏰ {text}", text=f"{reminder.time:%H.%M} {text}" if reminder.time else text)


def _event_line(turn: Turn, event: CalendarEvent, day: dt.date) -> Html:
    """Return an event with its unit and its last day, if it is longer than one."""
    t = turn.t
    line = fill("• 📅 {title}", title=turn.rooms.kinds.title(event.kind, event.label, turn.language))
    if event.unit_id is not None:
        line = fill("{line}, {unit}", line=line, unit=unit_label(turn.rooms.store.units.get(event.unit_id)))
    if event.ends > day:
        line = fill("{line}, {until}", line=line, until=t("until {day}", day=read_back(event.ends, turn.language)))
    return line
