"""The report as a PDF with the same content as the page; links open the clauses in the chat."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from PIL import Image

from tracer.results.clauses import NOT_BY_SURVEY, SURVEY_CRITERIA, Clause
from tracer.results.pictures import Picture
from tracer.results.report import Line, Report, Spread, Standard, State

_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""DejaVu comes with matplotlib and has the signs of both languages."""
_FAMILY = "DejaVu"
_WIDTH, _TALLEST = 110.0, 165.0
"""Millimetres of a picture."""
_INK, _PALE = (34, 48, 60), (74, 88, 100)
_COLOURS = {State.MET: (0, 114, 178), State.NOT_MET: (179, 71, 0)}

# It tells of every sign that a font lacks; such a sign (an emoji in a programme's name) is drawn as a box.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def pdf_of(report: Report, pictures: Sequence[Picture]) -> bytes:
    """Return the PDF; ``pictures`` are the report's own (`tracer.results.pictures.pictures_of`)."""
    sheet = _Sheet(report, pictures)
    sheet.front()
    for standard in report.standards:
        sheet.standard(standard)
    if report.criteria:
        sheet.criteria()
    sheet.spreads()
    return bytes(sheet.output())


class _Sheet(FPDF):
    """An A4 document that is written from top to bottom."""

    def __init__(self, report: Report, pictures: Sequence[Picture]) -> None:
        super().__init__(format="A4")
        self._report = report
        self._pictures = {picture.name: picture for picture in pictures}
        self.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.set_title(report.title)
        self.set_author(report.made)
        self.set_lang(report.language)
        self.set_auto_page_break(True, margin=18)
        self.set_margins(18, 16)
        self.add_page()

    def footer(self) -> None:
        """Write who made it and the page below each page."""
        self.set_y(-13)
        self._font(7, colour=_PALE)
        self.cell(0, 4, f"{self._report.made} · {self._report.say('page', number=self.page_no())}")

    def front(self) -> None:
        """Write title, turnout and how to read."""
        report = self._report
        self._say(report.title, 16, bold=True, gap=1)
        self._say(report.subtitle, 11)
        self._say(f"{report.made}\n{report.say('internal')}", 9, colour=_PALE)
        self._heading(report.say("turnout"))
        for line in report.turnout:
            self._say(line, 10)
        if report.standards:
            self._say(report.say("how_to_read"), 9, colour=_PALE)
            self._picture("standards")

    def standard(self, standard: Standard) -> None:
        """Write an indicator: its clause, pictures and lines."""
        self.add_page()
        self._heading(f"{standard.statement} {standard.title}")
        self._clause(standard.clause)
        self._say(standard.counted, 10)
        self._picture(standard.statement)
        if standard.aspects:
            self._picture("aspects")
        for part in standard.parts:
            self._say(part.heading, 12, bold=True, gap=1)
            self._lines(part.lines)

    def criteria(self) -> None:
        """Write 1.1.12.1, which no survey answers, and the criteria of 1.1.13.1."""
        report = self._report
        self.add_page()
        self._heading(f"{NOT_BY_SURVEY} {report.say('not_by_survey_title')}")
        self._clause(report.not_by_survey)
        self._say(report.say("not_by_survey"), 10)
        self._heading(f"{SURVEY_CRITERIA} {report.say('criteria_title')}")
        self._clause(report.criteria_clause)
        self._lines(report.criteria)

    def spreads(self) -> None:
        """Write competencies, learning methods and the answers of forms without standards."""
        report = self._report
        if report.gaps:
            self.add_page()
            self._heading(report.say("gap_title"))
            self._say(report.say("gap_intro"), 10)
            self._picture("competencies")
            self._listed((gap.name, gap.says) for gap in report.gaps)
        if report.gap_lines:
            self._say(report.say("gap_by_programme"), 12, bold=True, gap=1)
            for line in report.gap_lines:
                self._say(f"• {line}", 9, gap=0.5)
        if report.methods:
            self.add_page()
            self._heading(report.say("methods_title"))
            self._say(report.say("methods_intro"), 10)
            self._picture("methods_title")
            self._listed(_named(report.methods))
        if report.answers:
            self._heading(report.say("answers_title"))
            self._picture("answers_title")
            self._listed(_named(report.answers))

    def _lines(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if self.will_page_break(14):
                self.add_page()
            verdict = line.verdict(self._report.language)
            shown = f" – {line.shown}" if line.value is not None else ""
            self._say(f"{line.label}{shown} · {verdict}", 9.5, bold=True, gap=0, colour=_COLOURS.get(line.state, _INK))
            self._say(line.says, 9, gap=1.6)

    def _listed(self, rows: Iterable[tuple[str, str]]) -> None:
        for name, says in rows:
            self._say(f"• {name}: {says}", 9.5, gap=1)

    def _clause(self, clause: Clause | None) -> None:
        if clause is None:
            return
        report = self._report
        told = report.say("clause", statement=clause.statement, document=clause.document, place=clause.place)
        self._say(told, 9, colour=_PALE, gap=0.5)
        self._say(f"“{clause.words.in_(report.language)}” {report.say('unofficial')}".strip(), 9, colour=_PALE)
        if clause.url:
            self._font(9, colour=_COLOURS[State.MET])
            self.cell(0, 5, report.say("open_clause"), link=clause.url, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(1)

    def _heading(self, text: str) -> None:
        self.start_section(text)
        self._say(text, 14, bold=True)

    def _picture(self, name: str) -> None:
        picture = self._pictures.get(name)
        if picture is None:
            return
        with Image.open(io.BytesIO(picture.content)) as opened:
            drawn = opened.convert("RGB")  # without transparency, which would be kept as a second picture
        height = min(_TALLEST, _WIDTH * drawn.height / drawn.width)
        if self.will_page_break(height):
            self.add_page()
        self.image(drawn, w=height * drawn.width / drawn.height, h=height, alt_text=picture.words)
        self.ln(3)

    def _say(
        self, text: str, size: float, *, bold: bool = False, gap: float = 2, colour: tuple[int, int, int] = _INK
    ) -> None:
        self._font(size, bold=bold, colour=colour)
        self.multi_cell(0, size * 0.48, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(gap)

    def _font(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)


def _named(spreads: Iterable[Spread]) -> Iterable[tuple[str, str]]:
    return ((spread.name, spread.says) for spread in spreads)
