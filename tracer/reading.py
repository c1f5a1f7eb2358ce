"""Numbers, amounts of money, lengths of time and days as people write them in a survey, in both languages.

What leaves a doubt is never decided here: it is `Unsure` with what may be meant, for the caller to ask. ``sekitar 3
jt`` is about three million, ``4.500`` rupiah a month are hardly 4,500, ``Juli 2025`` names no day. What holds two
numbers (``3-4 juta``), or words that are read by none of the rules, is None.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, Literal, TypeVar

from corpus.lexicon.numerals import NUMERALS
from tracer.population import month_of, read_day

T = TypeVar("T")
Unit = Literal["", "rupiah", "months"]
LONGEST = 200
"""Characters that are looked at; nobody needs more for a number."""
MOST = Decimal(10) ** 12
_MOST_MONTHS = 10_000
"""More is no length of time; whether less can be is for the question to say."""
_LEAST_INCOME = 10_000
"""Rupiah a month; who writes less than this without a unit means thousands or millions."""
_DAYS_A_MONTH = Decimal("30.4")
_ORNAMENTS = ("So", "Sk", "Cf", "Mn")
"""Unicode's kinds of emoji, their colours and joints: they stand beside an answer and mean nothing in it."""


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What the words say."""

    value: T


@dataclass(frozen=True, slots=True)
class Unsure(Generic[T]):
    """What the words may say, the likeliest first; at least one."""

    candidates: tuple[T, ...]


Reading = Read[T] | Unsure[T] | None

_HEDGES = (
    "sekitar sekitaran kira-kira kira kurang-lebih kurleb kira2 hampir mungkin rata-rata rata2 approx approximately"
    " about around roughly almost nearly maybe lebih kurang dari atas bawah di minimal maksimal min max least most at"
    " more than less under over sebelum before"
).split()
_FILLERS = (
    "rp idr rupiah rupiahs perusahaan kantor lamaran kali orang tempat saja aja ya kak pak bu setelah sesudah"
    " lulus wisuda after graduation companies company employers employer times only gaji bersih saya and dan x"
    " pokok total lah nih sih dong doang alhamdulillah"
).split()
_A_MONTH = re.compile(r"(?:/|\bper|\ba|\bevery|\btiap)\s*(?:bulan|bln|month)\b|\b(?:perbulan|sebulan|monthly)\b")
_A_YEAR = re.compile(r"(?:/|\bper|\ba|\btiap)\s*(?:tahun|thn|year)\b|\b(?:pertahun|setahun|yearly)\b")
_NOTHING = re.compile(
    r"(?:tidak|tdk|gak|ga|g|nggak|ngga|enggak|belum|blm)\s*(?:ada|pernah|punya)|belum|blm|nihil|none|nothing|never"
    r"|langsung(?: kerja)?|(?:(?:sudah|udah) (?:be)?kerja )?(?:sebelum lulus|sebelum wisuda|sejak kuliah)"
    r"|before graduation"
)
_BEFORE_A_DATE = (
    r"sekitar|kira-kira|about|around|tanggal|tgl\.?|pada|sejak|mulai|since|on|awal|pertengahan|akhir|bulan"
    r"|early|late|mid"
)
_NOT_YET = ("belum", "blm")
"""Of what is counted it is none; of a time it does not say how long."""
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[a-z]+")
_ONES = {**NUMERALS, "kosong": 0}
_SCALES = {
    word: Decimal(value)
    for value, words in {
        1_000: "ribu rb k thousand",
        1_000_000: "juta jt million mio",
        1_000_000_000: "miliar milyar billion",
    }.items()
    for word in words.split()
}
_LENGTHS = {
    word: value
    for value, words in {
        Decimal(12): "tahun thn th year years yr",
        Decimal(1): "bulan bln month months mo",
        7 / _DAYS_A_MONTH: "minggu mgg pekan week weeks",
        1 / _DAYS_A_MONTH: "hari hr day days",
    }.items()
    for word in words.split()
}


def read_number(words: str, unit: Unit = "", *, is_whole: bool = True) -> Reading[float]:
    """Return the number that words say; of rupiah a month, of months, or of whatever is counted.

    ``is_whole``: only whole numbers are answers; a whole one that is near is then a candidate for money and months.
    """
    plain = _plain(words)
    if not plain:
        return None
    if _NOTHING.fullmatch(plain) and not (unit == "months" and plain in _NOT_YET):
        return Unsure((0,))
    is_yearly = unit == "rupiah" and _A_YEAR.search(plain) is not None
    if unit == "rupiah":
        plain = _A_YEAR.sub(" ", _A_MONTH.sub(" ", plain))
    tokens, is_hedged = _tokens(plain)
    if tokens is None:
        return None
    values = list(dict.fromkeys(_values(tokens, unit)))
    if is_yearly:
        values = [value / 12 for value in values]
    has_scale = any(token in _SCALES for token in tokens)
    return _settled(values, unit, is_hedged or is_yearly, has_scale, is_whole)


def read_date(words: str, today: dt.date) -> Reading[dt.date]:
    """Return the day that words name; without a day its first (``Juli 2025``), without a year the last or the next."""
    plain = _plain(words)
    plain = re.sub(rf"^(?:{_BEFORE_A_DATE})\s+", "", plain)
    plain = re.sub(r"^(?:senin|selasa|rabu|kamis|jumat|sabtu|minggu|[a-z]+day),?\s+", "", plain)
    if (day := read_day(plain)) is not None:
        return Read(day)
    candidates = tuple(_days(plain, today))
    return Unsure(candidates) if candidates else None


def _days(plain: str, today: dt.date) -> Iterator[dt.date]:
    """Yield the days that an incomplete date may mean."""
    if found := re.fullmatch(r"([a-z]+)\.?,?\s+([0-9]{4})", plain):
        yield from _day(int(found[2]), month_of(found[1]), 1)
    elif found := re.fullmatch(r"([0-9]{1,2})\s?[/.-]\s?([0-9]{4})", plain):
        yield from _day(int(found[2]), int(found[1]), 1)
    elif found := re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2})", plain):
        yield from _day(2000 + int(found[3]), int(found[2]), int(found[1]))
    elif found := re.fullmatch(r"([0-9]{1,2})\s+([a-z]+)\.?,?\s+'?([0-9]{2})", plain):
        yield from _day(2000 + int(found[3]), month_of(found[2]), int(found[1]))
    elif found := re.fullmatch(r"([a-z]+)\.?,?\s+'?([0-9]{2})", plain):
        yield from _day(2000 + int(found[2]), month_of(found[1]), 1)
    elif found := re.fullmatch(r"([0-9]{1,2})\s+([a-z]+)", plain):
        past = [day for year in (today.year, today.year - 1) for day in _day(year, month_of(found[2]), int(found[1]))]
        yield from [day for day in past if day <= today][:1]
        yield from [day for day in past if day > today][:1]


def _day(year: int, month: int, day: int) -> list[dt.date]:
    try:
        return [dt.date(year, month, day)]
    except ValueError:
        return []


def _plain(words: str) -> str:
    """Return words in small letters, with plain spaces and without what stands around an amount."""
    if len(words) > LONGEST:
        return ""
    signs = "".join(sign for sign in words if unicodedata.category(sign) not in _ORNAMENTS)
    plain = " ".join(re.sub(r"[()]", " ", signs).casefold().split()).strip(" .!")
    plain = re.sub(r"(?<=[0-9]),-+$|,-+(?= )", "", plain)
    return re.sub(r"\b(?:rp|idr)\.?\s*(?=[0-9])", "", plain)


def _tokens(plain: str) -> tuple[list[str] | None, bool]:
    """Return numbers and words, and whether words say that it is about so much; None where anything else stands."""
    is_hedged = bool(re.search(r"[±~≈<>+]", plain))
    plain = re.sub(r"[±~≈<>+]", " ", plain)
    about = r"kira-kira|kurang-lebih|rata-rata|(?:jt|rb|juta|ribu)[ -]?an\b|(?<=[0-9])-?an\b"
    plain = re.sub(about, _shorter, plain)
    is_hedged = is_hedged or "hedge" in plain
    plain = plain.replace("hedge", " ")
    if _TOKEN.sub("", plain).strip(" ,"):
        return None, False
    tokens = [part for token in _TOKEN.findall(plain) for part in _parted(token)]
    hedged = [token for token in tokens if token in _HEDGES]
    kept = [token for token in tokens if token not in _HEDGES and token not in _FILLERS]
    return kept or None, is_hedged or bool(hedged)


def _shorter(found: re.Match[str]) -> str:
    """``3 jutaan`` is about 3 juta."""
    scale = next((word for word in ("juta", "ribu", "jt", "rb") if found[0].startswith(word)), "")
    return f" {scale} hedge "


def _parted(token: str) -> list[str]:
    """``sejuta`` is satu juta, ``seratus`` satu ratus."""
    rest = token[2:]
    if token.startswith("se") and (rest in _SCALES or rest in _LENGTHS or rest in ("ratus",)):
        return ["satu", rest]
    return [token]


def _values(tokens: Sequence[str], unit: Unit) -> Iterator[Decimal]:
    """Yield what the tokens may be worth: more than one value where a sign may part thousands or decimals."""
    choices: list[Sequence[str | Decimal]] = [_written(one) if one[0].isdigit() else [one] for one in tokens]
    for chosen in itertools.islice(itertools.product(*choices), 8):
        yield from _worth(chosen, unit)


def _written(digits: str) -> list[Decimal]:
    """Return what digits with dots and commas may be."""
    if digits.isdigit():
        return [Decimal(digits)]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}|[0-9]{1,3}(,[0-9]{3}){2,}", digits):
        return [Decimal(re.sub(r"[.,]", "", digits))]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,2}", digits):
        return [Decimal(digits.replace(".", "").replace(",", "."))]
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,2}", digits):
        return [Decimal(digits.replace(",", ""))]
    if re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits):
        return [Decimal(re.sub(r"[.,]", "", digits)), Decimal(digits.replace(",", "."))]
    if re.fullmatch(r"[0-9]+[.,][0-9]+", digits):
        return [Decimal(digits.replace(",", "."))]
    return []


class _Sum:
    """Adds up what the words say: ``tiga juta lima ratus ribu``; ``ValueError`` for what is no number."""

    def __init__(self) -> None:
        self.total, self.below = Decimal(0), Decimal(0)
        self.ones: Decimal | None = None
        self.last: Decimal | None = None
        self.has_below = False

    def one(self, value: Decimal) -> None:
        if self.ones is not None:
            raise ValueError("two numbers")
        self.ones = value

    def half(self) -> None:
        """``setengah juta``, ``dua setengah juta``, ``dua tahun setengah``."""
        if self.ones is not None:
            self.ones += Decimal("0.5")
        elif self.last is not None and not self.has_below:
            self.total += self.last / 2
        else:
            self.ones = Decimal("0.5")

    def multiply(self, by: int) -> None:
        """``dua puluh``, ``lima ratus``, ``dua belas`` (by 0: plus ten)."""
        if self.ones is None:
            raise ValueError("nothing before it")
        self.below += self.ones * by if by else self.ones + 10
        self.ones, self.has_below = None, True

    def scale(self, by: Decimal) -> None:
        """Take what was gathered so many times; a greater unit cannot follow a smaller one."""
        if (self.ones is None and not self.has_below) or (self.last is not None and by >= self.last):
            raise ValueError("nothing before it")
        self.total += (self.below + (self.ones or 0)) * by
        self.below, self.ones, self.has_below, self.last = Decimal(0), None, False, by


_TIMES = {"puluh": 10, "ratus": 100, "hundred": 100, "belas": 0}


def _worth(tokens: Sequence[str | Decimal], unit: Unit) -> Iterator[Decimal]:
    """Yield the sum of the words, and the other reading of ``3 juta 500``; nothing for what is no number."""
    gathered = _Sum()
    try:
        for token in tokens:
            _add(gathered, token, unit)
    except ValueError:
        return
    rest = gathered.below + (gathered.ones or 0)
    if gathered.last is None:
        if gathered.ones is not None or gathered.has_below:
            yield rest
    elif gathered.ones is None and not gathered.has_below:
        yield gathered.total
    elif unit == "months" and gathered.last == 12:
        yield gathered.total + rest
    elif gathered.last >= 1_000 and 0 < rest < 1_000:
        yield gathered.total + rest * (gathered.last / 1_000 if rest >= 100 else 1)
        yield gathered.total + rest


def _add(gathered: _Sum, token: str | Decimal, unit: Unit) -> None:
    if isinstance(token, Decimal):
        gathered.one(token)
    elif token in _ONES:
        gathered.one(Decimal(_ONES[token]))
    elif token in ("setengah", "separuh", "half"):
        gathered.half()
    elif token in _TIMES:
        gathered.multiply(_TIMES[token])
    elif token in _SCALES:
        gathered.scale(_SCALES[token])
    elif unit == "months" and token in _LENGTHS:
        gathered.scale(_LENGTHS[token])
    elif token not in ("a", "an", "of"):
        raise ValueError(token)


def _settled(values: Sequence[Decimal], unit: Unit, is_hedged: bool, has_scale: bool, is_whole: bool) -> Reading[float]:
    """Make of the possible values what is sure, and what has to be asked."""
    found = [value for value in values if 0 <= value <= (_MOST_MONTHS if unit == "months" else MOST)]
    if len(found) == 1 and unit == "rupiah" and not has_scale and 0 < found[0] < _LEAST_INCOME:
        (value,) = found
        found = [value * (1_000_000 if value < 1_000 else 1_000), value]
        is_hedged = True
    elif len(found) == 2 and unit == "rupiah" and not has_scale:
        found = [found[0] * 1_000, *found[:1]]  # `4.500` is 4.500.000 or 4.500, hardly four and a half
    whole = [value for value in found if value == value.to_integral_value()]
    if is_whole and len(whole) < len(found):
        if unit == "" or whole:
            found = whole
        else:
            found, is_hedged = [_near(value) for value in found], True
    numbers = tuple(dict.fromkeys(_number(value) for value in found))
    if len(numbers) == 1 and not is_hedged:
        return Read(numbers[0])
    return Unsure(numbers) if numbers else None


def _near(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)
