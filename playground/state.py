"""The world behind the stand-in: chats, messages, presses of buttons, and updates for the bot.

Holds everything in memory and knows nothing of HTTP. Objects for the bot are kept in the Bot API's own
wire form (dictionaries), so that what a client library reads is what Telegram would send.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playground.errors import ApiError, bad_request
from playground.html import Entity, utf16_units

Wire = dict[str, Any]

COMMAND_IN_TEXT = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]+)?")
DEFAULT_UPDATES = frozenset({"message", "edited_message", "callback_query", "my_chat_member", "inline_query"})
FIRST_UPDATE_ID = 700_000_001
QUERY_LIFETIME = 30.0
"""Seconds in which a press can be answered; Telegram's own figure is not documented, about this much."""


class NoSuchButtonError(LookupError):
    """The message has no button with this text that sends callback data."""


@dataclass
class Message:
    """A message in a chat, as it stands now; `wire` is what the bot is told about it."""

    wire: Wire
    source: str = ""
    """The text as the bot sent it, markup included."""
    document: bytes | None = None

    @property
    def id(self) -> int:
        """Number of the message in its chat."""
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
        return list(self.wire.get("entities", []))

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.wire["from"]["is_bot"])

    @property
    def reply_to(self) -> int | None:
        """Number of the message that this one answers."""
        replied = self.wire.get("reply_to_message")
        return int(replied["message_id"]) if replied else None

    @property
    def buttons(self) -> list[str]:
        """The texts of the inline buttons, row by row."""
        return [str(button["text"]) for button in self._inline_buttons()]

    def callback_data(self, text: str) -> str:
        """Return what the button with this text sends; raises `NoSuchButtonError`."""
        for button in self._inline_buttons():
            if button["text"] == text and "callback_data" in button:
                return str(button["callback_data"])
        raise NoSuchButtonError(f"no button {text!r} among {self.buttons}")

    def _inline_buttons(self) -> list[Wire]:
        rows = self.wire.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass
class Query:
    """A press of a button, and the bot's answer to it."""

    id: str
    pressed_at: float
    answer: Wire | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, timeout: float = 5.0) -> Wire:
        """Wait for the bot's answer: ``{"text": ..., "show_alert": ...}``, both optional."""
        await asyncio.wait_for(self.done.wait(), timeout)
        return self.answer or {}


@dataclass(frozen=True)
class Event:
    """Something the bot did in a chat: a ``message`` or an ``edit``, with the message as it was then."""

    kind: str
    message: Message


class World:
    """All chats of one bot. Every change happens on one event loop."""

    def __init__(self, bot: Wire, clock: Callable[[], float] = time.time) -> None:
        self.bot = bot
        self.clock = clock
        self.chats: dict[int, Wire] = {}
        self.silent_chats: dict[int, ApiError] = {}
        self.messages: dict[tuple[int, int], Message] = {}
        self.events: list[Event] = []
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.updates: list[Wire] = []
        self.allowed_updates: frozenset[str] = DEFAULT_UPDATES
        self.changed = asyncio.Condition()
        self._message_ids = itertools.count(1)
        self._update_ids = itertools.count(FIRST_UPDATE_ID)
        self._query_ids = itertools.count(4_000_000_001)

    # what the bot asks for

    def chat(self, chat_id: int) -> Wire:
        """Return the chat, if the bot may write there; otherwise Telegram's refusal."""
        if chat_id not in self.chats:
            raise bad_request("chat not found")
        if chat_id in self.silent_chats:
            raise self.silent_chats[chat_id]
        return self.chats[chat_id]

    def message(self, chat_id: int, message_id: int, what_for: str) -> Message:
        """Return the message, or the refusal ``message to edit not found`` and the like."""
        self.chat(chat_id)
        found = self.messages.get((chat_id, message_id))
        if found is None:
            raise bad_request(f"message to {what_for} not found")
        return found

    async def bot_sends(self, chat_id: int, content: Wire, source: str, document: bytes | None = None) -> Message:
        """Put a message of the bot into a chat."""
        wire = self._message_wire(self.chat(chat_id), self.bot, content)
        message = Message(wire, source, document)
        self.messages[chat_id, message.id] = message
        await self._happened("message", message)
        return message

    async def bot_edits(self, message: Message, changes: Wire, source: str | None = None) -> Message:
        """Change a message of the bot; keys with the value None vanish. Refused if nothing would change."""
        if not message.from_bot:
            raise bad_request("message can't be edited")
        wire = {key: value for key, value in {**message.wire, **changes}.items() if value is not None}
        if wire == message.wire:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same"
                " as a current content and reply markup of the message"
            )
        message.wire = {**wire, "edit_date": int(self.clock())}
        message.source = message.source if source is None else source
        await self._happened("edit", message)
        return message

    async def bot_answers(self, query_id: str, answer: Wire) -> None:
        """Answer a press; refused if it is unknown, answered already or too old."""
        query = self.queries.get(query_id)
        if query is None or query.answer is not None or self.clock() - query.pressed_at > QUERY_LIFETIME:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        query.answer = answer
        query.done.set()

    # what people do

    async def person_sends(self, person: Wire, chat: Wire, content: Wire, *, delivered: bool = True) -> Message:
        """Put a person's message into a chat and, if it is `delivered` to bots, tell the bot."""
        self.chats[chat["id"]] = chat
        if chat["type"] == "private":
            self.silent_chats.pop(chat["id"], None)
        message = Message(self._message_wire(chat, person, content), str(content.get("text", "")))
        self.messages[message.chat_id, message.id] = message
        if delivered:
            await self.tell_bot("message", copy.deepcopy(message.wire))
        return message

    async def person_presses(self, person: Wire, message: Message, button: str) -> Query:
        """Press a button of `message` as this object shows it, which may be older than what is there now."""
        query = Query(str(next(self._query_ids)), self.clock())
        self.queries[query.id] = query
        await self.tell_bot(
            "callback_query",
            {
                "id": query.id,
                "from": person,
                "message": copy.deepcopy(message.wire),
                "chat_instance": str(message.chat_id),
                "data": message.callback_data(button),
            },
        )
        return query

    async def tell_bot(self, kind: str, content: Wire) -> None:
        """Queue an update, unless the bot asked not to get this kind."""
        if kind in self.allowed_updates:
            async with self.changed:
                self.updates.append({"update_id": next(self._update_ids), kind: content})
                self.changed.notify_all()

    def expire_queries(self) -> None:
        """Let all presses so far be too old to be answered."""
        for query in self.queries.values():
            query.pressed_at -= QUERY_LIFETIME + 1

    def _message_wire(self, chat: Wire, sender: Wire, content: Wire) -> Wire:
        number = {"message_id": next(self._message_ids), "date": int(self.clock())}
        return {**number, "chat": chat, "from": sender, **content}

    async def _happened(self, kind: str, message: Message) -> None:
        async with self.changed:
            snapshot = Message(copy.deepcopy(message.wire), message.source, message.document)
            self.events.append(Event(kind, snapshot))
            self.changed.notify_all()


def command_entities(text: str) -> list[Wire]:
    """Return the ``bot_command`` entities that Telegram adds to a person's text."""
    return [
        Entity("bot_command", utf16_units(text[: found.start()]), utf16_units(found.group())).wire()
        for found in COMMAND_IN_TEXT.finditer(text)
    ]
