"""What the chat says of a length can be written back, and means the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Lines, TimeLimit, TimeLimitKind
from handlers.rule_words import anchor_name, length
from handlers.texts import speech
from index.reply import Language
from reminders.lengths import Length, read_length

LANGUAGES = st.sampled_from(["id", "en"])


def limit(offset: str | None, days: str = "calendar", times: int = 1) -> TimeLimit:
    values = {"quote": "so", "kind": TimeLimitKind.DEADLINE, "lines": (Lines(start=1, end=1),)}
    return TimeLimit.model_validate(values | {"offset": offset, "days": days, "times": times})


@given(LANGUAGES, st.sampled_from(["", "-"]), st.integers(1, 10), st.sampled_from(["D", "M", "Y", "working"]))
def test_deadlines_are_read_as_they_are_written(language: Language, sign: str, count: int, unit: str) -> None:
    days = "working" if unit == "working" else "calendar"
    offset = f"{sign}P{count}{'D' if unit == 'working' else unit}"
    assert read_length(length(speech(language), limit(offset, days))) == (offset, days, 1)


@given(LANGUAGES, st.sampled_from(["P1W", "P2W", "P1M", "P3M", "P6M", "P1Y", "P5Y"]), st.integers(1, 16))
def test_frequencies_are_read_as_they_are_written(language: Language, period: str, times: int) -> None:
    expected = Length(f"R/{period}", times=times)
    if (period, times) == ("P1Y", 2):
        expected = Length("R/P6M")
    assert read_length(length(speech(language), limit(f"R/{period}", times=times))) == expected


@pytest.mark.parametrize(("offset", "said"), [(None, "tanpa angka"), ("P2Y/P3Y", "P2Y/P3Y")])
def test_what_has_no_words_is_shown_as_it_is(offset: str | None, said: str) -> None:
    assert length(speech("id"), limit(offset)) == said


def test_a_kind_that_is_no_more_is_not_known() -> None:
    assert anchor_name(speech("en"), "carnival") == anchor_name(speech("en"), None) == "not known"
