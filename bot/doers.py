"""Who does what a clause says: for its time limits, and for the steps of an SOP.

What is nearest to a limit counts most: the grammar of its own sentence, then its clause, its row, the list it
belongs to, and last what another clause of the document (for a form, its standard) says of the same activity.
Where these leave two that could be meant, nobody is named: a wrong person is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from corpus.enrich import sentence_actors
from corpus.language import Language
from corpus.lexicon import Kind
from corpus.lexicon.matching import key
from corpus.model import Document, DocumentKind, SectionKind, TimeLimit
from index.browse import Browser
from index.browse.acting import acting_roles
from index.facts import STEP_KINDS, Fact, FactKind, family
from index.tokens import is_stop_word, stem, words_of
from reminders.rulebook import ToldBy

_OPENING = re.compile(r"\s*(?:(?:[a-z0-9]{1,2}\)|to)\s+)?", re.IGNORECASE)
_SENTENCE = re.compile(r"[.;:]\s")
_DONE_BY = re.compile(
    r"\b(?:carried out|conducted|performed|undertaken|organised|dilaksanakan|dilakukan)\s+(?:\w+ly\s+)?"
    r"(?:by|under the coordination of|oleh)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\bfor\s+(?=[a-z])", re.IGNORECASE)
"""What opens who does an embedded thing: ``for study programmes in implementing their annual programmes``."""
_DOING = re.compile(r"\s+(?:to\s+(?!the\b|be\b)[a-z]+|in\s+[a-z]+ing)\b", re.IGNORECASE)
_GIVEN_ROOM = 120
"""Characters between who does an embedded thing and the limit that binds it."""
_OWNER = re.compile(r"(?:the\s+)?(?:\w+\s+of\s+(?:the\s+)?)?(?P<who>[a-z][a-z -]{2,40}?)s?['’]s?\s", re.IGNORECASE)
"""Whose thing a sentence is about: ``Lecturers' workload reports are …``, ``Fulfilment of lecturers' workload``."""
_POSSESSIVE = re.compile(r"['’]s?\s+")
_PASSIVES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:the\s+)?(?P<subject>[^,.;()]{3,80}?)\s+(?:is|are|(?:can|may|must|shall) be)\s+(?:\w+ly\s+)?"
        r"(?:carried out|conducted|performed|implemented)\b",
        re.IGNORECASE,
    ),
    "id": re.compile(
        r"(?P<subject>[^,.;()]{3,80}?)\s+(?:(?:dapat|harus|wajib)\s+)?(?:dilaksanakan|dilakukan|diselenggarakan)\b",
        re.IGNORECASE,
    ),
}
_ANY_UNIT = re.compile(
    r"^(?:the\s+)?(?:(?:user|proposing|requesting|respective)\s+)?(?:institutions?/)?(?=units?\b)", re.IGNORECASE
)
"""What may stand before a unit that no name tells: ``The user institution/unit reports …``."""
_ANSWERABLE = re.compile(r"\s+(?:is|are)\s+(?:accountable|responsible|answerable)\b", re.IGNORECASE)
_FUNCTION = re.compile(r"(?P<who>[^,]+?)\s+as the\s+(?P<what>[^,]+)")
"""What a scope says of each: ``the Vice-Rector II as the official authorised to take … budget expenditure``."""
_LEVELS = {"U": "university", "F": "faculty", "P": "study-programme"}
"""The last column of a standard's table: for whom the indicator is measured."""
_UNITS = frozenset(_LEVELS.values())
_RESTATED = 70
"""Likeness (0..100) from which a form's indicator restates one of its standard."""
_TIED = 10
"""Likeness behind the best within which another statement could be meant; then the number decides."""


@dataclass(frozen=True, slots=True)
class Doers:
    """Lexicon ids of who does it, the main one first, and where that stands; nobody where it is not known."""

    ids: tuple[str, ...] = ()
    told_by: ToldBy = ""


NOBODY = Doers()


class WhoDoes:
    """Finds who does what a clause says, in the documents of a browser."""

    def __init__(self, browser: Browser) -> None:
        self.shelf = browser.shelf
        self.lexicon = browser.shelf.lexicon
        self._sections: dict[tuple[str, str, str], list[Fact]] = {}
        for fact in self.shelf.index.facts:
            self._sections.setdefault((fact.document, fact.section, fact.heading), []).append(fact)
        self._joint = {
            key(name): entry.id
            for entry in self.lexicon.entries
            if entry.kind in {Kind.ROLE, Kind.UNIT}
            for names in entry.variants.values()
            for name in names
            if "/" in name
        }

    def step(self, fact: Fact) -> Doers:
        """Tell who does a step: whom its sentence begins with, else its row, else the ``by`` of its passive."""
        return self._in_clause(fact)

    def limit(self, fact: Fact, limit: TimeLimit) -> Doers:
        """Tell who does what a limit of a clause binds."""
        ways = (
            self._by_limit,
            self._by_row_of_indicator,
            self._by_clause,
            self._by_row,
            self._by_list,
            self._elsewhere,
        )
        return next((found for way in ways if (found := way(fact, limit)).ids), NOBODY)

    # ------------------------------------------------------------ the limit's own sentence

    def _by_limit(self, fact: Fact, limit: TimeLimit) -> Doers:
        """Read the grammar of the limit's sentence: an embedded doer, else its subject or agent."""
        text = passage_of(fact, limit)
        if given := self._given(text, limit.quote):
            return Doers(given, "limit")
        at = text.find(limit.actor) if limit.actor else -1
        if at < 0 or not limit.actor or not sentence_actors(limit.actor, self.lexicon):
            return NOBODY
        ids = self.named(sentence_actors(limit.actor, self.lexicon)[0])
        before = _SENTENCE.split(text[:at])[-1]
        stands_first = _OPENING.fullmatch(before) is not None
        return Doers(ids, "limit") if ids and (stands_first or ids[0] in self._acting(fact)) else NOBODY

    def _given(self, text: str, quote: str) -> tuple[str, ...]:
        """Find ``for X to do``, ``for X in doing`` just before a limit."""
        until = text.find(quote)
        for found in reversed(list(_GIVEN.finditer(text, max(until - _GIVEN_ROOM, 0), max(until, 0)))):
            rest = text[found.end() : until]
            who = sentence_actors(rest, self.lexicon)
            if who and not _SENTENCE.search(rest) and _DOING.match(rest, rest.find(who[0]) + len(who[0])):
                return self.named(who[0])
        return ()

    # ------------------------------------------------------------ its clause and its row

    def _by_clause(self, fact: Fact, limit: TimeLimit) -> Doers:
        found = self._in_clause(fact)
        if found.ids:
            return found
        text = passage_of(fact, limit)
        owner = () if fact.kind is FactKind.DEFINITION else self._owner(text)
        return Doers(self._done_by(text) or owner, "clause")

    def _in_clause(self, fact: Fact) -> Doers:
        acting = self._acting(fact)
        first = self._first(fact, acting)
        cell = tuple(id_ for name in self.shelf.composer.actors(fact) for id_ in self.named(name) if id_ in acting)
        ids = tuple(dict.fromkeys((*first, *cell, *(id_ for id_ in self.named(fact.text) if id_ in acting))))
        return Doers(ids, "clause" if first or not cell else "row") if ids else NOBODY

    def _first(self, fact: Fact, acting: frozenset[str]) -> tuple[str, ...]:
        """Name whom a clause begins with, if they act in it."""
        text = _ANY_UNIT.sub("", fact.text, count=1)
        who = sentence_actors(text, self.lexicon)
        if not who:
            return ()
        ids = self.named(who[0])
        answers = text != fact.text or _ANSWERABLE.match(text, text.find(who[0]) + len(who[0]))
        return ids if answers or (ids and ids[0] in acting) else ()

    def _done_by(self, text: str) -> tuple[str, ...]:
        """Name the doer in ``an assessment carried out by the Faculty's Quality Assurance Unit``."""
        found = _DONE_BY.search(text)
        if not found:
            return ()
        rest = text[found.end() :]
        who = sentence_actors(rest, self.lexicon)
        if who and (owned := _POSSESSIVE.match(rest, rest.find(who[0]) + len(who[0]))):
            who = sentence_actors(rest[owned.end() :], self.lexicon)
        return self.named(who[0]) if who else ()

    def _owner(self, text: str) -> tuple[str, ...]:
        owner = _OWNER.match(text)
        return self.named(owner["who"]) if owner else ()

    def _by_row_of_indicator(self, fact: Fact, limit: TimeLimit) -> Doers:
        """Where a limit stands in an indicator only, the row's level says which units it binds.

        The units that the statement beside it names count as far as the level allows them; a statement about
        something else cannot bind the indicator's figure to another unit.
        """
        if fact.kind is not FactKind.STATEMENT or limit.quote in fact.text:
            return NOBODY
        level = self._level(fact)
        stated = tuple(id_ for id_ in self._in_clause(fact).ids if id_ in _UNITS)
        if not level or not stated:
            return NOBODY
        return Doers(tuple(id_ for id_ in stated if id_ in level) or level, "row")

    def _by_row(self, fact: Fact, _: TimeLimit) -> Doers:
        cells = tuple(id_ for name in fact.actors for id_ in self.named(name))
        ids = cells or self._level(fact) or self.named(fact.charge)
        return Doers(tuple(dict.fromkeys(ids)), "row")

    def _level(self, fact: Fact) -> tuple[str, ...]:
        rows = self.shelf.index.documents[fact.document].statements if fact.kind is FactKind.STATEMENT else ()
        row = next((row for row in rows if row.number == fact.label and row.lines[0].start == fact.lines.start), None)
        return tuple(_LEVELS[letter] for letter in row.level.split("/") if letter in _LEVELS) if row else ()

    # ------------------------------------------------------------ the list, the document, the standard

    def _by_list(self, fact: Fact, _: TimeLimit) -> Doers:
        """An item that opens with its verb goes on with the subject of the items before it, if they all share it."""
        if fact.kind not in {FactKind.STANDARD, FactKind.PROVISION} or _PASSIVES["en"].search(fact.text):
            return NOBODY
        items = self._sections[fact.document, fact.section, fact.heading]
        before = [self._in_clause(item).ids for item in items[: items.index(fact)]]
        return Doers(before[0], "heading") if before and before[0] and len(set(before)) == 1 else NOBODY

    def _elsewhere(self, fact: Fact, limit: TimeLimit) -> Doers:
        document = self.shelf.index.documents[fact.document]
        if document.kind == DocumentKind.FORM:
            return self._by_standard(document, fact, limit)
        ids = self._same_activity(fact, limit) or self._function(document, fact)
        return Doers(ids, "document") if ids else NOBODY

    def _by_standard(self, form: Document, fact: Fact, limit: TimeLimit) -> Doers:
        """Find the statement of the standard that a form's indicator restates, and who it binds."""
        documents = self.shelf.index.documents.values()
        statements = {
            other.id: other
            for document in documents
            if document.kind == DocumentKind.STANDARD and family(document.id) == family(form.id)
            for other in self.shelf.facts(document)
            if other.kind is FactKind.STATEMENT
        }
        measured = {id_: other.indicator or other.text for id_, other in statements.items()}
        near = process.extract(fact.text, measured, scorer=fuzz.token_sort_ratio, score_cutoff=_RESTATED, limit=4)
        tied = [id_ for _, score, id_ in near if score > near[0][1] - _TIED]
        numbered = [id_ for id_ in tied if statements[id_].label.split(".")[2:3] == [fact.label]]
        if len(tied) != 1 and len(numbered) != 1:
            return NOBODY
        stated = statements[(numbered if len(numbered) == 1 else tied)[0]]
        measure = limit.model_copy(update={"actor": None})
        for way in (self._by_row_of_indicator, self._by_clause, self._by_row):
            if (found := way(stated, measure)).ids:
                return Doers(found.ids, "document")
        return NOBODY

    def _same_activity(self, fact: Fact, limit: TimeLimit) -> tuple[str, ...]:
        """Name the one role whose clause tells the activity of a passive or an imperative that names nobody.

        First a passive with the same subject that names its doer, in either language, for the translation varies
        its terms. Then, for the activity the limit itself stands by (``monthly monitoring``), the subject or what
        is told to do, the steps that begin with it.
        """
        others = [other for other in self.shelf.index.by_document[fact.document] if other.id != fact.id]
        subjects = _subjects(fact)
        same = [other for other in others if subjects & _subjects(other)]
        if named := next((ids for other in same if (ids := self._done_by(other.text))), ()):
            return named
        before, _, after = fact.text.partition(limit.quote)
        if passive := _PASSIVES["en"].match(fact.text):
            activities = [content(" ".join(after.split()[:1])), content(passive["subject"])]
        else:
            activities = [told if len(told := content(before.partition(" ")[2])) > 1 else frozenset()]
        return next((ids for activity in activities if activity and (ids := self._only_doer(activity, others))), ())

    def _only_doer(self, activity: frozenset[str], others: Sequence[Fact]) -> tuple[str, ...]:
        """Name who does an activity, if the steps that begin with it all have the same first doer."""
        doing = [self._in_clause(other).ids for other in others if activity <= self._lead(other)]
        firsts = {ids[0] for ids in doing if ids}
        return (firsts.pop(),) if len(firsts) == 1 else ()

    def _lead(self, fact: Fact) -> frozenset[str]:
        """Give the words of what a step begins with: its verb and what follows it, who acts left out."""
        if fact.kind not in STEP_KINDS or _PASSIVES["en"].match(fact.text):
            return frozenset()
        text = _ANY_UNIT.sub("", fact.text, count=1)
        who = sentence_actors(text, self.lexicon)
        text = text[text.find(who[0]) + len(who[0]) :] if who else text
        return content(" ".join(text.split()[:5]))

    def _function(self, document: Document, fact: Fact) -> tuple[str, ...]:
        """Name the one role whose function in the document's scope ends in a word of the clause."""
        clause = set(words_of(fact.text))
        found = {ids for what, ids in self._functions(document) if what in clause}
        return found.pop() if len(found) == 1 else ()

    def _functions(self, document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the last word of each function in a document's scope, and who has it."""
        for section in document.sections:
            if section.kind != SectionKind.SCOPE:
                continue
            for clause in section.clauses:
                for found in _FUNCTION.finditer(clause.text):
                    last = words_of(found["what"])[-1:]
                    if last and (ids := self.named(found["who"])):
                        yield last[0], ids[-1:]

    # ------------------------------------------------------------ names

    def named(self, text: str) -> tuple[str, ...]:
        """Give the ids of the roles and units that a text names, in its order, each once.

        ``Faculty/Postgraduate Quality Assurance Unit`` is one unit where the lexicon has it with the stroke.
        """
        actors = {Kind.ROLE, Kind.UNIT}
        if whole := self._joint.get(key(text)):
            return (whole,)
        likeliest = (
            next((entry for entry in match.entries if entry.kind in actors), None) for match in self.lexicon.find(text)
        )
        return tuple(dict.fromkeys(entry.id for entry in likeliest if entry))

    def _acting(self, fact: Fact) -> frozenset[str]:
        return acting_roles(fact, self.shelf.composer, self.lexicon)


def passage_of(fact: Fact, limit: TimeLimit) -> str:
    """Give the part of a fact that holds a limit: its text, else its indicator."""
    return fact.indicator if limit.quote not in fact.text and limit.quote in fact.indicator else fact.text


def _subjects(fact: Fact) -> set[frozenset[str]]:
    """Give the words of a passive's subject, in each language in which the fact is said."""
    found = ((words.language, _PASSIVES[words.language].match(words.text)) for words in fact.tellings)
    return {frozenset({language}) | content(passive["subject"]) for language, passive in found if passive}


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """Give the stems of a text's words that say something."""
    return frozenset(stem(word, "en") for word in words_of(text) if not is_stop_word(word, "en"))
