"""What a button carries: the address of a clause in at most 64 bytes, so that it outlives every restart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from index.reply import Citation, Language, source_id

OPEN: Final = "c"
TURN: Final = "p"
PATTERN = re.compile(r"([cp]):(en|id):([0-9a-f]{8}):(\d{1,9})-(\d{1,9}):(\d{1,4})")

Act = Literal["c", "p"]


@dataclass(frozen=True)
class ClauseButton:
    """A press that opens a clause in a new message (``c``) or turns its page (``p``).

    ``c:id:1a2b3c4d:120-124:1``: act, language of the labels, source, lines, page (from 1).
    """

    act: Act
    language: Language
    source: str
    start: int
    end: int
    page: int = 1

    @classmethod
    def opening(cls, citation: Citation, language: Language) -> ClauseButton:
        """Return the button that opens the clause of a citation."""
        start, end = citation.lines
        return cls(OPEN, language, source_id(citation.source), start, end)

    @classmethod
    def read(cls, data: str) -> ClauseButton:
        """Return the button behind callback data; raises ValueError for anything else."""
        found = PATTERN.fullmatch(data)
        if found is None:
            raise ValueError("not the callback data of a clause")
        act, language, source, start, end, page = found.groups()
        return cls(cast(Act, act), cast(Language, language), source, int(start), int(end), int(page))

    def data(self) -> str:
        """Return the callback data, at most 43 bytes."""
        return f"{self.act}:{self.language}:{self.source}:{self.start}-{self.end}:{self.page}"
