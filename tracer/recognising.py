"""What a file is that somebody sent: a list of graduates, a questionnaire of their own, or answers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from enum import StrEnum

from openpyxl import load_workbook

from store.lists import TITLE_ROWS
from store.sheets import SheetError, SheetRow, read_sheets
from tracer.national.places import is_code
from tracer.national.questionnaire import national
from tracer.population import NIM_NAMES, fields_named

_WORDS = (
    ("answers", r"jawaban|hasil isian|answers?|responses?"),
    ("form", r"kuesioner|kuisioner|formulir|angket|questionnaires?|xlsform|forms?"),
    ("places", r"kode wilayah|wilayah|codes of places"),
    ("graduates", r"lulusan|alumni|populasi|graduates?|population"),
)
_SURVEY_SHEET = "survey"


class FileKind(StrEnum):
    """What a file is."""

    GRADUATES = "graduates"
    FORM = "form"
    ANSWERS = "answers"
    PLACES = "places"


def kind_of(name: str, caption: str, content: bytes) -> FileKind | None:
    """Return what a file is by the words beside it, else by its sheets and headings; None where nothing tells."""
    for kind, words in _WORDS:
        if re.search(rf"\b(?:{words})\b", caption, re.IGNORECASE):
            return FileKind(kind)
    if _SURVEY_SHEET in _sheets(content):
        return FileKind.FORM
    try:
        readings = read_sheets(content, name, first=TITLE_ROWS)
    except SheetError:
        return None
    found = [_by_heads(row.cells) for rows in readings for row in rows]
    kinds = (kind for kind in (FileKind.GRADUATES, FileKind.ANSWERS) if kind in found)
    return next(kinds, FileKind.PLACES if any(_has_places(rows) for rows in readings) else None)


def _sheets(content: bytes) -> list[str]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return []
    try:
        return load_workbook(io.BytesIO(content), read_only=True).sheetnames
    # The file comes from outside, and the readers raise what their XML parsers raise.
    except Exception:
        return []


def _has_places(rows: Sequence[SheetRow]) -> bool:
    """Whether each row under the first has a code of the ministry's for a place."""
    return len(rows) > 1 and all(any(is_code(cell.strip()) for cell in row.cells) for row in rows[1:])


def _by_heads(cells: Iterable[str]) -> FileKind | None:
    """Return what the names of columns tell; None without a student number."""
    plain = [" ".join(re.findall(r"[^\W_]+", cell.casefold())) for cell in cells if cell.strip()]
    if not set(plain) & set(NIM_NAMES):
        return None
    asked = set(plain) & {code for code in national().columns if re.fullmatch(r"f\d.*", code)}
    fields = fields_named(plain)
    if not asked and ("graduated" in fields or len(fields) > len(plain) / 2):
        return FileKind.GRADUATES
    return FileKind.ANSWERS
