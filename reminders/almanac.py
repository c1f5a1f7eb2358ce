"""What all of reminders goes by: the store, the rules, the calendar as it counts for a unit, and the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from corpus.model import TimeLimitKind
from reminders.actors import Actor
from reminders.anchors import Why
from reminders.calendar import DAY_OFF, LABELLED, counting, path_of, workdays_of
from reminders.rulebook import NO_ACTOR, Rule, Rulebook, RuleState
from reminders.timing import Timing
from reminders.workdays import Workdays
from store.database import JSONObject
from store.events import CalendarEvent
from store.people import Person
from store.roles import Role
from store.rulings import Ruling, Verdict
from store.store import Store
from store.units import UnitKind

RUN_KINDS = frozenset({"activity"})
"""Kinds of events that are a run's own: told apart by the SOP's code in their label."""
STEP_BEFORE = "step_before"
_LENGTH = ("offset", "days", "times")
_CORRECTABLE = frozenset({"anchor", "actor", *_LENGTH})
_LACKING = {
    RuleState.USABLE: "",
    RuleState.NEEDS_ANCHOR: Why.NO_START.value,
    RuleState.NEEDS_ACTOR: NO_ACTOR,
    RuleState.NOT_NUMERIC: Why.NOT_NUMERIC.value,
}
"""Why a rule is in a state that a correction has brought it to."""


@dataclass
class Almanac:
    """The store with the rules and the calendar. Use it where the store may be used.

    ``zone`` is an IANA name; ``collective_leave_works`` says whether cuti bersama counts as working days.
    """

    store: Store
    rulebook: Rulebook
    actors: Mapping[str, Actor]
    zone: str
    collective_leave_works: bool = False
    _workdays: dict[tuple[object, ...], Workdays] = field(default_factory=dict)

    def timing(self, unit_id: int | None = None) -> Timing:
        """Return the time as it counts for a unit, with the days off of the unit and those above it."""
        events = self.store.events.all(kind=DAY_OFF)
        found = workdays_of(events, self.path(unit_id), collective_leave_works=self.collective_leave_works)
        # The country's holidays are computed lazily, a year at a time: keep them as long as the own days are the same.
        return Timing(self.zone, self._workdays.setdefault(tuple(sorted(found.own.items())), found))

    def today(self) -> dt.date:
        """Return the institution's day."""
        return Timing(self.zone, Workdays()).today(self.store.clock())

    def event(self, kind: str, unit_id: int | None, code: str) -> CalendarEvent | None:
        """Return which event of a kind counts for a run of an SOP in a unit; None where the calendar has none."""
        return counting(self._of_kind(kind, code), self.path(unit_id), self.today())

    def events(self, kind: str, unit_id: int | None, code: str) -> tuple[CalendarEvent, ...]:
        """Return which events of a kind count: one, or of those told apart by name (courses) all that are to come."""
        path, today = self.path(unit_id), self.today()
        named: dict[str, list[CalendarEvent]] = {}
        for event in self._of_kind(kind, code):
            named.setdefault(event.label if kind in LABELLED else "", []).append(event)
        found = [counting(events, path, today) for events in named.values()]
        counted = sorted((one for one in found if one is not None), key=lambda one: (one.starts, one.id))
        coming = [one for one in counted if one.ends >= today]
        return tuple(coming or counted[-1:])

    def _of_kind(self, kind: str, code: str) -> tuple[CalendarEvent, ...]:
        events = self.store.events.all(kind=kind)
        return tuple(event for event in events if event.label == code) if kind in RUN_KINDS else events

    def path(self, unit_id: int | None) -> tuple[int, ...]:
        """Return a unit and what it belongs to, the nearest first; nothing for the university."""
        return path_of(self.store.units.get(unit_id)) if unit_id is not None else ()

    def rule(self, rule: Rule, rulings: Mapping[str, Ruling]) -> Rule | None:
        """Return a rule as the coordinators want it; None for one that is switched off."""
        ruling = rulings.get(rule.key)
        if ruling is None:
            return rule
        return None if ruling.verdict is Verdict.OFF else self.corrected(rule, ruling.correction)

    def corrected(self, rule: Rule, said: JSONObject) -> Rule:
        """Return a rule with what is to count instead of what was read.

        The keys of ``said``: ``anchor``, ``actor`` (their ids), ``offset``, ``days``, ``times`` (as in a
        `TimeLimit`); ``leads`` concerns reminders only.
        """
        if not said.keys() & _CORRECTABLE:
            return rule
        limit = rule.limit.model_copy(update={name: said[name] for name in _LENGTH if name in said})
        if "offset" in said:
            is_frequency = str(limit.offset).startswith("R/")
            kind = TimeLimitKind.FREQUENCY if is_frequency else TimeLimitKind.DEADLINE
            limit = limit.model_copy(update={"kind": kind})
        actor = self.actors.get(said["actor"], rule.actor) if "actor" in said else rule.actor
        anchor = said.get("anchor", rule.anchor)
        state = _state(anchor, actor, limit.offset)
        why = rule.why if state is rule.state else _LACKING[state]
        return replace(rule, limit=limit, anchor=anchor, actor=actor, state=state, why=why)

    def people_for(self, actor: Actor | None, unit_id: int | None) -> tuple[tuple[int, Role | None], ...]:
        """Return who of the people known is an actor, for a run in a unit, and by which role.

        Somebody named for it goes first, then those of the role at the actor's level.
        """
        if actor is None:
            return ()
        path = self.path(unit_id)
        named = self.store.runs.holder(actor.id, (*path, None))
        if named is not None:
            return ((named, None),)
        if actor.role is None:
            return ()
        people = list(self.store.people.with_role(actor.role))
        return tuple((person.id, actor.role) for person in self._at_level(people, actor, unit_id, path))

    def _at_level(self, people: list[Person], actor: Actor, unit_id: int | None, path: tuple[int, ...]) -> list[Person]:
        if unit_id is None:
            return people
        if actor.level == "university":
            near = [person for person in people if person.unit_id is None]
            return near or [person for person in people if person.unit_id in path] or people
        if actor.level == "faculty":
            return [person for person in people if person.unit_id == path[-1]]
        inside = {unit_id, *(unit.id for unit in self.store.units.programmes_of(unit_id))}
        return [person for person in people if person.unit_id in inside]

    def is_of_each(self, actor: Actor, unit_id: int | None) -> bool:
        """Whether everybody who is an actor must do it in a unit: each lecturer, each programme of a faculty."""
        if actor.each or unit_id is None:
            return actor.each or actor.level != "university"
        is_faculty = self.store.units.get(unit_id).kind is UnitKind.FACULTY
        return is_faculty and actor.level == "programme"


def _state(anchor: str | None, actor: Actor | None, offset: str | None) -> RuleState:
    if offset is None:
        return RuleState.NOT_NUMERIC
    if anchor is None:
        return RuleState.NEEDS_ANCHOR
    return RuleState.USABLE if actor else RuleState.NEEDS_ACTOR
