"""A bot with a standing clock for tests of schedules, reminders and the trail, and a run of a small SOP."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from people_stage import people_bot
from telegram_stage import ACTORS, Stage

from playground.server import LocalBotApi
from reminders.almanac import Almanac
from reminders.rulebook import Rulebook
from reminders.running import Running
from store.bilingual import Bilingual
from store.runs import NewStep, Run
from store.store import Store

NOW = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)
"""Saturday, 21 November 2026, 10:00 in Jakarta."""


@dataclass
class StandingClock:
    """Says the same time until a test moves it."""

    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@asynccontextmanager
async def agenda_bot(
    api: LocalBotApi, folder: Path, clock: StandingClock | None = None, **more: Any
) -> AsyncIterator[Stage]:
    """Run a bot at `NOW`; the same folder again is the same bot, restarted."""
    async with people_bot(api, folder, clock=clock or StandingClock(), **more) as stage:
        yield stage


def running_of(store: Store) -> Running:
    return Running(Almanac(store, Rulebook((), ()), ACTORS, "Asia/Jakarta"))


def step(number: int, text: str, due_on: dt.date | None, *people: int) -> NewStep:
    return NewStep(
        number=str(number),
        text=Bilingual(text, f"{text} (id)"),
        code="SOP/01",
        source="sop_en.md",
        lines=(10 + number, 10 + number),
        due_on=due_on,
        people=tuple((person, None) for person in people),
    )


def started(store: Store, coordinator: int, *steps: NewStep, unit_id: int | None = None) -> Run:
    """Start a run of an SOP with these steps."""
    title = Bilingual("Curriculum Review", "Peninjauan Kurikulum")
    run = store.runs.draft("sop-01", "SOP/01", title, "d1ge57", steps, coordinator, unit_id=unit_id)
    assert run is not None
    return running_of(store).approve(run.id, coordinator)
