"""Texts of any layout: headings, lists, tables and paragraphs, in both languages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Document, DocumentKind, SectionKind
from corpus.plain import parse_plain
from corpus.reader import Code, Heading, Item, Paragraph, Table, read_blocks

GUIDE = """# Library rules

Welcome to the **library**.
It is open to all.

## Opening hours

| Day      | Opens | Closes |
|----------|:-----:|-------:|
| Monday   | 08.00 | 16.00  |
| Saturday | 09.00 | 12.00  |

## Fines

- Late books cost Rp 1,000 a day.
- Lost books are replaced
  1. by the same title
  2. by its price

### Exceptions

Lecturers pay nothing.

## Procedure

1. Fill in the form.
2. Submit it to the Head of Library

within 7 days.
"""

RULES = """A. Tujuan
Mengatur peminjaman ruang.

B. Definisi
1) Ruang: tempat belajar
   dan mengajar.
2) Peminjam: dosen atau mahasiswa.

C. Prosedur
1. Mengisi formulir.
   a. Formulir ada di BAAK.
   b. Formulir ditandatangani Kaprodi.
2. Mengambil kunci.

D. Dokumen Terkait
1) Formulir Peminjaman
"""


def read(text: str, language: str = "en", title: str | None = None) -> Document:
    return parse_plain(text.split("\n"), "guide.md", language, title)


def test_headings_make_sections_and_the_first_is_the_title() -> None:
    document = read(GUIDE)
    assert document.title == "Library rules"
    assert document.kind == DocumentKind.SOP
    assert [section.heading for section in document.sections] == [
        "Library rules", "Opening hours", "Fines", "Exceptions", "Procedure",
    ]  # fmt: skip
    welcome = document.sections[0].clauses[0]
    assert welcome.text == "Welcome to the library. It is open to all."
    assert str(welcome.lines[0]) == "3-4"


def test_rows_of_an_unknown_table_stand_under_its_headers() -> None:
    monday, saturday = read(GUIDE).tables
    assert monday.caption == "Opening hours"
    assert monday.headers == ("Day", "Opens", "Closes")
    assert saturday.cells == ("Saturday", "09.00", "12.00")
    assert str(saturday.lines[0]) == "11"


def test_lists_nest_and_sentences_go_on_after_a_gap() -> None:
    document = read(GUIDE)
    fines = next(section for section in document.sections if section.heading == "Fines")
    assert [clause.text for clause in fines.clauses] == [
        "Late books cost Rp 1,000 a day.", "Lost books are replaced",
    ]  # fmt: skip
    assert [child.text for child in fines.clauses[1].children] == ["by the same title", "by its price"]
    assert document.steps[1].text == "Submit it to the Head of Library within 7 days."
    assert [str(run) for run in document.steps[1].lines] == ["27", "29"]


def test_indonesian_headings_are_known() -> None:
    document = read(RULES, "id", "Peminjaman Ruang")
    assert [section.kind for section in document.sections] == [
        SectionKind.PURPOSE, SectionKind.DEFINITION, SectionKind.PROCEDURE, SectionKind.RELATED,
    ]  # fmt: skip
    assert [clause.text for clause in document.definitions] == [
        "Ruang: tempat belajar dan mengajar.", "Peminjam: dosen atau mahasiswa.",
    ]  # fmt: skip
    assert [step.number for step in document.steps] == ["1", "2"]
    assert [part.label for part in document.steps[0].substeps] == ["a", "b"]
    assert document.related[0].text == "Formulir Peminjaman"
    assert document.title == "Peminjaman Ruang"


def test_work_unit_table_is_a_procedure_in_any_layout() -> None:
    document = read("| Work Unit | Work Instructions | Person in Charge |\n|---|---|---|\n| BAAK | Check | Dean |")
    assert [(row.unit, row.person_in_charge) for row in document.procedure] == [("BAAK", "Dean")]


def test_a_text_without_headings_is_one_section() -> None:
    document = read("Only a sentence.\n\nAnd another one.")
    assert [clause.text for clause in document.sections[0].clauses] == [
        "Only a sentence.",
        "And another one.",
    ]
    assert document.title == "guide"


def test_blocks_are_told_apart() -> None:
    text = "# Head\n\n**Bold title**\n\nText\n\n- item\n\na\tb\n\n```\n# no heading\n```\n\nlast"
    kinds = [type(block) for block in read_blocks(text.split("\n"))]
    assert kinds == [Heading, Paragraph, Paragraph, Item, Table, Code, Paragraph]


def test_lines_are_counted_from_the_given_first_line() -> None:
    blocks = read_blocks(["# Head", "", "text"], first_line=100)
    assert isinstance(blocks[0], Heading)
    assert isinstance(blocks[1], Paragraph)
    assert (blocks[0].line, blocks[1].passage.pieces[0][0]) == (100, 102)


@given(st.text(max_size=300))
def test_reading_any_text_names_only_lines_it_has(text: str) -> None:
    lines = text.split("\n")
    for block in read_blocks(lines):
        match block:
            case Heading() | Code():
                numbers = [block.line]
            case Paragraph() | Item():
                numbers = [line for line, _ in block.passage.pieces]
            case Table():
                numbers = [row.line for row in block.rows]
        assert all(1 <= number <= len(lines) for number in numbers)
