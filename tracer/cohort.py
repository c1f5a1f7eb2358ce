"""How one's cohort has answered so far, as a thank-you: nobody can be found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.interviews import Interview, Respondent, Value
from store.store import Store
from tracer.forms import Choice, Form, Kind, Question

LEAST_ANSWERS = 10
"""So many must have answered before anything is shown."""
LEAST_CELL = 5
"""A smaller number is not shown by itself."""


@dataclass(frozen=True)
class CohortAnswers:
    """What a cohort answered to a question; ``others`` are those of choices that too few took, put together."""

    question: Question
    many: int
    counts: tuple[tuple[Choice, int], ...]
    others: int


def cohort_answers(store: Store, form: Form, interview: Interview) -> CohortAnswers | None:
    """Return how the cohort of a graduate answered the first choice of the form; None where too few have."""
    question = next((one for one in form.questions if one.kind is Kind.SELECT_ONE), None)
    if question is None or interview.cohort is None or interview.respondent is not Respondent.GRADUATE:
        return None
    return grouped(question, store.interviews.counts(interview.campaign_id, interview.cohort, question.name))


def grouped(question: Question, counts: Mapping[Value, int]) -> CohortAnswers | None:
    """Return the counts with small ones put together, so that none can be worked out from the sum either."""
    found = [(choice, counts.get(choice.code, 0)) for choice in question.choices]
    many = sum(number for _, number in found)
    if many < LEAST_ANSWERS:
        return None
    hidden = _hidden([number for _, number in found])
    shown = tuple(pair for place, pair in enumerate(found) if place not in hidden and pair[1])
    return CohortAnswers(question, many, shown, sum(found[place][1] for place in hidden))


def _hidden(numbers: Sequence[int]) -> set[int]:
    """Return the places of the small numbers, and of more until all of them together are none."""
    by_size = sorted((number, place) for place, number in enumerate(numbers) if number)
    hidden: set[int] = set()
    total = 0
    for number, place in by_size:
        if number >= LEAST_CELL and (not hidden or total >= LEAST_CELL):
            break
        hidden.add(place)
        total += number
    return hidden
