"""A store in a folder of its own, with a clock that stands until it is moved."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.people import Person
from store.roles import GRANTED_ROLES, Role
from store.store import Store

ROOT = Path(__file__).parents[2]
ADMINISTRATOR = 1


class StandingClock:
    """Says the same time until somebody moves it."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **how: float) -> dt.datetime:
        self.now += dt.timedelta(**how)
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path, clock: StandingClock) -> Iterator[Store]:
    with Store(path, administrators={ADMINISTRATOR}, clock=clock) as opened:
        yield opened


Meet = Callable[..., Person]


@pytest.fixture
def meet(store: Store) -> Meet:
    """Meet somebody who has a role."""

    def meet(person_id: int, role: Role = Role.GUEST, unit_id: int | None = None, name: str = "Budi") -> Person:
        person = store.people.seen(person_id, name, None, "id")
        if role in GRANTED_ROLES:
            return store.people.grant(person_id, role, unit_id)
        if role is Role.ADMINISTRATOR:
            return person
        return store.people.choose(person_id, role, unit_id)

    return meet


Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def program(path: Path) -> Iterator[Program]:
    """Start a Python process on the store; it finds the file in ``path`` and what else was given in ``arguments``."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        head = "import sys\nfrom pathlib import Path\npath, arguments = Path(sys.argv[1]), sys.argv[2:]\n"
        process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", head + textwrap.dedent(code), str(path), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
