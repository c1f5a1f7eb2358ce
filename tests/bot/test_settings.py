"""Settings: defaults, the environment, and one clear sentence for whatever is wrong."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import CHECKOUT, OFFICIAL_URL, Settings, SettingsError, default_data, load_settings

TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"
NAMES = (
    "TELEGRAM_BOT_TOKEN",
    "TANYAMUTU_TELEGRAM_URL",
    "TANYAMUTU_DATA",
    "TANYAMUTU_CACHE",
    "TANYAMUTU_MODEL",
    "TANYAMUTU_LOG_LEVEL",
    "TANYAMUTU_ADMINS",
    "TANYAMUTU_RETENTION_DAYS",
    "TANYAMUTU_SURVEY_RETENTION_DAYS",
    "TANYAMUTU_COLLECTIVE_LEAVE_WORKS",
    "TANYAMUTU_INSTITUTION",
    "TANYAMUTU_ACADEMIC_YEAR",
    "TANYAMUTU_TIMEZONE",
    "TANYAMUTU_COLLECTIVE_LEAVE_WORKS",
    "TANYAMUTU_WEBHOOK_URL",
    "TANYAMUTU_WEBHOOK_SECRET",
    "TANYAMUTU_WEBHOOK_LISTEN",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    monkeypatch.chdir(tmp_path)


def test_without_settings_there_is_no_token_and_the_official_address() -> None:
    settings = load_settings()
    assert settings.telegram_bot_token is None
    assert settings.base_url == f"{OFFICIAL_URL}/bot"
    assert settings.base_file_url == f"{OFFICIAL_URL}/file/bot"
    assert settings.log_level == "INFO"
    assert not settings.is_loopback


def test_data_lies_in_a_checkout_or_in_the_users_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    assert default_data(tmp_path) == tmp_path / "data"
    assert "tanyamutu" in str(default_data(tmp_path / "installed"))


def test_settings_come_from_the_file_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path(".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\nTANYAMUTU_LOG_LEVEL=debug\nOTHER=1\n")
    monkeypatch.setenv("TANYAMUTU_LOG_LEVEL", " warning ")
    monkeypatch.setenv("TANYAMUTU_DATA", "~/quality")
    settings = load_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)
    assert settings.log_level == "WARNING"
    assert settings.data == Path.home() / "quality"


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    assert load_settings().telegram_bot_token is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8081/", "http://localhost:9", "http://[::1]:9", "https://x.id/api"])
def test_addresses_that_keep_the_token_safe(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TANYAMUTU_TELEGRAM_URL", url)
    assert load_settings().base_url == url.rstrip("/") + "/bot"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TELEGRAM_BOT_TOKEN", "12345:short", "is not a bot token"),
        ("TELEGRAM_BOT_TOKEN", TOKEN + " x", "is not a bot token"),
        ("TANYAMUTU_TELEGRAM_URL", "http://api.telegram.org", "only on this machine"),
        ("TANYAMUTU_TELEGRAM_URL", "http://127.0.0.1.evil.org", "only on this machine"),
        ("TANYAMUTU_TELEGRAM_URL", "ftp://127.0.0.1", "must look like"),
        ("TANYAMUTU_TELEGRAM_URL", "https://user:secret@host", "must look like"),
        ("TANYAMUTU_TELEGRAM_URL", "https://host:port", "is not an address"),
        ("TANYAMUTU_LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("TANYAMUTU_DATA", __file__, "names a file"),
        ("TANYAMUTU_ADMINS", "12345, @budi", "must be Telegram ids"),
        ("TANYAMUTU_ADMINS", "-100123", "must be Telegram ids"),
        ("TANYAMUTU_ADMINS", "0", "must be Telegram ids"),
        ("TANYAMUTU_ADMINS", "٣٤", "must be Telegram ids"),
        ("TANYAMUTU_ADMINS", "4503599627370496", "must be Telegram ids"),
        ("TANYAMUTU_RETENTION_DAYS", "0", "must be greater than or equal to 1"),
        ("TANYAMUTU_SURVEY_RETENTION_DAYS", "0", "must be greater than or equal to 1"),
        ("TANYAMUTU_RETENTION_DAYS", "3651", "must be less than or equal to 3650"),
        ("TANYAMUTU_RETENTION_DAYS", "half a year", "must be a valid integer"),
        ("TANYAMUTU_INSTITUTION", "61031", "six digits"),
        ("TANYAMUTU_ACADEMIC_YEAR", "1 September", "month and a day"),
        ("TANYAMUTU_ACADEMIC_YEAR", "02-29", "month and a day"),
        ("TANYAMUTU_TIMEZONE", "Asia/Semarang", "is not a time zone"),
        ("TANYAMUTU_TIMEZONE", "../etc/passwd", "is not a time zone"),
        ("TANYAMUTU_TIMEZONE", "Asia", "is not a time zone"),
        ("TANYAMUTU_WEBHOOK_URL", "http://bot.example.ac.id", "must begin with https://"),
        ("TANYAMUTU_WEBHOOK_URL", "bot.example.ac.id", "must look like"),
        ("TANYAMUTU_WEBHOOK_URL", "https://bot.example.ac.id:9000/x", "80, 88, 443, 8443"),
        ("TANYAMUTU_WEBHOOK_SECRET", "with space", "must be 1 to 256"),
        ("TANYAMUTU_WEBHOOK_SECRET", "x" * 257, "must be 1 to 256"),
        ("TANYAMUTU_WEBHOOK_LISTEN", "8082", "must be a host and a port"),
        ("TANYAMUTU_WEBHOOK_LISTEN", "127.0.0.1:0", "must be a host and a port"),
        ("TANYAMUTU_WEBHOOK_LISTEN", "127.0.0.1:99999", "must be a host and a port"),
        ("TANYAMUTU_WEBHOOK_LISTEN", "127.0.0.1:8082/x", "must be a host and a port"),
    ],
)
def test_a_bad_setting_is_one_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert says in sentence
    assert "\n" not in sentence
    assert "short" not in sentence
    assert "secret" not in sentence


def test_without_settings_the_bot_polls_and_has_no_administrators() -> None:
    settings = load_settings()
    assert settings.administrators == frozenset()
    assert settings.retention_days == 180
    assert settings.zone.key == "Asia/Jakarta"
    assert (settings.webhook_url, settings.webhook_secret) == (None, None)
    assert settings.webhook_address == ("127.0.0.1", 8082)
    assert settings.store_path == settings.data / "tanyamutu.db"


@given(ids=st.frozensets(st.integers(1, 2**52 - 1), max_size=5), spaces=st.sampled_from(["", " ", "  "]))
def test_administrators_are_ids_with_commas_between(ids: frozenset[int], spaces: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYAMUTU_ADMINS", f"{spaces},{spaces}".join(map(str, ids)) + ",")
        assert load_settings().administrators == ids


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_any_other_text_for_administrators_is_refused_or_numbers(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYAMUTU_ADMINS", text)
        try:
            found = load_settings().administrators
        except SettingsError:
            return
        assert {str(one) for one in found} == {one.strip().lstrip("0") for one in text.split(",") if one.strip()}


@given(st.integers(-5, 5000))
def test_questions_are_kept_for_a_day_to_ten_years(days: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYAMUTU_RETENTION_DAYS", str(days))
        if 1 <= days <= 3650:
            assert load_settings().retention_days == days
        else:
            with pytest.raises(SettingsError, match=r"^TANYAMUTU_RETENTION_DAYS must be"):
                load_settings()


@given(st.from_regex(r"[A-Za-z0-9_-]{1,256}", fullmatch=True))
def test_a_webhook_takes_an_https_address_and_a_secret_that_is_not_shown(secret: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYAMUTU_WEBHOOK_URL", "https://bot.example.ac.id:8443/telegram")
        patch.setenv("TANYAMUTU_WEBHOOK_SECRET", secret)
        settings = load_settings()
        assert settings.webhook_secret is not None
        assert settings.webhook_secret.get_secret_value() == secret
        assert "SecretStr('**********')" in repr(settings)


def test_a_webhook_without_a_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANYAMUTU_WEBHOOK_URL", "http://127.0.0.1:8082/telegram")
    with pytest.raises(SettingsError, match=r"^TANYAMUTU_WEBHOOK_URL needs TANYAMUTU_WEBHOOK_SECRET"):
        load_settings()


@given(st.integers(1, 65535), st.sampled_from(["127.0.0.1", "[::1]", "localhost", "0.0.0.0"]))  # noqa: S104
def test_the_listening_address_is_a_host_and_a_port(port: int, host: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TANYAMUTU_WEBHOOK_LISTEN", f"{host}:{port}")
        assert load_settings().webhook_address == (host.strip("[]"), port)


def test_every_variable_stands_in_the_example_and_in_the_table() -> None:
    example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
    assert sys.modules[Settings.__module__].__doc__ is not None
    for field in Settings.model_fields.values():
        assert f"{field.validation_alias}=" in example
        assert f"``{field.validation_alias}``" in sys.modules[Settings.__module__].__doc__
        assert field.validation_alias in NAMES


def test_an_unreadable_file_is_one_sentence() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00TOKEN")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()
