"""The methods of the Bot API that the stand-in knows, each in the strict form of the real one.

Every public coroutine of the classes here is a method of the Bot API under its own name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playground.methods.editing import Editing
from playground.methods.facts import Facts
from playground.methods.presenting import Presenting
from playground.methods.queries import Answering
from playground.methods.receiving import Receiving
from playground.methods.sending import Sending
from playground.parameters import Parameters
from playground.world import World

Method = Callable[[Parameters], Awaitable[Any]]


class Methods:
    """All methods over one `World`; `known` maps lower-case names without underscores to what they do."""

    def __init__(self, world: World) -> None:
        parts = (
            Receiving(world),
            Sending(world),
            Editing(world),
            Answering(world),
            Facts(world),
            Presenting(world),
        )
        self.known: dict[str, Method] = {
            name.replace("_", ""): getattr(part, name)
            for part in parts
            for name in vars(type(part))
            if not name.startswith("_")
        }

    def find(self, name: str) -> Method | None:
        """Return the method with this name; upper and lower case are the same to Telegram."""
        return self.known.get(name.lower())
