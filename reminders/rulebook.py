"""The documents' time limits as rules, and their SOPs as steps: what runs and reminders are made of.

A rule is usable where it is known what it is counted from and who acts; what is lacking says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from corpus.model import TimeLimit
from reminders.actors import Actor
from reminders.clauses import SourceClause
from store.bilingual import Bilingual

ToldBy = Literal["", "limit", "clause", "row", "heading", "document"]
"""Where it stands who acts: in the limit's own sentence, elsewhere in its clause, in its row, in the list it belongs
to, elsewhere in its document (a form's: in its standard); empty where it is not known."""

NO_ACTOR = "no_actor"
"""Why a rule lacks its actor: the documents name nobody."""
UNKNOWN_ACTOR = "unknown_actor"
"""Why a rule lacks its actor: who is named does not stand in ``actors.yaml``."""


class RuleNotFoundError(LookupError):
    """No rule has this key: its clause has changed since, or the key is forged."""


class SopNotFoundError(LookupError):
    """No SOP has this id: it was removed or replaced since."""


class RuleState(StrEnum):
    """Whether dates for people follow from a rule, else what is lacking first."""

    USABLE = "usable"
    NEEDS_ANCHOR = "needs-anchor"
    NEEDS_ACTOR = "needs-actor"
    NOT_NUMERIC = "not-numeric"


@dataclass(frozen=True, slots=True)
class Rule:
    """A time limit of a clause.

    ``key`` (12 hex digits) stays as long as the document's id, the clause's words and the limit do. ``anchor``
    is a kind of ``anchors.yaml``. ``why`` is a value of `reminders.anchors.Why` where the anchor is lacking,
    `NO_ACTOR` or `UNKNOWN_ACTOR` where the actor is, else empty.
    """

    key: str
    clause: SourceClause
    limit: TimeLimit
    anchor: str | None
    actor: Actor | None
    told_by: ToldBy
    state: RuleState
    why: str


@dataclass(frozen=True, slots=True)
class SopStep:
    """A step: who does it, who else acts in it or is in charge of it, and the rules that bind its time."""

    number: str
    part: Bilingual
    clause: SourceClause
    actor: Actor | None
    others: tuple[Actor, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Sop:
    """An SOP's steps in their order.

    ``digest`` changes with the document's text: the version that a run keeps. ``recurring`` are the kinds of
    the calendar that its rules are counted from: it is run in every occurrence of each.
    """

    document: str
    code: str
    title: Bilingual
    digest: str
    steps: tuple[SopStep, ...]
    recurring: tuple[str, ...]


class Rulebook:
    """All rules and SOPs, in the order of the documents."""

    def __init__(self, rules: Iterable[Rule], sops: Iterable[Sop]) -> None:
        self.rules = tuple(rules)
        self.sops = tuple(sops)
        self._rules = {rule.key: rule for rule in self.rules}
        self._sops = {sop.document: sop for sop in self.sops}

    def rule(self, key: str) -> Rule:
        """Give the rule with a key. Raises RuleNotFoundError."""
        if key not in self._rules:
            raise RuleNotFoundError("This rule is gone, its clause has changed: look it up again among the rules.")
        return self._rules[key]

    def sop(self, document: str) -> Sop:
        """Give the SOP with a document's id. Raises SopNotFoundError."""
        if document not in self._sops:
            raise SopNotFoundError("This SOP is not among the documents: choose one with /sop.")
        return self._sops[document]

    def rules_from(self, kind: str) -> tuple[Rule, ...]:
        """Give the rules that are counted from a kind of event, in the order of the documents."""
        return tuple(rule for rule in self.rules if rule.anchor == kind)
