"""Joining what page breaks cut: whatever the cut, the same logical rows come back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.passage import Passage
from corpus.reader import Table, read_blocks
from corpus.tables import LogicalTable, TableKind, logical_tables, split_instructions, split_numbered

HEADERS = {
    TableKind.STATEMENT: "NO PS\tSTANDARD STATEMENT\tREFERENCE\tINDICATOR\tTYPE\tMETHOD\tCODE",
    TableKind.PROCEDURE: "Work Unit\tWork Instructions\tPerson in Charge",
    TableKind.MATRIX: "No.\tActivity\tDean\tLecturer",
    TableKind.INDICATOR: "No\tReference\tIndicator",
}
WORDS = st.lists(st.from_regex(r"[A-Za-z]{2,8}", fullmatch=True), min_size=1, max_size=6)
BREAKS = st.sampled_from(["", "blank", "header", "blank header"])


def tables_of(lines: list[str]) -> list[LogicalTable]:
    blocks = [block for block in read_blocks(lines) if isinstance(block, Table)]
    return [table for block in blocks for table in logical_tables(block)]


@st.composite
def cut_tables(draw: st.DrawFn) -> tuple[TableKind, list[list[str]], list[str]]:
    """A table's rows, and its lines as printed with rows cut at any word of any cell."""
    kind = draw(st.sampled_from(list(HEADERS)))
    header = HEADERS[kind]
    columns = header.count("\t")
    whole, lines = [], [header]
    for number in range(1, draw(st.integers(1, 5)) + 1):
        cells = [draw(WORDS) for _ in range(columns)]
        whole.append([f"{number}", *(" ".join(words) for words in cells)])
        rests = [cells]
        while draw(st.booleans()) and len(rests) < 3:
            cuts = [draw(st.integers(0, len(words))) for words in rests[-1]]
            if all(cut == len(words) for cut, words in zip(cuts, rests[-1], strict=True)):
                break
            last = rests.pop()
            rests.append([words[:cut] for cut, words in zip(cuts, last, strict=True)])
            rests.append([words[cut:] for cut, words in zip(cuts, last, strict=True)])
        for index, rest in enumerate(rests):
            if index or draw(st.booleans()):
                lines.extend(printed_break(draw(BREAKS), header) if index or number > 1 else [])
            first = "" if index else f"{number}"
            lines.append("\t".join([first, *(" ".join(words) for words in rest)]))
    return kind, whole, lines


def printed_break(kind: str, header: str) -> list[str]:
    return (["", " "] if "blank" in kind else []) + ([header] if "header" in kind else [])


@settings(max_examples=200, deadline=None)
@given(cut_tables())
def test_rows_cut_anywhere_come_back_whole(case: tuple[TableKind, list[list[str]], list[str]]) -> None:
    kind, whole, lines = case
    tables = tables_of(lines)
    assert [table.kind for table in tables] == [kind]
    assert [row.text for row in tables[0].rows] == whole


@settings(max_examples=100, deadline=None)
@given(cut_tables())
def test_every_cell_keeps_the_lines_it_stands_on(case: tuple[TableKind, list[list[str]], list[str]]) -> None:
    _, _, lines = case
    for row in tables_of(lines)[0].rows:
        for cell in row.cells:
            for line, text in cell.pieces:
                assert text in lines[line - 1]


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS.map(" ".join).filter(lambda text: len(text) > 2), min_size=1, max_size=12), st.booleans())
def test_numbered_instructions_split_where_the_numbers_count_up(texts: list[str], letters: bool) -> None:
    labels = [chr(ord("a") + n) if letters else str(n + 1) for n in range(len(texts))]
    mark = ")" if letters else "."
    whole = " ".join(f"{label}{mark} {text}" for label, text in zip(labels, texts, strict=True))
    assert [part.text for part in split_numbered(Passage.of(7, whole))] == texts


@given(st.text(max_size=80))
def test_splitting_any_text_loses_no_word(text: str) -> None:
    passage = Passage.of(1, text)
    left = " ".join(part.text for part in split_numbered(passage))
    assert [word for word in left.split() if len(word) > 3] == [word for word in passage.text.split() if len(word) > 3]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Form a team", ["Form a team"]),
        ("1. Form a team", ["Form a team"]),
        ("1. Form 2 teams 2. Prepare a draft", ["Form 2 teams", "Prepare a draft"]),
        ("6. Form a team 7. Prepare a draft 9. it", ["Form a team", "Prepare a draft 9. it"]),
        ("See 1. Form", ["See 1. Form"]),
        ("", []),
    ],
)
def test_numbers_split_only_as_a_chain_from_the_start(text: str, parts: list[str]) -> None:
    assert [part.text for part in split_numbered(Passage.of(1, text))] == parts


def test_list_items_go_on_after_a_page_break() -> None:
    pieces = [(3, "<ol><li>1. Tell students</li><li>2. Register</ol>"), (9, "<p>and verify</p>")]
    parts = split_instructions(pieces)
    assert [part.text for part in parts] == ["Tell students", "Register and verify"]
    assert [str(run) for run in parts[1].lines] == ["3", "9"]


def test_two_tables_printed_one_after_another_stay_two() -> None:
    lines = [HEADERS[TableKind.PROCEDURE], "Dean\tSigns\tDean", "", HEADERS[TableKind.MATRIX], "1\tSign\t1\t"]
    assert [table.kind for table in tables_of(lines)] == [TableKind.PROCEDURE, TableKind.MATRIX]


def test_header_whose_words_break_differently_is_the_same_header() -> None:
    one, other = "NO PS\tSTATEMENT\tREFER ENCE", "NO PS\tSTATEMENT\tREFERENC E"
    tables = tables_of([one, "1.1\tIt must", "", other, "\tbe so"])
    assert len(tables) == 1
    assert tables[0].rows[0].text[1] == "It must be so"


def test_row_of_column_numbers_belongs_to_the_header_each_time_it_is_printed() -> None:
    header, numbers = "No\tAspect\tCredits", "1\t2\t3"
    tables = tables_of([header, numbers, "1\tTeach", "", header, numbers, "2\tWrite"])
    assert [row.text[:2] for row in tables[0].rows] == [["1", "Teach"], ["2", "Write"]]


def test_row_cut_right_after_its_number_is_kept() -> None:
    lines = [HEADERS[TableKind.MATRIX], "1\t\t\t", "", HEADERS[TableKind.MATRIX], "\tSigns it\t1\t"]
    assert tables_of(lines)[0].rows[0].text == ["1", "Signs it", "1", ""]
