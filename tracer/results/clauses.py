"""The clauses that figures answer: where each statement stands in the documents, and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from corpus.model import Document
from tracer.national.statistics import read_indicators
from tracer.wording import Text

SURVEY_CRITERIA = "1.1.13.1"
"""The statement about the survey itself."""
NOT_BY_SURVEY = "1.1.12.1"
"""The statement among them that no survey answers."""
STATEMENTS = ("1.1.8.1", "1.1.9.1", "1.1.10.1", "1.1.11.1", NOT_BY_SURVEY, SURVEY_CRITERIA)


@dataclass(frozen=True)
class Clause:
    """A statement of a standard: its document, source file and lines (1-based), its words and Indonesian wording.

    ``url`` opens the clause in the chat; empty where there is no bot to open it.
    """

    document: str
    statement: str
    source: str
    lines: tuple[int, int]
    words: Text
    url: str = ""

    @property
    def place(self) -> str:
        """Return the address as it is printed: ``S-SPMI-UPGRIS-1.1 · 1.1.9.1 · … lines 189–192``, without words."""
        first, last = self.lines
        return f"{self.source}:{first}" if first == last else f"{self.source}:{first}–{last}"


Clauses = Mapping[str, Clause]


def clauses_of(documents: Iterable[Document], wording_of: Callable[[str], str | None]) -> dict[str, Clause]:
    """Return the clauses by statement number; empty where the document of the standards is not in force."""
    code = read_indicators().document
    found = {}
    for document in documents:
        if document.code != code:
            continue
        for row in document.statements:
            if row.number in STATEMENTS:
                lines = (min(run.start for run in row.lines), max(run.end for run in row.lines))
                words = Text(en=row.statement, id=wording_of(row.statement) or row.statement)
                found[row.number] = Clause(code, row.number, document.source, lines, words)
    return found
