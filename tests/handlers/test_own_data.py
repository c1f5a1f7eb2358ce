"""/dataku and /lupakan: everything to take along, everything gone."""

import json
import sqlite3
from pathlib import Path

import pytest
from people_stage import chief_of, commands_seen, give, people_bot, tells, turns

from playground.server import LocalBotApi
from store.people import PersonState
from store.roles import Role


def traces(path: Path, *wanted: str) -> list[str]:
    """Return the tables of a store in which one of the texts stands."""
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            table
            for table in tables
            if any(text in str(connection.execute(f"SELECT * FROM {table}").fetchall()) for text in wanted)  # noqa: S608
        ]


@pytest.mark.parametrize(("language", "caption"), [("id", "Semua data tentang Anda"), ("en", "Everything that is")])
async def test_all_that_is_stored_comes_as_a_file(tmp_path: Path, language: str, caption: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari, budi = api.person("Sari Ñ", language=language), api.person("Budi")
        give(stage.store, sari, Role.STUDENT, "55201", language)
        await tells(sari, "Who approves the curriculum?")
        await tells(budi, "What did Budi ask?")
        file = await tells(sari, "/dataku")
        assert file.text.startswith(caption)
        assert file.document is not None
        data = json.loads(file.document)
        assert data["people"][0]["name"] == "Sari Ñ"
        assert [row["text"] for row in data["questions"]] == ["Who approves the curriculum?"]
        assert b"Budi" not in file.document


async def test_erasing_is_asked_and_nothing_happens_without_a_yes(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        give(stage.store, sari, Role.STUDENT)
        asked = await tells(sari, "/lupakan")
        assert "answers to a survey that is closed, without your identity" in asked.text
        assert (await turns(sari, asked, "No, keep it")).text == "Nothing was erased."
        assert (await tells(sari, "yes")).text.startswith("Responsible")
        assert stage.store.people.get(sari.id).role is Role.STUDENT


@pytest.mark.parametrize(
    ("language", "yes", "gone"),
    [
        ("id", "Ya, hapus semua", "Semua data tentang Anda sudah dihapus"),
        ("en", "Yes, erase everything", "Everything about you has been erased"),
    ],
)
async def test_everything_is_erased_and_the_last_word_is_said(
    tmp_path: Path, language: str, yes: str, gone: str
) -> None:
    async with LocalBotApi() as api:
        sari = api.person("Sarinah", language=language)
        async with people_bot(api, tmp_path) as stage:
            give(stage.store, sari, Role.QUALITY_OFFICE, language=language)
            await tells(sari, "/start")
            assert "tertunda" in commands_seen(sari)
            await tells(sari, "Who approves the curriculum?")
            asked = await tells(sari, "/lupakan")
        async with people_bot(api, tmp_path) as stage:
            assert (await turns(sari, asked, yes)).text.startswith(gone)
            assert stage.store.people.find(sari.id) is None
            path = stage.store.path
        assert traces(path, "Sarinah", "Who approves") == []
        assert set(traces(path, str(sari.id))) <= {"outbox"}
        assert "tertunda" not in commands_seen(sari)


async def test_who_writes_again_is_a_new_guest(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        give(stage.store, sari, Role.LECTURER)
        await turns(sari, await tells(sari, "/lupakan"), "Yes, erase everything")
        assert (await tells(sari, "/start")).buttons == ["Bahasa Indonesia", "English"]
        person = stage.store.people.get(sari.id)
        assert (person.role, person.state) == (Role.GUEST, PersonState.NEW)


async def test_a_double_tap_and_an_old_button_do_no_harm(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        asked = await tells(sari, "/lupakan")
        for _ in range(2):  # the second is erased with all that waits, or erases nothing
            await sari.presses(asked, "Yes, erase everything")
        assert (await sari.next_edit()).text.startswith("Everything about you has been erased")
        assert (await tells(sari, "/help")).text.startswith("How to ask")
        assert stage.store.inbox.last_failures(5) == ()


async def test_a_forwarded_button_erases_nobody(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari, budi = api.person("Sari", language="en"), api.person("Budi", language="en")
        asked, other = await tells(sari, "/lupakan"), await tells(budi, "/help")
        query = await budi.forges(other, asked.callback_data("Yes, erase everything"))
        assert (await query.answered())["text"] == "This button was made for somebody else."
        for somebody in (sari, budi):
            assert stage.store.people.find(somebody.id) is not None


async def test_an_administrator_stays_one_after_erasing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        chief = chief_of(api)
        await turns(chief, await tells(chief, "/lupakan"), "Yes, erase everything")
        assert (await tells(chief, "/profil")).text.splitlines()[1] == "Role: Administrator"
