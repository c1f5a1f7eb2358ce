"""Browsing: from a key to a node, its page, its neighbours; from words to what they name."""

from __future__ import annotations

from functools import cached_property

from corpus.language import Language
from corpus.lexicon import Lexicon
from corpus.model import DocumentKind
from index.browse import body
from index.browse.duties import Duties
from index.browse.find import Finder
from index.browse.glossary import Glossary
from index.browse.labels import LABELS
from index.browse.pages import Block, render
from index.browse.shelf import Shelf
from index.browse.tree import ROOT, Node, NodeNotFoundError, build_tree, document_key, places_of
from index.browse.twins import Twin, Twins
from index.built import Index
from index.facts import Fact
from index.reply import MESSAGE_LIMIT


class Browser:
    """The documents as a tree, with pages in the reader's language.

    The tree is made at once; what commands need (`finder`, `glossary`, `duties`, `twins`) when it is first used,
    or by `warm`. Slow for an event loop; may be used from several threads.
    """

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self.shelf = Shelf(index, lexicon)
        self.nodes = build_tree(self.shelf)
        self._places = places_of(self.nodes)
        self._ids = {document.code: document.id for document in index.documents.values() if document.code}

    @cached_property
    def finder(self) -> Finder:
        """What finds nodes by codes and words."""
        return Finder(self.shelf, self.nodes)

    @cached_property
    def glossary(self) -> Glossary:
        """What knows terms."""
        return Glossary(self.shelf)

    @cached_property
    def duties(self) -> Duties:
        """What knows who must do what."""
        return Duties(self.shelf, self.nodes)

    @cached_property
    def twins(self) -> Twins:
        """What knows which SOPs are alike."""
        return Twins(self.shelf)

    def warm(self) -> None:
        """Make everything now, so that no command has to wait for it."""
        _ = self.finder, self.glossary, self.duties, self.twins

    def root(self) -> Node:
        """Give the node above all."""
        return self.nodes[ROOT]

    def node(self, key: str) -> Node:
        """Give the node with a key.

        Raises:
            NodeNotFoundError: there is none (any more); the message says what to do.
        """
        try:
            return self.nodes[key]
        except KeyError:
            raise NodeNotFoundError("This page is gone, its document has changed: start again with /sop.") from None

    def parent(self, key: str) -> Node | None:
        """Give the node above; None for the root. Raises NodeNotFoundError."""
        node = self.node(key)
        return self.nodes[node.parent] if node.parent else None

    def children(self, key: str) -> list[Node]:
        """Give the nodes below, in the order of the documents. Raises NodeNotFoundError."""
        return [self.nodes[child] for child in self.node(key).children]

    def document(self, name: str) -> Node:
        """Give the node of a document by its id, or by its code as printed. Raises NodeNotFoundError."""
        return self.node(document_key(self._ids.get(name, name)))

    def place(self, fact: Fact) -> Node:
        """Give the node that shows a fact: its own, else its section's or document's. Raises NodeNotFoundError."""
        return self.node(self._places.get(fact.id, ""))

    def find(self, words: str, kind: DocumentKind | None = None) -> Node | list[Node]:
        """Give what words mean: a node for a code or number, else nodes by title, best first; see `Finder.find`."""
        return self.finder.find(words, kind)

    def pages(self, node: Node, language: Language, limit: int = MESSAGE_LIMIT) -> list[str]:
        """Give a node's text as pages of Telegram HTML, at most ``limit`` UTF-16 units each, at least one.

        Raises:
            ValueError: a limit under `index.browse.pages.SMALLEST_PAGE`.
        """
        head = body.heading(self.shelf, node, language)
        blocks = body.blocks(self.shelf, node, self.nodes, language)
        return render(head, blocks, limit, language, body.note(self.shelf, node, language))

    def steps(self, document: str) -> list[Node]:
        """Give the nodes of a document's steps, in order. Raises NodeNotFoundError."""
        return [self.place(fact) for fact in body.procedure_steps(self.document(document).facts)]

    def steps_pages(self, document: str, language: Language, limit: int = MESSAGE_LIMIT) -> list[str]:
        """Give all steps of a document in order, with who acts and time limits, as pages.

        Raises:
            NodeNotFoundError: no such document.
            ValueError: a limit under `index.browse.pages.SMALLEST_PAGE`.
        """
        found = self.shelf.index.documents[self.document(document).document]
        head = f"{LABELS[language]['steps']} — {self.shelf.name(found, language)}"
        blocks = list(body.step_blocks(self.shelf, self.steps(document), language))
        blocks = blocks or [Block(LABELS[language]["no_steps"])]
        return render(head, blocks, limit, language, self.shelf.note(found, language))

    def similar(self, document: str, language: Language) -> list[Twin]:
        """Give the SOPs that are like one, best first; see `Twins`. Empty for what is no SOP."""
        return self.twins.of(document, language)
