"""Keeping what an installation has: backups of it in one file, the way back, and what is forgotten in time.

A backup is a ZIP file with the store and the documents that people added; what can be built again (the index,
vectors) is not in it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.lock import running_lock
from bot.settings import Settings
from store import backup
from store.backup import BackupExistsError, BackupMissingError
from store.database import StoreError, UnusableStoreError
from store.store import Store

FOLDER = "backups"
"""Where backups go in the data folder when nobody says otherwise."""
STORE = "tanyamutu.db"
DOCUMENTS = "documents"


class NothingStoredError(StoreError):
    """There is no store yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no store yet at {path}: `tanyamutu run` makes it; check TANYAMUTU_DATA otherwise.")


class NoBackupError(StoreError):
    """A file that no backup is."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is no backup ({reason}): name a file that `tanyamutu backup` wrote.")


@dataclass(frozen=True)
class Kept:
    """Where an installation as it was before a restore is kept; None for what was not there."""

    store: Path | None
    documents: Path | None


def open_store(settings: Settings) -> Store:
    """Open the store of the settings, made or brought up to date; raises `StoreError`."""
    return Store(settings.store_path, administrators=settings.administrators)


def make_backup(settings: Settings, target: Path | None, now: dt.datetime) -> Path:
    """Write everything into one new file, while the bot may run; returns the file, which only its owner may read.

    Without a name, or with the name of a folder, its name is the time in UTC. Raises `NothingStoredError`,
    `BackupExistsError`, and as `store.backup.back_up` does.
    """
    if not settings.store_path.exists():
        raise NothingStoredError(settings.store_path)
    folder = target if target is not None and target.is_dir() else settings.data / FOLDER
    if target is None or target.is_dir():
        target = folder / f"tanyamutu-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise BackupExistsError(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as made:
            whole = _write(settings, Path(made))
            whole.rename(target)
    except OSError as error:
        raise UnusableStoreError(target, error.strerror) from error
    return target


def check_backup(file: Path) -> None:
    """Raise one sentence if a file cannot be restored from: `BackupMissingError`, `NoBackupError`, `StoreError`."""
    with tempfile.TemporaryDirectory(prefix="tanyamutu-") as folder:
        _unpack(file, Path(folder))


def restore_backup(settings: Settings, source: Path, now: dt.datetime) -> Kept:
    """Put a backup in the place of the store and of the added documents; what was there before is kept.

    No bot can start meanwhile. Raises `bot.lock.AlreadyRunningError`, as `check_backup` does, and as
    `store.backup.restore` does.
    """
    with running_lock(settings.data), tempfile.TemporaryDirectory(dir=settings.data, prefix=".restore-") as folder:
        unpacked = Path(folder)
        _unpack(source, unpacked)
        store = backup.restore(unpacked / STORE, settings.store_path, now)
        return Kept(store, _put_documents(unpacked / DOCUMENTS, settings.data / DOCUMENTS, now))


def last_backup(settings: Settings) -> tuple[Path, dt.datetime] | None:
    """Return the newest backup in the data folder and when it was written, None where there is none."""
    files = [(file.stat().st_mtime, file) for file in (settings.data / FOLDER).glob("*.zip")]
    if not files:
        return None
    written, newest = max(files)
    return newest, dt.datetime.fromtimestamp(written, dt.UTC)


def forget(settings: Settings, today: dt.date) -> tuple[dt.date, dict[str, int]]:
    """Delete what is older than the settings keep; returns the first day (UTC) that is kept, and how many of what.

    Surveys are kept for a time of their own, counted from the day on which they closed.
    """
    first = settings.kept_from(today)
    with open_store(settings) as store:
        deleted = store.forget_before(first)
        return first, deleted | store.forget_surveys_before(settings.surveys_kept_from(today))


def _write(settings: Settings, folder: Path) -> Path:
    """Write the backup into a folder of its own; returns the file."""
    copy, whole, documents = folder / STORE, folder / "whole.zip", settings.data / DOCUMENTS
    backup.back_up(settings.store_path, copy)
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, STORE)
        for path in sorted(documents.rglob("*")) if documents.is_dir() else ():
            if path.is_file():
                archive.write(path, (PurePosixPath(DOCUMENTS) / path.relative_to(documents).as_posix()).as_posix())
    return whole


def _unpack(file: Path, folder: Path) -> None:
    """Unpack a backup, checked, into an empty folder."""
    if not file.is_file():
        raise BackupMissingError(file)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if STORE not in names:
                raise NoBackupError(file, "there is no store in it")
            strange = [name for name in names if not _belongs(PurePosixPath(name))]
            if strange:
                raise NoBackupError(file, f"{strange[0]} does not belong into one")
            archive.extractall(folder)  # every name was looked at above
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise NoBackupError(file, str(error)) from error
    backup.check_file(folder / STORE)


def _belongs(name: PurePosixPath) -> bool:
    is_inside = not name.is_absolute() and ".." not in name.parts
    return is_inside and (str(name) == STORE or name.parts[0] == DOCUMENTS)


def _put_documents(source: Path, target: Path, now: dt.datetime) -> Path | None:
    """Move added documents into place; returns where those before are kept."""
    kept = None
    if target.is_dir() and any(target.iterdir()):
        kept = target.with_name(f"{DOCUMENTS}-before-restore-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}")
        target.rename(kept)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(source, target)
    return kept
