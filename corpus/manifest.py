"""What is known about the stored texts: the manifests, how they are checked, written and guarded."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from corpus.model import Model

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Language = Literal["en", "id"]

_PLAIN_NAME = r"^[^/\\:*?\"<>|\x00-\x1f]+$"


class LibraryError(Exception):
    """What cannot be done with the library, or is wrong in it; one sentence that says how to mend it."""


class Entry(Model):
    """What a manifest says about one file; ``effective_from`` is None where it has always been in use."""

    file: str = Field(pattern=_PLAIN_NAME)
    language: Language
    institution: str = ""
    about: str = ""
    id: str | None = None
    title: str | None = None
    original: str | None = Field(default=None, pattern=_PLAIN_NAME)
    added: dt.date | None = None
    effective_from: dt.date | None = None


class Retired(Model):
    """A document of one source that is no longer in use from ``until`` on."""

    document: str
    source: str
    until: dt.date
    replaced_by: str | None = None
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
        manifest = Manifest.model_validate(yaml.safe_load(content) or {})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LibraryError(f"{path}, line {line}: {error.problem}: correct the YAML there.") from error
    except yaml.YAMLError as error:
        raise LibraryError(f"{path} is no YAML text ({error}): put it back from a copy.") from error
    except ValidationError as error:
        raise LibraryError(f"{path}, {_first_fault(error, content)}: correct it there.") from error
    twice = [name for name, count in Counter(entry.file for entry in manifest.files).items() if count > 1]
    if twice:
        raise LibraryError(f"{path} has two entries for {twice[0]}: take one of them out.")
    return manifest


def _first_fault(error: ValidationError, content: str) -> str:
    """Name the entry and the field of the first fault, and what is wrong with it."""
    fault = error.errors()[0]
    place = list(fault["loc"])
    name = ""
    if len(place) > 1 and isinstance(place[1], int):
        entry = yaml.safe_load(content)[place[0]][place[1]]
        told = entry.get("file") or entry.get("document") if isinstance(entry, dict) else None
        name = f"entry {place[1] + 1} of {place[0]}" + (f" ({told})" if told else "")
        place = place[2:]
    field = ".".join(str(part) for part in place)
    return ": ".join(part for part in (name, field, fault["msg"]) if part)


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
