"""The national core questionnaire as data: which columns, in which order, with which codes and conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from corpus.datafile import DataFile, Location
from corpus.model import Model
from tracer.wording import Text

FILE = Path(__file__).with_name("questionnaire.yaml")

Template = Literal[86, 88]
Conditions = Mapping[str, tuple[int, ...]]
Answers = Mapping[str, int | str | date]
"""The answers of one graduate by column; a box that is not ticked is 0 or absent."""


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    ONE = "one"
    TICK = "tick"


class Choices(Model):
    """A question with boxes to tick, each box a column."""

    ask: Text
    when: Conditions = Field(default_factory=dict)


class Column(Model):
    """One column of the upload file, as the heading of ``questionnaire.yaml`` explains."""

    kind: Kind
    ask: Text
    options: Mapping[int, Text] = Field(default_factory=dict)
    scale: str | None = None
    list: str | None = None
    when: Conditions = Field(default_factory=dict)
    pattern: str | None = None
    form: Text | None = None
    minimum: int | None = None
    maximum: int | None = None
    plausible: int | None = None
    at_most: str | None = None
    unit: Literal["rupiah", "months"] | None = None
    within: str | None = None
    optional: bool = False
    sensitive: bool = False
    only_in: Annotated[int, Field(ge=88, le=88)] | None = None


class Questionnaire(Model):
    """The columns by code, in the template's order, the questions that hold boxes to tick, and the scales' words."""

    columns: Mapping[str, Column]
    lists: Mapping[str, Choices]
    grids: Mapping[str, Text]

    def template(self, version: Template = 86) -> Mapping[str, Column]:
        """Return the columns of one version of the upload template, in its order."""
        return {code: column for code, column in self.columns.items() if column.only_in in (None, version)}


class _RawFile(Model):
    scales: Mapping[str, Mapping[int, Text]]
    grids: Mapping[str, Text]
    lists: Mapping[str, Choices]
    columns: Mapping[str, Column]


def read_questionnaire(path: Path = FILE) -> Questionnaire:
    """Return the questionnaire of ``path``. Raise DataFileError with file, line and mend."""
    file = DataFile.of(path)
    raw = file.read(_RawFile)
    columns: dict[str, Column] = {}
    for code, column in raw.columns.items():
        problem = _problem(raw, columns, column)
        if problem is not None:
            raise file.error(("columns", code, *problem[0]), f"{problem[1]} (column `{code}`)")
        columns[code] = _settled(raw, column)
    return Questionnaire(columns=columns, lists=raw.lists, grids=raw.grids)


@cache
def national() -> Questionnaire:
    """Return the questionnaire that ships with the assistant, read once."""
    return read_questionnaire()


@cache
def national_template(version: Template = 86) -> Mapping[str, Column]:
    """Return the columns of one version of the national template, made once: every row of a file needs them."""
    return national().template(version)


def _settled(raw: _RawFile, column: Column) -> Column:
    """Put the scale in the place of its name, and a list's conditions on each of its boxes."""
    options = raw.scales[column.scale] if column.scale else column.options
    when = raw.lists[column.list].when if column.list else column.when
    return column.model_copy(update={"options": options, "when": when})


def _problem(raw: _RawFile, earlier: Mapping[str, Column], column: Column) -> tuple[Location, str] | None:
    """Return where and how ``column`` contradicts itself, the scales, the lists or the columns before it."""
    if column.scale is not None and column.scale not in raw.scales:
        return ("scale",), f"no scale is named `{column.scale}`; write it under `scales` or list the options here"
    if column.scale is not None and column.scale not in raw.grids:
        return ("scale",), f"the scale `{column.scale}` has no words; write them under `grids`"
    if (column.kind is Kind.ONE) != bool(column.options or column.scale):
        return ("options",), "options belong to the kind `one` and to no other; add them or change the kind"
    if (column.kind is Kind.TICK) != (column.list in raw.lists):
        return ("list",), "a tick, and nothing else, names its list; write `list:` with a name from `lists`"
    if (column.pattern is None) != (column.form is None):
        return ("pattern",), "a pattern needs a `form` that says it in words, and the reverse; write both"
    return _broken_reference(raw, earlier, column)


def _broken_reference(raw: _RawFile, earlier: Mapping[str, Column], column: Column) -> tuple[Location, str] | None:
    try:
        re.compile(column.pattern or "")
    except re.error as error:
        return ("pattern",), f"the pattern is not a regular expression ({error}); mend it"
    for key in ("at_most", "within"):
        other = getattr(column, key)
        if other is not None and other not in earlier:
            return (key,), f"`{other}` is not a column before this one; name an earlier column"
    for code, values in (raw.lists[column.list].when if column.list else column.when).items():
        if code not in earlier:
            return ("when", code), f"`{code}` is not a column before this one; a condition looks back only"
        known = set(earlier[code].options) or {0, 1}
        if not values or not known.issuperset(values):
            return ("when", code), f"`{code}` has the codes {sorted(known)}; write some of these"
    return None
