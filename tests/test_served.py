"""A page as its server sends it, on a real server under invented names."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpcore
import pytest
import trustme

from assistant.errors import RefusedAddress, ResponseTooLarge, UnknownHost
from assistant.fetch import Fetcher
from assistant.served import Served, observe_served
from assistant.site.record.observation import Observer, ResourceType, Visit, Watched
from assistant.site.who.domains import host_of
from tests.servers import LOOPBACK, Answer, Request, Response, Server, page, redirect
from tests.site.planted import PLANTS, clean_page, planted_page

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
NAMES = ("shop.test", "www.shop.test", "bounce.test")
UNSIGNED = "unsigned.test"
INSIDE = "inside.test"
GPC = "/.well-known/gpc.json"


class Ports(httpcore.SyncBackend):
    """Leads the ports of the web to the servers of a test; what else is asked for is closed."""

    def __init__(self, ports: Mapping[int, int]) -> None:
        self._ports = ports

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if port not in self._ports:
            raise httpcore.ConnectError
        return super().connect_tcp(host, self._ports[port], timeout, local_address, socket_options)


@dataclass
class Net:
    """Some sites of the invented web: answers by address; 404 for what has none."""

    fetcher: Fetcher
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, scheme: str) -> Callable[[Request], Response]:
        def of(request: Request) -> Response:
            url = f"{scheme}://{request.headers['host']}{request.target}"
            self.asked.append(url)
            found = self.answers.get(url, Response(b"not here", status=404))
            return found if isinstance(found, Response) else found(request)

        return of

    def look(self, url: str = "https://shop.test/") -> Served:
        return observe_served(url, fetcher=self.fetcher, now=NOW)

    def visit(self, url: str = "https://shop.test/") -> Visit:
        (visit,) = self.look(url).observation.visits
        return visit


def resolve(host: str, port: int) -> Sequence[str]:
    if host == INSIDE:
        return ["10.0.0.5"]
    if host.endswith("shop.test") or host in (*NAMES, UNSIGNED):
        return [LOOPBACK]
    raise OSError


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def net(authority: trustme.CA) -> Iterator[Net]:
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*NAMES).configure_cert(tls)
    with Server({}) as plain, Server({}, ssl_context=tls) as secure:
        web = Net(
            Fetcher(
                timeout_s=10.0,
                max_bytes=3_000_000,
                allow_addresses=[LOOPBACK],
                resolve=resolve,
                backend=Ports({80: plain.port, 443: secure.port}),
                ssl_context=trusted,
            )
        )
        plain.default, secure.default = web.answer("http"), web.answer("https")
        yield web


def told(served: Served) -> str:
    return " ".join(f"{gap.what}: {gap.why}" for gap in served.gaps)


def third_parties(visit: Visit) -> set[str]:
    return {host for r in visit.requests if not (host := host_of(r.url)).endswith("shop.test")}


def test_third_parties_are_read_from_the_page_and_never_asked(net: Net) -> None:
    net.answers["https://shop.test/"] = page(planted_page())
    served = net.look()
    (visit,) = served.observation.visits
    assert third_parties(visit) == {plant.host for plant in PLANTS}
    assert served.observation.observer is Observer.SERVED
    assert served.observation.watched == (Watched.HEADERS,)
    assert served.sha256 == hashlib.sha256(planted_page().encode()).hexdigest()
    assert (visit.url, visit.at, visit.status) == ("https://shop.test/", NOW, 200)
    assert visit.requests[0].type is ResourceType.MAIN_FRAME
    assert served.observation.lost == 0
    assert net.asked == ["https://shop.test/", "http://shop.test/", f"https://shop.test{GPC}"]


def test_the_clean_twin_has_no_third_party_and_no_gap_about_scripts(net: Net) -> None:
    net.answers["https://shop.test/"] = page(planted_page())
    assert "scripts" in told(net.look())
    net.answers["https://shop.test/"] = page(clean_page())
    served = net.look()
    assert third_parties(served.observation.visits[0]) == set()
    assert "scripts" not in told(served)
    assert "click" in told(served)


def test_headers_and_tls_are_told_and_cookies_are_not_among_the_headers(net: Net) -> None:
    net.answers["https://shop.test/"] = page(
        "<p>", strict_transport_security="max-age=1", set_cookie="id=marked"
    )
    visit = net.visit()
    headers = {header.name: header.value for header in visit.headers}
    assert headers["strict-transport-security"] == "max-age=1"
    assert "set-cookie" not in headers
    assert visit.tls is not None
    assert visit.tls.valid
    assert visit.tls.version.startswith("TLSv1.")


def test_cookies_of_the_page_and_of_the_way_there_are_told_by_shape(net: Net) -> None:
    def bounced(location: str, cookie: str) -> Response:
        return Response(status=302, headers={"Location": location, "Set-Cookie": cookie})

    net.answers["https://shop.test/"] = bounced("https://bounce.test/?u=marked", "a=marked")
    net.answers["https://bounce.test/?u=marked"] = bounced(
        "https://www.shop.test/", "b=marked; Max-Age=31536000; Secure; SameSite=None"
    )
    net.answers["https://www.shop.test/"] = page("<p>", set_cookie="c=marked")
    visit = net.visit()
    assert [(c.name, c.domain) for c in visit.cookies] == [
        ("a", "shop.test"),
        ("b", "bounce.test"),
        ("c", "www.shop.test"),
    ]
    assert len({c.value.id for c in visit.cookies}) == 1
    assert visit.cookies[1].lifetime_s == 31_536_000
    assert [(hop.url, hop.status, hop.by) for hop in visit.hops] == [
        ("https://shop.test/", 302, "http"),
        ("https://bounce.test/?u=", 302, "http"),
    ]
    assert [r.redirects_to for r in visit.requests] == [
        "https://bounce.test/?u=",
        "https://www.shop.test/",
        None,
    ]
    assert "marked" not in str(visit)


def test_a_page_that_sends_the_browser_on_is_a_hop(net: Net) -> None:
    net.answers["https://shop.test/"] = page(
        "<meta http-equiv=refresh content='0;url=https://bounce.test/'><img src=//t.test/i.gif>"
    )
    net.answers["https://bounce.test/"] = page("<p>", refresh="0; url=https://www.shop.test/")
    net.answers["https://www.shop.test/"] = page("<p>here")
    visit = net.visit()
    assert visit.url == "https://www.shop.test/"
    assert [(hop.url, hop.by) for hop in visit.hops] == [
        ("https://shop.test/", "meta"),
        ("https://bounce.test/", "meta"),
    ]
    assert third_parties(visit) == {"t.test", "bounce.test"}


def test_pages_that_send_on_for_ever_are_left_in_the_end(net: Net) -> None:
    for n in range(20):
        onward = f"<meta http-equiv=refresh content='0;url=/{n + 1}'>"
        net.answers[f"https://shop.test/{n}"] = page(onward)
    assert net.visit("https://shop.test/0").url == "https://shop.test/3"
    net.answers["https://shop.test/"] = page("<meta http-equiv=refresh content='0;url=/'>")
    assert net.visit().hops == ()


class TestPlainHttp:
    def test_that_leads_to_https_is_not_followed_further(self, net: Net) -> None:
        net.answers["https://shop.test/lamps"] = page("<p>")
        net.answers["http://shop.test/"] = redirect("https://shop.test/?from=http")
        visit = net.visit("https://shop.test/lamps")
        assert visit.http_hops == ("http://shop.test/", "https://shop.test/?from=")
        assert "https://shop.test/?from=http" not in net.asked

    def test_that_stays_plain_is_told_as_one_address(self, net: Net) -> None:
        net.answers["https://shop.test/"] = net.answers["http://shop.test/"] = page("<p>")
        assert net.visit().http_hops == ("http://shop.test/",)

    def test_that_nobody_answers_is_no_hop(self, net: Net, authority: trustme.CA) -> None:
        net.answers["https://shop.test/"] = page("<p>")
        backend: object = net.fetcher._backend
        assert isinstance(backend, Ports)
        backend._ports = {443: backend._ports[443]}
        assert net.visit().http_hops == ()

    def test_that_leads_into_a_private_network_ends_there(self, net: Net) -> None:
        net.answers["https://shop.test/"] = page("<p>")
        net.answers["http://shop.test/"] = redirect(f"http://{INSIDE}/")
        assert net.visit().http_hops == ("http://shop.test/", f"http://{INSIDE}/")

    def test_that_was_asked_for_tells_its_own_way(self, net: Net) -> None:
        net.answers["http://shop.test/"] = redirect("https://shop.test/")
        net.answers["https://shop.test/"] = page("<p>")
        visit = net.visit("http://shop.test/")
        assert visit.http_hops == ("http://shop.test/", "https://shop.test/")
        assert net.asked.count("http://shop.test/") == 1

    def test_a_page_without_https_has_no_tls(self, net: Net) -> None:
        net.answers["http://shop.test/"] = page("<p>")
        visit = net.visit("http://shop.test/")
        assert visit.tls is None
        assert visit.http_hops == ("http://shop.test/",)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"gpc": true, "lastUpdate": "2026-01-01"}', True),
        (b'{"gpc": false}', False),
        (b'{"gpc": "yes"}', None),
        (b"[true]", None),
        (b"<html>", None),
        (b"[" * 9_000, None),
        (b'{"gpc": true}' + b" " * 20_000, None),
        (b"\xff\xfe\x00", None),
        (None, None),
    ],
)
def test_what_a_site_says_about_global_privacy_control(
    net: Net, body: bytes | None, said: bool | None
) -> None:
    net.answers["https://shop.test/"] = page("<p>")
    if body is not None:
        net.answers[f"https://shop.test{GPC}"] = Response(body)
    assert net.visit().gpc_file is said


def test_a_certificate_that_cannot_be_verified_is_a_finding_and_nothing_is_read(net: Net) -> None:
    net.answers[f"https://{UNSIGNED}/"] = page(planted_page())
    net.answers["https://shop.test/"] = redirect(f"https://{UNSIGNED}/")
    for url in (f"https://{UNSIGNED}/", "https://shop.test/"):
        served = net.look(url)
        (visit,) = served.observation.visits
        assert visit.url == f"https://{UNSIGNED}/"
        assert visit.tls is not None
        assert not visit.tls.valid
        assert (visit.status, visit.headers, visit.scripts) == (None, (), ())
        assert served.observation.lost == 1
        assert "could not be verified" in told(served)
    assert [hop.url for hop in visit.hops] == ["https://shop.test/"]
    assert not any(UNSIGNED in url for url in net.asked if url.startswith("https:"))


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "turns programs away"), (429, "turns programs away"), (404, "404"), (500, "500")],
)
def test_an_error_page_is_read_and_said_to_be_one(net: Net, status: int, words: str) -> None:
    net.answers["https://shop.test/"] = Response(
        b"<script src=//wall.test/w.js></script>",
        status=status,
        headers={"Content-Type": "text/html", "X-Frame-Options": "DENY"},
    )
    served = net.look()
    (visit,) = served.observation.visits
    assert visit.status == status
    assert any(header.name == "x-frame-options" for header in visit.headers)
    assert third_parties(visit) == {"wall.test"}
    assert words in told(served)
    assert served.observation.lost == 1, "an error page must not pass for a clean site"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7 <img src=//t.test/i>", "application/pdf"),
        (b'{"a": "<img src=//t.test/i>"}', "application/json"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "image/png"),
        (b"<img src=//t.test/i>", "text/plain"),
        (bytes(range(32)) * 100, "text/html"),
    ],
)
def test_what_is_no_page_is_not_read_and_said_so(net: Net, body: bytes, media_type: str) -> None:
    net.answers["https://shop.test/"] = Response(body, headers={"Content-Type": media_type})
    served = net.look()
    assert third_parties(served.observation.visits[0]) == set()
    assert served.observation.lost == 1
    assert "content of the page" in told(served)


@pytest.mark.parametrize("body", [b"", b" \n", b"<", b"<html", b"</html></html>"])
def test_a_page_with_nothing_in_it_is_a_page(net: Net, body: bytes) -> None:
    net.answers["https://shop.test/"] = Response(body, headers={"Content-Type": "text/html"})
    served = net.look()
    assert [r.type for r in served.observation.visits[0].requests] == [ResourceType.MAIN_FRAME]
    assert served.observation.lost == 0


def test_a_page_full_of_pictures_is_cut_and_said_so(net: Net) -> None:
    pictures = "".join(f"<img src=/{n}>" for n in range(100_000))
    net.answers["https://shop.test/"] = page(f"{pictures}<img src=//t.test/i.gif>")
    served = net.look()
    assert third_parties(served.observation.visits[0]) == {"t.test"}
    assert served.observation.lost == 99_000
    assert "99000 were left out" in told(served)


def test_policy_links_are_found_and_kept_without_values_in_the_record(net: Net) -> None:
    net.answers["https://shop.test/"] = page(
        '<footer><a href="/?page=12">Privacy policy</a> <a href="/terms">Terms</a></footer>'
    )
    served = net.look()
    assert served.policy_urls == ("https://shop.test/?page=12",)
    assert served.observation.visits[0].policy_links == ("https://shop.test/?page=",)


def test_upgraded_requests_are_not_told_as_insecure(net: Net) -> None:
    html = "<img src=http://t.test/i.gif>"
    net.answers["https://shop.test/"] = page(html)
    assert net.visit().requests[-1].url == "http://t.test/i.gif"
    net.answers["https://shop.test/"] = page(
        html, content_security_policy="default-src 'self'; upgrade-insecure-requests"
    )
    assert net.visit().requests[-1].url == "https://t.test/i.gif"


def test_what_may_not_or_cannot_be_fetched_is_refused_as_ever(net: Net) -> None:
    net.answers["https://shop.test/to"] = redirect(f"https://{INSIDE}/")
    net.answers["https://shop.test/on"] = page(
        f"<meta http-equiv=refresh content='0;url=http://{INSIDE}/'>"
    )
    net.answers["https://shop.test/big"] = page("x" * 3_000_001)
    for path in ("to", "on"):
        with pytest.raises(RefusedAddress):
            net.look(f"https://shop.test/{path}")
    with pytest.raises(RefusedAddress):
        net.look(f"https://{INSIDE}/")
    with pytest.raises(ResponseTooLarge):
        net.look("https://shop.test/big")
    with pytest.raises(UnknownHost):
        net.look("https://nobody.test/")
