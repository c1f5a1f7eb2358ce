"""The words of answers: durations, time limits, roles, excerpts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language import Language
from corpus.lexicon import Lexicon
from corpus.model import Lines, TimeLimit, TimeLimitKind
from index.wording import duration_words, excerpt, limit_words, role_words


def limit(kind: TimeLimitKind, offset: str | None, **more: object) -> TimeLimit:
    return TimeLimit(quote="the clause's words", kind=kind, offset=offset, lines=(Lines(start=1, end=1),), **more)


@pytest.mark.parametrize(
    ("duration", "language", "words"),
    [
        ("P3D", "en", "3 days"),
        ("P1D", "en", "1 day"),
        ("P3D", "id", "3 hari"),
        ("-P1M", "id", "1 bulan"),
        ("P3Y6M", "en", "3 years 6 months"),
        ("P3Y6M/P4Y6M", "id", "3 tahun 6 bulan–4 tahun 6 bulan"),
        ("PT50M", "en", "50 minutes"),
        ("P16W", "id", "16 minggu"),
    ],
)
def test_durations(duration: str, language: Language, words: str) -> None:
    assert duration_words(duration, language) == words


@pytest.mark.parametrize(
    ("found", "en", "indonesian"),
    [
        (
            limit(TimeLimitKind.DEADLINE, "-P3D", anchor="the exam"),
            "at least 3 days before: the exam",
            "paling lambat 3 hari sebelum: the exam",
        ),
        (
            limit(TimeLimitKind.DEADLINE, "P7D", anchor="the activity", days="working"),
            "within 7 working days after: the activity",
            "dalam 7 hari kerja setelah: the activity",
        ),
        (limit(TimeLimitKind.FREQUENCY, "R/P6M"), "every semester", "setiap semester"),
        (
            limit(TimeLimitKind.FREQUENCY, "R/P6M", times=2),
            "at least 2 times, every semester",
            "minimal 2 kali, setiap semester",
        ),
        (limit(TimeLimitKind.FREQUENCY, "R/P3M"), "every half-semester", "setiap setengah semester"),
        (limit(TimeLimitKind.FREQUENCY, "R/P5Y"), "every 5 years", "setiap 5 tahun"),
        (limit(TimeLimitKind.WINDOW, "-P3Y"), "the last 3 years", "3 tahun terakhir"),
        (limit(TimeLimitKind.FREQUENCY, None), "“the clause's words”", "“the clause's words”"),
    ],
)
def test_time_limits(found: TimeLimit, en: str, indonesian: str) -> None:
    assert limit_words(found, "en") == en
    assert limit_words(found, "id") == indonesian


def test_roles_are_named_in_the_question_s_language_with_the_source_in_brackets(lexicon: Lexicon) -> None:
    assert role_words(["Head of Programme"], "en", lexicon) == "Head of Programme"
    assert role_words(["Head of Programme"], "id", lexicon) == "Ketua Program Studi (Head of Programme)"
    assert role_words(["UPMF", "UPMF"], "id", lexicon) == "UPMF"


@given(st.text(max_size=400), st.integers(min_value=20, max_value=300))
def test_an_excerpt_never_exceeds_its_limit(text: str, size: int) -> None:
    assert len(excerpt(text, size)) <= max(size, 0) or len(text) <= size


def test_an_excerpt_keeps_what_must_be_kept() -> None:
    text = "First sentence about nothing. " * 20 + "Marks are due within 7 days. " + "More of the same. " * 20
    assert "within 7 days" in excerpt(text, 120, keep="within 7 days")
