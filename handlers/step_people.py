"""Who shall have a step: handed on to somebody, who must accept, or given by who steers the run."""

from __future__ import annotations

from telegram import Update

from handlers.addresses import HandButton, StepButton
from handlers.entry import refuse, stale
from handlers.step_card import FAULTS, part_of, steers, step_of
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import role_name
from index.reply import clip
from reminders.running import RunRefusedError
from store.people import Person, PersonState
from store.roles import GRANTED_ROLES
from store.runs import Assignment, AssignmentState, Run, RunStep, StepNotFoundError

STEP_HAND = "step_hand"
SHOWN_PEOPLE = 8


def begin_hand(turn: Turn, step: RunStep, run: Run, part: Assignment | None, button: StepButton) -> None:
    """Ask to whom a step is handed on or given."""
    act = "give" if button.act == "give" and steers(turn.rooms, turn.person, run) else "hand"
    if act == "hand" and (part is None or part.state is not AssignmentState.ASSIGNED):
        refuse(turn)
        return
    turn.toast()
    turn.set_step(STEP_HAND, step_id=step.id, act=act)
    found = [person for person in _candidates(turn, step, run) if person.id != turn.person.id or act == "give"]
    text = turn.t("To whom? Choose, or write a part of the name. Who is not here yet can be invited with /undang.")
    turn.say(text, _people(turn, step, found, act))


def _candidates(turn: Turn, step: RunStep, run: Run) -> list[Person]:
    """Return who could have a step: those of the actor's role in the unit, the run's own unit first."""
    almanac, store = turn.rooms.running.almanac, turn.rooms.store
    ids = [person_id for person_id, _ in almanac.people_for(almanac.actors.get(step.actor), run.unit_id)]
    has_it = {one.person_id for one in store.runs.assignments(step.id)}
    found = [store.people.get(person_id) for person_id in ids if person_id not in has_it]
    return found[:SHOWN_PEOPLE]


def _people(turn: Turn, step: RunStep, people: list[Person], act: str) -> Keyboard:
    return [
        [
            Button(
                f"{clip(person.name, 30)} · {role_name(turn.t, person.role)}",
                HandButton("give" if act == "give" else "hand", step.id, person.id).data(),
            )
        ]
        for person in people
    ]


def take_name(turn: Turn, update: Update) -> None:
    """Take a part of the name of the person who shall have a step."""
    words = ((update.effective_message and update.effective_message.text) or "").strip().casefold()
    step, run_step = turn.step, step_of(turn)
    if step is None or run_step is None:
        return
    staff = turn.rooms.store.people.with_role(*GRANTED_ROLES)
    found = [person for person in staff if words and words in person.name.casefold()][:SHOWN_PEOPLE]
    if found:
        turn.say(turn.t("Who is meant?"), _people(turn, run_step, found, str(step.data["act"])))
    else:
        turn.say(
            turn.t(
                "Nobody with a staff role is called “{words}” here. Write a part of the name, or invite the person"
                " with /undang; /batal stops.",
                words=clip(words, 60),
            )
        )


def press_hand(turn: Turn, button: HandButton) -> None:
    """Hand a step on to somebody, or give it to them."""
    rooms = turn.rooms
    try:
        step = rooms.store.runs.step(button.step_id)
    except StepNotFoundError:
        stale(turn)
        return
    run, person = rooms.store.runs.get(step.run_id), rooms.store.people.find(button.person_id)
    is_steering, part = steers(rooms, turn.person, run), part_of(rooms, step, turn.person)
    if not (is_steering if button.act == "give" else part and part.state is AssignmentState.ASSIGNED):
        refuse(turn)
        return
    if person is None or person.role not in GRANTED_ROLES or person.state is PersonState.BLOCKED:
        turn.toast(turn.t.plain("This person cannot be reached any more. Choose another."), is_alert=True)
        return
    try:
        if button.act == "give":
            rooms.running.give(step.id, turn.person.id, person.id)
            if step.actor:
                rooms.store.runs.name_holder(step.actor, run.unit_id, person.id)
        else:
            rooms.running.offer(step.id, turn.person.id, person.id)
    except RunRefusedError as error:
        turn.toast(turn.t.plain(FAULTS[error.fault]), is_alert=True)
        return
    turn.end_step(STEP_HAND)
    turn.toast()
    if button.act == "give":
        turn.show(turn.t("{name} has it now.", name=person.name))
    else:
        turn.show(turn.t("{name} is asked. It stays yours until they accept.", name=person.name))
