"""Answers that people wrote, found by later questions that ask the same.

Whoever keeps such answers fills `CuratedSource`; `CuratedBook` holds their questions ready to be compared, and
follows every change of the source. A curated answer's address is its id; its author and date stand with it.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from babel.dates import format_date

from corpus.language import Language
from corpus.lexicon import Lexicon
from index.alike import Alike, Strength, Subject, differs, same_words
from index.embed import DEFAULT_MODEL, HUB_MODEL, Embedder
from index.lexical import LexicalIndex
from index.question import Question, read_question
from index.reply import CURATED, Citation, Reply, clip, source_id
from index.spelling import Speller
from index.vectors import Vectors

_ANSWER = 1800
_QUOTE = 4000
NEAREST = 8
"""Entries that are compared with a question: those of the greatest cosines."""
_LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "quality_office": "Answer by the quality office",
        "academic_administration": "Answer by the academic administration",
        "coordinator": "Answer by a coordinator",
        "administrator": "Answer by an administrator",
        "": "Answer by the staff",
        "by": "by",
        "dated": "dated",
    },
    "id": {
        "quality_office": "Jawaban LPM",
        "academic_administration": "Jawaban BAAK",
        "coordinator": "Jawaban koordinator",
        "administrator": "Jawaban pengelola",
        "": "Jawaban petugas",
        "by": "oleh",
        "dated": "tanggal",
    },
}
"""Whose answer it is, by the author's role; an unknown role has the empty one's label."""


@dataclass(frozen=True, slots=True)
class CuratedEntry:
    """A question with the answer that somebody wrote; ``address`` is ``curated:`` and the id.

    ``author`` is empty once that person is erased. Raises ValueError for any other address.
    """

    id: int
    address: str
    question: str
    answer: str
    language: Language
    author: str
    role: str
    written_on: dt.date

    def __post_init__(self) -> None:
        if self.address != f"{CURATED}{self.id}":
            raise ValueError(f"A curated answer needs its address: give {CURATED}{self.id}, not {self.address!r}.")

    def citation(self, language: Language) -> Citation:
        """Cite the answer: whose it is, the question it answers, author and date."""
        labels = _LABELS[language]
        date = format_date(self.written_on, "d MMMM y", locale=language)
        return Citation(
            source=self.address,
            document=labels.get(self.role, labels[""]),
            title=self.question,
            section=f"{labels['by']} {self.author}, {date}" if self.author else f"{labels['dated']} {date}",
            lines=(1, 1),
            quote=clip(self.answer, _QUOTE),
        )

    def reply(self, question: Question) -> Reply:
        """Answer a question with it: labels in the question's language, the answer as it was written."""
        return Reply(
            question=question.text,
            language=question.language,
            answerable=True,
            kind=question.asked.value,
            answer=clip(self.answer, _ANSWER),
            citations=(self.citation(question.language),),
            others=(),
            nearest=(),
            ms=0.0,
            curated=self.address,
        )


class CuratedSource(Protocol):
    """Where curated answers come from; may be asked from several threads."""

    def version(self) -> object:
        """Give what changes whenever the entries do; cheap, it is asked for every question."""
        ...

    def entries(self) -> Sequence[CuratedEntry]:
        """Give all entries that are in use."""
        ...


@dataclass(frozen=True, slots=True)
class CuratedMatch:
    """An entry that a question found: surely the same question (``same``), or likely the same (``close``)."""

    entry: CuratedEntry
    strength: Strength


@dataclass(frozen=True, slots=True)
class _Pages:
    """The entries as of a version, each with its subject; ``vectors``: shape (entries, dimension)."""

    version: object
    entries: tuple[CuratedEntry, ...]
    subjects: tuple[Subject, ...]
    vectors: Vectors


class CuratedBook:
    """Holds the entries of a source ready to be found; may be used from several threads."""

    def __init__(
        self, source: CuratedSource, embedder: Embedder, lexicon: Lexicon, speller: Speller, lexical: LexicalIndex
    ) -> None:
        self._source = source
        self._embedder = embedder
        self._lexicon = lexicon
        self._speller = speller
        self._lexical = lexical
        self._rule = Alike.load()
        self._fits = embedder.name in (DEFAULT_MODEL, HUB_MODEL)
        self._lock = threading.Lock()
        self._pages: _Pages | None = None

    def match(self, question: Question, vector: Vectors) -> CuratedMatch | None:
        """Find the entry that asks the same as a question, the later one of two; None if none surely does.

        ``vector`` is the question's, of length 1, as the model gives it. With a model that the rule was not learned
        for, only the same words match.
        """
        pages = self._current()
        if not pages.entries or not question.groups:
            return None
        subject = Subject.of(question, self._moved(vector), self._lexicon, self._lexical)
        near = np.argsort(-(pages.vectors @ subject.vector))[:NEAREST]
        values = [(self._value(subject, pages.subjects[place]), pages.entries[place].id, int(place)) for place in near]
        value, _, place = max(values)
        strength = self._rule.strength(value)
        return CuratedMatch(pages.entries[place], strength) if strength else None

    def at(self, source: str) -> CuratedEntry | None:
        """Give the entry whose address has this short form (see `source_id`); None if none has it any more."""
        return next((entry for entry in self._current().entries if source_id(entry.address) == source), None)

    def refresh(self) -> None:
        """Read the source if it has changed, and embed the questions that are new."""
        self._current()

    def _current(self) -> _Pages:
        version, pages = self._source.version(), self._pages
        if pages is None or pages.version != version:
            with self._lock:
                pages = self._pages
                if pages is None or pages.version != version:
                    self._pages = pages = self._read(version, pages)
        return pages

    def _read(self, version: object, before: _Pages | None) -> _Pages:
        """Read all entries; only questions that were not there before are read and embedded."""
        known = {e.question: s for e, s in zip(before.entries, before.subjects, strict=True)} if before else {}
        entries = tuple(self._source.entries())
        subjects = tuple(known.get(entry.question) or self._subject(entry.question) for entry in entries)
        vectors = np.stack([s.vector for s in subjects]) if subjects else np.zeros((0, 0), np.float32)
        return _Pages(version, entries, subjects, vectors)

    def _subject(self, text: str) -> Subject:
        question = read_question(text, self._lexicon, self._speller)
        vector = self._moved(self._embedder.query(question.normal))
        return Subject.of(question, vector, self._lexicon, self._lexical)

    def _moved(self, vector: Vectors) -> Vectors:
        return self._rule.moved(vector) if self._fits else vector

    def _value(self, one: Subject, other: Subject) -> float:
        if self._fits:
            return self._rule.value(one, other)
        return math.inf if not differs(one, other) and same_words(one, other) else -math.inf
