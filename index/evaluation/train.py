"""Learn the weights of the ranking and of the refusal from questions with known places.

``python -m index.evaluation.train QUESTIONS.jsonl …`` reads the questions, ranks with what it learned on
four fifths of them and judges on the last fifth, five times over; then learns from all and writes
``index/ranking.yaml``. Everything is deterministic.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import yaml

from index.engine import Engine
from index.evaluation.questions import Item, load_items
from index.facts import FactKind
from index.question import Asked, Question
from index.refusal import SIGNS, Refusal, signs_of
from index.search import FEATURES, Hit, Ranking, Searcher

FOLDS = 5
_KINDS = [kind.value for kind in FactKind]
_ASKED = [asked.value for asked in Asked]


@dataclass(frozen=True, slots=True)
class Example:
    """One question with its candidates: features, kinds, and which of them stand where the answer does."""

    item: Item
    question: Question
    table: torch.Tensor
    kinds: torch.Tensor
    right: torch.Tensor
    places: npt.NDArray[np.int64]
    vector: npt.NDArray[np.float32]


def examples_of(engine: Engine, items: list[Item]) -> list[Example]:
    """Compute every question's candidates, in both languages."""
    examples = []
    facts = engine.index.facts
    for item in items:
        for language in ("en", "id"):
            text = item.text(language)  # type: ignore[arg-type]
            question = engine.read(text)
            vector = engine.embedder.query(question.normal)
            places, table = engine.searcher.candidates(question, vector)
            right = [
                item.stands_at(facts[p].source, facts[p].lines.start, facts[p].lines.end) for p in places
            ]
            kinds = [_KINDS.index(facts[p].kind.value) for p in places]
            examples.append(
                Example(
                    item,
                    question,
                    torch.from_numpy(table),
                    torch.tensor(kinds),
                    torch.tensor(right),
                    places,
                    vector,
                )
            )
    return examples


def learn_ranking(examples: list[Example], start: Ranking, strength: float = 0.3) -> Ranking:
    """Learn weights: the chance of the right candidates among all is made as large as possible.

    ``strength`` draws the weights to their start, and kinds of facts to what was thought before learning.
    """
    usable = [e for e in examples if e.item.answerable and bool(e.right.any()) and not bool(e.right.all())]
    weights0 = torch.tensor([start.features.get(name, 0.0) for name in FEATURES])
    kinds0 = torch.tensor(
        [[start.kinds.get(asked, {}).get(kind, 0.0) for kind in _KINDS] for asked in _ASKED]
    )
    weights, kinds = weights0.clone().requires_grad_(), kinds0.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([weights, kinds], max_iter=120, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = torch.zeros(())
        for example in usable:
            scores = 2.0 * (example.table @ weights + kinds[_ASKED.index(example.question.asked), example.kinds])
            total = total + torch.logsumexp(scores, 0) - torch.logsumexp(scores[example.right], 0)
        total = total + strength * ((weights - weights0) ** 2).sum() + 2 * strength * ((kinds - kinds0) ** 2).sum()
        total.backward()
        return total

    optimiser.step(loss)
    learned = weights.detach()
    table = kinds.detach()
    return Ranking(
        features={name: round(float(value), 3) for name, value in zip(FEATURES, learned, strict=True)},
        kinds={
            asked: {k: round(float(v), 2) for k, v in zip(_KINDS, row, strict=True) if abs(float(v)) >= 0.02}
            for asked, row in zip(_ASKED, table, strict=True)
        },
    )


def rank(engine: Engine, example: Example, ranking: Ranking) -> list[Hit]:
    """Rank an example's candidates with other weights."""
    searcher = engine.searcher
    before = searcher.ranking
    searcher.ranking = ranking
    try:
        return searcher.search(example.question, example.vector)
    finally:
        searcher.ranking = before


def learn_refusal(
    engine: Engine, examples: list[Example], ranking: Ranking, most_false: float = 0.03
) -> tuple[Refusal, str]:
    """Learn the chance that the best hit answers, and the threshold that refuses few answerable questions."""
    rows, labels = [], []
    for example in examples:
        hits = rank(engine, example, ranking)
        signs = signs_of(example.question, hits)
        rows.append([signs[name] for name in SIGNS])
        labels.append(float(example.item.answerable))
    table, wanted = torch.tensor(rows), torch.tensor(labels)
    mean, spread = table.mean(0), table.std(0).clamp(min=1e-3)
    weights = torch.zeros(len(SIGNS), requires_grad=True)
    offset = torch.zeros((), requires_grad=True)
    balance = torch.where(wanted > 0, 1.0, float((wanted > 0).sum() / (wanted == 0).sum()))
    optimiser = torch.optim.LBFGS([weights, offset], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = ((table - mean) / spread) @ weights + offset
        total = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, weight=balance)
        total = total + 0.01 * (weights**2).sum()
        total.backward()
        return total

    optimiser.step(loss)
    raw = (weights / spread).detach()
    shift = float((offset - (mean / spread) @ weights).detach())
    chances = torch.sigmoid(table @ raw + shift)
    threshold = float(torch.quantile(chances[wanted > 0], most_false))
    refused = float((chances[wanted == 0] < threshold).float().mean())
    word = f"refused {refused:.1%} of the unanswerable at {most_false:.1%} false refusals (threshold {threshold:.2f})"
    values = {name: round(float(v), 3) for name, v in zip(SIGNS, raw, strict=True)}
    return Refusal(values, round(shift, 3), round(threshold, 3)), word


def hit_rate(engine: Engine, examples: list[Example], ranking: Ranking) -> dict[str, float]:
    """How often the best fact stands where the answer does, by language."""
    found: dict[str, list[bool]] = {"en": [], "id": []}
    for example in examples:
        if example.item.answerable:
            best = rank(engine, example, ranking)[0].fact
            language = "en" if example.question.text == example.item.q_en else "id"
            found[language].append(example.item.stands_at(best.source, best.lines.start, best.lines.end))
    return {language: float(np.mean(values)) for language, values in found.items()}


def main(engine: Engine, paths: list[Path], *, write: bool = True) -> None:
    """Cross-validate, learn from all, write the weights."""
    items = [item for path in paths for item in load_items(path)]
    start = Ranking.load(Path(__file__).parents[1] / "ranking_start.yaml")
    examples = examples_of(engine, items)
    order = np.random.default_rng(7).permutation(len(items))
    fold_of = {items[i].id: place % FOLDS for place, i in enumerate(order)}
    scores = []
    for fold in range(FOLDS):
        ranking = learn_ranking([e for e in examples if fold_of[e.item.id] != fold], start)
        scores.append(hit_rate(engine, [e for e in examples if fold_of[e.item.id] == fold], ranking))
    for language in ("en", "id"):
        print(f"{language}: right place first, held out: {np.mean([s[language] for s in scores]):.1%}")
    ranking = learn_ranking(examples, start)
    print("start:", hit_rate(engine, examples, start), "learned:", hit_rate(engine, examples, ranking))
    refusal, word = learn_refusal(engine, examples, ranking)
    print(word)
    if write:
        save(Path(__file__).parents[1] / "ranking.yaml", ranking, refusal)


def save(path: Path, ranking: Ranking, refusal: Refusal) -> None:
    """Write the weights as an editable text file."""
    data = {
        "features": ranking.features,
        "kinds": ranking.kinds,
        "refusal": {"weights": refusal.weights, "offset": refusal.offset, "threshold": refusal.threshold},
    }
    head = "# Weights of the ranking and of the refusal, learned by index/evaluation/train.py from tests/questions.\n"
    path.write_text(head + yaml.safe_dump(data, sort_keys=False, width=110), encoding="utf-8")
