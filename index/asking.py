"""What kind of answer a question wants: its words say it, and its meaning where they do not.

``read_question`` knows the asking words of both languages. A small classifier over the question's vector
and those words knows the rest ("walk me through …", "through whose hands does it pass"); it is learned by
``index/evaluation/train.py`` for the default model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.question import Asked, Question
from index.vectors import Vectors

KIND_READER = Path(__file__).with_name("kinds.npz")
KINDS = tuple(Asked)
_CERTAIN = 0.5


@dataclass(frozen=True, slots=True)
class KindReader:
    """``matrix``, shape (dimension + 2 × kinds + 1, kinds): logits of the kinds; ``models`` it fits."""

    matrix: Vectors
    models: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = KIND_READER) -> KindReader | None:
        """Read the classifier; None where there is none."""
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as data:
            return cls(data["matrix"].astype(np.float32), tuple(str(name) for name in data["models"]))

    def save(self, path: Path = KIND_READER) -> None:
        """Write the classifier in half precision."""
        np.savez_compressed(path, matrix=self.matrix.astype(np.float16), models=np.array(self.models))

    def __call__(self, question: Question, vector: Vectors) -> Question:
        """Give the question with the kind that words and meaning together suggest."""
        logits = kind_signs(question, vector) @ self.matrix
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        best = KINDS[int(chances.argmax())]
        if best is question.asked or chances.max() < _CERTAIN:
            return question
        return replace(question, asked=best, also=(question.also | {question.asked}) - {best, Asked.OTHER})


def kind_signs(question: Question, vector: Vectors) -> Vectors:
    """Give what the classifier sees, shape (dimension + 2 × kinds + 1,); ``vector`` is not adapted."""
    first = [float(kind is question.asked) for kind in KINDS]
    too = [float(kind in question.also) for kind in KINDS]
    return np.concatenate([vector * 4, np.array([*first, *too, 1.0], np.float32)]).astype(np.float32)
