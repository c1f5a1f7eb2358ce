"""Expressions: read on load, computed as ODK does."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.forms.expressions import ExpressionError, Scope, read_expression

NOW = dt.datetime(2026, 11, 21, 12, 0)
ANSWERS = {
    "blank": "",
    "five": 5.0,
    "zero": 0.0,
    "seven": "007",
    "word": "kerja",
    "several": "a b ab",
    "day": dt.date(2026, 11, 20),
    "mod": 9.0,
}


def value(source: str, current: object = "") -> object:
    return read_expression(source, ANSWERS, dot=True).value(Scope(NOW, ANSWERS, current))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # blanks
        ("${blank} = ''", True),
        ("${blank} != ''", False),
        ("${blank} = 0", False),
        ("${blank} != 0", True),
        ("${blank} < 5", False),
        ("${blank} >= 0", False),
        ("${blank} = ${blank}", True),
        ("not(${blank})", True),
        ("${blank} = false()", True),
        ("selected(${blank}, 'a')", False),
        ("selected(${blank}, '')", False),
        ("count-selected(${blank})", 0),
        ("string-length(${blank})", 0),
        ("coalesce(${blank}, ${five})", 5),
        ("coalesce(${blank}, '')", ""),
        ("concat('x', ${blank}, 'y')", "xy"),
        ("regex(${blank}, '.*')", True),
        # numbers and text
        ("'007' = 7", True),
        ("'007' = '7'", False),
        ("${seven} = 7", True),
        ("${seven} = '7'", False),
        ("${seven} < 8", True),
        ("'10' > '9'", True),
        ("${five} = '5'", True),
        ("${five} = '5.0'", True),
        ("${word} = 0", False),
        ("${word} != 0", True),
        ("${word} > 0", False),
        ("concat(${five}, '')", "5"),
        ("concat(1 div 4, '')", "0.25"),
        ("concat(1 div 10000000, '')", "0.0000001"),
        ("1e3 = 1000", True),
        ("'1e3' = 1000", False),
        # booleans
        ("true() = 'x'", True),
        ("true() = 1", True),
        ("'false' = true()", True),
        ("${zero} or false()", False),
        ("not(0 div 0)", True),
        # dates
        ("${day} < today()", True),
        ("${day} = '2026-11-20'", True),
        ("${day} > '2026-11-01'", True),
        ("today() - ${day}", 1),
        ("now() - today()", 0.5),
        ("date('2026-02-30') = ''", True),
        ("concat(date(0), '')", "1970-01-01"),
        # arithmetic and precedence
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("-2 + 5", 3),
        ("${mod} mod 4", 1),
        ("-5 mod 3", -2),
        ("5 div 0", math.inf),
        ("1 + 1 = 2 and 2 < 3", True),
        ("true() or false() and false()", True),
        # functions
        ("selected(${several}, 'a')", True),
        ("selected(${several}, 'ab')", True),
        ("selected(${several}, 'c')", False),
        ("selected-at(${several}, 1)", "b"),
        ("selected-at(${several}, 9)", ""),
        ("count-selected(${several})", 3),
        ("if(${five} > 3, 'many', 'few')", "many"),
        ("regex('0812', '[0-9]{4}')", True),
        ("regex('0812 x', '[0-9]{4}')", False),
        ("round(2.5)", 3),
        ("round(-2.345, 2)", -2.35),
        ("int(-2.7)", -2),
        ("min(3, 1, 2) + max(3, 1)", 4),
        ("substr('tracer', 1, 3)", "ra"),
        ("'it''s'", "it's"),
    ],
)
def test_an_expression_has_the_value_that_odk_gives_it(source: str, expected: object) -> None:
    found = value(source)
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)


def test_the_dot_is_the_answer_being_checked() -> None:
    assert value(". >= 1 and . <= 10", 5.0) is True
    assert value("string-length(.) = 5", "kerja") is True


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("foo(1)", "foo"),
        ("pulldata('a', 'b')", "pulldata"),
        ("/data/x", "unknown symbol"),
        ("../x", "unexpected"),
        ("five = 1", r"\$\{five\}"),
        ("${nobody} = 1", "nobody"),
        ("${last-saved#five}", "unknown symbol"),
        ("(1 + 2", "unexpected end"),
        ("1 +", "unexpected end"),
        ("${five", "unexpected end"),
        ("selected(${several})", "Too few"),
        ("today(1)", "no arguments"),
        ("not(1, 2)", "selected|Too many|unexpected"),
        ('"open', "unknown symbol"),
        ("regex(., '[')", "pattern"),
        ("-" * 3_000 + "1", "too long or too deep"),
        ("(" * 900 + "1" + ")" * 900, "too long or too deep"),
        ("+".join(["1"] * 900), "too long or too deep"),
        ("1" * 4_100, "too long or too deep"),
        ("__import__('os').system('true')", "not supported"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        read_expression(source, ANSWERS, dot=True)


def test_a_pattern_that_explodes_counts_as_not_matching() -> None:
    assert value("regex(., '(a|a|b?)*c')", "a" * 60 + "d") is False


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0x2FF), max_size=60))
def test_any_text_is_an_expression_or_is_refused(source: str) -> None:
    try:
        expression = read_expression(source, ANSWERS, dot=True)
    except ExpressionError:
        return
    expression.value(Scope(NOW, ANSWERS))


PIECES = ["${five}", "${blank}", "${word}", "'a'", "1", ".", "+", "-", "*", "div", "mod", "=", "<", "and", "or", "("]
PIECES += [
    ")",
    ",",
    "if(",
    "selected(",
    "round(",
    "date(",
    "substr(",
    "pow(",
    "int(",
    "1e400",
    "${day}",
    "selected-at(",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_pieces_of_expressions_in_any_order_never_fail_when_computed(pieces: list[str]) -> None:
    try:
        expression = read_expression(" ".join(pieces), ANSWERS)
    except ExpressionError:
        return
    expression.value(Scope(NOW, ANSWERS))
