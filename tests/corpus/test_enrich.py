"""What follows from a document's words: actors in sentences, time limits with tight lines."""

from __future__ import annotations

import pytest

from corpus.enrich import quote_lines, sentence_actors
from corpus.lexicon import Lexicon
from corpus.model import Document, Lines


@pytest.mark.parametrize(
    ("sentence", "actor"),
    [
        ("The Head of Programme sets the seminar schedule", "Head of Programme"),
        ("Any student wishing to take a study leave must collect a form", "student"),
        ("The First Vice Dean/Assistant Director instructs the lecturers", "First Vice Dean/Assistant Director"),
        ("Publishing grades on the notice board", None),
        ("In January the Rector signs", None),
    ],
)
def test_who_acts_is_named_at_the_start(sentence: str, actor: str | None, lexicon: Lexicon) -> None:
    assert sentence_actors(sentence, lexicon) == ((actor,) if actor else ())


def by_id(documents: tuple[Document, ...], number: str) -> Document:
    return next(d for d in documents if d.id.endswith(f"-{number}"))


def test_rows_without_marks_name_their_actor_from_the_sentence_and_say_so(documents: tuple[Document, ...]) -> None:
    rows = by_id(documents, "1.2.13").work_instructions
    assert [row.actors_from for row in rows[:3]] == ["sentence"] * 3
    assert rows[1].actors == ("Head of Programme",)
    marked = by_id(documents, "1.2.8").work_instructions[0]
    assert marked.actors_from == "marks"
    assert marked.actors == ("Vice-Rector I",)


def test_time_limits_of_a_clause(documents: tuple[Document, ...]) -> None:
    limits = {limit.offset: limit for limit in by_id(documents, "1.8.8").time_limits if limit.lines[0].start >= 7682}
    assert limits["P7D"].days == "working"
    assert limits["-P3D"].days == "working"
    supervision = by_id(documents, "1.2.7").time_limits[0]
    assert (supervision.offset, supervision.times) == ("R/P6M", 2)


def test_a_limit_cut_by_a_page_break_has_both_lines(documents: tuple[Document, ...]) -> None:
    form = by_id(documents, "1.2") if by_id(documents, "1.2").kind == "form" else None
    form = form or next(d for d in documents if d.id == "F-SPMI-UPGRIS-1.2")
    limit = next(limit for limit in form.time_limits if limit.offset == "R/P5Y")
    assert [run.start for run in limit.lines][-1] == 959


def test_the_limits_of_a_procedure_row_are_the_unit_s(documents: tuple[Document, ...]) -> None:
    limit = next(x for x in by_id(documents, "1.2.9").time_limits if x.offset == "R/P3M")
    assert limit.actor == "Head of Programme"


def test_quoted_words_are_found_on_their_lines() -> None:
    source = ["The lecturer submits the marks no later", "", "than one week after the exam date."]
    lines = (Lines(start=1, end=1), Lines(start=3, end=3))
    assert quote_lines("no later than one week after the exam", lines, source)[-1] == Lines(start=3, end=3)
    assert quote_lines("the lecturer submits the marks", lines, source) == (Lines(start=1, end=1),)
