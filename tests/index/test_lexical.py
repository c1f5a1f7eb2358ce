"""The lexical index: alternatives count once, codes match exactly, what is nowhere lowers every share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.lexicon import Lexicon
from index.lexical import Group, LexicalIndex
from index.tokens import codes_in, document_tokens, stem, words_of

TEXTS = [["exam", "question", "1.2.8"], ["exam", "committee"], ["thesis", "#final-project"], []]


def group(*tokens: str, weight: float = 1.0) -> Group:
    return Group(tokens[0], tuple((token, 1.0) for token in tokens), weight)


def test_alternatives_of_one_group_count_once() -> None:
    index = LexicalIndex.build(TEXTS)
    one = index.search([group("thesis")]).scores[2]
    both = index.search([group("thesis", "#final-project")]).scores[2]
    assert both == pytest.approx(one)


def test_codes_match_exactly() -> None:
    index = LexicalIndex.build(TEXTS)
    found = index.search([group("1.2.8")])
    assert found.scores.argmax() == 0
    assert not index.search([group("1.2.80")]).scores.any()


def test_a_group_that_occurs_nowhere_is_alien_and_heavy() -> None:
    index = LexicalIndex.build(TEXTS)
    found = index.search([group("exam"), group("turnitin")])
    assert found.alien.tolist() == [False, True]
    assert found.weights[1] > found.weights[0]


def test_values_of_chosen_texts_are_those_of_the_search() -> None:
    index = LexicalIndex.build(TEXTS)
    groups = [group("exam", "committee"), group("thesis")]
    found = index.search(groups)
    table = found.group_values(np.arange(4))
    assert table.sum(axis=0).tolist() == pytest.approx(found.scores.tolist())
    assert (table > 0).tolist() == found.held(np.arange(4)).tolist()


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "lexical")
    again = LexicalIndex.load(tmp_path / "lexical")
    groups = [group("exam"), group("#final-project")]
    assert again.search(groups).scores.tolist() == index.search(groups).scores.tolist()


def test_an_empty_index_finds_nothing() -> None:
    assert not LexicalIndex.build([]).search([group("exam")]).scores.any()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("SOP-SPMI-UPGRIS-1.2.8", ["1.2.8"]),
        ("standar 1.1.13.1 dan 1.3.11. 1", ["1.1.13.1", "1.3.11.1"]),
        ("S-SPMI-UPGRIS-1.6", ["1.6"]),
        ("pukul 07.30", ["07.30"]),
        ("no code 12", []),
        ("3.25", ["3.25"]),
    ],
)
def test_codes_are_found(text: str, codes: list[str]) -> None:
    assert codes_in(text) == codes


def test_both_languages_are_stemmed() -> None:
    assert stem("examinations", "en") == stem("examination", "en")
    assert stem("melaksanakan", "id") == stem("dilaksanakan", "id") == stem("pelaksanaan", "id")
    assert stem("three", "en") == stem("tiga", "id") == "3"


def test_a_role_is_one_token_whatever_it_is_called(lexicon: Lexicon) -> None:
    names = ["Head of Programme", "Programme Coordinator", "Kaprodi", "Ketua Program Studi"]
    ids = [{t for t in document_tokens(name, "en", lexicon) if t.startswith("#")} for name in names]
    assert ids[0]
    assert set.intersection(*ids)


@given(st.text(max_size=80))
def test_any_text_gives_words(text: str) -> None:
    assert all(word == word.casefold() for word in words_of(text))
