"""The words of results, from ``words.yaml``, with numbers as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal, format_percent

from corpus.datafile import DataFile
from corpus.lexicon.entries import Language
from corpus.model import Model
from tracer.wording import Text

FILE = Path(__file__).with_name("words.yaml")


class _Words(Model):
    words: Mapping[str, Text]


def say(key: str, language: Language, /, **values: object) -> str:
    """Return a text of ``words.yaml``, filled in. Raise KeyError for none."""
    return text(key).in_(language).format(**values)


def text(key: str) -> Text:
    """Return a text of ``words.yaml`` in both languages. Raise KeyError for none."""
    return _words()[key]


def percent(share: float, language: Language) -> str:
    """Return a share (0 to 1) in percent with at most one decimal: 71,4% in Indonesian."""
    return str(format_percent(share, "#0.#%", locale=language))


def decimal(number: float, language: Language) -> str:
    """Return a number with at most one decimal: 2,5 in Indonesian."""
    return str(format_decimal(number, "#,##0.#", locale=language))


@cache
def _words() -> Mapping[str, Text]:
    return DataFile.of(FILE).read(_Words).words
