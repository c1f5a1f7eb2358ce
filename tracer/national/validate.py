"""Check the ministry's upload file against the questionnaire alone: each code, range and routing rule.

This module knows nothing of how the file was made, and reads the conditions of the questionnaire by itself, so
that a fault of the export shows here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import IO

from openpyxl import load_workbook

from corpus.model import Model
from tracer.national.questionnaire import Column, Kind, Questionnaire, Template, national, national_template
from tracer.wording import Text

Cells = Mapping[str, object]
GRADUATE = "nimhsmsmh"


class Reason(StrEnum):
    """Why the ministry would refuse a row."""

    HEADING = "heading"
    MISSING = "missing"
    NOT_ASKED = "not asked"
    CODE = "code"
    NUMBER = "number"
    RANGE = "range"
    ABOVE = "above"
    FORM = "form"
    OUTSIDE = "outside"
    DATE = "date"
    TWICE = "twice"


WHY = {
    Reason.HEADING: ("the heading has {value} where {rule} belongs", "judul kolom berisi {value}, seharusnya {rule}"),
    Reason.MISSING: (
        "{column} is empty although it is asked; fill it in",
        "{column} kosong padahal ditanyakan; isilah",
    ),
    Reason.NOT_ASKED: (
        "{column} has an answer although it is not asked ({rule}); empty it or correct that answer",
        "{column} terisi padahal tidak ditanyakan ({rule}); kosongkan atau perbaiki jawaban itu",
    ),
    Reason.CODE: ("{column} is {value}; choose one of {rule}", "{column} berisi {value}; pilih salah satu dari {rule}"),
    Reason.NUMBER: ("{column} is {value}; write a whole number", "{column} berisi {value}; tulis bilangan bulat"),
    Reason.RANGE: ("{column} is {value}; write a number {rule}", "{column} berisi {value}; tulis bilangan {rule}"),
    Reason.ABOVE: (
        "{column} is {value}, more than {rule}; correct one of the two",
        "{column} berisi {value}, lebih dari {rule}; perbaiki salah satunya",
    ),
    Reason.FORM: ("{column} is {value}; write {rule}", "{column} berisi {value}; tulis {rule}"),
    Reason.OUTSIDE: (
        "{column} is {value}, which is not in the province {rule}; correct one of the two",
        "{column} berisi {value}, yang tidak berada di provinsi {rule}; perbaiki salah satunya",
    ),
    Reason.DATE: (
        "{column} is {value}; write a date as year-month-day",
        "{column} berisi {value}; tulis tanggal sebagai tahun-bulan-hari",
    ),
    Reason.TWICE: (
        "{column} {value} stands on row {rule} already; keep one row a graduate",
        "{column} {value} sudah ada di baris {rule}; simpan satu baris per lulusan",
    ),
}


class Refusal(Model):
    """One thing wrong: ``row`` is the sheet's row (1 is the heading), ``why`` one sentence with its mend."""

    row: int
    column: str
    reason: Reason
    why: Text


def file_refusals(source: Path | IO[bytes], version: Template = 86) -> Iterator[Refusal]:
    """Yield what is wrong in an upload file (XLSX, first sheet), in the order of its rows."""
    book = load_workbook(source, read_only=True, data_only=True)
    try:
        lines = iter(book.worksheets[0].iter_rows(values_only=True))
        heading = tuple(next(lines, ()))
        wrong = list(_heading_refusals(heading, tuple(national().template(version))))
        yield from wrong
        if not wrong:
            yield from rows_refusals((dict(zip(map(str, heading), line, strict=False)) for line in lines), 2, version)
    finally:
        book.close()


def rows_refusals(rows: Iterable[Cells], first: int = 1, version: Template = 86) -> Iterator[Refusal]:
    """Yield what is wrong in each row, counted from ``first``, and where a graduate stands a second time."""
    seen: dict[str, int] = {}
    for row, cells in enumerate(rows, start=first):
        yield from row_refusals(cells, row, version)
        graduate = str(cells.get(GRADUATE) or "")
        if graduate and seen.setdefault(graduate, row) != row:
            column = national().columns[GRADUATE]
            yield _refusal(row, GRADUATE, column, Reason.TWICE, graduate, str(seen[graduate]))


def row_refusals(
    cells: Cells, row: int, version: Template = 86, questionnaire: Questionnaire | None = None
) -> Iterator[Refusal]:
    """Yield what is wrong in one graduate's cells (by column; empty is absent or None)."""
    columns = questionnaire.template(version) if questionnaire else national_template(version)
    for code, column in columns.items():
        value = cells.get(code)
        failed = column.when and [
            other for other, values in column.when.items() if _code(cells.get(other)) not in values
        ]
        if value is None or value == "":
            if not failed and not column.optional:
                yield _refusal(row, code, column, Reason.MISSING)
        elif failed:
            other = failed[0]
            yield _refusal(row, code, column, Reason.NOT_ASKED, rule=f"{other} = {_shown(cells.get(other))}")
        else:
            yield from _value_refusals(row, code, column, cells)


def _heading_refusals(heading: Sequence[object], codes: Sequence[str]) -> Iterator[Refusal]:
    for found, code in zip_longest(heading, codes):
        if found != code:
            yield _said(1, code or str(found), Reason.HEADING, _shown(found), code or "-")


def _value_refusals(row: int, code: str, column: Column, cells: Cells) -> Iterator[Refusal]:
    value = cells[code]
    if column.kind in (Kind.ONE, Kind.TICK):
        known = column.options or (0, 1)
        if _code(value) not in known:
            yield _refusal(row, code, column, Reason.CODE, value, ", ".join(map(str, sorted(known))))
    elif column.kind is Kind.NUMBER:
        yield from _number_refusals(row, code, column, cells)
    elif column.kind is Kind.DATE:
        if not _is_date(value):
            yield _refusal(row, code, column, Reason.DATE, value)
    else:
        yield from _text_refusals(row, code, column, cells)


def _number_refusals(row: int, code: str, column: Column, cells: Cells) -> Iterator[Refusal]:
    value = _code(cells[code])
    if value is None:
        yield _refusal(row, code, column, Reason.NUMBER, cells[code])
        return
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = (("≥", low), ("≤", high))
        rule = ", ".join(f"{sign} {bound}" for sign, bound in bounds if bound is not None)
        yield _refusal(row, code, column, Reason.RANGE, value, rule)
    limit = _code(cells.get(column.at_most)) if column.at_most else None
    if limit is not None and value > limit:
        yield _refusal(row, code, column, Reason.ABOVE, value, f"{column.at_most} = {limit}")


def _text_refusals(row: int, code: str, column: Column, cells: Cells) -> Iterator[Refusal]:
    text = str(cells[code])
    # The name of a place has no form; its code, which has digits only, does.
    ruled = column.pattern is not None and (column.kind is Kind.TEXT or text.isdigit())
    if not text.strip() or (ruled and not re.fullmatch(column.pattern or "", text, re.ASCII)):
        rule = column.form or Text(en="a text", id="teks")
        yield _refusal(row, code, column, Reason.FORM, text, rule)
    elif column.within and ruled:
        province = str(cells.get(column.within))
        if province.isdigit() and province[:2] != text[:2]:
            yield _refusal(row, code, column, Reason.OUTSIDE, text, province)


def _code(value: object) -> int | None:
    """Return the whole number that a cell holds, written as a number or as digits; None for anything else."""
    if type(value) is int:  # by far the most; True is none
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    return None


def _is_date(value: object) -> bool:
    if isinstance(value, (date, datetime)):
        return True
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def _refusal(
    row: int, code: str, column: Column, reason: Reason, value: object = None, rule: str | Text = ""
) -> Refusal:
    return _said(row, code, reason, "•••" if column.sensitive else _shown(value), rule)


def _said(row: int, code: str, reason: Reason, value: str, rule: str | Text) -> Refusal:
    rules = rule if isinstance(rule, Text) else Text(en=rule, id=rule)
    english, indonesian = WHY[reason]
    why = Text(
        en=english.format(column=code, value=value, rule=rules.en),
        id=indonesian.format(column=code, value=value, rule=rules.id),
    )
    return Refusal(row=row, column=code, reason=reason, why=why)


def _shown(value: object) -> str:
    """Return a cell as a sentence may quote it, cut short."""
    text = "-" if value is None or value == "" else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
