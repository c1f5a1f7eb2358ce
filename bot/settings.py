"""Settings from the environment or a ``.env`` file, checked once, at start.

| variable | meaning | default |
| --- | --- | --- |
| ``TELEGRAM_BOT_TOKEN`` | token from @BotFather | none: no chat bot |
| ``TANYAMUTU_TELEGRAM_URL`` | address of the Bot API | the official one |
| ``TANYAMUTU_DATA`` | what must be kept | ``data`` in a checkout, else the user's data folder |
| ``TANYAMUTU_CACHE`` | what can be built again | the user's cache folder |
| ``TANYAMUTU_MODEL`` | name of the embedding model | the one that comes with the program |
| ``TANYAMUTU_LOG_LEVEL`` | DEBUG, INFO, WARNING or ERROR | INFO |
| ``TANYAMUTU_ADMINS`` | Telegram ids of the administrators, with commas between | none |
| ``TANYAMUTU_RETENTION_DAYS`` | days for which questions are kept, 1 to 3650 | 180 |
| ``TANYAMUTU_SURVEY_RETENTION_DAYS`` | days for which answers to a survey are kept after it closed, 1 to 3650 | 1826 |
| ``TANYAMUTU_INSTITUTION`` | the ministry's code of the university, six digits, for the upload file | none |
| ``TANYAMUTU_ACADEMIC_YEAR`` | month and day on which the academic year (TS) begins | 09-01 |
| ``TANYAMUTU_TIMEZONE`` | zone in which times are shown and people are reminded | Asia/Jakarta |
| ``TANYAMUTU_COLLECTIVE_LEAVE_WORKS`` | whether cuti bersama counts as working days | false |
| ``TANYAMUTU_WEBHOOK_URL`` | https address that Telegram calls | none: the bot polls |
| ``TANYAMUTU_WEBHOOK_SECRET`` | what Telegram proves itself with; needed with the address | none |
| ``TANYAMUTU_WEBHOOK_LISTEN`` | where the bot listens for these calls | 127.0.0.1:8082 |
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from telegram.constants import SUPPORTED_WEBHOOK_PORTS

from store.people import LARGEST_ID

OFFICIAL_URL = "https://api.telegram.org"
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{30,}")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""Bot API, ``setWebhook``, ``secret_token``."""
MOST_RETENTION_DAYS = 3650
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
    administrators: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), validation_alias="TANYAMUTU_ADMINS"
    )
    retention_days: int = Field(default=180, ge=1, le=MOST_RETENTION_DAYS, validation_alias="TANYAMUTU_RETENTION_DAYS")
    survey_retention_days: int = Field(
        default=1826, ge=1, le=MOST_RETENTION_DAYS, validation_alias="TANYAMUTU_SURVEY_RETENTION_DAYS"
    )
    institution: str = Field(default="", validation_alias="TANYAMUTU_INSTITUTION")
    academic_year: str = Field(default="09-01", validation_alias="TANYAMUTU_ACADEMIC_YEAR")
    timezone: str = Field(default="Asia/Jakarta", validation_alias="TANYAMUTU_TIMEZONE")
    collective_leave_works: bool = Field(default=False, validation_alias="TANYAMUTU_COLLECTIVE_LEAVE_WORKS")
    webhook_secret: SecretStr | None = Field(default=None, validation_alias="TANYAMUTU_WEBHOOK_SECRET")
    webhook_url: str | None = Field(default=None, validation_alias="TANYAMUTU_WEBHOOK_URL")
    webhook_listen: str = Field(default="127.0.0.1:8082", validation_alias="TANYAMUTU_WEBHOOK_LISTEN")

    @property
    def store_path(self) -> Path:
        """The file of what the assistant remembers."""
        return self.data / "tanyamutu.db"

    def kept_from(self, today: dt.date) -> dt.date:
        """Return the first day whose questions are still kept."""
        return today - dt.timedelta(days=self.retention_days)

    def surveys_kept_from(self, today: dt.date) -> dt.date:
        """Return the first closing day of surveys whose answers are still kept."""
        return today - dt.timedelta(days=self.survey_retention_days)

    @property
    def year_begins(self) -> tuple[int, int]:
        """Month and day on which the academic year begins."""
        month, _, day = self.academic_year.partition("-")
        return int(month), int(day)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.timezone)

    @property
    def webhook_address(self) -> tuple[str, int]:
        """Host and port at which the bot listens for Telegram's calls."""
        return _host_and_port(self.webhook_listen)

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
        parts = _split(url, example=OFFICIAL_URL)
        if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
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

    @field_validator("administrators", mode="before")
    @classmethod
    def _ids_with_commas(cls, ids: object) -> object:
        if not isinstance(ids, str):
            return ids
        listed = [one.strip() for one in ids.split(",") if one.strip()]
        if not all(re.fullmatch(r"[0-9]{1,16}", one) and 0 < int(one) < LARGEST_ID for one in listed):
            raise ValueError("must be Telegram ids of people: positive numbers with commas between, such as 123456789")
        return frozenset(map(int, listed))

    @field_validator("institution")
    @classmethod
    def _institution_has_six_digits(cls, code: str) -> str:
        if code and not re.fullmatch(r"[0-9]{6}", code):
            raise ValueError("must be the ministry's code of the university: six digits, a 0 in front included")
        return code

    @field_validator("academic_year")
    @classmethod
    def _year_begins_on_a_day(cls, day: str) -> str:
        try:
            return f"{dt.datetime.strptime(f'2023-{day}', '%Y-%m-%d'):%m-%d}"  # a day of every year, so no leap day
        except ValueError:
            raise ValueError("must be a month and a day of every year, such as 09-01 or 08-15") from None

    @field_validator("timezone")
    @classmethod
    def _zone_is_one(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is not a time zone; write one such as Asia/Jakarta or Asia/Makassar") from None

    @field_validator("webhook_secret")
    @classmethod
    def _secret_is_one(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
        return secret

    @field_validator("webhook_url")
    @classmethod
    def _webhook_can_be_called(cls, url: str | None, info: ValidationInfo) -> str | None:
        """Refuse what Telegram would refuse (http is for a stand-in on this machine), and calls by anybody."""
        if url is None:
            return None
        parts = _split(url, example="https://bot.example.ac.id/telegram")
        is_loopback = _is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not is_loopback:
            raise ValueError("must begin with https://, since Telegram calls no other address")
        if (parts.port or 443) not in SUPPORTED_WEBHOOK_PORTS and not is_loopback:
            ports = ", ".join(map(str, sorted(SUPPORTED_WEBHOOK_PORTS)))
            raise ValueError(f"names a port that Telegram does not call; use one of {ports}")
        if info.data.get("webhook_secret") is None:
            raise ValueError("needs TANYAMUTU_WEBHOOK_SECRET beside it; make one up of 32 letters and digits")
        return url

    @field_validator("webhook_listen")
    @classmethod
    def _is_host_and_port(cls, listen: str) -> str:
        _host_and_port(listen)
        return listen


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


def _split(url: str, example: str) -> SplitResult:
    """Take an http address apart; raises `ValueError` for one that is none or carries more than host and path."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is not an address; it must look like {example}") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise ValueError(f"must look like {example} (http or https, a host, no password, no ?)")
    return parts


def _host_and_port(listen: str) -> tuple[str, int]:
    """Take ``host:port`` apart, an IPv6 address in brackets; raises `ValueError`."""
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != listen or parts.username is not None:
        raise ValueError("must be a host and a port, such as 127.0.0.1:8082")
    return host, port


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
