"""Telegram's flood limits (Bots FAQ, "My bot is hitting limits"), switched on where a test needs them."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.errors import too_many_requests

SECOND = 1.0
MINUTE = 60.0


@dataclass
class FloodLimits:
    """Refuses with 429 what is sent too fast; a limit of None is off.

    ``chat_burst`` messages may follow each other in one chat before one a second is enforced.
    """

    overall_per_second: int | None = 30
    chat_burst: int | None = 5
    group_per_minute: int | None = 20
    clock: Callable[[], float] = time.monotonic
    _sent: dict[int | None, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, chat_id: int) -> None:
        """Count a message to `chat_id`, or raise the 429 that says when to come back."""
        now = self.clock()
        limits: list[tuple[int | None, int | None, float]] = [(None, self.overall_per_second, SECOND)]
        if self.chat_burst is not None:
            limits.append((chat_id, self.chat_burst, self.chat_burst * SECOND))
        if chat_id < 0:
            limits.append((chat_id, self.group_per_minute, MINUTE))
        for key, most, window in limits:
            recent = [at for at in self._sent[key] if at > now - window]
            if most is not None and len(recent) >= most:
                raise too_many_requests(max(1, math.ceil(recent[-most] + window - now)))
        for key in (None, chat_id):
            times = self._sent[key]
            times.append(now)
            while times[0] <= now - MINUTE:
                times.popleft()
