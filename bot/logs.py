"""Logging that never holds a bot token.

Telegram's addresses contain the token; httpx logs whole addresses at INFO and python-telegram-bot puts the
token into some exceptions. So both are kept at WARNING, and a filter on every handler replaces whatever
looks like a token, in messages, arguments and tracebacks.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from collections.abc import Iterable

QUIET = ("httpx", "httpcore", "telegram", "asyncio", "aiohttp.access", "bm25s", "sentence_transformers")
ANY_TOKEN = r"\d{5,}:[A-Za-z0-9_-]{30,}"  # noqa: S105 - a pattern, not a token
REDACTED = "[token]"
FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
FACTS = ("reference", "update_id", "chat_id")
"""What records may carry beside their message (``extra``)."""


class JSONLines(logging.Formatter):
    """Writes a record as one line of JSON, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; the traceback stands under ``trace``."""
        told: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_text:
            told["trace"] = record.exc_text
        return json.dumps(told, ensure_ascii=False)


class TokenRedactor(logging.Filter):
    """Replaces tokens in a record before a handler writes it; lets every record pass."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        alternatives = [re.escape(secret) for secret in secrets if secret] + [ANY_TOKEN]
        self._pattern = re.compile("|".join(alternatives))
        self._formatter = logging.Formatter()

    def redact(self, text: str) -> str:
        """Return the text with every token replaced."""
        return self._pattern.sub(REDACTED, text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact message, arguments, traceback and stack of the record, in place.

        The exception object itself may hold the token, so only its redacted text stays in the record.
        """
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = f"{record.msg} {record.args}"
        record.msg, record.args = self.redact(message), None
        if record.exc_info:
            record.exc_text = self._formatter.formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        return True


def configure_logging(level: str, secrets: Iterable[str] = ()) -> TokenRedactor:
    """Log to the standard error stream from `level` on; returns the filter that all root handlers carry.

    On a terminal as lines to read, elsewhere (a service, a container) as JSON, one record a line.

    `secrets` are replaced wherever they occur, beside everything that looks like a bot token. Calling it
    again replaces the earlier filter and level.
    """
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(FORMAT) if sys.stderr.isatty() else JSONLines())
        root.addHandler(handler)
    root.setLevel(level)
    redactor = TokenRedactor(secrets)
    for handler_ in root.handlers:
        for old in [old for old in handler_.filters if isinstance(old, TokenRedactor)]:
            handler_.removeFilter(old)
        handler_.addFilter(redactor)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return redactor
