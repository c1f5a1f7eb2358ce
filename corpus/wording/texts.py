"""Which texts of a document have an Indonesian wording, each with an id that stays when others change."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.model import Clause, Document, Lines

_DIGEST = 12


class SourceText(NamedTuple):
    """A text in the source's words: its id within its document, and where it stands (empty for derived ones)."""

    id: str
    text: str
    lines: tuple[Lines, ...]

    @property
    def digest(self) -> str:
        """What changes when the words change."""
        return digest(self.text)


def digest(text: str) -> str:
    """Hash a text's words, 12 hexadecimal digits; capitals, white space and closing signs do not count.

    Texts that a reader takes for the same sentence share the hash, and so the wording.
    """
    words = " ".join(text.split()).casefold().strip(" .,;:")
    return hashlib.sha256(words.encode()).hexdigest()[:_DIGEST]


def has_words(text: str) -> bool:
    """Whether there is anything to be put into another language: not signs, figures and single letters alone."""
    return re.search(r"[^\W\d_]{2}", text) is not None


def texts_of(document: Document) -> list[SourceText]:
    """Give every text of a document that a person may be shown, in order, with unique ids.

    Ids are made of what the document prints (``statement-1.1.1.1``, ``section-4/a``, ``step-A.1``) and of a
    place in the order only where it prints no number; one that stands twice gets ``~2``. Codes, figures and
    names of persons alone are no texts.
    """
    seen: Counter[str] = Counter()
    found = []
    for one in _texts(document):
        if not has_words(one.text):
            continue
        seen[one.id] += 1
        name = one.id if seen[one.id] == 1 else f"{one.id}~{seen[one.id]}"
        found.append(one._replace(id=name))
    return found


def _texts(document: Document) -> Iterator[SourceText]:
    first = (Lines(start=document.lines.start, end=document.lines.start),)
    yield SourceText("title", document.title, first)
    if document.sheet_title:
        yield SourceText("sheet-title", document.sheet_title, first)
    for place, section in enumerate(document.sections, start=1):
        name = f"section-{_slug(section.number) or f'no{place}'}"
        yield SourceText(name, section.heading, section.lines[:1])
        yield from _clauses(name, section.clauses)
    yield from _rows(document)
    yield from _procedures(document)
    yield from _others(document)


def _clauses(name: str, clauses: Iterable[Clause]) -> Iterator[SourceText]:
    for place, clause in enumerate(clauses, start=1):
        own = f"{name}/{_slug(clause.label) or f'no{place}'}"
        yield SourceText(own, clause.text, clause.lines)
        yield from _clauses(own, clause.children)


def _rows(document: Document) -> Iterator[SourceText]:
    for row in document.statements:
        name = f"statement-{_slug(row.number)}"
        yield SourceText(name, row.statement, row.lines)
        yield SourceText(f"{name}/indicator", row.indicator, row.lines)
        yield SourceText(f"{name}/method", row.method, row.lines)
    for row in document.indicators:
        yield SourceText(f"indicator-{_slug(row.number)}", row.indicator, row.lines)


def _procedures(document: Document) -> Iterator[SourceText]:
    for place, row in enumerate(document.procedure, start=1):
        name = f"procedure-{place}"
        yield SourceText(f"{name}/part", row.part, row.lines)
        yield SourceText(f"{name}/unit", row.unit, row.lines)
        yield SourceText(f"{name}/charge", row.person_in_charge, row.lines)
        yield from _clauses(name, row.instructions)
    for step in document.steps:
        name = f"step-{_slug(step.number)}"
        yield SourceText(f"{name}/part", step.part, step.lines)
        yield SourceText(name, step.text, step.lines)
        yield from _clauses(name, step.substeps)
    for item in document.work_instructions:
        name = f"matrix-{_slug(item.number)}"
        yield SourceText(f"{name}/part", item.part, item.lines)
        yield SourceText(name, item.activity, item.lines)
        for actor in item.actors:
            yield SourceText(f"{name}/actor", actor, item.lines)


def _others(document: Document) -> Iterator[SourceText]:
    for place, table in enumerate(document.tables, start=1):
        yield SourceText(f"table-{place}/caption", table.caption, table.lines)
        for header in table.headers:
            yield SourceText(f"table-{place}/header", header, table.lines)
        for cell in table.cells:
            yield SourceText(f"table-{place}/cell", cell, table.lines)
    for role in document.form_roles:
        yield SourceText(f"form-{_slug(role.role)}", role.role, role.lines)
        yield SourceText(f"form-{_slug(role.role)}/office", role.office, role.lines)
    for row in document.approvals:
        yield SourceText(f"approval-{_slug(row.process)}", row.process, row.lines)
        yield SourceText(f"approval-{_slug(row.process)}/position", row.position, row.lines)
    for place, limit in enumerate(document.time_limits, start=1):
        if limit.anchor:
            yield SourceText(f"limit-{place}/anchor", limit.anchor, limit.lines)
        if limit.offset is None:
            yield SourceText(f"limit-{place}/quote", limit.quote, limit.lines)


def _slug(text: str) -> str:
    return re.sub(r"[^\w.]+", "-", text).strip("-")
