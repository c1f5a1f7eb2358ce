"""The file: made, brought up to date with a copy, refused when it is not ours to write; transactions over it."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils import Migrations

from store.clock import NaiveTimeError, from_text, to_text
from store.conversations import Step
from store.database import (
    DamagedStoreError,
    MissingReferenceError,
    NotJSONError,
    StoreBusyError,
    UnusableStoreError,
    ValueNotStorableError,
    to_json,
)
from store.inbox import NewUpdate
from store.migrations import migrations
from store.roles import Role
from store.store import Store
from store.units import UnitNotFoundError
from store.upgrade import ForeignStoreError, NewerStoreError, bring_up_to_date

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


def _with_one_step_more() -> Migrations:
    steps = Migrations("store")
    for step in migrations.pending(sqlite_utils.Database(memory=True)):
        steps(name=step.name)(step.fn)

    @steps()
    def m999_shoe_size(db: sqlite_utils.Database) -> None:
        db["people"].add_column("shoe_size", int)

    return steps


def test_a_new_file_is_made_with_its_folder_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "deep" / "down" / "store.db"
    with Store(path) as store:
        assert store.upgrade is None
        store.people.seen(5, "Budi", None, "id")
        mode = sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone()[0]
    assert mode == "wal"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_kept_is_there_after_opening_again(path):
    with Store(path) as store:
        store.people.seen(5, "Budi", "budi", "en")
    with Store(path) as store:
        assert store.people.get(5).name == "Budi"
        assert store.upgrade is None


def test_before_an_upgrade_a_copy_is_kept_and_named(path):
    with Store(path) as store:
        store.people.seen(5, "Budi", None, "id")
    upgrade = bring_up_to_date(path, NOW, steps=_with_one_step_more())
    assert upgrade is not None
    assert upgrade.steps == ("m999_shoe_size",)
    assert str(upgrade.copy) in upgrade.message
    assert "shoe_size" in sqlite_utils.Database(path)["people"].columns_dict
    copy = sqlite_utils.Database(upgrade.copy)
    assert "shoe_size" not in copy["people"].columns_dict
    assert copy["people"].count == 1
    assert stat.S_IMODE(upgrade.copy.stat().st_mode) == 0o600


def test_a_step_that_fails_leaves_the_file_as_it_was(path):
    with Store(path) as store:
        store.people.seen(5, "Budi", None, "id")
    steps = _with_one_step_more()

    @steps()
    def m_fails(db: sqlite_utils.Database) -> None:
        db.execute("DELETE FROM people")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        bring_up_to_date(path, NOW, steps=steps)
    with Store(path) as store:
        assert store.people.get(5).name == "Budi"
    assert "shoe_size" not in sqlite_utils.Database(path)["people"].columns_dict


def test_a_step_that_leaves_rows_without_what_they_refer_to_is_undone(path):
    with Store(path) as store:
        store.people.seen(5, "Budi", None, "id")
        store.people.request_role(5, Role.LECTURER)
    steps = Migrations("store")
    for step in migrations.pending(sqlite_utils.Database(memory=True)):
        steps(name=step.name)(step.fn)
    steps(name="m_breaks")(lambda db: db.execute("DELETE FROM people") and None)
    with pytest.raises(DamagedStoreError, match="role_requests"):
        bring_up_to_date(path, NOW, steps=steps)
    with Store(path) as store:
        assert store.people.get(5).name == "Budi"


def test_a_newer_file_is_refused_with_what_to_do(path):
    Store(path).close()
    bring_up_to_date(path, NOW, steps=_with_one_step_more())
    with pytest.raises(NewerStoreError, match=r"newer version.*install that version"):
        Store(path)


def test_a_database_of_another_program_is_not_touched(path):
    sqlite_utils.Database(path)["notes"].insert({"text": "mine"})
    before = path.read_bytes()
    with pytest.raises(ForeignStoreError, match="another program"):
        Store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all, only words" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(DamagedStoreError, match="restore a backup"):
        Store(path)


def test_many_may_open_a_new_file_at_once(path, program):
    code = """
        from store.store import Store
        sys.stdin.readline()
        Store(path).people.seen(int(arguments[0]), "A", None, "id")
    """
    processes = [program(code, number) for number in range(1, 7)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait() for process in processes] == [0] * 6
    with Store(path) as store:
        assert store.people.count() == {Role.GUEST: 6}


def _change_and_fail(store: Store) -> None:
    with store.transaction():
        store.people.speak(5, "en")
        with store.transaction():
            store.people.choose(5, Role.ALUMNI)
        raise ZeroDivisionError


def test_a_transaction_is_all_or_nothing(store, meet):
    before = meet(5)
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(store)
    assert store.people.get(5) == before


def test_an_inner_transaction_may_fail_alone(store, meet):
    meet(5)
    with store.transaction():
        store.people.choose(5, Role.STUDENT)
        with pytest.raises(ZeroDivisionError):
            _change_and_fail(store)
    assert (store.people.get(5).role, store.people.get(5).language) == (Role.STUDENT, "id")


def test_threads_write_beside_each_other_and_lose_nothing(store, meet):
    def write(number: int) -> None:
        for step in range(20):
            store.people.seen(number * 100 + step + 2, "A", None, "id")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert store.people.count() == {Role.GUEST: 160}


def test_a_reader_is_not_held_up_by_a_writer(store, meet):
    meet(5)
    with store.transaction(), ThreadPoolExecutor(1) as pool:
        store.people.choose(5, Role.STUDENT)
        assert pool.submit(store.people.get, 5).result().role is Role.GUEST


def test_a_writer_that_waits_too_long_is_told(path):
    with Store(path, busy_seconds=0.05) as store, Store(path, busy_seconds=0.05) as other:
        with store.transaction(), pytest.raises(StoreBusyError, match="another process"):
            other.people.seen(5, "Budi", None, "id")
        with store.transaction(), ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.people.seen, 5, "Budi", None, "id")
            with pytest.raises(StoreBusyError):
                waiting.result()


def test_connections_end_with_their_threads(store, meet):
    meet(5)
    for _ in range(5):
        thread = threading.Thread(target=store.people.get, args=[5])
        thread.start()
        thread.join()
    assert len(store._database._all) == 1


def test_a_kill_in_the_middle_of_a_transaction_leaves_nothing_of_it(path, program):
    code = """
        import os
        from store.store import Store
        from store.inbox import NewUpdate
        from store.outbox import NewMessage
        store = Store(path)
        store.inbox.put(NewUpdate(1, "5", {"text": "halo"}, 5, 5))
        update = store.inbox.claim("first")
        with store.transaction():
            store.outbox.enqueue(NewMessage(5, "sendMessage", {"text": "halo"}, "u1:0"))
            store.inbox.done(update)
            os.kill(os.getpid(), 9)
    """
    assert program(code).wait() == -signal.SIGKILL
    with Store(path) as store:
        assert store.outbox.counts().queued == 0
        assert store.inbox.release("first") == 1
        assert store.inbox.claim("second").payload == {"text": "halo"}


def test_a_full_disk_is_said_and_nothing_is_half_kept(store, meet):
    meet(5)
    store._database.connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(UnusableStoreError, match="full"):
        store.inbox.put(NewUpdate(1, "5", {"text": "x" * 10**6}))
    assert sum(store.inbox.counts().values()) == 0


def test_a_folder_in_place_of_the_file_is_said(tmp_path):
    with pytest.raises(UnusableStoreError, match="cannot be used"):
        Store(tmp_path)


def test_halves_of_characters_do_no_harm(store):
    half, whole = "\ud83d", "\U0001f44d"
    assert store.people.seen(5, f"A{half}{whole}", half, "id").name == f"A\ufffd{whole}"
    store.inbox.put(NewUpdate(1, "5", {"text": half}))
    assert store.inbox.claim("w").payload == {"text": half}


def test_what_cannot_be_kept_is_said(store, meet):
    meet(5)
    with pytest.raises(ValueNotStorableError, match="correct it"):
        store.questions.get(10**30)
    with pytest.raises(ValueNotStorableError, match="language"):
        store.people.speak(5, "fr")
    with pytest.raises(MissingReferenceError, match="look it up"):
        store.conversations.set_step(404, 5, Step("unit"))
    with pytest.raises(UnitNotFoundError):
        store.people.choose(5, Role.STUDENT, 404)


def test_times_are_utc_and_sort_as_text():
    jakarta = dt.timezone(dt.timedelta(hours=7))
    moments = [
        dt.datetime(2026, 3, 2, 8, 0, tzinfo=jakarta),
        dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 2, 2, 0, 0, 1, tzinfo=dt.UTC),
    ]
    texts = [to_text(moment) for moment in moments]
    assert texts == sorted(texts)
    assert [from_text(text) for text in texts] == moments
    with pytest.raises(NaiveTimeError, match="time zone"):
        to_text(dt.datetime(2026, 3, 2))


@pytest.mark.parametrize("data", [{"a": {1}}, {"a": float("nan")}, {"a": Path("x")}])
def test_what_is_no_json_is_refused(data):
    with pytest.raises(NotJSONError, match="use text"):
        to_json(data)
