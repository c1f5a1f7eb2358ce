"""Which of the two languages a text is in."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from lingua import Language as Lingua
from lingua import LanguageDetector, LanguageDetectorBuilder

Language = Literal["en", "id"]


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Lingua.ENGLISH, Lingua.INDONESIAN).build()


def detect_language(text: str, default: Language = "id") -> Language:
    """Tell English from Indonesian; text without words (numbers, codes) gives the default."""
    found = _detector().detect_language_of(text)
    if found is None:
        return default
    return "en" if found == Lingua.ENGLISH else "id"
