"""Long lists as pages of one message: blocks of lines are cut between lines, their headings repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handlers.addresses import Address
from handlers.texts import Html
from handlers.turn import Button
from index.reply import utf16_units

PAGE_UNITS = 3_000
"""UTF-16 units of a page, markup included: a screen or two of a phone, within Telegram's limit."""


@dataclass(frozen=True)
class Block:
    """Lines under a heading."""

    heading: Html
    lines: tuple[Html, ...]


def pages_of(blocks: Iterable[Block], title: Html, room: int = PAGE_UNITS) -> list[Html]:
    """Return blocks as pages of at most ``room`` units, the title on the first; at least one.

    A single line with more than that has a page of its own.
    """
    pages: list[list[str]] = [[title]]
    for block in blocks:
        heading: list[str] = [block.heading] if block.heading else []
        lead = ["", *heading]
        for line in block.lines:
            if sum(map(_units, (*pages[-1], *lead, line))) > room:
                pages.append([])
                lead = heading
            pages[-1] += [*lead, line]
            lead = []
    return [Html("\n".join(page)) for page in pages]


def turning(page: int, last: int, address: Callable[[int], Address]) -> list[Button]:
    """Return the buttons to the pages before and after; ``address`` gives what the button to a page carries."""
    return [
        Button(f"{sign} {other}/{last}", address(other).data())
        for sign, other in (("◀", page - 1), ("▶", page + 1))
        if 1 <= other <= last
    ]


def _units(line: str) -> int:
    return utf16_units(line) + 1
