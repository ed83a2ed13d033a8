"""Photoshop image resources and the IPTC records in them.

Source: IPTC-IIM 4.2; Adobe Photoshop file formats specification, image resources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import HiddenKind
from assistant.photo.metadata import values
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.xmp import read_xmp

SIGNATURE = b"Photoshop 3.0\0"
_SIGNATURES = (b"8BIM", b"PHUT", b"AgHg", b"DCSR", b"MeSa")
_MOST_RESOURCES = 500
_MOST_RECORDS = 2_000
_IPTC, _THUMBNAIL_BGR, _THUMBNAIL, _ICC, _XMP = 0x0404, 0x0409, 0x040C, 0x040F, 0x0424
_EXIF = (0x0422, 0x0423)
_THUMBNAIL_HEADER = 28
_PREVIEW = (2, 202)
_CHARSET = (1, 90)


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class IptcNames:
    """Names of data sets and resources.

    Attributes:
        records: Record → data set → name.
        numbers: `record:set` of those that are a number, not a text.
        resources: Image resource that holds a text → name.
        harmless: First and last id of ranges of settings that tell of print and screen only.
    """

    sources: tuple[str, ...]
    records: Mapping[int, Mapping[int, str]]
    numbers: tuple[str, ...]
    resources: Mapping[int, str]
    harmless: tuple[tuple[int, int], ...]


@cache
def iptc_names() -> IptcNames:
    """The packaged ones."""
    return load_yaml(IptcNames, folder("photo") / "tags_iptc.yaml")


def read_photoshop(data: bytes, path: str, out: Gathering) -> None:
    """Read a row of image resources, with or without the signature before them."""
    if not out.enter():
        return
    from assistant.photo.metadata.exif import read_exif

    if data.startswith(SIGNATURE):
        data = data[len(SIGNATURE) :]
    for number, body in _resources(data, path, out):
        if number == _IPTC:
            read_iptc(body, f"{path}/IPTC", out)
        elif number in (_THUMBNAIL, _THUMBNAIL_BGR):
            _thumbnail(body, number, path, out)
        elif number in _EXIF:
            read_exif(body, f"{path}/Exif", out)
        elif number == _XMP:
            read_xmp(body, f"{path}/XMP", out)
        elif number == _ICC:
            read_icc(body, f"{path}/ICC", out)
        else:
            _other(number, body, path, out)


def _resources(data: bytes, path: str, out: Gathering) -> Iterator[tuple[int, bytes]]:
    at = count = 0
    while at + 12 <= len(data):
        count += 1
        if data[at : at + 4] not in _SIGNATURES or count > _MOST_RESOURCES:
            if any(data[at:]):
                out.trouble(f"{path}: the Photoshop resources are damaged")
            return
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = 1 + data[at + 6]
        start = at + 6 + name + name % 2 + 4
        size = int.from_bytes(data[start - 4 : start], "big")
        if start + size > len(data):
            out.trouble(f"{path}: a Photoshop resource is cut")
            size = max(0, len(data) - start)
        yield number, data[start : start + size]
        at = start + size + size % 2


def _thumbnail(body: bytes, number: int, path: str, out: Gathering) -> None:
    name = "PhotoshopThumbnail" if number == _THUMBNAIL else "PhotoshopBGRThumbnail"
    picture = body[_THUMBNAIL_HEADER:]
    if picture.startswith(b"\xff\xd8"):
        out.hide(HiddenKind.THUMBNAIL, f"{path}/thumbnail", picture)
    elif picture:
        out.leave(f"{path}/thumbnail", len(body))
    out.add("Photoshop", name, f"({len(picture)} bytes)", path)


def _other(number: int, body: bytes, path: str, out: Gathering) -> None:
    names = iptc_names()
    if number in names.resources:
        out.add("Photoshop", names.resources[number], _resource_text(number, body), path)
    elif not any(first <= number <= last for first, last in names.harmless):
        out.leave(f"{path}/resource {number}", len(body))


def _resource_text(number: int, body: bytes) -> str:
    """The text of a resource: Unicode with its length before it, or plain."""
    if number == 0x041A:  # slices: a version and a rectangle before the group's name
        return _unicode(body[20:])
    if number == 0x0421:  # version: the names of the programs that wrote and can read it
        writer = 5
        size = 4 + 2 * int.from_bytes(body[writer : writer + 4], "big")
        programs = [_unicode(body[writer:]), _unicode(body[writer + size :])]
        return "; ".join(dict.fromkeys(name for name in programs if name))
    return values.blob(body, len(body))


def _unicode(data: bytes) -> str:
    size = 2 * min(int.from_bytes(data[:4], "big"), 2_000)
    return values.wide_text(data[4 : 4 + size], "big")


def read_iptc(data: bytes, path: str, out: Gathering) -> None:
    """Read IPTC records."""
    if not out.enter():
        return
    names = iptc_names()
    utf8 = False
    for record, number, body in _records(data, path, out):
        if (record, number) == _CHARSET:
            utf8 = body == b"\x1b%G"
        elif (record, number) == _PREVIEW:
            out.hide(HiddenKind.PREVIEW, f"{path}/preview", body)
            continue
        name = names.records.get(record, {}).get(number)
        if f"{record}:{number}" in names.numbers:
            told = str(int.from_bytes(body[:8], "big"))
        elif utf8:
            told = body.decode("utf-8", "replace").strip("\0 ")
        else:
            told = values.text(body)
        if record in names.records or values.readable(told):
            out.add("IPTC", name or f"Tag{record}:{number}", told, path)
        else:
            out.leave(f"{path}/{record}:{number}", len(body))


def _records(data: bytes, path: str, out: Gathering) -> Iterator[tuple[int, int, bytes]]:
    at = count = 0
    while at + 5 <= len(data):
        if data[at] != 0x1C or count >= _MOST_RECORDS:
            if any(data[at:]):
                out.trouble(f"{path}: the IPTC records are damaged")
            return
        count += 1
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        start = at + 5
        if size & 0x8000:
            wide = min(size & 0x7FFF, 8)
            size = int.from_bytes(data[start : start + wide], "big")
            start += wide
        if start + size > len(data):
            out.trouble(f"{path}: an IPTC record is cut")
            size = max(0, len(data) - start)
        yield data[at + 1], data[at + 2], data[start : start + size]
        at = start + size
