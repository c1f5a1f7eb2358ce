"""The audit trail as an XLSX file that an auditor can take as evidence.

The first sheet says of what it is and who made it when, the second has a row for each entry. Texts of people are
cells of text, never formulas.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from handlers.texts import Speech
from handlers.trail_wording import ACTS, TrailRow, clause_of, why
from handlers.wording import role_name
from index.reply import clean

MOST_IN_A_CELL = 32_767
"""Characters (Excel's own limit)."""
WIDTH = 24


@dataclass(frozen=True)
class SheetRow:
    """An entry with what only the desk can tell: the unit of its run and the event that it is about."""

    row: TrailRow
    unit: str
    event: str


def trail_file(t: Speech, facts: Sequence[tuple[str, str]], rows: Sequence[SheetRow], zone: ZoneInfo) -> bytes:
    """Return a workbook: ``facts`` (labels with values) on the first sheet, the entries on the second."""
    book = Workbook()
    about = book.worksheets[0]
    about.title = t.plain("About")
    for label, value in facts:
        _put(about, [label, value])
    _widen(about, [WIDTH, 3 * WIDTH])
    entries = book.create_sheet(t.plain("Entries"))
    columns = _columns(t)
    _put(entries, columns)
    for cell in entries[1]:
        cell.font = Font(bold=True)
    for row in rows:
        _put(entries, _cells(t, row, zone))
    entries.freeze_panes = "A2"
    _widen(entries, [WIDTH] * len(columns))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _columns(t: Speech) -> list[str]:
    return [
        t.plain("Entry"),
        t.plain("When"),
        t.plain("What"),
        t.plain("Run"),
        t.plain("SOP"),
        t.plain("Unit of the run"),
        t.plain("Step"),
        t.plain("Words of the step"),
        t.plain("Clause"),
        t.plain("Who"),
        t.plain("Role"),
        t.plain("About whom"),
        t.plain("Day before"),
        t.plain("Day after"),
        t.plain("Reason"),
        t.plain("Note"),
        t.plain("Evidence"),
        t.plain("Evidence: Telegram's file_id"),
        t.plain("Event"),
        t.plain("More"),
    ]


def _cells(t: Speech, found: SheetRow, zone: ZoneInfo) -> list[object]:
    row, entry, run, step = found.row, found.row.entry, found.row.run, found.row.step
    evidence = row.evidence
    return [
        entry.id,
        entry.at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        t.plain(ACTS[entry.act]),
        entry.run_id,
        f"{run.code} {run.title.of(t.language)}" if run else "",
        found.unit,
        step.number if step else "",
        step.text.of(t.language) if step else "",
        clause_of(step) if step else "",
        entry.name or t.plain("TanyaMutu itself"),
        role_name(t, entry.role) if entry.role else "",
        entry.told_name,
        row.day("before"),
        row.day("day"),
        why(t, row),
        entry.details.get("note", ""),
        evidence.name if evidence else "",
        evidence.file_id if evidence else "",
        found.event,
        row.rest,
    ]


def _put(sheet: Worksheet, values: Sequence[Any]) -> None:
    """Add a row; a text stays one, also where it looks like a formula."""
    number = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(number, column)
        if isinstance(value, (int, dt.date)):
            cell.value = value
        elif value:
            cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", clean(str(value)))[:MOST_IN_A_CELL]
            cell.data_type = "s"
            cell.quotePrefix = True


def _widen(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
