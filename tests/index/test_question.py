"""Reading questions: what is asked for, in both languages, colloquial and mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.lexicon import Lexicon
from index.facts import Fact
from index.question import Asked, read_question
from index.spelling import Speller

KINDS = [
    ("Who approves the thesis topic?", Asked.RESPONSIBLE),
    ("Siapa yang menyetujui judul skripsi?", Asked.RESPONSIBLE),
    ("siapa sih yg ngurus jadwal kuliah", Asked.RESPONSIBLE),
    ("PIC monitoring perkuliahan", Asked.RESPONSIBLE),
    ("unit mana yang menyimpan arsip?", Asked.RESPONSIBLE),
    ("When must lecturers hand in their marks?", Asked.DEADLINE),
    ("kapan ya bu terakhir ngumpulin nilai?", Asked.DEADLINE),
    ("paling lambat kapan KRS diisi", Asked.DEADLINE),
    ("how often does the LPM audit?", Asked.DEADLINE),
    ("What are the steps to take a study leave?", Asked.STEPS),
    ("gimana cara pindah kelas?", Asked.STEPS),
    ("langkah-langkah pengajuan seminar proposal", Asked.STEPS),
    ("What percentage of graduates must find work?", Asked.TARGET),
    ("minimal berapa persen kelulusan tepat waktu", Asked.TARGET),
    ("How many supervisors does a student get?", Asked.TARGET),
    ("What does AEP stand for?", Asked.DEFINITION),
    ("apa itu tracer study?", Asked.DEFINITION),
    ("pengertian beban kerja dosen", Asked.DEFINITION),
    ("What is the document code of the SOP on class transfer?", Asked.DOCUMENT),
    ("kode dokumen SOP cuti akademik", Asked.DOCUMENT),
    ("Which requirements must a supervisor meet?", Asked.REQUIREMENT),
    ("syarat jadi pembimbing skripsi", Asked.REQUIREMENT),
    ("ruang kelas", Asked.OTHER),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_what_is_asked_for(text: str, kind: Asked, lexicon: Lexicon) -> None:
    assert read_question(text, lexicon).asked is kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("siapa dekan", "id"),
        ("who is responsible", "en"),
        ("kapan UTS?", "id"),
        ("exam committee size", "en"),
        ("jadwal KRS mahasiswa", "id"),
        ("1.2.8", "id"),
        ("what is IKU", "en"),
        ("apa itu IKU", "id"),
        ("deadline submit nilai", "id"),
        ("KRS deadline when", "en"),
        ("PIC tracer study siapa", "id"),
        ("thesis supervisor requirements", "en"),
        ("syarat pembimbing skripsi", "id"),
        ("rapat koordinasi perkuliahan", "id"),
        ("lecture coordination meeting", "en"),
    ],
)
def test_language(text: str, language: str, lexicon: Lexicon) -> None:
    assert read_question(text, lexicon).language == language


def test_codes_are_no_words_to_look_for(lexicon: Lexicon) -> None:
    question = read_question("Apa tujuan SOP-SPMI-UPGRIS-1.2.8?", lexicon)
    assert question.codes == ("1.2.8",)
    assert not {"spmi", "upgris", "1.2.8"} & {group.surface.casefold() for group in question.groups}


def test_phases_and_standards_are_recognised(lexicon: Lexicon) -> None:
    question = read_question("SOP pengendalian standar isi pembelajaran", lexicon)
    assert question.phases == {"control"}
    assert "1.2" in question.standards


def test_an_indonesian_word_looks_for_english_ones(lexicon: Lexicon) -> None:
    question = read_question("penerbitan surat tugas mengajar", lexicon)
    tokens = {token for group in question.groups for token, _ in group.tokens}
    assert {"issu", "#teaching-assignment-letter"} & tokens


@pytest.fixture(scope="module")
def speller(lexicon: Lexicon, facts: list[Fact]) -> Speller:
    return Speller(lexicon, (f"{fact.title} {fact.text}" for fact in facts))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("asessment", "assessment"),
        ("evalution", "evaluation"),
        ("mahsiswa", "mahasiswa"),
        ("dedline", "deadline"),
        ("pembimbng", "pembimbing"),
    ],
)
def test_typing_errors_are_mended(typed: str, meant: str, speller: Speller) -> None:
    assert speller.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["SOP-SPMI-UPGRIS-1.2.8", "1.1.13.1", "UPMF", "SUPMPS", "BAAK", "https://sister.upgris.ac.id", "Head of Programme"],
)
def test_codes_abbreviations_roles_and_addresses_stay(text: str, speller: Speller) -> None:
    assert speller.mend(text) == text


@pytest.mark.parametrize("word", ["walk", "route", "winner", "lowongan", "sanksi", "maternity"])
def test_common_words_that_no_document_holds_stay(word: str, speller: Speller) -> None:
    assert speller.mend(word) == word


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789.,%-/ ", max_size=30))
def test_figures_are_never_touched(speller: Speller, text: str) -> None:
    assert speller.mend(text) == text


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120))
def test_any_text_can_be_read(lexicon: Lexicon, text: str) -> None:
    question = read_question(text, lexicon)
    assert question.text == text
    assert all(weight > 0 for group in question.groups for _, weight in group.tokens)
