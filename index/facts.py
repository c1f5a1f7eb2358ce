"""Facts: the smallest things that answer a question, made of a document's rows, statements, items and steps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from babel.dates import format_date

from corpus.language import Language
from corpus.model import Clause, Document, Lines, Section, SectionKind, Step, TableRow, TimeLimit
from corpus.passage import covering
from corpus.wording import Wordings, has_words
from index.wording import LABELS


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


STEP_KINDS = frozenset({FactKind.PROCEDURE, FactKind.STEP, FactKind.WORK_INSTRUCTION})
"""Kinds that tell a step of a procedure."""
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
_PHRASES: dict[Language, dict[FactKind, str]] = {
    "en": {
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
    },
    "id": {
        FactKind.STATEMENT: "pernyataan standar dan target",
        FactKind.INDICATOR: "indikator formulir evaluasi",
        FactKind.PROCEDURE: "prosedur",
        FactKind.WORK_INSTRUCTION: "instruksi kerja",
        FactKind.STEP: "langkah prosedur",
        FactKind.DEFINITION: "definisi",
        FactKind.STANDARD: "standar",
        FactKind.PROVISION: "ketentuan umum",
        FactKind.RESPONSIBLE: "penanggung jawab",
        FactKind.STRATEGY: "strategi",
        FactKind.PURPOSE: "tujuan",
        FactKind.SCOPE: "ruang lingkup",
        FactKind.FORM_ROLE: "penanda tangan formulir",
        FactKind.APPROVAL: "lembar pengesahan",
        FactKind.RELATED: "dokumen terkait",
        FactKind.REFERENCE: "dasar hukum",
        FactKind.DOCUMENT: "dokumen",
        FactKind.TABLE: "tabel",
        FactKind.RATIONALE: "latar belakang",
    },
}


_ANNOUNCES = re.compile(r"[^.]{0,80}(\bas|\bfollows|\bare|\bberikut|:)\s*:?")
_DEFINES = re.compile(
    r",? (?:is|are|means?|refers? to|comprises?|includes?|stands? for|involves?|hereinafter|adalah|ialah|merupakan)\b|:"
)


Say = Callable[[str], str]
"""Puts a text of the source into the language that is wanted."""
Telling = Callable[[Say, Language], str]
"""Makes a fact's text of its parts, each said in one language."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a fact says in one language."""

    language: Language
    title: str
    heading: str
    text: str
    indicator: str = ""
    actors: tuple[str, ...] = ()
    charge: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with its address.

    ``text`` is the clause in the source's words, ``indicator`` the second cell of a statement. ``actors`` are
    who acts, ``charge`` who is in charge. ``group`` ties facts that are parts of one thing (instructions of a
    row, steps of a part); ``order`` is the place within the document. ``wording`` says it in Indonesian, if
    the source does not and every part of it has a wording that is not stale.
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
    language: Language = "en"
    indicator: str = ""
    label: str = ""
    actors: tuple[str, ...] = ()
    charge: str = ""
    group: str = ""
    limits: tuple[TimeLimit, ...] = ()
    wording: Words | None = None

    @property
    def source_words(self) -> Words:
        """What the source says, which governs."""
        return Words(self.language, self.title, self.heading, self.text, self.indicator, self.actors, self.charge)

    def words(self, language: Language) -> Words:
        """Say the fact in a language, or as the source does where it is not said in that one."""
        return self.wording if self.wording and language == "id" else self.source_words

    @property
    def tellings(self) -> tuple[Words, ...]:
        """Every way in which the fact is said, the source's first."""
        return (self.source_words, self.wording) if self.wording else (self.source_words,)

    def bare(self, words: Words) -> str:
        """The fact's own words with who acts, without its document: embedded beside ``passage``."""
        actors = f"{', '.join(words.actors)}: " if words.actors and self.kind is FactKind.PROCEDURE else ""
        indicator = f" ({words.indicator})" if words.indicator and words.indicator != words.text else ""
        return f"{actors}{words.text}{indicator}"[:1200]

    def passage(self, words: Words) -> str:
        """What is embedded: the fact with its document and kind."""
        number = self.document.rpartition("-")[2] if "-SPMI-" in self.document else ""
        place = f"{words.title.capitalize()} ({number})" if number else words.title
        label = f"{self.label} " if self.label and self.kind in {FactKind.STATEMENT, FactKind.TABLE} else ""
        return f"{place}, {_PHRASES[words.language].get(self.kind, 'text')}: {label}{self.bare(words)}"[:1200]

    def defined(self, words: Words) -> str:
        """The term that a definition defines: what stands before ``is``, ``means``, a colon …; else empty."""
        if self.kind is not FactKind.DEFINITION:
            return ""
        text = re.sub(r"^(In this procedure|(Di d|D)alam (SOP|prosedur) ini),\s*", "", words.text)
        head = _DEFINES.split(text, maxsplit=1)[0]
        return head if len(head.split()) <= 14 else ""


class _Maker:
    """Numbers the facts of one document, gives them stable ids, and says them in Indonesian where it can."""

    def __init__(self, document: Document, wordings: Wordings) -> None:
        self.document = document
        self.wordings = wordings
        self.order = 0
        self.language: Language = "id" if document.language == "id" else "en"
        self.limits = [(limit, covering(limit.lines)) for limit in document.time_limits]

    def make(
        self, kind: FactKind, section: str, heading: str, telling: str | Telling, lines: Iterable[Lines], **more: object
    ) -> Fact:
        span = covering(lines)
        self.order += 1
        document = self.document
        text = telling if isinstance(telling, str) else telling(str, self.language)
        key = f"{document.source}|{document.id}|{kind}|{span}|{text}|{more.get('label', '')}"
        limits = tuple(
            limit
            for limit, place in self.limits
            if place.start >= span.start and place.end <= span.end and _holds(text, more, limit)
        )
        fact = Fact(
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
            language=self.language,
            limits=limits,
            **more,  # type: ignore[arg-type]
        )
        return replace(fact, wording=self._wording(fact, telling))

    def _wording(self, fact: Fact, telling: str | Telling) -> Words | None:
        """Say a fact in Indonesian; None where its own words have no wording."""
        if self.language == "id":
            return None
        lacking: list[str] = []

        def say(text: str) -> str:
            told = self.wordings.of(text)
            if told is None and has_words(text):
                lacking.append(text)
            return told or text

        text = say(telling) if isinstance(telling, str) else telling(say, "id")
        indicator = say(fact.indicator)
        if lacking:
            return None
        title, heading, charge = say(fact.title), say(fact.heading), say(fact.charge)
        return Words("id", title, heading, text, indicator, tuple(say(a) for a in fact.actors), charge)


def _holds(text: str, more: dict[str, object], limit: TimeLimit) -> bool:
    return limit.quote in text or limit.quote in str(more.get("indicator", ""))


def facts_of(document: Document, wordings: Wordings | None = None) -> list[Fact]:
    """Make all facts of a document, in the order in which it is printed, with their Indonesian wordings."""
    maker = _Maker(document, wordings or Wordings())
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
    first = document.lines.start
    place = Lines(start=first, end=min(first + 30, document.lines.end))
    yield maker.make(FactKind.DOCUMENT, "", "", lambda say, language: _names(document, say, language), [place])
    if document.approvals:
        lines = [line for row in document.approvals for line in row.lines]
        yield maker.make(FactKind.APPROVAL, "", "Approval sheet", lambda say, _: _approvals(document, say), lines)
    for role in document.form_roles:
        yield maker.make(
            FactKind.FORM_ROLE,
            "",
            "Signatures",
            lambda say, _, role=role: f"{say(role.role)}: {say(role.office)}",  # type: ignore[misc]
            role.lines,
            label=role.role,
            actors=(role.office,),
        )


def _names(document: Document, say: Say, language: Language) -> str:
    text = f"{document.code or ''} {say(document.title)}".strip()
    if document.sheet_title:
        text += f" ({say(document.sheet_title)})"
    if document.effective:
        text += f", {LABELS[language]['effective']} {effective_words(document, language)}"
    return text


def effective_words(document: Document, language: Language) -> str:
    """Say from when a document holds: as printed in its own language, else the date as the language writes it."""
    if document.effective_date is None or document.language == language:
        return document.effective or ""
    return format_date(document.effective_date, format="long", locale=language)


def _approvals(document: Document, say: Say) -> str:
    rows = (f"{say(row.process)}: {row.name}, {say(row.position)}".rstrip(", ") for row in document.approvals)
    return "; ".join(rows)


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
    lines = [line for clause in section.clauses for line in clause.lines]

    def telling(say: Say, _: Language) -> str:
        return "; ".join(say(clause.text).rstrip(";.") for clause in section.clauses)

    yield maker.make(kind, section.number, section.heading, telling, lines)


def _clause_facts(maker: _Maker, section: Section, kind: FactKind, clause: Clause, lead: str) -> Iterator[Fact]:
    """Make facts of a clause; a heading-like clause gives its words to the clauses under it."""
    heading_like = len(clause.text.split()) <= 8 and not clause.text.endswith(".")

    def own(say: Say, _: Language) -> str:
        return f"{say(lead)}: {say(clause.text)}" if lead else say(clause.text)

    def whole(say: Say, language: Language) -> str:
        return " ".join([own(say, language), *(f"{c.label}) {say(c.text)}" for c in clause.children)])

    if clause.children and not heading_like:
        lines = [*clause.lines, *(line for child in clause.children for line in child.lines)]
        yield maker.make(kind, section.number, section.heading, whole, lines, label=clause.label)
        return
    if not clause.children and clause.text and not _ANNOUNCES.fullmatch(clause.text):
        yield maker.make(kind, section.number, section.heading, own, clause.lines, label=clause.label)
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
        lines = [*step.lines, *(line for sub in step.substeps for line in sub.lines)]

        def telling(say: Say, _: Language, step: Step = step) -> str:
            return " ".join([say(step.text), *(f"{sub.label}) {say(sub.text)}" for sub in step.substeps)])

        yield maker.make(
            FactKind.STEP,
            number,
            heading,
            telling,
            lines,
            label=step.number,
            group=step.part,
        )


def _tables(maker: _Maker) -> Iterator[Fact]:
    for row in maker.document.tables:
        number, heading = _section_of(maker.document, row.lines)

        def telling(say: Say, _: Language, row: TableRow = row) -> str:
            pairs = [
                f"{say(header)}: {say(cell)}" if header else say(cell)
                for header, cell in zip(row.headers[2:], row.cells[2:], strict=False)
                if cell and cell != "*"
            ]
            return "; ".join([say(row.cells[1] if len(row.cells) > 1 else row.cells[0]), *pairs])

        yield maker.make(FactKind.TABLE, number, heading, telling, row.lines, label=row.caption)


def names_of(document: Document) -> str:
    """Give a document's title, and the approval sheet's where it differs."""
    return f"{document.title} {document.sheet_title or ''}".strip()


def wording_of_names(document: Document, wordings: Wordings) -> str:
    """Give the same in Indonesian; empty where the document is Indonesian itself, or has no wording."""
    if document.language == "id":
        return ""
    names = (wordings.of(name) for name in (document.title, document.sheet_title or "") if name)
    return " ".join(name for name in names if name)


def family(document: str) -> str:
    """Give the number of the standard that a document belongs to: ``1.2`` for ``SOP-SPMI-UPGRIS-1.2.8``."""
    match = re.search(r"(\d+\.\d+)(?:\.\d+)?$", document)
    return match[1] if match else ""
