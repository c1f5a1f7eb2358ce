"""Facts: the smallest things that answer a question, made of a document's rows, statements, items and steps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.model import Clause, Document, Lines, Section, SectionKind, TimeLimit
from corpus.passage import covering


class FactKind(StrEnum):
    """What kind of thing a fact is; rankings and answers depend on it."""

    STATEMENT = "statement"
    INDICATOR = "indicator"
    PROCEDURE = "procedure"
    WORK_INSTRUCTION = "work_instruction"
    STEP = "step"
    DEFINITION = "definition"
    STANDARD = "standard"
    PROVISION = "provision"
    RESPONSIBLE = "responsible"
    STRATEGY = "strategy"
    PURPOSE = "purpose"
    SCOPE = "scope"
    RATIONALE = "rationale"
    FORM_ROLE = "form_role"
    APPROVAL = "approval"
    RELATED = "related"
    REFERENCE = "reference"
    TABLE = "table"
    DOCUMENT = "document"
    OTHER = "other"


_SECTION_FACTS = {
    SectionKind.DEFINITION: FactKind.DEFINITION,
    SectionKind.STANDARD: FactKind.STANDARD,
    SectionKind.PROVISION: FactKind.PROVISION,
    SectionKind.RESPONSIBLE: FactKind.RESPONSIBLE,
    SectionKind.STRATEGY: FactKind.STRATEGY,
    SectionKind.PURPOSE: FactKind.PURPOSE,
    SectionKind.SCOPE: FactKind.SCOPE,
    SectionKind.VISION: FactKind.OTHER,
    SectionKind.RATIONALE: FactKind.RATIONALE,
    SectionKind.EQUIPMENT: FactKind.OTHER,
    SectionKind.OTHER: FactKind.OTHER,
    SectionKind.STATEMENT: FactKind.OTHER,
}
_PHRASES = {
    FactKind.STATEMENT: "standard statement and target",
    FactKind.INDICATOR: "evaluation form indicator",
    FactKind.PROCEDURE: "procedure",
    FactKind.WORK_INSTRUCTION: "work instruction",
    FactKind.STEP: "procedure step",
    FactKind.DEFINITION: "definition",
    FactKind.STANDARD: "standard",
    FactKind.PROVISION: "general provision",
    FactKind.RESPONSIBLE: "responsible party",
    FactKind.STRATEGY: "strategy",
    FactKind.PURPOSE: "purpose",
    FactKind.SCOPE: "scope",
    FactKind.FORM_ROLE: "who signs the form",
    FactKind.APPROVAL: "approval sheet",
    FactKind.RELATED: "related documents",
    FactKind.REFERENCE: "legal references",
    FactKind.DOCUMENT: "document",
    FactKind.TABLE: "table",
    FactKind.RATIONALE: "rationale",
}


_ANNOUNCES = re.compile(r"[^.]{0,80}(\bas|\bfollows|\bare|\bberikut|:)\s*:?")
_DEFINES = re.compile(
    r",? (?:is|are|means?|refers? to|comprises?|includes?|stands? for|involves?|hereinafter|adalah|ialah|merupakan)\b|:"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with its address.

    ``text`` is the clause in the source's words, ``indicator`` the second cell of a statement. ``actors`` are
    who acts, ``charge`` who is in charge. ``group`` ties facts that are parts of one thing (instructions of a
    row, steps of a part); ``order`` is the place within the document.
    """

    id: str
    document: str
    title: str
    source: str
    kind: FactKind
    section: str
    heading: str
    text: str
    lines: Lines
    order: int
    indicator: str = ""
    label: str = ""
    actors: tuple[str, ...] = ()
    charge: str = ""
    group: str = ""
    limits: tuple[TimeLimit, ...] = ()

    @property
    def bare(self) -> str:
        """The fact's own words with who acts, without its document: embedded beside ``passage``."""
        actors = f"{', '.join(self.actors)}: " if self.actors and self.kind is FactKind.PROCEDURE else ""
        indicator = f" ({self.indicator})" if self.indicator and self.indicator != self.text else ""
        return f"{actors}{self.text}{indicator}"[:1200]

    @property
    def defined(self) -> str:
        """The term that a definition defines: what stands before ``is``, ``means``, a colon …; else empty."""
        if self.kind is not FactKind.DEFINITION:
            return ""
        text = re.sub(r"^(In this procedure|Dalam (SOP|prosedur) ini),\s*", "", self.text)
        head = _DEFINES.split(text, maxsplit=1)[0]
        return head if len(head.split()) <= 14 else ""

    @property
    def passage(self) -> str:
        """What is embedded: the fact with its document and kind."""
        number = self.document.rpartition("-")[2] if "-SPMI-" in self.document else ""
        place = f"{self.title.capitalize()} ({number})" if number else self.title
        parts = [f"{place}, {_PHRASES.get(self.kind, 'text')}:"]
        if self.actors and self.kind is FactKind.PROCEDURE:
            parts.append(f"{', '.join(self.actors)}:")
        if self.label and self.kind in {FactKind.STATEMENT, FactKind.TABLE}:
            parts.append(self.label)
        parts.append(self.text)
        if self.indicator and self.indicator != self.text:
            parts.append(f"({self.indicator})")
        return " ".join(parts)[:1200]


class _Maker:
    """Numbers the facts of one document and gives them stable ids."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.order = 0
        self.limits = [(limit, covering(limit.lines)) for limit in document.time_limits]

    def make(
        self, kind: FactKind, section: str, heading: str, text: str, lines: Iterable[Lines], **more: object
    ) -> Fact:
        span = covering(lines)
        self.order += 1
        document = self.document
        key = f"{document.source}|{document.id}|{kind}|{span}|{text}|{more.get('label', '')}"
        limits = tuple(
            limit
            for limit, place in self.limits
            if place.start >= span.start and place.end <= span.end and _holds(text, more, limit)
        )
        return Fact(
            id=hashlib.sha256(key.encode()).hexdigest()[:16],
            document=document.id,
            title=document.title,
            source=document.source,
            kind=kind,
            section=section,
            heading=heading,
            text=text,
            lines=span,
            order=self.order,
            limits=limits,
            **more,  # type: ignore[arg-type]
        )


def _holds(text: str, more: dict[str, object], limit: TimeLimit) -> bool:
    return limit.quote in text or limit.quote in str(more.get("indicator", ""))


def facts_of(document: Document) -> list[Fact]:
    """Make all facts of a document, in the order in which it is printed."""
    maker = _Maker(document)
    facts = [
        *_head(maker),
        *_clauses(maker),
        *_rows(maker),
        *_matrix_and_steps(maker),
        *_tables(maker),
    ]
    return sorted(facts, key=lambda fact: (fact.lines.start, fact.order))


def _head(maker: _Maker) -> Iterator[Fact]:
    document = maker.document
    code = document.code or ""
    first = document.lines.start
    place = Lines(start=first, end=min(first + 30, document.lines.end))
    text = f"{code} {document.title}".strip()
    if document.sheet_title:
        text += f" ({document.sheet_title})"
    if document.effective:
        text += f", effective {document.effective}"
    yield maker.make(FactKind.DOCUMENT, "", "", text, [place])
    if document.approvals:
        text = "; ".join(f"{row.process}: {row.name}, {row.position}".rstrip(", ") for row in document.approvals)
        lines = [line for row in document.approvals for line in row.lines]
        yield maker.make(FactKind.APPROVAL, "", "Approval sheet", text, lines)
    for role in document.form_roles:
        text = f"{role.role}: {role.office}"
        yield maker.make(FactKind.FORM_ROLE, "", "Signatures", text, role.lines, label=role.role, actors=(role.office,))


def _clauses(maker: _Maker) -> Iterator[Fact]:
    for section in maker.document.sections:
        if section.kind in {SectionKind.REFERENCE, SectionKind.RELATED}:
            yield from _list_fact(maker, section)
        elif section.kind in _SECTION_FACTS:
            kind = _SECTION_FACTS[section.kind]
            for clause in section.clauses:
                yield from _clause_facts(maker, section, kind, clause, "")


def _list_fact(maker: _Maker, section: Section) -> Iterator[Fact]:
    """Make one fact of a list of references: nobody asks for its entries one by one."""
    if not section.clauses:
        return
    kind = FactKind.REFERENCE if section.kind == SectionKind.REFERENCE else FactKind.RELATED
    text = "; ".join(clause.text.rstrip(";.") for clause in section.clauses)
    lines = [line for clause in section.clauses for line in clause.lines]
    yield maker.make(kind, section.number, section.heading, text, lines)


def _clause_facts(maker: _Maker, section: Section, kind: FactKind, clause: Clause, lead: str) -> Iterator[Fact]:
    """Make facts of a clause; a heading-like clause gives its words to the clauses under it."""
    heading_like = len(clause.text.split()) <= 8 and not clause.text.endswith(".")
    text = f"{lead}: {clause.text}" if lead else clause.text
    if clause.children and not heading_like:
        whole = " ".join([text, *(f"{c.label}) {c.text}" for c in clause.children)])
        lines = [*clause.lines, *(line for child in clause.children for line in child.lines)]
        yield maker.make(kind, section.number, section.heading, whole, lines, label=clause.label)
        return
    if not clause.children and clause.text and not _ANNOUNCES.fullmatch(clause.text):
        yield maker.make(kind, section.number, section.heading, text, clause.lines, label=clause.label)
    for child in clause.children:
        yield from _clause_facts(maker, section, kind, child, clause.text)


def _section_of(document: Document, lines: Iterable[Lines], *kinds: SectionKind) -> tuple[str, str]:
    """Find the section that a table stands in: the last one that begins before it."""
    first = covering(lines).start
    before = [s for s in document.sections if s.lines[0].start <= first]
    if not before:
        return "", ""
    section = next((s for s in reversed(before) if s.kind in kinds), before[-1])
    return section.number, section.heading


def _rows(maker: _Maker) -> Iterator[Fact]:
    document = maker.document
    for statement in document.statements:
        number, heading = _section_of(document, statement.lines, SectionKind.STATEMENT)
        yield maker.make(
            FactKind.STATEMENT,
            number,
            heading,
            statement.statement or statement.indicator,
            statement.lines,
            indicator=statement.indicator,
            label=statement.number,
        )
    for row in document.indicators:
        yield maker.make(FactKind.INDICATOR, "", "Indicators", row.indicator, row.lines, label=row.number)
    for index, line in enumerate(document.procedure):
        number, heading = _section_of(document, line.lines, SectionKind.PROCEDURE)
        for instruction in line.instructions:
            yield maker.make(
                FactKind.PROCEDURE,
                number,
                heading,
                instruction.text,
                instruction.lines,
                actors=(line.unit,),
                charge=line.person_in_charge,
                group=f"row{index}",
                label=line.part,
            )


def _matrix_and_steps(maker: _Maker) -> Iterator[Fact]:
    document = maker.document
    for item in document.work_instructions:
        number, heading = _section_of(document, item.lines, SectionKind.WORK_INSTRUCTION)
        yield maker.make(
            FactKind.WORK_INSTRUCTION,
            number,
            heading,
            item.activity,
            item.lines,
            actors=item.actors,
            label=item.number,
            group=item.part,
        )
    for step in document.steps:
        number, heading = _section_of(document, step.lines, SectionKind.PROCEDURE)
        substeps = [f"{sub.label}) {sub.text}" for sub in step.substeps]
        lines = [*step.lines, *(line for sub in step.substeps for line in sub.lines)]
        yield maker.make(
            FactKind.STEP,
            number,
            heading,
            " ".join([step.text, *substeps]),
            lines,
            label=step.number,
            group=step.part,
        )


def _tables(maker: _Maker) -> Iterator[Fact]:
    for row in maker.document.tables:
        pairs = [
            f"{header}: {cell}" if header else cell
            for header, cell in zip(row.headers[2:], row.cells[2:], strict=False)
            if cell and cell != "*"
        ]
        text = "; ".join([row.cells[1] if len(row.cells) > 1 else row.cells[0], *pairs])
        number, heading = _section_of(maker.document, row.lines)
        yield maker.make(FactKind.TABLE, number, heading, text, row.lines, label=row.caption)


def names_of(document: Document) -> str:
    """Give a document's title, and the approval sheet's where it differs."""
    return f"{document.title} {document.sheet_title or ''}".strip()


def family(document: str) -> str:
    """Give the number of the standard that a document belongs to: ``1.2`` for ``SOP-SPMI-UPGRIS-1.2.8``."""
    match = re.search(r"(\d+\.\d+)(?:\.\d+)?$", document)
    return match[1] if match else ""
