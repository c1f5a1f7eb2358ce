"""A pump: takes work from the store as long as there is some, so many pieces at once, and sleeps otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

W = TypeVar("W")
TROUBLE_PAUSE = 1.0
"""Seconds before it looks again after the store could not be used."""

logger = logging.getLogger(__name__)


class Pump(Generic[W]):
    """Runs `do` for everything that `take` gives, at most `limit` at once; `take` is told how many more may run.

    It looks when rung, when a piece of work has ended, and every `look_again` seconds.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[int], Awaitable[Sequence[W]]],
        do: Callable[[W], Awaitable[None]],
        *,
        limit: int,
        look_again: float,
    ) -> None:
        self._name = name
        self._take = take
        self._do = do
        self._limit = limit
        self._look_again = look_again
        self._bell = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for work."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    def ring(self) -> None:
        """Say that there may be work; call it on the event loop."""
        self._bell.set()

    async def stop(self, patience: float = 25.0) -> None:
        """Take nothing more and finish what is under way; what takes longer than `patience` seconds is left."""
        self._stopping = True
        self.ring()
        if self._task is not None:
            await self._task
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=patience)
            for task in late:
                task.cancel()

    async def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            try:
                is_busy = await self._start_some()
            except Exception:
                logger.exception("%s: the store could not be used, trying again", self._name)
                await asyncio.sleep(TROUBLE_PAUSE)
                continue
            if not is_busy:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), self._look_again)

    async def _start_some(self) -> bool:
        """Begin with what work there is room for; returns False where there is none, or no room."""
        room = self._limit - len(self._running)
        taken = await self._take(room) if room > 0 else ()
        for work in taken:
            task = asyncio.create_task(self._carry(work))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return bool(taken)

    async def _carry(self, work: W) -> None:
        try:
            await self._do(work)
        except Exception:
            logger.exception("%s: a piece of work was left as it is", self._name)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.ring()
