"""How runs, steps and their dates are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from corpus.model import TimeLimit
from handlers.addresses import ClauseButton
from handlers.day_wording import off_text
from handlers.texts import Html, Speech, fill
from handlers.turn import Button
from handlers.wording import unit_label
from index.reply import clip, source_id
from reminders.almanac import STEP_BEFORE, Almanac
from reminders.calendar import Kinds
from reminders.dates import read_back
from reminders.planning import EVENT_CODE
from reminders.telling import RunProgress
from store.people import Language
from store.runs import AssignmentState, Run, RunStep, StepState
from store.store import Store

TITLE_UNITS, TEXT_UNITS = 90, 240
BAR = 8
SIGNS = {StepState.WAITING: "◻️", StepState.OPEN: "▶️", StepState.DONE: "✅", StepState.SKIPPED: "⏭"}


def run_title(t: Speech, store: Store, run: Run) -> Html:
    """Return a run's name: the SOP with its code, and the unit."""
    title = clip(run.title.of(t.language), TITLE_UNITS)
    name = title if run.document == EVENT_CODE or run.code in title else f"{run.code} {title}"
    return fill("<b>{name}</b> · {unit}", name=name, unit=unit_of(t, store, run.unit_id))


def unit_of(t: Speech, store: Store, unit_id: int | None) -> str:
    """Return a unit's name, or the university's."""
    return t.plain("the whole university") if unit_id is None else unit_label(store.units.get(unit_id))


def progress_line(t: Speech, progress: RunProgress) -> Html:
    """Return a bar with how many steps are over, and how many are late."""
    filled = -(-BAR * progress.finished // max(progress.steps, 1))  # what has begun shows
    filled = min(filled, BAR - (progress.finished < progress.steps))
    bar = "▰" * filled + "▱" * (BAR - filled)
    line = fill("{bar} {finished}/{steps}", bar=bar, finished=progress.finished, steps=progress.steps)
    if progress.late:
        line = fill("{line} · {late}", line=line, late=t.several("{number} late", "{number} late", progress.late))
    return line


def step_name(t: Speech, step: RunStep) -> str:
    """Return what a step is called."""
    number = step.number or str(step.position)
    return t.plain("Step {number}", number=number)


def step_text(t: Speech, step: RunStep, units: int = TEXT_UNITS) -> str:
    """Return what is to be done in a step, shortened."""
    return clip(step.text.of(t.language), units)


def day_words(day: dt.date, language: Language) -> str:
    """Return a day in full."""
    return read_back(day, language)


def due_line(t: Speech, kinds: Kinds, almanac: Almanac, step: RunStep, unit_id: int | None) -> Html:
    """Return until when a step is due, and what is to be known of that day."""
    if step.due_on is None:
        return _undated(t, kinds, step)
    words = fill("<b>{day}</b>", day=day_words(step.due_on, t.language))
    notes = list(_notes(t, almanac, step, unit_id))
    line = t("Due: {day}", day=words)
    return fill("{line} ({notes})", line=line, notes=Html("; ".join(notes))) if notes else line


def _undated(t: Speech, kinds: Kinds, step: RunStep) -> Html:
    """Return from what a step's day will follow, where it has none yet."""
    if step.time_limit is None or step.anchor is None:
        return t("No time limit: after the step before it")
    if step.anchor == STEP_BEFORE:
        return t("Due: counted from the day on which the step before it is done")
    return t("Due: counted from “{event}”, which is not in the calendar", event=kinds.name(step.anchor, t.language))


def _notes(t: Speech, almanac: Almanac, step: RunStep, unit_id: int | None) -> Iterable[Html]:
    if step.due_on is None:
        return
    if step.due_on < almanac.today():
        yield t("over")
    off = almanac.timing(unit_id).workdays.in_language(t.language).off(step.due_on)
    if off is not None:
        yield off_text(t, off)
    limit = TimeLimit.model_validate(step.time_limit) if step.time_limit else None
    if limit is not None and limit.times > 1:
        yield t("the clause names no day, this one is proposed")


def people_line(t: Speech, store: Store, step: RunStep) -> Html:
    """Return who has a step, with who has done their part or was asked."""
    found = []
    for assignment in store.runs.assignments(step.id):
        person = store.people.find(assignment.person_id) if assignment.person_id is not None else None
        name = clip(person.name, 40) if person else t.plain("somebody who left")
        sign = {AssignmentState.DONE: " ✓", AssignmentState.OFFERED: " (?)"}.get(assignment.state, "")
        found.append(f"{name}{sign}")
    actor = step.actor_name.of(t.language)
    if not found:
        nobody = t.plain("nobody yet")
        return fill("👤 {actor}: {nobody}", actor=actor, nobody=nobody) if actor else fill("👤 {nobody}", nobody=nobody)
    names = ", ".join(found[:3])
    if len(found) > 3:
        names = t.plain("{names} and {count} more", names=names, count=len(found) - 3)
    return fill("👤 {actor}: {names}", actor=actor, names=names) if actor else fill("👤 {names}", names=names)


def why_button(t: Speech, step: RunStep) -> Button:
    """Return the button that shows the clause a step comes from."""
    data = ClauseButton("open", t.language, source_id(step.source), *step.lines).data()
    return Button(t.plain("Why? The clause"), data)


def clause_line(t: Speech, step: RunStep) -> Html:
    """Return by which clause a step is due."""
    lines = f"{step.lines[0]}" if step.lines[0] == step.lines[1] else f"{step.lines[0]}–{step.lines[1]}"
    has_words = step.time_limit is not None and t.language == "en"  # the quote is in the source's language
    quote = clip(step.time_limit["quote"], TEXT_UNITS) if step.time_limit and has_words else ""
    place = t("{code}, lines {lines}", code=step.code, lines=lines)
    return fill("📄 {place}: “{quote}”", place=place, quote=quote) if quote else fill("📄 {place}", place=place)
