"""A look at the file from outside, for the person who runs the program: nothing is written, nothing upgraded."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from store.backup import reading
from store.clock import from_optional
from store.migrations import migrations


@dataclass(frozen=True)
class Inspection:
    """What a whole file holds.

    ``step`` is the last upgrade it has had, ``pending`` are those that the next start makes. ``inbox`` and ``outbox``
    count by state; ``waiting_since`` is when the oldest update came that is not handled.
    """

    step: str
    pending: tuple[str, ...]
    inbox: dict[str, int]
    outbox: dict[str, int]
    waiting_since: dt.datetime | None


def inspect(path: Path) -> Inspection:
    """Check a store and count what waits in it, while it may be in use; raises as `store.backup.check_file`."""
    with reading(path) as connection:
        database = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
        return Inspection(
            step=migrations.applied(database)[-1].name,
            pending=tuple(step.name for step in migrations.pending(database)),
            inbox=_by_state(connection, "inbox"),
            outbox=_by_state(connection, "outbox"),
            waiting_since=_waiting_since(connection),
        )


def _by_state(connection: sqlite3.Connection, table: str) -> dict[str, int]:
    return dict(connection.execute(f"SELECT state, count(*) FROM {table} GROUP BY state"))  # noqa: S608 - our names


def _waiting_since(connection: sqlite3.Connection) -> dt.datetime | None:
    sql = "SELECT min(received_at) FROM inbox WHERE state IN ('new', 'claimed')"
    return from_optional(connection.execute(sql).fetchone()[0])
