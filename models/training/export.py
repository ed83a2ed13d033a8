"""Export a fine-tuned encoder to an int8 ONNX file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from models.training.encoder import TextClassifier

_OPSET = 17


def export_int8(model: TextClassifier) -> bytes:
    """Quantise weights to int8, each channel apart; activations are scaled as they come.

    Fusing attention first (onnxruntime's BERT optimizer) was measured and is no
    faster in int8, so the graph keeps to standard operators.

    Returns:
        An ONNX model from `input_ids` and `attention_mask`, (batch, tokens)
        int64 each, to `logits`, (batch, labels) float32.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        _export_float(model, source)
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True)
        quantized = onnx.load(target)
    for node in quantized.graph.node:
        node.doc_string = ""
    data: bytes = quantized.SerializeToString()
    return data


def _export_float(model: TextClassifier, file: Path) -> None:
    model = model.float().cpu().eval()
    ids = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but its graph quantises best.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (ids, torch.ones_like(ids)),
            str(file),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
            opset_version=_OPSET,
            dynamo=False,
        )
