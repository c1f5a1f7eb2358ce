"""A small bot that uses a bit of everything; the stand-in is tried with it, not with ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from playground.server import LocalBotApi

Context = ContextTypes.DEFAULT_TYPE
ANSWER = (
    "<b>Nilai UAS</b> diserahkan <i>paling lambat</i> <code>7 hari</code> &lt;kerja&gt; setelah ujian.\n"
    "<blockquote expandable>Dosen menyerahkan nilai akhir kepada Ketua Program Studi paling lambat satu minggu "
    "setelah tanggal ujian. Ketua Program Studi memeriksa kelengkapan nilai dan meneruskannya kepada BAAK. BAAK "
    "mengumumkan nilai melalui sistem informasi akademik. Keberatan mahasiswa disampaikan paling lambat tiga hari "
    "setelah pengumuman dan diputuskan oleh Ketua Program Studi bersama dosen pengampu.</blockquote>\n"
    '📄 SOP 1.2.8 · <a href="https://example.org/sop">dokumen</a> · /bantuan · '
    "https://t.me/tanyamutu_bot?start=sop-1_2_8"
)
BUTTONS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Klausul lengkap", callback_data="page:1")],
        [InlineKeyboardButton("👍", callback_data="toast"), InlineKeyboardButton("👎", callback_data="alert")],
    ]
)
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x35\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def start(update: Update, context: Context) -> None:
    assert update.message is not None
    keys = ReplyKeyboardMarkup([["Dosen", "Kaprodi"], ["Alumni"]], one_time_keyboard=True, resize_keyboard=True)
    payload = f" ({context.args[0]})" if context.args else ""
    await update.message.reply_html(f"Selamat datang{payload}. Anda siapa?", reply_markup=keys)


async def answer(update: Update, _: Context) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_chat_action("typing")
    await message.reply_html(ANSWER, reply_markup=BUTTONS, do_quote=True)


async def press(update: Update, _: Context) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "toast":
        await query.answer("Terima kasih!")
    elif query.data == "alert":
        await query.answer("Apa yang keliru?", show_alert=True)
    else:
        await query.answer()
        await query.edit_message_text(f"Halaman {query.data}", reply_markup=BUTTONS)


async def find(update: Update, _: Context) -> None:
    query = update.inline_query
    assert query is not None
    results = [
        InlineQueryResultArticle(
            str(number), f"SOP {number}: {query.query}", InputTextMessageContent(f"<b>SOP {number}</b>", "HTML"),
            description="Ujian & nilai",
        )
        for number in range(1, 4)
    ]  # fmt: skip
    await query.answer(results, cache_time=60, is_personal=True)


async def receive(update: Update, context: Context) -> None:
    message = update.message
    assert message is not None
    assert message.document is not None
    content = await (await message.document.get_file()).download_as_bytearray()
    await message.reply_document(
        bytes(content).upper(), filename="hasil.txt", caption="<i>selesai</i>", parse_mode="HTML"
    )
    await message.reply_photo(PIXEL)
    await context.bot.delete_message(message.chat_id, message.message_id)


@asynccontextmanager
async def running_bot(api: LocalBotApi) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """Run the bot on the stand-in, by polling."""
    requests = [HTTPXRequest(httpx_kwargs={"trust_env": False}, read_timeout=30.0) for _ in range(2)]
    builder = Application.builder().token(api.token).base_url(api.base_url).base_file_url(api.base_file_url)
    application = builder.request(requests[0]).get_updates_request(requests[1]).job_queue(None).build()
    application.add_handlers(
        [
            CommandHandler("start", start),
            MessageHandler(filters.Document.ALL, receive),
            MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE & ~filters.VIA_BOT, answer),
            CallbackQueryHandler(press),
            InlineQueryHandler(find),
        ]
    )
    async with application:
        menu = [BotCommand("sop", "Telusuri standar dan SOP"), BotCommand("bantuan", "Cara bertanya")]
        await application.bot.set_my_commands(menu)
        await application.bot.set_my_commands([BotCommand("tanya", "Bertanya di grup")], BotCommandScopeAllGroupChats())
        await application.bot.set_my_description("Bertanya tentang standar mutu & SOP.")
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=20, allowed_updates=Update.ALL_TYPES)
        try:
            yield application
        finally:
            await application.updater.stop()
            await application.stop()
