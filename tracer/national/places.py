"""The ministry's codes of provinces and regencies, from a list that the coordinator loads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.model import Model
from store.database import from_json, to_json
from store.lists import read_list
from store.sheets import SheetError
from store.store import Store

PROVINCE = re.compile(r"\d{2}0000")
REGENCY = re.compile(r"\d{2}(?!00)\d{2}00")
REMEMBERED = "places"
"""The name under which the store remembers the list."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("kode", "kode wilayah", "id wilayah", "id wil", "code"),
    "name": ("nama", "nama wilayah", "nm wil", "wilayah", "name"),
}
_KINDS = ((re.compile(r"\bprop(insi)?\b|\bprov(insi)?\b"), " "), (re.compile(r"\bkab\b"), "kabupaten"))


class Places(Model):
    """Codes by name (any case): provinces, and regencies or cities by their province's code and name."""

    provinces: Mapping[str, str] = {}
    regencies: Mapping[tuple[str, str], str] = {}

    def province(self, name: str) -> str:
        """Return the code of the province, or ``name`` itself where the list does not have it."""
        return self.provinces.get(_key(name), name)

    def regency(self, province: str, name: str) -> str:
        """Return the code of the regency in the province with the code ``province``, or ``name`` itself."""
        return self.regencies.get((province, _key(name)), name)


@dataclass(frozen=True)
class ListedPlace:
    """A row of a list of places."""

    number: int
    code: str
    name: str


def read_places(content: bytes, name: str) -> tuple[ListedPlace, ...]:
    """Read a list of places (CSV or XLSX, columns code and name). Raises `SheetError`, one sentence."""
    listed = read_list(content, name, _COLUMNS, ("code", "name"), ListedPlace)
    for row in listed.rows:
        if not is_code(row.code):
            raise SheetError(
                f"{name}, row {row.number}: “{row.code[:20]}” is not a code of six digits ending in 00; write it as"
                " text such as 030000."
            )
    return listed.rows


def is_code(text: str) -> bool:
    """Whether a text has the form of the ministry's code of a province, regency or city."""
    return PROVINCE.fullmatch(text) is not None or REGENCY.fullmatch(text) is not None


def places_of(rows: Iterable[ListedPlace]) -> Places:
    """Return the rows of a list by name."""
    provinces: dict[str, str] = {}
    regencies: dict[tuple[str, str], str] = {}
    for row in rows:
        if PROVINCE.fullmatch(row.code):
            provinces[_key(row.name)] = row.code
        else:
            regencies[f"{row.code[:2]}0000", _key(row.name)] = row.code
    return Places(provinces=provinces, regencies=regencies)


def remember_places(store: Store, rows: Iterable[ListedPlace]) -> None:
    """Keep a list for all uploads to come, instead of the one before."""
    store.remember(REMEMBERED, to_json([[row.code, row.name] for row in rows]))


def remembered_places(store: Store) -> Places | None:
    """Return the list that was kept, None where there is none."""
    kept = store.remembered(REMEMBERED)
    if kept is None:
        return None
    return places_of(ListedPlace(number, code, name) for number, (code, name) in enumerate(from_json(kept), start=1))


def _key(name: str) -> str:
    """Return a name without what lists write in several ways: ``Kab. Demak`` is ``Kabupaten Demak``."""
    words = name.casefold().replace(".", " ")
    for kind, written in _KINDS:
        words = kind.sub(written, words)
    return " ".join(words.split())
