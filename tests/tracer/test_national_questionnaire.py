import pytest

from corpus.datafile import DataFileError
from tracer.national.questionnaire import FILE, national, read_questionnaire

ORDER = """
kdptimsmh kdpstmsmh nimhsmsmh nmmhsmsmh telpomsmh emailmsmh tahun_lulus nik npwp f8 f502 f505 f5a1 f5a2 f1101 f1102
f5b f5c f5d f18a f18b f18c f18d f1201 f1202 f14 f15 f1761 f1762 f1763 f1764 f1765 f1766 f1767 f1768 f1769 f1770 f1771
f1772 f1773 f1774 f21 f22 f23 f24 f25 f26 f27 f301 f302 f303 f401 f402 f403 f404 f405 f406 f407 f408 f409 f410 f411
f412 f413 f414 f415 f416 f6 f7 f7a f1001 f1002 f1601 f1602 f1603 f1604 f1605 f1606 f1607 f1608 f1609 f1610 f1611
f1612 f1613 f1614
""".split()


def test_the_template_has_the_ministrys_86_columns_in_its_order():
    assert list(national().template()) == ORDER


def test_the_older_template_adds_two_columns_in_their_places():
    codes = list(national().template(88))
    assert len(codes) == 88
    assert codes[codes.index("f8") + 1] == "f504"
    assert codes[codes.index("f505") + 1] == "f506"


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("f8", [1, 2, 3, 4, 5]),
        ("f1101", [1, 2, 3, 4, 6, 7, 5]),
        ("f5c", [1, 2, 3, 4]),
        ("f5d", [1, 2, 3]),
        ("f18a", [1, 2]),
        ("f1201", [1, 2, 3, 4, 5, 6, 7]),
        ("f14", [1, 2, 3, 4, 5]),
        ("f15", [1, 2, 3, 4]),
        ("f1768", [1, 2, 3, 4, 5]),
        ("f24", [1, 2, 3, 4, 5]),
        ("f301", [1, 2, 3]),
        ("f1001", [1, 2, 3, 4, 5]),
    ],
)
def test_options_are_shown_in_the_ministrys_order(code, options):
    assert list(national().columns[code].options) == options


def test_identity_numbers_are_optional_and_sensitive():
    marked = {code for code, column in national().columns.items() if column.sensitive and column.optional}
    assert marked == {"nik", "npwp"}


@pytest.mark.parametrize(
    ("old", "new", "line_of", "told"),
    [
        ("scale: rating", "scale: ratng", "scale: ratng", "no scale is named `ratng`"),
        ("at_most: f6", "at_most: f7a", "at_most: f7a", "`f7a` is not a column before this one"),
        ("when: {f1101: [5]}", "when: {f1101: [8]}", "when: {f1101: [8]}", "has the codes [1, 2, 3, 4, 5, 6, 7]"),
        ("when: {f301: [1]}", "when: {f6: [1]}", "when: {f6: [1]}", "a condition looks back only"),
        ("kind: date", "kind: day", "kind: day", "correct the value"),
        ("list: f16\n", "lists: f16\n", "lists: f16", "unknown key `lists`"),
        ("  f27:\n", "  f26:\n", None, "`f26` is written twice"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_mend(tmp_path, old, new, line_of, told):
    heading, columns = FILE.read_text(encoding="utf-8").split("\nscales:")
    broken = tmp_path / "questionnaire.yaml"
    broken.write_text(f"{heading}\nscales:{columns.replace(old, new, 1)}", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"questionnaire\.yaml, line") as caught:
        read_questionnaire(broken)
    assert told in str(caught.value)
    if line_of is not None:
        assert line_of in broken.read_text(encoding="utf-8").splitlines()[caught.value.line - 1]
