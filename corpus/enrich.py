"""What follows from the words of a parsed document: actors named in sentences, and its time limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.lexicon import Lexicon
from corpus.model import Clause, Document, Lines, SectionKind, TimeLimit, WorkInstruction
from corpus.passage import plain
from corpus.timelimits import find_time_limits

_LEAD = re.compile(r"^\W*(?:(?:the|any|each|every|all|both|seluruh|setiap|para)\s+)*", re.IGNORECASE)
_JOIN = re.compile(
    r"^\s*(?:/|,|&|and/or|and|or|together with|,? along with|dan/atau|dan|serta|bersama)\s*(?:the\s+)?",
    re.IGNORECASE,
)
_SKIPPED = {SectionKind.REFERENCE, SectionKind.RELATED, SectionKind.VISION}


def enrich(document: Document, lexicon: Lexicon, source: Sequence[str]) -> Document:
    """Add what the words say: actors of rows without marks, and time limits; ``source`` are the file's lines."""
    rows = tuple(_with_actors(row, lexicon) for row in document.work_instructions)
    limits = tuple(_time_limits(document, source))
    return document.model_copy(update={"work_instructions": rows, "time_limits": limits})


def _with_actors(row: WorkInstruction, lexicon: Lexicon) -> WorkInstruction:
    if row.actors:
        return row
    actors = sentence_actors(row.activity, lexicon)
    if not actors:
        return row
    return row.model_copy(update={"actors": actors, "actors_from": "sentence"})


def sentence_actors(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Find who acts in a sentence: the roles and units named at its very start, as one phrase.

    ``The Head of Programme sets the schedule`` gives ``("Head of Programme",)``; a sentence that starts with
    anything else (``Publishing grades``) names nobody.
    """
    lead = _LEAD.match(text)
    start = position = lead.end() if lead else 0
    matches = [m for m in lexicon.find(text) if m.entry.kind in {"role", "unit"}]
    for match in matches:
        between = text[position : match.start]
        if position == start and between:
            break
        joined = _JOIN.match(between)
        if position != start and (joined is None or joined.end() != len(between)):
            break
        position = match.end
    found = text[start:position].strip(" ,/")
    return (found,) if found else ()


def _time_limits(document: Document, source: Sequence[str]) -> Iterator[TimeLimit]:
    seen: set[tuple[str, int, str]] = set()
    for text, lines, actor in timed_texts(document):
        for found in find_time_limits(text, language=document.language):
            place = quote_lines(found.quote, lines, source)
            key = (found.quote, place[0].start, found.kind)
            if key in seen:
                continue
            seen.add(key)
            yield TimeLimit(
                quote=found.quote,
                kind=found.kind,
                actor=found.actor or actor,
                action=found.action,
                anchor=found.anchor,
                offset=found.offset,
                days=found.days,
                times=found.times,
                lines=place,
            )


def timed_texts(document: Document) -> Iterator[tuple[str, tuple[Lines, ...], str | None]]:
    """Give every text of a document that can bind time, its lines, and who acts if the row says it."""
    for section in document.sections:
        if section.kind not in _SKIPPED:
            for clause in section.clauses:
                yield from _clause_texts(clause)
    for statement in (*document.statements, *document.indicators):
        for text in dict.fromkeys((statement.statement, statement.indicator)):
            if text:
                yield text, statement.lines, None
    for row in document.procedure:
        for instruction in row.instructions:
            yield instruction.text, instruction.lines, row.unit
    for item in document.work_instructions:
        yield item.activity, item.lines, ", ".join(item.actors) or None
    for cells in document.tables:
        yield " ".join(cells.cells[:2]), cells.lines, None


def _clause_texts(clause: Clause) -> Iterator[tuple[str, tuple[Lines, ...], str | None]]:
    if clause.text:
        yield clause.text, clause.lines, None
    for child in clause.children:
        yield from _clause_texts(child)


def quote_lines(quote: str, lines: Iterable[Lines], source: Sequence[str]) -> tuple[Lines, ...]:
    """Narrow a clause's lines to those that the quoted words stand on."""
    runs = tuple(lines)
    numbers = [n for run in runs for n in range(run.start, run.end + 1)]
    if len(numbers) == 1:
        return runs
    words = _words(quote)
    size = min(3, len(words))
    wanted = {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
    kept = []
    for number in numbers:
        there = _words(plain(source[number - 1])) if number <= len(source) else []
        if wanted & {tuple(there[i : i + size]) for i in range(len(there) - size + 1)}:
            kept.append(Lines(start=number, end=number))
    return tuple(kept) or runs


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
