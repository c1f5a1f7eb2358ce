"""Calls to the Bot API over aiohttp, in place of python-telegram-bot's own httpx: a call costs a third.

A busy bot spends more on its calls than on its answers, and aiohttp serves the webhook here anyway. Which failures
certainly happened before anything was sent (`NOT_SENT`) belongs to the same knowledge.
"""

from __future__ import annotations

import ssl

import aiohttp
import certifi
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""No connection was made, so nothing can have had an effect."""
URL_ENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
WRITE_SECONDS, FILE_SECONDS = 5.0, 20.0
"""For the body of a call, and for one with a file."""


class Request(BaseRequest):
    """A pool of connections to the Bot API."""

    def __init__(
        self, connections: int, *, connect_seconds: float, read_seconds: float, uses_proxies: bool = True
    ) -> None:
        """Open no connection yet; with `uses_proxies` those of the environment (``HTTPS_PROXY``) are used."""
        self._connections = connections
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._uses_proxies = uses_proxies
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call says nothing else."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Make the pool; again: nothing happens."""
        if self._session is None or self._session.closed:
            # The authorities of certifi, because not every Python knows those of its machine.
            trusted = ssl.create_default_context(cafile=certifi.where())
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=trusted),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=self._uses_proxies,
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make a call; returns status and body.

        Raises `TimedOut` and `NetworkError` with aiohttp's error as their cause: one of `NOT_SENT` had no effect.
        ``pool_timeout`` counts as time to connect.
        """
        if self._session is None or self._session.closed:
            raise RuntimeError("The request is not initialized.")
        body = _body(request_data)
        headers = None if isinstance(body, aiohttp.FormData) else URL_ENCODED
        connect = _seconds(connect_timeout, self._connect_seconds) + _seconds(pool_timeout, 0.0)
        read = _seconds(read_timeout, self._read_seconds)
        write = _seconds(write_timeout, FILE_SECONDS if isinstance(body, aiohttp.FormData) else WRITE_SECONDS)
        limits = aiohttp.ClientTimeout(total=connect + write + read, connect=connect, sock_read=read)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error


def _seconds(given: object, usual: float) -> float:
    return given if isinstance(given, int | float) else usual


def _body(data: RequestData | None) -> aiohttp.FormData | bytes:
    """Return the parameters of a call, and its files, if it has any."""
    if data is None or not data.contains_files:
        return data.url_encoded_parameters().encode() if data is not None else b""
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes the name of a file as it comes
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form
