"""A survey on a store of its own: graduates on the list, a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from survey_stage import SurveyStage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[SurveyStage]:
    stage = SurveyStage(tmp_path / "store.db")
    yield stage
    stage.store.close()
