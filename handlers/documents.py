"""Files that people send to the bot in private: offered to what may take them, fetched once, handed over.

What is taken stands in `handlers.commands.TAKERS`. A file that nobody takes is answered as any other thing that
is not text; somebody who may send files hears which are read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from telegram import Document, Update
from telegram.error import TelegramError

from handlers import start
from handlers.entry import Play
from handlers.texts import Html, fill
from handlers.turn import Turn
from store.permissions import Action, may

MOST_BYTES = 5_000_000
"""Larger files are not fetched; Telegram itself gives a bot no file above 20 MB (Bot API, ``getFile``)."""


@dataclass(frozen=True)
class Incoming:
    """A file before it is fetched: what the sender's program says of it, in small letters, and the words beside it."""

    name: str
    media_type: str
    caption: str


@dataclass(frozen=True)
class Taker:
    """What becomes of a kind of file: who may send it, what it is (for people), which fit, and what takes the content.

    `take` gets the file's name and content; it may do slow work, and brings its writes to the desk.
    """

    action: Action
    reads: str
    fits: Callable[[Incoming], bool]
    take: Callable[[Turn, str, bytes], Awaitable[None]]


def offered_to(takers: Sequence[Taker]) -> Play[Update]:
    """Return what is done with a file that somebody sends."""

    async def take_document(turn: Turn, update: Update) -> None:
        message = update.effective_message
        document = message.document if message else None
        allowed = [taker for taker in takers if may(turn.person, taker.action)]
        if message is None or document is None or not allowed:
            start.not_text(turn, update)
            return
        incoming = _incoming(document, message.caption)
        taker = next((taker for taker in allowed if taker.fits(incoming)), None)
        if taker is None:
            turn.say(_what_is_read(turn, allowed))
            return
        content = await _fetched(turn, document)
        if content is not None:
            await taker.take(turn, str(document.file_name or incoming.media_type), content)

    return take_document


async def _fetched(turn: Turn, document: Document) -> bytes | None:
    """Return what a file holds; if it cannot be had, say so and return None."""
    size = document.file_size
    if isinstance(size, int) and size > MOST_BYTES:
        turn.say(turn.t("The file is larger than 5 MB. Make it smaller, or send it in parts."))
        return None
    try:
        file = await document.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError:
        turn.say(turn.t("The file could not be fetched from Telegram. Please send it again."))
        return None


def _incoming(document: Document, caption: str | None) -> Incoming:
    """Return what is said of a file; the sender's program says it, and it may be anything."""
    name, media_type, words = (str(value or "").lower() for value in (document.file_name, document.mime_type, caption))
    return Incoming(name, media_type, words)


def _what_is_read(turn: Turn, takers: Sequence[Taker]) -> Html:
    lines = [fill("• {reads}", reads=turn.t.plain(taker.reads)) for taker in takers]
    return Html("\n".join([turn.t("I cannot read this file. These I read:"), *lines]))
