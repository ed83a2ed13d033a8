"""Faces in a picture, found by CenterFace: where they are, never whose they are."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.language.artifacts import ROOTS, damaged, open_artifact
from assistant.language.encoder import open_session
from assistant.photo.details import Box
from assistant.photo.seeing.pixels import Picture, Pixels

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]

NAME = "faces"
STRIDE = 4
"""Pixels of the picture to one cell of the model's maps."""
_MULTIPLE = 32
"""The model halves the picture five times."""
MOST_FACES = 500
_MOST_CANDIDATES = 5_000
"""Cells looked at, best first; a picture full of faces has a few hundred."""
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Face:
    """A face and how sure the model is, from 0 to 1."""

    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class FacesConfig:
    """`config.json` of the model.

    Attributes:
        threshold: Least confidence of a face.
        overlap: Two boxes that overlap more than this are one face (intersection over union).
        inside: A box that lies inside a better one to this share is the same face.
        longest: Longer side at which a picture is seen, in pixels.
        small: Longer side of a second view, for faces that fill the picture.
        large: Takes the place of `longest` in a picture that is much larger.
        large_from: Longer side of such a picture.
        least: Shorter side of a face in what the model sees, in pixels; smaller ones are dropped.
    """

    threshold: float
    overlap: float
    inside: float
    longest: int
    small: int
    large: int
    large_from: int
    least: int


@dataclass(frozen=True, slots=True)
class Found:
    """Boxes of one view in its own pixels.

    Attributes:
        boxes: `(faces, 4)` float32: left, top, right, bottom.
        scores: `(faces,)` float32 in [0, 1], best first.
    """

    boxes: Floats
    scores: Floats


class _Model:
    """The session, loaded when first asked; `release` lets go of it."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._artifact = open_artifact(NAME, roots)
        self.config = self._artifact.read_config(FacesConfig)
        self._session: InferenceSession = self._open()

    def _open(self) -> InferenceSession:
        try:
            return open_session(self._artifact.read("faces.onnx"), threads=_THREADS)
        except ValueError:
            raise damaged(NAME) from None

    def maps(self, pixels: Pixels) -> tuple[Floats, Floats, Floats]:
        """Heat, scale and offset of one view, see `decode`."""
        high, wide = pixels.shape[:2]
        feed = np.zeros((1, 3, _up(high), _up(wide)), np.float32)
        feed[0, :, :high, :wide] = pixels.transpose(2, 0, 1)
        heat, scale, offset = self._session.run(["heat", "scale", "offset"], {"picture": feed})
        return heat[0, 0], scale[0], offset[0]


_LOCK = threading.Lock()
_loaded: dict[tuple[Path, ...], _Model] = {}


def find_faces(picture: Picture, *, roots: tuple[Path, ...] = ROOTS) -> tuple[Face, ...]:
    """The faces of a picture, the surest first, at most `MOST_FACES`.

    A picture is looked at in two sizes: one for the small faces of people in the
    background, one for a face that fills it.

    Args:
        roots: Where the model is looked for.

    Raises:
        DamagedModel: The model is missing or not that of its manifest.
    """
    model = _model(roots)
    config = model.config
    views = [_look(model, picture.pixels, size) for size in _sizes(picture, config)]
    boxes = np.concatenate([view.boxes for view in views])
    scores = np.concatenate([view.scores for view in views])
    kept = suppress(boxes, scores, overlap=config.overlap, inside=config.inside)[:MOST_FACES]
    faces = ((picture.box(*map(float, boxes[i])), round(float(scores[i]), 3)) for i in kept)
    return tuple(Face(box, score) for box, score in faces if box is not None)


def release() -> None:
    """Forget the model, until it is asked again."""
    with _LOCK:
        _loaded.clear()


def decode(
    heat: Floats, scale: Floats, offset: Floats, *, threshold: float, least: float = 0
) -> Found:
    """Boxes from the model's maps, before faces seen twice are joined.

    A face is a cell whose heat is above `threshold` and not below that of its eight
    neighbours. Its centre is the cell's centre moved by the offset, its sides are
    `exp(scale)` cells.

    Args:
        heat: `(rows, columns)` float32 in [0, 1].
        scale: `(2, rows, columns)` float32: logarithm of height and of width, in cells.
        offset: `(2, rows, columns)` float32: down and to the right, in cells.
        least: Boxes with a side below it are dropped.

    Source:
        Xu et al., CenterFace: Joint Face Detection and Alignment Using Face as Point, 2019.
    """
    rows, columns = np.nonzero((heat > threshold) & (heat >= _highest_nearby(heat)))
    order = np.argsort(-heat[rows, columns], kind="stable")[:_MOST_CANDIDATES]
    rows, columns = rows[order], columns[order]
    tall, wide = np.exp(np.clip(scale[:, rows, columns], -10, 10)) * STRIDE
    middle_y = (rows + offset[0, rows, columns] + 0.5) * STRIDE
    middle_x = (columns + offset[1, rows, columns] + 0.5) * STRIDE
    sides = (middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2)
    boxes = np.stack(sides, axis=1).astype(np.float32)
    large = np.minimum(tall, wide) >= least
    return Found(boxes[large], heat[rows, columns][large].astype(np.float32))


def suppress(boxes: Floats, scores: Floats, *, overlap: float, inside: float) -> list[int]:
    """Which boxes stay when each face keeps only its best one, best first.

    Args:
        boxes: `(faces, 4)` float32.
        overlap: Most intersection over union that two faces have.
        inside: Most share of the smaller box that lies inside the better one.
    """
    area = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        corner = np.maximum(boxes[kept, :2], boxes[i, :2])
        shared = np.prod(np.maximum(np.minimum(boxes[kept, 2:], boxes[i, 2:]) - corner, 0), axis=1)
        union = np.maximum(area[kept] + area[i] - shared, 1e-6)
        within = shared / np.maximum(np.minimum(area[kept], area[i]), 1e-6)
        if not ((shared / union > overlap) | (within > inside)).any():
            kept.append(int(i))
    return kept


def _model(roots: tuple[Path, ...]) -> _Model:
    with _LOCK:
        if roots not in _loaded:
            _loaded[roots] = _Model(roots)
        return _loaded[roots]


def _sizes(picture: Picture, config: FacesConfig) -> list[int]:
    """Longer sides at which the picture is looked at: one, or two of all but a small one."""
    side = max(picture.pixels.shape[:2])
    longest = config.large if side >= config.large_from else min(side, config.longest)
    return [longest, config.small] if longest >= 2 * config.small else [longest]


def _look(model: _Model, pixels: Pixels, longest: int) -> Found:
    """The faces of some pixels seen at a size, as boxes of those pixels."""
    view = Picture(pixels, pixels.shape[1], pixels.shape[0]).smaller(longest).pixels
    config = model.config
    found = decode(*model.maps(view), threshold=config.threshold, least=config.least)
    high, wide = view.shape[:2]
    boxes = np.clip(found.boxes, 0, (wide, high, wide, high))
    ratio = (pixels.shape[1] / wide, pixels.shape[0] / high)
    return Found((boxes * (*ratio, *ratio)).astype(np.float32), found.scores)


def _highest_nearby(heat: Floats) -> Floats:
    """Of each cell, the highest heat among itself and its eight neighbours."""
    around = np.pad(heat, 1, constant_values=-1)
    rows, columns = heat.shape
    shifts = [around[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    return np.asarray(np.maximum.reduce(shifts), np.float32)


def _up(side: int) -> int:
    return -(-side // _MULTIPLE) * _MULTIPLE
