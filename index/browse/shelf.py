"""What every part of browsing needs of the index: documents and facts, said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.enrich import sentence_actors
from corpus.language import Language
from corpus.lexicon import Entry, Kind, Lexicon
from corpus.model import Document, Lines
from index.browse.labels import LABELS
from index.built import Index
from index.compose import Composer
from index.facts import STEP_KINDS, Fact, FactKind
from index.reply import Citation, address
from index.wording import limit_words, role_words

EXTRA_SECTIONS = {
    FactKind.APPROVAL: "approval",
    FactKind.FORM_ROLE: "signatures",
    FactKind.INDICATOR: "indicators",
}
"""What stands in no section of its document, and how we head it."""


@dataclass(slots=True)
class Shelf:
    """The index's documents, each text in the language that is asked for, where it has a wording in it."""

    index: Index
    lexicon: Lexicon
    composer: Composer = field(init=False)

    def __post_init__(self) -> None:
        self.composer = Composer(self.index, self.lexicon)

    def facts(self, document: Document) -> list[Fact]:
        """Give a document's facts in the order in which it is printed."""
        return self.index.by_document.get(document.id, [])

    def say(self, text: str, language: Language) -> str:
        """Put a text of the sources into a language; as printed where there is no wording."""
        return self.composer.say(language)(text)

    def title(self, document: Document, language: Language) -> str:
        """Give a document's title."""
        return self.say(document.title, language).rstrip(". ")

    def name(self, document: Document, language: Language) -> str:
        """Give a document's code and title."""
        return f"{document.code or ''} {self.title(document, language)}".strip()

    def note(self, document: Document, language: Language) -> str:
        """Say how a document's texts stand to its source: unofficial, or in the other language; else empty."""
        if document.language == language:
            return ""
        told = language == "id" and any(fact.wording for fact in self.facts(document))
        return LABELS[language]["unofficial" if told else "only"]

    def address(self, document: Document, lines: Lines, section: str, language: Language) -> str:
        """Give an address as a person reads it (``index.reply.address``)."""
        citation = Citation(
            source=document.source,
            document=document.code or document.id,
            title=self.title(document, language),
            section=section,
            lines=(lines.start, lines.end),
            quote="",
        )
        return address(citation, language)

    def heading(self, fact: Fact, language: Language) -> str:
        """Give the heading of a fact's section, ours where the document prints none."""
        named = EXTRA_SECTIONS.get(fact.kind) if not fact.section else None
        return LABELS[language][named] if named else fact.words(language).heading

    def address_of(self, fact: Fact, language: Language) -> str:
        """Give a fact's address."""
        section = f"{fact.section} {self.heading(fact, language)}".strip()
        return self.address(self.index.documents[fact.document], fact.lines, section, language)

    def place_of(self, fact: Fact, language: Language) -> str:
        """Give a fact's address within its document: ``📄 § 5 Procedure · lines 12–14``."""
        section = f"{fact.section} {self.heading(fact, language)}".strip()
        lines = (fact.lines.start, fact.lines.end)
        return address(
            Citation(source=fact.source, document="", title="", section=section, lines=lines, quote=""), language
        )

    def who(self, fact: Fact, language: Language) -> str:
        """Name who acts in a step, as its row or its sentence says; empty for other facts."""
        return role_words(self.composer.actors(fact), language, self.lexicon) if fact.kind in STEP_KINDS else ""

    def unsaid(self, fact: Fact, language: Language) -> str:
        """Name who acts in a step whose own words do not begin with it; empty where they do."""
        said = roles_in(" / ".join(sentence_actors(fact.text, self.lexicon)), self.lexicon)
        acting = roles_in(" / ".join(self.composer.actors(fact)), self.lexicon)
        return "" if said & acting else self.who(fact, language)

    def limits(self, fact: Fact, language: Language) -> str:
        """Say a fact's time limits in one line; empty where there are none."""
        said = (limit_words(limit, language, self.composer.say(language)) for limit in fact.limits)
        return "; ".join(dict.fromkeys(said))


def roles_in(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Give the ids of all roles and units named in a text, the senses of an ambiguous name too.

    A name of two roles at once (``Vice-Rectors I and II``) gives both besides itself.
    """
    actors = {Kind.ROLE, Kind.UNIT}
    found = [entry for match in lexicon.find(text) for entry in match.entries if entry.kind in actors]
    return frozenset(id_ for entry in found for id_ in (entry.id, *_both_of(entry, lexicon)))


@lru_cache(maxsize=256)
def _halves(name: str) -> tuple[str, ...]:
    """Take a name of two apart: ``Wakil Rektor I dan II`` is ``Wakil Rektor I`` and ``Wakil Rektor II``."""
    first, joint, second = name.partition(" dan ")
    return (first, second, f"{first.rpartition(' ')[0]} {second}") if joint else ()


def _both_of(entry: Entry, lexicon: Lexicon) -> Iterator[str]:
    for half in _halves(entry.id_):
        for match in lexicon.find(half):
            if match.surface == half and match.entry.kind in {Kind.ROLE, Kind.UNIT}:
                yield match.entry.id
