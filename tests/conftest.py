"""What all tests share: the real documents, and one engine over them with the real model."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from bot.assistant import Assistant
from bot.rulebook import rulebook_of
from bot.settings import Settings, default_cache
from corpus.lexicon import Lexicon, load_lexicon
from corpus.library import Library
from corpus.model import Document
from corpus.wording import load_wordings
from index.browse import Browser
from index.built import browsable
from index.engine import Engine
from index.facts import Fact, facts_of
from reminders.rulebook import Rulebook

os.environ["COLUMNS"] = "200"
"""The width of tables, before any console is made."""

# No test is timed: a machine that is busy elsewhere proves nothing.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

QUESTIONS = Path(__file__).parent / "questions"


@pytest.fixture(scope="session")
def documents() -> tuple[Document, ...]:
    return Library(None).documents()


@pytest.fixture(scope="session")
def facts(documents: tuple[Document, ...]) -> list[Fact]:
    wordings = load_wordings()
    return [fact for document in documents for fact in facts_of(document, wordings)]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data folder of their own; vectors come from the user's cache, so only new ones are made."""
    return Settings(data=tmp_path_factory.mktemp("data"), cache=default_cache())


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    return Assistant.of(settings)


@pytest.fixture(scope="session")
def engine(assistant: Assistant) -> Engine:
    return assistant.engine(assistant.open_index())


@pytest.fixture(scope="session")
def browser(engine: Engine) -> Browser:
    return Browser(engine.index, engine.lexicon)


@pytest.fixture(scope="session")
def plain_browser(documents: tuple[Document, ...], lexicon: Lexicon) -> Browser:
    """The documents to browse; made without the index of the fixture ``browser``, which would take minutes."""
    return Browser(browsable(documents, load_wordings()), lexicon)


@pytest.fixture(scope="session")
def rulebook(plain_browser: Browser) -> Rulebook:
    return rulebook_of(plain_browser)
