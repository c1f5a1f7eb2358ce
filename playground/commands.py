"""The bot's menu of commands: by scope and language, and which of them a person sees where.

Bot API, "BotCommandScope" and "Determining list of commands".
"""

from __future__ import annotations

import json
import re
from typing import Any

from playground.errors import bad_request

MOST = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DESCRIPTION = 256
SCOPES: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
"""Each type of scope with the numbers that belong to it."""

Menu = list[dict[str, str]]
Key = tuple[str, str]


class Menus(dict[Key, Menu]):
    """All menus, each under its scope (as JSON) and language."""

    def seen(self, chat_id: int, user_id: int, language: str | None, *, admin: bool = False) -> Menu:
        """Return the menu that a person sees in a chat: the narrowest scope, own language first."""
        if chat_id > 0:
            scopes = [scope("chat", chat_id=chat_id), scope("all_private_chats")]
        else:
            scopes = [scope("chat_member", chat_id=chat_id, user_id=user_id)]
            scopes += [scope("chat_administrators", chat_id=chat_id)] if admin else []
            scopes += [scope("chat", chat_id=chat_id)]
            scopes += [scope("all_chat_administrators")] if admin else []
            scopes += [scope("all_group_chats")]
        for narrow in [*scopes, scope("default")]:
            for code in ((language or "")[:2], ""):
                if menu := self.get((narrow, code)):
                    return menu
        return []


def scope(kind: str, **numbers: int) -> str:
    """Return the scope in the form in which it is a key."""
    return json.dumps({"type": kind, **numbers}, sort_keys=True)


def read_scope(given: Any) -> str:
    """Check a scope as a call brings it (None: the default) and return its key."""
    if given is None:
        return scope("default")
    if not isinstance(given, dict) or given.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    try:
        numbers = {name: int(given[name]) for name in SCOPES[given["type"]]}
    except (KeyError, OverflowError, TypeError, ValueError):
        raise bad_request("chat not found") from None
    return scope(given["type"], **numbers)


def read_menu(value: Any) -> Menu:
    """Check a list of bot commands and return it."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise bad_request("can't parse commands JSON object")
    if len(value) > MOST:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    menu = []
    for entry in value:
        command = str(entry.get("command", "")).removeprefix("/")
        if not COMMAND.fullmatch(command):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(entry.get("description", ""))) <= DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        menu.append({"command": command, "description": str(entry["description"])})
    return menu
