"""What the last answer was about: a follow-up is understood in it, and whoever holds the conversation keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.language import Language
from index.reply import Reply

_PLACES = 5
"""Citations that are kept, the best first."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The subject of an answer.

    ``question`` stands alone: what was asked, as it was understood. ``kind`` is the reply's. ``documents`` are the
    codes (ids where there is none) of the cited documents; ``places`` are source, first and last line of each citation.
    """

    question: str
    kind: str
    language: Language
    documents: tuple[str, ...]
    places: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, reply: Reply) -> Topic | None:
        """Take the topic of a reply; None for a refusal, which is about nothing."""
        if not reply.answerable or not reply.citations:
            return None
        cited = reply.citations[:_PLACES]
        return cls(
            question=reply.understood or reply.question,
            kind=reply.kind,
            language=reply.language,
            documents=tuple(dict.fromkeys(citation.document for citation in cited)),
            places=tuple((citation.source, *citation.lines) for citation in cited),
        )
