"""Answers that people wrote to questions the documents leave open; each has an address and an author."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import cast

from store.clock import from_optional, from_text
from store.database import Database, Row, StoreError
from store.people import Language, People
from store.roles import Role

ADDRESS = re.compile(r"curated:([1-9]\d{0,14})", re.ASCII)


class CuratedNotFoundError(StoreError):
    """There is no such curated answer."""

    def __init__(self, address: object) -> None:
        super().__init__(f"There is no curated answer {address}: look it up in the list.")


class EmptyAnswerError(StoreError):
    """A curated answer needs a question and an answer."""

    def __init__(self) -> None:
        super().__init__("The question or the answer is empty: write both.")


@dataclass(frozen=True)
class Curated:
    """A question with the answer that somebody wrote; ``author`` is empty once that person is erased."""

    id: int
    question: str
    answer: str
    language: Language
    written_by: int | None
    author: str
    author_role: Role
    written_at: dt.datetime
    question_id: int | None
    """The stored question it answers, while that is kept."""
    withdrawn_at: dt.datetime | None
    withdrawn_by: int | None

    @property
    def address(self) -> str:
        """Return where the answer stands, as a citation names it: ``curated:17``."""
        return f"curated:{self.id}"


class CuratedAnswers:
    """Keeps curated answers; none is ever changed or deleted, only withdrawn."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._people = people

    def add(
        self, question: str, answer: str, language: Language, written_by: int, question_id: int | None = None
    ) -> Curated:
        """Keep an answer under its author's present name and role.

        It outlives the question it answers, so `question` should be words that name no asker. Raises
        `EmptyAnswerError`, `PersonNotFoundError`.
        """
        question, answer = question.strip(), answer.strip()
        if not question or not answer:
            raise EmptyAnswerError
        with self._database.transaction():
            author = self._people.get(written_by)
            curated_id = self._database.insert(
                "INSERT INTO curated (question, answer, language, written_by, author, author_role, written_at,"
                " question_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [question, answer, language, author.id, author.name, author.role, self._database.now(), question_id],
            )
            return self.get(curated_id)

    def get(self, curated_id: int) -> Curated:
        """Return an answer, a withdrawn one too; raises `CuratedNotFoundError`."""
        row = self._database.row("SELECT * FROM curated WHERE id = ?", [curated_id])
        if row is None:
            raise CuratedNotFoundError(curated_id)
        return _curated(row)

    def at(self, address: str) -> Curated:
        """Return the answer at an address (``curated:17``); raises `CuratedNotFoundError`."""
        found = ADDRESS.fullmatch(address)
        if found is None:
            raise CuratedNotFoundError(address)
        return self.get(int(found[1]))

    def all(self) -> tuple[Curated, ...]:
        """Return all answers that are not withdrawn, the oldest first."""
        rows = self._database.rows("SELECT * FROM curated WHERE withdrawn_at IS NULL ORDER BY id")
        return tuple(map(_curated, rows))

    def version(self) -> tuple[int, int, int]:
        """Return what changes whenever `all` does: how many were written, are withdrawn, have an author's name."""
        row = self._database.row(
            "SELECT count(*) AS written, count(withdrawn_at) AS withdrawn, count(nullif(author, '')) AS named"
            " FROM curated"
        )
        return (row["written"], row["withdrawn"], row["named"]) if row else (0, 0, 0)

    def withdraw(self, curated_id: int, withdrawn_by: int) -> Curated:
        """Take an answer out of use; a second time changes nothing. Raises `CuratedNotFoundError`."""
        with self._database.transaction():
            self._database.write(
                "UPDATE curated SET withdrawn_at = ?, withdrawn_by = ? WHERE id = ? AND withdrawn_at IS NULL",
                [self._database.now(), self._people.get(withdrawn_by).id, curated_id],
            )
            return self.get(curated_id)


def _curated(row: Row) -> Curated:
    return Curated(
        id=row["id"],
        question=row["question"],
        answer=row["answer"],
        language=cast(Language, row["language"]),
        written_by=row["written_by"],
        author=row["author"],
        author_role=Role(row["author_role"]),
        written_at=from_text(row["written_at"]),
        question_id=row["question_id"],
        withdrawn_at=from_optional(row["withdrawn_at"]),
        withdrawn_by=row["withdrawn_by"],
    )
