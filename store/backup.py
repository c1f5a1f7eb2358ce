"""One file that holds everything, made while the assistant runs; and back from it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlite_utils

from store.clock import utc_now
from store.database import DamagedStoreError, StoreBusyError, StoreError, UnusableStoreError, connect, create_private
from store.upgrade import ForeignStoreError, check_version, name_of_copy, write_copy

RETRY_SECONDS = 0.25
MOST_RETRIES = 40
"""Ten seconds for other writers to end."""


class BackupExistsError(StoreError):
    """There is a file of this name already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already: choose another name, or move it away.")


class BackupMissingError(StoreError):
    """There is no file to restore from."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is no file: name the file that the backup was written to.")


def back_up(path: Path, target: Path) -> None:
    """Write the store as it is now into a new file, checked; the store may be in use.

    The name appears only when the file is whole. Raises `BackupExistsError`, `DamagedStoreError`, `UnusableStoreError`.
    """
    if target.exists():
        raise BackupExistsError(target)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        source = connect(path, foreign_keys=False)
        try:
            write_copy(source.conn, part)
        finally:
            source.close()
        check_file(part)
        part.rename(target)
    except (OSError, sqlite3.OperationalError) as error:
        raise UnusableStoreError(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def check_file(path: Path) -> None:
    """Raise one sentence if a file cannot be restored from.

    `BackupMissingError`, `DamagedStoreError`, `ForeignStoreError`, or `NewerStoreError`.
    """
    with reading(path):
        pass


def restore(source: Path, target: Path, now: dt.datetime | None = None) -> Path | None:
    """Put the content of a backup in place of the store; returns where the store as it was before is kept.

    None where there was none. All or nothing; stop the assistant first, since it goes on with what it has read.
    A damaged store is moved aside. Raises as `check_file` does, `StoreBusyError`, and `ForeignStoreError` where
    the target is not ours.
    """
    now = now or utc_now()
    with reading(source) as backup:
        kept = _put_aside(target, now)
        create_private(target)
        place = connect(target, foreign_keys=False)
        try:
            _pour(backup, place.conn, target)
            place.enable_wal()
        finally:
            place.close()
    return kept


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a whole and fitting backup for reading."""
    if not path.is_file():
        raise BackupMissingError(path)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            _check(connection, path)
        except sqlite3.DatabaseError as error:
            raise DamagedStoreError(path, error) from error
        yield connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    database = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
    verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise DamagedStoreError(path, verdict)
    if not database.table_names():
        raise DamagedStoreError(path, "it is empty")
    check_version(database, path)
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise DamagedStoreError(path, f"table {broken[0]} refers to rows that do not exist")


def _put_aside(target: Path, now: dt.datetime) -> Path | None:
    """Copy a good store, or move a damaged one with its log; returns where it is then."""
    if not target.exists() or target.stat().st_size == 0:
        return None
    try:
        with reading(target) as connection:
            kept = name_of_copy(target, "before-restore", now)
            write_copy(connection, kept)
            return kept
    except ForeignStoreError:
        raise
    except StoreError:  # damaged, or newer: either way the bytes are kept as they are
        kept = name_of_copy(target, "damaged", now)
        for ending in ("", "-wal", "-shm"):
            part = target.with_name(target.name + ending)
            if part.exists():
                part.rename(kept.with_name(kept.name + ending))
        return kept


def _pour(source: sqlite3.Connection, target: sqlite3.Connection, path: Path) -> None:
    """Copy all pages in one transaction of the target; raises `StoreBusyError` when others do not let go."""
    retries = 0

    def count(status: int, _remaining: int, _total: int) -> None:
        nonlocal retries
        retries += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if retries > MOST_RETRIES:
            raise StoreBusyError(path)

    source.backup(target, progress=count, sleep=RETRY_SECONDS)
