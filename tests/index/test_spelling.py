"""Mending typing errors: the vocabulary of the documents in both languages; codes, figures and roles stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.lexicon import Kind, Lexicon, load_lexicon
from index.engine import Engine
from index.question import read_question
from index.spelling import Speller

_LEXICON = load_lexicon()
_ROLES = sorted(
    {
        name
        for entry in _LEXICON.entries
        if entry.kind in {Kind.ROLE, Kind.UNIT}
        for names in entry.variants.values()
        for name in names
    }
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("siapa yg nentuin dosen pembimbng skripsi", "pembimbing"),
        ("kapan evalusi pembelajarn dilakukan", "pembelajaran"),
        ("who apprves the curiculum", "curriculum"),
        ("sarna dan prasarna kelas", "prasarana"),
    ],
)
def test_typing_errors_are_mended_by_the_words_of_the_documents(engine: Engine, typed: str, meant: str) -> None:
    assert meant in engine.speller.mend(typed)


@given(st.sampled_from(_ROLES))
def test_a_name_of_a_role_or_unit_is_never_changed(name: str) -> None:
    speller = _speller()
    for text in (f"siapa {name} itu", f"who is the {name.lower()} here"):
        assert speller.mend(text) == text


@given(st.from_regex(r"(SOP-SPMI-UPGRIS-|S-SPMI-UPGRIS-|)\d\.\d{1,2}(\.\d{1,2}){0,2}", fullmatch=True))
def test_a_code_is_never_changed(code: str) -> None:
    text = f"langkah {code} apa saja"
    assert code in _speller().mend(text)
    assert read_question(text, _LEXICON, _speller()).codes


@given(st.from_regex(r"\d{1,4}([.,]\d{1,2})?(%| sks| hari)?", fullmatch=True))
def test_a_figure_is_never_changed(figure: str) -> None:
    assert figure in _speller().mend(f"apakah {figure} cukup untuk lulus")


def test_abbreviations_in_capitals_stay(engine: Engine) -> None:
    text = "BAAK UPMF LPPM KRS KHS BKD DYS"
    assert engine.speller.mend(text) == text


_SPELLERS: list[Speller] = []


def _speller() -> Speller:
    """The lexicon's vocabulary alone: what the documents add can only make more words known."""
    if not _SPELLERS:
        _SPELLERS.append(Speller(_LEXICON, []))
    return _SPELLERS[0]


def test_the_lexicon_is_the_one_of_the_engine(lexicon: Lexicon) -> None:
    assert lexicon.digest == _LEXICON.digest
