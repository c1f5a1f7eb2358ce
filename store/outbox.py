"""Messages on their way to Telegram: none lost, none out of order in its chat, a repeat at most once and counted.

    queued --claim, sending--> sending --sent------> sent
       ^                          |----gave_up-----> failed
       |-- retry_later -----------|
       '-- uncertain (first) -----'----uncertain---> uncertain (second)

A claim reserves a queued message; `Outbox.sending` is said right before the request. A process that dies
between the two has certainly sent nothing, and the message is simply given again. After `sending` nobody can
know: such a message is sent once more, and never a third time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.clock import from_optional, from_text, start_of, to_text
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json
from store.people import People

LEASE = dt.timedelta(minutes=2)
"""How long a sender has a message; longer than any request may take."""
UNANNOUNCED = frozenset({"answerCallbackQuery"})
"""Requests that do no harm twice: after the bot died, nobody has to know whether they had gone out."""
MOST_UNCERTAIN = 2
"""Requests that Telegram may have accepted, for one message: at most one repeat (HOUSE.md)."""


class MessageLostError(StoreError):
    """The message is another sender's, is finished or was erased: what happened to it must not count."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"Message {message_id} of the outbox is not this sender's any more: leave it.")


class OutboxState(StrEnum):
    """How far a message is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    """Sent twice, both times without an answer: it may have arrived or not, and is left alone."""


class Priority:
    """What goes first when there is more to send than Telegram takes."""

    BULK = -10
    NORMAL = 0
    ANSWER = 10


@dataclass(frozen=True)
class NewMessage:
    """A request to the Bot API: to which chat, which method, with what.

    ``dedupe_key`` names the message for good (``u123:0``: the first reply to update 123); a second one with
    the same key is not kept. ``person_id`` is whose data it contains, where that is not the chat's person.
    If it goes after ``late_at``, ``late_mark`` (in the text's markup) stands before its text.
    """

    chat_id: int
    method: str
    parameters: JSONObject
    dedupe_key: str
    file: str | None = None
    priority: int = Priority.ANSWER
    not_before: dt.datetime | None = None
    person_id: int | None = None
    update_id: int | None = None
    late_at: dt.datetime | None = None
    late_mark: str = ""


@dataclass(frozen=True)
class Message:
    """A message of the outbox as a sender gets it; ``perhaps_accepted`` counts requests without an answer."""

    id: int
    chat_id: int
    method: str
    parameters: JSONObject
    dedupe_key: str
    file: str | None
    priority: int
    update_id: int | None
    created_at: dt.datetime
    state: OutboxState
    attempts: int
    perhaps_accepted: int
    worker: str | None
    message_id: int | None
    """Telegram's, once it is sent."""
    error: str | None
    late_at: dt.datetime | None = None
    late_mark: str = ""


@dataclass(frozen=True)
class OutboxCounts:
    """How many messages are in each state, and how many may have arrived twice."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    uncertain: int = 0
    perhaps_twice: int = 0


class Outbox:
    """Keeps messages and hands them to senders."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._people = people

    def enqueue(self, message: NewMessage) -> int:
        """Keep a message; returns its id, or the id of the one kept before under the same key.

        Do it in one transaction with what it is a reply to. Raises `NotJSONError`.
        """
        now = self._database.now()
        written = self._database.put(
            _PUT,
            {
                "chat": message.chat_id,
                "person": message.person_id,
                "method": message.method,
                "parameters": to_json(message.parameters),
                "file": message.file,
                "key": message.dedupe_key,
                "priority": message.priority,
                "not_before": now if message.not_before is None else to_text(message.not_before),
                "update": message.update_id,
                "late_at": None if message.late_at is None else to_text(message.late_at),
                "late_mark": message.late_mark or None,
                "now": now,
            },
        )
        if written is not None:
            return written
        return self._database.number("SELECT id FROM outbox WHERE dedupe_key = ?", [message.dedupe_key])

    def claim(
        self,
        worker: str,
        now: dt.datetime | None = None,
        lease: dt.timedelta = LEASE,
        *,
        least: int = Priority.BULK,
    ) -> Message | None:
        """Reserve the next message that may be sent now, of a priority of at least `least`; None where there is none.

        Of one chat one at a time, the first enqueued first; a message of higher priority goes before those
        that were not tried yet, and one for later holds up nobody. A message that waits after
        `retry_later` holds up its chat.
        """
        return next(iter(self.claim_some(worker, 1, now, lease, least=least)), None)

    def claim_some(
        self,
        worker: str,
        most: int,
        now: dt.datetime | None = None,
        lease: dt.timedelta = LEASE,
        *,
        least: int = Priority.BULK,
    ) -> list[Message]:
        """Reserve the next messages of as many chats, as `claim` does."""
        moment = self._database.clock() if now is None else now
        times = {"now": to_text(moment)}
        which = times | {"least": least, "most": most}
        has_lost = self._database.row(_LOST, times) is not None
        if not has_lost and not self._database.rows(_NEXT, which):
            return []  # a look without the write lock, because mostly there is nothing
        with self._database.transaction():
            for lost in self._database.rows(_LOST, times):
                self._note_uncertain(lost, "the sender died")
            taken = {"worker": worker, "claimed_until": to_text(moment + lease)}
            return [self._taken(row, taken) for row in self._database.rows(_NEXT, which)]

    def _taken(self, row: Row, taken: Mapping[str, str]) -> Message:
        self._database.write(
            "UPDATE outbox SET worker = :worker, claimed_until = :claimed_until, attempts = attempts + 1"
            " WHERE id = :id",
            {**taken, "id": row["id"]},
        )
        return _message({**row, **taken, "attempts": row["attempts"] + 1})

    def get(self, outbox_id: int) -> Message:
        """Return a message; raises `MessageLostError` where it was erased or forgotten."""
        row = self._database.row("SELECT * FROM outbox WHERE id = ?", [outbox_id])
        if row is None:
            raise MessageLostError(outbox_id)
        return _message(row)

    def sending(self, message: Message) -> None:
        """Note that the request goes out now; raises `MessageLostError`, and then it must not.

        Those of `UNANNOUNCED` need not be noted.
        """
        is_held = self._database.write(
            "UPDATE outbox SET state = 'sending' WHERE id = ? AND worker = ? AND attempts = ? AND state = 'queued'",
            [message.id, message.worker, message.attempts],
        )
        if not is_held:
            raise MessageLostError(message.id)

    def sent(self, message: Message, message_id: int | None = None) -> None:
        """Note that Telegram accepted it, and forget what it said; raises `MessageLostError`."""
        is_held = self._database.write(
            f"{_FINISH} AND worker = :worker AND attempts = :attempts AND state IN (:out, 'sending')",
            {
                **self._finished(message.id, OutboxState.SENT, None, message_id),
                "worker": message.worker,
                "attempts": message.attempts,
                "out": OutboxState.QUEUED if message.method in UNANNOUNCED else OutboxState.SENDING,
            },
        )
        if not is_held:
            raise MessageLostError(message.id)

    def retry_later(self, message: Message, delay: dt.timedelta, error: str = "") -> None:
        """Queue it again, because it certainly did not arrive (429, 5xx, no connection); raises `MessageLostError`."""
        with self._database.transaction():
            self._held(message, OutboxState.QUEUED, OutboxState.SENDING)
            self._queue_again(message.id, to_text(self._database.clock() + delay), error)

    def uncertain(self, message: Message, error: str = "", delay: dt.timedelta = dt.timedelta(0)) -> OutboxState:
        """Note that it may have arrived (a timeout, a dropped connection).

        The first time it is queued again, the second time it is left; returns what it is now. Raises
        `MessageLostError`.
        """
        with self._database.transaction():
            row = self._out(message)
            return self._note_uncertain(row, error, delay)

    def gave_up(self, message: Message, error: str) -> None:
        """Note that it cannot be sent (Telegram refused it); raises `MessageLostError`."""
        with self._database.transaction():
            self._held(message, OutboxState.QUEUED, OutboxState.SENDING)
            self._finish(message.id, OutboxState.FAILED, error, None)

    def blocked(self, message: Message, error: str = "blocked by the person") -> int:
        """Note that the person blocked the bot: all that is queued for the chat fails; returns how many did.

        Raises `MessageLostError`.
        """
        with self._database.transaction():
            self.gave_up(message, error)
            self._people.has_blocked(message.chat_id)
            rows = self._database.rows(
                "SELECT id FROM outbox WHERE chat_id = ? AND state = 'queued'", [message.chat_id]
            )
            for row in rows:
                self._finish(row["id"], OutboxState.FAILED, error, None)
            return len(rows) + 1

    def release(self, worker: str) -> int:
        """Take back what a sender has, because it ended or begins anew; returns how many messages.

        Those that were being sent count as uncertain. A process says this of its own senders when it starts.
        """
        with self._database.transaction():
            rows = self._database.rows("SELECT * FROM outbox WHERE worker = ? AND state = 'sending'", [worker])
            for row in rows:
                self._note_uncertain(row, "the sender died")
            return len(rows) + self._database.write(
                "UPDATE outbox SET worker = NULL, claimed_until = NULL WHERE worker = ? AND state = 'queued'",
                [worker],
            )

    def next_at(self) -> dt.datetime | None:
        """Return the earliest moment at which a queued message may become sendable; None without any."""
        row = self._database.row(
            "SELECT min(CASE state WHEN 'sending' THEN claimed_until"
            " ELSE max(not_before, coalesce(claimed_until, not_before)) END) AS earliest"
            " FROM outbox WHERE state IN ('queued', 'sending')"
        )
        return from_optional(row["earliest"]) if row else None

    def counts(self) -> OutboxCounts:
        """Return how many messages are in each state, and how many may have arrived twice (forgotten ones not)."""
        rows = self._database.rows("SELECT state, count(*) AS many FROM outbox GROUP BY state")
        twice = self._database.number(
            "SELECT count(*) FROM outbox WHERE perhaps_accepted > 0 AND perhaps_accepted + (state = 'sent') >= 2"
        )
        return OutboxCounts(**{row["state"]: row["many"] for row in rows}, perhaps_twice=twice)

    def forget_before(self, day: dt.date) -> int:
        """Delete messages that were finished before a day (UTC); returns how many. Their keys are free again."""
        return self._database.write(
            "DELETE FROM outbox WHERE state IN ('sent', 'failed', 'uncertain') AND finished_at < ?", [start_of(day)]
        )

    def _out(self, message: Message) -> Row:
        """Return the row of a message whose request went out; raises `MessageLostError`."""
        is_unannounced = message.method in UNANNOUNCED
        return self._held(message, OutboxState.SENDING, *([OutboxState.QUEUED] if is_unannounced else []))

    def _held(self, message: Message, *states: OutboxState) -> Row:
        """Return the row if the sender still has the message in one of the states; raises `MessageLostError`."""
        row = self._database.row(
            "SELECT * FROM outbox WHERE id = ? AND worker = ? AND attempts = ?",
            [message.id, message.worker, message.attempts],
        )
        if row is None or OutboxState(row["state"]) not in states:
            raise MessageLostError(message.id)
        return row

    def _note_uncertain(self, row: Row, error: str, delay: dt.timedelta = dt.timedelta(0)) -> OutboxState:
        self._database.write("UPDATE outbox SET perhaps_accepted = perhaps_accepted + 1 WHERE id = ?", [row["id"]])
        if row["perhaps_accepted"] + 1 >= MOST_UNCERTAIN:
            self._finish(row["id"], OutboxState.UNCERTAIN, error, None)
            return OutboxState.UNCERTAIN
        not_before = to_text(self._database.clock() + delay) if delay else str(row["not_before"])
        self._queue_again(row["id"], not_before, error)
        return OutboxState.QUEUED

    def _queue_again(self, outbox_id: int, not_before: str, error: str) -> None:
        self._database.write(
            "UPDATE outbox SET state = 'queued', worker = NULL, claimed_until = NULL, not_before = ?, error = ?"
            " WHERE id = ?",
            [not_before, error, outbox_id],
        )

    def _finish(self, outbox_id: int, state: OutboxState, error: str | None, message_id: int | None) -> None:
        self._database.write(_FINISH, self._finished(outbox_id, state, error, message_id))

    def _finished(
        self, outbox_id: int, state: OutboxState, error: str | None, message_id: int | None
    ) -> dict[str, object]:
        return {"state": state, "now": self._database.now(), "error": error, "message": message_id, "id": outbox_id}


_FINISH = (
    "UPDATE outbox SET state = :state, finished_at = :now, error = :error, message_id = :message,"
    " claimed_until = NULL, parameters = '{}', file = NULL, late_mark = NULL WHERE id = :id"
)

_PUT = """
    INSERT INTO outbox (chat_id, person_id, method, parameters, file, dedupe_key, priority, not_before, update_id,
        late_at, late_mark, created_at, state)
    VALUES (:chat, :person, :method, :parameters, :file, :key, :priority, :not_before, :update, :late_at, :late_mark,
        :now, 'queued')
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""

_LOST = "SELECT * FROM outbox WHERE state = 'sending' AND claimed_until <= :now"

# A message waits while another of its chat is with a sender, was tried before it, or is due and goes first. The
# indexes are named, because SQLite would sort all that is queued for each claim.
_NEXT = """
    SELECT * FROM outbox AS mine INDEXED BY outbox_open_order
    WHERE state = 'queued' AND priority >= :least AND not_before <= :now
      AND (claimed_until IS NULL OR claimed_until <= :now)
      AND NOT EXISTS (
        SELECT 1 FROM outbox AS other INDEXED BY outbox_open_chat
        WHERE other.chat_id = mine.chat_id AND other.state IN ('queued', 'sending') AND other.id != mine.id
          AND (other.state = 'sending'
            OR other.claimed_until > :now
            OR (other.attempts > 0 AND (mine.attempts = 0 OR other.id < mine.id))
            OR (mine.attempts = 0 AND other.not_before <= :now
                AND (other.priority > mine.priority OR (other.priority = mine.priority AND other.id < mine.id)))))
    ORDER BY priority DESC, id LIMIT :most
"""


def _message(row: Row) -> Message:
    return Message(
        id=row["id"],
        chat_id=row["chat_id"],
        method=row["method"],
        parameters=from_json(row["parameters"]),
        dedupe_key=row["dedupe_key"],
        file=row["file"],
        priority=row["priority"],
        update_id=row["update_id"],
        created_at=from_text(row["created_at"]),
        state=OutboxState(row["state"]),
        attempts=row["attempts"],
        perhaps_accepted=row["perhaps_accepted"],
        worker=row["worker"],
        message_id=row["message_id"],
        error=row["error"],
        late_at=from_optional(row["late_at"]),
        late_mark=row["late_mark"] or "",
    )
