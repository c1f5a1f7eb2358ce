"""Whatever a bot sends, the stand-in answers as Telegram would, and does not stumble."""

import asyncio
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import ApiError
from playground.methods import Methods
from playground.parameters import Parameters, Upload
from playground.scene import Scene

BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "tanyamutu_bot"}
PERSON, GROUP = 5_000_000_001, -1_001_000_000_001
FIELDS = (
    "chat_id message_id text caption parse_mode entities caption_entities reply_markup reply_parameters document "
    "photo file_id callback_query_id inline_query_id inline_message_id results button next_offset cache_time commands "
    "scope language_code description short_description name url secret_token max_connections allowed_updates offset "
    "limit user_id action show_alert drop_pending_updates reply_to_message_id"
).split()
KEYS = (
    "type id title text offset length url message_id chat_id callback_data copy_text message_text command description "
    "input_message_content reply_markup start_parameter inline_keyboard keyboard force_reply web_app pay"
).split()
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["article", "bold", "chat"]),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
SHAPES = [
    lambda value: value,
    lambda value: [value],
    lambda value: {"inline_keyboard": [[value]]},
    lambda value: {"inline_keyboard": [[{"text": "x", "copy_text": value}]]},
    lambda value: {"keyboard": [[value]]},
    lambda value: [{"type": "article", "id": 1, "title": "x", "input_message_content": value}],
    lambda value: [{"type": "article", "id": 1, "title": "x", "input_message_content": {"message_text": value}}],
    lambda value: [{"type": "bold", "offset": value, "length": 1}],
    lambda value: {"type": "chat", "chat_id": value},
    lambda value: {"message_id": value},
]
"""Forms in which the Bot API expects JSON, with something odd in its place."""
VALUES = st.one_of(
    st.sampled_from([str(PERSON), str(GROUP), "1", "2", "0", "-1", "HTML", "typing", "default", "attach://file"]),
    st.text(max_size=20),
    st.builds(lambda shape, value: json.dumps(shape(value)), st.sampled_from(SHAPES), JSON),
)
METHODS = sorted(set(Methods(Scene(BOT, None).world).known) - {"setwebhook"})


async def call(method: str, values: dict[str, str]) -> Any:
    scene = Scene(BOT, None)
    sari = scene.person("Sari")
    scene.group("Rapat", [sari])
    await sari.sends("hi")
    methods = Methods(scene.world)
    await methods.known["sendmessage"](Parameters({"chat_id": str(PERSON), "text": "x"}))
    uploads = {"file": Upload("a.txt", b"x")}
    try:
        return await methods.known[method](Parameters(values, uploads))
    except ApiError as refusal:
        return refusal.body()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(METHODS), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6), st.booleans())
def test_any_call_is_answered_or_refused(method: str, values: dict[str, str], to_person: bool) -> None:
    if to_person:
        values = {"chat_id": str(PERSON), "message_id": "2", "text": "y"} | values
    json.dumps(asyncio.run(call(method, values)))
