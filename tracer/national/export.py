"""Answers of graduates as rows of the ministry's upload file (XLSX)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from tracer.national.places import Places
from tracer.national.questionnaire import Answers, Column, Kind, Questionnaire, Template, national_template

Value = int | str
Row = Mapping[str, Value]
"""The cells of one graduate by column; a column without a value is an empty cell."""

SPACES = re.compile(r"\s+")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0e-\x1b\ud800-\udfff\ufffe\uffff]")
WITHIN_MONTHS = 6
"""The older template asks whether the job came within six months."""


def row(
    answers: Answers, version: Template = 86, places: Places | None = None, questionnaire: Questionnaire | None = None
) -> Row:
    """Return the cells of one graduate: what the routing asks, and nothing else.

    Answers to questions that no longer apply are left out; a box that is not ticked in a list that is asked
    is 0; places are codes where ``places`` has them, else names. Values are not judged here (``validate`` does).
    """
    columns = questionnaire.template(version) if questionnaire else national_template(version)
    given = {**_older_questions(answers), **answers}
    kept: dict[str, Value] = {}
    for code, column in columns.items():
        # Conditions look at what was kept, so an answer that is set aside takes its follow-up question with it.
        if not column.when or all(kept.get(other) in values for other, values in column.when.items()):
            value = given.get(code, 0 if column.kind is Kind.TICK else None)
            cell = None if value is None else _cell(column, value, kept, places)
            if cell not in (None, ""):
                kept[code] = cell
    return kept


def write(rows: Iterable[Row], target: Path | IO[bytes], version: Template = 86, note: str = "") -> int:
    """Write the upload file to ``target``: the columns' codes, then one line a row. Return the number of rows.

    ``note`` goes into the file's properties, so that the sheet is what the ministry expects.
    """
    codes = tuple(national_template(version))
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.description = "TanyaMutu", note
    sheet = book.create_sheet("tracer study")
    sheet.append(codes)
    count = 0
    for count, cells in enumerate(rows, start=1):  # noqa: B007 - the last count is the result
        sheet.append([_safe(sheet, cells.get(code)) for code in codes])
    book.save(target)
    return count


def _older_questions(answers: Answers) -> Mapping[str, Value]:
    """Answer the older template's two questions, which the present one replaces by the months themselves."""
    months = answers.get("f502")
    if not isinstance(months, int):
        return {}
    return {"f504": 1} if months <= WITHIN_MONTHS else {"f504": 2, "f506": months}


def _cell(column: Column, value: int | str | date, kept: Row, places: Places | None) -> Value:
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int):
        return int(value)
    text = SPACES.sub(" ", NOT_IN_XML.sub("", value)).strip()
    if column.kind is not Kind.PLACE or places is None:
        return text
    return places.regency(str(kept.get(column.within)), text) if column.within else places.province(text)


def _safe(sheet: WriteOnlyWorksheet, value: Value | None) -> object:
    """Keep what an alumnus typed a text: ``=1+1`` must not become a formula, nor ``#N/A`` an error."""
    if not isinstance(value, str) or not value.startswith(("=", "#")):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell
