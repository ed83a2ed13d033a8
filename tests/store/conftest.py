"""A store in a fresh folder, and reports to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from assistant.report import Grade, Kind
from assistant.store import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Save(Protocol):
    """Saves a report with plausible values for what a test does not care about."""

    def __call__(
        self,
        store: Store,
        *,
        name: str = "example.com",
        created_at: datetime = NOON,
        grade: Grade | None = Grade.C,
        verdict: str = "Shares your location.",
        report_json: bytes = b"{}",
    ) -> str: ...


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.sqlite3"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{database}")
    yield store
    store.close()


@pytest.fixture
def save() -> Save:
    def _save(
        store: Store,
        *,
        name: str = "example.com",
        created_at: datetime = NOON,
        grade: Grade | None = Grade.C,
        verdict: str = "Shares your location.",
        report_json: bytes = b"{}",
    ) -> str:
        return store.save(
            kind=Kind.POLICY,
            name=name,
            source=f"https://{name}/privacy",
            sha256="0" * 64,
            created_at=created_at,
            grade=grade,
            score=None if grade is None else 61,
            verdict=verdict,
            report_json=report_json,
        )

    return _save
