"""What a person reads in a questionnaire or about it, in both languages."""

from __future__ import annotations

from corpus.lexicon.entries import Language
from corpus.model import Model


class Text(Model):
    """One wording in both languages."""

    id: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the wording in ``language``."""
        return self.id if language == "id" else self.en
