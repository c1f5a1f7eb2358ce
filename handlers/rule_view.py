"""One rule as a message: its clause, how it counts, what was said of it, and its buttons; at the desk."""

from __future__ import annotations

from dataclasses import replace

from handlers.addresses import ClauseButton, RuleButton, RulesButton
from handlers.rule_words import SIGNS, STANDINGS, clause_words, leads_of, leads_words, reading, rulings_words
from handlers.texts import Html
from handlers.turn import Button, Keyboard, Turn
from index.reply import source_id
from reminders.rulebook import Rule
from reminders.ruled import RuledMeanwhileError, RuledRule, RuledRules, Standing
from store.rulings import Verdict


def rules_of(turn: Turn) -> RuledRules:
    """Return the rules with what was said of them."""
    return RuledRules(turn.rooms.running.almanac)


def show_rule(turn: Turn, ruled: RuledRule, button: RuleButton, note: str = "") -> None:
    """Put a rule into the message, or send it; `button` knows the list to go back to, `note` stands above."""
    t = turn.t
    history = turn.rooms.store.rulings.history(ruled.rule.key)
    state = f"{SIGNS[ruled.standing]} {t.plain(STANDINGS[ruled.standing])}"
    parts = [
        clause_words(turn, ruled.rule),
        t("<b>State</b>: {state}", state=state),
        *reading(turn, rules_of(turn), ruled.rule, ruled.counts),
        t("<b>Reminders</b>: {leads}", leads=leads_words(t, leads_of(ruled))),
        *rulings_words(turn, history),
    ]
    text = "\n".join(parts)
    turn.show(Html(f"{note}\n\n{text}" if note else text), _keyboard(turn, ruled, button))


def show_meanwhile(turn: Turn, button: RuleButton, error: RuledMeanwhileError) -> None:
    """Show a rule on which somebody has ruled since it was looked at, and say so."""
    is_own = error.ruling is not None and error.ruling.made_by == turn.person.id
    said = (
        turn.t.plain("You have ruled on it already; this is how it counts now.")
        if is_own
        else turn.t.plain("Somebody has ruled on this rule meanwhile. Please look at it again.")
    )
    turn.toast(said, is_alert=not is_own)
    show_rule(turn, rules_of(turn).get(button.key), button, note="" if turn.place.callback_id else said)


def gone(turn: Turn) -> None:
    """Say that a rule is gone, and where the new ones are."""
    text = turn.t("This rule is gone: its document was replaced or its words have changed.")
    to_changed = Button(turn.t.plain("What has changed"), RulesButton("changed").data())
    turn.show(text, [[to_changed, Button(turn.t.plain("⬆ Counts"), RulesButton("counts").data())]])


def clause_button(turn: Turn, rule: Rule) -> Button:
    """Return the button that opens a rule's clause."""
    clause = rule.clause
    address = ClauseButton("open", turn.language, source_id(clause.source), *clause.lines)
    return Button(turn.t.plain("📖 The clause"), address.data())


def _keyboard(turn: Turn, ruled: RuledRule, button: RuleButton) -> Keyboard:
    t, here = turn.t, replace(button, key=ruled.rule.key, seen=ruled.seen)
    back = [Button(t.plain("⬆ Back"), here.back().data())]
    clause = [clause_button(turn, ruled.rule)]
    if ruled.standing is Standing.OFF:
        return [clause, [Button(t.plain("Switch on"), replace(here, act="on").data())], back]
    confirm = [Button(t.plain("✔ Confirm"), replace(here, act="confirm").data())]
    return [
        clause,
        [
            *(confirm if ruled.verdict is not Verdict.CONFIRMED else []),
            Button(t.plain("✏️ Correct"), replace(here, act="correct").data()),
        ],
        [
            Button(t.plain("🚫 Switch off"), replace(here, act="off").data()),
            Button(t.plain("⏰ Lead times"), replace(here, act="leads").data()),
        ],
        back,
    ]
