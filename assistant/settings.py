"""One typed settings object, read once at start.

Each setting comes from, strongest first: an argument, the environment
(`PRIVACY_ASSISTANT_` and its name in capitals), `settings.toml` in the
configuration folder, the default below.
"""

from __future__ import annotations

import ipaddress
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import InvalidSettings
from assistant.report import Severity

ENV_PREFIX = "PRIVACY_ASSISTANT_"
_APP = "privacy-assistant"


def settings_file() -> Path:
    """Where the TOML file is looked for; `PRIVACY_ASSISTANT_SETTINGS` names another."""
    named = os.environ.get(f"{ENV_PREFIX}SETTINGS")
    return Path(named) if named else platformdirs.user_config_path(_APP) / "settings.toml"


class Settings(BaseSettings):
    """Everything a person can set. Sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path(_APP),
        description="Folder of the history database, the key of the photo ledger and the log.",
    )
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of the history; SQLite in `data_dir` when not set.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(default=8765, ge=0, le=65535, description="Port that `serve` listens on.")
    keep_history_days: int = Field(
        default=90,
        ge=0,
        description="Days that reports, and by whole months the ledger of shared photos, are kept; "
        "0 keeps none.",
    )
    max_input_bytes: int = Field(
        default=20_000_000, gt=0, description="Largest file, upload or page that is read."
    )
    max_photo_bytes: int = Field(
        default=200_000_000,
        gt=0,
        description="Largest photo or video that is checked, and largest upload of photos.",
    )
    photo_severities: dict[str, Severity] = Field(
        default={},
        description="How grave you find what a photo gives away, by rule, in place of ours: "
        '`photo_severities = {"photo.time" = "critical"}`.',
    )
    keep_photo_ledger: bool = Field(
        default=False,
        description="Whether what links photos to each other is remembered, as hashes, so that a "
        "new photo is compared with those shared before.",
    )
    vision_model_dir: Path | None = Field(
        default=None,
        description="Folder of a CLIP or SigLIP model that tells what kind of place a picture "
        "shows; nothing is guessed when not set.",
    )
    max_text_chars: int = Field(
        default=1_500_000, gt=0, description="Longest extracted text that is analysed."
    )
    fetch_timeout_s: float = Field(
        default=20.0, gt=0, description="Longest time for one page, redirects included."
    )
    fetch_max_redirects: int = Field(
        default=8, ge=0, description="Redirects followed for one page."
    )
    fetch_allow_addresses: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description=(
            "Private addresses or networks that may be fetched all the same, for intranets and "
            "tests: `192.168.1.10`, `10.0.0.0/8`. Never settable through the API."
        ),
    )
    browser_path: Path | None = Field(
        default=None,
        description="Chromium, Chrome or Edge that looks at sites; one that is installed when not "
        "set.",
    )
    summarizer: str = Field(
        default="embedded",
        description="`embedded`, or `transformers:` and the name or folder of a "
        "sequence-to-sequence model.",
    )
    model_threads: int = Field(
        default=0, ge=0, description="Threads the models use; 0 takes up to two cores."
    )
    log_level: str = Field(
        default="WARNING", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much is logged."
    )

    @field_validator("fetch_allow_addresses", mode="before")
    @classmethod
    def _split_addresses(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part for part in value.strip("[] ").replace('"', "").split(",") if part)
        return value

    @field_validator("fetch_allow_addresses")
    @classmethod
    def _check_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ipaddress.ip_network(part.strip(), strict=False)) for part in value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, settings_file())
        return init_settings, env_settings, toml

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'history.sqlite3'}"


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the settings once.

    Raises:
        InvalidSettings: A setting is unknown, mistyped or out of range, or the
            file is no TOML. Names the settings, never their values.
    """
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(sorted({str(e["loc"][0]) for e in error.errors() if e["loc"]}))
        raise InvalidSettings(f"These settings cannot be used: {names or 'unknown'}.") from None
    except ValueError:
        raise InvalidSettings("The settings file is not valid TOML.") from None
