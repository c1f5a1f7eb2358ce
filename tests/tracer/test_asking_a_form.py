"""Which question comes next, and what counts as an answer."""

from __future__ import annotations

import pytest
from form_workshop import NOW, YES_NO, asked, choice, form
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.forms import (
    Accepted,
    Answer,
    Form,
    Kind,
    Question,
    Refused,
    applies,
    check,
    conflicts,
    in_force,
    next_question,
    offered,
)

WORK = form(
    [
        asked("note", "hello"),
        asked("select_one status", "status", required="yes"),
        asked("begin group", "job", relevant="${status} = 'works'"),
        asked("select_multiple how", "how", required="yes", constraint="count-selected(.) <= 2"),
        asked("text", "how_else", relevant="selected(${how}, 'else')", required="yes"),
        asked("integer", "months", constraint=". >= 0 and . <= 60", constraint_message="0 to 60"),
        asked("decimal", "income", relevant="${months} < 6"),
        {"type": "end group"},
        asked("select_one prov", "prov", required="yes"),
        asked("select_one city", "city", choice_filter="province = ${prov}", required="yes"),
        {"type": "calculate", "name": "fast", "calculation": "if(${months} != '' and ${months} < 6, 1, 0)"},
        asked("date", "since", relevant="${fast} = 1", constraint=". <= today()", required="${income} > 0"),
        asked("select_one yn", "again"),
    ],
    [
        *(choice("status", code) for code in ("works", "studies", "seeks")),
        *(choice("how", code) for code in ("ads", "friend", "else")),
        *(choice("prov", code) for code in ("jt", "jb", "bali")),
        choice("city", "smg", province="jt"),
        choice("city", "slo", province="jt"),
        choice("city", "bdg", province="jb"),
        *YES_NO,
    ],
)


def names(questions: tuple[Question, ...]) -> list[str]:
    return [question.name for question in questions]


def test_answers_of_a_path_no_longer_taken_are_set_aside_and_restored() -> None:
    answers: dict[str, Answer] = {"hello": None, "status": "works", "how": ("ads",), "months": 3, "income": 2.5}
    assert in_force(WORK, answers, NOW)["income"] == 2.5
    elsewhere = {**answers, "status": "studies"}
    assert names(applies(WORK, elsewhere, NOW)) == ["hello", "status", "prov", "again"]
    assert in_force(WORK, elsewhere, NOW) == {"status": "studies", "fast": "0"}
    back = {**elsewhere, "status": "works"}
    assert in_force(WORK, back, NOW) == in_force(WORK, answers, NOW)


def test_a_choice_no_longer_offered_is_asked_again() -> None:
    answers: dict[str, Answer] = {"hello": None, "status": "seeks", "prov": "jt", "city": "smg"}
    following = next_question(WORK, {**answers, "prov": "jb"}, NOW)
    assert following is not None
    assert following.name == "city"


def test_an_answer_that_an_earlier_change_made_wrong_is_told() -> None:
    loaded = form([asked("integer", "born"), asked("integer", "left", constraint=". > ${born}")])
    assert conflicts(loaded, {"born": 1999, "left": 2020}, NOW) == ()
    assert names(conflicts(loaded, {"born": 2021, "left": 2020}, NOW)) == ["left"]


TYPES = form(
    [
        asked("select_one how", "one", required="yes"),
        asked("select_multiple how", "many"),
        asked("integer", "whole", constraint=". >= 0 and . <= 60", constraint_message="0 to 60"),
        asked("decimal", "number"),
        asked("text", "words", required="yes", required_message="Say it"),
        asked("date", "day", constraint=". <= today()"),
        asked("note", "note"),
    ],
    [choice("how", code) for code in ("ads", "friend", "else")],
)


@pytest.mark.parametrize(
    ("name", "answer", "stored"),
    [
        ("one", "ads", "ads"),
        ("many", ("else", "ads", "ads"), ("ads", "else")),
        ("many", "friend ads", ("ads", "friend")),
        ("many", (), None),
        ("whole", " 12 ", 12),
        ("whole", 12, 12),
        ("whole", "", None),
        ("number", "2,5", 2.5),
        ("number", "-0.125", -0.125),
        ("number", 3, 3.0),
        ("number", 1e-9, 1e-9),
        ("words", "  hai 😀 ", "hai 😀"),
        ("day", "2026-11-21", "2026-11-21"),
        ("note", "whatever", None),
    ],
)
def test_an_answer_is_stored_in_its_normal_form(name: str, answer: Answer, stored: Answer) -> None:
    assert check(TYPES, TYPES.question(name), answer, {}, NOW) == Accepted(stored)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("one", "", "needs an answer"),
        ("one", "radio", "offered"),
        ("one", ("ads", "else"), "one answer"),
        ("many", "ads radio", "offered"),
        ("whole", "tiga", "whole number"),
        ("whole", "2.5", "whole number"),
        ("whole", "😀", "whole number"),
        ("whole", "٣", "whole number"),
        ("whole", "9" * 5_000, "whole number"),
        ("whole", "61", "0 to 60"),
        ("whole", ("1", "2"), "one answer"),
        ("number", "1.500", "thousands"),
        ("number", "nan", "digits"),
        ("number", float("inf"), "digits"),
        ("words", "   ", "Say it"),
        ("words", "x" * 5_000, "too long"),
        ("day", "2099-01-01", "outside"),
        ("day", "2026-02-30", "full date"),
        ("day", "besok", "full date"),
    ],
)
def test_what_is_no_answer_is_refused_with_one_sentence(name: str, answer: Answer, said: str) -> None:
    refused = check(TYPES, TYPES.question(name), answer, {}, NOW)
    assert isinstance(refused, Refused)
    assert said in refused.reason.en


def some_answer(question: Question, loaded: Form, answers: dict[str, Answer], data: st.DataObject) -> Answer:
    codes = [each.code for each in offered(loaded, question, answers, NOW)]
    possible: dict[Kind, st.SearchStrategy[Answer]] = {
        Kind.SELECT_ONE: st.sampled_from(codes or [""]),
        Kind.SELECT_MULTIPLE: st.lists(st.sampled_from(codes or [""]), unique=True, min_size=1, max_size=2).map(tuple),
        Kind.INTEGER: st.none() | st.integers(0, 60),
        Kind.DECIMAL: st.none() | st.floats(0, 1e6),
        Kind.TEXT: st.text("abc", min_size=1, max_size=5),
        Kind.DATE: st.sampled_from(["2026-01-31", "2025-07-01"]),
        Kind.NOTE: st.none(),
    }
    return data.draw(possible[question.kind], label=question.name)


def walk(answers: dict[str, Answer], data: st.DataObject) -> list[str]:
    """Answer whatever is asked until nothing is left; the names in the order they were asked."""
    asked_names: list[str] = []
    while (question := next_question(WORK, answers, NOW)) is not None:
        assert question.name not in asked_names, "asked twice"
        assert question in applies(WORK, answers, NOW)
        checked = check(WORK, question, some_answer(question, WORK, answers, data), answers, NOW)
        assert isinstance(checked, Accepted), "a dead end"
        answers[question.name] = checked.value
        asked_names.append(question.name)
    return asked_names


@settings(deadline=None)
@given(st.data())
def test_every_walk_ends_and_asks_exactly_what_applies_each_once(data: st.DataObject) -> None:
    answers: dict[str, Answer] = {}
    asked_names = walk(answers, data)
    assert asked_names == names(applies(WORK, answers, NOW))
    assert conflicts(WORK, answers, NOW) == ()
    assert set(in_force(WORK, answers, NOW)) == {*asked_names, "fast"} - {"hello"}


@settings(deadline=None)
@given(st.data())
def test_after_a_change_only_what_is_new_is_asked_and_the_change_undone_restores_all(data: st.DataObject) -> None:
    answers: dict[str, Answer] = {}
    walk(answers, data)
    before = in_force(WORK, answers, NOW)
    changed = dict(answers)
    changed["status"] = data.draw(st.sampled_from(["works", "studies", "seeks"]), label="changed")
    kept = set(in_force(WORK, changed, NOW)) - {"fast"}
    assert kept.isdisjoint(walk(changed, data))
    assert next_question(WORK, changed, NOW) is None
    changed["status"] = answers["status"]
    assert in_force(WORK, changed, NOW) == before


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([each.name for each in WORK.questions]), st.text("aw1-. ", max_size=5) | st.none())
)
def test_stored_answers_of_any_kind_never_break_the_next_question(answers: dict[str, Answer]) -> None:
    next_question(WORK, answers, NOW)
    in_force(WORK, answers, NOW)
