"""Waiting for something to change, on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Bell:
    """Wakes all who wait whenever it is rung; each then looks for itself whether its condition holds.

    Lighter than `asyncio.Condition`: whoever changes something need not be a coroutine nor hold a lock,
    which is safe because all of the stand-in lives on one event loop.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Let all who wait look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def until(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait until `condition` holds; return False if `timeout` seconds passed first."""
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await self.rung()
        except TimeoutError:
            return condition()
        return True

    async def rung(self) -> None:
        """Wait for the next ring."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
