"""Reading what the browser tells: JSON of which nothing is taken for granted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import cast

Json = Mapping[str, object]


def from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return text.encode("utf-8", "replace")


def status_of(response: Json) -> int | None:
    status = response.get("status")
    return int(status) if isinstance(status, int | float) and 100 <= status <= 599 else None


def object_of(holder: Json, name: str) -> Json:
    value = holder.get(name)
    return cast("Json", value) if isinstance(value, dict) else {}


def objects_of(holder: Json, name: str) -> Iterator[Json]:
    value = holder.get(name)
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def text_of(holder: Json, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def number_of(holder: Json, name: str) -> float:
    value = holder.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
