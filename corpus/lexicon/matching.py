"""Finding phrases in a text: tokens with their places, and a trie of token sequences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(r"[^\W_]+")
_CODE = re.compile(r"\b(?:[A-Za-z]+-)*\d+(?:\.\d+)+\b")
_JOINT = re.compile(r"\s*[-‐-―'’&]?\s*")
_ABBREVIATION_JOINT = re.compile(r"\.\s?")
LONGEST_ABBREVIATION = 3
SHORTEST_DOUBLED = 4


class Token(NamedTuple):
    """A word of a text in lower case, and where it stands."""

    word: str
    start: int
    end: int


def codes(text: str) -> list[tuple[int, int]]:
    """Return where document codes and dotted numbers stand (``1.2.8``, ``SOP-SPMI-UPGRIS-1.2.8``)."""
    return [match.span() for match in _CODE.finditer(text)]


def tokens(text: str) -> list[Token]:
    """Return the words of ``text``, outside codes."""
    taken = codes(text)
    return [
        Token(match.group().lower(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    ]


def key(phrase: str) -> tuple[str, ...]:
    """Return what makes two spellings the same name: their words in lower case."""
    return tuple(match.group().lower() for match in _TOKEN.finditer(phrase))


def joined(text: str, left: Token, right: Token) -> bool:
    """Whether two neighbouring words may belong to one name: only a space, hyphen or ``&`` between them.

    A point joins only after an abbreviation (``Ka. TU``); a comma, slash or bracket never does.
    """
    gap = text[left.end : right.start]
    if _JOINT.fullmatch(gap):
        return True
    return len(left.word) <= LONGEST_ABBREVIATION and _ABBREVIATION_JOINT.fullmatch(gap) is not None


def _spellings(word: str) -> Iterator[str]:
    """Yield the word, the word without ``-nya`` (kaprodinya), and without a doubling 2 (syarat2)."""
    yield word
    if word.endswith("nya") and len(word) - 3 >= LONGEST_ABBREVIATION:
        yield word[:-3]
    if word.endswith("2") and len(word) > SHORTEST_DOUBLED and word[:-1].isalpha():
        yield word[:-1]


class _Node(Generic[T]):
    __slots__ = ("next", "value")

    def __init__(self) -> None:
        self.next: dict[str, _Node[T]] = {}
        self.value: T | None = None


class PhraseTrie(Generic[T]):
    """Values by token sequence; the longest one starting at a token is found in a few dict look-ups."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def get(self, phrase: tuple[str, ...]) -> T | None:
        """Return the value stored for exactly these words, or None."""
        node: _Node[T] | None = self._root
        for word in phrase:
            node = node.next.get(word) if node else None
        return node.value if node else None

    def put(self, phrase: tuple[str, ...], value: T) -> None:
        """Store ``value`` for these words, in the place of what was there."""
        node = self._root
        for word in phrase:
            node = node.next.setdefault(word, _Node())
        node.value = value

    def longest(self, text: str, words: list[Token], first: int) -> tuple[int, T] | None:
        """Return (index after the last word, value) of the longest phrase from ``words[first]``, or None."""
        node, found = self._root, None
        for at in range(first, len(words)):
            if at > first and not joined(text, words[at - 1], words[at]):
                break
            step = next((node.next[w] for w in _spellings(words[at].word) if w in node.next), None)
            if step is None:
                break
            node = step
            if node.value is not None:
                found = (at + 1, node.value)
        return found
