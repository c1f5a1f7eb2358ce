"""The lexicon: one name for each role, unit and term, and the bridge between Indonesian and English.

The documents are English translations that waver (Head of Programme, Programme Coordinator), the
questions Indonesian, abbreviated and colloquial (kaprodi). The YAML files beside this module say which
names mean the same; people edit them, and ``load_lexicon`` checks them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from corpus.lexicon.affixes import english_forms, english_plurals, indonesian_forms
from corpus.lexicon.entries import LANGUAGES, Entry, Kind, Language, LexiconError, Match, Phase
from corpus.lexicon.matching import PhraseTrie, Token, key, tokens
from corpus.lexicon.reading import Colloquial, read_colloquial, read_entries

__all__ = [
    "Entry",
    "Kind",
    "Language",
    "Lexicon",
    "LexiconError",
    "Match",
    "Phase",
    "load_lexicon",
]

_ACTORS = (Kind.ROLE, Kind.UNIT)
_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_CONNECTOR = re.compile(r"(\s*/\s*|\s*,\s*(?:and\s+|dan\s+)?|\s*;\s*|\s+(?:and|or|dan|atau)\s+|\s*&\s*)")
_CONNECTIVES: dict[Language, dict[str, str]] = {
    "id": {"and": "dan", "or": "atau"},
    "en": {"dan": "and", "atau": "or"},
}
_SLOT = re.compile("\0(\\d+)\0")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_Senses = tuple[Entry, ...]


class Lexicon:
    """All entries, and the ways to find, name, translate and normalise. Build it with ``load_lexicon``."""

    def __init__(self, entries: Iterable[Entry], colloquial: Colloquial, digest: str = "") -> None:
        self.digest = digest
        """Changes when any of the files changes: what was built with another lexicon is stale."""
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.function_words: dict[Language, frozenset[str]] = {
            "en": frozenset(colloquial.function_words.en),
            "id": frozenset(colloquial.function_words.id),
        }
        self._by_id = {entry.id: entry for entry in self.entries}
        self._phrases: PhraseTrie[_Senses] = PhraseTrie()
        self._actors: PhraseTrie[_Senses] = PhraseTrie()
        self._words: dict[Language, dict[str, list[Entry]]] = {"en": {}, "id": {}}
        self._capitals_only: set[tuple[str, ...]] = set()
        self._keys: dict[str, dict[Language, frozenset[tuple[str, ...]]]] = {}
        for kind in Kind:
            for entry in self.entries:
                if entry.kind is kind:
                    self._index(entry)
        self._index_plurals()
        self._colloquial: PhraseTrie[str] = PhraseTrie()
        for plain, forms in colloquial.plain.items():
            for form in forms:
                self._colloquial.put(key(form), plain)
        for filler in colloquial.fillers:
            self._colloquial.put(key(filler), "")

    def name(self, entry_id: str, language: Language) -> str:
        """Return the canonical name of an entry. Raise KeyError for an id the lexicon does not have."""
        return self._by_id[entry_id].variants[language][0]

    def entry(self, entry_id: str) -> Entry:
        """Return an entry. Raise KeyError for an id the lexicon does not have."""
        return self._by_id[entry_id]

    def find(self, text: str) -> list[Match]:
        """Return the names in ``text``, in order, none overlapping, each as long as possible.

        Capitals, hyphens and spaces do not matter; words stay whole; document codes are left out. An
        abbreviation that is also a function word (DO, IT, TA) counts only in capitals. Where a role, unit
        or term and a dictionary word share a name, the word is in the match's ``also``.
        """
        return self._find(text, tokens(text), self._phrases)

    def words(self, word: str, language: Language) -> tuple[Entry, ...]:
        """Return the dictionary entries of a single word of ``language``, its regular affixes allowed.

        Indonesian affixes change the meaning, so the likeliest form alone counts; English endings do not,
        so the entries of all regular forms do (submits, submitting).
        """
        table = self._words[language]
        if language == "id":
            return next((tuple(table[form]) for form in indonesian_forms(word.lower()) if form in table), ())
        hits = (entry for form in english_forms(word.lower()) for entry in table.get(form, ()))
        return tuple({entry.id: entry for entry in hits}.values())

    def translate_terms(self, text: str, to: Language) -> list[str]:
        """Return what ``text`` may be called in language ``to``, in the order of the text, without repeats.

        For roles, units and terms: every spelling in ``to`` but the one that stands there (so a name in
        ``to`` yields its synonyms). For other words of the other language, function words aside: their
        dictionary equivalents.
        """
        found: dict[str, None] = {}
        words = tokens(text)
        covered = 0
        for match in self._find(text, words, self._phrases):
            if match.entry.kind is Kind.WORD and len(key(match.surface)) == 1:
                continue
            found.update(self._of_words(words, covered, match.start, to))
            covered = match.end
            found.update(dict.fromkeys(self._equivalents(match, to)))
            for inner in self._inner_terms(text, words, match):
                found.update(dict.fromkeys(self._equivalents(inner, to)))
        found.update(self._of_words(words, covered, len(text), to))
        return list(found)

    def role_name(self, surface: str, language: Language) -> str:
        """Return an actor cell in ``language``, piece by piece.

        ``Dean/Director of Postgraduate Studies`` becomes ``Dekan/Direktur Pascasarjana``. A piece that is
        unknown, ambiguous or already in ``language`` stays as printed.
        """
        matches = self._find(surface, tokens(surface), self._actors)
        held, at = "", 0
        for number, match in enumerate(matches):
            held += surface[at : match.start] + f"\0{number}\0"
            at = match.end
        pieces = _CONNECTOR.split(held + surface[at:])
        rendered = "".join(self._piece(piece, matches, language) for piece in pieces)
        return _SLOT.sub(lambda slot: matches[int(slot.group(1))].surface, rendered)

    def normalise(self, text: str) -> str:
        """Return ``text`` with colloquial forms made plain and fillers dropped.

        Codes, numbers and words with a digit stay; names of several words stay (Ka TU, dosen PA); a
        filler stays in capitals (tim PAK) or before a number (min 3).
        """
        words = tokens(text)
        kept = self._protected(text, words)
        shouted = text.isupper()
        out, at, index = "", 0, 0
        while index < len(words):
            found = None if index in kept else self._plain(text, words, index)
            if found is None or not self._may_replace(text, words, index, found, shouted=shouted):
                index += 1
                continue
            index, plain = found[0], found[1]
            out += text[at : words[found[2]].start] + plain
            at = words[index - 1].end
        return _tidy(out + text[at:]) if at else text.strip()

    # building

    def _index(self, entry: Entry) -> None:
        keys: dict[Language, frozenset[tuple[str, ...]]] = {}
        for language in LANGUAGES:
            keys[language] = frozenset(key(name) for name in entry.variants[language])
            for name in entry.variants[language]:
                self._add(key(name), entry)
                clash = len(key(name)) == 1 and self._is_function_word(name.lower())
                if clash and name.isupper() and entry.kind is not Kind.WORD:
                    self._capitals_only.add(key(name))
                if entry.kind is Kind.WORD and len(key(name)) == 1:
                    self._words[language].setdefault(key(name)[0], []).append(entry)
        self._keys[entry.id] = keys

    def _index_plurals(self) -> None:
        """English plurals of names, wherever no entry already claims the form."""
        for entry in self.entries:
            if entry.kind is Kind.WORD:
                continue
            fresh = [p for name in entry.variants["en"] for p in english_plurals(name)]
            plurals = {key(plural) for plural in fresh if self._free_for(entry, key(plural))}
            for plural in plurals:
                self._add(plural, entry)
            self._keys[entry.id]["en"] |= plurals

    def _free_for(self, entry: Entry, phrase: tuple[str, ...]) -> bool:
        """Whether no other role, unit or term claims the phrase."""
        senses = self._phrases.get(phrase) or ()
        return all(sense.kind is Kind.WORD or sense == entry for sense in senses)

    def _add(self, phrase: tuple[str, ...], entry: Entry) -> None:
        tries = [self._phrases, self._actors] if entry.kind in _ACTORS else [self._phrases]
        for trie in tries:
            senses = trie.get(phrase) or ()
            if entry not in senses:
                trie.put(phrase, tuple(sorted((*senses, entry), key=lambda sense: _RANK[sense.kind])))

    def _is_function_word(self, word: str) -> bool:
        return any(word in self.function_words[language] for language in LANGUAGES)

    # finding and translating

    def _find(self, text: str, words: list[Token], trie: PhraseTrie[_Senses]) -> list[Match]:
        matches: list[Match] = []
        index = 0
        while index < len(words):
            found = trie.longest(text, words, index)
            if found is None or not self._counts(text, words[index : found[0]]):
                index += 1
                continue
            start, end = words[index].start, words[found[0] - 1].end
            first, *others = found[1]
            matches.append(
                Match.model_construct(entry=first, start=start, end=end, surface=text[start:end], also=tuple(others))
            )
            index = found[0]
        return matches

    def _counts(self, text: str, words: list[Token]) -> bool:
        if len(words) > 1 or (words[0].word,) not in self._capitals_only:
            return True
        return text[words[0].start : words[0].end].isupper()

    def _stands_in(self, entry: Entry, surface: str, language: Language) -> bool:
        """Whether ``surface`` is one of the entry's names in ``language`` (a clitic -nya aside)."""
        names = self._keys[entry.id][language]
        return key(surface) in names or key(surface.lower().removesuffix("nya")) in names

    def _equivalents(self, match: Match, to: Language) -> Iterator[str]:
        source: Language = "id" if to == "en" else "en"
        for entry in match.entries:
            if entry.kind is Kind.WORD and not self._stands_in(entry, match.surface, source):
                continue
            for name in entry.variants[to]:
                if key(name) != key(match.surface):
                    yield name

    def _inner_terms(self, text: str, words: list[Token], outer: Match) -> Iterator[Match]:
        """Yield the abbreviated terms inside a longer name: UTS in ``panitia UTS``."""
        rest = [token for token in words if outer.start < token.start < outer.end]
        for inner in self._find(text, rest, self._phrases):
            abbreviated = inner.surface.upper() in inner.entry.variants["id"]
            if abbreviated and inner.entry.kind is Kind.TERM and inner.entry != outer.entry:
                yield inner

    def _of_words(self, words: list[Token], start: int, end: int, to: Language) -> dict[str, None]:
        """Return the equivalents of the single words between two places of the text, by their affixes."""
        source: Language = "id" if to == "en" else "en"
        skipped = self.function_words[source]
        inside = (t.word for t in words if start <= t.start < end and t.word not in skipped)
        entries = (entry for word in inside for entry in self.words(word, source))
        return dict.fromkeys(name for entry in entries for name in entry.variants[to])

    # naming actors

    def _rendered(self, match: Match, language: Language) -> str:
        ambiguous = any(sense.kind in _ACTORS for sense in match.also)
        if ambiguous or self._stands_in(match.entry, match.surface, language):
            return match.surface
        return self.name(match.entry.id, language)

    def _piece(self, piece: str, matches: list[Match], language: Language) -> str:
        """Render a piece between connectors if it is an actor alone; else leave its slots unfilled."""
        connective = _CONNECTIVES[language].get(piece.strip().strip(",").strip())
        if connective:
            return f" {connective} "
        slot = _SLOT.fullmatch(piece.strip().removeprefix("the ").removeprefix("The "))
        if slot:
            return self._rendered(matches[int(slot.group(1))], language)
        return "/" if piece.strip() == "/" else piece

    # normalising

    def _protected(self, text: str, words: list[Token]) -> set[int]:
        """Return the indices of words inside names of several words, which no colloquial form may break."""
        spans = [
            (match.start, match.end)
            for match in self._find(text, words, self._phrases)
            if match.entry.kind is not Kind.WORD and len(key(match.surface)) > 1
        ]
        return {i for i, w in enumerate(words) if any(start <= w.start < end for start, end in spans)}

    def _plain(self, text: str, words: list[Token], index: int) -> tuple[int, str, int] | None:
        """(index after, plain form, index) of the colloquial form at ``index``, or None."""
        found = self._colloquial.longest(text, words, index)
        if found is not None:
            return (*found, index)
        short = _STRETCHED.sub(r"\1", words[index].word)
        plain = self._colloquial.get((short,)) if short != words[index].word else None
        return None if plain is None else (index + 1, plain, index)

    def _may_replace(
        self, text: str, words: list[Token], index: int, found: tuple[int, str, int], *, shouted: bool
    ) -> bool:
        after, plain, _ = found
        surface = text[words[index].start : words[after - 1].end]
        if any(letter.isdigit() for letter in surface):
            return False
        if plain:
            return True
        number_follows = re.match(r"[\s.]*\d", text[words[after - 1].end :]) is not None
        return not number_follows and (shouted or not (surface.isupper() and len(surface) > 1))


def _tidy(text: str) -> str:
    """Close the holes that dropped words leave: doubled spaces, commas with nothing between or before."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r"\s+([,?!;])", r"\1", text)
    text = re.sub(r",+\s*(?=[?!])", "", text)
    return re.sub(r"^[\s,;?!]+", "", text).rstrip(" ,")


def load_lexicon(path: Path | None = None) -> Lexicon:
    """Return the lexicon of a folder (by default, the one beside this module), read once per folder.

    Raise LexiconError, which names the file, the line and the mend.
    """
    return _load((path or Path(__file__).parent).resolve())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Lexicon:
    read = hashlib.sha256()
    for file in sorted(folder.glob("*.yaml")):
        read.update(file.read_bytes())
    return Lexicon(read_entries(folder), read_colloquial(folder), read.hexdigest())
