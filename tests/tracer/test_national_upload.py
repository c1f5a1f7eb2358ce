from io import BytesIO
from itertools import product

import pytest
from graduate_answers import asked_columns, path_answers, worker
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from store.sheets import SheetError
from store.store import Store
from tracer.national.export import row, write
from tracer.national.places import places_of, read_places, remember_places, remembered_places
from tracer.national.questionnaire import national
from tracer.national.upload import deliver
from tracer.national.validate import Reason, file_refusals, row_refusals


def refusals_of(rows, version=86):
    file = BytesIO()
    write(rows, file, version)
    return list(file_refusals(file, version))


@pytest.mark.parametrize(("f8", "f301"), list(product(range(1, 6), range(1, 4))))
def test_every_path_gives_exactly_the_asked_columns_and_no_refused_row(f8, f301):
    rows = []

    def collect(answers):
        rows.append(row(answers | {"nimhsmsmh": f"{len(rows):08}"}))
        assert set(rows[-1]) == asked_columns(answers)

    for f1101, f1001 in product(range(1, 8) if f8 in (1, 3) else (None,), range(1, 6)):
        settings(max_examples=4, deadline=None)(given(path_answers(f8, f1101, f301, f1001))(collect))()
    assert len(rows) >= (35 if f8 in (1, 3) else 5)
    assert refusals_of(rows) == []


@settings(max_examples=50, deadline=None)
@given(path_answers())
def test_the_older_template_gives_no_refused_row(answers):
    cells = row(answers, 88)
    assert refusals_of([cells], 88) == []
    at_work = answers["f8"] in (1, 3)
    assert cells.get("f504") == ((1 if answers["f502"] <= 6 else 2) if at_work else None)
    assert cells.get("f506") == (answers["f502"] if at_work and answers["f502"] > 6 else None)


@settings(max_examples=200, deadline=None)
@given(path_answers(), st.integers(1, 5), st.integers(1, 3))
def test_answers_left_over_from_another_path_are_not_exported(answers, f8, f301):
    cells = row(answers | {"f8": f8, "f301": f301})
    assert not [refusal for refusal in row_refusals(cells, 1) if refusal.reason is not Reason.MISSING]


def test_the_file_holds_one_row_a_graduate_with_codes_as_numbers_and_identity_as_text():
    file = BytesIO()
    assert write([row(worker())], file) == 1
    heading, line = load_workbook(file).active.iter_rows(values_only=True)
    cells = dict(zip(heading, line, strict=True))
    assert heading == tuple(national().template())
    assert (cells["f8"], cells["f404"], cells["f401"], cells["f302"]) == (1, 1, 0, None)
    assert (cells["kdptimsmh"], cells["telpomsmh"]) == ("061031", "081234567890")


@pytest.mark.parametrize("typed", ['=HYPERLINK("x")', "#N/A", "_x0041_", "TRUE", "😀"])
def test_what_an_alumnus_typed_stays_a_text(typed):
    file = BytesIO()
    write([row(worker(f5b=typed))], file)
    cell = load_workbook(file).active.cell(2, list(national().template()).index("f5b") + 1)
    assert (cell.data_type, cell.value) == ("s", typed)


def test_characters_that_no_spreadsheet_can_hold_are_left_out():
    cells = row(worker(f5b="SD\x00\uffff\ud800 Negeri\x0b\x1f 1"))
    assert cells["f5b"] == "SD Negeri 1"
    assert refusals_of([cells]) == []


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"f8": 6}, "f8", Reason.CODE),
        ({"f8": None}, "f8", Reason.MISSING),
        ({"f8": "1.5"}, "f8", Reason.CODE),
        ({"f1101": 8}, "f1101", Reason.CODE),
        ({"f1101": 5}, "f1102", Reason.MISSING),
        ({"f1102": "Yayasan"}, "f1102", Reason.NOT_ASKED),
        ({"f5c": 1}, "f5c", Reason.NOT_ASKED),
        ({"f18b": "UNNES"}, "f18b", Reason.NOT_ASKED),
        ({"f502": -1}, "f502", Reason.RANGE),
        ({"f502": 2.5}, "f502", Reason.NUMBER),
        ({"f502": "dua bulan"}, "f502", Reason.NUMBER),
        ({"f7": 6}, "f7", Reason.ABOVE),
        ({"f7a": 4}, "f7a", Reason.ABOVE),
        ({"f404": 2}, "f404", Reason.CODE),
        ({"f404": None}, "f404", Reason.MISSING),
        ({"f415": 1}, "f416", Reason.MISSING),
        ({"f1613": 1}, "f1614", Reason.MISSING),
        ({"f302": 3}, "f302", Reason.NOT_ASKED),
        ({"f1770": 0}, "f1770", Reason.CODE),
        ({"f23": 6}, "f23", Reason.CODE),
        ({"f1002": "lain"}, "f1002", Reason.NOT_ASKED),
        ({"f1202": "paman"}, "f1202", Reason.NOT_ASKED),
        ({"tahun_lulus": 23}, "tahun_lulus", Reason.RANGE),
        ({"kdptimsmh": 61031}, "kdptimsmh", Reason.FORM),
        ({"kdpstmsmh": "8620"}, "kdpstmsmh", Reason.FORM),
        ({"emailmsmh": "siti"}, "emailmsmh", Reason.FORM),
        ({"telpomsmh": "12"}, "telpomsmh", Reason.FORM),
        ({"nik": "123"}, "nik", Reason.FORM),
        ({"npwp": "1234"}, "npwp", Reason.FORM),
        ({"f5a1": "033"}, "f5a1", Reason.FORM),
        ({"f5a2": "030000"}, "f5a2", Reason.FORM),
        ({"f5b": "  "}, "f5b", Reason.FORM),
    ],
)
def test_a_broken_row_is_refused_with_the_right_reason(changed, column, reason):
    cells = dict(row(worker())) | changed
    (refusal,) = (refusal for refusal in row_refusals(cells, 7) if refusal.column == column)
    assert (refusal.row, refusal.reason) == (7, reason)
    assert refusal.why.en.startswith(column)
    assert refusal.why.id.startswith(column)


def test_a_date_that_is_not_one_is_refused():
    student = {**worker(), "f8": 4, "f18a": 1, "f18b": "UNNES", "f18c": "Pendidikan IPA", "f18d": "Juli 2025"}
    assert [(refusal.column, refusal.reason) for refusal in row_refusals(row(student), 1)] == [("f18d", Reason.DATE)]


def test_a_regency_outside_its_province_is_refused():
    cells = dict(row(worker())) | {"f5a1": "030000", "f5a2": "046300"}
    assert [refusal.reason for refusal in row_refusals(cells, 1)] == [Reason.OUTSIDE]


def test_a_sensitive_number_is_not_shown_in_the_reason():
    (refusal,) = row_refusals(dict(row(worker())) | {"nik": "3374123"}, 1)
    assert "3374123" not in refusal.why.en + refusal.why.id


def test_a_graduate_who_stands_twice_is_refused_the_second_time():
    cells = row(worker())
    assert [(refusal.row, refusal.reason) for refusal in refusals_of([cells, cells])] == [(3, Reason.TWICE)]


def test_a_wrong_heading_is_named_before_any_row_is_judged():
    book = Workbook()
    heading = list(national().template())
    heading[9] = "f08"
    book.active.append(heading)
    book.active.append(["?"])
    file = BytesIO()
    book.save(file)
    (refusal,) = file_refusals(file)
    assert (refusal.row, refusal.column, refusal.reason) == (1, "f8", Reason.HEADING)


def test_an_empty_file_is_refused():
    file = BytesIO()
    Workbook().save(file)
    assert {refusal.reason for refusal in file_refusals(file)} == {Reason.HEADING}


def test_only_accepted_graduates_are_written_and_the_others_listed():
    file = BytesIO()
    upload = deliver([worker(), worker(nimhsmsmh="2", f14=None), worker(nimhsmsmh="3"), worker()], file)
    assert upload.written == 2
    assert [(refusal.row, refusal.column) for refusal in upload.refused] == [(2, "f14"), (4, "nimhsmsmh")]
    assert list(file_refusals(file)) == []


def test_places_are_codes_where_the_list_has_them_and_names_are_told(tmp_path):
    listed = read_places(b"Kode;Nama\n030000;Prov. Jawa Tengah\n036300;Kota Semarang\n", "wilayah.csv")
    with Store(tmp_path / "store.db") as store:
        assert remembered_places(store) is None
        remember_places(store, listed)
        places = remembered_places(store)
    file = BytesIO()
    people = [worker(), worker(nimhsmsmh="2", f5a2="Kab. Demak")]
    upload = deliver(people, file, places=places)
    assert upload.places_as_names == {"Kab. Demak"}
    assert upload.refused == ()
    cells = row(worker(), places=places)
    assert (cells["f5a1"], cells["f5a2"]) == ("030000", "036300")


def test_places_are_found_however_their_kind_is_written():
    places = places_of(read_places(b"kode,nama\n030000,Prov. Jawa Tengah\n032100,Kab. Demak\n", "wilayah.csv"))
    assert places.province("Jawa Tengah") == "030000"
    assert places.regency("030000", "Kabupaten Demak") == "032100"
    assert places.regency("030000", "Kota Demak") == "Kota Demak"


def test_a_list_of_places_with_a_code_that_lost_its_zero_is_refused_with_its_row():
    with pytest.raises(SheetError, match=r"wilayah.csv, row 2: “30000”"):
        read_places(b"code,name\n30000,Jawa Tengah\n", "wilayah.csv")
