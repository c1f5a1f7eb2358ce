"""Invitations: making, forwarding, following and taking them back."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from people_stage import INFORMATICS, chief_of, commands_seen, give, people_bot, role_of, tells, turns

from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.clock import utc_now
from store.invitations import Invitation
from store.roles import Role
from store.store import Store


def link_in(message: Message) -> str:
    return message.text.rsplit("\n", 1)[1]


def invite(
    store: Store, by: Somebody, role: Role = Role.LECTURER, unit: str | None = None, uses: int = 1
) -> Invitation:
    found = store.units.by_code(unit) if unit else None
    expires = utc_now() + dt.timedelta(days=1)
    return store.invitations.make(role, found.id if found else None, by.id, uses=uses, expires_at=expires)


async def test_an_administrator_invites_a_lecturer(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief, budi = chief_of(api), api.person("Budi", language="id")
        units = await turns(chief, await tells(chief, "/undang"), "Lecturer")
        assert units.buttons == ["No unit"]
        uses = await turns(chief, await tells(chief, "informatika"), INFORMATICS)
        days = await turns(chief, uses, "People: 5")
        ready = await turns(chief, days, "Days: 7")
        assert ready.text.startswith(f"The invitation is ready: Lecturer, {INFORMATICS}, for 5 people, until ")
        assert "WIB" in ready.text
        words = await chief.next_message()
        assert words.text.startswith(f"You are invited to TanyaMutu as Lecturer, {INFORMATICS}.")
        await budi.follows(link_in(words))
        assert (await budi.next_message()).text.startswith("Selamat datang, Budi!\n\nPeran Anda di sini: Dosen")
        assert role_of(stage, budi) == (Role.LECTURER, "Informatika")
        (made,) = stage.store.invitations.made_by(chief.id)
        assert (made.uses, made.uses_left) == (5, 4)


async def test_making_one_outlives_a_restart_at_each_step(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief = chief_of(api, language="id")
        async with people_bot(api, tmp_path):
            message = await tells(chief, "/undang")
        async with people_bot(api, tmp_path):
            await turns(chief, message, "Koordinator")
        async with people_bot(api, tmp_path):
            message = await tells(chief, "sains")
        for button in ("Fakultas Sains", "Jumlah orang: 1"):
            async with people_bot(api, tmp_path):
                message = await turns(chief, message, button)
        async with people_bot(api, tmp_path) as stage:
            assert (await turns(chief, message, "Jumlah hari: 30")).text.startswith("Undangan siap: Koordinator")
            assert len(stage.store.invitations.open_of(chief.id)) == 1


async def test_a_double_tap_makes_one(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path, units=False) as stage:
        chief = chief_of(api)
        uses = await turns(chief, await tells(chief, "/undang"), "Lecturer")
        days = await turns(chief, uses, "People: 1")
        for query in [await chief.presses(days, "Days: 1") for _ in range(2)]:
            await query.answered()
        assert len(stage.store.invitations.made_by(chief.id)) == 1


async def test_a_coordinator_invites_within_the_own_unit_only(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        cici = api.person("Cici", language="en")
        give(stage.store, cici, Role.COORDINATOR, "55201")
        begun = await tells(cici, "/undang")
        assert "Lecturer" in begun.buttons
        assert not {"Coordinator", "Administrator", "Student", "Guest"} & set(begun.buttons)
        units = await turns(cici, begun, "Lecturer")
        assert units.buttons == [INFORMATICS]
        assert (await tells(cici, "hukum")).text.startswith("No unit fits")
        law = stage.store.units.by_code("74201")
        own = stage.store.units.by_code("55201")
        assert law is not None
        assert own is not None
        for data in (f"i:lecturer:{law.id}:1:1", "i:lecturer:0:1:1", f"i:coordinator:{own.id}:1:1", "i:student:0:1:1"):
            query = await cici.forges(begun, data)
            assert (await query.answered())["text"] == "This button is not for your role."
        for data in (
            f"i:lecturer:{own.id}:1000:1",
            f"i:lecturer:{own.id}:1:999",
            "i:lecturer:99:1:1",
            "i:rector:0:1:1",
        ):
            query = await cici.forges(begun, data)
            assert "does not work any more" in (await query.answered())["text"]
        assert stage.store.invitations.made_by(cici.id) == ()
        await turns(cici, await turns(cici, await turns(cici, units, INFORMATICS), "People: 20"), "Days: 1")
        assert len(stage.store.invitations.open_of(cici.id)) == 1


async def test_a_coordinator_of_a_faculty_invites_for_its_programmes(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        cici = api.person("Cici", language="en")
        give(stage.store, cici, Role.COORDINATOR)
        faculty = stage.store.units.search("fakultas sains")[0]
        stage.store.people.move(cici.id, faculty.id)
        await turns(cici, await tells(cici, "/undang"), "Lecturer")
        assert (await tells(cici, "informatika")).buttons == [INFORMATICS, "Informatika (S2, 55101)", "Fakultas Sains"]


async def test_open_invitations_are_listed_and_taken_back(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief, cici, budi = chief_of(api), api.person("Cici", language="en"), api.person("Budi", language="en")
        await tells(chief, "/help")
        made = invite(stage.store, chief, uses=3)
        listed = await turns(chief, await tells(chief, "/undang"), "Open invitations: 1")
        assert "1. Lecturer: 3 of 3 left, until " in listed.text
        give(stage.store, cici, Role.COORDINATOR)
        query = await cici.forges(await tells(cici, "/undang"), f"v:back:{made.id}")
        assert (await query.answered())["text"] == "This button was made for somebody else."
        assert len(stage.store.invitations.open_of(chief.id)) == 1
        query = await chief.presses(listed, "Take back 1")
        assert (await query.answered())["text"] == "Taken back."
        assert (await chief.next_edit()).text.startswith("None of your invitations is open")
        query = await chief.forges(listed, f"v:back:{made.id}")
        assert (await query.answered())["text"] == "It was over already."
        await budi.opens(made.token)
        assert (await budi.next_message()).text.startswith("This invitation has expired")


async def test_the_same_link_again_changes_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief, budi = chief_of(api), api.person("Budi", language="en")
        async with people_bot(api, tmp_path) as stage:
            await tells(chief, "/help")
            made = invite(stage.store, chief)
            await budi.opens(made.token)
            assert (await budi.next_message()).text.startswith("Welcome, Budi!")
            assert {"profil", "tanya"} <= commands_seen(budi)
        async with people_bot(api, tmp_path) as stage:
            await budi.opens(made.token)
            assert (await budi.next_message()).text.startswith("You have used this invitation already")
            assert role_of(stage, budi) == (Role.LECTURER, None)


@pytest.mark.parametrize(
    ("language", "unknown", "expired", "used"),
    [
        ("id", "Undangan ini tidak dikenal", "Undangan ini sudah kedaluwarsa", "Undangan ini sudah dipakai"),
        ("en", "This invitation is not known", "This invitation has expired", "This invitation has been used"),
    ],
)
async def test_a_link_that_is_not_good_says_why(
    tmp_path: Path, language: str, unknown: str, expired: str, used: str
) -> None:
    moment = utc_now()
    async with LocalBotApi() as api, people_bot(api, tmp_path, clock=lambda: moment) as stage:
        chief, first, budi = chief_of(api), api.person("First"), api.person("Budi", language=language)
        await tells(chief, "/help")
        spent, late = invite(stage.store, chief), invite(stage.store, chief)
        await first.opens(spent.token)
        await first.next_message()
        await budi.opens(spent.token)
        assert (await budi.next_message()).text.startswith(used)
        await budi.opens("A" * 22)
        assert (await budi.next_message()).text.startswith(unknown)
        while stage.store.outbox.counts().sending:  # or the jump of the clock makes it look like a dead sender's
            await asyncio.sleep(0)
        moment += dt.timedelta(days=2)
        await budi.opens(late.token)
        assert (await budi.next_message()).text.startswith(expired)
        assert role_of(stage, budi) == (Role.GUEST, None)


async def test_a_staff_role_is_changed_only_after_a_question(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        chief, budi, sari = chief_of(api), api.person("Budi", language="en"), api.person("Sari", language="en")
        async with people_bot(api, tmp_path) as stage:
            await tells(chief, "/help")
            made = invite(stage.store, chief, Role.DEANS_OFFICE)
            give(stage.store, budi, Role.LECTURER, "55201")
            await budi.opens(made.token)
            asked = await budi.next_message()
            assert asked.text == f"You are Lecturer, {INFORMATICS}. Become Dean's office?"
            query = await sari.forges(await tells(sari, "/help"), asked.callback_data("Yes, change it"))
            assert (await query.answered())["text"] == "This button was made for somebody else."
            assert (await turns(budi, asked, "No, keep it")).text.startswith("It stays as it is")
            assert role_of(stage, budi) == (Role.LECTURER, "Informatika")
            await budi.opens(made.token)
            asked = await budi.next_message()
        async with people_bot(api, tmp_path) as stage:
            await turns(budi, asked, "Yes, change it")
            assert role_of(stage, budi) == (Role.DEANS_OFFICE, None)


async def test_nobody_invites_oneself(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        chief, cici = chief_of(api), api.person("Cici", language="en")
        give(stage.store, cici, Role.COORDINATOR)
        made = invite(stage.store, cici, Role.QUALITY_OFFICE)
        await cici.opens(made.token)
        assert "yourself" in (await cici.next_message()).text
        await chief.opens(made.token)
        assert (await chief.next_message()).text.startswith("You are an administrator by the settings")
        assert role_of(stage, cici) == (Role.COORDINATOR, None)
        assert stage.store.invitations.open_of(cici.id)[0].uses_left == 1


async def test_the_links_of_somebody_who_may_not_invite_any_more_are_void(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        cici, budi = api.person("Cici", language="en"), api.person("Budi", language="en")
        give(stage.store, cici, Role.COORDINATOR)
        made = invite(stage.store, cici)
        stage.store.people.choose(cici.id, Role.GUEST)
        await budi.opens(made.token)
        assert (await budi.next_message()).text.startswith("This invitation is not known")
        assert role_of(stage, budi) == (Role.GUEST, None)


async def test_a_question_in_the_middle_of_inviting_is_answered(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        chief = chief_of(api)
        await turns(chief, await tells(chief, "/undang"), "Lecturer")
        assert (await tells(chief, "Who approves the curriculum?")).text.startswith("Responsible")
        assert INFORMATICS in (await tells(chief, "informatika")).buttons
