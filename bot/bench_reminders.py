"""Measuring reminders in number: how long people who ask wait meanwhile, and what a tick costs that finds nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.bench import Figure
from bot.bench_delivery import Asked, Trial, ask, trial
from bot.year.cast import BEGINS, CALENDAR, enter_calendar, make_cast
from bot.year.life import ZONE, Documents
from bot.year.player import Players
from bot.year.service import Clock, YearService, rooms_of
from handlers.reminding import tell
from index.built import Progress
from playground.people import Person
from reminders.almanac import Almanac
from store.store import Store

CROWDS = (300, 5_000)
ASKERS = 4
BEFORE_SECONDS = 12.0
"""How long is asked before the reminders come due."""
THINKING = 0.05
"""Seconds between somebody's answer and next question."""
ROWS = 100_000
TICKS = 300
MINUTES = 30


async def measure_reminders(reminders: int, progress: Progress, crowds: Sequence[int] = CROWDS) -> list[Figure]:
    """Let so many reminders come due at one moment, for few people and for many, while others ask."""
    figures = []
    for crowd in crowds:
        for has_limits in (False, True):
            progress(f"{reminders} reminders for {crowd} people", 0, 1)
            figures += await _flood(reminders, crowd, has_limits=has_limits)
    return figures


async def _flood(reminders: int, crowd: int, *, has_limits: bool) -> list[Figure]:
    arguments = ["--has-limits"] if has_limits else []
    async with trial(*arguments) as bot:
        people = [bot.api.person(f"Person {number}", language="en") for number in range(crowd)]
        askers = [bot.api.person(f"Asker {number}", language="en") for number in range(ASKERS)]
        for person in people:
            person.has_met_bot()
        _seed(bot, people, reminders)
        await bot.start()
        await asyncio.gather(*(ask(person, "/help") for person in askers))
        due_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=BEFORE_SECONDS)
        _come_due(bot, due_at)
        before = await _asking(askers, lambda: dt.datetime.now(dt.UTC) >= due_at)
        begun = time.perf_counter()
        during = await _asking(askers, lambda: bot.number(_WAITING) == 0)
        told = time.perf_counter() - begun
        if not has_limits:
            during += await _asking(askers, lambda: bot.number(_UNSENT) == 0)
        sent = time.perf_counter() - begun
        messages = bot.number("SELECT count(*) FROM outbox WHERE dedupe_key LIKE 'due:%'")
    name = f"{reminders:,} reminders, {crowd:,} people" + (", flood limits" if has_limits else "")
    slow, usual = _late_ones(during), _late_ones(before)
    figures = [
        Figure(f"{name}: messages", messages, "", "–"),
        Figure("… all in the outbox after", told, "s", "–"),
        Figure("… an answer, 95th percentile, before", 1000 * usual, "ms", "–"),
        Figure("… an answer, 95th percentile, meanwhile", 1000 * slow, "ms", "–"),
        Figure("… later by", 1000 * (slow - usual), "ms", "100"),
    ]
    return figures if has_limits else [*figures, Figure("… all sent after", sent, "s", "–")]


_WAITING = "SELECT count(*) FROM due WHERE state = 'waiting'"
_UNSENT = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') AND dedupe_key LIKE 'due:%'"


def _seed(bot: Trial, people: Sequence[Person], reminders: int) -> None:
    """Write reminders of their own down for people, for a day that is far."""
    bot.data.mkdir(parents=True, exist_ok=True)
    with Store(bot.data / "tanyamutu.db") as store, store.transaction():
        day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
        for person in people:
            store.people.seen(person.id, f"Person {person.id}", None, "en")
        for number in range(reminders):
            person_id = people[number % len(people)].id
            made = store.wishes.add_own(person_id, f"own-{number} hand in the report", day, None)
            at = dt.datetime.combine(day, dt.time(), dt.UTC)
            store.due.put("own", f"{made.id}", at, person_id, payload={"own": made.id}, is_exact=True)


def _come_due(bot: Trial, at: dt.datetime) -> None:
    """Let all of them come due at a moment."""
    with closing(sqlite3.connect(bot.data / "tanyamutu.db")) as store, store:
        store.execute("UPDATE due SET due_at = ?", [at.isoformat(timespec="microseconds")])


async def _asking(askers: Sequence[Person], is_over: Callable[[], bool]) -> list[Asked]:
    """Let people ask, one question after the other, until it is over."""
    asked: list[Asked] = []

    async def go_on(person: Person) -> None:
        number = 0
        while not is_over():
            asked.append(await ask(person, f"question {number}?"))
            await asyncio.sleep(THINKING)
            number += 1

    await asyncio.gather(*map(go_on, askers))
    return asked


def _late_ones(asked: Sequence[Asked]) -> float:
    """Return the 95th percentile of the seconds that answers took; 0 for none."""
    times = sorted(one.seconds for one in asked)
    return times[int(0.95 * (len(times) - 1))] if times else 0.0


# ticks


def measure_ticks(documents: Documents, progress: Progress) -> list[Figure]:
    """Measure what is done again and again while nothing happens."""
    clock = Clock(dt.datetime.combine(BEGINS, dt.time(8), ZoneInfo(ZONE)).astimezone(dt.UTC))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "ticks.db", clock=clock) as store:
        cast = make_cast(store, CROWDS[0], random.Random(0))  # noqa: S311 - the same cast each time
        enter_calendar(store, cast[0].id, CALENDAR)
        almanac = Almanac(store, documents.rulebook, documents.actors, ZONE)
        rooms, workers = rooms_of(store, almanac, documents.browser)
        service = YearService(store, clock, rooms, 0)
        players = Players(service, cast, random.Random(0), ZONE)  # noqa: S311
        try:
            return _ticks(service, players, progress)
        finally:
            service.close()
            rooms.desk.close()
            workers.shutdown()


def _ticks(service: YearService, players: Players, progress: Progress) -> list[Figure]:
    store, desk, people = service.store, service.desk, sorted(players.oracle.humans)
    progress("ticks", 0, 3)
    for _ in range(40):
        desk.submit(players.start_run).result()
    while desk.submit(lambda: tell(service.rooms)).result():
        pass
    care = _timed(lambda: desk.submit(service.telling.look_after).result(), MINUTES)
    progress("ticks", 1, 3)
    far = service.clock.now + dt.timedelta(days=300)
    with store.transaction():
        for number in range(ROWS):
            store.due.put("own", f"bench.{number}", far, people[number % len(people)], payload={"own": 0})
    waiting = _timed(lambda: desk.submit(lambda: tell(service.rooms)).result(), TICKS)
    progress("ticks", 2, 3)
    with store.transaction():
        for number in range(ROWS):
            store.due.put("own", f"past.{number}", service.clock.now, people[number % len(people)], payload={"own": 0})
        store.due.take(service.clock.now, len(people))
    both = _timed(lambda: desk.submit(lambda: tell(service.rooms)).result(), TICKS)
    return [
        *_both("a tick, 100,000 rows waiting, nothing due", waiting, "5"),
        *_both("a tick, 100,000 rows waiting, 100,000 done, nothing due", both, "5"),
        *_both("looking after 40 runs and 300 people, once a minute", care, "–"),
    ]


def _timed(work: Callable[[], object], times: int) -> list[float]:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - begun))
    return sorted(found)


def _both(name: str, times: Sequence[float], aim: str) -> list[Figure]:
    return [
        Figure(f"{name}: median", statistics.median(times), "ms", aim),
        Figure(f"{name}: 95th percentile", times[int(0.95 * (len(times) - 1))], "ms", aim),
    ]
