"""The sheets of a form as rows of text: from a YAML file of the repository, or from an XLSX file sent by a person.

The repository's sources are YAML, one file a form: ``survey``, ``choices`` and ``settings`` are lists of rows, a row
is ``column: text``. A changed label is then one changed line in a diff, where a CSV or a Markdown table changes the
whole row; a pattern may hold ``|`` and commas without quoting; and one form stays one file. Columns that are the
spreadsheet's own (``label::Indonesian (id)``) make it convertible to XLSX and back without loss.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from corpus.datafile import DataFile, DataFileError
from tracer.forms.model import Fault, FormError

SHEETS = ("survey", "choices", "settings")
WHOLE_FILE = "file"
"""In the place of a sheet, for what is wrong with all of it."""
LARGEST = 20_000_000
"""Bytes of an XLSX file once unpacked; the ministry's questionnaire needs 100,000."""
_MOST_ROWS = 5_000


@dataclass(frozen=True)
class Row:
    """One row that is not empty: its place in the sheet and its cells by column, as they are written."""

    at: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheets:
    """All rows of a form by sheet; ``unit`` says what a row's place counts."""

    rows: Mapping[str, tuple[Row, ...]]
    unit: Literal["row", "line"]


def read_xlsx(content: bytes) -> Sheets:
    """Read a spreadsheet. Raises FormError where it is none, too large, or has a sheet that is not supported."""
    from pyxform.xls2json_backends import xlsx_to_dict  # as late as in `tracer.forms.reading`

    _check_size(content)
    try:
        book = xlsx_to_dict(io.BytesIO(content))
    # The file comes from outside, and the readers below raise what their XML parsers raise.
    except Exception as error:
        raise FormError(_whole_file(_why_unread(error))) from error
    tables = {name: rows for name, rows in book.items() if isinstance(rows, list) and not name.endswith("_header")}
    others = [name for name, rows in tables.items() if name not in (*SHEETS, "sheet_names") and any(rows)]
    if others:
        raise FormError(*(Fault(sheet=name, row=None, reason="this sheet is not supported") for name in others))
    if "survey" not in tables:
        names = ", ".join(f"`{name}`" for name in book["sheet_names"])
        reason = f"there is no sheet `survey` among {names}: give the sheet with the questions this name"
        raise FormError(_whole_file(reason))
    rows = {name: tuple(Row(at, row) for at, row in enumerate(tables.get(name, []), 2) if row) for name in SHEETS}
    return _counted(Sheets(rows, "row"))


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise FormError(_whole_file("this is no .xlsx file: save the form as an Excel workbook")) from error
    if size > LARGEST:
        raise FormError(_whole_file("the file is too large: keep only the sheets survey, choices and settings"))


def read_yaml(path: Path) -> Sheets:
    """Read a form of the repository. Raises FormError, whose places are lines of the file."""
    try:
        file = DataFile.of(path)
    except DataFileError as error:
        raise FormError(Fault(sheet=error.file, row=error.line, reason=error.problem, unit="line")) from error
    tables = {sheet: _yaml_rows(file, sheet) for sheet in file.data}
    return _counted(Sheets({name: tables.get(name, ()) for name in SHEETS}, "line"))


def sheets_to_keep(sheets: Sheets) -> dict[str, Any]:
    """Return the sheets of a form as JSON can hold them."""
    tables = {name: [[row.at, dict(row.cells)] for row in rows] for name, rows in sheets.rows.items()}
    return {"unit": sheets.unit, "rows": tables}


def sheets_from(kept: Mapping[str, Any]) -> Sheets:
    """Return the sheets that `sheets_to_keep` made data of."""
    return Sheets({name: tuple(Row(*row) for row in rows) for name, rows in kept["rows"].items()}, kept["unit"])


def _yaml_rows(file: DataFile, sheet: str) -> tuple[Row, ...]:
    listed = file.data[sheet]
    if sheet not in SHEETS or not isinstance(listed, list):
        reason = "write survey, choices and settings, each as a list of rows"
        raise FormError(Fault(sheet=sheet, row=file.line((sheet,)), reason=reason, unit="line"))
    rows: list[Row] = []
    for at, cells in enumerate(listed):
        line = file.line((sheet, at))
        if not isinstance(cells, dict) or not cells or not all(isinstance(cell, str) for cell in cells.values()):
            raise FormError(Fault(sheet=sheet, row=line, reason="a row is `column: text`", unit="line"))
        rows.append(Row(line, {column: cell.strip() for column, cell in cells.items() if cell.strip()}))
    return tuple(rows)


def _counted(sheets: Sheets) -> Sheets:
    for name, rows in sheets.rows.items():
        if len(rows) > _MOST_ROWS:
            raise FormError(Fault(sheet=name, row=None, reason=f"more than {_MOST_ROWS:,} rows: split the form"))
    if not sheets.rows["survey"]:
        raise FormError(Fault(sheet="survey", row=None, reason="the sheet has no questions: write one a row"))
    return sheets


def _whole_file(reason: str) -> Fault:
    return Fault(sheet=WHOLE_FILE, row=None, reason=reason)


def _why_unread(error: Exception) -> str:
    twice = re.fullmatch(r"Duplicate column header: (.*)", str(error), re.DOTALL)
    if twice:
        return f"two columns of one sheet are named `{twice[1]}`: keep one of them"
    return f"the spreadsheet cannot be read ({_plain(error)}): save it again as .xlsx"


def _plain(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error)).strip()[:200] or type(error).__name__
