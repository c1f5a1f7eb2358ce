"""What a person means who names a document, a standard or a statement: by code, words of a title, or of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from corpus.lexicon import Kind, Lexicon
from corpus.model import DocumentKind
from corpus.spmi import normal_code
from index.browse.shelf import Shelf
from index.browse.tree import Node, NodeKind, document_key
from index.facts import FactKind
from index.lexical import Group
from index.reply import clean
from index.tokens import is_stop_word, nested_matches, stem

MOST = 8
"""Nodes that are offered at most."""
LONGEST = 200
"""Characters of what was typed that are looked at."""
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+){1,5}(?![\d])")
_FORM = "F "
"""How the label of a form begins."""
_WORD = re.compile(r"[^\W_]+")
_KINDS = {
    "sop": DocumentKind.SOP,
    "prosedur": DocumentKind.SOP,
    "procedure": DocumentKind.SOP,
    "formulir": DocumentKind.FORM,
    "form": DocumentKind.FORM,
    "f": DocumentKind.FORM,
    "standar": DocumentKind.STANDARD,
    "standard": DocumentKind.STANDARD,
    "s": DocumentKind.STANDARD,
}
"""First words that say what kind of document is meant."""
_SAME_WORD = 75
"""Likeness (0..100) from which one word is a mistyped other."""
_EXACT = 99
"""Likeness (0..100) of a whole title to what was typed from which it alone is meant."""
_SAME_TITLE = 90
"""Likeness from which a whole title is a mistyped other."""
_NAMED = 0.6
"""Share of the words, weighted by length, from which a title is meant."""
_BEHIND = 0.15
"""Share behind the best title within which others are offered."""


@dataclass(frozen=True, slots=True)
class _Title:
    key: str
    kind: DocumentKind
    text: str
    words: tuple[str, ...]
    entries: frozenset[str]


class Finder:
    """Finds nodes by code, number, words of a title in either language, or words of the text."""

    def __init__(self, shelf: Shelf, nodes: Mapping[str, Node]) -> None:
        self.shelf = shelf
        self.lexicon = shelf.lexicon
        self.nodes = nodes
        self._codes: dict[str, str] = {}
        self._titles: list[_Title] = []
        self._by_number: dict[str, list[Node]] = {}
        for node in nodes.values():
            if node.kind is not NodeKind.SECTION and node.number and _is_numbered(node):
                self._by_number.setdefault(node.number, []).append(node)
        for document in shelf.index.documents.values():
            key = document_key(document.id)
            for code in filter(None, (document.id, document.code)):
                self._codes[normal_code(code)] = key
            printed = filter(None, (document.title, document.sheet_title))
            for text in dict.fromkeys(told for name in printed for told in (name, shelf.say(name, "id"))):
                entries = _entries(self.lexicon, text)
                self._titles.append(_Title(key, document.kind, text, tuple(_words(text)), entries))

    def find(self, words: str, kind: DocumentKind | None = None) -> Node | list[Node]:
        """Give the node that is meant, or several, the best first, at most `MOST`; an empty list for nothing.

        Titles of ``kind`` (or of the kind that the first word names: ``formulir …``) come alone if there are any.
        """
        text = clean(words)[:LONGEST].strip()
        if code := self._codes.get(normal_code(text)):
            return self.nodes[code]
        if found := self._called(text, _EXACT):
            return found[0] if len(found) == 1 else found
        said, rest = _kind(text)
        found = self._numbered(text, said)
        for way in (self._titled, self._told):
            for wanted in dict.fromkeys((said or kind, None)):
                found = found or way(rest or text, wanted)
        found = list({node.key: node for node in (*self._called(text, _SAME_TITLE), *found)}.values())[:MOST]
        return found[0] if len(found) == 1 else found

    def _numbered(self, text: str, kind: DocumentKind | None) -> list[Node]:
        """Give what bears a number: a standard (1.2), an SOP (1.2.8), a statement (1.1.8.1)."""
        match = _NUMBER.search(text)
        if match is None:
            return []
        number = match[0]
        found = self._by_number.get(number, [])
        if kind is DocumentKind.FORM:
            found = [node for node in found if node.label("en").startswith(_FORM)] or found
        if not found:
            found = [
                node for known, nodes in self._by_number.items() if known.startswith(f"{number}.") for node in nodes
            ]
        groups = [node for node in found if node.kind is NodeKind.GROUP]
        return (groups or found)[:MOST]

    def _called(self, text: str, likeness: float) -> list[Node]:
        """Give the documents whose whole title is what was typed, or like it, the best first."""
        titles = [title.text.casefold() for title in self._titles]
        like = process.extract(text.casefold(), titles, scorer=fuzz.ratio, limit=MOST, score_cutoff=likeness)
        return [self.nodes[key] for key in dict.fromkeys(self._titles[place].key for _, _, place in like)]

    def _titled(self, text: str, kind: DocumentKind | None) -> list[Node]:
        """Give the documents whose titles the words name, typing errors allowed, the best first."""
        words = _words(text)
        if not words:
            return []
        entries = _named(self.lexicon, text)
        scores: dict[str, tuple[float, float]] = {}
        for title in self._titles:
            if kind and title.kind != kind:
                continue
            score = (_share(words, entries, title), fuzz.token_sort_ratio(text.casefold(), title.text.casefold()))
            scores[title.key] = max(scores.get(title.key, (0.0, 0.0)), score)
        best = max((share for share, _ in scores.values()), default=0.0)
        if best < _NAMED:
            return []
        order = sorted(scores, key=lambda key: scores[key], reverse=True)
        return [self.nodes[key] for key in order if scores[key][0] >= max(_NAMED, best - _BEHIND)][:MOST]

    def _told(self, text: str, kind: DocumentKind | None) -> list[Node]:
        """Give the documents whose clauses hold all words (or their names in the lexicon), the best first."""
        named = _named(self.lexicon, text)
        words = (word for word in dict.fromkeys(_words(text)) if not word.isdigit() and not is_stop_word(word, "id"))
        groups = [_group(word, named) for word in words]
        facts = self.shelf.index.facts
        if not groups or not facts:
            return []
        found = self.shelf.index.lexical.search(groups)
        held = np.all(found.held(np.arange(len(facts))), axis=0, keepdims=True)[0]
        order = np.argsort(-found.scores[: len(facts)], kind="stable")
        documents = dict.fromkeys(facts[place].document for place in order if held[place])
        wanted = (d for d in documents if kind in {None, self.shelf.index.documents[d].kind})
        return [self.nodes[document_key(document)] for document in wanted][:MOST]


def _is_numbered(node: Node) -> bool:
    return node.fact is None or node.fact.kind is FactKind.STATEMENT


def _kind(text: str) -> tuple[DocumentKind | None, str]:
    """Take a first word that names a kind of document off the words."""
    match = _WORD.match(text.casefold())
    kind = _KINDS.get(match[0]) if match else None
    return kind, text[match.end() :].strip() if match and kind else text


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _entries(lexicon: Lexicon, text: str) -> frozenset[str]:
    """Name the lexicon's roles, units and terms in a text, the ones within longer names too."""
    return frozenset(e.id for m in nested_matches(text, lexicon) for e in m.entries if e.kind is not Kind.WORD)


def _named(lexicon: Lexicon, text: str) -> dict[str, frozenset[str]]:
    """Give the lexicon's entries that each word of a text belongs to."""
    named: dict[str, frozenset[str]] = {}
    for match in lexicon.find(text):
        ids = frozenset(entry.id for entry in match.entries if entry.kind is not Kind.WORD)
        for word in _words(match.surface):
            named[word] = named.get(word, frozenset()) | ids
    return named


def _group(word: str, named: Mapping[str, frozenset[str]]) -> Group:
    """Make what is looked up for a word: its stems in both languages, and the lexicon's entries it belongs to."""
    tokens = [stem(word, "id"), stem(word, "en"), *(f"#{entry}" for entry in sorted(named.get(word, ())))]
    return Group(word, tuple((token, 1.0) for token in dict.fromkeys(tokens)))


def _share(words: Iterable[str], named: Mapping[str, frozenset[str]], title: _Title) -> float:
    """Tell how much of the words a title holds, 0 to 1: by lexicon entry, or by likeness; long words count more."""
    total = found = 0.0
    for word in words:
        total += len(word)
        if named.get(word, frozenset()) & title.entries:
            found += len(word)
            continue
        nearest = process.extractOne(word, title.words, scorer=fuzz.ratio, score_cutoff=_SAME_WORD)
        if nearest:
            found += len(word) * nearest[1] / 100
    return found / total if total else 0.0
