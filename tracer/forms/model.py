"""A questionnaire that has been read and checked: its questions, their choices and conditions. All frozen."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict

from corpus.model import Model
from tracer.forms.expressions import Expression
from tracer.wording import Text

Answer = str | int | float | tuple[str, ...] | None
"""What is stored: text, choice code and ISO date as str, codes of a multiple choice as a tuple, None for a blank."""


class _FormModel(Model):
    model_config = ConfigDict(arbitrary_types_allowed=True)


class Kind(StrEnum):
    """The types of rows that are asked, shown or computed."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    NOTE = "note"
    CALCULATE = "calculate"


class Choice(Model):
    """One choice of a list; ``columns`` are what a choice filter may look at, the code as ``name`` among them."""

    code: str
    label: Text
    columns: dict[str, str]


class Group(_FormModel):
    """A group that questions lie in; its condition holds for all of them."""

    name: str
    label: Text
    appearance: tuple[str, ...]
    relevant: Expression | None


class Question(_FormModel):
    """One row of the survey. ``required`` is an expression, None where the answer may be blank.

    ``groups`` are the groups around it, the outermost first; ``row`` is where it stands in its sheet.
    """

    name: str
    kind: Kind
    row: int
    label: Text
    hint: Text
    appearance: tuple[str, ...]
    groups: tuple[Group, ...]
    choices: tuple[Choice, ...]
    relevant: Expression | None
    constraint: Expression | None
    constraint_message: Text
    required: Expression | None
    required_message: Text
    calculation: Expression | None
    choice_filter: Expression | None


class Form(_FormModel):
    """A questionnaire; every expression looks only at questions that stand before it."""

    id: str
    title: Text
    version: str
    questions: tuple[Question, ...]

    def question(self, name: str) -> Question:
        """Return a question by its name. Raises KeyError."""
        for question in self.questions:
            if question.name == name:
                return question
        raise KeyError(name)


class Fault(Model):
    """What is wrong with a form and where: a sheet and its row (a line, where the form is a text file)."""

    sheet: str
    row: int | None
    reason: str
    unit: Literal["row", "line"] = "row"

    def __str__(self) -> str:
        place = self.sheet if self.row is None else f"{self.sheet}, {self.unit} {self.row}"
        return f"{place}: {self.reason}"


class FormError(Exception):
    """A form that cannot be used; ``faults`` are all that were found."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
