"""Walking through the documents on buttons, terms, and the duties of a role, in a chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram_stage import Stage, bot_on

from index.browse import Browser
from playground.messages import Message
from playground.people import Person
from playground.server import LocalBotApi


@pytest.fixture
async def stage(tmp_path: Path, browser: Browser) -> AsyncIterator[Stage]:
    """Run a bot that has the real documents on its shelf."""
    async with LocalBotApi() as api, bot_on(api, tmp_path, browser) as made:
        yield made


@pytest.fixture
def sari(stage: Stage) -> Person:
    return stage.api.person("Sari", "id")


async def pressed(person: Person, message: Message, button: str) -> Message:
    await person.presses(message, button)
    return await person.next_edit()


async def test_from_the_standards_to_a_step_and_back_in_one_message(stage: Stage, sari: Person) -> None:
    await sari.sends("/sop")
    shown = await sari.next_message()
    first = shown.id
    path = [shown.text]
    for _ in range(4):
        below = [text for text in shown.buttons if text[0] not in "‹›⬆◀▶«»"]
        if not below:
            break
        shown = await pressed(sari, shown, below[-1])
        path.append(shown.text)
    assert len(path) >= 4
    assert len(set(path)) == len(path)
    for expected in reversed(path[:-1]):
        shown = await pressed(sari, shown, "⬆")
        assert shown.text == expected
    assert shown.id == first
    assert sari.chat.unread() == []


async def test_long_lists_are_paged_within_the_message(sari: Person) -> None:
    await sari.sends("/sop")
    shown = await sari.next_message()
    group = next(text for text in shown.buttons if text.startswith("1.2"))
    shown = await pressed(sari, shown, group)
    seen = set(shown.buttons)
    while following := [text for text in shown.buttons if text.startswith("»")]:
        shown = await pressed(sari, shown, following[0])
        seen |= set(shown.buttons)
        assert len(shown.rows) <= 12
    assert len([text for text in seen if text[0].isdigit() or text[:2] in ("S ", "F ")]) > 8


@pytest.mark.parametrize(("command", "title"), [("/sop 1.2.8", "1.2.8"), ("/standar 1.1.8.1", "1.1.8.1")])
async def test_a_number_leads_there_at_once(sari: Person, command: str, title: str) -> None:
    await sari.sends(command)
    assert title in (await sari.next_message()).text


async def test_words_of_a_title_lead_there_or_to_a_choice(sari: Person) -> None:
    await sari.sends("/sop pembinaan alumni")
    shown = await sari.next_message()
    if "Yang mana?" in shown.text:
        shown = await pressed(sari, shown, shown.buttons[0])
    assert "SOP" in shown.text


@pytest.mark.parametrize("words", ["zzzz qqqq", "<b>", "9.9.9.9", "\u202egnikcah"])
async def test_what_is_not_there_is_said_so(sari: Person, words: str) -> None:
    await sari.sends(f"/sop {words}")
    assert (await sari.next_message()).text.startswith("Tidak ada yang bernama")


async def test_a_term_is_explained_with_its_address(sari: Person) -> None:
    await sari.sends("/istilah tracer study")
    assert "tracer" in (await sari.next_message()).text.lower()
    await sari.sends("/istilah trcer studi")
    assert "tracer" in (await sari.next_message()).text.lower()
    await sari.sends("/istilah")
    assert (await sari.next_message()).text.startswith("Tulis istilahnya")


async def test_the_duties_of_a_role_come_in_pages_and_as_a_file(stage: Stage, sari: Person) -> None:
    await sari.sends("/peran Kaprodi")
    shown = await sari.next_message()
    everything = shown.text
    limited = await pressed(sari, shown, "Hanya yang berbatas waktu")
    assert limited.text != everything
    shown = await pressed(sari, limited, "Semua tugas")
    following = next(text for text in shown.buttons if text.startswith("▶"))
    assert (await pressed(sari, shown, following)).text != everything
    await sari.presses(shown, "Sebagai berkas")
    file = await sari.next_message()
    assert file.wire["document"]["file_name"].endswith(".txt")
    assert file.document is not None
    assert len(file.document.decode().splitlines()) > 50


async def test_an_unknown_role_offers_those_that_are_near(sari: Person) -> None:
    await sari.sends("/peran kepala lab rahasia")
    shown = await sari.next_message()
    assert "kepala lab rahasia" in shown.text


async def test_pages_speak_the_language_of_the_person(stage: Stage) -> None:
    dawn = stage.api.person("Dawn", "en")
    await dawn.sends("/peran Head of Programme")
    assert "Only with a time limit" in (await dawn.next_message()).buttons


async def test_a_page_that_is_gone_and_data_that_is_forged_end_in_a_sentence(sari: Person) -> None:
    await sari.sends("/sop")
    shown = await sari.next_message()
    await sari.forges(shown, "b:d00000000:1:0")
    assert "dokumennya berubah" in (await sari.next_edit()).text
    for data in (
        "b:x",
        "b:root:99999999999999999:0",
        "u:show:x:0:1",
        "d:steps:root:1",
        "b:root:-5:-9",
        "c:open:id:x:1:2:3",
    ):
        press = await sari.forges(shown, data)
        await press.done.wait()
    await sari.sends("/sop 1.2.8")
    while "1.2.8" not in (await sari.next_message()).text:
        pass
