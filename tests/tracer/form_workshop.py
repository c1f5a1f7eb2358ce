"""Builds small forms as spreadsheets, as a coordinator would send them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from tracer.forms import Form, load_xlsx

NOW = dt.datetime(2026, 11, 21, 10, 0)
Row = Mapping[str, object]


def xlsx(survey: Sequence[Row], choices: Sequence[Row] = (), settings: Sequence[Row] = ()) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"survey": survey, "choices": choices, "settings": settings}.items():
        sheet = book.create_sheet(name)
        headers = list(dict.fromkeys(header for row in rows for header in row))
        sheet.append(headers)
        for row in rows:
            sheet.append([row.get(header) for header in headers])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def form(survey: Sequence[Row], choices: Sequence[Row] = (), settings: Sequence[Row] = ()) -> Form:
    return load_xlsx(xlsx(survey, choices, settings))


def asked(type_: str, name: str, **more: object) -> dict[str, object]:
    return {"type": type_, "name": name, "label": f"Question {name}", **more}


def choice(list_name: str, name: object, **more: object) -> dict[str, object]:
    return {"list_name": list_name, "name": name, "label": f"Choice {name}", **more}


def calculated(name: str, calculation: str) -> dict[str, object]:
    return {"type": "calculate", "name": name, "calculation": calculation}


END: Row = {"type": "end group"}
YES_NO = [choice("yn", "yes"), choice("yn", "no")]
