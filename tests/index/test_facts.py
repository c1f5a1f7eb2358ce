"""Facts: every one has an address that holds, and an id that stays."""

from __future__ import annotations

from corpus.library import Library
from corpus.model import Document
from corpus.wording import Wordings
from index.facts import Fact, FactKind, facts_of


def test_ids_are_unique_and_the_same_every_time(documents: tuple[Document, ...], facts: list[Fact]) -> None:
    again = [fact.id for document in documents for fact in facts_of(document)]  # wordings do not change them
    assert [fact.id for fact in facts] == again
    assert len(set(again)) == len(again)


def test_every_fact_stands_where_it_says(facts: list[Fact]) -> None:
    library = Library(None)
    for fact in facts:
        lines = library.lines(fact.source, fact.lines.start, fact.lines.end)
        assert lines, fact
        if fact.kind in {FactKind.DOCUMENT, FactKind.TABLE}:
            continue
        last_word = next((word for word in reversed(fact.text.split()) if word.isalpha() and len(word) > 3), "")
        assert last_word in "\n".join(lines), fact


def test_a_procedure_row_gives_one_fact_an_instruction_with_its_roles(facts: list[Fact]) -> None:
    row = [f for f in facts if f.document == "SOP-SPMI-UPGRIS-1.2.16" and f.actors == ("Committee",)]
    procedure = [f for f in row if f.kind is FactKind.PROCEDURE]
    assert len(procedure) == 10
    assert {fact.charge for fact in procedure} == {"Head of LPPM"}
    assert procedure[0].lines.start == 2388
    assert procedure[1].lines.start == 2396


def test_a_definition_knows_what_it_defines(facts: list[Fact]) -> None:
    heads = {f.defined(words) for f in facts if f.kind is FactKind.DEFINITION for words in f.tellings}
    assert "Learning resources" in heads
    assert "Alumni PPG" in heads
    assert "'development'" in heads
    assert "Sumber belajar" in heads


def test_a_list_under_a_sentence_is_one_fact(facts: list[Fact]) -> None:
    chair = next(f for f in facts if f.document.endswith("1.2.8") and "serving as Chair" in f.text)
    assert "4) Assign tasks" in chair.text
    assert (chair.lines.start, chair.lines.end) == (1617, 1621)


def test_time_limits_go_with_their_clause(facts: list[Fact]) -> None:
    step = next(f for f in facts if f.kind is FactKind.STEP and f.lines.start == 1652)
    assert [limit.offset for limit in step.limits] == ["P7D"]


def test_every_fact_of_an_english_document_is_said_in_indonesian_too(facts: list[Fact]) -> None:
    assert {fact.language for fact in facts if fact.wording} == {"en"}
    assert all(fact.wording for fact in facts if fact.language == "en")


def test_an_indonesian_document_needs_no_wording(facts: list[Fact]) -> None:
    alumni = [fact for fact in facts if fact.language == "id"]
    assert alumni
    assert all(fact.words("id") == fact.words("en") == fact.source_words for fact in alumni)


def test_a_fact_without_wording_says_what_the_source_says(documents: tuple[Document, ...]) -> None:
    document = next(d for d in documents if d.id == "SOP-SPMI-UPGRIS-1.2.8")
    for fact in facts_of(document, Wordings()):
        assert fact.wording is None
        assert fact.words("id").text == fact.text


def test_the_wording_of_a_fact_is_made_of_the_same_parts(facts: list[Fact]) -> None:
    chair = next(f for f in facts if f.document.endswith("1.2.8") and "serving as Chair" in f.text)
    assert chair.wording
    assert [f"{number}) " in chair.wording.text for number in range(1, 5)] == [True] * 4
    assert chair.passage(chair.wording).startswith("Ujian tengah semester")
