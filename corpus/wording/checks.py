"""What a machine can tell of a wording: are the figures, codes, abbreviations and roles of the source in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from wordfreq import zipf_frequency

from corpus.language import detect_language
from corpus.lexicon import Kind, Lexicon

SHORTEST, LONGEST = 0.55, 1.9
"""Plausible length of a wording, as a share of its source's; below `LONG` characters nothing is said."""
LONG = 40
_SENTENCE = 6
"""Words from which a text's language can be told."""
_CODE = re.compile(r"\b(?:[A-Z]+-)+(?:[A-Z]+-)*\d+(?:\.\d+)*\b|\b\d+(?:\.\d+){2,}\b")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_ABBREVIATION = re.compile(r"(?<![\w-])[A-Z][A-Z&]+(?![\w])")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve".split(),
    "id": "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas duabelas".split(),
}
_OTHER_WORDS = {
    "en": {"once": 1, "twice": 2, "sixteen": 16, "twenty": 20, "thirty": 30, "first": 1, "second": 2, "third": 3},
    "id": {"sekali": 1, "pertama": 1, "kedua": 2, "ketiga": 3, "dua belas": 12, "enam belas": 16, "dua puluh": 20}
    | {"tiga puluh": 30, "kesatu": 1, "keempat": 4, "kelima": 5, "keenam": 6, "ketujuh": 7, "kedelapan": 8}
    | {"keduanya": 2, "ketiganya": 3, "dwi": 2, "tri": 3, "catur": 4, "panca": 5},
}
_ENGLISH_MARGIN = 0.8
"""How much commoner (powers of ten) a word is in English than in Indonesian to count as English."""


def problems(source: str, wording: str, lexicon: Lexicon, names: Iterable[str] = ()) -> list[str]:
    """Say in short phrases what is wrong with an Indonesian wording of an English text; empty when nothing is.

    ``names`` are loan words and proper names that may stand in it as they are.
    """
    kept = re.compile("|".join(rf"\b{re.escape(name)}s?\b" for name in names) or r"(?!)", re.IGNORECASE)
    return [
        *_codes(source, wording),
        *_figures(source, wording),
        *_abbreviations(source, wording, lexicon),
        *_roles(source, wording, lexicon),
        *_english(source, kept.sub(" ", wording), lexicon),
        *_length(source, wording),
    ]


def _codes(source: str, wording: str) -> Iterator[str]:
    for code in dict.fromkeys(_CODE.findall(source)):
        if code not in wording:
            yield f"the code {code} is missing"


def _figures(source: str, wording: str) -> Iterator[str]:
    said, told = _values(source, "en"), _values(wording, "id")
    for value in sorted(_digits(source, "en") - told):
        yield f"the figure {value:f} is missing"
    for value in sorted(_digits(wording, "id") - said):
        yield f"the figure {value:f} is not in the source"
    for value in sorted(_spelled(source, "en") - told):
        if value > 2 or (value == 2 and re.search(r"\b(two|twice)\b", source, re.IGNORECASE)):
            yield f"the number {value:f} is missing"


def _digits(text: str, language: str) -> set[Decimal]:
    """Give the values of the figures in a text, read as its language writes them: 3.25 is 3,25 in Indonesian."""
    found = set()
    for figure in _FIGURE.findall(_CODE.sub(" ", text)):
        comma, point = (",", ".") if language == "en" else (".", ",")
        if re.fullmatch(rf"\d{{1,3}}(?:\{comma}\d{{3}})+(?:\{point}\d+)?", figure):
            figure = figure.replace(comma, "")
        parts = [figure.replace(point, ".")] if figure.count(point) == 1 else re.split(r"[.,]", figure)
        for part in parts:
            try:
                found.add(Decimal(part).normalize())
            except InvalidOperation:
                found |= {Decimal(piece).normalize() for piece in re.findall(r"\d+", part)}
    return found


def _spelled(text: str, language: str) -> set[Decimal]:
    folded = text.casefold()
    named = {word: value for value, word in enumerate(_WORDS[language])} | _OTHER_WORDS[language]
    return {Decimal(value) for word, value in named.items() if re.search(rf"\b{word}\b", folded)}


def _values(text: str, language: str) -> set[Decimal]:
    roman = {Decimal(_ROMAN[sign]) for sign in re.findall(r"\b[IVX]+\b", text) if sign in _ROMAN}
    return _digits(text, language) | _spelled(text, language) | roman


def _abbreviations(source: str, wording: str, lexicon: Lexicon) -> Iterator[str]:
    if source.isupper():
        return
    for short in dict.fromkeys(_ABBREVIATION.findall(_CODE.sub(" ", source))):
        if short in _ROMAN or _holds(wording, short):
            continue
        matches = [m for m in lexicon.find(short) if m.entry.kind is not Kind.WORD]
        names = [name for match in matches for entry in match.entries for name in entry.variants["id"]]
        if not any(_holds(wording, name) for name in names) and not _emphasised(short):
            yield f"the abbreviation {short} is missing" + (
                f"; the lexicon has {', '.join(names[:4])}" if names else ""
            )


def _emphasised(short: str) -> bool:
    """Whether capitals are mere emphasis of an everyday English word (``SHALL``)."""
    return zipf_frequency(short, "en") >= 4.2 and len(short) > 3


def _roles(source: str, wording: str, lexicon: Lexicon) -> Iterator[str]:
    there = {entry.id for match in lexicon.find(wording) for entry in match.entries}
    for match in lexicon.find(source):
        if match.entry.kind not in {Kind.ROLE, Kind.UNIT} or match.surface.islower():
            continue
        senses = match.entries
        named = _holds(wording, match.surface) or any(
            entry.id in there or any(_holds(wording, n) for n in entry.variants["id"]) for entry in senses
        )
        if not named:
            told = ", ".join(match.entry.variants["id"][:4])
            yield f"{match.surface!r} is not named as the lexicon has it: {told}"


def _english(source: str, wording: str, lexicon: Lexicon) -> Iterator[str]:
    taken = [(match.start, match.end) for match in lexicon.find(wording) if _indonesian_name(match.surface, lexicon)]
    words = re.findall(r"[^\W\d_]+", wording)
    kept = {word.casefold() for word in re.findall(r"[^\W\d_]+", source)}
    for match in re.finditer(r"[^\W\d_]{3,}", wording):
        word = match[0].casefold()
        inside = any(start <= match.start() < end for start, end in taken)
        if inside or word not in kept or (match[0].isupper() and not wording.isupper()):
            continue
        english = zipf_frequency(word, "en")
        if english >= 3.0 and english - zipf_frequency(word, "id") >= _ENGLISH_MARGIN:
            yield f"{match[0]!r} is English"
    if len(words) >= _SENTENCE and detect_language(wording) != "id":
        yield "it does not read as Indonesian"


def _indonesian_name(surface: str, lexicon: Lexicon) -> bool:
    """Whether a phrase is what the lexicon says in Indonesian (``tracer study`` is)."""
    folded = surface.casefold()
    return any(
        folded == name.casefold()
        for match in lexicon.find(surface)
        for entry in match.entries
        if entry.kind is not Kind.WORD
        for name in entry.variants["id"]
    )


def _length(source: str, wording: str) -> Iterator[str]:
    if len(source) >= LONG and not SHORTEST <= len(wording) / len(source) <= LONGEST:
        yield f"it has {len(wording)} characters, its source {len(source)}"


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name.casefold())}(?:nya)?(?!\w)", text.casefold()) is not None
