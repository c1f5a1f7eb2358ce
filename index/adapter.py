"""A small adapter: moves a question's vector towards the clauses that answer such questions.

One matrix over the frozen default model, for questions only, so documents need no new vectors; beside it a
few vectors of "nowhere", near which questions lie that such documents do not answer (amounts, penalties,
telephone numbers …). Both are learned by ``index/evaluation/train.py`` from questions with known places;
what they gain on questions that they have not seen stands in the README.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.vectors import Vectors

ADAPTER = Path(__file__).with_name("adapter.npz")


@dataclass(frozen=True, slots=True)
class Adapter:
    """The matrix is added to the identity.

    ``matrix``: shape (dimension, dimension); ``nowhere``: shape (places, dimension), L2-normalised;
    ``models``: names of the models that it fits.
    """

    matrix: Vectors
    nowhere: Vectors
    models: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = ADAPTER) -> Adapter | None:
        """Read the adapter; None where there is none."""
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as data:
            matrix, nowhere = (data[name].astype(np.float32) for name in ("matrix", "nowhere"))
            return cls(matrix, nowhere, tuple(str(name) for name in data["models"]))

    def save(self, path: Path = ADAPTER) -> None:
        """Write the adapter in half precision."""
        matrix, nowhere = self.matrix.astype(np.float16), self.nowhere.astype(np.float16)
        np.savez_compressed(path, matrix=matrix, nowhere=nowhere, models=np.array(self.models))

    def __call__(self, vector: Vectors) -> Vectors:
        """Move question vectors, shape (…, dimension); the result has length 1."""
        moved = vector + vector @ self.matrix
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True), np.float32)

    def away(self, vector: Vectors) -> float:
        """How near an adapted question lies to what documents do not answer: the greatest cosine."""
        return float((self.nowhere @ vector).max())
