"""Which question comes next, which apply, and whether an answer is one: pure functions of the answers.

``answers`` holds a key for every question that was put to the person, a note included; None says that it was
skipped. Nothing is ever taken out of it: an answer whose question no longer applies has no effect (it is blank
for every expression) and counts again when the path is taken again. ``now`` is the local time, for ``today()``.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tracer.forms import messages
from tracer.forms.expressions import Expression, Scope
from tracer.forms.model import Answer, Choice, Form, Kind, Question
from tracer.forms.values import Value, iso_date, text
from tracer.wording import Text

Answers = Mapping[str, Answer]

LONGEST_TEXT = 2_000
"""Characters of a text answer: it is shown again in the summary, and a message of Telegram holds 4,096."""

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_TOO_GREAT = 10**15
_PERHAPS_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_SELECTS = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE)
_SILENT = (Kind.NOTE, Kind.CALCULATE)


@dataclass(frozen=True)
class Accepted:
    """An answer in the form in which it is stored."""

    value: Answer


@dataclass(frozen=True)
class Refused:
    """Why an answer is none, as one sentence in both languages."""

    reason: Text


@dataclass
class _Standing:
    """Where a person stands: the questions that apply, those still to be put, and the values expressions see."""

    applying: list[Question] = field(default_factory=list)
    unanswered: list[Question] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)


def next_question(form: Form, answers: Answers, now: dt.datetime) -> Question | None:
    """Return the first question (or note) that applies and was not put yet, or None when all were."""
    return next(iter(_stand(form, answers, now).unanswered), None)


@dataclass(frozen=True)
class Standing:
    """All that answers amount to, of one walk through the form; see `applies`, `in_force`, `conflicts`, `check`."""

    applies: tuple[Question, ...]
    in_force: Mapping[str, Answer]
    conflicts: tuple[Question, ...]
    _values: Mapping[str, Value] = field(repr=False)

    def check(self, question: Question, answer: Answer, now: dt.datetime) -> Accepted | Refused:
        """Return the answer as it is stored, or why it is none."""
        return _checked(question, answer, Scope(now, self._values))


def standing_of(form: Form, answers: Answers, now: dt.datetime) -> Standing:
    """Return what applies, what counts and what conflicts with these answers."""
    standing = _stand(form, answers, now)
    unanswered = {question.name for question in standing.unanswered}
    answered = [question for question in standing.applying if question.name not in unanswered]
    scope = Scope(now, standing.values)
    return Standing(
        applies=tuple(question for question in standing.applying if question.kind is not Kind.CALCULATE),
        in_force={
            question.name: _stored(standing.values[question.name])
            if question.kind is Kind.CALCULATE
            else answers[question.name]
            for question in answered
            if question.kind is not Kind.NOTE
        },
        conflicts=tuple(
            question
            for question in answered
            if question.kind not in _SILENT and isinstance(_checked(question, answers[question.name], scope), Refused)
        ),
        _values=standing.values,
    )


def applies(form: Form, answers: Answers, now: dt.datetime) -> tuple[Question, ...]:
    """Return the questions and notes that apply with these answers, in their order; calculations are not among them."""
    return standing_of(form, answers, now).applies


def in_force(form: Form, answers: Answers, now: dt.datetime) -> Mapping[str, Answer]:
    """Return what an export holds: the answers that count, and the calculations, by question."""
    return standing_of(form, answers, now).in_force


def conflicts(form: Form, answers: Answers, now: dt.datetime) -> tuple[Question, ...]:
    """Return the questions whose stored answer no longer passes its check, because an earlier one was changed."""
    return standing_of(form, answers, now).conflicts


def offered(form: Form, question: Question, answers: Answers, now: dt.datetime) -> tuple[Choice, ...]:
    """Return the choices that the question's filter leaves with these answers."""
    return _offered(question, Scope(now, _stand(form, answers, now).values))


def check(form: Form, question: Question, answer: Answer, answers: Answers, now: dt.datetime) -> Accepted | Refused:
    """Return the answer as it is stored, or why it is none. ``answer`` is text as written, codes, or a number.

    Numbers in text have no thousands separators; a date is YYYY-MM-DD. What people write otherwise ("3 jt",
    "Juli 2025") is put into this form before.
    """
    return _checked(question, answer, Scope(now, _stand(form, answers, now).values))


def _checked(question: Question, answer: Answer, scope: Scope) -> Accepted | Refused:
    """Check an answer where all others stand as ``scope`` has them."""
    if question.kind in _SILENT:
        return Accepted(None)
    normal = _normal(question, answer, scope)
    if isinstance(normal, Text):
        return Refused(normal)
    if normal is None:
        required = _holds(question.required, scope) if question.required else False
        return Refused(_or(question.required_message, messages.REQUIRED)) if required else Accepted(None)
    current = _typed(question, normal)
    within = Scope(scope.now, {**scope.answers, question.name: current}, current)
    if not _holds(question.constraint, within):
        return Refused(_or(question.constraint_message, messages.CONSTRAINT))
    return Accepted(normal)


def check_all(form: Form, given: Answers, now: dt.datetime) -> tuple[dict[str, Answer], dict[str, Text]]:
    """Check answers that were collected elsewhere; return those that apply, as stored, and what is wrong by question.

    A question that applies and is not among them counts as left blank.
    """
    standing, stored, faults = _Standing(), dict[str, Answer](), dict[str, Text]()
    for question, _, scope in _applying(form, standing, now):
        checked = _checked(question, given.get(question.name), scope)
        if isinstance(checked, Refused):
            faults[question.name] = checked.reason
        else:
            stored[question.name] = checked.value
            standing.values[question.name] = _typed(question, checked.value)
    return stored, faults


def _stand(form: Form, answers: Answers, now: dt.datetime) -> _Standing:
    """Walk the form once, with answers as they are stored."""
    standing = _Standing()
    for question, choices, scope in _applying(form, standing, now):
        if _is_answered(question, answers, choices, scope):
            standing.values[question.name] = _typed(question, answers[question.name])
        else:
            standing.unanswered.append(question)
    return standing


def _applying(
    form: Form, standing: _Standing, now: dt.datetime
) -> Iterator[tuple[Question, tuple[Choice, ...], Scope]]:
    """Yield what is asked or shown, with its choices; who walks puts each answer into ``standing.values``.

    Every expression looks only back, so each question's fate is settled when it is reached.
    """
    for question in form.questions:
        scope = Scope(now, standing.values)
        conditions = (*(group.relevant for group in question.groups), question.relevant)
        if not all(_holds(condition, scope) for condition in conditions):
            continue
        if question.kind is Kind.CALCULATE:
            standing.applying.append(question)
            standing.values[question.name] = _calculated(question, scope)
            continue
        choices = _offered(question, scope)
        if question.kind in _SELECTS and not choices:
            continue  # with nothing to choose it could never be answered
        standing.applying.append(question)
        yield question, choices, scope


def _holds(condition: Expression | None, scope: Scope) -> bool:
    return condition is None or condition.holds(scope)


def _calculated(question: Question, scope: Scope) -> Value:
    """A calculation is kept as text, as ODK does; what is no number is blank."""
    value = question.calculation.value(scope) if question.calculation else ""
    return "" if isinstance(value, float) and math.isnan(value) else text(value)


def _offered(question: Question, scope: Scope) -> tuple[Choice, ...]:
    by = question.choice_filter
    if by is None:
        return question.choices
    return tuple(choice for choice in question.choices if by.holds(Scope(scope.now, scope.answers, row=choice.columns)))


def _is_answered(question: Question, answers: Answers, choices: tuple[Choice, ...], scope: Scope) -> bool:
    """A blank does not answer what is required now, nor a code what no longer offers it."""
    if question.name not in answers:
        return False
    answer = answers[question.name]
    if answer is None:
        return question.required is None or not question.required.holds(scope)
    return question.kind not in _SELECTS or {choice.code for choice in choices}.issuperset(_codes(answer))


def _typed(question: Question, answer: Answer) -> Value:
    """Return a stored answer as the value that expressions see."""
    if answer is None:
        return ""
    if isinstance(answer, tuple):
        return " ".join(answer)
    if isinstance(answer, int | float):
        return float(answer)
    return (iso_date(answer) or "") if question.kind is Kind.DATE else answer


def _stored(value: Value) -> Answer:
    return text(value) or None


def _codes(answer: Answer) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else (str(answer),)


def _or(own: Text, usual: Text) -> Text:
    return own if own.id else usual


def _normal(question: Question, answer: Answer, scope: Scope) -> Answer | Text:
    """Return the answer as its type stores it, None for a blank, or what is wrong with it."""
    if answer is None or answer == () or (isinstance(answer, str) and not answer.strip()):
        return None
    if question.kind in _SELECTS:
        return _normal_choice(question, answer, scope)
    written = answer.strip() if isinstance(answer, str) else answer
    if isinstance(written, tuple):
        return messages.ONE_ANSWER
    if question.kind is Kind.DECIMAL and isinstance(written, int | float):
        return float(written) if abs(written) < _TOO_GREAT else messages.NO_DECIMAL
    read = {Kind.INTEGER: _whole, Kind.DECIMAL: _decimal, Kind.DATE: _day, Kind.TEXT: _words}[question.kind]
    return read(str(written))


def _normal_choice(question: Question, answer: Answer, scope: Scope) -> Answer | Text:
    several = question.kind is Kind.SELECT_MULTIPLE
    chosen = tuple(str(answer).split()) if several and not isinstance(answer, tuple) else _codes(answer)
    order = [choice.code for choice in _offered(question, scope)]
    if not set(chosen) <= set(order):
        return messages.NO_CHOICE
    if several:
        return tuple(code for code in order if code in chosen)
    return chosen[0] if len(chosen) == 1 else messages.ONE_ANSWER


def _whole(written: str) -> int | Text:
    return int(written) if _WHOLE.fullmatch(written) else messages.NO_INTEGER


def _decimal(written: str) -> float | Text:
    if _PERHAPS_THOUSANDS.fullmatch(written):
        return messages.THOUSANDS
    return float(written.replace(",", ".")) if _DECIMAL.fullmatch(written) else messages.NO_DECIMAL


def _day(written: str) -> str | Text:
    return written if iso_date(written) else messages.NO_DATE


def _words(written: str) -> str | Text:
    return messages.TOO_LONG if len(written) > LONGEST_TEXT else written
