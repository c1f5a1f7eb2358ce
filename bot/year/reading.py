"""What a message of reminders says, read back from its text and its buttons as the person would."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handlers.addresses import ClauseButton, RunButton, StepButton
from handlers.reminding import HEADINGS
from handlers.texts import speech
from store.people import Language

LATE_SIGN = "⌛"
OWN_MARK = re.compile(r"own-(\d+)")
"""How the year's people begin the words of a reminder of their own."""
_MORE = re.compile(r"^… .*?(\d+).*/jadwal")
_BOLD = re.compile(r"<b>(.*?)</b>")


@dataclass(frozen=True)
class Said:
    """Something that a message says: its kind, the step or number that it is about, whether it is marked late."""

    kind: str
    about: int
    is_late: bool
    text: str = ""


def read(pages: Iterable[dict[str, Any]], language: Language) -> tuple[list[Said], dict[str, int], int]:
    """Return what the messages of one bundle say, in their order (parameters of ``sendMessage``).

    And how many of each kind are only counted (“… and 3 more”), and how many were left out.
    """
    t = speech(language)
    headings = {html.unescape(str(t(words))): str(notice) for notice, words in HEADINGS.items()}
    said: list[Said] = []
    more: dict[str, int] = {}
    lapsed, kind = 0, ""
    for page in pages:
        buttons = _opening(page)
        for piece in _pieces(str(page["text"]), headings):
            first = _BOLD.match(piece)
            kind = headings.get(html.unescape(first[1]), kind) if first else kind
            if counted := _MORE.match(piece):
                more[kind] = int(counted[1])
            elif piece.startswith("<i>") and LATE_SIGN not in piece:
                lapsed += int(re.findall(r"\d+", piece)[0])
            else:
                said.append(_said(piece, kind, buttons))
    return said, more, lapsed


def _said(piece: str, kind: str, buttons: Iterator[str]) -> Said:
    is_late = LATE_SIGN in piece
    if own := OWN_MARK.search(piece):
        next(buttons)
        return Said("own", int(own[1]), is_late, piece)
    if piece.startswith("🗓"):
        return Said("week", 0, is_late, piece)
    if piece.startswith("🔁"):
        return Said("proposal", RunButton.read(next(buttons)).run_id, is_late, piece)
    return Said(kind, StepButton.read(next(buttons)).step_id, is_late, piece)


def _opening(page: dict[str, Any]) -> Iterator[str]:
    """Yield what the buttons of a page lead to, one for each thing said; a page with one thing has all of its own."""
    rows = page.get("reply_markup", {}).get("inline_keyboard", [])
    data = [str(button["callback_data"]) for row in rows for button in row]
    clause, runs = f"{ClauseButton.PREFIX}:", f"{RunButton.PREFIX}:list"
    yield from (one for one in data if not one.startswith((clause, runs)))


def _pieces(text: str, headings: dict[str, str]) -> list[str]:
    """Return the parts of a text; an empty line inside of a clause does not part it."""
    found: list[str] = []
    for part in text.split("\n\n"):
        is_new = part.startswith(("<b>", "<i>", "🗓", "🔁", "📜", "…", "⏰ "))
        if is_new or not found:
            found.append(part)
        else:
            found[-1] += f"\n\n{part}"
    return found
