"""What a person writes for SOURCE: an address, a file, or `-` for standard input."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from assistant.errors import EmptyInput, InputTooLarge, InvalidUrl, MissingFile

if TYPE_CHECKING:
    from assistant.service import PolicySource

STDIN = "-"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"(?!-)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_][\w-]*|\d{1,3})(?::\d{1,5})?(?:[/?#].*)?",
)
_DOCUMENT_SUFFIX = re.compile(
    r"\.(?:csv|docx?|epub|html?|json|markdown|md|mht|mhtml|odt|pdf|rtf|te?xt|webarchive|xhtml|xml)",
    re.IGNORECASE,
)
_MEDIA_TYPES = {".md": "text/markdown", ".markdown": "text/markdown"}


def open_source(source: str, *, max_bytes: int) -> PolicySource:
    """Turn one SOURCE into what the service reads.

    An existing file wins over an address of the same name; a bare host such as
    `example.com/privacy` is an https address.

    Args:
        max_bytes: Most bytes of a file or of standard input that are read.

    Raises:
        EmptyInput: SOURCE is the empty string.
        MissingFile: No such file, a folder, or not allowed to read it.
        InputTooLarge: The file or the stream is longer than `max_bytes`.
        InvalidUrl: An address of another scheme than http or https.
    """
    from assistant.service import FromBytes, FromUrl

    address = source.strip()
    if not address:
        raise EmptyInput
    if address == STDIN:
        return FromBytes(_read_stdin(max_bytes), "Standard input")
    if address.lower().startswith(("http://", "https://")):
        return FromUrl(address)
    if _SCHEME.match(address):
        raise InvalidUrl
    if looks_like_host(address) and not _exists(Path(source)):
        return FromUrl(f"https://{address}")
    path = Path(source).expanduser()
    media_type = _MEDIA_TYPES.get(path.suffix.lower())
    return FromBytes(_read_path(path, max_bytes), path.name, media_type, path=source)


def read_file(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        MissingFile, InputTooLarge: As `open_source`.
    """
    if str(path) == STDIN:
        return _read_stdin(max_bytes)
    return _read_path(path.expanduser(), max_bytes)


def looks_like_host(source: str) -> bool:
    """Whether `source` reads like `example.com` or `example.com/privacy`.

    A single name such as `policy.pdf`, whose end is a document's suffix, is a
    file even where a country owns that suffix.
    """
    if not _BARE_HOST.fullmatch(source):
        return False
    return not _DOCUMENT_SUFFIX.fullmatch(PurePath(source).suffix) or "/" in source


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _read_path(path: Path, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise MissingFile("This is a folder, not a file.", hint="Give the file itself.")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError):
        raise MissingFile from None
    if len(data) > max_bytes:
        raise InputTooLarge
    return data


def _read_stdin(max_bytes: int) -> bytes:
    data = sys.stdin.buffer.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise InputTooLarge
    return data
