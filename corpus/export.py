"""The corpus as one JSON object, for other programs and for measuring how well it was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpus.model import Clause, Document, Lines


def export(documents: Iterable[Document]) -> dict[str, Any]:
    """Give everything that was parsed as plain JSON values; lines are ``[start, end]`` pairs."""
    return {"documents": [_document(document) for document in documents]}


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "code": document.code,
        "title": document.title,
        "sheet_title": document.sheet_title,
        "type": document.kind.value,
        "language": document.language,
        "source": document.source,
        "lines": [document.lines.start, document.lines.end],
        "effective": document.effective,
        "approvals": _rows(document.approvals),
        "sections": [
            {"number": s.number, "heading": s.heading, "kind": s.kind.value, "lines": _pairs(s.lines)}
            | {"clauses": [_clause(clause) for clause in s.clauses]}
            for s in document.sections
        ],
        "definitions": [_clause(clause) for clause in document.definitions],
        "responsible_parties": [_clause(clause) for clause in document.responsible_parties],
        "statements": _rows(document.statements),
        "indicators": _rows(document.indicators),
        "procedure": [
            row | {"instructions": [_clause(c) for c in source.instructions]}
            for row, source in zip(_rows(document.procedure), document.procedure, strict=True)
        ],
        "steps": [
            row | {"substeps": [_clause(c) for c in source.substeps]}
            for row, source in zip(_rows(document.steps), document.steps, strict=True)
        ],
        "work_instructions": _rows(document.work_instructions),
        "form_roles": _rows(document.form_roles),
        "tables": _rows(document.tables),
        "related": [_clause(clause) for clause in document.related],
        "references": [_clause(clause) for clause in document.references],
        "deadlines": _rows(document.time_limits),
        "oddities": list(document.oddities),
    }


def _rows(objects: Iterable[Any]) -> list[dict[str, Any]]:
    return [item.model_dump(mode="json") | {"lines": _pairs(item.lines)} for item in objects]


def _clause(clause: Clause) -> dict[str, Any]:
    found: dict[str, Any] = {"label": clause.label, "text": clause.text, "lines": _pairs(clause.lines)}
    if clause.children:
        found["children"] = [_clause(child) for child in clause.children]
    return found


def _pairs(lines: Iterable[Lines]) -> list[list[int]]:
    return [[run.start, run.end] for run in lines]
