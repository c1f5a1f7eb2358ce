"""What the bot says by itself: gettext, with the English text as the key and a catalog for Indonesian.

Texts stand where they are used, ``t("Hello, <b>{name}</b>", name=…)``; `handlers/locale/id.po` has the
Indonesian. The catalog is read as it is, so that a person may edit it without a tool. Values are escaped for
Telegram HTML unless they are `Html` already.
"""

from __future__ import annotations

import gettext
import html
import io
from functools import cache
from pathlib import Path
from typing import Any, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from index.reply import Language, clean

LOCALE = Path(__file__).parent / "locale"
LANGUAGES: tuple[Language, ...] = ("id", "en")
KEYWORDS: dict[str, Any] = {"t": None, "plain": None, "several": (1, 2), "N_": None}
"""Functions whose texts belong into the catalog, as Babel's extractor wants them."""


class Html(str):
    """Text that is Telegram HTML already."""

    __slots__ = ()


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for the catalog that is said later."""
    return text


class Speech:
    """Says texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalog = _catalog(language)

    def __call__(self, text: str, /, **values: object) -> Html:
        """Return Telegram HTML; values are escaped."""
        return Html(self._catalog.gettext(text).format(**_escaped(values)))

    def plain(self, text: str, /, **values: object) -> str:
        """Return plain text, for buttons and files."""
        return self._catalog.gettext(text).format(**values)

    def several(self, one: str, many: str, number: int, /, **values: object) -> Html:
        """Return Telegram HTML about a number of things, which is ``{number}`` in the text."""
        return Html(self._catalog.ngettext(one, many, number).format(number=number, **_escaped(values)))


@cache
def speech(language: Language) -> Speech:
    """Return the speech of a language."""
    return Speech(language)


def fill(template: str, /, **values: object) -> Html:
    """Return markup without words of its own, filled with values, which are escaped."""
    return Html(template.format(**_escaped(values)))


def escape(text: object) -> Html:
    """Return any text as Telegram HTML; what is `Html` already stays as it is."""
    return text if isinstance(text, Html) else Html(html.escape(clean(str(text)), quote=False))


def _escaped(values: dict[str, object]) -> dict[str, object]:
    """Escape texts; numbers keep their type, so that a text may format them."""
    return {name: value if isinstance(value, (int, float)) else escape(value) for name, value in values.items()}


@cache
def _catalog(language: Language) -> gettext.NullTranslations:
    """Read a language's catalog; English needs none, because its texts are the keys."""
    if language == "en":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with (LOCALE / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return cast(gettext.NullTranslations, gettext.GNUTranslations(compiled))
