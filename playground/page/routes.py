"""The page's addresses: its files, what it shows (JSON, server-sent events), what people do there.

Only a browser on this machine that has the page itself open gets an answer: the ``Host`` header must name
this machine (against names that are made to point here) and an ``Origin`` must be the page's own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.entities import utf16_units
from playground.errors import ApiError
from playground.faults import Fault
from playground.flood import FloodLimits
from playground.inline import QUERY_CHARACTERS, InlineQuery
from playground.limits import TEXT_UNITS
from playground.messages import Event, Message
from playground.page.view import View, chat_view, message_view, scene_view
from playground.people import Group, Person
from playground.scene import Scene, after_effect, before_effect
from playground.webhook import is_loopback

FILES = {
    "/": ("index.html", "text/html"),
    "/page/page.css": ("page.css", "text/css"),
    "/page/page.js": ("page.js", "text/javascript"),
    "/page/icon.svg": ("icon.svg", "image/svg+xml"),
}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # noqa: E501
SAFE = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
ALIVE_SECONDS = 15.0
"""A line is sent this often on a silent stream, so that a closed page is noticed."""
INLINE_PATIENCE = 10.0
PEOPLE_MOST = 500
NAME_CHARACTERS = 64
FAULT_KINDS: dict[str, Callable[[], list[Fault]]] = {
    "none": list,
    "before": before_effect,
    "after": after_effect,
    "slow": lambda: [Fault(delay=3.0)],
}

Action = Callable[[View], Awaitable[View]]


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests that came under another machine's name, or from another site's page."""
    host = urlsplit(f"//{request.host}").hostname or ""
    origin = request.headers.get("Origin")
    if not is_loopback(host) or (origin is not None and urlsplit(origin).netloc != request.host):
        return web.json_response(ApiError(403, "Forbidden: this machine only").body(), status=403)
    return await handler(request)


class Page:
    """The chat page over a `Scene`."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._closed = False
        self._fault, self._rate = "none", 10.0
        self._queries: dict[str, InlineQuery] = {}
        self._actions: dict[str, Action] = {
            "person": self._add_person,
            "send": self._send,
            "edit": self._edit,
            "press": self._press,
            "follow": self._follow,
            "inline": self._ask_inline,
            "choose": self._choose,
            "block": self._block,
            "bot": self._move_bot,
            "switches": self._switch,
        }

    def add_routes(self, application: web.Application) -> None:
        """Put the page beside the Bot API."""
        for path in FILES:
            application.router.add_get(path, self._file_of_page)
        application.router.add_get("/page/scene", self._show_scene)
        application.router.add_get("/page/chat", self._show_chat)
        application.router.add_get("/page/events", self._stream)
        application.router.add_get("/page/file/{id}", self._show_file)
        application.router.add_post("/page/upload", self._upload)
        application.router.add_post("/page/{action}", self._act)

    def close(self) -> None:
        """End the streams of open pages."""
        self._closed = True
        self._scene.world.watch(Event("changed"))

    # what it shows

    async def _file_of_page(self, request: web.Request) -> web.StreamResponse:
        name, kind = FILES[request.path]
        text = resources.files("playground.page").joinpath(name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=kind, headers=SAFE)

    async def _show_scene(self, _: web.Request) -> web.StreamResponse:
        fault = self._fault if self._scene.faults.waiting else "none"
        return web.json_response({**scene_view(self._scene), "fault": fault, "rate": self._rate}, headers=SAFE)

    async def _show_chat(self, request: web.Request) -> web.StreamResponse:
        return await _answer(self._chat_view(dict(request.query)))

    async def _chat_view(self, query: View) -> View:
        return chat_view(self._scene, self._person(query), self._group(query))

    async def _show_file(self, request: web.Request) -> web.StreamResponse:
        """Give a photo to be shown, and anything else only to be saved."""
        file = self._scene.world.files.get(request.match_info["id"])
        if file is None:
            return web.json_response({"error": "no such file"}, status=404)
        headers = dict(SAFE)
        if file.size is None:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return web.Response(body=file.content, content_type=file.media_type, headers=headers)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Send events as they happen; a page that reconnects looks at everything anew."""
        response = web.StreamResponse(headers={**SAFE, "Content-Type": "text/event-stream"})
        events: asyncio.Queue[Event] = asyncio.Queue()
        self._scene.world.watchers.add(events)
        try:
            await response.prepare(request)
            while not self._closed:
                await response.write(await self._next_line(events))
        except ConnectionError:
            pass  # The page was closed.
        finally:
            self._scene.world.watchers.discard(events)
        return response

    async def _next_line(self, events: asyncio.Queue[Event]) -> bytes:
        try:
            event = await asyncio.wait_for(events.get(), ALIVE_SECONDS)
        except TimeoutError:
            return b": alive\n\n"
        view: View = {"kind": event.kind, "chat": event.chat_id, **event.details}
        if event.message is not None:
            view["message"] = message_view(self._scene.world, event.message)
        return f"data: {json.dumps(view)}\n\n".encode()

    # what people do

    async def _act(self, request: web.Request) -> web.StreamResponse:
        action = self._actions.get(request.match_info["action"])
        if action is None:
            return web.json_response({"error": "no such action"}, status=404)
        try:
            given = await request.json()
        except ValueError:
            return web.json_response({"error": "this is no JSON"}, status=400)
        return await _answer(action(given))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Send a file as a person; 50 MB at most."""
        try:
            form = await request.post()
        except web.HTTPRequestEntityTooLarge:
            return web.json_response({"error": "file is too big"}, status=413)
        return await _answer(self._send_file(dict(form)))

    async def _send_file(self, form: View) -> View:
        file = form["file"]
        if not isinstance(file, web.FileField):
            raise TypeError("there is no file")
        await self._person(form).uploads(
            file.filename,
            file.file.read(),
            str(form.get("caption", "")),
            self._group(form),
            as_photo=file.content_type.startswith("image/"),
        )
        return {}

    async def _add_person(self, given: View) -> View:
        name, language = str(given["name"]).strip(), str(given.get("language", "")).strip()
        if not 1 <= len(name) <= NAME_CHARACTERS:
            raise ValueError("a name has 1 to 64 characters")
        if len(self._scene.people) >= PEOPLE_MOST:
            raise ValueError("there are too many people")
        person = self._scene.person(name, language[:8] or None, about=str(given.get("about", ""))[:NAME_CHARACTERS])
        return {"id": person.id}

    async def _send(self, given: View) -> View:
        person, group = self._person(given), self._group(given)
        text = _text(given)
        if given.get("key"):
            message = await person.taps(text, group)
        else:
            reply_to = self._message(given, "reply_to") if given.get("reply_to") else None
            message = await person.sends(text, group, reply_to)
        return {"id": message.id}

    async def _edit(self, given: View) -> View:
        await self._person(given).edits(self._message(given, "message"), _text(given))
        return {}

    async def _press(self, given: View) -> View:
        message = self._message(given, "message")
        row, column = int(given["row"]), int(given["column"])
        if message.rows[row][column]["text"] != given["text"]:
            raise LookupError("the button has changed")
        query = await self._person(given).presses_at(message, row, column)
        return {"query": query.id}

    async def _follow(self, given: View) -> View:
        await self._person(given).follows(str(given["link"]))
        return {}

    async def _ask_inline(self, given: View) -> View:
        """Wait for the bot's results; they can be chosen as long as the page is open."""
        query = await self._person(given).asks_inline(
            str(given["text"])[:QUERY_CHARACTERS], self._group(given), str(given.get("offset", ""))
        )
        answer = await query.answered_with(INLINE_PATIENCE)
        self._queries[query.id] = query
        results = [{"id": one.id, "title": one.title, "description": one.description} for one in answer.results]
        button = answer.button or {}
        link = {"text": button.get("text", ""), "payload": button.get("start_parameter", "")}
        return {
            "query": query.id,
            "results": results,
            "next": answer.next_offset,
            "button": link,
            "cached": query.cached,
        }

    async def _choose(self, given: View) -> View:
        query = self._queries[str(given["query"])]
        await self._person(given).chooses(query, str(given["result"]), self._group(given))
        return {}

    async def _block(self, given: View) -> View:
        person = self._person(given)
        if given["blocked"]:
            person.blocks_bot()
        else:
            person.unblocks_bot()
        return {}

    async def _move_bot(self, given: View) -> View:
        """Add the bot to a group, or remove it."""
        group, person = self._group(given), self._person(given)
        if group is None:
            raise ValueError("this is no group")
        if given["present"]:
            group.adds_bot(person)
        else:
            group.removes_bot(person)
        return {}

    async def _switch(self, given: View) -> View:
        """Set flood limits and faults."""
        scene, fault, rate = self._scene, str(given["fault"]), float(given["rate"])
        scene.flood = FloodLimits(clock=scene.world.clock) if given["flood"] else None
        scene.faults.clear()
        if kinds := FAULT_KINDS[fault]():
            scene.fail_share(rate / 100, kinds)
        self._fault, self._rate = fault, rate
        scene.world.watch(Event("changed"))
        return {}

    def _person(self, given: View) -> Person:
        return self._scene.people[int(given["person"])]

    def _group(self, given: View) -> Group | None:
        """Return the group that is meant; None is the person's private chat."""
        number = int(given.get("chat") or given["person"])
        return None if number == int(given["person"]) else self._scene.groups[number]

    def _message(self, given: View, name: str) -> Message:
        group = self._group(given)
        chat = self._person(given).chat if group is None else group.chat
        return chat.by_id[int(given[name])]


def _text(given: View) -> str:
    """Return what a person writes; a phone sends no more than Telegram takes."""
    text = str(given["text"])
    if not text.strip() or utf16_units(text) > TEXT_UNITS:
        raise ValueError(f"a message has 1 to {TEXT_UNITS} characters")
    return text


async def _answer(work: Awaitable[Any]) -> web.StreamResponse:
    """Return what an action gives, or its refusal as one line."""
    try:
        return web.json_response(await work, headers=SAFE)
    except TimeoutError:
        return web.json_response({"error": "the bot did not answer"}, status=504)
    except (ApiError, LookupError, PermissionError, TypeError, ValueError) as problem:
        return web.json_response({"error": str(problem)}, status=400)
