"""Fetches one page under limits of time, size, redirects and addresses."""

from __future__ import annotations

import logging
import re
import ssl
import time
from collections.abc import Iterable
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from assistant import __version__
from assistant.errors import (
    BrokenResponse,
    FetchError,
    HttpStatusError,
    ResponseTooLarge,
    TlsFailure,
    TooManyRedirects,
)
from assistant.fetch.addresses import AddressGuard, Resolve, resolve_host
from assistant.fetch.body import ACCEPT_ENCODING, read_body
from assistant.fetch.connection import (
    TLS_VERSION,
    GuardedBackend,
    GuardedTransport,
    translated_failures,
)
from assistant.fetch.deadline import Deadline
from assistant.fetch.page import Page, Redirect, parse_content_type
from assistant.fetch.urls import parse_url
from assistant.logs import log_event
from assistant.settings import Settings

USER_AGENT = f"privacy-assistant/{__version__} (+local; reads policies for one person)"

_LOG = logging.getLogger(__name__)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_STATUS_HINTS = {
    401: "The page wants a login: open it in your browser, save it, and give the saved file.",
    403: "The site turns programs away: open it in your browser, save it, and give the saved file.",
    404: "Check the address for typing errors, or start from the site's home page.",
    410: "The page was removed: start from the site's home page.",
    429: "The site asks for patience: try again in some minutes, or give the saved page.",
    451: "The page is withheld where you are, for legal reasons.",
}
_SERVER_TROUBLE = "The site has trouble at the moment: try again later, or give the saved page."


class Fetcher:
    """Fetches pages. Keeps nothing between two of them; safe to share between threads.

    What leaves the machine: the DNS look-up and one GET request for each
    address on the way, with the user agent below and the wish for English.
    No cookies, no login, no referrer, no proxy from the environment.

    Args:
        timeout_s: Longest time for one page, look-ups and redirects included.
        max_bytes: Largest page, as sent and unpacked.
        max_redirects: Redirects followed for one page.
        allow_addresses: Networks let through although they are not public.
        resolve: Looks names up; for tests.
        backend: Opens connections; for tests.
        ssl_context: Whom TLS trusts; certifi's authorities when None.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 20.0,
        max_bytes: int = 20_000_000,
        max_redirects: int = 8,
        allow_addresses: Iterable[str] = (),
        user_agent: str = USER_AGENT,
        resolve: Resolve = resolve_host,
        backend: httpcore.NetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._guard = AddressGuard(allow_addresses=allow_addresses, resolve=resolve)
        self._backend = backend or httpcore.SyncBackend()
        self._ssl_context = ssl_context
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.8",
            "Accept-Language": "en",
            "Accept-Encoding": ACCEPT_ENCODING,
        }

    @classmethod
    def from_settings(cls, settings: Settings) -> Fetcher:
        return cls(
            timeout_s=settings.fetch_timeout_s,
            max_bytes=settings.max_input_bytes,
            max_redirects=settings.fetch_max_redirects,
            allow_addresses=settings.fetch_allow_addresses,
        )

    def fetch(self, url: str) -> Page:
        """Get one page, following redirects.

        Raises:
            InvalidUrl: `url`, or an address it redirects to, is none we fetch.
            RefusedAddress: A host on the way is not on the public internet.
            UnknownHost: A name on the way has no address.
            ConnectionFailed: The site does not answer, or breaks off.
            TlsFailure: The site's certificate is not valid for its name.
            FetchTimeout: The time limit passed.
            TooManyRedirects: More than allowed, or in a circle.
            ResponseTooLarge: The size limit is passed.
            BrokenResponse: The answer is not valid HTTP, or is cut short.
            HttpStatusError: The site answers with 400 or above.
        """
        return self._logged(url, self._timeout_s, as_it_is=False)

    def fetch_as_it_is(self, url: str, *, timeout_s: float | None = None) -> Page:
        """Get one page whatever it is: an error page, too, comes home.

        A page whose certificate is not valid comes home with status 0 and
        without content: nothing is asked over such a connection.

        Args:
            timeout_s: Longest time for this page; never longer than the fetcher's own.

        Raises:
            FetchError: As `fetch`, less HttpStatusError and TlsFailure.
        """
        limit_s = min(self._timeout_s, timeout_s or self._timeout_s)
        return self._logged(url, limit_s, as_it_is=True)

    def trace(self, url: str, *, timeout_s: float) -> tuple[str, ...]:
        """Where an http address leads: itself and the addresses that it redirects to, in order.

        Ends at the first https address, which is not asked, and at the first
        that does not answer. Bodies are not read.

        Returns:
            () where the address itself does not answer, or may not be asked.
        """
        way: list[str] = []
        try:
            target = parse_url(url)
            with translated_failures(), self._client(Deadline(timeout_s)) as client:
                while target.scheme == "http" and len(way) <= self._max_redirects:
                    response = client.send(client.build_request("GET", target), stream=True)
                    response.close()
                    way = way or [str(target)]
                    location = _location(response)
                    if location is None:
                        break
                    target = parse_url(str(target.join(location)))
                    if str(target) in way:
                        break
                    way.append(str(target))
        except FetchError as error:
            log_event(_LOG, "fetch.traced", error_code=error.code, redirect_count=len(way))
        return tuple(way)

    def _logged(self, url: str, limit_s: float, *, as_it_is: bool) -> Page:
        began_s = time.monotonic()
        try:
            page = self._follow(url, Deadline(limit_s), as_it_is=as_it_is)
        except FetchError as error:
            log_event(_LOG, "fetch.failed", error_code=error.code, run_ms=_since_ms(began_s))
            raise
        log_event(
            _LOG,
            "fetch.done",
            content_bytes=len(page.content),
            redirect_count=len(page.redirects),
            run_ms=_since_ms(began_s),
        )
        return page

    def _follow(self, url: str, deadline: Deadline, *, as_it_is: bool) -> Page:
        target = parse_url(url)
        hops: list[Redirect] = []
        with translated_failures(), self._client(deadline) as client:
            while True:
                try:
                    response = client.send(client.build_request("GET", target), stream=True)
                except TlsFailure:
                    if as_it_is:
                        return _unverified(url, target, hops)
                    raise
                try:
                    location = _location(response)
                    if location is None:
                        if not (response.is_success or as_it_is):
                            raise _status_error(response.status_code)
                        return self._page(url, target, hops, response, deadline)
                finally:
                    response.close()
                cookies = tuple(response.headers.get_list("set-cookie"))
                hops.append(Redirect(str(target), response.status_code, cookies))
                target = parse_url(str(target.join(location)))
                if len(hops) > self._max_redirects or str(target) in {hop.url for hop in hops}:
                    raise TooManyRedirects

    def _client(self, deadline: Deadline) -> httpx.Client:
        backend = GuardedBackend(self._backend, guard=self._guard, deadline=deadline)
        return httpx.Client(
            transport=GuardedTransport(
                backend, ssl_context=self._ssl_context or _public_authorities()
            ),
            headers=self._headers,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=False,
        )

    def _page(
        self,
        requested_url: str,
        target: httpx.URL,
        hops: list[Redirect],
        response: httpx.Response,
        deadline: Deadline,
    ) -> Page:
        headers = response.headers
        if _declared_bytes(headers) > self._max_bytes:
            raise ResponseTooLarge
        content = read_body(
            response.iter_raw(),
            encoding=headers.get("content-encoding", ""),
            max_bytes=self._max_bytes,
            deadline=deadline,
        )
        media_type, charset = parse_content_type(headers.get("content-type", ""))
        return Page(
            url=str(target),
            requested_url=requested_url,
            status=response.status_code,
            media_type=media_type,
            charset=charset,
            content=content,
            redirects=tuple(hop.url for hop in hops),
            content_language=headers.get("content-language", ""),
            link_header=headers.get("link", ""),
            headers=tuple(headers.multi_items()),
            hops=tuple(hops),
            tls_version=response.extensions.get(TLS_VERSION, ""),
            certificate_valid=True if target.scheme == "https" else None,
        )


def _unverified(requested_url: str, target: httpx.URL, hops: list[Redirect]) -> Page:
    """What is known of a page that was not asked for, because its certificate is not valid."""
    return Page(
        url=str(target),
        requested_url=requested_url,
        status=0,
        media_type="",
        charset=None,
        content=b"",
        redirects=tuple(hop.url for hop in hops),
        hops=tuple(hops),
        certificate_valid=False,
    )


@lru_cache(maxsize=1)
def _public_authorities() -> ssl.SSLContext:
    """Trust in certifi's authorities; takes 50 ms to load."""
    return httpx.create_ssl_context(trust_env=False)


def _since_ms(began_s: float) -> int:
    return round((time.monotonic() - began_s) * 1_000)


def _location(response: httpx.Response) -> str | None:
    """Where a redirect leads, or None for any other answer."""
    if response.status_code not in _REDIRECTS:
        return None
    location: str = response.headers.get("location", "").strip()
    if not location:
        raise BrokenResponse("The site redirects without saying where to.")
    return location


def _declared_bytes(headers: httpx.Headers) -> int:
    declared = headers.get("content-length", "")
    return int(declared) if re.fullmatch(r"[0-9]{1,18}", declared) else 0


def _status_error(status: int) -> HttpStatusError:
    hint = _SERVER_TROUBLE if status >= 500 else _STATUS_HINTS.get(status)
    return HttpStatusError(f"The site answered with error {status}.", hint=hint, status=status)
