"""What the documents say, as typed, immutable objects.

Every object keeps where it stands: the lines of its source file (1-based, inclusive), so that whatever
is built from it can be cited and checked. Texts are the documents' own words; only page breaks, markup
and white space are removed. Nothing is corrected: oddities are noted beside what is printed.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Base of all corpus objects: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Lines(Model):
    """A run of lines of a source file, 1-based, both ends included."""

    start: int = Field(ge=1)
    end: int = Field(ge=1)

    def __str__(self) -> str:
        """Lines as a person writes them: ``7`` or ``7-9``."""
        return f"{self.start}" if self.start == self.end else f"{self.start}-{self.end}"


class DocumentKind(StrEnum):
    """What sort of document it is."""

    STANDARD = "standard"
    FORM = "form"
    SOP = "sop"
    OTHER = "other"


class SectionKind(StrEnum):
    """What a section is about, whatever its number and heading say."""

    VISION = "vision"
    RATIONALE = "rationale"
    PURPOSE = "purpose"
    SCOPE = "scope"
    RESPONSIBLE = "responsible"
    DEFINITION = "definition"
    STATEMENT = "statement"
    STANDARD = "standard"
    STRATEGY = "strategy"
    PROCEDURE = "procedure"
    PROVISION = "provision"
    WORK_INSTRUCTION = "work_instruction"
    RELATED = "related"
    REFERENCE = "reference"
    EQUIPMENT = "equipment"
    OTHER = "other"


class TimeLimitKind(StrEnum):
    """How a clause binds time."""

    DEADLINE = "deadline"
    FREQUENCY = "frequency"
    DURATION = "duration"
    WINDOW = "window"


class TimeLimit(Model):
    """A time limit found in a clause.

    ``offset`` is ISO 8601 in the clause's own unit, relative to ``anchor``: ``-P3D`` is three days before
    it, ``P7D`` within seven days after it, ``R/P6M`` every semester; None where the words give no number.
    ``days`` says whether days are working days; ``times`` how often within each period (at least).
    """

    quote: str
    kind: TimeLimitKind
    actor: str | None = None
    action: str | None = None
    anchor: str | None = None
    offset: str | None = None
    days: Literal["calendar", "working"] = "calendar"
    times: int = 1
    lines: tuple[Lines, ...]


class Clause(Model):
    """A piece of text with its place: the smallest thing that can be cited."""

    text: str
    lines: tuple[Lines, ...]
    label: str = ""
    """As printed before the text (``a``, ``3``, ``A.1``), without the point or bracket."""
    children: tuple[Clause, ...] = ()


class Section(Model):
    """A numbered or lettered section of a document; what is inside is in ``clauses`` and in the tables."""

    number: str
    heading: str
    kind: SectionKind
    lines: tuple[Lines, ...]
    clauses: tuple[Clause, ...] = ()


class Approval(Model):
    """A row of the approval sheet: in what process, who, in what position."""

    process: str
    name: str
    position: str
    date: str
    lines: tuple[Lines, ...]


class Statement(Model):
    """A row of a standard's table, or (in a form) an indicator row, whose statement is then empty."""

    number: str
    statement: str
    reference: str = ""
    indicator: str = ""
    indicator_type: str = ""
    method: str = ""
    level: str = ""
    lines: tuple[Lines, ...]


class ProcedureRow(Model):
    """A row ``Work Unit | Work Instructions | Person in Charge`` of a procedure table."""

    unit: str
    instructions: tuple[Clause, ...]
    person_in_charge: str
    part: str = ""
    lines: tuple[Lines, ...]


class Step(Model):
    """A step of a procedure written as prose; ``number`` is ``A.1`` where the procedure has parts."""

    number: str
    text: str
    part: str = ""
    substeps: tuple[Clause, ...] = ()
    lines: tuple[Lines, ...]


class WorkInstruction(Model):
    """A row of a work-instruction matrix; ``actors_from`` says whether marks or the sentence name them."""

    number: str
    activity: str
    actors: tuple[str, ...]
    actors_from: Literal["marks", "sentence", "none"]
    part: str = ""
    lines: tuple[Lines, ...]


class FormRole(Model):
    """Who signs an evaluation form: the role and the office that has it."""

    role: str
    office: str
    lines: tuple[Lines, ...]


class TableRow(Model):
    """A row of any other table, its cells under their headers."""

    caption: str
    headers: tuple[str, ...]
    cells: tuple[str, ...]
    lines: tuple[Lines, ...]


class Document(Model):
    """One document, with everything that was read in it."""

    id: str
    """Stable and unique: the normalised code, or one made from the file's name."""
    code: str | None
    """As printed, stray blanks removed."""
    title: str
    sheet_title: str | None = None
    """The approval sheet's title where it differs from the body's."""
    kind: DocumentKind
    language: str
    source: str
    lines: Lines
    effective: str | None = None
    """As printed."""
    effective_date: dt.date | None = None
    approvals: tuple[Approval, ...] = ()
    sections: tuple[Section, ...] = ()
    statements: tuple[Statement, ...] = ()
    indicators: tuple[Statement, ...] = ()
    definitions: tuple[Clause, ...] = ()
    responsible_parties: tuple[Clause, ...] = ()
    procedure: tuple[ProcedureRow, ...] = ()
    steps: tuple[Step, ...] = ()
    work_instructions: tuple[WorkInstruction, ...] = ()
    form_roles: tuple[FormRole, ...] = ()
    tables: tuple[TableRow, ...] = ()
    related: tuple[Clause, ...] = ()
    references: tuple[Clause, ...] = ()
    time_limits: tuple[TimeLimit, ...] = ()
    oddities: tuple[str, ...] = ()
