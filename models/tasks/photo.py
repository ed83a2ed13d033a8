"""Task `photo`: what the check sees in photos, beside what ExifTool and people see in them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.knowledge import version
from assistant.photo.analyze import PhotoAnalysis, analyze_photo
from assistant.photo.details import HiddenKind, Private
from assistant.photo.metadata import NotAPhoto
from assistant.photo.seeing import read_codes_of
from models.data import BadData, read_json_lines
from models.tasks import TaskResult

OVERLAP = 0.3
"""Intersection over union from which a box is a labelled face."""
_AS_METADATA = {
    HiddenKind.THUMBNAIL: Private.THUMBNAIL,
    HiddenKind.PREVIEW: Private.THUMBNAIL,
    HiddenKind.VIDEO: Private.EMBEDDED_VIDEO_AUDIO,
    HiddenKind.AUDIO: Private.EMBEDDED_VIDEO_AUDIO,
}
_NO_CODE = "falsepositives"

Box = Sequence[float]


def run(data: Path) -> TaskResult:
    """Check every file of `truth.jsonl` in full; text in pictures is not labelled.

    Raises:
        BadData: The list or a file is missing.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = list(read_json_lines(data / "truth.jsonl"))
    predictions: list[dict[str, object]] = []
    for row in rows:
        name = str(row.get("file"))
        try:
            content = (data / name).read_bytes()
        except OSError:
            raise BadData(f"The file {name} is missing or cannot be read.") from None
        started = time.perf_counter()
        try:
            analysis = analyze_photo(content, name=Path(name).name, now=now, look=True)
        except NotAPhoto:
            analysis = None
        seconds = time.perf_counter() - started
        predictions.append(
            {
                "file": name,
                "private": _private(analysis) if analysis else [],
                "faces": _faces(analysis) if analysis else [],
                "codes": read_codes_of(content) if analysis else [],
                "seconds": round(seconds, 4),
            }
        )
    if not rows:
        raise BadData("The data hold no photo.")
    figures = {"task": "photo", **metrics(rows, predictions), "knowledge": version()}
    return TaskResult(figures, predictions)


def _private(analysis: PhotoAnalysis) -> list[str]:
    """Kinds of private metadata; a second picture or a video is one too."""
    found = {entry.risk.value for entry in analysis.details.metadata if entry.risk}
    hidden = analysis.details.hidden
    found |= {_AS_METADATA[piece.kind].value for piece in hidden if piece.kind in _AS_METADATA}
    return sorted(found)


def _faces(analysis: PhotoAnalysis) -> list[list[int]]:
    regions = analysis.details.regions
    return [[r.x, r.y, r.width, r.height] for r in regions if r.kind == "face"]


def metrics(
    rows: Sequence[dict[str, object]], predictions: Sequence[dict[str, object]]
) -> dict[str, object]:
    """Recall by file of each kind of metadata, false claims, faces, codes and seconds.

    A kind is falsely claimed of a file in which ExifTool sees nothing of it. Faces
    and codes are counted where they are labelled.
    """
    figures: dict[str, object] = {"files": len(rows)}
    pairs = list(zip(rows, predictions, strict=True))
    for kind in Private:
        have = [kind in _listed(p, "private") for r, p in pairs if kind in _listed(r, "private")]
        lack = [
            kind in _listed(p, "private") for r, p in pairs if kind not in _listed(r, "private")
        ]
        figures[kind.value] = _share(have)
        figures[f"false_{kind.value}"] = _share(lack)
    figures["faces"], figures["extra_faces"] = _face_figures(pairs)
    coded = [
        _normal(r.get("code_text")) in {_normal(code) for code in _listed(p, "codes")}
        for r, p in pairs
        if r.get("code_text")
    ]
    figures["codes"] = _share(coded)
    figures["false_codes"] = sum(
        bool(_listed(p, "codes"))
        for r, p in pairs
        if str(r.get("code_kind", "")).startswith(_NO_CODE)
    )
    seconds = sorted(float(str(p["seconds"])) for p in predictions)
    figures["median_s"], figures["max_s"] = statistics.median(seconds), seconds[-1]
    return figures


def _face_figures(
    pairs: Sequence[tuple[dict[str, object], dict[str, object]]],
) -> tuple[float, int]:
    """Share of labelled faces that a box overlaps, and boxes that overlap none."""
    found: list[bool] = []
    extra = 0
    for row, prediction in pairs:
        if "faces" not in row:
            continue
        truth, boxes = _listed(row, "faces"), _listed(prediction, "faces")
        found += [any(overlap(face, box) >= OVERLAP for box in boxes) for face in truth]
        extra += sum(not any(overlap(face, box) >= OVERLAP for face in truth) for box in boxes)
    return _share(found), extra


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes: left, top, width, height."""
    wide = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    high = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    both = max(0.0, wide) * max(0.0, high)
    return both / (first[2] * first[3] + second[2] * second[3] - both) if both else 0.0


def _listed(row: dict[str, object], key: str) -> list[Any]:
    """A list of a row; the keys of an object; empty for anything else."""
    value = row.get(key)
    return list(value) if isinstance(value, list | dict) else []


def _normal(text: object) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in str(text).lower()).split())


def _share(flags: Sequence[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0
