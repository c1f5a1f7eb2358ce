"""How the bot answers presses and inline queries."""

from __future__ import annotations

import re

from playground import limits
from playground.errors import bad_request
from playground.inline import CACHE_SECONDS, read_answer
from playground.messages import Wire
from playground.parameters import Parameters
from playground.world import World


class Answering:
    """answerCallbackQuery and answerInlineQuery."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def answer_callback_query(self, parameters: Parameters) -> bool:
        """answerCallbackQuery: once for each press, soon, with at most 200 characters."""
        text, url = parameters.text("text"), parameters.text("url")
        if len(text) > limits.CALLBACK_ANSWER_CHARACTERS:
            raise bad_request("MESSAGE_TOO_LONG")
        if url and not re.fullmatch(rf"(?:https?://)?t\.me/{self._world.username}\?start=[A-Za-z0-9_-]{{1,64}}", url):
            raise bad_request("URL_INVALID")
        answer: Wire = {"text": text, "show_alert": parameters.flag("show_alert")} if text else {}
        answer |= {"url": url} if url else {}
        self._world.bot_answers(parameters.text("callback_query_id"), answer)
        return True

    async def answer_inline_query(self, parameters: Parameters) -> bool:
        """answerInlineQuery: at most 50 results, kept for `cache_time` seconds for all or for the person."""
        answer = read_answer(parameters.json("results"), parameters.text("next_offset"), parameters.json("button"))
        self._world.bot_offers(
            parameters.text("inline_query_id"),
            answer,
            parameters.number("cache_time", CACHE_SECONDS),
            personal=parameters.flag("is_personal"),
        )
        return True
