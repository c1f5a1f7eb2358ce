"""What is written about a step: evidence, another day, a reason."""

from __future__ import annotations

import datetime as dt

from telegram import Message, Update

from handlers.addresses import StepButton
from handlers.calendar_wording import fault_text
from handlers.runs_wording import (
    day_words,
    step_name,
)
from handlers.step_card import FAULTS, LONGEST_WORDS, show_step, step_of
from handlers.texts import escape
from handlers.turn import Button, Turn
from index.reply import clip
from reminders.dates import DateError, FullDate, PartialDate, read_date
from reminders.running import Fault, RunRefusedError
from store.database import JSONObject
from store.runs import RunState, RunStep
from store.trail import Act

STEP_NOTE, STEP_DAY, STEP_REASON = "step_note", "step_day", "step_reason"


def take_note(turn: Turn, update: Update) -> None:
    """Take a note, a file or a picture as evidence of a step."""
    run_step, message = step_of(turn), update.effective_message
    if run_step is None or message is None:
        return
    file, note = _file_of(message), clip((message.text or message.caption or "").strip(), LONGEST_WORDS)
    if file is None and not note:
        turn.say(turn.t("Send a text, a file or a picture; /batal stops."))
        return
    turn.end_step()
    turn.rooms.store.trail.note(
        Act.EVIDENCE,
        turn.person.id,
        run_id=run_step.run_id,
        step_id=run_step.id,
        details={"note": note, "evidence": file},
    )
    turn.say(turn.t("Kept as evidence of {step}.", step=step_name(turn.t, run_step)))


def take_day(turn: Turn, update: Update) -> None:
    """Take the day on which a step shall be due."""
    run_step = step_of(turn)
    if run_step is None:
        return
    try:
        found = read_date(_words(update), turn.rooms.running.almanac.today())
    except DateError as error:
        turn.say(escape(fault_text(turn.t, error.fault, clip(error.words, 100))))
        return
    if isinstance(found, FullDate):
        take_chosen_day(turn, run_step, found.day)
    elif isinstance(found, PartialDate):
        day = found.suggestion
        yes = StepButton("day", run_step.id, int(f"{day:%Y%m%d}"))
        text = turn.t("Do you mean <b>{day}</b>? If not, write the day with month and year.", day=_day(turn, day))
        turn.say(text, [[Button(t_yes(turn), yes.data())]])
    else:
        turn.say(turn.t("I read no day in this. Write it like “14 Desember 2026” or “Senin depan”; /batal stops."))


def t_yes(turn: Turn) -> str:
    """Return what a button that says yes to a day is called."""
    return turn.t.plain("Yes, that day")


def take_chosen_day(turn: Turn, step: RunStep, day: dt.date) -> None:
    """Take the day on which a step shall be due; one of a running run that had one needs a reason first."""
    run = turn.rooms.store.runs.get(step.run_id)
    if step.due_on is not None and run.state is RunState.RUNNING:
        if day < turn.rooms.running.almanac.today():
            turn.say(turn.t(FAULTS[Fault.PAST]))
            return
        turn.set_step(STEP_REASON, step_id=step.id, act="off", day=day.isoformat())
        turn.say(turn.t("<b>{day}</b>. Why? Write the reason; it stands in the audit trail.", day=_day(turn, day)))
        return
    try:
        turn.rooms.running.set_day(step.id, turn.person.id, day)
    except RunRefusedError as error:
        turn.say(turn.t(FAULTS[error.fault]))
        return
    turn.end_step(STEP_DAY)
    show_step(turn, step.id, fresh=True)


def take_reason(turn: Turn, update: Update) -> None:
    """Take the reason for another day or for skipping a step."""
    step, run_step = turn.step, step_of(turn)
    if step is None or run_step is None:
        return
    words = clip(_words(update), LONGEST_WORDS)
    try:
        if step.data["act"] == "skip":
            turn.rooms.running.skip(run_step.id, turn.person.id, words)
        else:
            day = dt.date.fromisoformat(str(step.data["day"]))
            turn.rooms.running.set_day(run_step.id, turn.person.id, day, words)
    except RunRefusedError as error:
        if error.fault is not Fault.NO_REASON:
            turn.end_step()
        turn.say(turn.t(FAULTS[error.fault]))
        return
    turn.end_step()
    show_step(turn, run_step.id, fresh=True)


def _words(update: Update) -> str:
    message = update.effective_message
    return ((message and message.text) or "").strip()


def _day(turn: Turn, day: dt.date) -> str:
    return day_words(day, turn.language)


def day_of(number: int) -> dt.date:
    """Return the day that a button carries; raises `RunRefusedError` for none."""
    try:
        return dt.datetime.strptime(str(number), "%Y%m%d").date()
    except ValueError:
        raise RunRefusedError(Fault.PAST) from None


def _file_of(message: Message) -> JSONObject | None:
    """Return a file or picture that was sent, as the trail keeps it."""
    if message.document is not None:
        return {"file_id": message.document.file_id, "name": clip(message.document.file_name or "file", 100)}
    if message.photo:
        return {"file_id": message.photo[-1].file_id, "name": "photo", "is_picture": True}
    return None
