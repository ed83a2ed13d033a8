"""Content credentials (C2PA): who made the picture, with what, by the boxes of the manifest.

Source: C2PA technical specification 2.1, section 11; JUMBF (ISO/IEC 19566-5); CBOR (RFC 8949).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.photo.details import HiddenKind, Private
from assistant.photo.metadata import values
from assistant.photo.metadata.gathering import Gathering

_MOST_DEPTH = 10
_MOST_BOXES = 2_000
_MOST_ITEMS = 20_000
_MOST_LEAVES = 400
_NAME_IN_CERTIFICATE = re.compile(
    rb"\x06\x03\x55\x04[\x03\x0a][\x0c\x13\x14\x1e](?P<size>[\x01-\x7f])"
)


class _NotCbor(ValueError):
    pass


def read_jumbf(data: bytes, path: str, out: Gathering) -> None:
    """Read the boxes of a manifest store."""
    if not out.enter():
        return
    _Boxes(path, out).read(data, 0, len(data), 0)


@dataclass(slots=True)
class _Boxes:
    path: str
    out: Gathering
    left: int = _MOST_BOXES
    media: str = ""

    def read(self, data: bytes, at: int, end: int, depth: int) -> None:
        while at + 8 <= end:
            self.left -= 1
            size = int.from_bytes(data[at : at + 4], "big") or end - at
            name, head = data[at + 4 : at + 8], 8
            if size == 1:
                size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
            if size < head or self.left < 0 or depth > _MOST_DEPTH:
                self.out.trouble(f"{self.path}: the content credentials are damaged")
                return
            if at + size > end:
                self.out.trouble(f"{self.path}: the content credentials are cut")
            body, after = at + head, min(at + size, end)
            if name == b"jumb":
                self.read(data, body, after, depth + 1)
            else:
                self._box(name, data[body:after])
            at += size

    def _box(self, name: bytes, body: bytes) -> None:
        if name == b"jumd":
            label = values.text(body[17:]) if len(body) > 17 and body[16] & 2 else ""
            self.out.add("JUMBF", "JUMDLabel", label or "(no label)", self.path, Private.C2PA)
        elif name == b"cbor":
            self._cbor(body)
        elif name == b"json":
            self._json(body)
        elif name == b"bfdb":
            self.media = values.text(body[1:])
        elif name == b"bidb":
            self._embedded(body)

    def _embedded(self, body: bytes) -> None:
        if self.media.startswith("image/") or body[:3] == b"\xff\xd8\xff":
            self.out.hide(HiddenKind.THUMBNAIL, f"{self.path}/thumbnail", body)
        else:
            self.out.leave(f"{self.path}/embedded file", len(body))
        self.media = ""

    def _json(self, body: bytes) -> None:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            self.out.trouble(f"{self.path}: an assertion is no JSON")
            return
        self._tell("JSON", found)

    def _cbor(self, body: bytes) -> None:
        try:
            found = _Cbor(body).item(0)
        except (_NotCbor, ValueError, OverflowError):
            self.out.trouble(f"{self.path}: an assertion is no CBOR")
            return
        self._tell("CBOR", found)
        for match in _NAME_IN_CERTIFICATE.finditer(body):
            start = match.end()
            name = values.text(body[start : start + match["size"][0]])
            self.out.add("C2PA", "CertificateName", name, self.path, Private.C2PA)

    def _tell(self, group: str, found: object) -> None:
        for number, (keys, leaf) in enumerate(_leaves(found, (), 0)):
            if number >= _MOST_LEAVES:
                self.out.trouble(f"{self.path}: an assertion has too many values")
                return
            told = f"({len(leaf)} bytes)" if isinstance(leaf, bytes) else str(leaf)
            tag = "".join(_word(key) for key in keys)
            self.out.add(group, tag or "Item", told, self.path)


def _word(key: str) -> str:
    """A key as a part of a tag's name: `dc:title` as `Title`."""
    key = key.rsplit(":", 1)[-1].lstrip("@")
    return key[:1].upper() + key[1:]


def _leaves(
    found: object, keys: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value with the keys that lead to it."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(found, Mapping):
        for key, inner in found.items():
            yield from _leaves(inner, (*keys, str(key)), depth + 1)
    elif isinstance(found, list):
        for inner in found:
            yield from _leaves(inner, keys, depth + 1)
    else:
        yield keys, found


class _Cbor:
    """A reader of CBOR that stops at absurd sizes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = _MOST_ITEMS

    def item(self, depth: int) -> object:
        self.left -= 1
        if depth > _MOST_DEPTH or self.left < 0 or self.at >= len(self.data):
            raise _NotCbor
        first = self.data[self.at]
        self.at += 1
        kind, size = first >> 5, first & 31
        if size == 31:
            return self._endless(kind, depth)
        return self._sized(kind, size, self._number(size), depth)

    def _sized(self, kind: int, size: int, number: int, depth: int) -> object:
        if kind in (0, 1):
            return number if kind == 0 else -1 - number
        if kind in (2, 3):
            return self._string(kind, number)
        if kind == 4:
            return [self.item(depth + 1) for _ in range(self._sane(number))]
        if kind == 5:
            return {
                str(self.item(depth + 1)): self.item(depth + 1) for _ in range(self._sane(number))
            }
        return self.item(depth + 1) if kind == 6 else {20: False, 21: True}.get(size)

    def _endless(self, kind: int, depth: int) -> object:
        items: list[object] = []
        while self.data[self.at : self.at + 1] != b"\xff":
            items.append(self.item(depth + 1))
        self.at += 1
        if kind == 5:
            return {str(key): told for key, told in zip(items[::2], items[1::2], strict=False)}
        if kind == 3:
            return "".join(map(str, items))
        return items

    def _number(self, size: int) -> int:
        if size < 24:
            return size
        if size > 27:
            raise _NotCbor
        wide = 1 << (size - 24)
        self.at += wide
        if self.at > len(self.data):
            raise _NotCbor
        return int.from_bytes(self.data[self.at - wide : self.at], "big")

    def _string(self, kind: int, size: int) -> str | bytes:
        if self.at + size > len(self.data):
            raise _NotCbor
        self.at += size
        found = self.data[self.at - size : self.at]
        return found.decode("utf-8", "replace") if kind == 3 else found

    def _sane(self, count: int) -> int:
        if count > len(self.data) - self.at:
            raise _NotCbor
        return count
