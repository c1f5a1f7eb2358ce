"""From lines to blocks: headings, paragraphs, list items and tables, joined where a page break cut them.

The texts come from printed pages. A page break repeats a table's header row or leaves it out, cuts a row in
two (the rest follows in a row whose first cell is empty), and cuts lists and sentences with a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.passage import Passage, plain

_ITEM = re.compile(r"^\s*(?:[-*•]\s+)?(\(?)([A-Za-z]|\d{1,2}|[ivx]{2,4})([.)])(?:\s+|$)(.*)$")
_BULLET = re.compile(r"^\s*[-*•]\s+(\S.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_FENCE = re.compile(r"^\s*```")
_PIPES = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|?[\s:|-]*-{2,}[\s:|-]*\|\s*$")
_UNFINISHED = re.compile(r"[^.;:!?]$")
_GOES_ON = re.compile(r"^[a-z(,;]")


@dataclass(slots=True)
class Heading:
    """A Markdown heading; ``level`` counts its signs."""

    line: int
    level: int
    text: str


@dataclass(slots=True)
class Paragraph:
    """Running text; ``bold`` when all of it was set bold (covers and titles are)."""

    passage: Passage
    bold: bool = False


@dataclass(slots=True)
class Item:
    """A list item: its label without point or bracket, and the label's style (``1.``, ``1)``, ``-``)."""

    label: str
    style: str
    passage: Passage
    indented: bool
    children: list[Item] = field(default_factory=list)
    announces: bool = False
    """Whether a table follows right after it."""


@dataclass(slots=True)
class Row:
    """A table row as printed, each cell a passage; ``after_break`` when a page break stands before it."""

    line: int
    cells: list[Passage]
    raw: list[str]
    after_break: bool = False


@dataclass(slots=True)
class Table:
    """Rows that belong together, repeated header rows included (the caller knows which rows are headers)."""

    rows: list[Row]


@dataclass(slots=True)
class Code:
    """A fenced block, kept as it stands."""

    line: int
    text: str


Block = Heading | Paragraph | Item | Table | Code


def read_blocks(lines: Sequence[str], first_line: int = 1) -> list[Block]:
    """Read lines (without line ends) into blocks, in order; ``first_line`` is the number of the first one."""
    reader = _Reader()
    index = 0
    while index < len(lines):
        line, number = lines[index], first_line + index
        index += 1
        if _FENCE.match(line):
            end = _closing_fence(lines, index)
            reader.blocks.append(Code(number, "\n".join(lines[index:end])))
            index, reader.after_blank = end + 1, True
        elif line.strip():
            reader.take(line, number)
            reader.after_blank = False
        else:
            reader.after_blank = True
    return reader.blocks


def _closing_fence(lines: Sequence[str], start: int) -> int:
    return next((index for index in range(start, len(lines)) if _FENCE.match(lines[index])), len(lines))


class _Reader:
    """Takes lines one by one; ``waiting`` are list labels that stand alone, before their texts."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.after_blank = True
        self.waiting: list[Item] = []

    def take(self, line: str, number: int) -> None:
        """Add one line to the blocks: as a block of its own or as the rest of the last one."""
        if "\t" in line or _PIPES.match(line):
            self._row(line, number)
        elif heading := _HEADING.match(line):
            self.waiting.clear()
            if text := plain(heading[2]):
                self.blocks.append(Heading(number, len(heading[1]), text))
        elif item := _ITEM.match(line):
            self._item(item, number)
        elif bullet := _BULLET.match(line):
            self.blocks.append(Item("", "-", Passage.of(number, bullet[1]), line.startswith("  ")))
        else:
            self._text(line, number)

    def _row(self, line: str, number: int) -> None:
        if _RULE.match(line):
            return
        raw = line.split("\t") if "\t" in line else line.strip().strip("|").split("|")
        row = Row(number, [Passage.of(number, cell) for cell in raw], raw, self.after_blank)
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Table):
            last.rows.append(row)
        else:
            row.after_break = False
            self.blocks.append(Table([row]))

    def _item(self, match: re.Match[str], number: int) -> None:
        style = match[1] + _style(match[2]) + match[3]
        item = Item(match[2], style, Passage.of(number, match[4]), match[0].startswith("  "))
        if item.passage:
            self.blocks.append(item)
        else:
            self.waiting.append(item)

    def _text(self, line: str, number: int) -> None:
        passage = Passage.of(number, line)
        if not passage:
            return
        last = self.blocks[-1] if self.blocks else None
        bold = line.strip().startswith("**") or line.strip().endswith("**")
        after_gap = self.after_blank or bool(self.waiting)
        goes_on = isinstance(last, Paragraph | Item) and _continues(last.passage.text, passage.text, after_gap)
        if isinstance(last, Paragraph | Item) and (goes_on or (_is_bold(last) and not self.after_blank)):
            last.passage += passage
        elif self.waiting and not bold:
            item = self.waiting.pop(0)
            item.passage = passage
            self.blocks.append(item)
        else:
            self.blocks.append(Paragraph(passage, bold))


def _is_bold(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.bold


def _continues(before: str, text: str, after_blank: bool) -> bool:
    """Whether text is the rest of what stands before it: the next line, or a sentence cut by a page break."""
    if not after_blank:
        return True
    return bool(before and _UNFINISHED.search(before) and _GOES_ON.match(text))


def _style(label: str) -> str:
    if label.isdigit():
        return "1"
    return "A" if label.isupper() else "a"


def nest(items: Sequence[Item]) -> list[Item]:
    """Nest list items by the style of their labels (page breaks lose indents, labels keep their style).

    A paragraph (style ``¶``) under an item without children belongs to it, else it stands by itself; it
    closes nothing. Headings (``#3``) hold what follows, up to the next heading of their level.
    """
    roots: list[Item] = []
    stack: list[Item] = []
    for item in items:
        item.children = []
        if item.style == "¶":
            (stack[0].children if stack and not stack[0].children else roots).append(item)
            continue
        styles = [open_item.style for open_item in stack]
        if item.style in styles:
            del stack[styles.index(item.style) :]
        elif item.style.startswith("#"):
            stack = [one for one in stack if one.style.startswith("#") and one.style < item.style]
        (stack[-1].children if stack else roots).append(item)
        stack.append(item)
    return roots


def same_header(one: Row, other: Row) -> bool:
    """Whether two rows are one header row printed twice (letters only: words break differently)."""
    return len(one.raw) == len(other.raw) and _letters(one) == _letters(other)


def _letters(row: Row) -> str:
    return re.sub(r"[^a-z]", "", " ".join(cell.text for cell in row.cells).casefold())
