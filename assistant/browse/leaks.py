"""Finding typed values again in what leaves a page, however they are written.

A table of needles is made once from the values: each value, its hashes, and both once more in
base64 or hexadecimal digits or hashed again. A base64 needle is what the value looks like at one
of the three places where it can begin inside something longer, so that a value inside a JSON
object inside base64 is found as well. Percent-encoding and gzip are taken off what is searched.

Source: the encodings that Englehardt et al. ("I never signed up for this!", PETS 2018) and
Senol et al. ("Leaky Forms", USENIX Security 2022) found in use.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from assistant.browse.marks import Marks
from assistant.site.record.observation import Encoding, FieldKind

LONGEST_SEARCHED = 262_144
"""Bytes of a body that are searched."""
LEAST = 9
"""Characters of a needle; shorter ones could be there by accident."""
MOST_UNPACKED = 1_048_576

HASHES = (Encoding.MD5, Encoding.SHA1, Encoding.SHA256, Encoding.SHA512)
_SAFE = bytes.maketrans(b"-_", b"+/")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|\+")
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A value that was found, and how it was written, outermost last."""

    field: FieldKind
    encodings: tuple[Encoding, ...]


@dataclass(frozen=True, slots=True)
class _Needle:
    text: bytes
    found: Found


class LeakFinder:
    """Searches for the values of one run. Build it once; safe to share."""

    def __init__(self, marks: Marks) -> None:
        self._folded: list[_Needle] = []
        self._exact: list[_Needle] = []
        for field, value in marks.items():
            for text in _variants(field, value):
                self._add(field, text)
        self._folded = list({needle.text: needle for needle in reversed(self._folded)}.values())
        self._exact = list({needle.text: needle for needle in reversed(self._exact)}.values())

    def search(self, data: bytes) -> tuple[Found, ...]:
        """Every value in an address, a body or a message; each once, by its plainest writing."""
        data = data[:LONGEST_SEARCHED]
        found: dict[FieldKind, Found] = {}
        for layer, extra in _layers(data):
            folded, exact = layer.lower(), layer.translate(_SAFE)
            for needles, text in ((self._folded, folded), (self._exact, exact)):
                for needle in needles:
                    if needle.text in text:
                        seen = Found(needle.found.field, needle.found.encodings + extra)
                        _keep(found, _tidy(seen))
        return tuple(found.values())

    def _add(self, field: FieldKind, text: bytes) -> None:
        self._add_forms(field, text, ())
        for name in HASHES:
            digest = _digest(name, text)
            inner = digest.hex().encode()
            self._add_forms(field, inner, (name,))
            self._add_base64(field, digest, (name,))
            for outer in HASHES:
                self._add_folded(field, _digest(outer, inner).hex().encode(), (name, outer))

    def _add_forms(self, field: FieldKind, text: bytes, so_far: tuple[Encoding, ...]) -> None:
        """The text as it is, in hexadecimal digits, and in base64 once and twice."""
        self._add_folded(field, text.lower(), so_far or (Encoding.PLAIN,))
        self._add_folded(field, text.hex().encode(), (*so_far, Encoding.HEX))
        self._add_base64(field, text, so_far)
        twice = (*so_far, Encoding.BASE64)
        for core in _cores(text):
            self._add_base64(field, core, twice)
            self._add_folded(field, core.hex().encode(), (*twice, Encoding.HEX))

    def _add_base64(self, field: FieldKind, data: bytes, so_far: tuple[Encoding, ...]) -> None:
        for core in _cores(data):
            if len(core) >= LEAST:
                self._exact.append(_Needle(core, Found(field, (*so_far, Encoding.BASE64))))

    def _add_folded(self, field: FieldKind, text: bytes, encodings: tuple[Encoding, ...]) -> None:
        if len(text) >= LEAST:
            self._folded.append(_Needle(text, Found(field, encodings)))


def _variants(field: FieldKind, value: str) -> Iterator[bytes]:
    """The value as it was typed and as it is usually made uniform before it is hashed."""
    forms = [value, value.strip().lower(), value.upper()]
    if field is FieldKind.PHONE:
        national = value.removeprefix("0")
        forms += [national, f"44{national}", f"+44{national}"]
    if field in (FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT):
        forms.append(value.lower().replace(" ", ""))
    if field is FieldKind.NAME:
        forms += [part for name in value.split() for part in (name, name.lower())]
    if field is FieldKind.CARD:
        forms += [" ".join(value[at : at + 4] for at in range(0, len(value), 4))]
    for form in dict.fromkeys(forms):
        yield form.encode()


def _digest(name: Encoding, data: bytes) -> bytes:
    return hashlib.new(name.value, data, usedforsecurity=False).digest()


def _cores(data: bytes) -> tuple[bytes, ...]:
    """What base64 makes of the data at each place where it can begin, less what neighbours touch.

    Source: RFC 4648, section 4: three bytes become four characters.
    """
    cores = []
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + data)
        first = -(-offset * 8 // 6)
        last = (offset + len(data)) * 8 // 6
        cores.append(whole[first:last])
    return tuple(cores)


def _layers(data: bytes) -> Iterator[tuple[bytes, tuple[Encoding, ...]]]:
    """What is searched: the data, unpacked where it is packed, and without percent-encoding."""
    data = _unpacked(data)
    yield data, ()
    for _ in range(_ROUNDS):
        if not _PERCENT.search(data):
            return
        data = (
            unquote_to_bytes(data.replace(b"+", b" ")) if b"%" in data else data.replace(b"+", b" ")
        )
        yield data, (Encoding.URL,)


def _unpacked(data: bytes) -> bytes:
    if data[:2] not in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        return data
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, MOST_UNPACKED)
    except zlib.error:
        return data


def _tidy(found: Found) -> Found:
    """`plain` says that nothing was done; with percent-encoding something was."""
    if len(found.encodings) < 2 or Encoding.PLAIN not in found.encodings:
        return found
    return Found(found.field, tuple(e for e in found.encodings if e is not Encoding.PLAIN))


def _keep(found: dict[FieldKind, Found], new: Found) -> None:
    known = found.get(new.field)
    if known is None or len(new.encodings) < len(known.encodings):
        found[new.field] = new
