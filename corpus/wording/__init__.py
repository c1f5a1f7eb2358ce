"""The Indonesian wording of the clauses: an unofficial translation, kept by hand beside the documents.

A sentence is worded once and used wherever the same words stand, in a near-twin or a later version too. When
a clause's words change, its hash does, and the old wording is no longer used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from corpus.wording.files import Entry, WordingError, read_file
from corpus.wording.texts import digest, has_words, texts_of

__all__ = ["FOLDER", "Entry", "WordingError", "Wordings", "has_words", "load_wordings", "texts_of"]

SHIPPED = Path(__file__).parents[1] / "documents" / "indonesian"
FOLDER = "indonesian"
"""Name of the folder with the files, beside the documents."""


class Wordings:
    """All wordings, by the hash of the source's words; of two for the same words the later one is used."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.by_digest: dict[str, Entry] = {entry.digest: entry for entry in self.entries}
        self.by_place: dict[tuple[str, str], Entry] = {(e.document, e.clause): e for e in self.entries}

    def of(self, text: str) -> str | None:
        """Give the wording of an English text; None where there is none (or none any more)."""
        entry = self.by_digest.get(digest(text))
        return entry.wording if entry else None


def load_wordings(home: Path | None = None) -> Wordings:
    """Read the shipped wordings, and those of a data folder, which govern. Raises WordingError."""
    folders = [SHIPPED, *([home / "documents" / FOLDER] if home else [])]
    files = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    return _load(tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _load(files: Sequence[tuple[Path, int]]) -> Wordings:
    return Wordings(entry for path, _ in files for entry in read_file(path))
