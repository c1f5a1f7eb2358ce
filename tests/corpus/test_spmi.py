"""The SPMI parser on the shipped documents, against rows read off the file by eye."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.model import Document, DocumentKind, SectionKind, Statement
from corpus.plain import parse_plain
from corpus.spmi import is_spmi, normal_code, parse_date, parse_spmi

FOLDER = Path(corpus.__file__).parent / "documents"
STANDARDS = "spmi-education-standards-upgris-2023.txt"
ALUMNI = "sop-pembinaan-alumni-ppg.txt"

Documents = dict[str, Document]


@pytest.fixture(scope="module")
def documents() -> Documents:
    lines = (FOLDER / STANDARDS).read_text(encoding="utf-8").split("\n")
    return {document.id: document for document in parse_spmi(lines, STANDARDS, "en")}


@pytest.fixture(scope="module")
def alumni() -> Document:
    lines = (FOLDER / ALUMNI).read_text(encoding="utf-8").split("\n")
    return parse_plain(lines, ALUMNI, "id", "Pembinaan dan Tindak Lanjut Alumni PPG")


def statement(documents: Documents, number: str) -> Statement:
    standard = ".".join(number.split(".")[:2])
    rows = documents[f"S-SPMI-UPGRIS-{standard}"].statements
    return next(row for row in rows if row.number == number)


def places(item: object) -> list[str]:
    return [str(run) for run in item.lines]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("number", "lines", "statement_end", "indicator_part"),
    [
        ("1.1.2.1", ["176", "179"], "at least 3.50.", "at least 3.50 for the Master's programme."),
        ("1.1.5.1", ["182", "185"], "for Master’s degrees, is achieved.", "1.5–2.5 years over the last"),
        ("1.1.9.1", ["189", "192"], "aligned with the programme's competencies.", "60% for the undergrad"),
        ("1.1.11.1", ["194", "197"], "whether licensed or unlicensed.", "at least 75% of undergraduate"),
        ("1.6.14.1", ["5855", "5858"], "fully meet the standards.", "evidence covering: (1) Implementation"),
        ("1.4.9.1", ["3497", "3500"], "", "decision-making; ; reviewing the survey process"),
        ("1.4.11.1", ["3502", "3505", "3508"], "vision, mission, objectives and strategy.", "a) Students"),
    ],
)
def test_statement_cut_by_page_breaks_is_joined(
    documents: Documents, number: str, lines: list[str], statement_end: str, indicator_part: str
) -> None:
    row = statement(documents, number)
    assert places(row) == lines
    assert row.statement.endswith(statement_end)
    assert indicator_part in row.indicator


def test_cut_statement_reads_as_one_sentence(documents: Documents) -> None:
    text = statement(documents, "1.1.5.1").statement
    assert "for graduates, namely 3.5–4.5 years for Bachelor’s degrees and 2–3 years" in text.replace("-", "–")


def test_form_rows_survive_page_breaks_without_headers(documents: Documents) -> None:
    rows = {row.number: row for row in documents["F-SPMI-UPGRIS-1.1"].indicators}
    assert list(rows) == [str(number) for number in range(1, 19)]
    assert places(rows["5"]) == ["274"]
    assert places(rows["11"]) == ["280", "282"]
    assert places(rows["12"]) == ["283"]
    assert places(rows["17"]) == ["288", "290"]
    assert rows["11"].indicator.endswith("whether licensed or unlicensed.")


@pytest.mark.parametrize(
    ("code", "number", "lines", "end", "actors"),
    [
        ("1.2.17", "3", ["2520", "2523"], "and seek their approval", ("New Head of Programme/ Dean",)),
        ("1.3.4", "3", ["3316", "3319"], "with SUPMPS auditors present", ("Head of Programme/SUPMPS",)),
        ("1.5.6", "5", ["4767", "4770"], "announce the recruitment of academic staff", ()),
        ("1.6.1", "4", ["6051", "6054"], "to the Vice-Rector II for further action", ("Drafting Team",)),
    ],
)
def test_matrix_row_cut_by_a_page_break_is_joined(
    documents: Documents, code: str, number: str, lines: list[str], end: str, actors: tuple[str, ...]
) -> None:
    rows = documents[f"SOP-SPMI-UPGRIS-{code}"].work_instructions
    row = next(row for row in rows if row.number == number)
    assert places(row) == lines
    assert row.activity.endswith(end)
    assert row.actors == actors


def test_committee_of_the_community_service_programme_keeps_its_person_in_charge(
    documents: Documents,
) -> None:
    rows = documents["SOP-SPMI-UPGRIS-1.2.16"].procedure
    assert [row.unit for row in rows] == [
        "Rector",
        "Head of LPPM",
        "Committee",
        "Field Supervisor",
        "Students",
    ]
    committee = rows[2]
    assert committee.person_in_charge == "Head of LPPM"
    assert places(committee) == ["2388", "2396"]
    assert len(committee.instructions) == 10
    assert places(committee.instructions[0]) == ["2388"]
    assert places(committee.instructions[1]) == ["2396"]
    assert committee.instructions[9].text.startswith("Recall KKN participants")


@pytest.mark.parametrize("number", range(1, 8))
def test_rows_without_marks_name_no_actor(documents: Documents, number: int) -> None:
    row = documents["SOP-SPMI-UPGRIS-1.5.10"].work_instructions[number - 1]
    assert (row.actors, row.actors_from) == ((), "none")
    assert places(row) == [str(5126 + number)]


def test_marks_are_read_whatever_sets_them(documents: Documents) -> None:
    arrows = documents["SOP-SPMI-UPGRIS-1.6.1"].work_instructions[1]
    assert arrows.actors == ("Vice-Rector",)
    in_html = documents["SOP-SPMI-UPGRIS-1.4.3"].work_instructions
    assert in_html[4].actors == ("UPMF/UPMPS",)
    assert in_html[5].actors_from == "none"
    bracketed = documents["SOP-SPMI-UPGRIS-1.2.18"].work_instructions
    assert bracketed[4].actors == ("BAK",)


def test_drawing_in_code_is_noted_and_ends_nothing(documents: Documents) -> None:
    transfer = documents["SOP-SPMI-UPGRIS-1.2.18"]
    assert [row.number for row in transfer.work_instructions] == ["1", "2", "3", "4", "5"]
    assert any(oddity.startswith("line 2601") for oddity in transfer.oddities)
    assert "graph TD" not in transfer.model_dump_json()


def test_code_without_the_systems_name_is_found_by_its_full_form(documents: Documents) -> None:
    assert documents["SOP-SPMI-UPGRIS-1.1.2"].code == "SOP-UPGRIS-1.1.2"
    assert normal_code("sop-upgris- 1.1.2") == "SOP-SPMI-UPGRIS-1.1.2"


def test_number_with_a_stray_blank_is_read_whole(documents: Documents) -> None:
    assert places(statement(documents, "1.5.13.1")) == ["4100"]


@pytest.mark.parametrize(
    ("code", "title", "sheet"),
    [
        ("1.2.10", "EVALUATION OF THE LEARNING PROCESS", "SUPERVISION OF THE LEARNING PROCESS"),
        ("1.3.2", "IMPLEMENTATION OF THE LEARNING PROCESS", "IMPLEMENTATION OF LEARNING PROCESS EVALUATION"),
        ("1.5.9", "SELECTION OF HIGH-ACHIEVING EDUCATIONAL STAFF", None),
        ("1.2.8", "Mid-Term and Final Exams", None),
    ],
)
def test_the_bodys_title_counts(documents: Documents, code: str, title: str, sheet: str | None) -> None:
    document = documents[f"SOP-SPMI-UPGRIS-{code}"]
    assert (document.title, document.sheet_title) == (title, sheet)


@pytest.mark.parametrize(
    ("standard", "first_lines"),
    [("1.1", ["295-301"]), ("1.4", ["3597-3598"])],
    ids=["roles first, then offices", "each role with its office"],
)
def test_form_roles_are_paired_in_both_orders(documents: Documents, standard: str, first_lines: list[str]) -> None:
    roles = documents[f"F-SPMI-UPGRIS-{standard}"].form_roles
    assert [(role.role, role.office) for role in roles] == [
        ("Form Verifier", "Head of LPM"),
        ("Form Checker", "Faculty Quality Assurance Unit"),
        ("Form Filler", "Head of Programme/Dean"),
    ]
    assert places(roles[0]) == first_lines


def test_markup_becomes_signs(documents: Documents) -> None:
    assert "at least twice per semester" in statement(documents, "1.4.12.1").statement
    assert "≥ 75 % DTSP" in statement(documents, "1.4.12.1").statement
    assert "≥ 3 million" in statement(documents, "1.8.14.1").indicator
    assert "<p>" not in statement(documents, "1.4.11.1").indicator
    workload = [row for row in documents["SOP-SPMI-UPGRIS-1.5.13"].tables if row.lines[0].start == 5591]
    assert "60% × 3" in workload[0].cells[2].replace("60 %", "60%")


def test_parts_number_prose_steps(documents: Documents) -> None:
    steps = documents["SOP-SPMI-UPGRIS-1.2.8"].steps
    assert [step.number for step in steps if step.part == "Final Exam"] == [f"B.{n}" for n in range(1, 17)]
    assert len([step for step in steps if step.part == "Mid-Term Exams"]) == 9


def test_every_document_is_found_once(documents: Documents) -> None:
    kinds = [document.kind for document in documents.values()]
    assert len(documents) == 86
    assert kinds.count(DocumentKind.STANDARD) == 8
    assert kinds.count(DocumentKind.FORM) == 8
    assert kinds.count(DocumentKind.OTHER) == 2
    decree = documents["064/Kpts/3.1/YPLP PT PGRI/III/2023"]
    assert decree.title.startswith("DECISION OF THE BOARD")
    assert decree.effective == "31 March 2023"


def test_numbers_split_from_their_texts_come_back(alumni: Document) -> None:
    duties = [(clause.label, places(clause)) for clause in alumni.responsible_parties]
    assert duties == [("1", ["48-50"]), ("2", ["51", "57"]), ("3", ["59-60"]), ("4", ["62-63"])]
    assert "memberikan bimbingan serta dukungan" in alumni.responsible_parties[1].text
    assert alumni.responsible_parties[2].text.startswith("Staf Administrasi:")
    assert [(step.number, places(step)[0]) for step in alumni.steps] == [
        ("1", "81"), ("2", "89"), ("3", "96"), ("4", "104"), ("5", "112"), ("6", "120"),
    ]  # fmt: skip
    assert all([part.label for part in step.substeps] == ["a", "b"] for step in alumni.steps)
    assert places(alumni.steps[5].substeps[1]) == ["124-125"]


def test_sections_of_the_indonesian_text_are_known_by_their_headings(alumni: Document) -> None:
    kinds = {section.number: section.kind for section in alumni.sections if section.number}
    assert "".join(kinds) == "ABCDEFGHI"
    assert kinds["E"] == SectionKind.RESPONSIBLE
    assert kinds["G"] == SectionKind.PROCEDURE
    assert alumni.kind == DocumentKind.SOP
    provision = next(section for section in alumni.sections if section.number == "H")
    assert provision.clauses[0].text.endswith("harus didokumentasikan secara sistematis dan disimpan "
                                              "dalam arsip resmi organisasi.")  # fmt: skip


def test_dates_are_read_as_printed() -> None:
    assert str(parse_date("31 March 2023")) == "2023-03-31"
    assert str(parse_date("31/03/2023")) == "2023-03-31"
    assert parse_date("soon") is None


PIECES = st.sampled_from(
    [
        "**STANDARD DOCUMENTS", "STANDARD OPERATING PROCEDURE DOCUMENT",
        "Document Code\t: SOP-X-1.2", "PROCESS\tA", "Number : 12", "YAYASAN", "Table of Contents",
        "To enact", "- To enact : it", "On the date of 3 May 2020", "No.\tActivity\tDean",
        "1\tDo it\t1", "\tmore\t", "NO PS\tSTATEMENT", "Work Unit\tX\tPerson in Charge",
        "Process\t", "\t", "|", "| |", "|---|", "```", "Form Verifier,", "Head", "## A. Vision",
        "a.", "3)", "² a", "1. Procedure", "zz. text", "- (a) item", "No\tReference", "\tNAME",
        "z. last a. first", "", " ", "\x0c",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=40).filter(lambda text: "\n" not in text), max_size=25))
def test_no_text_makes_a_parser_raise_or_name_a_line_that_is_not_there(lines: list[str]) -> None:
    read = [parse_plain(lines, "any.txt", "en"), *parse_spmi(lines, "any.txt", "en")]
    is_spmi(lines)
    for document in read:
        for line in _line_ends(document.model_dump()):
            assert 1 <= line <= max(len(lines), 1)


def _line_ends(value: object) -> list[int]:
    if isinstance(value, dict):
        if set(value) == {"start", "end"}:
            return [value["start"], value["end"]]
        return [line for inner in value.values() for line in _line_ends(inner)]
    if isinstance(value, list | tuple):
        return [line for inner in value for line in _line_ends(inner)]
    return []
