"""Units: imported row by row, found by words with small typing errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.store import Store
from store.units import UnitKind, UnitNotFoundError, UnitRow

ROWS = (
    UnitRow(2, "Fakultas Teknik"),
    UnitRow(3, "Fakultas Ekonomi dan Bisnis"),
    UnitRow(4, "Teknik Informatika", "55201", "S1", "Fakultas Teknik"),
    UnitRow(5, "Teknik Informatika", "55101", "S2", "fakultas teknik"),
    UnitRow(6, "Akuntansi", "62201", "s1", "Fakultas Ekonomi dan Bisnis"),
    UnitRow(7, "Pendidikan Profesi Guru", "86904", "profesi"),
)


@pytest.fixture
def units(store):
    assert store.units.import_rows(ROWS).added == len(ROWS)
    return store.units


def test_programmes_belong_to_their_faculties_wherever_those_stand(store):
    report = store.units.import_rows(reversed(ROWS))
    assert (report.added, report.problems) == (6, ())
    informatics = store.units.by_code(" 55201 ")
    faculty = store.units.get(informatics.faculty_id)
    assert (faculty.kind, faculty.name) == (UnitKind.FACULTY, "Fakultas Teknik")
    assert {unit.code for unit in store.units.programmes_of(faculty.id)} == {"55201", "55101"}
    assert store.units.chain(informatics.id) == {informatics.id, faculty.id}
    assert store.units.chain(faculty.id) == {faculty.id}
    assert store.units.by_code("86904").level == "Profesi"


def test_the_same_list_again_changes_nothing_and_a_new_name_one_row(units):
    again = units.import_rows(ROWS)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 6)
    renamed = units.import_rows([UnitRow(2, "Informatika", "55201", "S1", "Fakultas Teknik")])
    assert (renamed.added, renamed.changed) == (0, 1)
    assert units.by_code("55201").name == "Informatika"


def test_bad_rows_are_named_and_the_rest_goes_in(store):
    report = store.units.import_rows(
        [
            *ROWS,
            UnitRow(8, "  ", "11111", "S1"),
            UnitRow(9, "Hukum", "7420", "S1"),
            UnitRow(10, "Hukum", "٧٤٢٠١", "S1"),
            UnitRow(11, "Hukum", "74201", "S9"),
            UnitRow(12, "Hukum", "74201", ""),
            UnitRow(13, "Fisika", "45201", "S1", "Fakultas Sains"),
            UnitRow(14, "Manajemen", "62201", "S1"),
            UnitRow(15, "x" * 300),
        ]
    )
    assert report.added == 6
    assert [problem.number for problem in report.problems] == [8, 9, 10, 11, 12, 13, 14, 15]
    reasons = [str(problem) for problem in report.problems]
    for reason, words in zip(
        reasons,
        ["name is empty", "five digits", "five digits", "“S9” is unknown", "level", "Fakultas Sains", "row 6", "300"],
        strict=True,
    ):
        assert words in reason


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("akuntansi", "62201"),
        ("akutansi", "62201"),
        ("AKUNTANI s1", "62201"),
        ("teknik informatika s2", "55101"),
        ("informatka s1", "55201"),
        ("tek inf s1", "55201"),
        ("55101", "55101"),
        ("profesi guru", "86904"),
    ],
)
def test_a_unit_is_found_by_words_with_small_errors(units, words, code):
    assert units.search(words)[0].code == code


@pytest.mark.parametrize("words", ["", "  ?!", "kedokteran gigi", "55102", "zzz"])
def test_what_is_not_there_is_not_found(units, words):
    assert units.search(words) == ()


def test_the_whole_name_comes_first_and_the_list_is_short(units):
    assert units.search("fakultas teknik")[0].name == "Fakultas Teknik"
    assert len(units.search("teknik", limit=2)) == 2


def test_an_unknown_unit_is_said(store):
    with pytest.raises(UnitNotFoundError):
        store.units.get(404)


_texts = st.text(max_size=8) | st.sampled_from(["55201", "62201", "S1", "Fakultas Teknik", ""])


@given(st.lists(st.builds(UnitRow, st.integers(1, 99), _texts, _texts, _texts, _texts), max_size=8))
def test_any_rows_go_in_or_are_named(tmp_path_factory, rows):
    with Store(tmp_path_factory.mktemp("units") / "store.db") as store:
        report = store.units.import_rows(rows)
        assert report.added + report.changed + report.unchanged + len(report.problems) == len(rows)
        assert len(store.units.all()) == report.added
        for row in rows:
            store.units.search(row.name)
