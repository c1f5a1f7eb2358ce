"""Tables as a person reads them: repeated headers dropped, rows joined that a page break cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.passage import Passage
from corpus.reader import Row, Table, same_header


class TableKind(StrEnum):
    """What a table holds, told by its header row alone (headings above tables are often wrong)."""

    APPROVAL = "approval"
    STATEMENT = "statement"
    INDICATOR = "indicator"
    PROCEDURE = "procedure"
    MATRIX = "matrix"
    OTHER = "other"
    PLAIN = "plain"


@dataclass(slots=True)
class LogicalRow:
    """A whole row: its cells joined over page breaks, and each cell's raw pieces for the marks in them."""

    cells: list[Passage]
    raw: list[list[str]]

    @property
    def text(self) -> list[str]:
        """The cells' texts."""
        return [cell.text for cell in self.cells]


@dataclass(slots=True)
class LogicalTable:
    """A whole table: its kind, its header row and its rows."""

    kind: TableKind
    header: Row | None
    rows: list[LogicalRow] = field(default_factory=list)
    subheaders: list[list[str]] = field(default_factory=list)

    @property
    def headers(self) -> list[str]:
        """The header cells' texts, blanks inside broken words left as printed."""
        return [cell.text for cell in self.header.cells] if self.header else []

    @property
    def line(self) -> int:
        """The first line of the table."""
        if self.header:
            return self.header.line
        return next((c.pieces[0][0] for row in self.rows for c in row.cells if c), 0)


_ACTIVITY = re.compile(r"(activit(y|ies)( details?)?|details? of (the )?(activit(y|ies)|events?))", re.IGNORECASE)
_UNIT = re.compile(r"(work units?|departments?|units?)( section|/department)?", re.IGNORECASE)
_CHARGE = re.compile(r"person in charge|responsible", re.IGNORECASE)


def header_kind(row: Row) -> TableKind | None:
    """Tell what table a row is the header of; None when it is no header."""
    cells = [cell.text for cell in row.cells]
    first = cells[0].rstrip(".").casefold()
    second = cells[1] if len(cells) > 1 else ""
    if first == "process":
        return TableKind.APPROVAL
    if first == "no ps":
        return TableKind.STATEMENT
    if _UNIT.fullmatch(cells[0]) and _CHARGE.search(cells[-1]):
        return TableKind.PROCEDURE
    if first in {"no", "nomor"}:
        if _ACTIVITY.fullmatch(second):
            return TableKind.MATRIX
        return TableKind.INDICATOR if second.casefold() == "reference" else TableKind.OTHER
    return None


def logical_tables(table: Table) -> list[LogicalTable]:
    """Split rows printed one after another into tables, and join what page breaks cut.

    A row whose first cell is empty is the rest of the row before it where a page break stands between
    (blank lines, a repeated header), and everywhere in tables whose rows all have a first cell.
    """
    tables: list[LogicalTable] = []
    seen: list[Row] = []
    broken = False
    for row in table.rows:
        kind = header_kind(row)
        if kind is not None:
            broken = True
            if not any(same_header(row, header) for header in seen):
                seen = [*seen, row] if tables and tables[-1].kind == kind == TableKind.OTHER else [row]
                tables.append(LogicalTable(kind, row))
                broken = False
            continue
        if not tables:
            tables.append(LogicalTable(TableKind.PLAIN, None))
        current = tables[-1]
        if _is_subheader(current, row):
            current.subheaders.append([cell.text for cell in row.cells])
            continue
        _add_row(current, row, broken or row.after_break)
        broken = False
    return tables


def _is_subheader(table: LogicalTable, row: Row) -> bool:
    """Whether a row only continues the header: ``R | KR`` under ``Max. Credits``, or the columns' numbers.

    It stands before the first row, and again, word for word, where a page break repeats the header.
    """
    texts = [cell.text for cell in row.cells]
    if table.rows:
        return texts in table.subheaders
    filled = [text for text in texts if text]
    if len(filled) > 2 and filled == [str(number) for number in range(1, len(filled) + 1)]:
        return True
    if texts[0] or table.header is None:
        return False
    if table.kind == TableKind.APPROVAL:
        return "NAME" in texts
    return texts[1:2] == [""] and table.kind in {TableKind.INDICATOR, TableKind.OTHER} and bool(filled)


def _add_row(table: LogicalTable, row: Row, after_break: bool) -> None:
    rows = table.rows
    whole_rows = table.kind in {
        TableKind.STATEMENT,
        TableKind.INDICATOR,
        TableKind.PROCEDURE,
        TableKind.MATRIX,
    }
    if rows and not row.cells[0] and (whole_rows or (after_break and _is_rest(table, row))):
        join_rows(rows[-1], row)
    else:
        rows.append(LogicalRow(list(row.cells), [[cell] for cell in row.raw]))


def _is_rest(table: LogicalTable, row: Row) -> bool:
    """Whether a row without a number is the rest of a cut row (here, whole rows may lack numbers too)."""
    texts = [cell.text for cell in row.cells if cell]
    return table.kind == TableKind.OTHER and bool(texts) and bool(re.match(r"[a-z\-(]", texts[0]))


def join_rows(whole: LogicalRow, rest: Row) -> None:
    """Add the rest of a cut row to the row, cell by cell."""
    for column, cell in enumerate(rest.cells):
        if column >= len(whole.cells):
            whole.cells.append(cell)
            whole.raw.append([rest.raw[column]])
        elif cell or rest.raw[column].strip():
            whole.cells[column] += cell
            whole.raw[column].append(rest.raw[column])


_LIST_ITEM = re.compile(r"<li[^>]*>(.*?)(?=</li>|<li|</ol>|</ul>|$)", re.IGNORECASE | re.DOTALL)
_NUMBERED = re.compile(r"(?:^|(?<=\s))(\d{1,2}|[a-z])[.)]\s+(?=\S)")


def split_instructions(lines: Iterable[tuple[int, str]]) -> list[Passage]:
    """Split a cell's pieces, ``(line, raw text)`` each, into its instructions, numbers taken away.

    Lists stand as HTML (``<ol><li>1. …``) or in the text (``6. Form a team 7. Prepare a draft``); a piece
    without a list after a page break is the rest of the last instruction.
    """
    pieces = list(lines)
    if not any(_LIST_ITEM.search(raw) for _, raw in pieces):
        whole = Passage(())
        for line, raw in pieces:
            whole += Passage.of(line, raw)
        return split_numbered(whole)
    found: list[Passage] = []
    for line, raw in pieces:
        items = [Passage.of(line, item) for item in _LIST_ITEM.findall(raw)]
        if items:
            found.extend(part for item in items if item for part in split_numbered(item))
        elif found and (rest := Passage.of(line, raw)):
            found[-1] += rest
    return found


def split_numbered(passage: Passage) -> list[Passage]:
    """Split a text at numbers that count up (``1. … 2. …``, ``a. … b. …``); a single leading number goes."""
    text = passage.text
    chain: list[re.Match[str]] = []
    for mark in _NUMBERED.finditer(text):
        if not chain or _next_label(chain[-1][1]) == mark[1]:
            chain.append(mark)
    if not chain or chain[0].start() != 0:
        return [passage] if passage else []
    bounds = [mark.start() for mark in chain[1:]] + [len(text)]
    return [passage.cut(mark.end(), bound) for mark, bound in zip(chain, bounds, strict=True)]


def _next_label(label: str) -> str:
    return str(int(label) + 1) if label.isdigit() else chr(ord(label) + 1)
