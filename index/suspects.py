"""Wordings to read again: those that lie nearer to a differing clause than to the one that they word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus.wording.texts import digest
from index.built import Index
from index.facts import Fact
from index.vectors import Vectors

_BLOCK = 512
_DOUBT = 0.1
"""Difference of cosines from which a rival counts; below it near-twins are told apart by chance."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A fact whose Indonesian wording lies nearer to another fact's source, by how much (difference of cosines)."""

    fact: Fact
    other: Fact
    by: float


def suspects(index: Index) -> list[Suspect]:
    """Compare every wording with the sources that have one, by their own words; the clearest suspects first.

    The model sets texts of one language nearer to each other than it should; so each side is seen from its
    own mean. Clauses that share the source's words or the wording do not differ, and are no rivals.
    """
    worded = np.array([place for place, fact in enumerate(index.facts) if fact.wording], np.int64)
    if not len(worded):
        return []
    facts = [index.facts[place] for place in worded]
    sources, wordings = _centred(index.bare[worded]), _centred(index.bare[index.told[worded]])
    says = np.array([digest(fact.text) for fact in facts])
    tells = np.array([digest(fact.wording.text) if fact.wording else "" for fact in facts])
    found = []
    for start in range(0, len(facts), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(facts)))
        near = wordings[rows] @ sources.T
        own = near[np.arange(len(rows)), rows].copy()
        near[(says[rows][:, None] == says[None, :]) | (tells[rows][:, None] == tells[None, :])] = -1
        rivals = near.argmax(axis=1)
        for row, rival, mine in zip(rows.tolist(), rivals.tolist(), own.tolist(), strict=True):
            by = float(near[row - start, rival]) - mine
            if by > _DOUBT:
                found.append(Suspect(facts[row], facts[rival], by))
    return sorted(found, key=lambda one: -one.by)


def _centred(vectors: Vectors) -> Vectors:
    """See vectors from their mean, at length 1: shape (texts, dimension)."""
    moved = vectors - vectors.mean(axis=0)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), np.float32)
