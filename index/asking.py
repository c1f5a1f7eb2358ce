"""Asking back: which of several near-twin documents a question means, where the answer would be a guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from corpus.lexicon import Lexicon, Phase
from corpus.model import DocumentKind
from index.built import Index
from index.facts import STEP_KINDS, Fact, FactKind, family, names_of
from index.followup import content
from index.question import Asked, Question
from index.search import Hit
from index.tokens import nested_matches, words_of

_NEAR = 0.8
"""Score behind the best within which a twin may as well be meant."""
_SAME = 82
"""Similarity (0..100) from which two clauses say the same."""
_TITLED = 0.7
"""Share of a title from which a question names its document."""
_OF_DOCUMENT = frozenset({FactKind.PURPOSE, FactKind.SCOPE})
"""Sections that every SOP has."""
_DOCUMENT_WORDS = frozenset("sop standar standard standards standarnya".split())
_MOST = 6
_HITS = 15
PHASES = {
    Phase.ESTABLISHMENT: "penetapan",
    Phase.IMPLEMENTATION: "pelaksanaan",
    Phase.EVALUATION: "evaluasi",
    Phase.CONTROL: "pengendalian",
    Phase.IMPROVEMENT: "peningkatan",
}
"""The phases of the cycle (PPEPP), as the institution names them."""


def twins(index: Index, hits: Sequence[Hit], question: Question, told: Callable[[Fact], object]) -> list[str]:
    """Name the SOPs among which an answer is a guess, in the documents' order, 2 to 6; empty where it is none.

    Their clauses say nearly the same, score nearly the same, and the question names none of them. Where all would
    be answered alike (``told`` gives what is asked for of a fact) there is nothing to ask.
    """
    best = hits[0]
    if question.codes or best.features["title"] >= _TITLED or not _is_sop(index, best):
        return []
    found, differ = {best.fact.document}, False
    for hit in hits[1:_HITS]:
        if len(found) < _MOST and hit.fact.document not in found and _is_sop(index, hit) and _twin(best, hit):
            found.add(hit.fact.document)
            differ = differ or told(hit.fact) != told(best.fact)
    return sorted(found, key=index.places.__getitem__) if differ else []


def siblings(index: Index, hits: Sequence[Hit], question: Question, lexicon: Lexicon) -> list[str]:
    """Name the SOPs of a standard's phases where a question asks for an SOP of the standard and names no phase.

    They come in the documents' order, one for each phase; empty where the question is about something else.
    """
    best = hits[0].fact.document
    of_document = question.asked in {Asked.STEPS, Asked.DOCUMENT} or bool(question.sections & _OF_DOCUMENT)
    if question.codes or question.phases or not of_document or family(best) not in question.standards:
        return []
    if _names_more(question, lexicon):
        return []
    found: dict[str, str] = {}
    for document in [best, *index.documents]:
        phase = phase_of(index, document, lexicon) if family(document) == family(best) else ""
        if phase and index.documents[document].kind is DocumentKind.SOP:
            found.setdefault(phase, document)
    if len(found) < 2 or best not in found.values():
        return []
    return sorted(found.values(), key=index.places.__getitem__)


def phase_of(index: Index, document: str, lexicon: Lexicon) -> str:
    """Name the phase that a document's title speaks of; empty for none."""
    entries = (match.entry for match in nested_matches(names_of(index.documents[document]), lexicon))
    return next((PHASES[entry.phase] for entry in entries if entry.phase), "")


def _names_more(question: Question, lexicon: Lexicon) -> bool:
    """Whether a question names anything besides a standard and its SOP."""
    rest = question.normal
    for match in reversed(lexicon.find(rest)):
        if match.entry.standard:
            rest = f"{rest[: match.start]} {rest[match.end :]}"
    return any(word.casefold() not in _DOCUMENT_WORDS for word in content(rest))


def said(fact: Fact) -> tuple[str, ...]:
    """Give all that an answer from a fact would say, spelling aside."""
    parts = (fact.text, fact.indicator, " ".join(fact.actors), fact.charge)
    return tuple(" ".join(words_of(part)) for part in parts)


def _is_sop(index: Index, hit: Hit) -> bool:
    return index.documents[hit.fact.document].kind is DocumentKind.SOP


def _twin(best: Hit, hit: Hit) -> bool:
    """Whether another clause fits as well and says the same, and the question names no other phase or standard."""
    one, other = best.fact, hit.fact
    if hit.features["other_phase"] or hit.features["other_standard"]:
        return False
    if hit.score < best.score - _NEAR or (one.kind is not other.kind and not {one.kind, other.kind} <= STEP_KINDS):
        return False
    return fuzz.token_sort_ratio(one.text, other.text) >= _SAME
