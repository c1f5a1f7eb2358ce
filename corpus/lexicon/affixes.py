"""Light word forms: from an inflected word to the forms a dictionary may list.

Nothing here knows any word. Each function returns guesses, likeliest first; the caller keeps those its
dictionary has. Indonesian rules follow the nasal assimilation of me- and pe- and the colloquial n-, ng-,
ny- and -in; English rules the regular endings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST_ROOT = 3

_PARTICLES = ("nya", "kah", "lah", "pun", "ku", "mu")
_SUFFIXES = ("", "kan", "in", "an", "i")
# prefix -> first letters it may have swallowed ("" where none)
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("memper", ("",)),
    ("diper", ("",)),
    ("menge", ("",)),
    ("penge", ("",)),
    ("meng", ("", "k")),
    ("peng", ("", "k")),
    ("meny", ("s",)),
    ("peny", ("s",)),
    ("mem", ("", "p")),
    ("pem", ("", "p")),
    ("men", ("", "t")),
    ("pen", ("", "t")),
    ("nge", ("",)),
    ("ber", ("",)),
    ("per", ("",)),
    ("ter", ("",)),
    ("ng", ("", "k")),
    ("ny", ("s", "c")),
    ("me", ("",)),
    ("pe", ("",)),
    ("di", ("",)),
    ("ke", ("",)),
    ("se", ("",)),
    ("be", ("",)),
    ("n", ("t", "c", "")),
    ("m", ("p",)),
)


def _without_particle(word: str) -> str:
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= SHORTEST_ROOT:
            return word.removesuffix(particle)
    return word


def _without_prefix(word: str) -> Iterator[str]:
    for prefix, swallowed in _PREFIXES:
        if word.startswith(prefix):
            rest = word.removeprefix(prefix)
            yield from (letter + rest for letter in swallowed)


def indonesian_forms(word: str) -> Iterator[str]:
    """Yield ``word`` (lower case) and the roots it may come from, at least three letters long.

    ``ngumpulin`` gives, among others, ``kumpul``; ``penyusunannya`` gives ``susun``.
    """
    yield word
    plain = _without_particle(word)
    for base in dict.fromkeys((plain, word)):
        if base != word:
            yield base
        for suffix in _SUFFIXES:
            if not base.endswith(suffix):
                continue
            stem = base.removesuffix(suffix)
            for form in (stem, *_without_prefix(stem)):
                if len(form) >= SHORTEST_ROOT and form != word:
                    yield form


def _english_bases(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ies"):
        yield word.removesuffix("ies") + "y"
    if word.endswith("ied"):
        yield word.removesuffix("ied") + "y"
    for ending in ("es", "s", "ed", "d", "ing", "ly"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_ROOT:
            yield stem
            yield stem + "e"
            if len(stem) > SHORTEST_ROOT and stem[-1] == stem[-2]:
                yield stem[:-1]


def english_forms(word: str) -> Iterator[str]:
    """Yield ``word`` (lower case), its base and the base's regular forms: ``submits`` gives ``submit``."""
    for base in _english_bases(word):
        yield base
        short = base.removesuffix("e")
        if len(short) >= SHORTEST_ROOT:
            yield from (base + "s", short + "ed", short + "ing", short + "es")


_NUMBERED = re.compile(r"\b(?:[IVX]+|\d+)$")


def english_plurals(phrase: str) -> Iterator[str]:
    """Yield the plural of an English name: ``Heads of Programme``, ``Vice-Deans``, ``faculties``.

    Of a name with ``of``, ``in`` or ``for`` both the head word and the whole are tried
    (``Deans of the Faculty``, ``Head of Programmes``). A name that ends in a number (``Vice-Rector I``) has none:
    its plural would be read in ``Vice-Rector is``.
    """
    if _NUMBERED.search(phrase):
        return
    for joint in (" of ", " in ", " for "):
        head, found, tail = phrase.partition(joint)
        if found:
            yield _plural(head) + joint + tail
    yield _plural(phrase)


def _plural(phrase: str) -> str:
    lower = phrase.lower()
    if lower.endswith(("s", "x", "ch", "sh")):
        return phrase + "es"
    if lower.endswith("y") and not lower.endswith(("ay", "ey", "oy", "uy")):
        return phrase[:-1] + "ies"
    return phrase + "s"
