"""The year itself: time goes on, people act, the service ticks, stops and is killed; what is said is compared."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.year.cast import BEGINS, CALENDAR, Player, day_of, enter_calendar, make_cast
from bot.year.oracle import PLANNED, Expected
from bot.year.player import Players
from bot.year.reading import LATE_SIGN, Said, read
from bot.year.service import Arrival, Clock, Enqueued, KilledError, YearService, rooms_of
from handlers.runs_wording import step_text
from handlers.texts import escape, speech
from index.browse import Browser
from index.built import Progress
from reminders.actors import Actor
from reminders.almanac import Almanac
from reminders.rulebook import Rulebook
from reminders.running import RunRefusedError
from store.store import Store

ZONE = "Asia/Jakarta"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
LATE = dt.timedelta(minutes=30)
KEPT = dt.timedelta(days=180)
"""As long as the settings keep what is finished."""
LATER_HALF = 190
"""The day on which the events of the second half of the year are entered."""
FAR = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Plan:
    """How large a year is: people, runs, days, and the dice's seed."""

    people: int = 300
    runs: int = 40
    days: int = 364
    seed: int = 0


@dataclass(frozen=True)
class Stop:
    """A stop of the service; ``kill`` says where the process is killed: in a ``tick``, while ``sending``, nowhere."""

    at: dt.datetime
    until: dt.datetime
    kill: str
    lives: int


@dataclass
class Tally:
    """What was counted, and what was not as it should have been, in words."""

    said: Counter[str] = field(default_factory=Counter)
    late: int = 0
    lapsed: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    stops: int = 0
    perhaps_twice: int = 0
    """Messages of which the bot itself says that they may have arrived twice."""
    differences: list[tuple[str, str]] = field(default_factory=list)
    bundles: list[Enqueued] = field(default_factory=list)

    def differs(self, kind: str, words: str) -> None:
        """Note a difference."""
        self.differences.append((kind, words))


class Life:
    """One simulated year on a store."""

    def __init__(self, store: Store, clock: Clock, almanac: Almanac, browser: Browser, plan: Plan) -> None:
        self._plan, self._clock, self._store = plan, clock, store
        self._dice = random.Random(plan.seed)  # noqa: S311 - the same year for the same seed
        self._zone = ZoneInfo(ZONE)
        cast = make_cast(store, plan.people, self._dice)
        self._cast: dict[int, Player] = {one.id: one for one in cast}
        self._head = cast[0].id
        enter_calendar(store, self._head, [one for one in CALENDAR if one[2] < LATER_HALF])
        rooms, self._workers = rooms_of(store, almanac, browser)
        self.service = YearService(store, clock, rooms, plan.seed)
        self.players = Players(self.service, cast, self._dice, ZONE)
        self.tally = Tally()
        self._slots = list(self._make_slots())
        self._stops = list(self._make_stops())
        self._care = clock.now
        self._texts: dict[tuple[int, str], str] = {}

    def close(self) -> None:
        """Close what was opened."""
        self.service.close()
        self.service.desk.close()
        self._workers.shutdown()

    # ---------------------------------------------------------------- what happens when

    def _at(self, day: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(day_of(day), dt.time(minute // 60, minute % 60), self._zone).astimezone(dt.UTC)

    def _make_slots(self) -> Iterator[tuple[dt.datetime, str, int]]:
        """Yield what is done when: runs that start, changes of the calendar, and what people do."""
        plan, slots = self._plan, []
        for number in range(plan.runs):
            day = 0 if number < plan.runs // 4 else self._dice.randrange(plan.days * 3 // 4)
            slots.append((self._at(day, 540 + number), "start", number))
        slots += [(self._at(plan.days * (one + 1) // 6, 620 + 9 * one), "calendar", one) for one in range(4)]
        slots.append((self._at(plan.days // 2, 611), "coordinator", 0))
        if plan.days > LATER_HALF:
            slots.append((self._at(LATER_HALF, 641), "enter", 0))
        for day in range(plan.days):
            many = max(2, plan.people // 30) if day_of(day).weekday() < 5 else 2
            minutes = sorted(self._dice.sample(range(425, 1330), many))
            slots += [(self._at(day, minute), "act", 0) for minute in minutes]
        yield from sorted(slots)

    def _make_stops(self) -> Iterator[Stop]:
        """Yield stops of minutes to ten days; most begin with a kill in a morning, when much is said."""
        day = self._dice.randint(2, 8)
        while day < self._plan.days - 12:
            kill = self._dice.choice(["tick", "tick", "sending", "sending", ""])
            minute = 450 if kill else self._dice.randrange(1440)
            longest = self._dice.choice([50, 50, 900, 900, 5000, 14400])
            at = self._at(day, minute)
            stop = Stop(at, at + MINUTE * self._dice.randint(2, longest), kill, self._dice.randint(0, 3))
            yield stop
            day += 2 + (stop.until - at).days + self._dice.randint(2, 14)

    async def live(self, progress: Progress) -> None:
        """Let the whole time pass."""
        await self.service.start()
        end = self._at(self._plan.days, 0)
        while self._clock.now < end:
            progress("days", (self._clock.now.astimezone(self._zone).date() - BEGINS).days, self._plan.days)
            wakes = [slot[0] for slot in self._slots[:1]] + [stop.at for stop in self._stops[:1]]
            wakes += [at for at in (self._store.due.next_at(), self._store.outbox.next_at()) if at is not None]
            self._clock.now = max(self._clock.now + MINUTE / 60, min([*wakes, self._care, end]))
            try:
                await self._minute()
            except KilledError:
                await self._stop()
        await self.service.send()
        self._deliveries()
        self.tally.perhaps_twice = self.service.counted_twice()

    async def _minute(self) -> None:
        """Do all that is to be done now; raises `KilledError`."""
        now = self._clock.now
        while self._slots and self._slots[0][0] <= now:
            await self._play(*self._slots.pop(0)[1:])
            self._care = min(self._care, now + MINUTE)
        if self._care <= now:
            await self._look_after()
        stop = self._stops[0] if self._stops and self._stops[0].at <= now else None
        await self._tick(stop)
        if stop is not None and stop.kill == "sending":
            self.service.telegram.lives = 1 + 5 * stop.lives
            self.service.telegram.is_accepted_at_death = stop.lives % 2 == 0
        await self._send()
        if stop is not None:
            raise KilledError

    async def _play(self, what: str, number: int) -> None:
        players, run = self.players, self.service.desk.run
        try:
            match what:
                case "start":
                    await run(players.start_run)
                case "calendar":
                    await run(lambda: players.change_calendar(number, self._head))
                case "coordinator":
                    await run(players.lose_coordinator)
                case "enter":
                    for kind, label, first, last in CALENDAR:
                        if first >= LATER_HALF:
                            days = (day_of(first), day_of(last))
                            await run(partial(players.enter, kind, label, *days, self._head))
                case _:
                    await run(players.act)
        except RunRefusedError as error:
            self.tally.differs("refused", f"{self._now} {what}: {error}")

    async def _look_after(self) -> None:
        await self.service.look_after()
        self.players.oracle.look_after(self._clock.now, self.players.steers)
        local = self._clock.now.astimezone(self._zone)
        self._care = self._at((local.date() - BEGINS).days + 1, 180)
        await self.service.forget((self._clock.now - KEPT).date())

    async def _tick(self, stop: Stop | None) -> None:
        try:
            told = await self.service.tick(stop.lives if stop is not None and stop.kill == "tick" else None)
        except KilledError:
            self.tally.kills["tick"] += 1
            self._compare(self.service.enqueued(), self.service.handled())
            raise
        self._compare(told)

    async def _send(self) -> None:
        refused = len(self.service.telegram.refused)
        try:
            await self.service.send()
        except KilledError:
            self.tally.kills["sending"] += 1
            raise
        finally:
            for person, _ in self.service.telegram.refused[refused:]:
                self.players.oracle.leave(person)
                self._care = min(self._care, self._clock.now + MINUTE)

    async def _stop(self) -> None:
        """Let the time of a stop pass, and begin again."""
        stop = self._stops.pop(0)
        self.tally.stops += 1
        self._clock.now = stop.until
        self._slots = [(max(at, stop.until + 2 * MINUTE), what, one) for at, what, one in self._slots]
        await self.service.start()
        self.players.oracle.look_after(self._clock.now, self.players.steers)
        await self._tick(None)
        await self._send()

    # ---------------------------------------------------------------- comparing

    @property
    def _now(self) -> str:
        return f"{self._clock.now.astimezone(self._zone):%a %Y-%m-%d %H:%M}"

    def _compare(self, told: list[Enqueued], handled: set[int] | None = None) -> None:
        """Compare what was said now with what should have been; `handled`: to whom the telling came, None for all."""
        self.tally.bundles += told
        by_person: dict[int, list[Enqueued]] = {}
        for bundle in told:
            by_person.setdefault(bundle.person, []).append(bundle)
        everybody = self.players.oracle.humans
        for person in everybody if handled is None else sorted(handled | set(by_person)):
            expected = self.players.oracle.hears(person, self._clock.now)
            bundles = by_person.get(person, [])
            if expected or bundles:
                pages = [page for bundle in bundles for page in bundle.pages]
                said, more, lapsed = read(pages, self._cast[person].language)
                self.tally.lapsed += lapsed
                self._check(person, expected, said, Counter(more))

    def _check(self, person: int, expected: Expected, said: list[Said], more: Counter[str]) -> None:
        """Check what one person was told."""
        planned, others = dict(expected.planned), Counter(expected.others)
        for one in said:
            self.tally.said[one.kind] += 1
            self.tally.late += one.is_late
            name = ("step", one.about) if one.kind in PLANNED else (one.kind, one.about)
            if one.kind in PLANNED:
                kinds = planned.pop(one.about, set())
                is_due = one.kind in kinds or (one.kind == "overdue" and "lead" in kinds)
            else:
                is_due = others[one.kind, one.about] > 0
                others[one.kind, one.about] -= 1
            if not is_due:
                self.tally.differs("unexpected", f"{self._now} {person} hears {one.kind} of {one.about}")
            elif one.is_late != expected.late.get(name, False):
                self.tally.differs("mark", f"{self._now} {person} {one.kind} of {one.about}: late is {one.is_late}")
            if one.kind not in ("own", "week", "proposal") and self._text(person, one.about) not in one.text:
                self.tally.differs("words", f"{self._now} {person} {one.kind}: not the words of {one.about}")
        for step, kinds in planned.items():
            self._missing(person, sorted(kinds), step, more)
        for (kind, about), many in others.items():
            for _ in range(many):
                self._missing(person, [kind], about, more)

    def _missing(self, person: int, kinds: list[str], about: int, more: Counter[str]) -> None:
        """Note that something was not said, unless it is among those that are only counted."""
        for kind in [*kinds, "overdue"]:
            if more[kind] > 0:
                more[kind] -= 1
                self.tally.said[kind] += 1
                return
        self.tally.differs("missing", f"{self._now} {person} does not hear {'/'.join(kinds)} of {about}")

    def _text(self, person: int, step_id: int) -> str:
        """Return a step's words as a message has them."""
        language = self._cast[person].language
        if (step_id, language) not in self._texts:
            words = step_text(speech(language), self._store.runs.step(step_id))
            self._texts[step_id, language] = str(escape(words))
        return self._texts[step_id, language]

    def _deliveries(self) -> None:
        """Check that each message arrived once, with its mark if it was late, or twice if that was counted."""
        arrived: dict[str, list[Arrival]] = {}
        for arrival in self.service.telegram.arrived:
            arrived.setdefault(arrival.key, []).append(arrival)
        for bundle in self.tally.bundles:
            for number, page in enumerate(bundle.pages):
                found = arrived.pop(f"{bundle.key}:{number}", [])
                if not found and self.players.oracle.humans[bundle.person].is_here:
                    self.tally.differs("missing", f"{bundle.key}:{number} never arrived at {bundle.person}")
                if len(found) > 2:
                    self.tally.differs("unexpected", f"{bundle.key}:{number} arrived {len(found)} times")
                for one in found:
                    self._delivery(one, bundle.person, str(page["text"]))
        for key in arrived:
            self.tally.differs("unexpected", f"{key} was sent, but never written")

    def _delivery(self, one: Arrival, person: int, text: str) -> None:
        if one.chat != person:
            self.tally.differs("unexpected", f"{one.key} of {person} arrived at {one.chat}")
        is_late, is_marked = one.at - one.written > LATE, one.text.startswith(LATE_SIGN)
        if is_late != is_marked or not one.text.endswith(text):
            self.tally.differs("mark", f"{one.key} written {one.written}, arrived {one.at}: marked {is_marked}")

    def repeated(self) -> int:
        """Return how many messages arrived twice."""
        return sum(many > 1 for many in Counter(one.key for one in self.service.telegram.arrived).values())


@dataclass(frozen=True)
class Documents:
    """The real documents: to browse, as rules and SOPs, with who acts in them."""

    browser: Browser
    rulebook: Rulebook
    actors: Mapping[str, Actor]


async def live(plan: Plan, documents: Documents, progress: Progress) -> tuple[Tally, Life]:
    """Live through a year in a store that vanishes; returns what was counted, and the life it was counted in."""
    clock = Clock(dt.datetime.combine(BEGINS, dt.time(), ZoneInfo(ZONE)).astimezone(dt.UTC))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "year.db", clock=clock) as store:
        almanac = Almanac(store, documents.rulebook, documents.actors, ZONE)
        life = Life(store, clock, almanac, documents.browser, plan)
        try:
            await life.live(progress)
        finally:
            life.close()
        return life.tally, life
