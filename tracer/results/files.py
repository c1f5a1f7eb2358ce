"""The files of a campaign, made in a worker from what was read at the desk: names, contents, notes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from openpyxl import Workbook

from corpus.lexicon.entries import Language
from tracer.national.export import NOT_IN_XML
from tracer.national.places import Places
from tracer.national.questionnaire import Answers, Template
from tracer.national.upload import deliver
from tracer.national.validate import Refusal
from tracer.results.anonymous import anonymous_file
from tracer.results.clauses import Clauses
from tracer.results.gathered import Gathered
from tracer.results.page import page_of
from tracer.results.pdf import pdf_of
from tracer.results.pictures import Picture, pictures_of
from tracer.results.report import Report, report_of
from tracer.results.tables import Table, csv_of, form_table, json_of, national_table, sav_of
from tracer.results.wording import say


class Format(StrEnum):
    """How answers leave."""

    UPLOAD = "upload"
    UPLOAD_88 = "upload88"
    CSV = "csv"
    JSON = "json"
    SAV = "sav"


UPLOADS: dict[Format, Template] = {Format.UPLOAD: 86, Format.UPLOAD_88: 88}
_WRITERS = {Format.CSV: csv_of, Format.JSON: json_of, Format.SAV: sav_of}


@dataclass(frozen=True)
class MadeFile:
    """A file to hand over."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Delivered:
    """The ministry's file, and what was left out of it: why (a file) and how many of the graduates."""

    file: MadeFile
    refused: MadeFile | None
    written: int
    left_out: int
    places_as_names: int


def made_report(gathered: Gathered, clauses: Clauses, made: str, language: Language) -> tuple[Report, list[Picture]]:
    """Compute the report and draw its pictures; the page and the PDF are made of both."""
    report = report_of(gathered, clauses, made, language)
    return report, list(pictures_of(report))


def report_file(kind: str, gathered: Gathered, report: Report, pictures: Sequence[Picture]) -> MadeFile:
    """Return the report as ``html`` or ``pdf``."""
    content = pdf_of(report, pictures) if kind == "pdf" else page_of(report, pictures).encode("utf-8")
    return MadeFile(file_name(gathered, "laporan", kind), content)


def upload_file(
    gathered: Gathered,
    graduates: Sequence[Answers],
    note: str,
    language: Language,
    version: Template = 86,
    places: Places | None = None,
) -> Delivered:
    """Return the ministry's file of those who would not be refused, and the others with why."""
    content = io.BytesIO()
    upload = deliver(graduates, content, version, places, note)
    refused = None
    if upload.refused:
        name = file_name(gathered, "ditolak", "xlsx")
        refused = MadeFile(name, _refusals(graduates, upload.refused, note, language))
    return Delivered(
        file=MadeFile(file_name(gathered, f"unggah-{version}", "xlsx"), content.getvalue()),
        refused=refused,
        written=upload.written,
        left_out=len(graduates) - upload.written,
        places_as_names=len(upload.places_as_names),
    )


def answers_table(gathered: Gathered, graduates: Sequence[Answers] | None, note: str, language: Language) -> Table:
    """Return the answers with their words; ``graduates`` are the named rows of the national questionnaire."""
    title = gathered.campaign.title
    if graduates is not None:
        return national_table(graduates, title, note, language)
    return form_table(gathered.form, gathered.sent, title, note, language)


def data_file(form: Format, gathered: Gathered, table: Table) -> MadeFile:
    """Return the answers as CSV, JSON or SPSS file."""
    return MadeFile(file_name(gathered, "data", form), _WRITERS[form](table))


def counts_file(gathered: Gathered, note: str, language: Language) -> MadeFile:
    """Return the anonymous counts."""
    return MadeFile(file_name(gathered, "anonim", "xlsx"), anonymous_file(gathered, note, language))


def note_of(gathered: Gathered, who: str, when: str, language: Language) -> str:
    """Return who made a file and when, as it stands in it."""
    return say("note", language, who=who, when=when, title=gathered.campaign.title)


def file_name(gathered: Gathered, what: str, ending: str) -> str:
    """Return ``tracer-3-tracer-2026-laporan.pdf``."""
    title = re.sub(r"[^a-z0-9]+", "-", gathered.campaign.title.lower()).strip("-")[:40]
    return "-".join(filter(None, ("tracer", str(gathered.campaign.id), title, what))) + f".{ending}"


def _refusals(graduates: Sequence[Answers], refused: Sequence[Refusal], note: str, language: Language) -> bytes:
    """Return a list of what has to be corrected: the graduate, the column and why."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = say("refused", language)
    book.properties.creator, book.properties.description = "TanyaMutu", note
    heads = (say("refused_row", language), "NIM", say("refused_column", language), say("refused_why", language))
    rows: list[tuple[int | str, ...]] = [
        (refusal.row, str(graduates[refusal.row - 1].get("nimhsmsmh", "")), refusal.column, refusal.why.in_(language))
        for refusal in refused
    ]
    for number, cells in enumerate((heads, *rows), start=1):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(number, column)
            cell.value = value if isinstance(value, int) else NOT_IN_XML.sub("", value)
            if isinstance(value, str):
                cell.data_type = "s"
    sheet.cell(len(rows) + 3, 1).value = note
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
