from __future__ import annotations

import gzip
import hashlib
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant import __version__
from assistant.errors import (
    BrokenResponse,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    ResponseTooLarge,
    TooManyRedirects,
)
from assistant.fetch import Fetcher, Redirect
from assistant.settings import Settings
from tests.servers import (
    LOOPBACK,
    Request,
    Response,
    Server,
    endless,
    gzip_bomb,
    gzipped,
    page,
    redirect,
)

MEGABYTE = 1_000_000


def local(*, timeout_s: float = 5.0, max_bytes: int = MEGABYTE) -> Fetcher:
    return Fetcher(timeout_s=timeout_s, max_bytes=max_bytes, allow_addresses=[LOOPBACK])


def failure(url: str, error: type[FetchError], fetcher: Fetcher | None = None) -> FetchError:
    """The error that the fetch ends in, proved to say nothing about the address."""
    with pytest.raises(error) as raised:
        (fetcher or local()).fetch(url)
    said = f"{raised.value} {raised.value.message} {raised.value.hint}"
    assert LOOPBACK not in said
    assert "marked" not in said
    return raised.value


def test_a_page_comes_home_with_what_later_steps_need() -> None:
    policy = page(
        "<h1>Privacy – wir</h1>", content_language="de", link='</p>; rel="privacy-policy"'
    )
    with Server({"/policy?x=1": policy}) as server:
        fetched = local().fetch(f"  {server.url('/policy?x=1')}#cookies\n")
    content = "<h1>Privacy – wir</h1>".encode()
    assert fetched.content == content
    assert fetched.sha256 == hashlib.sha256(content).hexdigest()
    assert (fetched.status, fetched.media_type, fetched.charset) == (200, "text/html", "utf-8")
    assert fetched.content_language == "de"
    assert fetched.link_header == '</p>; rel="privacy-policy"'
    assert fetched.redirects == ()


def test_it_says_who_asks_and_wants_english() -> None:
    with Server({"/": page("policy")}) as server:
        local().fetch(server.url())
        headers = server.requests[0].headers
    assert headers["user-agent"] == (
        f"privacy-assistant/{__version__} (+local; reads policies for one person)"
    )
    assert headers["accept-language"] == "en"
    assert "text/html" in headers["accept"]
    assert "application/pdf" in headers["accept"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_remembered(status: int) -> None:
    with Server({"/old": redirect("new", status), "/new": page("policy")}) as server:
        fetched = local().fetch(server.url("/old"))
        assert fetched.url == server.url("/new")
        assert fetched.requested_url == server.url("/old")
        assert fetched.redirects == (server.url("/old"),)


@pytest.mark.parametrize("answer", [Response(status=302), redirect(" ")])
def test_a_redirect_to_nowhere_is_said_so(answer: Response) -> None:
    with Server({"/": answer}) as server:
        failure(server.url(), BrokenResponse)


def test_a_redirect_that_cannot_be_read_fails_clearly() -> None:
    with Server({"/": redirect("http://[marked")}) as server:
        failure(server.url(), FetchError)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (400, "save it"),
        (401, "login"),
        (403, "save"),
        (404, "typing errors"),
        (410, "removed"),
        (429, "minutes"),
        (451, "legal"),
        (500, "later"),
        (503, "later"),
        (304, "save it"),
    ],
)
def test_error_statuses_are_named_with_something_to_do(status: int, hint: str) -> None:
    with Server({"/": Response(b"marked", status=status)}) as server:
        error = failure(server.url("/"), HttpStatusError)
    assert isinstance(error, HttpStatusError)
    assert error.status == status
    assert str(status) in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML; Charset=ISO-8859-2", "text/html", "iso-8859-2"),
        ('text/html; charset="windows-1252"; x=y', "text/html", "windows-1252"),
        ("text/html; charset=utf-9", "text/html", None),
        ("text/html; charset=base64", "text/html", None),
        ("text/html; charset=", "text/html", None),
        ("application/pdf", "application/pdf", None),
        ("nonsense", "", None),
        ("", "", None),
        (";;;", "", None),
    ],
)
def test_the_declared_type_is_read(header: str, media_type: str, charset: str | None) -> None:
    with Server({"/": Response(b"x", headers={"Content-Type": header})}) as server:
        fetched = local().fetch(server.url())
    assert (fetched.media_type, fetched.charset) == (media_type, charset)


class TestPackedBodies:
    text = b"<p>We keep your data.</p>" * 2_000

    @pytest.mark.parametrize(
        ("encoding", "packed"),
        [
            ("gzip", gzip.compress(text, mtime=0)),
            ("X-GZIP", gzip.compress(text, mtime=0)),
            ("gzip", gzip.compress(text, mtime=0) + b"trailing"),
            ("deflate", zlib.compress(text)),
            ("deflate", zlib.compress(text, wbits=-15)),
            ("identity", text),
            ("", text),
        ],
    )
    def test_are_unpacked(self, encoding: str, packed: bytes) -> None:
        answer = Response(
            [packed[:1], packed[1:50], packed[50:]], headers={"Content-Encoding": encoding}
        )
        with Server({"/": answer}) as server:
            assert local().fetch(server.url()).content == self.text

    @pytest.mark.parametrize(
        ("encoding", "packed"),
        [
            ("gzip", gzip.compress(text, mtime=0)[:-20]),
            ("gzip", text),
            ("deflate", zlib.compress(text)[:-20]),
            ("br", text),
            ("gzip, gzip", gzip.compress(gzip.compress(text, mtime=0), mtime=0)),
        ],
    )
    def test_that_are_damaged_or_were_not_offered_are_refused(
        self, encoding: str, packed: bytes
    ) -> None:
        answer = Response(packed, headers={"Content-Encoding": encoding})
        with Server({"/": answer}) as server:
            failure(server.url(), BrokenResponse)

    def test_a_bomb_stops_at_the_limit_and_costs_no_memory(self) -> None:
        with Server({"/": gzip_bomb(200 * MEGABYTE)}) as server:
            tracemalloc.start()
            try:
                failure(server.url(), ResponseTooLarge)
                _, peak_bytes = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert peak_bytes < 8 * MEGABYTE

    def test_the_limit_itself_is_still_read(self) -> None:
        with Server({"/": gzipped(bytes(MEGABYTE)), "/+": gzipped(bytes(MEGABYTE + 1))}) as server:
            assert len(local().fetch(server.url()).content) == MEGABYTE
            failure(server.url("/+"), ResponseTooLarge)


def test_a_page_over_the_limit_is_refused_by_its_declared_size() -> None:
    answer = Response([b"short"], headers={"Content-Length": str(MEGABYTE + 1)})
    with Server({"/": answer}) as server:
        failure(server.url(), ResponseTooLarge)


def test_an_endless_page_stops_at_the_limit() -> None:
    with Server({"/": endless()}) as server:
        failure(server.url(), ResponseTooLarge)


def test_endless_data_after_the_end_of_a_packed_page_stops_at_the_limit() -> None:
    answer = Response(
        (gzip.compress(b"policy") for _ in iter(int, 1)), headers={"Content-Encoding": "gzip"}
    )
    with Server({"/": answer}) as server:
        failure(server.url(), ResponseTooLarge, local(max_bytes=50_000))


@pytest.mark.parametrize("where", ["body", "headers", "redirects"])
def test_a_site_that_drips_meets_the_deadline(where: str) -> None:
    with Server({}) as server:

        def slow_redirect(request: Request) -> Response:
            next(server.drip(every_s=0.2))
            return redirect(f"{request.target}x")

        server.default = {
            "body": lambda request: Response(server.drip()),
            "headers": lambda request: Response(raw=server.drip(b"X")),
            "redirects": slow_redirect,
        }[where]
        fetcher = Fetcher(timeout_s=0.5, max_redirects=1_000, allow_addresses=[LOOPBACK])
        began_s = time.monotonic()
        failure(server.url(), FetchTimeout, fetcher)
        assert time.monotonic() - began_s < 20


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmarked",
        b"HTTP/1.1 200 OK\r\nContent-Length: marked\r\n\r\nmarked",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\nmarked",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nmarked",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmarked\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nmarked\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"marked" * 50_000 + b"\r\n\r\n",
        b"SSH-2.0-marked\r\n",
        b"\x00\xff\xfe" * 100,
    ],
)
def test_an_answer_that_is_broken_or_cut_short_is_no_page(raw: bytes) -> None:
    with Server({"/": Response(raw=[raw])}) as server:
        failure(server.url(), BrokenResponse)


def test_a_page_without_length_ends_with_the_connection() -> None:
    with Server({"/": Response(raw=[b"HTTP/1.0 200 OK\r\n\r\npolicy"])}) as server:
        assert local().fetch(server.url()).content == b"policy"


def test_an_empty_page_is_a_page() -> None:
    with Server({"/": Response(status=204), "/gz": gzipped(b"")}) as server:
        assert local().fetch(server.url()).content == b""
        assert local().fetch(server.url("/gz")).content == b""


def test_a_closed_port_is_said_so() -> None:
    with Server({}) as server:
        url = server.url()
    failure(url, ConnectionFailed)


def test_limits_come_from_the_settings() -> None:
    settings = Settings(
        max_input_bytes=10, fetch_allow_addresses=(LOOPBACK,), fetch_max_redirects=0
    )
    with Server({"/": page("longer than that"), "/to": redirect("/")}) as server:
        failure(server.url(), ResponseTooLarge, Fetcher.from_settings(settings))
        failure(server.url("/to"), TooManyRedirects, Fetcher.from_settings(settings))


def test_one_fetcher_serves_several_threads() -> None:
    answers = {f"/{n}": page(f"policy {n}") for n in range(8)}
    with Server(answers) as server, ThreadPoolExecutor(4) as threads:
        fetcher = local()
        pages = threads.map(fetcher.fetch, [server.url(path) for path in answers])
        assert [fetched.content for fetched in pages] == [f"policy {n}".encode() for n in range(8)]


class TestAsItIs:
    def test_headers_and_the_answers_on_the_way_come_home(self) -> None:
        cookies = Response(
            raw=[
                b"HTTP/1.1 302 Found\r\nLocation: /new\r\nSet-Cookie: a=1; Path=/\r\n"
                b"SET-COOKIE: b=2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ]
        )
        with Server({"/old": cookies, "/new": page("policy", X_Frame_Options="DENY")}) as server:
            fetched = local().fetch(server.url("/old"))
            assert fetched.hops == (Redirect(server.url("/old"), 302, ("a=1; Path=/", "b=2")),)
        assert ("x-frame-options", "DENY") in fetched.headers
        assert ("content-type", "text/html; charset=utf-8") in fetched.headers
        assert (fetched.tls_version, fetched.certificate_valid) == ("", None)

    def test_an_error_page_comes_home(self) -> None:
        with Server({"/": Response(b"go away", status=403)}) as server:
            failure(server.url(), HttpStatusError)
            fetched = local().fetch_as_it_is(server.url())
        assert (fetched.status, fetched.content) == (403, b"go away")

    def test_what_cannot_be_fetched_still_fails(self) -> None:
        with Server({"/": Response(b"x" * (MEGABYTE + 1), status=403)}) as server:
            with pytest.raises(ResponseTooLarge):
                local().fetch_as_it_is(server.url())
            url = server.url()
        with pytest.raises(ConnectionFailed):
            local().fetch_as_it_is(url)

    def test_its_own_time_limit_can_only_be_shorter(self) -> None:
        with Server({}) as server:
            server.default = lambda request: Response(server.drip())
            for limit_s, fetcher in ((0.5, local(timeout_s=60)), (60, local(timeout_s=0.5))):
                began_s = time.monotonic()
                with pytest.raises(FetchTimeout):
                    fetcher.fetch_as_it_is(server.url(), timeout_s=limit_s)
                assert time.monotonic() - began_s < 20


class TestTrace:
    def test_it_tells_the_way_and_reads_no_bodies(self) -> None:
        answers = {"/": redirect("/b"), "/b": redirect("/c"), "/c": endless()}
        with Server(answers) as server:
            way = local().trace(server.url("/"), timeout_s=5)
            assert way == (server.url("/"), server.url("/b"), server.url("/c"))

    def test_it_ends_at_https_unasked_in_a_circle_and_at_what_may_not_be_asked(self) -> None:
        with Server({"/": redirect("https://shop.test/x"), "/r": redirect("/r")}) as server:
            assert local().trace(server.url("/"), timeout_s=5)[1:] == ("https://shop.test/x",)
            assert local().trace(server.url("/r"), timeout_s=5) == (server.url("/r"),)
            server.answers["/in"] = redirect("http://10.0.0.5/")
            assert local().trace(server.url("/in"), timeout_s=5)[1:] == ("http://10.0.0.5/",)
            server.default = lambda request: redirect(f"{request.target}x")
            assert len(local().trace(server.url("/more"), timeout_s=5)) == 9

    def test_an_address_that_does_not_answer_leads_nowhere(self) -> None:
        with Server({}) as server:
            url = server.url()
            server.default = lambda request: Response(raw=server.drip(b"X"))
            assert local().trace(url, timeout_s=0.5) == ()
        assert local().trace(url, timeout_s=5) == ()
        assert local().trace("http://10.0.0.5/", timeout_s=5) == ()
        assert local().trace("nonsense", timeout_s=5) == ()
