"""People who talk to the bot, and the groups they meet in, as a test plays them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from playground.errors import ApiError
from playground.state import Event, Message, Query, Wire, World, command_entities

PATIENCE = 5.0
"""Seconds a person waits for the bot unless told otherwise."""

SHARED: dict[str, Any] = {
    "photo": [{"file_id": "photo", "file_unique_id": "photo", "width": 90, "height": 60}],
    "voice": {"file_id": "voice", "file_unique_id": "voice", "duration": 3},
    "document": {"file_id": "document", "file_unique_id": "document", "file_name": "notes.pdf"},
    "location": {"latitude": -6.2, "longitude": 106.8},
    "sticker": {
        "file_id": "sticker", "file_unique_id": "sticker", "type": "regular", "width": 512, "height": 512,
        "is_animated": False, "is_video": False,
    },
}  # fmt: skip
"""What a person can share that is not text, in its smallest valid form."""


class BotIsSilentError(AssertionError):
    """The bot did not do in time what the person waited for; says what it did instead."""


class Chat:
    """A chat as those in it see it: what the bot wrote and changed there, in order."""

    def __init__(self, world: World, wire: Wire) -> None:
        self.world = world
        self.wire = wire
        self._seen = {"message": 0, "edit": 0}

    @property
    def id(self) -> int:
        """The chat's number; a private chat has its person's."""
        return int(self.wire["id"])

    @property
    def messages(self) -> list[Message]:
        """Everything in the chat as it stands now, the people's own words included."""
        return [message for message in self.world.messages.values() if message.chat_id == self.id]

    async def next_message(self, timeout: float = PATIENCE) -> Message:
        """Wait for the next message of the bot that was not returned before."""
        return await self._next("message", timeout)

    async def next_edit(self, timeout: float = PATIENCE) -> Message:
        """Wait for the next change of a message of the bot that was not returned before."""
        return await self._next("edit", timeout)

    def unread(self) -> list[Message]:
        """Messages of the bot that ``next_message`` has not returned yet, without waiting."""
        return [event.message for event in self._events("message")[self._seen["message"] :]]

    def _events(self, kind: str) -> list[Event]:
        return [event for event in self.world.events if event.kind == kind and event.message.chat_id == self.id]

    async def _next(self, kind: str, timeout: float) -> Message:
        at = self._seen[kind]
        try:
            async with asyncio.timeout(timeout), self.world.changed:
                await self.world.changed.wait_for(lambda: len(self._events(kind)) > at)
        except TimeoutError:
            texts = [message.text for message in self.messages if message.from_bot]
            raise BotIsSilentError(f"no {kind} in chat {self.id} in {timeout} s; so far: {texts}") from None
        self._seen[kind] += 1
        return self._events(kind)[at].message


class Group(Chat):
    """A group with the bot in it.

    With privacy on, as BotFather sets it, a bot there is told only commands, answers to its own messages
    and words that name it.
    """

    def __init__(self, world: World, wire: Wire, *, privacy: bool) -> None:
        super().__init__(world, wire)
        self.privacy = privacy
        world.chats[self.id] = wire

    def tells_bot(self, content: Wire) -> bool:
        """Whether a message with this content is delivered to the bot."""
        text = str(content.get("text", ""))
        replied = content.get("reply_to_message", {}).get("from", {})
        return (
            not self.privacy
            or text.startswith("/")
            or f"@{self.world.bot['username']}" in text
            or bool(replied.get("is_bot"))
        )


@dataclass
class Person:
    """Somebody with a phone. All that a person does reaches the bot as an update."""

    world: World
    wire: Wire
    chat: Chat = field(init=False)

    def __post_init__(self) -> None:
        """Open the private chat; the bot may not write there before the person has."""
        chat = {"id": self.id, "type": "private", "first_name": self.wire["first_name"]}
        self.chat = Chat(self.world, chat)
        self.world.chats[self.id] = chat
        refusal = ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        self.world.silent_chats[self.id] = refusal

    @property
    def id(self) -> int:
        """The person's number, and that of the private chat with the bot."""
        return int(self.wire["id"])

    async def sends(self, text: str, to: Group | None = None, reply_to: Message | None = None) -> Message:
        """Write to the bot, or into a group."""
        content: Wire = {"text": text}
        if entities := command_entities(text):
            content["entities"] = entities
        if reply_to is not None:
            content["reply_to_message"] = reply_to.wire
        return await self._puts(content, to)

    async def shares(self, kind: str, to: Group | None = None) -> Message:
        """Send something that is not text: a key of `SHARED`."""
        return await self._puts({kind: SHARED[kind]}, to)

    async def presses(self, message: Message, button: str) -> Query:
        """Press the button with this text on `message`, as this object shows it."""
        return await self.world.person_presses(self.wire, message, button)

    async def next_message(self, timeout: float = PATIENCE) -> Message:
        """Wait for the bot's next message in the private chat."""
        return await self.chat.next_message(timeout)

    async def next_edit(self, timeout: float = PATIENCE) -> Message:
        """Wait for the bot's next change of a message in the private chat."""
        return await self.chat.next_edit(timeout)

    def blocks_bot(self) -> None:
        """Block the bot, until the person writes again."""
        self.world.silent_chats[self.id] = ApiError(403, "Forbidden: bot was blocked by the user")

    async def _puts(self, content: Wire, group: Group | None) -> Message:
        if group is None:
            return await self.world.person_sends(self.wire, self.chat.wire, content)
        delivered = group.tells_bot(content)
        return await self.world.person_sends(self.wire, group.wire, content, delivered=delivered)
