"""Mending typing errors: unknown words become the nearest known one; codes, figures and names stay."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from wordfreq import get_frequency_dict

from corpus.lexicon import Lexicon
from index.tokens import words_of

_WORD = re.compile(r"[^\W\d_]{4,}")
_ASKING = (
    "about after again allowed already because become before begin between could deadline define "
    "definition does during every explain happen have hello latest least long many maximum mean meaning "
    "minimum most much must need number often percent percentage person please procedure process required "
    "requirement responsible should since stand stands steps step target tell than that their there these "
    "they thing this those time under until what when where which while whom whose will with without "
    "would your apakah bagaimana berapa kapan siapa dimana mengapa kenapa langkah tahapan prosedur "
    "penanggung jawab paling lambat batas waktu minimal maksimal pengertian definisi artinya harus wajib "
    "boleh setelah sebelum selama kalau untuk dengan yang dari pada oleh dalam saja sudah belum"
).split()


_COMMON = frozenset(get_frequency_dict("en", "small")) | frozenset(get_frequency_dict("id", "small"))
"""The most frequent words of both languages: no typing errors, even if no document holds them."""


class Speller:
    """Knows the words of the documents, of the lexicon and of asking, and the common words of both languages."""

    def __init__(self, lexicon: Lexicon, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text.casefold()))
        self._counts = counts
        words = set(counts)
        words |= {
            word
            for entry in lexicon.entries
            for names in entry.variants.values()
            for name in names
            for word in _WORD.findall(name.casefold())
        }
        words |= {word for names in lexicon.function_words.values() for word in names}
        self._known = frozenset(words | set(_ASKING))
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._known):
            self._by_length.setdefault(len(word), []).append(word)
        self._nearest = lru_cache(maxsize=4096)(self._find)

    def mend(self, text: str) -> str:
        """Replace unknown words of four letters and more by the nearest known word, if one is near enough."""
        return _WORD.sub(self._mended, text)

    def _mended(self, match: re.Match[str]) -> str:
        word = match[0]
        folded = word.casefold()
        if self._is_known(folded) or (word.isupper() and len(word) <= 6):
            return word
        start, end = match.span()
        around = match.string[max(0, start - 1) : start] + match.string[end : end + 1]
        if any(sign in "-./_@0123456789" for sign in around.strip()) or words_of(word) != [folded]:
            return word
        return self._nearest(folded) or word

    def _is_known(self, word: str) -> bool:
        """Whether a word is known or common in either language, or is a regular English form of a known one."""
        if word in _COMMON:
            return True
        bases = (
            word,
            word.removesuffix("s"),
            word.removesuffix("es"),
            word.removesuffix("ed"),
            word.removesuffix("d"),
        )
        return any(base in self._known for base in (*bases, word.removesuffix("ing"), word.removesuffix("ing") + "e"))

    def _find(self, word: str) -> str | None:
        """Give the nearest known word: one error in short words, two in words of seven letters and more.

        Of several that are one error away it is the one that the documents use most.
        """
        most = 1 if len(word) < 7 else 2
        near = [w for n in range(len(word) - most, len(word) + most + 1) for w in self._by_length.get(n, [])]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=8)
        if not found:
            return None
        best = min(distance for _, distance, _ in found)
        ties = [name for name, distance, _ in found if distance == best]
        same_start = [name for name in ties if name[:2] == word[:2]]
        chosen = sorted(same_start or ties, key=lambda name: (-self._counts[name], name))
        return chosen[0] if len(chosen) == 1 or best == 1 else None
