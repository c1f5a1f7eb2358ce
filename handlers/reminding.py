"""What people are told without having asked: everything due for somebody at one moment, as one message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from telegram.constants import MessageLimit, ParseMode

from handlers.addresses import RulesButton, RunButton, StepButton
from handlers.own_reminders import own_buttons, own_text
from handlers.rooms import Rooms
from handlers.runs_wording import (
    clause_line,
    day_words,
    due_line,
    progress_line,
    run_title,
    step_name,
    step_text,
)
from handlers.step_card import step_buttons
from handlers.survey_reminding import reminder_buttons, reminder_text
from handlers.texts import N_, Html, Speech, fill, speech
from handlers.turn import Button, Keyboard, keyboard_parameters
from handlers.wording import when
from index.browse.tree import document_key
from index.reply import utf16_units
from reminders.schedule import WHO_HAS_IT, Notice
from reminders.telling import Bundle, Item, OwnItem, ProposalItem, RulesItem, StepItem, WeekItem
from reminders.timing import LATE_AFTER
from store.outbox import NewMessage, Priority
from store.reminded import KIND as SURVEY
from store.trail import Act

MOST_SHOWN = 20
"""Steps in one message; /jadwal shows the rest."""
HEADINGS = {
    Notice.OFFERED: N_("❓ You are asked to take over"),
    Notice.OVERDUE: N_("🔴 Overdue"),
    Notice.LATE: N_("🔴 Late in runs that you coordinate"),
    Notice.STRAY: N_("⚠️ Nobody has these steps any more"),
    Notice.TURN: N_("▶️ Your turn"),
    Notice.SNOOZED: N_("⏰ Once more, as you wished"),
    Notice.LEAD: N_("⏰ Due soon"),
    Notice.MOVED: N_("📅 Due on another day"),
    Notice.GIVEN: N_("🆕 New for you"),
    Notice.TOLD: N_("ℹ️ In your runs"),
}
"""In the order in which they stand in a message."""
TOLD = {
    Act.ACCEPTED: N_("{name} has taken it over."),
    Act.DECLINED: N_("{name} does not take it over."),
    Act.RELEASED: N_("{name} says that it is not theirs."),
    Act.RUN_FINISHED: N_("The run is finished."),
}
STRAY = {
    "gone": N_("Who had it is not here any more."),
    "blocked": N_("{name} has blocked the bot."),
    "role": N_("{name} has another role now."),
}


@dataclass(frozen=True)
class _Piece:
    """A part of a message: its text, the button that opens what it is about, all buttons if it stands alone."""

    text: Html
    opens: Button | None = None
    alone: Keyboard = ()


def tell(rooms: Rooms) -> bool:
    """Put what is due for the next people into the outbox; returns whether anything was. Run it at the desk."""
    bundles, is_busy = rooms.telling.take()
    for bundle in bundles:
        t = speech(bundle.person.language)
        surveys = rooms.following.take(thing for thing in bundle.others if thing.kind == SURVEY)
        said = [(f"{bundle.key}:{number}", *one) for number, one in enumerate(messages(t, rooms, bundle))]
        # Each survey by itself: with its way out, and so that it can be taken back if it is answered meanwhile.
        said += [(told.key, reminder_text(t, told), reminder_buttons(t, told, rooms.username)) for told in surveys]
        for key, text, keyboard in said:
            rooms.store.outbox.enqueue(_message(t, rooms, bundle, key, text, keyboard))
    return is_busy


def _message(t: Speech, rooms: Rooms, bundle: Bundle, key: str, text: Html, keyboard: Keyboard) -> NewMessage:
    now = rooms.store.clock()
    parameters: dict[str, Any] = {
        "chat_id": bundle.person.id,
        "text": text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": {"is_disabled": True},
        **keyboard_parameters(keyboard),
    }
    return NewMessage(
        chat_id=bundle.person.id,
        method="sendMessage",
        parameters=parameters,
        dedupe_key=key,
        priority=Priority.NORMAL,
        person_id=bundle.person.id,
        late_at=now + LATE_AFTER,
        late_mark=f"{_late(t, when(now, rooms.timezone))}\n\n",
    )


def messages(t: Speech, rooms: Rooms, bundle: Bundle) -> Iterator[tuple[Html, Keyboard]]:
    """Return what somebody is told, as messages; one, unless it is longer than Telegram takes."""
    pieces = list(_pieces(t, rooms, bundle))
    if bundle.lapsed:
        text = t.several(
            "{number} earlier reminder could not be sent in time and is left out.",
            "{number} earlier reminders could not be sent in time and are left out.",
            bundle.lapsed,
        )
        pieces.append(_Piece(fill("<i>{text}</i>", text=text)))
    for page in _pages(pieces):
        with_buttons = [piece for piece in page if piece.opens or piece.alone]
        yield Html("\n\n".join(piece.text for piece in page)), _keyboard(with_buttons)


def _keyboard(pieces: list[_Piece]) -> Keyboard:
    """Return all buttons of the only piece that has some, else one for each, four in a row."""
    if len(pieces) == 1:
        return pieces[0].alone or ([[pieces[0].opens]] if pieces[0].opens else [])
    opening = [piece.opens for piece in pieces if piece.opens]
    return [opening[start : start + 4] for start in range(0, len(opening), 4)]


def _pages(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield pieces that fit into a message together."""
    page: list[_Piece] = []
    units = 0
    for piece in pieces:
        size = utf16_units(piece.text) + 2  # markup is counted too: rather too little than too much
        if page and units + size > MessageLimit.MAX_TEXT_LENGTH:
            yield page
            page, units = [], 0
        page.append(piece)
        units += size
    if page:
        yield page


# ---------------------------------------------------------------- pieces


def _pieces(t: Speech, rooms: Rooms, bundle: Bundle) -> Iterator[_Piece]:
    for item in bundle.items:
        if isinstance(item, OwnItem):
            text = own_text(t, item.reminder, item.planned_at, rooms.timezone)
            yield _Piece(text, own_buttons(t, item.reminder)[0][0], own_buttons(t, item.reminder))
    steps = [item for item in bundle.items if isinstance(item, StepItem)]
    for notice, heading in HEADINGS.items():
        group = sorted((item for item in steps if item.notice is notice), key=lambda item: item.run.id)
        run_id = 0
        for number, item in enumerate(group[:MOST_SHOWN]):
            head = [fill("<b>{heading}</b>", heading=t.plain(heading))] if number == 0 else []
            if item.run.id != run_id:
                head.append(run_title(t, rooms.store, item.run))
            run_id = item.run.id
            text = Html("\n".join([*head, _step(t, rooms, item)]))
            opens = Button(step_label(t, item), StepButton("show", item.step.id).data())
            yield _Piece(text, opens, step_buttons(t, rooms, item.step, item.run, bundle.person, item.notice))
        if len(group) > MOST_SHOWN:
            yield _Piece(t("… and {count} more: /jadwal", count=len(group) - MOST_SHOWN))
    for item in bundle.items:
        yield from _other(t, rooms, item)


def step_label(t: Speech, item: StepItem) -> str:
    """Return what a step's button is called among others."""
    number = re.search(r"[0-9][0-9.]*$", item.run.code)
    return f"{number[0] if number else item.run.code} · {item.step.number or item.step.position}"


def _step(t: Speech, rooms: Rooms, item: StepItem) -> Html:
    """Return what is said of a step."""
    almanac = rooms.running.almanac
    lines = [fill("<b>{name}</b>: {text}", name=step_name(t, item.step), text=step_text(t, item.step))]
    if item.notice is not Notice.TOLD:
        lines.append(due_line(t, rooms.kinds, almanac, item.step, item.run.unit_id))
    if item.notice in (Notice.LEAD, Notice.GIVEN, Notice.OFFERED, Notice.TURN):
        lines.append(clause_line(t, item.step))
    if item.assignment is None and item.notice in WHO_HAS_IT:
        lines.append(t("👤 Nobody has this step: give it to somebody, do it yourself, or skip it."))
    if said := _said(t, item):
        lines.append(said)
    if item.planned_at is not None:
        lines.append(fill("<i>{late}</i>", late=_late(t, when(item.planned_at, rooms.timezone))))
    return Html("\n".join(lines))


def _said(t: Speech, item: StepItem) -> Html | None:
    """Return what happened to a step, in a sentence; None for what its heading says already."""
    name = item.other.name if item.other else t.plain("Somebody who left")
    if item.notice is Notice.TOLD:
        return t(TOLD[Act(str(item.payload["act"]))], name=name)
    if item.notice is Notice.STRAY:
        return t(STRAY[str(item.payload["why"])], name=name)
    if item.notice is Notice.MOVED and item.payload["before"]:
        before = item.step.due_on.fromisoformat(str(item.payload["before"])) if item.step.due_on else None
        return t("Before: {day}", day=day_words(before, t.language)) if before else t("It has no date any more.")
    return None


def _late(t: Speech, planned: str) -> Html:
    return t("⌛ Late: this should have come on {when}.", when=planned)


def _other(t: Speech, rooms: Rooms, item: Item) -> Iterator[_Piece]:
    """Return what is no step and no reminder of one's own."""
    if isinstance(item, ProposalItem):
        event = rooms.store.events.get(item.event_id)
        text = t(
            "🔁 <b>Run again?</b>\n{run}\nIts event is in the calendar now: {day}.",
            run=run_title(t, rooms.store, item.run),
            day=day_words(event.starts, t.language),
        )
        again = Button(t.plain("Make the plan"), RunButton("again", item.run.id, item.event_id).data())
        never = Button(t.plain("Do not propose it any more"), RunButton("repeat", item.run.id).data())
        yield _Piece(text, again, [[again], [never]])
    elif isinstance(item, RulesItem):
        yield _Piece(
            t(
                "📜 <b>Time limits have changed</b>\nIn {document}: {new} new, {gone} gone, {ruled} of these with a"
                " decision of yours. Look at them with /aturan; runs that have begun keep their dates.",
                document=item.document,
                new=item.new,
                gone=item.gone,
                ruled=item.ruled,
            ),
            Button(t.plain("Look at them"), RulesButton("changed", document_key(item.document)).data()),
        )
    elif isinstance(item, WeekItem):
        yield _Piece(_week(t, rooms, item), Button(t.plain("Runs"), RunButton("list").data()) if item.runs else None)


def _week(t: Speech, rooms: Rooms, item: WeekItem) -> Html:
    """Return the week ahead."""
    lines = [t("🗓 <b>This week</b>")]
    for step in item.duties[:MOST_SHOWN]:
        run = rooms.store.runs.get(step.run_id)
        day = day_words(step.due_on, t.language) if step.due_on else ""
        text = step_text(t, step, 120)
        lines.append(fill("• {day}: {text} ({code})", day=day, text=text, code=run.code))
    if len(item.duties) > MOST_SHOWN:
        lines.append(t("… and {count} more: /jadwal", count=len(item.duties) - MOST_SHOWN))
    lines += [
        fill("{run}\n{bar}", run=run_title(t, rooms.store, progress.run), bar=progress_line(t, progress))
        for progress in item.runs[:MOST_SHOWN]
    ]
    if item.planned_at is not None:
        lines.append(fill("<i>{late}</i>", late=_late(t, when(item.planned_at, rooms.timezone))))
    return Html("\n".join(lines))
