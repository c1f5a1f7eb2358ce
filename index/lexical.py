"""The lexical index: BM25 over tokens, asked with groups of alternatives (a word, its stem, its translations)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Group:
    """One thing asked for: tokens any of which counts, each with its weight (1 for the word itself)."""

    surface: str
    tokens: tuple[tuple[str, float], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a lookup found.

    ``scores``: BM25 of every text, shape (texts,): the sum over groups of the best token's score.
    ``weights``: how much each group tells (its rarity), shape (groups,); a group that occurs nowhere counts
    as the rarest, so that what no text speaks of lowers every text's share.
    ``places``: for each group the texts that hold it, ascending; ``values``: their scores.
    """

    scores: Scores
    weights: Scores
    places: tuple[npt.NDArray[np.int32], ...]
    values: tuple[Scores, ...]

    @property
    def alien(self) -> npt.NDArray[np.bool_]:
        """Which groups no text holds: shape (groups,)."""
        return np.array([len(places) == 0 for places in self.places], np.bool_)

    def group_values(self, texts: npt.NDArray[np.int64]) -> Scores:
        """Give the groups' scores of some texts (sorted, no doubles): shape (groups, texts)."""
        table = np.zeros((len(self.places), len(texts)), np.float32)
        for row, (places, values) in enumerate(zip(self.places, self.values, strict=True)):
            if len(places):
                where = np.minimum(np.searchsorted(places, texts), len(places) - 1)
                there = places[where] == texts
                table[row, there] = values[where[there]]
        return table

    def held(self, texts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which groups some texts hold: shape (groups, texts)."""
        if not self.places:
            return np.zeros((0, len(texts)), np.bool_)
        return np.stack([np.isin(texts, places) for places in self.places])


class LexicalIndex:
    """BM25 scores per token, kept as a sparse matrix whose columns are tokens."""

    def __init__(self, retriever: bm25s.BM25) -> None:
        self._retriever = retriever
        scores = retriever.scores
        self._data: Scores = scores["data"]
        self._indices = scores["indices"]
        self._indptr = scores["indptr"]
        self._vocabulary: dict[str, int] = retriever.vocab_dict
        self.size = int(scores["num_docs"])

    @classmethod
    def build(cls, token_lists: Sequence[Sequence[str]]) -> LexicalIndex:
        """Index texts given as token lists, in order; an empty text stays empty."""
        retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        retriever.index([list(tokens) or ["∅"] for tokens in token_lists] or [["∅"]], show_progress=False)
        return cls(retriever)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._retriever.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read the index from a folder."""
        return cls(bm25s.BM25.load(str(folder), show_progress=False))

    @property
    def vocabulary(self) -> dict[str, int]:
        """All tokens with their columns."""
        return self._vocabulary

    def __contains__(self, token: str) -> bool:
        return token in self._vocabulary

    def frequency(self, token: str) -> int:
        """In how many texts a token occurs."""
        column = self._vocabulary.get(token)
        return 0 if column is None else int(self._indptr[column + 1] - self._indptr[column])

    def rarity(self, token: str) -> float:
        """Inverse document frequency of a token, 0 for one that never occurs."""
        count = self.frequency(token)
        return float(np.log(1 + (self.size - count + 0.5) / (count + 0.5))) if count else 0.0

    def group_scores(self, group: Group) -> tuple[npt.NDArray[np.int32], Scores]:
        """Give the texts that hold any token of the group, and their best token's score."""
        parts: list[tuple[npt.NDArray[np.int32], Scores]] = []
        for token, weight in group.tokens:
            column = self._vocabulary.get(token)
            if column is None:
                continue
            start, end = self._indptr[column], self._indptr[column + 1]
            parts.append((self._indices[start:end], self._data[start:end] * np.float32(weight)))
        if not parts:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        if len(parts) == 1:
            order = np.argsort(parts[0][0], kind="stable")
            return parts[0][0][order], parts[0][1][order]
        places = np.concatenate([place for place, _ in parts])
        values = np.concatenate([value for _, value in parts])
        unique, inverse = np.unique(places, return_inverse=True)
        best = np.zeros(len(unique), np.float32)
        np.maximum.at(best, inverse, values)
        return unique.astype(np.int32), best

    def search(self, groups: Sequence[Group]) -> Found:
        """Look every group up; see `Found`."""
        total = np.zeros(self.size, np.float32)
        places, all_values = [], []
        for group in groups:
            where, values = self.group_scores(group)
            places.append(where)
            all_values.append(values * np.float32(group.weight))
            total[where] += values * np.float32(group.weight)
        weights = np.array([self.group_rarity(group) * group.weight for group in groups], np.float32)
        return Found(total, weights, tuple(places), tuple(all_values))

    def group_rarity(self, group: Group) -> float:
        """How much a group tells: the rarity of its commonest known token, or of a token found once if none is."""
        known = [self.rarity(token) for token, _ in group.tokens if token in self._vocabulary]
        return min(known) if known else float(np.log(1 + self.size / 1.5))
