"""Regions are covered for good, and what is not covered stays."""

from __future__ import annotations

import io
import itertools
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from assistant.photo.clean import BadBox, CannotClean, Style, clean, redact
from assistant.photo.clean.orientation import minimal_exif, shown_size, turn_back, turn_box
from assistant.photo.details import Box
from tests.photo import clean_images as made

BOX = Box(20, 18, 24, 20)
needs_jpegtran = pytest.mark.skipif(
    shutil.which("jpegtran") is None, reason="jpegtran is not installed"
)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is all of the path, so that no program is found but what is put there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def shown(data: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data)))


def inside(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.x + box.width, box.y + box.height


def change_outside(before: bytes, after: bytes, boxes: tuple[Box, ...], edge: int = 0) -> int:
    """The largest difference of a pixel outside of the boxes."""
    change = ImageChops.difference(shown(before).convert("RGB"), shown(after).convert("RGB"))
    for box in boxes:
        left, top, right, bottom = inside(box)
        change.paste(0, (left - edge, top - edge, right + edge, bottom + edge))
    return max(high for _, high in change.getextrema())


def spread(data: bytes, box: Box) -> int:
    """How much the pixels in a box differ; 0 for one colour."""
    return max(h - low for low, h in shown(data).convert("RGB").crop(inside(box)).getextrema())


def test_a_png_is_covered_and_all_else_stays() -> None:
    data = made.png_with(made.png(), b"".join(made.PNG_DETAILS.values()))
    found = redact(data, [BOX])
    assert found.lossless
    assert found.boxes == (BOX,)
    assert spread(found.data, BOX) == 0
    assert change_outside(data, found.data, found.boxes) == 0
    assert made.SECRET not in found.data
    assert clean(found.data).removed == ()


def test_a_mosaic_is_never_finer_than_a_quarter_of_its_height() -> None:
    noise = Image.effect_noise((90, 70), 90).convert("RGB")
    data = made.png(noise)
    found = redact(data, [Box(5, 7, 40, 22)], Style.MOSAIC)
    part = shown(found.data).crop((5, 7, 45, 29))
    columns = [part.getpixel((x, 0)) for x in range(part.width)]
    rows = [part.getpixel((0, y)) for y in range(part.height)]
    assert len(set(rows)) <= 4
    runs = [1]
    for left, right in itertools.pairwise(columns):
        if left == right:
            runs[-1] += 1
        else:
            runs.append(1)
    assert min(runs) >= 5
    assert change_outside(data, found.data, found.boxes) == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
@pytest.mark.parametrize("style", Style)
def test_every_kind_of_png_can_be_covered(mode: str, style: Style) -> None:
    picture = made.photo("L" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = Image.frombytes("I;16", picture.size, made.photo("LA").tobytes())
    data = made.png(picture)
    found = redact(data, [BOX], style)
    assert found.lossless
    after = Image.open(io.BytesIO(found.data))
    assert after.getpixel((1, 1)) == picture.convert(after.mode).getpixel((1, 1))
    part = after.crop(inside(BOX))
    cells = {part.getpixel((x, y)) for x in range(part.width) for y in range(part.height)}
    assert len(cells) <= (1 if style is Style.SOLID else 16)


def test_what_shone_through_is_covered_as_well() -> None:
    picture = made.photo("RGBA")
    picture.putalpha(0)
    found = redact(made.png(picture), [BOX])
    part = Image.open(io.BytesIO(found.data)).crop(inside(BOX))
    assert part.getcolors() == [(BOX.width * BOX.height, (0, 0, 0, 255))]


def test_the_colours_of_a_png_stay() -> None:
    data = made.png_with(made.png(), made.chunk(b"gAMA", (45455).to_bytes(4, "big")))
    assert b"gAMA" in redact(data, [BOX]).data
    data = made.png(icc_profile=made.colours())
    found = Image.open(io.BytesIO(redact(data, [BOX]).data))
    assert found.info["icc_profile"] == made.colours()


@pytest.mark.parametrize("lossless", [True, False])
def test_a_webp_becomes_a_png_with_the_same_pixels(lossless: bool) -> None:
    data = made.webp(lossless=lossless, exif=made.exif(6))
    found = redact(data, [BOX])
    assert found.data[1:4] == b"PNG"
    assert found.lossless
    assert spread(found.data, BOX) == 0
    assert change_outside(data, found.data, found.boxes) == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_without_the_program_a_jpeg_is_encoded_anew(alone: Path, orientation: int) -> None:
    exif = b"Exif\0\0" + minimal_exif(orientation)
    data = made.jpeg(exif=exif, icc_profile=made.colours(), subsampling=0)
    found = redact(made.after_first(data, made.JPEG_DETAILS["comment"]), [BOX])
    assert not found.lossless
    assert made.SECRET not in found.data
    [box] = found.boxes
    assert box.x <= BOX.x and box.x + box.width >= BOX.x + BOX.width
    assert box.y <= BOX.y and box.y + box.height >= BOX.y + BOX.height
    assert box.width <= BOX.width + 14 and box.height <= BOX.height + 14
    assert spread(found.data, box) == 0
    assert change_outside(data, found.data, found.boxes) < 16
    after = Image.open(io.BytesIO(found.data))
    assert after.info["icc_profile"] == made.colours()
    assert clean(found.data).removed == ()


def program(folder: Path, text: str) -> None:
    """A `jpegtran` that does what the text says, with `data` read and `out` to be written."""
    path = folder / "jpegtran"
    path.write_text(
        f"#!{sys.executable}\nimport io, sys\nfrom PIL import Image\n"
        f"data = sys.stdin.buffer.read()\n{text}\nsys.stdout.buffer.write(out)\n"
    )
    path.chmod(0o755)


@pytest.mark.parametrize(
    "text",
    [
        "out = data",
        "out = b''",
        "out = data[:99]",
        "sys.exit(1)",
        "picture = Image.open(io.BytesIO(data)).transpose(0)\n"
        "out = io.BytesIO(); picture.save(out, 'JPEG'); out = out.getvalue()",
    ],
)
@pytest.mark.parametrize("style", Style)
def test_a_program_that_does_not_do_its_work_is_not_believed(
    alone: Path, text: str, style: Style
) -> None:
    program(alone, text)
    found = redact(made.jpeg(), [BOX], style)
    assert not found.lossless
    if style is Style.SOLID:
        assert spread(found.data, BOX) < 60
    assert change_outside(made.jpeg(), found.data, found.boxes, edge=2) < 30


@needs_jpegtran
@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"subsampling": 0}])
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_with_the_program_all_else_stays(
    style: Style, how: dict[str, object], orientation: int
) -> None:
    exif = b"Exif\0\0" + minimal_exif(orientation)
    data = made.jpeg(made.photo(size=(160, 120)), exif=exif, icc_profile=made.colours(), **how)
    boxes = [Box(30, 40, 30, 35), Box(50, 60, 20, 20), Box(90, 5, 9, 300)]
    found = redact(data, boxes, style)
    assert found.lossless
    assert change_outside(data, found.data, found.boxes, edge=2) == 0
    if style is Style.SOLID:
        assert spread(found.data, Box(34, 44, 22, 27)) < 3
    after = Image.open(io.BytesIO(found.data))
    assert after.info["icc_profile"] == made.colours()
    assert after.getexif().get(0x0112, 1) == orientation


@needs_jpegtran
@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_are_covered_in_place(mode: str) -> None:
    data = made.jpeg(made.photo(mode))
    found = redact(data, [BOX])
    assert found.lossless
    assert change_outside(data, found.data, found.boxes, edge=2) == 0


@pytest.mark.parametrize("mode", ["L", "CMYK"])
@pytest.mark.parametrize("style", Style)
def test_grey_and_cmyk_are_covered_without_the_program(
    alone: Path, mode: str, style: Style
) -> None:
    found = redact(made.jpeg(made.photo(mode)), [BOX], style)
    assert Image.open(io.BytesIO(found.data)).mode == mode
    assert style is Style.MOSAIC or spread(found.data, BOX) < 9


def test_boxes_are_cut_to_the_picture() -> None:
    found = redact(made.png(), [Box(-5, -5, 10, 10), Box(80, 58, 999, 999)])
    assert found.boxes == (Box(0, 0, 5, 5), Box(80, 58, 3, 3))


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        [Box(83, 0, 5, 5)],
        [Box(0, -5, 5, 5)],
        [Box(5, 5, 0, 5)],
        [Box(5, 5, 5, -1)],
        [Box(0, 0, 1, 1)] * 1001,
    ],
)
def test_boxes_that_cover_nothing_are_an_error(boxes: list[Box]) -> None:
    for data in (made.png(), made.jpeg()):
        with pytest.raises(BadBox, match=r"box"):
            redact(data, boxes)


@pytest.mark.parametrize("name", made.BROKEN)
def test_a_broken_file_is_refused(name: str) -> None:
    with pytest.raises(CannotClean):
        redact(made.BROKEN[name], [BOX])


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_refused(kind: str) -> None:
    with pytest.raises(CannotClean, match="several pictures"):
        redact(made.moving(kind), [BOX])


# Orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@settings(deadline=None)
@given(x=st.integers(0, 6), y=st.integers(0, 3), w=st.integers(1, 3), h=st.integers(1, 3))
def test_boxes_turn_as_pictures_do(orientation: int, x: int, y: int, w: int, h: int) -> None:
    stored = Box(x, y, w, h)
    size = (9, 6)
    picture = Image.new("L", size)
    picture.paste(255, inside(stored))
    out = io.BytesIO()
    picture.save(out, "PNG", exif=b"Exif\0\0" + minimal_exif(orientation))
    turned = shown(out.getvalue())
    assert turned.size == shown_size(orientation, *size)
    left, top, right, bottom = turned.getbbox() or (0, 0, 0, 0)
    box = Box(left, top, right - left, bottom - top)
    assert turn_back(stored, orientation, *size) == box
    assert turn_box(box, orientation, *size) == stored
