"""The methods of the Bot API that the stand-in knows, each in the strict form of the real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from playground import limits
from playground.errors import ApiError, bad_request
from playground.flood import FloodLimits
from playground.parameters import Parameters
from playground.state import DEFAULT_UPDATES, Message, Wire, World

UPDATES_AT_ONCE = 100
LONGEST_POLL = 50

Method = Callable[[Parameters], Awaitable[Any]]


class Methods:
    """The Bot API over a `World`; `known` maps lower-case method names to what they do."""

    def __init__(self, world: World, flood: FloodLimits | None) -> None:
        self.world = world
        self.flood = flood
        self.polls = 0
        self.known: dict[str, Method] = {
            method.__name__.replace("_", ""): method
            for method in (
                self.get_me, self.get_updates, self.delete_webhook, self.get_webhook_info, self.get_chat,
                self.send_message, self.send_document, self.edit_message_text, self.edit_message_reply_markup,
                self.answer_callback_query, self.send_chat_action,
                self.set_my_commands, self.get_my_commands, self.delete_my_commands,
                self.set_my_description, self.get_my_description,
                self.set_my_short_description, self.get_my_short_description,
            )
        }  # fmt: skip

    # receiving

    async def get_me(self, _: Parameters) -> Wire:
        """getMe: the bot itself."""
        return self.world.bot

    async def get_updates(self, parameters: Parameters) -> list[Wire]:
        """getUpdates: long polling.

        A positive offset confirms, and forgets, all updates before it; a negative one all but the last
        so many. A second poller ends the first with 409. Updates that were not confirmed come again.
        """
        offset, world = parameters.number("offset", 0), self.world
        limit = min(max(parameters.number("limit", UPDATES_AT_ONCE), 1), UPDATES_AT_ONCE)
        timeout = min(max(parameters.number("timeout", 0), 0), LONGEST_POLL)
        allowed = parameters.json("allowed_updates")
        if allowed is not None:
            world.allowed_updates = frozenset(allowed) or DEFAULT_UPDATES
        async with world.changed:
            self.polls += 1
            this_poll = self.polls
            world.changed.notify_all()
            if offset < 0:
                world.updates = world.updates[offset:]
            else:
                world.updates = [update for update in world.updates if update["update_id"] >= offset]
            try:
                async with asyncio.timeout(timeout or None):
                    await world.changed.wait_for(lambda: bool(world.updates) or timeout == 0 or self.polls != this_poll)
            except TimeoutError:
                pass
            if self.polls != this_poll:
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            return world.updates[:limit]

    async def end_polls(self) -> None:
        """Let go whoever waits for updates; for the end of the server."""
        async with self.world.changed:
            self.polls += 1
            self.world.changed.notify_all()

    async def delete_webhook(self, parameters: Parameters) -> bool:
        """deleteWebhook: there never is one; forgets waiting updates if asked to."""
        if parameters.flag("drop_pending_updates"):
            self.world.updates.clear()
        return True

    async def get_webhook_info(self, _: Parameters) -> Wire:
        """getWebhookInfo: no webhook, and how many updates wait."""
        return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.world.updates)}

    async def get_chat(self, parameters: Parameters) -> Wire:
        """getChat: the chat, with the fields that ChatFullInfo always has."""
        chat = self.world.chat(parameters.number("chat_id"))
        return {**chat, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}

    # sending

    async def send_message(self, parameters: Parameters) -> Wire:
        """sendMessage: text of 1 to 4,096 UTF-16 units after entity parsing."""
        chat_id = parameters.number("chat_id")
        self.world.chat(chat_id)
        content = _text_content(parameters)
        content |= self._common(chat_id, parameters)
        message = await self.world.bot_sends(chat_id, content, parameters.text("text"))
        return message.wire

    async def send_document(self, parameters: Parameters) -> Wire:
        """sendDocument: an uploaded file with a caption of at most 1,024 UTF-16 units."""
        chat_id = parameters.number("chat_id")
        self.world.chat(chat_id)
        reference = parameters.text("document").removeprefix("attach://") or "document"
        upload = parameters.uploads.get(reference)
        if upload is None:
            raise bad_request("there is no document in the request")
        if not upload.content:
            raise bad_request("file must be non-empty")
        caption, entities = limits.formatted_text(
            parameters.text("caption"),
            parameters.values.get("parse_mode"),
            limits.CAPTION_UNITS,
            may_be_empty=True,
        )
        name = f"document-{len(self.world.messages) + 1}"
        document = {
            "file_id": name,
            "file_unique_id": name,
            "file_name": upload.name,
            "file_size": len(upload.content),
        }
        content: Wire = {"document": document} | self._common(chat_id, parameters)
        if caption:
            content |= {"caption": caption, "caption_entities": [entity.wire() for entity in entities]}
        source = parameters.text("caption")
        return (await self.world.bot_sends(chat_id, content, source, upload.content)).wire

    def _common(self, chat_id: int, parameters: Parameters) -> Wire:
        """Check what all sending methods share: keyboard, replied message, flood limits."""
        common: Wire = {}
        markup = limits.reply_markup(parameters.json("reply_markup"))
        if markup and "inline_keyboard" in markup:
            common["reply_markup"] = markup
        reply = parameters.json("reply_parameters") or {}
        if reply:
            replied = self.world.messages.get((chat_id, int(reply["message_id"])))
            if replied is None and not reply.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
            if replied is not None:
                common["reply_to_message"] = {
                    key: value for key, value in replied.wire.items() if key != "reply_to_message"
                }
        if self.flood is not None:
            self.flood.check(chat_id)
        return common

    async def edit_message_text(self, parameters: Parameters) -> Wire:
        """editMessageText: the new text, and the new keyboard or none."""
        message = self._message_to_edit(parameters)
        content = _text_content(parameters)
        markup = limits.reply_markup(parameters.json("reply_markup"))
        changes = {"entities": None, **content, "reply_markup": markup}
        return (await self.world.bot_edits(message, changes, parameters.text("text"))).wire

    async def edit_message_reply_markup(self, parameters: Parameters) -> Wire:
        """editMessageReplyMarkup: the new keyboard or none."""
        message = self._message_to_edit(parameters)
        markup = limits.reply_markup(parameters.json("reply_markup"))
        return (await self.world.bot_edits(message, {"reply_markup": markup})).wire

    def _message_to_edit(self, parameters: Parameters) -> Message:
        return self.world.message(parameters.number("chat_id"), parameters.number("message_id"), "edit")

    async def answer_callback_query(self, parameters: Parameters) -> bool:
        """answerCallbackQuery: once for each press, soon, with at most 200 characters."""
        text = parameters.text("text")
        if len(text) > limits.CALLBACK_ANSWER_UNITS:
            raise bad_request("MESSAGE_TOO_LONG")
        answer = {"text": text, "show_alert": parameters.flag("show_alert")} if text else {}
        await self.world.bot_answers(parameters.text("callback_query_id"), answer)
        return True

    async def send_chat_action(self, parameters: Parameters) -> bool:
        """sendChatAction: one of the known actions."""
        self.world.chat(parameters.number("chat_id"))
        if parameters.text("action") not in limits.CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    # how the bot presents itself

    async def set_my_commands(self, parameters: Parameters) -> bool:
        """setMyCommands: for a scope and a language."""
        key = _command_key(parameters)
        self.world.commands[key] = limits.commands(parameters.json("commands"))
        return True

    async def get_my_commands(self, parameters: Parameters) -> list[dict[str, str]]:
        """getMyCommands: exactly those set for the scope and the language."""
        return self.world.commands.get(_command_key(parameters), [])

    async def delete_my_commands(self, parameters: Parameters) -> bool:
        """deleteMyCommands: for a scope and a language."""
        self.world.commands.pop(_command_key(parameters), None)
        return True

    async def set_my_description(self, parameters: Parameters) -> bool:
        """setMyDescription: what an empty chat shows."""
        return self._describe("description", parameters, limits.DESCRIPTION)

    async def get_my_description(self, parameters: Parameters) -> Wire:
        """getMyDescription: for a language."""
        return self._described("description", parameters)

    async def set_my_short_description(self, parameters: Parameters) -> bool:
        """setMyShortDescription: what the profile shows."""
        return self._describe("short_description", parameters, limits.SHORT_DESCRIPTION)

    async def get_my_short_description(self, parameters: Parameters) -> Wire:
        """getMyShortDescription: for a language."""
        return self._described("short_description", parameters)

    def _describe(self, kind: str, parameters: Parameters, longest: int) -> bool:
        text = parameters.text(kind)
        if len(text) > longest:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        self.world.descriptions[kind, limits.language_code(parameters.text("language_code"))] = text
        return True

    def _described(self, kind: str, parameters: Parameters) -> Wire:
        code = limits.language_code(parameters.text("language_code"))
        return {kind: self.world.descriptions.get((kind, code), "")}


_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def _text_content(parameters: Parameters) -> Wire:
    """Text and entities of a message, checked."""
    text, entities = limits.formatted_text(parameters.text("text"), parameters.values.get("parse_mode"))
    return {"text": text} | ({"entities": [entity.wire() for entity in entities]} if entities else {})


def _command_key(parameters: Parameters) -> tuple[str, str]:
    """Scope (as JSON) and language under which commands are kept."""
    scope = parameters.json("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), limits.language_code(parameters.text("language_code"))
