"""The indicators of standards 1.1.8.1 to 1.1.11.1 from answers: figure, counts, interval, target, verdict.

1.1.12.1 is not answered by a survey, and 1.1.13.1 is about the survey itself; neither is computed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np

from corpus.datafile import DataFile
from corpus.model import Model
from tracer.national.questionnaire import Answers
from tracer.wording import Text

FILE = Path(__file__).with_name("indicators.yaml")
CONFIDENCE = 0.95
RESAMPLES = 2_000
SEED = 20_231
FEWEST = 10
"""Below this many people no verdict is given, whatever the interval says (a bootstrap of few is too narrow)."""
SMALL = 5
"""A count below this is not published."""
FITTING = (1, 2, 3)
AT_WORK = (1, 3)
OUTSIDE_WORK = (2, 4)
SATISFIED = 4
MAIN = "main"
EMPLOYERS = "1.1.10.1"


class Level(StrEnum):
    """Level of a study programme; the standards set targets for the first two."""

    BACHELOR = "bachelor"
    MASTER = "master"
    OTHER = "other"


class Aspect(StrEnum):
    """The seven aspects of statement 1.1.10.1, in its order."""

    ETHICS = "ethics"
    COMPETENCE = "competence"
    LANGUAGE = "foreign language proficiency"
    TECHNOLOGY = "use of technology"
    COMMUNICATION = "communication"
    TEAMWORK = "teamwork"
    DISCIPLINE = "self-discipline"


class Verdict(StrEnum):
    """``MET`` and ``NOT_MET`` only where the whole interval lies on one side of the target."""

    MET = "met"
    NOT_MET = "not met"
    TOO_FEW = "too few to say"
    NO_TARGET = "no target"


class Group(Model):
    """Whom a figure is about; None means all."""

    level: Level | None = None
    programme: str | None = None
    cohort: str | None = None


Cell = tuple[bool, Group]
"""One group of the employers' figures (true) or of the graduates' (false)."""


class Response(Model):
    """The answers of one graduate (no identity is needed) and the group they belong to."""

    group: Group
    answers: Answers


class Rating(Model):
    """The ratings (1 to 5) that one employer gave a graduate; an aspect may be left out."""

    group: Group
    ratings: Mapping[Aspect, int]


class Indicator(Model):
    """One indicator of ``indicators.yaml``."""

    title: Text
    choice: Text
    better: Literal["least", "most"]
    target: Mapping[Level, float]

    def target_of(self, level: Level | None) -> float | None:
        """Return the target of a level; for all together only where both levels have the same."""
        if level is not None:
            return self.target.get(level)
        values = set(self.target.values())
        return values.pop() if len(values) == 1 and {Level.BACHELOR, Level.MASTER} <= set(self.target) else None


class Indicators(Model):
    """The indicators by statement number, and the document whose statements they are."""

    document: str
    indicators: Mapping[str, Indicator]


class Figure(Model):
    """One figure. ``numerator`` is None for a median or mean; ``value`` is None where nothing was counted.

    ``people`` are those behind it: an employer gives several ratings, else everybody counts once.
    ``reached`` says whether the figure itself reaches the target, ``verdict`` whether that can be relied upon.
    ``statistic`` is ``main`` for the indicator's own figure, else the name of one shown beside it.
    """

    statement: str
    statistic: str
    group: Group
    value: float | None
    numerator: int | None = None
    denominator: int
    people: int
    interval: tuple[float, float] | None = None
    target: float | None = None
    reached: bool | None = None
    verdict: Verdict = Verdict.NO_TARGET


def read_indicators(path: Path = FILE) -> Indicators:
    """Return the indicators of ``path``. Raise DataFileError with file, line and mend."""
    return DataFile.of(path).read(Indicators)


def graduate_figures(responses: Iterable[Response], *, crossed: bool = True) -> Iterator[Figure]:
    """Yield 1.1.8.1, 1.1.9.1 and 1.1.11.1 of every group, the figures beside each after its main one.

    With ``crossed`` also of each programme within each cohort.
    """
    for group, members in _by_group(responses, lambda response: response.group, crossed=crossed).items():
        answers = [member.answers for member in members]
        yield from _waiting(group, answers)
        yield from _in_line(group, answers)
        yield from _at_work(group, answers)


def employer_figures(ratings: Iterable[Rating], *, crossed: bool = True) -> Iterator[Figure]:
    """Yield 1.1.10.1 of every group: over all aspects (main), then each aspect by its name."""
    for group, members in _by_group(ratings, lambda rating: rating.group, crossed=crossed).items():
        given = [(aspect, points) for member in members for aspect, points in member.ratings.items()]
        rating = sum(bool(member.ratings) for member in members)
        yield _share(EMPLOYERS, MAIN, group, [points >= SATISFIED for _, points in given], people=rating)
        for aspect in Aspect:
            points_of = [points >= SATISFIED for other, points in given if other is aspect]
            yield _share(EMPLOYERS, aspect.value, group, points_of)


def protected(small: Iterable[Cell], sizes: Mapping[Cell, int]) -> set[Cell]:
    """Return the groups to hide so that the small ones cannot be had by subtraction or adding up.

    Beside the ``small`` ones, the smallest part of a whole is hidden where just one number is unknown, or where the
    hidden parts are so few together (under ``SMALL``) that the whole without the shown ones gives them away. ``sizes``
    are the people of each group.
    """
    hidden = set(small)
    families: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for cell in sizes:
        for family in _family(cell):
            families[family].append(cell)
    # Hiding a level may leave its own parts to be added up, and the reverse; so until nothing changes.
    while more := {cell for family, parts in families.items() for cell in _telltale(family[0], parts, hidden, sizes)}:
        hidden |= more
    return hidden


@cache
def _indicator(statement: str) -> Indicator:
    return read_indicators().indicators[statement]


Member = TypeVar("Member")


def _by_group(
    members: Iterable[Member], group_of: Callable[[Member], Group], *, crossed: bool
) -> dict[Group, list[Member]]:
    """Return the members of the whole, each level, and within a level each programme, cohort and both."""
    groups: dict[Group, list[Member]] = defaultdict(list)
    for member in members:
        own = group_of(member)
        level = Group(level=own.level)
        programme = Group(level=own.level, programme=own.programme)
        cohort = Group(level=own.level, cohort=own.cohort)
        for group in dict.fromkeys((Group(), level, programme, cohort, *([own] if crossed else []))):
            groups[group].append(member)
    return groups


def _waiting(group: Group, answers: Sequence[Answers]) -> Iterator[Figure]:
    months = [
        value
        for given in answers
        if given.get("f8") in AT_WORK and given.get("f14") in FITTING and isinstance(value := given.get("f502"), int)
    ]
    yield _centre("1.1.8.1", MAIN, group, months, np.median)
    yield _centre("1.1.8.1", "mean", group, months, np.mean)
    limit = _indicator("1.1.8.1").target_of(group.level)
    if limit is not None:
        yield _share("1.1.8.1", "within the limit", group, [value <= limit for value in months], judged=False)


def _in_line(group: Group, answers: Sequence[Answers]) -> Iterator[Figure]:
    fits = [given["f14"] in FITTING for given in answers if given.get("f8") in AT_WORK and "f14" in given]
    yield _share("1.1.9.1", MAIN, group, fits)


def _at_work(group: Group, answers: Sequence[Answers]) -> Iterator[Figure]:
    """Yield the share at work of all; beside it of those who could work, and the counts of the others."""
    statuses = [given["f8"] for given in answers if "f8" in given]
    yield _share("1.1.11.1", MAIN, group, [status in AT_WORK for status in statuses])
    available = [status in AT_WORK for status in statuses if status not in OUTSIDE_WORK]
    yield _share("1.1.11.1", "without those not yet able and those studying", group, available)
    for status, name in zip(OUTSIDE_WORK, ("not yet able to work", "continuing education"), strict=True):
        yield _share("1.1.11.1", name, group, [other == status for other in statuses], judged=False)


def _share(
    statement: str, statistic: str, group: Group, hits: Sequence[bool], judged: bool = True, people: int | None = None
) -> Figure:
    """Return a share (0 to 1) with its Wilson interval.

    Several ratings of one employer hang together: with ``people`` the interval is that of as many answers.
    """
    from scipy.stats import binomtest  # it takes a second to load, and the bot loads this module when it starts

    numerator, denominator = sum(hits), len(hits)
    counted = denominator if people is None else people
    figure = Figure(
        statement=statement,
        statistic=statistic,
        group=group,
        value=numerator / denominator if denominator else None,
        numerator=numerator,
        denominator=denominator,
        people=counted,
    )
    if denominator:
        wilson = binomtest(round(numerator / denominator * counted), counted).proportion_ci(CONFIDENCE, method="wilson")
        figure = figure.model_copy(update={"interval": (float(wilson.low), float(wilson.high))})
    return _judged(figure) if judged else figure


def _centre(
    statement: str, statistic: str, group: Group, months: Sequence[int], centre: Callable[..., np.float64]
) -> Figure:
    """Return a median or mean in months with a seeded bootstrap's percentile interval."""
    from scipy.stats import bootstrap

    figure = Figure(
        statement=statement,
        statistic=statistic,
        group=group,
        value=float(centre(months)) if months else None,
        denominator=len(months),
        people=len(months),
    )
    if len(set(months)) > 1:
        # Resamples in batches: all at once would take 2,000 times the answers in memory.
        found = bootstrap(
            (months,),
            centre,
            confidence_level=CONFIDENCE,
            n_resamples=RESAMPLES,
            batch=100,
            method="percentile",
            rng=SEED,
        ).confidence_interval
        figure = figure.model_copy(update={"interval": (float(found.low), float(found.high))})
    elif months:
        figure = figure.model_copy(update={"interval": (float(months[0]), float(months[0]))})
    return _judged(figure)


def _judged(figure: Figure) -> Figure:
    indicator = _indicator(figure.statement)
    target = indicator.target_of(figure.group.level)
    if target is None:
        return figure
    if figure.value is None or figure.interval is None:
        return figure.model_copy(update={"target": target, "verdict": Verdict.TOO_FEW})
    sign = -1 if indicator.better == "least" else 1
    worst, best = sorted(sign * end for end in figure.interval)
    verdict = Verdict.TOO_FEW
    if figure.people >= FEWEST:
        if worst >= sign * target:
            verdict = Verdict.MET
        elif best < sign * target:
            verdict = Verdict.NOT_MET
    reached = sign * figure.value >= sign * target
    return figure.model_copy(update={"target": target, "reached": reached, "verdict": verdict})


def _family(cell: Cell) -> Iterator[tuple[Cell, str]]:
    """Yield the whole that the cell is a part of, and what that whole is split by (the whole itself is none)."""
    employers, group = cell
    if group.programme is not None or group.cohort is not None:
        split = "programme" if group.programme is not None else "cohort"
        yield (employers, Group(level=group.level)), split
    elif group.level is not None:
        yield (employers, Group()), "level"


def _telltale(whole: Cell, parts: Sequence[Cell], hidden: set[Cell], sizes: Mapping[Cell, int]) -> set[Cell]:
    """Return the smallest part still shown, where subtraction or adding up would give a hidden count away."""
    shown = [part for part in parts if part not in hidden]
    unknown = len(parts) - len(shown) + (whole in hidden)
    together = sum(sizes[part] for part in parts if part in hidden)
    is_told = unknown == 1 or (unknown > 1 and whole not in hidden and together < SMALL)
    return {min(shown, key=sizes.__getitem__)} if is_told and shown else set()
