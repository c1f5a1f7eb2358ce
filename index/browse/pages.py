"""Long texts as pages of Telegram HTML: a heading, blocks of text, a note, each page within the limit."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.language import Language
from index.browse.labels import LABELS
from index.reply import clean, clip, cut_pages, one_line, utf16_units

SMALLEST_PAGE = 256
"""Below this a heading, a note and a sentence do not fit on one page."""
_NUMBER_ROOM = len(" (99999/99999)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: ``lead`` in bold before ``text`` on the same line; ``tag`` and ``attribute`` wrap the text.

    ``gap`` are the line breaks before it, dropped at the start of a page.
    """

    text: str
    lead: str = ""
    tag: str = ""
    attribute: str = ""
    gap: str = "\n"

    @property
    def units(self) -> int:
        """Length as Telegram counts it, tags excluded."""
        return utf16_units(self.gap) + utf16_units(self.lead) + bool(self.lead and self.text) + utf16_units(self.text)

    def html(self) -> str:
        """Give the block as Telegram HTML without its gap, everything escaped."""
        text = html.escape(self.text, quote=False)
        if self.tag and text:
            text = f"<{self.tag}{self.attribute}>{text}</{self.tag}>"
        lead = f"<b>{html.escape(self.lead, quote=False)}</b>" if self.lead else ""
        return " ".join(part for part in (lead, text) if part)


def quote(text: str, gap: str = "\n") -> Block:
    """Give the words of a clause, folded until a person opens them."""
    return Block(text, tag="blockquote", attribute=" expandable", gap=gap)


def render(head: str, blocks: Iterable[Block], limit: int, language: Language, note: str = "") -> list[str]:
    """Give pages of Telegram HTML of at most ``limit`` UTF-16 units after entity parsing, at least one.

    Every page starts with the heading (and its number where there are several) and ends with the note; no word
    of a block is lost between two pages.

    Raises:
        ValueError: a limit under `SMALLEST_PAGE`.
    """
    if limit < SMALLEST_PAGE:
        raise ValueError(f"a page of {limit} units is too short; give at least {SMALLEST_PAGE}")
    page_word = LABELS[language]["page"]
    head = clip(one_line(head), limit // 3)
    foot = f"\n\n<i>{html.escape(note, quote=False)}</i>" if note else ""
    numbered = utf16_units(page_word) + _NUMBER_ROOM
    room = limit - utf16_units(head) - numbered - (utf16_units(note) + 2 if note else 0) - 1
    bodies = list(_fill(_cut(blocks, room), room)) or [""]
    top = f"<b>{html.escape(head, quote=False)}</b>"
    if len(bodies) == 1:
        return [f"{top}\n{bodies[0]}".rstrip() + foot]
    return [f"{top} ({page_word} {place}/{len(bodies)})\n{body}{foot}" for place, body in enumerate(bodies, start=1)]


def _cut(blocks: Iterable[Block], room: int) -> Iterator[Block]:
    """Clean the blocks, drop empty ones, and cut those that fit on no page."""
    for block in blocks:
        lead, text = clip(one_line(block.lead), room // 3), clean(block.text)
        if not lead and not text:
            continue
        first, *rest = cut_pages(text, room - utf16_units(lead) - len(block.gap) - 1) or [""]
        yield Block(first, lead, block.tag, block.attribute, block.gap)
        for part in rest:
            yield Block(part, "", block.tag, block.attribute, "\n")


def _fill(blocks: Iterable[Block], room: int) -> Iterator[str]:
    """Put blocks on pages while they fit."""
    page, used = "", 0
    for block in blocks:
        if page and used + block.units > room:
            yield page
            page, used = "", 0
        page += (block.gap if page else "") + block.html()
        used += block.units
    if page:
        yield page
