"""The national questionnaire on every path: exactly what applies is asked, once, and is what the ministry gets."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from itertools import product

import pytest
from graduate_answers import IDENTITY, REASONS, WAYS, asked_columns, path_answers
from hypothesis import assume, given, settings
from survey_stage import SITI

from store.campaigns import CampaignKind
from store.trail import Act
from tracer.asking import Path
from tracer.forms import Accepted, Kind, check
from tracer.national.bridge import answers_of, columns_of, named_rows
from tracer.national.export import NOT_IN_XML, row
from tracer.national.form import GRID, national_form
from tracer.national.questionnaire import Kind as ColumnKind
from tracer.national.questionnaire import national
from tracer.national.statistics import Aspect, Level
from tracer.national.upload import deliver
from tracer.national.validate import file_refusals, row_refusals
from tracer.results.gathered import gather

NOW = dt.datetime(2026, 11, 21, 10, 0)
FORM = national_form()
KEYS = ("f8", "f1101", "f301", "f1001")


def walk(answers, stored):
    """Ask all that is open, as an interview does; return the names in the order in which they were asked."""
    asked = []
    while (step := Path(FORM, stored, NOW).current(None)) is not None:
        # A grid to which rows were added shows those that have an answer; only the others are asked.
        for question in (one for one in step.questions if one.name not in step.given):
            checked = check(FORM, question, answers.get(question.name), stored, NOW)
            assert isinstance(checked, Accepted), (question.name, answers.get(question.name), checked)
            stored[question.name] = checked.value
            asked.append(question.name)
        assert len(asked) <= len(FORM.questions), "it never ends"
    return asked


def storable(answers):
    """Leave out texts of which no character can stand in a file; an interview refuses those."""
    texts = [answer for answer in answers.values() if isinstance(answer, str)]
    assume(all(NOT_IN_XML.sub("", text).strip() for text in texts))
    return {code: NOT_IN_XML.sub("", answer) if isinstance(answer, str) else answer for code, answer in answers.items()}


def asked_names(answers):
    boxes = {**dict.fromkeys(WAYS, "f4"), **dict.fromkeys(REASONS, "f16")}
    return {boxes.get(code, code) for code in asked_columns(answers) if code not in IDENTITY}


@pytest.mark.parametrize(("f8", "f301"), list(product(range(1, 6), range(1, 4))))
def test_every_path_asks_exactly_what_applies_once_and_exports_exactly_that(f8, f301):
    def ask(drawn):
        answers = storable(drawn)
        stored = {}
        asked = walk(answers_of(answers), stored)
        assert len(asked) == len(set(asked))
        assert set(asked) == asked_names(answers)
        cells = row({**columns_of(Path(FORM, stored, NOW).kept), **IDENTITY})
        assert cells == row(answers)
        assert set(cells) == asked_columns(answers)
        assert list(row_refusals(cells, 1)) == []

    for f1101, f1001 in product(range(1, 8) if f8 in (1, 3) else (None,), range(1, 6)):
        settings(max_examples=3, deadline=None)(given(path_answers(f8, f1101, f301, f1001))(ask))()


@settings(max_examples=60, deadline=None)
@given(path_answers(), path_answers())
def test_another_path_asks_only_what_is_new_and_what_is_left_over_is_not_exported(first, second):
    first, second = answers_of(storable(first)), answers_of(storable(second))
    stored = {}
    walk(first, stored)
    stored |= {key: second[key] for key in KEYS if key in second}
    answered = set(stored)
    assert not answered & set(walk({**first, **second}, stored))
    cells = row({**columns_of(Path(FORM, stored, NOW).kept), **IDENTITY})
    assert list(row_refusals(cells, 1)) == []
    back = stored | {key: first[key] for key in KEYS if key in first}
    assert walk(first, back) == []


def test_the_form_holds_every_column_that_is_no_identity():
    names = {question.name for question in FORM.questions}
    for code, column in national().template().items():
        if code not in IDENTITY and not column.sensitive:
            assert (column.list or code) in names
    with_all = national_form(frozenset({"telpomsmh", "emailmsmh", "nik", "npwp"}))
    assert [question.name for question in with_all.questions[-4:]] == ["telpomsmh", "emailmsmh", "nik", "npwp"]
    with pytest.raises(ValueError, match="cannot be asked"):
        national_form(frozenset({"f8"}))


def test_the_choices_are_the_columns_options_in_their_order():
    for question in FORM.questions:
        column = national().columns.get(question.name)
        if question.kind is Kind.SELECT_ONE:
            assert [int(choice.code) for choice in question.choices] == list(column.options)
            assert [choice.label for choice in question.choices] == list(column.options.values())
            assert (GRID in question.groups[-1].appearance if question.groups else False) == bool(column.scale)
        elif question.kind is Kind.SELECT_MULTIPLE:
            assert [choice.code for choice in question.choices] == {"f4": WAYS, "f16": REASONS}[question.name]


@pytest.mark.parametrize(
    ("name", "answers", "given_", "taken"),
    [
        ("f7", {"f8": "1", "f301": "1", "f6": 3}, "4", False),
        ("f7", {"f8": "1", "f301": "1", "f6": 3}, "3", True),
        ("f502", {"f8": "1"}, "-1", False),
        ("f5a1", {"f8": "1"}, "030000", True),
        ("f5a1", {"f8": "1"}, "030100", False),
        ("f5a2", {"f8": "1", "f5a1": "030000"}, "036300", True),
        ("f5a2", {"f8": "1", "f5a1": "030000"}, "046300", False),
        ("f5a2", {"f8": "1", "f5a1": "Jawa Tengah"}, "036300", True),
        ("f5a2", {"f8": "1", "f5a1": "030000"}, "Kota Semarang", True),
    ],
)
def test_an_answer_is_taken_exactly_if_the_ministry_takes_it(name, answers, given_, taken):
    checked = check(FORM, FORM.question(name), given_, answers, NOW)
    assert isinstance(checked, Accepted) == taken
    column = national().columns[name]
    value = int(given_) if column.kind is ColumnKind.NUMBER else given_
    cells = {**columns_of(answers), name: value}
    assert (not [one for one in row_refusals(cells, 1) if one.column == name]) == taken


def test_what_was_sent_becomes_the_ministrys_file_and_the_export_is_noted(stage):
    campaign = stage.campaign(asks_nik=True)
    stage.sent(campaign, {"f8": "1", "f301": "1", "f6": 5, "f7": 2, "f7a": 1})
    stage.sent(campaign, {"f8": "4"}, 502, "17120002")
    file = BytesIO()
    rows = named_rows(stage.store, campaign, "061031", SITI)
    upload = deliver(rows, file)
    assert (upload.written, upload.refused) == (2, ())
    assert list(file_refusals(file)) == []
    assert (rows[0]["nimhsmsmh"], rows[0]["tahun_lulus"], rows[0]["nik"]) == ("17120001", 2024, "3374010101010001")
    entry = stage.store.trail.all()[-1]
    assert (entry.act, entry.done_by, entry.details) == (
        Act.ANSWERS_EXPORTED,
        SITI,
        {"campaign": campaign.id, "rows": 2},
    )


def test_an_interview_that_was_not_sent_or_was_erased_is_in_no_file(stage):
    campaign = stage.campaign()
    stage.started(campaign)
    stage.sent(campaign, {"f8": "4"}, 502, "17120002")
    assert len(named_rows(stage.store, campaign, "061031", None)) == 1
    stage.store.erase_person(502)
    assert named_rows(stage.store, campaign, "061031", None) == []
    assert gather(stage.store, campaign).responses == ()


def test_the_statistics_get_answers_without_identity(stage):
    campaign = stage.campaign(CampaignKind.SHORT)
    stage.sent(campaign, {"f8": "1", "f502": 4, "f14": "2"})
    (response,) = gather(stage.store, campaign).responses
    assert (response.group.level, response.group.programme, response.group.cohort) == (
        Level.BACHELOR,
        "86206",
        "2023/2024",
    )
    assert (response.answers["f8"], response.answers["f502"], response.answers["f14"]) == (1, 4, 2)
    assert "Siti" not in str(response)


def test_what_an_employer_cannot_tell_is_no_rating(stage):
    campaign = stage.campaign(CampaignKind.EMPLOYER)
    link = stage.store.campaigns.link(campaign.id, stage.graduate().id)
    interview = stage.interviewing.start(link.token, 502)
    stage.interviewing.consent(interview.id, 502, "id")
    stage.through(interview, {"language": "0", "teamwork": "3"}, 502)
    stage.interviewing.send(interview.id, 502)
    (rating,) = gather(stage.store, campaign).ratings
    assert Aspect.LANGUAGE not in rating.ratings
    assert (rating.ratings[Aspect.TEAMWORK], len(rating.ratings)) == (3, 6)


@settings(max_examples=50, deadline=None)
@given(path_answers())
def test_the_cells_of_a_file_come_back_as_answers(drawn):
    cells = row(storable(drawn))
    stored = {}
    walk(answers_of(cells), stored)
    assert row({**columns_of(Path(FORM, stored, NOW).kept), **IDENTITY}) == cells


def test_whole_numbers_and_dates_of_a_spreadsheet_are_read_as_written():
    answers = answers_of({"f8": 4.0, "f18d": dt.datetime(2025, 9, 1), "f6": "", "f9": 1, "f404": 1.0})
    assert answers == {"f8": "4", "f18d": "2025-09-01", "f4": ("f404",)}
