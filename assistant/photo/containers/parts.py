"""What the formats have in common: a file as a row of pieces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """Image and video formats that are told by their first bytes, never by a file's name."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    TIFF = "tiff"
    """Also DNG and other raw formats that are TIFF inside."""
    HEIF = "heif"
    """HEIC and HEIF."""
    AVIF = "avif"
    MP4 = "mp4"
    """Also MOV and M4V."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file: a JPEG segment, a PNG or RIFF chunk, a GIF block, an ISO box.

    Attributes:
        name: As the format names it: `APP1`, `tEXt`, `EXIF`, `moov`.
        start, end: Bytes of the whole piece in the file, end exclusive.
        body_start, body_end: The same of its content without lengths and checksums.
        depth: 0 at the top of the file; one more inside another piece.
    """

    name: str
    start: int
    end: int
    body_start: int
    body_end: int
    depth: int = 0

    def body(self, data: bytes) -> bytes:
        """The content of the piece in the file's bytes."""
        return data[self.body_start : self.body_end]


class Broken(ValueError):
    """The file does not hold what its format promises: cut, damaged or not of that format.

    Carries the pieces that were sound before that.
    """

    def __init__(self, reason: str, pieces: tuple[Piece, ...] = ()) -> None:
        super().__init__(reason)
        self.pieces = pieces


_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II\x2b\0", Format.TIFF),
    (b"MM\0\x2b", Format.TIFF),
    (b"IIRO", Format.TIFF),
    (b"IIU\0", Format.TIFF),
)
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def sniff(data: bytes) -> Format | None:
    """The format by the first bytes; None for anything else."""
    for magic, found in _MAGIC:
        if data.startswith(magic):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    if data[4:8] == b"ftyp":
        return _iso_format(data)
    return Format.MP4 if data[4:8] in _QUICKTIME else None


def _iso_format(data: bytes) -> Format:
    """Which of the formats of ISO base media files, by the brands it says it is compatible with."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, size, 4))}
    if brands & {b"avif", b"avis"}:
        return Format.AVIF
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
        return Format.HEIF
    return Format.MP4
