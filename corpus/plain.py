"""Reader for texts of any layout: headings, lists, tables and paragraphs, so that they can be asked about.

Sections are known by their heading's words where they can be (Indonesian or English), whatever the layout:
a lettered SOP with ``G. Prosedur`` yields steps, a table ``Work Unit | … | Person in Charge`` its rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from corpus.builder import Builder, read_section
from corpus.model import Document, DocumentKind, Lines, SectionKind
from corpus.passage import Passage
from corpus.reader import Block, Heading, read_blocks
from corpus.sections import SectionHead, find_head, section_kind


def parse_plain(lines: Sequence[str], source: str, language: str, title: str | None = None) -> Document:
    """Parse a text without a known layout into one document; without a title the first heading gives it."""
    blocks = read_blocks(lines)
    heads = split_at_heads(blocks)
    builder = Builder()
    for head, content in heads:
        read_section(builder, head, content)
    kinds = {section.kind for section in builder.sections}
    first_heading = next((block.text for block in blocks if isinstance(block, Heading)), None)
    name = PurePath(source).stem
    filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
    return Document(
        id=re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-"),
        code=None,
        title=title or first_heading or name,
        kind=DocumentKind.SOP if SectionKind.PROCEDURE in kinds else DocumentKind.OTHER,
        language=language,
        source=source,
        lines=Lines(start=filled[0], end=filled[-1]) if filled else Lines(start=1, end=1),
        **builder.parts(),
    )


def split_at_heads(blocks: Sequence[Block]) -> list[tuple[SectionHead, list[Block]]]:
    """Split blocks at section headings; every marked heading opens one, known words or not."""
    opening = SectionHead("", "Text", SectionKind.OTHER, 1, Passage(()))
    sections: list[tuple[SectionHead, list[Block]]] = [(opening, [])]
    for block in blocks:
        head = find_head(block, [section[0] for section in sections])
        if head is None and isinstance(block, Heading):
            kind = section_kind(block.text) or SectionKind.OTHER
            head = SectionHead("", block.text, kind, block.line, Passage(()))
        if head:
            sections.append((head, []))
        else:
            sections[-1][1].append(block)
    return [(head, content) for head, content in sections if content or head.number]
