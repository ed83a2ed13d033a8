"""A second picture is compared with the one that is seen."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from assistant.photo.hidden import DIFFERENT, SAME, likeness, size_of


def picture(seed: int, width: int = 400, height: int = 300) -> Image.Image:
    """Soft coloured blotches, different for each seed."""
    small = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def thumbnail(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((160, 120))
    return small


def test_a_faithful_thumbnail_shows_the_same() -> None:
    score = likeness(jpeg(picture(1)), jpeg(thumbnail(picture(1))))
    assert score is not None
    assert score > SAME


def test_black_bars_and_rotation_make_no_difference() -> None:
    barred = Image.new("RGB", (160, 160))
    barred.paste(thumbnail(picture(1)), (0, 20))
    for small in (barred, thumbnail(picture(1)).rotate(90, expand=True)):
        score = likeness(jpeg(picture(1)), jpeg(small))
        assert score is not None
        assert score > SAME


def test_a_thumbnail_of_more_than_is_seen_is_told() -> None:
    whole = picture(2, 800, 600)
    cropped = whole.crop((480, 20, 780, 245))
    score = likeness(jpeg(cropped), jpeg(thumbnail(whole)))
    assert score is not None
    assert score < DIFFERENT


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        (b"", jpeg(picture(1))),
        (jpeg(picture(1)), b"\xff\xd8 no picture"),
        (jpeg(picture(1)), jpeg(picture(1))[:400]),
        (jpeg(picture(1)), jpeg(Image.new("RGB", (160, 120)))),
        (jpeg(picture(1)), jpeg(Image.new("RGB", (160, 120), "red"))),
        (jpeg(Image.new("RGB", (400, 300), "white")), jpeg(picture(1))),
    ],
    ids=["nothing", "no picture", "cut", "black", "even", "even picture"],
)
def test_what_cannot_be_compared_is_not_judged(shown: bytes, hidden: bytes) -> None:
    assert likeness(shown, hidden) is None


def test_size_of_an_embedded_picture() -> None:
    assert size_of(jpeg(picture(1))) == (400, 300)
    assert size_of(b"nothing") is None
