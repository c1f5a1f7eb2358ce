"""SOPs that are alike: the phases of one standard's cycle, and near-twins by title or by steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from corpus.language import Language
from corpus.lexicon import Phase
from corpus.model import Document, DocumentKind
from index.browse.body import phase_of, procedure_steps
from index.browse.labels import PHASES
from index.browse.shelf import Shelf
from index.browse.tree import document_key, group_number
from index.tokens import nested_matches

MOST = 8
_PHASES = list(Phase)
_TITLE = 92
"""Likeness of two titles from which they are near-twins."""
_STEPS = 78
"""Mean likeness of the steps of two SOPs, each with its nearest, from which they are near-twins."""
_PASSED_OVER = frozenset({"standar", "rancangan"})
"""Words of a title that one phase's SOP has and the next one leaves out."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A document that is like another; ``phase`` names its phase of the quality cycle, else is empty."""

    key: str
    document: str
    name: str
    phase: str
    sibling: bool
    """Whether it is another phase of the same thing; else its title or its steps are nearly the same."""


@dataclass(frozen=True, slots=True)
class _Sop:
    document: Document
    title: str
    subject: frozenset[str]
    phase: Phase | None
    steps: tuple[str, ...]


class Twins:
    """Which SOPs are alike; computed from the Indonesian titles, where they have them, and the source's steps.

    Siblings: SOPs under one standard whose titles name two phases (penetapan, pelaksanaan, evaluasi,
    pengendalian, peningkatan) of one subject: the words of one are among the other's, ``standar`` aside.
    Near-twins: titles that are nearly equal, or steps of which each has nearly the same one in the other SOP,
    both ways.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        sops = (d for d in shelf.index.documents.values() if d.kind == DocumentKind.SOP)
        self._sops = {document.id: self._sop(document) for document in sops}
        self._known: dict[str, list[tuple[str, bool]]] = {}

    def of(self, document: str, language: Language) -> list[Twin]:
        """Give the documents like one, siblings in the order of the phases first; empty for what is no SOP."""
        if document not in self._sops:
            return []
        if document not in self._known:
            self._known[document] = self._alike(self._sops[document])
        return [self._twin(other, language, sibling=sibling) for other, sibling in self._known[document]]

    def _sop(self, document: Document) -> _Sop:
        title = self.shelf.title(document, "id").casefold()
        phase = phase_of(self.shelf, document)
        steps = tuple(fact.text for fact in procedure_steps(self.shelf.facts(document)))
        return _Sop(document, title, self._subject(title), phase, steps)

    def _subject(self, title: str) -> frozenset[str]:
        """Give the words of a title without its phase and the words that come and go."""
        phases = {match.surface for match in nested_matches(title, self.shelf.lexicon) if match.entry.phase}
        for phase in phases:
            title = title.replace(phase, "")
        return frozenset(title.split()) - _PASSED_OVER

    def _alike(self, one: _Sop) -> list[tuple[str, bool]]:
        others = [sop for sop in self._sops.values() if sop is not one]
        siblings = [other for other in others if _siblings(one, other)]
        siblings.sort(key=lambda sop: _PHASES.index(sop.phase) if sop.phase else len(_PHASES))
        near = [(other, _likeness(one, other)) for other in others if other not in siblings]
        near = sorted(((other, value) for other, value in near if value), key=lambda pair: -pair[1])
        found = [*((sop, True) for sop in siblings), *((sop, False) for sop, _ in near)]
        return [(sop.document.id, sibling) for sop, sibling in found][:MOST]

    def _twin(self, document: str, language: Language, *, sibling: bool) -> Twin:
        sop = self._sops[document]
        return Twin(
            key=document_key(document),
            document=document,
            name=self.shelf.name(sop.document, language),
            phase=PHASES[language][sop.phase] if sop.phase else "",
            sibling=sibling,
        )


def _siblings(one: _Sop, other: _Sop) -> bool:
    """Whether two SOPs are phases of one thing."""
    group = group_number(one.document)
    if not group or group != group_number(other.document) or not (one.phase and other.phase):
        return False
    same = one.subject <= other.subject or other.subject <= one.subject
    return one.phase != other.phase and same and bool(one.subject and other.subject)


def _likeness(one: _Sop, other: _Sop) -> float:
    """Tell how much alike two SOPs are by title or steps, 0 where they are no near-twins."""
    title = fuzz.token_sort_ratio(one.title, other.title)
    steps = _steps_alike(one.steps, other.steps)
    return max(title if title >= _TITLE else 0.0, steps if steps >= _STEPS else 0.0)


def _steps_alike(one: Sequence[str], other: Sequence[str]) -> float:
    """Give the mean likeness of each step to its nearest in the other list, the lower one of both ways, 0 to 100."""
    if min(len(one), len(other)) < 2:
        return 0.0
    table = process.cdist(one, other, scorer=fuzz.token_sort_ratio, dtype=np.float32)
    return float(min(table.max(axis=1).mean(), table.max(axis=0).mean()))
