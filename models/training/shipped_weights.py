"""Weights to go on training from, read back out of the models that ship.

What int8 rounded away is small beside what a pass over the corpora moves, so
training can go on without the files of the run before.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from assistant.language.artifacts import open_artifact
from assistant.language.encoder import NAME as ENCODER
from assistant.language.heads import load_head
from assistant.language.reader import NAME as READER
from assistant.language.tags import NAME as TAGS
from models.training.base import MODELS
from models.training.fit import PARTNERED, TASK

Array = NDArray[np.float32]
_FROZEN = "word_embeddings"
_QUANTIZED, _PRODUCTS = "_quantized", ("MatMul", "MatMulInteger")


def shipped_weights(*, words: bool = False) -> dict[str, Tensor]:
    """Encoder, heads and reader as a `Network` names them.

    Args:
        words: Whether with the word embeddings, which stay those of the base in training.

    Raises:
        DamagedModel: A shipped model is missing or damaged.
    """
    encoder = onnx.load_from_string(open_artifact(ENCODER, (MODELS,)).read("model.onnx"))
    reader = onnx.load_from_string(open_artifact(READER, (MODELS,)).read("reader.onnx"))
    found: dict[str, Array] = {
        f"backbone.{name}": value
        for name, value in _weights(encoder)
        if words or _FROZEN not in name
    }
    found.update(_reader_weights(reader))
    for name in PARTNERED:
        head = load_head(open_artifact(name, (MODELS,)).read("head.npz"))
        part = f"parts.{TASK.get(name, name)}"
        found |= {f"{part}.weight": head.weight, f"{part}.bias": head.bias}
    tags = load_head(open_artifact(TAGS, (MODELS,)).read("head.npz"))
    found |= {"tags.weight": tags.weight, "tags.bias": tags.bias}
    return {n: torch.from_numpy(np.array(v, np.float32)) for n, v in found.items()}


def _weights(model: onnx.ModelProto) -> Iterator[tuple[str, Array]]:
    """Named parameters, and the matrices of products by the module that their node names."""
    arrays = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for name, value in arrays.items():
        if "." in name and value.ndim and not name.startswith("onnx::"):
            whole = name.removesuffix(_QUANTIZED)
            yield whole, value if whole == name else _whole(arrays, whole)
    for node in model.graph.node:
        if node.op_type in _PRODUCTS and node.input[1] in arrays:
            matrix = node.input[1].removesuffix(_QUANTIZED)
            value = _whole(arrays, matrix) if matrix != node.input[1] else arrays[matrix]
            module = node.name.rsplit("/MatMul", 1)[0].strip("/").replace("/", ".")
            yield f"{module}.weight", value.T


def _whole(arrays: dict[str, Array], name: str) -> Array:
    """An int8 matrix in float32; a scale belongs to a column, or to all."""
    zero, scale = arrays[f"{name}_zero_point"].astype(np.float32), arrays[f"{name}_scale"]
    value: Array = (arrays[f"{name}{_QUANTIZED}"].astype(np.float32) - zero) * scale
    return value


def _reader_weights(model: onnx.ModelProto) -> dict[str, Array]:
    """The reader's parameters; its layer was spelled out, so modules are named from there."""
    attention = "layer.self_attn.in_proj_weight"
    renamed = {
        ".weight": attention,
        "out_proj.weight": "layer.self_attn.out_proj.weight",
        "linear1.weight": "layer.linear1.weight",
        "linear2.weight": "layer.linear2.weight",
    }
    return {
        name if name.startswith("reader.") else f"reader.{renamed.get(name, name)}": value
        for name, value in _weights(model)
    }
