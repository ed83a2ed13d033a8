"""The one settings object: sources, their order, and clear refusals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import InvalidSettings
from assistant.settings import Settings, load_settings


def write_settings_file(text: str) -> None:
    Path(os.environ["PRIVACY_ASSISTANT_SETTINGS"]).write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults_are_private() -> None:
    settings = load_settings()
    assert settings.host == "127.0.0.1"
    assert settings.fetch_allow_addresses == ()
    assert settings.keep_history_days == 90


def test_the_environment_is_stronger_than_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings_file("port = 9000\nkeep_history_days = 7\n")
    monkeypatch.setenv("PRIVACY_ASSISTANT_PORT", "9001")
    settings = load_settings()
    assert (settings.port, settings.keep_history_days) == (9001, 7)


@pytest.mark.parametrize("given", ["127.0.0.1, 10.0.0.0/8", '["127.0.0.1","10.0.0.0/8"]'])
def test_allowed_addresses_are_read_from_one_variable(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACY_ASSISTANT_FETCH_ALLOW_ADDRESSES", given)
    assert load_settings().fetch_allow_addresses == ("127.0.0.1/32", "10.0.0.0/8")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = 'lots'\n", "port"),
        ("prot = 8000\n", "prot"),
        ("fetch_allow_addresses = ['example.com']\n", "fetch_allow_addresses"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(text: str, named: str) -> None:
    write_settings_file(text)
    with pytest.raises(InvalidSettings) as refusal:
        load_settings()
    assert named in refusal.value.message
    assert "lots" not in refusal.value.message
    assert "example.com" not in refusal.value.message


def test_a_file_that_is_not_toml_is_refused() -> None:
    write_settings_file("port: 8000\n")
    with pytest.raises(InvalidSettings, match="TOML"):
        load_settings()


def test_the_history_can_live_in_another_database(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).database_address.endswith("history.sqlite3")
    assert Settings(database_url="postgresql+psycopg://h/db").database_address.startswith(
        "postgres"
    )
