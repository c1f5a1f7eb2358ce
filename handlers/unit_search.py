"""Finding a unit by words that somebody types, in the middle of a dialogue that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from telegram import Update

from handlers import ask
from handlers.texts import Html
from handlers.turn import Turn
from index.reply import clip
from store.units import Unit

SHOWN = 8
QUESTION_WORDS = 4
"""So many words that name no unit are a question: nobody must end a dialogue in order to ask."""
ShowFound = Callable[[str, Sequence[Unit]], None]


def has_units(turn: Turn) -> bool:
    """Whether units were imported at all; at the desk."""
    return bool(turn.rooms.store.units.all())


async def search(turn: Turn, update: Update, show: ShowFound) -> None:
    """Search for the typed words and show what was found, at the desk; what is a question is answered instead."""
    message = update.effective_message
    words = ((message and message.text) or "").strip()
    found = await turn.read(lambda: turn.rooms.store.units.search(words, SHOWN))
    if not found and (words.endswith("?") or len(words.split()) >= QUESTION_WORDS):
        await ask.ask(turn, update)
        return
    turn.do(lambda: show(words, found))


def outcome(turn: Turn, words: str, found: Sequence[Unit]) -> Html:
    """Return what is said above the buttons of the units found."""
    if found:
        return turn.t("Which one is it? If it is not here, write other words.")
    return turn.t(
        "No unit fits “{words}”. Write a part of its name or its code; /batal if you meant something else.",
        words=clip(words, 100),
    )
