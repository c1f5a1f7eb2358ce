"""Follow-ups: a question that cannot stand alone becomes one that can, by what the last answer was about.

Three kinds: the same question of another thing (``kalau UTS?``), another question of the same thing
(``siapa PIC-nya?``), and a step by its place (``langkah berikutnya?``). A question that names its own subject is
none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.language import Language
from corpus.lexicon import Entry, Kind, Lexicon, Match
from index.embed import Embedder
from index.facts import FactKind
from index.question import Asked, Question, asks_only, told_language
from index.tokens import nested_matches
from index.topic import Topic

_MARKER = re.compile(
    r"^\W*(?:(?:dan|and|terus|lalu|then|nah|ok|oke|okay)\b\W*)*"
    r"(?:(?:kalau|jika|bagaimana (?:dengan|kalau|untuk)|(?:what|how) (?:about|of)|untuk(?! apa| siapa)|bagi|yang|for)"
    r"\b\W*)?"
    r"(?:(?:yang|untuk|pada|di)\b\W*)?",
    re.IGNORECASE,
)
"""What begins a follow-up: ``kalau``, ``what about``, ``yang``, or a mere ``dan``; empty where there is none."""
_QUALIFIES = re.compile(r"\b(untuk|bagi|yang|pada|di|for)\W*$", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(it|its|they|them|their|this|those|these|tersebut|tadi)\b", re.IGNORECASE)
_CLITIC = re.compile(
    r"\b(?!(?:(?:ber|men)?tanya|hanya|(?:mem)?punya|sebenarnya|biasanya|misalnya|umumnya|akhirnya|seharusnya|sebaiknya)\b)(\w{2,}?)-?nya\b",
    re.IGNORECASE,
)
"""A word that points back by ``-nya``."""
_NAMED_BEFORE = re.compile(r"\w\W+itu\b\W+\w", re.IGNORECASE)
"""``itu`` behind what the question itself names (``beban SKS itu acuannya apa``)."""
_WHAT_IS = re.compile(r"^(what (is|are|was|were)|what's|apa(kah)?)\s+((the|its|their)\s+)?", re.IGNORECASE)
_ASKING = re.compile(
    r"\b(apa(kah)?|mana|mengapa|bagaimana|berapa|siapa|kapan|what|which|why|how|where|who|when|is|are|does|do|can|may|must)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"\W*\b(bagaimana|how)\W*$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(the|an?|SOP)\s+(one (on|for|of)\s+)?(?=\w)", re.IGNORECASE)
"""What stands before a phrase, and before the one that it replaces."""
_WORD = re.compile(r"\w+(?:[-'.]\w+)*")
_GAP = re.compile(r"[\s-]+")
_VERB = re.compile(r"(me|di|ber|ter)\w{3,}", re.IGNORECASE)
_MEASURES = frozenset(
    "hari minggu bulan tahun semester jam menit kali orang satu day week month year hour minute time days weeks months "
    "years hours minutes times semesters one people much many use get need happen exist".split()
)
"""Words that measure and so name no subject."""
_NEXT = frozenset(
    "berikutnya selanjutnya setelah setelahnya sesudah kemudian lalu terus lanjut next then after".split()
)
_PREVIOUS = frozenset("sebelum sebelumnya previous before preceding".split())
_STEP = frozenset(
    "langkah langkahnya tahap tahapan tahapnya step steps stage apa itu ini yang dan and what is was the comes happens "
    "that this it of melakukan bagaimana siapa who".split()
)
"""Words that say no more than that a step is asked for."""
_NUMBERED = re.compile(
    r"^\W*(?:langkah|tahap|step|stage)\W*(?:yang\W+)?(?:ke|no|nomor|number)?\W*(\d{1,2})\W*(?:apa)?\W*$", re.I
)
_OF_DOCUMENT = frozenset(
    {FactKind.PURPOSE, FactKind.SCOPE, FactKind.RELATED, FactKind.REFERENCE, FactKind.STRATEGY, FactKind.PROVISION}
)
"""Sections that speak of a whole document."""
_FEW = 2
"""Words of its own up to which a question may lack a subject."""
_BRIEF, _TERSE = 8, 5
"""Words in all up to which a question may lack a subject: where it points back; where nothing in it does."""
_LONGEST = 4
"""Words of a phrase that another may replace, and of one that may replace it."""
_NAMED = 0.7
"""Share of a title from which words name a document."""
_ALIKE = 0.9
"""Likeness from which a qualifier (``untuk S2``) takes the place of a phrase, and is not added to the question."""
_SAME_KIND, _SAME_SORT = 0.03, 0.2
"""What agreement of lexicon entries adds to the cosine: of their kind; of their being a phase or a standard."""

_CUT = 0.05
"""What a phrase loses that takes a part of a name only."""


class Follow(StrEnum):
    """How a follow-up takes up its topic."""

    THING = "thing"
    ASPECT = "aspect"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, understood.

    ``question`` stands alone; ``language`` is what to answer in. ``phrase`` is the other thing that is asked about.
    ``bare`` tells that it asks something and names nothing. For a step ``move`` says how many steps on, or
    ``number`` which one.
    """

    follow: Follow
    question: str
    language: Language
    phrase: str = ""
    bare: bool = False
    move: int = 0
    number: int = 0


@dataclass(slots=True)
class Listener:
    """Understands questions in a topic.

    ``read`` reads a question; ``titled`` gives the share of a document's title that a question names; ``title``
    names a document, by code or id, in a language.
    """

    lexicon: Lexicon
    embedder: Embedder
    read: Callable[[str, Language | None], Question]
    titled: Callable[[Question], float]
    title: Callable[[str, Language], str]

    def understand(self, text: str, topic: Topic) -> FollowUp | None:
        """Understand a question in a topic; None where it stands alone."""
        language = told_language(text, self.lexicon) or topic.language
        if step := self._step(self.read(text, language).normal, language, topic):
            return step
        own = self.read(_CLITIC.sub(r"\1", text), language)
        if own.codes:
            return None
        marker = _MARKER.match(own.normal)
        rest = _HOW.sub("", own.normal[marker.end() :] if marker else own.normal)
        marked = bool((marker and marker[0].strip()) or _HOW.search(own.normal))
        least = _ALIKE if marker and _QUALIFIES.search(marker[0]) else 0.0
        words = content(rest)
        if own.asked is Asked.OTHER and not own.sections and not _ASKING.search(rest):
            short = len(_ARTICLE.sub("", rest).split()) <= _FEW and self.titled(own) < _NAMED
            asks_how = _HOW.search(own.normal) is not None and len(words) > _FEW
            if not 0 < len(words) <= _LONGEST or asks_how or not (marked or short):
                return None
            return (
                self._thing(rest, topic, language, least=least)
                if marked or not _CLITIC.search(text)
                else self._aspect(own, topic)
            )
        if marked and 0 < len(words) <= _FEW and len(rest.split()) <= _LONGEST and self._names(rest, Kind.TERM):
            return self._thing(" ".join(words), topic, language, asking=own.normal)
        return self._aspect(own, topic) if self._lacks_subject(text, own, marked, words) else None

    def _step(self, normal: str, language: Language, topic: Topic) -> FollowUp | None:
        """Understand what asks for a step by its place alone."""
        if numbered := _NUMBERED.match(normal):
            return FollowUp(Follow.STEP, topic.question, language, number=int(numbered[1]))
        words = {word.casefold() for word in _WORD.findall(normal)}
        if not words <= _NEXT | _PREVIOUS | _STEP or not words & (_NEXT | _PREVIOUS):
            return None
        return FollowUp(Follow.STEP, topic.question, language, move=-1 if words & _PREVIOUS else 1)

    def _lacks_subject(self, text: str, own: Question, marked: bool, words: Sequence[str]) -> bool:
        """Whether a question that asks something does not say of what."""
        if not words:
            return True
        clitic = _CLITIC.search(text) is not None
        length = len(text.split())
        if len(words) > _FEW + clitic or length > _BRIEF or _NAMED_BEFORE.search(text):
            return False
        if marked or _PRONOUN.search(text):
            return not self._names(text, Kind.TERM)
        if clitic:
            return not self._names(_CLITIC.sub(" ", text), *Kind)
        alone = own.asked is Asked.DEFINITION or self._names(own.normal, *Kind)
        return len(words) == 1 and length <= _TERSE and not alone

    def _names(self, text: str, *kinds: Kind) -> bool:
        """Whether a text names a role, unit or term of the lexicon, of these kinds."""
        found = (match.entry for match in self.lexicon.find(text) if match.entry.kind is not Kind.WORD)
        return any(entry.kind in kinds and not _asks(entry) for entry in found)

    def _aspect(self, own: Question, topic: Topic) -> FollowUp:
        """Ask something else of the topic's subject, or of its document."""
        of_document = own.asked in {Asked.DOCUMENT, Asked.STEPS} or bool(own.sections & _OF_DOCUMENT)
        subject = "" if of_document else subject_of(topic.question)
        if not subject:
            subject = self.title(topic.documents[0], own.language) if topic.documents else topic.question
        asked = _WHAT_IS.sub("", own.normal) if own.sections else own.normal
        question = f"{asked.rstrip(' ?.!')} — {subject}"
        return FollowUp(Follow.ASPECT, question, own.language, bare=not content(own.normal))

    def _thing(self, phrase: str, topic: Topic, language: Language, asking: str = "", least: float = 0.0) -> FollowUp:
        """Ask the topic's question, or ``asking``, of another thing; see `_replaceable` for ``least``."""
        phrase = _ARTICLE.sub("", phrase.strip(" ?.!,"))
        base = subject_of(topic.question) if asking else topic.question
        span = self._replaceable(phrase, base, least)
        added = f"{base.rstrip(' ?.!')}, {phrase}"
        question = f"{base[: span[0]]}{phrase}{base[span[1] :]}" if span else added
        if asking:
            question = f"{asking.rstrip(' ?.!')} — {question}"
        return FollowUp(Follow.THING, question, language, phrase)

    def _replaceable(self, phrase: str, question: str, least: float) -> tuple[int, int] | None:
        """Find the phrase of a question that another takes the place of: its start and end.

        None where the question names nothing that is alike by at least ``least``.
        """
        codes = [match.span() for match in _CODE.finditer(question)]
        if codes and self.titled(self.read(phrase, None)) >= _NAMED:
            return codes[0]
        spans = [
            span
            for span in _phrases(question)
            if bool(_VERB.match(question[slice(*span)])) <= bool(_VERB.match(phrase))
        ]
        if not spans:
            return None
        vectors = self.embedder.phrases([phrase, *(question[start:end] for start, end in spans)])
        likeness = (vectors[1:] @ vectors[0]).tolist()
        names = [(match.start, match.end) for match in self.lexicon.find(question) if match.entry.kind is not Kind.WORD]
        short = self._short_names(phrase, question)
        values = [
            value
            + self._agreement(phrase, question[slice(*span)])
            - _CUT * (span not in short and any(_cuts(span, name) for name in names))
            - _CUT * any(_exceeds(span, name) for name in short)
            for value, span in zip(likeness, spans, strict=True)
        ]
        best = max(range(len(spans)), key=values.__getitem__)
        return spans[best] if values[best] >= least else None

    def _agreement(self, one: str, other: str) -> float:
        """Say how well two phrases agree in what the lexicon knows of them."""
        first, second = self._entries(one), self._entries(other)
        same_sort = any(bool(a.phase and b.phase) or bool(a.standard and b.standard) for a in first for b in second)
        same_kind = bool({a.kind for a in first} & {b.kind for b in second}) or not (first or second)
        return _SAME_KIND * same_kind + _SAME_SORT * same_sort

    def _short_names(self, phrase: str, question: str) -> list[tuple[int, int]]:
        """Find the abbreviations in a question, inside of names too (``UTS`` in ``soal UTS``), where one follows.

        An abbreviation takes the place of another, and of nothing more; empty where the phrase is none.
        """
        if not any(
            _abbreviates(match) for match in self.lexicon.find(phrase) if match.surface.casefold() == phrase.casefold()
        ):
            return []
        names = {match.surface for match in nested_matches(question, self.lexicon) if _abbreviates(match)}
        found = (re.finditer(rf"\b{re.escape(name)}\b", question, re.IGNORECASE) for name in names)
        return [place.span() for places in found for place in places]

    def _entries(self, text: str) -> list[Entry]:
        return [match.entry for match in nested_matches(text, self.lexicon) if match.entry.kind is not Kind.WORD]


_CODE = re.compile(r"\b(?:[A-Z]+-)*\d+(?:\.\d+)+\b")


def _asks(entry: Entry) -> bool:
    """Whether an entry is a thing that one asks for (``PIC``), not a subject."""
    return any(asks_only(name.casefold()) for name in (*entry.variants["id"], *entry.variants["en"]))


def _cuts(span: tuple[int, int], name: tuple[int, int]) -> bool:
    """Whether a phrase takes a part of a name and leaves the rest."""
    apart = span[1] <= name[0] or name[1] <= span[0]
    return not apart and (name[0] < span[0] or span[1] < name[1])


def _abbreviates(match: Match) -> bool:
    """Whether a name is written in capitals in the lexicon: UTS, LPM, S2."""
    variants = (name for names in match.entry.variants.values() for name in names)
    return match.entry.kind is not Kind.WORD and match.surface.upper() in variants


def _exceeds(span: tuple[int, int], name: tuple[int, int]) -> bool:
    """Whether a phrase takes a name and more, where a name comes in its place."""
    return span[0] <= name[0] and name[1] <= span[1] and span != name


def content(text: str) -> list[str]:
    """Give the words of a text that name something, in order."""
    words = (match[0] for match in _WORD.finditer(text))
    return [word for word in words if not asks_only(word.casefold()) and word.casefold() not in _MEASURES]


def subject_of(question: str) -> str:
    """Give what a question is about: from the first to the last word that names something; empty for none."""
    places = [m.span() for m in _WORD.finditer(question) if content(m[0]) and not m[0].isdigit()]
    return question[places[0][0] : places[-1][1]] if places else ""


def _phrases(question: str) -> Iterator[tuple[int, int]]:
    """Yield the places of all phrases of up to four words that name something."""
    words = [m.span() for m in _WORD.finditer(question)]
    named = [bool(content(question[slice(*span)])) for span in words]
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST, len(words))):
            apart = last > first and not _GAP.fullmatch(question[words[last - 1][1] : words[last][0]])
            if not named[last] or apart:
                break
            yield words[first][0], words[last][1]
