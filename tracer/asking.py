"""What a respondent is asked next, by form and answers: one question, or a grid of questions with the same choices.

A group with the appearance ``table-list`` is one step, so that the competencies are one message and not fourteen.
Notes are no step: they come along with the question after them. All of it is computed from the answers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from tracer.forms import Answer, Choice, Form, Group, Kind, Question, offered, standing_of
from tracer.national.form import GRID, province_of
from tracer.national.gazetteer import lies_elsewhere

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Step:
    """What is asked in one message: one question, or all of a grid (``grid`` is its group).

    ``notes`` are shown before it, ``choices`` are those offered by question, ``given`` the answers so far by
    question, of which those of ``conflicting`` have to be given anew because an earlier answer was changed.
    """

    questions: tuple[Question, ...]
    grid: Group | None
    notes: tuple[Question, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    given: Mapping[str, Answer]
    conflicting: frozenset[str]

    @property
    def name(self) -> str:
        """The name by which the step is gone back to: its first question's."""
        return self.questions[0].name

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its questions."""
        return tuple(question.name for question in self.questions)


@dataclass(frozen=True)
class Progress:
    """How many steps are done of those that this path has, as far as it can be seen."""

    answered: int
    expected: int


class Path:
    """The steps that apply with some answers, in their order; ``now`` is local."""

    def __init__(self, form: Form, answers: Answers, now: dt.datetime) -> None:
        self._form, self._answers, self._now = form, answers, now
        self.standing = standing = standing_of(form, answers, now)
        self.kept = standing.in_force
        """The answers that count, calculations included."""
        self._applying = standing.applies
        self._conflicting = frozenset(question.name for question in (*standing.conflicts, *self._misplaced()))
        self.steps = tuple(self._steps())

    def current(self, revisiting: str | None) -> Step | None:
        """Return the step gone back to, else the first that lacks an answer; None when nothing does."""
        gone_back_to = self.step_of(revisiting) if revisiting else None
        return gone_back_to or next((step for step in self.steps if not self._is_done(step)), None)

    def step_of(self, name: str) -> Step | None:
        """Return the step that asks a question, None where it does not apply."""
        return next((step for step in self.steps if name in step.names), None)

    def before(self, step: Step | None) -> Step | None:
        """Return the step before one (before the summary, for None); None before the first."""
        place = len(self.steps) if step is None else [other.name for other in self.steps].index(step.name)
        return self.steps[place - 1] if place else None

    def progress(self) -> Progress:
        """Return how far this is."""
        return Progress(sum(map(self._is_done, self.steps)), len(self.steps))

    def last_notes(self) -> tuple[Question, ...]:
        """Return the notes after the last question, to be shown with the summary."""
        questions = self._applying
        last = max((at for at, question in enumerate(questions) if question.kind is not Kind.NOTE), default=-1)
        return questions[last + 1 :]

    def _misplaced(self) -> Iterator[Question]:
        """Yield the questions whose regency or city lies in another province than the one that is given now."""
        for question in self._applying:
            province, place = self.kept.get(province_of(question) or ""), self.kept.get(question.name)
            if isinstance(province, str) and isinstance(place, str) and lies_elsewhere(place, province):
                yield question

    def _is_done(self, step: Step) -> bool:
        return all(name in self.kept and name not in self._conflicting for name in step.names)

    def _steps(self) -> Iterator[Step]:
        notes: list[Question] = []
        for key, together in groupby(self._applying, _step_key):
            questions = tuple(together)
            if questions[0].kind is Kind.NOTE:
                notes.extend(questions)
                continue
            yield self._step(questions, _grid(questions[0]) if key[0] == GRID else None, tuple(notes))
            notes = []

    def _step(self, questions: tuple[Question, ...], grid: Group | None, notes: tuple[Question, ...]) -> Step:
        names = {question.name for question in questions}
        return Step(
            questions=questions,
            grid=grid,
            notes=notes,
            choices={
                question.name: offered(self._form, question, self._answers, self._now)
                if question.choice_filter
                else question.choices
                for question in questions
            },
            given={name: self.kept[name] for name in names & self.kept.keys()},
            conflicting=self._conflicting & names,
        )


def _step_key(question: Question) -> tuple[str, str]:
    """Questions that follow each other with the same key are one step; a note and a question never are."""
    group = _grid(question)
    if question.kind is Kind.SELECT_ONE and group is not None:
        return GRID, group.name
    return question.kind, question.name


def _grid(question: Question) -> Group | None:
    return next((group for group in reversed(question.groups) if GRID in group.appearance), None)


class Paths:
    """Paths by their form and answers: where somebody stands after an answer is where their next one begins.

    Nothing is remembered that could not be computed again. A form that asks for the hour is computed each time.
    """

    def __init__(self, most: int = 4_096) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Path] = OrderedDict()
        self._clocks: dict[int, bool] = {}

    def of(self, form: Form, answers: Answers, now: dt.datetime) -> Path:
        """Return the path of answers on the day of ``now``; the form must live as long as this."""
        if self._has_clock(form):
            return Path(form, answers, now)
        key = (id(form), now.date(), frozenset(answers.items()))
        path = self._known.pop(key, None) or Path(form, answers, now)
        self._known[key] = path
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return path

    def _has_clock(self, form: Form) -> bool:
        if id(form) not in self._clocks:
            self._clocks[id(form)] = _asks_the_hour(form)
        return self._clocks[id(form)]


def _asks_the_hour(form: Form) -> bool:
    expressions = [
        expression
        for question in form.questions
        for expression in (
            question.relevant,
            question.constraint,
            question.required,
            question.calculation,
            question.choice_filter,
            *(group.relevant for group in question.groups),
        )
        if expression is not None
    ]
    return any(re.search(r"\bnow\s*\(", expression.source) for expression in expressions)
