"""Dialogues: questions that follow one another, and where the answer to the last one stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corpus.language import Language
from index.evaluation.judge import CITATION_LIMIT, share
from index.evaluation.questions import SOURCES
from index.reply import Answerer, Reply
from index.topic import Topic

Kind = Literal["substitution", "aspect", "step", "change", "unsaid"]
"""How the last turn follows; ``change`` starts a new topic, ``unsaid`` asks what the documents do not say."""


class Dialogue(BaseModel):
    """Two or three turns; ``lines`` is where the answer to the last one stands, in ``source``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    source: Literal["STD", "ALU"] = "STD"
    language: Language
    turns: tuple[str, ...]
    follow: Kind
    style: str
    lines: tuple[tuple[int, int], ...] = ()
    answerable: bool = True

    def right(self, reply: Reply) -> bool:
        """Whether the first citation of a reply points to the answer, or a refusal is one where it should be."""
        if not self.answerable or not reply.citations:
            return not self.answerable and not reply.answerable
        first = reply.citations[0]
        start, end = first.lines
        stands = any(start <= b and a <= end for a, b in self.lines)
        return first.source == SOURCES[self.source] and end - start < CITATION_LIMIT and stands


@dataclass(slots=True)
class DialogueReport:
    """How the last turns of dialogues fared, counted by how they follow and by language."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def add(self, group: str, *, right: bool) -> None:
        """Count one verdict in a group."""
        self.total[group] += 1
        self.right[group] += right

    def lines(self) -> Iterator[str]:
        """Give the shares as lines of text."""
        for group in self.total:
            yield f"follow-ups: {group:<24} {share((self.right[group], self.total[group]))}"


def load_dialogues(path: Path) -> list[Dialogue]:
    """Read a file of dialogues, one JSON object a line; blank lines are passed over."""
    texts = path.read_text(encoding="utf-8").splitlines()
    return [Dialogue.model_validate_json(text) for text in texts if text.strip()]


def converse(answerer: Answerer, turns: Sequence[str]) -> Reply:
    """Ask the turns one after the other, each in the topic of the last answer; give the last reply."""
    topic: Topic | None = None
    for turn in turns:
        reply = answerer.answer(turn, topic=topic)
        topic = Topic.of(reply) or topic
    return reply


def evaluate_dialogues(answerer: Answerer, dialogues: Iterable[Dialogue]) -> DialogueReport:
    """Hold every dialogue and judge its last reply; of a change of topic also whether it is as if asked alone."""
    report = DialogueReport()
    for dialogue in dialogues:
        reply = converse(answerer, dialogue.turns)
        right = dialogue.right(reply)
        report.add(dialogue.follow, right=right)
        if dialogue.follow == "change":
            alone = answerer.answer(dialogue.turns[-1])
            report.add("change as if alone", right=alone.model_copy(update={"ms": reply.ms}) == reply)
        elif dialogue.answerable:
            report.add(f"right first citation, {dialogue.language}", right=right)
            report.add("right first citation", right=right)
    return report
