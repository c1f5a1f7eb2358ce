"""Settings: defaults, the environment, and one clear sentence for whatever is wrong."""

from pathlib import Path

import pytest

from bot.settings import OFFICIAL_URL, Settings, SettingsError, default_data, load_settings

TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"
NAMES = (
    "TELEGRAM_BOT_TOKEN",
    "TANYAMUTU_TELEGRAM_URL",
    "TANYAMUTU_DATA",
    "TANYAMUTU_CACHE",
    "TANYAMUTU_MODEL",
    "TANYAMUTU_LOG_LEVEL",
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


def test_an_unreadable_file_is_one_sentence() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00TOKEN")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()
