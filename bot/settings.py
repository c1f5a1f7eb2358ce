"""Settings from the environment or a ``.env`` file, checked once, at start.

| variable | meaning | default |
| --- | --- | --- |
| ``TELEGRAM_BOT_TOKEN`` | token from @BotFather | none: no chat bot |
| ``TANYAMUTU_TELEGRAM_URL`` | address of the Bot API | the official one |
| ``TANYAMUTU_DATA`` | what must be kept | ``data`` in a checkout, else the user's data folder |
| ``TANYAMUTU_CACHE`` | what can be built again | the user's cache folder |
| ``TANYAMUTU_MODEL`` | name of the embedding model | the one that comes with the program |
| ``TANYAMUTU_LOG_LEVEL`` | DEBUG, INFO, WARNING or ERROR | INFO |
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

OFFICIAL_URL = "https://api.telegram.org"
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{30,}")
CHECKOUT = Path(__file__).resolve().parent.parent
PROGRAM = "tanyamutu"

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class SettingsError(Exception):
    """A setting is wrong; the message is one sentence that names it and says what to do."""


def default_data(checkout: Path = CHECKOUT) -> Path:
    """Return ``data`` beside the code in a checkout (it has a pyproject.toml), else the user's folder."""
    if (checkout / "pyproject.toml").is_file():
        return checkout / "data"
    return platformdirs.user_data_path(PROGRAM)


def default_cache() -> Path:
    """Return the user's cache folder."""
    return platformdirs.user_cache_path(PROGRAM)


class Settings(BaseSettings):
    """All settings; build them with `load_settings`, which explains what is wrong."""

    model_config = SettingsConfigDict(
        env_file=(CHECKOUT / ".env", ".env"),
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    telegram_bot_token: SecretStr | None = Field(default=None, validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_url: str = Field(default=OFFICIAL_URL, validation_alias="TANYAMUTU_TELEGRAM_URL")
    data: Path = Field(default_factory=default_data, validation_alias="TANYAMUTU_DATA")
    cache: Path = Field(default_factory=default_cache, validation_alias="TANYAMUTU_CACHE")
    model: str | None = Field(default=None, validation_alias="TANYAMUTU_MODEL")
    log_level: LogLevel = Field(default="INFO", validation_alias="TANYAMUTU_LOG_LEVEL")

    @property
    def base_url(self) -> str:
        """What goes before the token in the address of a method."""
        return f"{self.telegram_url}/bot"

    @property
    def base_file_url(self) -> str:
        """What goes before the token in the address of a file."""
        return f"{self.telegram_url}/file/bot"

    @property
    def is_loopback(self) -> bool:
        """Whether the Bot API is a stand-in on this machine."""
        return _is_loopback(urlsplit(self.telegram_url).hostname or "")

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_is_one(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError(
                "is not a bot token (digits, a colon, about 35 letters, digits, - or _); copy it again from @BotFather"
            )
        return token

    @field_validator("telegram_url")
    @classmethod
    def _url_is_safe(cls, url: str) -> str:
        """Refuse an address that would send the token, which is part of it, without TLS to other machines."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ValueError(f"is not an address; the official one is {OFFICIAL_URL}") from None
        if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
            raise ValueError(f"must look like {OFFICIAL_URL} (http or https, a host, no password, no ?)")
        if parts.scheme == "http" and not _is_loopback(host):
            raise ValueError("may use http only on this machine (127.0.0.1); use https, the token travels with it")
        return url.rstrip("/")

    @field_validator("data", "cache")
    @classmethod
    def _is_a_folder(cls, path: Path) -> Path:
        path = path.expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise ValueError("names a file; give a folder")
        return path

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_capitals(cls, level: object) -> object:
        return level.strip().upper() if isinstance(level, str) else level


def load_settings() -> Settings:
    """Read the settings; raises `SettingsError` with one sentence for the first that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        name = str(problem["loc"][0]) if problem["loc"] else "The settings"
        reason = problem["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} {_as_predicate(reason)}") from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError("The file .env cannot be read; it must be a text file in UTF-8") from None


def _as_predicate(reason: str) -> str:
    """Pydantic's own messages are sentences (``Input should be ...``); ours go on after the name."""
    return re.sub(r"^Input should be", "must be", reason).rstrip(".") + "."


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
