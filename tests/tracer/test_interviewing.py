"""The conversation of a survey without the chat: every step is computed from the store."""

from __future__ import annotations

import datetime as dt

import pytest
from form_workshop import asked, xlsx
from survey_stage import BORN, BUDI, COORDINATOR, SITI, fitting

from store.campaigns import CampaignKind, CampaignState, LinkUnknownError
from store.interviews import InterviewState, InterviewUnknownError, LinkUsedUpError, OwnEmployerError, Source
from store.trail import Act
from tracer.interview import (
    MOST_GUESSES,
    BegunByThemselvesError,
    NotAmongThemError,
    NotAskedError,
    NotCompleteError,
    NotOpenError,
    NotYoursError,
    SentElsewhereError,
    SurveyClosedError,
)
from tracer.inviting import awaited, invited

WORKER = {"f8": "1", "f301": "1", "f4": ("f404",), "f6": 5, "f7": 3, "f7a": 1}


def test_nothing_is_asked_before_consent(stage):
    campaign = stage.campaign()
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    interview = stage.interviewing.start(link.token, SITI)
    assert interview.state is InterviewState.INVITED
    with pytest.raises(NotOpenError):
        stage.interviewing.answer(interview.id, SITI, "f8", "1", "u1")
    outcome = stage.interviewing.consent(interview.id, SITI, "en")
    assert (outcome.interview.state, outcome.interview.language) == (InterviewState.RUNNING, "en")
    assert outcome.step.names == ("f8",)


def test_a_refusal_leaves_only_the_mark_not_to_contact(stage):
    campaign = stage.campaign()
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    interview = stage.interviewing.start(link.token, SITI)
    stage.interviewing.refuse(interview.id, SITI)
    assert stage.graduate().no_contact_at == stage.now
    assert stage.store.interviews.of_campaign(campaign.id) == ()
    again = stage.interviewing.start(link.token, SITI)
    stage.interviewing.consent(again.id, SITI, "id")
    assert stage.graduate().no_contact_at is None


def test_a_working_graduate_is_asked_in_21_messages_and_sees_how_far_it_is(stage):
    interview = stage.started(stage.campaign())
    seen = 0
    while (outcome := stage.interviewing.where(interview.id, SITI)).step is not None:
        assert outcome.progress.answered == seen
        for question in outcome.step.questions:
            stage.say(interview, question.name, WORKER.get(question.name, fitting(question)))
        seen += 1
    assert seen == 21
    assert (outcome.progress.answered, outcome.progress.expected) == (21, 21)


def test_the_competencies_are_one_step_and_the_learning_methods_another(stage):
    interview = stage.started(stage.campaign())
    steps = []
    while (step := stage.interviewing.where(interview.id, SITI).step) is not None:
        steps.append(step)
        for question in step.questions:
            stage.say(interview, question.name, WORKER.get(question.name, fitting(question)))
    competencies, learning = [step for step in steps if step.grid]
    assert competencies.names == tuple(f"f{code}" for code in range(1761, 1775))
    assert learning.names == tuple(f"f2{way}" for way in range(1, 8))
    assert len(competencies.choices["f1761"]) == 5


def test_a_grid_stays_until_each_row_has_an_answer(stage):
    interview = stage.started(stage.campaign())
    stage.say(interview, "f8", "5")
    stage.say(interview, "f1201", "1")
    codes = [f"f{code}" for code in range(1761, 1775, 2)]
    for code in reversed(codes[1:]):
        step = stage.say(interview, code, "4").step
        assert step.names == tuple(codes)
    assert step.given == dict.fromkeys(codes[1:], "4")
    assert stage.say(interview, codes[1], "2").step.given[codes[1]] == "2"
    assert stage.say(interview, codes[0], "1").step.name == "f21"


@pytest.mark.parametrize("wrong", ["enam", "-1", "😀", "x" * 5000, "1" * 20, ("a", "b"), "   "])
def test_what_is_no_answer_is_refused_and_nothing_is_stored(stage, wrong):
    interview = stage.started(stage.campaign())
    stage.say(interview, "f8", "1")
    before = stage.store.interviews.answers(interview.id)
    outcome = stage.say(interview, "f502", wrong)
    assert outcome.refused is not None
    assert outcome.step.name == "f502"
    assert stage.store.interviews.answers(interview.id) == before


@pytest.mark.parametrize(("name", "most"), [("f502", 120), ("f505", 1_000_000_000), ("f302", 120), ("f6", 1_000)])
def test_a_number_that_cannot_be_is_refused_with_the_bounds(stage, name, most):
    interview = stage.started(stage.campaign())
    while (step := stage.interviewing.where(interview.id, SITI).step).name != name:
        for question in step.questions:
            stage.say(interview, question.name, WORKER.get(question.name, fitting(question)))
    refused = stage.say(interview, name, most + 1)
    assert refused.refused is not None
    assert str(most) in refused.refused.en.replace(".", "")
    assert name not in stage.store.interviews.answers(interview.id)
    assert stage.say(interview, name, most).refused is None


def test_a_date_too_far_ahead_is_refused(stage):
    interview = stage.started(stage.campaign())
    for name, answer in {"f8": "4", "f18a": "1", "f18b": "UNNES", "f18c": "PGSD"}.items():
        stage.say(interview, name, answer)
    assert stage.say(interview, "f18d", "2099-01-01").refused is not None
    assert stage.say(interview, "f18d", "2026-12-01").refused is None


def test_the_button_of_an_old_question_changes_nothing(stage):
    interview = stage.started(stage.campaign())
    stage.say(interview, "f8", "1")
    outcome = stage.say(interview, "f8", "5")
    assert outcome.refused is not None
    assert outcome.step.name == "f502"
    assert stage.store.interviews.answers(interview.id) == {"f8": "1"}


def test_an_update_that_comes_again_changes_nothing_and_asks_the_same(stage):
    interview = stage.started(stage.campaign())
    first = stage.interviewing.answer(interview.id, SITI, "f8", "1", "u7")
    second = stage.interviewing.answer(interview.id, SITI, "f8", "1", "u7")
    assert (second.refused, second.step.name) == (None, first.step.name)


def test_answers_of_a_path_left_are_set_aside_and_restored(stage):
    campaign = stage.campaign()
    interview = stage.started(campaign)
    stage.through(interview, WORKER)
    stage.interviewing.change(interview.id, SITI, "f8")
    stage.say(interview, "f8", "5")
    assert stage.interviewing.where(interview.id, SITI).step is None
    assert "f502" not in [name for step in stage.interviewing.review(interview.id, SITI) for name in step.names]
    stage.interviewing.send(interview.id, SITI)
    ((_, sent),) = stage.store.interviews.sent(campaign.id)
    assert "f502" not in sent
    assert stage.store.interviews.answers(interview.id)["f502"] == 2
    stage.interviewing.reopen(interview.id, SITI)
    stage.interviewing.change(interview.id, SITI, "f8")
    stage.say(interview, "f8", "1")
    stage.interviewing.send(interview.id, SITI)
    ((_, sent),) = stage.store.interviews.sent(campaign.id)
    assert sent["f502"] == 2


def test_back_goes_step_by_step_and_an_answer_goes_on_where_it_was(stage):
    interview = stage.started(stage.campaign())
    for name, answer in {"f8": "1", "f502": 3, "f505": 4_000_000}.items():
        stage.say(interview, name, answer)
    assert stage.interviewing.back(interview.id, SITI).step.name == "f505"
    outcome = stage.interviewing.back(interview.id, SITI)
    assert (outcome.step.name, outcome.step.given) == ("f502", {"f502": 3})
    stage.interviewing.back(interview.id, SITI)
    assert stage.interviewing.back(interview.id, SITI).step.name == "f8"
    assert stage.interviewing.proceed(interview.id, SITI).step.name == "f5a1"
    stage.interviewing.change(interview.id, SITI, "f502")
    assert stage.say(interview, "f502", 1).step.name == "f5a1"


def test_from_the_summary_back_leads_to_the_last_question_and_a_grid_stays_open(stage):
    interview = stage.started(stage.campaign())
    stage.through(interview, WORKER)
    assert stage.interviewing.back(interview.id, SITI).step.name == "f16"
    step = stage.interviewing.change(interview.id, SITI, "f24").step
    assert step.name == "f21"
    stage.say(interview, "f24", "5")
    assert stage.say(interview, "f22", "3").step.given["f24"] == "5"
    assert stage.interviewing.proceed(interview.id, SITI).step is None


def test_an_answer_that_a_change_made_wrong_is_asked_again(stage):
    interview = stage.started(stage.campaign())
    stage.through(interview, WORKER)
    stage.interviewing.change(interview.id, SITI, "f6")
    step = stage.say(interview, "f6", 2).step
    assert (step.name, step.conflicting) == ("f7", {"f7"})
    with pytest.raises(NotCompleteError):
        stage.interviewing.send(interview.id, SITI)
    stage.say(interview, "f7", 2)
    assert stage.interviewing.send(interview.id, SITI).state is InterviewState.SENT


def test_a_city_of_another_province_is_asked_again_when_the_province_is_changed(stage):
    interview = stage.started(stage.campaign())
    for name, answer in {"f8": "1", "f502": 2, "f505": 3_000_000, "f5a1": "Jawa Tengah"}.items():
        stage.say(interview, name, answer)
    assert stage.say(interview, "f5a2", "Kota Semarang").step.name == "f1101"
    stage.interviewing.change(interview.id, SITI, "f5a1")
    step = stage.say(interview, "f5a1", "Bali").step
    assert (step.name, step.conflicting) == ("f5a2", {"f5a2"})
    assert stage.say(interview, "f5a2", "Kota Denpasar").step.name == "f1101"
    stage.interviewing.change(interview.id, SITI, "f5a1")
    assert stage.say(interview, "f5a1", "Singapura").step.name == "f1101"  # abroad, nothing is known


def test_a_question_that_is_not_asked_cannot_be_gone_to(stage):
    interview = stage.started(stage.campaign())
    stage.say(interview, "f8", "5")
    with pytest.raises(NotAskedError):
        stage.interviewing.change(interview.id, SITI, "f502")


def test_a_survey_goes_on_after_a_restart_and_on_another_phone(stage):
    campaign = stage.campaign()
    interview = stage.started(campaign)
    stage.say(interview, "f8", "1")
    stage.interviewing.pause(interview.id, SITI)
    stage.restart()
    stage.now += dt.timedelta(days=5)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    resumed = stage.interviewing.start(link.token, BUDI)
    assert (resumed.id, resumed.state) == (interview.id, InterviewState.PAUSED)
    assert stage.interviewing.where(resumed.id, BUDI).step.name == "f502"
    with pytest.raises(NotYoursError):
        stage.interviewing.where(resumed.id, SITI)
    assert stage.say(resumed, "f502", 3, BUDI).interview.state is InterviewState.RUNNING


def test_what_was_sent_stays_with_the_account_that_sent_it(stage):
    campaign = stage.campaign()
    interview = stage.sent(campaign, {"f8": "5"})
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    with pytest.raises(SentElsewhereError):
        stage.interviewing.start(link.token, BUDI)
    assert stage.store.interviews.get(interview.id).person_id == SITI
    assert stage.graduate().person_id == SITI
    assert stage.interviewing.start(link.token, SITI).id == interview.id


def test_an_answer_taken_by_telephone_can_be_seen_by_the_graduate_with_the_link(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    taken = stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=True)
    stage.interviewing.consent(taken.id, COORDINATOR, "id")
    stage.through(taken, {"f8": "5"}, COORDINATOR)
    stage.interviewing.send(taken.id, COORDINATOR)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    assert stage.interviewing.start(link.token, SITI).id == taken.id
    assert stage.graduate().person_id == SITI


def test_who_only_opens_a_link_is_not_taken_for_the_graduate(stage):
    campaign = stage.campaign()
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    opened = stage.interviewing.start(link.token, BUDI)
    assert stage.graduate().person_id is None
    stage.interviewing.disclaim(opened.id, BUDI)
    assert stage.store.interviews.of_campaign(campaign.id) == ()
    assert stage.graduate().no_contact_at is None
    interview = stage.started(campaign)
    assert stage.graduate().person_id == SITI
    with pytest.raises(NotOpenError):
        stage.interviewing.disclaim(interview.id, SITI)


def test_a_birth_date_takes_nobody_from_the_account_that_came_with_a_link(stage):
    stage.sent(stage.campaign(), {"f8": "5"})
    found = stage.interviewing.identify(stage.campaign(CampaignKind.NEEDS).id, "17120001", BORN, BUDI)
    stage.interviewing.consent(found.interview.id, BUDI, "id")
    assert stage.graduate().person_id == SITI


def test_the_account_that_has_begun_is_known_by_the_link(stage):
    campaign = stage.campaign()
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    assert stage.interviewing.begun_by(link.token) is None
    interview = stage.started(campaign)
    assert stage.interviewing.begun_by(link.token) == SITI
    stage.through(interview, {"f8": "5"})
    stage.interviewing.send(interview.id, SITI)
    assert stage.interviewing.begun_by(link.token) is None


def test_sending_needs_every_answer_and_is_done_once(stage):
    interview = stage.started(stage.campaign())
    with pytest.raises(NotCompleteError):
        stage.interviewing.send(interview.id, SITI)
    stage.through(interview, {"f8": "5"})
    first = stage.interviewing.send(interview.id, SITI)
    stage.now += dt.timedelta(hours=1)
    assert stage.interviewing.send(interview.id, SITI) == first
    with pytest.raises(NotOpenError):
        stage.say(interview, "f8", "1")


def test_a_withdrawal_deletes_the_answers_and_keeps_the_count(stage):
    campaign = stage.campaign(asks_nik=True)
    interview = stage.sent(campaign, {"f8": "5"})
    stage.store.campaigns.set_state(campaign.id, CampaignState.CLOSED)
    stage.interviewing.withdraw(interview.id, SITI)
    assert stage.store.interviews.answers(interview.id) == {}
    assert list(stage.store.interviews.sent(campaign.id)) == []
    left = stage.store.interviews.get(interview.id)
    assert (left.state, left.programme_code, left.cohort) == (InterviewState.WITHDRAWN, "86206", 2023)
    assert (left.person_id, left.graduate_id, left.link_id, left.language) == (None, None, None, None)
    assert stage.graduate().no_contact_at is not None
    assert stage.store.graduates.identity(stage.graduate().id).nik is None


def test_nik_and_npwp_are_asked_only_if_wanted_kept_apart_and_masked(stage):
    assert "nik" not in stage.through(stage.started(stage.campaign()), {"f8": "5"})
    campaign = stage.campaign(asks_nik=True)
    interview = stage.started(campaign)
    asked_names = stage.through(interview, {"f8": "5", "nik": "3374010101010001", "npwp": None})
    assert asked_names[-2:] == ["nik", "npwp"]
    assert "3374010101010001" not in str(stage.store.interviews.answers(interview.id))
    assert stage.store.graduates.identity(stage.graduate().id).nik == "3374010101010001"
    shown = dict(pair for step in stage.interviewing.review(interview.id, SITI) for pair in step.given.items())
    assert shown["nik"] == "••••••••••••0001"
    step = stage.interviewing.change(interview.id, SITI, "nik").step
    assert step.given == {"nik": "••••••••••••0001"}
    assert "3374010101010001" not in repr(stage.store.graduates.identity(stage.graduate().id))
    stage.say(interview, "nik", None)
    assert stage.store.graduates.identity(stage.graduate().id).nik is None


def test_contact_is_asked_only_where_the_list_has_none(stage):
    stage.store._database.write("UPDATE graduates SET phone = NULL WHERE nim = '17120001'")
    interview = stage.started(stage.campaign())
    names = stage.through(interview, {"f8": "5", "telpomsmh": "081234567890"})
    assert names[-1] == "telpomsmh"
    assert "emailmsmh" not in names


def test_nim_and_birth_date_open_the_survey_without_a_link(stage):
    campaign = stage.campaign()
    found = stage.interviewing.identify(campaign.id, " 17120001 ", BORN, SITI)
    assert found.interview.graduate_id == stage.graduate().id
    assert found.tries_left == MOST_GUESSES


def test_nim_and_birth_date_do_not_open_what_another_account_began(stage):
    campaign = stage.campaign()
    interview = stage.started(campaign)
    stage.say(interview, "f8", "1")
    found = stage.interviewing.identify(campaign.id, "17120001", BORN, BUDI)
    assert (found.interview, found.is_begun_elsewhere) == (None, True)
    assert stage.interviewing.identify(campaign.id, "17120001", BORN, SITI).interview.id == interview.id


def test_after_five_wrong_guesses_a_day_even_the_right_one_opens_nothing(stage):
    campaign = stage.campaign()
    wrong = dt.date(2000, 1, 1)
    left = [stage.interviewing.identify(campaign.id, "17120001", wrong, BUDI).tries_left for _ in range(MOST_GUESSES)]
    assert left == [4, 3, 2, 1, 0]
    assert stage.interviewing.identify(campaign.id, "17120001", BORN, BUDI).interview is None
    assert stage.interviewing.identify(campaign.id, "17120001", BORN, SITI).interview is not None
    stage.now += dt.timedelta(days=1, seconds=1)
    assert stage.interviewing.identify(campaign.id, "17120001", BORN, BUDI).interview is not None


def test_one_graduate_is_guessed_at_ten_times_a_day_by_whomever_also_after_an_erasure(stage):
    campaign = stage.campaign()
    for person in (BUDI, COORDINATOR):
        for _ in range(MOST_GUESSES):
            stage.interviewing.identify(campaign.id, "17120001", dt.date(2000, 1, 1), person)
    stage.store.erase_person(BUDI)
    assert stage.interviewing.identify(campaign.id, "17120001", BORN, SITI).interview is None
    assert stage.interviewing.identify(campaign.id, "17120002", BORN, SITI).interview is not None


def test_an_unknown_nim_and_one_of_other_years_look_like_a_wrong_date(stage):
    campaign = stage.campaign(cohorts=range(2010, 2013))
    unknown = stage.interviewing.identify(campaign.id, "999", BORN, BUDI)
    other_years = stage.interviewing.identify(campaign.id, "17120001", BORN, SITI)
    assert unknown == other_years
    assert unknown.interview is None


def test_a_survey_that_is_not_open_takes_nobody(stage):
    campaign = stage.campaign()
    interview = stage.started(campaign)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    stage.now = dt.datetime(2026, 12, 31, 17, 0, tzinfo=dt.UTC)  # midnight in Semarang
    with pytest.raises(SurveyClosedError):
        stage.interviewing.start(link.token, SITI)
    with pytest.raises(SurveyClosedError):
        stage.say(interview, "f8", "1")
    stage.store.campaigns.extend(campaign.id, dt.date(2027, 1, 31))
    assert stage.say(interview, "f8", "1").refused is None


@pytest.mark.parametrize("token", ["", "x", "s_abc", "'; DROP TABLE answers", "A" * 22])
def test_a_link_that_nobody_made_is_told(stage, token):
    with pytest.raises(LinkUnknownError):
        stage.interviewing.start(token, SITI)


def test_what_a_graduate_answered_is_not_read_by_whoever_telephones(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    begun = stage.started(campaign)
    with pytest.raises(BegunByThemselvesError):
        stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=False)
    assert stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=True).id == begun.id


def test_a_graduate_who_comes_after_a_telephone_call_is_alone_with_their_answers(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    called = stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=False)
    again = stage.interviewing.start(stage.store.campaigns.link(campaign.id, stage.graduate().id).token, SITI)
    assert (again.id, again.taken_by, again.source) == (called.id, None, Source.TELEPHONE)
    with pytest.raises(NotYoursError):
        stage.interviewing.where(called.id, COORDINATOR)


def test_an_answer_by_telephone_is_marked_and_noted(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    interview = stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=False)
    stage.interviewing.consent(interview.id, COORDINATOR, "id")
    stage.through(interview, {"f8": "5"}, COORDINATOR)
    sent = stage.interviewing.send(interview.id, COORDINATOR)
    assert (sent.source, sent.taken_by, sent.person_id) == (Source.TELEPHONE, COORDINATOR, None)
    assert [entry.act for entry in stage.store.trail.all()] == [Act.ANSWERS_SEEN]
    with pytest.raises(NotOpenError):
        stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=False)


def test_employers_answer_each_for_themselves_with_the_link_that_a_graduate_forwards(stage):
    stage.started(stage.campaign())
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    with pytest.raises(OwnEmployerError):
        stage.interviewing.start(link.token, SITI)
    first = stage.interviewing.start(link.token, BUDI)
    assert (first.graduate_id, first.cohort) == (stage.graduate().id, 2023)
    assert stage.interviewing.start(link.token, BUDI) == first
    for person in range(700, 704):
        stage.store.people.seen(person, "Atasan", None, "id")
        assert stage.interviewing.start(link.token, person).id != first.id
    with pytest.raises(LinkUsedUpError):
        stage.interviewing.start(link.token, COORDINATOR)


def test_an_employers_refusal_stays_as_a_mark_on_the_link_and_nobody_is_sent_after_them(stage):
    stage.started(stage.campaign())
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    refusing = stage.interviewing.start(link.token, BUDI)
    stage.interviewing.refuse(refusing.id, BUDI)
    assert stage.store.interviews.of_campaign(campaign.id) == ()
    assert stage.store.campaigns.called(link.token).refused_at == stage.now
    assert stage.graduate().no_contact_at is None
    assert [one.graduate.nim for one in awaited(stage.store, campaign, None)] == ["17120002"]
    assert [one.graduate.nim for one in invited(stage.store, campaign, None, everyone=True)] == ["17120002"]
    own = stage.store.interviews.of_person(SITI)[0]
    assert stage.interviewing.employers_link(own) is None
    agreeing = stage.interviewing.start(link.token, BUDI)
    stage.interviewing.consent(agreeing.id, BUDI, "id")
    assert stage.store.campaigns.called(link.token).refused_at is None
    stage.interviewing.withdraw(agreeing.id, BUDI)
    assert stage.store.campaigns.called(link.token).refused_at == stage.now


def test_an_employer_whom_the_coordinator_invites_is_tied_to_no_graduate(stage):
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    link = stage.store.campaigns.link_for_employer(campaign.id)
    interview = stage.interviewing.start(link.token, BUDI)
    stage.interviewing.consent(interview.id, BUDI, "id")
    stage.through(interview, {}, BUDI)
    assert stage.interviewing.send(interview.id, BUDI).graduate_id is None


def test_an_erased_person_is_in_no_later_export_and_in_the_counts(stage):
    campaign = stage.campaign(asks_nik=True)
    interview = stage.sent(campaign, {"f8": "5"})
    exported = stage.store.export_person(SITI)
    assert {row["name"] for row in exported["answers"]} >= {"f8", "f1201"}
    assert exported["identities"][0]["nik"] == "3374010101010001"
    stage.store.erase_person(SITI)
    assert list(stage.store.interviews.sent(campaign.id)) == []
    (tally,) = stage.store.interviews.tallies(campaign.id)
    assert (tally.state, tally.programme_code, tally.cohort, tally.many) == (InterviewState.ERASED, "86206", 2023, 1)
    assert tally.sent_on == stage.now.date()
    assert [one.nim for one in stage.store.campaigns.population(campaign)] == ["17120002"]
    with pytest.raises(NotYoursError):
        stage.interviewing.where(interview.id, SITI)


def test_what_an_employer_said_stays_without_saying_of_whom(stage):
    stage.started(stage.campaign())
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    interview = stage.interviewing.start(link.token, BUDI)
    stage.interviewing.consent(interview.id, BUDI, "id")
    stage.through(interview, {}, BUDI)
    stage.interviewing.send(interview.id, BUDI)
    stage.store.erase_person(SITI)
    ((left, answers),) = stage.store.interviews.sent(campaign.id)
    assert (left.graduate_id, left.person_id, answers["ethics"]) == (None, BUDI, "5")


def test_notes_come_with_the_question_after_them_and_are_no_step(stage):
    content = xlsx([asked("note", "hello"), asked("text", "town"), asked("note", "thanks")])
    form = stage.interviewing._questionnaires.keep(content, "Formulir saya", COORDINATOR)
    interview = stage.started(stage.campaign(CampaignKind.OWN, form_id=form.id))
    outcome = stage.interviewing.where(interview.id, SITI)
    assert [note.name for note in outcome.step.notes] == ["hello"]
    assert (outcome.progress.expected, outcome.step.names) == (1, ("town",))
    assert stage.say(interview, "town", None).step is None
    stage.restart()
    assert stage.interviewing.where(interview.id, SITI).step is None


def test_answers_collected_elsewhere_come_in_checked_and_sent(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    graduate = stage.graduate().id
    wrong = stage.interviewing.bring_in(campaign.id, graduate, {"f8": "1", "f502": "enam"}, "file:2")
    assert set(wrong) == {"f502", "f5b", "f5d", "f14"}
    assert stage.store.interviews.of_campaign(campaign.id) == ()
    assert stage.interviewing.bring_in(campaign.id, graduate, {"f8": "5", "f502": "3"}, "file:2") == {}
    ((interview, answers),) = stage.store.interviews.sent(campaign.id)
    assert (interview.source, answers) == (Source.IMPORT, {"f8": "5"})
    with pytest.raises(NotOpenError):
        stage.interviewing.bring_in(campaign.id, graduate, {"f8": "2"}, "file:9")


def test_a_graduate_of_other_years_is_not_asked_by_telephone(stage):
    campaign = stage.campaign(cohorts=range(2010, 2013))
    with pytest.raises(NotAmongThemError):
        stage.interviewing.take(campaign.id, stage.graduate().id, COORDINATOR, reads_names=False)


def test_an_interview_that_was_never_begun_is_told(stage):
    with pytest.raises(InterviewUnknownError):
        stage.interviewing.where(404, SITI)
