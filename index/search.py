"""Finding: candidates by meaning and by words, ranked by what the question asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import yaml

from corpus.lexicon import Kind, Lexicon
from corpus.model import Document, SectionKind
from index.built import Index
from index.facts import STEP_KINDS, Fact, FactKind, family, names_of, wording_of_names
from index.lexical import Found, LexicalIndex, Scores
from index.question import Asked, Question, has_figure
from index.tokens import document_tokens, nested_matches, stem, words_of
from index.vectors import Vectors

K = TypeVar("K", bound=Hashable)
_CANDIDATES = 250
_SAME_STEP = 0.9
"""Cosine from which a matrix row and a procedure row say the same step (they share most of their words)."""
_ACTS = STEP_KINDS | {FactKind.RESPONSIBLE}
_NO_VERBS = frozenset(
    "melalui menurut mengenai merupakan media mekanisme metode menteri mentor memorandum meja meskipun "
    "the a an each every all if when after before once in on to".split()
)
_SPREAD = 50
"""Rows from which a spread says anything; for fewer the variance of cosines is taken to be the usual one."""
_USUAL_VARIANCE = 0.004
_NUMBERED = {FactKind.STATEMENT, FactKind.INDICATOR}
_WEIGHTS = Path(__file__).with_name("ranking.yaml")
FEATURES = (
    "dense",
    "dense_other",
    "bare",
    "bare_other",
    "words",
    "rest_words",
    "coverage",
    "rest_coverage",
    "title",
    "title_held",
    "about",
    "code",
    "statement_code",
    "other_code",
    "phase",
    "other_phase",
    "standard",
    "other_standard",
    "document_kind",
    "limit",
    "figure",
    "actor",
    "charge",
    "defined",
    "actor_named",
    "actor_not_named",
    "section_named",
    "same_language",
    "missing",
    "alien",
    "verb",
    "other_verb",
)
"""What is known of a candidate, each roughly in 0..1; `ranking.yaml` weighs them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact found, with its score and what the score is made of."""

    fact: Fact
    score: float
    features: dict[str, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of features, and of kinds of facts by what is asked; learned, see ``tools``."""

    features: dict[str, float]
    kinds: dict[str, dict[str, float]]

    @classmethod
    def load(cls, path: Path = _WEIGHTS) -> Ranking:
        """Read the weights."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(features=data["features"], kinds=data["kinds"])

    def kind(self, asked: Asked, kind: FactKind) -> float:
        """How welcome a kind of fact is as an answer."""
        return self.kinds.get(asked.value, {}).get(kind.value, 0.0)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and covariance of vectors: what cosines a question has with all of them, without computing each.

    A long question and a short one, an adapted vector and a plain one have cosines of different height; how far
    one stands out among all is the same for each.
    """

    mean: Vectors
    covariance: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Spread:
        """Take it of vectors, shape (rows, dimension)."""
        if len(vectors) < _SPREAD:
            usual = np.eye(vectors.shape[1], dtype=np.float32) * _USUAL_VARIANCE
            return cls(np.zeros(vectors.shape[1], np.float32), usual)
        mean = vectors.mean(axis=0)
        moved = vectors - mean
        return cls(mean, np.asarray(moved.T @ moved / len(vectors), np.float32))

    def standing(self, cosines: npt.NDArray[np.float32], vector: Vectors) -> npt.NDArray[np.float32]:
        """Give by how many times three standard deviations cosines with a question exceed their mean."""
        deviation = max(float(np.sqrt(max(float(vector @ self.covariance @ vector), 0.0))), 1e-3)
        return np.asarray((cosines - float(vector @ self.mean)) / (3 * deviation), np.float32)


class Searcher:
    """Ranks the facts of an index for questions; holds what can be computed once."""

    def __init__(self, index: Index, lexicon: Lexicon, ranking: Ranking | None = None) -> None:
        self.index = index
        self.lexicon = lexicon
        self.ranking = ranking or Ranking.load()
        self._read_documents(list(index.documents.values()))
        self._read_facts(index.facts)
        self._twin = self._step_twins()
        size = index.vectors.ntotal
        self._passages = Spread.of(index.vectors.reconstruct_n(0, size) if size else index.bare)
        self._bare = Spread.of(index.bare)

    def _read_documents(self, documents: Sequence[Document]) -> None:
        """Keep what is known of each document: number, standard, phase, the words of its title and purpose."""
        lexicon = self.lexicon
        self._numbers = [_number(document.id) for document in documents]
        self._families = [family(document.id) for document in documents]
        self._kinds = [document.kind.value for document in documents]
        self._all_numbers, self._all_families = frozenset(self._numbers), frozenset(self._families)
        self._with_number = _places_of(self._numbers)
        matches = [nested_matches(names_of(document), lexicon) for document in documents]
        self._phases = [frozenset(str(m.entry.phase) for m in found if m.entry.phase) for found in matches]
        self._standards = [
            frozenset(m.entry.standard for m in found if m.entry.standard) | {number}
            for found, number in zip(matches, self._families, strict=True)
        ]
        wordings = self.index.wordings
        self._title_weights = [
            [
                {
                    token: self.index.titles.rarity(token)
                    for token in document_tokens(names, language, lexicon, nested=True)
                }
                for names, language in ((names_of(d), d.language), (wording_of_names(d, wordings), "id"))
                if names
            ]
            for d in documents
        ]
        self._about = LexicalIndex.build([self._about_tokens(d) for d in documents])

    def _about_tokens(self, document: Document) -> list[str]:
        """Give the tokens of what a document says of its own subject: its purpose and scope."""
        kinds = {SectionKind.PURPOSE, SectionKind.SCOPE}
        texts = [c.text for section in document.sections if section.kind in kinds for c in section.clauses]
        told = " ".join(self.index.wordings.of(text) or "" for text in texts)
        tokens = document_tokens(" ".join(texts), document.language, self.lexicon)
        return tokens + document_tokens(told, "id", self.lexicon)

    def _read_facts(self, facts: Sequence[Fact]) -> None:
        """Keep what is known of each fact: its document, figures, limits, roles, the term that it defines."""
        index, lexicon = self.index, self.lexicon
        self._place_of = {fact.id: place for place, fact in enumerate(facts)}
        self._document_of = np.array([index.places[fact.document] for fact in facts], np.int32)
        self._by_document = _places_of(self._document_of.tolist())
        self._with_label = _places_of([fact.label if fact.kind is FactKind.STATEMENT else "" for fact in facts])
        self._figures = np.array([has_figure(f"{fact.text} {fact.indicator}") for fact in facts], np.float32)
        self._limits = np.array([bool(fact.limits) for fact in facts], np.float32)
        self._acting = np.array([bool(fact.actors or fact.charge) for fact in facts], np.float32)
        self._charged = np.array([bool(fact.charge) for fact in facts], np.float32)
        self._verbs = [_verb_of(fact) for fact in facts]
        self._heads: dict[int, list[dict[str, float]]] = {}
        for place, fact in enumerate(facts):
            for words in fact.tellings:
                if head := fact.defined(words):
                    tokens = set(document_tokens(head, words.language, lexicon))
                    self._heads.setdefault(place, []).append({token: index.lexical.rarity(token) for token in tokens})
        roles = lru_cache(maxsize=None)(lambda actors: _roles_in(actors, lexicon))
        self._roles = [roles(" / ".join(fact.actors)) for fact in facts]

    def _step_twins(self) -> dict[int, int]:
        """Pair each matrix row with the procedure row of its SOP that says the same step: place to place."""
        twins: dict[int, int] = {}
        for places in self._by_document.values():
            rows = [p for p in places if self.index.facts[p].kind is FactKind.PROCEDURE]
            matrix = [p for p in places if self.index.facts[p].kind is FactKind.WORK_INSTRUCTION]
            if not rows or not matrix:
                continue
            near = self.index.bare[matrix] @ self.index.bare[rows].T
            best = near.argmax(axis=1)
            for place, column, value in zip(matrix, best.tolist(), near.max(axis=1).tolist(), strict=True):
                if value >= _SAME_STEP:
                    twins[place] = rows[column]
        return twins

    def search(
        self, question: Question, vector: Vectors, limit: int = 20, *, within: Collection[str] = ()
    ) -> list[Hit]:
        """Rank facts for a question, best first; ``vector`` is its embedding, shape (dimension,).

        ``within`` are ids of documents: where it names any, their facts alone are ranked.
        """
        if not self.index.facts:
            return []
        places, table = self.candidates(question, vector, within)
        weights = np.array([self.ranking.features[name] for name in FEATURES], np.float32)
        scores = table @ weights
        scores += [self.ranking.kind(question.asked, self.index.facts[i].kind) for i in places]
        self._lift_twins(question, places, scores)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [
            Hit(
                self.index.facts[places[i]],
                float(scores[i]),
                dict(zip(FEATURES, table[i].tolist(), strict=True)),
            )
            for i in order
        ]

    def _lift_twins(self, question: Question, places: npt.NDArray[np.int64], scores: Scores) -> None:
        """Put a procedure row before its matrix row when responsibility is asked: it alone names both roles."""
        if question.asked is not Asked.RESPONSIBLE:
            return
        row_of = {int(place): row for row, place in enumerate(places)}
        for place, row in row_of.items():
            other = row_of.get(self._twin.get(place, -1))
            if other is not None and scores[row] > scores[other]:
                scores[other] = scores[row] + 1e-3

    def candidates(
        self, question: Question, vector: Vectors, within: Collection[str] = ()
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Give the candidates' places, shape (candidates,), and features, shape (candidates, features)."""
        found = self.index.lexical.search(question.groups)
        titles = self.index.titles.search(question.groups)
        if within:
            documents = [self.index.places[document] for document in within]
            places = np.array(sorted(p for d in documents for p in self._by_document.get(d, [])), np.int64)
            return places, self._features(question, places, vector, found, titles)
        count = min(_CANDIDATES, self.index.vectors.ntotal)
        _, near_rows = self.index.vectors.search(vector[None, :], count)
        places = self._places(question, found.scores, self.index.owner[near_rows[0]])
        return places, self._features(question, places, vector, found, titles)

    def _places(self, question: Question, words: Scores, near: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Gather what meaning, words and named documents suggest: sorted places, no doubles."""
        count = min(_CANDIDATES, len(words))
        by_words = np.argpartition(-words, count - 1)[:count]
        named = [
            place
            for number in question.codes
            for document in self._with_number.get(number, [])
            for place in self._by_document.get(document, [])
        ]
        named += [place for code in question.codes for place in self._with_label.get(code, [])]
        return np.unique(np.concatenate([near, by_words[words[by_words] > 0], np.array(named, np.int64)]))

    def _cosines(
        self, question: Question, places: npt.NDArray[np.int64], vector: Vectors
    ) -> dict[str, npt.NDArray[np.float32]]:
        """Compute how near candidates lie, as said in the question's language and in the other: (candidates,) each."""
        sources, told = places, self.index.told[places]
        own, other = (told, sources) if question.language == "id" else (sources, told)
        return {
            "dense": self._passages.standing(self.index.vectors.reconstruct_batch(own) @ vector, vector),
            "dense_other": self._passages.standing(self.index.vectors.reconstruct_batch(other) @ vector, vector),
            "bare": self._bare.standing(self.index.bare[own] @ vector, vector),
            "bare_other": self._bare.standing(self.index.bare[other] @ vector, vector),
        }

    def held(self, question: Question, fact: Fact, *, titled: bool) -> float:
        """Give the share of what a question names that a fact's words hold, or its document's title if ``titled``."""
        tokens = set(self.index.tokens[self._place_of[fact.id]])
        if titled:
            tokens.update(*self._title_weights[self.index.places[fact.document]])
        weights = [self.index.lexical.group_rarity(group) * group.weight for group in question.groups]
        held = [any(token in tokens for token, _ in group.tokens) for group in question.groups]
        return sum(w for w, h in zip(weights, held, strict=True) if h) / max(sum(weights), 1e-3)

    def titled(self, question: Question) -> float:
        """Give the share of a document's title that a question names, of the one that it names best: 0 to 1."""
        shares = (_named_share(weights, question.tokens) for titles in self._title_weights for weights in titles)
        return max(shares, default=0.0)

    def standing(self, cosine: float, vector: Vectors) -> float:
        """Say a cosine with a question as the dense features are said: by how far it stands out among all facts."""
        return float(self._passages.standing(np.array([cosine], np.float32), vector)[0])

    def _features(
        self,
        question: Question,
        places: npt.NDArray[np.int64],
        vector: Vectors,
        found: Found,
        titles: Found,
    ) -> npt.NDArray[np.float32]:
        """Compute the candidates' features: shape (candidates, features)."""
        documents, of = np.unique(self._document_of[places].astype(np.int64), return_inverse=True)
        values = found.group_values(places)
        in_text = values > 0
        in_title = titles.held(documents)[:, of]
        in_about = self._about.search(question.groups).held(documents)[:, of]
        weights = found.weights
        columns: dict[str, npt.NDArray[np.float32]] = {
            "words": found.scores[places] / max(float(found.scores.max()), 1e-6),
            "rest_words": (values * ~in_title).sum(axis=0) / max(float(found.scores.max()), 1e-6),
            "coverage": _share(weights, in_text | in_title),
            "rest_coverage": _share(weights, in_text & ~in_title, ~in_title),
            "title_held": _share(weights, in_title),
            "missing": _heaviest(weights, ~(in_text | in_title)),
            "alien": np.full(len(places), _heaviest(weights, found.alien[:, None])[0], np.float32),
            "about": _share(weights, in_title | in_about),
            "defined": self._defined(question, places, weights, in_title),
        }
        columns |= self._cosines(question, places, vector)
        columns |= self._slot_features(question, places)
        for name, column in self._document_features(question, documents.tolist()).items():
            columns[name] = column[of]
        return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)

    def _slot_features(self, question: Question, places: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float32]]:
        """Compute whether candidates hold what is asked for: each feature's shape is (candidates,)."""
        facts = [self.index.facts[place] for place in places]
        responsible = question.asked == Asked.RESPONSIBLE
        named = np.array([bool(question.roles & self._roles[place]) for place in places], np.float32)
        free = responsible and not question.wants_charge and not question.asks_object
        return {
            "limit": self._limits[places] * (Asked.DEADLINE in {question.asked, *question.also}),
            "figure": self._figures[places] * (question.asked in {Asked.TARGET, Asked.DEADLINE}),
            "charge": self._charged[places] * question.wants_charge,
            "actor": self._acting[places] * responsible,
            "actor_named": named * (not responsible or question.asks_object),
            "actor_not_named": named * free,
            "same_language": np.array(
                [f.words(question.language).language == question.language for f in facts], np.float32
            ),
            "statement_code": np.array([f.kind in _NUMBERED and f.label in question.codes for f in facts], np.float32),
            "section_named": np.array([f.kind in question.sections for f in facts], np.float32),
        } | self._verb_features(question, places)

    def _verb_features(self, question: Question, places: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float32]]:
        """Tell whether what a clause does is what the question asks about: ``instructs … to form`` is not ``forms``."""
        verbs = [self._verbs[place] for place in places]
        named = np.array([bool(verb & question.tokens) for verb in verbs], np.float32)
        return {"verb": named, "other_verb": np.array([bool(verb) for verb in verbs], np.float32) - named}

    def _defined(
        self,
        question: Question,
        places: npt.NDArray[np.int64],
        weights: Scores,
        in_title: npt.NDArray[np.bool_],
    ) -> Scores:
        """How well the term that a definition defines is the one asked for: shape (candidates,), 0 to 1.

        The harmonic mean of the term's share that the question names, and of the question's share that the
        term holds: of the term asked for where the question shows it, else of all but what names the document.
        """
        values = np.zeros(len(places), np.float32)
        if Asked.DEFINITION not in {question.asked, *question.also}:
            return values
        groups = question.term or question.groups
        if question.term:
            weights = np.array([self.index.lexical.group_rarity(g) * g.weight for g in groups], np.float32)
            in_title = np.zeros((len(groups), len(places)), np.bool_)
        named = [{token for token, _ in group.tokens} for group in groups]
        tokens = set().union(*named) if named else set()
        for row, place in enumerate(places.tolist()):
            for head in self._heads.get(place, []):
                share = sum(w for token, w in head.items() if token in tokens) / max(sum(head.values()), 1e-3)
                held = np.array([not group.isdisjoint(head) for group in named], np.bool_)
                counted = weights * (held | ~in_title[:, row])
                of_question = float(weights[held].sum() / max(float(counted.sum()), 1e-3))
                values[row] = max(values[row], 2 * share * of_question / max(share + of_question, 1e-3))
        return values

    def _document_features(self, question: Question, documents: Sequence[int]) -> dict[str, npt.NDArray[np.float32]]:
        """Compute what depends on the document alone: each feature's shape is (documents,)."""
        tokens = question.tokens
        codes = set(question.codes)
        families = codes & self._all_families
        known = bool(codes & self._all_numbers) or bool(families)
        wanted = question.document_kind
        rows = []
        for place in documents:
            number = self._numbers[place]
            phases, standards = self._phases[place], self._standards[place]
            rows.append(
                (
                    max((_named_share(weights, tokens) for weights in self._title_weights[place]), default=0.0),
                    number in codes or (self._families[place] in families and self._kinds[place] == wanted),
                    known and number not in codes and self._families[place] not in families,
                    bool(question.phases & phases),
                    bool(question.phases and not question.phases & phases),
                    bool(question.standards & standards),
                    bool(question.standards and not question.standards & standards),
                    _kind_agrees(wanted, self._kinds[place]),
                )
            )
        names = (
            "title",
            "code",
            "other_code",
            "phase",
            "other_phase",
            "standard",
            "other_standard",
            "document_kind",
        )
        return dict(zip(names, np.array(rows, np.float32).T, strict=True))


def _verb_of(fact: Fact) -> frozenset[str]:
    """Give the stems of the verb that says what a step does: empty where the words do not show it.

    It is the first active verb of the Indonesian words (``me-``), and the first word of a row of a procedure.
    """
    if fact.kind not in _ACTS:
        return frozenset()
    told = next((w for w in words_of(fact.words("id").text) if w.startswith("me") and w not in _NO_VERBS), "")
    first = words_of(fact.text)[:1] if fact.kind is FactKind.PROCEDURE and fact.language == "en" else []
    found = {stem(told, "id")} if told and fact.words("id").language == "id" else set()
    return frozenset(found | {stem(word, "en") for word in first if word not in _NO_VERBS})


def _heaviest(weights: Scores, groups: npt.NDArray[np.bool_]) -> Scores:
    """Give the weight of the most telling of some groups, in tenths, 0 for none: shape (candidates,)."""
    if not len(weights):
        return np.zeros(groups.shape[1], np.float32)
    return np.asarray((weights[:, None] * groups).max(axis=0) / 10, np.float32)


def _named_share(weights: dict[str, float], tokens: frozenset[str]) -> float:
    """Give the share of a title's weight that is named."""
    return sum(weight for token, weight in weights.items() if token in tokens) / (sum(weights.values()) or 1.0)


def _share(weights: Scores, held: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_] | None = None) -> Scores:
    """Give the share of the groups' weight that is held, of all or of some of them: shape (candidates,)."""
    if not len(weights):
        return np.zeros(held.shape[1], np.float32)
    total = weights.sum() if of is None else weights @ of
    return np.asarray((weights @ held) / np.maximum(total, 1e-3), np.float32)


def _places_of(keys: Sequence[K]) -> dict[K, list[int]]:
    """Give for each key the places where it stands."""
    places: dict[K, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return places


def _roles_in(text: str, lexicon: Lexicon) -> frozenset[str]:
    return frozenset(m.entry.id for m in lexicon.find(text) if m.entry.kind in {Kind.ROLE, Kind.UNIT})


def _kind_agrees(wanted: str | None, kind: str) -> float:
    if wanted is None:
        return 0.0
    return 1.0 if wanted == kind else -1.0


def _number(document: str) -> str:
    """Give a document's number, ``1.2.8`` for ``SOP-SPMI-UPGRIS-1.2.8``; empty when its id has none."""
    match = re.search(r"-(\d+(?:\.\d+)+)$", document)
    return match[1] if match else ""


def best_documents(hits: Iterable[Hit], count: int) -> list[str]:
    """Name the documents of the best hits, in order, without doubles."""
    return list(dict.fromkeys(hit.fact.document for hit in hits))[:count]
