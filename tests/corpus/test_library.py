"""The library: what is in use on a day, adding, replacing, removing, and what is refused."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.library import SHIPPED, Library, LibraryError
from corpus.manifest import load_manifest

TODAY = dt.date.today()
TOMORROW = TODAY + dt.timedelta(days=1)
NEXT_YEAR = TODAY + dt.timedelta(days=365)
Write = Callable[[str, str], Path]
BIG = "spmi-education-standards-upgris-2023.txt"


def sop(code: str, title: str, duty: str) -> str:
    """A small SOP in the layout of the shipped standards."""
    return f"""**STANDARD OPERATING PROCEDURE DOCUMENT
INTERNAL QUALITY ASSURANCE SYSTEM**

APPROVAL SHEET

**{title}**

Document Code\t: {code}
Effective Date\t: 1 May 2026

PROCESS\tRESPONSIBLE\t\t\t
\tNAME\tPOSITION\tDATE\tSIGNATURE
Approval\tDr A\tRector\t01/05/2026\t

**{title}**

1. Purpose

To {duty}.

5. Procedure

1. The Dean must {duty}.
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def rules(write: Write) -> Path:
    return write("room rules.md", "# Room rules\n\n## Procedure\n\n1. The student fills in the form.\n")


@pytest.fixture
def new_exams(write: Write) -> Path:
    return write("exams.txt", sop("SOP-SPMI-UPGRIS-1.2.8", "EXAMS", "announce the exams 14 days before"))


def test_shipped_documents_are_there_without_a_data_folder() -> None:
    library = Library()
    documents = library.documents()
    assert len(documents) == len({document.id for document in documents}) == 87
    assert [file.name for file in library.files()] == [BIG, "sop-pembinaan-alumni-ppg.txt"]
    assert all(file.language in {"en", "id"} and file.about for file in library.files())
    assert library.find("sop-pembinaan-alumni-ppg").title == "Pembinaan dan Tindak Lanjut Alumni PPG"


def test_documents_come_with_their_time_limits() -> None:
    quotes = [limit.quote for limit in Library().find("1.2.8").time_limits]
    assert any("no later than 3 days before" in quote for quote in quotes)


@pytest.mark.parametrize("key", ["1.2.8", "SOP-1.2.8", "sop 1.2.8", " sop-spmi-upgris-1.2.8 ", "SOP-UPGRIS-1.2.8"])
def test_sop_is_found_by_every_way_to_write_its_number(key: str) -> None:
    assert Library().find(key).id == "SOP-SPMI-UPGRIS-1.2.8"


@pytest.mark.parametrize(
    ("key", "document"),
    [
        ("1.2", "S-SPMI-UPGRIS-1.2"),
        ("S-1.2", "S-SPMI-UPGRIS-1.2"),
        ("F-1.2", "F-SPMI-UPGRIS-1.2"),
        ("SOP-PEMBINAAN-alumni-ppg.txt", "sop-pembinaan-alumni-ppg"),
        ("064/kpts/3.1/yplp pt pgri/iii/2023", "064/Kpts/3.1/YPLP PT PGRI/III/2023"),
    ],
)
def test_other_documents_are_found_by_number_and_file(key: str, document: str) -> None:
    assert Library().find(key).id == document


@pytest.mark.parametrize(("key", "near"), [("tracer studi", "SOP-SPMI-UPGRIS-1.1.6"), ("1.2.88", "nearest")])
def test_unknown_document_is_refused_with_the_nearest(key: str, near: str) -> None:
    with pytest.raises(LibraryError, match=near) as raised:
        Library().find(key)
    assert str(raised.value).count("(") == 3


def test_file_of_many_documents_is_no_single_document() -> None:
    with pytest.raises(LibraryError, match="may be several documents: give one of"):
        Library().find(BIG)


def test_lines_are_those_of_the_file() -> None:
    assert Library().lines(BIG, 416, 416)[0].startswith("PROCESS\t")
    for start, end in ((0, 1), (5, 4), (1, 99_999)):
        with pytest.raises(LibraryError, match="has the lines 1 to 7882"):
            Library().lines(BIG, start, end)
    with pytest.raises(LibraryError, match="No file 'other"):
        Library().lines("other.txt", 1, 1)


def test_without_a_data_folder_nothing_can_be_changed(rules: Path) -> None:
    for change in (Library().add, lambda path: Library().replace("1.2.8", path)):
        with pytest.raises(LibraryError, match="data folder"):
            change(rules)
    with pytest.raises(LibraryError, match="data folder"):
        Library().remove("1.2.8")


def test_added_file_is_there_at_once_for_every_process(library: Library, rules: Path, tmp_path: Path) -> None:
    (document,) = library.add(rules, institution="UPGRIS")
    assert (document.id, document.language, document.source) == ("room-rules", "en", "room-rules.txt")
    other = Library(tmp_path / "home")
    assert other.find("room-rules").steps == document.steps
    file = other.files()[-1]
    assert (file.institution, file.added) == ("UPGRIS", TODAY)
    assert (tmp_path / "home/documents/originals/room-rules.md").read_bytes() == rules.read_bytes()
    assert other.lines("room-rules.txt", 5, 5) == ["1. The student fills in the form."]


def test_language_and_title_may_be_told_or_guessed(library: Library, write: Write) -> None:
    text = "Mahasiswa yang akan meminjam ruang harus mengisi formulir dan menyerahkannya kepada BAAK.\n"
    (guessed,) = library.add(write("ruang.txt", text), title="Peminjaman Ruang")
    (told,) = library.add(write("other.txt", "BAAK 123\n"), language="en")
    assert (guessed.language, guessed.title) == ("id", "Peminjaman Ruang")
    assert told.language == "en"


def test_same_content_twice_is_refused_with_the_earlier_name(library: Library, rules: Path, write: Write) -> None:
    library.add(rules)
    again = write("copy.txt", rules.read_text(encoding="utf-8"))
    with pytest.raises(LibraryError, match=r"same text as room-rules\.txt, added on"):
        library.add(again)
    with pytest.raises(LibraryError, match=re.escape(f"same text as {BIG}")):
        library.add(SHIPPED / BIG)


def test_document_in_use_is_not_added_again(library: Library, new_exams: Path) -> None:
    with pytest.raises(LibraryError, match=r"SOP-SPMI-UPGRIS-1\.2\.8 is already in use from .*replace"):
        library.add(new_exams)
    assert len(library.files()) == 2


def test_other_file_of_the_same_name_gets_a_name_of_its_own(library: Library, rules: Path) -> None:
    library.add(rules)
    rules.write_text("# Other rules\n\nOther text.\n", encoding="utf-8")
    (second,) = library.add(rules)
    assert (second.source, second.id) == ("room-rules-v2.txt", "room-rules-v2")


def test_replaced_document_gives_way_on_its_day(library: Library, new_exams: Path) -> None:
    (new,) = library.replace("1.2.8", new_exams, effective=NEXT_YEAR)
    assert library.find("1.2.8").source == BIG
    assert library.find("1.2.8", on=NEXT_YEAR).title == new.title == "EXAMS"
    before, after = (library.documents(on=day) for day in (NEXT_YEAR - dt.timedelta(days=1), NEXT_YEAR))
    assert len(before) == len(after) == 87
    old = next(v for v in library.all_versions() if v.document.id == new.id and v.document.source == BIG)
    assert (old.active_from, old.active_until, old.replaced_by) == (None, NEXT_YEAR, "exams.txt")


def test_citation_of_a_replaced_document_still_resolves(library: Library, new_exams: Path) -> None:
    line = library.find("1.2.8").steps[0].lines[0].start
    cited = library.lines(BIG, line, line)
    library.replace("SOP-SPMI-UPGRIS-1.2.8", new_exams)
    assert library.find("1.2.8").source == "exams.txt"
    assert library.lines(BIG, line, line) == cited
    assert len(library.documents()) == 87


def test_added_file_is_replaced_on_the_same_day(library: Library, rules: Path, write: Write) -> None:
    library.add(rules)
    better = write("room rules.txt", "# Room rules\n\n## Procedure\n\n1. The lecturer fills in the form.\n")
    (new,) = library.replace("room-rules.txt", better)
    assert (new.id, new.source) == ("room-rules", "room-rules-v2.txt")
    assert library.find("room-rules").steps[0].text.startswith("The lecturer")
    assert library.lines("room-rules.txt", 5, 5) == ["1. The student fills in the form."]
    assert [document.source for document in library.documents()].count("room-rules.txt") == 0


def test_text_without_a_code_takes_the_code_it_replaces(library: Library, rules: Path) -> None:
    library.replace("1.2.8", rules)
    assert library.find("1.2.8").title == "Room rules"
    assert library.find("1.2.8").id == "SOP-SPMI-UPGRIS-1.2.8"


def test_untitled_text_keeps_the_title_it_replaces(library: Library, write: Write) -> None:
    library.replace("sop-pembinaan-alumni-ppg", write("scan2.txt", "Alumni PPG dibina setiap semester.\n"))
    document = library.find("sop-pembinaan-alumni-ppg")
    assert (document.source, document.title) == ("scan2.txt", "Pembinaan dan Tindak Lanjut Alumni PPG")


def test_whole_file_is_replaced_by_its_name(library: Library, write: Write) -> None:
    exams = sop("SOP-SPMI-UPGRIS-1.2.8", "EXAMS", "examine")
    text = exams + "\n" + sop("S-SPMI-UPGRIS-1.2", "CONTENT", "teach")
    library.replace(BIG, write("edition 2.txt", text))
    in_use = [document.id for document in library.documents()]
    assert in_use == ["sop-pembinaan-alumni-ppg", "SOP-SPMI-UPGRIS-1.2.8", "S-SPMI-UPGRIS-1.2"]
    with pytest.raises(LibraryError, match=r"1\.1\.6 is not in use since .*, replaced by edition-2\.txt"):
        library.find("1.1.6")


def test_file_with_another_code_replaces_nothing(library: Library, new_exams: Path) -> None:
    with pytest.raises(LibraryError, match=r"holds SOP-SPMI-UPGRIS-1\.2\.8, not SOP-SPMI-UPGRIS-1\.2\.9"):
        library.replace("1.2.9", new_exams)


def test_replacing_before_the_last_version_begins_is_refused(library: Library, new_exams: Path, rules: Path) -> None:
    library.replace("1.2.8", new_exams, effective=NEXT_YEAR)
    with pytest.raises(LibraryError, match=f"in use from {NEXT_YEAR} on: give a later day"):
        library.replace("1.2.8", rules)


def test_removed_document_is_gone_from_its_day_on(library: Library) -> None:
    library.remove("1.2.8", on=TOMORROW, reason="withdrawn by the Senate")
    assert library.find("1.2.8").source == BIG
    assert len(library.documents(on=TOMORROW)) == 86
    with pytest.raises(LibraryError, match=f"not in use since {TOMORROW}"):
        library.find("1.2.8", on=TOMORROW)
    with pytest.raises(LibraryError, match="not in use since"):
        library.remove("1.2.8", on=TOMORROW)


def test_removed_document_may_come_back(library: Library, rules: Path) -> None:
    library.add(rules)
    library.remove("room-rules")
    (again,) = library.add(rules)
    assert again.source == "room-rules-v2.txt"


def test_planned_replacement_can_be_withdrawn(library: Library, new_exams: Path) -> None:
    library.replace("1.2.8", new_exams, effective=NEXT_YEAR)
    library.remove("exams.txt")
    assert library.find("1.2.8", on=NEXT_YEAR).source == BIG


def test_removing_a_document_ends_its_planned_version_too(library: Library, new_exams: Path) -> None:
    library.replace("1.2.8", new_exams, effective=NEXT_YEAR)
    library.remove("1.2.8")
    for day in (TODAY, NEXT_YEAR):
        assert "SOP-SPMI-UPGRIS-1.2.8" not in {document.id for document in library.documents(on=day)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("files: [", "library.yaml, line 1: .*correct"),
        (
            "files:\n  - file: a.txt\n    language: fr\n",
            r"library.yaml, line 3: entry 1 of files \(a.txt\): language: Input should be 'en'",
        ),
        (
            "files:\n  - {file: ../../etc/passwd, language: en}\n",
            "entry 1 of files .*file: String should match",
        ),
        ("files:\n  - {file: a.txt, language: en, colour: red}\n", "colour: Extra inputs"),
        ("files: 3\n", "files: Input should be a valid"),
        ("files: [3]\n", "entry 1 of files: "),
        ("- 3\n", "library.yaml, line 1: expected `key: value` lines"),
        ("files: [{file: a.txt, language: en}, {file: a.txt, language: en}]", "two entries for a.txt"),
        (f"files: [{{file: {BIG}, language: en}}]", "give it another name"),
        ("files: [{file: gone.txt, language: en}]", "gone.txt is gone .*put it back"),
        ("retired: [{document: x, source: y}]", r"entry 1 of retired \(x\): until: Field required"),
        ("\x00", "is no YAML text"),
        ("files: []\nfiles: []\n", "library.yaml, line 2: `files` is written twice"),
        (
            "retired:\n  - {document: x, source: y, until: 2026-02-31}",
            "line 2: entry 1 .*until: Input should be a valid",
        ),
    ],
)
def test_damaged_manifest_is_refused_with_the_place_and_the_mend(library: Library, content: str, words: str) -> None:
    assert library.folder is not None
    library.folder.mkdir(parents=True)
    (library.folder / "library.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError, match=words) as raised:
        library.documents()
    assert str(library.folder) in str(raised.value)


def test_manifest_that_is_no_text_is_refused(library: Library) -> None:
    assert library.folder is not None
    library.folder.mkdir(parents=True)
    (library.folder / "library.yaml").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(LibraryError, match="cannot be read"):
        library.files()


def test_failed_change_leaves_everything_as_it_was(
    library: Library, rules: Path, new_exams: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(rules)
    assert library.folder is not None
    before = (library.folder / "library.yaml").read_bytes()

    def fail(self: Path, target: Path) -> Path:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            library.replace("1.2.8", new_exams)
    assert (library.folder / "library.yaml").read_bytes() == before
    assert not list(library.folder.glob(".new-*"))
    assert library.find("1.2.8").source == BIG


def _add_many(home: Path, folder: Path, name: str) -> None:
    library = Library(home)
    for number in range(5):
        path = folder / f"{name}{number}.txt"
        path.write_text(f"Rule {name} {number}: rooms are cleaned every day.\n", encoding="utf-8")
        library.add(path)


def test_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(tmp_path / "home", tmp_path, name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    entries = load_manifest(tmp_path / "home/documents/library.yaml").files
    assert {entry.file for entry in entries} == {f"{name}{number}.txt" for name in "ab" for number in range(5)}
