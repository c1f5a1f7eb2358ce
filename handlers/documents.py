"""Files that people send to the bot in private: offered to what may take them, fetched once, handed over.

What is taken stands in `handlers.commands.TAKERS`. Where several may take a file, the words beside it and what is in
it decide; where nothing tells, its sender is asked, and the file waits in the store meanwhile. A file that nobody
takes is answered as any other thing that is not text; somebody who may send files hears which are read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from telegram import Document, Update
from telegram.error import TelegramError

from handlers import start
from handlers.addresses import FileButton
from handlers.entry import Play, refuse
from handlers.texts import Html, fill
from handlers.turn import Button, Turn
from index.reply import clip
from store.permissions import Action, may
from store.uploads import UploadGoneError

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

    Of several that fit, the first that is sure takes the file (`is_sure` looks at what is in it; it may be slow).
    `take` gets the file's name and content; it may do slow work, and brings its writes to the desk.
    """

    key: Literal["calendar", "graduates", "form", "answers", "places"]
    action: Action
    label: str
    reads: str
    fits: Callable[[Incoming], bool]
    is_sure: Callable[[Incoming, bytes], bool]
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
        fitting = [taker for taker in allowed if taker.fits(incoming)]
        if not fitting:
            turn.say(_what_is_read(turn, allowed))
            return
        content = await _fetched(turn, document)
        if content is None:
            return
        name = str(document.file_name or incoming.media_type)
        taker = fitting[0] if len(fitting) == 1 else await turn.work(_surest, fitting, incoming, content)
        if taker is not None:
            await taker.take(turn, name, content)
        else:
            turn.do(lambda: _ask(turn, name, content, fitting))

    return take_document


def chosen_of(takers: Sequence[Taker]) -> Play[FileButton]:
    """Return what is done when somebody says what a file is."""

    async def press_file(turn: Turn, button: FileButton) -> None:
        try:
            upload = await turn.read(lambda: turn.rooms.store.uploads.get(button.file, turn.person.id))
        except UploadGoneError:
            turn.toast(turn.t.plain("This file was dealt with already, or left. Send it again."), is_alert=True)
            return
        taker = next((taker for taker in takers if taker.key == button.act), None)
        if taker is not None and not may(turn.person, taker.action):
            refuse(turn)
            return
        turn.toast()
        turn.do(lambda: turn.rooms.store.uploads.drop(upload.id))
        if taker is None:
            turn.show(turn.t("Cancelled. Nothing was changed."))
            return
        turn.show(fill("{name}: <b>{label}</b>", name=clip(upload.name, 100), label=turn.t.plain(taker.label)))
        await taker.take(turn, upload.name, upload.content)

    return press_file


def _surest(takers: Sequence[Taker], incoming: Incoming, content: bytes) -> Taker | None:
    return next((taker for taker in takers if taker.is_sure(incoming, content)), None)


def _ask(turn: Turn, name: str, content: bytes, takers: Sequence[Taker]) -> None:
    """Ask what a file is; it waits in the store."""
    file = turn.rooms.store.uploads.keep(turn.person.id, name, content)
    rows = [[Button(turn.t.plain(taker.label), FileButton(taker.key, file).data())] for taker in takers]
    cancel = [Button(turn.t.plain("Cancel"), FileButton("cancel", file).data())]
    turn.say(turn.t("<b>{name}</b>\nWhat is this file?", name=clip(name, 100)), [*rows, cancel])


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
