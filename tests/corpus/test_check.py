"""What is odd in the documents is found and named."""

from __future__ import annotations

import pytest

from corpus.check import Finding, check, figure_conflicts
from corpus.library import Library
from corpus.model import Document, Lines, ProcedureRow, Statement
from corpus.plain import parse_plain

Findings = list[Finding]


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return Library().documents()


@pytest.fixture(scope="module")
def findings(documents: tuple[Document, ...]) -> Findings:
    return check(documents)


def at(findings: Findings, line: int, words: str) -> list[Finding]:
    return [one for one in findings if any(run.start <= line <= run.end for run in one.lines) and words in one.message]


def row(statement: str, indicator: str) -> Statement:
    lines = (Lines(start=1, end=1),)
    return Statement(number="1.1.1.1", statement=statement, indicator=indicator, lines=lines)


def test_statement_that_contradicts_its_indicator_is_a_warning(findings: Findings) -> None:
    found = at(findings, 182, "the statement says")
    assert [str(run) for run in found[0].lines] == ["182", "185"]
    assert found[0].severity == "warning"
    assert "2–3 years" in found[0].message
    assert "1.5–2.5 years" in found[0].message


@pytest.mark.parametrize("line", [2770, 2808, 4089, 4119, 7025, 7030, 7035])
def test_figure_that_stands_only_in_the_indicator_is_noted(findings: Findings, line: int) -> None:
    assert at(findings, line, "indicator")


@pytest.mark.parametrize("lines", [(1949, 1979), (1955, 1985), (3666, 3684)])
def test_step_with_other_actors_in_table_and_matrix_is_a_warning(findings: Findings, lines: tuple[int, int]) -> None:
    found = at(findings, lines[0], "the procedure names")
    assert [run.start for run in found[0].lines] == list(lines)
    assert found[0].severity == "warning"


def test_titles_that_disagree_or_serve_twice_are_named(findings: Findings) -> None:
    assert any("SUPERVISION OF THE LEARNING PROCESS" in one.message for one in at(findings, 1803, "sheet's title"))
    assert at(findings, 4962, "also that of SOP-SPMI-UPGRIS-1.5.10")


def test_repeated_numbers_gaps_and_drawings_are_named(findings: Findings) -> None:
    assert at(findings, 1127, "section number 5 stands twice, first at line 1122")
    assert at(findings, 1981, "row 7 of the work instructions names nobody")
    assert at(findings, 2601, "drawing")
    assert at(findings, 3051, "no person in charge")


def test_every_finding_names_lines_of_its_document(findings: Findings, documents: tuple[Document, ...]) -> None:
    spans = {document.id: document.lines for document in documents}
    for one in findings:
        span = spans[one.document]
        assert all(span.start <= run.start <= run.end <= span.end for run in one.lines), one


@pytest.mark.parametrize(
    ("statement", "indicator"),
    [
        ("at least 75% of graduates", "at least 75 % of graduates are employed"),
        ("over the last three years", "in the past 3 (three) years"),
        ("twice a semester", "2 times per semester"),
        ("3.5-4.5 years", "3.5–4.5 years"),
        ("Law No. 20 of 2003 and (a) plans, (b) funds", "(1) plans"),
        ("annual surveys", "surveys every year"),
        ("no figures", "none here"),
        ("5 lecturers", ""),
        ("setiap semester minimal tiga kali", "3 kali tiap semester"),
    ],
)
def test_figures_said_in_other_ways_are_no_conflict(statement: str, indicator: str) -> None:
    assert figure_conflicts(row(statement, indicator)) is None


def test_conflict_gives_the_figures_of_each_side() -> None:
    found = figure_conflicts(row("a ratio of 1:20 within 6 months", "a ratio of 1:30 within 6 months each year"))
    assert found == (("1:20",), ("each year", "1:30"))


def test_rows_of_any_document_are_checked() -> None:
    document = parse_plain(["# Rules", "text"], "rules.txt", "en")
    instruction = document.sections[0].clauses[0]
    rows = (ProcedureRow(unit="Dean", instructions=(instruction,), person_in_charge="", lines=instruction.lines),)
    found = check([document.model_copy(update={"procedure": rows})])
    assert [one.message for one in found] == ["no person in charge stands beside 'text'"]


def test_nothing_is_found_where_nothing_is() -> None:
    assert check([]) == []
