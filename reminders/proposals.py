"""When a clause's time limit is due by the academic calendar, for somebody who wants to be reminded of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reminders.almanac import Almanac
from reminders.resolve import Due, Period, ResolveError, resolve
from reminders.rulebook import Rule, Rulebook
from store.events import CalendarEvent

MOST = 3
"""Proposals for one clause; more would be a list, not a proposal."""


@dataclass(frozen=True)
class Proposal:
    """A rule with the next day on which it is due, counted from an event."""

    rule: Rule
    event: CalendarEvent
    due: Due


def rules_at(rulebook: Rulebook, source: str, lines: tuple[int, int]) -> tuple[Rule, ...]:
    """Return the rules with a number that stand on these lines of a source."""
    return tuple(
        rule
        for rule in rulebook.rules
        if rule.clause.source == source
        and rule.limit.offset is not None
        and rule.clause.lines[0] <= lines[1]
        and lines[0] <= rule.clause.lines[1]
    )


def proposals(almanac: Almanac, rules: Iterable[Rule], unit_id: int | None) -> tuple[Proposal, ...]:
    """Return when rules are due next for a unit, as coordinators want them; nothing where the calendar does not know.

    Rules that give the same day are one proposal.
    """
    rulings = almanac.store.rulings.current()
    ruled = (almanac.rule(rule, rulings) for rule in rules)
    found: dict[object, Proposal] = {}
    for rule in ruled:
        proposal = _next(almanac, rule, unit_id) if rule is not None else None
        if proposal is not None:
            found.setdefault(proposal.due.day, proposal)
    return tuple(sorted(found.values(), key=lambda proposal: proposal.due.day)[:MOST])


def _next(almanac: Almanac, rule: Rule, unit_id: int | None) -> Proposal | None:
    event = almanac.event(rule.anchor, unit_id, rule.clause.code) if rule.anchor else None
    if event is None:
        return None
    try:
        dues = resolve(rule.limit, Period(event.starts, event.ends), almanac.timing(unit_id).workdays)
    except ResolveError:
        return None
    due = next((due for due in dues if due.day >= almanac.today()), None)
    return Proposal(rule, event, due) if due is not None else None
