"""Where conversations stand: the topic that a follow-up goes on with, and the step of a dialogue.

Both belong to a person in a chat, so that two people in one group do not talk into each other's topic.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import cast

from store.clock import from_text, to_text
from store.database import Database, JSONObject, Row, from_json, to_json
from store.people import Language

TOPIC_LASTS = dt.timedelta(minutes=15)
"""Issue 4: follow-ups keep the topic for 15 minutes."""


@dataclass(frozen=True)
class Topic:
    """What the last answer was about: its question, what that asked for, the documents, the facts' addresses."""

    question: str
    kind: str
    language: Language
    documents: tuple[str, ...] = ()
    facts: tuple[JSONObject, ...] = ()


@dataclass(frozen=True)
class Step:
    """Where a running dialogue stands, and what it has gathered."""

    name: str
    data: JSONObject = field(default_factory=dict)
    changed_at: dt.datetime | None = None
    """Set by the store."""


class Conversations:
    """Keeps topics and steps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_topic(self, person_id: int, chat_id: int, topic: Topic) -> None:
        """Keep the topic of a person in a chat, for `TOPIC_LASTS` from now; raises `NotJSONError`."""
        expires = to_text(self._database.clock() + TOPIC_LASTS)
        self._database.write(
            "INSERT INTO topics (person_id, chat_id, question, kind, language, documents, facts, expires_at)"
            " VALUES (:person, :chat, :question, :kind, :language, :documents, :facts, :expires)"
            " ON CONFLICT (person_id, chat_id) DO UPDATE SET question = :question, kind = :kind,"
            " language = :language, documents = :documents, facts = :facts, expires_at = :expires",
            {
                "person": person_id,
                "chat": chat_id,
                "question": topic.question,
                "kind": topic.kind,
                "language": topic.language,
                "documents": to_json(topic.documents),
                "facts": to_json(topic.facts),
                "expires": expires,
            },
        )

    def topic(self, person_id: int, chat_id: int) -> Topic | None:
        """Return the topic of a person in a chat, None when there is none or it is over."""
        row = self._database.row(
            "SELECT * FROM topics WHERE person_id = ? AND chat_id = ? AND expires_at > ?",
            [person_id, chat_id, self._database.now()],
        )
        return None if row is None else _topic(row)

    def clear_topic(self, person_id: int, chat_id: int) -> None:
        """Forget the topic of a person in a chat."""
        self._database.write("DELETE FROM topics WHERE person_id = ? AND chat_id = ?", [person_id, chat_id])

    def set_step(self, person_id: int, chat_id: int, step: Step) -> None:
        """Keep where a person's dialogue in a chat stands; there is one at a time. Raises `NotJSONError`."""
        self._database.write(
            "INSERT INTO dialogues (person_id, chat_id, name, data, changed_at)"
            " VALUES (:person, :chat, :name, :data, :now)"
            " ON CONFLICT (person_id, chat_id) DO UPDATE SET name = :name, data = :data, changed_at = :now",
            {
                "person": person_id,
                "chat": chat_id,
                "name": step.name,
                "data": to_json(step.data),
                "now": self._database.now(),
            },
        )

    def step(self, person_id: int, chat_id: int) -> Step | None:
        """Return where a person's dialogue in a chat stands, None where none is running."""
        row = self._database.row("SELECT * FROM dialogues WHERE person_id = ? AND chat_id = ?", [person_id, chat_id])
        return None if row is None else Step(row["name"], from_json(row["data"]), from_text(row["changed_at"]))

    def clear_step(self, person_id: int, chat_id: int) -> None:
        """End a person's dialogue in a chat."""
        self._database.write("DELETE FROM dialogues WHERE person_id = ? AND chat_id = ?", [person_id, chat_id])

    def forget_expired(self) -> int:
        """Delete topics that are over; returns how many."""
        return self._database.write("DELETE FROM topics WHERE expires_at <= ?", [self._database.now()])


def _topic(row: Row) -> Topic:
    return Topic(
        question=row["question"],
        kind=row["kind"],
        language=cast(Language, row["language"]),
        documents=tuple(from_json(row["documents"])),
        facts=tuple(from_json(row["facts"])),
    )
