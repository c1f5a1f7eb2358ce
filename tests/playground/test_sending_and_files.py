"""Messages with files and keyboards, their changes, and their limits."""

import json
import struct
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, NetworkError, TelegramError

from playground.errors import ApiError
from playground.files import DOWNLOAD, PHOTO, UPLOAD
from playground.messages import NoSuchButtonError
from playground.people import Person
from playground.server import LocalBotApi

pytest_plugins = ["bot_on_api"]


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02"


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + b"\x03" + b"\0" * 9
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + frame


@pytest.fixture
async def sari(api: LocalBotApi) -> Person:
    person = api.person("Sari")
    await person.sends("hi")
    return person


async def test_photos_are_measured_and_resent(bot: Bot, sari: Person) -> None:
    for content, size in ((png(40, 30), (40, 30)), (jpeg(640, 480), (640, 480)), (b"GIF89a\x07\0\x09\0", (7, 9))):
        sent = await bot.send_photo(sari.id, content, caption="<b>foto</b>", parse_mode="HTML")
        assert (sent.photo[-1].width, sent.photo[-1].height) == size
        again = await bot.send_photo(sari.id, sent.photo[-1].file_id)
        assert again.photo == sent.photo
        assert (await sari.next_message()).text == "foto"
        assert (await sari.next_message()).document == content
    with pytest.raises(BadRequest, match=r"Can't use file of type photo as document"):
        await bot.send_document(sari.id, sent.photo[-1].file_id)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no picture", "Image_process_failed"),
        (b"\xff\xd8\xff", "Image_process_failed"),
        (b"\xff\xd8no segment", "Image_process_failed"),
        (png(9000, 1001), "Photo_invalid_dimensions"),
        (png(21, 1), "Photo_invalid_dimensions"),
        (png(1, 1) + b"\0" * PHOTO, "too big for a photo"),
    ],
)
async def test_photos_that_telegram_refuses(bot: Bot, sari: Person, content: bytes, says: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){says}"):
        await bot.send_photo(sari.id, content)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"", "file must be non-empty"),
        ("https://example.org/a.pdf", "wrong HTTP URL"),
        ("BQAC-unknown", "wrong file identifier"),
    ],
)
async def test_documents_that_telegram_refuses(bot: Bot, sari: Person, document: Any, says: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){says}"):
        await bot.send_document(sari.id, document)


async def test_the_largest_upload(bot: Bot, sari: Person) -> None:
    assert await bot.send_document(sari.id, bytes(UPLOAD), read_timeout=30, write_timeout=30)
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(sari.id, bytes(UPLOAD + 1), read_timeout=30, write_timeout=30)


async def test_captions_have_their_own_limit(bot: Bot, sari: Person) -> None:
    sent = await bot.send_document(sari.id, b"x", caption="😀" * 512)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(sari.id, b"x", caption="😀" * 512 + "x")
    await bot.edit_message_caption(sari.id, sent.message_id, caption="<i>new</i>", parse_mode="HTML")
    assert (await sari.next_edit()).text == "new"
    await bot.edit_message_caption(sari.id, sent.message_id)
    assert (await sari.next_edit()).text == ""
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("x", sari.id, sent.message_id)
    text = await bot.send_message(sari.id, "x")
    with pytest.raises(BadRequest, match="no caption in the message"):
        await bot.edit_message_caption(sari.id, text.message_id, caption="y")


async def test_a_bot_downloads_what_a_person_uploads(api: LocalBotApi, bot: Bot, sari: Person) -> None:
    await sari.uploads("daftar.csv", b"a,b\n", caption="/impor sekarang")
    *_, update = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.document.mime_type == "text/csv"
    assert update.message.caption_entities[0].type == "bot_command"
    file = await update.message.document.get_file()
    assert await file.download_as_bytearray() == b"a,b\n"
    await sari.uploads("foto.png", png(4, 3), as_photo=True)
    *_, update = await bot.get_updates()
    assert update.message is not None
    assert update.message.photo[0].height == 3
    with pytest.raises(ApiError, match="too big for a photo"):
        await sari.uploads("foto.png", png(4, 3) + bytes(PHOTO), as_photo=True)
    with pytest.raises(TelegramError, match=r"(?i)wrong file_id"):
        await bot.get_file("nonsense")
    async with aiohttp.ClientSession() as session:
        for address in (f"{api.base_file_url}1:wrong/{file.file_path}", f"{api.base_file_url}{api.token}/x/y"):
            async with session.get(address) as response:
                assert response.status == 404


async def test_bots_download_no_more_than_20_megabytes(bot: Bot, sari: Person) -> None:
    largest = await sari.uploads("20.bin", bytes(DOWNLOAD))
    larger = await sari.uploads("20+.bin", bytes(DOWNLOAD + 1))
    assert (await bot.get_file(largest.wire["document"]["file_id"])).file_size == DOWNLOAD
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(larger.wire["document"]["file_id"])


async def test_reply_keyboards_come_and_go(api: LocalBotApi, bot: Bot, sari: Person) -> None:
    keys = [["Dosen", KeyboardButton("Nomor saya", request_contact=True)], ["Lain"]]
    await bot.send_message(sari.id, "Siapa?", reply_markup=ReplyKeyboardMarkup(keys))
    assert sari.keyboard() == [["Dosen", "Nomor saya"], ["Lain"]]
    assert (await sari.next_message()).keyboard == sari.keyboard()
    await sari.taps("Dosen")
    await sari.taps("Nomor saya")
    *_, words, contact = [update.message for update in await bot.get_updates()]
    assert words is not None
    assert words.text == "Dosen"
    assert contact is not None
    assert contact.contact is not None
    with pytest.raises(NoSuchButtonError):
        await sari.taps("Rektor")
    await bot.send_message(sari.id, "Terima kasih", reply_markup=ReplyKeyboardRemove())
    assert sari.keyboard() == []
    once = ReplyKeyboardMarkup([["Ya"]], one_time_keyboard=True)
    await bot.send_message(sari.id, "Yakin?", reply_markup=once)
    await sari.taps("Ya")
    assert sari.keyboard() == []
    forced = await bot.send_message(sari.id, "Alasan?", reply_markup=ForceReply(input_field_placeholder="Alasan"))
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", sari.id, forced.message_id)


async def test_a_selective_keyboard_is_for_those_who_are_named(api: LocalBotApi, bot: Bot, sari: Person) -> None:
    budi = api.person("Budi", username="budi_k")
    group = api.group("Rapat", [sari, budi])
    keyboard = ReplyKeyboardMarkup([["Ya"]], selective=True)
    await bot.send_message(group.id, "@budi_k setuju?", reply_markup=keyboard)
    assert (sari.keyboard(group), budi.keyboard(group)) == ([], [["Ya"]])


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        ({"keyboard": "x"}, "Array of Arrays"),
        ({"keyboard": []}, "at least one button"),
        ({"keyboard": [[" "]]}, "non-empty"),
        ({"keyboard": [["x"] * 101]}, "too long"),
        ({"keyboard": [["x"]], "input_field_placeholder": "x" * 65}, "1 to 64"),
        ({"remove_keyboard": False}, "must be true"),
        ({"inline_keyboard": "x"}, "Array of Arrays"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "1", "url": "https://x.id"}]]}, "unallowed"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "x", "url": "javascript:alert(1)"}]]}, "Wrong HTTP URL"),
        ({"inline_keyboard": [[{"text": "x", "copy_text": {"text": "x" * 257}}]]}, "COPY_TEXT"),
        ({"inline_keyboard": [[{"text": "x", "copy_text": "x"}]]}, "COPY_TEXT"),
        ({}, "unknown reply markup"),
        ([], "object expected"),
    ],
)
async def test_keyboards_that_are_refused(api: LocalBotApi, sari: Person, markup: Any, says: str) -> None:
    fields = {"chat_id": sari.id, "text": "x", "reply_markup": json.dumps(markup)}
    url = f"{api.base_url}{api.token}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, data=fields) as response:
        answer = await response.json()
    assert response.status == 400
    assert says in answer["description"]
    assert sari.chat.unread() == []


async def test_a_hundred_buttons_and_64_bytes_are_fine(bot: Bot, sari: Person) -> None:
    row = [InlineKeyboardButton("k", callback_data="é" * 32)] * 5
    assert await bot.send_message(sari.id, "x", reply_markup=InlineKeyboardMarkup([row] * 20))


async def test_edited_messages_take_inline_keyboards_only(api: LocalBotApi, bot: Bot, sari: Person) -> None:
    sent = await bot.send_message(sari.id, "x")
    markup = ReplyKeyboardMarkup([["x"]])
    with pytest.raises(BadRequest, match=r"(?i)inline keyboard expected"):
        await bot.edit_message_text("y", sari.id, sent.message_id, reply_markup=markup)  # type: ignore[arg-type]


async def test_messages_are_deleted(api: LocalBotApi, bot: Bot, sari: Person) -> None:
    sent = await bot.send_message(sari.id, "x")
    assert await bot.delete_message(sari.id, sent.message_id)
    with pytest.raises(BadRequest, match="to delete not found"):
        await bot.delete_message(sari.id, sent.message_id)
    group = api.group("Rapat", [sari])
    other = await sari.sends("hello", group)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(group.id, other.id)
    group.adds_bot(sari, "administrator")
    assert await bot.delete_message(group.id, other.id)
    assert group.messages == []


async def test_old_messages_stay() -> None:
    now = 1_800_000_000.0
    async with LocalBotApi(clock=lambda: now) as api:
        sari = api.person("Sari")
        await sari.sends("hi")
        async with Bot(api.token, base_url=api.base_url) as bot:
            sent = await bot.send_message(sari.id, "x")
            now += 49 * 3600
            with pytest.raises(BadRequest, match="can't be deleted"):
                await bot.delete_message(sari.id, sent.message_id)
            assert await bot.get_updates() == (), "updates are kept for a day"


async def test_entities_that_come_as_such_and_those_that_are_found(bot: Bot, sari: Person) -> None:
    text = "tebal: lihat /sop, @tanyamutu_bot dan https://x.id/a?b=1."
    await bot.send_message(sari.id, text, entities=[MessageEntity("bold", 0, 5)])
    found = {entity["type"]: entity["offset"] for entity in (await sari.next_message()).entities}
    assert found == {"bold": 0, "bot_command": 13, "mention": 19, "url": 38}


async def test_answers_to_presses_have_limits(bot: Bot, sari: Person) -> None:
    await bot.send_message(
        sari.id, "x", reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("k", callback_data="1"))
    )
    message = await sari.next_message()
    query = await sari.presses(message, "k")
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(query.id, "x" * 201)
    with pytest.raises(BadRequest, match=r"(?i)url_invalid"):
        await bot.answer_callback_query(query.id, url="https://example.org")
    await bot.answer_callback_query(query.id, url="https://t.me/tanyamutu_bot?start=x")
    assert (await query.answered())["url"].endswith("start=x")
    await sari.forges(message, "someone-else:1")
    *_, update = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "someone-else:1"
    await bot.delete_message(sari.id, message.id)
    await sari.presses(message, "k")
    *_, update = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible
