"""The population of a tracer study: lists of graduates read, checked and taken in; which academic years are asked.

Statement 1.1.13.1 of S-SPMI-UPGRIS-1.1 wants everyone asked who graduated in TS-4 to TS-2. TS is the academic year
of the campaign, and a graduate of TS-2 finished in the academic year two before it: for 2026/2027 those who
graduated from 1 September 2022 to 31 August 2025.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel.dates import get_month_names

from corpus.lexicon.entries import LANGUAGES
from store.graduates import GraduateRow, PopulationReport
from store.lists import read_list
from store.store import Store
from store.units import CODE, LEVELS, RowProblem, Unit, level_before, level_called
from tracer.national.questionnaire import national

YEAR_BEGINS = (9, 1)
"""Month and day on which an academic year begins, unless the settings say otherwise."""
OLDEST, NEWEST = 4, 2
"""TS-4 to TS-2."""
FIRST_YEAR = 1950
_LONGEST = 200

Begins = tuple[int, int]

NIM_NAMES = (
    "nim",
    "nomor induk mahasiswa",
    "nomor induk mahasiswa nim",
    "nim nomor induk mahasiswa",
    "no induk mahasiswa",
    "npm",
    "nimhsmsmh",
    "student number",
    "student id",
)
"""What the column of student numbers is called, in small letters."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nim": NIM_NAMES,
    "name": ("nama", "nama lengkap", "nama lulusan", "nama mahasiswa", "nama alumni", "nmmhsmsmh", "name", "full name"),
    "code": ("kode prodi", "kode program studi", "kode pddikti", "kdpstmsmh", "programme code", "program code"),
    "programme": (
        "program studi",
        "prodi",
        "nama prodi",
        "nama program studi",
        "programme",
        "study programme",
        "study program",
        "programme name",
    ),
    "level": ("jenjang", "jenjang pendidikan", "strata", "level", "degree"),
    "graduated": (
        "tanggal lulus",
        "tgl lulus",
        "tanggal kelulusan",
        "tanggal yudisium",
        "tgl yudisium",
        "graduation date",
        "date of graduation",
        "graduated",
    ),
    "born": ("tanggal lahir", "tgl lahir", "birth date", "date of birth", "born"),
    "phone": (
        "telepon",
        "nomor telepon whatsapp",
        "no hp wa",
        "nomor hp wa",
        "no hp whatsapp",
        "no hp",
        "nomor hp",
        "hp",
        "no telepon",
        "nomor telepon",
        "no telp",
        "whatsapp",
        "no wa",
        "nomor wa",
        "telpomsmh",
        "phone",
        "phone number",
        "mobile",
    ),
    "email": (
        "email",
        "e mail",
        "surel",
        "alamat email",
        "alamat e mail",
        "alamat surel",
        "emailmsmh",
        "email address",
    ),
}
_NEEDS = ("nim", "name", "code", "graduated")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_SERIAL = re.compile(r"[1-9]\d{4}")
_WEEKDAY, _HOUR = re.compile(r"[^\W\d_]+['’]?[^\W\d_]*, +(?=\d)"), re.compile(r"[ T]\d{1,2}[:.]\d\d([:.]\d\d)?\S*$")
_NUMBER_CUT_SHORT = re.compile(r"\d([.,]\d+)?e\+\d+", re.IGNORECASE)
_SHEETS_FIRST = dt.date(1899, 12, 30)
"""Day 0 of spreadsheets, for all days since March 1900."""
_NOTHING = re.compile(r"[-–—.\s]*")
_WORDED_DATE = re.compile(r"(\d{1,2})[ -]+([^\W\d_]+)\.?,?[ -]+(\d{4})")
_ENGLISH_DATE = re.compile(r"([^\W\d_]+)\.? (\d{1,2}),? (\d{4})")


class PopulationRowError(ValueError):
    """A row that cannot be taken; the message is the reason and the mend."""


@dataclass(frozen=True)
class ListedGraduate:
    """A row of a list as the file has it, by field; ``number`` is its row."""

    number: int
    nim: str
    name: str
    code: str
    graduated: str
    programme: str = ""
    level: str = ""
    born: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class ReadPopulation:
    """What a list holds: good rows, rows that cannot be taken and why, and columns that were not used."""

    rows: tuple[GraduateRow, ...]
    problems: tuple[RowProblem, ...]
    unused: tuple[str, ...]


def academic_year(day: dt.date, begins: Begins = YEAR_BEGINS) -> int:
    """Return the academic year of a day by its first calendar year: 2026 for 1 September 2026."""
    return day.year if (day.month, day.day) >= begins else day.year - 1


def cohorts(ts: int) -> range:
    """Return the academic years of graduation that a campaign of the academic year ``ts`` asks: TS-4 to TS-2."""
    return range(ts - OLDEST, ts - NEWEST + 1)


def days_of(years: range, begins: Begins = YEAR_BEGINS) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of academic years that follow each other."""
    return dt.date(years[0], *begins), dt.date(years[-1] + 1, *begins) - dt.timedelta(days=1)


def read_population(
    content: bytes,
    name: str,
    units: Iterable[Unit],
    today: dt.date,
    sheet: str | None = None,
    begins: Begins = YEAR_BEGINS,
) -> ReadPopulation:
    """Read a list of graduates (CSV or XLSX); level and name of a programme that is known may be left out.

    ``name`` is the file's, for messages; ``today`` is local. Raises `store.sheets.SheetError`, one sentence.
    """
    listed = read_list(content, name, _COLUMNS, _NEEDS, ListedGraduate, sheet)
    known = {unit.code: unit for unit in units if unit.code}
    rows, problems = [], list(listed.problems)
    for row in listed.rows:
        unit = known.get(row.code)
        try:
            rows.append(_checked(row, (unit.name, unit.level or "") if unit else ("", ""), today, begins))
        except PopulationRowError as error:
            problems.append(RowProblem(row.number, str(error)))
    problems.sort(key=lambda problem: problem.number)
    return ReadPopulation(tuple(rows), tuple(problems), listed.unused)


def fields_named(headings: Iterable[str]) -> frozenset[str]:
    """Return which fields of a list of graduates some headings (in small letters) name."""
    return frozenset(field for heading in headings for field, names in _COLUMNS.items() if heading in names)


def headings_of(field: str) -> tuple[str, ...]:
    """Return what the column of a field is called, in small letters."""
    return _COLUMNS[field]


def preview(store: Store, read: ReadPopulation) -> PopulationReport:
    """Return what `confirm` would do, and do nothing."""
    return store.graduates.compare(read.rows)


def confirm(store: Store, read: ReadPopulation) -> PopulationReport:
    """Take in the good rows of a list, in one transaction."""
    return store.graduates.import_rows(read.rows)


def read_day(text: str) -> dt.date | None:
    """Return the day that a list's cell names, None where it names none in full.

    Day first, as Indonesia writes it (``31/07/2025``, ``31-7-2025``, ``31.07.2025``), the year first (ISO 8601,
    ``2025/07/31``), with the month in words in either language (``31 Juli 2025``, ``July 31, 2025``), or the number
    under which a spreadsheet keeps it (``45869``). A weekday before it and an hour after it are left out.
    """
    words = _HOUR.sub("", _WEEKDAY.sub("", " ".join(text.split()), count=1))
    if found := _NUMERIC_DATE.fullmatch(words):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _YEAR_FIRST.fullmatch(words):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _WORDED_DATE.fullmatch(words):
        return _day(int(found[3]), month_of(found[2]), int(found[1]))
    if found := _ENGLISH_DATE.fullmatch(words):
        return _day(int(found[3]), month_of(found[1]), int(found[2]))
    return _SHEETS_FIRST + dt.timedelta(days=int(words)) if _SERIAL.fullmatch(words) else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_of(name: str) -> int:
    """Return the number of a month by its name in either language, whole or shortened; 0 for another word."""
    return _months().get(name.casefold(), 0)


@cache
def _months() -> Mapping[str, int]:
    """The months' names in both languages, whole and shortened, in small letters."""
    return {
        name.casefold().strip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    } | {"sept": 9, "agt": 8, "ags": 8, "nop": 11, "nopember": 11, "pebruari": 2}


def _checked(row: ListedGraduate, unit: Sequence[str], today: dt.date, begins: Begins) -> GraduateRow:
    """Return a row as it is kept; raises `PopulationRowError`."""
    nim, name = re.sub(r"\s", "", row.nim), " ".join(row.name.split())
    if not nim or not name:
        raise PopulationRowError(f"the {'name' if nim else 'NIM'} is empty: write it, or remove the row")
    if _NUMBER_CUT_SHORT.fullmatch(nim):
        raise PopulationRowError(f"the NIM “{nim[:40]}” was cut short: format its column as text, write it again")
    if max(map(len, (nim, name, row.programme, row.email))) > _LONGEST:
        raise PopulationRowError(f"a cell has more than {_LONGEST} characters: shorten it")
    if not CODE.fullmatch(row.code) or not row.code.isascii():
        raise PopulationRowError(f"the programme code “{row.code}” has not five digits: write the one of PDDikti")
    before, programme = level_before(row.programme)
    level = level_called(row.level) or unit[1] or before
    if level not in LEVELS:
        raise PopulationRowError(f"the level “{level or ''}” is unknown: write one of {', '.join(LEVELS)}")
    programme = programme or unit[0]
    if not programme:
        raise PopulationRowError(f"the programme {row.code} has no name: write it, or import the list of programmes")
    graduated = _past(row.graduated, "graduation date", today)
    return GraduateRow(
        number=row.number,
        nim=nim,
        name=name,
        programme_code=row.code,
        programme_name=programme,
        level=level,
        cohort=academic_year(graduated, begins),
        graduated_on=graduated,
        born_on=None if _is_blank(row.born) else _past(row.born, "birth date", today),
        phone=_formed("telpomsmh", plain_phone(row.phone)),
        email=_formed("emailmsmh", row.email.strip()),
    )


def _is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or the dash that many write instead."""
    return _NOTHING.fullmatch(text) is not None


def _past(text: str, what: str, today: dt.date) -> dt.date:
    day = read_day(text)
    if day is None:
        raise PopulationRowError(f"the {what} “{text[:40]}” is no full date: write it as 2025-07-31")
    if day.year < FIRST_YEAR or day > today:
        raise PopulationRowError(f"the {what} {day.isoformat()} lies too far back or in the future: correct it")
    return day


def plain_phone(text: str) -> str:
    """Return a phone number without the signs between its digits; a spreadsheet takes the 0 in front away."""
    plain = re.sub(r"[\s().\-]", "", text)
    return f"0{plain}" if re.fullmatch(r"8\d{7,12}", plain) else plain


def _formed(column: str, text: str) -> str | None:
    """Return a contact in the form that the ministry takes, None for none; raises `PopulationRowError`."""
    rule = national().columns[column]
    if _is_blank(text):
        return None
    if not re.fullmatch(rule.pattern or "", text, re.ASCII):
        form = rule.form.en if rule.form else ""
        raise PopulationRowError(f"“{text[:40]}” is not {form}: correct it, or leave it empty")
    return text
