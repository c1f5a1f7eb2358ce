"""The learned parts: they fit their model only, keep vectors' length, and learning finds what it was shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.adapter import Adapter
from index.embed import DEFAULT_MODEL, Embedder
from index.engine import Engine
from index.evaluation.questions import Item
from index.evaluation.train import Asking, learn_adapter, places_of
from index.question import read_question
from index.refusal import SIGNS, Refusal, signs_of
from index.search import FEATURES, Ranking


def test_the_shipped_adapter_fits_the_default_model(engine: Engine) -> None:
    adapter = Adapter.load()
    assert adapter is not None
    assert DEFAULT_MODEL in adapter.models
    assert adapter.matrix.shape == (384, 384)
    assert np.linalg.norm(adapter.nowhere, axis=1) == pytest.approx(1, abs=1e-2)
    assert engine.adapter is not None


def test_another_model_goes_without(engine: Engine) -> None:
    other = Embedder("some/other-model")
    assert Engine.of(engine.index, other, engine.lexicon, engine.texts).adapter is None


def test_adapted_vectors_keep_their_length(engine: Engine) -> None:
    adapter = Adapter.load()
    assert adapter is not None
    vectors = engine.embedder.documents(["one", "two words"])
    assert np.linalg.norm(adapter(vectors), axis=1) == pytest.approx(1, abs=1e-4)


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    adapter = Adapter(np.eye(3, dtype=np.float32), np.ones((2, 3), np.float32), ("a", "b"))
    adapter.save(tmp_path / "a.npz")
    again = Adapter.load(tmp_path / "a.npz")
    assert again is not None
    assert again.matrix.tolist() == adapter.matrix.tolist()
    assert again.models == ("a", "b")
    assert Adapter.load(tmp_path / "none.npz") is None


def test_learning_brings_questions_to_their_clauses_and_strangers_away(engine: Engine) -> None:
    """Questions in a code that the model cannot know are found after learning, and only then."""
    facts = engine.index.facts
    chosen = [f for f in facts if f.document.endswith("1.2.7") and f.kind == "step"][:4]
    askings = []
    for number, fact in enumerate(chosen):
        item = Item(
            id=str(number),
            q_en=f"zxq{number} wvu{number}",
            q_id=f"zxq{number} wvu{number}",
            kind="other",
            lines=((fact.lines.start, fact.lines.end),),
            answerable=True,
            style="plain",
        )
        vector = engine.embedder.query(item.q_en)
        askings.append(Asking(item, read_question(item.q_en, engine.lexicon), vector, 0))
    stranger = replace(askings[0], item=askings[0].item.model_copy(update={"answerable": False, "lines": ()}))
    stranger = replace(stranger, vector=engine.embedder.query("harga bakso di kantin"))
    adapter = learn_adapter(engine.index, [*askings, stranger])
    passages = engine.index.vectors.reconstruct_n(0, engine.index.vectors.ntotal)
    for asking in askings:
        right = places_of(engine.index, asking.item)
        assert right[int((passages @ adapter(asking.vector)).argmax())]
    assert adapter.away(adapter(stranger.vector)) > max(adapter.away(adapter(a.vector)) for a in askings)


def test_every_feature_and_sign_has_a_weight() -> None:
    assert set(Ranking.load().features) == set(FEATURES)
    assert set(Refusal.load().weights) == set(SIGNS)


def test_a_stranger_is_less_likely_to_be_answered_than_a_clause(engine: Engine) -> None:
    question, hits, beside = engine.find("Siapa yang menerbitkan surat tugas mengajar?")
    strange, found, far = engine.find("berapa harga tiket kereta ke Bandung?")
    assert engine.refusal.chance(question, hits, beside) > 0.8
    assert engine.refusal.chance(strange, found, far) < 0.2
    assert set(signs_of(question, hits, beside)) == set(SIGNS)
