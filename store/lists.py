"""Lists of units, staff and others, as a file holds them: columns found by their names, whatever their order.

What comes in is a file's content and name (from a disk or a chat), what comes out are rows for
`store.units.Units.import_rows`, `store.staff.Staff.import_rows` and whoever else reads a list (`read_list`).
Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from store.sheets import HEAD_ROWS, SheetError, SheetRow, read_sheets
from store.staff import StaffRow
from store.units import RowProblem, UnitRow

TITLE_ROWS = HEAD_ROWS
"""Rows in which the names of the columns are sought; above them many lists have a title."""

_UNIT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "nama",
        "nama prodi",
        "nama program studi",
        "nama unit",
        "prodi",
        "program studi",
        "name",
        "programme",
        "study program",
        "study programme",
        "unit",
    ),
    "code": ("kode", "kode prodi", "kode program studi", "kode pddikti", "code", "programme code", "pddikti code"),
    "level": ("jenjang", "jenjang pendidikan", "strata", "level", "degree"),
    "faculty": ("fakultas", "nama fakultas", "faculty"),
}
_STAFF_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("nama", "nama dosen", "nama lengkap", "nama pegawai", "name", "full name"),
    "role": ("peran", "jabatan", "tugas", "role", "position"),
    "unit": (
        "unit",
        "unit kerja",
        "fakultas",
        "homebase",
        "kode prodi",
        "prodi",
        "program studi",
        "faculty",
        "study program",
        "study programme",
    ),
    "identifier": (
        "nidn",
        "nidk",
        "nip",
        "niy",
        "nomor induk",
        "nuptk",
        "pengenal",
        "surel",
        "email",
        "e mail",
        "id",
        "identifier",
    ),
    "username": ("telegram", "akun telegram", "nama pengguna", "username", "username telegram", "telegram username"),
}
_UNIT_NEEDS = ("name", "code", "level")
"""Code and level are needed as columns: without them a list of people would become a list of faculties."""
_STAFF_NEEDS = ("name", "role")
_WIDTHS = {
    "kode": 5,
    "kode prodi": 5,
    "kode program studi": 5,
    "kode pddikti": 5,
    "code": 5,
    "kdpstmsmh": 5,
    "nidn": 10,
}
"""Digits of codes that always have as many; an XLSX that holds them as numbers has dropped zeros in front."""

ListRow = TypeVar("ListRow")


@dataclass(frozen=True)
class ReadList(Generic[ListRow]):
    """What a file holds: good rows, rows that cannot be read, and names of columns that were not used."""

    rows: tuple[ListRow, ...]
    problems: tuple[RowProblem, ...]
    unused: tuple[str, ...]


def read_units(content: bytes, name: str, sheet: str | None = None) -> ReadList[UnitRow]:
    """Read a list of faculties and study programmes; a row without code and level is a faculty.

    `name` is the file's name, for messages; `sheet` the one to read of an XLSX, else its first. Raises
    `SheetError`, one sentence.
    """
    return read_list(content, name, _UNIT_COLUMNS, _UNIT_NEEDS, UnitRow, sheet)


def read_staff(content: bytes, name: str, sheet: str | None = None) -> ReadList[StaffRow]:
    """Read a staff list; in and out as with `read_units`."""
    return read_list(content, name, _STAFF_COLUMNS, _STAFF_NEEDS, StaffRow, sheet)


def read_list(
    content: bytes,
    name: str,
    columns: Mapping[str, tuple[str, ...]],
    needs: Sequence[str],
    made: Callable[..., ListRow],
    sheet: str | None = None,
) -> ReadList[ListRow]:
    """Read a list whose columns have names: `columns` gives those of each field, in small letters.

    The fields in `needs` must have a column; `made` makes a row of its number and of the fields found. In and
    out otherwise as with `read_units`.
    """
    rows, place = with_most(read_sheets(content, name, sheet), lambda cell: _field(cell, columns))
    head = rows[place]
    found = _columns(head, columns, name)
    missing = [columns[field][0] for field in needs if field not in found]
    if missing:
        raise SheetError(
            f"{name} has no column “{'” and no column “'.join(missing)}”: name the columns in its first row."
        )
    body = rows[place + 1 :]
    if not body:
        raise SheetError(f"{name} has no rows under the names of its columns: fill it, and save it again.")
    good = [made(row.number, **_fields(row, head, found)) for row in body if not row.fault]
    problems = [RowProblem(row.number, row.fault) for row in body if row.fault]
    used = set(found.values())
    unused = [cell.strip() for place, cell in enumerate(head.cells) if place not in used and cell.strip()]
    return ReadList(tuple(good), tuple(problems), tuple(unused))


def with_most(readings: Sequence[list[SheetRow]], named: Callable[[str], str | None]) -> tuple[list[SheetRow], int]:
    """Choose the reading and the row in it that name the most columns, the earlier ones of equals.

    ``named`` gives what a heading stands for, None for another text.
    """
    places = [(rows, place) for rows in readings for place in range(min(TITLE_ROWS, len(rows)))]
    return max(places, key=lambda choice: len({named(cell) for cell in choice[0][choice[1]].cells} - {None}))


def _columns(head: SheetRow, columns: Mapping[str, tuple[str, ...]], name: str) -> dict[str, int]:
    """Return the place of each field's column; raises `SheetError` where two columns give the same field."""
    found: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        field = _field(cell, columns)
        if field is None:
            continue
        if field in found:
            first = head.cells[found[field]].strip()
            raise SheetError(f"{name} has two columns for one thing, “{first}” and “{cell.strip()}”: keep one of them.")
        found[field] = place
    return found


def _field(heading: str, columns: Mapping[str, tuple[str, ...]]) -> str | None:
    plain = _plain(heading)
    return next((field for field, names in columns.items() if plain in names), None)


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def _fields(row: SheetRow, head: SheetRow, found: Mapping[str, int]) -> dict[str, str]:
    """Return the cells of a row by field; cells that are not there are empty."""
    fields = {}
    for field, place in found.items():
        text = row.cells[place].strip() if place < len(row.cells) else ""
        fields[field] = text.zfill(_WIDTHS.get(_plain(head.cells[place]), 0)) if place in row.numeric else text
    return fields
