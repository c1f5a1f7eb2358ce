"""The store: one file, one object, one repository for each concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from store import backup
from store.campaigns import Campaigns
from store.clock import Clock, utc_now
from store.conversations import Conversations
from store.curated import Curated, CuratedAnswers
from store.database import BUSY_SECONDS, Database
from store.due import Due
from store.events import Events
from store.graduates import Graduates
from store.inbox import Inbox
from store.interviews import Interviews
from store.invitations import Invitations
from store.outbox import Outbox
from store.owndata import OwnData
from store.people import People
from store.questions import Questions
from store.reminded import Reminded
from store.rulings import Rulings
from store.runs import Runs
from store.staff import Staff
from store.trail import Act, Trail
from store.units import Units
from store.upgrade import bring_up_to_date
from store.uploads import Uploads
from store.wishes import ReminderWishes

Given = TypeVar("Given")


class _UndoneError(Exception):
    """Ends the transaction of a rehearsal."""


class Store:
    """What the assistant remembers; usable from any thread, and by several processes at once."""

    def __init__(
        self,
        path: Path,
        *,
        administrators: Iterable[int] = (),
        clock: Clock = utc_now,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Open the file, make it or bring it up to date; `administrators` are the ids in the settings.

        `upgrade` then says what changed and where the copy is, None where nothing did. Raises
        `store.database.StoreError`, one sentence, if the file is newer, damaged or not ours.
        """
        self.path = path
        self.upgrade = bring_up_to_date(path, clock(), busy_seconds)
        self._database = Database(path, clock, busy_seconds)
        self.units = Units(self._database)
        self.people = People(self._database, self.units, administrators)
        self.staff = Staff(self._database, self.units)
        self.invitations = Invitations(self._database, self.people, self.units, self.staff)
        self.conversations = Conversations(self._database)
        self.questions = Questions(self._database, self.people)
        self.curated = CuratedAnswers(self._database, self.people)
        self.inbox = Inbox(self._database)
        self.outbox = Outbox(self._database, self.people)
        self.due = Due(self._database)
        self.events = Events(self._database, self.units)
        self.rulings = Rulings(self._database, self.people)
        self.runs = Runs(self._database)
        self.trail = Trail(self._database, self.people)
        self.wishes = ReminderWishes(self._database)
        self.graduates = Graduates(self._database)
        self.campaigns = Campaigns(self._database, self.units, self.graduates)
        self.interviews = Interviews(self._database, self.graduates, self.campaigns)
        self.reminded = Reminded(self._database)
        self.uploads = Uploads(self._database)
        self._own_data = OwnData(self._database)

    def clock(self) -> dt.datetime:
        """Return the time now."""
        return self._database.clock()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing over all repositories; see `store.database.Database.transaction`. Never await inside."""
        return self._database.transaction()

    def remember(self, name: str, value: str) -> str | None:
        """Keep a setting that what is stored depends on; returns what it was before, None for never kept."""
        with self.transaction():
            before = self.remembered(name)
            self._database.write("INSERT OR REPLACE INTO remembered (name, value) VALUES (?, ?)", [name, value])
        return before

    def remembered(self, name: str) -> str | None:
        """Return what `remember` kept, None for never kept."""
        row = self._database.row("SELECT value FROM remembered WHERE name = ?", [name])
        return row["value"] if row else None

    def rehearse(self, work: Callable[[], Given]) -> Given:
        """Do some work in the store and undo it; returns what the work gave."""
        given: list[Given] = []
        with suppress(_UndoneError), self.transaction():
            given.append(work())
            raise _UndoneError
        return given[0]

    def answer_pending(self, question_id: int, answer: str, answered_by: int, question: str = "") -> Curated:
        """Answer an open question with a curated answer, under `question` or else the words it was asked in.

        Raises `QuestionSettledError` if another was faster, `QuestionNotFoundError`, `EmptyAnswerError`.
        """
        with self.transaction():
            asked = self.questions.get(question_id)
            words = question.strip() or asked.text
            entry = self.curated.add(words, answer, asked.language, answered_by, question_id)
            self.questions.settle(question_id, answered_by, entry.id)
            return entry

    def export_person(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return everything stored about somebody, by table; see `store.owndata`."""
        return self._own_data.export(person_id)

    def erase_person(self, person_id: int) -> dict[str, int]:
        """Erase everything personal of somebody, return how many rows by table; see `store.owndata`."""
        return self._own_data.erase(person_id)

    def forget_before(self, day: dt.date) -> dict[str, int]:
        """Delete what is older than a day (UTC) and over: questions, updates, messages, due things, wrong guesses.

        Plans that nobody approved and old topics go too, and files that nobody decided about in a day.
        """
        with self.transaction():
            return {
                "questions": self.questions.forget_before(day),
                "inbox": self.inbox.forget_before(day),
                "outbox": self.outbox.forget_before(day),
                "due": self.due.forget_before(day),
                "plans": self.runs.discard_before(day),
                "topics": self.conversations.forget_expired(),
                "identity_guesses": self.graduates.forget_guesses_before(day),
                "uploads": self.uploads.forget_old(),
            }

    def forget_surveys_before(self, day: dt.date) -> dict[str, int]:
        """Delete the answers to surveys that closed before a day, and whom no survey since is about.

        What is left is how many answered; see `store.interviews.Interviews.purge_before`. The trail notes it.
        """
        with self.transaction():
            gone = self.interviews.purge_before(day)
            if any(gone.values()):
                self.trail.note(Act.ANSWERS_PURGED, details={"before": day.isoformat(), **gone})
            return gone

    def back_up(self, target: Path) -> None:
        """Write everything into one new file, while others read and write; see `store.backup`."""
        backup.back_up(self.path, target)

    def close(self) -> None:
        """Close all connections; nobody may be at work in the store any more."""
        self._database.close()

    def __enter__(self) -> Store:
        """Use the store in a ``with`` block, which closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
