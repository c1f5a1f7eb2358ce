"""Bringing a file up to date: checked first, copied before it changes, changed all at once or not at all."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from store.database import (
    BUSY_SECONDS,
    DamagedStoreError,
    StoreBusyError,
    StoreError,
    UnusableStoreError,
    connect,
    create_private,
    immediate,
)
from store.migrations import migrations

APPLICATION_ID = 0x54616E79
"""Marks a SQLite file as ours (``Tany``; SQLite's ``PRAGMA application_id``)."""


class NewerStoreError(StoreError):
    """The file was written by a newer version of the program."""

    def __init__(self, path: Path, unknown: str) -> None:
        super().__init__(
            f"{path} was written by a newer version of TanyaMutu (step {unknown}): install that version,"
            " or restore a backup made by this one."
        )


class ForeignStoreError(StoreError):
    """The file is a database of another program."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a database of another program: name another file for the store.")


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did: the steps it made, and where the file as it was before is kept."""

    steps: tuple[str, ...]
    copy: Path

    @property
    def message(self) -> str:
        """Return the sentence for the person who runs the program."""
        return f"The store was upgraded ({', '.join(self.steps)}); as it was before it is kept in {self.copy}."


def bring_up_to_date(
    path: Path, now: dt.datetime, busy_seconds: float = BUSY_SECONDS, steps: Migrations = migrations
) -> Upgrade | None:
    """Create or upgrade the file; returns None for a new file and for one that was up to date.

    Several processes may do this at once; one of them upgrades. Raises `NewerStoreError`, `ForeignStoreError`,
    `DamagedStoreError`, `StoreBusyError` or `UnusableStoreError`, and then leaves the file as it was.
    """
    create_private(path)
    connection = connect(path, busy_seconds, foreign_keys=False)  # table rebuilds would cascade otherwise
    try:
        check_version(connection, path, steps)
        _write_ahead(connection, path, busy_seconds)
        if not steps.pending(connection):
            return None
        with immediate(connection, path):
            check_version(connection, path, steps)
            return _apply(connection, path, now, steps)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise UnusableStoreError(path, error) from error
        raise DamagedStoreError(path, error) from error
    finally:
        connection.close()


def check_version(connection: sqlite_utils.Database, path: Path, steps: Migrations = migrations) -> None:
    """Raise `ForeignStoreError` or `NewerStoreError` if this program must not write to the file."""
    tables = set(connection.table_names())
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    if tables and mark != APPLICATION_ID:
        raise ForeignStoreError(path)
    pending = {step.name for step in steps.pending(connection)}
    known = pending | {step.name for step in _known(steps)}
    unknown = [step.name for step in steps.applied(connection) if step.name not in known]
    if unknown:
        raise NewerStoreError(path, unknown[0])


def write_copy(source: sqlite3.Connection, target: Path) -> None:
    """Write everything that a connection sees into one new file that stands for itself (no ``-wal``)."""
    create_private(target)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def name_of_copy(path: Path, why: str, now: dt.datetime) -> Path:
    """Return a free name beside the file: ``store-before-restore-20260301T080000Z.db``."""
    stem = f"{path.stem}-{why}-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    names = (path.with_name(f"{stem}{number}{path.suffix}") for number in numbers)
    return next(name for name in names if not name.exists())


def _write_ahead(connection: sqlite_utils.Database, path: Path, busy_seconds: float) -> None:
    """Switch the file to WAL; SQLite does not always wait by itself when others open it at the same time."""
    end = time.monotonic() + busy_seconds
    while True:
        try:
            connection.enable_wal()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > end:
                raise StoreBusyError(path) from error
            time.sleep(0.01)
        else:
            return


def _known(steps: Migrations) -> list[Migrations._Migration]:
    return steps.pending(sqlite_utils.Database(memory=True, execute_plugins=False))


def _apply(connection: sqlite_utils.Database, path: Path, now: dt.datetime, steps: Migrations) -> Upgrade | None:
    """Make the steps that are missing, inside the caller's transaction; the copy comes first."""
    pending = tuple(step.name for step in steps.pending(connection))
    if not pending:
        return None  # another process was faster
    upgrade = Upgrade(pending, name_of_copy(path, f"before-{pending[0]}", now)) if steps.applied(connection) else None
    if upgrade is not None:
        reader = connect(path, foreign_keys=False)
        try:
            write_copy(reader.conn, upgrade.copy)
        finally:
            reader.close()
    else:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
    steps.apply(connection)
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DamagedStoreError(path, f"table {broken[0]} refers to rows that do not exist")
    return upgrade
