"""Learn the adapter, the ranking and the refusal from questions with known places.

``python -m bot.learn [QUESTIONS.jsonl …]`` calls `learn`. Questions are dealt into five folds. The adapter
that a question's candidates are ranked with has not seen that question's fold: only so do the weights of the
ranking and the refusal learn how far a vector can be trusted for questions that are new. Everything is
deterministic. The figures printed are for questions that were held out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import yaml

from index.adapter import Adapter
from index.asked import AskedBefore
from index.built import Index
from index.embed import DEFAULT_MODEL, HUB_MODEL
from index.engine import Engine
from index.evaluation.questions import SOURCES, Item
from index.facts import FactKind
from index.question import Asked, Question
from index.refusal import SIGNS, Beside, Refusal, signs_of
from index.search import FEATURES, Hit, Ranking
from index.vectors import Vectors

FOLDS = 5
START = Path(__file__).parents[1] / "ranking_start.yaml"
RESULT = Path(__file__).parents[1] / "ranking.yaml"
_KINDS = [kind.value for kind in FactKind]
_ASKED = [asked.value for asked in Asked]
_TEMPERATURE = 0.01
_ADAPTER_STEPS = 300
_BATCH = 768
_PENALTY = 0.003
_NOWHERE = 64
_NOWHERE_WEIGHT = 0.3
_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Asking:
    """One question of an item in one language, read and embedded (not adapted)."""

    item: Item
    question: Question
    vector: Vectors
    fold: int


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates: features, kinds, and which of them stand where the answer does."""

    asking: Asking
    vector: Vectors
    away: float
    table: torch.Tensor
    kinds: torch.Tensor
    right: torch.Tensor


def askings_of(engine: Engine, items: Sequence[Item]) -> list[Asking]:
    """Read and embed every question in both languages, dealt into folds by item."""
    order = np.random.default_rng(7).permutation(len(items))
    folds = {int(i): place % FOLDS for place, i in enumerate(order)}
    askings = []
    for place, item in enumerate(items):
        for text in (item.q_en, item.q_id):
            question = engine.read(text)
            askings.append(Asking(item, question, engine.embedder.query(question.normal), folds[place]))
    return askings


def places_of(index: Index, item: Item) -> npt.NDArray[np.bool_]:
    """Tell which facts stand where the answer does: shape (facts,)."""
    return np.array([item.stands_at(f.source, f.lines.start, f.lines.end) for f in index.facts], np.bool_)


def learn_adapter(index: Index, askings: Sequence[Asking]) -> Adapter:
    """Learn the matrix and the places of "nowhere" by one softmax over all facts and all of these places.

    An answerable question shall find its facts, as the source and as the wording say them; one that is not any
    place of nowhere. The penalty keeps the
    matrix near zero, that is the model as it is.
    """
    passages = index.vectors.reconstruct_n(0, index.vectors.ntotal)
    sources = np.arange(len(index.facts))
    facts = [torch.from_numpy(matrix[rows]) for matrix in (passages, index.bare) for rows in (sources, index.told)]
    usable = [(a, places_of(index, a.item)) for a in askings]
    usable = [(a, right) for a, right in usable if right.any() or not a.item.answerable]
    vectors = torch.from_numpy(np.stack([a.vector for a, _ in usable]))
    answerable = torch.tensor([a.item.answerable for a, _ in usable])
    count = min(_NOWHERE, int((~answerable).sum()))
    nowhere = (~answerable)[:, None].expand(-1, count)
    right = torch.cat([torch.from_numpy(np.stack([places for _, places in usable])), nowhere], 1)
    torch.manual_seed(3)
    matrix = torch.zeros(vectors.shape[1], vectors.shape[1], requires_grad=True)
    lost = vectors[~answerable]
    places = lost[torch.randperm(len(lost))[:count]].clone().requires_grad_()
    optimiser = torch.optim.Adam([matrix, places], lr=2e-3)
    normalise = torch.nn.functional.normalize
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _ADAPTER_STEPS)
    weights = torch.where(answerable, 1 / answerable.float().mean(), _NOWHERE_WEIGHT / (~answerable).float().mean())
    for _ in range(_ADAPTER_STEPS):
        batch = torch.randperm(len(vectors))[:_BATCH]
        optimiser.zero_grad()
        moved, away = normalise(vectors[batch] + vectors[batch] @ matrix, dim=1), normalise(places, dim=1)
        loss = _PENALTY * (matrix**2).sum()
        for documents in facts:
            scores = torch.cat([moved @ documents.T, moved @ away.T], 1) / _TEMPERATURE
            lacking = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right[batch], -1e9), 1)
            loss = loss + (weights[batch] * lacking).mean()
        loss.backward()
        optimiser.step()
        schedule.step()
    halves = [t.detach().numpy().astype(np.float16).astype(np.float32) for t in (matrix, normalise(places, dim=1))]
    return Adapter(halves[0], halves[1], (DEFAULT_MODEL, HUB_MODEL))


def examples_of(
    engine: Engine, askings: Sequence[Asking], adapter_of: Callable[[Asking], Adapter | None]
) -> list[Example]:
    """Compute every question's candidates with the adapter that is right for it."""
    examples = []
    facts = engine.index.facts
    for asking in askings:
        adapter = adapter_of(asking)
        vector = adapter(asking.vector) if adapter else asking.vector
        away = engine.searcher.standing(adapter.away(vector), vector) if adapter else 0.0
        places, table = engine.searcher.candidates(asking.question, vector)
        spans = [(facts[p].source, facts[p].lines.start, facts[p].lines.end) for p in places]
        right = torch.tensor([asking.item.stands_at(*span) for span in spans])
        kinds = torch.tensor([_KINDS.index(facts[p].kind.value) for p in places])
        examples.append(Example(asking, vector, away, torch.from_numpy(table), kinds, right))
    return examples


def learn_ranking(examples: Sequence[Example], start: Ranking, strength: float = 0.3) -> Ranking:
    """Learn weights: the chance of the right candidates among all is made as large as possible.

    ``strength`` draws the weights to their start, those of kinds of facts twice as much.
    """
    usable = [e for e in examples if bool(e.right.any()) and not bool(e.right.all())]
    pad = torch.nn.utils.rnn.pad_sequence
    table = pad([e.table for e in usable], batch_first=True)
    kind_of = pad([e.kinds for e in usable], batch_first=True)
    right = pad([e.right for e in usable], batch_first=True)
    real = pad([torch.ones(len(e.kinds), dtype=torch.bool) for e in usable], batch_first=True)
    asked = torch.tensor([_ASKED.index(e.asking.question.asked) for e in usable])[:, None]
    weights0 = torch.tensor([start.features.get(name, 0.0) for name in FEATURES])
    kinds0 = torch.tensor([[start.kinds.get(asked, {}).get(kind, 0.0) for kind in _KINDS] for asked in _ASKED])
    weights, kinds = weights0.clone().requires_grad_(), kinds0.clone().requires_grad_()

    def loss() -> torch.Tensor:
        drawn = strength * ((weights - weights0) ** 2).sum() + 2 * strength * ((kinds - kinds0) ** 2).sum()
        scores = (2.0 * (table @ weights + kinds[asked, kind_of])).masked_fill(~real, -1e9)
        held = torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
        return drawn + (torch.logsumexp(scores, 1) - held).sum()

    minimise(loss, [weights, kinds])
    return Ranking(
        features={n: round(float(v), 3) for n, v in zip(FEATURES, weights.detach(), strict=True)},
        kinds={
            asked: {k: round(float(v), 2) for k, v in zip(_KINDS, row, strict=True) if abs(float(v)) >= 0.02}
            for asked, row in zip(_ASKED, kinds.detach(), strict=True)
        },
    )


def minimise(loss: Callable[[], torch.Tensor], parameters: list[torch.Tensor]) -> None:
    """Make a loss as small as it gets, from where the parameters are."""
    optimiser = torch.optim.LBFGS(parameters, max_iter=120, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(step)


def ranked(engine: Engine, example: Example, ranking: Ranking) -> list[Hit]:
    """Rank an example's candidates with other weights."""
    before, engine.searcher.ranking = engine.searcher.ranking, ranking
    try:
        return engine.searcher.search(example.asking.question, example.vector)
    finally:
        engine.searcher.ranking = before


def asked_before(askings: Sequence[Asking]) -> AskedBefore:
    """Keep the questions with where they are answered."""
    places = [[(SOURCES[a.item.source], first, last) for first, last in a.item.lines] for a in askings]
    answered = [a.item.answerable for a in askings]
    return AskedBefore.of(np.stack([a.vector for a in askings]), answered, places, (DEFAULT_MODEL, HUB_MODEL))


def learn_refusal(engine: Engine, examples: Sequence[Example], ranking: Ranking) -> tuple[Refusal, str]:
    """Learn the chance that the best hit answers, both kinds of questions weighing the same.

    Gives the refusal, and in words how many it refuses of either kind.
    """
    hits = [ranked(engine, example, ranking) for example in examples]
    asked = asked_before([e.asking for e in examples])
    items = np.array([e.asking.item.id for e in examples])
    signs = []
    for example, found in zip(examples, hits, strict=True):
        likeness = asked.likeness(example.asking.vector)
        likeness[items == example.asking.item.id] = -1.0  # neither itself nor its translation
        signs.append(signs_of(example.asking.question, found, Beside(example.away, asked.signs(likeness, found))))
    table = torch.tensor([[row[name] for name in SIGNS] for row in signs])
    wanted = torch.tensor([float(e.asking.item.answerable) for e in examples])
    mean, spread = table.mean(0), table.std(0).clamp(min=1e-3)
    weights = torch.zeros(len(SIGNS), requires_grad=True)
    offset = torch.zeros((), requires_grad=True)
    balance = torch.where(wanted > 0, 1.0, float((wanted > 0).sum() / (wanted == 0).sum()))

    def loss() -> torch.Tensor:
        logits = ((table - mean) / spread) @ weights + offset
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, weight=balance)
        return entropy + 0.01 * (weights**2).sum()

    minimise(loss, [weights, offset])
    raw = (weights / spread).detach()
    shift = float((offset - (mean / spread) @ weights).detach())
    chances = torch.sigmoid(table @ raw + shift)
    refused = chances < _THRESHOLD
    counts = [(int(refused[wanted == kind].sum()), int((wanted == kind).sum())) for kind in (0, 1)]
    word = "refused, held out: {0[0]}/{0[1]} of what is not in the documents, {1[0]}/{1[1]} of what is".format(*counts)
    values = {name: round(float(v), 3) for name, v in zip(SIGNS, raw, strict=True)}
    return Refusal(values, round(shift, 3), _THRESHOLD), word


def hit_rate(engine: Engine, examples: Sequence[Example], ranking: Ranking) -> dict[str, tuple[int, int]]:
    """How often the best fact stands where the answer does, by language: hits and questions."""
    counts = {"en": [0, 0], "id": [0, 0]}
    for example in examples:
        item = example.asking.item
        if item.answerable:
            best = ranked(engine, example, ranking)[0].fact
            count = counts["en" if example.asking.question.text == item.q_en else "id"]
            count[0] += item.stands_at(best.source, best.lines.start, best.lines.end)
            count[1] += 1
    return {language: (hits, total) for language, (hits, total) in counts.items()}


def learn(engine: Engine, items: Sequence[Item], say: Callable[[str], None] = print) -> None:
    """Learn all of it, say what each gains on held-out questions, and write the results."""
    start = Ranking.load(START)
    askings = askings_of(engine, items)
    say(f"{len(items)} items, {sum(item.answerable for item in items)} answerable, in two languages")
    adapters = [learn_adapter(engine.index, [a for a in askings if a.fold != fold]) for fold in range(FOLDS)]
    plain = examples_of(engine, askings, lambda _: None)
    adapted = examples_of(engine, askings, lambda a: adapters[a.fold])
    for name, examples in (("without the adapter", plain), ("with the adapter", adapted)):
        say(f"right place first, held out, {name}: {_held_out(engine, examples, start)}")
    ranking = learn_ranking(adapted, start)
    refusal, word = learn_refusal(engine, adapted, ranking)
    say(word)
    learn_adapter(engine.index, askings).save()
    asked_before(askings).save()
    save(RESULT, ranking, refusal)


def _held_out(engine: Engine, examples: Sequence[Example], start: Ranking) -> str:
    totals = {"en": [0, 0], "id": [0, 0]}
    for fold in range(FOLDS):
        ranking = learn_ranking([e for e in examples if e.asking.fold != fold], start)
        rates = hit_rate(engine, [e for e in examples if e.asking.fold == fold], ranking)
        for language, (hits, total) in rates.items():
            totals[language][0] += hits
            totals[language][1] += total
    return ", ".join(f"{name} {hits / max(total, 1):.1%} ({hits}/{total})" for name, (hits, total) in totals.items())


def save(path: Path, ranking: Ranking, refusal: Refusal) -> None:
    """Write the weights as an editable text file."""
    data = {
        "features": ranking.features,
        "kinds": ranking.kinds,
        "refusal": {"weights": refusal.weights, "offset": refusal.offset, "threshold": refusal.threshold},
    }
    head = "# Weights of the ranking and of the refusal, learned by index/evaluation/train.py (./run learn).\n"
    path.write_text(head + yaml.safe_dump(data, sort_keys=False, width=110), encoding="utf-8")
