"""Coordinators look through the documents' time limits and rule on them.

    /aturan ──> counts ──> rules in a state ──┬──> rule ──> confirm, switch on (one tap)
                  └──> documents ──> rules ───┘      ├──> switch off: reason
    /aturan words ───────────────────> rules ────────┼──> correct: `handlers.rule_correcting`
                                                     └──> lead times: `handlers.rule_leads`

A button knows the last ruling that its presser saw: who comes later than somebody else looks again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from telegram import Update

from handlers.addresses import RuleButton, RuleChoice, RulesButton
from handlers.browse import words_after
from handlers.rule_correcting import ask_for_choice, ask_why_off
from handlers.rule_leads import ask_for_leads
from handlers.rule_view import gone, rules_of, show_meanwhile, show_rule
from handlers.rule_words import CHANGED, SIGNS, STANDINGS, length, sign
from handlers.texts import N_, Html, fill
from handlers.turn import Button, Keyboard, Turn
from index.browse import Node
from index.browse.tree import NodeKind, document_key
from index.reply import clip
from reminders.rulebook import RuleNotFoundError
from reminders.ruled import RuledMeanwhileError, RuledRule, Standing, with_words
from store.rulings import Verdict

PAGE = 6
DOCUMENTS = 10
"""Documents on one page."""
MOST_DOCUMENTS = 5
"""Documents that are offered for words."""
LABEL_UNITS = 40

_CHOICES: Final[dict[RuleChoice, Standing]] = {
    "usable": Standing.USABLE,
    "anchor": Standing.NEEDS_ANCHOR,
    "actor": Standing.NEEDS_ACTOR,
    "vague": Standing.NOT_NUMERIC,
    "off": Standing.OFF,
}
_CHANGED = N_("changed, undecided")
View = tuple[Html, Keyboard]
T = TypeVar("T")


async def find_rules(turn: Turn, update: Update) -> None:
    """``/aturan``: the counts, or the rules of the document that the words after it mean or that hold them."""
    words = words_after(update)
    if not words:
        turn.do(lambda: turn.say(*_counts(turn)))
        return
    found = await turn.work(turn.rooms.browser.find, words)
    if isinstance(found, Node):
        documents, is_meant = [found.document], True
    else:
        documents, is_meant = [node.document for node in found if node.kind is NodeKind.DOCUMENT], False
    turn.do(lambda: turn.say(*_found(turn, words, documents, is_meant=is_meant)))


def turn_rules(turn: Turn, button: RulesButton) -> None:
    """Turn the message to the counts, the documents or a list of rules."""
    turn.toast()
    if button.show == "counts":
        turn.show(*_counts(turn))
    elif button.show == "documents":
        turn.show(*_documents(turn, button))
    else:
        turn.show(*_list(turn, button.show, button.document, button.page))


def press_rule(turn: Turn, button: RuleButton) -> None:
    """Open a rule, or do what one of its buttons says."""
    try:
        _ACTS[button.act](turn, button)
    except RuleNotFoundError:
        turn.toast()
        gone(turn)
    except RuledMeanwhileError as error:
        show_meanwhile(turn, button, error)


# ---------------------------------------------------------------- one rule


def _open(turn: Turn, button: RuleButton) -> None:
    turn.toast()
    show_rule(turn, rules_of(turn).get(button.key), button)


def _confirm(turn: Turn, button: RuleButton) -> None:
    ruled = rules_of(turn).confirm(button.key, turn.person.id, button.seen)
    turn.toast(turn.t.plain("Confirmed."))
    show_rule(turn, ruled, button)


def _switch_on(turn: Turn, button: RuleButton) -> None:
    ruled = rules_of(turn).get(button.key)
    if ruled.verdict is Verdict.OFF:
        ruled = rules_of(turn).switch_on(button.key, turn.person.id, button.seen)
    turn.toast(turn.t.plain("Switched on."))
    show_rule(turn, ruled, button)


_ACTS: Final[dict[str, Callable[[Turn, RuleButton], None]]] = {
    "open": _open,
    "confirm": _confirm,
    "on": _switch_on,
    "off": ask_why_off,
    "correct": ask_for_choice,
    "leads": ask_for_leads,
}


# ---------------------------------------------------------------- lists


def _counts(turn: Turn) -> View:
    """Return how many rules there are in each state, with a button for each."""
    t, rules = turn.t, rules_of(turn).all()
    by_standing = Counter(ruled.standing for ruled in rules)
    numbers = {choice: by_standing[standing] for choice, standing in _CHOICES.items()}
    numbers["changed"] = sum(ruled.is_changed for ruled in rules)
    documents = len({ruled.rule.clause.document for ruled in rules})
    with_number = len(rules) - by_standing[Standing.NOT_NUMERIC] - by_standing[Standing.OFF]
    head = t(
        "<b>Time limits of the documents</b>\n{rules} rules in {documents} documents. Days follow from {usable} of the"
        " {numeric} that give a number and are switched on.",
        rules=len(rules),
        documents=documents,
        usable=by_standing[Standing.USABLE],
        numeric=with_number,
    )
    rows = [
        [Button(f"{_title(turn, choice)} ({number})", RulesButton(choice).data())]
        for choice, number in numbers.items()
        if number
    ]
    others = [
        Button(t.plain("By document"), RulesButton("documents").data()),
        Button(t.plain("All"), RulesButton("all").data()),
    ]
    hint = t("Write a number or words after the command to find a rule: /aturan 1.2.8")
    return Html(f"{head}\n\n{hint}"), [*rows, others] if rules else []


def _title(turn: Turn, choice: RuleChoice) -> str:
    """Return the sign and the name of a choice of rules."""
    if choice == "changed":
        return f"{CHANGED} {turn.t.plain(_CHANGED)}"
    if choice == "all":
        return turn.t.plain("All")
    return f"{SIGNS[_CHOICES[choice]]} {turn.t.plain(STANDINGS[_CHOICES[choice]])}"


def _documents(turn: Turn, button: RulesButton) -> View:
    """Return a page of the documents that have rules, with how many are usable."""
    by_document: dict[str, list[RuledRule]] = {}
    for ruled in rules_of(turn).all():
        by_document.setdefault(ruled.rule.clause.document, []).append(ruled)
    page, shown = _page(list(by_document.items()), button.page, DOCUMENTS)
    lines, rows = [turn.t("<b>Rules by document</b>, usable of all")], []
    for document, rules in shown:
        clause = rules[0].rule.clause
        usable = sum(ruled.standing is Standing.USABLE for ruled in rules)
        count, title = f"{usable}/{len(rules)}", clip(clause.title.of(turn.language), 80)
        lines.append(fill("<b>{code}</b> {count}\n{title}", code=clause.code, count=count, title=title))
        rows.append([Button(f"{clause.code} ({count})", RulesButton("all", document_key(document)).data())])
    pager = _turning(replace(button, page=page), len(by_document), DOCUMENTS)
    return Html("\n".join(lines)), [*rows, pager, _to_counts(turn)]


def _list(turn: Turn, choice: RuleChoice, document: str, page: int = 0) -> View:
    """Return a page of the rules that are wanted, with a button for each; `document` is a key, or empty for all."""
    rules = [ruled for ruled in rules_of(turn).all() if _is_wanted(ruled, choice, document)]
    if not rules:
        return turn.t("There are no such rules now."), [_to_counts(turn)]
    page, shown = _page(rules, page, PAGE)
    name = rules[0].rule.clause.code if document else _title(turn, choice)
    head = fill("<b>{name}</b> ({number})", name=name, number=len(rules))
    text, rows = _lines(turn, shown, RuleButton("open", "", 0, choice, document, page), page * PAGE + 1)
    up = [Button(turn.t.plain("⬆ By document"), RulesButton("documents").data())] if document else []
    pager = _turning(RulesButton(choice, document, page), len(rules), PAGE)
    return Html(f"{head}\n\n{text}"), [*rows, pager, [*up, *_to_counts(turn)]]


def _lines(turn: Turn, shown: Sequence[RuledRule], origin: RuleButton, first: int) -> tuple[Html, list[list[Button]]]:
    """Return rules as numbered lines and as buttons; `origin` is a button of the list that they stand in."""
    lines, rows = [], []
    for number, ruled in enumerate(shown, start=first):
        clause = ruled.rule.clause
        words = clause.text.of(turn.language)
        lines.append(
            fill(
                "{number}. {sign} <b>{code}</b> {length}\n{words}",
                number=number,
                sign=sign(ruled),
                code=clause.code,
                length=length(turn.t, ruled.counts.limit),
                words=clip(words, 120),
            )
        )
        label = f"{number}. {sign(ruled)} {clip(words, LABEL_UNITS)}"
        rows.append([Button(label, replace(origin, key=ruled.rule.key, seen=ruled.seen).data())])
    return Html("\n\n".join(lines)), rows


def _found(turn: Turn, words: str, documents: Iterable[str], *, is_meant: bool) -> View:
    """Return the rules of the document that is meant, else those that hold the words, with documents called so."""
    rules = rules_of(turn).all()
    codes = {ruled.rule.clause.document: ruled.rule.clause.code for ruled in rules}
    named = [document for document in dict.fromkeys(documents) if document in codes]
    if is_meant and named:
        return _list(turn, "all", document_key(named[0]))
    holding = with_words(rules, words)
    rows = [
        [Button(f"📄 {codes[document]}", RulesButton("all", document_key(document)).data())]
        for document in named[:MOST_DOCUMENTS]
    ]
    if not holding and not rows:
        text = turn.t(
            "No rule holds <b>{words}</b>. Write a document's number (/aturan 1.2.8) or words of its clause, or look"
            " through all with /aturan.",
            words=clip(words, 100),
        )
        return text, []
    head = turn.t.several(
        "<b>{number} rule</b> holds “{words}”.",
        "<b>{number} rules</b> hold “{words}”.",
        len(holding),
        words=words[:100],
    )
    text, buttons = _lines(turn, holding[:PAGE], RuleButton("open", ""), 1)
    more = turn.t("More words show fewer.") if len(holding) > PAGE else Html("")
    return Html("\n\n".join(part for part in (head, text, more) if part)), [*buttons, *rows]


def _is_wanted(ruled: RuledRule, choice: RuleChoice, document: str) -> bool:
    if document and document_key(ruled.rule.clause.document) != document:
        return False
    return ruled.is_changed if choice == "changed" else _CHOICES.get(choice) in (None, ruled.standing)


def _page(things: Sequence[T], page: int, size: int) -> tuple[int, Sequence[T]]:
    """Return the nearest page that there is (from 0), and what stands on it."""
    page = min(max(page, 0), max(0, len(things) - 1) // size)
    return page, things[page * size : (page + 1) * size]


def _turning(button: RulesButton, total: int, size: int) -> list[Button]:
    """Return the buttons to the pages before and after."""
    last = (total + size - 1) // size
    return [
        Button(f"{arrow} {other + 1}/{last}", replace(button, page=other).data())
        for arrow, other in (("◀", button.page - 1), ("▶", button.page + 1))
        if 0 <= other < last
    ]


def _to_counts(turn: Turn) -> list[Button]:
    return [Button(turn.t.plain("⬆ Counts"), RulesButton("counts").data())]
