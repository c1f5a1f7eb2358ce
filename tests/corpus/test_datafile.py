"""Files that people edit: read as they are written, refused with file, line and mend."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus import datafile
from corpus.datafile import WORDS, DataFile, DataFileError
from corpus.model import Model

TEXT = """\
# heading
answer: no
figures: [1.10, 2026-02-31, ~]
phrases:
  kid:
    - one
    -
      two: {x: y}
  8: eight
"""
SMALL = 20_000
"""Bytes; a larger file takes the slower loader a second, and has nothing that the others have not."""
SHIPPED = sorted(path for path in Path(datafile.__file__).parent.rglob("*.yaml") if path.stat().st_size < SMALL)


class Kid(Model):
    names: tuple[str, ...]
    age: int = 0


class Family(Model):
    kids: dict[str, Kid]
    years: dict[int, Kid] | None = None


@pytest.fixture(params=["libyaml", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(datafile, "_Loader", yaml.SafeLoader)


@pytest.mark.usefixtures("loader")
def test_scalars_stay_as_they_are_written() -> None:
    assert DataFile("f.yaml", TEXT).data == {
        "answer": "no",
        "figures": ["1.10", "2026-02-31", "~"],
        "phrases": {"kid": ["one", {"two": {"x": "y"}}], "8": "eight"},
    }


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 1),
        (("answer",), 2),
        (("figures", 2), 3),
        (("phrases", "kid"), 5),
        (("phrases", "kid", 0), 6),
        (("phrases", "kid", 1), 8),
        (("phrases", "kid", 1, "two", "x"), 8),
        (("phrases", 8), 9),
        (("phrases", "kid", 7, "two"), 5),
        (("nowhere", "answer"), 1),
    ],
)
def test_a_place_has_its_line_or_that_of_its_nearest_parent(location: tuple[str | int, ...], line: int) -> None:
    file = DataFile("f.yaml", TEXT)
    assert file.line(location) == line
    assert str(file.error(location, "mend it")) == f"f.yaml, line {line}: mend it"


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "`a` is written twice; merge"),
        ("a:\n  b: {c: 1,\n    c: 2}\n", 3, "`c` is written twice"),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "not valid YAML"),
        ("a: 1\nb: [2\n", 2, "not valid YAML"),
        ("a: 1\nb: *name\n", 2, "nothing before this is named `&name`"),
        ("a: &name [1, *name]\n", 1, "nothing before this is named `&name`"),
        ("a: 1\n---\nb: 1\n", 2, "a second document begins"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "a key must be a text"),
        ("- a\n", 1, "expected `key: value` lines"),
        ("\n~\n", 2, "expected `key: value` lines"),
        ("é: 1\nb: \x07\n", 2, "the file is no YAML text"),
        ("a: 1\nb: " + "[" * 100_000, 2, "this nests too deep"),
        ("a: " + "{a: " * 100_000, 1, "this nests too deep"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(DataFileError, match=problem) as caught:
        DataFile("f.yaml", text)
    assert (caught.value.file, caught.value.line) == ("f.yaml", line)
    assert str(caught.value) == f"f.yaml, line {line}: {caught.value.problem}"


def test_what_is_named_may_be_used_again_and_has_the_line_of_its_use() -> None:
    file = DataFile("f.yaml", "a: &day 2026-11-21\nb: *day\nc: &all\n  x: [1]\nd: *all\n")
    assert file.data == {"a": "2026-11-21", "b": "2026-11-21", "c": {"x": ["1"]}, "d": {"x": ["1"]}}
    assert [file.line((key, "x", 0)) for key in "abcd"] == [1, 2, 4, 5]


@pytest.mark.parametrize("text", ["", "# a heading alone\n", "---\n{}\n"])
def test_an_empty_file_is_an_empty_mapping(text: str) -> None:
    assert DataFile("f.yaml", text).data == {}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("kids:\n  ann: {names: [Ann]}\n  bob:\n    nams: [Bob]\n", 4, "unknown key `nams` in `bob`; remove it"),
        ("kids:\n  bob: {age: 3}\n", 2, "`names` is missing in `bob`; add it"),
        ("kids:\n  bob:\n    names:\n      - [x]\n", 4, "item 1 in `names`: Input should be a valid string; correct"),
        ("kids: {}\nyears:\n  8:\n    age: x\n    names: []\n", 4, "`age` in `8`: Input should be a valid integer"),
        ("", 1, "`kids` is missing; add it"),
    ],
)
def test_the_wrong_shape_is_refused_with_the_place_and_the_mend(text: str, line: int, problem: str) -> None:
    with pytest.raises(DataFileError, match=problem) as caught:
        DataFile("f.yaml", text).read(Family)
    assert caught.value.line == line
    assert isinstance(caught.value.__cause__, ValidationError)


def test_a_shape_is_typed_and_a_room_has_its_own_words_and_error() -> None:
    class KidsError(DataFileError):
        """What one room raises."""

    family = DataFile("f.yaml", "kids: {bob: {names: [no], age: 3}}").read(Family)
    assert family.kids["bob"] == Kid(names=("no",), age=3)
    file = DataFile("f.yaml", "kids: {bob: {}}", KidsError)
    with pytest.raises(KidsError, match="line 1: add `names: ___` in `bob`"):
        file.read(Family, {**WORDS, "missing": "add `{key}: ___`{owner}"})


def test_a_file_that_cannot_be_read_is_named_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")
    for name in ("none.yaml", "bytes.yaml"):
        with pytest.raises(DataFileError, match=rf"^{name}, line 1: the file cannot be read \(.+\); restore it"):
            DataFile.of(tmp_path / name)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_both_loaders_read_the_shipped_files_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = DataFile.of(path)
    monkeypatch.setattr(datafile, "_Loader", yaml.SafeLoader)
    assert vars(fast) == vars(DataFile.of(path))


@given(st.text("ab:-?[]{}&*!|>'\"%@`#,\t\n \x07", max_size=40))
def test_any_text_is_data_or_is_refused(text: str) -> None:
    try:
        line = DataFile("f.yaml", text).line(())
    except DataFileError as error:
        line = error.line
    assert 1 <= line <= text.count("\n") + 1
