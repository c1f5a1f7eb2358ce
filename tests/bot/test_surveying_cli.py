"""Surveys on the command line: everything that the chat can do with lists, campaigns, links and answers."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from bot.cli import main
from bot.keeping import open_store
from bot.settings import Settings, load_settings
from store.campaigns import CampaignKind, CampaignState
from store.trail import Act

Run = Callable[..., tuple[int, str]]
LIST = """nim,nama,kode prodi,prodi,jenjang,tanggal lulus,hp
20190001,Siti Rahmawati,55201,Informatika,S1,2024-07-31,081234567890
20190002,Budi Santoso,55201,Informatika,S1,2024-07-31,
20190003,Tuti,552,Informatika,S1,2024-07-31,
"""


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings with a data folder of their own and nothing else set."""
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    for name in [name for name in os.environ if name.startswith(("TANYAMUTU_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANYAMUTU_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TANYAMUTU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    return load_settings()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], here: Settings) -> Run:
    """Run a command; give the exit code and all that was printed."""

    def go(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["tanyamutu", "tracer", *arguments])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code or 0
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return int(code) if isinstance(code, int) else 1, told.out + told.err

    return go


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    """Import a list and make a short survey; return a folder for files."""
    file = tmp_path / "lulusan.csv"
    file.write_text(LIST)
    assert run("import", str(file))[0] == 0
    assert run("new", "Tracer 2026", "2099-12-31", "--kind", "short", "--year", "2026")[0] == 0
    return tmp_path


def test_a_list_is_rehearsed_then_imported(run: Run, here: Settings, tmp_path: Path) -> None:
    file = tmp_path / "lulusan.csv"
    file.write_text(LIST)
    code, said = run("import", str(file), "--dry-run")
    assert (code, "2 would be added" in said) == (0, True)
    assert "left out, row 4: the programme code “552” has not five digits" in said
    with open_store(here) as store:
        assert store.graduates.all() == ()
    assert "2 added, 0 changed, 0 unchanged" in run("import", str(file))[1]
    assert "0 added, 0 changed, 2 unchanged" in run("import", str(file))[1]


def test_a_survey_is_made_closed_opened_and_extended(run: Run, here: Settings, made: Path) -> None:
    assert "2 (0.0%)" in run("list")[1]
    run("close", "1")
    run("open", "1")
    run("extend", "1", "2100-01-31")
    with open_store(here) as store:
        (campaign,) = store.campaigns.all()
        assert (campaign.kind, campaign.state, campaign.closes.year) == (CampaignKind.SHORT, CampaignState.OPEN, 2100)
        acts = [entry.details["what"] for entry in store.trail.all() if entry.act is Act.CAMPAIGN_SET]
        assert acts == ["made", "closed", "open", "closes"]
    assert run("close", "9")[0] == 2
    assert run("extend", "1", "2001-01-01")[0] == 2


def test_links_are_written_as_lists_and_as_sheets_that_only_the_owner_reads(run: Run, made: Path) -> None:
    for name in ("a.xlsx", "a.csv", "a.pdf"):
        code, said = run("links", "1", "--out", str(made / name), "--bot", "tanyamutu_bot")
        assert (code, "2 links" in said) == (0, True)
        assert stat.S_IMODE((made / name).stat().st_mode) == 0o600
    with (made / "a.csv").open(encoding="utf-8-sig") as file:
        links = [row["link"] for row in csv.DictReader(file)]
    book = load_workbook(made / "a.xlsx").worksheets[0]
    assert [row[-2] for row in book.iter_rows(min_row=2, values_only=True)] == links
    assert all("console" in str(row[-1]) for row in book.iter_rows(min_row=2, values_only=True))
    assert all(link.startswith("https://t.me/tanyamutu_bot?start=s_") for link in links)
    printed = PdfReader(made / "a.pdf").pages[0].extract_text()
    assert "Siti Rahmawati" in printed
    assert "Dibuat oleh console" in printed
    assert run("links", "1", "--out", str(made / "a.csv"), "--bot", "x")[0] == 2
    assert run("links", "1", "--out", str(made / "a.docx"), "--bot", "x")[0] == 2
    assert run("missing", "1", "--out", str(made / "a.pdf"))[0] == 2
    assert "is no user name" in run("links", "1", "--out", str(made / "b.csv"), "--bot", "bad name!")[1]
    run("new", "Lama", "2100-01-01", "--kind", "needs", "--year", "1999")
    assert "Nobody is left to invite" in run("links", "2", "--out", str(made / "b.csv"), "--bot", "tanyamutu_bot")[1]
    assert run("new", "T", "2100-01-01", "--year", "99999")[0] == 2


def test_answers_are_rehearsed_then_taken_and_who_is_missing_is_written(run: Run, here: Settings, made: Path) -> None:
    file = made / "isian.csv"
    file.write_text("NIM,Kerja?\n20190001,5\n20199999,5\n")
    arguments = ("answers", "1", str(file), "--column", "Kerja? = f8")
    assert "1 would be taken, 0 answered already, 1 left out" in run(*arguments, "--dry-run")[1]
    for wrong in ("Kerja?", "= f8", "Kerja? = zz", "Kontrak = f8:9"):
        code, said = run("answers", "1", str(file), "--column", wrong)
        assert (code, "names no question" in said) == (2, True)
    assert "1 taken, 0 answered already, 1 left out" in run(*arguments)[1]
    assert "0 taken, 1 answered already" in run("answers", "1", str(file))[1]  # the columns are remembered
    assert "0 taken, 1 answered already, 1 left out" in run(*arguments)[1]
    assert "1 have not answered" in run("missing", "1", "--out", str(made / "belum.xlsx"))[1]
    rows = list(load_workbook(made / "belum.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == ["20190002"]
    with open_store(here) as store:
        assert Act.NAMES_SEEN in {entry.act for entry in store.trail.all()}


def test_a_broken_questionnaire_is_one_message(run: Run, made: Path) -> None:
    file = made / "form.xlsx"
    file.write_bytes(b"PK rubbish")
    for arguments in (("form", str(file)), ("new", "X", "2099-01-01", "--kind", "own", "--form", str(file))):
        code, said = run(*arguments)
        assert code == 2
        assert "save the form as an Excel workbook" in said
