"""People who talk to the bot, and the groups they meet in, as a test or the page plays them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playground import images
from playground.chats import OUTSIDE, PATIENCE, BotIsSilentError, Chat, GroupChat, PrivateChat
from playground.entities import with_detected
from playground.inline import InlineQuery
from playground.messages import Message, NoSuchButtonError, Query, Wire
from playground.world import World

__all__ = ["PATIENCE", "BotIsSilentError", "DeepLinkError", "Group", "Person"]

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
SHARED: dict[str, Any] = {
    "photo": [{"file_id": "photo", "file_unique_id": "photo", "width": 90, "height": 60}],
    "voice": {"file_id": "voice", "file_unique_id": "voice", "duration": 3},
    "document": {"file_id": "document", "file_unique_id": "document", "file_name": "notes.pdf"},
    "location": {"latitude": -6.2, "longitude": 106.8},
    "contact": {"phone_number": "+628000000000", "first_name": "Fictional"},
    "sticker": {
        "file_id": "sticker", "file_unique_id": "sticker", "type": "regular", "width": 512, "height": 512,
        "is_animated": False, "is_video": False,
    },
}  # fmt: skip
"""What a person can share that is not text, in its smallest valid form; these files cannot be downloaded."""


class DeepLinkError(ValueError):
    """The link does not lead to this bot, or its payload is not one."""


class Group:
    """A group, with the bot in it until it is removed."""

    def __init__(self, world: World, chat: GroupChat) -> None:
        self.world = world
        self.chat = chat
        world.chats[chat.id] = chat

    @property
    def id(self) -> int:
        """The group's number, which is negative."""
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """Everything in the group as it stands now."""
        return self.chat.messages

    async def next_message(self, timeout: float = PATIENCE) -> Message:
        """Wait for the bot's next message here."""
        return await self.chat.next_message(timeout)

    async def next_edit(self, timeout: float = PATIENCE) -> Message:
        """Wait for the bot's next change of a message here."""
        return await self.chat.next_edit(timeout)

    def unread(self) -> list[Message]:
        """Messages of the bot that ``next_message`` has not returned yet, without waiting."""
        return self.chat.unread()

    def takes_in(self, person: Person, status: str = "member") -> None:
        """Let somebody join, or become ``administrator`` or ``creator``."""
        self.world.change_status(self.chat, person.id, status, person.wire)

    def loses(self, person: Person) -> None:
        """Let somebody leave."""
        self.world.change_status(self.chat, person.id, "left", person.wire)

    def adds_bot(self, by: Person, status: str = "member") -> None:
        """Let somebody add the bot, or make it an ``administrator`` or a mere member again."""
        self.world.change_status(self.chat, self.chat.bot_id, status, by.wire)

    def removes_bot(self, by: Person) -> None:
        """Let somebody throw the bot out."""
        self.world.change_status(self.chat, self.chat.bot_id, "kicked", by.wire)


@dataclass
class Person:
    """Somebody with a phone. All that a person does reaches the bot as an update; `about` is for the page."""

    world: World
    wire: Wire
    about: str = ""
    chat: PrivateChat = field(init=False)

    def __post_init__(self) -> None:
        """Open the private chat; the bot may not write there before the person has."""
        names: Wire = {key: self.wire[key] for key in ("first_name", "username") if key in self.wire}
        self.chat = PrivateChat({"id": self.id, "type": "private", **names}, int(self.world.bot["id"]))
        self.world.chats[self.id] = self.chat
        self.world.users[self.id] = self.wire

    @property
    def id(self) -> int:
        """The person's number, and that of the private chat with the bot."""
        return int(self.wire["id"])

    @property
    def has_blocked(self) -> bool:
        """Whether the person blocks the bot now."""
        return self.chat.bot_status in OUTSIDE

    # what a person reads

    async def next_message(self, timeout: float = PATIENCE) -> Message:
        """Wait for the bot's next message in the private chat."""
        return await self.chat.next_message(timeout)

    async def next_edit(self, timeout: float = PATIENCE) -> Message:
        """Wait for the bot's next change of a message in the private chat."""
        return await self.chat.next_edit(timeout)

    def keyboard(self, in_: Group | None = None) -> list[list[str]]:
        """Return the reply keyboard that the person sees, row by row; empty where there is none."""
        markup = self._chat(in_).keyboards.get(self.id, {})
        return [[str(key["text"]) for key in row] for row in markup.get("keyboard", [])]

    def menu(self, in_: Group | None = None) -> list[dict[str, str]]:
        """Return the bot's commands as this person's phone shows them."""
        chat = self._chat(in_)
        admin = chat.members.get(self.id) in ("creator", "administrator")
        return self.world.commands.seen(chat.id, self.id, self.wire.get("language_code"), admin=admin)

    # what a person does

    async def sends(self, text: str, to: Group | None = None, reply_to: Message | None = None) -> Message:
        """Write to the bot, or into a group."""
        return self._puts(_worded("text", text) | _replying(reply_to), to)

    async def shares(self, kind: str, to: Group | None = None) -> Message:
        """Send something that is not text: a key of `SHARED`."""
        return self._puts({kind: SHARED[kind]}, to)

    async def uploads(
        self, name: str, content: bytes, caption: str = "", to: Group | None = None, *, as_photo: bool = False
    ) -> Message:
        """Send a file, or a picture (PNG, GIF or JPEG) as a photo; raises `ApiError` for what cannot be sent."""
        files = self.world.files
        photo = as_photo and images.size_of(content) is not None
        file = files.add_photo(name, content) if photo else files.add_document(name, content)
        return self._puts(file.content_wire() | (_worded("caption", caption) if caption else {}), to, content)

    async def edits(self, message: Message, text: str) -> Message:
        """Change one's own message, or its caption."""
        if message.wire["from"]["id"] != self.id:
            raise PermissionError("nobody can change another person's message")
        return self.world.person_edits(message, _worded("text" if "text" in message.wire else "caption", text))

    async def presses(self, message: Message, button: str) -> Query:
        """Press the button with this text on `message`, as this object shows it."""
        return self.world.person_presses(self.wire, message, message.callback_data(button))

    async def presses_at(self, message: Message, row: int, column: int) -> Query:
        """Press the button at this place; raises `NoSuchButtonError` if it sends no callback data."""
        button = message.rows[row][column]
        if "callback_data" not in button:
            raise NoSuchButtonError(f"the button {button['text']!r} sends nothing")
        return self.world.person_presses(self.wire, message, str(button["callback_data"]))

    async def forges(self, message: Message, data: str) -> Query:
        """Press a button that is not there, as a manipulated client can, with any data."""
        return self.world.person_presses(self.wire, message, data)

    def has_met_bot(self) -> None:
        """Let the chat with the bot be open from an earlier day: the bot may write first."""
        self.chat.open_before()

    async def taps(self, key: str, in_: Group | None = None) -> Message:
        """Tap a key of the reply keyboard; raises `NoSuchButtonError` if it is not shown."""
        markup = self._chat(in_).keyboards.get(self.id, {})
        found = next((one for row in markup.get("keyboard", []) for one in row if one["text"] == key), None)
        if found is None:
            raise NoSuchButtonError(f"no key {key!r} on the keyboard {self.keyboard(in_)}")
        for request, kind in (("request_contact", "contact"), ("request_location", "location")):
            if found.get(request):
                return await self.shares(kind, in_)
        return await self.sends(key, in_)

    async def opens(self, payload: str = "") -> Message:
        """Follow ``https://t.me/<bot>?start=payload`` and press START; raises `DeepLinkError`."""
        if payload and not PAYLOAD.fullmatch(payload):
            raise DeepLinkError(f"a payload is 1 to 64 of A-Z a-z 0-9 _ -, not {payload!r}")
        return await self.sends(f"/start {payload}".strip())

    async def follows(self, link: str) -> Message:
        """Follow a link to the bot, with or without a payload; raises `DeepLinkError`."""
        parts = urlsplit(link if "://" in link else f"https://{link}")
        if parts.netloc != "t.me" or parts.path.strip("/").lower() != self.world.username.lower():
            raise DeepLinkError(f"this does not lead to @{self.world.username}: {link}")
        return await self.opens(parse_qs(parts.query, keep_blank_values=True).get("start", [""])[0])

    async def asks_inline(self, text: str, in_: Group | None = None, offset: str = "") -> InlineQuery:
        """Type ``@bot text`` in a chat; ``answered_with()`` of what comes back gives the results."""
        return self.world.person_asks_inline(self.wire, self._chat(in_), text, offset)

    async def chooses(self, query: InlineQuery, result: str, to: Group | None = None) -> Message:
        """Send a result, by its title or identifier; raises `NoSuchResultError`."""
        chosen = (await query.answered_with()).result(result)
        return self.world.person_chooses(self.wire, self._chat(to), query, chosen)

    def blocks_bot(self) -> None:
        """Block the bot, until the person writes again or unblocks it."""
        self.world.change_status(self.chat, self.chat.bot_id, "kicked", self.wire)

    def unblocks_bot(self) -> None:
        """Let the bot write again."""
        self.world.change_status(self.chat, self.chat.bot_id, "member", self.wire)

    def _chat(self, group: Group | None) -> Chat:
        return self.chat if group is None else group.chat

    def _puts(self, content: Wire, group: Group | None, document: bytes | None = None) -> Message:
        return self.world.person_sends(self.wire, self._chat(group), content, document)


def _worded(kind: str, text: str) -> Wire:
    """Return a text or a caption with the entities that Telegram finds in it."""
    entities = [entity.wire() for entity in with_detected(text, [])]
    field_name = "entities" if kind == "text" else "caption_entities"
    return {kind: text} | ({field_name: entities} if entities else {})


def _replying(message: Message | None) -> Wire:
    """Return the field with the message that is answered."""
    if message is None:
        return {}
    return {"reply_to_message": {key: message.wire[key] for key in message.wire.keys() - {"reply_to_message"}}}
