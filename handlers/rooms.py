"""The rooms behind the chat, as `bot/` filled them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from telegram import BotCommand

from handlers.taps import DoubleTaps
from index.browse import Browser
from index.reply import Answerer
from reminders.anchors import load_anchors
from reminders.calendar import Kinds
from reminders.moving import Moving
from reminders.running import Running
from reminders.telling import Telling
from store.clock import Clock, utc_now
from store.desk import Desk
from store.people import Person
from store.store import Store
from tracer.following import Following
from tracer.interview import Interviewing
from tracer.population import YEAR_BEGINS, Begins
from tracer.questionnaires import Questionnaires
from tracer.results.clauses import Clause

LAST_FAILURES = 5


@dataclass(frozen=True)
class Failure:
    """A failure that somebody met, as administrators see it: when, the reference that the person was told, what."""

    at: dt.datetime
    reference: str
    what: str


@dataclass
class Rooms:
    """What handlers reach; built once for a running bot."""

    answerer: Answerer
    workers: Executor
    """Where slow work runs; its size bounds how many answers are computed at once."""
    desk: Desk
    browser: Browser
    menu_of: Callable[[Person], Sequence[BotCommand]]
    """The commands that somebody may use."""
    telling: Telling
    """Runs, the calendar and who is to hear what; use it in jobs at the desk only."""
    kinds: Kinds = field(default_factory=lambda: Kinds(load_anchors()))
    """The kinds of events in the academic calendar."""
    username: str = ""
    """The bot's name behind the @, known once Telegram was reached."""
    clock: Clock = utc_now
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    started_at: dt.datetime = field(default_factory=utc_now)
    taps: DoubleTaps = field(default_factory=DoubleTaps)
    failures: deque[Failure] = field(default_factory=lambda: deque(maxlen=LAST_FAILURES))
    institution: str = ""
    """The ministry's code of the university, six digits; the upload file needs it."""
    clauses: Callable[[], Mapping[str, Clause]] = dict
    """The statements that a tracer study answers, by number; slow (it reads the documents in force)."""
    index_size: Callable[[], tuple[int, int]] = lambda: (0, 0)
    """How many documents and facts the index has."""
    surveys_kept_days: int = 1826
    """For how long answers to a survey are kept after it closed."""
    year_begins: Begins = YEAR_BEGINS
    """Month and day on which an academic year begins."""

    @property
    def today(self) -> dt.date:
        """The day now, in the zone of the institution."""
        return self.clock().astimezone(self.timezone).date()

    @property
    def store(self) -> Store:
        """The store; use it in jobs at the desk only."""
        return self.desk.store

    @cached_property
    def interviewing(self) -> Interviewing:
        """The conversations of surveys; use it in jobs at the desk only."""
        return Interviewing(self.store, self.questionnaires, self.timezone)

    @property
    def running(self) -> Running:
        """What people do to runs; use it in jobs at the desk only."""
        return self.telling.running

    @property
    def moving(self) -> Moving:
        """What the calendar does to runs; use it in jobs at the desk only."""
        return self.telling.moving

    @cached_property
    def questionnaires(self) -> Questionnaires:
        """The forms of surveys; use it in jobs at the desk only."""
        return Questionnaires(self.store.campaigns)

    @cached_property
    def following(self) -> Following:
        """Reminders of surveys; use it in jobs at the desk only."""
        return Following(self.store, self.timezone)
