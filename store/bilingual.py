"""A text in both languages, as the documents have it, kept as it was."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import from_json, to_json
from store.people import Language


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages; where one is missing, the other stands in its place."""

    en: str
    id: str

    def of(self, language: Language) -> str:
        """Return the text in a language."""
        return self.id if language == "id" else self.en

    def to_json(self) -> str:
        """Return it as a column keeps it."""
        return to_json({"en": self.en, "id": self.id})

    @classmethod
    def from_json(cls, text: str) -> Bilingual:
        """Return what a column keeps."""
        return cls(**from_json(text))
