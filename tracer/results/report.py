"""The report of a campaign in one language: every figure with its counts, range, target, verdict and clause.

A verdict follows one rule (`tracer.national.statistics`): met where the whole 95 % interval (Wilson for shares,
bootstrap for medians) reaches the target, not met where none of it does, else too few to say; and never under
ten answers. Groups under five people are hidden, and so is what would give them away (`statistics.protected`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from scipy.stats import binomtest

from corpus.lexicon.entries import Language
from tracer.forms import Kind
from tracer.national.questionnaire import national
from tracer.national.statistics import (
    AT_WORK,
    CONFIDENCE,
    FEWEST,
    MAIN,
    SMALL,
    Aspect,
    Figure,
    Group,
    Indicator,
    Level,
    Response,
    Verdict,
    employer_figures,
    graduate_figures,
    protected,
    read_indicators,
)
from tracer.results.clauses import NOT_BY_SURVEY, SURVEY_CRITERIA, Clause, Clauses
from tracer.results.gathered import Gathered
from tracer.results.wording import decimal, percent, say

MUCH = (1, 2)
"""The codes of f21 to f27 that say that a way of learning was stressed much or very much."""
MONTHS = "1.1.8.1"
EMPLOYERS = "1.1.10.1"
COMPETENCIES = tuple((f"f{code}", f"f{code + 1}") for code in range(1761, 1775, 2))
"""Columns of each competency: mastered at graduation, needed in the present job."""
METHODS = tuple(f"f2{number}" for number in range(1, 8))
_WHO = {"1.1.9.1": "share_of_work", EMPLOYERS: "share_rated", "1.1.11.1": "share_at_work"}
_BESIDE = {
    "within the limit": "share_within",
    "without those not yet able and those studying": "share_available",
    "not yet able to work": "share_unable",
    "continuing education": "share_studying",
}


class State(StrEnum):
    """What a line comes to; the names are those of the words."""

    MET = "met"
    NOT_MET = "not_met"
    TOO_FEW = "too_few"
    NO_TARGET = "no_target"
    HIDDEN = "hidden"
    NO_ANSWERS = "no_answers"
    OPEN = "evidence"


@dataclass(frozen=True)
class Line:
    """One line of an indicator: whom it is about, the figure (``value``; None where it is not shown), one sentence."""

    label: str
    state: State
    says: str
    shown: str = "–"
    value: float | None = None
    interval: tuple[float, float] | None = None
    target: float | None = None
    counted: int = 0

    def verdict(self, language: Language) -> str:
        """Return the verdict in a word or two."""
        return say(self.state, language)


@dataclass(frozen=True)
class Part:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Standard:
    """An indicator of the standards: ``parts`` are all and levels, then programmes, years, figures beside.

    ``programmes`` and ``aspects`` (over all ratings, where employers were asked) stand among these.
    """

    statement: str
    title: str
    counted: str
    clause: Clause | None
    parts: tuple[Part, ...]
    programmes: tuple[Line, ...] = ()
    aspects: tuple[Line, ...] = ()

    @property
    def in_months(self) -> bool:
        """Whether its figures are months (else shares)."""
        return self.statement == MONTHS

    @property
    def levels(self) -> tuple[Line, ...]:
        """The lines of all together and of each level."""
        return self.parts[0].lines


@dataclass(frozen=True)
class Gap:
    """What the job needs and what was mastered (means, 1 to 5) in one competency."""

    name: str
    needed: float
    mastered: float
    counted: int
    says: str

    @property
    def gap(self) -> float:
        """Needed minus mastered, of the means as they are shown (with one decimal), so that everybody can check it."""
        return _difference(self.needed, self.mastered)


@dataclass(frozen=True)
class Spread:
    """How the answers to one question fall on its options (label with count)."""

    name: str
    counts: tuple[tuple[str, int], ...]
    says: str

    @property
    def counted(self) -> int:
        """How many answered."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class Report:
    """All that a report says, in the order in which it says it; an empty tuple is left out."""

    language: Language
    title: str
    subtitle: str
    made: str
    turnout: tuple[str, ...]
    standards: tuple[Standard, ...]
    criteria: tuple[Line, ...]
    criteria_clause: Clause | None
    not_by_survey: Clause | None
    gaps: tuple[Gap, ...]
    gap_lines: tuple[str, ...]
    methods: tuple[Spread, ...]
    answers: tuple[Spread, ...]

    def say(self, key: str, **values: object) -> str:
        """Return words of ``words.yaml`` in the report's language."""
        return say(key, self.language, **values)


def report_of(gathered: Gathered, clauses: Clauses, made: str, language: Language) -> Report:
    """Compute the report; ``made`` says who made it and when. Slow (seconds for thousands): not at the desk."""
    campaign = gathered.campaign
    responses = gathered.responses
    figures = [*graduate_figures(responses, crossed=False), *employer_figures(gathered.ratings, crossed=False)]
    about = gathered.is_about_standards
    writer = _Writer(gathered.programmes, language)
    years = f"{_year(campaign.cohorts[0])} – {_year(campaign.cohorts[-1])}"
    return Report(
        language=language,
        title=f"{say('title', language)}: {campaign.title}",
        subtitle=say("of_year", language, year=_year(campaign.academic_year), cohorts=years),
        made=made,
        turnout=tuple(_turnout(gathered, language)),
        standards=tuple(writer.standards(figures, clauses)) if about else (),
        criteria=tuple(_criteria(gathered, language)) if about else (),
        criteria_clause=clauses.get(SURVEY_CRITERIA) if about else None,
        not_by_survey=clauses.get(NOT_BY_SURVEY) if about else None,
        gaps=tuple(_gaps(responses, language)),
        gap_lines=tuple(writer.gap_lines(responses)),
        methods=tuple(_methods(responses, language)),
        answers=() if about else tuple(_answers(gathered, language)),
    )


class _Writer:
    """Writes lines about groups in one language."""

    def __init__(self, programmes: Mapping[str, str], language: Language) -> None:
        self._programmes, self._language = programmes, language

    def standards(self, figures: Sequence[Figure], clauses: Clauses) -> Iterator[Standard]:
        for statement, indicator in read_indicators().indicators.items():
            of_it = [figure for figure in figures if figure.statement == statement]
            if not any(figure.denominator for figure in of_it):
                continue
            hidden = _hidden({figure.group: figure.people for figure in of_it if figure.statistic == MAIN})
            verdicts = {figure.group: figure.verdict for figure in of_it if figure.statistic == MAIN}
            line = partial(self._line, indicator=indicator, hidden=hidden, verdicts=verdicts)
            yield Standard(
                statement=statement,
                title=indicator.title.in_(self._language),
                counted=say("counted_as", self._language, choice=indicator.choice.in_(self._language)),
                clause=clauses.get(statement),
                parts=tuple(self._parts(of_it, line)),
                programmes=tuple(line(figure) for figure in self._sorted(of_it) if _is_programme(figure)),
                aspects=tuple(
                    line(figure) for figure in self._sorted(of_it) if _is_aspect(figure) and figure.group == Group()
                ),
            )

    def _parts(self, figures: Sequence[Figure], line: Callable[[Figure], Line]) -> Iterator[Part]:
        figures = self._sorted(figures)
        levels = [figure for figure in figures if _is_level(figure.group)]
        by_part = {
            "by_level": [figure for figure in levels if figure.statistic == MAIN],
            "aspects_title": [figure for figure in levels if _is_aspect(figure)],
            "shown_beside": [figure for figure in levels if figure.statistic != MAIN and not _is_aspect(figure)],
            "by_programme": [figure for figure in figures if _is_programme(figure)],
            "by_cohort": [figure for figure in figures if figure.statistic == MAIN and figure.group.cohort],
        }
        for key, some in by_part.items():
            if some:
                yield Part(say(key, self._language), tuple(map(line, some)))

    def _sorted(self, figures: Iterable[Figure]) -> list[Figure]:
        return sorted(figures, key=self._place)

    def _place(self, figure: Figure) -> tuple[object, ...]:
        """The order of lines: all, the levels as the standards name them, then by name or year."""
        levels, statistics = [None, *Level], [MAIN, *Aspect]
        group, statistic = figure.group, figure.statistic
        place = statistics.index(statistic) if statistic in statistics else len(statistics)
        return levels.index(group.level), self._programme(group), group.cohort or "", place, statistic

    def _line(
        self, figure: Figure, indicator: Indicator, hidden: set[Group], verdicts: Mapping[Group, Verdict]
    ) -> Line:
        label = self.label(figure)
        is_beside = figure.statistic != MAIN and not _is_aspect(figure)
        # The standard's target is for the main figure; one beside it is judged where that would change the verdict.
        is_other = figure.verdict in (Verdict.MET, Verdict.NOT_MET) and figure.verdict is not verdicts.get(figure.group)
        if is_beside and not is_other:
            figure = figure.model_copy(update={"target": None, "verdict": Verdict.NO_TARGET})
        if figure.group in hidden:
            return Line(label, State.HIDDEN, say("hidden_why", self._language))
        if figure.value is None or figure.interval is None:
            return Line(label, State.NO_ANSWERS, say("no_answers_why", self._language))
        state = _STATES[figure.verdict]
        sentences = list(self._sentences(figure, indicator, state))
        if is_beside and is_other:
            sentences.append(say("changes_verdict", self._language))
        return Line(
            label=label,
            state=state,
            says=" ".join(sentences),
            shown=self._number(figure, figure.value),
            value=figure.value,
            interval=figure.interval,
            target=figure.target,
            counted=figure.people,
        )

    def _sentences(self, figure: Figure, indicator: Indicator, state: State) -> Iterator[str]:
        is_share = figure.numerator is not None
        key = "share" if is_share else "mean" if figure.statistic == "mean" else "median"
        counts = {"numerator": figure.numerator or 0, "denominator": figure.denominator, "people": figure.people}
        told = {name: decimal(count, self._language) for name, count in counts.items()}
        who = say(self._who(figure), self._language, **told) if is_share else ""
        ends = tuple(self._number(figure, end, bare=True) for end in figure.interval or ())
        value = self._number(figure, figure.value or 0, bare=True)
        yield say(key, self._language, value=value, who=who, range=_range(ends, self._language), **told)
        if figure.target is not None:
            wanted = decimal(figure.target, self._language) if not is_share else percent(figure.target, self._language)
            yield say(f"target_{indicator.better}", self._language, target=wanted)
            few = state is State.TOO_FEW and figure.people < FEWEST
            yield say("fewer_than_ten_why" if few else f"{state}_why", self._language, fewest=FEWEST)

    def _number(self, figure: Figure, value: float, *, bare: bool = False) -> str:
        if figure.numerator is not None:
            return percent(value, self._language)
        number = decimal(value, self._language)
        return number if bare else say("months", self._language, value=number)

    def _who(self, figure: Figure) -> str:
        return _BESIDE.get(figure.statistic, _WHO.get(figure.statement, ""))

    def label(self, figure: Figure) -> str:
        """Return whom a figure is about; beside the main one also what of them."""
        group, language = figure.group, self._language
        if group.programme:
            name = self._programme(group)
        else:
            everybody = "all_employers" if figure.statement == EMPLOYERS else "all"
            name = say(group.level or everybody, language)
        if group.cohort:
            return say("cohort", language, cohort=group.cohort, level=name)
        if _is_aspect(figure):
            aspect = say(f"aspect_{figure.statistic.replace(' ', '_')}", language)
            return aspect if group == Group() else f"{aspect} ({name})"
        return name

    def _programme(self, group: Group) -> str:
        if not group.programme:
            return ""
        return f"{self._programmes.get(group.programme, '')} ({group.programme})".strip()

    def gap_lines(self, responses: Sequence[Response]) -> Iterator[str]:
        """Yield the largest gap of each programme that has enough answers, in a line."""
        members: dict[Group, list[Response]] = defaultdict(list)
        for response in responses:
            if response.answers.get("f8") in AT_WORK and COMPETENCIES[0][1] in response.answers:
                own = response.group
                for group in (Group(), Group(level=own.level), Group(level=own.level, programme=own.programme)):
                    members[group].append(response)
        hidden = _hidden({group: len(people) for group, people in members.items()})
        for group in sorted(members.keys() - hidden, key=lambda group: (str(group.level), self._programme(group))):
            if group.programme and (gaps := list(_gaps(members[group], self._language))):
                largest = max(gaps, key=lambda gap: gap.gap)
                yield f"{self._programme(group)}: {largest.name}, {largest.says}"


_STATES = {
    Verdict.MET: State.MET,
    Verdict.NOT_MET: State.NOT_MET,
    Verdict.TOO_FEW: State.TOO_FEW,
    Verdict.NO_TARGET: State.NO_TARGET,
}


def _hidden(sizes: Mapping[Group, int]) -> set[Group]:
    """Return the groups to hide among those that have anybody."""
    cells = {(False, group): size for group, size in sizes.items() if size}
    return {group for _, group in protected({cell for cell, size in cells.items() if size < SMALL}, cells)}


def _range(ends: tuple[str, ...], language: Language) -> str:
    """Return the likely range in words; both ends may be written alike."""
    low, high = ends
    return say("range_narrow" if low == high else "range", language, low=low, high=high)


def _is_level(group: Group) -> bool:
    return group.programme is None and group.cohort is None


def _is_programme(figure: Figure) -> bool:
    return figure.statistic == MAIN and figure.group.programme is not None


def _is_aspect(figure: Figure) -> bool:
    return figure.statistic in tuple(Aspect)


def _year(first: int) -> str:
    return f"{first}/{first + 1}"


def _turnout(gathered: Gathered, language: Language) -> Iterator[str]:
    sent, asked = len(gathered.sent), sum(gathered.asked.values())
    graduates = [interview for interview, _ in gathered.sent if interview.respondent == "graduate"]
    if graduates or not gathered.employers:
        share = percent(sent / asked, language) if asked else "–"
        counts = {"sent": decimal(sent, language), "asked": decimal(asked, language)}
        yield say("turnout_line", language, value=share, **counts)
    if gathered.short:
        yield say("short_line", language, many=decimal(len(gathered.short), language))
    if gathered.employers:
        yield say("turnout_employers", language, sent=decimal(len(gathered.employers), language))
    if gathered.taken_back:
        yield say("taken_back_line", language, many=decimal(gathered.taken_back, language))


def _criteria(gathered: Gathered, language: Language) -> Iterator[Line]:
    """Yield the five criteria of 1.1.13.1, as far as the store can tell."""
    campaign, asked = gathered.campaign, sum(gathered.asked.values())
    years = ", ".join(map(_year, sorted(gathered.years))) or "–"
    is_whole, is_national = campaign.unit_id is None, campaign.kind == "national"
    last = campaign.academic_year
    whole_cohorts = range(last - 4, last - 1)
    said: list[tuple[str, bool | None]] = [
        ("criterion_1", is_whole),
        ("criterion_2", True if {last, last - 1} <= gathered.years else None),
        ("criterion_3", is_national),
        ("criterion_4", is_whole and campaign.cohorts == whole_cohorts),
        ("criterion_5", None),
    ]
    facts = {
        "years": years,
        "asked": decimal(asked, language),
        "sent": decimal(len(gathered.sent), language),
        "cohorts": f"{_year(campaign.cohorts[0])} – {_year(campaign.cohorts[-1])}",
    }
    for number, (key, holds) in enumerate(said, start=1):
        ending = {True: "yes", False: "no", None: "open"}[holds]
        state = {True: State.MET, False: State.NOT_MET, None: State.OPEN}[holds]
        yield Line(f"{number}. {say(key, language)}", state, say(f"{key}_{ending}", language, **facts))


def _gaps(responses: Iterable[Response], language: Language) -> Iterator[Gap]:
    """Yield the gap of each competency over those at work who gave both ratings; nothing under `SMALL`."""
    working = [response.answers for response in responses if response.answers.get("f8") in AT_WORK]
    for mastered, needed in COMPETENCIES:
        both = [(int(str(a[needed])), int(str(a[mastered]))) for a in working if needed in a and mastered in a]
        if len(both) < SMALL:
            continue
        needs, masters = (sum(column) / len(both) for column in zip(*both, strict=True))
        says = _gap_line(needs, masters, len(both), language)
        yield Gap(_competency(mastered, language), needs, masters, len(both), says)


def _gap_line(needed: float, mastered: float, counted: int, language: Language) -> str:
    gap = _difference(needed, mastered)
    key = "gap_line_even" if not gap else "gap_line_more" if gap > 0 else "gap_line_less"
    told = {"needed": needed, "mastered": mastered, "gap": abs(gap)}
    return say(
        key, language, n=decimal(counted, language), **{name: decimal(value, language) for name, value in told.items()}
    )


def _difference(needed: float, mastered: float) -> float:
    return round(round(needed, 1) - round(mastered, 1), 1)


def _competency(column: str, language: Language) -> str:
    """Return a competency's name: the words of its question before the colon."""
    return national().columns[column].ask.in_(language).partition(":")[0]


def _methods(responses: Iterable[Response], language: Language) -> Iterator[Spread]:
    answers = [response.answers for response in responses]
    for code in METHODS:
        column = national().columns[code]
        given = Counter(given[code] for given in answers if code in given)
        total, much = given.total(), sum(given[option] for option in MUCH)
        if total < SMALL:
            continue
        range_ = binomtest(much, total).proportion_ci(CONFIDENCE, method="wilson")
        low, high, value = (percent(float(share), language) for share in (range_.low, range_.high, much / total))
        counts_told = {"much": decimal(much, language), "n": decimal(total, language)}
        says = say("method_line", language, value=value, range=_range((low, high), language), **counts_told)
        counts = tuple((words.in_(language), given[option]) for option, words in column.options.items())
        yield Spread(column.ask.in_(language), counts, says)


def _answers(gathered: Gathered, language: Language) -> Iterator[Spread]:
    """Yield how the answers to each question with choices of a form without standards fall."""
    for question in gathered.form.questions:
        if question.kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
            continue
        given = [answers[question.name] for _, answers in gathered.sent if answers.get(question.name) is not None]
        chosen = Counter(code for value in given for code in (value if isinstance(value, tuple) else (str(value),)))
        name = question.label.in_(language)
        if len(given) < SMALL:
            yield Spread(name, (), say("answers_hidden", language))
            continue
        counts = tuple((choice.label.in_(language), chosen[choice.code]) for choice in question.choices)
        said = [
            say(
                "answers_line",
                language,
                label=label,
                count=count,
                n=len(given),
                value=percent(count / len(given), language),
            )
            for label, count in counts
        ]
        yield Spread(name, counts, "; ".join(said) + ".")
