"""What coordinators say of the documents' time limits: each ruling with its author and reason, none overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.clock import from_text
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json
from store.people import People
from store.roles import Role


class NoReasonError(StoreError):
    """A correction or switching off needs a reason."""

    def __init__(self) -> None:
        super().__init__("The reason is missing: write why the rule is changed.")


class Verdict(StrEnum):
    """What somebody said of a rule."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    OFF = "off"
    OPEN = "open"
    """As the documents say, as if nobody had said anything."""


@dataclass(frozen=True)
class Ruling:
    """One saying; ``correction`` holds what is to count instead; ``author`` is empty once that person is erased."""

    id: int
    rule_key: str
    document: str
    verdict: Verdict
    correction: JSONObject
    reason: str
    made_by: int | None
    author: str
    author_role: Role
    made_at: dt.datetime


@dataclass(frozen=True)
class RuleChange:
    """What became of a document's rules since they were last looked at; ``ruled`` of the gone ones had a ruling."""

    document: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    ruled: int


class Rulings:
    """Reads and writes rulings."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._people = people

    def rule(
        self,
        rule_key: str,
        document: str,
        verdict: Verdict,
        made_by: int,
        *,
        reason: str = "",
        correction: JSONObject | None = None,
    ) -> Ruling:
        """Keep a ruling, which counts from now on; raises `NoReasonError`, `PersonNotFoundError`."""
        reason = " ".join(reason.split())
        if not reason and verdict in (Verdict.CORRECTED, Verdict.OFF):
            raise NoReasonError
        with self._database.transaction():
            author = self._people.get(made_by)
            self._database.insert(
                "INSERT INTO rulings (rule_key, document, verdict, correction, reason, made_by, author, author_role,"
                " made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    rule_key,
                    document,
                    verdict,
                    to_json(correction or {}),
                    reason,
                    author.id,
                    author.name,
                    author.role,
                    self._database.now(),
                ],
            )
            return self.history(rule_key)[0]

    def current(self) -> dict[str, Ruling]:
        """Return the last ruling on each rule that has one."""
        rows = self._database.rows(
            "SELECT * FROM rulings WHERE id IN (SELECT max(id) FROM rulings GROUP BY rule_key) ORDER BY id"
        )
        return {row["rule_key"]: _ruling(row) for row in rows}

    def history(self, rule_key: str) -> tuple[Ruling, ...]:
        """Return all rulings on a rule, the newest first."""
        rows = self._database.rows("SELECT * FROM rulings WHERE rule_key = ? ORDER BY id DESC", [rule_key])
        return tuple(map(_ruling, rows))

    def compare(self, rules: Mapping[str, str]) -> tuple[RuleChange, ...]:
        """Note the rules that the documents have now (key: document), return what changed, by document.

        A document seen for the first time has not changed.
        """
        with self._database.transaction():
            rows = self._database.rows("SELECT rule_key, document FROM known_rules")
            before = {row["rule_key"]: row["document"] for row in rows}
            known = set(before.values())
            new = {key: document for key, document in rules.items() if key not in before}
            gone = {key: document for key, document in before.items() if key not in rules}
            for key, document in new.items():
                self._database.write(
                    "INSERT INTO known_rules (rule_key, document, changed_at) VALUES (?, ?, ?)",
                    [key, document, self._database.now() if document in known else None],
                )
            for key in gone:
                self._database.write("DELETE FROM known_rules WHERE rule_key = ?", [key])
            ruled = self.current()
        return tuple(
            RuleChange(
                document,
                tuple(sorted(key for key, of in new.items() if of == document)),
                tuple(sorted(key for key, of in gone.items() if of == document)),
                sum(key in ruled for key, of in gone.items() if of == document),
            )
            for document in sorted(({*new.values()} & known) | {*gone.values()})
        )

    def changed(self) -> frozenset[str]:
        """Return the rules that are new in a document known before, on which nobody has ruled yet."""
        rows = self._database.rows(
            "SELECT rule_key FROM known_rules WHERE changed_at IS NOT NULL"
            " AND rule_key NOT IN (SELECT rule_key FROM rulings)"
        )
        return frozenset(row["rule_key"] for row in rows)


def _ruling(row: Row) -> Ruling:
    return Ruling(
        id=row["id"],
        rule_key=row["rule_key"],
        document=row["document"],
        verdict=Verdict(row["verdict"]),
        correction=from_json(row["correction"]),
        reason=row["reason"],
        made_by=row["made_by"],
        author=row["author"],
        author_role=Role(row["author_role"]),
        made_at=from_text(row["made_at"]),
    )
