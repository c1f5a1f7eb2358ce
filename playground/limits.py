"""What Telegram allows in texts; every check raises the `ApiError` that Telegram would send.

Numbers are from the Bot API's documentation (sendMessage, answerCallbackQuery, ...) and, where it is
silent, from what the official server does.
"""

from __future__ import annotations

import json
import re
from typing import Any

from playground.entities import Entity, utf16_units, with_detected
from playground.errors import bad_request
from playground.html import HtmlError, parse_html

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_BYTES = 32_768
CALLBACK_ANSWER_CHARACTERS = 200
DESCRIPTION = 512
SHORT_DESCRIPTION = 120
NAME = 64
CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def formatted_text(
    text: str,
    parse_mode: str | None,
    units: int = TEXT_UNITS,
    *,
    given: Any = None,
    may_be_empty: bool = False,
) -> tuple[str, list[Entity]]:
    """Return the text as Telegram keeps it (parsed, trimmed), with its entities.

    `given` are entities in wire form, which count only without a parse mode. Refuses text that is empty,
    too long after entity parsing, not UTF-8, or HTML that does not parse.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > RAW_BYTES:
        raise bad_request("text is too long")
    plain, entities = _parsed(text, parse_mode) if parse_mode else (text, _read_entities(given))
    plain, entities = _trimmed(plain, entities)
    if not plain and not may_be_empty:
        raise bad_request("message text is empty" if not text else "text must be non-empty")
    if utf16_units(plain) > units:
        raise bad_request("message is too long" if units == TEXT_UNITS else "message caption is too long")
    return plain, with_detected(plain, entities)


def _parsed(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    """Text and entities after the parse mode; only HTML is known here."""
    if parse_mode.lower() != "html":
        raise bad_request(f"unsupported parse_mode {parse_mode!r} (the stand-in knows HTML)")
    try:
        return parse_html(text)
    except HtmlError as error:
        raise bad_request(f"can't parse entities: {error}") from error


def _read_entities(given: Any) -> list[Entity]:
    """Read entities that came as such; those that Telegram finds by itself are found again."""
    try:
        return [
            Entity(
                str(wire["type"]),
                int(wire["offset"]),
                int(wire["length"]),
                {key: wire[key] for key in wire.keys() - {"type", "offset", "length"}},
            )
            for wire in given or []
        ]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise bad_request("can't parse entities: wrong MessageEntity") from None


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return the text without white space around it; entities move along and are cut to what is left."""
    leading = utf16_units(text) - utf16_units(text.lstrip())
    text = text.strip()
    end = utf16_units(text)
    moved = []
    for entity in entities:
        first = max(entity.offset - leading, 0)
        last = min(entity.end - leading, end)
        if last > first:
            moved.append(Entity(entity.type, first, last - first, entity.details))
    return text, moved


def json_parameter(name: str, value: str | None) -> Any:
    """Return a parameter that holds JSON, decoded; None where it is absent."""
    if value is None or value == "":
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None


def language_code(value: str | None) -> str:
    """Return a two-letter language code, or nothing for all languages."""
    code = value or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code
