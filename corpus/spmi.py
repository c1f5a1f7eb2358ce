"""Parser for the layout of internal quality assurance (SPMI) documents: standards, forms and SOPs.

A document starts with a cover block, then an approval sheet (title, ``Document Code``, ``Effective Date`` and
a table of who formulated, reviewed, approved and controls it), then its sections. Which table is which is
told by header rows, what a section is about by its heading's words: the printed numbers jump and repeat.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corpus.builder import Builder, clauses_of, read_section
from corpus.model import Document, DocumentKind, FormRole, Lines, Section, SectionKind
from corpus.passage import Passage, covering, plain
from corpus.reader import Block, Heading, Item, Paragraph, read_blocks
from corpus.sections import SectionHead, find_head

_COVER = re.compile(
    r"\s*\**\s*(STANDARD DOCUMENTS?|EVALUATION FORM DOCUMENTS?|STANDARD OPERATING PROCEDURE DOCUMENTS?"
    r"|OPERATIONAL PROCEDURE STANDARDS DOCUMENTS?)\**\s*"
)
_CODE = re.compile(r"\s*Document Code\s*:\s*(\S.*?)\s*$")
_NUMBER = re.compile(r"\s*Number\s*:\s*(\S.*?)\s*$")
_ENACTS = re.compile(r"[-\s]*To enact[^:]*:\s*(\S.*?)\s*$")
_DATE = re.compile(r"\s*Effective Date\s*:\s*(\S.*?)\s*$")
_INSTITUTION = re.compile(r"UNIVERSITAS\s.*|INTERNAL QUALITY ASSURANCE SYSTEM", re.IGNORECASE)
_SIGNED = re.compile(r"signed|signature|\(full name\)", re.IGNORECASE)
_FORM_ROLE = re.compile(r"Form \w+,?$")


def is_spmi(lines: Sequence[str]) -> bool:
    """Whether a text has this layout: some document code line and some cover block."""
    return any(_COVER.fullmatch(line) for line in lines) and any(_CODE.match(tabless(line)) for line in lines)


def tabless(line: str) -> str:
    """Give a line with tabs as blanks (``Document Code`` lines are half tables)."""
    return line.replace("\t", " ")


def parse_spmi(lines: Sequence[str], source: str, language: str) -> list[Document]:
    """Parse a whole file into its documents, front matter included, in order."""
    covers = [index for index, line in enumerate(lines) if _COVER.fullmatch(line)]
    documents = front_matter(lines[: covers[0]] if covers else lines, source, language)
    bounds = [*covers, len(lines)]
    for start, end in pairwise(bounds):
        documents.append(parse_document(lines[start:end], start + 1, source, language))
    return documents


def front_matter(lines: Sequence[str], source: str, language: str) -> list[Document]:
    """Read what stands before the first document: a decree (it has a ``Number:``) and a table of contents."""
    marks = [i for i, line in enumerate(lines) if plain(line.lstrip("# ")).casefold() == "table of contents"]
    documents = []
    if _first_match(_NUMBER, lines):
        start = next((i for i, line in enumerate(lines) if "YAYASAN" in line), 0)
        end = marks[0] if marks else len(lines)
        documents.append(_decree(lines[start:end], start + 1, source, language))
    if marks:
        documents.append(_plain_document(lines[marks[0] :], marks[0] + 1, source, language, "TABLE OF CONTENTS"))
    return documents


def _decree(lines: Sequence[str], first: int, source: str, language: str) -> Document:
    number = _first_match(_NUMBER, lines) or "DECISION"
    title = plain(_first_match(_ENACTS, lines) or "DECISION")
    document = _plain_document(lines, first, source, language, title)
    issued = next((m[1] for line in lines if (m := re.search(r"On the date of (.+?)\s*$", line))), None)
    return document.model_copy(
        update={"id": number, "code": number, "effective": issued, "effective_date": parse_date(issued)}
    )


def _plain_document(lines: Sequence[str], first: int, source: str, language: str, title: str) -> Document:
    blocks = read_blocks(lines, first)
    clauses = clauses_of([block for block in blocks if isinstance(block, Item | Paragraph)])
    section = Section(
        number="", heading=title, kind=SectionKind.OTHER, lines=_span(lines, first), clauses=tuple(clauses)
    )
    return Document(
        id=re.sub(r"\W+", "-", title.casefold()).strip("-")[:60],
        code=None,
        title=title,
        kind=DocumentKind.OTHER,
        language=language,
        source=source,
        lines=covering(_span(lines, first)),
        sections=(section,),
    )


def _span(lines: Sequence[str], first: int) -> tuple[Lines, ...]:
    filled = [first + index for index, line in enumerate(lines) if line.strip()]
    return (Lines(start=filled[0], end=filled[-1]),) if filled else (Lines(start=first, end=first),)


def parse_date(text: str | None) -> dt.date | None:
    """Read a date as printed (``31 March 2023``); None where there is none."""
    if not text:
        return None
    for form in ("%d %B %Y", "%d/%m/%Y", "%d %b %Y"):
        try:
            return dt.datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def parse_document(lines: Sequence[str], first: int, source: str, language: str) -> Document:
    """Parse the lines of one document, cover block first; ``first`` is the number of the first line."""
    head = next((i for i, line in enumerate(lines) if re.match(r"PROCESS\t", line)), 0)
    code = _first_match(_CODE, lines)
    effective = _first_match(_DATE, lines)
    sheet_title = _sheet_title(lines[:head])
    blocks = read_blocks(lines[head:], first + head)
    builder = Builder()
    body_title, sections = _split_sections(blocks)
    for section_head, section_blocks in sections:
        read_section(builder, section_head, section_blocks)
    kind = _kind(code or "", lines[0])
    title = body_title or sheet_title
    if body_title and _folded(body_title) != _folded(sheet_title):
        builder.oddities.append(f"the approval sheet's title is {sheet_title!r}, the body's {body_title!r}")
    return Document(
        id=normal_code(code) if code else f"{source}:{first}",
        code=code,
        title=title,
        sheet_title=sheet_title if _folded(sheet_title) != _folded(title) else None,
        kind=kind,
        language=language,
        source=source,
        lines=covering(_span(lines, first)),
        effective=effective,
        effective_date=parse_date(effective),
        form_roles=tuple(_form_roles(blocks)) if kind == DocumentKind.FORM else (),
        **builder.parts(),
    )


def normal_code(code: str) -> str:
    """Normalise a code: no blanks, capitals, and ``SPMI`` where it was left out (``SOP-UPGRIS-1.1.2``)."""
    tight = re.sub(r"\s+", "", code).upper()
    return re.sub(r"^(S|F|SOP)-(?!SPMI-)", r"\1-SPMI-", tight)


def _first_match(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    found = next((m[1] for line in lines if (m := pattern.match(tabless(line)))), None)
    return re.sub(r"\s+", " ", found) if found else None


def _kind(code: str, cover: str) -> DocumentKind:
    if code.startswith("SOP") or "OPERATI" in cover:
        return DocumentKind.SOP
    if code.startswith("F-") or "FORM" in cover:
        return DocumentKind.FORM
    return DocumentKind.STANDARD


def _folded(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]+", " ", (text or "").casefold()).strip()


def _title_text(texts: Iterable[str]) -> str:
    """Join title lines; the institution's lines and the word SOP alone are no title."""
    kept = [text for text in texts if text and not _INSTITUTION.fullmatch(text)]
    title = re.sub(r"^SOP\b\s*", "", " ".join(kept)).strip()
    return re.sub(r"\s+", " ", title)


def _sheet_title(lines: Sequence[str]) -> str:
    start = next((i for i, line in enumerate(lines) if "APPROVAL SHEET" in line), None)
    if start is None:
        return ""
    texts = [plain(line.lstrip("# ")).replace("**", "") for line in lines[start + 1 :]]
    stop = next((i for i, text in enumerate(texts) if text.startswith("Document Code")), len(texts))
    return _title_text(texts[:stop])


def _split_sections(blocks: Sequence[Block]) -> tuple[str, list[tuple[SectionHead, list[Block]]]]:
    """Split the blocks after the approval sheet at section headings; the title stands before the first."""
    titles: list[str] = []
    sections: list[tuple[SectionHead, list[Block]]] = []
    start = SectionHead("", "", SectionKind.OTHER, 0, Passage(()))
    sections.append((start, []))
    for block in blocks:
        head = find_head(block, [section[0] for section in sections])
        if head:
            sections.append((head, []))
        elif len(sections) == 1 and isinstance(block, Heading | Paragraph) and _is_title(block):
            titles.append(block.text if isinstance(block, Heading) else block.passage.text)
        else:
            sections[-1][1].append(block)
    return _title_text(titles), sections


def _is_title(block: Heading | Paragraph) -> bool:
    text = block.text if isinstance(block, Heading) else block.passage.text
    return isinstance(block, Heading) or (block.bold and not _FORM_ROLE.match(text))


def _form_roles(blocks: Sequence[Block]) -> list[FormRole]:
    """Pair roles with offices: each role followed by its office, or all roles first and then all offices."""
    texts = [b.passage for b in blocks if isinstance(b, Paragraph)]
    pieces = [Passage((piece,)) for passage in texts for piece in passage.pieces]
    start = next((i for i, p in enumerate(pieces) if _FORM_ROLE.match(p.text)), len(pieces))
    roles: list[Passage] = []
    offices: list[list[Passage]] = []
    for piece in pieces[start:]:
        if _SIGNED.search(piece.text):
            break
        if _FORM_ROLE.match(piece.text):
            roles.append(piece)
            offices.append([])
        else:
            _give_office(offices, piece)
    return [
        FormRole(
            role=role.text.rstrip(","),
            office=" ".join(p.text for p in office),
            lines=(covering([*role.lines, *(line for p in office for line in p.lines)]),),
        )
        for role, office in zip(roles, offices, strict=True)
    ]


def _give_office(offices: list[list[Passage]], piece: Passage) -> None:
    """Give an office to the first role without one where roles came first, else to the last role."""
    empty = [office for office in offices if not office]
    if len(empty) >= 2 or (len(offices) > 1 and offices[0] and empty == [offices[-1]] and offices[-2]):
        empty[0].append(piece)
    else:
        offices[-1].append(piece)
