"""The report as pictures for a phone: one for all standards, one for each, competencies and learning methods.

Colours are never alone: the verdict stands in words too (and the colours are told apart by the colour-blind).
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from tracer.results.clauses import Clause
from tracer.results.report import Line, Report, Spread, Standard, State
from tracer.results.wording import decimal, percent

WIDTH, DPI = 6.0, 180
"""Inches and dots per inch: 1080 pixels across, as a phone shows a photo."""
MOST_ROWS = 18
_INK, _PALE, _LINE = "#22303c", "#6b7a87", "#d5dce2"
_COLOURS = {State.MET: "#0072b2", State.NOT_MET: "#d55e00", State.TOO_FEW: "#8a8f94", State.NO_TARGET: "#22303c"}
"""Of the Okabe-Ito palette."""
_SIGNS = {State.MET: "✓", State.NOT_MET: "✗", State.TOO_FEW: "?"}
_SHADES = ("#08519c", "#4292c6", "#9ecae1", "#fdae6b", "#d94801")
_TITLE, _TEXT, _SMALL = 14, 10.5, 9


@dataclass(frozen=True)
class Picture:
    """A PNG, what it shows in words (for those who cannot see it), and the clause that it answers."""

    name: str
    content: bytes
    words: str
    clause: Clause | None = None


def pictures_of(report: Report) -> Iterator[Picture]:
    """Yield the pictures in the report's order; may run in any thread."""
    if report.standards:
        yield _overview(report)
    for standard in report.standards:
        yield _standard(report, standard)
        if standard.aspects:
            yield _aspects(report, standard)
    if report.gaps:
        yield _gaps(report)
    if report.methods:
        yield _spreads(report, report.methods, "methods_title")
    elif some := [spread for spread in report.answers if spread.counts]:
        yield _spreads(report, some, "answers_title")


def _overview(report: Report) -> Picture:
    """Every standard's levels under each other, each row with the figure and the verdict in words."""
    rows = [(standard, line) for standard in report.standards for line in standard.levels if line.target is not None]
    rows = rows or [(standard, line) for standard in report.standards for line in standard.levels[:1]]
    figure, axes = _canvas(report.say("picture_overview"), report.title, 0.74 * len(rows) + 0.4)
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows), 0)
    for place, (standard, line) in enumerate(rows):
        colour = _COLOURS.get(line.state, _PALE)
        axes.plot([0, 1], [place, place], color=_LINE, linewidth=0.8)
        title = "\n".join(textwrap.wrap(standard.title, 34))
        axes.text(0, place + 0.14, title, va="top", fontsize=_TEXT, fontweight="bold", color=_INK)
        below = f"{standard.statement} · {line.label} · {report.say('picture_of', n=_count(line.counted, report))}"
        axes.text(0, place + 0.9, below, va="bottom", fontsize=_SMALL, color=_PALE)
        axes.text(1, place + 0.12, line.shown, va="top", ha="right", fontsize=15, fontweight="bold", color=colour)
        axes.text(
            1, place + 0.9, _against(report, standard, line), va="bottom", ha="right", fontsize=_SMALL, color=colour
        )
    return Picture("standards", _png(figure), "\n".join(f"{s.title}, {line.label}: {line.says}" for s, line in rows))


def _against(report: Report, standard: Standard, line: Line) -> str:
    if line.target is None:
        return line.verdict(report.language)
    sign, target = (
        ("≤", report.say("months", value=decimal(line.target, report.language)))
        if standard.in_months
        else (
            "≥",
            percent(line.target, report.language),
        )
    )
    return f"{report.say('target')} {sign} {target} · {line.verdict(report.language)}"


def _standard(report: Report, standard: Standard) -> Picture:
    """One standard: levels, then programmes, each a dot with its likely range, a line for the target."""
    lines = [line for line in standard.levels if line.value is not None]
    programmes = [line for line in standard.programmes if line.value is not None]
    room = MOST_ROWS - len(lines)
    left_out = len(programmes) - room
    more = report.say("picture_more", many=left_out) if left_out > 0 else ""
    figure = _dots(report, standard, standard.title, [*lines, *programmes[:room]], len(lines), more)
    words = "\n".join(f"{line.label}: {line.says}" for line in lines)
    return Picture(standard.statement, _png(figure), f"{standard.title}. {words}", standard.clause)


def _aspects(report: Report, standard: Standard) -> Picture:
    """The aspects of employers' satisfaction, over all ratings."""
    lines = [line for line in standard.aspects if line.value is not None]
    figure = _dots(report, standard, report.say("aspects_title"), lines, 0, "")
    words = "\n".join(f"{line.label}: {line.says}" for line in lines)
    return Picture("aspects", _png(figure), words, standard.clause)


def _dots(report: Report, standard: Standard, title: str, shown: Sequence[Line], bold: int, more: str) -> Figure:
    """Draw a row with a dot, a likely range and a target for each line, the first ones in bold."""
    figure, axes = _canvas(title, _clause_line(standard), 0.42 * len(shown) + 0.7)
    _draw_dots(axes, shown)
    axes.set_yticks(range(len(shown)), [_row_label(line, report) for line in shown], fontsize=_SMALL, color=_INK)
    for tick in axes.get_yticklabels()[:bold]:
        tick.set_fontweight("bold")
    axes.set_ylim(len(shown) - 0.4, -0.6)
    _share_axis(axes, report, standard)
    note = report.say("picture_axis_months" if standard.in_months else "picture_axis_share")
    signs = "   ".join(f"{sign} {report.say(state)}" for state, sign in _SIGNS.items())
    axes.set_xlabel("\n".join(filter(None, (note, signs, more))), fontsize=_SMALL, color=_PALE)
    return figure


def _draw_dots(axes: Axes, lines: Sequence[Line]) -> None:
    places = range(len(lines))
    colours = [_COLOURS.get(line.state, _PALE) for line in lines]
    values = [line.value or 0.0 for line in lines]
    ends = [line.interval or (value, value) for line, value in zip(lines, values, strict=True)]
    axes.hlines(places, [low for low, _ in ends], [high for _, high in ends], colors=colours, linewidth=3, alpha=0.45)
    axes.scatter(values, places, c=colours, s=64, zorder=3)
    targets = [(place, line.target) for place, line in enumerate(lines) if line.target is not None]
    tops, bottoms = [place - 0.38 for place, _ in targets], [place + 0.38 for place, _ in targets]
    axes.vlines([target for _, target in targets], tops, bottoms, colors=_INK, linewidth=1.6)


def _share_axis(axes: Axes, report: Report, standard: Standard) -> None:
    if standard.in_months:
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, report.language)))
    else:
        axes.set_xlim(0, 1.02)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, report.language)))
    axes.tick_params(axis="x", labelsize=_SMALL, colors=_PALE)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)


def _row_label(line: Line, report: Report) -> str:
    name = textwrap.shorten(line.label, 40, placeholder="…")
    wrapped = "\n".join(textwrap.wrap(name, 24))
    told = f"{line.shown}, {report.say('picture_of', n=_count(line.counted, report))}"
    return f"{wrapped}\n{told} {_SIGNS.get(line.state, '')}".strip()


def _gaps(report: Report) -> Picture:
    """What is needed and what was mastered, a dumbbell for each competency, the largest gap on top."""
    gaps = sorted(report.gaps, key=lambda gap: -gap.gap)
    counted = report.say("picture_of", n=_count(max(gap.counted for gap in gaps), report))
    figure, axes = _canvas(report.say("gap_title"), counted, 0.55 * len(gaps) + 0.5)
    for place, gap in enumerate(gaps):
        axes.plot([gap.mastered, gap.needed], [place, place], color=_LINE, linewidth=4, zorder=1)
        axes.plot([gap.mastered], [place], "o", color=_COLOURS[State.MET], markersize=9, zorder=2)
        axes.plot([gap.needed], [place], "D", color=_COLOURS[State.NOT_MET], markersize=8, zorder=2)
        gap_words = decimal(gap.gap, report.language)
        words = f"+{gap_words}" if gap.gap > 0 else gap_words
        axes.text(5.15, place, words, va="center", fontsize=_TEXT, color=_INK)
    names = ["\n".join(textwrap.wrap(gap.name, 20)) for gap in gaps]
    axes.set_yticks(range(len(gaps)), names, fontsize=_TEXT, color=_INK)
    axes.set_ylim(len(gaps) - 0.4, -0.6)
    axes.set_xlim(1, 5.6)
    axes.set_xticks(range(1, 6))
    axes.tick_params(axis="x", labelsize=_SMALL, colors=_PALE)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)
    axes.plot([], [], "o", color=_COLOURS[State.MET], label=report.say("mastered"))
    axes.plot([], [], "D", color=_COLOURS[State.NOT_MET], label=report.say("needed"))
    _legend(axes, 2)
    return Picture("competencies", _png(figure), "\n".join(f"{gap.name}: {gap.says}" for gap in report.gaps))


def _spreads(report: Report, spreads: Sequence[Spread], title: str) -> Picture:
    """A bar for each question, divided by its options, where these are the same; else a bar for each option."""
    shared = spreads[0].counts
    if any([label for label, _ in spread.counts] != [label for label, _ in shared] for spread in spreads):
        return _options(report, spreads, title)
    counted = report.say("picture_of", n=_count(max(spread.counted for spread in spreads), report))
    figure, axes = _canvas(report.say(title), counted, 0.55 * len(spreads) + 1.0)
    for place, spread in enumerate(spreads):
        left = 0.0
        for (_, count), shade in zip(spread.counts, _shades(len(shared)), strict=True):
            share = count / spread.counted
            axes.barh(place, share, left=left, color=shade, height=0.62)
            if share >= 0.09:
                dark = shade in (_SHADES[0], _SHADES[1], _SHADES[4])
                label = percent(round(share, 2), report.language)
                axes.text(
                    left + share / 2,
                    place,
                    label,
                    ha="center",
                    va="center",
                    fontsize=_SMALL,
                    color="w" if dark else _INK,
                )
            left += share
    names = ["\n".join(textwrap.wrap(spread.name, 20)) for spread in spreads]
    axes.set_yticks(range(len(spreads)), names, fontsize=_TEXT, color=_INK)
    axes.set_ylim(len(spreads) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    for (label, _), shade in zip(shared, _shades(len(shared)), strict=True):
        axes.barh(0, 0, color=shade, label=label)
    _legend(axes, 2)
    return Picture(title, _png(figure), "\n".join(f"{spread.name}: {spread.says}" for spread in spreads))


def _options(report: Report, spreads: Sequence[Spread], title: str) -> Picture:
    rows = [(spread, label, count) for spread in spreads for label, count in spread.counts][:MOST_ROWS]
    figure, axes = _canvas(report.say(title), report.title, 0.45 * len(rows) + 0.5)
    for place, (_, _, count) in enumerate(rows):
        axes.barh(place, count, color=_SHADES[1], height=0.6)
        axes.text(count, place, f" {_count(count, report)}", va="center", fontsize=_SMALL, color=_INK)
    names = ["\n".join(textwrap.wrap(textwrap.shorten(label, 48, placeholder="…"), 26)) for _, label, _ in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=_SMALL, color=_INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks([])
    return Picture(title, _png(figure), "\n".join(f"{spread.name}: {spread.says}" for spread in spreads))


def _shades(many: int) -> tuple[str, ...]:
    """Return as many colours as there are options; beyond the palette they begin anew."""
    return tuple(_SHADES[place % len(_SHADES)] for place in range(many))


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.4, -0.06), ncols=columns, frameon=False, fontsize=_SMALL, labelcolor=_INK
    )


def _clause_line(standard: Standard) -> str:
    clause = standard.clause
    return f"{clause.document} · {clause.statement}" if clause else standard.statement


def _count(number: int, report: Report) -> str:
    return decimal(number, report.language)


def _canvas(title: str, below: str, height: float) -> tuple[Figure, Axes]:
    """Return a figure with its title and a line below, ``height`` inches for what is drawn."""
    lines = textwrap.wrap(title, 42)
    size = (WIDTH, height + 0.75 + 0.26 * len(lines))
    figure = Figure(figsize=size, dpi=DPI, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.12))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    figure.suptitle("\n".join(lines), x=0.02, ha="left", fontsize=_TITLE, fontweight="bold", color=_INK)
    axes.set_title(textwrap.shorten(below, 70, placeholder="…"), loc="left", fontsize=_SMALL, color=_PALE)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_LINE)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def _png(figure: Figure) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format="png", pil_kwargs={"compress_level": 4})  # the usual 6 takes twice as long
    return content.getvalue()
