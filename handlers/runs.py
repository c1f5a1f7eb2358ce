"""/jalan and the plan: runs with how far they are, one run with its steps, and what steers it.

/jalan ──> run ──> step
plan (a draft) ──> step: date, who ──> approved: everybody hears ──> run
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Update

from handlers.addresses import RunButton, StepButton
from handlers.calendar_draft import UNIVERSITY, Draft
from handlers.calendar_draft import go_on as begin_event
from handlers.calendar_wording import may_manage
from handlers.entry import refuse, stale
from handlers.runs_wording import SIGNS, due_line, people_line, progress_line, run_title, step_name, step_text
from handlers.step_card import FAULTS, steers
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import when
from index.reply import clip
from reminders.almanac import RUN_KINDS
from reminders.planning import EVENT_CODE, PlanRefusedError
from reminders.rulebook import SopNotFoundError
from reminders.running import Fault, RunRefusedError
from store.bilingual import Bilingual
from store.permissions import Action, Subject, may
from store.runs import Run, RunNotFoundError, RunState, RunStep

STEP_STOP = "run_stop"
RUNS_ON_PAGE, STEPS_ON_PAGE = 8, 6
STEP_UNITS = 150
MOST_DATES = 6
"""Buttons for dates that a plan lacks; the rest follow when these are entered."""

View = tuple[Html, Keyboard]


def show_runs(turn: Turn, _: Update) -> None:
    """``/jalan``: the runs that somebody may see."""
    turn.say(*_list(turn, 0))


def press_run(turn: Turn, button: RunButton) -> None:
    """Show the runs or one of them, or do what the button says."""
    if button.act == "list":
        turn.toast()
        turn.show(*_list(turn, button.page))
        return
    if button.act == "event":
        _plan_event(turn, button.run_id)
        return
    try:
        run = turn.rooms.store.runs.get(button.run_id)
    except RunNotFoundError:
        stale(turn)
        return
    if not _may_see(turn, run) or (button.act not in ("show", "turn") and not steers(turn.rooms, turn.person, run)):
        refuse(turn)
        return
    try:
        _ACTS[button.act](turn, run, button)
    except RunRefusedError as error:
        turn.toast(turn.t.plain(FAULTS[error.fault]), is_alert=True)
    except (PlanRefusedError, SopNotFoundError):
        turn.toast(turn.t.plain("This document has no steps that could be run. /sop lists the SOPs."), is_alert=True)


def take_stop_reason(turn: Turn, update: Update) -> None:
    """Take the reason for which a run is stopped."""
    step, message = turn.step, update.effective_message
    if step is None:
        return
    run = turn.rooms.store.runs.get(int(step.data["run_id"]))
    if not steers(turn.rooms, turn.person, run):
        turn.end_step()
        refuse(turn)
        return
    try:
        turn.rooms.running.stop(run.id, turn.person.id, clip((message and message.text) or "", 1000))
    except RunRefusedError as error:
        if error.fault is not Fault.NO_REASON:
            turn.end_step()
        turn.say(turn.t(FAULTS[error.fault]))
        return
    turn.end_step()
    turn.say(turn.t("The run is stopped. Nobody is reminded of it any more; the audit trail keeps it."))


def show_plan(turn: Turn, run: Run) -> None:
    """Show a plan in a new message; at the desk."""
    turn.say(*view(turn, run, 0))


# ---------------------------------------------------------------- one run


def view(turn: Turn, run: Run, page: int) -> View:
    """Return a page of a run or plan, with its buttons; at the desk."""
    t, store = turn.t, turn.rooms.store
    steps = store.runs.steps(run.id)
    last = max(0, (len(steps) - 1) // STEPS_ON_PAGE)
    page = min(max(page, 0), last)
    shown = steps[page * STEPS_ON_PAGE : (page + 1) * STEPS_ON_PAGE]
    lines = [run_title(t, store, run), _state(turn, run, steps)]
    lines += [_step(turn, run, step) for step in shown]
    rows = [_step_row(shown[:3]), _step_row(shown[3:])]
    neighbours = [("◀", page - 1), ("▶", page + 1)]
    turns = [Button(sign, RunButton("turn", run.id, to).data()) for sign, to in neighbours if 0 <= to <= last]
    return Html("\n\n".join(lines)), [*rows, turns, *_run_rows(turn, run)]


def _state(turn: Turn, run: Run, steps: Sequence[RunStep]) -> Html:
    t = turn.t
    if run.state is RunState.DRAFT:
        return _draft_state(turn, run, steps)
    progress = progress_line(t, turn.rooms.telling.progress(run))
    started = t("since {when}", when=when(run.started_at, turn.rooms.timezone))
    ended = {RunState.FINISHED: t("finished"), RunState.STOPPED: t("stopped")}.get(run.state)
    return fill("{bar}\n{line}", bar=progress, line=f"{started} · {ended}" if ended else started)


def _draft_state(turn: Turn, run: Run, steps: Sequence[RunStep]) -> Html:
    """Say what a plan still lacks."""
    t = turn.t
    lines = [t("<b>Plan.</b> Nobody has heard of it yet. Press a number to change who or when.")]
    nobody = sum(not turn.rooms.store.runs.assignments(step.id) for step in steps)
    if nobody:
        lines.append(
            t.several(
                "⚠️ {number} step has nobody yet: give it to somebody, invite them with /undang, or do without; then"
                " you are reminded of it yourself.",
                "⚠️ {number} steps have nobody yet: give them to somebody, invite them with /undang, or do without;"
                " then you are reminded of them yourself.",
                nobody,
            )
        )
    if turn.rooms.store.runs.is_running(run.document, run.unit_id):
        lines.append(t("⚠️ A run of this SOP is under way for this unit; /jalan shows it."))
    missing = turn.rooms.running.planner.missing(run.id)
    if missing:
        names = ", ".join(kind_name(turn, kind) for kind in missing)
        lines.append(t("📅 Not in the calendar: {names}. Steps counted from it have no date yet.", names=names))
    return Html("\n".join(lines))


def kind_name(turn: Turn, kind: str) -> str:
    """Return what a kind of event is called."""
    return turn.rooms.kinds.name(kind, turn.language)


def _step(turn: Turn, run: Run, step: RunStep) -> Html:
    t = turn.t
    return Html(
        "\n".join(
            [
                fill(
                    "{sign} <b>{name}</b>: {text}",
                    sign=SIGNS[step.state],
                    name=step_name(t, step),
                    text=step_text(t, step, STEP_UNITS),
                ),
                people_line(t, turn.rooms.store, step),
                due_line(t, turn.rooms.kinds, turn.rooms.running.almanac, step, run.unit_id),
            ]
        )
    )


def _step_row(steps: Sequence[RunStep]) -> list[Button]:
    return [Button(step.number or str(step.position), StepButton("show", step.id).data()) for step in steps]


def _run_rows(turn: Turn, run: Run) -> list[list[Button]]:
    t = turn.t
    if not steers(turn.rooms, turn.person, run):
        return [[Button(t.plain("All runs"), RunButton("list").data())]]
    repeat = t.plain("🔁 Repeats: yes") if run.repeats else t.plain("🔁 Repeats: no")
    repeats = Button(repeat, RunButton("repeat", run.id).data())
    if run.state is RunState.DRAFT:
        drop = Button(t.plain("Drop"), RunButton("discard", run.id).data())
        begin = Button(t.plain("✅ Start: everybody hears"), RunButton("approve", run.id).data())
        return [*_date_rows(turn, run), [begin], [repeats, drop]]
    rows = [[repeats, Button(t.plain("All runs"), RunButton("list").data())]]
    if run.state is RunState.RUNNING:
        rows[0].insert(1, Button(t.plain("⏹ Stop"), RunButton("stop", run.id).data()))
    return rows


def _date_rows(turn: Turn, run: Run) -> list[list[Button]]:
    """Return buttons to enter the dates that the calendar does not know."""
    return [
        [Button(turn.t.plain("📅 Enter: {kind}", kind=kind_name(turn, kind)), RunButton("enter", run.id, place).data())]
        for place, kind in enumerate(turn.rooms.running.planner.missing(run.id)[:MOST_DATES])
    ]


# ---------------------------------------------------------------- pressed


def _show(turn: Turn, run: Run, button: RunButton) -> None:
    turn.toast()
    turn.show(*view(turn, run, button.page))


def _approve(turn: Turn, run: Run, _button: RunButton) -> None:
    run = turn.rooms.running.approve(run.id, turn.person.id)
    turn.toast(turn.t.plain("Started. Everybody who has a step hears of it."))
    turn.show(*view(turn, run, 0))


def _discard(turn: Turn, run: Run, _button: RunButton) -> None:
    if not turn.rooms.store.runs.discard(run.id):
        raise RunRefusedError(Fault.NO_DRAFT)
    turn.toast()
    turn.show(turn.t("The plan is dropped. Nobody has heard of it."))


def _repeat(turn: Turn, run: Run, button: RunButton) -> None:
    turn.rooms.store.runs.set_repeats(run.id, not run.repeats)
    turn.toast(
        turn.t.plain("It is not proposed again.")
        if run.repeats
        else turn.t.plain("It is proposed again when its event enters the calendar the next time.")
    )
    turn.show(*view(turn, turn.rooms.store.runs.get(run.id), button.page))


def _again(turn: Turn, run: Run, button: RunButton) -> None:
    """Plan a run that was proposed because of an event (its number stands in the button's page)."""
    if turn.rooms.store.events.find(button.page) is None:
        stale(turn)
        return
    if run.document == EVENT_CODE:
        event = turn.rooms.store.events.get(button.page)
        made = turn.rooms.running.planner.draft_of_event(event, run.title, turn.person.id)
    else:
        origin = f"{run.document}.{run.unit_id or 0}.{button.page}"
        made = turn.rooms.running.planner.draft(run.document, run.unit_id, turn.person.id, origin)
    if made is None:
        turn.toast(turn.t.plain("This was planned before; /jalan shows the runs and plans."), is_alert=True)
        return
    turn.toast()
    turn.rooms.store.runs.set_repeats(made.id, True)
    show_plan(turn, turn.rooms.store.runs.get(made.id))


def _enter(turn: Turn, run: Run, button: RunButton) -> None:
    """Enter a date that the calendar does not know, for the run's unit; the calendar asks for it."""
    missing = turn.rooms.running.planner.missing(run.id)
    if not 0 <= button.page < len(missing):
        stale(turn)
        return
    kind = missing[button.page]
    if not may_manage(turn, run.unit_id):
        refuse(turn)
        return
    turn.toast()
    unit = UNIVERSITY if run.unit_id is None else run.unit_id
    label = run.code if kind in RUN_KINDS else ""
    begin_event(turn, Draft(turn.claimed.update_id, kind, label, unit))


def _plan_event(turn: Turn, event_id: int) -> None:
    """Plan what the documents' rules ask for because of an event."""
    event = turn.rooms.store.events.find(event_id)
    if event is None:
        stale(turn)
        return
    if not may_start(turn, event.unit_id):
        refuse(turn)
        return
    kinds = turn.rooms.kinds
    title = Bilingual(kinds.title(event.kind, event.label, "en"), kinds.title(event.kind, event.label, "id"))
    try:
        made = turn.rooms.running.planner.draft_of_event(event, title, turn.person.id)
    except PlanRefusedError:
        turn.toast(turn.t.plain("No usable rule counts from this event. /aturan lists the rules."), is_alert=True)
        return
    if made is None:
        turn.toast(turn.t.plain("This was planned before; /jalan shows the runs and plans."), is_alert=True)
        return
    turn.toast()
    show_plan(turn, made)


def may_start(turn: Turn, unit_id: int | None) -> bool:
    """Whether somebody may start a run for a unit (None: the university)."""
    unit_ids = frozenset[int]() if unit_id is None else turn.rooms.store.units.chain(unit_id)
    return may(turn.person, Action.START_RUN, Subject(unit_ids=unit_ids))


def _stop(turn: Turn, run: Run, _button: RunButton) -> None:
    turn.toast()
    turn.set_step(STEP_STOP, run_id=run.id)
    turn.say(
        turn.t(
            "Why is {run} stopped? Write the reason; it stands in the audit trail. /batal goes on with it.",
            run=run_title(turn.t, turn.rooms.store, run),
        )
    )


_ACTS = {
    "show": _show,
    "turn": _show,
    "approve": _approve,
    "discard": _discard,
    "repeat": _repeat,
    "again": _again,
    "enter": _enter,
    "stop": _stop,
}


# ---------------------------------------------------------------- the list


def _may_see(turn: Turn, run: Run) -> bool:
    """Whether somebody may see a run: staff their own and those of their units, plans only who steers them."""
    if run.state is RunState.DRAFT:
        return steers(turn.rooms, turn.person, run)
    store = turn.rooms.store
    unit_ids = store.units.chain(run.unit_id) if run.unit_id is not None else frozenset[int]()
    if may(turn.person, Action.READ_RUNS, Subject(unit_ids=unit_ids)):
        return True
    steps = store.runs.steps(run.id)
    return any(one.person_id == turn.person.id for step in steps for one in store.runs.assignments(step.id))


def _list(turn: Turn, page: int) -> View:
    t, store = turn.t, turn.rooms.store
    order = [RunState.DRAFT, RunState.RUNNING, RunState.FINISHED, RunState.STOPPED]
    runs = [run for state in order for run in store.runs.all(state) if _may_see(turn, run)]
    if not runs:
        return t("No run yet. A coordinator starts one with /mulai and an SOP's number, for example /mulai 1.2.8."), []
    last = (len(runs) - 1) // RUNS_ON_PAGE
    page = min(max(page, 0), last)
    shown = runs[page * RUNS_ON_PAGE : (page + 1) * RUNS_ON_PAGE]
    lines = [t("<b>Runs</b>"), *(_run_line(turn, number, run) for number, run in enumerate(shown, start=1))]
    numbers = [Button(str(number), RunButton("show", run.id).data()) for number, run in enumerate(shown, start=1)]
    turns = [
        Button(sign, RunButton("list", 0, to).data())
        for sign, to in (("◀", page - 1), ("▶", page + 1))
        if 0 <= to <= last
    ]
    return Html("\n\n".join(lines)), [numbers[:4], numbers[4:], turns]


def _run_line(turn: Turn, number: int, run: Run) -> Html:
    t = turn.t
    head = fill("{number}. {run}", number=number, run=run_title(t, turn.rooms.store, run))
    if run.state is RunState.DRAFT:
        return fill("{head}\n📝 {state}", head=head, state=t("a plan, not started"))
    progress = progress_line(t, turn.rooms.telling.progress(run))
    left = [step for step in turn.rooms.store.runs.steps(run.id) if step.is_left]
    if run.state is not RunState.RUNNING or not left:
        return fill("{head}\n{bar}", head=head, bar=progress)
    following = min(left, key=lambda step: (step.due_on is None, step.due_on, step.position))
    day = due_line(t, turn.rooms.kinds, turn.rooms.running.almanac, following, run.unit_id)
    return fill("{head}\n{bar}\n{name}: {day}", head=head, bar=progress, name=step_name(t, following), day=day)
