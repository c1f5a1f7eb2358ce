"""Whether two questions ask the same: a few signs of a pair, and a learned rule over them.

The model's cosines of questions about one university lie between 0.8 and 1 whatever they ask. So vectors are moved
into a small space that was learned from questions that ask the same in other words, and beside their cosine there
the words that one names and the other does not, swapped roles, and the kind of answer wanted decide. What plainly
differs (`differs`) never matches, whatever the other signs say. All of it is learned by
``index/evaluation/alike.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import yaml

from corpus.lexicon import Kind, Lexicon
from index.lexical import Group, LexicalIndex
from index.question import Asked, Question
from index.tokens import nested_matches, stem, words_of
from index.vectors import Vectors

Strength = Literal["same", "close"]

WEIGHTS = Path(__file__).with_name("alike.yaml")
SPACE = Path(__file__).with_name("alike.npz")
_RARE = 5.0
"""Rarity (inverse document frequency) that counts as 1."""
SIGNS = (
    "near",
    "other_language",
    "held",
    "names_shared",
    "asked_same",
    "wants_shared",
    "wants_lacking",
    "object",
    "charge",
    "codes_lacking",
)
"""What is known of a pair of questions; `alike.yaml` weighs them."""
_WANTS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "when": r"\bwhen\b|\bdeadline|\b(what|which) (date|day|time)\b|\bno later\b|\blatest\b|\bkapan|\btanggal berapa|\bpaling lambat"
        r"|\bbatas (waktu|akhir)|\btenggat|\bjadwal|\bjam berapa|\bhari apa|\bschedule",
        "often": r"\bhow (often|frequently|regularly|many times)|\bfrequen|\bberapa kali|\b(setiap|tiap) berapa|\bseberapa sering"
        r"|\bfrekuensi|\bevery how\b",
        "long": r"\bhow (long|many (days|weeks|months|years|semesters|hours))|\bduration|\bberapa (lama|hari|minggu|bulan|tahun|semester|jam)\b"
        r"|\bjangka waktu|\bdurasi|\blamanya\b",
        "cost": r"\bhow much\b(?! time)|\bcosts?\b|\bfees?\b|\bprice|\bbiaya|\bbayar|\btarif|\bharga|\bongkos|\brupiah|\brp\b|\bdenda|\bnominal",
        "where": r"\bwhere\b|\bdi ?mana|\bke ?mana|\bdari ?mana|\blokasi|\balamat|\blocat|\baddress|\bwebsite|\blink\b|\burl\b|\blantai|\bfloor",
        "contact": r"\bphone|\be-?mail|\bcontact|\btelepon|\btelp|\bkontak|\bwhatsapp|\bwa\b",
        "why": r"\bwhy\b|\breason|\bmengapa|\bkenapa|\balasan",
        "may": r"\bmay\b|\ballowed|\bpermit|\bcan (i|we|a|an|the|students?|lecturers?)\b|\bboleh|\bbisa(kah)?\b|\bdiizinkan|\bdiperbolehkan",
        "penalty": r"\bpenalt|\bsanction|\bfined?\b|\bpunish|\bsanksi|\bhukum|\bdenda|\bconsequence|\bakibat",
        "kinds": r"\b(kind|type|form)s? of\b|\bapa saja|\bapa aja|\bjenis|\bmacam|\bwhich\b.*\bare\b|\blist\b",
    }.items()
}
"""Kinds of answers that people ask for, finer than `Asked` and beyond what documents hold."""
_MODAL = r"(?:bisa|boleh|harus|perlu|wajib|dapat|ada|udah|sudah|mau|pakai)"
_NOT = r"(?:tidak|nggak|enggak|ngga|gak|ga|gk|kagak|tak|belum|bukan)"
_TAGS = re.compile(
    rf"\b{_MODAL} (?:{_NOT})\b|\b(?:atau|apa|or) (?:not|no|{_NOT})\b|\b(?:{_NOT}|not|no)(?: (?:ya|sih|pak|bu|kak|min|dong))*\W*$"
    r"|\bno(?:t)? (?:later|more|less|fewer|earlier) than\b|\bnot only\b|\b(?:tidak|bukan) (?:hanya|cuma)\b",
    re.IGNORECASE,
)
"""Words of negation that deny nothing: ``boleh nggak?``, ``or not``, ``no later than``."""
_NEGATED = re.compile(rf"\b(?:not|never|without|cannot|no|\w+n['’]t|{_NOT}|tanpa|jangan)\b", re.IGNORECASE)
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        (r"before|prior to|sebelum\w*|pra", r"after|afterwards|following|setelah\w*|sesudah\w*|pasca|usai"),
        (
            r"minim\w+|min|at least|lowest|smallest|paling (?:sedikit|kecil|rendah|cepat)|earliest|sekurang\w*",
            r"maxim\w+|maksim\w+|max|maks|at most|highest|largest|paling (?:banyak|besar|tinggi|lama|lambat)|latest",
        ),
        (r"odd|ganjil|gasal", r"even semester|even term|genap"),
        (
            r"start\w*|begin\w*|opens?|mulai|dimulai|buka|dibuka|awal",
            r"end\w*|clos\w+|finish\w*|selesai|berakhir|tutup|ditutup|akhir",
        ),
        (r"first|pertama", r"last|final|terakhir"),
        (
            r"accept\w*|approv\w*|diterima|disetujui|lulus|pass|passed|passing",
            r"reject\w*|refus\w*|fail\w*|ditolak|gagal|tidak lulus",
        ),
        (r"internal", r"external|eksternal"),
        (r"new|baru", r"old|lama"),
        (
            r"bachelor\w*|undergraduate\w*|sarjana|s-?1|s1",
            r"master\w*|magister|postgraduate\w*|pascasarjana|s-?2|s2|doctor\w*|s-?3|s3",
        ),
        (r"permanent|tetap", r"temporary|contract|kontrak|honorer|tidak tetap|luar biasa"),
        (r"uts|mid-?term\w*|tengah semester|middle", r"uas|finals?|final exam\w*|akhir semester"),
        (r"students?|mahasiswa", r"lecturers?|dosen|staff|tendik|pegawai|employees?|alumni|alumnus|graduates?"),
        (r"extend\w*|perpanjang\w*|diperpanjang", r"shorten\w*|cancel\w*|batal\w*|dibatalkan"),
        (r"online|daring", r"offline|luring|tatap muka|in person|face-to-face"),
    )
)
"""What one question must not say alone while the other says its opposite alone."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A question as it is compared: its groups' tokens and weights, and what it names and wants.

    ``groups``: tokens with their weights, and how much the group tells; ``tokens``: the greatest weight of each token.
    ``names``: for each role, unit or term the ids that it may mean, and how rare it is; ``named``: all such ids, those
    inside longer names too. ``content``: the words that it looks for; ``wants``: kinds of answers; ``opposites``: for
    each pair of `_OPPOSITES` which of the two it speaks of (see `_side`).
    """

    question: Question
    vector: Vectors
    groups: tuple[tuple[tuple[tuple[str, float], ...], float], ...]
    tokens: dict[str, float]
    names: tuple[tuple[frozenset[str], float], ...]
    named: frozenset[str]
    content: frozenset[str]
    wants: frozenset[str]
    codes: frozenset[str]
    figures: frozenset[str]
    opposites: tuple[int, ...]
    negated: bool

    @classmethod
    def of(cls, question: Question, vector: Vectors, lexicon: Lexicon, lexical: LexicalIndex) -> Subject:
        """Prepare a question that was read, with its vector in the small space (see `Alike.moved`)."""
        text = question.normal
        matches = [match for match in lexicon.find(text) if match.entry.kind is not Kind.WORD]
        groups = tuple((_scaled(g), lexical.group_rarity(g) * g.weight / _RARE) for g in question.groups)
        tokens: dict[str, float] = {}
        for token, weight in (pair for group, _ in groups for pair in group):
            tokens[token] = max(weight, tokens.get(token, 0.0))
        names = tuple(
            (frozenset(e.id for e in m.entries), _rarity([e.id for e in m.entries], lexical)) for m in matches
        )
        named = frozenset(e.id for m in nested_matches(text, lexicon) for e in m.entries if e.kind is not Kind.WORD)
        asked = question.also | ({question.asked} - {Asked.OTHER})
        bare = _without(text, [(match.start, match.end) for match in matches])
        return cls(
            question=question,
            vector=vector,
            groups=groups,
            tokens=tokens,
            names=names,
            named=named,
            content=frozenset(group.surface.casefold().removesuffix("nya") for group in question.groups),
            wants=frozenset(name for name, pattern in _WANTS.items() if pattern.search(text)) | asked,
            codes=frozenset(question.codes),
            figures=_figures(bare, question.codes),
            opposites=tuple(_side(text, one, other) for one, other in _OPPOSITES),
            negated=bool(_NEGATED.search(_TAGS.sub(" ", text))),
        )


@dataclass(frozen=True, slots=True)
class Alike:
    """The learned rule.

    ``weights`` of the signs, an ``offset``, and the values from which a pair is ``close``, or the ``same``; ``mean``,
    shape (dimension,), and ``matrix``, shape (dimension, small), lead into the small space.
    """

    weights: dict[str, float]
    offset: float
    close: float
    same: float
    mean: Vectors
    matrix: Vectors

    @classmethod
    def load(cls, weights: Path = WEIGHTS, space: Path = SPACE) -> Alike:
        """Read the rule."""
        with np.load(space, allow_pickle=False) as data:
            mean, matrix = (data[name].astype(np.float32) for name in ("mean", "matrix"))
        return cls(**yaml.safe_load(weights.read_text(encoding="utf-8")), mean=mean, matrix=matrix)

    def save(self, weights: Path = WEIGHTS, space: Path = SPACE) -> None:
        """Write the rule, the space in half precision."""
        np.savez_compressed(space, mean=self.mean.astype(np.float16), matrix=self.matrix.astype(np.float16))
        data = {"weights": self.weights, "offset": self.offset, "close": self.close, "same": self.same}
        head = (
            "# Whether two questions ask the same, learned by index/evaluation/alike.py (python -m bot.learn alike).\n"
        )
        weights.write_text(head + yaml.safe_dump(data, sort_keys=False), encoding="utf-8")

    def moved(self, vectors: Vectors) -> Vectors:
        """Move the model's vectors, shape (…, dimension), into the small space; the result has length 1."""
        moved = (vectors - self.mean) @ self.matrix
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-6), np.float32)

    def value(self, one: Subject, other: Subject) -> float:
        """Say how surely two questions ask the same, as log odds; minus infinity where they plainly differ.

        Infinity where the words are the same.
        """
        if differs(one, other):
            return -math.inf
        if same_words(one, other):
            return math.inf
        signs = signs_of(one, other)
        return self.offset + sum(self.weights[name] * signs[name] for name in SIGNS)

    def strength(self, value: float) -> Strength | None:
        """Say what a value amounts to."""
        if value >= self.same:
            return "same"
        return "close" if value >= self.close else None


def differs(one: Subject, other: Subject) -> bool:
    """Whether two questions plainly ask something else.

    They do if only one denies, if one says the opposite of what the other says, if each names a role, unit or term that
    the other does not, if what they want has nothing in common, or if both name figures, codes, phases
    (establishment, implementation …) or standards, and not the same ones.
    """
    if one.negated != other.negated or (_names_more(one, other) and _names_more(other, one)):
        return True
    if one.wants and other.wants and not one.wants & other.wants:
        return True
    pairs = (
        (one.figures, other.figures),
        (one.codes, other.codes),
        (one.question.phases, other.question.phases),
        (one.question.standards, other.question.standards),
    )
    if any(a and b and a != b for a, b in pairs):
        return True
    return any(a * b < 0 for a, b in zip(one.opposites, other.opposites, strict=True))


def same_words(one: Subject, other: Subject) -> bool:
    """Whether two questions that do not plainly differ say the same words, function words aside.

    Their order may differ, but not that of the roles, units and terms: to whom A reports is not who reports to A.
    """
    return _said(one) == _said(other)


def _said(one: Subject) -> tuple[object, ...]:
    asked = one.question
    return asked.asked, asked.asks_object, one.wants, one.content, [ids for ids, _ in one.names]


def signs_of(one: Subject, other: Subject) -> dict[str, float]:
    """Compute what tells a pair that asks the same from one that does not; the order of the two does not matter."""
    shared_wants, all_wants = one.wants & other.wants, one.wants | other.wants
    return {
        "near": float(one.vector @ other.vector),
        "other_language": float(one.question.language != other.question.language),
        "held": (_held(one, other) + _held(other, one)) / 2,
        "names_shared": sum(weight for ids, weight in one.names if ids & other.named)
        + sum(weight for ids, weight in other.names if ids & one.named),
        "asked_same": float(one.question.asked == other.question.asked),
        "wants_shared": float(len(shared_wants)),
        "wants_lacking": float(len(all_wants - shared_wants)),
        "object": float(one.question.asks_object != other.question.asks_object),
        "charge": float(one.question.wants_charge != other.question.wants_charge),
        "codes_lacking": float(one.codes != other.codes),
    }


def _held(one: Subject, other: Subject) -> float:
    """Give the share of one's groups that the other holds, each by what it tells."""
    total = found = 0.0
    for tokens, weight in one.groups:
        total += weight
        found += weight * max((value * other.tokens.get(token, 0.0) for token, value in tokens), default=0.0)
    return found / total if total else 0.0


def _names_more(one: Subject, other: Subject) -> bool:
    """Whether one names a role, unit or term that the other does not."""
    return any(not ids & other.named for ids, _ in one.names)


def _scaled(group: Group) -> tuple[tuple[str, float], ...]:
    """Give a group's tokens, the strongest weighing 1: so a group is wholly held by one with the same words."""
    most = max((weight for _, weight in group.tokens), default=1.0)
    return tuple((token, weight / most) for token, weight in group.tokens)


def _rarity(ids: Sequence[str], lexical: LexicalIndex) -> float:
    tokens = tuple((f"#{entry}", 1.0) for entry in ids)
    return lexical.group_rarity(Group("", tokens)) / _RARE


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _figures(text: str, codes: Sequence[str]) -> frozenset[str]:
    """Give the figures of a text, spelled ones too; ``one`` is left out, it is mostly an article."""
    stems = (stem(word, "en") for word in words_of(text) if word not in codes)
    return frozenset(word for word in stems if word[:1].isdigit() and word != "1")


def _side(text: str, one: re.Pattern[str], other: re.Pattern[str]) -> int:
    """Tell which of two opposites a text speaks of: 1, -1, or 0 for none or both."""
    return bool(one.search(text)) - bool(other.search(text))
