"""One bot to a data folder: two would take each other's updates from Telegram, and neither would know.

The lock is the operating system's, on the file ``bot.lock``: it ends with the process, however that ends. The file
itself stays and means nothing; it holds the number of the process that had the lock last.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "bot.lock"
ATTEMPTS = 5
PAUSE = 0.05
"""Seconds between attempts: `is_running` holds the lock for a moment too."""

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """The byte that is locked on Windows, far behind the text, which others may then still read."""

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class AlreadyRunningError(Exception):
    """A bot runs on this data folder; the message says which process and what to do."""

    def __init__(self, folder: Path, process: str) -> None:
        which = f"process {process}" if process else "another process"
        super().__init__(
            f"A bot is running on {folder} ({which}): stop it first, or set TANYAMUTU_DATA to another folder."
        )


@contextmanager
def running_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a data folder, which is made where it is not there; raises `AlreadyRunningError`, `OSError`.

    A file system that knows no locks (some network shares) raises `OSError`: put the data on a local disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take_patiently(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)  # which releases it


def is_running(folder: Path) -> bool:
    """Whether a bot runs on a data folder; the answer may be old when it arrives, so act under `running_lock`."""
    try:
        descriptor = os.open(folder / NAME, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        _take(descriptor)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(descriptor)
    return False


def _take_patiently(descriptor: int, folder: Path) -> None:
    for attempt in range(ATTEMPTS):
        try:
            _take(descriptor)
        except (BlockingIOError, PermissionError):  # what POSIX and Windows say of a lock that is taken
            if attempt + 1 == ATTEMPTS:
                raise AlreadyRunningError(folder, os.read(descriptor, 20).decode("ascii", "replace")) from None
            time.sleep(PAUSE)
        else:
            return
