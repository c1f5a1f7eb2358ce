"""How the bot changes what it has sent."""

from __future__ import annotations

from playground import keyboards
from playground.chats import ADMINISTRATORS
from playground.errors import bad_request
from playground.messages import Message, Wire
from playground.methods.sending import caption_content, text_content
from playground.parameters import Parameters
from playground.world import World

DELETABLE_SECONDS = 48 * 3600


class Editing:
    """Bot API, "Updating messages"."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def edit_message_text(self, parameters: Parameters) -> Wire | bool:
        """editMessageText: the new text, and the new keyboard or none."""
        message = self._message(parameters)
        if "text" not in message.wire and message.from_bot:
            raise bad_request("there is no text in the message to edit")
        content = text_content(parameters)
        return self._edit(message, parameters, {"entities": None, **content}, parameters.text("text"))

    async def edit_message_caption(self, parameters: Parameters) -> Wire | bool:
        """editMessageCaption: the new caption or none, and the new keyboard or none."""
        message = self._message(parameters)
        if not message.wire.keys() & {"document", "photo"} and message.from_bot:
            raise bad_request("there is no caption in the message to edit")
        content = caption_content(parameters)
        changes = {"caption": None, "caption_entities": None, **content}
        return self._edit(message, parameters, changes, parameters.text("caption"))

    async def edit_message_reply_markup(self, parameters: Parameters) -> Wire | bool:
        """editMessageReplyMarkup: the new keyboard or none."""
        return self._edit(self._message(parameters), parameters, {}, None)

    async def delete_message(self, parameters: Parameters) -> bool:
        """deleteMessage: the bot's own, a person's in a private chat, any in a group for an administrator."""
        message = self._world.message(parameters.chat_id, parameters.number("message_id"), "delete")
        chat = self._world.chats[message.chat_id]
        allowed = message.from_bot or chat.id > 0 or chat.bot_status in ADMINISTRATORS
        if not allowed or self._world.clock() - message.wire["date"] > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")
        self._world.delete(message)
        return True

    def _message(self, parameters: Parameters) -> Message:
        """Return the message of a call, which may have come by an inline query."""
        if inline_id := parameters.text("inline_message_id"):
            return self._world.inline_message(inline_id)
        return self._world.message(parameters.chat_id, parameters.number("message_id"), "edit")

    def _edit(self, message: Message, parameters: Parameters, changes: Wire, source: str | None) -> Wire | bool:
        """Change the message; the answer is the message, or True for one that came by an inline query."""
        markup = keyboards.inline(parameters.json("reply_markup"))
        edited = self._world.bot_edits(message, {**changes, "reply_markup": markup}, source)
        return True if edited.inline_id else edited.wire
