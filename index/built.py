"""The built index: facts with their vectors and their words, saved, loaded, brought up to date."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import numpy.typing as npt

from corpus.lexicon import Lexicon
from corpus.model import Document
from corpus.wording import Wordings
from index.facts import Fact, FactKind, Words, facts_of, names_of, wording_of_names
from index.lexical import LexicalIndex
from index.tokens import document_tokens
from index.vectors import Vectors

if TYPE_CHECKING:  # it brings the model's library, seconds that only those who embed should wait
    from index.embed import Embedder

FORMAT = 3
"""Raise it when what is saved changes its meaning: older indexes are then rebuilt."""

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


class StaleIndexError(Exception):
    """A saved index that cannot be used as it is; the message says why."""


@dataclass(slots=True)
class Index:
    """Facts in order, with a FAISS index of their vectors (inner product) and a lexical one of their words.

    ``vectors`` holds a row for every way in which a fact is said: the sources' in the order of the facts, then
    the Indonesian wordings'; ``owner`` gives the fact of each row, ``told`` each fact's row in Indonesian (the
    source's where there is no other). ``bare`` are the vectors of the facts' own words, without document and
    kind, shape (rows, dimension).

    ``reason`` says in one sentence why the index was (re)built, and is empty when it was loaded.
    """

    facts: list[Fact]
    documents: dict[str, Document]
    vectors: faiss.Index
    bare: Vectors
    lexical: LexicalIndex
    titles: LexicalIndex
    tokens: list[list[str]]
    model: str
    wordings: Wordings
    reason: str = ""
    embedded: int = 0
    owner: npt.NDArray[np.int64] = field(init=False)
    told: npt.NDArray[np.int64] = field(init=False)
    places: dict[str, int] = field(default_factory=dict)
    by_document: dict[str, list[Fact]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {document: place for place, document in enumerate(self.documents)}
        for fact in self.facts:
            self.by_document.setdefault(fact.document, []).append(fact)
        self.owner = np.array([place for place, _ in rows_of(self.facts)], np.int64)
        self.told = np.arange(len(self.facts))
        self.told[self.owner[len(self.facts) :]] = np.arange(len(self.facts), len(self.owner))


def browsable(documents: Iterable[Document], wordings: Wordings) -> Index:
    """Give an index to browse, made in no time; searching finds nothing in it, for it has no vectors or words."""
    by_id = {document.id: document for document in documents}
    facts = [fact for document in by_id.values() for fact in facts_of(document, wordings)]
    nothing = np.zeros((0, 1), np.float32)
    empty = LexicalIndex.build([])
    return Index(facts, by_id, faiss.IndexFlatIP(1), nothing, empty, empty, [], "", wordings)


def rows_of(facts: Sequence[Fact]) -> list[tuple[int, Words]]:
    """Give a fact's place and words for every row of vectors: the sources' first, then the wordings'."""
    sources = [(place, fact.source_words) for place, fact in enumerate(facts)]
    return sources + [(place, fact.wording) for place, fact in enumerate(facts) if fact.wording]


def documents_hash(facts: Iterable[Fact]) -> dict[str, str]:
    """Hash what is indexed of each document, by document."""
    hashes: dict[str, Any] = {}
    for fact in facts:
        passages = "|".join(fact.passage(words) for words in fact.tellings)
        hashes.setdefault(f"{fact.source}|{fact.document}", hashlib.sha256()).update(f"{fact.id}|{passages}\n".encode())
    return {document: value.hexdigest() for document, value in hashes.items()}


def content_of(fact: Fact, words: Words) -> str:
    """Give the words a fact is found by, besides its document's title."""
    parts = [words.text, words.indicator if words.indicator != words.text else "", *words.actors]
    if fact.kind in {FactKind.STATEMENT, FactKind.TABLE, FactKind.PROCEDURE, FactKind.FORM_ROLE}:
        parts.append(fact.label)
    if fact.kind in {FactKind.STEP, FactKind.WORK_INSTRUCTION}:
        parts.append(fact.group)
    return " ".join(part for part in parts if part)


def tokens_of(fact: Fact, lexicon: Lexicon) -> list[str]:
    """Give the tokens a fact is found by, of every way in which it is said; a lexicon entry counts once."""
    tokens = document_tokens(content_of(fact, fact.source_words), fact.language, lexicon)
    if fact.wording:
        known = {token for token in tokens if token.startswith("#")}
        told = document_tokens(content_of(fact, fact.wording), "id", lexicon)
        tokens += [token for token in told if token not in known]
    return tokens


def title_index(documents: Iterable[Document], lexicon: Lexicon, wordings: Wordings) -> LexicalIndex:
    """Index the documents' titles, in both languages where they have them, and codes, in order."""
    rows = []
    for d in documents:
        tokens = document_tokens(f"{names_of(d)} {d.code or ''}", d.language, lexicon, nested=True)
        told = document_tokens(wording_of_names(d, wordings), "id", lexicon, nested=True)
        rows.append(tokens + [token for token in told if token not in tokens])
    return LexicalIndex.build(rows)


class IndexFolder:
    """Where an index is kept: ``meta.json``, ``vectors.faiss``, ``bare.npy``, ``tokens.json``, ``lexical/``."""

    def __init__(self, folder: Path, embedder: Embedder, lexicon: Lexicon, wordings: Wordings | None = None) -> None:
        self.folder = folder
        self.embedder = embedder
        self.lexicon = lexicon
        self.wordings = wordings or Wordings()

    def open(self, documents: Sequence[Document], progress: Progress | None = None, *, rebuild: bool = False) -> Index:
        """Load the index if it fits the documents, else bring it up to date and save it.

        Only facts that are new are embedded; the others' vectors come from the saved index or the cache.
        """
        by_id = {document.id: document for document in documents}
        facts = self._facts(documents)
        saved, reason = (None, "a rebuild was asked for") if rebuild else self._compare(facts)
        if saved and not reason:
            return self._assemble(by_id, facts, saved.vectors, saved.bare, saved.lexical, saved.tokens)
        return self._build(by_id, facts, saved, reason, progress)

    def staleness(self, documents: Sequence[Document]) -> str:
        """Say why `open` would not take the saved index as it is; empty when it would."""
        return self._compare(self._facts(documents))[1]

    def _facts(self, documents: Iterable[Document]) -> list[Fact]:
        return [fact for document in documents for fact in facts_of(document, self.wordings)]

    def _compare(self, facts: Sequence[Fact]) -> tuple[_Saved | None, str]:
        """Give what is saved, None where it is of no use, and why it does not fit the facts (empty: it does)."""
        try:
            saved = self._read()
            reason = _difference(saved.meta["documents"], documents_hash(facts))
            if not reason and saved.meta["lexicon"] != self.lexicon.digest:
                reason = "the lexicon has changed"
        except StaleIndexError as error:
            return None, str(error)
        return saved, reason

    def info(self) -> dict[str, Any]:
        """Give the saved index's meta data; empty when there is none."""
        path = self.folder / "meta.json"
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _assemble(
        self,
        documents: dict[str, Document],
        facts: list[Fact],
        vectors: faiss.Index,
        bare: Vectors,
        lexical: LexicalIndex,
        tokens: list[list[str]],
    ) -> Index:
        titles = title_index(documents.values(), self.lexicon, self.wordings)
        return Index(facts, documents, vectors, bare, lexical, titles, tokens, self.embedder.name, self.wordings)

    def _build(
        self,
        documents: dict[str, Document],
        facts: list[Fact],
        saved: _Saved | None,
        reason: str,
        progress: Progress | None,
    ) -> Index:
        same_lexicon = saved is not None and saved.meta["lexicon"] == self.lexicon.digest
        known_tokens = dict(zip(saved.meta["facts"], saved.tokens, strict=True)) if saved and same_lexicon else {}
        tokens = [known_tokens.get(_fact_key(fact)) or tokens_of(fact, self.lexicon) for fact in facts]
        matrix, bare, embedded = self._vectors(facts, saved, progress)
        vectors = faiss.IndexFlatIP(matrix.shape[1] if len(facts) else 1)
        if len(facts):
            vectors.add(matrix)
        index = self._assemble(documents, facts, vectors, bare, LexicalIndex.build(tokens), tokens)
        index.reason, index.embedded = reason, embedded
        self._write(index)
        return index

    def _vectors(
        self, facts: Sequence[Fact], saved: _Saved | None, progress: Progress | None
    ) -> tuple[Vectors, Vectors, int]:
        """Give the vectors of passages and of bare texts, shape (rows, dimension), and how many rows were new."""
        old: Mapping[str, int] = {key: i for i, key in enumerate(saved.meta["passages"])} if saved else {}
        rows = rows_of(facts)
        keys = [_passage_key(facts[place], words) for place, words in rows]
        new = [i for i, key in enumerate(keys) if key not in old]
        fresh_rows = [(facts[rows[i][0]], rows[i][1]) for i in new]
        texts = [f.passage(words) for f, words in fresh_rows] + [f.bare(words) for f, words in fresh_rows]
        done, total = 2 * (len(rows) - len(new)), 2 * len(rows)

        def hear(more: int) -> None:
            nonlocal done
            done += more
            if progress:
                progress("Embedding", done, total)

        hear(0)
        fresh = self.embedder.documents(texts, hear)
        dimension = fresh.shape[1] or (saved.vectors.d if saved else 0)
        passages, bare = (np.zeros((len(rows), dimension), np.float32) for _ in range(2))
        if new:
            passages[new], bare[new] = fresh[: len(new)], fresh[len(new) :]
        if saved:
            for place, key in enumerate(keys):
                if key in old:
                    passages[place] = saved.vectors.reconstruct(old[key])
                    bare[place] = saved.bare[old[key]]
        return passages, bare, len(new)

    def _write(self, index: Index) -> None:
        """Save the index beside the old one, then put it in its place."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".index-", dir=self.folder.parent))
        faiss.write_index(index.vectors, str(fresh / "vectors.faiss"))
        np.save(fresh / "bare.npy", index.bare)
        (fresh / "tokens.json").write_text(json.dumps(index.tokens, ensure_ascii=False), encoding="utf-8")
        index.lexical.save(fresh / "lexical")
        meta = {
            "format": FORMAT,
            "model": index.model,
            "dimension": index.vectors.d,
            "lexicon": self.lexicon.digest,
            "documents": documents_hash(index.facts),
            "facts": [_fact_key(fact) for fact in index.facts],
            "passages": [_passage_key(index.facts[place], words) for place, words in rows_of(index.facts)],
            "files": {str(p.relative_to(fresh)): _digest(p) for p in sorted(fresh.rglob("*")) if p.is_file()},
        }
        (fresh / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
        old = self.folder.with_name(f".old-{fresh.name}")
        if self.folder.exists():
            self.folder.rename(old)
        fresh.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def _read(self) -> _Saved:
        """Read the saved index.

        Raises:
            StaleIndexError: there is none, or it is damaged, of another format or another model.
        """
        if not self.folder.exists():
            raise StaleIndexError("there is no index yet")
        meta = self.info()
        if not meta:
            raise StaleIndexError("the index's meta.json is missing or damaged")
        if meta.get("format") != FORMAT:
            raise StaleIndexError(f"the index has format {meta.get('format')}, this program writes {FORMAT}")
        if meta.get("model") != self.embedder.name:
            raise StaleIndexError(f"the index was built with the model {meta.get('model')}")
        try:
            damaged = [n for n, digest in meta["files"].items() if _digest(self.folder / n) != digest]
            if damaged:
                raise StaleIndexError(f"the index is damaged: {damaged[0]} has changed")
            vectors = faiss.read_index(str(self.folder / "vectors.faiss"))
            tokens = json.loads((self.folder / "tokens.json").read_text(encoding="utf-8"))
            bare = np.load(self.folder / "bare.npy", allow_pickle=False)
            saved = _Saved(meta, vectors, bare, LexicalIndex.load(self.folder / "lexical"), tokens)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise StaleIndexError(f"the index is damaged ({type(error).__name__})") from error
        if not vectors.ntotal == len(bare) == len(meta["passages"]) or len(meta["facts"]) != len(tokens):
            raise StaleIndexError("the index is damaged: its parts have different sizes")
        return saved


@dataclass(slots=True)
class _Saved:
    meta: dict[str, Any]
    vectors: faiss.Index
    bare: Vectors
    lexical: LexicalIndex
    tokens: list[list[str]]


def _passage_key(fact: Fact, words: Words) -> str:
    return hashlib.sha256(f"{fact.passage(words)}|{fact.bare(words)}".encode()).hexdigest()[:24]


def _fact_key(fact: Fact) -> str:
    """Name a fact with its wording: its tokens change with either."""
    return fact.id + (hashlib.sha256(repr(fact.wording).encode()).hexdigest()[:8] if fact.wording else "")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _difference(saved: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Say what differs between the documents indexed and those wanted; empty when nothing does."""
    new = [name for name in wanted if name not in saved]
    gone = [name for name in saved if name not in wanted]
    changed = [name for name in wanted if name in saved and wanted[name] != saved[name]]
    if not (new or gone or changed):
        return ""
    parts = [(new, "new"), (changed, "changed"), (gone, "removed")]
    return "documents: " + ", ".join(f"{len(names)} {word}" for names, word in parts if names)
