"""Inline mode: ``@bot question`` in any chat gives an answer to send there."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.constants import MessageLimit

from handlers.addresses import ClauseLink
from handlers.texts import Html
from handlers.turn import Turn
from index.errors import QuestionError
from index.reply import LABELS, Reply, clip, render_html, source_id

SHORTEST_QUERY = 6
"""Characters; less is somebody who has just begun to type."""
CACHE_SECONDS = 300
"""Telegram shows the same results to everybody who types the same for so long (Bot API, answerInlineQuery)."""
TITLE_UNITS, DESCRIPTION_UNITS = 100, 200


async def answer_inline(turn: Turn, update: Update) -> None:
    """Offer the answer to what was typed; what somebody has typed over since is not computed."""
    query = update.inline_query
    if query is None:
        return
    text = query.query.strip()
    is_old = await turn.read(lambda: turn.rooms.store.inbox.has_later(turn.claimed))
    results: list[dict[str, Any]] = []
    if not is_old and len(text) >= SHORTEST_QUERY:
        try:
            reply = await turn.work(turn.rooms.answerer.answer, text)
        except QuestionError:
            pass
        else:
            results = [_result(turn, reply)] if reply.answerable else []
    parameters: dict[str, Any] = {
        "inline_query_id": query.id,
        "results": results,
        "cache_time": 0 if is_old else CACHE_SECONDS,
        "is_personal": False,
    }
    if not results:
        label = (
            turn.t.plain("Ask in a private chat") if len(text) >= SHORTEST_QUERY else turn.t.plain("Type a question …")
        )
        parameters["button"] = {"text": label, "start_parameter": "ask"}
    turn.send("answerInlineQuery", parameters)


def _result(turn: Turn, reply: Reply) -> dict[str, Any]:
    """Return the answer as an article with its message and a link to the whole clause."""
    labels = LABELS[reply.language]
    result: dict[str, Any] = {
        "type": "article",
        "id": source_id(reply.question),
        "title": clip(f"{labels.kinds.get(reply.kind, labels.kinds['other'])}: {reply.question}", TITLE_UNITS),
        "description": clip(reply.answer.replace("\n", " "), DESCRIPTION_UNITS),
        "input_message_content": {
            "message_text": Html(render_html(reply, MessageLimit.MAX_TEXT_LENGTH)),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    }
    if reply.citations and not reply.curated:
        cited = reply.citations[0]
        link = ClauseLink(reply.language, source_id(cited.source), *cited.lines).payload()
        url = f"https://t.me/{turn.rooms.username}?start={link}"
        result["reply_markup"] = {"inline_keyboard": [[{"text": turn.t.plain("Full clause"), "url": url}]]}
    return result
