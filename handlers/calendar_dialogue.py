"""An event that is being written, or moved: asked one thing after the other, read back in full, then saved.

    kind ──> (name) ──> for whom ──> first day ──> (last day) ──> read back ──> saved
                                        ↑ └─ which year? ─┘           │
                                        └──────── change the date ────┘

What is known so far stands in the dialogue's step (`handlers.calendar_draft`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from telegram import Update

from handlers import ask
from handlers.addresses import CalendarKindButton, DraftButton
from handlers.calendar_draft import (
    STEP,
    UNCHOSEN,
    UNIVERSITY,
    Draft,
    ask_which,
    cancel_button,
    go_on,
    is_over,
    twin_of,
    without_words,
)
from handlers.calendar_effects import changed, plan_row, rules_row
from handlers.calendar_wording import (
    days_text,
    event_title,
    fault_text,
    may_manage,
    to_calendar,
)
from handlers.entry import refuse, stale
from handlers.texts import escape
from handlers.turn import Button, Turn
from handlers.unit_search import QUESTION_WORDS, outcome, search
from handlers.wording import unit_label
from index.reply import clip
from reminders.calendar import DaysFault, fault_of, printable
from reminders.dates import DateError, FullDate, PartialDate, read_back
from reminders.periods import Days, read_days
from store.events import LONGEST_LABEL, CalendarEvent
from store.units import Unit, UnitNotFoundError

# ---------------------------------------------------------------- what a person does


def choose_kind(turn: Turn, button: CalendarKindButton) -> None:
    """Ask for the kind of a new event, or take it."""
    kind = turn.rooms.kinds.find(button.kind)
    if kind is not None:
        turn.toast()
        go_on(turn, Draft(turn.claimed.update_id, kind.key))
    elif button.kind:
        stale(turn)
    else:
        turn.toast()
        buttons = [
            Button(event_title(turn, kind.key, ""), CalendarKindButton(kind.key).data())
            for kind in turn.rooms.kinds.all
        ]
        rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
        turn.show(turn.t("<b>New event</b>\nWhat happens?"), [*rows, [to_calendar(turn)]])


def begin_move(turn: Turn, event: CalendarEvent) -> None:
    """Ask for other days of an event."""
    unit = UNIVERSITY if event.unit_id is None else event.unit_id
    go_on(turn, Draft(turn.claimed.update_id, event.kind, event.label, unit, event_id=event.id))


async def take_words(turn: Turn, update: Update) -> None:
    """Take a name, the words of a unit, or days; a question in between is answered."""
    draft = Draft.of(turn.step)
    message = update.effective_message
    words = ((message and message.text) or "").strip()
    if draft is None:
        return
    if draft.asks == "name":
        turn.do(lambda: _take_name(turn, draft, words))
    elif draft.asks == "unit":
        await search(turn, update, lambda said, found: _show_units(turn, draft, said, found))
    else:
        try:
            days = read_days(words, turn.rooms.today)
        except DateError as error:
            said = escape(fault_text(turn.t, error.fault, clip(error.words, 100)))
            turn.do(lambda: turn.say(said, [[cancel_button(turn, draft)]]))
            return
        if days is None and (words.endswith("?") or len(words.split()) >= QUESTION_WORDS):
            await ask.ask(turn, update)
        else:
            turn.do(lambda: _take_days(turn, draft, words, days))


def press_draft(turn: Turn, button: DraftButton) -> None:
    """Do what a button of the draft says; one of a draft that is over changes nothing."""
    draft = Draft.of(turn.step)
    if draft is None or draft.number != button.draft:
        turn.toast(turn.t.plain("This was dealt with already, or left. /kalender begins anew."), is_alert=True)
        return
    try:
        is_allowed = button.act != "unit" or may_manage(turn, button.value or None)
        is_allowed = is_allowed and (draft.unit == UNCHOSEN or may_manage(turn, draft.unit_id))
    except UnitNotFoundError:
        stale(turn)
        return
    if not is_allowed:
        refuse(turn)
        return
    _ACTS[button.act](turn, draft, button)


# ---------------------------------------------------------------- acts


def _choose_unit(turn: Turn, draft: Draft, button: DraftButton) -> None:
    turn.toast()
    go_on(turn, replace(draft, unit=max(button.value, UNIVERSITY)))


def _choose_days(turn: Turn, draft: Draft, button: DraftButton) -> None:
    first, last = _day(button.value), _day(button.last)
    if first is None or (button.last and last is None):
        stale(turn)
        return
    turn.toast()
    _set_days(turn, draft, first, last)


def _choose_single(turn: Turn, draft: Draft, _: DraftButton) -> None:
    turn.toast()
    go_on(turn, replace(draft, ends=draft.starts))


def _change_dates(turn: Turn, draft: Draft, _: DraftButton) -> None:
    turn.toast()
    go_on(turn, replace(draft, starts=None, ends=None, is_sure=False))


def _be_sure(turn: Turn, draft: Draft, _: DraftButton) -> None:
    turn.toast()
    go_on(turn, replace(draft, is_sure=True))


def _cancel_draft(turn: Turn, _: Draft, __: DraftButton) -> None:
    turn.toast()
    turn.end_step()
    turn.show(turn.t("Cancelled. Nothing was changed."), [[to_calendar(turn)]])


def _save(turn: Turn, draft: Draft, _: DraftButton) -> None:
    """Keep the event if nothing speaks against it by now; else say what does."""
    starts, ends = draft.starts, draft.ends
    if starts is None or ends is None or twin_of(turn, draft) or (is_over(turn, draft) and not draft.is_sure):
        turn.toast()
        go_on(turn, draft)
        return
    events = turn.rooms.store.events
    before = events.find(draft.event_id) if draft.event_id else None
    turn.toast()
    turn.end_step()
    if draft.event_id and before is None:
        turn.show(turn.t("This event is not in the calendar any more."), [[to_calendar(turn)]])
        return
    if before is not None:
        after = events.change(before.id, starts, ends)
    else:
        after = events.add(draft.kind, starts, ends, turn.person.id, label=draft.label, unit_id=draft.unit_id)
    changed(turn, before, after)
    text = turn.t(
        "Saved: <b>{title}</b>, {days}.",
        title=event_title(turn, after.kind, after.label),
        days=days_text(turn, after.starts, after.ends),
    )
    turn.show(text, [plan_row(turn, after), rules_row(turn, after), [to_calendar(turn)]])


_ACTS = {
    "unit": _choose_unit,
    "days": _choose_days,
    "single": _choose_single,
    "dates": _change_dates,
    "sure": _be_sure,
    "save": _save,
    "cancel": _cancel_draft,
}

# ---------------------------------------------------------------- what texts give


def _take_name(turn: Turn, draft: Draft, words: str) -> None:
    label = printable(words)
    if not label or len(label) > LONGEST_LABEL:
        text = turn.t("Please write 1 to {longest} characters of text.", longest=LONGEST_LABEL)
        turn.say(text, [[cancel_button(turn, draft)]])
        return
    go_on(turn, replace(draft, label=label))


def _show_units(turn: Turn, draft: Draft, words: str, found: Sequence[Unit]) -> None:
    allowed = [unit for unit in found if may_manage(turn, unit.id)]
    rows = [[Button(unit_label(unit), DraftButton("unit", draft.number, unit.id).data())] for unit in allowed]
    turn.say(outcome(turn, words, allowed), [*rows, *without_words(turn, draft)])


def _take_days(turn: Turn, draft: Draft, words: str, days: Days | None) -> None:
    """Take the days that words hold, or ask for what they leave out."""
    if days is None:
        text = turn.t(
            "I read no date in “{words}”. Write it like <i>14 Des 2026</i>, <i>14–19 Des 2026</i> or <i>lusa</i>.",
            words=clip(words, 100),
        )
        turn.say(text, [[cancel_button(turn, draft)]])
        return
    first, last = days.first, days.last
    if isinstance(first, FullDate) and isinstance(last, PartialDate):
        draft = replace(draft, starts=first.day, ends=None)
        turn.set_step(STEP, **draft.data())
        first, last = last, None
    if isinstance(first, FullDate):
        _set_days(turn, draft, first.day, last.day if isinstance(last, FullDate) else None)
        return
    ask_which(turn, draft, first, last)


def _set_days(turn: Turn, draft: Draft, first: dt.date, last: dt.date | None) -> None:
    """Take whole days: both, or the first of a period, or its last."""
    is_period = turn.rooms.kinds.get(draft.kind).shape == "period"
    if last is None and draft.starts is not None and draft.ends is None:
        first, last = draft.starts, first
    elif last is None and not is_period:
        last = first
    fault = fault_of(draft.kind, first, first if last is None else last)
    if fault is DaysFault.END_FIRST and last is not None:
        text = turn.t(
            "The last day, {last}, is before the first, {first}. Write the last day again, or both.",
            first=read_back(first, turn.language),
            last=read_back(last, turn.language),
        )
        turn.set_step(STEP, **replace(draft, starts=first, ends=None).data())
        turn.say(text, [[cancel_button(turn, draft)]])
    elif fault is not None:
        turn.say(escape(fault_text(turn.t, fault)), [[cancel_button(turn, draft)]])
    else:
        go_on(turn, replace(draft, starts=first, ends=last, is_sure=False))


def _day(number: int) -> dt.date | None:
    try:
        return dt.date(number // 10_000, number // 100 % 100, number % 100)
    except (OverflowError, ValueError):
        return None
