"""Questions with what a right answer must hold and where it stands, one JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corpus.language import Language

SOURCES = {
    "STD": "spmi-education-standards-upgris-2023.txt",
    "ALU": "sop-pembinaan-alumni-ppg.txt",
}


class Item(BaseModel):
    """One question in two languages.

    ``must``: for every group at least one alternative must occur in the answer; ``lines``: where it stands.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    source: Literal["STD", "ALU"] = "STD"
    q_en: str
    q_id: str
    kind: str
    must: tuple[tuple[str, ...], ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    answerable: bool
    style: str

    def text(self, language: Language) -> str:
        """Give the question in a language."""
        return self.q_en if language == "en" else self.q_id

    def stands_at(self, source: str, start: int, end: int) -> bool:
        """Whether lines overlap those where the answer stands."""
        return source == SOURCES[self.source] and any(start <= b and a <= end for a, b in self.lines)


def load_items(path: Path) -> list[Item]:
    """Read a file of questions; blank lines are passed over."""
    return [Item.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
