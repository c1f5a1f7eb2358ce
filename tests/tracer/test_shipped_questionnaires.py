"""The questionnaires that ship with the assistant: what they ask, and that they can be asked to their end."""

from __future__ import annotations

import pytest
from form_workshop import asked, xlsx
from survey_stage import COORDINATOR

from store.campaigns import CampaignKind
from tracer.forms import FormError
from tracer.national.bridge import ASPECTS
from tracer.national.questionnaire import national
from tracer.national.statistics import Aspect
from tracer.questionnaires import SHIPPED, Questionnaires, shipped_form


@pytest.mark.parametrize("kind", SHIPPED)
def test_a_shipped_form_speaks_both_languages(kind):
    for question in shipped_form(kind).questions:
        assert question.label.id != question.label.en
        for choice in question.choices:
            assert choice.label.id
            assert choice.label.en


def test_employers_rate_the_seven_aspects_of_the_statement_in_its_order():
    rated = [question.name for question in shipped_form(CampaignKind.EMPLOYER).questions if question.groups]
    assert [ASPECTS[name] for name in rated] == list(Aspect)


def test_the_short_form_has_five_questions_of_the_national_one_in_its_words():
    form = shipped_form(CampaignKind.SHORT)
    assert len(form.questions) == 5
    for question in form.questions:
        column = national().columns[question.name]
        assert question.label == column.ask
        assert {int(choice.code): choice.label for choice in question.choices} == dict(column.options)


def test_feedback_asks_for_satisfaction_effect_and_what_to_improve():
    names = [question.name for question in shipped_form(CampaignKind.FEEDBACK).questions]
    assert names == ["content", "speakers", "organisation", "overall", "effect", "hindrance", "improve"]


@pytest.mark.parametrize("kind", [kind for kind in SHIPPED if kind is not CampaignKind.EMPLOYER])
def test_a_shipped_form_can_be_answered_to_its_end_and_sent(stage, kind):
    campaign = stage.campaign(kind)
    stage.sent(campaign, {})
    ((_, answers),) = stage.store.interviews.sent(campaign.id)
    assert answers


def test_a_form_that_somebody_sent_is_kept_with_its_rows_and_asked(stage):
    questionnaires = Questionnaires(stage.store.campaigns)
    content = xlsx([asked("text", "town", required="yes")], settings=[{"form_title": "Kota asal", "form_id": "k"}])
    kept = questionnaires.keep(content, "kota.xlsx", COORDINATOR)
    assert (kept.name, stage.store.campaigns.forms()) == ("Kota asal", (kept,))
    campaign = stage.campaign(CampaignKind.OWN, form_id=kept.id)
    form = Questionnaires(stage.store.campaigns).of(campaign, stage.graduate())
    assert [(question.name, question.row) for question in form.questions] == [("town", 2)]


def test_a_form_with_a_fault_is_not_kept(stage):
    with pytest.raises(FormError, match="survey, row 2"):
        Questionnaires(stage.store.campaigns).keep(xlsx([asked("image", "photo")]), "foto.xlsx", COORDINATOR)
    assert stage.store.campaigns.forms() == ()
