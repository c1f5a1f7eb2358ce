"""The columns of a form's sheets: their names, other spellings and languages, and which are not supported."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.lexicon.entries import LANGUAGES, Language
from tracer.wording import Text

WORDED = ("label", "hint", "constraint_message", "required_message")
SURVEY = ("type", "name", "relevant", "constraint", "required", "calculation", "choice_filter", "appearance", *WORDED)
SETTINGS = ("form_title", "form_id", "version", "default_language", "style")

_OTHER_SPELLINGS = {
    "relevance": "relevant",
    "calculate": "calculation",
    "constraint_msg": "constraint_message",
    "required_msg": "required_message",
    "list_name": "list_name",
    "list": "list_name",
    "value": "name",
    "id_string": "form_id",
    "title": "form_title",
}
_LANGUAGE_NAMES: Mapping[str, Language] = {
    "id": "id",
    "indonesian": "id",
    "indonesia": "id",
    "bahasa indonesia": "id",
    "en": "en",
    "english": "en",
    "inggris": "en",
    "bahasa inggris": "en",
}


def column_name(header: str) -> str:
    """Return the column without its language, in XLSForm's spelling: ``Constraint message`` -> constraint_message."""
    plain = re.sub(r"\s+", "_", header.split(":")[0].strip().lower())
    return _OTHER_SPELLINGS.get(plain, plain)


def language_of(header: str) -> Language | str | None:
    """Return ``id`` or ``en``, None where the header names no language, or the language it names if not supported."""
    named = re.split(r"::?", header, maxsplit=1)
    if len(named) == 1:
        return None
    words = named[1].strip()
    code = re.search(r"\(([\w-]+)\)\s*$", words)
    plain = (code.group(1) if code else words).strip().lower()
    return _LANGUAGE_NAMES.get(plain, words)


def worded(cells: Mapping[str, str], column: str) -> Text:
    """Return a column's wording; a cell without a language, then the other language, stands in for a missing one."""
    found = {language_of(header): cell for header, cell in cells.items() if column_name(header) == column}
    plain = found.get(None, "")
    wordings = {language: found.get(language, plain) for language in LANGUAGES}
    return Text(id=wordings["id"] or wordings["en"], en=wordings["en"] or wordings["id"])


def cell(cells: Mapping[str, str], column: str) -> str:
    """Return a cell of a column that has no languages; blank where there is none."""
    return next((value.strip() for header, value in cells.items() if column_name(header) == column), "")


def header_fault(header: str, known: tuple[str, ...] | None) -> str | None:
    """Return why a column that has a cell is not supported, or None; ``known`` None allows columns of any name."""
    column, language = column_name(header), language_of(header)
    if column in WORDED:
        if language in (None, *LANGUAGES):
            return None
        return f"the column `{header}`: only Indonesian (id) and English (en) are supported; empty it"
    if (known is not None and column not in known) or language is not None:
        return f"the column `{header}` is not supported: empty it"
    return None
