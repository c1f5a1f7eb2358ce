"""A small university that lives by the rules of the real documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reminders_house import House, house_of

from corpus.lexicon import Lexicon
from reminders.rulebook import Rulebook


@pytest.fixture
def house(tmp_path: Path, rulebook: Rulebook, lexicon: Lexicon) -> Iterator[House]:
    with house_of(tmp_path / "store.db", rulebook, lexicon) as made:
        yield made
