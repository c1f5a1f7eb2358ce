"""Faults that are switched on: what the network and Telegram's servers do on a bad day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

EVERY_METHOD = "*"
"""Stands for every method but getUpdates, which has to be named."""


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of `method` (None: with all), or with a share of them.

    `rate` is the share, chosen at random. The call fails with HTTP `status` (429 with `retry_after`), or the
    connection is dropped without an answer, or it is refused (reset before anything is read); with nothing of
    these it is only late by `delay` seconds. With `after_effect` the call is carried out first, then it is
    late, then it fails; otherwise it is late, then it fails or is carried out.
    """

    method: str = EVERY_METHOD
    times: int | None = 1
    rate: float = 1.0
    status: int | None = None
    retry_after: int = 1
    drop: bool = False
    refuse: bool = False
    delay: float = 0.0
    after_effect: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 0.0 <= self.rate <= 1.0:
            raise ValueError(f"a rate is a share between 0 and 1, not {self.rate}")
        if self.refuse and self.after_effect:
            raise ValueError("a refused connection has no effect")

    def concerns(self, method: str) -> bool:
        """Whether this fault has something left for a call of `method`."""
        named = self.method.lower() == method.lower() or (self.method == EVERY_METHOD and method != "getUpdates")
        return named and self.times != 0


@dataclass
class Faults:
    """The faults that wait, in the order in which they were added, and how often each method was struck.

    `seed` makes the choice of calls the same in every run with the same calls.
    """

    seed: int = 0
    waiting: list[Fault] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    struck_before: Counter[str] = field(default_factory=Counter)
    struck_after: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Take up the dice."""
        self.reseed(self.seed)

    def reseed(self, seed: int) -> None:
        """Throw the dice from the beginning, as `seed` says."""
        self.seed = seed
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret

    def add(self, fault: Fault) -> None:
        """Let `fault` strike from now on."""
        self.waiting.append(fault)

    def add_share(self, rate: float, kinds: Sequence[Fault]) -> None:
        """Let a share of all calls be struck for good, each of the `kinds` equally often.

        The faults are tried one after another, so each gets the share of what the earlier ones leave.
        """
        if not 0.0 <= rate <= 1.0:
            raise ValueError(f"a rate is a share between 0 and 1, not {rate}")
        each = rate / len(kinds)
        for position, kind in enumerate(kinds):
            self.add(replace(kind, times=None, rate=min(1.0, each / (1 - position * each))))

    def clear(self) -> None:
        """Everything works again; the counts stay."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that strikes this call, used up by one; None where all is well."""
        for fault in self.waiting:
            if fault.concerns(method) and self._dice.random() < fault.rate:
                if fault.times is not None:
                    fault.times -= 1
                self.struck[method] += 1
                (self.struck_after if fault.after_effect else self.struck_before)[method] += 1
                return fault
        return None
