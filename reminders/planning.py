"""Plans of runs: which steps, who has them, when they are due by which rule, and what the calendar does not know.

A plan is a run that is still a draft: nobody hears of it until it is approved (`reminders.running`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from corpus.model import TimeLimit, TimeLimitKind
from reminders.actors import Actor
from reminders.almanac import STEP_BEFORE, Almanac
from reminders.calendar import LABELLED
from reminders.clauses import SourceClause
from reminders.resolve import Due, Period, ResolveError, resolve
from reminders.rulebook import Rule, RuleState, SopStep
from store.bilingual import Bilingual
from store.events import CalendarEvent
from store.rulings import Ruling
from store.runs import NewStep, Run, RunStep

MOST_PARTS = 30
"""Of a frequency (every week of a semester), as steps of a plan."""
EVENT_CODE = "event"
"""The document of a run that an event set going: no SOP, but the rules that are counted from the event."""


class PlanRefusedError(Exception):
    """A plan that cannot be made; the message says why and what to do."""


class Planner:
    """Makes plans."""

    def __init__(self, almanac: Almanac) -> None:
        self._almanac = almanac
        self._runs = almanac.store.runs

    def draft(self, document: str, unit_id: int | None, coordinator_id: int, origin: str | None = None) -> Run | None:
        """Keep the plan of an SOP's run; None where this origin has one already.

        Raises `SopNotFoundError`, `UnitNotFoundError`, `PlanRefusedError` for an SOP without steps.
        """
        sop = self._almanac.rulebook.sop(document)
        rulings = self._almanac.store.rulings.current()
        steps = [new for step in sop.steps for new in self._of_sop(step, unit_id, sop.code, rulings)]
        if not steps:
            raise PlanRefusedError("This document has no steps that could be run: choose an SOP with /sop.")
        return self._runs.draft(
            sop.document, sop.code, sop.title, sop.digest, steps, coordinator_id, unit_id=unit_id, origin=origin
        )

    def draft_of_event(self, event: CalendarEvent, title: Bilingual, coordinator_id: int) -> Run | None:
        """Keep the plan of what the documents' rules ask for because of an event, outside of their SOPs' steps.

        None where the event has one already. Raises `PlanRefusedError` if no usable rule counts from its kind.
        """
        rulings = self._almanac.store.rulings.current()
        steps = [
            new
            for rule in self.rules_at(event.kind, rulings)
            for new in self._of_rule(rule, event, rulings.get(rule.key))
        ]
        if not steps:
            raise PlanRefusedError("No usable rule counts from this event: /aturan lists the rules.")
        return self._runs.draft(
            EVENT_CODE, EVENT_CODE, title, "", steps, coordinator_id, unit_id=event.unit_id, origin=f"event:{event.id}"
        )

    def rules_at(self, kind: str, rulings: Mapping[str, Ruling]) -> list[Rule]:
        """Return the usable rules that count from a kind of event and are no step of an SOP.

        What an SOP's step says is kept by a run of it; the same words in several documents count once.
        """
        in_sops = {rule.key for sop in self._almanac.rulebook.sops for step in sop.steps for rule in step.rules}
        found: dict[tuple[str, str | None], Rule] = {}
        for rule in self._almanac.rulebook.rules:
            ruled = self._almanac.rule(rule, rulings)
            if ruled and ruled.state is RuleState.USABLE and ruled.anchor == kind and rule.key not in in_sops:
                found.setdefault((ruled.clause.text.en, ruled.limit.offset), ruled)
        return list(found.values())

    def missing(self, run_id: int) -> tuple[str, ...]:
        """Return the kinds of events that the calendar does not have for a run's steps, in their order."""
        return tuple(
            dict.fromkeys(
                step.anchor
                for step in self._runs.steps(run_id)
                if step.is_left and step.anchor and step.anchor != STEP_BEFORE and step.due_on is None
            )
        )

    def again(self, run: Run) -> Run:
        """Make a draft anew, because the calendar has changed; dates set by hand stay. Returns it, renumbered.

        Raises as `draft` does, and then the draft is as it was.
        """
        by_hand = {(step.number, step.text): step.due_on for step in self._runs.steps(run.id) if step.event_id is None}
        with self._almanac.store.transaction():
            self._runs.discard(run.id)
            made = self.draft(run.document, run.unit_id, run.coordinator_id or 0, run.origin)
            if made is None:
                raise PlanRefusedError("This plan was approved by somebody else meanwhile: see /jalan.")
            self._runs.set_repeats(made.id, run.repeats)
            for step in self._runs.steps(made.id):
                day = by_hand.get((step.number, step.text))
                if day is not None and step.due_on is None:
                    self._runs.set_due(step.id, day)
            return made

    def due_of(self, step: RunStep, anchor: Period | dt.date, unit_id: int | None) -> Due | None:
        """Return when a step of a run is due if it is counted from these days; None if it has no such limit."""
        if step.time_limit is None:
            return None
        limit = TimeLimit.model_validate(step.time_limit)
        try:
            dues = resolve(limit, anchor, self._almanac.timing(unit_id).workdays)
        except ResolveError:
            return None
        place = _part_of(step.number)
        return dues[min(place, len(dues) - 1)] if dues else None

    # ---------------------------------------------------------------- steps

    def _of_sop(
        self, step: SopStep, unit_id: int | None, code: str, rulings: Mapping[str, Ruling]
    ) -> Iterator[NewStep]:
        ruled = [self._almanac.rule(rule, rulings) for rule in step.rules]
        rule = _binding(rule for rule in ruled if rule is not None)
        new = self._step(step.number, step.clause, step.actor, unit_id)
        if rule is None or rule.anchor is None or rule.limit.offset is None:
            yield new
            return
        for event in self._events_for(rule, unit_id, code) or (None,):
            yield from self._timed(new, rule, event, unit_id, rulings.get(rule.key))

    def _of_rule(self, rule: Rule, event: CalendarEvent, ruling: Ruling | None) -> Iterator[NewStep]:
        new = self._step(rule.clause.number, rule.clause, rule.actor, event.unit_id)
        yield from self._timed(new, rule, event, event.unit_id, ruling)

    def _step(self, number: str, clause: SourceClause, actor: Actor | None, unit_id: int | None) -> NewStep:
        return NewStep(
            number=number,
            text=clause.text,
            code=clause.code,
            source=clause.source,
            lines=clause.lines,
            actor=actor.id if actor else "",
            actor_name=actor.name if actor else Bilingual("", ""),
            by_each=actor is not None and self._almanac.is_of_each(actor, unit_id),
            people=self._almanac.people_for(actor, unit_id),
        )

    def _timed(
        self, new: NewStep, rule: Rule, event: CalendarEvent | None, unit_id: int | None, ruling: Ruling | None
    ) -> Iterator[NewStep]:
        """Give a step its rule: once for each day on which it is due, or once without a day.

        Of several times in a period those that are over are left out: it is too late to be reminded of them.
        """
        leads = ruling.correction.get("leads") if ruling else None
        new = replace(
            new,
            rule_key=rule.key,
            anchor=rule.anchor,
            time_limit=rule.limit.model_dump(mode="json"),
            leads=tuple(leads) if leads is not None else None,
        )
        dues = self._dues(rule, event, unit_id)
        if event is None or not dues:
            yield new
            return
        named = f"{new.number} · {event.label}".strip(" ·") if event.kind in LABELLED and event.label else new.number
        for place, due in enumerate(dues, start=1):
            if due.day < self._almanac.today() and place < len(dues):
                continue
            number = f"{named} ({place}/{len(dues)})".strip() if len(dues) > 1 else named
            yield replace(new, number=number, event_id=event.id, due_on=due.day, earliest=due.earliest)

    def _dues(self, rule: Rule, event: CalendarEvent | None, unit_id: int | None) -> tuple[Due, ...]:
        if event is None:
            return ()
        try:
            dues = resolve(rule.limit, Period(event.starts, event.ends), self._almanac.timing(unit_id).workdays)
        except ResolveError:
            return ()
        return dues[:MOST_PARTS]

    def _events_for(self, rule: Rule, unit_id: int | None, code: str) -> tuple[CalendarEvent, ...]:
        """Return the events that a rule is counted from; none where what the calendar has is over and done with."""
        if rule.anchor is None or rule.anchor == STEP_BEFORE:
            return ()
        today = self._almanac.today()
        found = []
        for event in self._almanac.events(rule.anchor, unit_id, code)[:MOST_PARTS]:
            dues = self._dues(rule, event, unit_id)
            if event.ends >= today or (dues and dues[-1].day >= today):
                found.append(event)
        return tuple(found)


def _binding(rules: Iterable[Rule]) -> Rule | None:
    """Return the rule that a step's date comes from: a deadline before a frequency, one with an anchor only."""
    usable = [rule for rule in rules if rule.anchor is not None and rule.limit.offset is not None]
    deadlines = [rule for rule in usable if rule.limit.kind is TimeLimitKind.DEADLINE]
    frequencies = [rule for rule in usable if rule.limit.kind is TimeLimitKind.FREQUENCY]
    return next(iter((*deadlines, *frequencies)), None)


def _part_of(number: str) -> int:
    """Return which of several times a step is (0 for the first): ``3 (2/4)`` is the second."""
    opening = number.rpartition("(")[2]
    return int(opening.partition("/")[0]) - 1 if "/" in opening and opening.partition("/")[0].isdigit() else 0
