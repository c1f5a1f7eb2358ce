"""Asking back: choices where the answer would be a guess, none where the question says which document it means."""

from __future__ import annotations

import pytest

from index.engine import Engine
from index.errors import QuestionError

AMBIGUOUS = [
    ("who issues the teaching assignment letter?", {"SOP-SPMI-UPGRIS-1.2.17", "SOP-SPMI-UPGRIS-1.2.18"}),
    ("Apa saja langkah SOP standar kompetensi lulusan?", {"SOP-SPMI-UPGRIS-1.1.1", "SOP-SPMI-UPGRIS-1.1.5"}),
]
CLEAR = [
    "Apa saja langkah cuti studi?",
    "Apa saja langkah penetapan standar kompetensi lulusan?",
    "SOP 1.2.12: who decides the final project fees?",
    "Who decides the fees, according to the SOP on the final project proposal seminar?",
    "What is the minimum study success rate?",
]


@pytest.mark.parametrize(("question", "expected"), AMBIGUOUS)
def test_a_question_that_fits_several_twins_gives_them_as_choices(
    engine: Engine, question: str, expected: set[str]
) -> None:
    reply = engine.answer(question)
    names = [choice.document for choice in reply.choices]
    assert expected <= set(names)
    assert 2 <= len(names) <= 6
    assert reply.citations[0].document in names
    places = [engine.index.places[d.id] for n in names for d in engine.index.documents.values() if n in {d.id, d.code}]
    assert places == sorted(places)


def test_choices_of_a_standard_name_their_phases(engine: Engine) -> None:
    reply = engine.answer("Apa saja langkah SOP standar kompetensi lulusan?")
    phases = [choice.phase for choice in reply.choices]
    assert phases == ["penetapan", "pelaksanaan", "evaluasi", "pengendalian", "peningkatan"]


@pytest.mark.parametrize(
    "question",
    [
        "who decides the final project fees?",
        "jadwal kuliah pembagian mata kuliah kaprodi berapa lama sebelum perkuliahan",
    ],
)
def test_twins_that_answer_alike_are_not_asked_about(engine: Engine, question: str) -> None:
    reply = engine.answer(question)
    assert reply.choices == ()
    assert reply.others


@pytest.mark.parametrize("question", CLEAR)
def test_a_question_that_says_which_document_gives_no_choices(engine: Engine, question: str) -> None:
    assert engine.answer(question).choices == ()


@pytest.mark.parametrize(("question", "expected"), AMBIGUOUS)
def test_a_chosen_document_alone_answers(engine: Engine, question: str, expected: set[str]) -> None:
    for choice in engine.answer(question).choices:
        reply = engine.answer(question, document=choice.document)
        assert reply.answerable, choice
        assert {citation.document for citation in reply.citations} == {choice.document}
        assert reply.choices == ()


def test_a_document_is_chosen_by_its_id_too(engine: Engine) -> None:
    reply = engine.answer("Apa saja langkah pembinaan alumni?", document="sop-pembinaan-alumni-ppg")
    assert reply.citations[0].document == "sop-pembinaan-alumni-ppg"


def test_an_unknown_document_is_named_in_one_sentence(engine: Engine) -> None:
    with pytest.raises(QuestionError, match=r"^There is no document SOP-9: .*\.$"):
        engine.answer("Apa saja langkah cuti studi?", document="SOP-9")
