"""The command ``rules``: the documents' time limits as rules, with what each lacks and what was said of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from textwrap import shorten
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Column, Table

from bot.console import out
from bot.keeping import open_store
from bot.settings import Settings, load_settings
from corpus.lexicon import load_lexicon
from corpus.library import Library
from corpus.wording import load_wordings
from reminders.anchors import Why
from reminders.rulebook import NO_ACTOR, UNKNOWN_ACTOR, RuleState
from reminders.ruled import RuledRule, RuledRules, Standing
from store.rulings import Ruling

WHY = {
    "": "",
    Why.NOT_NUMERIC: "the words give no number",
    Why.RATIO: "a figure per period, nothing is due",
    Why.NO_START: "nothing says from when it counts",
    Why.NO_DUTY: "tells of something, asks for nothing",
    Why.UNKNOWN_WORDS: "counted from words that anchors.yaml does not have",
    NO_ACTOR: "nobody is named for it",
    UNKNOWN_ACTOR: "who is named does not stand in actors.yaml",
}
"""What a rule lacks, for people."""
_WORDS = 160
"""Characters of a clause shown in the table; the JSON has all."""
_REASON = 80
"""Characters of a ruling's reason shown in the table."""


def add_commands(app: typer.Typer) -> None:
    """Add all commands of this module."""
    app.command()(rules)


def rules(
    state: Annotated[Standing | None, typer.Option(help="Only rules in this state.")] = None,
    document: Annotated[str | None, typer.Option(help="Only this document's: a code, a number, a file name.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rules as JSON.")] = False,
) -> None:
    """List the documents' time limits as rules: what each is counted from, who acts, what is lacking or was ruled.

    Where the data folder has a store, each rule counts as the coordinators want it.
    """
    settings = load_settings()
    wanted = Library(settings.data).find(document).id if document else None
    with_rulings = settings.store_path.exists()
    found = [ruled for ruled in _rules(settings) if wanted in {None, ruled.rule.clause.document}]
    shown = [ruled for ruled in found if state in {None, ruled.standing}]
    if as_json:
        plain = [as_plain(ruled, with_ruling=with_rulings) for ruled in shown]
        print(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    out.print(_table(shown, settings))
    if with_rulings:
        out.print(f"With the rulings, {count_of([ruled.standing for ruled in found])}")
        out.print(f"As read, {count_of([ruled.rule.state for ruled in found])}")
    else:
        out.print(count_of([ruled.rule.state for ruled in found]))


def _rules(settings: Settings) -> tuple[RuledRule, ...]:
    """Make the rules of all documents in force, with the rulings of the store, if there is one.

    The search index is not needed for it.
    """
    from bot.rulebook import almanac_of, rulebook_of
    from index.browse import Browser
    from index.built import browsable

    browser = Browser(browsable(Library(settings.data).documents(), load_wordings(settings.data)), load_lexicon())
    if not settings.store_path.exists():
        return tuple(RuledRule(rule, rule, None, is_changed=False) for rule in rulebook_of(browser).rules)
    with open_store(settings) as store:
        return RuledRules(almanac_of(settings, store, browser)).all()


def count_of(states: Sequence[RuleState | Standing]) -> str:
    """Say how many of the numeric rules are usable: ``143 of 166 numeric rules are usable (86.1 %)``.

    Rules that are switched off count for neither.
    """
    numeric = [state.value for state in states if state.value not in (Standing.NOT_NUMERIC, Standing.OFF)]
    usable = numeric.count(Standing.USABLE)
    share = f" ({usable / len(numeric):.1%})" if numeric else ""
    return f"{usable} of {len(numeric)} numeric rules are usable{share}"


def as_plain(ruled: RuledRule, *, with_ruling: bool = False) -> dict[str, Any]:
    """Give a rule as it counts as plain JSON values; lines are a ``[start, end]`` pair.

    ``with_ruling`` adds the last ruling, with what it corrects, or None.
    """
    rule = ruled.counts
    clause, limit = rule.clause, rule.limit
    plain = {
        "key": rule.key,
        "document": clause.document,
        "code": clause.code,
        "source": clause.source,
        "lines": list(clause.lines),
        "text": {"en": clause.text.en, "id": clause.text.id},
        "quote": limit.quote,
        "kind": limit.kind.value,
        "offset": limit.offset,
        "days": limit.days,
        "times": limit.times,
        "anchor": rule.anchor,
        "actor": rule.actor.id if rule.actor else None,
        "actors": list(clause.actors),
        "role": rule.actor.role if rule.actor else None,
        "told_by": rule.told_by,
        "state": ruled.standing.value,
        "why": rule.why,
    }
    return plain | {"ruling": _plain_ruling(ruled.ruling)} if with_ruling else plain


def _plain_ruling(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "verdict": ruling.verdict.value,
        "correction": ruling.correction,
        "reason": ruling.reason,
        "author": ruling.author,
        "role": ruling.author_role.value,
        "at": ruling.made_at.isoformat(),
    }


def _table(rules: Sequence[RuledRule], settings: Settings) -> Table:
    clause_column, limit_column = Column("Clause", ratio=5, overflow="fold"), Column("Limit", ratio=3)
    table = Table(clause_column, limit_column, "Counted from", "Who", "State", expand=True)
    for ruled in rules:
        rule = ruled.counts
        clause, limit = rule.clause, rule.limit
        start, end = clause.lines
        lines = f"{start}" if start == end else f"{start}-{end}"
        times = f" ×{limit.times}" if limit.times > 1 else ""
        days = " working days" if limit.days == "working" else ""
        why = "" if ruled.standing is Standing.OFF else WHY[rule.why]
        state = (ruled.standing.value, why, _said(ruled.ruling, settings))
        table.add_row(
            f"{escape(clause.code)}:{lines}\n{escape(shorten(clause.text.en, _WORDS, placeholder=' …'))}",
            f"{limit.offset or ''}{times}{days}\n{escape(limit.quote)}".strip(),
            rule.anchor or "",
            escape(rule.actor.name.en) if rule.actor else "",
            "\n".join(filter(None, state)),
        )
    return table


def _said(ruling: Ruling | None, settings: Settings) -> str:
    """Say what was ruled: ``confirmed by coordinator on 2026-03-02: reason``."""
    if ruling is None:
        return ""
    day = ruling.made_at.astimezone(ZoneInfo(settings.timezone)).date()
    reason = f": {shorten(ruling.reason, _REASON, placeholder=' …')}" if ruling.reason else ""
    return escape(f"{ruling.verdict.value} by {ruling.author_role.value} on {day}{reason}")
