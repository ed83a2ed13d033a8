"""Text: drawn words are read by the real engine, where they stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from assistant.errors import DamagedModel
from assistant.photo import seeing
from assistant.photo.details import Box
from assistant.photo.seeing import text
from assistant.photo.seeing.pixels import Picture, UnreadablePicture
from assistant.photo.seeing.text import Line, read_text


def drawn(
    *words: tuple[int, int, str], size: tuple[int, int] = (900, 400), high: int = 40
) -> Picture:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for x, y, word in words:
        draw.text((x, y), word, font=ImageFont.load_default(size=high), fill="black")
    return Picture(np.asarray(image, np.uint8), *size)


def test_lines_are_read_where_they_stand() -> None:
    lines = read_text(drawn((60, 50, "Call 0171 1234567"), (60, 250, "Main Street")))
    assert [line.text for line in lines] == ["Call 0171 1234567", "Main Street"]
    assert all(line.confidence > 0.8 for line in lines)
    first = lines[0].box
    assert (first.x, first.y) == pytest.approx((60, 55), abs=20)
    assert 250 < first.width < 450 and 25 < first.height < 80


def test_boxes_are_of_the_picture_at_full_size() -> None:
    near = drawn((60, 50, "Main Street"))
    far = Picture(near.pixels, 3600, 1600, 0.25)
    [one], [other] = read_text(near), read_text(far)
    assert other.box.x == pytest.approx(4 * one.box.x, abs=4)
    assert other.box.width == pytest.approx(4 * one.box.width, abs=4)


def test_small_print_is_read_in_an_enlarged_picture() -> None:
    [line] = read_text(drawn((10, 10, "Invoice 4711"), size=(200, 60), high=16))
    assert line.text.replace(" ", "") == "Invoice4711"


@pytest.mark.slow
def test_a_long_screenshot_is_read_in_pieces() -> None:
    words = [(40, y, f"message number {y}") for y in range(50, 4_900, 485)]
    lines = read_text(drawn(*words, size=(700, 5_000)))
    assert [line.text.replace(" ", "") for line in lines] == [
        word.replace(" ", "") for _, _, word in words
    ]
    for line, (_, y, _) in zip(lines, words, strict=True):
        assert line.box.y == pytest.approx(y, abs=25)


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3), (640, 480)])
def test_an_empty_picture_has_no_text(size: tuple[int, int]) -> None:
    assert read_text(drawn(size=size)) == ()


def test_noise_has_no_text() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    assert read_text(Picture(noise, 400, 300)) == ()


@pytest.mark.parametrize("shape", [(31_000, 190), (190, 31_000), (2_001, 700), (100, 120)])
def test_pieces_cover_the_picture_and_are_few(shape: tuple[int, int]) -> None:
    picture = Picture(np.zeros((*shape, 3), np.uint8), shape[1], shape[0])
    covered = np.zeros(shape, bool)
    pieces = list(text._pieces(picture))
    for left, top, pixels in pieces:
        covered[top : top + pixels.shape[0], left : left + pixels.shape[1]] = True
    assert covered.all()
    assert len(pieces) <= text.MOST_PIECES


def test_a_line_in_two_pieces_is_told_once_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    cut, whole = (
        Line("Main Str", Box(0, 0, 60, 20), 0.9),
        Line("Main Street", Box(0, 0, 90, 20), 0.9),
    )
    answers = iter(([cut], [whole]))
    monkeypatch.setattr(text, "_pieces", lambda _: [(0, 0, None), (0, 0, None)])
    monkeypatch.setattr(text, "_read", lambda *_: iter(next(answers)))
    assert read_text(drawn()) == (whole,)


def test_the_engine_is_forgotten_and_comes_back() -> None:
    picture = drawn((60, 50, "hello"))
    read_text(picture)
    text.release()
    assert not text._engine
    assert read_text(picture)


def test_missing_models_are_told_and_never_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(DamagedModel):
        text._model(tmp_path, "det")


def test_everything_is_seen_at_once() -> None:
    from io import BytesIO

    picture = drawn((60, 50, "Tel: +49 171 1234567"))
    out = BytesIO()
    Image.fromarray(picture.pixels).save(out, "PNG")
    seen = seeing.see(out.getvalue())
    assert (seen.width, seen.height, seen.faces, seen.codes) == (900, 400, (), ())
    assert [found.kind for found in seen.private_text] == ["phone"]
    assert seen.private_text[0].masked == "…4567"
    without = seeing.see(out.getvalue(), text=False)
    assert (without.lines, without.private_text) == ((), ())
    with pytest.raises(UnreadablePicture):
        seeing.see(out.getvalue()[:200])
    assert seeing.read_codes_of(out.getvalue()) == seeing.read_codes_of(b"") == []
    seeing.release()
