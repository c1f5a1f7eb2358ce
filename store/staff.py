"""Members of staff that a list names: expected, until one of them takes the invitation that is theirs.

A row of the list gives nobody a role; the invitation made for it does (`store.invitations.Invitations.make_for`),
and then the row knows its person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from store.database import Database, Row, StoreError
from store.roles import SHOWN_NAMES, Role, role_called
from store.units import ImportReport, RowProblem, Unit, Units, UnitUnclearError

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
"""Telegram's user names; those of four letters are sold on Fragment."""
LONGEST_TEXT = 200


class StaffRowError(StoreError):
    """A row of a staff list that cannot be taken; the message is the reason."""


@dataclass(frozen=True)
class StaffRow:
    """A row of a staff list as a reader found it; ``number`` is the row in the file, for messages.

    ``unit`` is a name or a code, empty for the whole university; ``identifier`` a NIDN, NIP or e-mail address.
    """

    number: int
    name: str
    role: str
    unit: str = ""
    identifier: str = ""
    username: str = ""


@dataclass(frozen=True)
class StaffMember:
    """Somebody expected; ``person_id`` is who they turned out to be, None until they took their invitation."""

    id: int
    name: str
    role: Role
    unit_id: int | None
    identifier: str | None
    username: str | None
    person_id: int | None


@dataclass(frozen=True)
class StaffReport(ImportReport):
    """What became of the rows, and the members that the good ones name, in the order of the list."""

    members: tuple[StaffMember, ...] = ()


class Staff:
    """Reads and imports the staff list."""

    def __init__(self, database: Database, units: Units) -> None:
        self._database = database
        self._units = units

    def all(self) -> tuple[StaffMember, ...]:
        """Return everybody on the list, by name."""
        return tuple(map(_member, self._database.rows("SELECT * FROM staff ORDER BY name, id")))

    def of_person(self, person_id: int) -> tuple[StaffMember, ...]:
        """Return the rows that are tied to a person; more than one after several invitations."""
        rows = self._database.rows("SELECT * FROM staff WHERE person_id = ? ORDER BY id", [person_id])
        return tuple(map(_member, rows))

    def tie(self, member_id: int, person_id: int) -> None:
        """Note who a member turned out to be; one that has a person keeps it."""
        self._database.write(
            "UPDATE staff SET person_id = ? WHERE id = ? AND person_id IS NULL", [person_id, member_id]
        )

    def import_rows(self, rows: Iterable[StaffRow]) -> StaffReport:
        """Take in a list: new members are added, known ones changed (by identifier, else by name and unit).

        A bad row is named and left out, the rest goes in; all in one transaction. Nobody is removed, and nobody
        who is here already loses or gains a role by it.
        """
        outcomes: Counter[str] = Counter()
        problems = []
        unit_called = cache(self._units.called)
        with self._database.transaction():
            roll = _Roll(self._database.rows("SELECT * FROM staff ORDER BY id"))
            for row in rows:
                try:
                    new = _columns(row, unit_called)
                    outcomes[self._take(new, row.number, roll)] += 1
                except (StaffRowError, UnitUnclearError) as error:
                    problems.append(RowProblem(row.number, str(error)))
        members = tuple(map(_member, roll.listed.values()))
        return StaffReport(outcomes["added"], outcomes["changed"], outcomes["unchanged"], tuple(problems), members)

    def _take(self, new: Row, number: int, roll: _Roll) -> str:
        """Add or change one member; returns what happened, raises `StaffRowError`."""
        known = roll.find(new)
        if known is None:
            member_id = self._database.insert(
                "INSERT INTO staff (name, role, unit_id, identifier, username)"
                " VALUES (:name, :role, :unit_id, :identifier, :username)",
                new,
            )
            roll.keep({**new, "id": member_id, "person_id": None}, number)
            return "added"
        for column in ("identifier", "username"):  # what a list leaves out stays
            new[column] = new[column] or known[column]
        wanted = {**known, **new}
        if wanted != known:
            if known["id"] in roll.numbers:
                first = roll.numbers[known["id"]]
                raise StaffRowError(
                    f"“{new['name']}” stands in row {first} already, in other words: correct one of them"
                )
            self._database.write(
                "UPDATE staff SET name = :name, role = :role, unit_id = :unit_id, identifier = :identifier,"
                " username = :username WHERE id = :id",
                {**new, "id": known["id"]},
            )
        roll.keep(wanted, number, known)
        return "unchanged" if wanted == known else "changed"


class _Roll:
    """The staff list in memory while another is taken in, so that thousands of rows find theirs quickly."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_identifier: dict[str, Row] = {}
        self._by_name: dict[tuple[int | None, str], dict[int, Row]] = {}
        self.listed: dict[int, Row] = {}
        """The members that the new list names, by id."""
        self.numbers: dict[int, int] = {}
        """The row of the new list in which each stands first."""
        for row in rows:
            self._enter(row)

    def find(self, new: Row) -> Row | None:
        """Return the member that a row is about; raises `StaffRowError` where it could be several."""
        if new["identifier"] in self._by_identifier:
            return self._by_identifier[new["identifier"]]
        same = list(self._by_name.get(_name_key(new), {}).values())
        if new["identifier"] is not None:
            same = [row for row in same if row["identifier"] is None]
        if len(same) > 1:
            raise StaffRowError(
                f"several people of this unit are called “{new['name']}”: write the NIDN, NIP or e-mail"
            )
        return same[0] if same else None

    def keep(self, row: Row, number: int, before: Row | None = None) -> None:
        """Note a member as row `number` of the new list has it, and no longer as `before`."""
        if before is not None:
            del self._by_name[_name_key(before)][row["id"]]
        self._enter(row)
        self.listed[row["id"]] = row
        self.numbers.setdefault(row["id"], number)

    def _enter(self, row: Row) -> None:
        if row["identifier"] is not None:
            self._by_identifier[row["identifier"]] = row
        self._by_name.setdefault(_name_key(row), {})[row["id"]] = row


def _columns(row: StaffRow, unit_called: Callable[[str], Unit]) -> Row:
    """Return a row as the table keeps it; raises `StaffRowError` or `UnitUnclearError` for one that is wrong."""
    texts = {"name": _clean(row.name), "identifier": _clean(row.identifier), "unit": _clean(row.unit)}
    if not texts["name"]:
        raise StaffRowError("the name is empty: write it, or remove the row")
    for field, text in texts.items():
        if len(text) > LONGEST_TEXT:
            raise StaffRowError(f"the {field} has {len(text)} characters: shorten it to {LONGEST_TEXT}")
    role = role_called(row.role)
    if role is None:
        raise StaffRowError(f"the role “{_clean(row.role)[:40]}” is unknown: write one of {SHOWN_NAMES}")
    return {
        "name": texts["name"],
        "role": role,
        "unit_id": unit_called(texts["unit"]).id if texts["unit"] else None,
        "identifier": texts["identifier"] or None,
        "username": _username(row.username),
    }


def _name_key(row: Row) -> tuple[int | None, str]:
    return row["unit_id"], row["name"].casefold()


def _member(row: Row) -> StaffMember:
    return StaffMember(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        unit_id=row["unit_id"],
        identifier=row["identifier"],
        username=row["username"],
        person_id=row["person_id"],
    )


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _username(text: str) -> str | None:
    """Return a user name without the sign or address before it; raises `StaffRowError`."""
    name = re.sub(r"^(?:https?://)?t\.me/|^@", "", text.strip(), flags=re.IGNORECASE)
    if name and not USERNAME.fullmatch(name):
        raise StaffRowError(f"“{_clean(text)[:40]}” is no Telegram user name: write it as @nama, or leave it empty")
    return name or None
