"""Reads a response body under a size limit that holds for the unpacked bytes too."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Protocol

from assistant.errors import BrokenResponse, ResponseTooLarge
from assistant.fetch.deadline import Deadline

ACCEPT_ENCODING = "gzip, deflate"


class _Unpacker(Protocol):
    def feed(self, packed: bytes, max_bytes: int) -> bytes:
        """Unpack some more, up to `max_bytes` (at least 1)."""

    def is_complete(self) -> bool:
        """Whether the packed data has come to its own end."""


def read_body(
    chunks: Iterable[bytes], *, encoding: str, max_bytes: int, deadline: Deadline
) -> bytes:
    """Read and unpack a body, stopping at the limit rather than after it.

    Memory stays within `max_bytes` and one chunk, whatever the compression
    ratio: no more is unpacked than may be kept.

    Args:
        chunks: The body as sent.
        encoding: The value of Content-Encoding, or "".
        max_bytes: Largest body, both as sent and unpacked.

    Raises:
        ResponseTooLarge: The limit is passed.
        BrokenResponse: The packed data is damaged or cut short, or packed in
            a way that was not offered.
        FetchTimeout: The deadline passed.
    """
    unpacker = _unpacker(encoding)
    body = bytearray()
    sent_bytes = 0
    for chunk in chunks:
        deadline.remaining_s()
        sent_bytes += len(chunk)
        body += unpacker.feed(chunk, max_bytes + 1 - len(body))
        if max(sent_bytes, len(body)) > max_bytes:
            raise ResponseTooLarge
    if sent_bytes and not unpacker.is_complete():
        raise BrokenResponse
    return bytes(body)


def _unpacker(encoding: str) -> _Unpacker:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Zlib(zlib.MAX_WBITS | 16)
        case "deflate":
            return _Zlib(None)
        case _:
            raise BrokenResponse("The site's answer is packed in a way this program did not offer.")


class _Plain:
    def feed(self, packed: bytes, max_bytes: int) -> bytes:
        return packed[:max_bytes]

    def is_complete(self) -> bool:
        return True


class _Zlib:
    """gzip or deflate. `window_bits` None tells zlib's framing from bare deflate by itself.

    What follows the end of the packed data is ignored, as browsers do.
    """

    def __init__(self, window_bits: int | None) -> None:
        self._window_bits = window_bits
        self._inflate: zlib._Decompress | None = None

    def feed(self, packed: bytes, max_bytes: int) -> bytes:
        if self._inflate is None:
            self._inflate = zlib.decompressobj(self._window_bits or _deflate_window(packed))
        try:
            return self._inflate.decompress(packed, max_bytes)
        except zlib.error:
            raise BrokenResponse from None

    def is_complete(self) -> bool:
        return self._inflate is not None and self._inflate.eof


def _deflate_window(packed: bytes) -> int:
    # RFC 1950: the low four bits of zlib's first byte are 8. Many servers send bare deflate.
    return zlib.MAX_WBITS if packed[:1] and packed[0] & 0x0F == 8 else -zlib.MAX_WBITS
