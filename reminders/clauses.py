"""A clause of the documents as rules, runs and reminders keep it: its words in both languages, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from store.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class SourceClause:
    """A clause with its address.

    ``document`` is the document's id, ``code`` its code as printed (else the id), ``lines`` the first and the
    last line in ``source``, 1-based. ``actors`` are lexicon ids of who acts, the main one first; ``number`` is
    a step's number, empty for what is no step.
    """

    document: str
    code: str
    title: Bilingual
    source: str
    lines: tuple[int, int]
    text: Bilingual
    actors: tuple[str, ...]
    number: str = ""
