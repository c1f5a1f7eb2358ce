"""When to say that the documents do not say: a calibrated chance that the best fact answers the question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from index.asked import SIGNS as ASKED_SIGNS
from index.curated import CuratedMatch
from index.facts import STEP_KINDS, FactKind
from index.question import Asked, Question, asks_all_steps
from index.search import Hit

_WEIGHTS = Path(__file__).with_name("ranking.yaml")
_NAMED = 0.6
"""Share of a document's title that a question must hold to name it."""
SIGNS = (
    "score",
    "dense",
    "bare",
    "best_bare",
    "coverage",
    "rest_coverage",
    "best_coverage",
    "rest_words",
    "title",
    "about",
    "missing",
    "least_missing",
    "alien",
    "named",
    "gap",
    "missing_slot",
    "asks_time",
    "asks_figure",
    "asks_who",
    "asks_steps",
    "time_coverage",
    "figure_coverage",
    "who_coverage",
    "indonesian",
    "away",
    "away_dense",
    "away_bare",
    *ASKED_SIGNS,
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies near a question besides facts.

    ``away`` is how near it lies to what such documents do not answer (see `Adapter.away`), as that stands out among all
    facts (see `Searcher.standing`); ``asked`` what is known of questions asked before (see `AskedBefore.signs`);
    ``curated`` the answer that somebody wrote to this question.
    """

    away: float = 0.0
    asked: Mapping[str, float] = field(default_factory=dict)
    curated: CuratedMatch | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Weights of the signs, an offset, and the chance below which to refuse; learned, see ``tools``."""

    weights: dict[str, float]
    offset: float
    threshold: float

    @classmethod
    def load(cls, path: Path = _WEIGHTS) -> Refusal:
        """Read the weights."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))["refusal"]
        return cls(data["weights"], data["offset"], data["threshold"])

    def chance(self, question: Question, hits: Sequence[Hit], beside: Beside) -> float:
        """Give the chance, 0 to 1, that the best hit answers the question."""
        signs = signs_of(question, hits, beside)
        value = self.offset + sum(self.weights.get(name, 0.0) * signs[name] for name in SIGNS)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))

    def answers(self, question: Question, hits: Sequence[Hit], beside: Beside) -> bool:
        """Whether to answer at all.

        A document that is asked for by its title is there or it is not, and one that is named by its code has steps
        or has none.
        """
        best = hits[0]
        if best.features["code"] > 0 and best.fact.kind in STEP_KINDS and asks_all_steps(question.normal):
            return True
        if (
            question.asked is Asked.DOCUMENT
            and best.fact.kind is FactKind.DOCUMENT
            and best.features["title"] >= _NAMED
        ):
            return True
        return self.chance(question, hits, beside) >= self.threshold


def signs_of(question: Question, hits: Sequence[Hit], beside: Beside) -> dict[str, float]:
    """Compute what tells an answerable question from one that the documents do not answer.

    ``beside`` is what lies near the question besides the facts.
    """
    away = beside.away
    best = hits[0]
    slots = {Asked.DEADLINE: "limit", Asked.TARGET: "figure"}
    slot = slots.get(question.asked)
    found = best.features.get(slot, 0.0) if slot else 1.0
    other = next((h.score for h in hits[1:] if h.fact.document != best.fact.document), best.score - 2)
    features = best.features
    time, figure = float(question.asked == Asked.DEADLINE), float(question.asked == Asked.TARGET)
    who = float(question.asked == Asked.RESPONSIBLE)
    return {
        "score": best.score,
        **{name: features[name] for name in ("dense", "bare", "coverage", "rest_coverage", "rest_words", "about")},
        "best_bare": max(hit.features["bare"] for hit in hits[:10]),
        "best_coverage": max(hit.features["coverage"] for hit in hits[:10]),
        "title": features["title_held"],
        "missing": features["missing"],
        "least_missing": min(hit.features["missing"] for hit in hits[:10]),
        "alien": features["alien"],
        "named": float(bool(question.codes)),
        "gap": min(best.score - other, 3.0),
        "missing_slot": 1.0 - found,
        "asks_time": time,
        "asks_figure": figure,
        "asks_who": who,
        "asks_steps": float(question.asked == Asked.STEPS),
        "time_coverage": time * features["coverage"],
        "figure_coverage": figure * features["coverage"],
        "who_coverage": who * features["coverage"],
        "indonesian": float(question.language == "id"),
        "away": away,
        "away_dense": max(hit.features["dense"] for hit in hits) - away,
        "away_bare": max(hit.features["bare"] for hit in hits) - away,
        **{name: beside.asked.get(name, 0.0) for name in ASKED_SIGNS},
    }
