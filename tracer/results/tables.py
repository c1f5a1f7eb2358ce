"""Answers as a table with words for its columns and codes, and the table as CSV, JSON and SPSS file (.sav).

These files have a row for each person and so can be traced to people, with names or without: they are for those who
may read identified answers. Each carries a note of who made it and when.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.lexicon.entries import Language
from tracer.forms import Form, Question
from tracer.forms import Kind as FormKind
from tracer.national.export import NOT_IN_XML, row
from tracer.national.questionnaire import Answers, Column, Kind, national
from tracer.results.gathered import Sent
from tracer.results.wording import say

Cell = int | float | str | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_LABEL, _LONGEST_VALUE_LABEL, _LONGEST_TEXT = 250, 115, 2_000
"""Bytes that SPSS gives a variable's label and a value's (256 and 120, less room for a cut character), and a cell."""
_NOTE_LINE = 80
"""Bytes of a line of an SPSS file's note."""


@dataclass(frozen=True)
class Field:
    """A column: its name, its words, and what each code means (empty for numbers and texts)."""

    name: str
    label: str
    codes: Mapping[int, str]
    is_number: bool


@dataclass(frozen=True)
class Table:
    """Rows of answers; ``note`` says who made it and when."""

    title: str
    note: str
    fields: tuple[Field, ...]
    rows: tuple[Mapping[str, Cell], ...]


def national_table(graduates: Sequence[Answers], title: str, note: str, language: Language) -> Table:
    """Return the national questionnaire's columns, with names, as `tracer.national.bridge.named_rows` has them.

    NIK and NPWP are in the ministry's file alone.
    """
    columns = {code: column for code, column in national().template().items() if not column.sensitive}
    fields = tuple(_column_field(code, column, language) for code, column in columns.items())
    return Table(title, note, fields, tuple(_plain(row(answers), fields) for answers in graduates))


def form_table(form: Form, sent: Sequence[Sent], title: str, note: str, language: Language) -> Table:
    """Return the answers to any other form: programme, level and year, then each question; no names."""
    about = [
        Field("interview", "interview", {}, is_number=True),
        *(Field(key, say(key, language), {}, is_number=False) for key in ("programme", "level", "cohort_year")),
    ]
    fields = (*about, *(field for question in form.questions for field in _question_fields(question, language)))
    return Table(title, note, fields, tuple(_form_row(entry, form, language) for entry in sent))


def csv_of(table: Table) -> bytes:
    """Return the table as CSV (UTF-8 with a mark, so that spreadsheets read it right); the note is its last column."""
    content = io.StringIO()
    writer = csv.writer(content)
    names = [field.name for field in table.fields]
    writer.writerow([*names, "note"])
    for cells in table.rows:
        writer.writerow([*(_safe(cells.get(name)) for name in names), table.note])
    return content.getvalue().encode("utf-8-sig")


def json_of(table: Table) -> bytes:
    """Return the table as JSON: the note, the columns with their words and codes, the rows."""
    columns = {
        field.name: {"label": field.label, "codes": {str(code): words for code, words in field.codes.items()}}
        for field in table.fields
    }
    whole = {"title": table.title, "note": table.note, "columns": columns, "rows": list(table.rows)}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8")


def sav_of(table: Table) -> bytes:
    """Return the table as an SPSS file with labels of variables and values."""
    import pandas as pd  # pandas and pyreadstat take a second, which only this file needs
    import pyreadstat

    frame = pd.DataFrame({field.name: _series(table, field) for field in table.fields})
    labels = {field.name: _cut(field.label, _LONGEST_LABEL) for field in table.fields}
    values: dict[str, dict[int | float, str]] = {
        field.name: {code: _cut(words, _LONGEST_VALUE_LABEL) for code, words in field.codes.items()}
        for field in table.fields
        if field.codes
    }
    measures = {field.name: "nominal" if field.codes or not field.is_number else "scale" for field in table.fields}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.sav"
        pyreadstat.write_sav(
            frame,
            path,
            file_label=_cut(table.title, 60),
            column_labels=dict(labels),
            variable_value_labels=values,
            variable_measure=measures,
            note=list(_note_lines(table.note)),
            row_compress=True,
        )
        return path.read_bytes()


def _series(table: Table, field: Field) -> list[object]:
    if field.is_number:
        return [
            float("nan") if cells.get(field.name) is None else float(cells[field.name] or 0) for cells in table.rows
        ]
    return [_cut(str(cells.get(field.name) or ""), _LONGEST_TEXT) for cells in table.rows]


def _column_field(code: str, column: Column, language: Language) -> Field:
    codes = {option: words.in_(language) for option, words in column.options.items()}
    label = column.ask.in_(language)
    if column.kind is Kind.TICK:
        codes = {0: say("not_ticked", language), 1: say("ticked", language)}
        label = f"{national().lists[str(column.list)].ask.in_(language)} {label}"
    return Field(code, label, codes, is_number=column.kind in (Kind.ONE, Kind.NUMBER, Kind.TICK))


def _question_fields(question: Question, language: Language) -> Iterator[Field]:
    """Yield a question's column, a multiple choice's one for each choice; codes that are numbers get labels."""
    label = question.label.in_(language)
    if question.kind is FormKind.NOTE:
        return
    if question.kind is FormKind.SELECT_MULTIPLE:
        codes = {0: say("not_ticked", language), 1: say("ticked", language)}
        for choice in question.choices:
            name = f"{question.name}_{choice.code}"
            yield Field(name, f"{label} {choice.label.in_(language)}", codes, is_number=True)
        return
    is_coded = question.kind is FormKind.SELECT_ONE and all(choice.code.isdecimal() for choice in question.choices)
    codes = {int(choice.code): choice.label.in_(language) for choice in question.choices} if is_coded else {}
    is_number = is_coded or question.kind in (FormKind.INTEGER, FormKind.DECIMAL)
    yield Field(question.name, label, codes, is_number=is_number)


def _form_row(entry: Sent, form: Form, language: Language) -> Mapping[str, Cell]:
    interview, answers = entry
    cells: dict[str, Cell] = {
        "interview": interview.id,
        "programme": interview.programme_code,
        "level": interview.level,
        "cohort_year": None if interview.cohort is None else f"{interview.cohort}/{interview.cohort + 1}",
    }
    for question in form.questions:
        value = answers.get(question.name)
        if isinstance(value, tuple):
            cells |= {f"{question.name}_{choice.code}": int(choice.code in value) for choice in question.choices}
        elif value is not None:
            (field,) = _question_fields(question, language)
            cells[question.name] = float(value) if field.is_number else NOT_IN_XML.sub("", str(value))
    return {name: int(cell) if isinstance(cell, float) and cell.is_integer() else cell for name, cell in cells.items()}


def _plain(cells: Mapping[str, int | str | date], fields: Sequence[Field]) -> Mapping[str, Cell]:
    """Return the cells of an upload row; a number that is none (a text somebody imported) is left out."""
    found: dict[str, Cell] = {}
    for field in fields:
        value = cells.get(field.name)
        if isinstance(value, int):
            found[field.name] = value
        elif value is not None and not field.is_number:
            found[field.name] = str(value)
    return found


def _safe(cell: Cell) -> Cell:
    """Return a cell that a spreadsheet takes for a text, also where somebody typed a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _cut(words: str, most: int) -> str:
    """Return words cut to a number of bytes, between characters."""
    return words.encode("utf-8")[:most].decode("utf-8", "ignore")


def _note_lines(note: str) -> Iterator[str]:
    while note:
        line = _cut(note, _NOTE_LINE)
        yield line
        note = note[len(line) :]
