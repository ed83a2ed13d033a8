"""What a fetch brings home."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import Message

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address that sent the fetch on.

    Attributes:
        set_cookies: Its Set-Cookie headers, as sent.
    """

    url: str
    status: int
    set_cookies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page.

    Attributes:
        url: Where the content came from, after redirects.
        requested_url: What was asked for.
        status: 0 where nothing was asked, because the certificate is not valid.
        media_type: As declared, in lower case without parameters; "" where
            nothing usable is declared.
        charset: As declared where Python can decode it, else None.
        content: The body, unpacked.
        redirects: The addresses that redirected, in order; without `url`.
        content_language: The Content-Language header, or "".
        link_header: The Link headers (RFC 8288) joined with commas, or "".
        headers: Every header in the order it came; names in lower case.
        hops: The same as `redirects`, with what each of them answered.
        tls_version: `TLSv1.3`; "" without TLS.
        certificate_valid: Whether the certificate was verified; None without TLS.
    """

    url: str
    requested_url: str
    status: int
    media_type: str
    charset: str | None
    content: bytes
    redirects: tuple[str, ...] = ()
    content_language: str = ""
    link_header: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    hops: tuple[Redirect, ...] = ()
    tls_version: str = ""
    certificate_valid: bool | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of `content`, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def parse_content_type(header: str) -> tuple[str, str | None]:
    """Split a Content-Type header into `Page.media_type` and `Page.charset`."""
    media_type = header.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(media_type):
        return "", None
    message = Message()
    message["content-type"] = header
    charset = message.get_content_charset()
    return media_type, charset if charset and _is_text_encoding(charset) else None


def _is_text_encoding(name: str) -> bool:
    try:
        b" ".decode(name, "replace")
    except (LookupError, ValueError):
        return False
    return True
