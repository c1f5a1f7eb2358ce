"""A small adapter: moves a question's vector towards the clauses that answer such questions.

One matrix over the frozen default model, for questions only, so documents need no new vectors. It is
learned by ``index/evaluation/train.py`` from questions with known places; what it gains on questions that
it has not seen stands in the README.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.vectors import Vectors

ADAPTER = Path(__file__).with_name("adapter.npz")


@dataclass(frozen=True, slots=True)
class Adapter:
    """``matrix``, shape (dimension, dimension), is added to the identity; ``models`` are those it fits."""

    matrix: Vectors
    models: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = ADAPTER) -> Adapter | None:
        """Read the adapter; None where there is none."""
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as data:
            return cls(data["matrix"].astype(np.float32), tuple(str(name) for name in data["models"]))

    def save(self, path: Path = ADAPTER) -> None:
        """Write the adapter in half precision."""
        np.savez_compressed(path, matrix=self.matrix.astype(np.float16), models=np.array(self.models))

    def __call__(self, vector: Vectors) -> Vectors:
        """Move question vectors, shape (…, dimension); the result has length 1."""
        moved = vector + vector @ self.matrix
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True), np.float32)
