"""A strict reader of Telegram's HTML subset (Bot API, "HTML style").

Refuses what Telegram refuses, in the same words, with the byte offset: unknown tags, tags that are not
closed or cross, malformed attributes, quotes within quotes. Everything it accepts comes back as plain text
and entities whose offsets count UTF-16 code units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playground.entities import Entity, utf16_units, without_styled_code

ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,7})|#([0-9]{1,7})|(lt|gt|amp|quot|apos)(?![a-zA-Z]));?")
ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>]+)(?P<equal>\s*=\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w.-]+))?"""
)
HIGHEST_CHARACTER = 0x10FFFF
LANGUAGE = "language-"
"""Begins the class of a ``code`` within a ``pre``."""


class HtmlError(ValueError):
    """The text is not Telegram HTML; the message is Telegram's."""


@dataclass(frozen=True)
class OpenTag:
    """A start tag that waits for its end: name, attributes, and where its text begins."""

    name: str
    attributes: dict[str, str]
    offset: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and the entities of `source`, or raise `HtmlError` as Telegram would."""
    reader = _Reader(source)
    while reader.at < len(source):
        reader.step()
    if reader.open:
        raise HtmlError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].name}"')
    return "".join(reader.text), without_styled_code(reader.entities)


class _Reader:
    """The state of one reading: position in the source, text so far, open tags, finished entities."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.units = 0
        self.text: list[str] = []
        self.open: list[OpenTag] = []
        self.entities: list[Entity] = []

    def step(self) -> None:
        """Read one tag, one character reference, or the plain text up to the next of them."""
        if self.source.startswith("</", self.at):
            self._end_tag()
        elif self.source[self.at] == "<":
            self._start_tag()
        else:
            following = self.source.find("<", self.at)
            end = len(self.source) if following < 0 else following
            self._add(decode_characters(self.source[self.at : end]))
            self.at = end

    def _add(self, text: str) -> None:
        self.text.append(text)
        self.units += utf16_units(text)

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self.at
        name_match = re.compile(r"[^\s>]*").match(self.source, begin + 1)
        name = name_match.group().lower() if name_match else ""
        at = begin + 1 + len(name)
        if at >= len(self.source):
            raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in ENTITY_TYPES:
            raise HtmlError(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        attributes, self.at = self._attributes(name, begin, at)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        if name == "blockquote" and any(tag.name == "blockquote" for tag in self.open):
            raise HtmlError(f"Block quotes can't be nested at byte offset {self._bytes(begin)}")
        self.open.append(OpenTag(name, attributes, self.units))

    def _attributes(self, tag: str, begin: int, at: int) -> tuple[dict[str, str], int]:
        """Read attributes up to the closing bracket; return them and the position behind it."""
        attributes: dict[str, str] = {}
        while True:
            at += len(self.source[at:]) - len(self.source[at:].lstrip())
            if at >= len(self.source):
                raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
            if self.source[at] == ">":
                return attributes, at + 1
            found = ATTRIBUTE.match(self.source, at)
            if found is None:
                raise HtmlError(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
            name, at = found["name"].lower(), found.end()
            value = next((found[kind] for kind in ("double", "single", "bare") if found[kind] is not None), None)
            self._check_attribute(tag, begin, found, value)
            attributes[name] = decode_characters(value or "")

    def _check_attribute(self, tag: str, begin: int, found: re.Match[str], value: str | None) -> None:
        """Refuse an attribute without a value, except ``expandable``, and one with a broken value."""
        end = found.end()
        if found["equal"] is None:
            if tag == "blockquote" and found["name"].lower() == "expandable" and value is None:
                return
            raise HtmlError(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
                f" at byte offset {self._bytes(begin)}"
            )
        if value is None and self.source[end : end + 1] in ("", '"', "'"):
            raise HtmlError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if end < len(self.source) and not (self.source[end].isspace() or self.source[end] == ">"):
            raise HtmlError(f"Unexpected end of name token at byte offset {self._bytes(end)}")

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise HtmlError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        found = re.compile(r"</([^\s>]*)\s*>").match(self.source, begin)
        if found is None:
            raise HtmlError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        name, tag = found.group(1).lower(), self.open.pop()
        if name not in ("", tag.name):
            raise HtmlError(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{tag.name}>", found "</{name}>"'
            )
        self.at = found.end()
        if self.units > tag.offset:
            self.entities.append(_entity(tag, self.units - tag.offset))


def _entity(tag: OpenTag, length: int) -> Entity:
    """Return the entity that a closed tag stands for."""
    kind, details = ENTITY_TYPES[tag.name], {}
    if tag.name == "blockquote" and "expandable" in tag.attributes:
        kind = "expandable_blockquote"
    if tag.name == "a":
        details["url"] = tag.attributes.get("href", "")
    if tag.name == "code" and tag.attributes.get("class", "").startswith(LANGUAGE):
        details["language"] = tag.attributes["class"].removeprefix(LANGUAGE)
    if tag.name == "tg-emoji":
        details["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
    return Entity(kind, tag.offset, length, details)


def decode_characters(text: str) -> str:
    """Replace the character references that Telegram knows; all others stay as they are written."""
    return CHARACTER.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    """Return the character that a reference names, or the reference itself where it names none."""
    if found[3]:
        return NAMED_CHARACTERS[found[3]]
    number = int(found[1], 16) if found[1] else int(found[2])
    if not 0 < number < HIGHEST_CHARACTER:
        return found[0]
    if 0xD800 <= number <= 0xDFFF:
        raise HtmlError(
            "Text contains invalid Unicode characters after decoding HTML entities,"
            " check for unmatched surrogate code units"
        )
    return chr(number)
