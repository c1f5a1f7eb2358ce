"""Stretches of text with a meaning, counted as Telegram counts: in UTF-16 code units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DETECTED = {
    "bot_command": re.compile(r"(?<![^\s(])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]+)?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@/.])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w.])"),
    "url": re.compile(r"(?<!\w)(?:https?://|t\.me/)[^\s<>\"']*[^\s<>\"'.,;:!?)]"),
}
"""What Telegram finds by itself in every text, a bot's too."""
CLOSED = frozenset({"code", "pre", "text_link", "url"})
"""Entities in which nothing else is found."""
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})


@dataclass(frozen=True)
class Entity:
    """A stretch of text with a meaning; `offset` and `length` count UTF-16 code units."""

    type: str
    offset: int
    length: int
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """Where the stretch ends."""
        return self.offset + self.length

    def wire(self) -> dict[str, Any]:
        """Return the entity as the Bot API sends it."""
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.details}


def utf16_units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def with_detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Return the entities and those that Telegram finds by itself: commands, mentions, addresses."""
    found = list(entities)
    for entity in _detected(text):
        if not any(entity.offset < other.end and other.offset < entity.end for other in found if other.type in CLOSED):
            found.append(entity)
    return in_order(found)


def _detected(text: str) -> Iterator[Entity]:
    for kind in ("url", "mention", "bot_command"):
        for match in DETECTED[kind].finditer(text):
            yield Entity(kind, utf16_units(text[: match.start()]), utf16_units(match.group()))


def in_order(entities: list[Entity]) -> list[Entity]:
    """Sort by beginning; of two that begin together the longer is first."""
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def without_styled_code(entities: list[Entity]) -> list[Entity]:
    """Keep code free of everything else, as Telegram does ("Formatting options").

    ``pre`` takes the language of a ``code`` of the same stretch and swallows it; what lies within code goes;
    bold and the like are cut where code is.
    """
    code = [_outermost(entity, entities) for entity in entities if _is_outermost_code(entity, entities)]
    others = [entity for entity in entities if entity.type not in ("code", "pre")]
    kept = [piece for entity in others for piece in _cut(entity, code)]
    return in_order(kept + code)


def _is_outermost_code(entity: Entity, entities: list[Entity]) -> bool:
    """Whether the entity is code and no other code (of two equal stretches: ``pre``) holds it."""
    return entity.type in ("code", "pre") and not any(
        other is not entity
        and other.type in ("code", "pre")
        and other.offset <= entity.offset
        and entity.end <= other.end
        and ((other.offset, other.end) != (entity.offset, entity.end) or entity.type == "code")
        for other in entities
    )


def _outermost(entity: Entity, entities: list[Entity]) -> Entity:
    """Return code as it is kept: ``pre`` with the language of the ``code`` that fills it."""
    details: dict[str, Any] = {}
    if entity.type == "pre":
        for other in entities:
            if other.type == "code" and (other.offset, other.end) == (entity.offset, entity.end):
                details = other.details
    return Entity(entity.type, entity.offset, entity.length, details)


def _cut(entity: Entity, code: list[Entity]) -> list[Entity]:
    """Return what is left of an entity beside code: styles are cut, others are kept unless within code."""
    if any(one.offset <= entity.offset and entity.end <= one.end for one in code):
        return []
    if entity.type not in STYLES:
        return [entity]
    pieces, begin = [], entity.offset
    for one in in_order(code):
        if entity.offset < one.end and one.offset < entity.end:
            pieces.append((begin, one.offset))
            begin = one.end
    pieces.append((begin, entity.end))
    return [Entity(entity.type, first, last - first, entity.details) for first, last in pieces if last > first]
