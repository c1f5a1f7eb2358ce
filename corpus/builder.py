"""Assembling a document's objects from its blocks: sections, clauses, steps and the rows of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.model import (
    Approval,
    Clause,
    Lines,
    ProcedureRow,
    Section,
    SectionKind,
    Statement,
    Step,
    TableRow,
    WorkInstruction,
)
from corpus.passage import Passage, covering, merge_lines, plain
from corpus.reader import Block, Code, Heading, Item, Paragraph, Table, nest
from corpus.sections import SectionHead
from corpus.tables import LogicalRow, LogicalTable, TableKind, logical_tables, split_instructions


@dataclass(slots=True)
class Builder:
    """What has been read of one document so far."""

    sections: list[Section] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    indicators: list[Statement] = field(default_factory=list)
    procedure: list[ProcedureRow] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    work_instructions: list[WorkInstruction] = field(default_factory=list)
    tables: list[TableRow] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)

    def parts(self) -> dict[str, Any]:
        """Give what was read as the fields of a `Document`."""
        return {
            "approvals": tuple(self.approvals),
            "sections": tuple(self.sections),
            "statements": tuple(self.statements),
            "indicators": tuple(self.indicators),
            "definitions": self.collect(SectionKind.DEFINITION),
            "responsible_parties": self.collect(SectionKind.RESPONSIBLE),
            "procedure": tuple(self.procedure),
            "steps": tuple(self.steps),
            "work_instructions": tuple(self.work_instructions),
            "tables": tuple(self.tables),
            "related": self.collect(SectionKind.RELATED),
            "references": self.collect(SectionKind.REFERENCE),
            "oddities": tuple(self.oddities),
        }

    def collect(self, kind: SectionKind) -> tuple[Clause, ...]:
        """Give the clauses of all sections of one kind, in order."""
        return tuple(clause for s in self.sections if s.kind == kind for clause in s.clauses)


def read_section(builder: Builder, head: SectionHead, blocks: Sequence[Block]) -> None:
    """Add one section to the builder: its clauses, its steps if it is a procedure, its tables' rows."""
    texts: list[Item | Paragraph | Heading] = []
    part = ""
    for block in blocks:
        if isinstance(block, Table):
            _mark_table_heading(texts)
            for table in logical_tables(block):
                _read_table(builder, table, part, part or head.heading)
        elif isinstance(block, Code):
            builder.oddities.append(f"line {block.line}: a drawing in code stands here")
        else:
            texts.append(block)
            part = _part_of(block)
    if not head.heading:
        return
    items = nested_items(texts)
    if head.kind == SectionKind.PROCEDURE:
        for item in items:
            builder.steps.extend(_steps(item, "", ""))
    clauses = [_clause(item) for item in items]
    if head.rest:
        clauses.insert(0, Clause(text=head.rest.text, lines=head.rest.lines))
    lines = [line for clause in clauses for line in _all_lines(clause)]
    builder.sections.append(
        Section(
            number=head.number,
            heading=head.heading,
            kind=head.kind,
            lines=(covering([Lines(start=head.line, end=head.line), *lines]),),
            clauses=tuple(clauses),
        )
    )


def _mark_table_heading(texts: Sequence[Item | Paragraph | Heading]) -> None:
    """Remember that a list item only announces the table after it: it is no step, nor a sentence."""
    if texts and isinstance(texts[-1], Item):
        texts[-1].announces = not texts[-1].passage.text.endswith((".", ";"))


def _part_of(block: Item | Paragraph | Heading) -> str:
    """Take the last heading-like text as the part that a table after it belongs to (``A. Mid-Term …``)."""
    text = block.text if isinstance(block, Heading) else block.passage.text
    text = re.sub(r"^[A-Za-z][.)]\s+", "", text)
    return text if len(text.split()) <= 12 else ""


def _all_lines(clause: Clause) -> list[Lines]:
    return [*clause.lines, *(line for child in clause.children for line in _all_lines(child))]


def nested_items(blocks: Sequence[Item | Paragraph | Heading]) -> list[Item]:
    """Turn a section's texts into nested items; a heading within it holds what follows it."""
    items: list[Item] = []
    for block in blocks:
        if isinstance(block, Item):
            items.append(block)
        elif isinstance(block, Heading):
            label, text = _labelled(block.text)
            items.append(Item(label, f"#{block.level}", Passage.of(block.line, text), indented=False))
        else:
            items.append(Item("", "¶", block.passage, indented=False))
    return nest(items)


def clauses_of(blocks: Sequence[Item | Paragraph | Heading]) -> list[Clause]:
    """Turn texts into clauses, list items nested."""
    return [_clause(item) for item in nested_items(blocks)]


def _labelled(text: str) -> tuple[str, str]:
    match = re.match(r"([A-Za-z]|\d{1,2})[.)]\s+(.*)", text)
    return (match[1], match[2]) if match else ("", text)


def _clause(item: Item) -> Clause:
    children = tuple(_clause(child) for child in item.children)
    lines = item.passage.lines
    if not lines and children:
        lines = (covering(_all_lines(children[0])),)
    return Clause(text=item.passage.text, lines=lines or (Lines(start=1, end=1),), label=item.label, children=children)


def _steps(item: Item, prefix: str, part: str) -> Iterable[Step]:
    """Read steps: letters over numbers are parts with steps, numbers over letters steps with substeps."""
    labelled = [child for child in item.children if child.label]
    if not item.label:
        for child in labelled:
            yield from _steps(child, prefix, item.passage.text)
        return
    number = f"{prefix}.{item.label}" if prefix else item.label
    if labelled and not item.label.isdigit():
        for child in labelled:
            yield from _steps(child, number, item.passage.text)
    elif item.passage and not item.announces:
        substeps = tuple(_clause(child) for child in labelled)
        lines = item.passage.lines
        yield Step(number=number, text=item.passage.text, part=part, substeps=substeps, lines=lines)


def _read_table(builder: Builder, table: LogicalTable, part: str, caption: str) -> None:
    match table.kind:
        case TableKind.APPROVAL:
            builder.approvals.extend(_approvals(table.rows))
        case TableKind.STATEMENT:
            builder.statements.extend(_statement(row) for row in table.rows if any(row.text))
        case TableKind.INDICATOR:
            builder.indicators.extend(_indicator(row) for row in table.rows if any(row.text))
        case TableKind.PROCEDURE:
            builder.procedure.extend(_procedure_row(row, part) for row in table.rows if any(row.text))
        case TableKind.MATRIX:
            builder.work_instructions.extend(_matrix(builder, table, part))
        case TableKind.OTHER:
            builder.tables.extend(_table_rows(table, part))
        case TableKind.PLAIN:
            builder.tables.extend(_plain_rows(table, caption))


def _lines(row: LogicalRow) -> tuple[Lines, ...]:
    return merge_lines(line for cell in row.cells for line, _ in cell.pieces)


def _approvals(rows: Sequence[LogicalRow]) -> Iterable[Approval]:
    process = ""
    for row in rows:
        cells = [*row.text, "", "", "", ""]
        process = cells[0] or process
        if cells[1]:
            yield Approval(process=process, name=cells[1], position=cells[2], date=cells[3], lines=_lines(row))


def _statement(row: LogicalRow) -> Statement:
    cells = [*row.text, *[""] * 7]
    return Statement(
        number=re.sub(r"\s+", "", cells[0]),
        statement=cells[1],
        reference=cells[2],
        indicator=cells[3],
        indicator_type=cells[4],
        method=cells[5],
        level=cells[6],
        lines=_lines(row),
    )


def _indicator(row: LogicalRow) -> Statement:
    cells = [*row.text, "", ""]
    return Statement(
        number=cells[0].rstrip("."), statement="", indicator=cells[1], reference=cells[2], lines=_lines(row)
    )


def _procedure_row(row: LogicalRow, part: str) -> ProcedureRow:
    cells = [*row.text, "", ""]
    instructions = split_instructions(_raw_pieces(row, 1))
    return ProcedureRow(
        unit=cells[0],
        instructions=tuple(Clause(text=item.text, lines=item.lines) for item in instructions),
        person_in_charge=cells[2],
        part=part,
        lines=_lines(row),
    )


def _raw_pieces(row: LogicalRow, column: int) -> list[tuple[int, str]]:
    """Pair each raw piece of a cell with its line; pieces without text are left out."""
    if column >= len(row.cells):
        return []
    lines = [line for line, _ in row.cells[column].pieces]
    raws = [raw for raw in row.raw[column] if plain(raw)]
    return list(zip(lines, raws, strict=False))


def _matrix(builder: Builder, table: LogicalTable, part: str) -> Iterable[WorkInstruction]:
    columns = table.headers[2:]
    for row in table.rows:
        cells = row.text
        if len(cells) < 2 or not cells[1]:
            continue
        number = cells[0].strip("().")
        marked = [(name, mark) for name, cell in zip(columns, cells[2:], strict=False) if (mark := _mark(cell))]
        own = [name for name, mark in marked if mark == number or not mark.isdigit()]
        other = [name for name, mark in marked if name not in own]
        if other:
            builder.oddities.append(
                f"line {_lines(row)[0]}: row {number} is marked with another number under {', '.join(other)}"
            )
        actors = own or other
        yield WorkInstruction(
            number=number,
            activity=cells[1],
            actors=tuple(actors),
            actors_from="marks" if actors else "none",
            part=part,
            lines=_lines(row),
        )


def _mark(cell: str) -> str:
    """Read the mark in an actor's cell: its number, or a tick; arrows only lead from box to box."""
    found = re.findall(r"\d+|[✓✔√xX●•]", cell)
    return found[0] if found else ""


def _table_rows(table: LogicalTable, part: str) -> Iterable[TableRow]:
    caption = table.headers[1] if len(table.headers) > 1 else part
    parent = ""
    for row in table.rows:
        cells = row.text
        if not any(cells):
            continue
        if cells[0]:
            parent = cells[1] if len(cells) > 1 else ""
        elif len(cells) > 1 and cells[1] and parent:
            cells = [cells[0], f"{parent}: {cells[1]}", *cells[2:]]
        yield TableRow(caption=caption, headers=tuple(table.headers), cells=tuple(cells), lines=_lines(row))


def _plain_rows(table: LogicalTable, caption: str) -> Iterable[TableRow]:
    """Read a table without a known header: its first row names the columns; a form's blank rows go."""
    filled = [row for row in table.rows if any(row.text)]
    names = tuple(filled[0].text) if len(filled) > 1 else ()
    for row in filled[1:] or filled:
        if len(row.text) < 2 or any(re.search(r"\w", cell) for cell in row.text[1:]):
            yield TableRow(caption=caption, headers=names, cells=tuple(row.text), lines=_lines(row))
