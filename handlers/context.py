"""What every handler can reach: a typed context instead of look-ups in dictionaries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeAlias, TypeVar

from telegram import Update, User
from telegram.ext import Application, CallbackContext, ExtBot

from handlers.taps import DoubleTaps
from index.reply import Answerer, Language

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Rooms:
    """The rooms behind the chat, as `bot/` filled them."""

    answerer: Answerer
    workers: Executor
    """Where slow work runs; its size bounds how many answers are computed at once."""
    taps: DoubleTaps = field(default_factory=DoubleTaps)

    async def work(self, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run slow work off the event loop and wait for its result."""
        return await asyncio.get_running_loop().run_in_executor(self.workers, lambda: task(*args, **kwargs))


class CustomContext(CallbackContext[ExtBot[int], dict[Any, Any], dict[Any, Any], Rooms]):
    """The context of all handlers."""

    @property
    def rooms(self) -> Rooms:
        """The rooms behind the chat."""
        return self.bot_data

    @property
    def answerer(self) -> Answerer:
        """The engine; its methods are slow, so call them through ``rooms.work``."""
        return self.bot_data.answerer


TanyaApplication: TypeAlias = Application[ExtBot[int], CustomContext, dict[Any, Any], dict[Any, Any], Rooms, None]


def language_of(user: User | None) -> Language:
    """Return the language of the person's phone: English if it says so, else Indonesian."""
    code = (user.language_code or "") if user else ""
    return "en" if code.lower().startswith("en") else "id"


def language_of_update(update: object) -> Language:
    """Return the language to speak in where an update came from."""
    return language_of(update.effective_user) if isinstance(update, Update) else "id"
