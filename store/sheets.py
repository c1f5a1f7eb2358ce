"""Spreadsheets as rows of text: CSV as offices write it, and XLSX; the first of many people's errors end here.

Cells come out as they look: a number whose format has leading zeros keeps them. Only text and numbers are read;
formulas give the value that the office program saved with them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.workbook import Workbook

from store.database import StoreError

MOST_ROWS = 20_000
HEAD_ROWS = 20
"""Rows that may stand above them: titles, the names of the columns."""
MOST_COLUMNS = 100
MOST_BYTES = 20_000_000
"""As much as a bot may download (Bot API, ``getFile``)."""
MOST_UNPACKED = 300_000_000
EXACT_DIGITS = 15
"""Digits that spreadsheets keep of a number; further ones are zeros."""
SEPARATORS = (",", ";", "\t")

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell


class SheetError(StoreError):
    """A file that is no list that can be read; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its number as an office program shows it, and its cells.

    ``numeric`` are the places of cells that the file holds as whole numbers; ``fault`` says what is wrong with one.
    """

    number: int
    cells: tuple[str, ...]
    numeric: frozenset[int] = frozenset()
    fault: str = ""


def read_sheets(
    content: bytes, name: str, sheet: str | None = None, *, first: int | None = None
) -> list[list[SheetRow]]:
    """Return the rows that are not blank, at least one; of a CSV once for each separator that is possible.

    `name` is the file's name, for messages; `sheet` the name of a sheet of an XLSX, else it is the first; `first`
    is the number of rows that are wanted, None for all. Raises `SheetError`.
    """
    _refuse_at_sight(content, name)
    if content.startswith(_ZIP):
        readings = [_limited(_read_workbook(content, name, sheet), name, first)]
    elif sheet is not None:
        raise SheetError(f"{name} is no XLSX file and has no sheet “{sheet}”: leave the name of the sheet out.")
    else:
        readings = _read_text(_decoded(content, name), name, first)
    readings = [rows for rows in readings if rows]
    if not readings:
        raise SheetError(f"{name} is empty: save the list again, as CSV or XLSX.")
    return readings


def _refuse_at_sight(content: bytes, name: str) -> None:
    """Raise `SheetError` for what its first bytes or its size tell to be no list."""
    if len(content) > MOST_BYTES:
        raise SheetError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: split it, or leave pictures out.")
    if content.startswith(_PDF):
        raise SheetError(f"{name} is a PDF: save the list as CSV or XLSX instead.")
    if content.startswith(_OLE):
        raise SheetError(
            f"{name} is locked with a password or in the old XLS format: save it unlocked, as XLSX or CSV."
        )


def _read_text(text: str, name: str, first: int | None) -> list[list[SheetRow]]:
    readings = []
    for separator in [one for one in SEPARATORS if one in text] or [","]:
        with suppress(csv.Error):  # the quotation marks do not fit this separator
            readings.append(_limited(_read_csv(text, separator), name, first))
    if not readings:
        raise SheetError(f"{name} has a quotation mark without its pair: save the list again, as CSV or XLSX.")
    return readings


def _decoded(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise SheetError(f"{name} is no text and no XLSX file: save the list as CSV (UTF-8) or XLSX.")


def _read_csv(text: str, separator: str) -> Iterator[SheetRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for number, cells in enumerate(reader, 1):
        if any(map(str.strip, cells)):
            yield SheetRow(number, tuple(cells))


def _limited(rows: Iterable[SheetRow], name: str, first: int | None) -> list[SheetRow]:
    if first is not None:
        return list(islice(rows, first))
    taken = list(islice(rows, MOST_ROWS + HEAD_ROWS + 1))
    if len(taken) > MOST_ROWS + HEAD_ROWS:
        raise SheetError(f"{name} has more than {MOST_ROWS:,} rows: split it into several files.")
    return taken


def _read_workbook(content: bytes, name: str, sheet: str | None) -> Iterator[SheetRow]:
    with _faults(name), closing(_workbook(content, name)) as workbook:
        names = [one.title for one in workbook.worksheets]
        if not names or (sheet is not None and sheet not in names):
            raise SheetError(f"{name} has no sheet “{sheet or 1}”: name one of {', '.join(names) or 'another file'}.")
        chosen = workbook[sheet or names[0]]
        chosen.reset_dimensions()  # what a file says of its size may be wrong
        for number, cells in enumerate(chosen.iter_rows(max_col=MOST_COLUMNS), 1):
            row = _sheet_row(number, cells)
            if any(map(str.strip, row.cells)):
                yield row


def _workbook(content: bytes, name: str) -> Workbook:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if "xl/workbook.xml" not in packed.namelist():
            raise SheetError(f"{name} is no XLSX file: save the list as XLSX or CSV.")
        if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
            raise SheetError(f"{name} is too large when unpacked: save the list alone in a new file.")
    return load_workbook(io.BytesIO(content), read_only=True, data_only=True)


@contextmanager
def _faults(name: str) -> Iterator[None]:
    """Say in our words what zipfile and openpyxl find wrong; they raise whatever their parsers do."""
    try:
        yield
    except SheetError:
        raise
    except Exception as error:
        raise SheetError(f"{name} is damaged: open it in an office program and save it again, as XLSX.") from error


def _sheet_row(number: int, cells: Iterable[AnyCell]) -> SheetRow:
    texts, numeric, fault = [], set(), ""
    for place, cell in enumerate(cells):
        text = _shown(cell)
        if isinstance(cell.value, int | float) and text.isdigit():
            numeric.add(place)
        if len(text) > EXACT_DIGITS and place in numeric:
            fault = (
                f"{text} has more than {EXACT_DIGITS} digits and was rounded: format its column as text, write it again"
            )
        texts.append(text)
    return SheetRow(number, tuple(texts), frozenset(numeric), fault)


def _shown(cell: AnyCell) -> str:
    """Return a cell's text as the office program shows it, as far as lists of names and codes need that."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        zeros = re.fullmatch(r"0+", str(cell.number_format or ""))
        return str(value).zfill(len(zeros[0]) if zeros else 0)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)
