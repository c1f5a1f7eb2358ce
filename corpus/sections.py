"""Telling section headings from list items, and what a section is about from its heading's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import SectionKind
from corpus.passage import Passage
from corpus.reader import Block, Heading, Item, Paragraph

_KINDS: tuple[tuple[SectionKind, str], ...] = (
    (SectionKind.VISION, r"vision( and mission)?|mission|visi( dan misi)?|misi"),
    (SectionKind.RATIONALE, r"rationale.*|rasional.*"),
    (SectionKind.PURPOSE, r"(the )?(objectives?|purposes?|goals?)( of .*)?|tujuan.*"),
    (SectionKind.SCOPE, r"scope|ruang lingkup"),
    (SectionKind.RESPONSIBLE, r"responsible part(y|ies)|(wewenang dan )?tanggung jawab|penanggung jawab"),
    (SectionKind.DEFINITION, r"definitions?( of terms?)?|glossary|definisi( istilah)?|pengertian"),
    (
        SectionKind.STATEMENT,
        r"(statements? of )?standards?( statements?)? and (performance )?indicators.*"
        r"|standard statements?.*|pernyataan.*standar.*",
    ),
    (SectionKind.STRATEGY, r"strateg(y|ies).*|strategi.*"),
    (
        SectionKind.WORK_INSTRUCTION,
        r"work(ing)? instructions?|instruksi kerja",
    ),
    (
        SectionKind.STANDARD,
        r"standards?|statements? of standard contents?|academic|programme|curriculum|standar"
        r"|.*\bstandards? for (teaching|educational|academic) staff"
        r"|procedures and requirements .* standards?",
    ),
    (
        SectionKind.PROCEDURE,
        r"((standard )?operating )?procedures?|work ?flow|prosedur( kerja)?|langkah.langkah",
    ),
    (
        SectionKind.PROVISION,
        r"(general|other) provisions?|ketentuan( umum)?|distribution|peringatan|distribusi",
    ),
    (SectionKind.RELATED, r"related documents?|dokumen terkait"),
    (SectionKind.REFERENCE, r"references?|dasar hukum|referensi|acuan|rujukan"),
    (SectionKind.EQUIPMENT, r"perlengkapan.*|equipment.*"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_NUMBERED = re.compile(r"^(\d{1,2}|[A-Z])\.\s*(.*)$")


@dataclass(frozen=True, slots=True)
class SectionHead:
    """A section's number, heading and kind, its line, and text that stands on the heading's line."""

    number: str
    heading: str
    kind: SectionKind
    line: int
    rest: Passage


def section_kind(heading: str) -> SectionKind | None:
    """Tell what a heading announces; None when its words are no known heading."""
    text = heading.strip(" :.")
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(text)), None)


def find_head(block: Block, earlier: Sequence[SectionHead]) -> SectionHead | None:
    """Tell whether a block opens a section; list items do when their words are a known heading."""
    if isinstance(block, Heading):
        return _marked_head(block.line, block.text, earlier)
    if isinstance(block, Item) and not block.indented and block.style in {"1.", "A."}:
        return _item_head(block, earlier)
    if isinstance(block, Paragraph) and block.bold and len(block.passage.pieces) == 1:
        line, text = block.passage.pieces[0]
        return _marked_head(line, text, earlier)
    return None


def _marked_head(line: int, text: str, earlier: Sequence[SectionHead]) -> SectionHead | None:
    """Judge a heading: numbered and known, or lettered in the order in which standards letter sections."""
    match = _NUMBERED.match(text)
    if not match:
        return None
    number, text = match[1], match[2]
    heading, _, rest = text.partition(":")
    kind = section_kind(heading)
    if kind is None and (number.isdigit() or not _follows(number, earlier)):
        return None
    return SectionHead(number, heading.strip(), kind or SectionKind.OTHER, line, Passage.of(line, rest))


def _item_head(block: Item, earlier: Sequence[SectionHead]) -> SectionHead | None:
    """Judge a list item at the margin: ``1. Objective : To ensure …``, ``4. Definition``."""
    if not block.passage:
        return None
    line, text = block.passage.pieces[0]
    heading, colon, _ = text.partition(":")
    kind = section_kind(heading)
    if kind is None or _is_sublist(block, kind, earlier):
        return None
    rest = block.passage.cut(len(heading) + len(colon))
    return SectionHead(block.label, heading.strip(), kind, line, rest)


def _is_sublist(block: Item, kind: SectionKind, earlier: Sequence[SectionHead]) -> bool:
    """Whether a known word at the margin is a list's entry: lists of related documents name standards."""
    last = earlier[-1] if earlier else None
    return (
        last is not None
        and last.kind in {SectionKind.RELATED, SectionKind.REFERENCE}
        and kind in {SectionKind.STANDARD, SectionKind.RELATED}
        and block.style == "1."
    )


def _follows(label: str, earlier: Sequence[SectionHead]) -> bool:
    """Whether a letter is the next one after the last lettered section (or the first, A)."""
    last = next((head.number for head in reversed(earlier) if head.number.isalpha()), None)
    return label == "A" if last is None else ord(label) == ord(last) + 1
