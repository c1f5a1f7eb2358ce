import re

import pytest

from tracer.national.statistics import (
    SMALL,
    Aspect,
    Group,
    Level,
    Rating,
    Response,
    Verdict,
    employer_figures,
    graduate_figures,
    protected,
    read_indicators,
)

BIOLOGY = Group(level=Level.BACHELOR, programme="Biologi", cohort="TS-2")
MASTER = Group(level=Level.MASTER, programme="Manajemen Pendidikan", cohort="TS-2")


def people(count, group=BIOLOGY, **answers):
    return [Response(group=group, answers=answers)] * count


def figure_of(figures, statement, group, statistic="main"):
    (found,) = [
        figure
        for figure in figures
        if (figure.statement, figure.group, figure.statistic) == (statement, group, statistic)
    ]
    return found


def test_waiting_time_is_the_median_of_those_in_a_fitting_job():
    months = [0, 1, 1, 2, 2, 2, 3, 3, 4, 30]
    fitting = [person for month in months for person in people(1, f8=1, f14=3, f502=month)]
    figures = list(graduate_figures(fitting + people(5, f8=1, f14=4, f502=50) + people(5, f8=5)))
    median = figure_of(figures, "1.1.8.1", BIOLOGY)
    assert (median.value, median.denominator, median.target, median.reached) == (2.0, 10, 3.0, True)
    mean = figure_of(figures, "1.1.8.1", BIOLOGY, "mean")
    assert (mean.value, mean.reached) == (pytest.approx(4.8), False)
    within = figure_of(figures, "1.1.8.1", BIOLOGY, "within the limit")
    assert (within.numerator, within.denominator) == (8, 10)


def test_the_bootstrap_gives_the_same_interval_each_time():
    graduates = [person for month in range(40) for person in people(1, f8=3, f14=1, f502=month)]
    first, second = (figure_of(graduate_figures(graduates), "1.1.8.1", BIOLOGY) for _ in range(2))
    assert first == second
    low, high = first.interval
    assert low < 19.5 < high


def test_shares_have_wilsons_interval_and_a_verdict_when_it_lies_on_one_side():
    figures = list(graduate_figures(people(80, f8=1, f14=2, f502=1) + people(20, f8=3, f14=5, f502=1)))
    share = figure_of(figures, "1.1.9.1", BIOLOGY)
    assert (share.numerator, share.denominator, share.value) == (80, 100, 0.8)
    assert share.interval == pytest.approx((0.7112, 0.8666), abs=1e-4)
    assert (share.target, share.verdict) == (0.6, Verdict.MET)


@pytest.mark.parametrize(
    ("hits", "misses", "verdict"),
    [(62, 38, Verdict.TOO_FEW), (40, 60, Verdict.NOT_MET), (9, 0, Verdict.TOO_FEW), (0, 0, Verdict.TOO_FEW)],
)
def test_verdicts_of_a_share(hits, misses, verdict):
    figures = graduate_figures(people(hits, f8=1, f14=1) + people(misses, f8=1, f14=5) + people(1, f8=2))
    assert figure_of(figures, "1.1.9.1", BIOLOGY).verdict is verdict


def test_the_master_target_is_its_own_and_all_levels_together_have_none():
    figures = list(graduate_figures(people(100, MASTER, f8=1, f14=1) + people(100, f8=1, f14=1)))
    assert figure_of(figures, "1.1.9.1", Group(level=Level.MASTER)).target == 0.8
    assert figure_of(figures, "1.1.9.1", Group()).verdict is Verdict.NO_TARGET
    assert figure_of(figures, "1.1.11.1", Group(level=Level.MASTER)).verdict is Verdict.NO_TARGET


def test_at_work_is_of_all_who_answered_and_the_others_stand_apart():
    graduates = people(60, f8=1) + people(10, f8=3) + people(5, f8=2) + people(15, f8=4) + people(10, f8=5)
    figures = list(graduate_figures(graduates))
    main = figure_of(figures, "1.1.11.1", BIOLOGY)
    assert (main.numerator, main.denominator, main.reached) == (70, 100, False)
    beside = figure_of(figures, "1.1.11.1", BIOLOGY, "without those not yet able and those studying")
    assert (beside.numerator, beside.denominator, beside.reached) == (70, 80, True)
    assert figure_of(figures, "1.1.11.1", BIOLOGY, "continuing education").numerator == 15


def test_employers_satisfaction_is_counted_over_all_ratings_and_by_aspect():
    ratings = [
        Rating(group=BIOLOGY, ratings={Aspect.ETHICS: 5, Aspect.LANGUAGE: 3}),
        Rating(group=BIOLOGY, ratings={Aspect.ETHICS: 4, Aspect.LANGUAGE: 4, Aspect.TEAMWORK: 2}),
    ]
    figures = list(employer_figures(ratings))
    overall = figure_of(figures, "1.1.10.1", Group())
    assert (overall.numerator, overall.denominator, overall.target) == (3, 5, 0.75)
    language = figure_of(figures, "1.1.10.1", BIOLOGY, "foreign language proficiency")
    assert (language.numerator, language.denominator) == (1, 2)
    assert figure_of(figures, "1.1.10.1", BIOLOGY, "communication").value is None


def cells_of(sizes):
    """Return groups of programmes of one level, the level and the whole, with the people in each."""
    programmes = {Group(level=Level.BACHELOR, programme=name): size for name, size in sizes.items()}
    whole = sum(sizes.values())
    return {(False, group): size for group, size in {**programmes, Group(level=Level.BACHELOR): whole}.items()}


def hidden_of(sizes):
    cells = cells_of(sizes)
    hidden = protected({cell for cell, size in cells.items() if size < SMALL}, cells)
    return {group.programme for _, group in hidden}


def test_a_small_group_is_hidden_with_one_more_so_that_subtraction_does_not_give_it_away():
    assert hidden_of({"A": 50, "B": 3, "C": 40}) == {"B", "C"}
    assert hidden_of({"A": 50, "B": 3, "C": 4, "D": 9}) == {"B", "C"}
    assert hidden_of({"A": 50, "B": 1, "C": 1, "D": 9}) == {"B", "C", "D"}
    assert hidden_of({"A": 50, "B": 9}) == set()


def test_a_hidden_level_is_not_given_away_by_its_programmes():
    few = Group(level=Level.MASTER)
    cells = {**cells_of({"A": 50, "B": 40, "C": 45}), (False, few): 4, (False, Group()): 139}
    hidden = {group for _, group in protected({(False, few)}, cells)}
    assert Group(level=Level.BACHELOR) in hidden
    assert Group(level=Level.BACHELOR, programme="B") in hidden
    assert Group() not in hidden


def test_every_target_stands_in_the_statement_it_is_taken_from(documents):
    indicators = read_indicators()
    document = next(each for each in documents if each.code == indicators.document)
    statements = {row.number: row.statement for row in document.statements}
    for number, indicator in indicators.indicators.items():
        figures = {float(figure) for figure in re.findall(r"\d+", statements[number])}
        for target in indicator.target.values():
            assert round(target * 100 if indicator.better == "most" else target) in figures
