"""Answers that people wrote: found by whoever asks the same in other words, never by who asks something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant import Assistant, StoreCurated
from index.alike import Alike, Subject
from index.curated import CuratedEntry
from index.engine import Engine
from index.evaluation.questions import load_items
from index.reply import ClauseNotFoundError, render_clause_html, render_html, source_id
from playground.html import parse_html
from store.roles import Role
from store.store import Store
from tests.conftest import QUESTIONS

AUTHOR = 7
FEE = "Berapa biaya wisuda?"
LIBRARY = "Jam berapa perpustakaan tutup pada hari Sabtu?"


def entry(number: int, question: str, answer: str = "Lihat pengumuman.", author: str = "Siti Aminah") -> CuratedEntry:
    return CuratedEntry(
        number, f"curated:{number}", question, answer, "id", author, "quality_office", dt.date(2026, 5, 3)
    )


@dataclass
class Shelf:
    """A source whose entries a test sets."""

    held: list[CuratedEntry] = field(default_factory=list)

    def version(self) -> object:
        return tuple(self.held)

    def entries(self) -> Sequence[CuratedEntry]:
        return self.held


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def curating(assistant: Assistant, engine: Engine, shelf: Shelf) -> Engine:
    """An engine over the real documents whose curated answers are those on the shelf."""
    return assistant.engine(engine.index, shelf)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.db") as opened:
        opened.people.seen(AUTHOR, "Siti Aminah", None, "id")
        opened.people.grant(AUTHOR, Role.QUALITY_OFFICE)
        yield opened


def found(engine: Engine, question: str) -> str:
    return engine.answer(question).curated


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (FEE, FEE),
        (FEE, "berapa biaya wisuda"),
        (FEE, "brp sih biaya wisudanya kak?"),
        (LIBRARY, "perpustakaan hari Sabtu tutup jam berapa ya?"),
        (LIBRARY, "What time does the library close on Saturday?"),
        ("How much is the parking fee for motorcycles?", "Biaya parkir motor berapa?"),
        ("Siapa yang mengganti kartu mahasiswa yang hilang?", "kartu mahasiswa hilang, siapa yang mengganti?"),
    ],
)
def test_the_same_question_in_other_words_finds_the_answer(
    curating: Engine, shelf: Shelf, written: str, asked: str
) -> None:
    shelf.held = [entry(17, written)]
    assert found(curating, asked) == "curated:17"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Siapa yang mengesahkan kalender akademik?", "Kapan kalender akademik disahkan?"),
        ("Who approves the academic calendar?", "When is the academic calendar approved?"),
        ("Kapan jadwal UTS diumumkan?", "Kapan jadwal UAS diumumkan?"),
        ("Berapa biaya ujian susulan UTS?", "Berapa biaya ujian susulan UAS?"),
        ("Berapa lama cuti untuk dosen?", "Berapa lama cuti untuk mahasiswa?"),
        ("How many days of leave does a lecturer have?", "How many days of leave does a student have?"),
        ("Siapa yang menetapkan visi fakultas?", "Siapa yang menetapkan visi universitas?"),
        ("Apa sanksi bila cuti lebih dari 2 semester?", "Apa sanksi bila cuti lebih dari 3 semester?"),
        ("Bolehkah mahasiswa cuti pada semester dua?", "Bolehkah mahasiswa cuti pada semester tiga?"),
        ("Bolehkah skripsi diuji tanpa pembimbing?", "Bolehkah skripsi diuji dengan pembimbing?"),
        ("Apa syarat mendaftar ulang sebelum wisuda?", "Apa syarat mendaftar ulang setelah wisuda?"),
        ("Berapa IPK minimal penerima beasiswa?", "Berapa IPK maksimal penerima beasiswa?"),
        (FEE, "Kapan wisuda?"),
        (FEE, "Berapa biaya parkir?"),
        (FEE, "Di mana wisuda diadakan?"),
        (LIBRARY, "Jam berapa perpustakaan buka pada hari Sabtu?"),
        (LIBRARY, "Jam berapa loket BAAK tutup pada hari Sabtu?"),
        ("Apa kepanjangan dari SOP 1.2.8?", "Apa kepanjangan dari SOP 1.2.9?"),
    ],
)
def test_a_near_miss_is_not_given_the_answer(curating: Engine, shelf: Shelf, written: str, asked: str) -> None:
    shelf.held = [entry(17, written)]
    assert not found(curating, asked)


def test_answers_found_in_the_documents_stay_unless_it_is_the_same_question(curating: Engine, shelf: Shelf) -> None:
    question = "What is the minimum study success rate?"
    shelf.held = [entry(3, "What is the target for graduates who work in their field?")]
    assert "85%" in curating.answer(question).answer
    shelf.held = [entry(4, question, "From 2027 on it is 90%.")]
    reply = curating.answer(question)
    assert (reply.curated, reply.answer) == ("curated:4", "From 2027 on it is 90%.")


def test_of_two_answers_to_one_question_the_later_is_given(curating: Engine, shelf: Shelf) -> None:
    shelf.held = [entry(1, FEE, "Lama."), entry(2, FEE, "Baru.")]
    assert curating.answer(FEE).answer == "Baru."


def test_follow_ups_without_a_subject_find_nothing(curating: Engine, shelf: Shelf) -> None:
    shelf.held = [entry(1, "siapa?")]
    assert not found(curating, "siapa?")


def test_a_reply_is_marked_with_whose_it_is_and_never_as_a_quotation(curating: Engine, shelf: Shelf) -> None:
    shelf.held = [entry(17, FEE, "Rp 750.000 & sudah termasuk toga."), entry(18, LIBRARY, "Pukul 12.")]
    reply = curating.answer("berapa biaya wisuda")
    assert (reply.language, reply.answerable, reply.answer) == ("id", True, "Rp 750.000 & sudah termasuk toga.")
    assert [c.source for c in reply.citations] == ["curated:17"]
    text = parse_html(render_html(reply))[0]
    assert "✍️ Jawaban LPM oleh Siti Aminah, 3 Mei 2026 · bukan kutipan dokumen" in text
    assert f"Ditulis untuk pertanyaan: {FEE}" in text
    assert not any(word in text for word in ("baris", "Terjemahan", "📄"))
    english = curating.answer("What time does the library close on Saturday?")
    assert (english.language, english.answer) == ("en", "Pukul 12.")
    mark = "✍️ Answer by the quality office by Siti Aminah, 3 May 2026 · not a quotation from the documents"
    assert mark in render_html(english)
    assert mark.split("·")[0].strip() in render_html(english, 150)


def test_a_button_opens_the_whole_answer_until_it_is_withdrawn(curating: Engine, shelf: Shelf) -> None:
    whole = "Bagian pertama. " * 300
    shelf.held = [entry(17, FEE, whole)]
    reply = curating.answer(FEE)
    assert len(reply.answer) <= 1800
    citation, text = curating.clause_at(source_id("curated:17"), 1, 1, "id")
    assert text == whole
    assert curating.clause(citation) == whole
    assert "Jawaban LPM oleh Siti Aminah" in render_clause_html(citation, text)[0]
    shelf.held = []
    with pytest.raises(ClauseNotFoundError):
        curating.clause_at(source_id("curated:17"), 1, 1)


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=5000), st.text(max_size=130), st.text(min_size=1, max_size=1200))
def test_any_curated_answer_is_shown_within_the_limit(engine: Engine, answer: str, author: str, asked: str) -> None:
    reply = entry(9, asked, answer, author).reply(engine.read("Berapa biaya wisuda?"))
    text = parse_html(render_html(reply))[0]
    assert len(text.encode("utf-16-le")) // 2 <= 4096
    assert "bukan kutipan dokumen" in text or len(author) > 100


def test_an_answer_without_its_address_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="address"):
        CuratedEntry(17, "", FEE, "Rp 750.000", "id", "Siti", "quality_office", dt.date(2026, 5, 3))


def test_new_withdrawn_and_erased_are_followed_without_a_restart(
    assistant: Assistant, engine: Engine, store: Store
) -> None:
    curating = assistant.engine(engine.index, StoreCurated(store.curated, assistant.settings.zone))
    assert not found(curating, FEE)
    kept = store.curated.add(FEE, "Rp 750.000.", "id", AUTHOR)
    reply = curating.answer("biaya wisuda berapa ya?")
    assert reply.curated == kept.address
    assert "Siti Aminah" in render_html(reply)
    store.erase_person(AUTHOR)
    erased = curating.answer(FEE)
    assert erased.curated == kept.address
    assert "Siti" not in erased.model_dump_json()
    store.people.seen(AUTHOR, "Budi", None, "id")
    store.curated.withdraw(kept.id, AUTHOR)
    assert not found(curating, FEE)


def test_only_new_questions_are_embedded(assistant: Assistant, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf([entry(1, FEE), entry(2, LIBRARY)])
    curating = assistant.engine(engine.index, shelf)
    embedded: list[str] = []
    query = assistant.embedder.query
    monkeypatch.setattr(assistant.embedder, "query", lambda text: (embedded.append(text), query(text))[1])
    curating.answer("Siapa dekan?")
    assert len(embedded) == 1
    shelf.held = [*shelf.held, entry(3, "Di mana letak kantor LPM?")]
    curating.answer("Siapa dekan?")
    assert len(embedded) == 3


def test_without_curated_answers_replies_are_what_they_were(engine: Engine, curating: Engine, shelf: Shelf) -> None:
    shelf.held = []
    for question in ("kapan paling lambat nilai UAS diserahkan ke Kaprodi?", "What are the steps of SOP 1.6.3?", FEE):
        before, now = engine.answer(question), curating.answer(question)
        assert now.model_copy(update={"ms": before.ms}) == before


def test_of_held_out_questions_none_is_surely_given_the_answer_to_another(curating: Engine, shelf: Shelf) -> None:
    items = [item for path in sorted(QUESTIONS.glob("standards-*.jsonl")) for item in load_items(path)]
    items = items[:: len(items) // 100]
    shelf.held = [entry(number, item.q_id) for number, item in enumerate(items)]
    matches = [curating.find(item.q_en)[2].curated for item in items]
    right = [bool(match and match.entry.id == number) for number, match in enumerate(matches)]
    wrong = [match for match, fits in zip(matches, right, strict=True) if match and not fits]
    assert not [match for match in wrong if match.strength == "same"]
    assert len(wrong) <= 2
    assert sum(right) >= 20


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from([FEE, LIBRARY, "Who approves the calendar?"]))
def test_likeness_has_no_order(engine: Engine, text: str, other: str) -> None:
    rule = Alike.load()
    questions = [engine.read(asked) for asked in (text or "x", other)]
    one, two = (
        Subject.of(q, rule.moved(engine.embedder.query(q.normal)), engine.lexicon, engine.index.lexical)
        for q in questions
    )
    assert rule.value(one, two) == pytest.approx(rule.value(two, one))
