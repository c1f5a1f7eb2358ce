"""What is known about the stored texts: the manifests, how they are checked, written and guarded."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from corpus.datafile import DataFile, DataFileError, Location
from corpus.model import Model

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Language = Literal["en", "id"]

_PLAIN_NAME = r"^[^/\\:*?\"<>|\x00-\x1f]+$"
_BLANK = BeforeValidator(lambda written: None if written in ("", "~", "null") else written)
"""A field that is left empty says nothing; scalars come as they are written."""

_Text = Annotated[str | None, _BLANK]
_Day = Annotated[dt.date | None, _BLANK]


class LibraryError(Exception):
    """What cannot be done with the library, or is wrong in it; one sentence that says how to mend it."""


class Entry(Model):
    """What a manifest says about one file; ``effective_from`` is None where it has always been in use."""

    file: str = Field(pattern=_PLAIN_NAME)
    language: Language
    institution: str = ""
    about: str = ""
    id: _Text = None
    title: _Text = None
    original: _Text = Field(default=None, pattern=_PLAIN_NAME)
    added: _Day = None
    effective_from: _Day = None


class Retired(Model):
    """A document of one source that is no longer in use from ``until`` on."""

    document: str
    source: str
    until: dt.date
    replaced_by: _Text = None
    reason: str = ""


class Manifest(Model):
    """``manifest.yaml`` or ``library.yaml``: the files and, in the latter, what was retired."""

    files: tuple[Entry, ...] = ()
    retired: tuple[Retired, ...] = ()


def load_manifest(path: Path) -> Manifest:
    """Read a manifest; a missing one is empty. Raises LibraryError, which names the entry and the mend."""
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Manifest()
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path} cannot be read ({error}): put it back from a copy.") from error
    return _manifest_of(path, content)


@lru_cache(maxsize=8)
def _manifest_of(path: Path, content: str) -> Manifest:
    try:
        file = DataFile(str(path), content)
    except DataFileError as error:
        raise LibraryError(f"{error}.") from error
    try:
        manifest = Manifest.model_validate(file.data)
    except ValidationError as error:
        fault = error.errors()[0]
        place = _place(fault["loc"], file.data)
        problem = ": ".join(part for part in (place, fault["msg"]) if part)
        raise LibraryError(f"{file.error(fault['loc'], problem)}: correct it there.") from error
    twice = [name for name, count in Counter(entry.file for entry in manifest.files).items() if count > 1]
    if twice:
        raise LibraryError(f"{path} has two entries for {twice[0]}: take one of them out.")
    return manifest


def _place(location: Location, data: Mapping[str, object]) -> str:
    """Name a place for a person: the entry, with the file or document it is about, and the field."""
    place, name = list(location), ""
    if len(place) > 1 and isinstance(place[1], int):
        entries = data[str(place[0])]
        entry = entries[place[1]] if isinstance(entries, list) else None
        told = entry.get("file") or entry.get("document") if isinstance(entry, dict) else None
        name = f"entry {place[1] + 1} of {place[0]}" + (f" ({told})" if told else "")
        place = place[2:]
    return ": ".join(part for part in (name, ".".join(map(str, place))) if part)


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest as YAML, whole or not at all."""
    content = manifest.model_dump(mode="python", exclude_defaults=True)
    listed = {name: list(content.get(name, ())) for name in ("files", "retired")}
    write_whole(path, yaml.safe_dump(listed, allow_unicode=True, sort_keys=False).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: to a file beside it, which then takes its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file, made when missing: one process (and one thread) at a time is inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _lock(file.fileno())
        try:
            yield
        finally:
            _unlock(file.fileno())


def _lock(handle: int) -> None:
    """Wait until no other process has the file locked, then lock it."""
    if sys.platform == "win32":
        while not _locked_at_once(handle):
            time.sleep(0.1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX)


if sys.platform == "win32":

    def _locked_at_once(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True


def _unlock(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_UN)
