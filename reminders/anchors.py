"""What a time limit is counted from, as a kind of event in the academic calendar or in a run of an SOP.

The words stand in ``anchors.yaml``. A limit that names its anchor is read by those words; one that names none
by its clause, and a frequency otherwise by its length (every semester: the semester). What cannot be resolved
says why. Ratios (``at most 24 credits per semester``) bind a figure, not a time: nothing is due, so they have no
anchor. A ratio that sets a minimum is something to be reached in each period, and is kept like a frequency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from corpus.datafile import DataFile, DataFileError, Location
from corpus.lexicon.matching import key
from corpus.model import Lines, Model, TimeLimit

FILE = Path(__file__).with_name("anchors.yaml")
_RATIO = re.compile(r"(?:per\b|/)", re.IGNORECASE)
"""How the quote of a ratio begins: ``per semester``, ``/year``; a duty is kept ``at least twice per semester``."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Phrases = Annotated[tuple[Text, ...], Field(min_length=1)]


_LEAST = re.compile(r"\bat least\b|\bminimum\b|\bno fewer than\b|≥|\d\s*[–-]\s*\d|\bpaling sedikit\b", re.IGNORECASE)
_MOST = re.compile(r"\bat most\b|\bmaximum\b|\bno more than\b|≤|\bpaling banyak\b|\bmaksimal\b", re.IGNORECASE)
_FIGURE_ROOM = 60
"""Characters before a ratio within which its figure stands."""


class Why(StrEnum):
    """Why a limit has no anchor."""

    NOT_NUMERIC = "not_numeric"
    RATIO = "ratio"
    NO_START = "no_start"
    NO_DUTY = "no_duty"
    UNKNOWN_WORDS = "unknown_words"


class AnchorFileError(DataFileError):
    """A table of this room (anchors, actors) is wrong; the message names the file, the line (1-based) and the mend."""


class Kind(Model):
    """A kind of event: a day or a period, entered in the calendar or known only in a run; its names."""

    shape: Literal["day", "period"]
    source: Literal["calendar", "run"]
    en: Text
    id: Text


class Context(Model):
    """What the words of a clause tell of a limit without an anchor: its kind, or why it has none."""

    words: Phrases
    offset: Text | None = None
    kind: Text | None = None
    why: Why | None = None

    @cached_property
    def keys(self) -> frozenset[str]:
        """The words in lower case."""
        return frozenset(word for words in self.words for word in key(words))


class Resolved(Model):
    """The kind of event a limit is counted from, and the words (or the length) that told."""

    kind: str
    told_by: str


class Unresolved(Model):
    """A limit from which no date follows, and why."""

    why: Why


class Anchors(Model):
    """The table of anchors."""

    kinds: dict[Text, Kind]
    phrases: dict[Text, Phrases]
    contexts: tuple[Context, ...] = ()
    periods: dict[Text, Text]

    def resolve(self, limit: TimeLimit, clause: str) -> Resolved | Unresolved:
        """Return what ``limit`` is counted from; ``clause`` is the text it stands in."""
        if limit.offset is None:
            return Unresolved(why=Why.NOT_NUMERIC)
        if limit.anchor and not limit.offset.startswith("R/"):
            return self._by_phrase(limit.anchor)
        if _RATIO.match(limit.quote) and not _asks_for_a_minimum(limit.quote, clause):
            return Unresolved(why=Why.RATIO)
        return self._by_context(limit.offset, clause) or self._by_length(limit.offset)

    def _by_phrase(self, anchor: str) -> Resolved | Unresolved:
        words = key(anchor)
        fitting = [(phrase, kind) for phrase, kind in self._keys.items() if _holds(words, phrase)]
        if not fitting:
            return Unresolved(why=Why.UNKNOWN_WORDS)
        phrase, kind = max(fitting, key=lambda item: len(item[0]))
        return Resolved(kind=kind, told_by=" ".join(phrase))

    def _by_context(self, offset: str, clause: str) -> Resolved | Unresolved | None:
        words = set(key(clause))
        for context in self.contexts:
            if context.offset in (None, offset) and context.keys <= words:
                if context.why:
                    return Unresolved(why=context.why)
                return Resolved(kind=context.kind or "", told_by=", ".join(context.words))
        return None

    def _by_length(self, offset: str) -> Resolved | Unresolved:
        kind = self.periods.get(offset)
        return Resolved(kind=kind, told_by=offset) if kind else Unresolved(why=Why.NO_START)

    @cached_property
    def _keys(self) -> Mapping[tuple[str, ...], str]:
        return {key(phrase): kind for kind, phrases in self.phrases.items() for phrase in phrases}


def _asks_for_a_minimum(ratio: str, clause: str) -> bool:
    """Whether the figure before a ratio is the least that is wanted in each period."""
    figure = clause[: max(clause.find(ratio), 0)][-_FIGURE_ROOM:]
    return _LEAST.search(figure) is not None and _MOST.search(figure) is None


def clause_of(limit: TimeLimit, texts: Iterable[tuple[str, tuple[Lines, ...], str | None]]) -> str:
    """Return the shortest text that holds a limit's quote on one of its lines, else the quote itself.

    ``texts`` are a document's clauses with their lines and actors, as ``corpus.enrich.timed_texts`` gives them.
    """
    holding = [text for text, lines, _ in texts if limit.quote in text and _meet(limit.lines, lines)]
    return min(holding, key=len, default=limit.quote)


def _meet(some: tuple[Lines, ...], others: tuple[Lines, ...]) -> bool:
    return any(one.start <= other.end and other.start <= one.end for one in some for other in others)


def _holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


# ---------------------------------------------------------------- the file


def load_anchors(path: Path = FILE) -> Anchors:
    """Return the table of anchors in a YAML file. Raise AnchorFileError."""
    file = DataFile.of(path, AnchorFileError)
    anchors = file.read(Anchors)
    for location, problem in _faults(anchors):
        raise file.error(location, problem)
    return anchors


def _faults(anchors: Anchors) -> Iterator[tuple[Location, str]]:
    """Yield what contradicts itself, with its place: unknown kinds, phrases of two, empty contexts."""
    named: list[tuple[Location, str]] = [(("phrases", kind), kind) for kind in anchors.phrases]
    named += [(("periods", offset), kind) for offset, kind in anchors.periods.items()]
    owners: dict[tuple[str, ...], str] = {}
    for at, context in enumerate(anchors.contexts):
        if (context.kind is None) == (context.why is None):
            yield ("contexts", at), "write either `kind` or `why`"
        if context.kind:
            named.append((("contexts", at), context.kind))
    for location, kind in named:
        if kind not in anchors.kinds:
            yield location, f"`{kind}` is no kind; add it under `kinds` or use one that stands there"
    for kind, phrases in anchors.phrases.items():
        for at, phrase in enumerate(phrases):
            if owners.setdefault(key(phrase), kind) != kind:
                yield ("phrases", kind, at), f"`{phrase}` already stands under `{owners[key(phrase)]}`; keep it once"
