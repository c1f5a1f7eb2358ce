"""The whole clause behind a button: in a new message, its pages in place; and from other chats by a deep link."""

from __future__ import annotations

from dataclasses import replace

from telegram.constants import MessageLimit

from handlers.addresses import ClauseButton, ClauseLink
from handlers.texts import Html
from handlers.turn import Button, Turn
from index.reply import Citation, ClauseNotFoundError, render_clause_html


async def show_clause(turn: Turn, button: ClauseButton) -> None:
    """Show the whole clause: in a new message, or the wanted page in its own message.

    A double tap is served once; where there is no message to reply to (an answer that was sent from another
    chat) the clause goes to the person's own chat.
    """
    turn.toast()
    press = (turn.person.id, turn.place.chat_id, turn.place.message_id, button)
    if button.act == "open" and turn.rooms.taps.is_repeat(press):
        return
    text, row = await _page(turn, button)
    if button.act == "turn":
        turn.show(text, [row])
    else:
        turn.say(text, [row], is_reply=True)


async def follow_link(turn: Turn, link: ClauseLink) -> None:
    """Show the clause of a deep link."""
    text, row = await _page(turn, ClauseButton("open", link.language, link.source, link.start, link.end))
    turn.say(text, [row])


async def _page(turn: Turn, button: ClauseButton) -> tuple[Html, list[Button]]:
    """Return the page that the button asks for and the buttons to its neighbours."""
    try:
        citation, text = await turn.work(
            turn.rooms.answerer.clause_at, button.source, button.start, button.end, button.language
        )
    except ClauseNotFoundError:
        return turn.t("This clause cannot be found any more. Please ask again."), []
    pages = _pages(citation, text, button)
    number = min(max(button.page, 1), len(pages))
    neighbours = [("◀", number - 1), ("▶", number + 1)]
    row = [
        Button(sign, replace(button, act="turn", page=neighbour).data())
        for sign, neighbour in neighbours
        if 1 <= neighbour <= len(pages)
    ]
    return pages[number - 1], row


def _pages(citation: Citation, text: str, button: ClauseButton) -> list[Html]:
    return [Html(page) for page in render_clause_html(citation, text, MessageLimit.MAX_TEXT_LENGTH, button.language)]
