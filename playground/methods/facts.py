"""What the bot can learn about chats and their members, and leaving them."""

from __future__ import annotations

from playground.chats import ADMINISTRATORS, OUTSIDE, GroupChat, member_wire
from playground.errors import bad_request
from playground.messages import Wire
from playground.parameters import Parameters
from playground.world import World

NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


class Facts:
    """getChat, getChatMember and the like."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def get_chat(self, parameters: Parameters) -> Wire:
        """getChat: the chat, with the fields that ChatFullInfo always has."""
        chat = self._world.chat(parameters.chat_id)
        return {**chat.wire, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}

    async def get_chat_member(self, parameters: Parameters) -> Wire:
        """getChatMember: what somebody is in a chat; ``left`` for a known person who is not there."""
        chat, user_id = self._world.chat(parameters.chat_id), parameters.number("user_id")
        if user_id not in self._world.users:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return member_wire(self._world.users[user_id], chat.members.get(user_id, "left"))

    async def get_chat_administrators(self, parameters: Parameters) -> list[Wire]:
        """getChatAdministrators: owner and administrators who are no other bots; groups only."""
        group = self._group(parameters, "there are no administrators in the private chat")
        return [
            member_wire(self._world.users[user_id], status)
            for user_id, status in group.members.items()
            if status in ADMINISTRATORS
        ]

    async def get_chat_member_count(self, parameters: Parameters) -> int:
        """getChatMemberCount: how many there are, the bot included."""
        chat = self._world.chat(parameters.chat_id)
        return sum(status not in OUTSIDE for status in chat.members.values())

    async def leave_chat(self, parameters: Parameters) -> bool:
        """leaveChat: the bot leaves a group."""
        group = self._group(parameters, "chat member status can't be changed in private chats")
        self._world.change_status(group, group.bot_id, "left", self._world.bot)
        return True

    def _group(self, parameters: Parameters, otherwise: str) -> GroupChat:
        chat = self._world.chat(parameters.chat_id)
        if not isinstance(chat, GroupChat):
            raise bad_request(otherwise)
        if refusal := chat.refusal():
            raise refusal
        return chat
