"""Files that people have: what becomes of them, and what is said of those that cannot be read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from corpus import convert
from corpus.convert import ConversionError, to_text
from corpus.plain import parse_plain

Make = Callable[[Path], Path]


def write_docx(path: Path) -> Path:
    document = docx.Document()
    document.add_heading("Panduan Peminjaman Ruang", 1)
    document.add_heading("1. Tujuan", 2)
    document.add_paragraph("Panduan ini mengatur peminjaman ruang kelas_a (lihat 1.2.8).")
    document.add_heading("2. Prosedur", 2)
    document.add_paragraph("Mahasiswa mengisi formulir.", style="List Number")
    document.add_paragraph("BAAK memeriksa formulir.", style="List Number")
    rows = [
        ("Work Unit", "Work Instructions", "Person in Charge"),
        ("BAAK", "Check the form", "Head of BAAK"),
    ]
    table = document.add_table(len(rows), 3)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(path))
    return path


def write_pdf(path: Path, *pages: list[str], password: str | None = None) -> Path:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    if password:
        pdf.set_encryption(owner_password="owner", user_password=password)
    for page in pages:
        pdf.add_page()
        for line in page:
            pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.md", "A.TXT"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_in_the_encodings_people_use(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes("Café – 3 hari\r\nkedua\rketiga\n".encode(encoding))
    assert to_text(path) == "Café – 3 hari\nkedua\nketiga\n"


def test_docx_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    text = to_text(write_docx(tmp_path / "panduan.docx"))
    document = parse_plain(text.split("\n"), "panduan.txt", "id")
    assert document.title == "Panduan Peminjaman Ruang"
    assert document.sections[0].clauses[0].text == "Panduan ini mengatur peminjaman ruang kelas_a (lihat 1.2.8)."
    assert [step.text for step in document.steps] == [
        "Mahasiswa mengisi formulir.",
        "BAAK memeriksa formulir.",
    ]
    assert document.procedure[0].person_in_charge == "Head of BAAK"


def test_sentence_of_a_pdf_goes_on_over_its_page_break(tmp_path: Path) -> None:
    path = write_pdf(
        tmp_path / "aturan.pdf",
        ["1. Tujuan", "Mengatur peminjaman ruang.", "2. Prosedur", "1) BAAK memeriksa formulir"],
        ["dan menyimpannya paling lambat 3 hari sebelum acara.", "3. Ketentuan", "Kunci dikembalikan."],
    )
    text = to_text(path)
    document = parse_plain(text.split("\n"), "aturan.txt", "id")
    assert "\f" not in text
    assert [section.heading for section in document.sections] == ["Tujuan", "Prosedur", "Ketentuan"]
    assert document.steps[0].text.endswith("formulir dan menyimpannya paling lambat 3 hari sebelum acara.")


def missing(folder: Path) -> Path:
    return folder / "missing.txt"


def directory(folder: Path) -> Path:
    return folder


def with_content(name: str, content: bytes) -> Make:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def secret(folder: Path) -> Path:
    return write_pdf(folder / "secret.pdf", ["text"], password="user")


def scan(folder: Path) -> Path:
    return write_pdf(folder / "scan.pdf", [])


def foreign_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "odd.docx", "w") as archive:
        archive.writestr("other.xml", "<a/>")
    return folder / "odd.docx"


def empty_docx(folder: Path) -> Path:
    docx.Document().save(str(folder / "empty.docx"))
    return folder / "empty.docx"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (missing, "does not exist: check"),
        (directory, "is a folder: name one file"),
        (secret, "protected by a password: save a copy"),
        (scan, "run it through OCR first"),
        (foreign_zip, "damaged: open it and save it again"),
        (empty_docx, "holds no text"),
        (with_content("a.txt", b""), "is empty"),
        (with_content("a.txt", b" \n\n "), "holds no text"),
        (with_content("a.txt", b"MZ\0\0\1"), "no text .* NUL"),
        (with_content("a.exe", b"MZ\0\0\1"), r"\.exe file: save it as"),
        (with_content("README", b"hello"), "no known type"),
        (with_content("a.doc", b"\xd0\xcf\x11\xe0"), r"\.docx"),
        (with_content("a.docx", b"\xd0\xcf\x11\xe0"), "no readable DOCX"),
        (with_content("a.pdf", b"%PDF-1.4\nxx"), "damaged: open it"),
        (with_content("b.pdf", b"hello"), "damaged: open it"),
    ],
)  # fmt: skip
def test_unreadable_file_is_refused_in_one_sentence(tmp_path: Path, make: Make, words: str) -> None:
    with pytest.raises(ConversionError, match=words) as raised:
        to_text(make(tmp_path))
    message = str(raised.value)
    assert "\n" not in message
    assert message.endswith(".")


def test_too_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(convert.LARGEST_FILE + 1)
    with pytest.raises(ConversionError, match="20 MB, more than 20: split it"):
        to_text(path)


def test_docx_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "LARGEST_UNPACKED", 1000)
    with pytest.raises(ConversionError, match="unpacks to"):
        to_text(write_docx(tmp_path / "a.docx"))


def test_line_numbers_of_plain_text_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\n\x0ctwo\nthree", encoding="utf-8")
    assert len(re.findall("\n", to_text(path))) == 2
