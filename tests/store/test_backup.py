"""Backups: one whole file made in use; restored all or nothing, and never from a file that does not fit."""

from __future__ import annotations

import datetime as dt
import sqlite3
import stat

import pytest
import sqlite_utils

from store.backup import BackupExistsError, BackupMissingError, check_file, restore
from store.database import DamagedStoreError
from store.people import PersonNotFoundError
from store.store import Store
from store.upgrade import ForeignStoreError, NewerStoreError

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def backup(store, meet, tmp_path):
    """A backup in which Budi is known."""
    meet(5)
    store.back_up(tmp_path / "backup.db")
    return tmp_path / "backup.db"


def test_a_backup_is_one_private_file_that_holds_everything(backup, tmp_path):
    assert [file.name for file in tmp_path.glob("backup*")] == ["backup.db"]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    check_file(backup)
    with Store(backup) as opened:
        assert opened.people.get(5).name == "Budi"


def test_a_backup_made_while_others_write_is_whole(store, meet, tmp_path, path):
    meet(5)
    with Store(path) as other, other.transaction():
        other.people.seen(6, "Siti", None, "id")
        store.back_up(tmp_path / "backup.db")
    with Store(tmp_path / "backup.db") as opened:
        assert opened.people.find(6) is None
        assert opened.people.get(5)


def test_a_backup_replaces_no_file(store, backup):
    before = backup.read_bytes()
    with pytest.raises(BackupExistsError, match="another name"):
        store.back_up(backup)
    assert backup.read_bytes() == before


def test_a_restore_brings_back_what_was_and_keeps_what_is(store, backup, meet, path):
    meet(6, name="Siti")
    store.close()
    kept = restore(backup, path, NOW)
    assert kept is not None
    assert kept.name == "store-before-restore-20260302T080000Z.db"
    with Store(path) as opened, Store(kept) as before:
        assert opened.people.get(5).name == "Budi"
        with pytest.raises(PersonNotFoundError):
            opened.people.get(6)
        assert before.people.get(6).name == "Siti"
    assert restore(backup, path, NOW) != kept


def test_a_restore_where_nothing_was_makes_the_file(backup, tmp_path):
    assert restore(backup, tmp_path / "new" / "store.db", NOW) is None
    with Store(tmp_path / "new" / "store.db") as opened:
        assert opened.people.get(5)


def test_a_restore_under_a_store_in_use_is_seen_by_it(store, backup, meet, path):
    meet(6, name="Siti")
    restore(backup, path, NOW)
    assert store.people.find(6) is None
    assert meet(7).id == 7


def test_a_damaged_store_is_moved_aside(backup, path, store):
    store.close()
    path.write_bytes(b"broken" * 1000)
    kept = restore(backup, path, NOW)
    assert kept.read_bytes() == b"broken" * 1000
    with Store(path) as opened:
        assert opened.people.get(5)


def _truncated(path):
    path.write_bytes(path.read_bytes()[:20_000])


def _scribbled(path):
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\xaa" * (4096 * 4)
    path.write_bytes(content)


def _empty(path):
    path.write_bytes(b"")


def _dangling(path):
    connection = sqlite3.connect(path)
    connection.execute("UPDATE people SET unit_id = 404")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", [_truncated, _scribbled, _empty, _dangling])
def test_a_damaged_backup_is_refused_and_the_store_stays(backup, store, path, damage):
    damage(backup)
    with pytest.raises(DamagedStoreError, match="is damaged or no store"):
        restore(backup, path, NOW)
    assert store.people.get(5).name == "Budi"


def test_a_newer_foreign_or_missing_backup_is_refused(backup, store, path, tmp_path):
    newer = sqlite_utils.Database(backup)
    newer["_sqlite_migrations"].insert({"migration_set": "store", "name": "m998_new", "applied_at": "2027"})
    newer.close()
    with pytest.raises(NewerStoreError, match="m998_new"):
        restore(backup, path, NOW)
    foreign = sqlite_utils.Database(tmp_path / "foreign.db")
    foreign["notes"].insert({"text": "mine"})
    foreign.close()
    with pytest.raises(ForeignStoreError):
        restore(tmp_path / "foreign.db", path, NOW)
    with pytest.raises(BackupMissingError):
        restore(tmp_path / "nothing.db", path, NOW)
    assert store.people.get(5).name == "Budi"


def test_a_database_of_another_program_is_never_restored_over(backup, tmp_path):
    foreign = tmp_path / "foreign.db"
    sqlite_utils.Database(foreign)["notes"].insert({"text": "mine"})
    with pytest.raises(ForeignStoreError):
        restore(backup, foreign, NOW)
    assert sqlite_utils.Database(foreign)["notes"].count == 1
