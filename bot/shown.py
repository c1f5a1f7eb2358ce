"""A document in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from bot.console import out
from corpus.library import Version
from corpus.model import Clause, Document


def show_document(document: Document, versions: Sequence[Version]) -> None:
    """Print what was read of a document: its sheet, sections, tables, steps, time limits, oddities."""
    out.print(f"[bold]{escape(document.code or document.id)}[/bold] {escape(document.title)}")
    out.print(
        f"{document.kind.value}, {escape(document.source)}:{document.lines}, effective {document.effective or '?'}"
    )
    for version in versions:
        until = f" until {version.active_until}" if version.active_until else ""
        out.print(f"[dim]version {escape(version.document.source)} from {version.active_from}{until}[/dim]")
    for section in document.sections:
        out.print(f"\n[bold]{escape(section.number)} {escape(section.heading)}[/bold] [dim]{section.lines[0]}[/dim]")
        for line in _indented(section.clauses, 1):
            out.print(line)
    for table in _tables(document):
        out.print(table)
    for limit in document.time_limits:
        lines = ", ".join(map(str, limit.lines))
        out.print(f"[cyan]{limit.kind.value}[/cyan] {limit.offset or '–'} “{escape(limit.quote)}” [dim]{lines}[/dim]")
    for oddity in document.oddities:
        out.print(f"[yellow]![/yellow] {escape(oddity)}")


def _indented(clauses: Sequence[Clause], depth: int) -> Iterator[str]:
    for clause in clauses:
        label = f"{clause.label}. " if clause.label else ""
        lines = ", ".join(map(str, clause.lines))
        yield f"{'  ' * depth}{escape(label + clause.text)} [dim]{lines}[/dim]"
        yield from _indented(clause.children, depth + 1)


def _tables(document: Document) -> Iterator[Table]:
    if document.statements or document.indicators:
        table = Table("No", "Statement", "Indicator", "Lines")
        for row in (*document.statements, *document.indicators):
            table.add_row(row.number, escape(row.statement), escape(row.indicator), _lines(row.lines))
        yield table
    if document.procedure:
        table = Table("Unit", "Instructions", "Person in charge", "Lines")
        for step in document.procedure:
            text = "\n".join(clause.text for clause in step.instructions)
            table.add_row(escape(step.unit), escape(text), escape(step.person_in_charge), _lines(step.lines))
        yield table
    if document.work_instructions:
        table = Table("No", "Activity", "Actors", "From", "Lines")
        for item in document.work_instructions:
            actors = escape(", ".join(item.actors))
            table.add_row(item.number, escape(item.activity), actors, item.actors_from, _lines(item.lines))
        yield table


def _lines(lines: Sequence[object]) -> str:
    return ", ".join(map(str, lines))
