"""Every question with what became of it, what people thought of the answer, and the list of those left open.

A question is open while it is unanswered, or somebody gave it 👎, and nobody has settled it since.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from store.clock import from_optional, from_text, start_of, to_text
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json
from store.people import Language, People

ASKED_AT_MOST = 30
"""Questions of one person within `ASKED_WITHIN` (issue 4)."""
ASKED_WITHIN = dt.timedelta(minutes=1)
LARGEST_PAGE = 100


class QuestionNotFoundError(StoreError):
    """There is no such question, or it was forgotten."""

    def __init__(self, question_id: int) -> None:
        super().__init__(f"There is no question {question_id} any more: it was erased or its time was over.")


class QuestionSettledError(StoreError):
    """Somebody else has dealt with the question."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"Question {question.id} is settled already: nothing is left to do.")
        self.question = question


class PageError(StoreError):
    """A page that cannot be shown."""

    def __init__(self, limit: int, offset: int) -> None:
        super().__init__(f"A page has 1 to {LARGEST_PAGE} rows from 0 on: {limit} from {offset} is none.")


class Why(StrEnum):
    """Why a question is open."""

    UNANSWERED = "unanswered"
    BAD_ANSWER = "bad_answer"


@dataclass(frozen=True)
class NewQuestion:
    """A question as it was asked and replied to; `message_id` is the message that the reply is tied to."""

    person_id: int
    chat_id: int
    language: Language
    text: str
    kind: str
    answered: bool
    citations: tuple[JSONObject, ...] = ()
    message_id: int | None = None


@dataclass(frozen=True)
class Question:
    """A stored question; ``settled_at`` says that somebody dealt with it, ``curated_id`` with which answer."""

    id: int
    person_id: int
    chat_id: int
    message_id: int | None
    asked_at: dt.datetime
    language: Language
    text: str
    kind: str
    answered: bool
    citations: tuple[JSONObject, ...]
    settled_at: dt.datetime | None
    settled_by: int | None
    curated_id: int | None


@dataclass(frozen=True)
class Feedback:
    """What somebody thought of an answer."""

    person_id: int
    good: bool
    reason: str
    given_at: dt.datetime


@dataclass(frozen=True)
class PendingFilter:
    """Which open questions to list; what is None does not narrow. ``words`` is a part of the text."""

    why: Why | None = None
    language: Language | None = None
    words: str | None = None


@dataclass(frozen=True)
class Page:
    """Some of the open questions, and how many there are in all."""

    questions: tuple[Question, ...]
    total: int


@dataclass(frozen=True)
class QuestionCounts:
    """Questions since some moment."""

    asked: int = 0
    unanswered: int = 0
    good: int = 0
    bad: int = 0
    kinds: dict[str, int] = field(default_factory=dict)


class Questions:
    """Keeps questions and feedback."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._people = people

    def waits(self, person_id: int, now: dt.datetime | None = None) -> dt.timedelta | None:
        """Count a question of somebody who wants to ask; returns None, or how long they must wait first.

        At most `ASKED_AT_MOST` within any `ASKED_WITHIN`, whatever process counts; one that must wait is not
        counted. Raises `PersonNotFoundError`.
        """
        moment = self._database.clock() if now is None else now
        since = to_text(moment - ASKED_WITHIN)
        with self._database.transaction():
            self._people.get(person_id)
            self._database.write("DELETE FROM asking WHERE asked_at <= ?", [since])
            row = self._database.row(
                "SELECT asked_at FROM asking WHERE person_id = ? ORDER BY asked_at DESC LIMIT 1 OFFSET ?",
                [person_id, ASKED_AT_MOST - 1],
            )
            if row is not None:
                return from_text(row["asked_at"]) + ASKED_WITHIN - moment
            self._database.write("INSERT INTO asking (person_id, asked_at) VALUES (?, ?)", [person_id, to_text(moment)])
            return None

    def add(self, question: NewQuestion) -> int:
        """Keep a question with its reply; returns its id. Raises `PersonNotFoundError`, `NotJSONError`."""
        with self._database.transaction():
            return self._database.insert(
                "INSERT INTO questions (person_id, chat_id, message_id, asked_at, language, text, kind, answered,"
                " citations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    self._people.get(question.person_id).id,
                    question.chat_id,
                    question.message_id,
                    self._database.now(),
                    question.language,
                    question.text,
                    question.kind,
                    int(question.answered),
                    to_json(question.citations),
                ],
            )

    def get(self, question_id: int) -> Question:
        """Return a question; raises `QuestionNotFoundError`."""
        row = self._database.row("SELECT * FROM questions WHERE id = ?", [question_id])
        if row is None:
            raise QuestionNotFoundError(question_id)
        return _question(row)

    def rate(self, question_id: int, person_id: int, *, good: bool, reason: str = "") -> None:
        """Keep 👍 or 👎 of somebody, in place of what they gave before; 👎 opens a settled question again.

        Raises `QuestionNotFoundError`, `PersonNotFoundError`.
        """
        with self._database.transaction():
            question, person = self.get(question_id), self._people.get(person_id)
            self._database.write(
                "INSERT INTO feedback (question_id, person_id, good, reason, given_at)"
                " VALUES (:question, :person, :good, :reason, :now)"
                " ON CONFLICT (question_id, person_id) DO UPDATE SET good = :good, reason = :reason, given_at = :now",
                {
                    "question": question.id,
                    "person": person.id,
                    "good": int(good),
                    "reason": reason,
                    "now": self._database.now(),
                },
            )
            if not good:
                self._database.write(
                    "UPDATE questions SET settled_at = NULL, settled_by = NULL WHERE id = ?", [question.id]
                )

    def feedback(self, question_id: int) -> tuple[Feedback, ...]:
        """Return what people thought of the answer, in the order in which they first said so."""
        rows = self._database.rows("SELECT * FROM feedback WHERE question_id = ? ORDER BY rowid", [question_id])
        return tuple(map(_feedback, rows))

    def pending(self, which: PendingFilter | None = None, *, limit: int = 10, offset: int = 0) -> Page:
        """Return open questions, the oldest first; raises `PageError`."""
        if not 1 <= limit <= LARGEST_PAGE or offset < 0:
            raise PageError(limit, offset)
        which = which or PendingFilter()
        parameters = {
            "why": which.why,
            "language": which.language,
            "words": which.words,
            "limit": limit,
            "offset": offset,
        }
        rows = self._database.rows(_PENDING + " ORDER BY id LIMIT :limit OFFSET :offset", parameters)
        total = rows[0]["total"] if rows else self._total(parameters)
        return Page(tuple(map(_question, rows)), total)

    def settle(self, question_id: int, settled_by: int, curated_id: int | None = None) -> Question:
        """Take a question off the list of open ones, with the curated answer or without one.

        Raises `QuestionSettledError` if another was faster, `QuestionNotFoundError`, `PersonNotFoundError`.
        """
        with self._database.transaction():
            question = self.get(question_id)
            if question.settled_at is not None:
                raise QuestionSettledError(question)
            self._database.write(
                "UPDATE questions SET settled_at = ?, settled_by = ?, curated_id = coalesce(?, curated_id)"
                " WHERE id = ?",
                [self._database.now(), self._people.get(settled_by).id, curated_id, question_id],
            )
            return self.get(question_id)

    def count(self, since: dt.datetime) -> QuestionCounts:
        """Return how many questions were asked since a moment, and how they went."""
        start = to_text(since)
        rows = self._database.rows(
            "SELECT kind, count(*) AS asked, sum(answered = 0) AS unanswered FROM questions"
            " WHERE asked_at >= ? GROUP BY kind ORDER BY kind",
            [start],
        )
        thought = self._database.row(
            "SELECT coalesce(sum(good), 0) AS good, coalesce(sum(good = 0), 0) AS bad FROM feedback"
            " WHERE question_id IN (SELECT id FROM questions WHERE asked_at >= ?)",
            [start],
        )
        return QuestionCounts(
            asked=sum(row["asked"] for row in rows),
            unanswered=sum(row["unanswered"] for row in rows),
            kinds={row["kind"]: row["asked"] for row in rows},
            **(thought or {}),
        )

    def forget_before(self, day: dt.date) -> int:
        """Delete questions asked before a day (UTC), open ones too, with their feedback; returns how many."""
        return self._database.write("DELETE FROM questions WHERE asked_at < ?", [start_of(day)])

    def _total(self, parameters: Row) -> int:
        row = self._database.row(_PENDING + " LIMIT 1", parameters)
        return 0 if row is None else int(row["total"])


_PENDING = """
    SELECT *, count(*) OVER () AS total FROM questions
    WHERE settled_at IS NULL
      AND ((answered = 0 AND coalesce(:why, 'unanswered') = 'unanswered')
        OR (coalesce(:why, 'bad_answer') = 'bad_answer'
            AND id IN (SELECT question_id FROM feedback WHERE good = 0)))
      AND (:language IS NULL OR language = :language)
      AND (:words IS NULL OR instr(lower(text), lower(:words)) > 0)
"""


def _question(row: Row) -> Question:
    return Question(
        id=row["id"],
        person_id=row["person_id"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        asked_at=from_text(row["asked_at"]),
        language=cast(Language, row["language"]),
        text=row["text"],
        kind=row["kind"],
        answered=bool(row["answered"]),
        citations=tuple(from_json(row["citations"])),
        settled_at=from_optional(row["settled_at"]),
        settled_by=row["settled_by"],
        curated_id=row["curated_id"],
    )


def _feedback(row: Row) -> Feedback:
    return Feedback(row["person_id"], bool(row["good"]), row["reason"], from_text(row["given_at"]))
