"""The extension in a browser that the tests of a module share, started over for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.settings import Settings
from tests.api.stub import StubAssistant
from tests.extension.played import Surfaces, surfaces
from tests.extension.stage import Stage, staged


@pytest.fixture(scope="module")
def played() -> Iterator[Surfaces]:
    """Popup and panel before a played background; no script of theirs failed."""
    with surfaces() as running:
        yield running
    assert running.complaints == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """For tests that leave everything as they find it."""
    assistant = StubAssistant(Settings(data_dir=tmp_path_factory.mktemp("data")))
    with staged(assistant) as opened:
        yield opened


@pytest.fixture
def stage(shared: Stage) -> Iterator[Stage]:
    """After its first run, not paired, the service running; no script of its own failed."""
    shared.reset()
    yield shared
    assert shared.complaints == []
