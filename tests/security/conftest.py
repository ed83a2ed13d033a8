"""The real assistant, allowed to fetch from loopback, and the service around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.service import Assistant
from assistant.settings import Settings
from tests.api.service import LOOPBACK, Service, running


@pytest.fixture
def assistant() -> Assistant:
    return Assistant(Settings(fetch_allow_addresses=(LOOPBACK,)))


@pytest.fixture
def service(assistant: Assistant) -> Iterator[Service]:
    with running(assistant) as service:
        yield service
