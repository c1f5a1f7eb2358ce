"""The rulebook of the documents: their time limits as rules, their SOPs as steps, read through the browser."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.doers import Doers, WhoDoes, passage_of
from bot.settings import Settings
from corpus.enrich import timed_texts
from corpus.lexicon.entries import LANGUAGES
from corpus.model import Document, DocumentKind, TimeLimit, TimeLimitKind
from index.browse import Browser
from index.browse.acting import charged_roles
from index.browse.tree import Node
from index.facts import STEP_KINDS, Fact, FactKind
from reminders.actors import Actor, load_actors
from reminders.almanac import Almanac
from reminders.anchors import Anchors, Resolved, Why, clause_of, load_anchors
from reminders.clauses import SourceClause
from reminders.rulebook import NO_ACTOR, UNKNOWN_ACTOR, Rule, Rulebook, RuleState, Sop, SopStep
from store.bilingual import Bilingual
from store.store import Store

BINDING = frozenset({TimeLimitKind.DEADLINE, TimeLimitKind.FREQUENCY})
"""Limits by which something is due; durations and windows only say how long it takes or what they look back on."""


def rulebook_of(
    browser: Browser, anchors: Anchors | None = None, actors: Mapping[str, Actor] | None = None
) -> Rulebook:
    """Make the rulebook of all documents; some seconds, not for an event loop.

    Raises:
        AnchorFileError: a shipped table was edited and is wrong.
    """
    anchors = anchors or load_anchors()
    actors = load_actors(browser.shelf.lexicon) if actors is None else actors
    maker = _Maker(browser, anchors, actors, WhoDoes(browser))
    documents = browser.shelf.index.documents.values()
    rules = {document.id: maker.rules(document) for document in documents}
    sops = [maker.sop(document, rules[document.id]) for document in documents if document.kind == DocumentKind.SOP]
    return Rulebook((rule for found in rules.values() for _, rule in found), sops)


def almanac_of(settings: Settings, store: Store, browser: Browser) -> Almanac:
    """Make what reminders go by, from the documents and the settings; some seconds, not for an event loop."""
    actors = load_actors(browser.shelf.lexicon)
    rulebook = rulebook_of(browser, actors=actors)
    return Almanac(store, rulebook, actors, settings.timezone, settings.collective_leave_works)


_Found = tuple[Fact, Rule]


@dataclass(slots=True)
class _Maker:
    """Makes rules and steps of one document after the other."""

    browser: Browser
    anchors: Anchors
    actors: Mapping[str, Actor]
    who: WhoDoes
    _keys: Counter[str] = field(default_factory=Counter)

    def rules(self, document: Document) -> list[_Found]:
        """Make a document's rules, each with the fact that it stands in, in the order in which it is printed."""
        texts = list(timed_texts(document))
        return [
            (fact, self._rule(document, fact, limit, clause_of(limit, texts)))
            for fact in self.browser.shelf.facts(document)
            for limit in fact.limits
            if limit.kind in BINDING
        ]

    def _rule(self, document: Document, fact: Fact, limit: TimeLimit, words: str) -> Rule:
        doers = self.who.limit(fact, limit)
        actor = self._first(doers)
        resolved = self.anchors.resolve(limit, words)
        anchor = resolved.kind if isinstance(resolved, Resolved) else None
        if not isinstance(resolved, Resolved):
            numeric = resolved.why is not Why.NOT_NUMERIC
            state, why = RuleState.NEEDS_ANCHOR if numeric else RuleState.NOT_NUMERIC, resolved.why.value
        elif actor is None:
            state, why = RuleState.NEEDS_ACTOR, UNKNOWN_ACTOR if doers.ids else NO_ACTOR
        else:
            state, why = RuleState.USABLE, ""
        clause = self._clause(document, fact, doers, limit)
        return Rule(self._key(clause, limit), clause, limit, anchor, actor, doers.told_by, state, why)

    def _key(self, clause: SourceClause, limit: TimeLimit) -> str:
        """Name a rule by its clause's words and its limit; what a document prints twice is told apart by its place."""
        parts = (clause.document, clause.text.en, limit.quote, limit.kind, limit.offset, limit.days, limit.times)
        name = "|".join(map(str, parts))
        self._keys[name] += 1
        place = f"|{self._keys[name]}" if self._keys[name] > 1 else ""
        return hashlib.blake2b(f"{name}{place}".encode(), digest_size=6).hexdigest()

    def _first(self, doers: Doers) -> Actor | None:
        return self.actors.get(doers.ids[0]) if doers.ids else None

    def sop(self, document: Document, found: Sequence[_Found]) -> Sop:
        """Make an SOP's steps, each with the rules that stand in it."""
        anchors = dict.fromkeys(rule.anchor for _, rule in found if rule.anchor)
        return Sop(
            document=document.id,
            code=document.code or document.id,
            title=self._title(document),
            digest=_digest(self.browser.shelf.facts(document)),
            steps=tuple(self._step(document, node, found) for node in self.browser.steps(document.id)),
            recurring=tuple(kind for kind in anchors if self.anchors.kinds[kind].source == "calendar"),
        )

    def _step(self, document: Document, node: Node, found: Sequence[_Found]) -> SopStep:
        fact = node.fact
        if fact is None:  # a step is a clause of its own in the tree: see `index.browse.tree.LEAF_KINDS`
            raise LookupError(f"The step {node.key} has no clause.")
        doers = self.who.step(fact)
        charged = sorted(charged_roles(fact, self.browser.shelf.lexicon))
        others = dict.fromkeys((*doers.ids[1:], *(id_ for id_ in charged if id_ not in doers.ids[:1])))
        clause = self._clause(document, fact, doers)
        return SopStep(
            number=clause.number,
            part=self._both(fact.label if fact.kind is FactKind.PROCEDURE else fact.group),
            clause=clause,
            actor=self._first(doers),
            others=tuple(self.actors[id_] for id_ in others if id_ in self.actors),
            rules=tuple(rule for other, rule in found if other.id == fact.id),
        )

    def _clause(self, document: Document, fact: Fact, doers: Doers, limit: TimeLimit | None = None) -> SourceClause:
        in_indicator = limit is not None and passage_of(fact, limit) != fact.text
        words = [fact.words(language) for language in LANGUAGES]
        texts = [told.indicator if in_indicator else told.text for told in words]
        return SourceClause(
            document=document.id,
            code=document.code or document.id,
            title=self._title(document),
            source=fact.source,
            lines=(fact.lines.start, fact.lines.end),
            text=Bilingual(*texts),
            actors=doers.ids,
            number=self.browser.place(fact).number if fact.kind in STEP_KINDS else "",
        )

    def _title(self, document: Document) -> Bilingual:
        return Bilingual(*(self.browser.shelf.title(document, language) for language in LANGUAGES))

    def _both(self, text: str) -> Bilingual:
        return Bilingual(*(self.browser.shelf.say(text, language) if text else "" for language in LANGUAGES))


def _digest(facts: Iterable[Fact]) -> str:
    """Hash what a document says and who does it, wherever its lines stand."""
    said = "\n".join("|".join((fact.text, fact.indicator, *fact.actors, fact.charge)) for fact in facts)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
