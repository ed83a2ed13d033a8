"""What a fetch brings home."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import Message

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page.

    Attributes:
        url: Where the content came from, after redirects.
        requested_url: What was asked for.
        media_type: As declared, in lower case without parameters; "" where
            nothing usable is declared.
        charset: As declared where Python can decode it, else None.
        content: The body, unpacked.
        redirects: The addresses that redirected, in order; without `url`.
        content_language: The Content-Language header, or "".
        link_header: The Link headers (RFC 8288) joined with commas, or "".
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
