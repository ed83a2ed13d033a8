"""Bodies of requests as named values. Any bytes are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote_plus

from pydantic_core import from_json

MAX_PAIRS = 1_000
Pairs = tuple[tuple[str, str], ...]
Kind = Literal["json", "form", "multipart", "text", "binary"]

_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,200})', re.IGNORECASE)
_PART_NAME = re.compile(r'(?:^|[;\s])name="?([^";\r\n]{0,200})', re.IGNORECASE)
_FILE = re.compile(r"(?:^|[;\s])filename\*?=", re.IGNORECASE)
_LOOKS_LIKE_FORM = re.compile(r"[A-Za-z0-9_.\-\[\]%]{1,100}=[^\s]*", re.ASCII)
_UNTOLD = frozenset({"", "text/plain", "application/octet-stream"})


def read_body(data: bytes, content_type: str) -> tuple[Kind, Pairs]:
    """How a body is written, and its named values; at most `MAX_PAIRS`.

    Names within names are joined with dots; the members of a list bear the list's name. The
    content of a file is no value.
    """
    told = content_type.partition(";")[0].strip().lower()
    if told.startswith("multipart/"):
        return "multipart", tuple(_multipart_pairs(data, content_type))
    text = _as_text(data)
    if text is None:
        return "binary", ()
    is_json = told.endswith(("/json", "+json"))
    if is_json or (told in _UNTOLD and text.lstrip()[:1] in ("{", "[")):
        pairs = _json_pairs(data)
        if pairs is not None:
            return "json", pairs
    elif told == "application/x-www-form-urlencoded" or (
        told in _UNTOLD and _LOOKS_LIKE_FORM.fullmatch(text)
    ):
        return "form", tuple(form_pairs(text))
    return "text", (("", text),) if text else ()


def form_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of a query or a form, decoded once, as a browser reads them.

    What has no `=` is a value without a name.
    """
    for piece in text.split("&", MAX_PAIRS)[:MAX_PAIRS]:
        name, equals, value = piece.partition("=")
        if equals:
            yield unquote_plus(name), unquote_plus(value)
        elif piece:
            yield "", unquote_plus(piece)


def _as_text(data: bytes) -> str | None:
    """The text of a body; None for one that is no text."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        # A body that was cut may end within a character.
        if len(data) - error.start < 4:
            return data[: error.start].decode()
    sample = data[:1_024]
    strange = sum(byte < 9 or 13 < byte < 32 or byte > 126 for byte in sample)
    return None if strange > len(sample) // 10 else data.decode("utf-8", "replace")


def _json_pairs(data: bytes) -> Pairs | None:
    """Every value with the names on the way to it; None for what is no JSON.

    What comes after the end of a cut body is missing; depth is bounded by the parser.
    """
    try:
        content = from_json(data, allow_partial=True, cache_strings="none")
    except ValueError:
        return None
    found: list[tuple[str, str]] = []
    pending: list[tuple[str, object]] = [("", content)]
    while pending and len(found) < MAX_PAIRS:
        name, value = pending.pop()
        if isinstance(value, dict):
            inner = [(f"{name}.{key}" if name else key, value[key]) for key in value]
            pending.extend(reversed(inner))
        elif isinstance(value, list):
            pending.extend((name, member) for member in reversed(value))
        else:
            found.append((name, _as_written(value)))
    return tuple(found)


def _as_written(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    return str(value).lower()  # true, false, numbers


def _multipart_pairs(data: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    told = _BOUNDARY.search(content_type)
    mark = b"--" + told[1].encode("utf-8", "replace") if told else data.partition(b"\r\n")[0]
    if not mark.strip(b"-"):
        return
    for part in data.split(mark, MAX_PAIRS)[1:]:
        head, gap, content = part.partition(b"\r\n\r\n")
        lines = head[:4_096].decode("utf-8", "replace")
        name = _PART_NAME.search(lines)
        if gap and name:
            text = content.removesuffix(b"\r\n").decode("utf-8", "replace")
            yield name[1], "" if _FILE.search(lines) else text
