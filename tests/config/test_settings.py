"""Settings from the environment, `.env` and files: which wins, and what is said of those that do not fit."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings, get_settings
from domain.errors import NotConfiguredError

SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]


def test_the_mail_servers_password_is_a_secret_like_the_keys() -> None:
    assert set(SECRETS) == {"credential_keys", "token_key", "session_key", "staff_tokens", "smtp_password"}


@pytest.mark.parametrize("place", ["environment", ".env"])
@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_lie_in_a_file(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    value = "masa-1:agent:cok-gizli-ve-cok-uzun-bir-deger" if name == "staff_tokens" else "çok gizli"
    (tmp_path / "secret").write_text(f"{value}\n", encoding="utf-8")
    variable = f"{name.upper()}_FILE"
    if place == "environment":
        monkeypatch.setenv(variable, str(tmp_path / "secret"))
    else:
        (tmp_path / "env").write_text(f"{variable}={tmp_path / 'secret'}\n", encoding="utf-8")
        monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / "env")
    monkeypatch.setenv(name.upper(), "the value beside it")
    assert getattr(Settings(), name).get_secret_value() == value


def test_no_other_setting_is_read_from_a_file(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTANCE_FILE", str(tmp_path / "missing"))
    assert Settings().instance == "beyazmasa"


def test_an_empty_name_of_a_file_names_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD_FILE", "")
    monkeypatch.setenv("SMTP_PASSWORD", "gizli")
    assert Settings().smtp_password.get_secret_value() == "gizli"


def test_a_file_that_is_missing_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD_FILE", str(tmp_path / "missing"))
    with pytest.raises(NotConfiguredError, match=r"SMTP_PASSWORD_FILE .*missing"):
        Settings()


def test_a_value_that_does_not_fit_is_named_and_not_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_PORT", "gizli")
    get_settings.cache_clear()
    with pytest.raises(NotConfiguredError, match="WEB_PORT") as raised:
        get_settings()
    assert "gizli" not in str(raised.value)
