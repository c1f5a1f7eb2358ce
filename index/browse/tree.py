"""The tree of the documents: standards, their documents, the documents' sections, the sections' clauses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from corpus.language import Language
from corpus.lexicon.entries import LANGUAGES
from corpus.model import Document, DocumentKind, Lines, Section
from corpus.passage import covering
from index.browse.labels import LABELS
from index.browse.shelf import Shelf
from index.facts import STEP_KINDS, Fact, FactKind, family
from index.reply import clip, one_line

LABEL_LIMIT = 60
"""UTF-16 units of a node's label: what a button shows on a telephone."""
ROOT = "root"
_OTHER = "g0"
_NUMBERED_HERE = FactKind.PROCEDURE
"""Rows of a procedure table print no numbers: they are counted within their section."""
LEAF_KINDS = STEP_KINDS | {
    FactKind.STATEMENT,
    FactKind.INDICATOR,
    FactKind.DEFINITION,
    FactKind.TABLE,
    FactKind.STANDARD,
    FactKind.PROVISION,
    FactKind.RESPONSIBLE,
    FactKind.STRATEGY,
}
"""Facts that have a page of their own; the others are read in their section's text."""


class NodeNotFoundError(LookupError):
    """No node has this key: a button of a document that was removed or replaced since, or a forged one."""


class NodeKind(StrEnum):
    """What a node of the tree stands for."""

    ROOT = "root"
    GROUP = "group"
    DOCUMENT = "document"
    SECTION = "section"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree.

    ``key`` has at most 24 characters of ``[A-Za-z0-9-]``, so that it fits a button and a deep link; it stays
    as long as the words and the place of what it names do. ``previous`` and ``next`` are the keys of the
    neighbours within the parent, empty at the ends. ``document`` is empty for the root and the groups,
    ``lines`` is None there.
    """

    key: str
    kind: NodeKind
    parent: str
    labels: Mapping[Language, str]
    children: tuple[str, ...] = ()
    document: str = ""
    number: str = ""
    previous: str = ""
    next: str = ""
    lines: Lines | None = None
    fact: Fact | None = None
    facts: tuple[Fact, ...] = field(default=(), repr=False)
    section: Section | None = field(default=None, repr=False)

    def label(self, language: Language) -> str:
        """Give the words for a button, at most `LABEL_LIMIT` UTF-16 units."""
        return self.labels[language]


def document_key(document: str) -> str:
    """Give the key of a document's node."""
    return f"d{_hash(document)[:8]}"


def fact_key(fact: Fact) -> str:
    """Give the key of a clause's node."""
    return f"f{fact.id}"


def places_of(nodes: Mapping[str, Node]) -> dict[str, str]:
    """Give the key of the node that shows each fact, by the fact's id: its own, its section's, its document's."""
    places: dict[str, str] = {}
    for kind in (NodeKind.DOCUMENT, NodeKind.SECTION):
        places |= {fact.id: node.key for node in nodes.values() if node.kind is kind for fact in node.facts}
    return places | {node.fact.id: node.key for node in nodes.values() if node.fact}


def group_number(document: Document) -> str:
    """Give the number of the standard a document belongs to, ``1.2``; empty for a document outside of them."""
    return family(document.id) if "-SPMI-" in document.id else ""


def build_tree(shelf: Shelf) -> dict[str, Node]:
    """Make all nodes, by key; the root's is `ROOT`."""
    nodes: dict[str, Node] = {}
    groups: dict[str, list[Document]] = {}
    for document in shelf.index.documents.values():
        groups.setdefault(group_number(document), []).append(document)
    numbers = sorted(groups, key=lambda number: tuple(map(int, number.split("."))) if number else (10**9,))
    tops = _linked([_group(shelf, number, groups[number]) for number in numbers])
    root = {language: LABELS[language]["root"] for language in LANGUAGES}
    _add(nodes, [Node(ROOT, NodeKind.ROOT, "", root, tuple(top.key for top in tops)), *tops])
    for top, number in zip(tops, numbers, strict=True):
        _add(nodes, _linked([_document(shelf, document, top.key) for document in groups[number]]))
        for document in groups[number]:
            _add_sections(nodes, shelf, document)
    return nodes


def _group(shelf: Shelf, number: str, documents: Sequence[Document]) -> Node:
    standard = next((d for d in documents if d.kind == DocumentKind.STANDARD), None)

    def label(language: Language) -> str:
        if not number:
            return LABELS[language]["other"]
        return _short(number, shelf.title(standard, language) if standard else LABELS[language]["standard"])

    key = f"g{number.replace('.', '-')}" if number else _OTHER
    children = tuple(document_key(d.id) for d in documents)
    return Node(key, NodeKind.GROUP, ROOT, _both(label), children, number=number)


def _document(shelf: Shelf, document: Document, parent: str) -> Node:
    number = document.id.rpartition("-")[2] if group_number(document) else ""
    prefix = {DocumentKind.FORM: "F ", DocumentKind.STANDARD: "S "}.get(document.kind, "") if number else ""
    labels = _both(lambda language: _short(prefix + number, shelf.title(document, language)))
    return Node(
        document_key(document.id),
        NodeKind.DOCUMENT,
        parent,
        labels,
        document=document.id,
        number=number,
        lines=document.lines,
        facts=tuple(shelf.facts(document)),
    )


def _add_sections(nodes: dict[str, Node], shelf: Shelf, document: Document) -> None:
    """Add a document's sections and their clauses, and give the document its children."""
    parent = document_key(document.id)
    sections = list(_sections(shelf, document))
    for place, section in enumerate(sections):
        leaves = _linked(list(_clauses(section)))
        sections[place] = replace(section, children=tuple(leaf.key for leaf in leaves))
        _add(nodes, leaves)
    sections = _linked(sections)
    _add(nodes, sections)
    nodes[parent] = replace(nodes[parent], children=tuple(section.key for section in sections))


def _sections(shelf: Shelf, document: Document) -> Iterator[Node]:
    """Make the nodes of a document's sections, in order, and of what stands in none (approval sheet, forms)."""
    facts: dict[tuple[str, str], list[Fact]] = {}
    for fact in shelf.facts(document):
        if fact.kind is not FactKind.DOCUMENT:
            facts.setdefault((fact.section, fact.heading), []).append(fact)
    found: list[tuple[Lines, Section | None, list[Fact]]] = []
    for section in document.sections:
        inside = facts.pop((section.number, section.heading), [])
        found.append((covering([*section.lines, *(fact.lines for fact in inside)]), section, inside))
    found += [(covering(fact.lines for fact in inside), None, inside) for inside in facts.values()]
    seen: set[str] = set()
    for lines, part, inside in sorted(found, key=lambda one: one[0].start):
        key = _section_key(document, part, inside, seen)
        labels = _both(partial(_heading, shelf, part, inside))
        yield Node(
            key,
            NodeKind.SECTION,
            document_key(document.id),
            labels,
            document=document.id,
            number=part.number if part else "",
            lines=lines,
            facts=tuple(inside),
            section=part,
        )


def _section_key(document: Document, part: Section | None, inside: Sequence[Fact], seen: set[str]) -> str:
    """Name a section by what it prints; one that stands twice in a document is told apart by its place."""
    name = f"{part.number}|{part.heading}" if part else f"|{inside[0].heading}|{inside[0].kind}"
    key = f"s{_hash(f'{document.source}|{document.id}|{name}')[:12]}"
    while key in seen:
        key = f"s{_hash(key)[:12]}"
    seen.add(key)
    return key


def _heading(shelf: Shelf, part: Section | None, inside: Sequence[Fact], language: Language) -> str:
    if part:
        return _short(part.number, shelf.say(part.heading, language))
    return _short("", shelf.heading(inside[0], language) or LABELS[language]["text"])


def _clauses(section: Node) -> Iterator[Node]:
    count = 0
    for fact in section.facts:
        if fact.kind not in LEAF_KINDS:
            continue
        count += fact.kind is _NUMBERED_HERE
        number = str(count) if fact.kind is _NUMBERED_HERE else "" if fact.kind is FactKind.TABLE else fact.label
        labels = _both(partial(_clause_label, fact, number))
        yield Node(
            fact_key(fact),
            NodeKind.CLAUSE,
            section.key,
            labels,
            document=section.document,
            number=number,
            lines=fact.lines,
            fact=fact,
        )


def _clause_label(fact: Fact, number: str, language: Language) -> str:
    words = fact.words(language)
    term = fact.defined(words)
    return _short(number, term or words.text)


def _short(number: str, text: str) -> str:
    """Join a number and a text for a button; never empty."""
    text = text[: 4 * LABEL_LIMIT]
    return (
        clip(one_line(f"{number} {text}" if "." in number or not number else f"{number}. {text}"), LABEL_LIMIT) or "…"
    )


def _both(label: Callable[[Language], str]) -> dict[Language, str]:
    return {language: label(language) for language in LANGUAGES}


def _linked(nodes: Sequence[Node]) -> list[Node]:
    """Tell each node which ones stand before and after it."""
    keys = ["", *(node.key for node in nodes), ""]
    return [replace(node, previous=keys[at], next=keys[at + 2]) for at, node in enumerate(nodes)]


def _add(nodes: dict[str, Node], more: Iterable[Node]) -> None:
    nodes.update((node.key, node) for node in more)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
