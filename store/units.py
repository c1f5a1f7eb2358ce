"""Faculties and study programmes: read from lists that people keep, found by words with small typing errors."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from rapidfuzz import fuzz

from store.database import Database, Row, StoreError

CODE = re.compile(r"\d{5}")
"""The code that the ministry gives a study programme (PDDikti)."""
LEVELS = ("D1", "D2", "D3", "D4", "S1", "S2", "S3", "Profesi", "Sp-1", "Sp-2")
"""Levels as the ministry names them."""
LONGEST_NAME = 200
WORD_MATCH = 75.0
"""Percent; one wrong letter in a word of four or more still fits."""


class UnitNotFoundError(StoreError):
    """There is no such unit."""

    def __init__(self, unit_id: int) -> None:
        super().__init__(f"There is no unit {unit_id}: search for it by name or code.")


class UnitRowError(StoreError):
    """A row of a list that cannot be taken; the message is the reason."""


class UnitUnclearError(StoreError):
    """Words that name no unit, or several."""


class UnitKind(StrEnum):
    """What a unit is."""

    FACULTY = "faculty"
    PROGRAMME = "programme"


@dataclass(frozen=True)
class Unit:
    """A faculty, or a study programme with its code and its faculty."""

    id: int
    kind: UnitKind
    code: str | None
    name: str
    level: str | None
    faculty_id: int | None


@dataclass(frozen=True)
class UnitRow:
    """A row of a list of units as a reader found it; ``number`` is the row in the file, for messages.

    A row without a code and a level is a faculty; a programme names its faculty, or leaves it empty.
    """

    number: int
    name: str
    code: str = ""
    level: str = ""
    faculty: str = ""


@dataclass(frozen=True)
class RowProblem:
    """A row that did not go in, and why."""

    number: int
    reason: str

    def __str__(self) -> str:
        """The problem as a line for a person."""
        return f"row {self.number}: {self.reason}"


@dataclass(frozen=True)
class ImportReport:
    """What became of the rows of a list."""

    added: int
    changed: int
    unchanged: int
    problems: tuple[RowProblem, ...]

    def with_problems(self, more: Iterable[RowProblem]) -> Self:
        """Return the report with problems that a reader had found before, by row."""
        merged = sorted((*self.problems, *more), key=lambda problem: problem.number)
        return replace(self, problems=tuple(merged))


class Units:
    """Reads and imports units."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, unit_id: int) -> Unit:
        """Return a unit; raises `UnitNotFoundError`."""
        row = self._database.row("SELECT * FROM units WHERE id = ?", [unit_id])
        if row is None:
            raise UnitNotFoundError(unit_id)
        return _unit(row)

    def check(self, unit_id: int | None) -> int | None:
        """Return the id of a unit, or None for none; raises `UnitNotFoundError`."""
        return None if unit_id is None else self.get(unit_id).id

    def by_code(self, code: str) -> Unit | None:
        """Return the study programme with a code."""
        row = self._database.row("SELECT * FROM units WHERE code = ?", [code.strip()])
        return None if row is None else _unit(row)

    def all(self) -> tuple[Unit, ...]:
        """Return all units, faculties first, by name."""
        return tuple(map(_unit, self._database.rows("SELECT * FROM units ORDER BY kind, name, id")))

    def programmes_of(self, faculty_id: int) -> tuple[Unit, ...]:
        """Return the study programmes of a faculty, by name."""
        rows = self._database.rows("SELECT * FROM units WHERE faculty_id = ? ORDER BY name, id", [faculty_id])
        return tuple(map(_unit, rows))

    def chain(self, unit_id: int) -> frozenset[int]:
        """Return the unit and what it belongs to, as `store.permissions.Subject` wants it."""
        unit = self.get(unit_id)
        return frozenset({unit.id} if unit.faculty_id is None else {unit.id, unit.faculty_id})

    def called(self, words: str) -> Unit:
        """Return the unit with this code or this exact name, which a programme's level may follow or precede.

        Raises `UnitUnclearError` where there is none or there are several.
        """
        wanted = sorted(_words(words))
        named = [
            unit for unit in self.all() if wanted in (_name_words(unit), _name_words(unit, unit.level), [unit.code])
        ]
        if len(named) == 1:
            return named[0]
        if named:
            codes = ", ".join(unit.code or "a faculty" for unit in named)
            raise UnitUnclearError(f"“{_clean(words)}” names several units ({codes}): write the code")
        raise UnitUnclearError(f"the unit “{_clean(words)}” is not known: import the units first, or correct the name")

    def search(self, words: str, limit: int = 8) -> tuple[Unit, ...]:
        """Return the units whose name, level or code fits all words, the best first; none for no words.

        A word fits by its beginning or with a small typing error.
        """
        wanted = _words(words)
        if not wanted:
            return ()
        scored = [(_score(wanted, unit), unit) for unit in self.all()]
        fitting = [(score, unit) for score, unit in scored if score > 0]
        fitting.sort(key=lambda found: (-found[0], found[1].name, found[1].id))
        return tuple(unit for _, unit in fitting[:limit])

    def import_rows(self, rows: Iterable[UnitRow]) -> ImportReport:
        """Take in a list: new units are added, known ones changed (by code, a faculty by name).

        Faculties go in first, wherever they stand. A bad row is named and left out, the rest goes in; all in
        one transaction. Nothing is removed.
        """
        listed = list(rows)
        outcomes: Counter[str] = Counter()
        problems = []
        with self._database.transaction():
            for row in sorted(listed, key=lambda row: not _is_faculty(row)):
                try:
                    outcomes[self._take(row, listed)] += 1
                except UnitRowError as error:
                    problems.append(RowProblem(row.number, str(error)))
        problems.sort(key=lambda problem: problem.number)
        return ImportReport(outcomes["added"], outcomes["changed"], outcomes["unchanged"], tuple(problems))

    def _take(self, row: UnitRow, listed: list[UnitRow]) -> str:
        """Add or change one unit; returns what happened, raises `UnitRowError`."""
        _check_row(row, listed)
        new: Row = {
            "kind": UnitKind.FACULTY if _is_faculty(row) else UnitKind.PROGRAMME,
            "code": row.code.strip() or None,
            "name": _clean(row.name),
            "level": level_called(row.level),
            "faculty_id": self._faculty_id(row),
        }
        known = self._known(new)
        if known is None:
            self._database.insert(
                "INSERT INTO units (kind, code, name, level, faculty_id)"
                " VALUES (:kind, :code, :name, :level, :faculty_id)",
                new,
            )
            return "added"
        if all(known[column] == value for column, value in new.items()):
            return "unchanged"
        self._database.write(
            "UPDATE units SET name = :name, level = :level, faculty_id = :faculty_id WHERE id = :id",
            {"id": known["id"], "name": new["name"], "level": new["level"], "faculty_id": new["faculty_id"]},
        )
        return "changed"

    def _known(self, new: Row) -> Row | None:
        if new["kind"] == UnitKind.PROGRAMME:
            return self._database.row("SELECT * FROM units WHERE code = ?", [new["code"]])
        return self._faculty(new["name"])

    def _faculty(self, name: str) -> Row | None:
        rows = self._database.rows("SELECT * FROM units WHERE kind = 'faculty' ORDER BY id")
        return next((row for row in rows if row["name"].casefold() == _clean(name).casefold()), None)

    def _faculty_id(self, row: UnitRow) -> int | None:
        if _is_faculty(row) or not row.faculty.strip():
            return None
        faculty = self._faculty(row.faculty)
        if faculty is None:
            raise UnitRowError(f"the faculty “{_clean(row.faculty)}” is in no row: add it or correct its name")
        return int(faculty["id"])


def _unit(row: Row) -> Unit:
    return Unit(
        id=row["id"],
        kind=UnitKind(row["kind"]),
        code=row["code"],
        name=row["name"],
        level=row["level"],
        faculty_id=row["faculty_id"],
    )


def _is_faculty(row: UnitRow) -> bool:
    return not row.code.strip() and not row.level.strip()


def _check_row(row: UnitRow, listed: list[UnitRow]) -> None:
    """Raise `UnitRowError` for a row that cannot be a unit, or repeats an earlier row's code with other words."""
    name, code = _clean(row.name), row.code.strip()
    if not name:
        raise UnitRowError("the name is empty: write it, or remove the row")
    if len(name) > LONGEST_NAME:
        raise UnitRowError(f"the name has {len(name)} characters: shorten it to {LONGEST_NAME}")
    if _is_faculty(row):
        return
    if not CODE.fullmatch(code) or not code.isascii():
        raise UnitRowError(f"the code “{code}” has not five digits: write the one of PDDikti")
    if level_called(row.level) not in LEVELS:
        raise UnitRowError(f"the level “{row.level.strip()}” is unknown: write one of {', '.join(LEVELS)}")
    first = next(other for other in listed if other.code.strip() == code)
    if first is not row and first != row:
        raise UnitRowError(f"the code {code} stands in row {first.number} already: correct one of them")


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def level_called(text: str) -> str | None:
    """Return a level as the ministry names it (``s1``, ``S-1``, ``Strata 1``, ``Sarjana`` -> S1).

    Another text comes back as it is, None for no words.
    """
    level = _clean(text)
    return _LEVELS_CALLED.get(_plain_level(level)) or _in_brackets(level) or level or None


def level_before(name: str) -> tuple[str | None, str]:
    """Return the level that stands before a programme's name (``S-1 Pendidikan Guru SD``), and the name without it."""
    found = _LEVEL_BEFORE.match(_clean(name))
    level = _LEVELS_CALLED.get(_plain_level(found[1])) if found else None
    return (level, found[2]) if found and level else (None, _clean(name))


def _in_brackets(level: str) -> str | None:
    """Return the level of ``S1 (Sarjana)`` or ``Sarjana (S1)``, None where its two halves are not one level."""
    halves = re.fullmatch(r"([^()]+)\(([^()]+)\)", level)
    named = {_LEVELS_CALLED.get(_plain_level(half)) for half in halves.groups()} if halves else {None}
    return named.pop() if len(named) == 1 else None


def _plain_level(level: str) -> str:
    return re.sub(r"[\W_]+", "", level).casefold()


_ROMAN = ("I", "II", "III", "IV")
_LEVELS_CALLED = {
    _plain_level(words): level
    for level, others in {
        **dict.fromkeys(LEVELS, ()),
        **{
            f"D{number}": (f"D{roman}", f"Diploma {number}", f"Diploma {roman}", f"Diploma {word}")
            for number, roman, word in zip(range(1, 5), _ROMAN, ("satu", "dua", "tiga", "empat"), strict=True)
        },
        "S1": ("Sarjana", "Strata 1", "Strata I", "Strata satu", "Bachelor"),
        "S2": ("Magister", "Strata 2", "Strata II", "Strata dua", "Master"),
        "S3": ("Doktor", "Strata 3", "Strata III", "Strata tiga", "Doctor"),
    }.items()
    for words in (level, *others)
}
_LEVELS_CALLED |= {"sarjanaterapan": "D4", "prof": "Profesi", "pendidikanprofesi": "Profesi"}
_LEVEL_BEFORE = re.compile(r"([SD][ -]?(?:[1-4]|I{1,3}|IV))(?:\s*[-–:.]\s*|\s+)(\S.*)")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _name_words(unit: Unit, level: str | None = None) -> list[str]:
    return sorted(_words(f"{unit.name} {level or ''}"))


def _score(wanted: list[str], unit: Unit) -> float:
    """How well a unit fits all words: the mean over them of 0 to 100, plus a bonus for the same words; 0: not."""
    have = _words(f"{unit.name} {unit.level or ''} {unit.code or ''}")
    fits = [max((_word_fit(word, other) for other in have), default=0.0) for word in wanted]
    if min(fits) < WORD_MATCH:
        return 0.0
    return sum(fits) / len(fits) + fuzz.ratio(" ".join(wanted), " ".join(_words(unit.name))) / 10


def _word_fit(word: str, other: str) -> float:
    if other.startswith(word):
        return 100.0 if word == other else 90.0
    if word.isdigit() or len(word) < 4:
        return 0.0  # a digit or two letters off is another code or word
    begins = fuzz.ratio(word, other[: len(word)])
    return max(fuzz.ratio(word, other), begins * 0.95)
