"""The lexicon: its files are checked, names are found whole, actors are named, questions are made plain."""

from __future__ import annotations

import itertools
import re
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.lexicon import Kind, Lexicon, LexiconError, Phase, load_lexicon

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "corpus" / "lexicon"
DOCUMENT = ROOT / "corpus" / "documents" / "spmi-education-standards-upgris-2023.txt"
LEXICON = load_lexicon()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the lexicon's files, to break."""
    for file in FOLDER.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def write_units(folder: Path, text: str) -> None:
    (folder / "units.yaml").write_text(text, encoding="utf-8")


def ids(text: str) -> list[str]:
    return [match.entry.id for match in LEXICON.find(text) if match.entry.kind is not Kind.WORD]


# the files are checked


@pytest.mark.parametrize(
    ("text", "line", "mend"),
    [
        ("entries:\n  lpm:\n    en: [LPM]\n    id: [LPM]\n    colour: red\n", 5, "unknown key `colour`"),
        ("entries:\n  lpm:\n    en: [LPM]\n", 2, "`id` is missing in `lpm`; add `id: [name"),
        ("entries:\n  lpm:\n    en: [LPM]\n    id:\n      - LPM\n      - ''\n", 6, "empty text"),
        ("entries:\n  lpm:\n    en: []\n    id: [LPM]\n", 3, "write at least one name"),
        ("entries:\n  lpm:\n    en: LPM\n    id: [LPM]\n", 3, "must be a list"),
        (
            "entries:\n  a:\n    en: [A]\n    id: [A]\n  b:\n    en: [B]\n    id: [x, a]\n",
            7,
            "already names `a`",
        ),
        ("ambiguous:\n  en: [A]\nentries:\n  a:\n    en: [A]\n    id: [A]\n", 2, "fewer than two"),
        ("entries:\n  a:\n    en: [A]\n    id: [A]\n  a:\n    en: [B]\n    id: [B]\n", 5, "written twice"),
        ("entries:\n  rector:\n    en: [A]\n    id: [A]\n", 2, "taken in roles.yaml"),
        ("entries:\n  a:\n    en: [A\n    id: [A]\n", 4, "not valid YAML"),
        ("entries:\n  a:\n    en: [A]\n    id: [A]\n    phase: planning\n", 5, "correct the value"),
        ("- a\n", 1, "mapping"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_and_mend(folder: Path, text: str, line: int, mend: str) -> None:
    write_units(folder, text)
    with pytest.raises(LexiconError, match=re.escape(mend)) as caught:
        load_lexicon(folder)
    assert (caught.value.file, caught.value.line) == ("units.yaml", line)
    assert str(caught.value).startswith(f"units.yaml, line {line}: ")


def test_a_shared_name_is_accepted_where_it_is_listed_as_ambiguous(folder: Path) -> None:
    write_units(
        folder,
        "ambiguous:\n  id: [Zeta]\nentries:\n"
        "  a:\n    en: [Alpha]\n    id: [Zeta]\n  b:\n    en: [Beta]\n    id: [Zeta]\n",
    )
    match = next(m for m in load_lexicon(folder).find("zeta") if m.surface == "zeta")
    assert {entry.id for entry in match.entries} == {"a", "b"}


@pytest.mark.parametrize(
    ("file", "old", "new", "mend"),
    [
        ("words.yaml", "judul: title\n", "judul: title\njudul, tajuk: title\n", "already stands on line"),
        ("words.yaml", "judul: title\n", "judul: title,\n", "empty word between commas"),
        ("words.yaml", "judul: title\n", "judul dosen: title\n", "would hide the role or unit `Dosen`"),
        ("colloquial.yaml", "  kapan: [", "  kapan: [gmn, ", "already stands under `bagaimana`"),
        ("colloquial.yaml", "  kapan: [", "  gmn kapan: [", "is itself a form to replace"),
    ],
)
def test_a_wrong_dictionary_line_is_refused(folder: Path, file: str, old: str, new: str, mend: str) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LexiconError, match=re.escape(mend)) as caught:
        load_lexicon(folder)
    assert caught.value.file == file
    assert caught.value.line > 1


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "terms.yaml").unlink()
    with pytest.raises(LexiconError, match=r"terms\.yaml, line 1: the file cannot be read"):
        load_lexicon(folder)


def test_every_phase_and_every_standard_has_a_term() -> None:
    assert {entry.phase for entry in LEXICON.entries} - {None} == set(Phase)
    assert {entry.standard for entry in LEXICON.entries} - {None} == {f"1.{n}" for n in range(1, 9)}


# names are found whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kaprodi", ["head-of-programme"]),
        ("the Head of the Study Programme", ["head-of-programme"]),
        ("Programme Coordinator", ["head-of-programme"]),
        ("Heads of Programme and Deans", ["head-of-programme", "dean"]),
        ("WR 1, WR I, Warek1, First Vice-Rector", ["vice-rector-1"] * 4),
        ("VICE-DEAN I", ["vice-dean-1"]),
        ("Vice- Dean I / Deputy Director", ["vice-dean-1", "assistant-director"]),
        ("Vice Dean", ["vice-dean"]),
        ("Ka. TU", ["head-of-administration"]),
        ("U P M F", ["upmf"]),
        ("dosen wali", ["academic-supervisor"]),
        ("kaprodinya", ["head-of-programme"]),
        ("cuti kuliah", ["study-leave"]),
        ("angka DO", ["drop-out"]),
        ("what do I do", []),
        ("Deanship, rektorium", []),
        ("the Head. Programme of study", ["study-programme"]),
        ("SOP-SPMI-UPGRIS-1.2.8", []),
    ],
)
def test_the_longest_name_is_found_and_words_stay_whole(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


def test_a_printed_vice_rector_without_number_stays_apart_and_says_why() -> None:
    (match,) = LEXICON.find("Vice-Rector")
    assert match.entry.id == "vice-rector"
    assert "means the Rector" in (match.entry.note or "")


TEXTS = st.lists(
    st.sampled_from(
        [
            "Vice-Dean I",
            "Dean",
            "wakil",
            "dekan",
            "1",
            "gmn",
            "UTS",
            ",",
            "/",
            "ujian",
            "1.2.8",
            "kaprodi",
            "dosen",
        ]
    )
    | st.text(max_size=6),
    max_size=12,
).map(" ".join)


@given(TEXTS)
def test_matches_are_in_order_and_do_not_overlap_and_are_the_text(text: str) -> None:
    matches = LEXICON.find(text)
    assert all(left.end <= right.start for left, right in itertools.pairwise(matches))
    assert all(text[match.start : match.end] == match.surface for match in matches)


@given(TEXTS)
def test_finding_is_idempotent(text: str) -> None:
    for match in LEXICON.find(text):
        (again,) = LEXICON.find(match.surface)
        assert (again.entry, again.surface) == (match.entry, match.surface)


def test_finding_takes_less_than_a_millisecond_for_a_question() -> None:
    question = ("siapa yang menentukan jadwal ujian skripsi dan kapan wakil dekan 1 mengumumkannya? " * 3)[:200]
    best = min(_seconds(question) for _ in range(20))
    assert best < 0.001


def _seconds(question: str) -> float:
    start = time.perf_counter()
    LEXICON.find(question)
    return time.perf_counter() - start


# actors are named


@pytest.mark.parametrize(
    ("printed", "indonesian"),
    [
        ("Dean/Director of Postgraduate Studies", "Dekan/Direktur Pascasarjana"),
        ("Deans/Directors of Postgraduate Studies", "Dekan/Direktur Pascasarjana"),
        (
            "Vice Dean I/Assistant Director and Programme Coordinator",
            "Wakil Dekan I/Asisten Direktur dan Ketua Program Studi",
        ),
        ("Vice-Rectors I and II", "Wakil Rektor I dan II"),
        ("The Foundation", "Yayasan"),
        ("UPMF/UPMPS", "UPMF/UPMPS"),
        ("Head of Programme/SUPMPS", "Ketua Program Studi/SUPMPS"),
        ("Moon Committee/Dean", "Moon Committee/Dekan"),
        ("Astronaut", "Astronaut"),
        ("Senior Lecturer/Dean", "Senior Lecturer/Dekan"),
        ("", ""),
    ],
)
def test_an_actor_cell_is_rendered_piece_by_piece(printed: str, indonesian: str) -> None:
    assert LEXICON.role_name(printed, "id") == indonesian


def test_an_actor_already_in_the_language_stays_as_printed() -> None:
    assert LEXICON.role_name("Programme Coordinator", "en") == "Programme Coordinator"
    assert LEXICON.role_name("Kaprodi", "id") == "Kaprodi"
    assert LEXICON.role_name("Koordinator PPG", "en") == "PPG Coordinator"


def test_names_are_the_canonical_ones() -> None:
    assert LEXICON.name("head-of-programme", "id") == "Ketua Program Studi"
    assert LEXICON.name("head-of-programme", "en") == "Head of Programme"
    with pytest.raises(KeyError):
        LEXICON.name("astronaut", "en")


def actor_cells() -> list[str]:
    """Every work unit, person in charge and matrix column of the document, each time it is printed."""
    cells: list[str] = []
    in_procedure = False
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        row = [cell.strip() for cell in line.split("\t")]
        if re.match(r"(Work Units?|Unit Section)\b", row[0]) and len(row) == 3:
            in_procedure = True
        elif re.fullmatch(r"No\.?", row[0]) and len(row) > 2:
            in_procedure = False
            if re.search(r"activit|details", row[1], re.IGNORECASE) and "EVIDENCE" not in row:
                cells += row[2:] if "EXPLANATION" not in row else []
        elif in_procedure and len(row) == 3:
            cells += [row[0], row[2]]
        else:
            in_procedure = False
    return [cell for cell in cells if cell]


def known(cell: str) -> bool:
    """Whether nothing but connecting words is left of a cell once its roles and units are taken out."""
    rest = cell
    for match in reversed(LEXICON.find(cell)):
        if match.entry.kind in (Kind.ROLE, Kind.UNIT):
            rest = rest[: match.start] + rest[match.end :]
    return set(re.findall(r"\w+", rest.lower())) <= {"the", "and", "of", "at", "or"}


def test_the_actors_of_the_document_are_known() -> None:
    cells = actor_cells()
    unknown = sorted({cell for cell in cells if not known(cell)})
    assert len(cells) > 500
    assert sum(map(known, cells)) / len(cells) >= 0.95, unknown
    assert sum(map(known, set(cells))) / len(set(cells)) >= 0.95, unknown


# the bridge


@pytest.mark.parametrize(
    ("question", "equivalents"),
    [
        ("minimal lektor", {"Senior Lecturer"}),
        ("siapa kaprodi", {"Head of Programme", "Programme Coordinator"}),
        ("ngumpulin soal UTS", {"submit", "collect", "examination paper", "mid-term exam"}),
        ("penyusunannya", {"drafting", "preparation"}),
        ("diterbitkannya", {"issue", "publish"}),
        ("tahap pengendalian", {"control", "stage"}),
        ("penetapan standar isi", {"establishment", "learning content standards"}),
    ],
)
def test_indonesian_questions_get_the_documents_english(question: str, equivalents: set[str]) -> None:
    assert equivalents <= set(LEXICON.translate_terms(question, "en"))


def test_english_questions_get_indonesian_and_a_name_its_synonyms() -> None:
    assert {"mengajukan", "pengajuan"} <= set(LEXICON.translate_terms("submitting", "id"))
    synonyms = LEXICON.translate_terms("Programme Coordinator", "en")
    assert "Head of Programme" in synonyms
    assert "Programme Coordinator" not in synonyms


@given(TEXTS)
def test_translations_have_no_repeats(text: str) -> None:
    found = LEXICON.translate_terms(text, "en")
    assert len(found) == len(set(found))


def test_inflected_words_are_found_in_the_dictionary() -> None:
    assert "word:mengajukan" in [entry.id for entry in LEXICON.words("submitting", "en")]
    assert LEXICON.words("ngumpulinnya", "id")
    assert not LEXICON.words("qwerty", "en")


# questions are made plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("gmn cara ngurus cuti kuliah ya kak?", "bagaimana cara mengurus cuti kuliah?"),
        ("halo min, mau tanya dong, kpn UAS?", "kapan UAS?"),
        ("gimanaaa sih klo telat", "bagaimana kalau terlambat"),
        ("whats the deadline pls", "what is the deadline"),
        ("dosbing & matkul", "dosen pembimbing & mata kuliah"),
        ("tim PAK itu apa pak", "tim PAK itu apa"),
        ("Ka TU tugasnya apa?", "Ka TU tugasnya apa?"),
        ("min 3 hari", "min 3 hari"),
        ("MIN, GMN KRS?", "bagaimana KRS?"),
        ("Who is the Dean of the Faculty?", "Who is the Dean of the Faculty?"),
        ("", ""),
    ],
)
def test_colloquial_questions_become_plain(typed: str, plain: str) -> None:
    assert LEXICON.normalise(typed) == plain


CODES = st.from_regex(r"(SOP-SPMI-UPGRIS-|S-SPMI-UPGRIS-|)1\.[1-8](\.[1-9][0-9]?)?", fullmatch=True)
CHATTER = st.sampled_from(["gmn", "ya", "kak", "yg", "apa", "min", "pls", ",", "?", "sih", "UTS", "3 hari", "WR1"])


@given(st.lists(CODES | CHATTER, max_size=10).map(" ".join))
def test_normalising_never_touches_codes(text: str) -> None:
    code = re.compile(r"(?:[A-Z]+-)*\d+(?:\.\d+)+")
    assert code.findall(LEXICON.normalise(text)) == code.findall(text)


@given(TEXTS)
def test_normalising_never_touches_digits(text: str) -> None:
    assert [c for c in LEXICON.normalise(text) if c.isdigit()] == [c for c in text if c.isdigit()]


@given(st.lists(CODES | CHATTER, max_size=10).map(" ".join))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = LEXICON.normalise(text)
    assert LEXICON.normalise(once) == once


def test_the_lexicon_is_read_once() -> None:
    assert load_lexicon() is load_lexicon(FOLDER)
    assert isinstance(load_lexicon(), Lexicon)
