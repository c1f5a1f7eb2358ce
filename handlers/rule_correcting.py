"""A coordinator corrects a rule or switches it off: choices on buttons, words where words are needed.

    correct ──> counted from (buttons) ──┐
            ├─> length (words) ──────────┼──> reason (words) ──> read once more ──> saved
            ├─> who acts (words, then    │                        └── correct something else too
            │   buttons) ────────────────┘
            └─> as the documents say ──> saved
    switch off ──> reason (words) ──> saved

What was chosen so far is the data of the dialogue's step, so that a restart loses nothing; the rule changes when
all is saved at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from telegram import Update

from corpus.lexicon import load_lexicon
from handlers.addresses import RuleButton, RuleDraftButton
from handlers.entry import stale
from handlers.rule_view import clause_button, gone, rules_of, show_meanwhile, show_rule
from handlers.rule_words import LONGEST_REASON, anchor_name, anchors, clause_words, reading
from handlers.texts import Html, Speech
from handlers.turn import Button, Turn
from index.reply import clip
from reminders.actors import find_actors
from reminders.lengths import read_length
from reminders.rulebook import RuleNotFoundError
from reminders.ruled import RuledMeanwhileError, RuledRule
from store.rulings import Verdict

STEP = "rule"
LONGEST_NAME = 100
_COLUMNS = 2
Data = dict[str, Any]


def ask_for_choice(turn: Turn, button: RuleButton) -> None:
    """Begin a correction: ask what is to be corrected."""
    turn.toast()
    _choose(turn, rules_of(turn).get(button.key), _begun(button, "choice"))


def ask_why_off(turn: Turn, button: RuleButton) -> None:
    """Ask why a rule is switched off."""
    turn.toast()
    ruled = rules_of(turn).get(button.key)
    turn.set_step(STEP, **_begun(button, "off"))
    question = turn.t(
        "<b>Why is it switched off?</b> Write the reason. Nobody is reminded of it from the next plan on."
    )
    _ask(turn, ruled, question)


def press_draft(turn: Turn, button: RuleDraftButton) -> None:
    """Do what a button of a correction says."""
    data = turn.step.data if turn.step and turn.step.name == STEP else {}
    try:
        ruled = rules_of(turn).get(button.key)
        if data.get("key") != button.key:
            _over(turn, ruled)
            return
        _PRESSES[button.act](turn, ruled, data, button.value)
    except RuleNotFoundError:
        turn.toast()
        turn.end_step()
        gone(turn)
    except RuledMeanwhileError as error:
        turn.end_step()
        show_meanwhile(turn, _opening(data), error)


def take_words(turn: Turn, update: Update) -> None:
    """Take the words that the dialogue waits for: a length, somebody's name, a reason."""
    if turn.step is None:
        return
    data = turn.step.data
    message = update.effective_message
    words = " ".join(((message and message.text) or "").split())
    try:
        _TAKERS[data["awaits"]](turn, rules_of(turn).get(data["key"]), data, words)
    except RuleNotFoundError:
        turn.end_step()
        gone(turn)
    except RuledMeanwhileError as error:
        turn.end_step()
        show_meanwhile(turn, _opening(data), error)


# ---------------------------------------------------------------- what is corrected


def _choose(turn: Turn, ruled: RuledRule, data: Data) -> None:
    """Ask what is to be corrected, and show what counts by the draft."""
    t, key = turn.t, ruled.rule.key
    turn.set_step(STEP, **{**data, "awaits": "choice"})
    rows = [
        [Button(t.plain("What it is counted from"), RuleDraftButton("anchor", key).data())],
        [Button(t.plain("How long it is"), RuleDraftButton("length", key).data())],
        [Button(t.plain("Who acts"), RuleDraftButton("actor", key).data())],
    ]
    if ruled.correction:
        rows.append([Button(t.plain("Take all corrections back"), RuleDraftButton("origin", key).data())])
    text = _with_reading(turn, ruled, data, t("<b>What is to be corrected?</b>"))
    turn.show(text, [*rows, [_cancel(turn, key)]])


def _ask_anchor(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    if value:
        if value not in anchors().kinds:
            stale(turn)
            return
        turn.toast()
        _go_on(turn, ruled, data, anchor=value)
        return
    turn.toast()
    turn.set_step(STEP, **{**data, "awaits": "choice"})
    key = ruled.rule.key
    kinds = [Button(anchor_name(turn.t, kind), RuleDraftButton("anchor", key, kind).data()) for kind in anchors().kinds]
    rows = [kinds[first : first + _COLUMNS] for first in range(0, len(kinds), _COLUMNS)]
    question = turn.t("<b>From what is it counted?</b>")
    turn.show(Html(f"{clause_words(turn, ruled.rule)}\n\n{question}"), [*rows, [_cancel(turn, key)]])


def _ask_length(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    turn.toast()
    turn.set_step(STEP, **{**data, "awaits": "length"})
    question = turn.t("<b>How long is it?</b>")
    _ask(turn, ruled, Html(f"{question} {_how_lengths_are_written(turn.t)}"))


def _take_length(turn: Turn, ruled: RuledRule, data: Data, words: str) -> None:
    found = read_length(words)
    if found is None:
        sentence = turn.t("I cannot read a length in “{words}”.", words=clip(words, 100))
        turn.say(Html(f"{sentence} {_how_lengths_are_written(turn.t)}"), [[_cancel(turn, ruled.rule.key)]])
        return
    _go_on(turn, ruled, data, **found._asdict())


def _how_lengths_are_written(t: Speech) -> Html:
    return t(
        "Write it like this: <code>7 days before</code>, <code>H-3</code>, <code>2 weeks after</code>,"
        " <code>14 working days after</code>, <code>every semester</code>, <code>3 times a year</code>."
    )


def _ask_actor(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    if value:
        if value not in turn.rooms.running.almanac.actors:
            stale(turn)
            return
        turn.toast()
        _go_on(turn, ruled, data, actor=value)
        return
    turn.toast()
    turn.set_step(STEP, **{**data, "awaits": "actor"})
    _ask(turn, ruled, turn.t("<b>Who acts?</b> Write the name of a role or a unit, for example: Kaprodi"))


def _take_actor(turn: Turn, ruled: RuledRule, data: Data, words: str) -> None:
    key = ruled.rule.key
    found = find_actors(words, turn.rooms.running.almanac.actors, load_lexicon())
    if not found or len(words) > LONGEST_NAME:
        text = turn.t("I know nobody called “{words}”. Write another name.", words=clip(words, 100))
        turn.say(text, [[_cancel(turn, key)]])
        return
    rows = [[Button(actor.name.of(turn.language), RuleDraftButton("actor", key, actor.id).data())] for actor in found]
    turn.say(turn.t("Who is meant? Choose, or write another name."), [*rows, [_cancel(turn, key)]])


def _go_on(turn: Turn, ruled: RuledRule, data: Data, **corrected: object) -> None:
    """Keep a choice in the draft; then ask for the reason, or read back what has one."""
    data = {**data, "draft": {**data["draft"], **corrected}, "awaits": "reason"}
    turn.set_step(STEP, **data)
    if data["reason"]:
        _read_back(turn, ruled, data)
        return
    question = turn.t("<b>Why is it corrected?</b> Write the reason; it is kept with your name.")
    more = Button(turn.t.plain("Correct something else too"), RuleDraftButton("choose", ruled.rule.key).data())
    turn.show(_with_reading(turn, ruled, data, question), [[more], [_cancel(turn, ruled.rule.key)]])


# ---------------------------------------------------------------- reasons, saving


def _take_reason(turn: Turn, ruled: RuledRule, data: Data, words: str) -> None:
    if _is_reason(turn, ruled, words):
        data = {**data, "reason": words}
        turn.set_step(STEP, **data)
        _read_back(turn, ruled, data)


def _take_reason_off(turn: Turn, ruled: RuledRule, data: Data, words: str) -> None:
    if _is_reason(turn, ruled, words):
        ruled = rules_of(turn).switch_off(ruled.rule.key, turn.person.id, data["seen"], words)
        turn.end_step()
        show_rule(turn, ruled, _opening(data), note=turn.t("<b>Switched off.</b>"))


def _take_nothing(turn: Turn, ruled: RuledRule, data: Data, words: str) -> None:
    text = turn.t("Choose with the buttons above what is to be corrected, or stop with /batal.")
    turn.say(text, [[_cancel(turn, ruled.rule.key)]])


def _is_reason(turn: Turn, ruled: RuledRule, words: str) -> bool:
    if 0 < len(words) <= LONGEST_REASON:
        return True
    text = turn.t("Please write 1 to {longest} characters of text.", longest=LONGEST_REASON)
    turn.say(text, [[_cancel(turn, ruled.rule.key)]])
    return False


def _read_back(turn: Turn, ruled: RuledRule, data: Data) -> None:
    """Show what would count beside the clause's words, with the reason."""
    t, key = turn.t, ruled.rule.key
    reason = t("<b>Reason</b>: {reason}\n\nThis counts once it is saved.", reason=data["reason"])
    text = _with_reading(turn, ruled, data, reason)
    rows = [
        [Button(t.plain("Save"), RuleDraftButton("save", key).data())],
        [Button(t.plain("Correct something else too"), RuleDraftButton("choose", key).data())],
        [_cancel(turn, key)],
    ]
    turn.show(text, rows)


def _press_choose(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    turn.toast()
    _choose(turn, ruled, data)


def _press_save(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    if not data["draft"] or not data["reason"]:
        _over(turn, ruled)
        return
    ruled = rules_of(turn).correct(ruled.rule.key, turn.person.id, data["seen"], data["draft"], data["reason"])
    turn.end_step()
    turn.toast(turn.t.plain("Saved."))
    show_rule(turn, ruled, _opening(data))


def _press_origin(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    ruled = rules_of(turn).rule(ruled.rule.key, Verdict.OPEN, turn.person.id, data["seen"])
    turn.end_step()
    turn.toast(turn.t.plain("Saved."))
    show_rule(turn, ruled, _opening(data))


def _press_cancel(turn: Turn, ruled: RuledRule, data: Data, value: str) -> None:
    turn.toast()
    turn.end_step()
    show_rule(turn, ruled, _opening(data))


_Take = Callable[[Turn, RuledRule, Data, str], None]
_PRESSES: Final[dict[str, _Take]] = {
    "choose": _press_choose,
    "anchor": _ask_anchor,
    "length": _ask_length,
    "actor": _ask_actor,
    "origin": _press_origin,
    "save": _press_save,
    "cancel": _press_cancel,
}
_TAKERS: Final[dict[str, _Take]] = {
    "choice": _take_nothing,
    "length": _take_length,
    "actor": _take_actor,
    "reason": _take_reason,
    "off": _take_reason_off,
}

# ---------------------------------------------------------------- the draft


def _begun(button: RuleButton, awaits: str) -> Data:
    """Return the data of a dialogue about a rule; the list to go back to goes along."""
    return {
        "key": button.key,
        "seen": button.seen,
        "list": [button.show, button.document, button.page],
        "awaits": awaits,
        "draft": {},
        "reason": "",
    }


def _opening(data: Data) -> RuleButton:
    return RuleButton("open", data["key"], data["seen"], *data["list"])


def _with_reading(turn: Turn, ruled: RuledRule, data: Data, below: Html) -> Html:
    """Return a rule's clause with what counts by the draft."""
    counts = turn.rooms.running.almanac.corrected(ruled.rule, {**ruled.correction, **data["draft"]})
    lines = [clause_words(turn, ruled.rule), *reading(turn, rules_of(turn), ruled.rule, counts)]
    return Html("\n".join([*lines, "", below]))


def _ask(turn: Turn, ruled: RuledRule, question: Html) -> None:
    """Show a rule's clause with a question that is answered in words."""
    text = Html(f"{clause_words(turn, ruled.rule)}\n\n{question}")
    turn.show(text, [[clause_button(turn, ruled.rule)], [_cancel(turn, ruled.rule.key)]])


def _over(turn: Turn, ruled: RuledRule) -> None:
    """Say that there is no such draft, and show the rule as it is."""
    said = turn.t.plain("This was saved, cancelled or left already; this is how the rule counts now.")
    turn.toast(said, is_alert=True)
    show_rule(turn, ruled, RuleButton("open", ruled.rule.key))


def _cancel(turn: Turn, key: str) -> Button:
    return Button(turn.t.plain("Cancel"), RuleDraftButton("cancel", key).data())
