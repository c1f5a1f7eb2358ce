"""People as the assistant knows them, and what they ask to be.

A person is known from the first update on (`People.seen`), chooses a public role alone (`People.choose`), and
gets a staff role by an invitation (`store.invitations`) or by a request that somebody decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, cast

from store.clock import from_optional, from_text
from store.database import Database, Row, StoreError
from store.roles import GRANTED_ROLES, PUBLIC_ROLES, Role
from store.units import Units

Language = Literal["id", "en"]

SEEN_EVERY = dt.timedelta(minutes=10)
"""How exactly ``seen_at`` is kept; a write for each update would be work for nothing."""
LARGEST_ID = 2**52
"""Telegram's ids have at most 52 significant bits (Bot API, ``User.id``)."""


class PersonNotFoundError(StoreError):
    """Nobody with this id has written to the assistant."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"Nobody with the id {person_id} is known: the person has to write to the bot first.")


class PersonIdError(StoreError):
    """A number that is no person's id (those of groups are negative)."""

    def __init__(self, person_id: int) -> None:
        super().__init__(f"{person_id} is no Telegram id of a person: give a positive number.")


class RoleNotFreeError(StoreError):
    """A role that nobody takes, or gives, this way."""

    def __init__(self, role: Role) -> None:
        super().__init__(f"The role {role} is not had this way: {_way_to(role)}.")


class RequestNotFoundError(StoreError):
    """There is no such request for a role."""

    def __init__(self, request_id: int) -> None:
        super().__init__(f"There is no request {request_id}: it may have been erased with the person.")


class RequestDecidedError(StoreError):
    """Somebody else decided the request before."""

    def __init__(self, request: RoleRequest) -> None:
        super().__init__(f"Request {request.id} is {request.state} already: nothing is left to decide.")
        self.request = request


class PersonState(StrEnum):
    """How far we know each other; the person blocks the bot, never the other way round."""

    NEW = "new"
    ACTIVE = "active"
    BLOCKED = "blocked"


class RequestState(StrEnum):
    """What became of a request for a role."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Person:
    """Somebody; ``role`` is what counts now (an administrator by the settings, whatever is stored)."""

    id: int
    name: str
    username: str | None
    language: Language
    role: Role
    unit_id: int | None
    state: PersonState
    created_at: dt.datetime
    seen_at: dt.datetime


@dataclass(frozen=True)
class RoleRequest:
    """Somebody's wish for a staff role, and who decided it when."""

    id: int
    person_id: int
    role: Role
    unit_id: int | None
    state: RequestState
    made_at: dt.datetime
    decided_by: int | None
    decided_at: dt.datetime | None


class People:
    """Reads and writes people; `administrators` are the ids in the settings."""

    def __init__(self, database: Database, units: Units, administrators: Iterable[int] = ()) -> None:
        self._database = database
        self._units = units
        self.administrators = frozenset(administrators)

    def seen(self, person_id: int, name: str, username: str | None, language: Language) -> Person:
        """Note that somebody wrote, and return them.

        Name and user name follow Telegram; `language` counts for a new person only, later it is their choice.
        Somebody who had blocked the bot is active again. Raises `PersonIdError`.
        """
        if not 0 < person_id < LARGEST_ID:
            raise PersonIdError(person_id)
        found = self.find(person_id)
        if found is not None and not self._has_changed(found, name, username):
            return found
        with self._database.transaction():
            self._database.write(
                "INSERT INTO people (id, name, username, language, role, state, created_at, seen_at)"
                " VALUES (:id, :name, :username, :language, :role, 'new', :now, :now)"
                " ON CONFLICT (id) DO UPDATE SET name = :name, username = :username, seen_at = :now,"
                " state = CASE state WHEN 'blocked' THEN 'active' ELSE state END",
                {
                    "id": person_id,
                    "name": name,
                    "username": username,
                    "language": language,
                    "role": Role.GUEST,
                    "now": self._database.now(),
                },
            )
            return self.get(person_id)

    def find(self, person_id: int) -> Person | None:
        """Return a person, None where nobody has this id."""
        row = self._database.row("SELECT * FROM people WHERE id = ?", [person_id])
        return None if row is None else self._person(row)

    def get(self, person_id: int) -> Person:
        """Return a person; raises `PersonNotFoundError`."""
        person = self.find(person_id)
        if person is None:
            raise PersonNotFoundError(person_id)
        return person

    def with_role(self, *roles: Role) -> tuple[Person, ...]:
        """Return everybody who has one of the roles and has not blocked the bot, by id."""
        rows = self._database.rows("SELECT * FROM people WHERE state != 'blocked' ORDER BY id")
        return tuple(person for person in map(self._person, rows) if person.role in roles)

    def count(self) -> dict[Role, int]:
        """Return how many people have each role, roles that nobody has left out."""
        counts: dict[Role, int] = {}
        for row in self._database.rows("SELECT * FROM people"):
            role = self._person(row).role
            counts[role] = counts.get(role, 0) + 1
        return counts

    def speak(self, person_id: int, language: Language) -> Person:
        """Set the language that the bot speaks with somebody; raises `PersonNotFoundError`."""
        return self._changed(
            person_id, "UPDATE people SET language = :value WHERE id = :id", {"id": person_id, "value": language}
        )

    def choose(self, person_id: int, role: Role, unit_id: int | None = None) -> Person:
        """Give somebody the public role they choose; raises as `grant` does."""
        if role not in PUBLIC_ROLES:
            raise RoleNotFreeError(role)
        return self._become(person_id, role, unit_id)

    def grant(self, person_id: int, role: Role, unit_id: int | None = None) -> Person:
        """Give somebody a staff role, a pending request for it or another one is withdrawn.

        Whether the giver may, `store.permissions` says. Raises `RoleNotFreeError`, `PersonNotFoundError`,
        `UnitNotFoundError`.
        """
        if role not in GRANTED_ROLES:
            raise RoleNotFreeError(role)
        with self._database.transaction():
            self.withdraw_request(person_id)
            return self._become(person_id, role, unit_id)

    def move(self, person_id: int, unit_id: int | None) -> Person:
        """Set somebody's unit; raises `PersonNotFoundError`, `UnitNotFoundError`."""
        return self._changed(
            person_id,
            "UPDATE people SET unit_id = :value WHERE id = :id",
            {"id": person_id, "value": self._units.check(unit_id)},
        )

    def has_blocked(self, person_id: int) -> None:
        """Note that somebody blocked the bot; nothing happens where nobody has this id."""
        self._database.write("UPDATE people SET state = 'blocked' WHERE id = ?", [person_id])

    def request_role(self, person_id: int, role: Role, unit_id: int | None = None) -> RoleRequest:
        """Ask for a staff role; an earlier request that is pending is withdrawn.

        Raises `RoleNotFreeError`, `PersonNotFoundError`, `UnitNotFoundError`.
        """
        if role not in GRANTED_ROLES:
            raise RoleNotFreeError(role)
        with self._database.transaction():
            self.get(person_id)
            self.withdraw_request(person_id)
            request_id = self._database.insert(
                "INSERT INTO role_requests (person_id, role, unit_id, state, made_at) VALUES (?, ?, ?, 'pending', ?)",
                [person_id, role, self._units.check(unit_id), self._database.now()],
            )
            return self.request(request_id)

    def request(self, request_id: int) -> RoleRequest:
        """Return a request; raises `RequestNotFoundError`."""
        row = self._database.row("SELECT * FROM role_requests WHERE id = ?", [request_id])
        if row is None:
            raise RequestNotFoundError(request_id)
        return _request(row)

    def requests_of(self, person_id: int) -> tuple[RoleRequest, ...]:
        """Return all that somebody asked to be, the newest first."""
        rows = self._database.rows("SELECT * FROM role_requests WHERE person_id = ? ORDER BY id DESC", [person_id])
        return tuple(map(_request, rows))

    def pending_requests(self) -> tuple[RoleRequest, ...]:
        """Return all requests that wait for a decision, the oldest first."""
        rows = self._database.rows("SELECT * FROM role_requests WHERE state = 'pending' ORDER BY id")
        return tuple(_request(row) for row in rows)

    def decide(self, request_id: int, decided_by: int, *, approved: bool) -> RoleRequest:
        """Approve a request, which gives the role, or refuse it.

        Raises `RequestDecidedError` if another was faster, `RequestNotFoundError`, `PersonNotFoundError`.
        """
        with self._database.transaction():
            request, decider = self.request(request_id), self.get(decided_by)
            if request.state is not RequestState.PENDING:
                raise RequestDecidedError(request)
            state = RequestState.APPROVED if approved else RequestState.REFUSED
            self._close_request(request_id, state, decider.id)
            if approved:
                self._become(request.person_id, request.role, request.unit_id)
            return self.request(request_id)

    def withdraw_request(self, person_id: int) -> bool:
        """Take somebody's pending request back; returns whether there was one."""
        sql = "SELECT id FROM role_requests WHERE person_id = ? AND state = 'pending'"
        with self._database.transaction():
            row = self._database.row(sql, [person_id])
            if row is not None:
                self._close_request(row["id"], RequestState.WITHDRAWN, None)
            return row is not None

    def _close_request(self, request_id: int, state: RequestState, decided_by: int | None) -> None:
        self._database.write(
            "UPDATE role_requests SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?",
            [state, decided_by, self._database.now(), request_id],
        )

    def _become(self, person_id: int, role: Role, unit_id: int | None) -> Person:
        return self._changed(
            person_id,
            "UPDATE people SET role = :role, unit_id = :unit, state = 'active' WHERE id = :id",
            {"id": person_id, "role": role, "unit": self._units.check(unit_id)},
        )

    def _changed(self, person_id: int, sql: str, parameters: Row) -> Person:
        with self._database.transaction():
            if not self._database.write(sql, parameters):
                raise PersonNotFoundError(person_id)
            return self.get(person_id)

    def _has_changed(self, person: Person, name: str, username: str | None) -> bool:
        known = replace(person, name=name, username=username)
        is_stale = self._database.clock() - person.seen_at >= SEEN_EVERY
        return known != person or is_stale or person.state is PersonState.BLOCKED

    def _person(self, row: Row) -> Person:
        return Person(
            id=row["id"],
            name=row["name"],
            username=row["username"],
            language=cast(Language, row["language"]),
            role=Role.ADMINISTRATOR if row["id"] in self.administrators else Role(row["role"]),
            unit_id=row["unit_id"],
            state=PersonState(row["state"]),
            created_at=from_text(row["created_at"]),
            seen_at=from_text(row["seen_at"]),
        )


def _request(row: Row) -> RoleRequest:
    return RoleRequest(
        id=row["id"],
        person_id=row["person_id"],
        role=Role(row["role"]),
        unit_id=row["unit_id"],
        state=RequestState(row["state"]),
        made_at=from_text(row["made_at"]),
        decided_by=row["decided_by"],
        decided_at=from_optional(row["decided_at"]),
    )


def _way_to(role: Role) -> str:
    if role is Role.ADMINISTRATOR:
        return "administrators are named in the settings"
    if role in PUBLIC_ROLES:
        return "everybody chooses it alone"
    return "it takes an invitation or an approval"
