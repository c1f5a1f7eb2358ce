"""What the documents' time limits are counted from, and the table that says so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpus.enrich import timed_texts
from corpus.model import Document, Lines, TimeLimit, TimeLimitKind
from reminders.anchors import (
    FILE,
    AnchorFileError,
    Anchors,
    Resolved,
    Unresolved,
    Why,
    clause_of,
    load_anchors,
)

Told = tuple[str, TimeLimit, Resolved | Unresolved]


@pytest.fixture(scope="module")
def anchors() -> Anchors:
    return load_anchors()


@pytest.fixture(scope="module")
def told(documents: tuple[Document, ...], anchors: Anchors) -> list[Told]:
    """Every numeric deadline and frequency of the documents with its document's code and what was resolved."""
    kinds = (TimeLimitKind.DEADLINE, TimeLimitKind.FREQUENCY)
    return [
        (document.id, limit, anchors.resolve(limit, clause_of(limit, timed_texts(document))))
        for document in documents
        for limit in document.time_limits
        if limit.offset and limit.kind in kinds
    ]


def test_at_least_85_of_100_numeric_limits_have_an_anchor(told: list[Told]) -> None:
    resolved = [each for *_, each in told if isinstance(each, Resolved)]
    assert len(resolved) / len(told) >= 0.85


def test_whatever_has_no_anchor_says_why(told: list[Told]) -> None:
    why = Counter(each.why for *_, each in told if isinstance(each, Unresolved))
    assert Why.UNKNOWN_WORDS not in why
    assert set(why) == {Why.RATIO, Why.NO_START, Why.NO_DUTY}


@pytest.mark.parametrize(
    ("code", "quote", "kind"),
    [
        ("1.2.2", "no later than one month before the start of lectures", "semester_start"),
        ("1.2.6", "at least one day before the course begins", "semester_start"),
        ("1.2.7", "at least twice per semester", "semester"),
        ("1.2.7", "no later than 1 month prior to the academic supervision sessions", "academic_supervision"),
        ("1.2.8", "no later than 3 days before the course they teach is examined", "course_exam"),
        ("1.2.8", "no later than one week after the exam date", "course_exam"),
        ("1.2.9", "at least once every half-semester", "semester"),
        ("1.3.1", "at least one month before the start of the academic term", "semester_start"),
        ("S-SPMI-UPGRIS-1.2", "every 4–5 years", "curriculum_review"),
        ("1.5.6", "within a maximum of two weeks", "step_before"),
        ("1.5.13", "every semester", "workload_report"),
        ("S-SPMI-UPGRIS-1.6", "at least twice a week", "school_placement"),
        ("1.8.8", "at least 3 working days before the activity", "activity"),
        ("1.8.8", "no later than 7 working days after the activity has been completed", "activity"),
        ("1.8.10", "every semester", "semester"),
        ("S-SPMI-UPGRIS-1.8", "/year", "academic_year"),
        ("F-SPMI-UPGRIS-1.5", "per year", "academic_year"),
    ],
)
def test_a_clause_of_the_documents_is_counted_from_what_it_names(
    told: list[Told], code: str, quote: str, kind: str
) -> None:
    found = [each for name, limit, each in told if name.endswith(code) and limit.quote == quote]
    assert found
    assert {each.kind for each in found if isinstance(each, Resolved)} == {kind}


@pytest.mark.parametrize(
    ("code", "quote", "why"),
    [
        ("S-SPMI-UPGRIS-1.3", "per semester", Why.RATIO),
        ("SOP-SPMI-UPGRIS-1.5.13", "per semester", Why.RATIO),
        ("1.5.13", "within four semesters", Why.NO_START),
    ],
)
def test_a_clause_from_which_no_date_follows_has_no_anchor(told: list[Told], code: str, quote: str, why: Why) -> None:
    found = [each for name, limit, each in told if name.endswith(code) and limit.quote == quote]
    assert found
    assert set(found) == {Unresolved(why=why)}


@pytest.mark.parametrize(
    ("anchor", "kind"),
    [
        ("perkuliahan dimulai", "semester_start"),
        ("the Mid-Term Examination", "midterm"),
        ("the End-of-Semester Examination", "final_exam"),
        ("pelaksanaan wisuda", "graduation"),
        ("the start of the academic year", "academic_year"),
        ("tanggal Yudisium", "yudisium"),
    ],
)
def test_an_anchor_is_known_by_its_words_in_both_languages(anchors: Anchors, anchor: str, kind: str) -> None:
    found = anchors.resolve(limit(anchor), "")
    assert isinstance(found, Resolved)
    assert found.kind == kind


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("Lecturers publish a minimum of one article per semester.", "semester"),
        ("The workload amounts to 12–16 credits per semester.", "semester"),
        ("Lecturers supervise a maximum of 6 students per semester.", None),
        ("One credit is 6 students per semester.", None),
        ("At least two supervisors; no more than 6 students per semester.", None),
    ],
)
def test_a_least_figure_is_reached_in_each_period_and_a_most_one_binds_nothing(
    anchors: Anchors, clause: str, kind: str | None
) -> None:
    ratio = TimeLimit(
        quote="per semester", kind=TimeLimitKind.FREQUENCY, offset="R/P6M", lines=(Lines(start=1, end=1),)
    )
    found = anchors.resolve(ratio, clause)
    assert (found.kind if isinstance(found, Resolved) else None) == kind


def test_words_that_name_no_event_and_limits_without_a_number_are_told_apart(anchors: Anchors) -> None:
    assert anchors.resolve(limit("the blue moon"), "") == Unresolved(why=Why.UNKNOWN_WORDS)
    assert anchors.resolve(limit("kkn", offset=None), "") == Unresolved(why=Why.NOT_NUMERIC)


def limit(anchor: str, offset: str | None = "-P3D") -> TimeLimit:
    lines = (Lines(start=1, end=1),)
    return TimeLimit(quote="before it", kind=TimeLimitKind.DEADLINE, anchor=anchor, offset=offset, lines=lines)


SHIPPED = FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line_of", "problem"),
    [
        ("  kkn: [kkn,", "  knk: [kkn,", "  knk:", "`knk` is no kind"),
        ("  yudisium: [yudisium]", "  yudisium: [wisuda]", "  graduation: [", "already stands under"),
        ("  yudisium: [yudisium]", "  yudisium: []", "  yudisium: [", "at least 1 item"),
        ("R/P1Y: academic_year", "R/P1Y: yaer", "R/P1Y: yaer", "`yaer` is no kind"),
        (
            "shape: day, source: calendar, en: yudisium",
            "shape: dy, source: calendar, en: yudisium",
            "yudisium: {",
            "day",
        ),
        ("offset: P24M, why: no_start", "offset: P24M", "offset: P24M", "either `kind` or `why`"),
        ("offset: P24M, why: no_start", "offset: P24M, why: [", "  - {words: [published", "not valid YAML"),
        ("  audit: {", "  kkn: {", "  kkn: {shape: period, source: calendar, en: internal", "written twice"),
        ("phrases:\n", "phrasen:\n", "phrasen:", "`phrasen`"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line_of: str, problem: str) -> None:
    wrong = SHIPPED.replace(old, new, 1)
    assert wrong != SHIPPED
    file = tmp_path / "anchors.yaml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(AnchorFileError, match=problem) as caught:
        load_anchors(file)
    assert line_of in wrong.splitlines()[caught.value.line - 1]
    assert str(caught.value).startswith(f"anchors.yaml, line {caught.value.line}: ")


@pytest.mark.parametrize("content", [b"", b"- a\n", b"\xff\xfe", b"[" * 50])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "anchors.yaml"
    file.write_bytes(content)
    with pytest.raises(AnchorFileError, match=r"anchors\.yaml, line 1"):
        load_anchors(file)
    with pytest.raises(AnchorFileError, match="restore it"):
        load_anchors(tmp_path / "none.yaml")
