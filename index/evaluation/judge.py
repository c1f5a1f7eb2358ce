"""Judging answers: does it hold the facts, does its first citation point to where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from corpus.language import Language
from index.evaluation.questions import Item
from index.reply import Reply

CITATION_LIMIT = 40
"""Lines that a citation may span; a wider one points at nothing."""
LEAD_LIMIT = 300
"""Characters within which who is responsible must be said."""
_LANGUAGES: tuple[Language, ...] = ("en", "id")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one answer fared."""

    item: Item
    language: Language
    answered: bool
    fact: bool
    citation: bool

    @property
    def right(self) -> bool:
        """Answered, with the right facts and the right first citation."""
        return self.answered and self.fact and self.citation


@dataclass(slots=True)
class Report:
    """Verdicts, counted."""

    verdicts: list[Verdict] = field(default_factory=list)

    def share(self, wanted: Callable[[Verdict], bool], among: Callable[[Verdict], bool]) -> tuple[int, int]:
        """Count the verdicts that are wanted among some."""
        chosen = [verdict for verdict in self.verdicts if among(verdict)]
        return sum(map(wanted, chosen)), len(chosen)

    def lines(self) -> Iterable[str]:
        """Give the report as lines of text, every share with its counts."""
        for language in _LANGUAGES:

            def answerable(v: Verdict, language: Language = language) -> bool:
                return v.item.answerable and v.language == language

            def not_answerable(v: Verdict, language: Language = language) -> bool:
                return not v.item.answerable and v.language == language

            yield f"{language}  right answer, right first citation   {share(self.share(lambda v: v.right, answerable))}"
            yield f"{language}  refused what is not in the documents  {share(self.share(_refused, not_answerable))}"
            yield f"{language}  refused what is (lower is better)     {share(self.share(_refused, answerable))}"
        for style in sorted({verdict.item.style for verdict in self.verdicts}):
            counts = self.share(lambda v: v.right, lambda v, style=style: v.item.answerable and v.item.style == style)  # type: ignore[misc]
            yield f"both {style:<12} {share(counts)}"


def _refused(verdict: Verdict) -> bool:
    return not verdict.answered


def share(counts: tuple[int, int]) -> str:
    """Say a share with its counts."""
    hits, total = counts
    return f"{100 * hits / total:5.1f} % ({hits}/{total})" if total else "–"


def judge(item: Item, language: Language, reply: Reply) -> Verdict:
    """Judge one reply."""
    text = reply.answer[:LEAD_LIMIT] if item.kind == "responsible" else reply.answer
    folded = _folded(text)
    fact = all(any(_folded(alternative) in folded for alternative in group) for group in item.must)
    first = reply.citations[0] if reply.citations else None
    citation = bool(
        first and first.lines[1] - first.lines[0] < CITATION_LIMIT and item.stands_at(first.source, *first.lines)
    )
    return Verdict(item, language, reply.answerable, fact, citation)


def _folded(text: str) -> str:
    """Fold case, hyphens and white space; ``3 (three)`` reads as ``3``."""
    text = re.sub(r"[-\u2010-\u2014]", " ", text.casefold())
    text = re.sub(r"(\d)\s*\([a-z ]+\)", r"\1", text)
    return re.sub(r"\s+", " ", text)


def evaluate(answer: Callable[[str], Reply], items: Sequence[Item]) -> Report:
    """Ask every item in both languages and judge the replies."""
    report = Report()
    for item in items:
        for language in _LANGUAGES:
            report.verdicts.append(judge(item, language, answer(item.text(language))))
    return report
