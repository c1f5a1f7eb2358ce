"""Thirty-odd small forms, one for each feature: it loads and runs, or names sheet, row and reason."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from form_workshop import END, NOW, YES_NO, Row, asked, calculated, choice, form, xlsx
from openpyxl import load_workbook

from tracer.forms import FormError, Kind, applies, load_xlsx, load_yaml, next_question, offered
from tracer.wording import Text

CITIES = [choice("city", "smg", province="jt"), choice("city", "bdg", province="jb")]
FILTERED = [
    asked("select_one prov", "prov"),
    asked("select_one city", "city", choice_filter="province = ${prov}"),
]
PROVINCES = [choice("prov", "jt"), choice("prov", "jb"), choice("prov", "bali")]

RUNNING: dict[str, tuple[list[Row], list[Row], list[str]]] = {
    "select_one": ([asked("select_one yn", "a")], YES_NO, ["a"]),
    "select_one with a space": ([asked("select one yn", "a")], YES_NO, ["a"]),
    "select_multiple": ([asked("select_multiple yn", "a")], YES_NO, ["a"]),
    "integer": ([asked("integer", "a"), asked("int", "b")], [], ["a", "b"]),
    "decimal": ([asked("decimal", "a")], [], ["a"]),
    "text": ([asked("text", "a"), asked("string", "b")], [], ["a", "b"]),
    "date": ([asked("date", "a", constraint=". <= today()")], [], ["a"]),
    "note": ([asked("note", "a"), asked("text", "b")], [], ["a", "b"]),
    "calculate": (
        [
            asked("text", "a"),
            {"type": "calculate", "name": "c", "calculation": "if(${a} = '', 1, 2)"},
            asked("text", "b", relevant="${c} = 1"),
        ],
        [],
        ["a", "b"],
    ),
    "relevant": ([asked("text", "a"), asked("text", "b", relevant="${a} != ''")], [], ["a"]),
    "group with its condition": (
        [
            asked("text", "a"),
            asked("begin group", "g", relevant="${a} = 'x'"),
            asked("text", "b"),
            END,
            asked("text", "c"),
        ],
        [],
        ["a", "c"],
    ),
    "groups in groups": (
        [
            asked("begin_group", "g"),
            asked("begin_group", "h"),
            asked("text", "b"),
            END,
            END,
        ],
        [],
        ["b"],
    ),
    "choice_filter": (FILTERED, PROVINCES + CITIES, ["prov"]),
    "required by yes": ([asked("text", "a", required="yes")], [], ["a"]),
    "required by a condition": ([asked("text", "a"), asked("text", "b", required="${a} = ''")], [], ["a", "b"]),
    "appearance": ([asked("text", "a", appearance="multiline w4")], [], ["a"]),
    "blank rows between": ([asked("text", "a"), {}, {}, asked("text", "b")], [], ["a", "b"]),
    "types as people write them": (
        [asked("Text", "a"), asked("Select_One yn", "b"), asked("INTEGER", "c")],
        YES_NO,
        ["a", "b", "c"],
    ),
    "number codes": ([asked("select_one n", "a"), asked("text", "b", relevant="${a} = 1")], [choice("n", 1)], ["a"]),
}


@pytest.mark.parametrize("feature", RUNNING)
def test_a_supported_feature_loads_and_runs(feature: str) -> None:
    survey, choices, expected = RUNNING[feature]
    loaded = form(survey, choices)
    assert [question.name for question in applies(loaded, {}, NOW)] == expected
    first = next_question(loaded, {}, NOW)
    assert first is not None
    assert first.name == expected[0]


REFUSED: dict[str, tuple[list[Row], list[Row], str, int | None, str]] = {
    "unknown type": ([asked("text", "a"), asked("geopoint", "b")], [], "survey", 3, "geopoint"),
    "repeat": (
        [asked("begin repeat", "r"), asked("text", "a"), {"type": "end repeat"}],
        [],
        "survey",
        2,
        "begin_repeat",
    ),
    "image": ([asked("image", "a")], [], "survey", 2, "image"),
    "rank": ([asked("rank yn", "a")], YES_NO, "survey", 2, "rank"),
    "metadata": ([{"type": "start", "name": "start"}, asked("text", "a")], [], "survey", 2, "start"),
    "or_other": ([asked("select_one yn or_other", "a")], YES_NO, "survey", 2, "or_other"),
    "missing list": ([asked("select_one yn", "a")], [choice("other", "x")], "survey", 2, "yn"),
    "missing name": ([{"type": "text", "label": "A"}], [], "survey", 2, "no name"),
    "bad name": ([asked("text", "a b")], [], "survey", 2, "a b"),
    "name twice": ([asked("text", "a"), {}, asked("text", "a")], [], "survey", 4, "taken in row 2"),
    "missing label": ([{"type": "text", "name": "a"}], [], "survey", 2, "label"),
    "broken relevant": ([asked("text", "a", relevant="${a")], [], "survey", 2, "relevant"),
    "broken constraint": ([asked("integer", "a", constraint=". >")], [], "survey", 2, "constraint"),
    "broken required": ([asked("integer", "a", required="maybe")], [], "survey", 2, "required"),
    "broken filter": ([asked("select_one yn", "a", choice_filter="nowhere = 1")], YES_NO, "survey", 2, "choice_filter"),
    "broken calculation": (
        [asked("text", "x"), calculated("a", "1 +")],
        [],
        "survey",
        3,
        "calculation",
    ),
    "no calculation": ([asked("text", "x"), {"type": "calculate", "name": "a"}], [], "survey", 3, "no calculation"),
    "later question": (
        [asked("text", "a", relevant="${b} = 1"), asked("text", "b")],
        [],
        "survey",
        2,
        "before this one",
    ),
    "unknown function": ([asked("text", "a", constraint="pulldata('x', 'y', 'z', .)")], [], "survey", 2, "pulldata"),
    "group left open": ([asked("begin group", "g"), asked("text", "a")], [], "survey", 2, "never closed"),
    "group never opened": ([asked("text", "a"), END], [], "survey", 3, "no group is open"),
    "code twice": ([asked("select_one yn", "a")], [*YES_NO, choice("yn", "yes")], "choices", 4, "twice"),
    "code with a space": ([asked("select_one yn", "a")], [choice("yn", "oh yes")], "choices", 2, "space"),
    "choice without label": ([asked("select_one yn", "a")], [{"list_name": "yn", "name": "x"}], "choices", 2, "label"),
    "third language": ([asked("text", "a", **{"label::Jawa (jv)": "A"})], [], "survey", 2, "Jawa"),
    "dot outside a constraint": ([asked("text", "a", relevant=". = 1")], [], "survey", 2, "constraint only"),
    "column twice": (
        [asked("text", "a", relevant="1 = 1", relevance="1 = 2")],
        [],
        "survey",
        2,
        "two spellings",
    ),
    "reserved name": ([asked("text", "a"), {}, asked("text", "meta")], [], "survey", 4, "reserved"),
    "media": ([asked("text", "a", **{"media::image": "a.png"})], [], "survey", 2, "media::image"),
    "default": ([asked("text", "a", default="x")], [], "survey", 2, "default"),
    "parameters": ([asked("integer", "a", parameters="start=1")], [], "survey", 2, "parameters"),
    "required note": ([asked("note", "a", required="yes")], [], "survey", 2, "required"),
    "filter on text": ([asked("text", "a", choice_filter="x = 1")], [], "survey", 2, "choice_filter"),
    "answer in a label": ([asked("text", "a"), asked("text", "b", label="Hi ${a}")], [], "survey", 3, "label"),
    "error of Excel": ([asked("text", "a"), asked("text", "b", label="#REF!")], [], "survey", 3, "#REF!"),
    "grid of two lists": (
        [
            asked("begin group", "g", appearance="table-list"),
            asked("select_one yn", "a"),
            asked("select_one n", "b"),
            END,
        ],
        [*YES_NO, choice("n", 1)],
        "survey",
        4,
        "pyxform refuses the form",
    ),
    "only calculations": ([calculated("c", "1")], [], "survey", None, "no questions"),
    "empty sheet": ([], [], "survey", None, "no questions"),
}


@pytest.mark.parametrize("feature", REFUSED)
def test_an_unsupported_feature_is_named_with_sheet_row_and_reason(feature: str) -> None:
    survey, choices, sheet, row, reason = REFUSED[feature]
    with pytest.raises(FormError) as refused:
        form(survey, choices)
    first = refused.value.faults[0]
    assert (first.sheet, first.row) == (sheet, row)
    assert reason in first.reason


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(FormError) as refused:
        form([asked("audio", "a"), asked("text", "b", relevant="foo()"), asked("select_one x", "c")])
    assert [fault.row for fault in refused.value.faults] == [2, 3, 4]
    assert "survey, row 2: the type `audio` is not supported" in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"not a spreadsheet", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(FormError, match="save the form as an Excel workbook"):
        load_xlsx(content)


def test_an_archive_that_is_no_workbook_or_unpacks_to_too_much_is_refused() -> None:
    for size, reason in ((10, "cannot be read"), (30_000_000, "too large")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * size)
        with pytest.raises(FormError, match=reason):
            load_xlsx(stream.getvalue())


def test_a_sheet_that_is_not_supported_is_named() -> None:
    content = xlsx([asked("text", "a")])
    book = load_workbook(io.BytesIO(content))
    entities = book.create_sheet("entities")
    entities.append(["list_name", "label"])
    entities.append(["graduates", "x"])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(FormError, match="entities: this sheet is not supported"):
        load_xlsx(stream.getvalue())


def test_a_workbook_without_the_sheet_of_questions_names_those_it_has() -> None:
    book = load_workbook(io.BytesIO(xlsx([asked("text", "a")])))
    book["survey"].title = "survei"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(FormError, match="no sheet `survey` among `survei`, `choices`, `settings`"):
        load_xlsx(stream.getvalue())


def test_a_column_that_stands_twice_is_named() -> None:
    book = load_workbook(io.BytesIO(xlsx([asked("text", "a")])))
    book["survey"]["D1"] = "label"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(FormError, match="two columns of one sheet are named `label`"):
        load_xlsx(stream.getvalue())


def test_wordings_in_two_languages_and_their_fallback() -> None:
    loaded = form(
        [
            {
                "type": "select_one yn",
                "name": "a",
                "label::Indonesian (id)": "Sudah bekerja?",
                "label::English (en)": "Employed?",
                "hint::English (en)": "Paid work",
            },
            {"type": "note", "name": "b", "label::Indonesian (id)": "Terima kasih"},
        ],
        [{"list_name": "yn", "name": "y", "label::Indonesian (id)": "Ya", "label::English (en)": "Yes"}],
        [{"form_title": "Tracer", "form_id": "t1", "version": "3"}],
    )
    first, second = loaded.questions
    assert first.label == Text(id="Sudah bekerja?", en="Employed?")
    assert first.hint.in_("id") == "Paid work"
    assert first.choices[0].label.in_("en") == "Yes"
    assert second.label.in_("en") == "Terima kasih"
    assert (loaded.id, loaded.title.in_("id"), loaded.version) == ("t1", "Tracer", "3")


def test_a_filter_leaves_the_choices_of_the_answer_before() -> None:
    loaded = form(FILTERED, PROVINCES + CITIES)
    city = loaded.question("city")
    assert [each.code for each in offered(loaded, city, {"prov": "jt"}, NOW)] == ["smg"]
    assert next_question(loaded, {"prov": "bali"}, NOW) is None


SOURCE = """\
settings:
  - form_id: lima
    form_title: Lima pertanyaan
survey:
  - type: select_one yn
    name: works
    label::Indonesian (id): Bekerja?
    label::English (en): Employed?
    required: yes
  - type: integer
    name: income
    label: Pendapatan
    relevant: {relevant}
choices:
  - list_name: yn
    name: y
    label: Ya
"""


def test_a_form_of_the_repository_is_text(tmp_path: Path) -> None:
    source = tmp_path / "lima.yaml"
    source.write_text(SOURCE.format(relevant="${works} = 'y'"), encoding="utf-8")
    loaded = load_yaml(source)
    assert [question.kind for question in loaded.questions] == [Kind.SELECT_ONE, Kind.INTEGER]
    assert loaded.questions[0].required is not None
    following = next_question(loaded, {"works": "y"}, NOW)
    assert following is not None
    assert following.name == "income"


def test_a_fault_in_a_text_source_is_named_with_its_line(tmp_path: Path) -> None:
    source = tmp_path / "lima.yaml"
    source.write_text(SOURCE.format(relevant="${nobody} = 1"), encoding="utf-8")
    with pytest.raises(FormError, match="survey, line 10: the column `relevant`"):
        load_yaml(source)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("survey: [", "broken.yaml, line 1: not valid YAML"),
        ("survey: 3", "survey, line 1: write survey, choices and settings, each as a list"),
        ("- a", "broken.yaml, line 1: expected `key: value` lines"),
        ("surveys:\n  - type: text", "surveys, line 1: write survey, choices and settings"),
        ("survey:\n  - type: text\n  - [1]", "survey, line 3: a row is `column: text`"),
        ("survey:\n  - type: text\n    name: [a]", "survey, line 2: a row is `column: text`"),
        ("survey:\n  - {}", "survey, line 2: a row is `column: text`"),
        ("survey:\n  - type: text\n    type: note", "broken.yaml, line 3: `type` is written twice"),
        ("\x00", "broken.yaml, line 1: the file is no YAML text"),
        ("", "the sheet has no questions"),
    ],
)
def test_a_broken_text_source_is_refused_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    source = tmp_path / "broken.yaml"
    source.write_text(content, encoding="utf-8")
    with pytest.raises(FormError, match=told):
        load_yaml(source)


def test_a_text_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"none\.yaml, line 1: the file cannot be read"):
        load_yaml(tmp_path / "none.yaml")
