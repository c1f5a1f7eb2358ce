"""/mulai: which SOP is run, for which unit; then its plan is shown, of which nobody has heard yet.

/mulai 1.2.8 ──> (which one?) ──> for which unit? ──> plan (handlers.runs)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import Update

from corpus.model import DocumentKind
from handlers.addresses import StartButton
from handlers.browse import words_after
from handlers.entry import refuse, stale
from handlers.runs import may_start, show_plan
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import has_units, outcome, search
from handlers.wording import unit_label
from index.browse import Node, NodeNotFoundError
from reminders.planning import PlanRefusedError
from reminders.rulebook import SopNotFoundError
from store.units import Unit, UnitNotFoundError

STEP = "start_unit"
UNCHOSEN, UNIVERSITY = -1, 0


async def begin(turn: Turn, update: Update) -> None:
    """``/mulai 1.2.8``: find the SOP, then ask for the unit."""
    words = words_after(update)
    if not words:
        turn.say(turn.t("Write the SOP's number or words of its title after the command, for example: /mulai 1.2.8"))
        return
    found = await turn.work(turn.rooms.browser.find, words, DocumentKind.SOP)
    nodes = [found] if isinstance(found, Node) else found
    documents = {node.document: node for node in nodes if node.document}
    if not documents:
        turn.say(turn.t("No SOP is called <b>{words}</b>. /sop lists all of them.", words=words[:100]))
    elif len(documents) > 1:
        rows = [[Button(node.label(turn.language), _first(turn, node).data())] for node in nodes]
        turn.say(turn.t("Several fit <b>{words}</b>. Which one?", words=words[:100]), rows)
    else:
        button = _first(turn, next(iter(documents.values())))
        turn.do(lambda: _choose(turn, button))


def choose(turn: Turn, button: StartButton) -> None:
    """Take the SOP or the unit; with both, make the plan."""
    turn.toast()
    _choose(turn, button)


async def take_words(turn: Turn, update: Update) -> None:
    """Take the words of a unit's name."""
    step = turn.step
    if step is None:
        return
    button = StartButton(str(step.data["document"]))

    def show(words: str, found: Sequence[Unit]) -> None:
        allowed = [unit for unit in found if may_start(turn, unit.id)]
        rows = [[Button(unit_label(unit), replace(button, unit_id=unit.id).data())] for unit in allowed]
        turn.say(outcome(turn, words, allowed), [*rows, *_without_words(turn, button)])

    await search(turn, update, show)


def _first(turn: Turn, node: Node) -> StartButton:
    return StartButton(turn.rooms.browser.document(node.document).key)


def _choose(turn: Turn, button: StartButton) -> None:
    if button.unit_id == UNCHOSEN and has_units(turn):
        _ask_unit(turn, button)
        return
    try:
        unit_id = turn.rooms.store.units.check(button.unit_id if button.unit_id > 0 else None)
        document = turn.rooms.browser.node(button.document).document
    except (UnitNotFoundError, NodeNotFoundError):
        stale(turn)
        return
    if not may_start(turn, unit_id):
        refuse(turn)
        return
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.chat_id, turn.place.message_id, button)):
        return
    turn.end_step(STEP)
    try:
        plan = turn.rooms.running.planner.draft(document, unit_id, turn.person.id)
    except (PlanRefusedError, SopNotFoundError):
        turn.say(turn.t("This document has no steps that could be run. /sop lists the SOPs."))
        return
    if plan is not None:
        show_plan(turn, plan)


def _ask_unit(turn: Turn, button: StartButton) -> None:
    try:
        node = turn.rooms.browser.node(button.document)
    except NodeNotFoundError:
        stale(turn)
        return
    turn.set_step(STEP, document=button.document)
    text = turn.t(
        "<b>{sop}</b>\nFor which unit is it run? Choose, or write a part of its name or its code.",
        sop=node.label(turn.language),
    )
    turn.say(text, _without_words(turn, button))


def _without_words(turn: Turn, button: StartButton) -> Keyboard:
    """Return the units that take no search: one's own, and the university where that may be."""
    rows, own = [], turn.person.unit_id
    if own is not None and may_start(turn, own):
        unit = turn.rooms.store.units.get(own)
        rows.append([Button(unit_label(unit), replace(button, unit_id=own).data())])
    if may_start(turn, None):
        rows.append([Button(turn.t.plain("The whole university"), replace(button, unit_id=UNIVERSITY).data())])
    return rows
