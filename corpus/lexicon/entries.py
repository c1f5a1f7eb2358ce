"""What the lexicon holds: an entry with its names in two languages, and a place where one was found."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from corpus.datafile import DataFileError
from corpus.model import Model

Language = Literal["en", "id"]
LANGUAGES: tuple[Language, Language] = ("en", "id")


class Kind(StrEnum):
    """What sort of thing an entry names; where a name has several senses, the earlier kind comes first."""

    ROLE = "role"
    UNIT = "unit"
    TERM = "term"
    WORD = "word"


class Phase(StrEnum):
    """A phase of the cycle of internal quality assurance (PPEPP), as the SOPs of each standard run."""

    ESTABLISHMENT = "establishment"
    IMPLEMENTATION = "implementation"
    EVALUATION = "evaluation"
    CONTROL = "control"
    IMPROVEMENT = "improvement"


class Entry(Model):
    """One role, unit, term or word; ``variants`` holds every spelling, the canonical name first."""

    id: str
    kind: Kind
    variants: Mapping[Language, tuple[str, ...]]
    phase: Phase | None = None
    standard: str | None = Field(default=None, pattern=r"^\d+\.\d+$")
    note: str | None = None

    @property
    def en(self) -> str:
        """The canonical English name."""
        return self.variants["en"][0]

    @property
    def id_(self) -> str:
        """The canonical Indonesian name."""
        return self.variants["id"][0]


class Match(Model):
    """An entry found in a text: ``text[start:end] == surface``.

    ``also`` holds the other entries that share the surface: senses of lower rank, or an ambiguous name.
    """

    entry: Entry
    start: int
    end: int
    surface: str
    also: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All senses, the likeliest first."""
        return (self.entry, *self.also)


class LexiconError(DataFileError):
    """The lexicon's files are wrong; the message names the file, the line (1-based) and the mend."""
