"""Updates that nobody of good will sends: every type, with whatever may stand in a field, the same for each seed.

What Telegram itself never does (a text of more than 4,096 characters, a person without a number) is among them: a
client library changes, and so does Telegram. The senders and chats are those of the local Telegram, so that the
bot can answer; a refusal is then the bot's fault.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.constants import MessageEntityType, MessageLimit

from handlers.commands import BUTTONS, COMMANDS

Wire = dict[str, Any]

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
A_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TEXTS = (
    "",
    " ",
    "\u200b\u200b\u200d",
    "\u202eesrever\u202c \u2066left\u2069",
    "\ud800 alone \udfff",
    "\x00\x07\x1b[31m",
    "<b>bold</i> &amp; &lt;script&gt; </blockquote><a href='x'>",
    "</pre>" * 50,
    "{text} {0} {turn.rooms} %s %(x)s",
    "'; DROP TABLE people; --",
    "😀" * 300,
    "e\u0301" * 200,
    "من يعتمد المنهج؟",
    "\n" * 500,
    "who?" * 2_000,
    "&" * int(MessageLimit.MAX_TEXT_LENGTH),
    "Siapa yang menetapkan dosen pembimbing skripsi?",
    "nothing is known of this",
    "null",
    "../../etc/passwd",
)
NUMBERS = ("0", "1", "2", "-1", "007", "999999999999999", "9" * 30, "1e9", "٣", "½", "0x10", "", " 1", "NaN", "1_000")


@dataclass(frozen=True)
class Cast:
    """Who may be in the updates: people, groups as the Bot API writes them, numbers of the bot's messages."""

    people: Sequence[Wire]
    groups: Sequence[Wire]
    messages: Sequence[int] = (1, 2, 3)


class Hostile:
    """Makes the updates."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self._cast = cast
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret
        self._number = 10_000_000

    def updates(self, count: int) -> Iterator[Wire]:
        """Yield so many updates, without their numbers; each type comes as often as the others."""
        kinds = list(Update.ALL_TYPES)
        makers: dict[str, Callable[[], Wire]] = {
            "callback_query": self._press,
            "inline_query": self._inline_query,
            "my_chat_member": self._membership,
            "chat_member": self._membership,
            "chosen_inline_result": lambda: {"result_id": self._data(), "from": self._who(), "query": self._text()},
            "poll_answer": lambda: {
                "poll_id": self._data(),
                "user": self._who(),
                "option_ids": [],
                "option_persistent_ids": [],
            },
            "chat_join_request": self._join_request,
            "poll": self._poll,
        }
        for position in range(count):
            # Every other one is of a type that the bot asks for.
            kind = (
                self._one(["message", "callback_query", "inline_query"])
                if position % 2
                else kinds[position % len(kinds)]
            )
            yield self._damaged({kind: makers.get(kind, self._message)()})

    def _one(self, of: Sequence[Any]) -> Any:
        return self._dice.choice(of)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _text(self) -> str:
        return str(self._one([*TEXTS, self._command(), self._command(), self._data()]))

    def _command(self) -> str:
        name = self._one(
            [command.name for command in COMMANDS] + ["start", "profil", "dataku", "lupakan", "status", "x"]
        )
        at = self._one(["", "", "@tanyamutu_bot", "@other_bot", "@"])
        return f"/{name}{at}{self._one(['', ' ', chr(10)])}{self._one([*TEXTS, self._payload()])}"

    def _payload(self) -> str:
        return str(
            self._one(["c_id_1a2b3c4d_1_2", "c_en_00000000_999999999_0", "i_" + "A" * 60, "x" * 64, "-_-", "ask"])
        )

    def _data(self) -> str:
        """Return callback data: of a real kind of button with forged fields, or nonsense."""
        prefix = self._one([kind.address.PREFIX for kind in BUTTONS] + ["", "zz", ":", "\u0441"])
        words = ("open", "turn", "answer", "save", "withdraw", "list", "good", "words", "steps", "en", "id", "x" * 40)
        fields = [self._one([*NUMBERS, *words]) for _ in range(self._dice.randrange(7))]
        return ":".join([prefix, *fields])

    def _plausible(self) -> str:
        """Return callback data that can be read, with numbers of what is somebody else's."""
        number = self._one([1, 2, 3, 10**14])
        return str(
            self._one(
                [
                    f"f:{number}:bad",
                    f"f:{number}:words",
                    f"f:{number}:good",
                    f"q:open:{number}:0",
                    f"q:answer:{number}:-5",
                    f"q:save:{number}:999999999999999",
                    f"q:list:0:{number}",
                    f"k:withdraw:{number}",
                    f"k:ask:{number}",
                    f"w:{number}:SOP",
                    f"c:open:id:1a2b3c4d:{number}:-3:1",
                    f"c:turn:en:1a2b3c4d:1:2:{number}",
                    f"d:steps:x:{number}",
                ]
            )
        )

    def _who(self) -> Wire:
        person = dict(self._one(self._cast.people))
        if self._dice.random() < 0.2:
            person |= {"first_name": self._one(TEXTS)[:64], "last_name": self._one(TEXTS)[:64], "username": "a" * 32}
        if self._dice.random() < 0.2:
            person["language_code"] = self._one(["", "xx", "en", "\u200b", "id-ID"])
        return person

    def _chat(self, who: Wire) -> Wire:
        private = {"id": who["id"], "type": "private", "first_name": who["first_name"]}
        return dict(self._one([private, private, *self._cast.groups]))

    def _message(self) -> Wire:
        who = self._who()
        chat = self._chat(who)
        if chat["type"] != "private":
            who = self._one([who, who, ANONYMOUS, A_BOT])
        message: Wire = {"message_id": self._next(), "date": 1_700_000_000, "chat": chat, "from": who}
        if who.get("is_bot"):
            message["sender_chat"] = chat
        text = self._text()
        if self._dice.random() < 0.15:
            odd: Wire = self._one(
                [
                    {"photo": []},
                    {"sticker": {}},
                    {"location": {"latitude": 1e9, "longitude": -1e9}},
                    {"new_chat_members": []},
                    {"dice": {"emoji": "🎲", "value": 7}},
                    {"contact": {"phone_number": text, "first_name": text}},
                    {"migrate_to_chat_id": -1},
                ]
            )
            return message | odd
        message["text"] = text
        if text.startswith("/"):
            length = len(text.split()[0]) if text.split() else 1
            message["entities"] = [{"type": MessageEntityType.BOT_COMMAND, "offset": 0, "length": length}]
        if self._dice.random() < 0.2:
            replied = {"message_id": self._one(self._cast.messages), "date": 0, "chat": chat, "text": self._text()}
            message["reply_to_message"] = replied
        return message

    def _press(self) -> Wire:
        who = self._who()
        press: Wire = {"id": str(self._next()), "from": who, "chat_instance": "1"}
        press["data"] = self._one([self._data(), self._plausible(), self._text()[:64]])
        chat = self._chat(who)
        number = self._one(self._cast.messages)
        where = [
            {"message": {"message_id": number, "date": 1_700_000_000, "chat": chat, "text": "x"}},
            {"message": {"message_id": number, "date": 0, "chat": chat}},
            {"inline_message_id": self._one(["", "x" * 30])},
            {},
        ]
        return {**press, **self._one(where)}

    def _inline_query(self) -> Wire:
        return {"id": str(self._next()), "from": self._who(), "query": self._text()[:256], "offset": self._one(NUMBERS)}

    def _membership(self) -> Wire:
        who = self._who()
        user = {"id": 700000001, "is_bot": True, "first_name": "TanyaMutu"}
        old, new = ({"status": self._one(["member", "left", "x"]), "user": user} for _ in range(2))
        chat = self._one(self._cast.groups)
        return {"chat": chat, "from": who, "date": 0, "old_chat_member": old, "new_chat_member": new}

    def _join_request(self) -> Wire:
        who = self._who()
        return {
            "chat": self._one(self._cast.groups),
            "from": who,
            "date": 0,
            "user_chat_id": who["id"],
            "bio": self._text(),
        }

    def _poll(self) -> Wire:
        flags = dict.fromkeys(("is_closed", "is_anonymous", "allows_multiple_answers"), False)
        return {
            "id": self._data(),
            "question": self._text(),
            "options": [],
            "type": "regular",
            "total_voter_count": 0,
            **flags,
        }

    def _damaged(self, update: Wire) -> Wire:
        """Return the update, one time in six with a field missing, empty or of another type."""
        if self._dice.random() > 1 / 6:
            return update
        ((kind, body),) = update.items()
        broken = dict(body)
        name = self._one(list(broken))
        if self._dice.random() < 0.5:
            del broken[name]
        else:
            broken[name] = self._one([None, {}, [], "", -1, 2**70, 1.5, True, "\ud800"])
        return {kind: broken}
