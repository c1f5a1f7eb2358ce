"""Faults that a test switches on: what the network and Telegram's servers do on a bad day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

EVERY_METHOD = "*"
"""Stands for every method but getUpdates, which has to be named."""


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of `method`.

    ``delay`` seconds pass first. Then the call fails with HTTP `status` (429 with `retry_after`), or the
    connection is dropped without an answer; with ``after_effect`` the call was carried out before that.
    """

    method: str
    times: int = 1
    status: int | None = None
    retry_after: int = 1
    drop: bool = False
    delay: float = 0.0
    after_effect: bool = False

    def strikes(self, method: str) -> bool:
        """Whether this fault has something left for a call of `method`."""
        named = self.method == method or (self.method == EVERY_METHOD and method != "getUpdates")
        return named and self.times > 0


@dataclass
class Faults:
    """The faults that wait, in the order in which they were added, and how often each method was struck."""

    waiting: list[Fault] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def add(self, fault: Fault) -> None:
        """Let `fault` strike from now on."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that strikes this call, used up by one; None where all is well."""
        for fault in self.waiting:
            if fault.strikes(method):
                fault.times -= 1
                self.struck[method] += 1
                return fault
        return None
