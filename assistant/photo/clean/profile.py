"""Colour profiles: they stay, since colours are wrong without them, and are named (ICC.1)."""

from __future__ import annotations

from assistant.photo.clean.shapes import plain

_HEADER = 128
_MOST_TAGS = 200
_STANDARD = (
    b"srgb", b"display p3", b"adobe rgb", b"apple rgb", b"prophoto", b"romm", b"rec. ", b"rec2020",
    b"rec709", b"bt.709", b"bt.2020", b"gray gamma", b"grey gamma", b"dot gain", b"grayscale",
    b"wide gamut rgb", b"generic", b"u.s. web coated", b"coated fogra", b"uncoated fogra", b"swop",
    b"iso coated", b"pso coated", b"japan color", b"eurostandard", b"colormatch", b"scrgb", b"c2",
    b"dci-p3", b"linear", b"uncalibrated", b"artifex", b"sgry", b"sp3c", b"rtrc",
)  # fmt: skip


def sound(profile: bytes) -> bytes:
    """The profile as long as it says it is; empty for what is no profile."""
    size = int.from_bytes(profile[:4], "big")
    good = _HEADER <= size <= len(profile) and profile[36:40] == b"acsp"
    return profile[:size] if good else b""


def note(profile: bytes) -> str:
    """What is kept, in words."""
    name = _description(profile)
    if not name:
        return "colour profile"
    if any(word in name.lower() for word in _STANDARD):
        return f"colour profile ({plain(name)})"
    return f"colour profile ({plain(name)}), which may tell the device or program"


def _description(profile: bytes) -> bytes:
    """The profile's own name in ASCII; empty where it has none."""
    count = int.from_bytes(profile[_HEADER : _HEADER + 4], "big")
    for at in range(_HEADER + 4, _HEADER + 4 + 12 * min(count, _MOST_TAGS), 12):
        if profile[at : at + 4] == b"desc":
            start, size = (int.from_bytes(profile[at + i : at + i + 4], "big") for i in (4, 8))
            return _text(profile[start : start + min(size, 4096)])
    return b""


def _text(tag: bytes) -> bytes:
    if tag[:4] == b"desc":
        return tag[12 : 12 + int.from_bytes(tag[8:12], "big")].rstrip(b"\0")
    if tag[:4] == b"mluc":
        size, start = (int.from_bytes(tag[i : i + 4], "big") for i in (20, 24))
        text = tag[start : start + size].decode("utf-16-be", "replace")
        return text.encode("ascii", "replace").rstrip(b"\0")
    return b""
