"""Links as people need them: a list for a mail merge, a QR code, sheets of QR codes with names to cut out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from tracer.national.export import NOT_IN_XML
from tracer.wording import Text

COLUMNS = ("nim", "name", "programme", "cohort", "phone", "email", "telegram", "link")
MOST_ON_A_SHEET = 3_000
"""QR codes in one PDF file; it takes half a minute to draw."""
_ACROSS, _DOWN = 3, 4
_MARGIN, _CODE = 10.0, 44.0
"""Millimetres."""
_YES = Text(id="ya", en="yes")
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d ()-]*$)")


@dataclass(frozen=True)
class LinkRow:
    """Somebody and their link, as a list has them; ``is_in_telegram`` says that the bot can remind them itself."""

    nim: str
    name: str
    programme: str
    cohort: str
    phone: str
    email: str
    is_in_telegram: bool
    link: str

    def cells(self, language: str) -> list[str]:
        """Return the cells in the order of `COLUMNS`."""
        yes = _YES.id if language == "id" else _YES.en
        here = yes if self.is_in_telegram else ""
        return [self.nim, self.name, self.programme, self.cohort, self.phone, self.email, here, self.link]


@dataclass(frozen=True)
class ListFile:
    """A list of people to be written; ``note`` says who made it and when, and stands in its last column."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def lines(self) -> Iterator[tuple[str, ...]]:
        """Yield the names of the columns, then the rows."""
        yield (*self.head, "note")
        yield from ((*row, self.note) for row in self.rows)


def links_file(ending: str, title: str, rows: Sequence[LinkRow], language: str, note: str) -> bytes:
    """Return links as ``xlsx``, ``csv`` or ``pdf`` (sheets of QR codes)."""
    if ending == "pdf":
        return qr_sheet(title, rows, note)
    table = ListFile(title, COLUMNS, [row.cells(language) for row in rows], note)
    return as_csv(table) if ending == "csv" else as_xlsx(table)


def as_csv(table: ListFile) -> bytes:
    """Return a CSV that office programs open; what looks like a formula gets a mark in front."""
    target = io.StringIO(newline="")
    csv.writer(target).writerows(
        [f"'{cell}" if _FORMULA.match(cell) else cell for cell in line] for line in table.lines()
    )
    return target.getvalue().encode("utf-8-sig")


def as_xlsx(table: ListFile) -> bytes:
    """Return a workbook of one sheet; every cell is text, also where it looks like a formula or a number."""
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.description = "TanyaMutu", table.note
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", table.title)[:31] or "1")
    for row in table.lines():
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, NOT_IN_XML.sub("", value))
            cell.data_type = "s"
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def qr_png(link: str, scale: int = 12) -> bytes:
    """Return a QR code as a picture of about 500 dots, which survives a bad copy (error correction M)."""
    target = io.BytesIO()
    segno.make(link, error="m", micro=False).save(target, kind="png", scale=scale, border=4)
    return target.getvalue()


def qr_sheet(title: str, rows: Sequence[LinkRow], note: str) -> bytes:
    """Return sheets of A4 with twelve codes each, under each the name, NIM and programme; the note is at the foot.

    The letters come with the drawing library, so that names in any Latin, Greek or Cyrillic letters are printed.
    """
    import matplotlib
    from fpdf import FPDF

    sheet = FPDF(format="A4")
    sheet.set_auto_page_break(False)
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        sheet.add_font("DejaVu", style, Path(matplotlib.get_data_path()) / "fonts" / "ttf" / file)
    wide, high = (sheet.w - 2 * _MARGIN) / _ACROSS, (sheet.h - 3 * _MARGIN) / _DOWN
    for number, row in enumerate(rows):
        place = number % (_ACROSS * _DOWN)
        if place == 0:
            sheet.add_page()
            sheet.set_xy(_MARGIN, _MARGIN)
            sheet.set_font("DejaVu", "B", 11)
            sheet.cell(sheet.w - 2 * _MARGIN, 6, _fitting(sheet.get_string_width, title, sheet.w - 2 * _MARGIN))
            sheet.set_font("DejaVu", "", 7)
            sheet.set_xy(_MARGIN, sheet.h - _MARGIN)
            sheet.cell(sheet.w - 2 * _MARGIN, 4, _fitting(sheet.get_string_width, note, sheet.w - 2 * _MARGIN))
        left, top = _MARGIN + place % _ACROSS * wide, 2 * _MARGIN + place // _ACROSS * high
        sheet.image(io.BytesIO(qr_png(row.link, scale=4)), left + (wide - _CODE) / 2, top, _CODE)
        for line, (style, size, words) in enumerate((("B", 9, row.name), ("", 8, row.nim), ("", 8, row.programme))):
            sheet.set_font("DejaVu", style, size)
            sheet.set_xy(left, top + _CODE + 1 + line * 4.5)
            sheet.cell(wide, 4.5, _fitting(sheet.get_string_width, words, wide - 2), align="C")
    return bytes(sheet.output())


def _fitting(width: Callable[[str], float], words: str, room: float) -> str:
    """Return words cut so that they fit into a line."""
    if width(words) <= room:
        return words
    while words and width(f"{words}…") > room:
        words = words[:-1]
    return f"{words}…"
