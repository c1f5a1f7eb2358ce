"""Chats: who is in them, what was said there, and what the bot may do and hear."""

from __future__ import annotations

import re

from playground.bell import Bell
from playground.errors import ApiError
from playground.messages import Message, Wire

PATIENCE = 5.0
"""Seconds a person waits for the bot unless told otherwise."""
ADMINISTRATORS = frozenset({"creator", "administrator"})
OUTSIDE = frozenset({"left", "kicked"})
RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}


class BotIsSilentError(AssertionError):
    """The bot did not do in time what the person waited for; says what it did instead."""


class Chat:
    """A chat as those in it see it: what the bot wrote and changed there, in order."""

    def __init__(self, wire: Wire, bot_id: int) -> None:
        self.wire = wire
        self.bot_id = bot_id
        self.members: dict[int, str] = {bot_id: "member"}
        """Status of each member, as in ChatMember."""
        self.by_id: dict[int, Message] = {}
        self.keyboards: dict[int, Wire] = {}
        """The reply keyboard that each person sees."""
        self.bell = Bell()
        self._done: dict[str, list[Message]] = {"message": [], "edit": []}
        self._seen = {"message": 0, "edit": 0}

    @property
    def id(self) -> int:
        """The chat's number; a private chat has its person's."""
        return int(self.wire["id"])

    @property
    def messages(self) -> list[Message]:
        """Everything in the chat as it stands now, the people's own words included."""
        return list(self.by_id.values())

    @property
    def bot_status(self) -> str:
        """Status of the bot: ``kicked`` in a private chat is a person who blocks it."""
        return self.members[self.bot_id]

    def refusal(self) -> ApiError | None:
        """Why the bot may not write here; None where it may."""
        raise NotImplementedError

    def tells_bot(self, content: Wire, username: str) -> bool:
        """Whether a message with this content is delivered to the bot."""
        raise NotImplementedError

    def bot_did(self, kind: str, message: Message) -> None:
        """Record a ``message`` or an ``edit`` of the bot and wake those who wait for it."""
        self._done[kind].append(message)
        self.bell.ring()

    async def next_message(self, timeout: float = PATIENCE) -> Message:
        """Wait for the next message of the bot that was not returned before."""
        return await self._next("message", timeout)

    async def next_edit(self, timeout: float = PATIENCE) -> Message:
        """Wait for the next change of a message of the bot that was not returned before."""
        return await self._next("edit", timeout)

    def unread(self) -> list[Message]:
        """Messages of the bot that ``next_message`` has not returned yet, without waiting."""
        return self._done["message"][self._seen["message"] :]

    async def _next(self, kind: str, timeout: float) -> Message:
        at, done = self._seen[kind], self._done[kind]
        if not await self.bell.until(lambda: len(done) > at, timeout):
            texts = [message.text for message in self.messages if message.from_bot]
            raise BotIsSilentError(f"no {kind} in chat {self.id} in {timeout} s; so far: {texts}")
        self._seen[kind] += 1
        return done[at]


class PrivateChat(Chat):
    """A person's chat with the bot; the bot may not write there before the person has."""

    def __init__(self, wire: Wire, bot_id: int) -> None:
        super().__init__(wire, bot_id)
        self.members[self.id] = "member"
        self.started = False

    def open_before(self) -> None:
        """Let the person have written here before the story begins."""
        self.started = True

    def refusal(self) -> ApiError | None:
        """The bot may not write first, nor to a person who blocks it."""
        if self.bot_status == "kicked":
            return ApiError(403, "Forbidden: bot was blocked by the user")
        if not self.started:
            return ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return None

    def tells_bot(self, content: Wire, username: str) -> bool:
        """All that is said here is said to the bot."""
        del content, username
        return True


class GroupChat(Chat):
    """A supergroup.

    With `privacy` on, as BotFather sets it, a bot that is no administrator is told only commands that are not
    another bot's, answers to its own messages, words that name it, what was sent by means of it, and service
    messages ("Privacy mode").
    """

    def __init__(self, wire: Wire, bot_id: int, *, privacy: bool) -> None:
        super().__init__(wire, bot_id)
        self.privacy = privacy

    def refusal(self) -> ApiError | None:
        """The bot may write as long as it is in the group."""
        if self.bot_status == "kicked":
            return ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        if self.bot_status == "left":
            return ApiError(403, "Forbidden: bot is not a member of the supergroup chat")
        return None

    def tells_bot(self, content: Wire, username: str) -> bool:
        """Privacy mode decides, unless the bot is an administrator or not there at all."""
        if self.bot_status in OUTSIDE:
            return False
        if not self.privacy or self.bot_status in ADMINISTRATORS or self._is_service(content):
            return True
        text = str(content.get("text", content.get("caption", "")))
        replied = content.get("reply_to_message", {}).get("from", {})
        return (
            _is_command_for(text, username)
            or re.search(rf"(?<!\w)@{username}(?!\w)", text, re.IGNORECASE) is not None
            or replied.get("id") == self.bot_id
            or content.get("via_bot", {}).get("id") == self.bot_id
        )

    @staticmethod
    def _is_service(content: Wire) -> bool:
        return bool(content.keys() & {"new_chat_members", "left_chat_member"})


def _is_command_for(text: str, username: str) -> bool:
    """Whether a text begins with a command that is not addressed to another bot."""
    found = re.match(r"/\w+(?:@(\w+))?", text)
    return found is not None and (found[1] is None or found[1].lower() == username.lower())


def member_wire(user: Wire, status: str) -> Wire:
    """Return a ChatMember with the fields that its status always has."""
    extra: Wire = {}
    if status == "creator":
        extra = {"is_anonymous": False}
    elif status == "administrator":
        extra = RIGHTS
    elif status == "kicked":
        extra = {"until_date": 0}
    return {"user": user, "status": status, **extra}
