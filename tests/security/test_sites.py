"""Looking at a site tells nobody but the site, and no value of a record stays anywhere."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from assistant.errors import AssistantError
from assistant.service import Assistant, SiteAddress, SiteRecord
from tests.api.logbook import recorded_log
from tests.api.service import LOOPBACK, Service
from tests.security.inputs import policy_html
from tests.security.test_marks import MARK, bytes_below
from tests.security.test_nothing_leaves import Place, contacted, tracked_page, tracker
from tests.servers import Server, page

__all__ = ["contacted", "tracker"]

VALUE = "4f9d8a7b6c5e4d3f2a1b0c9d8e7f6a5b"


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names whose canonical name was asked for; all of them have none."""
    asked: list[str] = []

    def answer(host: str) -> tuple[str, list[str], list[str]]:
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "gethostbyname_ex", answer)
    return asked


def record(*urls: str, **visit: Any) -> bytes:
    """A record whose addresses and cookies still hold values, as none should."""
    requests = [{"url": url, "type": "image"} for url in urls]
    load = {"url": "https://shop.test/", "at": "2026-11-27T10:00:00Z", "requests": requests}
    watched = ["headers", "requests", "cookies"]
    return json.dumps(
        {"version": 1, "observer": "extension", "watched": watched, "visits": [load | visit]}
    ).encode()


def test_a_page_is_looked_at_from_its_own_site_only(
    service: Service, tracker: Server, contacted: list[Place], looked_up: list[str]
) -> None:
    html = tracked_page(tracker).replace('http-equiv="refresh"', 'name="was-refresh"')
    with Server({"/": page(html), "/privacy": page(policy_html())}) as site:
        answer = service.call("POST", "/site", {"url": site.url("/")})

        assert answer.status == 200
        # The tracker answers on the same host here, so it is told apart by its port.
        asked = {place for place in contacted if place[0] == LOOPBACK}
        assert asked == {(LOOPBACK, service.port), (LOOPBACK, site.port)}
        assert all("cookie" not in request.headers for request in site.requests)
        assert all("referer" not in request.headers for request in site.requests)
    assert looked_up == []


def test_a_record_makes_nothing_but_look_ups_of_the_sites_own_names(
    service: Service, contacted: list[Place], looked_up: list[str]
) -> None:
    data = record("https://metrics.shop.test/c.gif", "https://ads.test/p.gif")
    answer = service.call("POST", "/site", {"observation": json.loads(data)})

    assert answer.status == 200
    assert looked_up == ["metrics.shop.test"]
    assert set(contacted) == {(LOOPBACK, service.port)}


def test_no_value_of_a_record_stays_in_a_report_a_log_or_an_error(
    assistant: Assistant,
    service: Service,
    looked_up: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    data = record(
        f"https://ads.test/p.gif?email={MARK}%40mail.test&uid={VALUE}#{MARK}",
        f"https://{MARK}:{VALUE}@ads.test/{MARK}%40mail.test/p.gif",
        headers=[{"name": "Set-Cookie", "value": f"uid={VALUE}"}],
    )
    wrong = record(cookies=[{"name": MARK, "domain": MARK, "value": VALUE}])
    failures = []
    with recorded_log(assistant.settings) as lines:
        saved = assistant.rate_site(SiteRecord(data, "visit.json"))
        answers = [
            service.call("POST", "/site", {"observation": json.loads(data)}),
            service.call("POST", "/site", {"observation": json.loads(wrong)}),
            service.call("POST", "/site", {"observation": MARK}),
            service.call("POST", "/site", {"url": f"http://10.0.0.1/{MARK}"}),
        ]
        for source in (SiteRecord(wrong, MARK), SiteAddress(f"http://{MARK}@127.0.0.1/")):
            with pytest.raises(AssistantError) as caught:
                assistant.rate_site(source)
            failures.append(f"{caught.value.message} {caught.value.hint}")

    assert [answer.status for answer in answers] == [200, 422, 422, 422]
    told = [repr(saved), *failures, *(answer.body.decode() for answer in answers)]
    for secret in (MARK, VALUE):
        assert secret not in "\n".join(told)
        assert secret not in lines.getvalue()
        assert secret not in "".join(capfd.readouterr())
        assert secret.encode() not in bytes_below(assistant.settings.data_dir)


def test_no_name_of_a_host_enters_the_log(assistant: Assistant, looked_up: list[str]) -> None:
    with recorded_log(assistant.settings) as lines:
        assistant.rate_site(SiteRecord(record(f"https://{MARK}.test/p.gif"), "visit.json"))
    assert MARK not in lines.getvalue()
