"""What every handler is given: a typed context instead of look-ups in dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from telegram import Update, User
from telegram.ext import Application, CallbackContext, ExtBot

from handlers.rooms import Rooms
from handlers.turn import Turn
from index.reply import Language


@dataclass
class Turns:
    """The turns that are being played, by the number of their update."""

    rooms: Rooms
    open: dict[int, Turn] = field(default_factory=dict)


class CustomContext(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], Turns]):
    """The context of all handlers."""

    _turn: Turn | None = None

    @classmethod
    def from_update(cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]) -> Self:
        """Build the context of an update, its turn included."""
        context = super().from_update(update, application)
        if isinstance(update, Update):
            context._turn = context.bot_data.open.get(update.update_id)
        return context

    @property
    def turn(self) -> Turn:
        """The turn of the update; every update that reaches a handler has one."""
        if self._turn is None:
            raise LookupError("an update outside of the dispatcher has no turn")
        return self._turn

    @property
    def rooms(self) -> Rooms:
        """The rooms behind the chat."""
        return self.bot_data.rooms


TanyaApplication: TypeAlias = Application[ExtBot[Any], CustomContext, dict[Any, Any], dict[Any, Any], Turns, None]


def language_of(user: User) -> Language:
    """Return the language of the person's phone: English if it says so, else Indonesian."""
    return "en" if (user.language_code or "").lower().startswith("en") else "id"
