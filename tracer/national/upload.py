"""The upload file from answers: made, checked, and written without the rows that the ministry would refuse."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from corpus.model import Model
from tracer.national.export import Row, row, write
from tracer.national.places import Places
from tracer.national.questionnaire import Answers, Kind, Template, national
from tracer.national.validate import Refusal, rows_refusals


class Upload(Model):
    """What was written: rows in the file, the refusals (``row`` counts the answers from 1), places left as names."""

    written: int
    refused: tuple[Refusal, ...]
    places_as_names: frozenset[str]


def deliver(
    graduates: Iterable[Answers],
    target: Path | IO[bytes],
    version: Template = 86,
    places: Places | None = None,
    note: str = "",
) -> Upload:
    """Write the accepted graduates to ``target``; list the others with why (a NIM's second row too).

    ``note`` (who made it and when) goes into the file's properties.
    """
    made = [row(answers, version, places) for answers in graduates]
    refused = tuple(rows_refusals(made, version=version))
    bad = {refusal.row for refusal in refused}
    accepted = [cells for number, cells in enumerate(made, start=1) if number not in bad]
    return Upload(
        written=write(accepted, target, version, note), refused=refused, places_as_names=_place_names(accepted)
    )


def _place_names(rows: Iterable[Row]) -> frozenset[str]:
    columns = [code for code, column in national().columns.items() if column.kind is Kind.PLACE]
    texts = (str(cells[code]) for cells in rows for code in columns if code in cells)
    return frozenset(text for text in texts if not text.isdigit())
