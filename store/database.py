"""The file behind the store: a connection a thread, write transactions that start as such, rows as dictionaries.

Threads of one process queue for writing at a lock, because SQLite's own waiting is polling and not fair;
processes queue at SQLite's lock, at most `busy_seconds`. Open a store after a fork, never before: SQLite
connections do not survive one.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from store.clock import Clock, to_text, utc_now

BUSY_SECONDS = 10.0
"""How long a writer waits for the others; a write takes milliseconds."""

_DISK_FAULTS = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})

Row = dict[str, Any]
Parameters = Mapping[str, object] | Sequence[object]
JSONObject = dict[str, Any]


class StoreError(Exception):
    """What the store cannot do; the message is one sentence that says what to do about it."""


class StoreBusyError(StoreError):
    """Somebody else has been writing for too long."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is being written by another process: try again, or end what blocks it.")


class DamagedStoreError(StoreError):
    """The file is no SQLite database, or a broken one."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(f"{path} is damaged or no store ({reason}): restore a backup.")


class UnusableStoreError(StoreError):
    """The file cannot be read or written: no room, no permission, a broken disk."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(f"{path} cannot be used ({reason}): look after the disk, its room and who may write there.")


class MissingReferenceError(StoreError):
    """What a row refers to (a person, a unit, a question) is not there, or not any more."""

    def __init__(self) -> None:
        super().__init__("A person, unit or question that this refers to is not known any more: look it up again.")


class ValueNotStorableError(StoreError):
    """A value that no column takes, such as a number of thirty digits or a language nobody speaks here."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"A value cannot be kept ({reason}): correct it.")


class NotJSONError(StoreError):
    """Data that cannot be kept as JSON."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"The data cannot be kept as JSON ({reason}): use text, numbers, lists and dictionaries.")


class Database:
    """Runs SQL on one file, from any thread; the repositories of the store are written on it."""

    def __init__(self, path: Path, clock: Clock = utc_now, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.clock = clock
        self._busy_seconds = busy_seconds
        self._writing = threading.Lock()
        self._of_thread = threading.local()
        self._all: weakref.WeakSet[sqlite_utils.Database] = weakref.WeakSet()

    @property
    def connection(self) -> sqlite_utils.Database:
        """The connection of this thread; it closes when the thread ends or by `close`."""
        found: sqlite_utils.Database | None = getattr(self._of_thread, "connection", None)
        if found is None:
            found = connect(self.path, self._busy_seconds)
            self._of_thread.connection = found
            self._all.add(found)
        return found

    def now(self, moment: dt.datetime | None = None) -> str:
        """Return the given moment, or the time now, as stored."""
        return to_text(self.clock() if moment is None else moment)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what is written inside is kept together at the end, or not at all after an exception.

        Inside another transaction of the same thread it is a part of that one. Waits for other writers;
        raises `StoreBusyError` when that takes too long. Never await inside: another coroutine of the thread
        would write into the same transaction.
        """
        connection = self.connection
        if connection.conn.in_transaction:
            with nested(connection):
                yield
            return
        if not self._writing.acquire(timeout=self._busy_seconds):
            raise StoreBusyError(self.path)
        try:
            with immediate(connection, self.path):
                yield
        finally:
            self._writing.release()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows of a query."""
        cursor = self._run(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row of a query, None where there is none."""
        return next(iter(self.rows(sql, parameters)), None)

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """Return the one number that a query gives."""
        return int(self._run(sql, parameters).fetchone()[0])

    def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement that writes; returns how many rows it touched."""
        return self._written(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one INSERT; returns the id of the new row."""
        return int(self._written(sql, parameters).lastrowid or 0)

    def put(self, sql: str, parameters: Parameters = ()) -> int | None:
        """Run one ``INSERT … RETURNING id``; returns the id of the new row, None where the statement left it out."""
        if not self.connection.conn.in_transaction:
            with self.transaction():
                return self.put(sql, parameters)
        rows = self._run(sql, parameters).fetchall()  # all: a statement that is not at its end holds up the commit
        return int(rows[0][0]) if rows else None

    def _written(self, sql: str, parameters: Parameters) -> sqlite3.Cursor:
        """Run one statement that writes; inside a transaction without a savepoint: SQLite keeps it whole or not."""
        if self.connection.conn.in_transaction:
            return self._run(sql, parameters)
        with self.transaction():
            return self._run(sql, parameters)

    def _run(self, sql: str, parameters: Parameters) -> sqlite3.Cursor:
        """Run one statement; what SQLite holds against its values, or the disk, is raised in our words."""
        try:
            return self.connection.execute(sql, _storable(parameters))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in _DISK_FAULTS:
                raise UnusableStoreError(self.path, error) from error
            raise
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
                raise MissingReferenceError from error
            raise ValueNotStorableError(error) from error
        except OverflowError as error:
            raise ValueNotStorableError(error) from error

    def close(self) -> None:
        """Close the connections of all threads; none of them may be at work in the store any more."""
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        self._of_thread = threading.local()


def connect(path: Path, busy_seconds: float = BUSY_SECONDS, *, foreign_keys: bool = True) -> sqlite_utils.Database:
    """Open a connection to an existing file.

    Every commit reaches the disk (``synchronous=FULL``): an update confirmed to Telegram must survive a power
    cut too. What is deleted is overwritten (``secure_delete``): an erased person is gone from the file.
    Raises `DamagedStoreError` for a file that is no database, `UnusableStoreError` for one that cannot be opened.
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=busy_seconds, check_same_thread=False
        )
    except sqlite3.OperationalError as error:
        raise UnusableStoreError(path, error) from error
    connection.isolation_level = None  # transactions begin where we say so
    database = sqlite_utils.Database(connection, execute_plugins=False)
    try:
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA foreign_keys = ON" if foreign_keys else "PRAGMA foreign_keys = OFF")
        database.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError):
            raise UnusableStoreError(path, error) from error
        raise DamagedStoreError(path, error) from error
    return database


@contextmanager
def immediate(connection: sqlite_utils.Database, path: Path) -> Iterator[None]:
    """Run a write transaction on one connection; it holds the write lock from its first moment."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise StoreBusyError(path) from error
        raise UnusableStoreError(path, error) from error
    try:
        yield
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        connection.rollback()
        if error.sqlite_errorcode & 0xFF in _DISK_FAULTS:
            raise UnusableStoreError(path, error) from error
        raise
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def nested(connection: sqlite_utils.Database) -> Iterator[None]:
    """Run a part of a transaction that is kept or taken back by itself.

    As ``sqlite_utils.Database.atomic`` does, with one name for all (SQLite means the innermost), so that SQLite need
    not compile three new statements for each: a turn has a dozen.
    """
    run = connection.conn.execute
    run("SAVEPOINT part")
    try:
        yield
    except BaseException:
        if connection.conn.in_transaction:  # an error of the disk may have ended all of it
            run("ROLLBACK TO part")
            run("RELEASE part")
        raise
    run("RELEASE part")


def create_private(path: Path) -> None:
    """Make an empty file, and its folder, that only its owner may read; an existing one stays as it is.

    Raises `UnusableStoreError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UnusableStoreError(path, error.strerror) from error


def to_json(data: object) -> str:
    """Return data as JSON text; raises `NotJSONError`."""
    try:
        return json.dumps(data, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise NotJSONError(error) from error


def from_json(text: str) -> Any:
    """Return the data behind stored JSON text."""
    return json.loads(text)


def _storable(parameters: Parameters) -> Sequence[object] | dict[str, object]:
    """Return the parameters without halves of characters (lone surrogates), which SQLite's UTF-8 has no place for."""
    if isinstance(parameters, Mapping):
        return {name: _whole(value) for name, value in parameters.items()}
    return [_whole(value) for value in parameters]


def _whole(value: object) -> object:
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value
