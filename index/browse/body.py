"""What stands on the page of a node: a document's card, a section's text, a step, a statement, a definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from corpus.check import figure_conflicts
from corpus.language import Language
from corpus.lexicon import Phase
from corpus.model import Clause, Document, DocumentKind, Statement
from corpus.passage import covering
from index.browse.labels import LABELS, PHASES
from index.browse.pages import Block, quote
from index.browse.shelf import Shelf
from index.browse.tree import Node, NodeKind
from index.facts import STEP_KINDS, Fact, FactKind, effective_words
from index.tokens import nested_matches
from index.wording import LABELS as ANSWER_LABELS
from index.wording import excerpt, role_words

_PURPOSE = 300
"""Characters of a document's purpose shown on its card: a line or two on a telephone."""
_TABLE_ROWS = STEP_KINDS - {FactKind.STEP} | {
    FactKind.STATEMENT,
    FactKind.INDICATOR,
    FactKind.TABLE,
    FactKind.APPROVAL,
    FactKind.FORM_ROLE,
}
"""Facts that come from a table's rows, and so are not among a section's clauses."""
_STEPS_FIRST = (FactKind.PROCEDURE, FactKind.STEP, FactKind.WORK_INSTRUCTION)
"""The procedure's own steps; the matrix repeats them, and tells them alone only where there is nothing else."""


def heading(shelf: Shelf, node: Node, language: Language) -> str:
    """Give the first line of a node's page."""
    if node.kind in {NodeKind.ROOT, NodeKind.GROUP}:
        return node.label(language)
    document = shelf.index.documents[node.document]
    if node.kind is NodeKind.DOCUMENT:
        return shelf.title(document, language)
    code = document.code or shelf.title(document, language)
    if node.fact is None:
        return f"{code} · {node.label(language)}"
    word = LABELS[language]["step" if node.fact.kind in STEP_KINDS else "clause"]
    return f"{code} · {word} {node.number}" if node.number else f"{code} · {shelf.heading(node.fact, language)}"


def note(shelf: Shelf, node: Node, language: Language) -> str:
    """Give the line that says how the page's texts stand to the source; empty where they are the source's."""
    documents = shelf.index.documents
    if node.document:
        return shelf.note(documents[node.document], language)
    notes = dict.fromkeys(shelf.note(document, language) for document in documents.values())
    return LABELS["id"]["unofficial"] if language == "id" and LABELS["id"]["unofficial"] in notes else ""


def blocks(shelf: Shelf, node: Node, nodes: Mapping[str, Node], language: Language) -> Iterator[Block]:
    """Give what stands on a node's page, below the heading."""
    if node.kind is NodeKind.DOCUMENT:
        return _card(shelf, shelf.index.documents[node.document], language)
    if node.kind is NodeKind.SECTION:
        return _section(shelf, node, nodes, language)
    if node.fact:
        return _clause(shelf, node, node.fact, language)
    return _overview(shelf, node, nodes, language)


def procedure_steps(facts: Iterable[Fact]) -> list[Fact]:
    """Choose the facts that are a document's steps: the table's rows, else the prose's, else the matrix's."""
    steps = [fact for fact in facts if fact.kind in STEP_KINDS]
    kind = next((kind for kind in _STEPS_FIRST if any(fact.kind is kind for fact in steps)), None)
    return [fact for fact in steps if fact.kind is kind]


def step_blocks(shelf: Shelf, steps: Iterable[Node], language: Language) -> Iterator[Block]:
    """Tell steps in order: number, who, what, time limit; a part's name stands before its first step."""
    labels, part = LABELS[language], ""
    for node in steps:
        fact = node.fact
        if fact is None or fact.kind not in STEP_KINDS:
            continue
        own = fact.label if fact.kind is FactKind.PROCEDURE else fact.group
        if own != part and own:
            yield Block("", lead=shelf.say(own, language), gap="\n\n")
        part = own
        text, who = fact.words(language).text, shelf.unsaid(fact, language)
        yield Block(f"{who}: {text}" if who else text, lead=f"{node.number}." if node.number else "", gap="\n\n")
        if limits := shelf.limits(fact, language):
            yield Block(f"{labels['limit']}: {limits}", tag="i")


def phase_of(shelf: Shelf, document: Document) -> Phase | None:
    """Tell the phase of the quality cycle that a document's title names, in either language; else None."""
    titles = (shelf.say(document.title, "id"), document.title)
    phases = (match.entry.phase for title in titles for match in nested_matches(title, shelf.lexicon))
    return next((phase for phase in phases if phase), None)


def _overview(shelf: Shelf, node: Node, nodes: Mapping[str, Node], language: Language) -> Iterator[Block]:
    """List what is in the root (standards) or a group (documents)."""
    for key in node.children:
        child = nodes[key]
        if child.kind is NodeKind.GROUP:
            yield Block(f"{child.label(language)} ({len(child.children)})", gap="\n")
        else:
            yield Block(shelf.name(shelf.index.documents[child.document], language), gap="\n")


def _card(shelf: Shelf, document: Document, language: Language) -> Iterator[Block]:
    labels = LABELS[language]
    facts = shelf.facts(document)
    phase = phase_of(shelf, document) if document.kind == DocumentKind.SOP else None
    purpose = next((f for f in facts if f.kind is FactKind.PURPOSE), None)
    sheet = shelf.say(document.sheet_title, language) if document.sheet_title else ""
    lines = {
        "code": document.code or "",
        "sheet_title": sheet if sheet.casefold() != shelf.title(document, language).casefold() else "",
        "effective": effective_words(document, language),
        "phase": PHASES[language][phase] if phase else "",
        "purpose": excerpt(purpose.words(language).text, _PURPOSE) if purpose else "",
        "steps": _count(len(procedure_steps(facts))),
        "statements": _count(len(document.statements)),
        "indicator_rows": _count(len(document.indicators)),
        "definitions": _count(sum(fact.kind is FactKind.DEFINITION for fact in facts)),
    }
    for name, text in lines.items():
        if text:
            yield Block(text, lead=f"{labels[name]}:")
    yield Block(shelf.address(document, document.lines, "", language), gap="\n\n")


def _count(number: int) -> str:
    return str(number) if number else ""


def _section(shelf: Shelf, node: Node, nodes: Mapping[str, Node], language: Language) -> Iterator[Block]:
    """Tell a section: its clauses as they are nested, then the rows of its tables."""
    if node.section:
        for clause in node.section.clauses:
            yield from _nested(shelf, clause, language, 0)
    rows = [fact for fact in node.facts if fact.kind in _TABLE_ROWS]
    children = (nodes[key] for key in node.children)
    yield from step_blocks(shelf, (child for child in children if child.fact in rows), language)
    for fact in rows:
        if fact.kind not in STEP_KINDS:
            yield from _row(shelf, fact, language)
    document = shelf.index.documents[node.document]
    if node.lines:
        section = node.label(language) if node.section else ""
        yield Block(shelf.address(document, node.lines, section, language), gap="\n\n")


def _nested(shelf: Shelf, clause: Clause, language: Language, depth: int) -> Iterator[Block]:
    label = f"{clause.label}." if clause.label else ""
    text = shelf.say(clause.text, language)
    yield Block(f"{'   ' * depth}{label} {text}" if depth else text, lead="" if depth else label)
    for child in clause.children:
        yield from _nested(shelf, child, language, depth + 1)


def _row(shelf: Shelf, fact: Fact, language: Language) -> Iterator[Block]:
    words = fact.words(language)
    lead = fact.label if fact.kind in {FactKind.STATEMENT, FactKind.INDICATOR} else ""
    yield Block(words.text, lead=f"{lead}." if lead.isdigit() else lead, gap="\n\n")
    if words.indicator and words.indicator != words.text:
        yield Block(f"{LABELS[language]['indicator']}: {words.indicator}", tag="i")


def _clause(shelf: Shelf, node: Node, fact: Fact, language: Language) -> Iterator[Block]:
    """Tell a clause: what, who, when, where it stands, and the source's words where others are shown."""
    labels, words = LABELS[language], fact.words(language)
    part = {FactKind.PROCEDURE: fact.label, FactKind.STEP: fact.group, FactKind.WORK_INSTRUCTION: fact.group}
    if named := part.get(fact.kind):
        yield Block(shelf.say(named, language), lead=f"{labels['part']}:")
    yield Block(words.text)
    charge = role_words([fact.charge], language, shelf.lexicon)
    lines = {"actor": shelf.who(fact, language), "charge": charge, "limit": shelf.limits(fact, language)}
    for name, text in lines.items():
        if text:
            yield Block(text, lead=f"{labels[name]}:")
    if fact.kind is FactKind.STATEMENT:
        yield from _statement(shelf, fact, language)
    yield Block(shelf.address_of(fact, language), gap="\n\n")
    if words.language != fact.language:
        yield Block(labels["source"], tag="i", gap="\n\n")
        source = fact.source_words
        yield quote(f"{source.text}\n{source.indicator}" if source.indicator not in {"", source.text} else source.text)


def _statement(shelf: Shelf, fact: Fact, language: Language) -> Iterator[Block]:
    """Tell a statement's other cells; where its figures and the indicator's differ, say so."""
    labels, words = LABELS[language], fact.words(language)
    if words.indicator and words.indicator != words.text:
        yield Block(words.indicator, lead=f"{labels['indicator']}:", gap="\n\n")
    row = _printed(shelf.index.documents[fact.document], fact)
    if row is None:
        return
    if (conflict := figure_conflicts(row)) and conflict[0]:
        yield Block(ANSWER_LABELS[language]["conflict_figures"], tag="i")
    for name in ("reference", "indicator_type", "method", "level"):
        if text := getattr(row, name):
            yield Block(shelf.say(text, language), lead=f"{labels[name]}:")


def _printed(document: Document, fact: Fact) -> Statement | None:
    rows = (row for row in document.statements if row.number == fact.label)
    return next((row for row in rows if covering(row.lines) == fact.lines), None)
