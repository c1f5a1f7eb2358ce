"""The first minutes with the bot: language, role, unit, and everything that can go another way."""

from pathlib import Path

import pytest
from people_stage import INFORMATICS, chief_of, commands_seen, give, people_bot, role_of, tells, turns

from playground.server import LocalBotApi
from store.people import PersonState
from store.roles import Role

ASKED = "Responsible"


async def test_a_student_introduces_herself_in_indonesian(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari <i>", language="id")
        hello = await tells(sari, "/start")
        assert hello.text.startswith("Halo, Sari <i>!")
        assert hello.buttons == ["Bahasa Indonesia", "English"]
        who = await turns(sari, hello, "Bahasa Indonesia")
        assert who.id == hello.id
        assert who.text.startswith("Siapa Anda?")
        unit = await turns(sari, who, "Mahasiswa")
        assert "program studi" in unit.text
        found = await tells(sari, "informatka")
        assert found.buttons[:2] == [INFORMATICS, "Informatika (S2, 55101)"]
        done = await turns(sari, found, INFORMATICS)
        assert "Mahasiswa, Informatika (S1, 55201)" in done.text
        assert "/profil" in done.text
        assert "/undang" not in done.text
        assert role_of(stage, sari) == (Role.STUDENT, "Informatika")
        assert (await tells(sari, "siapa?")).text.startswith(ASKED)


async def test_the_chosen_language_counts_not_the_phone(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="id")
        who = await turns(sari, await tells(sari, "/start"), "English")
        assert who.text.startswith("Who are you?")
        assert (await turns(sari, who, "Guest, just looking")).text.startswith("You are here as: Guest.")
        assert role_of(stage, sari) == (Role.GUEST, None)
        assert (await tells(sari, "/start")).text.startswith("Hello, Sari!\n\nYou are here as: Guest.")
        assert "How to ask" in [entry["description"] for entry in sari.menu()]


@pytest.mark.parametrize("choice", ["Student", "Alumni"])
async def test_no_unit_is_asked_for_where_none_is_known(tmp_path: Path, choice: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False):
        sari = api.person("Sari", language="en")
        who = await turns(sari, await tells(sari, "/start"), "English")
        assert (await turns(sari, who, choice)).text.startswith(f"You are here as: {choice}.")


async def test_questions_are_answered_at_every_point_of_the_introduction(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        hello = await tells(sari, "/start")
        assert (await tells(sari, "Who approves the curriculum?")).text.startswith(ASKED)
        who = await turns(sari, hello, "English")
        assert (await tells(sari, "Lecturer")).text.startswith(ASKED)
        await turns(sari, who, "Student")
        assert (await tells(sari, "Who approves the curriculum?")).text.startswith(ASKED)
        assert (await tells(sari, "please tell me who approves it")).text.startswith(ASKED)
        assert (await tells(sari, "Xylophone")).text.startswith("No unit fits “Xylophone”")
        assert stage.store.people.get(sari.id).state is PersonState.NEW


async def test_cancelling_the_search_leaves_a_guest_who_can_ask(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        unit = await turns(sari, await turns(sari, await tells(sari, "/start"), "English"), "Student")
        assert (await tells(sari, "/batal")).text.startswith("Cancelled")
        assert (await tells(sari, "informatika")).text.startswith(ASKED)
        assert (await turns(sari, unit, "No unit")).text.startswith("You are here as: Student.")
        assert role_of(stage, sari) == (Role.STUDENT, None)


async def test_the_search_goes_on_after_it_was_left(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari", language="en")
        await turns(sari, await turns(sari, await tells(sari, "/start"), "English"), "Alumni")
        found = await tells(sari, "hukum")
        await tells(sari, "/help")
        await turns(sari, found, "Search again")
        found = await tells(sari, "55201")
        assert found.buttons == [INFORMATICS, "Search again", "No unit"]
        await turns(sari, found, INFORMATICS)
        assert role_of(stage, sari) == (Role.ALUMNI, "Informatika")


async def test_every_step_outlives_a_restart(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        sari = api.person("Sari", language="en")
        async with people_bot(api, tmp_path):
            hello = await tells(sari, "/start")
        async with people_bot(api, tmp_path):
            who = await turns(sari, hello, "English")
        async with people_bot(api, tmp_path):
            await turns(sari, who, "Student")
        async with people_bot(api, tmp_path):
            found = await tells(sari, "informatika")
        async with people_bot(api, tmp_path) as stage:
            await turns(sari, found, INFORMATICS)
            assert role_of(stage, sari) == (Role.STUDENT, "Informatika")


async def test_a_lecturer_is_a_guest_until_an_administrator_approves(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="id", username="budi")
        await tells(chief, "/help")
        who = await turns(budi, await tells(budi, "/start"), "Bahasa Indonesia")
        await turns(budi, who, "Dosen")
        waiting = await turns(budi, await tells(budi, "informatika"), INFORMATICS)
        assert "administrator" in waiting.text
        card = await chief.next_message()
        assert card.text.splitlines()[:3] == [
            "Request for a role",
            f"Budi, @budi, {budi.id}",
            f"wants to be Lecturer, {INFORMATICS}",
        ]
        assert role_of(stage, budi) == (Role.GUEST, None)
        assert (await tells(budi, "siapa?")).text.startswith(ASKED)
        assert (await turns(chief, card, "✅ Approve")).text.endswith("✅ Approved by Chief.")
        told = await budi.next_message()
        assert f"Dosen, {INFORMATICS}" in told.text
        assert role_of(stage, budi) == (Role.LECTURER, "Informatika")


async def test_a_refused_request_is_told_and_changes_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="en")
        await tells(chief, "/help")
        await turns(budi, await turns(budi, await tells(budi, "/start"), "English"), "Dean's office")
        card = await chief.next_message()
        await turns(chief, card, "❌ Refuse")
        assert "has refused your request to be Dean's office" in (await budi.next_message()).text
        assert role_of(stage, budi) == (Role.GUEST, None)
        again = await chief.forges(card, "a:approve:1")
        assert (await again.answered())["text"] == "❌ Refused by Chief."
        assert role_of(stage, budi) == (Role.GUEST, None)


async def test_the_same_request_is_sent_once_and_many_are_too_many(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="en")
        await tells(chief, "/help")
        data = [
            f"r:{budi.id}:{role}" for role in ("lecturer", "lecturer", "other_staff") + ("lecturer", "other_staff") * 2
        ]
        hello = await tells(budi, "/start")
        texts = []
        for one in data:
            await budi.forges(hello, one)
            texts.append((await budi.next_edit()).text)
        assert "I have asked the administrators" in texts[0]
        assert "waiting for an administrator already" in texts[1]
        assert "often today" in texts[-1]
        assert len(stage.store.people.requests_of(budi.id)) == 5
        assert len(stage.store.people.pending_requests()) == 1


@pytest.mark.parametrize("language", ["id", "en"])
async def test_without_an_administrator_it_is_said_plainly(tmp_path: Path, language: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, administrators=(), units=False) as stage:
        budi = api.person("Budi", language=language)
        hello = await tells(budi, "/start")
        who = await turns(budi, hello, hello.buttons[0 if language == "id" else 1])
        said = await turns(budi, who, who.buttons[0])
        assert ("tidak mempunyai administrator" if language == "id" else "has no administrator") in said.text
        assert stage.store.people.pending_requests() == ()
        assert stage.store.people.get(budi.id).state is PersonState.ACTIVE


async def test_an_administrator_who_has_not_come_yet_sees_the_request_later(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False):
        chief, budi = chief_of(api), api.person("Budi", language="en")
        said = await turns(budi, await turns(budi, await tells(budi, "/start"), "English"), "Lecturer")
        assert "No administrator has opened this bot yet" in said.text
        await chief.sends("/permintaan")
        assert (await chief.next_message()).text == "1 request is waiting"
        assert "wants to be Lecturer" in (await chief.next_message()).text


async def test_an_administrator_is_one_by_the_settings(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief = chief_of(api)
        done = await turns(chief, await tells(chief, "/start"), "English")
        assert done.text.startswith("The settings name you as an administrator")
        assert {"undang", "permintaan", "status"} <= commands_seen(chief)
        assert (await tells(chief, "/start")).text.startswith("Hello, Chief!\n\nYou are here as: Administrator.")
        assert stage.store.people.get(chief.id).role is Role.ADMINISTRATOR


async def test_giving_up_a_staff_role_is_asked_first(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        budi = api.person("Budi", language="en")
        hello = await tells(budi, "/start")
        give(stage.store, budi, Role.LECTURER)
        who = await turns(budi, hello, "English")
        sure = await turns(budi, who, "Guest, just looking")
        assert sure.text.startswith("You are Lecturer. Become Guest?")
        assert (await turns(budi, sure, "No, keep it")).text.startswith("Budi\nRole: Lecturer")
        assert role_of(stage, budi) == (Role.LECTURER, None)
        await budi.forges(hello, f"x:{budi.id}:sure:guest:0")
        await budi.next_edit()
        assert role_of(stage, budi) == (Role.GUEST, None)


@pytest.mark.parametrize("role", ["coordinator", "administrator", "rector", ""])
@pytest.mark.parametrize("pattern", ["r:{id}:{role}", "x:{id}:take:{role}:0", "x:{id}:sure:{role}:0"])
async def test_forged_roles_are_not_to_be_had(tmp_path: Path, role: str, pattern: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        budi = api.person("Budi", language="en")
        hello = await tells(budi, "/start")
        query = await budi.forges(hello, pattern.format(id=budi.id, role=role))
        assert "does not work any more" in (await query.answered())["text"]
        assert stage.store.people.pending_requests() == ()
        assert role_of(stage, budi) == (Role.GUEST, None)


async def test_a_unit_that_is_not_there_leads_nowhere(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        budi = api.person("Budi", language="en")
        hello = await tells(budi, "/start")
        for unit in ("99", "-1", "9" * 17, "٣"):
            query = await budi.forges(hello, f"x:{budi.id}:take:student:{unit}")
            assert "does not work any more" in (await query.answered())["text"]
        assert stage.store.people.get(budi.id).state is PersonState.NEW


async def test_a_button_made_for_somebody_else_does_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari, budi = api.person("Sari", language="en"), api.person("Budi", language="en")
        for somebody in (sari, budi):
            hello = await tells(somebody, "/start")
        for data in ("l:{}:id:start", "r:{}:student", "x:{}:take:student:0", "p:{}:withdraw"):
            query = await budi.forges(hello, data.format(sari.id))
            assert (await query.answered())["text"] == "This button was made for somebody else."
        for somebody in (sari, budi):
            person = stage.store.people.get(somebody.id)
            assert (person.language, person.state) == ("en", PersonState.NEW)


@pytest.mark.parametrize("payload", ["x.y", "short", "a b c", "A" * 64, "c_id_xyz_1_2", "❓" * 30, "<b>"])
async def test_a_link_that_cannot_be_read_is_answered_politely(tmp_path: Path, payload: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        sari = api.person("Sari", language="en")
        assert (await tells(sari, f"/start {payload}")).text.startswith("This link cannot be read")


async def test_the_link_under_inline_results_greets(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        sari = api.person("Sari", language="en")
        await sari.opens("ask")
        assert (await sari.next_message()).text.startswith("Hello, Sari!")


async def test_a_clause_link_shows_the_clause(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        sari = api.person("Sari", language="en")
        await sari.opens("c_en_00000000_1_2")
        assert (await sari.next_message()).text.startswith("This clause cannot be found")


@pytest.mark.parametrize(("language", "line"), [("id", "Tanyakan di sini"), ("en", "Ask me here")])
async def test_in_a_group_start_is_one_line(tmp_path: Path, language: str, line: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        sari = api.person("Sari", language=language)
        group = api.group("Senat", [sari])
        await sari.sends("/start@tanyamutu_bot", to=group)
        said = await group.next_message()
        assert said.text.startswith(line)
        assert "\n" not in said.text
