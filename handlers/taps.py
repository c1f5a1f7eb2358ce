"""Double taps: two presses of one button within a moment are one wish.

Kept in memory on purpose: if the process dies between two taps, the worst is one repeated message.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class DoubleTaps:
    """Remembers the last presses for `window` seconds."""

    def __init__(self, window: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._window = window
        self._clock = clock
        self._last: OrderedDict[Hashable, float] = OrderedDict()

    def is_repeat(self, press: Hashable) -> bool:
        """Whether the same press came within the window before; remembers this one if not."""
        now = self._clock()
        while self._last and next(iter(self._last.values())) <= now - self._window:
            self._last.popitem(last=False)
        if press in self._last:
            return True
        self._last[press] = now
        return False

    def forget(self, press: Hashable) -> None:
        """Let the press count again, because it failed."""
        self._last.pop(press, None)
