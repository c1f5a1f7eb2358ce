"""A real bot in a real conversation: the handlers, wired, on the local Bot API, with a fake engine."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from telegram.ext import AIORateLimiter

from bot.application import READ_SECONDS, answer_workers, build_application
from bot.service import Service, running
from bot.settings import Settings
from corpus.lexicon import load_lexicon
from handlers.commands import menu_of
from handlers.rooms import Rooms
from index.browse import Browser, NodeNotFoundError
from index.reply import Choice, Citation, ClauseNotFoundError, Reply, source_id
from index.topic import Topic
from playground.server import LocalBotApi
from reminders.actors import load_actors
from reminders.almanac import Almanac
from reminders.rulebook import Rulebook
from reminders.telling import telling_of
from store.clock import Clock, utc_now
from store.desk import Desk
from store.store import Store

CITATION = Citation(
    source="sop_en.md",
    document="SOP/01",
    title="Curriculum Review",
    section="5. Procedure",
    lines=(12, 14),
    quote="The Dean approves the curriculum.",
)


ACTORS = load_actors(load_lexicon())


def open_gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class FakeAnswerer:
    """An engine that knows one clause; a test changes what it says."""

    replies: dict[str, Reply] = field(default_factory=dict)
    clauses: dict[tuple[str, int, int], str] = field(default_factory=dict)
    citations: tuple[Citation, ...] = (CITATION,)
    choices: tuple[Choice, ...] = ()
    curated: str = ""
    answer_text: str = "The Dean approves it."
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)
    topics: list[Topic | None] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    gate: threading.Event = field(default_factory=open_gate)
    """While it is cleared, answers are being worked on."""

    def answer(self, question: str, *, topic: Topic | None = None, document: str | None = None) -> Reply:
        self.asked.append(question)
        self.topics.append(topic)
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(20)
        if self.error is not None:
            raise self.error
        return Reply(
            question=question,
            language="en",
            answerable=bool(self.citations),
            kind="responsible",
            answer=self.answer_text,
            citations=self.citations,
            others=(),
            nearest=() if self.citations else ("SOP/01 Curriculum Review",),
            choices=() if document else self.choices,
            curated=self.curated,
            ms=1.0,
        )

    def clause(self, citation: Citation) -> str:
        return self.clause_at(source_id(citation.source), *citation.lines)[1]

    def clause_at(self, source: str, start: int, end: int, language: str = "id") -> tuple[Citation, str]:
        self.threads.add(threading.current_thread().name)
        for citation in self.citations:
            if (source_id(citation.source), *citation.lines) == (source, start, end):
                return citation, self.clauses.get((source, start, end), f"Whole clause: {citation.quote}")
        raise ClauseNotFoundError(source)


@dataclass(frozen=True)
class FakeNode:
    """A document on the shelf, as far as handlers look at it."""

    key: str
    document: str


@dataclass
class FakeBrowser:
    """A shelf with documents by name, for tests that need no more of them: none has steps or twins."""

    names: frozenset[str] = frozenset()

    def document(self, name: str) -> FakeNode:
        return self.node(name)

    def node(self, key: str) -> FakeNode:
        if key not in self.names:
            raise NodeNotFoundError(key)
        return FakeNode(key, key)

    def steps(self, document: str) -> list[FakeNode]:
        return []

    def similar(self, document: str, language: str) -> list[FakeNode]:
        return []


@dataclass
class Stage:
    """What a test needs: the stand-in, the running bot, its engine and its memory."""

    api: LocalBotApi
    service: Service
    answerer: FakeAnswerer
    store: Store


def settings_for(api: LocalBotApi, folder: Path, **more: Any) -> Settings:
    values = {"telegram_bot_token": api.token, "telegram_url": api.url, "data": folder, "cache": folder}
    return Settings.model_validate(values | more)


@asynccontextmanager
async def bot_on(
    api: LocalBotApi,
    folder: Path,
    browser: Browser | None = None,
    *,
    answerer: Any = None,
    administrators: tuple[int, ...] = (),
    clock: Clock = utc_now,
    pause: Callable[[int], float] = lambda _: 0.0,
    limiter: AIORateLimiter | None = None,
    read_seconds: float = READ_SECONDS,
    rulebook: Rulebook | None = None,
    **more: Any,
) -> AsyncIterator[Stage]:
    """Run a bot with its own memory in a folder; the same folder again is the same bot, restarted.

    Without a `browser` its shelf is empty; without a `limiter` it keeps Telegram's flood limits.
    """
    settings = settings_for(api, folder, **more)
    fake = answerer or FakeAnswerer()
    with Store(settings.store_path, administrators=administrators, clock=clock) as store:
        desk = Desk(store)
        shelf = browser or cast("Browser", FakeBrowser())
        almanac = Almanac(
            store, rulebook or Rulebook((), ()), ACTORS, settings.timezone, settings.collective_leave_works
        )
        rooms = Rooms(fake, answer_workers(), desk, shelf, menu_of, telling_of(almanac), clock=clock)
        service = Service(settings, build_application(settings, rooms, limiter, read_seconds=read_seconds), pause)
        try:
            async with running(service):
                yield Stage(api, service, fake, store)
        finally:
            rooms.workers.shutdown()
            desk.close()
