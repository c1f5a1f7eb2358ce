"""Lists of units and staff: read however offices write them, or refused in one sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from store.lists import read_staff, read_units
from store.sheets import HEAD_ROWS, MOST_BYTES, MOST_ROWS, SheetError
from store.staff import StaffRow
from store.units import UnitRow


def written_csv(rows, separator=",", encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def written_xlsx(rows, formats=(), title="Sheet"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats:
        sheet[cell].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


HEAD = ("kode", "nama", "jenjang", "fakultas")
BODY = (("", "Fakultas Téknik", "", ""), ("55201", "Informatika; “Lanjut”, dasar", "S1", "Fakultas Téknik"))
WANTED = (
    UnitRow(2, "Fakultas Téknik"),
    UnitRow(3, "Informatika; “Lanjut”, dasar", "55201", "S1", "Fakultas Téknik"),
)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_whatever_its_separator_and_encoding(separator, encoding):
    read = read_units(written_csv([HEAD, *BODY], separator, encoding), "prodi.csv")
    assert (read.rows, read.problems, read.unused) == (WANTED, (), ())


def test_xlsx_is_read_as_csv_is():
    assert read_units(written_xlsx([HEAD, *BODY]), "prodi.xlsx").rows == WANTED


@pytest.mark.parametrize(
    "head",
    [
        ("Kode Prodi", "Nama Program Studi", "Jenjang", "Fakultas"),
        ("code", "Name", "LEVEL", "Faculty"),
        ("KODE_PRODI ", " nama prodi", "strata", "nama fakultas"),
    ],
)
def test_columns_are_found_by_their_names_in_both_languages_and_any_order(head):
    table = [head, *BODY]
    for turn in range(4):
        turned = [[*row[turn:], *row[:turn]] for row in table]
        assert read_units(written_csv(turned), "prodi.csv").rows == WANTED


def test_a_title_above_blank_rows_and_other_columns_do_no_harm():
    rows = [("DAFTAR PRODI 2026",), (), ("No", *HEAD), (), ("1", *BODY[0]), ("", "", " "), ("2", *BODY[1])]
    for content, name in ((written_csv(rows), "a.csv"), (written_xlsx(rows), "a.xlsx")):
        read = read_units(content, name)
        assert [row.number for row in read.rows] == [5, 7]
        assert read.rows[1].code == "55201"
        assert read.unused == ("No",)


def test_numbers_of_an_xlsx_keep_the_zeros_in_front():
    rows = [("nama", "NIDN", "peran", "unit"), ("Budi", 612345678, "dosen", 1234), ("Siti", "0611", "dosen", 55201.0)]
    read = read_staff(written_xlsx(rows, [("D2", "00000")]), "staf.xlsx")
    assert read.rows == (
        StaffRow(2, "Budi", "dosen", "01234", "0612345678"),
        StaffRow(3, "Siti", "dosen", "55201", "0611"),
    )


def test_a_number_that_the_spreadsheet_rounded_is_said():
    rows = [("nama", "NIP", "peran"), ("Budi", 198001012005011001, "dosen"), ("Siti", "198001012005011001", "dosen")]
    read = read_staff(written_xlsx(rows), "staf.xlsx")
    assert [row.identifier for row in read.rows] == ["198001012005011001"]
    assert str(read.problems[0]).startswith("row 2: ")
    assert "as text" in read.problems[0].reason


def test_the_sheet_that_is_named_is_read():
    book = Workbook()
    book.active.append(("tahun",))
    other = book.create_sheet("Prodi")
    for row in (HEAD, *BODY):
        other.append(row)
    content = io.BytesIO()
    book.save(content)
    assert read_units(content.getvalue(), "a.xlsx", "Prodi").rows == WANTED
    with pytest.raises(SheetError, match="Sheet, Prodi"):
        read_units(content.getvalue(), "a.xlsx", "Dosen")
    with pytest.raises(SheetError, match="no XLSX"):
        read_units(written_csv([HEAD, *BODY]), "a.csv", "Prodi")


def _zip(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(name, "<nothing/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"%PDF-1.7 \xff\xfe", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "locked with a password"),
        (b"PK\x03\x04 and no more", "is damaged"),
        (_zip("word/document.xml"), "is no XLSX file"),
        (_zip("xl/workbook.xml"), "is damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is no text"),
        (b"nama\x81,kode", "is no text"),
        (b'nama,"kode,jenjang\na,1,S1', "quotation mark"),
        (b"nama,kode\na,1", "no column “jenjang”"),
        (b"a,b\n1,2", "no column “nama” and no column “kode”"),
        (b"nama,kode,jenjang\n", "no rows"),
        (b"nama,kode,jenjang,nama prodi\na,1,S1,b", "“nama” and “nama prodi”"),
        (b"nama,kode,jenjang\n" + b"a,1,S1\n" * 100_000, f"{MOST_ROWS:,} rows"),
        (b"nama,kode,jenjang\n" + b"a" * MOST_BYTES, "larger than 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_list_is_refused_in_one_sentence(content, says):
    with pytest.raises(SheetError) as caught:
        read_units(content, "daftar")
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.startswith("daftar ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_list_of_people_is_no_list_of_units():
    with pytest.raises(SheetError, match="kode"):
        read_units(written_csv([("nama", "peran"), ("Budi", "dosen")]), "staf.csv")


def test_an_xlsx_of_too_many_rows_is_refused():
    content = written_xlsx([HEAD, *([BODY[1]] * (MOST_ROWS + HEAD_ROWS))])
    with pytest.raises(SheetError, match="split it"):
        read_units(content, "a.xlsx")


_cells = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12).map(str.strip)
_rows = st.lists(
    st.tuples(_cells.filter(bool), _cells, _cells, _cells, _cells),
    min_size=1,
    max_size=6,
)
STAFF_HEAD = ("nama", "peran", "unit", "nip", "telegram")


@given(_rows, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_was_written_as_csv_is_read(rows, separator, encoding):
    read = read_staff(written_csv([STAFF_HEAD, *rows], separator, encoding), "staf.csv")
    assert [(row.name, row.role, row.unit, row.identifier, row.username) for row in read.rows] == rows
    assert [row.number for row in read.rows] == list(range(2, len(rows) + 2))


@given(_rows)
def test_what_was_written_as_xlsx_is_read(rows):
    book = Workbook()
    for place, row in enumerate([STAFF_HEAD, *rows], 1):
        for column, text in enumerate(row, 1):
            cell = book.active.cell(place, column, text)
            cell.data_type = "s"  # and not a formula or an error
    content = io.BytesIO()
    book.save(content)
    read = read_staff(content.getvalue(), "staf.xlsx")
    assert [(row.name, row.role, row.unit, row.identifier, row.username) for row in read.rows] == rows


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"nama;peran\n", b'nama,peran\n"']))
def test_any_bytes_are_read_or_refused(content, head):
    with suppress(SheetError):
        read_staff(head + content, "staf")
