"""A turn: one update, and all that is said and kept because of it, together or not at all.

A handler does slow work first (`Turn.work`), then says what it has to say and brings what must be kept
(`Turn.do`). Nothing leaves while it runs. When it has ended, one transaction runs what was brought, puts the
messages into the outbox and marks the update as done; if the process dies before that, the update is simply
handled again, and nobody has heard anything yet.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

from telegram import Update, User
from telegram.constants import ChatType, InlineKeyboardButtonLimit, ParseMode

from handlers.rooms import Rooms
from handlers.texts import Html, Speech, speech
from index.reply import Language, clean, clip
from store.conversations import Step
from store.inbox import ClaimedUpdate
from store.outbox import NewMessage, Priority
from store.people import Person

P = ParamSpec("P")
R = TypeVar("R")

BUTTON_UNITS = 60
"""Longer texts are cut by the phone, at a place of its choice."""
TOAST_UNITS = 200
"""Bot API, answerCallbackQuery."""


@dataclass(frozen=True)
class Button:
    """A button under a message: its text and what a press carries, or the address that it opens."""

    text: str
    data: str = ""
    url: str = ""

    def wire(self) -> dict[str, str]:
        """Return the button as the Bot API wants it; raises ValueError for data that it would refuse."""
        text = clip(clean(self.text), BUTTON_UNITS) or "…"
        if self.url:
            return {"text": text, "url": self.url}
        if not InlineKeyboardButtonLimit.MIN_CALLBACK_DATA <= len(self.data.encode()) <= _MOST_DATA:
            raise ValueError(f"a button carries 1 to {_MOST_DATA} bytes, not {self.data!r}")
        return {"text": text, "callback_data": self.data}


_MOST_DATA = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
Keyboard = Sequence[Sequence[Button]]


@dataclass(frozen=True)
class Place:
    """Where an update came from, as far as answers need it."""

    chat_id: int
    is_private: bool
    message_id: int | None = None
    inline_message_id: str | None = None
    callback_id: str | None = None
    inline_id: str | None = None

    @classmethod
    def of(cls, update: Update, user: User) -> Place:
        """Read it from an update; where there is no chat, the person's own is meant."""
        chat, message, press = update.effective_chat, update.effective_message, update.callback_query
        return cls(
            chat_id=chat.id if chat else user.id,
            is_private=chat is None or chat.type == ChatType.PRIVATE,
            message_id=message.message_id if message else None,
            inline_message_id=press.inline_message_id if press else None,
            callback_id=press.id if press else None,
            inline_id=update.inline_query.id if update.inline_query else None,
        )


@dataclass
class Turn:
    """One update being handled."""

    rooms: Rooms
    claimed: ClaimedUpdate
    person: Person
    place: Place
    step: Step | None
    _jobs: list[Callable[[], None]] = field(default_factory=list)
    _messages: list[NewMessage] = field(default_factory=list)
    reference: str = ""
    """Of the failure, if there was one."""

    @property
    def t(self) -> Speech:
        """The person's language."""
        return speech(self.language)

    @property
    def language(self) -> Language:
        """The language that the person chose."""
        return self.person.language

    async def work(self, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run slow work off the event loop and wait for its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.rooms.workers, lambda: task(*args, **kwargs))

    async def read(self, job: Callable[[], R]) -> R:
        """Read from the store, or write what does not belong to the end of the turn (a count)."""
        return await self.rooms.desk.run(job)

    def do(self, job: Callable[[], None]) -> None:
        """Run a job in the transaction that ends the turn; it may say something as well."""
        self._jobs.append(job)

    def say(
        self,
        text: Html,
        keyboard: Keyboard = (),
        *,
        to: int | None = None,
        is_reply: bool = False,
        priority: int = Priority.ANSWER,
    ) -> None:
        """Send a message, to the chat that the update came from unless `to` names another."""
        parameters: dict[str, Any] = {**_text(text), **keyboard_parameters(keyboard)}
        if is_reply and self.place.message_id is not None:
            parameters["reply_parameters"] = {
                "message_id": self.place.message_id,
                "allow_sending_without_reply": True,
            }
        self.send("sendMessage", parameters, to=to, priority=priority)

    def show(self, text: Html, keyboard: Keyboard = ()) -> None:
        """Put a text into the message whose button was pressed; without such a message send a new one."""
        where: dict[str, Any]
        if self.place.inline_message_id:
            where = {"inline_message_id": self.place.inline_message_id}
        elif self.place.callback_id is not None and self.place.message_id is not None:
            where = {"message_id": self.place.message_id}
        else:
            self.say(text, keyboard)
            return
        self.send("editMessageText", {**where, **_text(text), **keyboard_parameters(keyboard, empty=True)})

    def toast(self, text: str = "", *, is_alert: bool = False) -> None:
        """Answer a press with a line that vanishes (or an alert); nothing happens without a press."""
        if self.place.callback_id is None:
            return
        parameters: dict[str, Any] = {"callback_query_id": self.place.callback_id}
        if text:
            parameters |= {"text": clip(clean(text), TOAST_UNITS), "show_alert": is_alert}
        self.send("answerCallbackQuery", parameters)

    def hand(self, name: str, content: bytes, caption: Html) -> None:
        """Send a file to the chat."""
        self._send_file("sendDocument", "document", name, content, caption, ())

    def picture(self, name: str, content: bytes, caption: Html, keyboard: Keyboard = ()) -> None:
        """Send a picture (PNG) to the chat."""
        self._send_file("sendPhoto", "photo", name, content, caption, keyboard)

    def _send_file(self, method: str, part: str, name: str, content: bytes, caption: Html, keyboard: Keyboard) -> None:
        file = {"name": name, "content": base64.b64encode(content).decode("ascii")}
        parameters = {part: file, "caption": caption, "parse_mode": ParseMode.HTML, **keyboard_parameters(keyboard)}
        self.send(method, parameters, file=part)

    def send(
        self,
        method: str,
        parameters: dict[str, Any],
        *,
        to: int | None = None,
        file: str | None = None,
        priority: int = Priority.ANSWER,
    ) -> None:
        """Put any call of the Bot API into the outbox at the end of the turn."""
        chat = self.place.chat_id if to is None else to
        if method in _TO_A_CHAT and "inline_message_id" not in parameters:
            parameters = {"chat_id": chat, **parameters}
        self._messages.append(
            NewMessage(
                chat_id=chat,
                method=method,
                parameters=parameters,
                dedupe_key="",
                file=file,
                priority=priority,
                person_id=self.person.id if to is None else None,
                update_id=self.claimed.update_id,
            )
        )

    def set_menu(self, person: Person) -> None:
        """Show somebody, in the chat with the bot, the commands that their role may use."""
        commands = [command.to_dict() for command in self.rooms.menu_of(person)]
        scope = {"type": "chat", "chat_id": person.id}
        self.send("setMyCommands", {"commands": commands, "scope": scope}, to=person.id)

    def set_step(self, name: str, **data: object) -> None:
        """Begin or go on with a dialogue: the next text of the person here belongs to it; at the desk."""
        self.rooms.store.conversations.set_step(self.person.id, self.place.chat_id, Step(name, data))

    def end_step(self, only: str | None = None) -> None:
        """End the dialogue, or, if `only` names one, no other than that; at the desk."""
        if only is None or (self.step is not None and self.step.name == only):
            self.rooms.store.conversations.clear_step(self.person.id, self.place.chat_id)

    def fail(self, reference: str, sentence: Html) -> None:
        """Drop all that was brought and said; the update counts as failed, and the person hears one sentence."""
        self._jobs.clear()
        self._messages.clear()
        self.reference = reference
        self.toast()
        if self.place.inline_id is None:
            self.say(sentence)

    def settle(self) -> None:
        """End the turn in the store; run it at the desk. Raises what the jobs raise, and then nothing is kept."""
        store, said = self.rooms.store, self._messages
        self._messages = list(said)
        try:
            for job in self._jobs:
                job()
            for number, message in enumerate(self._messages):
                store.outbox.enqueue(replace(message, dedupe_key=f"u{self.claimed.update_id}:{number}"))
        finally:
            self._messages = said  # what jobs said is said anew if this was not kept and is tried again
        if self.reference:
            store.inbox.failed(self.claimed, f"reference {self.reference}")
        else:
            store.inbox.done(self.claimed)


_TO_A_CHAT = frozenset({"sendMessage", "editMessageText", "sendDocument", "sendPhoto", "editMessageReplyMarkup"})


def _text(text: Html) -> dict[str, Any]:
    return {"text": text, "parse_mode": ParseMode.HTML, "link_preview_options": {"is_disabled": True}}


def keyboard_parameters(keyboard: Keyboard, *, empty: bool = False) -> dict[str, Any]:
    """Return the buttons as a parameter of a call; none for no buttons, unless an edit shall take them away."""
    rows = [[button.wire() for button in row] for row in keyboard if row]
    return {"reply_markup": {"inline_keyboard": rows}} if rows or empty else {}
