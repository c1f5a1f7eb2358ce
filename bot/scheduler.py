"""The clock of the service: what comes due is put into the outbox, a few people at a time.

Each tick is one job at the desk and one transaction: what is due, what is said and what follows are kept together
or not at all. Between two ticks other jobs go first, so that nobody who asks waits for a thousand reminders.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from handlers.reminding import tell
from handlers.rooms import Rooms

LOOK_AGAIN = 1.0
"""Seconds after which the due queue is looked at."""
BETWEEN = 0.02
"""Seconds between two ticks while there is more, for the jobs of those who ask."""
LOOK_AFTER = 60.0
"""Seconds after which strays, Mondays and unanswered surveys are looked after."""

logger = logging.getLogger(__name__)


class Scheduler:
    """Tells people what is due."""

    def __init__(self, rooms: Rooms, told: Callable[[], None]) -> None:
        """`told` is called when something was put into the outbox."""
        self._rooms = rooms
        self._told = told
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to look."""
        self._tasks = [asyncio.create_task(self._tick()), asyncio.create_task(self._look_after())]

    async def stop(self) -> None:
        """Finish the tick that is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            is_busy = False
            try:
                is_busy = await self._rooms.desk.run(lambda: tell(self._rooms))
            except Exception:
                logger.exception("reminders: the store could not be used, trying again")
            if is_busy:
                self._told()
            await asyncio.sleep(BETWEEN if is_busy else LOOK_AGAIN)

    async def _look_after(self) -> None:
        """Take up what changed while nobody was here, then look after what nothing comes due for."""
        job: Callable[[], None] = self._rooms.telling.take_up
        while True:
            try:
                await self._rooms.desk.run(job)
                await self._rooms.desk.run(self._rooms.telling.look_after)
                await self._rooms.desk.run(self._rooms.following.plan)
                job = self._rooms.telling.look_after
            except Exception:
                logger.exception("reminders: the store could not be used, trying again")
            await asyncio.sleep(LOOK_AFTER)
