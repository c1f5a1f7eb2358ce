"""Asking: a question becomes an answer with its clause, a button opens the whole clause."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, MessageLimit, ParseMode
from telegram.error import BadRequest, TelegramError

from handlers.addresses import OPEN, TURN, ClauseButton
from handlers.context import CustomContext, language_of
from handlers.words import WORDS
from index.errors import QuestionError
from index.reply import (
    SHOWN_CITATIONS,
    Citation,
    ClauseNotFoundError,
    Reply,
    clip,
    render_clause_html,
    render_html,
)

LONGEST_QUESTION = 1_000
"""Characters; longer texts are not questions."""
BUTTON_UNITS = 60
"""Longer texts are cut by the phone, at a place of its choice."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

logger = logging.getLogger(__name__)


async def ask(update: Update, context: CustomContext) -> None:
    """Answer a private message: the text is the question."""
    if update.message is not None:
        await _answer(update.message, update.message.text or "", context)


async def ask_by_command(update: Update, context: CustomContext) -> None:
    """Answer ``/tanya QUESTION``, in private and in groups."""
    if update.message is not None:
        _, *question = (update.message.text or "").split(maxsplit=1)
        await _answer(update.message, "".join(question), context)


async def not_text(update: Update, _: CustomContext) -> None:
    """Say to a picture, a voice message and the like that only text is read."""
    if update.message is not None:
        await update.message.reply_text(WORDS[language_of(update.message.from_user)].only_text)


async def show_clause(update: Update, context: CustomContext) -> None:
    """Show the whole clause behind a button: in a new message, or the wanted page in its own message.

    A press that came too late to be answered is served all the same; a double tap is served once.
    """
    query = update.callback_query
    if query is None or query.message is None:
        return
    await _acknowledge(query)
    try:
        button = ClauseButton.read(query.data or "")
    except ValueError:
        logger.warning("a button with foreign data was pressed")
        return
    press = (query.message.chat.id, query.message.message_id, query.data)
    if button.act == OPEN and context.rooms.taps.is_repeat(press):
        return
    try:
        await _show_page(query, button, context)
    except Exception:
        context.rooms.taps.forget(press)
        raise


async def _answer(message: Message, text: str, context: CustomContext) -> None:
    """Check the question, show that work is going on, answer."""
    question, words = text.strip(), WORDS[language_of(message.from_user)]
    if not question:
        await message.reply_text(words.empty)
        return
    if len(question) > LONGEST_QUESTION:
        await message.reply_text(words.too_long.format(length=len(question), most=LONGEST_QUESTION))
        return
    try:
        reply, _ = await asyncio.gather(context.rooms.work(context.answerer.answer, question), _show_typing(message))
    except QuestionError:  # a greeting, a row of question marks
        await message.reply_text(words.no_question)
        return
    await message.reply_html(
        render_html(reply, MessageLimit.MAX_TEXT_LENGTH),
        reply_markup=_clause_buttons(reply),
        link_preview_options=NO_PREVIEW,
        reply_parameters=_in_reply_to(message.message_id),
    )


async def _show_typing(message: Message) -> None:
    """Show it as a courtesy: if that fails, the answer comes all the same."""
    try:
        await message.reply_chat_action(ChatAction.TYPING)
    except TelegramError as error:
        logger.debug("typing was not shown: %s", error)


def _clause_buttons(reply: Reply) -> InlineKeyboardMarkup | None:
    """One button for each clause shown; numbered with the document's code where there are several."""
    label = WORDS[reply.language].clause_button
    shown = reply.citations[:SHOWN_CITATIONS] if reply.answerable else ()
    rows = []
    for number, citation in enumerate(shown, start=1):
        text = label if len(shown) == 1 else clip(f"{label} {number}: {citation.document}", BUTTON_UNITS)
        data = ClauseButton.opening(citation, reply.language).data()
        rows.append([InlineKeyboardButton(text, callback_data=data)])
    return InlineKeyboardMarkup(rows) if rows else None


async def _acknowledge(query: CallbackQuery) -> None:
    """Stop the button's clock; after a restart the press may be too old for that, which does no harm."""
    try:
        await query.answer()
    except TelegramError as error:
        logger.info("a press was not acknowledged: %s", error)


async def _show_page(query: CallbackQuery, button: ClauseButton, context: CustomContext) -> None:
    """Fetch the clause and send it, or turn to the page in the message that has the button."""
    if query.message is None:
        return
    chat_id, message_id = query.message.chat.id, query.message.message_id
    try:
        citation, text = await context.rooms.work(
            context.answerer.clause_at, button.source, button.start, button.end, button.language
        )
    except ClauseNotFoundError:
        await context.bot.send_message(chat_id, WORDS[button.language].gone)
        return
    page, markup = _page(citation, text, button)
    if button.act == TURN:
        await _turn(context, chat_id, message_id, page, markup)
        return
    await context.bot.send_message(
        chat_id,
        page,
        parse_mode=ParseMode.HTML,
        reply_markup=markup,
        link_preview_options=NO_PREVIEW,
        reply_parameters=_in_reply_to(message_id),
    )


def _page(citation: Citation, text: str, button: ClauseButton) -> tuple[str, InlineKeyboardMarkup | None]:
    """Return the page that the button asks for and the buttons to its neighbours."""
    pages = render_clause_html(citation, text, MessageLimit.MAX_TEXT_LENGTH, button.language)
    number = min(max(button.page, 1), len(pages))
    neighbours = [("◀", number - 1), ("▶", number + 1)]
    row = [
        InlineKeyboardButton(sign, callback_data=_turned(button, neighbour).data())
        for sign, neighbour in neighbours
        if 1 <= neighbour <= len(pages)
    ]
    return pages[number - 1], InlineKeyboardMarkup([row]) if row else None


def _turned(button: ClauseButton, page: int) -> ClauseButton:
    """Return the button that turns to another page of the same clause."""
    return replace(button, act=TURN, page=page)


async def _turn(
    context: CustomContext, chat_id: int, message_id: int, page: str, markup: InlineKeyboardMarkup | None
) -> None:
    """Put the page into the message; a page that is there already (a double tap) is fine."""
    try:
        await context.bot.edit_message_text(
            page,
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if "not modified" not in str(error).lower():
            raise


def _in_reply_to(message_id: int) -> ReplyParameters:
    """Tie a message to the one it answers, if that is still there."""
    return ReplyParameters(message_id, allow_sending_without_reply=True)
