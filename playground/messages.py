"""Messages and presses of buttons, as people see them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

Wire = dict[str, Any]
"""An object in the Bot API's own form. It is replaced when something changes, never changed itself."""


class NoSuchButtonError(LookupError):
    """The message has no button with this text that does what was asked for."""


@dataclass
class Message:
    """A message in a chat, as it stands now; `wire` is what the bot is told about it."""

    wire: Wire
    source: str = ""
    """The text as the bot sent it, markup included."""
    document: bytes | None = None
    """Content of the file or photo that came with it."""
    markup: Wire | None = None
    """The keyboard that was sent with it, of any kind."""
    inline_id: str | None = None
    """Set for a message that came by an inline query and has buttons."""

    @property
    def id(self) -> int:
        """Number of the message; no two messages of the stand-in share one."""
        return int(self.wire["message_id"])

    @property
    def chat_id(self) -> int:
        """Chat that holds the message."""
        return int(self.wire["chat"]["id"])

    @property
    def text(self) -> str:
        """What a person reads, or the caption of a document."""
        return str(self.wire.get("text", self.wire.get("caption", "")))

    @property
    def entities(self) -> list[Wire]:
        """Bold stretches, quotes and so on, in wire form."""
        kind = "entities" if "entities" in self.wire else "caption_entities"
        return list(self.wire.get(kind, []))

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.wire["from"]["is_bot"])

    @property
    def via_bot(self) -> bool:
        """Whether a person sent it by an inline query to the bot."""
        return "via_bot" in self.wire

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was sent."""
        return "edit_date" in self.wire

    @property
    def reply_to(self) -> int | None:
        """Number of the message that this one answers."""
        replied = self.wire.get("reply_to_message")
        return int(replied["message_id"]) if replied else None

    @property
    def rows(self) -> list[list[Wire]]:
        """The inline buttons, row by row, in wire form."""
        return list(self.wire.get("reply_markup", {}).get("inline_keyboard", []))

    @property
    def buttons(self) -> list[str]:
        """The texts of the inline buttons, row by row."""
        return [str(button["text"]) for row in self.rows for button in row]

    @property
    def keyboard(self) -> list[list[str]]:
        """The texts of the reply keyboard that came with the message, row by row."""
        return [[str(key["text"]) for key in row] for row in (self.markup or {}).get("keyboard", [])]

    def callback_data(self, text: str) -> str:
        """Return what the button with this text sends; raises `NoSuchButtonError`."""
        return str(self._button(text, "callback_data"))

    def url(self, text: str) -> str:
        """Return the address that the button with this text opens; raises `NoSuchButtonError`."""
        return str(self._button(text, "url"))

    def _button(self, text: str, action: str) -> Any:
        for button in (button for row in self.rows for button in row):
            if button["text"] == text and action in button:
                return button[action]
        raise NoSuchButtonError(f"no button {text!r} with {action} among {self.buttons}")


@dataclass
class Query:
    """A press of a button, and the bot's answer to it."""

    id: str
    asked_at: float
    person_id: int
    answer: Wire | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, timeout: float = 5.0) -> Wire:
        """Wait for the bot's answer: ``{"text": ..., "show_alert": ...}``, both optional."""
        await asyncio.wait_for(self.done.wait(), timeout)
        return self.answer or {}


@dataclass(frozen=True)
class Event:
    """Something that a page shows at once.

    `kind` is one of: message, edit, delete (with the message), typing (with ``action``), answer (to a press,
    for one person), changed (people, groups, menus, keyboards: look again).
    """

    kind: str
    chat_id: int | None = None
    message: Message | None = None
    details: Wire = field(default_factory=dict)
