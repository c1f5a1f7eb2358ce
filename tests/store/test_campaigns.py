"""Campaigns, their links and their interviews: terms, whom they are about, and what is left when their time is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from store.campaigns import (
    CampaignKind,
    CampaignState,
    CampaignTermsError,
    CampaignUnknownError,
    LinkUnknownError,
    NewCampaign,
)
from store.graduates import GraduateRow, GraduateUnknownError
from store.interviews import InterviewState, Source
from store.trail import Act
from store.units import UnitNotFoundError, UnitRow

LONGEST_DEEP_LINK = 64
"""Characters of the parameter of a deep link (Bot API, "Deep linking")."""
NEW = NewCampaign(
    CampaignKind.NATIONAL, "Tracer 2025", 2025, range(2021, 2024), dt.date(2026, 3, 1), dt.date(2026, 5, 31)
)
GRADUATE = GraduateRow(2, "101", "Ani", "55201", "Informatika", "S1", 2022, dt.date(2023, 7, 1), dt.date(2001, 1, 1))


@pytest.fixture
def graduates(store):
    rows = [
        GRADUATE,
        replace(GRADUATE, nim="102", name="Budi", programme_code="86206"),
        replace(GRADUATE, nim="103", name="Cici", cohort=2010),
    ]
    assert store.graduates.import_rows(rows).added == 3
    return [store.graduates.by_nim(nim) for nim in ("101", "102", "103")]


def _opened(store, **terms):
    campaign = store.campaigns.add(replace(NEW, **terms), None)
    return store.campaigns.set_state(campaign.id, CampaignState.OPEN)


def _sent(store, campaign, graduate, answers):
    interview = store.interviews.begin(campaign, graduate, None, source=Source.IMPORT)
    store.interviews.keep(interview.id, answers, "u1")
    store.interviews.set_aside(interview.id, answers)
    return store.interviews.set_state(interview.id, InterviewState.SENT)


def test_a_campaign_takes_answers_from_its_first_day_to_its_last_while_it_is_open(store):
    campaign = store.campaigns.add(NEW, None)
    assert not campaign.takes_answers(NEW.opens)
    campaign = store.campaigns.set_state(campaign.id, CampaignState.OPEN)
    assert [campaign.takes_answers(day) for day in (dt.date(2026, 2, 28), NEW.opens, NEW.closes)] == [False, True, True]
    assert not campaign.takes_answers(NEW.closes + dt.timedelta(days=1))
    longer = store.campaigns.extend(campaign.id, dt.date(2026, 6, 30))
    assert longer.takes_answers(dt.date(2026, 6, 30))
    closed = store.campaigns.set_state(campaign.id, CampaignState.CLOSED)
    assert not closed.takes_answers(NEW.opens)
    assert store.campaigns.all() == (closed,)


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"title": "  "}, "title needs 1 to 100"),
        ({"title": "x" * 101}, "title needs 1 to 100"),
        ({"cohorts": range(0)}, "at least one"),
        ({"closes": dt.date(2026, 1, 1)}, "close before it opens"),
        ({"kind": CampaignKind.OWN}, "send the form first"),
        ({"form_id": 1}, "send the form first"),
    ],
)
def test_terms_that_cannot_be_are_told(store, terms, told):
    with pytest.raises(CampaignTermsError, match=told):
        store.campaigns.add(replace(NEW, **terms), None)


def test_what_is_not_there_is_told(store):
    with pytest.raises(CampaignUnknownError):
        store.campaigns.set_state(9, CampaignState.OPEN)
    with pytest.raises(CampaignUnknownError):
        store.campaigns.form(9)
    with pytest.raises(UnitNotFoundError):
        store.campaigns.add(replace(NEW, unit_id=9), None)
    with pytest.raises(GraduateUnknownError):
        store.graduates.get(9)


def test_a_graduate_has_one_link_in_a_campaign_that_fits_a_deep_link(store, graduates):
    campaign, other = _opened(store), _opened(store)
    links = store.campaigns.links(campaign.id, [one.id for one in graduates])
    assert [link.graduate_id for link in links] == [one.id for one in graduates]
    assert store.campaigns.links(campaign.id, [graduates[0].id]) == links[:1]
    assert store.campaigns.link(other.id, graduates[0].id).token != links[0].token
    assert len({link.token for link in links}) == 3
    assert all(len(f"s_{link.token}") <= LONGEST_DEEP_LINK for link in links)
    assert store.campaigns.called(links[1].token) == links[1]
    with pytest.raises(LinkUnknownError):
        store.campaigns.called(links[1].token[:-1] + "!")


def test_an_employer_may_be_invited_without_a_graduate_but_only_to_a_survey_of_employers(store, graduates):
    campaign = _opened(store, kind=CampaignKind.EMPLOYER)
    first, second = (store.campaigns.link_for_employer(campaign.id) for _ in range(2))
    assert first.token != second.token
    assert first.graduate_id is None
    with pytest.raises(CampaignTermsError):
        store.campaigns.link_for_employer(_opened(store).id)


def test_the_population_is_of_the_cohorts_and_of_the_unit(store, graduates):
    ani, budi, _ = graduates
    assert store.campaigns.population(_opened(store)) == (ani, budi)
    store.units.import_rows([UnitRow(2, "Teknik"), UnitRow(3, "Informatika", "55201", "S1", "Teknik")])
    faculty = store.units.called("Teknik")
    for unit_id in (faculty.id, store.units.by_code("55201").id):
        assert store.campaigns.population(_opened(store, unit_id=unit_id)) == (ani,)


def test_interviews_are_counted_by_programme_level_cohort_state_and_day(store, graduates, clock):
    campaign = _opened(store)
    _sent(store, campaign, graduates[0], {"f8": "1"})
    store.interviews.begin(campaign, graduates[1], None)
    tallies = store.interviews.tallies(campaign.id)
    assert [(one.programme_code, one.level, one.cohort, one.state, one.sent_on, one.many) for one in tallies] == [
        ("55201", "S1", 2022, InterviewState.SENT, clock.now.date(), 1),
        ("86206", "S1", 2022, InterviewState.INVITED, None, 1),
    ]


def test_only_answers_that_count_are_given_out(store, graduates):
    campaign = _opened(store)
    interview = _sent(store, campaign, graduates[0], {"f8": "1", "f502": 3, "f4": ("f401", "f404"), "f1202": None})
    store.interviews.set_aside(interview.id, {"f8", "f4"})
    ((found, answers),) = store.interviews.sent(campaign.id)
    assert found == interview
    assert answers == {"f8": "1", "f4": ("f401", "f404")}
    store.interviews.set_aside(interview.id, {"f8", "f502"})
    ((_, answers),) = store.interviews.sent(campaign.id)
    assert answers == {"f8": "1", "f502": 3}


def test_when_its_time_is_over_a_campaign_keeps_its_counts_alone(store, graduates, clock):
    old, new = _opened(store), _opened(store, closes=dt.date(2030, 1, 1), cohorts=range(2022, 2024), asks_nik=True)
    ani, _, cici = graduates
    store.campaigns.links(old.id, [ani.id, cici.id])
    store.graduates.keep_identity(ani.id, "nik", "1" * 16)
    store.graduates.keep_identity(cici.id, "nik", "2" * 16)
    _sent(store, old, ani, {"f8": "1"})
    clock.move(days=200)
    kept = _sent(store, new, ani, {"f8": "5"})
    assert store.forget_surveys_before(NEW.closes) == dict.fromkeys(("interviews", "survey_links", "graduates"), 0) | {
        "identities": 1
    }
    gone = store.forget_surveys_before(NEW.closes + dt.timedelta(days=1))
    assert gone == {"interviews": 1, "survey_links": 2, "identities": 0, "graduates": 1}
    assert list(store.interviews.sent(old.id)) == []
    (tally,) = store.interviews.tallies(old.id)
    assert (tally.state, tally.programme_code, tally.many) == (InterviewState.ERASED, "55201", 1)
    assert [found.id for found, _ in store.interviews.sent(new.id)] == [kept.id]
    assert [one.nim for one in store.graduates.all()] == ["101", "102"]
    assert store.graduates.identity(ani.id).nik == "1" * 16
    assert [entry.act for entry in store.trail.all()] == [Act.ANSWERS_PURGED, Act.ANSWERS_PURGED]
    assert not any(store.forget_surveys_before(NEW.closes + dt.timedelta(days=1)).values())


def test_old_wrong_guesses_are_forgotten(store, graduates, clock):
    store.graduates.guessed_wrong(None, graduates[0].id)
    since = clock.now - dt.timedelta(days=9)
    assert store.graduates.wrong_guesses(since, graduate_id=graduates[0].id) == 1
    assert store.forget_before(clock.now.date() + dt.timedelta(days=1))["identity_guesses"] == 1
    assert store.graduates.wrong_guesses(since, graduate_id=graduates[0].id) == 0
