"""People come, go, block, follow links and ask inline; the bot hears of it as it would from Telegram."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, Forbidden

from playground.inline import NoSuchResultError
from playground.people import DeepLinkError
from playground.server import LocalBotApi

pytest_plugins = ["bot_on_api"]


async def fresh(bot: Bot) -> tuple[Update, ...]:
    """Return all updates that wait, and confirm them."""
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


def article(
    number: int | str, text: str = "<b>isi</b>", markup: InlineKeyboardMarkup | None = None
) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(str(number), f"Hasil {number}", InputTextMessageContent(text, "HTML"), markup)


async def test_blocking_and_unblocking(api: LocalBotApi, bot: Bot) -> None:
    await fresh(bot)
    sari = api.person("Sari")
    await sari.sends("hi")
    sari.blocks_bot()
    sari.blocks_bot()
    for call in (bot.send_message(sari.id, "x"), bot.send_chat_action(sari.id, "typing")):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await call
    assert (await bot.get_chat(sari.id)).first_name == "Sari"
    sari.unblocks_bot()
    assert await bot.send_message(sari.id, "x")
    sari.blocks_bot()
    await sari.sends("back")
    changes = [update.my_chat_member.new_chat_member.status for update in await fresh(bot) if update.my_chat_member]
    assert changes == ["kicked", "member", "kicked", "member"]


@pytest.mark.parametrize("payload", ["", "a", "A-Z_09", "x" * 64])
async def test_deep_links(api: LocalBotApi, bot: Bot, payload: str) -> None:
    sari = api.person("Sari")
    await sari.follows(f"https://t.me/tanyamutu_bot?start={payload}")
    (update,) = await fresh(bot)
    assert update.message is not None
    assert update.message.text == f"/start {payload}".strip()


@pytest.mark.parametrize(
    "link",
    [
        "t.me/tanyamutu_bot?start=a.b",
        "t.me/other?start=a",
        "https://x.id/tanyamutu_bot",
        f"t.me/tanyamutu_bot?start={'x' * 65}",
    ],
)
async def test_links_that_lead_nowhere(api: LocalBotApi, link: str) -> None:
    with pytest.raises(DeepLinkError):
        await api.person("Sari").follows(link)


async def test_what_a_bot_hears_in_a_group(api: LocalBotApi, bot: Bot) -> None:
    sari, budi = api.person("Sari"), api.person("Budi")
    group = api.group("Rapat", [sari, budi])
    own = await bot.send_message(group.id, "halo")
    for text in ("semua", "/tanya a", "/tanya@other_bot b", "ya @TanyaMutu_Bot?", "x@tanyamutu_bot", "@tanyamutu_bots"):
        await sari.sends(text, group)
    await budi.sends("balasan", group, reply_to=await group.next_message())
    await budi.sends("balasan lain", group, reply_to=group.messages[1])
    await budi.uploads("a.txt", b"a", "untuk @tanyamutu_bot", group)
    heard = [update.message.text or update.message.caption for update in await fresh(bot) if update.message]
    assert heard == ["/tanya a", "ya @TanyaMutu_Bot?", "balasan", "untuk @tanyamutu_bot"]
    assert own.message_id == group.messages[0].id
    edited = await sari.edits(await sari.sends("/tanya", group), "semua lagi")
    assert edited.edited
    group.adds_bot(sari, "administrator")
    await sari.sends("semua", group)
    assert [update.message.text for update in await fresh(bot) if update.message] == ["/tanya", "semua"]
    open_group = api.group("Terbuka", [sari], privacy=False)
    await sari.sends("semua", open_group)
    assert len(await fresh(bot)) == 1


async def test_edited_messages_are_told(api: LocalBotApi, bot: Bot) -> None:
    sari, budi = api.person("Sari"), api.person("Budi")
    message = await sari.sends("kapan")
    await sari.edits(message, "kapan ujian?")
    *_, update = await fresh(bot)
    assert update.edited_message is not None
    assert update.edited_message.text == "kapan ujian?"
    assert update.edited_message.edit_date is not None
    with pytest.raises(PermissionError):
        await budi.edits(message, "x")


async def test_a_bot_is_added_removed_and_leaves(api: LocalBotApi, bot: Bot) -> None:
    await fresh(bot)
    sari, budi = api.person("Sari"), api.person("Budi")
    group = api.group("Rapat", [sari])
    group.takes_in(budi)
    group.removes_bot(sari)
    for call in (bot.send_message(group.id, "x"), bot.get_chat_administrators(group.id)):
        with pytest.raises(Forbidden, match="kicked from the supergroup"):
            await call
    await sari.sends("/tanya", group)
    group.adds_bot(sari)
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(group.id, "x")
    updates = await fresh(bot)
    changes = [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member]
    assert changes == ["kicked", "member", "left"]
    assert not any(update.message and update.message.text for update in updates)
    with pytest.raises(BadRequest):
        await bot.leave_chat(sari.id)


async def test_members_and_administrators(api: LocalBotApi, bot: Bot) -> None:
    sari, budi, emma = (api.person(name) for name in ("Sari", "Budi", "Emma"))
    group = api.group("Rapat", [sari, budi])
    group.takes_in(budi, "administrator")
    assert {admin.user.id for admin in await bot.get_chat_administrators(group.id)} == {sari.id, budi.id}
    for person, status in ((sari, "creator"), (budi, "administrator"), (emma, "left")):
        assert (await bot.get_chat_member(group.id, person.id)).status == status
    assert await bot.get_chat_member_count(group.id) == 3
    group.loses(budi)
    assert (await bot.get_chat_member(group.id, budi.id)).status == "left"
    with pytest.raises(BadRequest, match=r"(?i)participant_id_invalid"):
        await bot.get_chat_member(group.id, 42)
    with pytest.raises(BadRequest, match=r"(?i)no administrators in the private chat"):
        await bot.get_chat_administrators(sari.id)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat("@somebody")


async def test_the_narrowest_menu_in_the_own_language_is_seen(api: LocalBotApi, bot: Bot) -> None:
    sari, emma = api.person("Sari"), api.person("Emma", language="en-GB")
    group = api.group("Rapat", [sari, emma])

    async def set_menu(name: str, *scope: object, language: str | None = None) -> None:
        await bot.set_my_commands([BotCommand(name, "x")], *scope, language_code=language)  # type: ignore[arg-type]

    def seen() -> list[str]:
        views = (sari.menu(), emma.menu(), sari.menu(group), emma.menu(group))
        return ["".join(entry["command"] for entry in view) for view in views]

    assert seen() == [""] * 4
    await set_menu("all")
    await set_menu("all_en", language="en")
    assert seen() == ["all", "all_en", "all", "all_en"]
    await set_menu("private", BotCommandScopeAllPrivateChats())
    await set_menu("groups", BotCommandScopeAllGroupChats())
    assert seen() == ["private", "private", "groups", "groups"]
    await set_menu("admins", BotCommandScopeAllChatAdministrators())
    await set_menu("own", BotCommandScopeChat(sari.id))
    await set_menu("member", BotCommandScopeChatMember(group.id, emma.id))
    assert seen() == ["own", "private", "admins", "member"]


async def test_inline_results_are_sent_by_the_person(api: LocalBotApi, bot: Bot) -> None:
    await fresh(bot)
    sari = api.person("Sari")
    group = api.group("Rapat", [sari])
    query = await sari.asks_inline("nilai", group)
    (update,) = await fresh(bot)
    assert update.inline_query is not None
    assert (update.inline_query.query, update.inline_query.chat_type) == ("nilai", "supergroup")
    markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("Lagi", callback_data="more"))
    assert await update.inline_query.answer([article(1), article(2, markup=markup)])
    with pytest.raises(NoSuchResultError):
        await sari.chooses(query, "Hasil 3", group)
    message = await sari.chooses(query, "Hasil 2", group)
    assert (message.text, message.via_bot, message.from_bot) == ("isi", True, False)
    await sari.presses(message, "Lagi")
    told, chosen, press = await fresh(bot)
    assert told.message is not None
    assert told.message.via_bot is not None
    assert chosen.chosen_inline_result is not None
    assert chosen.chosen_inline_result.result_id == "2"
    assert press.callback_query is not None
    number = press.callback_query.inline_message_id
    assert await bot.edit_message_text("baru", inline_message_id=number)
    assert (await group.next_edit()).text == "baru"
    with pytest.raises(BadRequest, match=r"(?i)message_id_invalid"):
        await bot.edit_message_text("baru", inline_message_id="inline-0")


async def test_inline_results_are_kept_for_all_or_for_one() -> None:
    now = 1_800_000_000.0
    async with LocalBotApi(clock=lambda: now) as api, Bot(api.token, base_url=api.base_url) as bot:
        sari, budi = api.person("Sari"), api.person("Budi")
        first = await sari.asks_inline("a")
        await bot.answer_inline_query(first.id, [article(1)], cache_time=10, is_personal=True)
        assert (await sari.asks_inline("a")).cached
        assert not (await sari.asks_inline("a", offset="2")).cached
        of_budi = await budi.asks_inline("a")
        assert not of_budi.cached
        await bot.answer_inline_query(of_budi.id, [article(2)], cache_time=30)
        assert (await (await budi.asks_inline("a")).answered_with()).titles == ["Hasil 2"]
        now += 11
        assert (await (await sari.asks_inline("a")).answered_with()).titles == ["Hasil 2"]
        now += 20
        assert not (await sari.asks_inline("a")).cached


async def test_inline_answers_that_telegram_refuses(api: LocalBotApi, bot: Bot) -> None:
    query = await api.person("Sari").asks_inline("a")
    articles = [article(number) for number in range(51)]
    cases = [
        ({"results": articles}, "results_too_much"),
        ({"results": [article(1), article(1)]}, "result_id_duplicate"),
        ({"results": [article("x" * 65)]}, "result_id_invalid"),
        ({"results": [article(1, "<b>")]}, "can't parse entities"),
        ({"results": [article(1, "x" * 4097)]}, "message is too long"),
        ({"results": [], "next_offset": "x" * 65}, "next_offset_invalid"),
        ({"results": [], "button": InlineQueryResultsButton("Mulai", start_parameter="a b")}, "start_param_invalid"),
    ]
    for arguments, says in cases:
        with pytest.raises(BadRequest, match=f"(?i){says}"):
            await bot.answer_inline_query(query.id, **arguments)  # type: ignore[arg-type]
    assert await bot.answer_inline_query(query.id, articles[:50])
    for number in (query.id, "nonsense"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_inline_query(number, [])
    late = await api.person("Budi").asks_inline("b")
    api.world.expire_queries()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_inline_query(late.id, [])


async def test_an_odd_update_is_delivered_as_it_is(api: LocalBotApi, bot: Bot) -> None:
    api.inject({"poll": {"id": "1", "question": "?"}})
    api.inject({})
    first, second = await api.world.updates.poll(0, 10, 0)
    assert first["poll"]["question"] == "?"
    assert second.keys() == {"update_id"}
