"""Words as the lexical index counts them: stems of two languages, codes and numbers exact, lexicon entries."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

from corpus.lexicon import Kind, Lexicon, Match

_WORD = re.compile(r"\d+(?:[.,]\d+)+|\d+|[^\W\d_]+(?:'[^\W\d_]+)?")
_CODE = re.compile(r"(?<![\d.])\d+\.\d+(?:\.\d+){0,2}(?![\d.]*\d)")
_STOP_EN = frozenset(STOPWORDS_EN_PLUS) | frozenset(
    ("shall must may within upon per via also each every any all such other according accordance").split()
)
_STOP_ID = frozenset(
    (
        "yang di ke dari dan atau untuk pada dengan oleh dalam sebagai adalah ialah itu ini tersebut akan "
        "dapat bisa ada para secara agar serta bagi tentang antara juga sudah telah belum masih hanya maka "
        "jika kalau bila apakah apa siapa kapan dimana mana bagaimana berapa mengapa kenapa saja aja saya "
        "kami kita anda kamu dia mereka harus wajib boleh perlu menurut berdasarkan sesuai terhadap kepada "
        "seperti sampai hingga setiap tiap punya buat nya lah kah pun si sang the of"
    ).split()
)
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "zero nol|one satu|two dua|three tiga|four empat|five lima|six enam|seven tujuh|eight delapan|nine "
            "sembilan|ten sepuluh|eleven sebelas|twelve"
        ).split("|")
    )
    for word in words.split()
} | {"once": "1", "sekali": "1", "twice": "2", "sixteen": "16", "sixty": "60"}


class _Stemmers(threading.local):
    """Stemmers of one thread: PyStemmer's objects must not be shared between threads."""

    def __init__(self) -> None:
        self.by_language = {"en": Stemmer.Stemmer("english"), "id": Stemmer.Stemmer("indonesian")}


_STEMMERS = _Stemmers()


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Stem a folded word; numbers and spelled numbers become digits."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word[:1].isdigit():
        return word.replace(",", ".")
    return str(_STEMMERS.by_language["id" if language == "id" else "en"].stemWord(word))


def words_of(text: str) -> list[str]:
    """Split a text into folded words, codes (``1.2.8``) and figures whole."""
    return [match[0].casefold() for match in _WORD.finditer(text.replace("’", "'"))]


def is_stop_word(word: str, language: str) -> bool:
    """Whether a folded word says nothing about the subject."""
    return word in (_STOP_ID if language == "id" else _STOP_EN) or (len(word) == 1 and not word.isdigit())


def codes_in(text: str) -> list[str]:
    """Find document and statement numbers, stray blanks removed: ``SOP-SPMI-UPGRIS-1.2.8`` gives ``1.2.8``."""
    return [match[0] for match in _CODE.finditer(re.sub(r"(\d\.) +(\d)", r"\1\2", text))]


def document_tokens(text: str, language: str, lexicon: Lexicon, *, nested: bool = False) -> list[str]:
    """Tokens of a text to be found: stems of its content words and ``#id`` of every lexicon entry named in it.

    With ``nested`` entries inside longer names count too, as titles need.
    """
    tokens = [stem(word, language) for word in words_of(text) if not is_stop_word(word, language)]
    matches = nested_matches(text, lexicon) if nested else lexicon.find(text)
    tokens.extend(f"#{match.entry.id}" for match in matches if match.entry.kind is not Kind.WORD)
    return tokens


def nested_matches(text: str, lexicon: Lexicon) -> list[Match]:
    """Find lexicon entries, those inside a longer name too (``learning process`` in ``supervision of the …``)."""
    found = []
    for match in lexicon.find(text):
        found.append(match)
        words = match.surface.split()
        for start in range(len(words)):
            for end in range(len(words), start, -1):
                part = " ".join(words[start:end])
                if end - start < len(words):
                    found.extend(inner for inner in lexicon.find(part) if inner.surface == part)
    return found
