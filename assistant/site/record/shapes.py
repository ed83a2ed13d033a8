"""Shapes of values: what an observer writes down in their place."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable

from assistant.site.record.addresses import bare_url, decoded, plain_name
from assistant.site.record.bodies import form_pairs, read_body
from assistant.site.record.entropy import LONGEST_READ, STRONG, WEAK, bits_of
from assistant.site.record.observation import Body, Parameter, Shape

__all__ = ["Shaper", "bare_url"]

ID_DIGITS = 16
MAX_PARTS = 24
LONG_PIECE = 8
"""Characters of a piece that is known again within another value."""
TELLING_BITS = 20.0
"""A piece with less is found in the values of too many people."""
MAX_PARAMETERS = 200
MAX_BODY = 1_000_000
"""Bytes of a body that are read."""


class Shaper:
    """Makes the shapes of one record.

    Args:
        key: Under which values become ids; random by default, so that nobody can try values.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(32) if key is None else key

    def shape(self, value: str) -> Shape:
        """The shape of a value, after up to three layers of percent-encoding were taken off."""
        value = decoded(value)
        bits = bits_of(value)
        parts = self._parts(value) if bits >= TELLING_BITS else ()
        return Shape(id=self._id(value), length=len(value), bits=bits, parts=parts)

    def parameters(self, pairs: Iterable[tuple[str, str]]) -> tuple[Parameter, ...]:
        """Named values, at most `MAX_PARAMETERS`; a name that may be a value itself becomes `~`."""
        found: list[Parameter] = []
        for name, value in pairs:
            if len(found) == MAX_PARAMETERS:
                break
            found.append(Parameter(name=plain_name(name), value=self.shape(value)))
        return tuple(found)

    def url(self, url: str) -> tuple[str, tuple[Parameter, ...]]:
        """The bare address, and the values of its query by shape."""
        query = url.partition("#")[0].partition("?")[2]
        return bare_url(url), self.parameters(form_pairs(query)) if query else ()

    def body(self, raw: bytes | str, content_type: str) -> Body:
        """The shape of what a request carried.

        A body that is called text, or nothing, is read as JSON or a form where it is one: beacons
        carry both. Of text that is neither, the whole is one value without a name. The first
        `MAX_BODY` bytes are read.
        """
        data = raw.encode("utf-8", "replace") if isinstance(raw, str) else raw
        kind, pairs = read_body(data[:MAX_BODY], content_type)
        return Body(kind=kind, size=len(data), parameters=self.parameters(pairs))

    def _id(self, value: str) -> str:
        message = value.encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()[:ID_DIGITS]

    def _parts(self, value: str) -> tuple[str, ...]:
        """Ids of the pieces between separators, the whole of `a-b` before its halves."""
        ids: dict[str, None] = {}
        for piece in STRONG.split(value[:LONGEST_READ]):
            if len(piece) < LONG_PIECE:
                continue
            for part in (piece, *(WEAK.split(piece) if WEAK.search(piece) else ())):
                if len(ids) == MAX_PARTS:
                    return tuple(ids)
                if len(part) >= LONG_PIECE and part != value and bits_of(part) >= TELLING_BITS:
                    ids[self._id(part)] = None
        return tuple(ids)
