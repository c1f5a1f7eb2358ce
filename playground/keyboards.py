"""Keyboards under a message and below the chat; every check raises what Telegram would send.

Inline keyboards: InlineKeyboardMarkup. The others: ReplyKeyboardMarkup, ReplyKeyboardRemove, ForceReply.
"""

from __future__ import annotations

import re
from typing import Any

from playground.errors import bad_request

BUTTONS = 100
CALLBACK_DATA_BYTES = 64
COPIED_CHARACTERS = 256
PLACEHOLDER_CHARACTERS = 64
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
ADDRESS = re.compile(
    r"(?:https?://)?[^\s/:]+\.[^\s/.:]{2,}(?:[:/?#]\S*)?|tg://\S+|https?://(?:127\.0\.0\.1|localhost)\S*"
)


def checked(markup: Any) -> dict[str, Any] | None:
    """Check any keyboard and return it, or None where there is none."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return inline(markup)
    if "keyboard" in markup:
        return _reply_keyboard(markup)
    for kind in ("remove_keyboard", "force_reply"):
        if kind in markup:
            if markup[kind] is not True:
                raise bad_request(f'field "{kind}" of the reply markup must be true')
            _check_placeholder(markup)
            return markup
    raise bad_request("unknown reply markup")


def inline(markup: Any) -> dict[str, Any] | None:
    """Check an inline keyboard, the only one that an edited message may have."""
    if markup is None:
        return None
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
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
    """Refuse an inline button without a text, without exactly one action, or with a wrong one."""
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: Text buttons must be non-empty")
    if len(button.keys() & BUTTON_ACTIONS) != 1:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data, url, copied = button.get("callback_data"), button.get("url"), button.get("copy_text")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not ADDRESS.fullmatch(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if copied is not None and not (
        isinstance(copied, dict) and 1 <= len(str(copied.get("text", ""))) <= COPIED_CHARACTERS
    ):
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _reply_keyboard(markup: dict[str, Any]) -> dict[str, Any]:
    """Check a keyboard below the chat; buttons come back as objects, texts too."""
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    keys = [[{"text": key} if isinstance(key, str) else key for key in row] for row in rows if row]
    if not keys:
        raise bad_request("reply keyboard must have at least one button")
    for key in (key for row in keys for key in row):
        if not isinstance(key, dict) or not str(key.get("text", "")).strip():
            raise bad_request("can't parse keyboard button: Text buttons must be non-empty")
    if sum(len(row) for row in keys) > BUTTONS:
        raise bad_request("reply markup is too long")
    _check_placeholder(markup)
    return {**markup, "keyboard": keys}


def _check_placeholder(markup: dict[str, Any]) -> None:
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(str(placeholder)) <= PLACEHOLDER_CHARACTERS:
        raise bad_request("input field placeholder must be 1 to 64 characters long")
