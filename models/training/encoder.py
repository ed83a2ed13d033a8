"""Write the shared encoder's folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from assistant.language.encoder import NAME, EncoderConfig
from models.training.backbone import WIDTH, Backbone
from models.training.base import MAX_TOKENS, Base
from models.training.export import export_encoder
from models.training.release import Origin, as_config, write_model


def write_encoder(
    backbone: Backbone, base: Base, origin: Origin, root: Path, *, quantized: bool
) -> Path:
    """Export the encoder, in int8 or in float32, with its tokenizer; returns the folder."""
    whole, int8 = export_encoder(backbone)
    vocabulary = json.loads(base.tokenizer_json)["model"]["vocab"]
    config = EncoderConfig(WIDTH, MAX_TOKENS, vocabulary["[CLS]"], vocabulary["[SEP]"])
    files = {
        "model.onnx": int8 if quantized else whole,
        "tokenizer.json": base.tokenizer_json.encode(),
        "config.json": as_config(asdict(config)),
    }
    return write_model(NAME, files, origin, root)
