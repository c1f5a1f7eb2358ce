"""The stand-in's server: Bot API and chat page on one port of this machine, faults, a record of all calls.

``async with LocalBotApi() as api`` gives ``api.base_url`` and ``api.base_file_url`` for a bot, people to
talk to it (``sari = api.person("Sari")``, ``await sari.sends("...")``, ``await sari.next_message()``), and
the chat page at ``api.url``.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import web

from playground.chats import PATIENCE
from playground.errors import ApiError, too_many_requests
from playground.faults import Fault
from playground.files import UPLOAD
from playground.flood import FloodLimits
from playground.messages import Event
from playground.methods import Methods
from playground.page.routes import Page, refuse_strangers
from playground.parameters import Parameters, read_parameters
from playground.scene import Scene
from playground.webhook import is_loopback

LOOPBACK = "127.0.0.1"
EXAMPLE_TOKEN = "700000001:AAExampleTokenOfTheLocalPlayground0"  # noqa: S105 - opens nothing but this stand-in
RECORDED_CALLS = 200_000
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing sends a reset, as a refused connection looks to a client."""
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 502: "Bad Gateway", 503: "Service Unavailable"}

logger = logging.getLogger(__name__)


class UnknownMethodError(AssertionError):
    """The bot called methods that the stand-in does not know; what was tested is not what happens."""


class NotLoopbackError(ValueError):
    """The stand-in was asked to listen where other machines could reach it."""


class ConnectionLostError(Exception):
    """A fault took the connection; there is nobody to answer."""


@dataclass
class Call:
    """One call of the bot: method, parameters, and how it ended.

    ``status`` is -1 while the call runs and 0 where the connection was dropped or refused.
    """

    method: str
    parameters: dict[str, str]
    status: int = -1
    description: str = ""


class LocalBotApi(Scene):
    """A Bot API for one bot, on loopback, for the time of an ``async with`` block.

    `flood` switches Telegram's flood limits on; `clock` (seconds since 1970) dates messages and presses;
    `port` 0 is any free one. Raises `NotLoopbackError` for another `host` than this machine. Leaving the
    block raises `UnknownMethodError` if the bot called what is not known here.
    """

    def __init__(
        self,
        token: str = EXAMPLE_TOKEN,
        *,
        username: str = "tanyamutu_bot",
        name: str = "TanyaMutu",
        flood: FloodLimits | None = None,
        clock: Callable[[], float] = time.time,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        if not is_loopback(host):
            raise NotLoopbackError(f"the stand-in listens on this machine only (127.0.0.1), not on {host!r}")
        bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": name, "username": username}
        super().__init__(bot, flood, clock)
        self.token = token
        self.methods = Methods(self.world)
        self.calls: deque[Call] = deque(maxlen=RECORDED_CALLS)
        self.unknown: list[str] = []
        self.url = ""
        self.keep_alive = True
        """False: each call needs a connection of its own, so that `closed` concerns them all."""
        self._host, self._port = host, port
        self._page = Page(self)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def base_url(self) -> str:
        """What a client library puts before the token for methods."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What a client library puts before the token for files."""
        return f"{self.url}/file/bot"

    async def __aenter__(self) -> LocalBotApi:
        """Start listening."""
        application = web.Application(client_max_size=UPLOAD, middlewares=[refuse_strangers])
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._page.add_routes(application)
        application.router.add_route("*", "/{rest:.*}", self._not_found)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening; complain about unknown methods unless something else went wrong before."""
        await self.world.delivery.end()
        self.world.updates.end_polls()
        self._page.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.unknown and error is None:
            raise UnknownMethodError(f"not known here: {', '.join(sorted(set(self.unknown)))}")

    async def _listen(self) -> None:
        """Open the port; the same one again after `unreachable`."""
        if self._runner is None:
            return
        self._site = web.TCPSite(self._runner, self._host, self._port, reuse_address=True)
        await self._site.start()
        host, self._port = self._runner.addresses[0][:2]
        self.url = f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    # for tests

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Refuse new connections for the time of the block; calls that are under way go on."""
        if self._site is not None:
            await self._site.stop()
        try:
            yield
        finally:
            await self._listen()

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Refuse all connections for the time of the block, and end those that are open."""
        async with self.closed():
            if self._runner is not None and self._runner.server is not None:
                for connection in self._runner.server.connections:
                    if connection.transport is not None:
                        connection.transport.abort()
            yield

    def calls_of(self, method: str) -> list[Call]:
        """All calls of one method so far, failed ones too."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    async def called(self, method: str, status: int = 200, timeout: float = PATIENCE) -> Call:
        """Wait until a call of `method` has ended with `status`, and return the last such call."""

        def found() -> list[Call]:
            return [call for call in self.calls_of(method) if call.status == status]

        if not await self.world.changed.until(lambda: bool(found()), timeout):
            raise TimeoutError(f"{method} has not ended with {status} in {timeout} s")
        return found()[-1]

    # for the bot

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call: token, method, parameters, faults, then the method itself."""
        call = Call(request.match_info["method"], {})
        self.calls.append(call)
        body: dict[str, Any] = ApiError(500, "Internal Server Error").body()
        try:
            self._check_token(request)
            parameters = await read_parameters(request)
            call.parameters = parameters.values
            body = {"ok": True, "result": await self._carry_out(request, call, parameters)}
            call.status = 200
        except ApiError as refusal:
            body, call.status, call.description = refusal.body(), refusal.code, refusal.description
        except ConnectionLostError as loss:
            call.status, call.description = 0, str(loss)
        except Exception:
            call.status = self._stumbled(request, call)
        self.world.changed.ring()
        response = web.json_response(body, status=call.status or 500)
        if not self.keep_alive:
            response.force_close()
        return response

    def _stumbled(self, request: web.Request, call: Call) -> int:
        """Return 0 for a client that went away in the middle of its call; else record our own fault loudly."""
        if request.transport is None or request.transport.is_closing():
            call.description = "the client went away"
            return 0
        self.unknown.append(f"{call.method} with {sorted(call.parameters)}, on which the stand-in stumbled")
        logger.exception("the stand-in stumbled on a call of %s", call.method)
        return 500

    def _check_token(self, request: web.Request) -> None:
        """Refuse every token but the bot's."""
        if request.match_info["token"] != self.token:
            raise ApiError(401, "Unauthorized")

    async def _carry_out(self, request: web.Request, call: Call, parameters: Parameters) -> Any:
        """Run the method, with the fault that strikes it, if one does."""
        method = self.methods.find(call.method)
        if method is None:
            self.unknown.append(call.method)
            logger.error("the bot called %s, which the stand-in does not know", call.method)
            raise ApiError(404, "Not Found")
        fault = self.faults.take(call.method)
        if fault is None:
            return await method(parameters)
        self.world.watch(Event("changed"))
        if fault.after_effect:
            result = await method(parameters)
            await asyncio.sleep(fault.delay)
            _fail(fault, request)
            return result
        await asyncio.sleep(fault.delay)
        _fail(fault, request)
        return await method(parameters)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Give the bot a file for which it has asked by getFile."""
        path = request.match_info["path"]
        file = self.world.files.get(path.rpartition("/")[2])
        if request.match_info["token"] != self.token or file is None or file.path != path:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _not_found(self, request: web.Request) -> web.StreamResponse:
        """Refuse what is not here, and record it unless a browser asked (for an icon, say)."""
        if "Mozilla" not in request.headers.get("User-Agent", ""):
            self.unknown.append(request.path.replace(self.token, "TOKEN"))
            logger.error("the bot asked for %s, which is not here", self.unknown[-1])
        return web.json_response(ApiError(404, "Not Found").body(), status=404)


def _fail(fault: Fault, request: web.Request) -> None:
    """Raise what the fault does to a call; return if it is only late."""
    if fault.drop or fault.refuse:
        _cut(request, reset=fault.refuse)
        raise ConnectionLostError("the connection was refused" if fault.refuse else "the connection was dropped")
    if fault.status == 429:
        raise too_many_requests(fault.retry_after)
    if fault.status is not None:
        raise ApiError(fault.status, REASONS.get(fault.status, "Internal Server Error"))


def _cut(request: web.Request, *, reset: bool) -> None:
    """End the connection without an answer."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if reset and connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    transport.abort()
