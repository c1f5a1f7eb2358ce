"""A step of a run as it is shown: what it is, who has it, and the buttons that somebody may use."""

from __future__ import annotations

from handlers.addresses import RunButton, StepButton
from handlers.entry import refuse
from handlers.rooms import Rooms
from handlers.runs_wording import (
    clause_line,
    due_line,
    people_line,
    run_title,
    step_name,
    step_text,
    why_button,
)
from handlers.texts import N_, Html, Speech, fill
from handlers.turn import Button, Keyboard, Turn
from index.reply import clip
from reminders.running import Fault
from reminders.schedule import Notice
from store.people import Person
from store.permissions import Action, Subject, may
from store.runs import Assignment, AssignmentState, Run, RunState, RunStep

LONGEST_WORDS = 1000
FAULTS = {
    Fault.OVER: N_("This step or its run is over; /jalan shows the runs."),
    Fault.NO_DRAFT: N_("This plan was approved or dropped before; /jalan shows the runs."),
    Fault.NO_REASON: N_("Write the reason in a few words; it stands in the audit trail."),
    Fault.NOT_YOURS: N_("This is not yours any more; /jadwal shows what is."),
    Fault.HAS_IT: N_("This person has the step already or was asked."),
    Fault.PAST: N_("This day is over. Write one that is to come."),
    Fault.SAME_DAY: N_("The step is due on this day already."),
}
TEXT_STATES = {
    "waiting": N_("◻️ waits for the steps before it"),
    "open": N_("▶️ its turn has come"),
    "done": N_("✅ done"),
    "skipped": N_("⏭ skipped"),
}


# ---------------------------------------------------------------- who may


def steers(rooms: Rooms, person: Person, run: Run) -> bool:
    """Whether somebody steers a run; at the desk."""
    unit_ids = rooms.store.units.chain(run.unit_id) if run.unit_id is not None else frozenset[int]()
    return may(person, Action.STEER_RUN, Subject(unit_ids=unit_ids))


def part_of(rooms: Rooms, step: RunStep, person: Person) -> Assignment | None:
    """Return somebody's part in a step, whether they have it, did it or were asked; at the desk."""
    return next((one for one in rooms.store.runs.assignments(step.id) if one.person_id == person.id), None)


def step_of(turn: Turn) -> RunStep | None:
    """Return the step that the running dialogue is about; None (and a refusal) if it is no longer theirs; at the desk.

    A dialogue may last an hour, in which the step or the role can have gone to somebody else.
    """
    if turn.step is None:
        return None
    step = turn.rooms.store.runs.step(int(turn.step.data["step_id"]))
    run = turn.rooms.store.runs.get(step.run_id)
    if part_of(turn.rooms, step, turn.person) is None and not steers(turn.rooms, turn.person, run):
        turn.end_step()
        refuse(turn)
        return None
    return step


# ---------------------------------------------------------------- shown


def step_buttons(
    t: Speech, rooms: Rooms, step: RunStep, run: Run, person: Person, notice: Notice | None = None
) -> Keyboard:
    """Return what somebody may do with a step; under a reminder only what is quick. At the desk."""
    part, is_steering = part_of(rooms, step, person), steers(rooms, person, run)
    if part is not None and part.state is AssignmentState.OFFERED:
        return [
            [
                _button(t.plain("✅ I take it over"), "accept", step),
                _button(t.plain("❌ No"), "decline", step),
            ],
            [why_button(t, step)],
        ]
    has_it = part is not None and part.state is AssignmentState.ASSIGNED
    rows: list[list[Button]] = []
    if run.state is RunState.RUNNING and step.is_left and (has_it or is_steering):
        rows.append([_button(t.plain("✅ Done"), "done", step)])
        if has_it:
            rows[0] += [_button(t.plain("In 1 hour"), "hour", step), _button(t.plain("Tomorrow"), "morrow", step)]
            rows.append([_button(t.plain("Not mine"), "notme", step)])
        elif notice is not None:
            rows[0] += [_button(t.plain("👤 Give to …"), "give", step), _button(t.plain("⏭ Skip"), "skip", step)]
        if notice is None:
            rows += _steering(t, step, has_it=has_it, is_steering=is_steering)
    elif run.state is RunState.DRAFT and is_steering:
        rows += [
            [_button(t.plain("📅 Date"), "off", step), _button(t.plain("👤 Give to …"), "give", step)],
            [_button(t.plain("✂️ Leave out of this plan"), "drop", step)],
        ]
    elif run.state is RunState.RUNNING and (part is not None or is_steering):
        rows += [
            [_button(t.plain("↩️ Not done after all"), "undo", step), _button(t.plain("📎 Evidence"), "note", step)]
        ]
    last = [why_button(t, step)]
    last.append(
        _button(t.plain("Details"), "show", step)
        if notice is not None
        else Button(t.plain("⬆ The run"), RunButton("turn", run.id).data())
    )
    return [*rows, last]


def _steering(t: Speech, step: RunStep, *, has_it: bool, is_steering: bool) -> list[list[Button]]:
    rows = [
        [_button(t.plain("📅 Another day"), "off", step), _button(t.plain("⏭ Skip"), "skip", step)],
        [_button(t.plain("📎 Evidence"), "note", step)],
    ]
    if has_it:
        rows[1].append(_button(t.plain("👥 Hand on"), "hand", step))
    if is_steering:
        rows[1].append(_button(t.plain("👤 Give to …"), "give", step))
    return rows


def card(t: Speech, rooms: Rooms, step: RunStep, run: Run) -> Html:
    """Return all that is to be known of a step; at the desk."""
    lines = [
        run_title(t, rooms.store, run),
        fill("<b>{name}</b> · {state}", name=step_name(t, step), state=t.plain(TEXT_STATES[step.state])),
        fill("{text}", text=step_text(t, step, LONGEST_WORDS)),
        people_line(t, rooms.store, step),
        due_line(t, rooms.kinds, rooms.running.almanac, step, run.unit_id),
        clause_line(t, step),
    ]
    if step.note:
        lines.append(fill("📝 {note}", note=clip(step.note, LONGEST_WORDS)))
    evidence = [
        entry.details["evidence"] for entry in rooms.store.trail.of_step(step.id) if "evidence" in entry.details
    ]
    if evidence:
        lines.append(fill("📎 {names}", names=", ".join(str(one["name"]) for one in evidence)))
    return Html("\n".join(lines))


def _button(text: str, act: str, step: RunStep) -> Button:
    return Button(text, StepButton(act, step.id).data())  # type: ignore[arg-type]  # the callers name acts


def show_step(turn: Turn, step_id: int, *, fresh: bool = False) -> None:
    """Show a step's card: in the message of the pressed button, or in a new one."""
    rooms, step = turn.rooms, turn.rooms.store.runs.step(step_id)
    run = rooms.store.runs.get(step.run_id)
    text, keyboard = card(turn.t, rooms, step, run), step_buttons(turn.t, rooms, step, run, turn.person)
    if fresh:
        turn.say(text, keyboard)
    else:
        turn.show(text, keyboard)
