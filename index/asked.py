"""Questions asked before: what is near a new one, and whether the documents answered that.

Vectors of the questions learned from, as the model gives them. A question that nearly repeats one that the
documents answer with this very clause is answered more readily; one that nearly repeats what they do not, less.
Only the refusal uses it; the ranking gained nothing from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.search import Hit
from index.vectors import Vectors

ASKED = Path(__file__).with_name("asked.npz")
SIGNS = (
    "asked_answered",
    "asked_refused",
    "asked_gap",
    "asked_same",
    "asked_near",
    "asked_near_gap",
    "asked_share",
)
"""What it tells of a question; all 0 where nothing was asked before."""
_NEAREST = 12
_SHARE = 5
_HITS = 5
_USUAL, _SCALE = 0.9, 20.0
"""Cosine of questions on one subject, and how much a difference counts."""
_FAR = 0.8
_STEPS = 127.0


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """Known questions: ``vectors``, shape (questions, dimension), of length 1; ``answered``, shape (questions,).

    ``places`` has a row for every place where an answer stands: question, number of its source, first and last
    line; ``sources`` names the sources.
    """

    vectors: Vectors
    answered: npt.NDArray[np.bool_]
    places: npt.NDArray[np.int32]
    sources: tuple[str, ...]
    models: tuple[str, ...]

    @classmethod
    def of(
        cls,
        vectors: Vectors,
        answered: Sequence[bool],
        places: Sequence[Sequence[tuple[str, int, int]]],
        models: tuple[str, ...],
    ) -> AskedBefore:
        """Make it of vectors of length 1, and of the places (source, first and last line) that answer each."""
        sources = sorted({source for own in places for source, _, _ in own})
        rows = [(q, sources.index(s), first, last) for q, own in enumerate(places) for s, first, last in own]
        table = np.array(rows, np.int32).reshape(-1, 4)
        return cls(vectors, np.array(answered, np.bool_), table, tuple(sources), models)

    @classmethod
    def load(cls, path: Path = ASKED) -> AskedBefore | None:
        """Read it; None where there is none."""
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as data:
            names = (tuple(str(name) for name in data[key]) for key in ("sources", "models"))
            vectors = data["vectors"].astype(np.float32) / _STEPS
            return cls(vectors, data["answered"], data["places"], *names)

    def save(self, path: Path = ASKED) -> None:
        """Write it, the vectors in 8 bits."""
        np.savez_compressed(
            path,
            vectors=np.round(self.vectors * _STEPS).astype(np.int8),
            answered=self.answered,
            places=self.places,
            sources=np.array(self.sources),
            models=np.array(self.models),
        )

    def likeness(self, vector: Vectors) -> Vectors:
        """Give the cosines of a question, shape (dimension,), with all known ones: shape (questions,)."""
        return np.asarray(self.vectors @ vector, np.float32)

    def signs(self, likeness: Vectors, hits: Sequence[Hit]) -> dict[str, float]:
        """Say how a question that has these cosines and hits stands to those asked before."""
        answered, refused = likeness[self.answered], likeness[~self.answered]
        if not len(answered) or not len(refused) or not hits:
            return dict.fromkeys(SIGNS, 0.0)
        nearest = np.argsort(-likeness)[:_NEAREST]
        best, most = float(answered.max()), float(refused.max())
        places = self.places[np.isin(self.places[:, 0], nearest)]
        same = self._nearest_at(likeness, places, hits[:1])
        near = self._nearest_at(likeness, places, hits[:_HITS])
        values = (best - _USUAL, most - _USUAL, best - most, same - _USUAL, near - _USUAL, near - most)
        scaled = [_SCALE * value for value in values]
        return dict(zip(SIGNS, [*scaled, float(self.answered[nearest[:_SHARE]].mean())], strict=True))

    def _nearest_at(self, likeness: Vectors, rows: npt.NDArray[np.int32], hits: Sequence[Hit]) -> float:
        """Give the greatest cosine of a question, of those whose places are given, answered where a hit stands."""
        stands = np.zeros(len(rows), np.bool_)
        for hit in hits:
            if hit.fact.source in self.sources:
                lines, source = hit.fact.lines, self.sources.index(hit.fact.source)
                stands |= (rows[:, 1] == source) & (rows[:, 2] <= lines.end) & (rows[:, 3] >= lines.start)
        return float(likeness[rows[stands, 0]].max()) if stands.any() else _FAR
