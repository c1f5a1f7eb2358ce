"""Text that remembers the line each part of it came from."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.model import Lines

_LATEX = {
    r"\geq": "≥",
    r"\ge": "≥",
    r"\leq": "≤",
    r"\le": "≤",
    r"\times": "×",
    r"\%": "%",
    r"\rightarrow": "→",
    r"\downarrow": "↓",
    r"\leftarrow": "←",
    r"\checkmark": "✓",
}
_MATH = re.compile(r"\$([^$]{1,200})\$|<math[^>]*>(.*?)</math>")
_LINK = re.compile(r"<(https?://[^>\s]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*\\])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")


def plain(text: str) -> str:
    """Take markup away from a text: Markdown emphasis, HTML tags, LaTeX signs, doubled white space."""
    text = _MATH.sub(lambda m: _latex(m[1] or m[2] or ""), text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text) if "<" in text else text
    for _ in range(2):
        text = _EMPHASIS.sub(lambda m: m[2] or m[3], text)
    text = html.unescape(text).replace("**", "").replace("\\*", "*")
    return re.sub(r"\s+", " ", text).strip()


def _latex(text: str) -> str:
    for sign, character in _LATEX.items():
        text = re.sub(re.escape(sign) + r"(?![a-zA-Z])", f" {character} ", text)
    return re.sub(r"\s+", " ", text).strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces of plain text in reading order, each with its 1-based line; ``text`` joins them with blanks."""

    pieces: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, line: int, text: str) -> Passage:
        """Make a passage of one line's text, markup taken away; empty text gives an empty passage."""
        cleaned = plain(text)
        return cls(((line, cleaned),) if cleaned else ())

    @property
    def text(self) -> str:
        """The whole text."""
        return " ".join(text for _, text in self.pieces)

    @property
    def lines(self) -> tuple[Lines, ...]:
        """The lines the text stands on, neighbours merged."""
        return merge_lines(line for line, _ in self.pieces)

    def __add__(self, other: Passage) -> Passage:
        """Join two passages in reading order."""
        return Passage(self.pieces + other.pieces)

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return bool(self.pieces)

    def lines_of(self, start: int, end: int) -> tuple[Lines, ...]:
        """Lines of the characters ``start`` to ``end`` (exclusive) of ``text``."""
        found, position = [], 0
        for line, text in self.pieces:
            if position < end and position + len(text) > start:
                found.append(line)
            position += len(text) + 1
        return merge_lines(found) or self.lines

    def cut(self, start: int, end: int | None = None) -> Passage:
        """Cut out the characters ``start`` to ``end`` (exclusive) of ``text``, lines kept."""
        end = len(self.text) if end is None else end
        pieces, position = [], 0
        for line, text in self.pieces:
            part = text[max(0, start - position) : max(0, end - position)].strip()
            if part:
                pieces.append((line, part))
            position += len(text) + 1
        return Passage(tuple(pieces))


def merge_lines(numbers: Iterable[int]) -> tuple[Lines, ...]:
    """Turn line numbers into runs: 3, 4, 5, 9 gives 3-5 and 9."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return tuple(Lines(start=start, end=end) for start, end in runs)


def covering(lines: Iterable[Lines]) -> Lines:
    """Give the one run from the first to the last of some lines."""
    runs = list(lines)
    return Lines(start=min(run.start for run in runs), end=max(run.end for run in runs))
