"""A fictional survey: graduates of the fictional faculty, two campaigns, and answers thrown by dice.

Nobody should mistake it for a result. The bench fills its stores with the same answers.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import Graduate, GraduateRow
from store.interviews import Interview, InterviewState, Value
from store.store import Store
from tracer.national.questionnaire import Column, Kind, national
from tracer.population import academic_year, cohorts

ALUMNA_NIM, ALUMNA_BORN = "17990301", dt.date(2001, 5, 4)
"""The alumna who may be played on the page is on the list, and can answer without a link."""
_PROGRAMMES = (
    ("99001", "Ilmu Awan Rekaan", "S1"),
    ("99002", "Ilmu Awan Rekaan", "S2"),
    ("99003", "Pendidikan Pelangi Rekaan", "S1"),
    ("99004", "Teknik Ombak Rekaan", "S1"),
)
_NAMES = "Kabut Embun Hujan Angin Fajar Senja Ombak Karang Lembah Bukit Mentari Salju".split()
_EACH = 6
"""Graduates of each programme in each year."""
_ANSWERED, _BEGUN, _RATED = 46, 5, 18
_FIRST_EMPLOYER = 9_900_000
_OPEN = (-40, 50)


def take_in_survey(store: Store, today: dt.date) -> None:
    """Let the store know fictional graduates of TS-4 to TS-2, a tracer study that is under way, and its answers."""
    dice, year = random.Random(2026), academic_year(today)  # noqa: S311 - the same faculty every day, no secret
    store.graduates.import_rows(_rows(year))
    tracer = _campaign(store, CampaignKind.NATIONAL, f"Tracer Study {year}/{year + 1} (rekaan)", today)
    employers = _campaign(store, CampaignKind.EMPLOYER, f"Kepuasan pengguna {year}/{year + 1} (rekaan)", today)
    asked = [one for one in store.campaigns.population(tracer) if one.nim != ALUMNA_NIM]
    drawn = dice.sample(asked, _ANSWERED + _BEGUN)
    for graduate in drawn[:_ANSWERED]:
        sent = store.clock() - dt.timedelta(days=dice.randrange(1, -_OPEN[0]))
        _answer(store, tracer, graduate, random_answers(dice), sent)
    for graduate in drawn[_ANSWERED:]:
        _begun(store, tracer, graduate, {"f8": "1"})
    _rate(store, employers, drawn[:_RATED], dice)


def _rows(year: int) -> Iterator[GraduateRow]:
    for place, (cohort, (code, name, level)) in enumerate((c, p) for c in cohorts(year) for p in _PROGRAMMES):
        for number in range(_EACH):
            is_alumna = (cohort, code, number) == (cohorts(year)[-1], "99003", 0)
            yield GraduateRow(
                number=place * _EACH + number + 2,
                nim=ALUMNA_NIM if is_alumna else f"1799{place:02}{number + 10}",
                name="Bintang Rekaan" if is_alumna else f"{_NAMES[place]} {_NAMES[-1 - number]} Rekaan",
                programme_code=code,
                programme_name=name,
                level=level,
                cohort=cohort,
                graduated_on=dt.date(cohort + 1, 3 + number, 12),
                born_on=ALUMNA_BORN if is_alumna else dt.date(cohort - 21, 1 + place, 3 + number),
                email=f"{_NAMES[place]}.{number}@contoh.invalid".lower(),
            )


def _campaign(store: Store, kind: CampaignKind, title: str, today: dt.date) -> Campaign:
    year = academic_year(today)
    opens, closes = (today + dt.timedelta(days=days) for days in _OPEN)
    new = NewCampaign(kind, title, year, cohorts(year), opens, closes, contact="Koral Rekaan, koral@contoh.invalid")
    return store.campaigns.set_state(store.campaigns.add(new, None).id, CampaignState.OPEN)


def _answer(store: Store, campaign: Campaign, graduate: Graduate, answers: dict[str, Value], sent: dt.datetime) -> None:
    interview = _begun(store, campaign, graduate, answers)
    store.interviews.set_state(interview.id, InterviewState.SENT, sent)


def _begun(store: Store, campaign: Campaign, graduate: Graduate, answers: dict[str, Value]) -> Interview:
    interview = store.interviews.begin(campaign, graduate, None)
    store.interviews.consent(interview.id, "id")
    store.interviews.keep(interview.id, answers, "example")
    return interview


def _rate(store: Store, campaign: Campaign, graduates: Sequence[Graduate], dice: random.Random) -> None:
    for number, graduate in enumerate(graduates, start=_FIRST_EMPLOYER):
        store.people.seen(number, f"Atasan Rekaan {number - _FIRST_EMPLOYER + 1}", None, "id")
        interview = store.interviews.begin_employer(campaign, store.campaigns.link(campaign.id, graduate.id), number)
        store.interviews.consent(interview.id, "id")
        store.interviews.keep(interview.id, random_ratings(dice), "example")
        store.interviews.set_state(interview.id, InterviewState.SENT)


# ---------------------------------------------------------------- answers thrown by dice

_CODES = {
    "f8": (50, 8, 20, 10, 12),
    "f14": (25, 30, 20, 15, 10),
    **{f"f{code}": (2, 8, 30 + code % 5, 40, 20) for code in range(1761, 1775, 2)},
    **{f"f{code}": (2, 5, 20, 38 + code % 7, 35) for code in range(1762, 1776, 2)},
    **{f"f2{way}": (5 * way, 30, 30, 20, 40 - 5 * way) for way in range(1, 8)},
}
_NUMBERS = {"f502": 7, "f505": 9_000_000, "f302": 12, "f303": 12, "f6": 40}
_TICKED = 0.2


def random_answers(dice: random.Random) -> dict[str, Value]:
    """Return the answers of somebody on a random path of the national questionnaire."""
    codes: dict[str, int] = {}
    answers: dict[str, Value] = {}
    for code, column in national().template().items():
        is_asked = all(codes.get(other) in values for other, values in column.when.items())
        if code in _IDENTITY or not is_asked:
            continue
        value = _value(dice, code, column, codes)
        if isinstance(value, int):
            codes[code] = value
        if column.list is not None:
            ticked = answers.get(column.list)
            answers[column.list] = (*(ticked if isinstance(ticked, tuple) else ()), *([code] if value else []))
        else:
            answers[code] = str(value) if column.kind is Kind.ONE else value
    return answers


_IDENTITY = frozenset(list(national().template())[:9])


def _value(dice: random.Random, code: str, column: Column, codes: dict[str, int]) -> int | str:
    if column.kind is Kind.ONE:
        options = list(column.options)
        return dice.choices(options, _CODES.get(code))[0]
    if column.kind is Kind.NUMBER:
        return dice.randint(0, codes[column.at_most] if column.at_most else _NUMBERS[code])
    if column.kind is Kind.TICK:
        return int(dice.random() < _TICKED)
    return {Kind.DATE: "2025-09-01", Kind.PLACE: "Kota Semarang" if column.within else "Jawa Tengah"}.get(
        column.kind, f"Sekolah {dice.randint(1, 900)}"
    )


def random_ratings(dice: random.Random) -> dict[str, Value]:
    """Return an employer's ratings."""
    aspects = ("ethics", "competence", "language", "technology", "communication", "teamwork", "discipline")
    return {aspect: str(dice.choices((5, 4, 3, 2, 1, 0), (30, 40, 18, 6, 3, 3))[0]) for aspect in aspects}
