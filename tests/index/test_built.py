"""The index on disk: loaded when it fits, brought up to date when documents change, rebuilt when damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.lexicon import Lexicon
from corpus.model import Document
from index.built import Index, IndexFolder
from index.embed import Embedder
from index.vectors import Vectors


class CountingEmbedder(Embedder):
    """Makes a vector of a text's hash, and counts the texts."""

    def __init__(self, name: str = "counting") -> None:
        super().__init__(name)
        self.count = 0

    def query(self, text: str) -> Vectors:
        return self._vector(text)

    def documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.count += len(texts)
        if progress:
            progress(len(texts))
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 0), np.float32)

    def _vector(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=16).astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture
def few(documents: tuple[Document, ...]) -> list[Document]:
    return [d for d in documents if d.id in {"SOP-SPMI-UPGRIS-1.2.8", "SOP-SPMI-UPGRIS-1.2.15"}]


def opened(folder: Path, documents: Sequence[Document], lexicon: Lexicon, model: str = "counting") -> tuple[Index, int]:
    embedder = CountingEmbedder(model)
    return IndexFolder(folder / "index", embedder, lexicon).open(documents), embedder.count


def test_first_it_is_built_then_it_is_loaded(tmp_path: Path, few: list[Document], lexicon: Lexicon) -> None:
    built, embedded = opened(tmp_path, few, lexicon)
    assert embedded == 2 * len(built.facts)
    assert built.reason == "there is no index yet"
    loaded, again = opened(tmp_path, few, lexicon)
    assert again == 0
    assert not loaded.reason
    assert [fact.id for fact in loaded.facts] == [fact.id for fact in built.facts]
    assert loaded.vectors.reconstruct(3).tolist() == built.vectors.reconstruct(3).tolist()


def test_whether_it_fits_is_said_without_building(tmp_path: Path, few: list[Document], lexicon: Lexicon) -> None:
    folder = IndexFolder(tmp_path / "index", CountingEmbedder(), lexicon)
    assert folder.staleness(few) == "there is no index yet"
    folder.open(few)
    assert folder.staleness(few) == ""
    assert folder.staleness(few[:1]) == "documents: 1 removed"
    assert IndexFolder(tmp_path / "index", CountingEmbedder("other"), lexicon).staleness(few)
    assert folder.staleness(few) == ""


def test_a_changed_document_embeds_only_its_own_new_facts(
    tmp_path: Path, few: list[Document], lexicon: Lexicon
) -> None:
    before, _ = opened(tmp_path, few, lexicon)
    steps = list(few[0].steps)
    steps[0] = steps[0].model_copy(update={"text": "The Rector announces the schedule."})
    changed = [few[0].model_copy(update={"steps": tuple(steps)}), few[1]]
    after, embedded = opened(tmp_path, changed, lexicon)
    assert embedded == 2
    assert "1 changed" in after.reason
    kept = {f.id: i for i, f in enumerate(before.facts)}
    for place, fact in enumerate(after.facts):
        if fact.id in kept:
            same = before.vectors.reconstruct(kept[fact.id])
            assert after.vectors.reconstruct(place).tolist() == same.tolist()


def test_a_removed_document_is_gone(tmp_path: Path, few: list[Document], lexicon: Lexicon) -> None:
    opened(tmp_path, few, lexicon)
    after, embedded = opened(tmp_path, few[:1], lexicon)
    assert embedded == 0
    assert {fact.document for fact in after.facts} == {few[0].id}
    assert "1 removed" in after.reason


@pytest.mark.parametrize(
    "name", ["meta.json", "vectors.faiss", "bare.npy", "tokens.json", "lexical/data.csc.index.npy"]
)
@pytest.mark.parametrize("damage", ["cut", "gone", "foreign"])
def test_a_damaged_index_is_rebuilt_with_a_word_why(
    tmp_path: Path, few: list[Document], lexicon: Lexicon, name: str, damage: str
) -> None:
    built, _ = opened(tmp_path, few, lexicon)
    path = tmp_path / "index" / name
    if damage == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"\x00not an index")
    again, embedded = opened(tmp_path, few, lexicon)
    assert embedded == 2 * len(built.facts)
    assert "damaged" in again.reason
    assert opened(tmp_path, few, lexicon)[0].reason == ""


def test_another_model_or_format_rebuilds(tmp_path: Path, few: list[Document], lexicon: Lexicon) -> None:
    opened(tmp_path, few, lexicon)
    other, embedded = opened(tmp_path, few, lexicon, model="another")
    assert embedded
    assert "counting" in other.reason
    meta = tmp_path / "index" / "meta.json"
    data = json.loads(meta.read_text())
    meta.write_text(json.dumps(data | {"format": 0}))
    assert "format 0" in opened(tmp_path, few, lexicon, model="another")[0].reason


def test_no_documents_give_an_empty_index(tmp_path: Path, lexicon: Lexicon) -> None:
    index, _ = opened(tmp_path, [], lexicon)
    assert index.facts == []
    assert opened(tmp_path, [], lexicon)[0].reason == ""


def test_vectors_are_cached_by_model_and_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    class Model:
        def encode_document(self, texts: list[str], **_: object) -> Vectors:
            calls.append(len(texts))
            return np.eye(len(texts), 4, dtype=np.float32)

    monkeypatch.setattr("index.embed.load_model", lambda name: Model())
    first = Embedder("some-model", tmp_path / "v.db").documents(["a", "b", "a"])
    assert first.shape == (3, 4)
    assert first[0].tolist() == first[2].tolist()
    again = Embedder("some-model", tmp_path / "v.db").documents(["b", "c"])
    assert again[0].tolist() == first[1].tolist()
    Embedder("other-model", tmp_path / "v.db").documents(["a"])
    assert calls == [2, 1, 1]
