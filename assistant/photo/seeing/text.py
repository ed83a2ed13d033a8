"""The text in a picture, line by line, read by PP-OCR through RapidOCR."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import DamagedModel
from assistant.language.quiet import silence_model_libraries
from assistant.photo.details import Box
from assistant.photo.seeing.pixels import Picture, Pixels

if TYPE_CHECKING:
    from rapidocr import RapidOCR

LONGEST = 2_000
"""Longer side in pixels of what lines are read in; small print of a photo needs it."""
_DETECT = 1_280
"""Longer side at which lines are looked for; half the time of `LONGEST`, the same lines."""
_SMALL = 480
"""Pictures are enlarged until their shorter side has this many pixels, if the longer one has not
more than `_DETECT` then, and at most by `_MOST_LARGER`."""
_MOST_LARGER = 4.0
_LEAST = 24
"""Shorter side in pixels; no text fits into less, and it is padded."""
_ELONGATED = 2.5
"""Pictures longer than this by their shorter side, and longer than `LONGEST`, are read piece by
piece: screenshots that were scrolled, panoramas."""
_PIECE, _OVERLAP = 1.6, 0.15
"""Length of a piece, and of what two share, by the shorter side."""
MOST_PIECES = 8
MOST_LINES = 400
_MOST_LINES_AT_ONCE = 300
"""Of one piece. A full page of print has about 60."""
MOST_TEXT = 500
"""Characters of a line that are kept."""
_SURE = 0.5
"""Least confidence of a line, as the engine suggests."""
_SAME = 0.5
"""Overlap by the smaller box from which two lines of neighbouring pieces are the same."""
_THREADS = 2
_GREY = 127


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and how sure the reader is of it, from 0 to 1."""

    text: str
    box: Box
    confidence: float


_LOCK = threading.Lock()
_engine: list[RapidOCR] = []


def read_text(picture: Picture) -> tuple[Line, ...]:
    """The lines of text in a picture, from the top, at most `MOST_LINES`.

    Latin script and Chinese, Japanese; other scripts come out wrong or not at all.
    Upside-down text is not turned.

    Raises:
        DamagedModel: The engine's models are missing.
    """
    lines: list[Line] = []
    for left, top, pixels in _pieces(picture):
        read = list(_read(picture, pixels, left, top))
        twice = [(line, [other for other in lines if _same(line, other)]) for line in read]
        # At the border of a piece a line may be cut; the longer reading is the whole one.
        better = [line for line, others in twice if all(_shorter(o, line) for o in others)]
        dropped = {other for line, others in twice if line in better for other in others}
        lines = [line for line in lines if line not in dropped] + better
    return tuple(lines[:MOST_LINES])


def release() -> None:
    """Forget the engine and its models, until it is asked again."""
    with _LOCK:
        _engine.clear()


def _pieces(picture: Picture) -> Iterator[tuple[int, int, Pixels]]:
    """The picture, or overlapping pieces of a very long one, with where each begins."""
    high, wide = picture.pixels.shape[:2]
    short, long = min(high, wide), max(high, wide)
    if short * _ELONGATED >= long or long <= LONGEST:
        yield 0, 0, picture.pixels
        return
    piece = max(round(short * _PIECE), -(-long // (MOST_PIECES - 1)))
    step = max(1, piece - round(short * _OVERLAP))
    starts = [*range(0, max(1, long - piece), step)][: MOST_PIECES - 1]
    for start in dict.fromkeys([*starts, long - piece]):
        if high > wide:
            yield 0, start, picture.pixels[start : start + piece]
        else:
            yield start, 0, picture.pixels[:, start : start + piece]


def _read(picture: Picture, pixels: Pixels, left: int, top: int) -> Iterator[Line]:
    """Lines of one piece that begins at `left`, `top` in the picture's pixels."""
    high, wide = pixels.shape[:2]
    view = _view(pixels)
    ratio_x, ratio_y = wide / view.shape[1], high / view.shape[0]
    padded = _pad(view)
    with _LOCK:
        result = _load()(np.ascontiguousarray(padded[..., ::-1]))
    # With detection and recognition on, the engine answers with all three or with none.
    boxes, texts, scores = (getattr(result, name, None) for name in ("boxes", "txts", "scores"))
    if boxes is None or texts is None or scores is None:
        return
    for corners, text, score in list(zip(boxes, texts, scores, strict=True)):
        (x0, y0), (x1, y1) = np.min(corners, axis=0), np.max(corners, axis=0)
        box = picture.box(
            left + x0 * ratio_x, top + y0 * ratio_y, left + x1 * ratio_x, top + y1 * ratio_y
        )
        said = " ".join(str(text).split())[:MOST_TEXT]
        if box and said:
            yield Line(said, box, round(float(score), 3))


def _view(pixels: Pixels) -> Pixels:
    """A piece in the size it is read in."""
    import cv2

    high, wide = pixels.shape[:2]
    longest = max(high, wide)
    if longest > LONGEST:
        return Picture(pixels, wide, high).smaller(LONGEST).pixels
    ratio = min(_SMALL / min(high, wide), _DETECT / longest, _MOST_LARGER)
    if ratio <= 1:
        return pixels
    size = (round(wide * ratio), round(high * ratio))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _pad(pixels: Pixels) -> Pixels:
    """Grey below and to the right of a picture that is too narrow for the engine."""
    high, wide = pixels.shape[:2]
    least = max(_LEAST, round(max(high, wide) / 4))
    if min(high, wide) >= least:
        return pixels
    room = np.full((max(high, least), max(wide, least), 3), _GREY, np.uint8)
    room[:high, :wide] = pixels
    return room


def _same(line: Line, other: Line) -> bool:
    a, b = line.box, other.box
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    least = min(a.width * a.height, b.width * b.height)
    return wide > 0 and high > 0 and wide * high >= _SAME * least


def _shorter(line: Line, other: Line) -> bool:
    return line.box.width * line.box.height < other.box.width * other.box.height


def _load() -> RapidOCR:
    """The engine, with the models of its own package and nothing from elsewhere."""
    if not _engine:
        silence_model_libraries()
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        parameters = {
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.text_score": _SURE,
            "Global.max_side_len": 2 * LONGEST,
            "Det.model_path": _model(models, "det"),
            "Det.limit_side_len": _DETECT,
            "Det.limit_type": "max",
            "Det.max_candidates": _MOST_LINES_AT_ONCE,
            "Rec.model_path": _model(models, "rec"),
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        _engine.append(rapidocr.RapidOCR(params=parameters))
    return _engine[0]


def _model(models: Path, task: str) -> str:
    """The file of one task. With a path given the engine never downloads anything."""
    found = sorted(models.glob(f"*_{task}_*.onnx"))
    if not found:
        raise DamagedModel("The models that read text in pictures are missing.")
    return str(found[0])
