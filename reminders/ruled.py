"""The rules with what the coordinators said of them: what counts now, what to look at, and new rulings.

A ruling names the last one that its author has seen. If somebody else has ruled since, it is refused, so that
of two coordinators at once the later looks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.lexicon.matching import key as words_of
from reminders.almanac import Almanac
from reminders.resolve import Due, Period, ResolveError, resolve
from reminders.rulebook import Rule
from store.database import JSONObject
from store.events import CalendarEvent
from store.rulings import Ruling, Verdict
from store.trail import Act

SHORTEST_BEGINNING = 3
"""Characters from which the beginning of a word finds it."""


class RuledMeanwhileError(Exception):
    """Somebody has ruled on a rule since it was looked at; ``ruling`` is the last."""

    def __init__(self, ruling: Ruling | None) -> None:
        super().__init__("Somebody has ruled on this rule meanwhile: look at it again.")
        self.ruling = ruling


class Standing(StrEnum):
    """What follows from a rule with its rulings: a `RuleState`, or nothing because it is switched off."""

    USABLE = "usable"
    NEEDS_ANCHOR = "needs-anchor"
    NEEDS_ACTOR = "needs-actor"
    NOT_NUMERIC = "not-numeric"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class RuledRule:
    """A rule as it was read (``rule``), as it counts or would if it were on (``counts``), and the last ruling on it.

    ``is_changed`` says that it is new in a document that was known before, and that nobody has ruled on it yet.
    """

    rule: Rule
    counts: Rule
    ruling: Ruling | None
    is_changed: bool

    @property
    def standing(self) -> Standing:
        """What follows from it."""
        return Standing.OFF if self.verdict is Verdict.OFF else Standing(self.counts.state.value)

    @property
    def verdict(self) -> Verdict:
        """What was said last."""
        return self.ruling.verdict if self.ruling else Verdict.OPEN

    @property
    def correction(self) -> JSONObject:
        """What is to count instead of what was read."""
        return self.ruling.correction if self.ruling else {}

    @property
    def seen(self) -> int:
        """The number of the last ruling, 0 for none."""
        return self.ruling.id if self.ruling else 0


class RuledRules:
    """Reads the rules and writes rulings. Use it where the store may be used."""

    def __init__(self, almanac: Almanac) -> None:
        self._almanac = almanac
        self._store = almanac.store

    def all(self) -> tuple[RuledRule, ...]:
        """Return all rules, in the order of the documents."""
        rulings, changed = self._store.rulings.current(), self._store.rulings.changed()
        return tuple(
            self._ruled(rule, rulings.get(rule.key), is_changed=rule.key in changed)
            for rule in self._almanac.rulebook.rules
        )

    def get(self, key: str) -> RuledRule:
        """Return one rule; raises `RuleNotFoundError`."""
        rule = self._almanac.rulebook.rule(key)
        ruling = next(iter(self._store.rulings.history(key)), None)
        return self._ruled(rule, ruling, is_changed=key in self._store.rulings.changed())

    def confirm(self, key: str, person_id: int, seen: int, leads: tuple[int, ...] | None = None) -> RuledRule:
        """Let a rule count as it does now; with ``leads``, and so many days before are people reminded of it.

        Raises as `rule` does.
        """
        more: dict[str, Any] = {} if leads is None else {"leads": list(leads)}
        return self.rule(key, Verdict.CONFIRMED, person_id, seen, correction={**self.get(key).correction, **more})

    def correct(self, key: str, person_id: int, seen: int, correction: JSONObject, reason: str) -> RuledRule:
        """Let something else count than what was read, beside earlier corrections; raises as `rule` does."""
        whole = {**self.get(key).correction, **correction}
        return self.rule(key, Verdict.CORRECTED, person_id, seen, reason=reason, correction=whole)

    def switch_off(self, key: str, person_id: int, seen: int, reason: str) -> RuledRule:
        """Let nothing follow from a rule; raises as `rule` does."""
        return self.rule(key, Verdict.OFF, person_id, seen, reason=reason, correction=self.get(key).correction)

    def switch_on(self, key: str, person_id: int, seen: int) -> RuledRule:
        """Let a rule count as it did before it was switched off; raises as `rule` does."""
        history = self._store.rulings.history(key)
        before = next((ruling for ruling in history if ruling.verdict is not Verdict.OFF), None)
        if before is None:
            return self.rule(key, Verdict.OPEN, person_id, seen)
        return self.rule(key, before.verdict, person_id, seen, reason=before.reason, correction=before.correction)

    def rule(
        self,
        key: str,
        verdict: Verdict,
        person_id: int,
        seen: int,
        *,
        reason: str = "",
        correction: JSONObject | None = None,
    ) -> RuledRule:
        """Keep a ruling with its line in the audit trail; return the rule as it counts from now on.

        ``seen`` is the number of the last ruling that its author has seen. Raises `RuleNotFoundError`,
        `RuledMeanwhileError`, `NoReasonError`.
        """
        with self._store.transaction():
            known = self.get(key)
            if known.seen != seen:
                raise RuledMeanwhileError(known.ruling)
            document = known.rule.clause.document
            ruling = self._store.rulings.rule(key, document, verdict, person_id, reason=reason, correction=correction)
            self._store.trail.note(
                Act.RULED,
                person_id,
                details={
                    "rule": key,
                    "document": document,
                    "verdict": verdict.value,
                    "reason": ruling.reason,
                    "correction": ruling.correction or None,
                },
            )
            return self._ruled(known.rule, ruling, is_changed=False)

    def next_due(self, rule: Rule) -> tuple[CalendarEvent, Due | None] | None:
        """Return the event of the university's calendar that a rule is counted from, and its next due day, or its last.

        None where the calendar has no such event; no day where none follows from the event.
        """
        event = self._almanac.event(rule.anchor, None, rule.clause.code) if rule.anchor else None
        if event is None:
            return None
        try:
            dues = resolve(rule.limit, Period(event.starts, event.ends), self._almanac.timing().workdays)
        except ResolveError:
            return event, None
        today = self._almanac.today()
        return event, next((due for due in dues if due.day >= today), dues[-1] if dues else None)

    def _ruled(self, rule: Rule, ruling: Ruling | None, *, is_changed: bool) -> RuledRule:
        counts = self._almanac.corrected(rule, ruling.correction) if ruling else rule
        return RuledRule(rule, counts, ruling, is_changed)


def with_words(rules: Iterable[RuledRule], words: str) -> tuple[RuledRule, ...]:
    """Return the rules whose clause, title or code holds all words, or begins with them, in either language."""
    wanted = words_of(words)
    return tuple(ruled for ruled in rules if wanted and _holds(ruled.rule, wanted))


def _holds(rule: Rule, wanted: tuple[str, ...]) -> bool:
    clause = rule.clause
    text = " ".join((clause.text.en, clause.text.id, clause.title.en, clause.title.id, clause.code, rule.limit.quote))
    words = words_of(text)
    return all(any(_is_meant(word, one) for word in words) for one in wanted)


def _is_meant(word: str, one: str) -> bool:
    return word == one or (len(one) >= SHORTEST_BEGINNING and word.startswith(one))
