"""The graduates of the university, as lists name them: whom a tracer study asks.

NIK and NPWP are kept apart (`Identity`). Who is erased stays in the numbers of the population (programme, level,
cohort) without a name, and is known again by a keyed digest of the student number, so that the next import of the
same list does not bring them back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from store.clock import from_optional, start_of
from store.database import Database, Row, StoreError
from store.units import RowProblem

KEY_NAME = "graduates_key"
"""The name under which the store remembers the key of the digests."""
_LIST_COLUMNS = (
    "name",
    "programme_code",
    "programme_name",
    "level",
    "cohort",
    "graduated_on",
    "born_on",
    "phone",
    "email",
)


class GraduateUnknownError(StoreError):
    """No such graduate is on the list."""

    def __init__(self) -> None:
        super().__init__("This graduate is not on the list: import the list that has them.")


@dataclass(frozen=True)
class GraduateRow:
    """A row of a list of graduates, read and checked; ``number`` is the row in the file, for messages.

    ``cohort`` is the first year of the academic year of graduation (2023 for 2023/2024).
    """

    number: int
    nim: str
    name: str
    programme_code: str
    programme_name: str
    level: str
    cohort: int
    graduated_on: dt.date
    born_on: dt.date | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Graduate:
    """Somebody who graduated; ``person_id`` is who they turned out to be in Telegram.

    After an erasure ``nim`` is None and ``name`` empty. ``no_contact_at`` is when they asked not to be contacted.
    """

    id: int
    nim: str | None
    name: str
    programme_code: str
    programme_name: str
    level: str
    cohort: int
    graduated_on: dt.date | None
    born_on: dt.date | None
    phone: str | None
    email: str | None
    person_id: int | None
    no_contact_at: dt.datetime | None


@dataclass(frozen=True)
class Identity:
    """What the ministry wants to know; it is in no ``repr``, so in no log."""

    nik: str | None = field(default=None, repr=False)
    npwp: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ChangedRow:
    """A row that says something new of a known graduate, and in which columns."""

    number: int
    nim: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class PopulationReport:
    """What became of the rows of a list of graduates.

    ``repeated`` are rows that stand in the list a second time in the same words; ``forgotten`` are those who had
    their data erased and are not taken in again.
    """

    added: int
    changed: tuple[ChangedRow, ...]
    unchanged: int
    repeated: tuple[RowProblem, ...]
    forgotten: int
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class GraduateCount:
    """How many graduates a programme (with a level) has in an academic year."""

    programme_code: str
    programme_name: str
    level: str
    cohort: int
    many: int


class Graduates:
    """Reads and writes the list of graduates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, graduate_id: int) -> Graduate:
        """Return a graduate; raises `GraduateUnknownError`."""
        row = self._database.row("SELECT * FROM graduates WHERE id = ?", [graduate_id])
        if row is None:
            raise GraduateUnknownError
        return _graduate(row)

    def by_nim(self, nim: str) -> Graduate | None:
        """Return the graduate with a student number."""
        row = self._database.row("SELECT * FROM graduates WHERE nim = ?", ["".join(nim.split())])
        return _graduate(row) if row else None

    def all(self) -> tuple[Graduate, ...]:
        """Return all graduates, those whose data were erased left out; by NIM."""
        rows = self._database.rows("SELECT * FROM graduates WHERE erased_at IS NULL ORDER BY nim")
        return tuple(map(_graduate, rows))

    def of_cohorts(self, first: int, last: int, codes: Iterable[str] | None = None) -> tuple[Graduate, ...]:
        """Return all who graduated in these academic years (of these programmes), those erased left out; by NIM."""
        rows = self._database.rows(
            "SELECT * FROM graduates WHERE cohort BETWEEN ? AND ? AND erased_at IS NULL ORDER BY nim", [first, last]
        )
        wanted = None if codes is None else set(codes)
        return tuple(_graduate(row) for row in rows if wanted is None or row["programme_code"] in wanted)

    def counts(self, first: int, last: int, codes: Iterable[str] | None = None) -> tuple[GraduateCount, ...]:
        """Return how many graduated in these years (of these programmes), those whose data were erased included."""
        rows = self._database.rows(
            "SELECT programme_code, max(programme_name) AS programme_name, level, cohort, count(*) AS many"
            " FROM graduates WHERE cohort BETWEEN ? AND ? GROUP BY programme_code, level, cohort"
            " ORDER BY programme_code, level, cohort",
            [first, last],
        )
        wanted = None if codes is None else set(codes)
        return tuple(GraduateCount(**row) for row in rows if wanted is None or row["programme_code"] in wanted)

    def span(self) -> range | None:
        """Return the academic years of graduation from the first to the last of the list, None for an empty one."""
        row = self._database.row("SELECT min(cohort) AS first, max(cohort) AS last FROM graduates")
        return range(row["first"], row["last"] + 1) if row and row["first"] is not None else None

    def search(self, words: str, limit: int) -> tuple[Graduate, ...]:
        """Return the graduates whose NIM, or each word of whose name, begins like the words; by name."""
        rows = self._database.rows(
            "SELECT * FROM graduates WHERE erased_at IS NULL AND (nim = :nim OR (nim LIKE :start ESCAPE '!'"
            " AND length(:nim) >= 4)) ORDER BY nim LIMIT :limit",
            {"nim": "".join(words.split()), "start": f"{_like(''.join(words.split()))}%", "limit": limit},
        )
        if not rows and words.split():
            parts = {f"part{at}": f"% {_like(word)}%" for at, word in enumerate(words.split()[:8])}
            named = " AND ".join(f"' ' || name LIKE :{part} ESCAPE '!'" for part in parts)
            rows = self._database.rows(
                f"SELECT * FROM graduates WHERE erased_at IS NULL AND {named} ORDER BY name LIMIT :limit",  # noqa: S608
                {**parts, "limit": limit},
            )
        return tuple(map(_graduate, rows))

    def compare(self, rows: Iterable[GraduateRow]) -> PopulationReport:
        """Return what `import_rows` would do, and do nothing."""
        taking = _Taking(self._known(), self._key(), self._database.now())
        for row in rows:
            taking.take(row)
        return taking.report()

    def import_rows(self, rows: Iterable[GraduateRow]) -> PopulationReport:
        """Take in a list: new graduates are added, known ones (by NIM) changed; all in one transaction.

        Blank cells leave what is known. A NIM that stands twice in different words is a problem, and its first
        row counts. Nobody is removed. `compare` gives a preview.
        """
        with self._database.transaction():
            taking = _Taking(self._known(), self._key(), self._database.now())
            for row in rows:
                taking.take(row)
            for new in taking.new:
                self._database.insert(_INSERT, new)
            for changed in taking.updates:
                self._database.write(_UPDATE, changed)
        return taking.report()

    def keep_identity(self, graduate_id: int, column: str, value: str | None) -> None:
        """Keep a graduate's ``nik`` or ``npwp`` apart from all else; None forgets it."""
        if column not in ("nik", "npwp"):
            raise ValueError(column)
        self._database.write(
            f"INSERT INTO identities (graduate_id, {column}) VALUES (:id, :value)"  # noqa: S608 - one of two names
            f" ON CONFLICT (graduate_id) DO UPDATE SET {column} = :value",
            {"id": graduate_id, "value": value},
        )

    def identity(self, graduate_id: int) -> Identity:
        """Return what is known of a graduate's NIK and NPWP."""
        row = self._database.row("SELECT nik, npwp FROM identities WHERE graduate_id = ?", [graduate_id])
        return Identity(**row) if row else Identity()

    def identities(self) -> dict[int, Identity]:
        """Return all that is known of NIK and NPWP, by graduate; for the ministry's file alone."""
        rows = self._database.rows("SELECT * FROM identities")
        return {row["graduate_id"]: Identity(row["nik"], row["npwp"]) for row in rows}

    def forget_guesses_before(self, day: dt.date) -> int:
        """Delete the wrong guesses made before a day (UTC); returns how many."""
        return self._database.write("DELETE FROM identity_guesses WHERE guessed_at < ?", [start_of(day)])

    def forget_identity(self, graduate_id: int) -> None:
        """Forget a graduate's NIK and NPWP."""
        self._database.write("DELETE FROM identities WHERE graduate_id = ?", [graduate_id])

    def tie(self, graduate_id: int, person_id: int) -> None:
        """Note who a graduate turned out to be; the last one who came with their link counts."""
        self._database.write("UPDATE graduates SET person_id = ? WHERE id = ?", [person_id, graduate_id])

    def mark_no_contact(self, graduate_id: int, *, wanted: bool) -> None:
        """Note that a graduate does not want to be contacted (``wanted``), or does again."""
        now = self._database.now() if wanted else None
        self._database.write("UPDATE graduates SET no_contact_at = ? WHERE id = ?", [now, graduate_id])

    def guessed_wrong(self, person_id: int, graduate_id: int | None) -> None:
        """Note that somebody gave a student number and birth date that do not belong together."""
        self._database.insert(
            "INSERT INTO identity_guesses (person_id, graduate_id, guessed_at) VALUES (?, ?, ?)",
            [person_id, graduate_id, self._database.now()],
        )

    def wrong_guesses(self, since: dt.datetime, *, person_id: int | None = None, graduate_id: int | None = None) -> int:
        """Return how many wrong guesses a person made, or were made about a graduate."""
        column, value = ("person_id", person_id) if graduate_id is None else ("graduate_id", graduate_id)
        return self._database.number(
            f"SELECT count(*) FROM identity_guesses WHERE {column} = ? AND guessed_at >= ?",  # noqa: S608 - ours
            [value, self._database.now(since)],
        )

    def _known(self) -> dict[str, Row]:
        return {row["digest"]: row for row in self._database.rows("SELECT * FROM graduates")}

    def _key(self) -> bytes:
        """Return the key of the digests, made with the first list."""
        row = self._database.row("SELECT value FROM remembered WHERE name = ?", [KEY_NAME])
        if row is not None:
            return bytes.fromhex(row["value"])
        key = secrets.token_bytes(32)
        self._database.write("INSERT INTO remembered (name, value) VALUES (?, ?)", [KEY_NAME, key.hex()])
        return key


class _Taking:
    """A list while it is taken in: compared in memory, so that ten thousand rows take a second."""

    def __init__(self, known: dict[str, Row], key: bytes, now: str) -> None:
        self._known, self._key, self._now = known, key, now
        self._numbers: dict[str, GraduateRow] = {}
        self.new: list[Row] = []
        self.updates: list[Row] = []
        self._changed: list[ChangedRow] = []
        self._repeated: list[RowProblem] = []
        self._problems: list[RowProblem] = []
        self._unchanged = self._forgotten = 0

    def take(self, row: GraduateRow) -> None:
        """Sort one row into new, changed, unchanged, repeated, forgotten or wrong."""
        digest = hashlib.blake2b(row.nim.encode(), key=self._key, digest_size=16).hexdigest()
        first = self._numbers.setdefault(digest, row)
        known = self._known.get(digest)
        if first is not row:
            self._again(row, first)
        elif known is None:
            self.new.append({**_columns(row), "digest": digest, "nim": row.nim, "now": self._now})
        elif known["erased_at"] is not None:
            self._forgotten += 1
        else:
            self._compare(row, known)

    def _again(self, row: GraduateRow, first: GraduateRow) -> None:
        if _columns(row) == _columns(first):
            self._repeated.append(RowProblem(row.number, f"the NIM {row.nim} stands in row {first.number} already"))
        else:
            reason = f"the NIM {row.nim} stands in row {first.number} already, in other words: correct one of them"
            self._problems.append(RowProblem(row.number, reason))

    def _compare(self, row: GraduateRow, known: Row) -> None:
        wanted = {name: known[name] if value is None else value for name, value in _columns(row).items()}
        changed = tuple(name for name, value in wanted.items() if value != known[name])
        if not changed:
            self._unchanged += 1
            return
        self._changed.append(ChangedRow(row.number, row.nim, changed))
        self.updates.append({**wanted, "id": known["id"], "now": self._now})

    def report(self) -> PopulationReport:
        """Return what became of the rows."""
        return PopulationReport(
            len(self.new),
            tuple(self._changed),
            self._unchanged,
            tuple(self._repeated),
            self._forgotten,
            tuple(self._problems),
        )


_INSERT = (
    f"INSERT INTO graduates (digest, nim, {', '.join(_LIST_COLUMNS)}, changed_at)"  # noqa: S608 - our own names
    f" VALUES (:digest, :nim, {', '.join(f':{name}' for name in _LIST_COLUMNS)}, :now)"
)
_UPDATE = (
    f"UPDATE graduates SET {', '.join(f'{name} = :{name}' for name in _LIST_COLUMNS)},"  # noqa: S608 - our own names
    " changed_at = :now WHERE id = :id"
)


def _columns(row: GraduateRow) -> Row:
    return {
        **{name: getattr(row, name) for name in _LIST_COLUMNS},
        "graduated_on": row.graduated_on.isoformat(),
        "born_on": row.born_on.isoformat() if row.born_on else None,
    }


def _like(words: str) -> str:
    """Return words in which LIKE finds no signs of its own, with ``!`` before those that are meant."""
    return "".join(f"!{sign}" if sign in "!%_" else sign for sign in words)


def _graduate(row: Row) -> Graduate:
    return Graduate(
        id=row["id"],
        nim=row["nim"],
        name=row["name"],
        programme_code=row["programme_code"],
        programme_name=row["programme_name"],
        level=row["level"],
        cohort=row["cohort"],
        graduated_on=_day(row["graduated_on"]),
        born_on=_day(row["born_on"]),
        phone=row["phone"],
        email=row["email"],
        person_id=row["person_id"],
        no_contact_at=from_optional(row["no_contact_at"]),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
