"""Whole numbers as both languages spell them in one word, from none to twelve."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NUMERALS: Mapping[str, int] = MappingProxyType(
    {
        word: value
        for value, words in enumerate(
            (
                "zero nol",
                "one satu",
                "two dua",
                "three tiga",
                "four empat",
                "five lima",
                "six enam",
                "seven tujuh",
                "eight delapan",
                "nine sembilan",
                "ten sepuluh",
                "eleven sebelas",
                "twelve",
            )
        )
        for word in words.split()
    }
)
