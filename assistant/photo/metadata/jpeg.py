"""Metadata of JPEG files: every segment that is not the picture, and what follows its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.photo.containers import jpeg
from assistant.photo.containers.parts import Broken, Piece
from assistant.photo.details import HiddenKind
from assistant.photo.metadata import iptc, mpf, values
from assistant.photo.metadata.c2pa import read_jumbf
from assistant.photo.metadata.ciff import is_ciff, read_ciff
from assistant.photo.metadata.exif import read_exif, tiff_start
from assistant.photo.metadata.gathering import Gathering
from assistant.photo.metadata.icc import read_icc
from assistant.photo.metadata.trailer import read_trailer
from assistant.photo.metadata.xmp import join_extended, read_xmp

_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_ICC = b"ICC_PROFILE\0"
_HARMLESS = (b"Adobe", b"AROT")
_PACKETS = re.compile(rb"<\?xpacket|<x:x[ma]pmeta|<rdf:RDF")
_LOST = re.compile(
    rb"(?:\xff\xe1(?P<size>..))?(?P<app1>Exif\0\0(?:II\*\0|MM\0\*)|http://ns\.adobe\.com/xap/1\.0/\0)"
    rb"|(?:\xff\xed(?P<size13>..))?Photoshop 3\.0\0",
    re.DOTALL,
)
_MOST_LOST = 20
_MOST_DEPTH = 1
_LARGE_SEGMENT = 65_000
_LARGEST_SEGMENT = 65_533


@dataclass(slots=True)
class _Pieces:
    """Blocks that are spread over several segments."""

    icc: dict[int, bytes] = field(default_factory=dict)
    extended: dict[tuple[bytes, int], bytes] = field(default_factory=dict)
    boxes: dict[bytes, list[bytes]] = field(default_factory=dict)
    photoshop: list[bytes] = field(default_factory=list)
    pictures: list[tuple[int, int, HiddenKind]] = field(default_factory=list)


def read_jpeg(data: bytes, prefix: str, out: Gathering) -> None:
    """Read a JPEG file; of a broken one, what is sound and what can be found after the break.

    Args:
        prefix: Path of the file inside another, with a slash at its end, or "".
    """
    joined = _Pieces()
    try:
        pieces = jpeg.pieces(data)
    except Broken as broken:
        pieces = broken.pieces
        out.trouble(f"{prefix or 'JPEG'}: {broken}")
        _find_lost(data, pieces[-1].end if pieces else 0, prefix, joined, out)
    for piece in pieces:
        if piece.name not in (jpeg.TRAILER, jpeg.SCAN, "SOI", "EOI"):
            _segment(data, piece, prefix, joined, out)
    _joined(joined, prefix, out)
    for number, (start, end, kind) in enumerate(joined.pictures, 1):
        where = f"{prefix}MPF/picture {number}"
        out.hide(kind, where, data[start:end])
        read_inner_jpeg(data[start:end], where, out)
    for piece in pieces:
        if piece.name == jpeg.TRAILER:
            taken = [(start, end) for start, end, _ in joined.pictures]
            read_trailer(data, piece, f"{prefix}trailer", taken, out)


def read_inner_jpeg(data: bytes, path: str, out: Gathering) -> None:
    """Read the metadata of a picture inside the file, one level deep."""
    if out.depth >= _MOST_DEPTH:
        return
    out.depth += 1
    size = out.width, out.height
    read_jpeg(data, f"{path}/", out)
    out.width, out.height = size
    out.depth -= 1


def _find_lost(data: bytes, at: int, prefix: str, joined: _Pieces, out: Gathering) -> None:
    """Segments with metadata after the place where the file is broken."""
    for number, match in enumerate(_LOST.finditer(data, at)):
        if number >= _MOST_LOST:
            return
        told = match["size"] or match["size13"]
        size = int.from_bytes(told, "big") - 2 if told else _LARGEST_SEGMENT
        start = match.start() + (4 if told else 0)
        end = min(start + max(size, 0), len(data))
        name = "APP1" if match["app1"] else "APP13"
        _segment(data, Piece(name, match.start(), end, start, end), prefix, joined, out)


def _segment(data: bytes, piece: Piece, prefix: str, joined: _Pieces, out: Gathering) -> None:
    name, path = piece.name, f"{prefix}{piece.name}"
    if name.startswith("SOF"):
        head = data[piece.body_start : piece.body_start + 5]
        out.height, out.width = int.from_bytes(head[1:3], "big"), int.from_bytes(head[3:5], "big")
    elif name == "COM":
        out.add("File", "Comment", values.text(piece.body(data)), path)
    elif name.startswith("APP"):
        body = piece.body(data)
        if not _application(data, piece, path, joined, out) and any(body):
            label = values.text(body[:24]) if body[:3].isalnum() and body[:3].isascii() else ""
            short = re.sub(r"[^A-Za-z0-9_.-].*", "", label)[:16]
            out.leave(f"{path}/{short}" if short else path, len(body))


def _application(data: bytes, piece: Piece, path: str, joined: _Pieces, out: Gathering) -> bool:
    """Read an application segment; False where nobody knows it."""
    body = piece.body(data)
    if body.startswith(_XMP):
        read_xmp(body[len(_XMP) :], f"{path}/XMP", out)
    elif body.startswith(_EXTENDED):
        rest = body[len(_EXTENDED) :]
        joined.extended[rest[:32], int.from_bytes(rest[36:40], "big")] = rest[40:]
    elif piece.name == "APP1" and (body.startswith(_EXIF) or tiff_start(body) is not None):
        read_exif(body, f"{path}/Exif", out)
    elif body.startswith(_ICC):
        joined.icc[body[12] if len(body) > 12 else 0] = body[14:]
    elif body.startswith(mpf.SIGNATURE):
        start = piece.body_start + len(mpf.SIGNATURE)
        joined.pictures += mpf.further_pictures(data, body, start, out)
    elif piece.name == "APP11" and body.startswith(b"JP"):
        _boxes(body, joined)
    elif body.startswith(iptc.SIGNATURE):
        joined.photoshop.append(body[len(iptc.SIGNATURE) :])
    elif piece.name == "APP0":
        return _jfif(body, path, out)
    elif piece.name == "APP12":
        return _app12(body, path, out)
    else:
        return body.startswith(_HARMLESS) or _loose(piece.name, body, path, out)
    return True


def _loose(name: str, body: bytes, path: str, out: Gathering) -> bool:
    """XMP or Photoshop resources that an odd header precedes."""
    if name == "APP1" and (match := _PACKETS.search(body, 0, 1_000)):
        out.trouble(f"{path}: the header of the XMP is damaged")
        read_xmp(body[match.start() :], f"{path}/XMP", out)
        return True
    at = body.find(b"8BIM", 0, 64) if name == "APP13" else -1
    if at >= 0:
        out.trouble(f"{path}: the header of the Photoshop resources is damaged")
        iptc.read_photoshop(body[at:], f"{path}/Photoshop", out)
    return at >= 0


def _boxes(body: bytes, joined: _Pieces) -> None:
    """One piece of a JUMBF box: the first of a number keeps its header, the others lose it."""
    pieces = joined.boxes.setdefault(body[2:4], [])
    head = 8 if body[8:12] != b"\0\0\0\x01" else 16
    pieces.append(body[8:] if not pieces else body[8 + head :])


def _joined(joined: _Pieces, prefix: str, out: Gathering) -> None:
    if joined.icc:
        profile = b"".join(piece for _, piece in sorted(joined.icc.items()))
        read_icc(profile, f"{prefix}APP2/ICC", out)
    for packet in join_extended(joined.extended):
        read_xmp(packet, f"{prefix}APP1/extended XMP", out)
    for pieces in joined.boxes.values():
        read_jumbf(b"".join(pieces), f"{prefix}APP11/C2PA", out)
    if joined.photoshop and len(joined.photoshop[0]) > _LARGE_SEGMENT:
        joined.photoshop = [b"".join(joined.photoshop)]
    for resources in joined.photoshop:
        iptc.read_photoshop(resources, f"{prefix}APP13/Photoshop", out)


def _jfif(body: bytes, path: str, out: Gathering) -> bool:
    """JFIF's own thumbnails: pixels, or a JPEG in its extension."""
    if body.startswith(b"JFIF\0"):
        if len(body) > 14:
            _pixels(body[12], body[13], body[14:], path, out)
        return True
    if body.startswith(b"JFXX\0") and len(body) > 6:
        if body[5] == 0x10:
            out.hide(HiddenKind.THUMBNAIL, f"{path}/JFXX", body[6:])
        elif body[5] == 0x13 and len(body) > 8:
            _pixels(body[6], body[7], body[8:], f"{path}/JFXX", out)
        elif len(body) > 8 + 768:
            palette = body[8 : 8 + 768]
            pixels = b"".join(palette[3 * i : 3 * i + 3] for i in body[8 + 768 :])
            _pixels(body[6], body[7], pixels, f"{path}/JFXX", out)
        return True
    if is_ciff(body):
        read_ciff(body, f"{path}/CIFF", out)
        return True
    return False


def _pixels(width: int, height: int, pixels: bytes, path: str, out: Gathering) -> None:
    """A thumbnail without a format, as a PPM file."""
    size = 3 * width * height
    if size and len(pixels) >= size:
        head = f"P6 {width} {height} 255\n".encode()
        out.hide(HiddenKind.THUMBNAIL, f"{path}/thumbnail", head + pixels[:size])


def _app12(body: bytes, path: str, out: Gathering) -> bool:
    """`Ducky` of "save for web", or the picture info of old cameras."""
    if body.startswith(b"Ducky"):
        at = 5
        while at + 4 <= len(body) and (kind := int.from_bytes(body[at : at + 2], "big")):
            size = int.from_bytes(body[at + 2 : at + 4], "big")
            if kind in (2, 3):
                told = values.wide_text(body[at + 8 : at + 4 + size], "big")
                out.add("Ducky", "Comment" if kind == 2 else "Copyright", told, path)
            at += 4 + size
        return True
    told = values.text(body)
    if b"=" in body and values.readable(re.sub(r"\s", "", told)):
        for line in told.splitlines()[:200]:
            name, mark, word = line.partition("=")
            if mark and name.strip():
                out.add("APP12", re.sub(r"\W", "", name) or "Text", word.strip(), path)
        return True
    return False
