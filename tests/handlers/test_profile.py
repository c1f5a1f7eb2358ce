"""/profil: seeing and changing who one is, and withdrawing a request."""

from pathlib import Path

import pytest
from people_stage import INFORMATICS, chief_of, commands_seen, give, people_bot, role_of, tells, turns

from playground.server import LocalBotApi
from store.roles import Role


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("id", ["Sari & <b>", "Peran: Mahasiswa", f"Unit: {INFORMATICS}", "Bahasa: Bahasa Indonesia"]),
        ("en", ["Sari & <b>", "Role: Student", f"Unit: {INFORMATICS}", "Language: English"]),
    ],
)
async def test_the_profile_tells_who_one_is(tmp_path: Path, language: str, lines: list[str]) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari & <b>", language=language)
        give(stage.store, sari, Role.STUDENT, "55201", language)
        assert (await tells(sari, "/profil")).text.splitlines() == lines


async def test_the_language_changes_with_the_menu(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        give(stage.store, sari, Role.STUDENT)
        profile = await tells(sari, "/profil")
        assert profile.buttons == ["Change language", "Change role", "Change unit", "⚙ Reminders"]
        asked = await turns(sari, profile, "Change language")
        assert (await turns(sari, asked, "Bahasa Indonesia")).text.startswith("Sari\nPeran: Mahasiswa")
        assert "Cara bertanya" in [entry["description"] for entry in sari.menu()]


async def test_a_student_becomes_an_alumna_of_another_programme(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        sari = api.person("Sari", language="en")
        async with people_bot(api, tmp_path) as stage:
            give(stage.store, sari, Role.STUDENT, "55201")
            roles = await turns(sari, await tells(sari, "/profil"), "Change role")
            await turns(sari, roles, "Alumni")
        async with people_bot(api, tmp_path) as stage:
            await turns(sari, await tells(sari, "hukum"), "Hukum (S1, 74201)")
            assert role_of(stage, sari) == (Role.ALUMNI, "Hukum")


async def test_a_public_role_changes_the_unit_alone(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        give(stage.store, sari, Role.STUDENT, "55201")
        asked = await turns(sari, await tells(sari, "/profil"), "Change unit")
        await turns(sari, asked, "No unit")
        assert role_of(stage, sari) == (Role.STUDENT, None)


async def test_a_staff_role_needs_an_approval_for_another_unit(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="en")
        await tells(chief, "/help")
        give(stage.store, budi, Role.COORDINATOR, "55201")
        asked = await turns(budi, await tells(budi, "/profil"), "Change unit")
        said = await turns(budi, asked, "No unit")
        assert said.text.startswith("Coordinator is a staff role")
        assert role_of(stage, budi) == (Role.COORDINATOR, "Informatika")
        await turns(chief, await chief.next_message(), "✅ Approve")
        assert role_of(stage, budi) == (Role.COORDINATOR, None)


async def test_the_own_unit_again_is_no_request(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        budi = api.person("Budi", language="en")
        give(stage.store, budi, Role.LECTURER, "55201")
        await turns(budi, await tells(budi, "/profil"), "Change unit")
        said = await turns(budi, await tells(budi, "55201"), INFORMATICS)
        assert said.text == f"You are that already: Lecturer, {INFORMATICS}."
        assert stage.store.people.pending_requests() == ()


async def test_a_request_is_shown_and_withdrawn(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="en")
        await tells(chief, "/help")
        give(stage.store, budi, Role.GUEST)
        await turns(budi, await turns(budi, await tells(budi, "/profil"), "Change role"), "Lecturer")
        card = await chief.next_message()
        profile = await tells(budi, "/profil")
        assert "Waiting for approval: Lecturer" in profile.text
        assert profile.buttons == ["Change language", "Change role", "Withdraw the request", "⚙ Reminders"]
        assert "Waiting" not in (await turns(budi, profile, "Withdraw the request")).text
        late = await chief.presses(card, "✅ Approve")
        assert (await late.answered())["text"].startswith("The request was taken back")
        assert (await chief.next_edit()).buttons == []
        assert role_of(stage, budi) == (Role.GUEST, None)


async def test_an_administrator_moves_freely(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        profile = await tells(chief, "/profil")
        assert (await turns(chief, profile, "Change role")).text.startswith("The settings name you")
        await turns(chief, await tells(chief, "/profil"), "Change unit")
        await turns(chief, await tells(chief, "sains"), "Fakultas Sains")
        assert role_of(stage, chief) == (Role.ADMINISTRATOR, "Fakultas Sains")


async def test_the_menu_follows_the_role(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="en")
        await tells(chief, "/help")
        await turns(budi, await turns(budi, await tells(budi, "/start"), "English"), "Quality office (LPM, UPMF)")
        assert "tertunda" not in commands_seen(budi)
        await turns(chief, await chief.next_message(), "✅ Approve")
        await budi.next_message()
        assert "tertunda" in commands_seen(budi)
        sure = await turns(budi, await turns(budi, await tells(budi, "/profil"), "Change role"), "Alumni")
        await turns(budi, sure, "Yes, change it")
        assert "tertunda" not in commands_seen(budi)
        assert role_of(stage, budi) == (Role.ALUMNI, None)


async def test_two_administrators_at_once_the_second_is_told_who_was_faster(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief, other = chief_of(api, "Ani & co"), chief_of(api, "Tono", 4_000_000_002)
        async with people_bot(api, tmp_path, administrators=(chief.id, other.id), units=False) as stage:
            budi = api.person("Budi", language="en")
            for administrator in (chief, other):
                await tells(administrator, "/help")
            await turns(budi, await turns(budi, await tells(budi, "/start"), "English"), "Lecturer")
            cards = [await one.next_message() for one in (chief, other)]
            await turns(chief, cards[0], "✅ Approve")
            late = await other.presses(cards[1], "❌ Refuse")
            assert (await late.answered())["text"] == "✅ Approved by Ani & co."
            assert (await other.next_edit()).text.endswith("✅ Approved by Ani & co.")
            assert role_of(stage, budi) == (Role.LECTURER, None)
            assert "approved" in (await budi.next_message()).text
            assert budi.chat.unread() == []


async def test_the_list_of_requests_shows_the_oldest_and_counts_all(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        assert (await tells(chief, "/permintaan")).text == "No request is waiting."
        for number in range(7):
            asker = api.person(f"Asker {number}")
            give(stage.store, asker, Role.GUEST)
            stage.store.people.request_role(asker.id, Role.LECTURER)
        assert (await tells(chief, "/permintaan")).text.startswith("7 requests are waiting\nThese are the oldest")
        cards = [await chief.next_message() for _ in range(5)]
        assert [card.text.splitlines()[1].split(",")[0] for card in cards] == [f"Asker {n}" for n in range(5)]
        assert chief.chat.unread() == []


async def test_a_request_of_somebody_erased_is_gone(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief, budi = chief_of(api), api.person("Budi")
        give(stage.store, budi, Role.GUEST)
        stage.store.people.request_role(budi.id, Role.LECTURER)
        await tells(chief, "/permintaan")
        card = await chief.next_message()
        stage.store.erase_person(budi.id)
        assert (await turns(chief, card, "✅ Approve")).text.startswith("This request is gone")
