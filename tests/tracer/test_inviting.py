"""Whom a campaign waits for, and their links."""

from __future__ import annotations

from survey_stage import BUDI, COORDINATOR, SITI

from store.campaigns import CampaignKind
from store.interviews import InterviewState
from store.trail import Act
from tracer.inviting import awaited, invited


def test_those_are_awaited_who_sent_nothing_and_did_not_refuse(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    assert [one.state for one in awaited(stage.store, campaign, COORDINATOR)] == [None, None]
    stage.started(campaign)
    stage.sent(campaign, {}, BUDI, "17120002")
    (left,) = awaited(stage.store, campaign, COORDINATOR)
    assert (left.graduate.nim, left.state) == ("17120001", InterviewState.RUNNING)
    stage.store.graduates.mark_no_contact(left.graduate.id, wanted=True)
    assert awaited(stage.store, campaign, COORDINATOR) == ()
    assert {(entry.act, entry.done_by) for entry in stage.store.trail.all()} == {(Act.NAMES_SEEN, COORDINATOR)}


def test_a_graduate_is_awaited_until_one_employer_has_answered(stage):
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    for person in (BUDI, COORDINATOR):
        interview = stage.interviewing.start(link.token, person)
        stage.interviewing.consent(interview.id, person, "id")
        if person == BUDI:
            stage.through(interview, {}, person)
            stage.interviewing.send(interview.id, person)
    assert [one.graduate.nim for one in awaited(stage.store, campaign, None)] == ["17120002"]
    assert stage.store.trail.all() == ()


def test_the_parameter_of_a_link_opens_the_graduates_own_survey(stage):
    campaign = stage.campaign()
    links = invited(stage.store, campaign, COORDINATOR)
    assert [one.graduate.nim for one in links] == ["17120001", "17120002"]
    assert len(links[0].parameter) <= 64
    interview = stage.interviewing.start(links[0].parameter.removeprefix("s_"), SITI)
    assert interview.graduate_id == links[0].graduate.id
    (entry,) = stage.store.trail.all()
    assert (entry.act, entry.details) == (Act.LINKS_EXPORTED, {"campaign": campaign.id, "links": 2})
