"""Learn when two questions ask the same, from questions with known places; ``python -m bot.learn alike``.

Two questions ask the same if they are one item in two languages, or if the same lines answer both and the kind of
answer is the same. Whatever shares lines goes into one fold of five, and each fold is judged by a space and by weights
that have not seen it. Beside the nearest other questions, near misses teach: a question with one thing changed, such
as a role, a figure, a question word, or any content word. How often a question is given an answer that was written
for another one is counted in books of 200 entries drawn from the fold; so the two limits are set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from index.alike import SIGNS, Alike, Subject, differs, signs_of
from index.curated import NEAREST
from index.engine import Engine
from index.evaluation.questions import Item
from index.evaluation.train import FOLDS, minimise
from index.vectors import Vectors

Whole = npt.NDArray[np.int64]

BOOK = 200
_BOOKS = 4
_FALSE_SAME, _FALSE_CLOSE = 0.0008, 0.009
"""Share of questions that may be given another's answer, somewhat under what is promised (0.001 and 0.01)."""
_SMALL = 64
_TEMPERATURE = 0.1
_STEPS = 300
_GROUPS, _OF_GROUP = 300, 4
_PENALTY = 1e-3
_MISS_WEIGHT = 0.3
"""How much a near miss counts; there are more of them here than anybody asks."""
_AGAINST = frozenset({"wants_lacking", "object", "charge", "codes_lacking"})
"""Signs that speak against two questions being the same; the others speak for it."""
_CHANGES = {
    "en": (
        "mid-term exam:final exam|lecturers:students|lecturer:student|faculty:university|dean:rector|who:when"
        "|study programme:faculty|before:after|minimum:maximum|semester:year|draft:approve|drafts:approves"
        "|internal:external|curriculum:syllabus|bachelor:master|how often:how long|how many:why"
    ),
    "id": (
        "uts:uas|dosen:mahasiswa|fakultas:universitas|dekan:rektor|prodi:fakultas|sebelum:setelah|minimal:maksimal"
        "|siapa:kapan|semester:tahun|menyusun:mengesahkan|disusun:disahkan|kurikulum:rps|s1:s2|ganjil:genap"
        "|berapa kali:berapa lama|berapa:kenapa"
    ),
}
"""What makes another question of one, either way."""


@dataclass(frozen=True, slots=True)
class Known:
    """All questions, one row each, English before Indonesian of an item.

    ``group``: rows that ask the same share it; ``family``: rows whose answers share lines, and those that share lines
    with these, and so on; shapes (questions,). ``lines``: where each is answered.
    """

    items: tuple[Item, ...]
    subjects: tuple[Subject, ...]
    vectors: Vectors
    group: Whole
    family: Whole
    fold: Whole
    lines: tuple[frozenset[tuple[str, int]], ...]

    def differ(self, one: int, other: int) -> bool:
        """Whether two questions surely ask something else; those that share lines do if also both kinds differ."""
        if self.group[one] == self.group[other]:
            return False
        if not self.lines[one] & self.lines[other]:
            return True
        asked = self.subjects[one].question.asked != self.subjects[other].question.asked
        return asked and self.items[one].kind != self.items[other].kind


@dataclass(frozen=True, slots=True)
class Miss:
    """A question with one thing changed: the row it was made of, and what it became."""

    row: int
    subject: Subject
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of one fold: their signs, whether they ask the same, whether they plainly differ, whether near misses."""

    table: npt.NDArray[np.float32]
    same: npt.NDArray[np.bool_]
    apart: npt.NDArray[np.bool_]
    made: npt.NDArray[np.bool_]
    fold: int


def known_of(engine: Engine, items: Sequence[Item]) -> Known:
    """Read and embed all questions, and tell which ask the same."""
    subjects, vectors = [], []
    for item in items:
        for text in (item.q_en, item.q_id):
            question = engine.read(text)
            vectors.append(engine.embedder.query(question.normal))
            subjects.append(Subject.of(question, vectors[-1], engine.lexicon, engine.index.lexical))
    family = _families(items)
    numbers: dict[object, int] = {}
    keys = [(i.source, i.lines, i.kind) if i.answerable else i.id for i in items]
    group = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
    fold = np.random.default_rng(7).permutation(len(items))[family] % FOLDS
    doubled = tuple(item for item in items for _ in range(2))
    return Known(
        items=doubled,
        subjects=tuple(subjects),
        vectors=np.stack(vectors),
        group=np.repeat(group, 2),
        family=np.repeat(family, 2),
        fold=np.repeat(fold, 2),
        lines=tuple(map(_lines, doubled)),
    )


def _families(items: Sequence[Item]) -> Whole:
    """Number items so that those whose answers share a line have one number: shape (items,)."""
    family = np.arange(len(items))
    at: dict[tuple[str, int], int] = {}
    for place, item in enumerate(items):
        for line in _lines(item):
            other = family[at.setdefault(line, place)]
            family[family == other] = family[place]
    return family


def _lines(item: Item) -> frozenset[tuple[str, int]]:
    return frozenset((item.source, line) for first, last in item.lines for line in range(first, last + 1))


def near_misses(engine: Engine, known: Known) -> list[Miss]:
    """Change one thing in half of the questions: what `_CHANGES` names where it occurs, and any content word."""
    random = np.random.default_rng(5)
    misses = []
    for row in random.permutation(len(known.subjects))[: len(known.subjects) // 2].tolist():
        question = known.subjects[row].question
        texts = list(_changed(question.text, question.language))
        if texts:
            misses.append((row, texts[random.integers(len(texts))]))
        other = known.subjects[random.integers(len(known.subjects))].question
        mine, theirs = ([g.surface for g in q.groups if len(g.surface) > 3] for q in (question, other))
        if mine and theirs and other.language == question.language:
            old, new = mine[random.integers(len(mine))], theirs[random.integers(len(theirs))]
            misses.append((row, re.sub(re.escape(old), new, question.normal, flags=re.IGNORECASE)))
    found = []
    for row, text in misses:
        question = engine.read(text)
        vector = engine.embedder.query(question.normal)
        found.append(Miss(row, Subject.of(question, vector, engine.lexicon, engine.index.lexical), vector))
    return found


def _changed(text: str, language: str) -> Iterator[str]:
    for change in _CHANGES[language].split("|"):
        one, other = change.split(":")
        for old, new in ((one, other), (other, one)):
            if re.search(rf"\b{old}\b", text, re.IGNORECASE):
                yield re.sub(rf"\b{old}\b", new, text, flags=re.IGNORECASE)
    figure = re.search(r"\b\d+\b(?![.\d])", text)
    if figure:
        yield text[: figure.start()] + str(int(figure[0]) + 1) + text[figure.end() :]


def learn_space(known: Known, rows: Whole) -> Alike:
    """Learn the small space by contrast: of a batch of questions those that ask the same shall lie nearest.

    Questions whose answers share lines without being known to ask the same count neither way.
    """
    torch.manual_seed(3)
    mean = known.vectors[rows].mean(axis=0)
    vectors = torch.from_numpy(known.vectors[rows] - mean)
    group, family = torch.from_numpy(known.group[rows]), torch.from_numpy(known.family[rows])
    members = [torch.nonzero(group == number)[:, 0] for number in torch.unique(group)]
    matrix = torch.pca_lowrank(vectors, q=_SMALL)[2].clone().requires_grad_()
    optimiser = torch.optim.Adam([matrix], lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _STEPS)
    for _ in range(_STEPS):
        chosen = [members[int(number)] for number in torch.randperm(len(members))[:_GROUPS]]
        batch = torch.cat([own[torch.randperm(len(own))[:_OF_GROUP]] for own in chosen])
        moved = torch.nn.functional.normalize(vectors[batch] @ matrix, dim=1)
        itself = torch.eye(len(batch), dtype=torch.bool)
        same = (group[batch][:, None] == group[batch][None]) & ~itself
        unsure = (family[batch][:, None] == family[batch][None]) & ~same
        scores = (moved @ moved.T / _TEMPERATURE).masked_fill(unsure, -1e9)
        loss = (torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~same, -1e9), 1)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    halves = [part.astype(np.float16).astype(np.float32) for part in (mean, matrix.detach().numpy())]
    return Alike({}, 0.0, 0.0, 0.0, halves[0], halves[1])


def pairs_of(known: Known, misses: Sequence[Miss], space: Alike, fold: int) -> Pairs:
    """Make the pairs of a fold: all that ask the same, the nearest that do not, and near misses."""
    rows = np.nonzero(known.fold == fold)[0]
    moved = {int(row): vector for row, vector in zip(rows, space.moved(known.vectors[rows]), strict=True)}
    matrix = np.stack(list(moved.values()))
    near = np.argsort(-(matrix @ matrix.T), axis=1)
    at = {row: replace(known.subjects[row], vector=vector) for row, vector in moved.items()}
    random = np.random.default_rng(fold)
    found: list[tuple[Subject, Subject, bool, bool]] = []
    for place, row in enumerate(rows.tolist()):
        others = [int(rows[other]) for other in near[place] if other != place]
        found += [(at[row], at[o], True, False) for o in others if o > row and known.group[o] == known.group[row]]
        drawn = [o for o in others if random.random() < 0.25 and known.differ(row, o)]
        found += [(at[row], at[o], False, False) for o in drawn[:NEAREST]]
    for miss in misses:
        if miss.row in at:
            changed = replace(miss.subject, vector=space.moved(miss.vector))
            found += [(at[row], changed, False, True) for row in (miss.row, miss.row ^ 1)]
    table = np.array([[signs_of(a, b)[name] for name in SIGNS] for a, b, _, _ in found], np.float32)
    columns = [[differs(a, b) for a, b, _, _ in found], [p[2] for p in found], [p[3] for p in found]]
    apart, same, made = (np.array(column, np.bool_) for column in columns)
    return Pairs(table, same, apart, made, fold)


def learn_weights(pairs: Sequence[Pairs], space: Alike) -> Alike:
    """Learn the weights of the signs from pairs that do not plainly differ; a sign only counts its own way.

    (Near misses share nearly everything with what they were made of: left free, likeness would count against.)
    """
    kept = np.concatenate([~p.apart for p in pairs])
    table = torch.from_numpy(np.concatenate([p.table for p in pairs])[kept])
    same = torch.from_numpy(np.concatenate([p.same for p in pairs])[kept]).float()
    made = torch.from_numpy(np.concatenate([p.made for p in pairs])[kept])
    counts = torch.where(made, _MISS_WEIGHT, 1.0)
    ways = torch.tensor([-1.0 if name in _AGAINST else 1.0 for name in SIGNS])
    spread = table.std(0).clamp(min=1e-3)
    roots, offset = torch.full((len(SIGNS),), 0.3, requires_grad=True), torch.zeros((), requires_grad=True)

    def loss() -> torch.Tensor:
        weights = ways * roots**2
        logits = (table / spread) @ weights + offset
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, same, weight=counts)
        return entropy + _PENALTY * (weights**2).sum()

    minimise(loss, [roots, offset])
    raw = (ways * roots**2 / spread).detach()
    named = {name: round(float(v), 3) for name, v in zip(SIGNS, raw, strict=True)}
    return replace(space, weights=named, offset=round(float(offset.detach()), 3))


@dataclass(frozen=True, slots=True)
class Trial:
    """What a question got from a book: the best entry and its value, whether it asks the same, whether any does."""

    asked: int
    given: int
    value: float
    right: bool
    there: bool


def trials_of(known: Known, rule: Alike, fold: int) -> list[Trial]:
    """Ask every question of a fold of books drawn from it; what may or may not be the same is passed over."""
    rows = np.nonzero(known.fold == fold)[0]
    moved = dict(zip(rows.tolist(), rule.moved(known.vectors[rows]), strict=True))
    at = {row: replace(known.subjects[row], vector=vector) for row, vector in moved.items()}
    random = np.random.default_rng(fold)
    values: dict[tuple[int, int], float] = {}
    trials = []
    for _ in range(_BOOKS):
        book = _book(known, random.permutation(rows))
        matrix = np.stack([moved[row] for row in book])
        for row in rows.tolist():
            if row in book:
                continue
            best, value = -1, -np.inf
            for place in np.argsort(-(matrix @ moved[row]))[:NEAREST]:
                pair = (row, book[place])
                if pair not in values:
                    values[pair] = rule.value(at[row], at[pair[1]])
                if values[pair] > value:
                    best, value = pair[1], values[pair]
            right = best >= 0 and known.group[best] == known.group[row]
            if best < 0 or right or known.differ(row, best):
                there = bool((known.group[book] == known.group[row]).any())
                trials.append(Trial(row, best, value, right, there))
    return trials


def _book(known: Known, rows: Whole) -> list[int]:
    """Take 200 questions, no two of which ask the same."""
    book: dict[int, int] = {}
    for row in rows.tolist():
        book.setdefault(int(known.group[row]), row)
        if len(book) == BOOK:
            break
    return list(book.values())


def limit_for(trials: Sequence[Trial], false: float) -> float:
    """Give the least value above which no more than this share of all questions gets another's answer."""
    wrong = sorted((t.value for t in trials if not t.right and t.value > -np.inf), reverse=True)
    allowed = int(false * len(trials))
    return round(wrong[allowed] + 0.001, 3) if allowed < len(wrong) else 0.0


def learn_alike(engine: Engine, items: Sequence[Item], say: Callable[[str], None] = print) -> None:
    """Learn the rule, say what it does to held-out questions, and write it."""
    known = known_of(engine, items)
    misses = near_misses(engine, known)
    spaces = [learn_space(known, np.nonzero(known.fold != fold)[0]) for fold in range(FOLDS)]
    pairs = [pairs_of(known, misses, space, fold) for fold, space in enumerate(spaces)]
    trials, given = [], []
    for fold, space in enumerate(spaces):
        rule = learn_weights([p for p in pairs if p.fold != fold], space)
        trials += trials_of(known, rule, fold)
        own = pairs[fold]
        table = own.table @ np.array([rule.weights[name] for name in SIGNS], np.float32) + rule.offset
        given.append(np.where(own.apart, -np.inf, table)[own.made])
    close, same = limit_for(trials, _FALSE_CLOSE), limit_for(trials, _FALSE_SAME)
    for name, limit in (("close", close), ("same", same)):
        missed = float((np.concatenate(given) >= limit).mean())
        say(f"{name}: {_counts(trials, limit)}; near misses that match {missed:.2%}")
    rule = learn_weights(pairs, learn_space(known, np.arange(len(known.subjects))))
    replace(rule, close=close, same=same).save()


def _counts(trials: Sequence[Trial], limit: float) -> str:
    given = [t for t in trials if t.value >= limit]
    right, there = sum(t.right for t in given), sum(t.there for t in trials)
    false = len(given) - right
    return (
        f"found {right / max(there, 1):.1%} ({right}/{there}), precision {right / max(len(given), 1):.1%}, "
        f"given another's answer {false / len(trials):.2%} ({false}/{len(trials)})"
    )
