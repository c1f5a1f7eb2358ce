"""Finding a province, or a regency or city of one, by the words that a person writes for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from corpus.datafile import DataFile, DataFileError

FILE = Path(__file__).with_name("place_names.yaml")
SHOWN = 8
_SIMILAR = 82
"""Of 100, as rapidfuzz compares words with a whole name: `Semarangg` finds Semarang, `Paris` finds nothing."""
_KINDS = re.compile(r"\b(kabupaten|kab|kota|provinsi|prov|regency|city|province)\b\.?")
_OTHER_NAMES = {
    "dki": "daerah khusus ibukota jakarta",
    "dki jakarta": "daerah khusus ibukota jakarta",
    "diy": "daerah istimewa yogyakarta",
    "jogja": "yogyakarta",
    "yogya": "yogyakarta",
    "jogjakarta": "yogyakarta",
    "jateng": "jawa tengah",
    "jatim": "jawa timur",
    "jabar": "jawa barat",
    "sumut": "sumatera utara",
    "sumbar": "sumatera barat",
    "sumsel": "sumatera selatan",
    "kalbar": "kalimantan barat",
    "kaltim": "kalimantan timur",
    "kalteng": "kalimantan tengah",
    "kalsel": "kalimantan selatan",
    "kaltara": "kalimantan utara",
    "sulsel": "sulawesi selatan",
    "sulut": "sulawesi utara",
    "sulteng": "sulawesi tengah",
    "sultra": "sulawesi tenggara",
    "sulbar": "sulawesi barat",
    "ntb": "nusa tenggara barat",
    "ntt": "nusa tenggara timur",
    "babel": "kepulauan bangka belitung",
    "kepri": "kepulauan riau",
    "malut": "maluku utara",
    "jkt": "daerah khusus ibukota jakarta",
    "nad": "aceh",
    "central java": "jawa tengah",
    "east java": "jawa timur",
    "west java": "jawa barat",
    "smg": "semarang",
    "solo": "surakarta",
    "jaksel": "administrasi jakarta selatan",
    "jakbar": "administrasi jakarta barat",
    "jakpus": "administrasi jakarta pusat",
    "jaktim": "administrasi jakarta timur",
    "jakut": "administrasi jakarta utara",
    "purwokerto": "banyumas",
}


@cache
def place_names() -> Mapping[str, tuple[str, ...]]:
    """Return the regencies and cities by their province. Raises `DataFileError`."""
    file = DataFile.of(FILE)
    found = {province: tuple(names) for province, names in file.data.items() if isinstance(names, list)}
    if len(found) < len(file.data):
        raise DataFileError(FILE.name, 1, "write each province with the list of its regencies and cities")
    return found


def names_within(province: str | None) -> tuple[str, ...]:
    """Return the provinces (None), or the regencies and cities of a province; of all, where it is not known."""
    names = place_names()
    if province is None:
        return tuple(names)
    return names.get(province) or tuple(name for listed in names.values() for name in listed)


def lies_elsewhere(place: str, province: str) -> bool:
    """Whether a regency or city of the list is none of a province of the list."""
    names = place_names()
    return province in names and place not in names[province] and place in names_within("")


def find_places(words: str, province: str | None = None) -> tuple[str, ...]:
    """Return the names that words may mean, the likeliest first, at most `SHOWN`: an exact one stands alone.

    ``province`` is None for a search among provinces, else the province whose regencies and cities are searched.
    """
    names = names_within(province)
    plain = " ".join(words.casefold().replace(".", " ").split()).removeprefix("di ")
    found = _found(plain, names)
    if found or "," not in plain:
        return found
    return next((found for part in plain.split(",") if (found := _found(part.strip(), names))), ())


def _found(wanted: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that words in small letters may mean; `Kota Semarang, Jateng` is tried part by part."""
    whole = [name for name in names if name.casefold() == wanted]
    if whole or not wanted:
        return tuple(whole)
    bare = _bare(wanted)
    same = [name for name in names if _bare(name) == bare]
    inside = [name for name in names if bare and re.search(rf"\b{re.escape(bare)}", _bare(name))]
    if same and (same == inside or "kota" not in wanted):
        # `Semarang` is a city and a regency; `Jawa` is no province of its own.
        return tuple(_kind_first(same, wanted)[:SHOWN])
    return tuple(_kind_first(inside or _similar(bare, names), wanted)[:SHOWN])


def _bare(name: str) -> str:
    plain = " ".join(_KINDS.sub(" ", name.casefold()).split())
    return _OTHER_NAMES.get(plain, plain)


def _kind_first(found: Sequence[str], wanted: str) -> list[str]:
    """A city before its regency where the words say so."""
    if "kab" in wanted.split()[0]:
        kind = "Kabupaten"
    elif wanted.startswith(("kota", "city")):
        kind = "Kota"
    else:
        return list(found)
    of_kind = [name for name in found if name.startswith(kind)]
    return of_kind or list(found)


def _similar(bare: str, names: Sequence[str]) -> list[str]:
    plain = [_bare(name) for name in names]
    close = process.extract(bare, plain, scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=SHOWN)
    return [names[place] for _, _, place in close]
