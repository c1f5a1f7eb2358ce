"""Where the documents contradict themselves or leave something open: found and named, never mended."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

from corpus.lexicon import Lexicon, load_lexicon
from corpus.lexicon.numerals import NUMERALS
from corpus.model import Clause, Document, Lines, Model, ProcedureRow, Statement, WorkInstruction

Severity = Literal["warning", "note"]

SAME_STEP = 80
"""Percent of likeness (words as sets) from which a procedure's and a matrix's row tell the same step."""
ALMOST_ALIKE = 90
"""Percent of likeness from which two titles differ in wording, not in what they mean."""


class Finding(Model):
    """Something odd in a document: a warning may mislead a reader, a note is good to know."""

    severity: Severity
    document: str
    lines: tuple[Lines, ...]
    message: str


def check(documents: Iterable[Document]) -> list[Finding]:
    """Return what is odd in the documents, in their order and by line, without changing anything."""
    lexicon = load_lexicon()
    listed = list(documents)
    shared = _shared_titles(listed)
    found = []
    for document in listed:
        findings = [*shared[document.id], *_findings(document, lexicon)]
        found.extend(sorted(findings, key=lambda one: one.lines[0].start))
    return found


def _findings(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    yield from _titles(document)
    yield from _oddities(document)
    yield from _repeated(document)
    yield from _figures(document)
    yield from _actors(document, lexicon)
    yield from _nobody(document)


def _titles(document: Document) -> Iterator[Finding]:
    if document.sheet_title:
        likeness = fuzz.ratio(document.sheet_title.casefold(), document.title.casefold())
        yield Finding(
            severity="note" if likeness >= ALMOST_ALIKE else "warning",
            document=document.id,
            lines=(_first_line(document),),
            message=f"the approval sheet's title is {document.sheet_title!r}, the body's {document.title!r}",
        )


def _shared_titles(documents: Sequence[Document]) -> dict[str, list[Finding]]:
    by_title: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_title[document.title.casefold()].append(document)
    found: dict[str, list[Finding]] = defaultdict(list)
    for twins in by_title.values():
        for document in twins if len(twins) > 1 else ():
            others = ", ".join(twin.id for twin in twins if twin is not document)
            found[document.id].append(
                Finding(
                    severity="warning",
                    document=document.id,
                    lines=(_first_line(document),),
                    message=f"the title {document.title!r} is also that of {others}",
                )
            )
    return found


def _oddities(document: Document) -> Iterator[Finding]:
    """Pass on what the parser noted; titles have findings of their own."""
    for oddity in document.oddities:
        if oddity.startswith("the approval sheet's title"):
            continue
        placed = re.match(r"line (\d+): (.*)", oddity, re.DOTALL)
        line = Lines(start=int(placed[1]), end=int(placed[1])) if placed else _first_line(document)
        message = placed[2] if placed else oddity
        yield Finding(severity="note", document=document.id, lines=(line,), message=message)


def _repeated(document: Document) -> Iterator[Finding]:
    """Find numbers printed twice where each should stand once."""
    numbered: tuple[tuple[str, Iterable[tuple[str, tuple[Lines, ...]]]], ...] = (
        ("section", ((section.number, section.lines) for section in document.sections)),
        ("statement", ((statement.number, statement.lines) for statement in document.statements)),
        ("indicator", ((indicator.number, indicator.lines) for indicator in document.indicators)),
        ("step", ((f"{step.part} {step.number}".strip(), step.lines) for step in document.steps)),
        ("row", ((f"{row.part} {row.number}".strip(), row.lines) for row in document.work_instructions)),
    )
    for what, numbers in numbered:
        seen: dict[str, tuple[Lines, ...]] = {}
        for number, lines in numbers:
            if number in seen and number:
                yield Finding(
                    severity="note",
                    document=document.id,
                    lines=(*seen[number][:1], *lines),
                    message=f"{what} number {number} stands twice, first at line {seen[number][0].start}",
                )
            elif lines:
                seen[number] = lines


def _figures(document: Document) -> Iterator[Finding]:
    for statement in document.statements:
        stated, indicated = _differing(statement)
        one, other = (", ".join(_printed(side)) for side in (stated, indicated))
        severity: Severity = "note"
        if {figure.unit for figure in stated} & {figure.unit for figure in indicated}:
            severity, message = "warning", f"the statement says {one}, its indicator {other}"
        elif stated and indicated:
            message = f"only the statement says {one}, only its indicator {other}"
        elif stated or indicated:
            message = f"only the statement says {one}" if stated else f"only the indicator says {other}"
        else:
            continue
        yield Finding(
            severity=severity,
            document=document.id,
            lines=statement.lines,
            message=f"{statement.number}: {message}",
        )


class _Figure(NamedTuple):
    """A figure: what it measures, its amount (both as compared), and its words as printed."""

    unit: str
    amount: str
    printed: str


_NUMBERS = {word: str(value) for word, value in NUMERALS.items() if value}
_TIMES = {"once": "1", "twice": "2", "thrice": "3"}
_WORD_NUMBER = "|".join(_NUMBERS)
_AMOUNT = rf"(?:\d+(?:[.,:]\d+)*|\b(?:{_WORD_NUMBER})\b(?! of\b| another\b))"
_NO_FIGURE = re.compile(
    r"\((?:\d{1,2}|[a-z])\)|(?<!\S)\d{1,2}\)"
    r"|\b(?:no|number|nomor|article|pasal|iso|section|criterion|phase|appendix)\b\.?\s*\d[\d.:/]*"
    r"|\b(?:19|20)\d\d\b"
    rf"|\b(?:\d+|{_WORD_NUMBER}) (?:elements|aspects|components|criteria|indicators)\b"
    rf"|\((?:{_WORD_NUMBER})\)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    rf"(?<![\w.-])(?P<low>{_AMOUNT})(?:\s*%)?(?:\s*(?:[-–—]|\bto\b|hingga|sampai)\s*(?P<high>{_AMOUNT}))?"
    r"\s*(?P<unit>%|per cent\b"
    r"|(?!(?:of|on|for|with|within|over|in|at|to|and|or|the|per|each|every|regarding|from|is|are)\b)[a-z]+(?=\W|$))?",
    re.IGNORECASE,
)
_ONCE = re.compile(r"\b(once|twice|thrice)\b", re.IGNORECASE)
_PERIOD = re.compile(
    r"\b(?:every|each|per|(?<=once )an?|(?<=twice )an?|(?<=times )an?|setiap|tiap)\s+(?:academic\s+)?"
    r"(year|semester|month|week|tahun|bulan)\b"
    r"|\b(annual|yearly|monthly|semesterly|tahunan|bulanan)(?:ly)?\b",
    re.IGNORECASE,
)
_PERIODS = {"annual": "year", "yearly": "year", "monthly": "month", "semesterly": "semester"} | {
    "tahun": "year", "tahunan": "year", "bulan": "month", "bulanan": "month",
}  # fmt: skip
_PERCENT = {"%", "percent", "per cent", "persen"}
_MEASURES = {"%", "every", "time"}


def figure_conflicts(statement: Statement) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Compare the figures of a statement with those of its indicator.

    Returns the figures, as printed, that stand only in the statement and only in the indicator, or None where
    both have the same or one of them has no text. Figures are amounts, ranges, ratios, percentages and how
    often (``every year``), ``three`` and ``3`` being one; numbers of laws, years and list labels are none.
    """
    stated, indicated = _differing(statement)
    if not stated and not indicated:
        return None
    return _printed(stated), _printed(indicated)


def _printed(figures: Iterable[_Figure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(figure.printed for figure in figures))


def _differing(statement: Statement) -> tuple[list[_Figure], list[_Figure]]:
    """Give the figures that only the statement has, and those that only its indicator has."""
    if not statement.statement or not statement.indicator:
        return [], []
    stated, indicated = _figures_in(statement.statement), _figures_in(statement.indicator)
    return _without(stated, indicated), _without(indicated, stated)


def _without(figures: Sequence[_Figure], others: Sequence[_Figure]) -> list[_Figure]:
    """Leave out figures that the others have too: the same amount, whatever noun follows a plain number."""
    known = {(figure.unit in _MEASURES and figure.unit, figure.amount) for figure in others}
    return [one for one in figures if (one.unit in _MEASURES and one.unit, one.amount) not in known]


def _figures_in(text: str) -> list[_Figure]:
    text = _NO_FIGURE.sub(" ", text)
    found = [_Figure("time", _TIMES[match[1].casefold()], match[0]) for match in _ONCE.finditer(text)]
    for match in _PERIOD.finditer(text):
        period = (match[1] or match[2]).casefold()
        found.append(_Figure("every", _PERIODS.get(period, period), match[0]))
    for match in _FIGURE.finditer(text):
        amounts = [_NUMBERS.get(amount.casefold(), amount) for amount in (match["low"], match["high"]) if amount]
        unit = (match["unit"] or "").casefold().removesuffix("s")
        printed = re.sub(r"\s+", " ", match[0]).strip()
        if "%" in printed or unit in _PERCENT:
            unit, printed = "%", printed[: printed.rfind("%") + 1] or printed
        found.append(_Figure(unit, "–".join(amounts), printed))
    return found


def _actors(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    """Find steps that the procedure's table and the work-instruction matrix give to different people."""
    steps = [(row, clause) for row in document.procedure for clause in row.instructions]
    for row in document.work_instructions:
        match = _same_step(row, steps, document.work_instructions)
        if match is None or not row.actors:
            continue
        step, clause = match
        told = _roles(f"{step.unit}, {step.person_in_charge}", lexicon)
        marked = _roles(", ".join(row.actors), lexicon)
        if told and marked and not any(_agree(one, other) for one in told for other in marked):
            yield Finding(
                severity="warning",
                document=document.id,
                lines=(*clause.lines, *row.lines),
                message=f"{clause.text[:60]!r}: the procedure names {step.unit}, "
                f"the work instructions {', '.join(row.actors)}",
            )


def _same_step(
    row: WorkInstruction,
    steps: Sequence[tuple[ProcedureRow, Clause]],
    rows: Sequence[WorkInstruction],
) -> tuple[ProcedureRow, Clause] | None:
    """Give the instruction most like a matrix row, if no other row is more like it."""
    best = max(steps, key=lambda step: _likeness(step[1].text, row.activity), default=None)
    if best is None or _likeness(best[1].text, row.activity) < SAME_STEP:
        return None
    nearest = max(rows, key=lambda other: _likeness(best[1].text, other.activity))
    return best if nearest is row else None


def _likeness(one: str, other: str) -> float:
    return fuzz.token_set_ratio(one.casefold(), other.casefold())


def _roles(text: str, lexicon: Lexicon) -> set[str]:
    """Name the roles and units in an actor's cell; unknown words stand for themselves."""
    known = {match.entry.id for match in lexicon.find(text) if match.entry.kind in {"role", "unit"}}
    return known or {part.strip().casefold() for part in re.split(r"[,/]", text) if part.strip()}


def _agree(one: str, other: str) -> bool:
    """Whether two roles may be one: ``vice-rector`` is printed for any of ``vice-rector-1`` to ``-4``."""
    one, other = (name.replace("vice-rectors-", "vice-rector-") for name in (one, other))
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def _nobody(document: Document) -> Iterator[Finding]:
    for row in document.procedure:
        if not row.person_in_charge:
            text = row.instructions[0].text[:60] if row.instructions else row.unit
            message = f"no person in charge stands beside {text!r}"
            yield Finding(severity="note", document=document.id, lines=row.lines, message=message)
    for item in document.work_instructions:
        if item.actors_from == "none":
            message = f"row {item.number} of the work instructions names nobody who acts"
            yield Finding(severity="note", document=document.id, lines=item.lines, message=message)


def _first_line(document: Document) -> Lines:
    return Lines(start=document.lines.start, end=document.lines.start)
