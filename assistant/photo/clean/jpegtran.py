"""Covering blocks of a JPEG without encoding the others anew, where `jpegtran` is installed.

The program is libjpeg-turbo's or the IJG's. What it gives back is believed only after the
pixels are compared.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from assistant.photo.clean.covering import Style, corners_of, mosaic
from assistant.photo.clean.pixels import Undecodable, decoded
from assistant.photo.details import Box

if TYPE_CHECKING:
    from PIL import Image

_LIMIT_S = 60.0
_BLEND = 2
"""Pixels beside a box whose colours a decoder may blend with those inside it."""
_NEAR = 2.0
"""Mean difference of a mosaic from what was asked for that rounding explains; of 255."""


def cover_blocks(
    data: bytes, picture: Image.Image, boxes: Sequence[Box], style: Style, across: bool
) -> bytes | None:
    """The JPEG with the blocks under the boxes covered.

    Args:
        data: The JPEG, already clean.
        picture: The same, decoded.
        boxes: In the picture as stored, as `grown` gives them.
        across: As for `covering.cover`.

    Returns:
        None where the program is not there, fails, or does something else than it should.
    """
    program = shutil.which("jpegtran")
    if program is None or (style is Style.MOSAIC and picture.mode not in ("L", "RGB")):
        return None
    tiles = [_tile(picture, box, across) if style is Style.MOSAIC else None for box in boxes]
    until = monotonic() + _LIMIT_S
    with tempfile.TemporaryDirectory() as folder:
        for box, tile in zip(boxes, tiles, strict=True):
            asked = _asked(Path(folder), box, tile)
            done = _run(program, data, asked, until - monotonic())
            if done is None:
                return None
            data = done
    return data if _right(data, picture, boxes, tiles) else None


def grown(picture: Image.Image, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """The boxes on the grid of the blocks that a JPEG stores together, cut to the picture."""
    wide, high = (8 * max(layer[i] for layer in getattr(picture, "layer")) for i in (1, 2))  # noqa: B009
    found = []
    for box in boxes:
        left, top = box.x // wide * wide, box.y // high * high
        right = min(picture.width, -(-(box.x + box.width) // wide) * wide)
        bottom = min(picture.height, -(-(box.y + box.height) // high) * high)
        found.append(Box(left, top, right - left, bottom - top))
    return tuple(found)


def _tile(picture: Image.Image, box: Box, across: bool) -> bytes:
    """The mosaic of a box as a JPEG with the tables of the whole."""
    out = io.BytesIO()
    part = mosaic(picture.crop(corners_of(box)), across)
    part.save(out, "JPEG", **tables(picture))
    return out.getvalue()


def tables(picture: Image.Image) -> dict[str, object]:
    """How a JPEG was encoded, as arguments to encode another one alike."""
    from PIL import JpegImagePlugin

    own: dict[int, list[int]] = getattr(picture, "quantization", {})
    sampling = JpegImagePlugin.get_sampling(picture)
    alike: dict[str, object] = {} if picture.mode == "L" else {"subsampling": max(0, sampling)}
    if own and max(map(max, own.values())) < 256:
        return alike | {"qtables": [own[number] for number in sorted(own)]}
    return alike | {"quality": 92}


def _asked(folder: Path, box: Box, tile: bytes | None) -> list[str]:
    if tile is None:
        return ["-wipe", f"{box.width}x{box.height}+{box.x}+{box.y}"]
    path = folder / "tile.jpg"
    path.write_bytes(tile)
    return ["-trim", "-drop", f"+{box.x}+{box.y}", str(path)]


def _run(program: str, data: bytes, asked: list[str], limit_s: float) -> bytes | None:
    if limit_s <= 0:
        return None
    progressive = ["-progressive"] if b"\xff\xc2" in data else []
    command = [program, "-copy", "all", "-optimize", *progressive, *asked]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, numbers and our own file
            command, input=data, capture_output=True, timeout=limit_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None


def _right(
    data: bytes, before: Image.Image, boxes: Sequence[Box], tiles: Sequence[bytes | None]
) -> bool:
    """Whether the boxes are covered as they should be and all else is the same."""
    from PIL import ImageChops

    try:
        after = decoded(data)
        meant = [decoded(tile) if tile else None for tile in tiles]
    except Undecodable:
        return False
    if (after.mode, after.size) != (before.mode, before.size):
        return False
    change = ImageChops.difference(before, after)
    for box in boxes:
        left, top, right, bottom = corners_of(box)
        change.paste(0, (left - _BLEND, top - _BLEND, right + _BLEND, bottom + _BLEND))
    if change.getbbox() is not None:
        return False
    # A later box may lie over an earlier one, so that only the last is as it was drawn.
    alone = [
        place
        for place, box in enumerate(boxes)
        if not any(_touch(box, other) for other in boxes[place + 1 :])
    ]
    return all(_covered(after, boxes[place], meant[place]) for place in alone)


def _touch(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width + _BLEND
        and other.x < one.x + one.width + _BLEND
        and one.y < other.y + other.height + _BLEND
        and other.y < one.y + one.height + _BLEND
    )


def _covered(after: Image.Image, box: Box, meant: Image.Image | None) -> bool:
    """Whether the inside of a box is of one colour, or the mosaic that was meant."""
    from PIL import ImageChops, ImageStat

    left, top, right, bottom = corners_of(box)
    inner = (
        _BLEND if left else 0,
        _BLEND if top else 0,
        box.width - (_BLEND if right < after.width else 0),
        box.height - (_BLEND if bottom < after.height else 0),
    )
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        return True
    part = after.crop((left, top, right, bottom)).crop(inner)
    if meant is None:
        return all(low == high for low, high in ImageStat.Stat(part).extrema)
    same = meant.mode == part.mode and meant.size == (box.width, box.height)
    change = ImageStat.Stat(ImageChops.difference(part, meant.crop(inner))).mean if same else [255]
    return max(change) <= _NEAR
