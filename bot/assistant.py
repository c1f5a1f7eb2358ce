"""Putting the engine together from settings: documents, lexicon, model, index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.settings import Settings
from corpus.lexicon import Lexicon, load_lexicon
from corpus.library import Library
from corpus.wording import load_wordings
from index.built import Index, IndexFolder, Progress
from index.curated import CuratedEntry, CuratedSource
from index.embed import DEFAULT_MODEL, Embedder
from index.engine import Engine
from store.curated import CuratedAnswers


@dataclass(frozen=True, slots=True)
class LibraryTexts:
    """The library as the engine reads it: raw lines of every stored version."""

    library: Library

    def lines(self, source: str, start: int, end: int) -> list[str]:
        """Give raw lines ``start`` to ``end``, 1-based, both included, as far as the source has them."""
        file = next((file for file in self.library.files() if file.name == source), None)
        if file is None:
            return []
        return file.path.read_text(encoding="utf-8").split("\n")[max(start, 1) - 1 : end]

    def sources(self) -> Sequence[str]:
        """Name all sources, retired ones too."""
        return [file.name for file in self.library.files()]


@dataclass(frozen=True, slots=True)
class StoreCurated:
    """The store's curated answers as the engine finds them; withdrawn ones are left out."""

    answers: CuratedAnswers
    zone: ZoneInfo

    def version(self) -> object:
        """Give what changes whenever the entries do."""
        return self.answers.version()

    def entries(self) -> Sequence[CuratedEntry]:
        """Give all entries; their dates are those of the zone."""
        return [
            CuratedEntry(
                id=one.id,
                address=one.address,
                question=one.question,
                answer=one.answer,
                language=one.language,
                author=one.author,
                role=one.author_role.value,
                written_on=one.written_at.astimezone(self.zone).date(),
            )
            for one in self.answers.all()
        ]


@dataclass(slots=True)
class Assistant:
    """What the commands work with; the index is opened when it is first needed."""

    settings: Settings
    library: Library
    lexicon: Lexicon
    embedder: Embedder

    @classmethod
    def of(cls, settings: Settings) -> Assistant:
        """Build it; nothing heavy happens yet but reading the lexicon."""
        embedder = Embedder(settings.model or DEFAULT_MODEL, settings.cache / "vectors.db")
        return cls(settings, Library(settings.data), load_lexicon(), embedder)

    @property
    def index_path(self) -> Path:
        """Where the index is kept."""
        return self.settings.data / "index"

    def open_index(self, progress: Progress | None = None, *, rebuild: bool = False) -> Index:
        """Load the index, or bring it up to date."""
        return self._folder().open(self.library.documents(), progress, rebuild=rebuild)

    def staleness(self) -> str:
        """Say why the saved index does not fit the documents; empty when it does."""
        return self._folder().staleness(self.library.documents())

    def engine(self, index: Index, curated: CuratedSource | None = None) -> Engine:
        """Give the engine over an index, its model loaded; ``curated`` are the answers that people wrote."""
        engine = Engine.of(index, self.embedder, self.lexicon, LibraryTexts(self.library), curated)
        self.embedder.query("siap")
        if engine.curated:
            engine.curated.refresh()
        return engine

    def _folder(self) -> IndexFolder:
        return IndexFolder(self.index_path, self.embedder, self.lexicon, load_wordings(self.settings.data))
