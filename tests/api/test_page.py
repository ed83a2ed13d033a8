"""The page's files, and the headers that fence everything in."""

from __future__ import annotations

import pytest

from tests.api.service import Service


def test_the_page_and_its_parts_are_open(service: Service) -> None:
    page = service.send("GET", "/")

    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/page/../settings.py",
        "/page/%2e%2e/settings.py",
        "/page/..%2fsettings.py",
        "/page//etc/passwd",
        "/views/../../manifest.json",
        "/page/..%5csettings.py",
        "/page/%00",
    ],
)
def test_nothing_outside_the_pages_folders_is_served(service: Service, path: str) -> None:
    answer = service.send("GET", path)

    assert answer.status == 404
    assert answer.error_code == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/api/v1/health", 200),
        ("GET", "/api/v1/history", 401),
        ("GET", "/nothing", 404),
        ("POST", "/docs", 405),
    ],
)
def test_every_answer_is_fenced_in(service: Service, method: str, path: str, status: int) -> None:
    answer = service.send(method, path)

    assert answer.status == status
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("access-control")]
