"""``tanyamutu tracer``: the report and the files without a chat."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.bench_report import crowded_store
from bot.cli import app
from store.store import Store
from store.trail import Act
from tracer.national.validate import file_refusals

RUNNER = CliRunner()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with a survey of 60 graduates, 40 of whom answered, and 8 employers."""
    with crowded_store(graduates=60, answered=40, rated=8) as store:
        folder = store.path.parent
        monkeypatch.setenv("TANYAMUTU_DATA", str(folder))
        monkeypatch.setenv("TANYAMUTU_INSTITUTION", "061031")
        yield folder


def tracer(*arguments: str) -> str:
    result = RUNNER.invoke(app, ["tracer", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_report_is_written_in_all_its_forms(data: Path, tmp_path: Path) -> None:
    tracer("report", "1", "--out", str(tmp_path / "out"), "--language", "en")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"tracer-1-tracer-2026-laporan.html", "tracer-1-tracer-2026-laporan.pdf"} <= names
    assert "tracer-1-tracer-2026-1.1.9.1.png" in names
    page = (tmp_path / "out" / "tracer-1-tracer-2026-laporan.html").read_text(encoding="utf-8")
    assert "spmi-education-standards-upgris-2023.txt:189–192" in page


@pytest.mark.parametrize("form", ["upload", "upload88", "csv", "json", "sav"])
def test_files_of_people_are_for_their_owner_alone_and_noted(data: Path, tmp_path: Path, form: str) -> None:
    tracer("export", "1", form, "--out", str(tmp_path))
    (file,) = tmp_path.glob("tracer-*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    if form == "upload":
        assert list(file_refusals(file)) == []
    with Store(data / "tanyamutu.db") as store:
        assert [entry.act for entry in store.trail.all()] == [Act.ANSWERS_EXPORTED]


def test_anonymous_counts_are_not_noted_and_other_surveys_have_no_ministrys_file(data: Path, tmp_path: Path) -> None:
    tracer("export", "1", "counts", "--out", str(tmp_path))
    tracer("export", "2", "csv", "--out", str(tmp_path))
    result = RUNNER.invoke(app, ["tracer", "export", "2", "upload", "--out", str(tmp_path)])
    assert "Only the national questionnaire has the ministry's file" in str(result.exception)
    with Store(data / "tanyamutu.db") as store:
        assert len(store.trail.all()) == 1
