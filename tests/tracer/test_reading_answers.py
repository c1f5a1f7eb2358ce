"""What people write for amounts, months, numbers and days is read, or asked about, never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.reading import MOST, Read, Unsure, read_date, read_number

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("3 jt", 3_000_000),
        ("3jt", 3_000_000),
        ("3,5 juta", 3_500_000),
        ("3.5jt", 3_500_000),
        ("Rp 4.500.000", 4_500_000),
        ("Rp4.500.000,-", 4_500_000),
        ("Rp. 2.750.000 / bulan", 2_750_000),
        ("4500000", 4_500_000),
        ("4.500.000,00", 4_500_000),
        ("4,500,000", 4_500_000),
        ("500rb", 500_000),
        ("tiga juta", 3_000_000),
        ("tiga setengah juta", 3_500_000),
        ("tiga juta lima ratus ribu", 3_500_000),
        ("setengah juta", 500_000),
        ("sejuta", 1_000_000),
        ("seratus ribu", 100_000),
        ("dua puluh lima juta", 25_000_000),
        ("3 jt per bulan", 3_000_000),
        ("3 jt 😊", 3_000_000),
        ("alhamdulillah 3jt lah (bersih)", 3_000_000),
        ("0", 0),
    ],
)
def test_an_amount_is_read(words: str, amount: int) -> None:
    assert read_number(words, "rupiah") == Read(amount)


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("sekitar 3 jt", (3_000_000,)),
        ("3 jutaan", (3_000_000,)),
        ("±2jt", (2_000_000,)),
        ("lebih dari 2 juta", (2_000_000,)),
        ("60 juta setahun", (5_000_000,)),
        ("4.500", (4_500_000, 4_500)),
        ("3", (3_000_000, 3)),
        ("3.500 jt", (3_500_000_000, 3_500_000)),
        ("3 juta 500", (3_500_000, 3_000_500)),
        ("belum ada", (0,)),
        ("belum", (0,)),
        ("gaada", (0,)),
        ("2jt an", (2_000_000,)),
    ],
)
def test_a_doubtful_amount_is_asked_about(words: str, amounts: tuple[int, ...]) -> None:
    assert read_number(words, "rupiah") == Unsure(amounts)


@pytest.mark.parametrize("words", ["", "UMR", "3-4 juta", "-1", "😀", "1e6", "3 4", "juta", "rp", "٣", "9" * 50])
def test_what_is_no_amount_is_none(words: str) -> None:
    assert read_number(words, "rupiah") is None


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("2 bulan", Read(2)),
        ("2", Read(2)),
        ("setengah tahun", Read(6)),
        ("1 tahun 3 bulan", Read(15)),
        ("1,5 tahun", Read(18)),
        ("satu setengah tahun", Read(18)),
        ("dua tahun setengah", Read(30)),
        ("sebulan", Read(1)),
        ("setahun", Read(12)),
        ("enam bulan", Read(6)),
        ("half a year", Read(6)),
        ("3 minggu", Unsure((1,))),
        ("kurang lebih 4 bln", Unsure((4,))),
        ("langsung kerja", Unsure((0,))),
        ("2 bulan sebelum lulus", Unsure((2,))),
        ("lama banget", None),
        ("1-2 bulan", None),
        ("2 juta", None),
        ("belum", None),
        ("sudah kerja sebelum lulus", Unsure((0,))),
        ("2 bulan 👍🏽", Read(2)),
        ("9999", Read(9_999)),
    ],
)
def test_a_length_in_months(words: str, months: object) -> None:
    assert read_number(words, "months") == months


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12", Read(12)),
        ("10an", Unsure((10,))),
        ("3x", Read(3)),
        ("dua belas", Read(12)),
        ("12 perusahaan", Read(12)),
        ("1,5", None),
        ("1.500", Read(1_500)),
    ],
)
def test_a_count(words: str, number: object) -> None:
    assert read_number(words) == number


def test_a_decimal_and_what_may_part_thousands() -> None:
    assert read_number("3,5", is_whole=False) == Read(3.5)
    assert read_number("1.500", is_whole=False) == Unsure((1_500, 1.5))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1 September 2025", Read(dt.date(2025, 9, 1))),
        ("Senin, 1 September 2025", Read(dt.date(2025, 9, 1))),
        ("1/9/2025", Read(dt.date(2025, 9, 1))),
        ("2025-09-01", Read(dt.date(2025, 9, 1))),
        ("Juli 2025", Unsure((dt.date(2025, 7, 1),))),
        ("sekitar Juli 2025", Unsure((dt.date(2025, 7, 1),))),
        ("07/2025", Unsure((dt.date(2025, 7, 1),))),
        ("1/9/24", Unsure((dt.date(2024, 9, 1),))),
        ("1 Sep 25", Unsure((dt.date(2025, 9, 1),))),
        ("Sept '24", Unsure((dt.date(2024, 9, 1),))),
        ("akhir Juli 2025", Unsure((dt.date(2025, 7, 1),))),
        ("14 Des", Unsure((dt.date(2025, 12, 14), dt.date(2026, 12, 14)))),
        ("31 Feb 2025", None),
        ("2025", None),
        ("kapan", None),
        ("😀", None),
    ],
)
def test_a_day(words: str, day: object) -> None:
    assert read_date(words, TODAY) == day


@given(st.integers(10_000, 10**12))
def test_every_way_to_write_an_amount_is_the_same_amount(amount: int) -> None:
    dotted = f"{amount:,}".replace(",", ".")
    for words in (str(amount), f"Rp{dotted},-", f"rp {dotted}", f"{dotted} rupiah", f"Rp{amount}", f"{dotted}/bulan"):
        reading = read_number(words, "rupiah")
        candidates = reading.candidates if isinstance(reading, Unsure) else (reading.value,) if reading else ()
        # `10.000` may be ten thousand or ten million: it is asked.
        assert amount in candidates, words
        assert isinstance(reading, Read) or amount < 1_000_000


@given(st.integers(1, 999), st.integers(0, 9))
def test_millions_with_a_decimal(millions: int, tenth: int) -> None:
    wanted = Read(millions * 1_000_000 + tenth * 100_000)
    for words in (f"{millions},{tenth} juta", f"{millions}.{tenth}jt", f"rp{millions},{tenth} JT"):
        assert read_number(words, "rupiah") == wanted


@given(st.integers(0, 40), st.integers(0, 11))
def test_years_and_months(years: int, months: int) -> None:
    assert read_number(f"{years} tahun {months} bulan", "months") == Read(12 * years + months)


@given(st.text(max_size=250), st.sampled_from(["", "rupiah", "months"]), st.booleans())
def test_any_text_is_read_or_not_and_a_number_is_never_below_nothing(words: str, unit: str, is_whole: bool) -> None:
    reading = read_number(words, unit, is_whole=is_whole)  # type: ignore[arg-type]
    values = reading.candidates if isinstance(reading, Unsure) else (reading.value,) if reading else (0,)
    assert values
    assert all(0 <= value <= MOST for value in values)
    assert not is_whole or all(value == int(value) for value in values)


@given(st.text(alphabet="0123456789 .,jutarbiapslnk-/", max_size=40), st.sampled_from(["", "rupiah", "months"]))
def test_near_amounts_do_not_fail(words: str, unit: str) -> None:
    read_number(words, unit)  # type: ignore[arg-type]
    read_date(words, TODAY)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)))
def test_a_full_date_is_read_however_it_is_written(day: dt.date) -> None:
    for words in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}"):
        assert read_date(words, TODAY) == Read(day)
