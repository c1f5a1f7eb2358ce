"""How the bot sends: text, photos, documents, actions."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from playground import keyboards, limits
from playground.chats import Chat
from playground.errors import bad_request
from playground.files import File
from playground.messages import Event, Message, Wire
from playground.parameters import Parameters
from playground.world import World


class Sending:
    """Bot API, "Available methods", those that put something into a chat."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def send_message(self, parameters: Parameters) -> Wire:
        """sendMessage: text of 1 to 4,096 UTF-16 units after entity parsing."""
        chat = self._world.open_chat(parameters.chat_id)
        return self._send(chat, parameters, text_content(parameters), parameters.text("text"))

    async def send_document(self, parameters: Parameters) -> Wire:
        """sendDocument: a file of up to 50 MB, uploaded or known, with a caption of at most 1,024 units."""
        return self._send_file(parameters, "document", self._world.files.add_document)

    async def send_photo(self, parameters: Parameters) -> Wire:
        """sendPhoto: a picture of up to 10 MB, uploaded or known, with a caption of at most 1,024 units."""
        return self._send_file(parameters, "photo", self._world.files.add_photo)

    async def send_chat_action(self, parameters: Parameters) -> bool:
        """sendChatAction: one of the known actions."""
        chat = self._world.open_chat(parameters.chat_id)
        action = parameters.text("action")
        if action not in limits.CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._world.watch(Event("typing", chat.id, None, {"action": action}))
        return True

    def _send_file(self, parameters: Parameters, kind: str, add: Callable[[str, bytes], File]) -> Wire:
        chat = self._world.open_chat(parameters.chat_id)
        content = caption_content(parameters)
        file = self._file(parameters, kind, add)
        return self._send(chat, parameters, content | file.content_wire(), parameters.text("caption"), file)

    def _file(self, parameters: Parameters, kind: str, add: Callable[[str, bytes], File]) -> File:
        """Return the file of a call: uploaded with it, or one that was sent before."""
        reference = parameters.text(kind)
        upload = parameters.uploads.get(reference.removeprefix("attach://") or kind)
        if upload is not None:
            return add(upload.name, upload.content)
        if not reference or reference.startswith("attach://"):
            raise bad_request(f"there is no {kind} in the request")
        if "://" in reference:
            raise bad_request("wrong HTTP URL specified (the stand-in fetches nothing)")
        known = self._world.files.get(reference)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if (known.size is None) != (kind == "document"):
            raise bad_request(f"can't use file of type {'Document' if known.size is None else 'Photo'} as {kind}")
        return known

    def _send(self, chat: Chat, parameters: Parameters, content: Wire, source: str, file: File | None = None) -> Wire:
        """Check what all sending methods share (keyboard, replied message, flood limits), then send."""
        markup = keyboards.checked(parameters.json("reply_markup"))
        content |= self._reply(chat, parameters)
        if self._world.flood is not None:
            self._world.flood.check(chat.id)
        return self._world.bot_sends(chat, content, source, markup, file).wire

    @staticmethod
    def _reply(chat: Chat, parameters: Parameters) -> Wire:
        """Return the field with the message that is answered, if one is."""
        reply = parameters.json("reply_parameters")
        if reply is None:
            reply = {
                "message_id": parameters.number("reply_to_message_id", 0),
                "allow_sending_without_reply": parameters.flag("allow_sending_without_reply"),
            }
        if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
            raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
        if reply["message_id"] == 0:
            return {}
        replied: Message | None = chat.by_id.get(reply["message_id"])
        if replied is not None:
            return {"reply_to_message": {key: replied.wire[key] for key in replied.wire.keys() - {"reply_to_message"}}}
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")


def text_content(parameters: Parameters) -> Wire:
    """Text and entities of a message, checked."""
    text, entities = limits.formatted_text(
        parameters.text("text"), parameters.values.get("parse_mode"), given=parameters.json("entities")
    )
    return {"text": text} | ({"entities": [entity.wire() for entity in entities]} if entities else {})


def caption_content(parameters: Parameters) -> Wire:
    """Caption and its entities, checked; nothing where there is no caption."""
    caption, entities = limits.formatted_text(
        parameters.text("caption"),
        parameters.values.get("parse_mode"),
        limits.CAPTION_UNITS,
        given=parameters.json("caption_entities"),
        may_be_empty=True,
    )
    if not caption:
        return {}
    wires = [entity.wire() for entity in entities]
    return dict(itertools.chain([("caption", caption)], [("caption_entities", wires)] if wires else []))
