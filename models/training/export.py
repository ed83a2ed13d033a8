"""Export the trained encoder to int8 ONNX, and the reader beside it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from models.training.backbone import WIDTH, Backbone
from models.training.network import Reader

_OPSET = 17
Axes = Mapping[str, Mapping[int, str]]


class _PlainReader(nn.Module):  # type: ignore[misc]
    """The reader with its transformer layer spelled out in operators that ONNX has."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, states: Tensor, mask: Tensor, question: Tensor) -> tuple[Tensor, Tensor]:
        reader, layer = self.reader, self.reader.layer
        asked = reader.question(question).unsqueeze(1)
        mixed = reader.tokens(states)
        mixed = mixed + mixed * torch.tanh(reader.gate(question)).unsqueeze(1) + asked
        sequence = torch.cat([asked, mixed], dim=1)
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask], dim=1)
        bias = (1 - seen.to(sequence.dtype)) * -1e4
        sequence = sequence + self._attend(layer.norm1(sequence), bias)
        inner = layer.linear2(nn.functional.gelu(layer.linear1(layer.norm2(sequence))))
        read = reader.norm(sequence + inner)
        return reader.ends(read[:, 1:]), reader.answers(read[:, 0]).squeeze(-1)

    def _attend(self, values: Tensor, bias: Tensor) -> Tensor:
        attention = self.reader.layer.self_attn
        heads = attention.num_heads
        projected = nn.functional.linear(values, attention.in_proj_weight, attention.in_proj_bias)
        query, key, value = (
            part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in projected.chunk(3, dim=-1)
        )
        scale = float(attention.head_dim) ** -0.5
        weights = (query @ key.transpose(-1, -2) * scale + bias[:, None, None]).softmax(-1)
        joined = (weights @ value).transpose(1, 2).flatten(2)
        out: Tensor = attention.out_proj(joined)
        return out


def export_encoder(model: Backbone) -> tuple[bytes, bytes]:
    """The encoder in float32, and with int8 weights, each channel apart.

    Fusing attention first (onnxruntime's BERT optimizer) was measured and is no
    faster in int8, so the graph keeps to standard operators.

    Returns:
        Two ONNX models from `input_ids` and `attention_mask`, (batch, tokens)
        int64 each, to `states`, (batch, tokens, width) float32.
    """
    ids = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    names = ("input_ids", "attention_mask", "states")
    whole = _export(
        model, (ids, torch.ones_like(ids)), names[:2], names[2:], dict.fromkeys(names, axes)
    )
    return whole, _quantize(whole)


def export_reader(reader: Reader) -> bytes:
    """The reader in float32: `states` (pairs, tokens, width), `mask` (pairs, tokens) int64 and
    `question` (pairs, width) to `ends` (pairs, tokens, 2) and `answers` (pairs,)."""
    states = torch.zeros((2, 5, WIDTH))
    mask = torch.ones((2, 5), dtype=torch.long)
    pairs = {0: "pairs", 1: "tokens"}
    axes = {"states": pairs, "mask": pairs, "question": {0: "pairs"}, "ends": pairs}
    return _export(
        _PlainReader(reader),
        (states, mask, torch.zeros((2, WIDTH))),
        ("states", "mask", "question"),
        ("ends", "answers"),
        {**axes, "answers": {0: "pairs"}},
    )


def _export(
    model: nn.Module,
    example: tuple[Tensor, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: Axes,
) -> bytes:
    model = model.float().cpu().eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The tracing exporter is deprecated, but its graph quantises best.
        warnings.simplefilter("ignore")
        file = Path(folder, "model.onnx")
        torch.onnx.export(
            model,
            example,
            str(file),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
        return _without_traces(file)


def _quantize(model: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        source.write_bytes(model)
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True)
        return _without_traces(target)


def _without_traces(file: Path) -> bytes:
    """The model without the stack traces that the exporter leaves in it."""
    model = onnx.load(file)
    for node in model.graph.node:
        node.doc_string = ""
    data: bytes = model.SerializeToString()
    return data
