"""A workplace is found by the words that people use for it."""

from __future__ import annotations

import pytest

from tracer.national.gazetteer import SHOWN, find_places, names_within, place_names


def test_the_list_has_every_province_and_regency_once() -> None:
    names = place_names()
    assert len(names) == 38
    regencies = [name for listed in names.values() for name in listed]
    assert len(regencies) == len(set(regencies)) == 514
    assert all(name.startswith(("Kabupaten ", "Kota ")) for name in regencies)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("jateng", "Jawa Tengah"),
        ("Jawa Tengah", "Jawa Tengah"),
        ("prov. jawa tengah", "Jawa Tengah"),
        ("DKI", "Daerah Khusus Ibukota Jakarta"),
        ("jakarta", "Daerah Khusus Ibukota Jakarta"),
        ("jogja", "Daerah Istimewa Yogyakarta"),
        ("Sumatra Utara", "Sumatera Utara"),
        ("Papua", "Papua"),
        ("di jateng", "Jawa Tengah"),
        ("jkt", "Daerah Khusus Ibukota Jakarta"),
        ("Jateng, Semarang", "Jawa Tengah"),
        ("papua barat", "Papua Barat"),
    ],
)
def test_a_province(words: str, found: str) -> None:
    assert find_places(words) == (found,)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("semarang", ("Kabupaten Semarang", "Kota Semarang")),
        ("kota semarang", ("Kota Semarang",)),
        ("Kab. Semarang", ("Kabupaten Semarang",)),
        ("smarang", ("Kabupaten Semarang", "Kota Semarang")),
        ("kota smg", ("Kota Semarang",)),
        ("Solo", ("Kota Surakarta",)),
        ("Kota Semarang, Jateng", ("Kota Semarang",)),
        ("Paris", ()),
        ("", ()),
        ("😀", ()),
    ],
)
def test_a_regency_or_city_of_a_province(words: str, found: tuple[str, ...]) -> None:
    assert find_places(words, "Jawa Tengah") == found


def test_an_unknown_province_is_searched_everywhere_and_a_list_stays_short() -> None:
    assert find_places("denpasar", "Singapura") == ("Kota Denpasar",)
    assert len(find_places("ka", "?")) <= SHOWN
    assert len(names_within("?")) == 514


@pytest.mark.parametrize("province", place_names())
def test_every_name_finds_itself(province: str) -> None:
    assert find_places(province) == (province,)
    for name in names_within(province):
        assert find_places(name, province) == (name,)
