"""The copy to share: cleaned, covered where asked, written anew only where the person allows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.photo.clean import CannotClean, Cleaned, Style, clean, redact, reencode, same_pixels
from assistant.photo.containers.parts import Format, sniff
from assistant.photo.details import Box


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was proved as far as it can be.

    Attributes:
        lossless: Whether all pixels outside covered boxes are as they were.
        removed: What it carries no more, in plain words, each once.
    """

    data: bytes
    format: Format
    lossless: bool
    removed: tuple[str, ...]


def make_copy(
    data: bytes, *, boxes: Sequence[Box] = (), style: Style = Style.SOLID, anew: bool = False
) -> Copy:
    """A copy without metadata, with boxes covered.

    Args:
        boxes: In pixels of the picture as shown.
        anew: Whether the picture may be encoded anew where nothing else works.

    Raises:
        CannotClean: No such copy can be made; nothing is given back.
    """
    if boxes:
        return _covered(data, boxes, style, anew=anew)
    try:
        cleaned, lossless = _cleaned(data), True
    except CannotClean as refusal:
        if not (anew and refusal.reencode):
            raise
        cleaned, lossless = reencode(data), False
    return Copy(cleaned.data, cleaned.format, lossless, _words(cleaned))


def _cleaned(data: bytes) -> Cleaned:
    """The copy, after its pixels were compared. Of a video, picture and sound are not decoded:
    `clean` keeps their bytes where they are.

    Raises:
        CannotClean: As `clean`; or the pixels are not the same, which is a fault of ours; or
            nobody can tell, because the original cannot be decoded.
    """
    cleaned = clean(data)
    same = cleaned.format is Format.MP4 or same_pixels(data, cleaned.data)
    if same is None:
        raise CannotClean(
            "The picture cannot be decoded here, so nobody can say that a copy shows the same.",
            reencode=False,
        )
    if not same:
        raise CannotClean("The copy would not show the same picture.", reencode=True)
    return cleaned


def _covered(data: bytes, boxes: Sequence[Box], style: Style, *, anew: bool) -> Copy:
    try:
        redacted = redact(data, boxes, style)
    except CannotClean as refusal:
        if not (anew and refusal.reencode):
            raise
        redacted = redact(reencode(data).data, boxes, style)
    found = sniff(redacted.data)
    if found is None:
        raise CannotClean("The covered picture could not be written.", reencode=False)
    words = ("everything but the picture", f"what was under {len(redacted.boxes)} covered boxes")
    return Copy(redacted.data, found, redacted.lossless, words)


def _words(cleaned: Cleaned) -> tuple[str, ...]:
    return tuple(dict.fromkeys(removed.what for removed in cleaned.removed))
