"""Another aspect of what was cited: the cited fact answers before others, and none without what is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from index.facts import Fact
from index.question import Asked, Question, has_figure
from index.search import Hit
from index.topic import Topic

_ALIKE = 75
"""Similarity (0..100) from which two clauses say the same of different things."""
_AT_PLACE = 0.5
"""What a cited place adds to a score where the question has words of its own to be found by."""


def cited_first(hits: Sequence[Hit], question: Question, topic: Topic, *, bare: bool) -> tuple[list[Hit], bool]:
    """Put what the topic's answer cited before the rest; tell too whether it is sure to hold what is asked for.

    A ``bare`` question (``kapan batas waktunya?``) is about the cited fact itself, unless that was a list of steps;
    where nobody is named as in charge of it, who does it is told, as that.
    """
    if bare and topic.kind != Asked.STEPS:
        cited = [hit for hit in hits if _cited(hit.fact, topic) is not None]
        held = [hit for hit in cited if holds(question, hit.fact)] or [
            hit for hit in cited if question.asked is Asked.RESPONSIBLE and hit.fact.actors
        ]
        if held:
            first = min(held, key=lambda hit: _cited(hit.fact, topic) or 0)
            return [first, *(hit for hit in hits if hit is not first)], True
    return sorted(hits, key=lambda hit: -hit.score - _AT_PLACE * (_cited(hit.fact, topic) == 0)), False


def holds(question: Question, fact: Fact) -> bool:
    """Whether a fact has what a question asks for: a role, a time limit, a figure; False for none of them."""
    if question.asked is Asked.RESPONSIBLE:
        return bool(fact.charge or (fact.actors and not question.wants_charge))
    if question.asked is Asked.DEADLINE:
        return bool(fact.limits)
    return question.asked is Asked.TARGET and has_figure(f"{fact.text} {fact.indicator}")


def lacks(question: Question, fact: Fact) -> bool:
    """Whether a time or a figure is asked for and a fact has none."""
    return question.asked in {Asked.DEADLINE, Asked.TARGET} and not holds(question, fact)


def says_alike(one: Fact, other: Fact) -> bool:
    """Whether two clauses of one document and kind say the same of different things."""
    same = one.document == other.document and one.kind is other.kind
    return same and fuzz.token_set_ratio(one.text, other.text) >= _ALIKE


def _cited(fact: Fact, topic: Topic) -> int | None:
    """Give the number of the citation that a fact stands in, from 0; None for none."""
    return next(
        (
            number
            for number, (source, start, end) in enumerate(topic.places)
            if source == fact.source and start <= fact.lines.end and fact.lines.start <= end
        ),
        None,
    )
