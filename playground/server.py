"""The stand-in's server: the Bot API on loopback, its faults, and a record of all calls.

``async with LocalBotApi() as api`` gives ``api.base_url`` and ``api.base_file_url`` for a bot, and people
to talk to it: ``sari = api.person("Sari")``, ``await sari.sends("...")``, ``await sari.next_message()``.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import web

from playground.errors import ApiError, too_many_requests
from playground.faults import Fault, Faults
from playground.flood import FloodLimits
from playground.methods import Methods
from playground.parameters import Parameters, read_parameters
from playground.people import PATIENCE, Group, Person
from playground.state import Message, World

LOOPBACK = "127.0.0.1"
LARGEST_BODY = 50 * 1024 * 1024
EXAMPLE_TOKEN = "700000001:AAExampleTokenOfTheLocalPlayground0"  # noqa: S105 - opens nothing but this stand-in

logger = logging.getLogger(__name__)


class UnknownMethodError(AssertionError):
    """The bot called methods that the stand-in does not know; what was tested is not what happens."""


@dataclass
class Call:
    """One call of the bot: method, parameters, and how it ended.

    ``status`` is -1 while the call runs and 0 where the connection was dropped.
    """

    method: str
    parameters: dict[str, str]
    status: int = -1
    description: str = ""


class LocalBotApi:
    """A Bot API for one bot, on a free port of 127.0.0.1, for the time of an ``async with`` block.

    `flood` switches Telegram's flood limits on; `clock` (seconds since 1970) dates messages and presses.
    Leaving the block raises `UnknownMethodError` if the bot called what is not known here.
    """

    def __init__(
        self,
        token: str = EXAMPLE_TOKEN,
        *,
        username: str = "tanyamutu_bot",
        flood: FloodLimits | None = None,
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        self.token = token
        bot_id = int(token.partition(":")[0])
        self.world = World({"id": bot_id, "is_bot": True, "first_name": "TanyaMutu", "username": username}, clock)
        self.methods = Methods(self.world, flood)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.unknown: list[str] = []
        self.url = ""
        self._port = port
        self._runner: web.AppRunner | None = None
        self._person_ids = itertools.count(5_000_000_001)
        self._group_ids = itertools.count(-1_001_000_000_001, -1)

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
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        application.router.add_route("*", "/{rest:.*}", self._not_found)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()
        self.url = f"http://{LOOPBACK}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening; complain about unknown methods unless something else went wrong before."""
        await self.methods.end_polls()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.unknown and error is None:
            raise UnknownMethodError(f"not known here: {', '.join(sorted(set(self.unknown)))}")

    # for tests

    def person(self, name: str, language: str | None = "id") -> Person:
        """Somebody new, with a phone in this language (None: the phone does not say)."""
        wire: dict[str, Any] = {"id": next(self._person_ids), "is_bot": False, "first_name": name}
        return Person(self.world, wire | ({"language_code": language} if language else {}))

    def group(self, title: str, *, privacy: bool = True) -> Group:
        """Return a new group with the bot in it."""
        wire = {"id": next(self._group_ids), "type": "supergroup", "title": title}
        return Group(self.world, wire, privacy=privacy)

    def messages(self, chat_id: int) -> list[Message]:
        """Everything in a chat as it stands now."""
        return [message for message in self.world.messages.values() if message.chat_id == chat_id]

    def fail(self, method: str, **how: Any) -> None:
        """Let the next calls of `method` fail; see `Fault` for how."""
        self.faults.add(Fault(method, **how))

    def calls_of(self, method: str) -> list[Call]:
        """All calls of one method so far, failed ones too."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    async def called(self, method: str, status: int = 200, timeout: float = PATIENCE) -> Call:
        """Wait until a call of `method` has ended with `status`, and return the last such call."""

        def found() -> list[Call]:
            return [call for call in self.calls_of(method) if call.status == status]

        async with asyncio.timeout(timeout), self.world.changed:
            await self.world.changed.wait_for(lambda: bool(found()))
        return found()[-1]

    # for the bot

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call: token, method, parameters, faults, then the method itself."""
        call = Call(request.match_info["method"], {})
        self.calls.append(call)
        try:
            self._check_token(request)
            parameters = await read_parameters(request)
            call.parameters = parameters.values
            body = {"ok": True, "result": await self._carry_out(request, call, parameters)}
            call.status = 200
        except ApiError as refusal:
            body, call.status, call.description = refusal.body(), refusal.code, refusal.description
        async with self.world.changed:
            self.world.changed.notify_all()
        return web.json_response(body, status=call.status)

    def _check_token(self, request: web.Request) -> None:
        """Refuse every token but the bot's."""
        if request.match_info["token"] != self.token:
            raise ApiError(401, "Unauthorized")

    async def _carry_out(self, request: web.Request, call: Call, parameters: Parameters) -> Any:
        """Run the method, with the fault that strikes it, if one does."""
        method = self.methods.known.get(call.method.lower().replace("_", ""))
        if method is None:
            self.unknown.append(call.method)
            logger.error("the bot called %s, which the stand-in does not know", call.method)
            raise ApiError(404, "Not Found")
        fault = self.faults.take(call.method)
        if fault is None:
            return await method(parameters)
        await asyncio.sleep(fault.delay)
        result = await method(parameters) if fault.after_effect or not _fails(fault) else None
        if fault.drop and request.transport is not None:
            request.transport.abort()
            raise ApiError(0, "the connection was dropped")
        if fault.status is not None:
            raise _refusal(fault)
        return result

    async def _not_found(self, request: web.Request) -> web.StreamResponse:
        """Refuse what is not a method call, files too, and record it."""
        self.unknown.append(request.path.replace(self.token, "TOKEN"))
        logger.error("the bot asked for %s, which is not here", self.unknown[-1])
        return web.json_response(ApiError(404, "Not Found").body(), status=404)


def _fails(fault: Fault) -> bool:
    """Whether the fault is more than a delay."""
    return fault.drop or fault.status is not None


def _refusal(fault: Fault) -> ApiError:
    """Return what Telegram would say with this status."""
    if fault.status == 429:
        return too_many_requests(fault.retry_after)
    return ApiError(
        fault.status or 500,
        {403: "Forbidden", 502: "Bad Gateway"}.get(fault.status or 500, "Internal Server Error"),
    )
