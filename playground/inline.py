"""Inline queries: ``@bot words`` in any chat, the bot's results, and what becomes of the chosen one.

Bot API, "Inline mode" and answerInlineQuery. Of the kinds of results only articles with a text are known.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playground import keyboards, limits
from playground.entities import Entity
from playground.errors import bad_request
from playground.messages import Query, Wire

RESULTS = 50
RESULT_ID_BYTES = 64
NEXT_OFFSET_BYTES = 64
QUERY_CHARACTERS = 256
CACHE_SECONDS = 300
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NoSuchResultError(LookupError):
    """The bot offered no result with this title or identifier."""


@dataclass(frozen=True)
class InlineResult:
    """An offer of the bot: what the list shows, and the message that it becomes."""

    id: str
    title: str
    description: str
    text: str
    entities: list[Entity]
    source: str
    markup: Wire | None


@dataclass(frozen=True)
class InlineAnswer:
    """The bot's results for a query, or for its continuation at an offset."""

    results: list[InlineResult]
    next_offset: str = ""
    button: Wire | None = None

    @property
    def titles(self) -> list[str]:
        """The titles as the list shows them."""
        return [result.title for result in self.results]

    def result(self, name: str) -> InlineResult:
        """Return the result with this title or identifier; raises `NoSuchResultError`."""
        for result in self.results:
            if name in (result.id, result.title):
                return result
        raise NoSuchResultError(f"no result {name!r} among {self.titles}")


@dataclass
class InlineQuery(Query):
    """A query of a person and the bot's results."""

    text: str = ""
    offset: str = ""
    results: InlineAnswer | None = None
    cached: bool = False

    async def answered_with(self, timeout: float = 5.0) -> InlineAnswer:
        """Wait for the results."""
        await asyncio.wait_for(self.done.wait(), timeout)
        return self.results or InlineAnswer([])


@dataclass
class InlineCache:
    """Results that Telegram shows again without asking the bot, for everybody or for one person."""

    clock: Callable[[], float]
    _kept: dict[tuple[str, str, int | None], tuple[float, InlineAnswer]] = field(default_factory=dict)

    def get(self, text: str, offset: str, person_id: int) -> InlineAnswer | None:
        """Return results that are still good for this person."""
        for whose in (None, person_id):
            until, answer = self._kept.get((text, offset, whose), (0.0, None))
            if answer is not None and until > self.clock():
                return answer
        return None

    def put(self, query: InlineQuery, answer: InlineAnswer, seconds: int, *, personal: bool) -> None:
        """Keep results for `seconds`."""
        whose = query.person_id if personal else None
        self._kept[query.text, query.offset, whose] = (self.clock() + seconds, answer)


def read_answer(results: Any, next_offset: str, button: Any) -> InlineAnswer:
    """Check what the bot answers; raises `ApiError` as Telegram would."""
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(next_offset.encode()) > NEXT_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    read = [_read_result(result) for result in results]
    if len({result.id for result in read}) < len(read):
        raise bad_request("RESULT_ID_DUPLICATE")
    return InlineAnswer(read, next_offset, _read_button(button))


def _read_result(result: Any) -> InlineResult:
    """Check one result."""
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: Object expected")
    if result.get("type") != "article":
        raise bad_request(f"inline query result type {result.get('type')!r} (the stand-in knows articles)")
    number, title = str(result.get("id", "")), str(result.get("title", ""))
    if not 1 <= len(number.encode()) <= RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not title.strip():
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request("can't parse inline query result: Message content is not specified")
    source = str(content["message_text"])
    text, entities = limits.formatted_text(source, content.get("parse_mode"), given=content.get("entities"))
    markup = keyboards.inline(result.get("reply_markup"))
    return InlineResult(number, title, str(result.get("description", "")), text, entities, source, markup)


def _read_button(button: Any) -> Wire | None:
    """Check the button above the results, which starts the bot with a parameter."""
    if button is None:
        return None
    if not isinstance(button, dict) or not str(button.get("text", "")):
        raise bad_request("can't parse inline query results button")
    if not START_PARAMETER.fullmatch(str(button.get("start_parameter", ""))):
        raise bad_request("START_PARAM_INVALID")
    return button
