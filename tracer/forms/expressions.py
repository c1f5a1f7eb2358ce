"""A form's expressions: read once by elementpath's XPath 1.0 parser, computed as ODK does, never by ``eval``.

elementpath reads (tokens, precedence, places of errors); what a token is worth is said here, because ODK knows
``${x}``, blanks and comparisons that XPath does not. Only the tokens registered below exist, so a path into the
form's XML, a predicate or an unknown function is refused on load.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from elementpath import ElementPathError, XPath1Parser
from elementpath.namespaces import XPATH_FUNCTIONS_NAMESPACE
from elementpath.xpath_tokens import XPathFunction, XPathToken

from tracer.forms.functions import FUNCTIONS, Function, pattern_fault
from tracer.forms.values import Value, equal, number, truth

_LONGEST = 4_000  # characters; Python reads no whole number of more than 4,300 digits
_DEEPEST = 120  # levels of the read expression; computing one takes three of Python's 1,000 frames


class ExpressionError(Exception):
    """What is wrong with an expression, for the person who wrote it."""


@dataclass(frozen=True)
class Scope:
    """What an expression may look at: answers by question, ``.``, the columns of a choice, and the hour."""

    now: dt.datetime
    answers: Mapping[str, Value] = field(default_factory=dict)
    current: Value = ""
    row: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expression:
    """An expression that has been read; ``names`` are the questions it looks at."""

    source: str
    names: frozenset[str]
    _root: XPathToken = field(repr=False, compare=False)

    def value(self, scope: Scope) -> Value:
        """Compute the expression. Never raises: what has no value is NaN or blank."""
        return _value(self._root, scope)

    def holds(self, scope: Scope) -> bool:
        """Compute the expression as a condition."""
        return truth(self.value(scope))


_SYNTAX = ("(start)", "(end)", "(invalid)", "(unknown)", "(string)", "(float)", "(decimal)", "(integer)")
_TOKENS = {symbol: XPath1Parser.symbol_table[symbol] for symbol in _SYNTAX}


class OdkParser(XPath1Parser):
    """XPath 1.0 without paths, with ``${x}`` and ODK's functions."""

    symbol_table = _TOKENS
    columns: Collection[str] = ()


def read_expression(
    source: str, names: Collection[str], columns: Collection[str] = (), *, dot: bool = False
) -> Expression:
    """Read an expression that may look at the questions ``names``.

    In a choice filter it may look at ``columns`` too, in a constraint at the answer being checked (``dot``).
    Raises ExpressionError: what cannot be read, is not supported, or is not among the names.
    """
    root = _parse(source, columns)
    if not dot and any(token.symbol == "." for token in root.iter()):
        raise ExpressionError("`.` is the answer being checked: use it in a constraint only")
    used = frozenset(str(token.value) for token in root.iter() if token.symbol == "$")
    unknown = sorted(used.difference(names))
    if unknown:
        raise ExpressionError(f"`${{{unknown[0]}}}` is no question before this one: name an earlier row of the survey")
    for token in root.iter("regex"):
        fault = pattern_fault(str(token[1].value)) if token[1].symbol == "(string)" else None
        if fault:
            raise ExpressionError(f"the pattern `{token[1].value}` cannot be read: {fault}")
    return Expression(source, used, root)


def _parse(source: str, columns: Collection[str]) -> XPathToken:
    too_long = ExpressionError("it is too long or too deep: move a part of it to a calculate row")
    if len(source) > _LONGEST:
        raise too_long
    parser = OdkParser()
    parser.columns = columns
    try:
        root = parser.parse(source)
    except ElementPathError as error:
        raise ExpressionError(f"`{source}` cannot be read: {error.message}") from error
    except RecursionError:
        raise too_long from None
    level, depth = list(root), 1
    while level:
        level, depth = [token for parent in level for token in parent], depth + 1
    if depth > _DEEPEST:
        raise too_long
    return root


def _value(token: XPathToken, scope: Scope | None) -> Value:
    """Return a token's value; elementpath's literals are int or Decimal, all other numbers are float."""
    value: Any = token.evaluate(scope)  # type: ignore[arg-type]  # the scope is ours, and so are the tokens
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return number(str(value))
    return value  # type: ignore[no-any-return]


def _read_binary(self: XPathToken, left: XPathToken) -> XPathToken:
    self[:] = left, self.parser.expression(rbp=self.rbp)
    return self


def _binary(symbol: str, power: int, compute: Callable[[Value, Value], Value]) -> None:
    def evaluate(self: XPathToken, context: Scope | None = None) -> Value:
        return compute(_value(self[0], context), _value(self[1], context))

    _register(symbol, lbp=power, rbp=power, label="operator", led=_read_binary, evaluate=evaluate)


def _register(symbol: str, **kwargs: Any) -> None:
    OdkParser.register(symbol, **{"bases": (XPathToken,), **kwargs})


def _arithmetic(compute: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def call(left: Value, right: Value) -> float:
        try:
            return compute(number(left), number(right))
        except (ValueError, OverflowError):
            return math.nan

    return call


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[Value, Value], Value]:
    return lambda left, right: compare(number(left), number(right))


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _evaluate_or(self: XPathToken, context: Scope | None = None) -> bool:
    return truth(_value(self[0], context)) or truth(_value(self[1], context))


def _evaluate_and(self: XPathToken, context: Scope | None = None) -> bool:
    return truth(_value(self[0], context)) and truth(_value(self[1], context))


def _read_minus(self: XPathToken) -> XPathToken:
    self[:] = (self.parser.expression(rbp=70),)
    return self


def _evaluate_minus(self: XPathToken, context: Scope | None = None) -> Value:
    if len(self) == 1:
        return -number(_value(self[0], context))
    return _arithmetic(operator.sub)(_value(self[0], context), _value(self[1], context))


def _read_bracket(self: XPathToken) -> XPathToken:
    inner = self.parser.expression()
    self.parser.advance(")")
    return inner


def _refuse_call(self: XPathToken, left: XPathToken) -> XPathToken:
    raise self.error("XPST0017", f"the function {left.value}() is not supported")


def _read_variable(self: XPathToken) -> XPathToken:
    self.parser.advance("{")
    name = self.parser.next_token
    # A question may be called `mod` or `if`: inside the braces every name is a name.
    self.value = name.value if name.symbol == "(name)" else name.symbol
    self.parser.advance()
    self.parser.advance("}")
    return self


def _evaluate_variable(self: XPathToken, context: Scope | None = None) -> Value:
    return _known(self, context).answers.get(str(self.value), "")


def _read_itself(self: XPathToken) -> XPathToken:
    return self


def _evaluate_current(self: XPathToken, context: Scope | None = None) -> Value:
    return _known(self, context).current


def _read_column(self: XPathToken) -> XPathToken:
    parser = self.parser
    if isinstance(parser, OdkParser) and self.value not in parser.columns and parser.next_token.symbol != "(":
        raise self.error("XPST0008", f"`{self.value}` is no known name: a question is written ${{{self.value}}}")
    return self


def _evaluate_column(self: XPathToken, context: Scope | None = None) -> Value:
    return _known(self, context).row.get(str(self.value), "")


def _known(token: XPathToken, context: Scope | None) -> Scope:
    """The parser computes each expression once without a scope, to find what is constantly wrong."""
    if context is None:
        raise token.missing_context()
    return context


def _evaluate_if(self: XPathToken, context: Scope | None = None) -> Value:
    return _value(self[1] if truth(_value(self[0], context)) else self[2], context)


def _evaluate_coalesce(self: XPathToken, context: Scope | None = None) -> Value:
    found: Value = ""
    for token in self:
        found = _value(token, context)
        if found != "":
            break
    return found


def _evaluate_today(self: XPathToken, context: Scope | None = None) -> Value:
    return _known(self, context).now.date()


def _evaluate_now(self: XPathToken, context: Scope | None = None) -> Value:
    return _known(self, context).now


def _register_function(name: str, least: int, most: int | None, evaluate: Callable[..., Value]) -> None:
    OdkParser.register(
        name,
        bases=(XPathFunction,),
        label="function",
        nargs=least if least == most else (least, most),
        lbp=90,
        rbp=90,
        namespace=XPATH_FUNCTIONS_NAMESPACE,
        evaluate=evaluate,
    )


def _evaluator(function: Function) -> Callable[..., Value]:
    def evaluate(self: XPathToken, context: Scope | None = None) -> Value:
        return function.call(*(_value(argument, context) for argument in self))

    return evaluate


def _register_all() -> None:
    """Fill the parser's table; the powers are those of XPath 1.0, from ``or`` (loosest) to calls."""
    for symbol in (",", ")", "}", "{"):
        _register(symbol)
    _register("or", lbp=20, rbp=20, label="operator", led=_read_binary, evaluate=_evaluate_or)
    _register("and", lbp=25, rbp=25, label="operator", led=_read_binary, evaluate=_evaluate_and)
    _binary("=", 30, equal)
    _binary("!=", 30, lambda left, right: not equal(left, right))
    for symbol, compare in {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}.items():
        _binary(symbol, 35, _ordered(compare))
    _binary("+", 40, _arithmetic(operator.add))
    _register("-", lbp=40, rbp=40, nud=_read_minus, led=_read_binary, evaluate=_evaluate_minus, label="operator")
    _binary("*", 45, _arithmetic(operator.mul))
    _binary("div", 45, _arithmetic(_divide))
    _binary("mod", 45, _arithmetic(math.fmod))
    _register("(", lbp=90, rbp=90, nud=_read_bracket, led=_refuse_call)
    _register("$", nud=_read_variable, evaluate=_evaluate_variable, label="variable", lbp=90, rbp=90)
    _register(".", nud=_read_itself, evaluate=_evaluate_current)
    _register("(name)", nud=_read_column, evaluate=_evaluate_column)
    for name, function in FUNCTIONS.items():
        _register_function(name, function.least, function.most, _evaluator(function))
    _register_function("if", 3, 3, _evaluate_if)
    _register_function("coalesce", 1, None, _evaluate_coalesce)
    _register_function("today", 0, 0, _evaluate_today)
    _register_function("now", 0, 0, _evaluate_now)


_register_all()
