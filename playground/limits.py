"""What Telegram allows in a request; every check raises the `ApiError` that Telegram would send.

Numbers are from the Bot API's documentation (sendMessage, InlineKeyboardButton, BotCommand, ...) and, where
it is silent, from what the official server does.
"""

from __future__ import annotations

import json
import re
from typing import Any

from playground.errors import bad_request
from playground.html import Entity, HtmlError, parse_html, utf16_units

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_BYTES = 32_768
CALLBACK_DATA_BYTES = 64
BUTTONS = 100
CALLBACK_ANSWER_UNITS = 200
COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_DESCRIPTION = 256
DESCRIPTION = 512
SHORT_DESCRIPTION = 120
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
BUTTON_ACTIONS = frozenset(
    [
        "callback_data",
        "url",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)


def formatted_text(
    text: str, parse_mode: str | None, units: int = TEXT_UNITS, *, may_be_empty: bool = False
) -> tuple[str, list[Entity]]:
    """Return the text as Telegram keeps it (parsed, trimmed), with its entities.

    Refuses text that is empty, too long after entity parsing, not UTF-8, or HTML that does not parse.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > RAW_BYTES:
        raise bad_request("text is too long")
    plain, entities = _parsed(text, parse_mode)
    plain, entities = _trimmed(plain, entities)
    if not plain and not may_be_empty:
        raise bad_request("message text is empty" if not text else "text must be non-empty")
    if utf16_units(plain) > units:
        raise bad_request("message is too long" if units == TEXT_UNITS else "message caption is too long")
    return plain, entities


def _parsed(text: str, parse_mode: str | None) -> tuple[str, list[Entity]]:
    """Text and entities after the parse mode; only HTML and plain text are known here."""
    if not parse_mode:
        return text, []
    if parse_mode.lower() != "html":
        raise bad_request(f"unsupported parse_mode {parse_mode!r} (the stand-in knows HTML)")
    try:
        return parse_html(text)
    except HtmlError as error:
        raise bad_request(f"can't parse entities: {error}") from error


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return the text without white space around it; entities move along and are cut to what is left."""
    leading = utf16_units(text) - utf16_units(text.lstrip())
    text = text.strip()
    end = utf16_units(text)
    moved = []
    for entity in entities:
        first = max(entity.offset - leading, 0)
        last = min(entity.offset - leading + entity.length, end)
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


def reply_markup(markup: Any) -> dict[str, Any] | None:
    """Check a keyboard and return it, or None where there is none."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
            return markup
        raise bad_request("unknown reply markup")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def _check_button(button: Any) -> None:
    """Refuse an inline button without a text, without exactly one action, or with wrong callback data."""
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: Text buttons must be non-empty")
    if len(button.keys() & BUTTON_ACTIONS) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def commands(value: Any) -> list[dict[str, str]]:
    """Check a list of bot commands and return it."""
    if not isinstance(value, list):
        raise bad_request("can't parse commands JSON object")
    if len(value) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for entry in value:
        if not COMMAND.fullmatch(str(entry.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(entry.get("description", ""))) <= COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return value


def language_code(value: str | None) -> str:
    """Return a two-letter language code, or nothing for all languages."""
    code = value or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code
