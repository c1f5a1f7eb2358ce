"""Which roles act in a clause, and which are in charge of it: what a duty is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.enrich import sentence_actors
from corpus.lexicon import Lexicon
from index.browse.shelf import roles_in
from index.compose import Composer
from index.facts import Fact, FactKind

OBLIGING = frozenset(
    {
        FactKind.PROCEDURE,
        FactKind.WORK_INSTRUCTION,
        FactKind.STEP,
        FactKind.STATEMENT,
        FactKind.STANDARD,
        FactKind.PROVISION,
        FactKind.RESPONSIBLE,
        FactKind.STRATEGY,
        FactKind.FORM_ROLE,
    }
)
"""Kinds of facts that oblige somebody; definitions, purposes, scopes and references only describe."""
_ROWS = frozenset({FactKind.PROCEDURE, FactKind.FORM_ROLE})
"""Rows that name who acts in a cell of their own; most of their sentences begin with the verb."""
_SENTENCE = re.compile(r"(?<=[.;:])\s+(?:[a-z0-9]{1,2}\)\s+)?|\s(?=[a-z0-9]{1,2}\)\s)")
"""Where another sentence, item or what a heading leads to begins."""
_OPENING = re.compile(
    r"(?:[a-z0-9]{1,2}\)\s+)?(?:at|on|in|if|after|before|upon|once|when|within|for|every|each|based|through|during|by|"
    r"pada|jika|bila|apabila|setelah|sebelum|dalam|untuk|ketika|berdasarkan|melalui|selama|setiap)\b[^,]{1,120},\s+",
    re.IGNORECASE,
)
"""What may stand before who acts: ``At the start of each semester, …``."""
_ACTS = re.compile(
    r"\s*(?:\([^)]{1,80}\)\s*|,[^,]{1,80},\s*|"
    r"(?:at|in|of|from|for|within)\s+(?:the\s+|each\s+)?\w+(?:\s+(?!(?:who|which|is|are|may|can)\b)\w+)?\s+)?"
    r"(?:(?:who|which|yang)\b[^.;]{1,150}?\b(?=(?:must|shall|is required|are required|wajib|harus)\b))?"
    r"(?!.*\b(?:is|are) those\b)"
    r"(?!(?:is|are|was|were|who|whose|may|can|adalah|ialah|merupakan|dapat|boleh)\b"
    r"(?!\s+(?:\w+ly\s+)?(?:required|obliged|responsible|expected|in charge|tasked|authori[sz]ed|to|\w+ing)\b))"
    r"(?:[a-z])",
)
"""What must follow who acts: a verb in small letters, no passive and no description, no permission."""
_NOMINAL = re.compile(
    r"\s*(?:['’]s?\s|approval|meeting|workload|data|performance|satisfaction|attendance|with\b|whose\b|"
    r"\w+(?:tion|ment|ance|ence|ing)\s+(?:of|is|are|for|results?)\b)"
)
"""What makes a name part of something else: ``Lecturers' workload``."""
_BY = re.compile(
    r"\b(?:is|are|be|been)\s+(?:\w+ly\s+)?\w+(?:ed|en|ade|one|ut|wn|nt|pt)\b[^.;,]{0,60}?"
    r"\bby\s+(?:the\s+|two\s+|each\s+)?$"
)
"""What stands before who acts in a passive sentence: ``is carried out by the``."""
_BY_ROOM = 120
_START = 200
"""Characters of a sentence within which who acts is named."""


def acting_roles(fact: Fact, composer: Composer, lexicon: Lexicon) -> frozenset[str]:
    """Give the ids of the roles and units that act in a clause.

    The rule: a row's own cell (procedure table, form's signers) or marks (matrix) name who acts; in any sentence
    it is who stands at its start, an adverbial before the first comma or a relative clause aside, with an active
    verb after it, or after the ``by`` of a passive. A row whose cell or marks and sentence disagree counts for both.
    Permissions (may, can), descriptions (is, are) and possessives are no duties.
    Clauses that only describe (definitions, purposes, scopes, references) have none.
    """
    if fact.kind not in OBLIGING:
        return frozenset()
    if fact.kind in _ROWS:
        return roles_in(" / ".join(fact.actors), lexicon) | frozenset(_in_sentences(fact.text, lexicon))
    marked = roles_in(" / ".join(composer.actors(fact)), lexicon) if fact.kind is FactKind.WORK_INSTRUCTION else set()
    headed = _headed(fact.text, lexicon) if fact.kind is FactKind.RESPONSIBLE else set()
    return frozenset(marked | headed | set(_in_sentences(fact.text, lexicon)))


def disagreement(fact: Fact, composer: Composer, lexicon: Lexicon) -> tuple[str, ...]:
    """Give who acts by a row's sentence, where its cell or marks name nobody of them; else nothing."""
    if fact.kind not in {FactKind.PROCEDURE, FactKind.WORK_INSTRUCTION} or not fact.actors:
        return ()
    said = sentence_actors(fact.text, lexicon)
    marked, named = (roles_in(" / ".join(actors), lexicon) for actors in (composer.actors(fact), said))
    return said if marked and named and not marked & named else ()


def charged_roles(fact: Fact, lexicon: Lexicon) -> frozenset[str]:
    """Give the ids of the roles and units that are in charge of a row."""
    return roles_in(fact.charge, lexicon) if fact.charge else frozenset()


def _headed(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Give the roles that a list of the responsible names before a colon: ``Dosen: mengawasi …``."""
    head, colon, _ = text.partition(":")
    return roles_in(head, lexicon) if colon and sentence_actors(head, lexicon) == (head,) else frozenset()


def _in_sentences(text: str, lexicon: Lexicon) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        yield from _subject(sentence, lexicon)
        yield from _agent(sentence, lexicon)


def _subject(sentence: str, lexicon: Lexicon) -> Iterable[str]:
    """Give the roles at a sentence's start, if an active verb follows them."""
    opening = _OPENING.match(sentence)
    rest = sentence[opening.end() :] if opening else sentence
    actors = sentence_actors(rest[:_START], lexicon)
    if not actors:
        return ()
    after = rest[rest.find(actors[0]) + len(actors[0]) :]
    return roles_in(actors[0], lexicon) if _ACTS.match(after) and not _NOMINAL.match(after) else ()


def _agent(sentence: str, lexicon: Lexicon) -> Iterator[str]:
    """Give the roles behind the ``by`` of a passive."""
    for found in re.finditer(r"\bby\s+(?:the\s+|two\s+|each\s+)?", sentence):
        if _BY.search(sentence[: found.end()]):
            rest = sentence[found.end() : found.end() + _BY_ROOM]
            for actor in sentence_actors(rest, lexicon):
                yield from roles_in(actor, lexicon)
