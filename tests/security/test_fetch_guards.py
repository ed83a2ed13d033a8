"""No page, redirect or DNS answer leads the fetcher to where it must not go."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence

import httpcore
import pytest
import trustme

from assistant.errors import (
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    InvalidUrl,
    RefusedAddress,
    TlsFailure,
    TooManyRedirects,
    UnknownHost,
)
from assistant.fetch import Fetcher
from tests.servers import LOOPBACK, Response, Server, page, redirect

PUBLIC = "93.184.215.14"
HOST = "marked-host.example"


class Resolver:
    """Answers with each list in turn, the last one for ever; counts the look-ups."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers[min(len(self.asked), len(self._answers)) - 1]


class Wire(httpcore.SyncBackend):
    """Notes every address that is connected to; public ones answer with a refusal."""

    def __init__(self) -> None:
        self.connected: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host != LOOPBACK:
            raise httpcore.ConnectError
        return super().connect_tcp(host, port, timeout, local_address, socket_options)


def refusal(fetcher: Fetcher, url: str, error: type[FetchError]) -> FetchError:
    """The error that the fetch ends in, proved to say nothing about the address."""
    with pytest.raises(error) as raised:
        fetcher.fetch(url)
    assert type(raised.value) is error
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    said = f"{raised.value} {raised.value.message} {raised.value.hint} {raised.value!r}"
    for secret in ("marked", HOST, LOOPBACK, "10.0.0", "://"):
        assert secret not in said.replace("http:// or https://", "")
    return raised.value


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "127.0.0.1.",
        "0.0.0.0",
        "10.0.0.5",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.7",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::169.254.169.254]",
        "[64:ff9b:1::808:808]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[2001:db8::1]",
        "[2606:4700::5efe:10.0.0.5]",
        "[3fff::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fd00::1]",
        "[ff02::1]",
    ],
)
def test_special_addresses_are_refused_unasked_and_as_a_dns_answer(host: str) -> None:
    wire = Wire()
    refusal(Fetcher(backend=wire), f"http://{host}/privacy", RefusedAddress)
    named = Fetcher(backend=wire, resolve=Resolver([host.strip("[]").rstrip(".")]))
    refusal(named, f"https://{HOST}/privacy", RefusedAddress)
    assert wire.connected == []


def test_loopback_written_with_full_width_dots_is_loopback() -> None:
    refusal(Fetcher(), "http://127。0。0。1/", RefusedAddress)


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"]
)
def test_public_addresses_are_connected_to_as_they_are(address: str) -> None:
    wire = Wire()
    refusal(Fetcher(backend=wire, resolve=Resolver([address])), f"http://{HOST}/", ConnectionFailed)
    assert wire.connected == [address]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "marked-host.example/privacy",
        "//marked-host.example/",
        "ftp://marked-host.example/",
        "file:///marked/passwd",
        "data:text/html,marked",
        "javascript:alert(1)",
        "http://",
        "http:///marked",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://127.0.0.1.0x/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://１２７.0.0.1/",
        "http://marked:secret@marked-host.example/",
        "http://marked@127.0.0.1/",
        "http://@marked-host.example/",
        "http://marked-host.example\\@127.0.0.1/",
        "http://marked-host.example\\.evil/",
        "http://marked host/",
        "http://%31%32%37.0.0.1/",
        "http://marked..example/",
        "http://.marked.example/",
        "http://marked.example../",
        f"http://{'m' * 64}.example/",
        f"http://{'marked.' * 40}example/",
        "http://marked.example:0/",
        "http://marked.example:22/",
        "http://marked.example:25/",
        "http://marked.example:6667/",
        "http://marked.example:65536/",
        "http://marked.example:port/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://[marked]/",
        "http://marked.example/\x00",
        "http://marked.example/" + "m" * 9_000,
    ],
)
def test_odd_addresses_are_refused_before_any_look_up(url: str) -> None:
    resolver, wire = Resolver([LOOPBACK]), Wire()
    fetcher = Fetcher(resolve=resolver, backend=wire, allow_addresses=["127.0.0.0/8", "::1"])
    refusal(fetcher, url, InvalidUrl)
    assert resolver.asked == []
    assert wire.connected == []


def test_loopback_is_fetched_only_where_the_setting_names_it() -> None:
    with Server({"/": page("<h1>Privacy</h1>")}) as server:
        refusal(Fetcher(), server.url(), RefusedAddress)
        refusal(Fetcher(allow_addresses=["10.0.0.0/8"]), server.url(), RefusedAddress)
        assert server.requests == []
        assert Fetcher(allow_addresses=[LOOPBACK]).fetch(server.url()).status == 200


@pytest.mark.parametrize(
    "private",
    ["http://10.0.0.5/marked", "https://[::1]/marked", "http://[::ffff:10.0.0.5]/", "//10.0.0.5/"],
)
def test_a_redirect_to_a_private_address_is_refused(private: str) -> None:
    wire = Wire()
    with Server({"/": redirect(private)}) as server:
        fetcher = Fetcher(allow_addresses=[LOOPBACK], backend=wire)
        refusal(fetcher, server.url(), RefusedAddress)
    assert wire.connected == [LOOPBACK]


@pytest.mark.parametrize(
    "location", ["file:///marked/passwd", "ftp://marked.example/", "http://marked:x@127.0.0.1/"]
)
def test_a_redirect_to_something_that_is_no_web_address_is_refused(location: str) -> None:
    with Server({"/": redirect(location)}) as server:
        refusal(Fetcher(allow_addresses=[LOOPBACK]), server.url(), InvalidUrl)


def test_a_redirect_by_name_is_resolved_and_checked_again() -> None:
    def resolve(host: str, port: int) -> list[str]:
        return [LOOPBACK] if host == HOST else ["10.0.0.5"]

    with Server({"/": redirect("http://inside.example/marked")}) as server:
        fetcher = Fetcher(resolve=resolve, allow_addresses=[LOOPBACK])
        refusal(fetcher, server.url(host=HOST), RefusedAddress)


@pytest.mark.parametrize("answers", [[PUBLIC, LOOPBACK], [LOOPBACK, PUBLIC], [PUBLIC, "::1"]])
def test_one_private_address_among_public_ones_refuses_the_host(answers: list[str]) -> None:
    wire = Wire()
    fetcher = Fetcher(resolve=Resolver(answers), backend=wire)
    refusal(fetcher, f"http://{HOST}/", RefusedAddress)
    assert wire.connected == []


def test_a_name_that_turns_to_loopback_after_the_check_is_not_followed_there() -> None:
    """DNS rebinding: the second answer would reach the server on this computer."""
    resolver, wire = Resolver([PUBLIC], [LOOPBACK]), Wire()
    with Server({"/": page("inside")}) as server:
        fetcher = Fetcher(resolve=resolver, backend=wire)
        refusal(fetcher, server.url(host=HOST), ConnectionFailed)
        assert server.requests == []
        assert resolver.asked == [HOST]
        assert wire.connected == [PUBLIC]
        refusal(fetcher, server.url(host=HOST), RefusedAddress)
        assert server.requests == []
    assert wire.connected == [PUBLIC]


def test_the_site_still_gets_its_own_name_although_an_address_is_dialled() -> None:
    resolver = Resolver([LOOPBACK], ["10.0.0.5"])
    with Server({"/": page("policy")}) as server:
        fetcher = Fetcher(resolve=resolver, allow_addresses=[LOOPBACK])
        assert fetcher.fetch(server.url(host=HOST)).content == b"policy"
        assert server.requests[0].headers["host"] == f"{HOST}:{server.port}"


def test_names_outside_ascii_are_looked_up_in_their_idna_form() -> None:
    resolver = Resolver([LOOPBACK])
    with Server({"/": page("Datenschutz")}) as server:
        fetcher = Fetcher(resolve=resolver, allow_addresses=[LOOPBACK])
        fetcher.fetch(server.url(host="Bücher.example."))
    assert resolver.asked == ["xn--bcher-kva.example"]


@pytest.mark.parametrize("answer", [[], ["no address"]])
def test_a_name_without_an_address_is_said_so(answer: list[str]) -> None:
    refusal(Fetcher(resolve=Resolver(answer)), f"http://{HOST}/", UnknownHost)


def test_a_failing_resolver_is_an_unknown_host() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError(f"cannot resolve {host}")

    refusal(Fetcher(resolve=resolve), f"http://{HOST}/", UnknownHost)


def test_the_second_address_is_tried_where_the_first_refuses() -> None:
    wire = Wire()
    with Server({"/": page("policy")}) as server:
        fetcher = Fetcher(
            resolve=Resolver([PUBLIC, LOOPBACK]), backend=wire, allow_addresses=[LOOPBACK]
        )
        assert fetcher.fetch(server.url(host=HOST)).content == b"policy"
    assert wire.connected == [PUBLIC, LOOPBACK]


def test_a_hanging_resolver_meets_the_deadline() -> None:
    with Server({}) as server:

        def resolve(host: str, port: int) -> list[str]:
            list(server.drip())
            return []

        refusal(Fetcher(resolve=resolve, timeout_s=0.2), f"http://{HOST}/", FetchTimeout)


def test_cookies_are_neither_kept_nor_sent() -> None:
    def answer(request: object) -> Response:
        return Response(
            status=302, headers={"Location": "/policy", "Set-Cookie": "id=marked; Path=/"}
        )

    with Server({"/": answer, "/policy": page("policy", set_cookie="id=marked")}) as server:
        fetcher = Fetcher(allow_addresses=[LOOPBACK])
        fetcher.fetch(server.url())
        fetcher.fetch(server.url())
        assert len(server.requests) == 4
        for request in server.requests:
            assert not {"cookie", "authorization", "referer"} & request.headers.keys()


def test_login_data_and_proxies_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    netrc = home / "netrc"
    netrc.write_text(f"machine {LOOPBACK} login marked password marked\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.5:3128")
    with Server({"/": page("policy")}) as server:
        Fetcher(allow_addresses=[LOOPBACK]).fetch(server.url())
        assert "authorization" not in server.requests[0].headers


def test_a_redirect_loop_and_a_long_chain_end() -> None:
    answers = {f"/{n}": redirect(f"/{n + 1}") for n in range(20)}
    answers |= {"/a": redirect("/b"), "/b": redirect("/a"), "/self": redirect("/self")}
    with Server(answers | {"/20": page("at last")}) as server:
        for path in ("/a", "/self"):
            refusal(Fetcher(allow_addresses=[LOOPBACK]), server.url(path), TooManyRedirects)
        assert len(server.requests) == 3
        fetcher = Fetcher(allow_addresses=[LOOPBACK], max_redirects=5)
        refusal(fetcher, server.url("/0"), TooManyRedirects)
        assert len(server.requests) == 9
        assert fetcher.fetch(server.url("/15")).redirects[0] == server.url("/15")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class TestTls:
    def serve(self, authority: trustme.CA, *names: str) -> Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        return Server({"/": page("policy")}, ssl_context=context)

    def fetcher(self, authority: trustme.CA | None) -> Fetcher:
        context = ssl.create_default_context()
        if authority:
            authority.configure_trust(context)
        return Fetcher(
            resolve=Resolver([LOOPBACK]),
            allow_addresses=[LOOPBACK],
            ssl_context=context if authority else None,
        )

    def test_the_certificate_is_checked_for_the_name_not_the_dialled_address(
        self, authority: trustme.CA
    ) -> None:
        with self.serve(authority, HOST) as server:
            fetched = self.fetcher(authority).fetch(server.url(host=HOST))
            assert fetched.content == b"policy"
            assert self.fetcher(authority).fetch(server.url(host=f"{HOST}.")).status == 200

    @pytest.mark.parametrize("names", [("other.example",), (LOOPBACK,)])
    def test_a_certificate_for_another_name_is_refused(
        self, authority: trustme.CA, names: tuple[str, ...]
    ) -> None:
        with self.serve(authority, *names) as server:
            error = refusal(self.fetcher(authority), server.url(host=HOST), TlsFailure)
            assert "certificate" in error.message
            assert server.requests == []

    def test_a_certificate_that_nobody_known_signed_is_refused(self, authority: trustme.CA) -> None:
        with self.serve(authority, HOST) as server:
            refusal(self.fetcher(None), server.url(host=HOST), TlsFailure)

    def test_a_site_that_speaks_no_tls_is_refused(self, authority: trustme.CA) -> None:
        with Server({"/": page("policy")}) as server:
            url = server.url(host=HOST).replace("http:", "https:")
            refusal(self.fetcher(authority), url, TlsFailure)


def test_an_error_page_is_not_followed_anywhere() -> None:
    """Only 3xx with a place to go is a redirect."""
    answer = Response(status=404, headers={"Location": "http://10.0.0.5/"})
    with Server({"/": answer}) as server:
        refusal(Fetcher(allow_addresses=[LOOPBACK]), server.url(), HttpStatusError)
