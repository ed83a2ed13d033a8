"""Pictures are decoded as they are shown, within bounds, and never by halves."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from assistant.photo.details import Box
from assistant.photo.seeing import pixels
from assistant.photo.seeing.pixels import (
    Picture,
    TooManyPixels,
    UnreadablePicture,
    open_picture,
)

RED, BLUE = (255, 0, 0), (0, 0, 255)


def two_halves(width: int = 60, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(two_halves(), kind, exif=exif.tobytes())


def is_red(picture: Picture, x: int, y: int) -> bool:
    red, _, blue = picture.pixels[y, x].tolist()
    return bool(red > 200 and blue < 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "BMP"])
def test_the_formats_people_share_are_decoded(kind: str) -> None:
    picture = open_picture(encoded(two_halves(), kind))
    assert (picture.width, picture.height, picture.scale) == (60, 40, 1.0)
    assert picture.pixels.shape == (40, 60, 3)
    assert is_red(picture, 5, 20) and not is_red(picture, 55, 20)


def test_what_is_decoded_does_not_depend_on_what_was_decoded_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The decoder of HEIC is added with the first HEIC; none of the others waits for it."""
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)
    assert open_picture(encoded(two_halves(), "BMP")).width == 60
    with pytest.raises(UnreadablePicture, match="not a picture in a format"):
        open_picture(b"P6 2 2 255 no format that is shared")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [
        (1, "left"),
        (2, "right"),
        (3, "right"),
        (4, "left"),
        (5, "top"),
        (6, "top"),
        (7, "bottom"),
        (8, "bottom"),
    ],
)
def test_the_picture_is_upright(kind: str, orientation: int, red_at: str) -> None:
    picture = open_picture(turned(orientation, kind))
    sideways = red_at in ("top", "bottom")
    assert (picture.width, picture.height) == ((40, 60) if sideways else (60, 40))
    wide, high = picture.width, picture.height
    middle = (wide // 2, high // 2)
    at = {
        "left": (5, middle[1]),
        "right": (wide - 5, middle[1]),
        "top": (middle[0], 5),
        "bottom": (middle[0], high - 5),
    }
    assert [place for place, (x, y) in at.items() if is_red(picture, x, y)][:1] == [red_at] or (
        is_red(picture, *at[red_at])
    )


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_orientation_that_does_not_exist_turns_nothing(value: int) -> None:
    picture = open_picture(turned(value))
    assert (picture.width, picture.height) == (60, 40)


def test_a_smaller_copy_keeps_the_size_of_the_whole() -> None:
    data = encoded(two_halves(2000, 1000), "JPEG")
    picture = open_picture(data, longest=500)
    assert picture.pixels.shape == (250, 500, 3)
    assert (picture.width, picture.height, picture.scale) == (2000, 1000, 0.25)
    assert picture.box(10, 10, 20, 30) == Box(40, 40, 40, 80)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_any_format_is_made_smaller(mode: str) -> None:
    picture = open_picture(encoded(two_halves(901, 301).convert(mode), "PNG"), longest=200)
    assert max(picture.pixels.shape) == 200
    assert (picture.width, picture.height) == (901, 301)
    assert picture.pixels[30, 10].tolist() != picture.pixels[30, 190].tolist()


def test_boxes_stay_inside_the_picture() -> None:
    picture = open_picture(encoded(two_halves(), "PNG"))
    assert picture.box(-10, -10, 1000, 5) == Box(0, 0, 60, 5)
    assert picture.box(100, 100, 120, 120) is None


def test_only_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [two_halves(), Image.new("RGB", (60, 40), BLUE)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert is_red(open_picture(data), 5, 20)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "CMYK", "I;16"])
def test_every_way_to_store_a_picture_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        levels = np.full((40, 60), 40_000, np.uint16)
        image = Image.fromarray(levels)
    else:
        image = two_halves().convert(mode)
    data = encoded(image, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    picture = open_picture(data)
    assert picture.pixels.shape == (40, 60, 3)
    assert picture.pixels.dtype == np.uint8
    if mode == "I;16":
        assert picture.pixels[0, 0].tolist() == [155, 155, 155]


def test_what_is_transparent_is_white() -> None:
    data = encoded(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG")
    assert open_picture(data).pixels.min() == 255


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_file_is_refused(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(UnreadablePicture):
        open_picture(data[: int(len(data) * share)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"<html></html>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%!PS-Adobe-3.0 EPSF",
    ],
)
def test_what_is_no_picture_is_refused_without_quoting_it(data: bytes) -> None:
    with pytest.raises(UnreadablePicture) as raised:
        open_picture(data)
    assert "html" not in str(raised.value)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    # 30,000 × 30,000 pixels in a few bytes: only the header is true.
    data = bytearray(encoded(Image.new("1", (8, 8)), "PNG"))
    import zlib

    data[16:24] = (30_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    with pytest.raises(TooManyPixels):
        open_picture(bytes(data))


def test_more_pixels_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "MOST_PIXELS", 2_000)
    with pytest.raises(TooManyPixels):
        open_picture(encoded(two_halves(), "PNG"))


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    data = encoded(two_halves(), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    scan = data[start:-2]
    with pytest.raises(UnreadablePicture, match="scans"):
        open_picture(data[:start] + scan * 200 + b"\xff\xd9")


def test_damaged_exif_turns_nothing() -> None:
    data = encoded(two_halves(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert (open_picture(data).width, open_picture(data).height) == (60, 40)
