"""A real bot in a real conversation: the handlers, wired, on the local Bot API, with a fake engine."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.application import ALLOWED_UPDATES, close, introduce
from bot.settings import Settings
from handlers.context import TanyaApplication
from index.reply import Citation, ClauseNotFoundError, Reply, source_id
from playground.server import LocalBotApi

CITATION = Citation(
    source="sop_en.md",
    document="SOP/01",
    title="Curriculum Review",
    section="5. Procedure",
    lines=(12, 14),
    quote="The Dean approves the curriculum.",
)


@dataclass
class FakeAnswerer:
    """An engine that knows one clause; a test changes what it says."""

    replies: dict[str, Reply] = field(default_factory=dict)
    clauses: dict[tuple[str, int, int], str] = field(default_factory=dict)
    citations: tuple[Citation, ...] = (CITATION,)
    answer_text: str = "The Dean approves it."
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def answer(self, question: str) -> Reply:
        self.asked.append(question)
        self.threads.add(threading.current_thread().name)
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


@dataclass
class Stage:
    """What a test needs: the stand-in, the running bot and its engine."""

    api: LocalBotApi
    application: TanyaApplication
    answerer: FakeAnswerer


def settings_for(api: LocalBotApi, folder: Path) -> Settings:
    return Settings.model_validate(
        {"telegram_bot_token": api.token, "telegram_url": api.url, "data": folder, "cache": folder}
    )


@asynccontextmanager
async def running(application: TanyaApplication) -> AsyncIterator[TanyaApplication]:
    """What `run_polling` does, on a loop that runs already."""
    async with application:
        await introduce(application)
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(
            timeout=20,
            allowed_updates=list(ALLOWED_UPDATES),
            error_callback=lambda error: application.create_task(application.process_error(None, error)) and None,
        )
        yield application
        await application.updater.stop()
        await application.stop()
    await close(application)
