"""Connections that go to checked addresses only and never outlast the deadline."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterable, Iterator

import httpcore
import httpx

from assistant.errors import (
    BrokenResponse,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    TlsFailure,
)
from assistant.fetch.addresses import AddressGuard
from assistant.fetch.deadline import Deadline

TLS_VERSION = "tls_version"
"""Extension of a response: the protocol it came over, "" without TLS."""


@contextlib.contextmanager
def translated_failures() -> Iterator[None]:
    """Turn httpx's and httpcore's failures, which quote addresses, into ours.

    Raises:
        FetchTimeout, ConnectionFailed, BrokenResponse, FetchError
    """
    try:
        yield
    except (httpcore.TimeoutException, httpx.TimeoutException):
        raise FetchTimeout from None
    except (httpcore.NetworkError, httpx.NetworkError):
        raise ConnectionFailed from None
    except (httpcore.ProtocolError, httpx.ProtocolError, httpx.DecodingError):
        raise BrokenResponse from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        raise FetchError from None


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step gets only what is left of the deadline.

    The `timeout` that httpcore passes is for one step, so it is not used.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, timeout=self._deadline.remaining_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, timeout=self._deadline.remaining_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> DeadlineStream:
        """Begin TLS for the name in the address, whatever IP address was connected to.

        Raises:
            TlsFailure: The certificate is not valid for that name, or no
                common protocol was found.
        """
        timeout_s = self._deadline.remaining_s()
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, timeout_s)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise TlsFailure("The site's certificate is not valid for its name.") from None
            if isinstance(error.__cause__, ssl.SSLError):
                raise TlsFailure from None
            raise
        return DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves and checks a host, then connects to the very addresses it checked.

    Between check and connection there is no second look-up that could answer
    otherwise (DNS rebinding).
    """

    def __init__(
        self, inner: httpcore.NetworkBackend, *, guard: AddressGuard, deadline: Deadline
    ) -> None:
        self._inner = inner
        self._guard = guard
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> DeadlineStream:
        """Connect to the first address that answers, sharing the time among them.

        Raises:
            RefusedAddress, UnknownHost, FetchTimeout: As `AddressGuard.addresses`.
            httpcore.ConnectError, httpcore.ConnectTimeout: No address answers.
        """
        addresses = self._guard.addresses(host, port, deadline=self._deadline)
        failure: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError()
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                stream = self._inner.connect_tcp(
                    str(address),
                    port,
                    timeout=self._deadline.remaining_s() / left,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return DeadlineStream(stream, self._deadline)
        raise failure


class GuardedTransport(httpx.BaseTransport):
    """Lets an httpx client use a `GuardedBackend`; HTTP/1.1, no proxy."""

    def __init__(self, backend: GuardedBackend, *, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=ssl_context, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_BodyStream(answer),
            extensions={TLS_VERSION: _tls_version(answer)},
        )

    def close(self) -> None:
        self._pool.close()


def _tls_version(answer: httpcore.Response) -> str:
    """The protocol that the answer came over; "" without TLS."""
    stream = answer.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream else None
    version: str | None = tls.version() if tls else None
    return version or ""


class _BodyStream(httpx.SyncByteStream):
    """The body as it comes in, still packed."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
