"""What tests of `/aturan` need: the real documents' rules (which need no search index), and coordinators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from people_stage import give, people_bot
from telegram_stage import Stage

from index.browse import Browser
from playground.messages import Message
from playground.people import Person
from playground.server import LocalBotApi
from reminders.rulebook import Rule, Rulebook
from reminders.ruled import RuledRule, RuledRules
from store.roles import Role

EXAMS = "SOP-SPMI-UPGRIS-1.2.8"


@asynccontextmanager
async def rules_bot(
    api: LocalBotApi, folder: Path, browser: Browser, rulebook: Rulebook, **more: Any
) -> AsyncIterator[Stage]:
    async with people_bot(api, folder, browser=browser, rulebook=rulebook, **more) as stage:
        yield stage


def coordinator(stage: Stage, name: str = "Ratna", language: str = "en", role: Role = Role.COORDINATOR) -> Person:
    somebody = stage.api.person(name, language)
    somebody.has_met_bot()
    give(stage.store, somebody, role, language=language)
    return somebody


def ruled(stage: Stage, key: str) -> RuledRule:
    """Return a rule as it counts."""
    return RuledRules(stage.service.rooms.running.almanac).get(key)


async def opened(stage: Stage, somebody: Person, rule: Rule) -> Message:
    """Return a rule's message, opened by the button of a list."""
    await somebody.sends("/help")
    last = ruled(stage, rule.key).seen
    await somebody.forges(await somebody.next_message(), f"ya:open:{rule.key}:{last}:all::0")
    return await somebody.next_edit()


async def turned(somebody: Person, message: Message, button: str) -> Message:
    """Press the button called so, or else the first whose label begins so; return the message as it is then."""
    fitting = [label for label in message.buttons if label.startswith(button)]
    await somebody.presses(message, button if button in fitting else fitting[0])
    return await somebody.next_edit()


async def told(somebody: Person, words: str) -> Message:
    await somebody.sends(words)
    return await somebody.next_message()
