"""How a campaign stands as a picture that can be read on a phone."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from tracer.response import Response, Share
from tracer.wording import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 14
"""Programmes that are shown, those of whom most are missing; the rest are one bar."""
LONGEST_NAME, LONGEST_TITLE = 34, 60
_WIDTH, _BAR, _DPI = 7.2, 0.36, 150
"""Inches and dots: 1080 dots wide, as a phone's screen."""
_DONE, _LEFT, _INK = "#1f6f8b", "#dbe5ea", "#222222"

_PROGRAMMES = Text(id="Menurut program studi", en="By study programme")
_COHORTS = Text(id="Menurut tahun lulus", en="By year of graduation")
_DAYS = Text(id="Jawaban terkumpul", en="Answers collected")
_REST = Text(id="{many} program studi lain", en="{many} other programmes")
_OF = Text(
    id="{sent} dari {asked} lulusan menjawab ({percent}%)", en="{sent} of {asked} graduates answered ({percent}%)"
)
_ANSWERS = Text(id="{sent} jawaban", en="{sent} answers")


def picture(found: Response, title: str, language: str, today: dt.date) -> bytes:
    """Return a PNG: bars by programme and by year of graduation, and a line of the answers by day.

    It takes a second; the drawing library is loaded when it is first needed.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    programmes = _most(found.by_programme, language)
    parts: list[tuple[float, Any]] = []
    if len(programmes) > 1:
        parts.append((len(programmes), lambda axes: _bars(axes, programmes, _said(_PROGRAMMES, language))))
    if found.by_cohort:
        parts.append((len(found.by_cohort), lambda axes: _bars(axes, found.by_cohort, _said(_COHORTS, language))))
    parts.append((6, lambda axes: _line(axes, found.by_day, today, _said(_DAYS, language))))
    heights = [max(2, size) * _BAR + 0.75 for size, _ in parts]
    figure = Figure(figsize=(_WIDTH, sum(heights) + 1.1), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{_cut(title, LONGEST_TITLE)}\n{_headline(found, language)}", fontsize=15, color=_INK)
    every = figure.subplots(len(parts), 1, height_ratios=heights, squeeze=False)
    for axes, (_, draw) in zip(every[:, 0], parts, strict=True):
        draw(axes)
    target = io.BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()


def _headline(found: Response, language: str) -> str:
    wording = _OF if found.is_rate else _ANSWERS
    return _said(wording, language).format(
        sent=found.whole.sent, asked=found.whole.asked, percent=_percent(found.whole, language)
    )


def _cut(words: str, longest: int) -> str:
    """Return words in one line; dollar signs are meant, not mathematics."""
    return shorten(words, longest, placeholder="…").replace("$", r"\$")


def _percent(share: Share, language: str) -> str:
    written = f"{share.percent:.1f}"
    return written.replace(".", ",") if language == "id" else written


def _most(shares: Sequence[Share], language: str) -> list[Share]:
    """Return the first groups, and the rest as one."""
    if len(shares) <= MOST_BARS:
        return list(shares)
    shown, rest = shares[: MOST_BARS - 1], shares[MOST_BARS - 1 :]
    name = _said(_REST, language).format(many=len(rest))
    return [*shown, Share("", name, sum(share.asked for share in rest), sum(share.sent for share in rest))]


def _bars(axes: Axes, shares: Sequence[Share], title: str) -> None:
    """Draw a bar for each group: all of it, and what has come in; the counts stand beside it."""
    places = range(len(shares))
    axes.barh(places, [100] * len(shares), color=_LEFT, height=0.62)
    axes.barh(places, [share.percent for share in shares], color=_DONE, height=0.62)
    for place, share in zip(places, shares, strict=True):
        axes.text(103, place, f"{share.sent}/{share.asked}", va="center", fontsize=12, color=_INK)
    axes.set_yticks(places, [_cut(share.name, LONGEST_NAME) for share in shares], fontsize=12)
    axes.set_xlim(0, 124)
    axes.set_xticks([0, 50, 100], ["0%", "50%", "100%"], fontsize=11)
    axes.invert_yaxis()
    axes.spines["bottom"].set_visible(False)
    _plain(axes, title)


def _line(axes: Axes, days: Sequence[tuple[dt.date, int]], today: dt.date, title: str) -> None:
    """Draw how many answers there were at the end of each day."""
    from matplotlib.ticker import MaxNLocator

    if days:
        before = (days[0][0] - dt.timedelta(days=1), 0)
        last = (max(today, days[-1][0]), days[-1][1])
        dates, counts = zip(before, *days, last, strict=True)
        places = [day.toordinal() for day in dates]
        axes.step(places, counts, where="post", color=_DONE, linewidth=2.5)
        axes.fill_between(places, counts, step="post", color=_DONE, alpha=0.15)
        marks = sorted({places[0], (places[0] + places[-1]) // 2, places[-1]})
        axes.set_xticks(marks, [f"{dt.date.fromordinal(mark):%d/%m/%Y}" for mark in marks], fontsize=11)
        axes.text(places[-1], counts[-1], f" {counts[-1]}", va="bottom", ha="right", fontsize=13, color=_INK)
    else:
        axes.set_xticks([])
    axes.set_ylim(0, max(4, (days[-1][1] if days else 0) * 1.25))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.tick_params(axis="y", labelsize=11)
    _plain(axes, title)


def _plain(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=14, loc="left", color=_INK)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _said(text: Text, language: str) -> str:
    return text.id if language == "id" else text.en
