"""The lead times of one rule: toggles in one message, and one ruling when they are saved.

What is chosen stands in the buttons, so that it outlives a restart and nothing is written before it is saved.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.addresses import RuleButton, RuleLeadsButton
from handlers.rule_view import gone, rules_of, show_meanwhile, show_rule
from handlers.rule_words import clause_words, leads_of, leads_words
from handlers.texts import Html
from handlers.turn import Button, Turn
from reminders.rulebook import RuleNotFoundError
from reminders.ruled import RuledMeanwhileError

OFFERED = (30, 14, 7, 3, 1, 0)
"""Days before the due day; each has a bit in a button."""


def ask_for_leads(turn: Turn, button: RuleButton) -> None:
    """Show the lead times of a rule to choose from."""
    turn.toast()
    bits = _bits(leads_of(rules_of(turn).get(button.key)))
    _show(turn, RuleLeadsButton("turn", button.key, button.seen, bits, button.show, button.document, button.page))


def press_leads(turn: Turn, button: RuleLeadsButton) -> None:
    """Turn a lead time on or off, or save what was chosen."""
    opening = RuleButton("open", button.key, button.seen, button.show, button.document, button.page)
    try:
        if button.act == "turn":
            turn.toast()
            _show(turn, button)
            return
        ruled = rules_of(turn).confirm(button.key, turn.person.id, button.seen, _leads(button.leads))
    except RuleNotFoundError:
        turn.toast()
        gone(turn)
    except RuledMeanwhileError as error:
        show_meanwhile(turn, opening, error)
    else:
        turn.toast(turn.t.plain("Saved."))
        show_rule(turn, ruled, opening)


def _show(turn: Turn, button: RuleLeadsButton) -> None:
    t, ruled = turn.t, rules_of(turn).get(button.key)
    leads = _leads(button.leads)
    question = t(
        "<b>When are people reminded of it?</b> Chosen: {leads}. Who has set lead times of their own keeps those.",
        leads=leads_words(t, leads),
    )
    on_the_day = t.plain("on the day")
    toggles = [
        Button(
            f"{'✅' if lead in leads else '⬜'} {lead or on_the_day}",
            replace(button, act="turn", leads=button.leads ^ 1 << place).data(),
        )
        for place, lead in enumerate(OFFERED)
    ]
    back = RuleButton("open", button.key, button.seen, button.show, button.document, button.page)
    turn.show(
        Html(f"{clause_words(turn, ruled.rule)}\n\n{question}"),
        [
            toggles[:3],
            toggles[3:],
            [Button(t.plain("Save"), replace(button, act="save").data())],
            [Button(t.plain("⬆ Back"), back.data())],
        ],
    )


def _bits(leads: tuple[int, ...]) -> int:
    return sum(1 << place for place, lead in enumerate(OFFERED) if lead in leads)


def _leads(bits: int) -> tuple[int, ...]:
    return tuple(lead for place, lead in enumerate(OFFERED) if bits >> place & 1)
