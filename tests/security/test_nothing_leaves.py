"""Nothing leaves this computer but the request for the page that was asked for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.service import Assistant
from tests.api.service import LOOPBACK, Service
from tests.security.inputs import policy_html, policy_text
from tests.servers import Server, page

Place = tuple[str, int]


@pytest.fixture
def contacted(monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """Every address that this process turned to, by connection, datagram or name look-up."""
    places: list[Place] = []

    def record(address: object) -> None:
        if isinstance(address, tuple):
            places.append((str(address[0]), int(address[1] or 0)))

    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def recorded_connect(self: socket.socket, address: object) -> None:
        record(address)
        connect(self, address)  # type: ignore[arg-type]

    def recorded_connect_ex(self: socket.socket, address: object) -> int:
        record(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    def recorded_sendto(self: socket.socket, data: bytes, *rest: Any) -> int:
        record(rest[-1])
        return sendto(self, data, *rest)

    def recorded_getaddrinfo(host: str, port: int, *rest: object, **named: object) -> object:
        record((host, port))
        return getaddrinfo(host, port, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", recorded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", recorded_connect_ex)
    monkeypatch.setattr(socket.socket, "sendto", recorded_sendto)
    monkeypatch.setattr(socket, "getaddrinfo", recorded_getaddrinfo)
    return places


@pytest.fixture
def tracker() -> Iterator[Server]:
    """A stranger's server, which must never be asked for anything."""
    with Server({}) as server:
        yield server
        assert server.requests == []


def tracked_page(tracker: Server) -> str:
    """A policy that would make a browser call the tracker in many ways."""
    url = tracker.url("/seen")
    head = (
        f'<link rel="stylesheet" href="{url}"><link rel="preload" href="{url}" as="image">'
        f'<link rel="dns-prefetch" href="{url}"><link rel="icon" href="{url}">'
        f'<meta http-equiv="refresh" content="0; url={url}"><script src="{url}"></script>'
        f'<style>@import "{url}"; body {{ background: url({url}) }}</style>'
    )
    body = (
        f'<img src="{url}"><img srcset="{url} 2x"><iframe src="{url}"></iframe>'
        f'<object data="{url}"></object><video poster="{url}" src="{url}"></video>'
        f'<form action="{url}"></form><svg><image href="{url}"/></svg>'
    )
    return f'<!DOCTYPE html SYSTEM "{url}">' + policy_html(body, head=head)


def test_text_and_files_are_read_without_any_connection(
    assistant: Assistant, service: Service, tracker: Server, contacted: list[Place]
) -> None:
    html = tracked_page(tracker)
    for answer in (
        service.call("POST", "/policy", {"text": policy_text()}),
        service.call("POST", "/policy", {"html": html, "url": "https://lanterns.example/privacy"}),
        service.call("POST", "/policy", {"html": html, "url": tracker.url("/privacy")}),
        service.upload(html.encode(), "policy.html", "text/html"),
        service.upload(policy_text().encode(), "policy.md", "text/markdown"),
    ):
        assert answer.status == 200
        path = answer.headers["location"].removeprefix("/api/v1")
        for format in ("html", "markdown"):
            assert service.call("GET", f"{path}/export?format={format}").status == 200
    assert service.call("GET", "/history").status == 200
    assert service.call("DELETE", "/history").status == 200
    assistant.doctor()

    assert set(contacted) == {(LOOPBACK, service.port)}


def test_an_address_is_fetched_from_its_own_site_only(
    service: Service, tracker: Server, contacted: list[Place]
) -> None:
    with Server({"/privacy": page(tracked_page(tracker))}) as site:
        answer = service.call("POST", "/policy", {"url": site.url("/privacy")})

        assert answer.status == 200
        assert answer.json()["rating"]["grade"]
        assert set(contacted) == {(LOOPBACK, service.port), (LOOPBACK, site.port)}
        assert [request.target for request in site.requests] == ["/privacy"]
        assert "cookie" not in site.requests[0].headers
        assert "referer" not in site.requests[0].headers


def test_starting_and_looking_around_contacts_nobody(
    service: Service, contacted: list[Place]
) -> None:
    for path in ("/", "/docs", "/openapi.json", "/page/page.js", "/api/v1/health"):
        assert service.send("GET", path).status == 200

    assert set(contacted) == {(LOOPBACK, service.port)}
