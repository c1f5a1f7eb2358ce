"""A step of a run: what it is, and what its people and who steers the run do with it.

    reminder or /jalan ──> step ──> done ──> (a note or a file as evidence)
                              ├──> in 1 hour, tomorrow, not mine
                              ├──> another day: which? ──> why? ──> moved
                              ├──> skip: why? ──> skipped
                              └──> hand on: to whom? ──> asked ──> accepted or not

Who may: those who have it, and who steers runs in the run's unit (`store.permissions.may`).
"""

from __future__ import annotations

import datetime as dt

from handlers.addresses import RunButton, StepButton
from handlers.entry import refuse, stale
from handlers.step_card import FAULTS, part_of, show_step, steers
from handlers.step_people import begin_hand
from handlers.step_words import STEP_DAY, STEP_NOTE, STEP_REASON, day_of, take_chosen_day
from handlers.turn import Button, Turn
from reminders.running import Fault, RunRefusedError
from store.permissions import Action, may
from store.runs import Assignment, Run, RunNotFoundError, RunStep, StepNotFoundError

SNOOZE = dt.timedelta(hours=1)


def press_step(turn: Turn, button: StepButton) -> None:
    """Do what a button of a step says."""
    try:
        step = turn.rooms.store.runs.step(button.step_id)
        run = turn.rooms.store.runs.get(step.run_id)
    except (StepNotFoundError, RunNotFoundError):
        stale(turn)
        return
    part, is_steering = part_of(turn.rooms, step, turn.person), steers(turn.rooms, turn.person, run)
    if part is None and not is_steering and not (button.act == "show" and may(turn.person, Action.READ_RUNS)):
        refuse(turn)
        return
    try:
        _ACTS[button.act](turn, step, run, part, button)
    except RunRefusedError as error:
        turn.toast(turn.t.plain(FAULTS[error.fault]), is_alert=True)


def _open(turn: Turn, step: RunStep, _run: Run, _part: Assignment | None, _button: StepButton) -> None:
    turn.toast()
    show_step(turn, step.id, fresh=True)


def _done(turn: Turn, step: RunStep, _run: Run, _part: Assignment | None, _button: StepButton) -> None:
    turn.rooms.running.done(step.id, turn.person.id)
    turn.toast(turn.t.plain("Noted as done. 📎 keeps a note or a file as evidence."))
    show_step(turn, step.id)


def _undo(turn: Turn, step: RunStep, _run: Run, _part: Assignment | None, _button: StepButton) -> None:
    turn.rooms.running.reopen(step.id, turn.person.id)
    turn.toast(turn.t.plain("It is open again."))
    show_step(turn, step.id)


def _snooze(turn: Turn, step: RunStep, _run: Run, part: Assignment | None, button: StepButton) -> None:
    rooms = turn.rooms
    now = rooms.store.clock()
    if button.act == "hour":
        until = now + SNOOZE
    else:
        timing = rooms.running.almanac.timing()
        until = timing.at(timing.today(now) + dt.timedelta(days=1), rooms.store.wishes.of(turn.person.id).morning)
    rooms.running.snooze(step.id, part.id if part else 0, turn.person.id, until)
    local = until.astimezone(rooms.timezone)
    turn.toast(turn.t.plain("You hear again on {day} at {time}.", day=f"{local:%d.%m.}", time=f"{local:%H:%M}"))


def _not_mine(turn: Turn, step: RunStep, _run: Run, part: Assignment | None, _button: StepButton) -> None:
    turn.rooms.running.release(part.id if part else 0, turn.person.id)
    turn.toast()
    turn.show(turn.t("Noted: it is not yours. The coordinator hears of it and finds somebody."))


def _accept(turn: Turn, step: RunStep, _run: Run, part: Assignment | None, _button: StepButton) -> None:
    turn.rooms.running.accept(part.id if part else 0, turn.person.id)
    turn.toast(turn.t.plain("It is yours now."))
    show_step(turn, step.id)


def _decline(turn: Turn, _step: RunStep, _run: Run, part: Assignment | None, _button: StepButton) -> None:
    turn.rooms.running.decline(part.id if part else 0, turn.person.id)
    turn.toast()
    turn.show(turn.t("Noted: you do not take it over."))


def _begin_note(turn: Turn, step: RunStep, _run: Run, _part: Assignment | None, _button: StepButton) -> None:
    turn.toast()
    turn.set_step(STEP_NOTE, step_id=step.id)
    turn.say(
        turn.t("Write a note, or send a file or a picture: it is kept as evidence in the audit trail. /batal stops.")
    )


def _begin_day(turn: Turn, step: RunStep, _run: Run, _part: Assignment | None, button: StepButton) -> None:
    turn.toast()
    if button.day:
        take_chosen_day(turn, step, day_of(button.day))
        return
    turn.set_step(STEP_DAY, step_id=step.id)
    turn.say(turn.t("On which day shall it be due? Write it, for example “14 Desember 2026” or “Senin depan”."))


def _begin_skip(turn: Turn, step: RunStep, _run: Run, _part: Assignment | None, _button: StepButton) -> None:
    turn.toast()
    turn.set_step(STEP_REASON, step_id=step.id, act="skip")
    turn.say(turn.t("Why is this step skipped? Write the reason; it stands in the audit trail. /batal stops."))


def _drop(turn: Turn, step: RunStep, run: Run, _part: Assignment | None, _button: StepButton) -> None:
    if not steers(turn.rooms, turn.person, run):
        refuse(turn)
        return
    if not turn.rooms.store.runs.drop_step(step.id):
        raise RunRefusedError(Fault.NO_DRAFT)
    turn.toast()
    row = [Button(turn.t.plain("⬆ The run"), RunButton("turn", run.id).data())]
    turn.show(turn.t("Left out of this plan. The SOP itself is not changed."), [row])


_ACTS = {
    "show": _open,
    "done": _done,
    "undo": _undo,
    "hour": _snooze,
    "morrow": _snooze,
    "notme": _not_mine,
    "accept": _accept,
    "decline": _decline,
    "note": _begin_note,
    "off": _begin_day,
    "day": _begin_day,
    "skip": _begin_skip,
    "drop": _drop,
    "hand": begin_hand,
    "give": begin_hand,
}
