"""The bot is blocked, unblocked, taken into groups and thrown out."""

from pathlib import Path

import pytest
from people_stage import people_bot, tells

from playground.people import Group
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.people import PersonState


def empty_group(api: LocalBotApi, owner: Somebody) -> Group:
    """Return a group that the bot is not in."""
    group = api.group("Senat", [owner])
    group.chat.members[group.chat.bot_id] = "left"
    return group


async def test_a_block_is_noted_and_unblocking_says_nothing(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari, budi = api.person("Sari"), api.person("Budi")
        await tells(sari, "/help")
        sari.blocks_bot()
        for _ in range(20):  # another person's turns end while the block is taken up
            await tells(budi, "/help")
        assert stage.store.people.get(sari.id).state is PersonState.BLOCKED
        sari.unblocks_bot()
        await tells(sari, "/help")
        assert stage.store.people.get(sari.id).state is PersonState.ACTIVE
        assert sari.chat.unread() == []


@pytest.mark.parametrize(
    ("language", "line"), [("id", "Tanyakan di sini"), ("en-US", "Ask me here"), ("fr", "Tanyakan")]
)
async def test_a_new_group_is_told_in_one_line_how_to_ask(tmp_path: Path, language: str, line: str) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path):
        sari = api.person("Sari", language=language)
        group = empty_group(api, sari)
        group.adds_bot(sari)
        said = await group.next_message()
        assert said.text.startswith(line)
        assert "@tanyamutu_bot" in said.text
        assert "\n" not in said.text


async def test_promotion_and_removal_are_heard_in_silence(tmp_path: Path) -> None:
    async with LocalBotApi() as api, people_bot(api, tmp_path) as stage:
        sari = api.person("Sari")
        group = empty_group(api, sari)
        group.adds_bot(sari)
        await group.next_message()
        group.adds_bot(sari, "administrator")
        group.removes_bot(sari)
        await tells(sari, "/help")
        assert group.unread() == []
        assert stage.store.people.get(sari.id).state is not PersonState.BLOCKED
        assert stage.store.inbox.last_failures(5) == ()
