"""An event that is being written, or moved: what is known of it, what is asked next, and how it is read back.

All of it stands in the dialogue's step (`Draft`); what is asked next follows from what is missing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from handlers.addresses import CalendarButton, DraftButton
from handlers.calendar_effects import affected
from handlers.calendar_wording import (
    day_notes,
    days_text,
    event_title,
    for_whom,
    may_manage,
)
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import has_units
from handlers.wording import unit_label
from reminders.calendar import DAY_OFF, LABELLED
from reminders.dates import FullDate, PartialDate, read_back
from reminders.periods import choices
from store.conversations import Step
from store.events import CalendarEvent

STEP = "calendar_event"
UNCHOSEN, UNIVERSITY = -1, 0


@dataclass(frozen=True)
class Draft:
    """What is known of the event; ``event_id`` is that of one that is moved, 0 for a new one."""

    number: int
    kind: str
    label: str = ""
    unit: int = UNCHOSEN
    starts: dt.date | None = None
    ends: dt.date | None = None
    event_id: int = 0
    is_sure: bool = False
    """Whether the person knows that it is over."""

    @property
    def unit_id(self) -> int | None:
        """The unit as the store has it."""
        return self.unit if self.unit > UNIVERSITY else None

    @property
    def asks(self) -> str:
        """What the next text is: ``name``, ``unit``, or days."""
        if self.kind in LABELLED and not self.label:
            return "name"
        return "unit" if self.unit == UNCHOSEN else "days"

    def data(self) -> dict[str, Any]:
        """Return the draft as a step keeps it."""
        days = {"starts": self.starts and self.starts.isoformat(), "ends": self.ends and self.ends.isoformat()}
        return {**vars(self), **days}

    @classmethod
    def of(cls, step: Step | None) -> Draft | None:
        """Return the draft that a step keeps, None where another dialogue or none is running."""
        if step is None or step.name != STEP or "number" not in step.data:
            return None
        days = {name: step.data[name] and dt.date.fromisoformat(step.data[name]) for name in ("starts", "ends")}
        return cls(**{**step.data, **days})


def go_on(turn: Turn, draft: Draft) -> None:
    """Keep the draft and ask for what is missing; if nothing is, read it back."""
    if draft.asks == "unit" and not has_units(turn) and may_manage(turn, None):
        draft = replace(draft, unit=UNIVERSITY)
    turn.set_step(STEP, **draft.data())
    cancel = [cancel_button(turn, draft)]
    title = event_title(turn, draft.kind, draft.label)
    if draft.asks == "name":
        turn.show(_ask_name(turn, draft.kind), [cancel])
    elif draft.asks == "unit":
        text = turn.t("<b>{title}</b>: for whom? Choose, or write a part of the unit's name or its code.", title=title)
        turn.show(text, [*without_words(turn, draft), cancel])
    elif draft.starts is None:
        text = turn.t(
            "<b>{title}</b>: when? Write the day, or the first and the last: <i>14 Des 2026</i>,"
            " <i>14–19 Des 2026</i>, <i>Senin depan</i>.",
            title=title,
        )
        turn.show(text, [cancel])
    elif draft.ends is None:
        text = turn.t("It begins on {first}. Write the last day.", first=read_back(draft.starts, turn.language))
        single = Button(turn.t.plain("Only this day"), DraftButton("single", draft.number).data())
        turn.show(text, [[single], cancel])
    else:
        turn.show(*_read_back(turn, draft, draft.starts, draft.ends))


def _ask_name(turn: Turn, kind: str) -> Html:
    if kind == DAY_OFF:
        return turn.t("Why is it a day off? Write the name of the day.")
    if turn.rooms.kinds.get(kind).shape == "day":
        return turn.t("Which course is it? Write its name.")
    return turn.t("What is the event called? Write its name.")


def without_words(turn: Turn, draft: Draft) -> Keyboard:
    """Return whom an event may be for without a search: the university and one's own unit."""
    own = turn.person.unit_id
    rows = []
    if may_manage(turn, None):
        rows.append([Button(turn.t.plain("The whole university"), DraftButton("unit", draft.number).data())])
    if own is not None and may_manage(turn, own):
        rows.append(
            [Button(unit_label(turn.rooms.store.units.get(own)), DraftButton("unit", draft.number, own).data())]
        )
    return rows


def _read_back(turn: Turn, draft: Draft, starts: dt.date, ends: dt.date) -> tuple[Html, Keyboard]:
    """Return the event as it would be saved, with what is special about its days."""
    t, store = turn.t, turn.rooms.store
    before = store.events.find(draft.event_id) if draft.event_id else None
    unit = store.units.get(draft.unit) if draft.unit > UNIVERSITY else None
    notes = [] if draft.kind == DAY_OFF else day_notes(turn, store.events.all(kind=DAY_OFF), unit, (starts, ends))
    lines = [
        fill("<b>{title}</b>", title=event_title(turn, draft.kind, draft.label)),
        fill("{days}", days=days_text(turn, starts, ends)),
        *(fill("⚠️ {note}", note=note) for note in notes),
        t("For: {whom}", whom=for_whom(turn, draft.unit_id)),
    ]
    if before is not None:
        lines.append(t("Until now: {days}", days=days_text(turn, before.starts, before.ends)))
        lines.append(affected(turn, before, starts, ends))
    save = Button(t.plain("Save"), DraftButton("save", draft.number).data())
    others = [Button(t.plain("Change the date"), DraftButton("dates", draft.number).data()), cancel_button(turn, draft)]
    twin = twin_of(turn, draft)
    if twin is not None:
        lines.append(t("It stands in the calendar already, so there is nothing to save."))
        rows = [[Button(t.plain("Open it"), CalendarButton("open", twin.id).data())], others]
    elif is_over(turn, draft) and not draft.is_sure:
        lines.append(t("It is over already. Really?"))
        rows = [[Button(t.plain("Yes, it is in the past"), DraftButton("sure", draft.number).data())], others]
    else:
        rows = [[save], others]
    return Html("\n".join(line for line in lines if line)), rows


def twin_of(turn: Turn, draft: Draft) -> CalendarEvent | None:
    """Return the event of the calendar that a draft would repeat."""
    kinds = turn.rooms.kinds
    wanted = (draft.unit_id, draft.starts, draft.ends, kinds.label(draft.kind, draft.label).casefold())
    for event in turn.rooms.store.events.all(kind=draft.kind):
        if (event.unit_id, event.starts, event.ends, kinds.label(event.kind, event.label).casefold()) == wanted:
            return event
    return None


def is_over(turn: Turn, draft: Draft) -> bool:
    """Whether the last day is in the past."""
    return draft.ends is not None and draft.ends < turn.rooms.today


def cancel_button(turn: Turn, draft: Draft) -> Button:
    """Return the button that leaves the draft."""
    return Button(turn.t.plain("Cancel"), DraftButton("cancel", draft.number).data())


def _choice_label(turn: Turn, pair: tuple[dt.date, dt.date | None]) -> str:
    first, last = pair
    return days_text(turn, first, last or first)


def _number(day: dt.date | None) -> int:
    """Return a day as a button carries it: 20261214."""
    return int(day.strftime("%Y%m%d")) if day else 0


def ask_which(turn: Turn, draft: Draft, first: PartialDate, last: FullDate | PartialDate | None) -> None:
    """Ask which of the days is meant that fit the words; nothing is filled in."""
    today, earliest = turn.rooms.today, turn.rooms.today
    if draft.starts is not None and draft.ends is None:
        earliest = draft.starts
    pairs: list[tuple[dt.date, dt.date | None]] = []
    for day in choices(first, earliest, today):
        if last is None:
            pairs.append((day, None))
        elif isinstance(last, PartialDate) and (ends := choices(last, day, today)):
            pairs.append((day, ends[0]))
    if not pairs:
        text = turn.t(
            "“{words}” is not a whole date. Write day, month and year, like <i>14 Des 2026</i>.", words=first.words
        )
        turn.say(text, [[cancel_button(turn, draft)]])
        return
    rows = [
        [
            Button(
                _choice_label(turn, pair), DraftButton("days", draft.number, _number(pair[0]), _number(pair[1])).data()
            )
        ]
        for pair in pairs
    ]
    if first.missing == ("year",):
        text = turn.t("“{words}”: of which year?", words=first.words)
    else:
        text = turn.t("“{words}”: which day is it?", words=first.words)
    turn.say(text, [*rows, [cancel_button(turn, draft)]])
