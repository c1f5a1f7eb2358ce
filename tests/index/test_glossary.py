"""What a term means: the documents' definitions first, the lexicon's names after, near terms where nothing fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.wording.texts import digest
from index.browse import Glossary, Shelf
from index.browse.glossary import MOST
from index.engine import Engine
from index.facts import FactKind
from index.reply import utf16_units
from playground.html import parse_html


@pytest.fixture(scope="module")
def glossary(engine: Engine) -> Glossary:
    return Glossary(Shelf(engine.index, engine.lexicon))


def test_a_term_gives_the_documents_definition_with_its_address_then_the_lexicon(glossary: Glossary) -> None:
    first, second = glossary.find("tracer study", "id")
    assert first.text.startswith("Tracer study adalah penelusuran lulusan")
    assert first.addresses[0].startswith("📄 SOP-SPMI-UPGRIS-1.1.6 · Tracer Study · § 4 Definisi · baris")
    assert first.source.startswith("A tracer study is the tracking of graduates")
    assert not first.from_lexicon
    assert second.from_lexicon
    assert "pelacakan alumni" in second.text
    assert not second.addresses


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("trcer study", "Tracer study"),
        ("UTS", "Ujian tengah semester"),
        ("mid-term exam", "Ujian tengah semester"),
        ("apa itu silabus?", "Silabus"),
        ("Competence", "Kompetensi"),
    ],
)
def test_abbreviations_other_languages_and_typing_errors_find_the_definition(
    glossary: Glossary, words: str, term: str
) -> None:
    assert glossary.find(words, "id")[0].term == term


def test_one_definition_in_many_documents_is_one_entry_with_all_addresses(glossary: Glossary) -> None:
    entries = [entry for entry in glossary.find("dosen", "id") if not entry.from_lexicon]
    assert len({entry.text.casefold() for entry in entries}) == len(entries)
    assert max(len(entry.addresses) for entry in entries) > 1
    assert all(len(entry.addresses) == len(entry.keys) for entry in entries)


def test_near_terms_are_offered_where_nothing_fits(glossary: Glossary) -> None:
    assert glossary.find("kompetensi lulusannya apa", "id") == []
    near = [name.casefold() for name in glossary.near("kompetensi lulusannya apa", "id")]
    assert "standar kompetensi lulusan" in near


def test_every_defined_term_of_the_documents_is_found(glossary: Glossary, engine: Engine) -> None:
    for fact in engine.index.facts:
        if fact.kind is FactKind.DEFINITION and (term := fact.defined(fact.source_words)):
            found = glossary.find(term, "en")
            assert digest(fact.text) in {digest(entry.text) for entry in found} or len(found) == MOST


def test_entries_are_pages_that_mark_translation_and_lexicon(glossary: Glossary) -> None:
    (page,) = glossary.pages(glossary.find("tracer study", "id"), "id")
    text, _ = parse_html(page)
    assert text.count("Terjemahan tidak resmi") == 1
    assert "(dari leksikon, bukan dari dokumen)" in text
    assert "<blockquote expandable>A tracer study is" in page
    with pytest.raises(ValueError, match="near names"):
        glossary.pages([], "id")


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(st.characters(), max_size=80), st.integers(1, 3000).map(lambda times: "dosen " * times)))
def test_anything_typed_is_answered(glossary: Glossary, words: str) -> None:
    entries = glossary.find(words, "id")
    assert len(entries) <= MOST
    assert len(glossary.near(words, "en")) <= MOST
    if entries:
        assert all(utf16_units(parse_html(page)[0]) <= 4096 for page in glossary.pages(entries, "id"))
