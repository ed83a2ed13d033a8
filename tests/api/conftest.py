"""A running service around a stub assistant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.service import Service, running
from tests.api.stub import StubAssistant


@pytest.fixture
def assistant() -> StubAssistant:
    return StubAssistant()


@pytest.fixture
def service(assistant: StubAssistant) -> Iterator[Service]:
    with running(assistant) as service:
        yield service
