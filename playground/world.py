"""The world behind the stand-in: people, chats, messages, presses of buttons, and updates for the bot.

Holds everything in memory and knows nothing of HTTP. Objects for the bot are kept in the Bot API's own
wire form (dictionaries), so that what a client library reads is what Telegram would send.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.bell import Bell
from playground.chats import OUTSIDE, Chat, GroupChat, PrivateChat, member_wire
from playground.commands import Menus
from playground.errors import bad_request
from playground.files import File, Files
from playground.flood import FloodLimits
from playground.inline import InlineAnswer, InlineCache, InlineQuery, InlineResult
from playground.messages import Event, Message, Query, Wire
from playground.updates import Updates
from playground.webhook import Delivery

QUERY_LIFETIME = 30.0
"""Seconds in which a press can be answered; Telegram's own figure is not documented, about this much."""
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


class World:
    """All chats of one bot. Every change happens on one event loop; `clock` gives seconds since 1970."""

    def __init__(self, bot: Wire, clock: Callable[[], float] = time.time, flood: FloodLimits | None = None) -> None:
        self.bot = bot
        self.clock = clock
        self.flood = flood
        self.users: dict[int, Wire] = {int(bot["id"]): bot}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.queries: dict[str, Query] = {}
        self.inline_cache = InlineCache(clock)
        self.inline_messages: dict[str, Message] = {}
        self.commands = Menus()
        self.descriptions: dict[tuple[str, str], str] = {}
        self.updates = Updates(clock)
        self.delivery = Delivery(self.updates, clock)
        self.watchers: set[asyncio.Queue[Event]] = set()
        self.changed = Bell()
        """Rung after every call of the bot."""
        self._message_ids = itertools.count(1)
        self._query_ids = itertools.count(4_000_000_001)

    @property
    def username(self) -> str:
        """The bot's name behind the @."""
        return str(self.bot["username"])

    def watch(self, event: Event) -> None:
        """Show an event to the pages that are open."""
        for watcher in self.watchers:
            watcher.put_nowait(event)

    # what the bot asks for

    def chat(self, chat_id: int) -> Chat:
        """Return the chat; refused if there is none."""
        if chat_id not in self.chats:
            raise bad_request("chat not found")
        return self.chats[chat_id]

    def open_chat(self, chat_id: int) -> Chat:
        """Return the chat, if the bot may write there; otherwise Telegram's refusal."""
        chat = self.chat(chat_id)
        if refusal := chat.refusal():
            raise refusal
        return chat

    def message(self, chat_id: int, message_id: int, what_for: str) -> Message:
        """Return the message, or the refusal ``message to edit not found`` and the like."""
        found = self.open_chat(chat_id).by_id.get(message_id)
        if found is None:
            raise bad_request(f"message to {what_for} not found")
        return found

    def inline_message(self, inline_id: str) -> Message:
        """Return a message that came by an inline query."""
        if inline_id not in self.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        return self.inline_messages[inline_id]

    def bot_sends(
        self, chat: Chat, content: Wire, source: str, markup: Wire | None = None, file: File | None = None
    ) -> Message:
        """Put a message of the bot into a chat, with any keyboard."""
        wire = self._message_wire(chat, self.bot, content)
        if markup and "inline_keyboard" in markup:
            wire["reply_markup"] = markup
        message = Message(wire, source, file.content if file else None, markup)
        chat.by_id[message.id] = message
        self._show_keyboard(chat, message)
        chat.bot_did("message", replace(message))
        self.watch(Event("message", chat.id, message))
        return message

    def bot_edits(self, message: Message, changes: Wire, source: str | None = None) -> Message:
        """Change a message of the bot; keys with the value None vanish. Refused if nothing would change."""
        if not (message.from_bot or message.inline_id) or (message.markup or {}).keys() & {"keyboard", "force_reply"}:
            raise bad_request("message can't be edited")
        wire = {key: value for key, value in {**message.wire, **changes}.items() if value is not None}
        if wire == message.wire:
            raise bad_request(NOT_MODIFIED)
        message.wire = {**wire, "edit_date": int(self.clock())}
        message.source = message.source if source is None else source
        self.chats[message.chat_id].bot_did("edit", replace(message))
        self.watch(Event("edit", message.chat_id, message))
        return message

    def delete(self, message: Message) -> None:
        """Take a message out of its chat."""
        self.chats[message.chat_id].by_id.pop(message.id, None)
        self.watch(Event("delete", message.chat_id, message))

    def bot_answers(self, query_id: str, answer: Wire) -> None:
        """Answer a press; refused if it is unknown, answered already or too old."""
        query = self._open_query(query_id)
        if isinstance(query, InlineQuery):
            raise bad_request(QUERY_TOO_OLD)
        query.answer = answer
        query.done.set()
        self.watch(Event("answer", None, None, {"query": query.id, "person": query.person_id, **answer}))

    def bot_offers(self, query_id: str, answer: InlineAnswer, seconds: int, *, personal: bool) -> None:
        """Answer an inline query; refused if it is unknown, answered already or too old."""
        query = self._open_query(query_id)
        if not isinstance(query, InlineQuery):
            raise bad_request(QUERY_TOO_OLD)
        query.answer, query.results = {}, answer
        self.inline_cache.put(query, answer, seconds, personal=personal)
        query.done.set()

    def _open_query(self, query_id: str) -> Query:
        query = self.queries.get(query_id)
        if query is None or query.answer is not None or self.clock() - query.asked_at > QUERY_LIFETIME:
            raise bad_request(QUERY_TOO_OLD)
        return query

    # what people do

    def person_sends(self, person: Wire, chat: Chat, content: Wire, document: bytes | None = None) -> Message:
        """Put a person's message into a chat and, if bots hear it there, tell the bot."""
        self._open_for(person, chat)
        wire = self._message_wire(chat, person, content)
        message = Message(wire, str(content.get("text", content.get("caption", ""))), document)
        chat.by_id[message.id] = message
        self._use_keyboard(chat, int(person["id"]), message.text)
        self._tell("message", chat, message)
        self.watch(Event("message", chat.id, message))
        return message

    def person_edits(self, message: Message, content: Wire) -> Message:
        """Change a person's own message and tell the bot."""
        message.wire = {**message.wire, **content, "edit_date": int(self.clock())}
        chat = self.chats[message.chat_id]
        self._tell("edited_message", chat, message)
        self.watch(Event("edit", chat.id, message))
        return message

    def person_presses(self, person: Wire, message: Message, data: str) -> Query:
        """Press a button of `message` with this data; the bot sees the message as this object shows it."""
        query = Query(str(next(self._query_ids)), self.clock(), int(person["id"]))
        self.queries[query.id] = query
        press: Wire = {"id": query.id, "from": person, "chat_instance": str(message.chat_id), "data": data}
        if message.inline_id is not None:
            press["inline_message_id"] = message.inline_id
        elif message.id in self.chats[message.chat_id].by_id:
            press["message"] = message.wire
        else:
            press["message"] = {"chat": message.wire["chat"], "message_id": message.id, "date": 0}
        self.updates.add("callback_query", press)
        return query

    def person_asks_inline(self, person: Wire, chat: Chat, text: str, offset: str) -> InlineQuery:
        """Type ``@bot text`` in a chat; answered from the cache where the bot allowed that."""
        person_id = int(person["id"])
        query = InlineQuery(str(next(self._query_ids)), self.clock(), person_id, text=text, offset=offset)
        self.queries[query.id] = query
        if cached := self.inline_cache.get(text, offset, person_id):
            query.answer, query.results, query.cached = {}, cached, True
            query.done.set()
            return query
        kind = "sender" if chat.id == person_id else chat.wire["type"]
        wire = {"id": query.id, "from": person, "query": text, "offset": offset, "chat_type": kind}
        self.updates.add("inline_query", wire)
        return query

    def person_chooses(self, person: Wire, chat: Chat, query: InlineQuery, result: InlineResult) -> Message:
        """Send a result of an inline query into a chat, and tell the bot which one it was."""
        content: Wire = {"text": result.text, "via_bot": self.bot}
        if result.entities:
            content["entities"] = [entity.wire() for entity in result.entities]
        if result.markup:
            content["reply_markup"] = result.markup
        message = self.person_sends(person, chat, content)
        chosen: Wire = {"result_id": result.id, "from": person, "query": query.text}
        if result.markup:
            message.inline_id = f"inline-{message.id}"
            self.inline_messages[message.inline_id] = message
            chosen["inline_message_id"] = message.inline_id
        self.updates.add("chosen_inline_result", chosen)
        return message

    def change_status(self, chat: Chat, user_id: int, status: str, by: Wire) -> None:
        """Change what somebody, or the bot, is in a chat, and tell the bot; nothing happens if it is that already."""
        old = chat.members.get(user_id, "left")
        if old == status:
            return
        chat.members[user_id] = status
        user, is_bot = self.users[user_id], user_id == self.bot["id"]
        change = {
            "chat": chat.wire,
            "from": by,
            "date": int(self.clock()),
            "old_chat_member": member_wire(user, old),
            "new_chat_member": member_wire(user, status),
        }
        self.updates.add("my_chat_member" if is_bot else "chat_member", change)
        if isinstance(chat, GroupChat) and (old in OUTSIDE) != (status in OUTSIDE):
            field = {"left_chat_member": user} if status in OUTSIDE else {"new_chat_members": [user]}
            self.person_sends(by, chat, field)
        self.watch(Event("changed"))

    def expire_queries(self) -> None:
        """Let all presses and inline queries so far be too old to be answered."""
        for query in self.queries.values():
            query.asked_at -= QUERY_LIFETIME + 1

    def _open_for(self, person: Wire, chat: Chat) -> None:
        """A person who writes starts the private chat, or joins the group."""
        if isinstance(chat, PrivateChat):
            self.change_status(chat, int(self.bot["id"]), "member", person)
            chat.started = True
        elif person["id"] not in chat.members:
            chat.members[int(person["id"])] = "member"
            self.watch(Event("changed"))

    def _tell(self, kind: str, chat: Chat, message: Message) -> None:
        if chat.tells_bot(message.wire, self.username):
            self.updates.add(kind, message.wire)

    def _message_wire(self, chat: Chat, sender: Wire, content: Wire) -> Wire:
        number = {"message_id": next(self._message_ids), "date": int(self.clock())}
        return {**number, "chat": chat.wire, "from": sender, **content}

    def _show_keyboard(self, chat: Chat, message: Message) -> None:
        """Show or remove the reply keyboard for those whom it concerns (``selective``)."""
        markup = message.markup or {}
        if not markup or "inline_keyboard" in markup:
            return
        people = [user for user in chat.members if user != self.bot["id"]]
        if markup.get("selective"):
            people = [user for user in people if self._is_named(user, message)]
        for user in people:
            chat.keyboards.pop(user, None)
            if "remove_keyboard" not in markup:
                chat.keyboards[user] = markup

    def _is_named(self, user_id: int, message: Message) -> bool:
        """Whether a message answers or mentions somebody."""
        replied: dict[str, Any] = message.wire.get("reply_to_message", {}).get("from", {})
        name = self.users[user_id].get("username")
        return replied.get("id") == user_id or bool(name and f"@{name}".lower() in message.text.lower())

    def _use_keyboard(self, chat: Chat, person_id: int, text: str) -> None:
        """Hide a keyboard that was meant for one use."""
        keyboard = chat.keyboards.get(person_id, {})
        keys = [key["text"] for row in keyboard.get("keyboard", []) for key in row]
        if "force_reply" in keyboard or (keyboard.get("one_time_keyboard") and text in keys):
            del chat.keyboards[person_id]
