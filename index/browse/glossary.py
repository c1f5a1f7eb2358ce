"""What a term means: the documents' own definitions first, then the lexicon's names for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from corpus.language import Language
from corpus.lexicon import Entry, Kind
from corpus.lexicon.entries import LANGUAGES
from corpus.wording.texts import digest
from index.browse.labels import LABELS
from index.browse.pages import Block, quote, render
from index.browse.shelf import Shelf
from index.browse.tree import fact_key
from index.facts import Fact
from index.reply import MESSAGE_LIMIT, clean

MOST = 8
LONGEST = 100
"""Characters of what was typed that are looked at."""
_SAME = 84
"""Likeness (0..100) from which a term is a mistyped other."""
_NEAR = 55
"""Likeness from which a term's name is worth offering."""
_ARTICLE = re.compile(r"^(?:a|an|the|what is|what are|apa itu|apa|arti|definisi|pengertian)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """What one place says of a term.

    ``addresses`` and ``keys`` (of the tree's nodes) name every document that defines it in the same words; both
    are empty for an entry of the lexicon, which is then marked by ``from_lexicon``. ``source`` are the source's
    words where ``text`` is a wording.
    """

    term: str
    text: str
    addresses: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    source: str = ""
    from_lexicon: bool = False


class Glossary:
    """Definitions of the documents by their terms in both languages, and the lexicon's terms, roles and units."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._facts: dict[str, list[Fact]] = {}
        self._names: dict[str, dict[Language, str]] = {}
        for fact in shelf.index.facts:
            for words in fact.tellings:
                if term := _plain(fact.defined(words)):
                    for name in {term, _BRACKETS.sub("", term).strip(), *re.findall(r"\(([^)]{2,12})\)", term)}:
                        self._facts.setdefault(name, []).append(fact)
        self._entries: dict[str, list[Entry]] = {}
        for entry in shelf.lexicon.entries:
            if entry.kind is not Kind.WORD:
                for name in {_plain(name) for language in LANGUAGES for name in entry.variants[language]}:
                    self._entries.setdefault(name, []).append(entry)

    def find(self, words: str, language: Language) -> list[GlossaryEntry]:
        """Give what is said of a term: the documents' definitions first, then the lexicon's; at most `MOST`.

        A mistyped term finds the nearest one; an empty list says that `near` is to be asked.
        """
        term = _plain(words)
        names = self._names_of(term)
        if not names:
            nearest = process.extractOne(term, [*self._facts, *self._entries], scorer=fuzz.ratio, score_cutoff=_SAME)
            names = self._names_of(nearest[0]) if nearest else []
        facts = list({f.id: f for name in names for f in self._facts.get(name, [])}.values())
        entries = list({e.id: e for name in names for e in self._entries.get(name, [])}.values())
        return [*self._defined(facts, language), *(self._told(e, language) for e in entries)][:MOST]

    def near(self, words: str, language: Language) -> list[str]:
        """Name the terms nearest to one that is not known, in a language, the best first, at most `MOST`."""
        term = _plain(words)
        found = process.extract(
            term, [*self._facts, *self._entries], scorer=fuzz.WRatio, limit=3 * MOST, score_cutoff=_NEAR
        )
        return list(dict.fromkeys(self._named(name, language) for name, _, _ in found))[:MOST]

    def pages(self, entries: list[GlossaryEntry], language: Language, limit: int = MESSAGE_LIMIT) -> list[str]:
        """Give entries as pages of Telegram HTML. Raises ValueError for none, or too small a limit."""
        if not entries:
            raise ValueError("no entries to show: offer near names instead")
        told = any(entry.source for entry in entries)
        note = LABELS[language]["unofficial"] if told else ""
        return render(entries[0].term, self._blocks(entries, language), limit, language, note)

    def _blocks(self, entries: list[GlossaryEntry], language: Language) -> Iterator[Block]:
        for entry in entries:
            yield Block(entry.text, gap="\n\n")
            if entry.from_lexicon:
                yield Block(f"({LABELS[language]['lexicon']})", tag="i")
            for address in entry.addresses:
                yield Block(address)
            if entry.source:
                yield quote(entry.source)

    def _names_of(self, term: str) -> list[str]:
        """Give the names under which a term is known: its own, and those of the lexicon's entry of that name."""
        known = [term] if term in self._facts or term in self._entries else []
        for entry in self._entries.get(term, []):
            known += [_plain(name) for language in LANGUAGES for name in entry.variants[language]]
        return list(dict.fromkeys(name for name in known if name))

    def _defined(self, facts: list[Fact], language: Language) -> list[GlossaryEntry]:
        """Make one entry of all definitions in the same words, the documents in their order."""
        same: dict[str, list[Fact]] = {}
        for fact in facts:
            same.setdefault(digest(fact.words(language).text), []).append(fact)
        found = []
        for group in same.values():
            words = group[0].words(language)
            found.append(
                GlossaryEntry(
                    term=group[0].defined(words) or group[0].defined(group[0].source_words),
                    text=words.text,
                    addresses=tuple(self.shelf.address_of(fact, language) for fact in group),
                    keys=tuple(fact_key(fact) for fact in group),
                    source=group[0].text if words.language != group[0].language else "",
                )
            )
        return found

    def _told(self, entry: Entry, language: Language) -> GlossaryEntry:
        """Say what the lexicon knows of a term: its names in both languages."""
        other: Language = "en" if language == "id" else "id"
        own, foreign = entry.variants[language], entry.variants[other]
        text = " = ".join([", ".join(own[:4]), ", ".join(foreign[:4])])
        return GlossaryEntry(term=own[0], text=text, from_lexicon=True)

    def _named(self, name: str, language: Language) -> str:
        """Name a term as the documents or the lexicon write it."""
        if facts := self._facts.get(name):
            fact = facts[0]
            return fact.defined(fact.words(language)) or name
        return self._entries[name][0].variants[language][0]


def _plain(text: str) -> str:
    """Fold a term: no capitals, no article or asking words before it, no signs at its ends."""
    text = " ".join(clean(text)[:LONGEST].casefold().split()).strip(" .,;:?!\"'“”")
    return _ARTICLE.sub("", text)
