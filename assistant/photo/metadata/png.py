"""Metadata of PNG files: texts, Exif, profiles, times, credentials and unknown chunks.

Source: W3C PNG, third edition, section 11.3; ImageMagick's raw profiles.
"""

from __future__ import annotations

import re
import zlib

from assistant.photo.containers import png
from assistant.photo.containers.parts import Broken
from assistant.photo.metadata import gathering, values
from assistant.photo.metadata.c2pa import read_jumbf
from assistant.photo.metadata.exif import read_exif
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.iptc import read_iptc, read_photoshop
from assistant.photo.metadata.trailer import read_trailer
from assistant.photo.metadata.xmp import read_xmp

MOST_INFLATED = 4 << 20
_PICTURE = frozenset(
    {"IDAT", "IEND", "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "hIST", "pHYs"}
    | {"sPLT", "fcTL", "fdAT", "cICP", "mDCV", "cLLI", "oFFs", "sTER", "sCAL", "pCAL", "iDOT"}
    | {"vpAg", "CgBI", "gIFg", "msOG"}
)
_XMP = "XML:com.adobe.xmp"
_RAW_PROFILE = re.compile(r"Raw profile type (\w+)", re.IGNORECASE)


def read_png(data: bytes, out: Gathering) -> None:
    """Read a PNG file; of a broken one the sound chunks."""
    try:
        pieces = png.pieces(data)
    except Broken as broken:
        pieces = broken.pieces
        out.trouble(f"PNG: {broken}")
    for piece in pieces:
        if piece.name in _PICTURE:
            continue
        body = piece.body(data)
        if piece.name == "IHDR":
            out.width, out.height = (int.from_bytes(body[at : at + 4], "big") for at in (0, 4))
        elif piece.name == png.TRAILER:
            read_trailer(data, piece, "trailer", (), out)
        else:
            _chunk(piece.name, body, out)


def _chunk(name: str, body: bytes, out: Gathering) -> None:
    if name in ("tEXt", "zTXt", "iTXt"):
        _text(name, body, out)
    elif name == "eXIf":
        read_exif(body, "eXIf", out)
    elif name == "zxIf":
        if found := _inflated(body[5:], name, out):
            read_exif(found, name, out)
    elif name == "iCCP":
        title, _, rest = body.partition(b"\0")
        out.add("PNG", "ProfileName", values.text(title), name)
        if profile := _inflated(rest[1:], name, out):
            read_icc(profile, "iCCP", out)
    elif name == "tIME" and len(body) >= 7:
        year, rest = int.from_bytes(body[:2], "big"), body[2:7]
        told = f"{year:04}:{rest[0]:02}:{rest[1]:02} {rest[2]:02}:{rest[3]:02}:{rest[4]:02}"
        out.add("PNG", "ModifyDate", told, name)
    elif name == "caBX":
        read_jumbf(body, "caBX/C2PA", out)
    elif name == "acTL":
        out.frames = max(1, int.from_bytes(body[:4], "big"))
    else:
        out.leave(name if name.isalnum() and name.isascii() else "chunk", len(body))


def _text(name: str, body: bytes, out: Gathering) -> None:
    """A keyword and its text, plain or deflated."""
    raw_keyword, _, rest = body.partition(b"\0")
    keyword = raw_keyword[:79].decode("latin-1").strip()
    path = f"{name}/{re.sub(r'[^ -~]', '', keyword)}"
    if name == "tEXt":
        told = rest
    elif name == "zTXt":
        told = _inflated(rest[1:], path, out)
    else:
        deflated = rest[:1] == b"\x01"
        _, _, rest = rest[2:].partition(b"\0")
        _, _, told = rest.partition(b"\0")
        if deflated:
            told = _inflated(told, path, out)
    if keyword == _XMP:
        read_xmp(told, path, out)
    elif match := _RAW_PROFILE.fullmatch(keyword):
        _profile(match[1].lower(), told, path, out)
    else:
        out.add("PNG", _tag(keyword), values.text(told[: values.LONGEST_TEXT]), path)


def _tag(keyword: str) -> str:
    """A keyword as a tag's name: `date:create` as `Datecreate`."""
    name = re.sub(r"[^A-Za-z0-9_-]", "", keyword)
    return name[:1].upper() + name[1:] or "Text"


def _profile(kind: str, told: bytes, path: str, out: Gathering) -> None:
    """A whole block in hexadecimal, after two lines with its name and length."""
    parts = told.split(None, 2)
    try:
        block = bytes.fromhex(parts[2].decode("ascii")) if len(parts) == 3 else b""
    except ValueError:
        block = b""
    if not block:
        out.trouble(f"{path}: the profile is damaged")
    elif kind in ("exif", "app1"):
        if b"<x:xmpmeta" in block[:400] or block.startswith(b"http://ns.adobe.com/xap/"):
            read_xmp(block, path, out)
        else:
            read_exif(block, path, out)
    elif kind == "xmp":
        read_xmp(block, path, out)
    elif kind in ("iptc", "8bim"):
        if block[:4] == b"8BIM" or block.startswith(b"Photoshop"):
            read_photoshop(block, path, out)
        else:
            read_iptc(block, path, out)
    elif kind in ("icc", "icm"):
        read_icc(block, path, out)
    else:
        out.leave(path, len(block))


def _inflated(data: bytes, path: str, out: Gathering) -> bytes:
    """Up to `MOST_INFLATED` bytes; what is damaged or larger is told."""
    if out.inflated >= gathering.MOST_INFLATED:
        out.trouble("the compressed texts together are too large, the rest was left out")
        return b""
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, MOST_INFLATED)
    except zlib.error:
        out.trouble(f"{path}: the compressed text is damaged")
        return b""
    out.inflated += len(found)
    if inflater.unconsumed_tail:
        out.trouble(f"{path}: the compressed text is larger than {MOST_INFLATED >> 20} MB")
    elif not inflater.eof:
        out.trouble(f"{path}: the compressed text is cut")
    return found
