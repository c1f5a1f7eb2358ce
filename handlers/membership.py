"""The bot's own membership: somebody blocks it, a group takes it in."""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType

from handlers.introduction import how_to_ask_here
from handlers.turn import Turn

OUTSIDE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


def changed(turn: Turn, update: Update) -> None:
    """Note a block; tell a new group how to ask. Who unblocks or throws the bot out hears nothing."""
    change = update.my_chat_member
    if change is None:
        return
    is_out, was_out = change.new_chat_member.status in OUTSIDE, change.old_chat_member.status in OUTSIDE
    if change.chat.type == ChatType.PRIVATE and is_out:
        turn.rooms.store.people.has_blocked(turn.person.id)
    elif change.chat.type in GROUPS and was_out and not is_out:
        turn.say(how_to_ask_here(turn))
