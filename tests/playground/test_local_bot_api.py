"""The stand-in is as strict as Telegram, seen through plain HTTP and through python-telegram-bot."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from playground.errors import ApiError
from playground.flood import FloodLimits
from playground.messages import NoSuchButtonError
from playground.people import BotIsSilentError
from playground.server import LocalBotApi, UnknownMethodError

pytest_plugins = ["bot_on_api"]


async def call(api: LocalBotApi, method: str, **request: Any) -> tuple[int, dict[str, Any]]:
    url = f"{api.base_url}{request.pop('token', api.token)}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, **request) as response:
        return response.status, await response.json()


def keyboard(*texts: str, data: str = "d") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text in texts])


async def test_it_listens_on_loopback_only(api: LocalBotApi) -> None:
    assert api.url.startswith("http://127.0.0.1:")


async def test_tokens_and_methods_that_are_not_known(api: LocalBotApi) -> None:
    assert await call(api, "getMe", token="1:wrong") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    status, _ = await call(api, "sendTelepathy")
    assert status == 404
    assert api.unknown == ["sendTelepathy"]
    api.unknown.clear()


async def test_an_unknown_method_is_loud_at_the_end() -> None:
    with pytest.raises(UnknownMethodError, match="sendTelepathy"):
        async with LocalBotApi() as api:
            await call(api, "sendTelepathy")


async def test_a_library_learns_of_a_wrong_token(api: LocalBotApi) -> None:
    with pytest.raises(InvalidToken):
        await Bot("1:wrong", base_url=api.base_url).initialize()


@pytest.mark.parametrize("form", ["json", "data", "multipart", "params"])
async def test_bodies_of_every_form(api: LocalBotApi, form: str) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    fields = {"chat_id": str(sari.id), "text": "<b>salam</b>", "parse_mode": "HTML"}
    body: Any = fields
    if form == "multipart":
        form, body = "data", aiohttp.FormData(fields, default_to_multipart=True)
    status, answer = await call(api, "sendMessage", **{form: body})
    assert status == 200
    assert answer["result"]["text"] == "salam"
    assert (await sari.next_message()).entities == [{"type": "bold", "offset": 0, "length": 5}]


async def test_updates_come_again_until_they_are_confirmed(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari", language="en")
    for text in ("one", "two", "three"):
        await sari.sends(text)
    first = await bot.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["one", "two"]
    assert await bot.get_updates(limit=2) == first
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest if update.message] == ["three"]
    assert rest[0].effective_user is not None
    assert rest[0].effective_user.language_code == "en"
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == ()


async def test_a_negative_offset_forgets_all_but_the_last(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    for text in ("one", "two", "three"):
        await sari.sends(text)
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "three"
    assert len(await bot.get_updates()) == 1


async def test_a_long_poll_ends_when_something_happens(api: LocalBotApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    while not api.calls_of("getUpdates"):
        await asyncio.sleep(0)
    await api.person("Sari").sends("hi")
    assert len(await asyncio.wait_for(poll, 5)) == 1


async def test_a_second_poller_ends_the_first(api: LocalBotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    while not api.world.updates.polls:
        await asyncio.sleep(0)
    assert await call(api, "getUpdates") == (200, {"ok": True, "result": []})
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_kinds_of_updates_that_were_not_asked_for_are_not_told(api: LocalBotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await api.person("Sari").sends("hi")
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ("x" * 4097, None, "Message is too long"),
        ("😀" * 2049, None, "Message is too long"),
        ("<b>" + "&amp;" * 4097 + "</b>", "HTML", "Message is too long"),
        (" \n ", None, "Text must be non-empty"),
        ("<b> </b>", "HTML", "Text must be non-empty"),
        ("1 < 2", "HTML", "Can't parse entities: unsupported start tag"),
        ("x", "MarkdownV2", "the stand-in knows html"),
    ],
)
async def test_texts_that_telegram_refuses(api: LocalBotApi, bot: Bot, text: str, mode: str | None, says: str) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    with pytest.raises(BadRequest, match=says):
        await bot.send_message(sari.id, text, parse_mode=mode)
    assert sari.chat.unread() == []


async def test_the_longest_text_counts_after_entity_parsing(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    message = await bot.send_message(sari.id, " <b>" + "&amp;" * 4096 + "</b>\n", parse_mode="HTML")
    assert message.text == "&" * 4096
    assert message.entities[0].offset == 0


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        (keyboard("k", data="é" * 33), "BUTTON_DATA_INVALID"),
        (keyboard(*"k" * 101), "reply markup is too long"),
        (InlineKeyboardMarkup([[InlineKeyboardButton("k")]]), "can't parse inline keyboard button"),
        (keyboard(" "), "can't parse inline keyboard button"),
    ],
)
async def test_keyboards_that_telegram_refuses(
    api: LocalBotApi, bot: Bot, markup: InlineKeyboardMarkup, says: str
) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(sari.id, "x", reply_markup=markup)
    assert says.lower() in str(caught.value).lower()


async def test_where_a_bot_may_not_write(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(sari.id, "hi")
    await sari.sends("hi")
    sari.blocks_bot()
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(sari.id, "hi")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "hi")


async def test_edits_change_something_or_are_refused(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    own = await sari.sends("hi")
    message = await bot.send_message(sari.id, "one", reply_markup=keyboard("k"))
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("one", sari.id, message.message_id, reply_markup=keyboard("k"))
    await bot.edit_message_text("<i>two</i>", sari.id, message.message_id, parse_mode="HTML")
    edited = await sari.next_edit()
    assert (edited.text, edited.buttons) == ("two", [])
    await bot.edit_message_reply_markup(sari.id, message.message_id, reply_markup=keyboard("n"))
    assert (await sari.next_edit()).buttons == ["n"]
    for number, says in ((own.id, "can't be edited"), (999, "to edit not found")):
        with pytest.raises(BadRequest, match=says):
            await bot.edit_message_text("x", sari.id, number)


async def test_a_press_is_answered_once_and_soon(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    await bot.send_message(sari.id, "one", reply_markup=keyboard("k"))
    message = await sari.next_message()
    with pytest.raises(NoSuchButtonError):
        await sari.presses(message, "other")
    query = await sari.presses(message, "k")
    *_, update = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "d"
    assert await update.callback_query.answer("seen")
    assert (await query.answered())["text"] == "seen"
    late = await sari.presses(message, "k")
    api.world.expire_queries()
    for number in (query.id, late.id, "77"):
        with pytest.raises(
            BadRequest, match=r"(?i)query is too old and response timeout expired or query id is invalid"
        ):
            await bot.answer_callback_query(number)


async def test_replies_name_a_message_that_exists(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    question = await sari.sends("hi")
    await bot.send_message(sari.id, "one", reply_parameters=ReplyParameters(question.id))
    assert (await sari.next_message()).reply_to == question.id
    with pytest.raises(BadRequest, match="to be replied not found"):
        await bot.send_message(sari.id, "two", reply_parameters=ReplyParameters(999))
    await bot.send_message(sari.id, "three", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True))
    assert (await sari.next_message()).reply_to is None


async def test_commands_and_descriptions_are_kept_by_language(api: LocalBotApi, bot: Bot) -> None:
    commands = [BotCommand("tanya", "Ask")]
    await bot.set_my_commands(commands, language_code="en")
    assert await bot.get_my_commands(language_code="en") == tuple(commands)
    assert await bot.get_my_commands() == ()
    await bot.delete_my_commands(language_code="en")
    assert await bot.get_my_commands(language_code="en") == ()
    await bot.set_my_description("Long", language_code="en")
    assert (await bot.get_my_description("en")).description == "Long"
    await bot.set_my_short_description("Short")
    assert (await bot.get_my_short_description()).short_description == "Short"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ({"command": "Tanya", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "t" * 33, "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "t", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "t", "description": "x" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_commands_that_telegram_refuses(api: LocalBotApi, command: dict[str, str], says: str) -> None:
    status, answer = await call(api, "setMyCommands", data={"commands": json.dumps([command])})
    assert (status, answer["description"]) == (400, f"Bad Request: {says}")


async def test_documents_chat_and_webhook(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    await bot.send_document(sari.id, b"a,b\n", filename="list.csv", caption="<b>A list</b>", parse_mode="HTML")
    received = await sari.next_message()
    assert (received.document, received.text) == (b"a,b\n", "A list")
    assert (await bot.get_chat(sari.id)).first_name == "Sari"
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    assert await bot.send_chat_action(sari.id, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(sari.id, "dancing")


async def test_faults_before_and_after_the_effect(api: LocalBotApi, bot: Bot) -> None:
    sari = api.person("Sari")
    await sari.sends("hi")
    api.fail("sendMessage", status=500)
    api.fail("sendMessage", status=429, retry_after=7)
    api.fail("sendMessage", drop=True)
    for error in (NetworkError, RetryAfter, NetworkError):
        with pytest.raises(error):
            await bot.send_message(sari.id, "lost")
    assert sari.chat.unread() == []
    api.fail("*", status=502, after_effect=True)
    api.fail("sendMessage", drop=True, after_effect=True)
    for text in ("kept", "kept too"):
        with pytest.raises(NetworkError):
            await bot.send_message(sari.id, text)
    assert [message.text for message in sari.chat.unread()] == ["kept", "kept too"]
    api.fail("sendMessage", delay=0.4)
    with pytest.raises(TimedOut):
        await bot.send_message(sari.id, "late", read_timeout=0.1)
    assert (await sari.next_message()).text == "kept"
    assert api.faults.struck["sendMessage"] == 6


async def test_privacy_in_groups(api: LocalBotApi, bot: Bot) -> None:
    sari, group = api.person("Sari"), api.group("Senat")
    for text in ("hello all", "/tanya x", "hello @tanyamutu_bot"):
        await sari.sends(text, to=group)
    told = [update.message.text for update in await bot.get_updates() if update.message]
    assert told == ["/tanya x", "hello @tanyamutu_bot"]


async def test_waiting_for_a_silent_bot_says_what_there_was(api: LocalBotApi) -> None:
    with pytest.raises(BotIsSilentError, match="no message in chat"):
        await api.person("Sari").next_message(timeout=0.01)


def test_flood_limits_by_chat_group_and_overall() -> None:
    now = 1000.0
    limits = FloodLimits(overall_per_second=30, chat_burst=3, group_per_minute=20, clock=lambda: now)

    def refused(chat: int) -> int | None:
        try:
            limits.check(chat)
        except ApiError as error:
            return error.retry_after
        return None

    assert [refused(1) for _ in range(4)] == [None, None, None, 3]
    assert [refused(chat) for chat in range(100, 127)] == [None] * 27
    assert refused(200) == 1
    now += 3
    assert refused(1) is None
    for _ in range(20):
        now += 1
        assert refused(-5) is None
    now += 1
    assert refused(-5) == 40


async def test_flood_limits_are_a_switch() -> None:
    async with LocalBotApi(flood=FloodLimits(chat_burst=1)) as api:
        sari = api.person("Sari")
        await sari.sends("hi")
        fields = {"chat_id": sari.id, "text": "x"}
        assert (await call(api, "sendMessage", json=fields))[0] == 200
        status, answer = await call(api, "sendMessage", json=fields)
        assert (status, answer["parameters"]) == (429, {"retry_after": 1})
