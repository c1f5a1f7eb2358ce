"""How calls reach Telegram on a bad day: they wait when told to, and are repeated once after a fault."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import BadRequest, NetworkError
from telegram.ext import AIORateLimiter

FLOOD_RETRIES = 3
FAULT_PAUSE = 1.0
"""Seconds before a failed call is repeated."""
COURTESIES = frozenset({"sendChatAction"})
"""Calls that are not worth a repeat."""

JSONResult = bool | dict[str, Any] | list[dict[str, Any]]

logger = logging.getLogger(__name__)


class PatientLimiter(AIORateLimiter):
    """Keeps Telegram's flood limits, waits out a 429, and repeats a call once after a network fault.

    A fault before the call took effect is healed; one after it (a timeout on an accepted message) costs at
    most one repeated message. A second fault is raised.
    """

    def __init__(self, fault_pause: float = FAULT_PAUSE) -> None:
        super().__init__(max_retries=FLOOD_RETRIES)
        self._fault_pause = fault_pause

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, JSONResult]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> JSONResult:
        """Make the call; see the class for what is waited for and repeated."""
        call = (callback, args, kwargs, endpoint, data, rate_limit_args)
        try:
            return await super().process_request(*call)
        except BadRequest:
            raise
        except NetworkError as fault:
            if endpoint in COURTESIES:
                raise
            logger.warning("%s failed (%s), repeating it once", endpoint, fault)
        await asyncio.sleep(self._fault_pause)
        return await super().process_request(*call)
