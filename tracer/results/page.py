"""The report as one HTML page that needs nothing else: pictures inside, every text escaped, readable on a phone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from tracer.results.clauses import NOT_BY_SURVEY, SURVEY_CRITERIA
from tracer.results.pictures import Picture
from tracer.results.report import Report


def page_of(report: Report, pictures: Sequence[Picture]) -> str:
    """Return the page; ``pictures`` are the report's own (`tracer.results.pictures.pictures_of`)."""
    drawn = {
        picture.name: {"data": base64.b64encode(picture.content).decode("ascii"), "words": picture.words}
        for picture in pictures
    }
    return _template().render(
        report=report, drawn=drawn, say=report.say, criteria=SURVEY_CRITERIA, not_by_survey=NOT_BY_SURVEY
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("tracer.results", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html")
