"""Colour profiles: what they are called and who made them.

Source: ICC.1:2022, sections 7 and 10.
"""

from __future__ import annotations

from assistant.photo.metadata import values
from assistant.photo.metadata.gathering import Gathering

_HEADER = 128
_MOST_TAGS = 100
_TOLD = {
    b"desc": "ProfileDescription",
    b"cprt": "ProfileCopyright",
    b"dmnd": "DeviceMfgDesc",
    b"dmdd": "DeviceModelDesc",
}


def read_icc(data: bytes, path: str, out: Gathering) -> None:
    """Read the texts of a profile."""
    if not out.enter():
        return
    if data[36:40] != b"acsp":
        out.trouble(f"{path}: the colour profile is damaged")
        return
    maker = values.blob(data[48:52].strip(), 4)
    if maker and any(data[48:52]):
        out.add("ICC_Profile", "DeviceManufacturer", maker, path)
    count = min(int.from_bytes(data[_HEADER : _HEADER + 4], "big"), _MOST_TAGS)
    for number in range(count):
        at = _HEADER + 4 + 12 * number
        name = _TOLD.get(data[at : at + 4])
        if name:
            start = int.from_bytes(data[at + 4 : at + 8], "big")
            size = int.from_bytes(data[at + 8 : at + 12], "big")
            if told := _text(data[start : start + min(size, 1 << 16)]):
                out.add("ICC_Profile", name, told, path)


def _text(body: bytes) -> str:
    """A text of one of the three kinds that profiles use."""
    if body[:4] == b"desc":
        size = int.from_bytes(body[8:12], "big")
        return values.text(body[12 : 12 + size])
    if body[:4] == b"text":
        return values.text(body[8:])
    if body[:4] == b"mluc":
        size = int.from_bytes(body[20:24], "big")
        start = int.from_bytes(body[24:28], "big")
        return values.wide_text(body[start : start + size], "big")
    return ""
