"""A bot to be measured and maltreated: the real service in a process of its own, on the local Bot API only.

``python -m bot.trial`` reads the same settings as the bot. Without flood limits, with pauses and time limits that
make hours into minutes, and with ``--engine fake`` without documents, so that it starts at once.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bot.application import READ_SECONDS, answer_workers, build_application
from bot.lock import running_lock
from bot.logs import configure_logging
from bot.rulebook import almanac_of
from bot.sending import MarkingLimiter, Pause, growing_pause
from bot.service import Service, run_loop, serve
from bot.settings import Settings, SettingsError, load_settings
from handlers.commands import menu_of
from handlers.rooms import Rooms
from index.browse import Browser, Node, NodeNotFoundError
from index.reply import Answerer, Citation, ClauseNotFoundError, Reply, source_id
from index.topic import Topic
from reminders.almanac import Almanac
from reminders.rulebook import Rulebook
from reminders.telling import telling_of
from store.desk import Desk
from store.store import Store

if TYPE_CHECKING:
    from index.engine import Engine

CLAUSE = Citation(
    source="trial.md",
    document="TRIAL/01",
    title="Trial",
    section="1. Only",
    lines=(1, 2),
    quote="This is a trial.",
)
NOTHING = "nothing"
"""The word that the fake engine has no answer to."""


class NotLocalError(SettingsError):
    """The trial was to run against the real Telegram."""

    def __init__(self) -> None:
        super().__init__(
            "A trial runs on the local Bot API only: set TANYAMUTU_TELEGRAM_URL to an address of 127.0.0.1."
        )


class FakeEngine:
    """Answers every question at once with the question itself and one clause."""

    def answer(self, question: str, *, topic: Topic | None = None, document: str | None = None) -> Reply:
        """Answer; a follow-up says so."""
        is_known = NOTHING not in question
        return Reply(
            question=question,
            language="en",
            answerable=is_known,
            kind="responsible",
            answer=f"{question} (after: {topic.question})" if topic else question,
            citations=(CLAUSE,) if is_known else (),
            others=(),
            nearest=(),
            ms=0.0,
        )

    def clause_at(self, source: str, start: int, end: int, language: str = "id") -> tuple[Citation, str]:
        """Return the one clause; raises `ClauseNotFoundError` for any other address."""
        if (source, start, end) != (source_id(CLAUSE.source), *CLAUSE.lines):
            raise ClauseNotFoundError(source)
        return CLAUSE, CLAUSE.quote


class EmptyShelf:
    """A browser without documents."""

    def document(self, name: str) -> Node:
        """Raise `NodeNotFoundError`."""
        raise NodeNotFoundError(name)

    def node(self, key: str) -> Node:
        """Raise `NodeNotFoundError`."""
        raise NodeNotFoundError(key)


@dataclass(frozen=True)
class Conditions:
    """How a trial runs: with which engine, flood limits, seconds to wait for Telegram, seconds between attempts.

    ``bare``: no bot at all, only its real engine, which answers what it reads.
    """

    engine: str = "fake"
    has_limits: bool = False
    read_seconds: float = READ_SECONDS
    pause: float | None = None
    profile: Path | None = None
    bare: bool = False

    @property
    def pauses(self) -> Pause:
        """The pauses between attempts."""
        seconds = self.pause
        return growing_pause if seconds is None else lambda _: seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a trial until SIGTERM; raises `SettingsError`."""
    conditions, settings = _conditions(arguments), load_settings()
    if conditions.bare:
        answer_lines(_engine(settings))
        return
    if not settings.is_loopback or settings.telegram_bot_token is None:
        raise NotLocalError
    configure_logging(settings.log_level, [settings.telegram_bot_token.get_secret_value()])
    profiler = cProfile.Profile()
    with _rooms(settings, conditions) as rooms:
        limiter = MarkingLimiter(waits=conditions.has_limits)
        application = build_application(settings, rooms, limiter, read_seconds=conditions.read_seconds)
        service = Service(settings, application, conditions.pauses)
        if conditions.profile is None:
            run_loop(serve(service))
        else:
            profiler.runcall(run_loop, serve(service))
            profiler.dump_stats(conditions.profile)


@contextmanager
def _rooms(settings: Settings, conditions: Conditions) -> Iterator[Rooms]:
    """Open the store and the engine."""
    with running_lock(settings.data), Store(settings.store_path, administrators=settings.administrators) as store:
        desk, workers = Desk(store), answer_workers()
        try:
            yield _with_engine(settings, conditions, workers, desk)
        finally:
            workers.shutdown()
            desk.close()


def _with_engine(settings: Settings, conditions: Conditions, workers: Executor, desk: Desk) -> Rooms:
    if conditions.engine == "fake":
        telling = telling_of(Almanac(desk.store, Rulebook((), ()), {}, settings.timezone))
        return Rooms(cast("Answerer", FakeEngine()), workers, desk, cast("Browser", EmptyShelf()), menu_of, telling)
    engine = _engine(settings)
    browser = Browser(engine.index, engine.lexicon)
    telling = telling_of(almanac_of(settings, desk.store, browser))
    return Rooms(engine, workers, desk, browser, menu_of, telling)


def _engine(settings: Settings) -> Engine:
    from bot.assistant import Assistant  # brings the model's library, seconds that a fake engine need not wait

    assistant = Assistant.of(settings)
    return assistant.engine(assistant.open_index())


def answer_lines(engine: Answerer) -> None:
    """Answer questions, one JSON string a line, in the bot's threads; say ``ready``, then a line for each answer."""
    print("ready", flush=True)
    with answer_workers() as workers:
        for line in sys.stdin:
            workers.submit(engine.answer, json.loads(line)).add_done_callback(lambda _: print("done", flush=True))


def _conditions(arguments: Sequence[str] | None) -> Conditions:
    parser = argparse.ArgumentParser(prog="python -m bot.trial")
    parser.add_argument("--engine", choices=["fake", "real"], default="fake")
    parser.add_argument("--has-limits", action="store_true")
    parser.add_argument("--read-seconds", type=float, default=READ_SECONDS)
    parser.add_argument("--pause", type=float)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--bare", action="store_true")
    return Conditions(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
