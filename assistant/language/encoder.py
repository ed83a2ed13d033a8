"""The shared sentence encoder on ONNX Runtime: text in, token states out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from assistant.language.artifacts import Artifact, damaged, open_artifact
from assistant.language.lazy import Lazy
from assistant.language.protocols import EncodedText, States
from assistant.language.quiet import silence_model_libraries

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

NAME = "encoder"
MOST_STRETCHES = 8
"""Of a text that are read; ten times a segment of a policy, so that only endless text is cut."""


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """`config.json` of the model.

    Attributes:
        width: Of a token's state.
        max_tokens: Longest stretch that is encoded at once, with its two special tokens.
        first, last: Ids of the special tokens around a stretch.
    """

    width: int
    max_tokens: int
    first: int
    last: int


def thread_count(setting: int) -> int:
    """Threads for a model: the setting, or at most two of the cores where it is 0."""
    return setting or min(2, os.cpu_count() or 1)


def open_session(model: bytes, *, threads: int) -> InferenceSession:
    """An ONNX Runtime session on the CPU.

    Raises:
        ValueError: ONNX Runtime cannot read the bytes.
    """
    silence_model_libraries()
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        Fail,
        InvalidGraph,
        InvalidProtobuf,
    )
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        NotImplemented as Unsupported,
    )

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = thread_count(threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidGraph, InvalidProtobuf, Unsupported) as error:
        raise ValueError("not an ONNX model this build can run") from error


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: InferenceSession
    tokenizer: Tokenizer


class EmbeddedTextEncoder:
    """A `TextEncoder` that loads when first asked.

    Texts run one at a time, so that a text's states never depend on its
    neighbours: the int8 model scales its activations over all that runs at
    once, and padding or batch mates would move them a little. Measured, a batch
    of eight equally long segments saves a twentieth of the time. Of eight short
    sentences it saves a third, but sentences are read inside their segment.
    """

    def __init__(self, artifact: Artifact, *, threads: int) -> None:
        self.version = artifact.version
        self._config = artifact.read_config(EncoderConfig)
        self._loaded = Lazy(partial(_load, artifact, threads))

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """Encode texts, in order; long ones stretch by stretch, up to `MOST_STRETCHES`.

        Raises:
            DamagedModel: The model's files are missing or not those of the manifest.
        """
        loaded = self._loaded.get()
        return [self._encode(loaded, text) for text in texts]

    def _encode(self, loaded: _Loaded, text: str) -> EncodedText:
        # Lone surrogates are no Unicode text, and the tokenizer refuses them.
        sound = text.encode("utf-8", "replace").decode("utf-8")
        encoding = loaded.tokenizer.encode(sound, add_special_tokens=False)
        step = self._config.max_tokens - 2
        read = min(len(encoding.ids), MOST_STRETCHES * step)
        states = [
            self._run(loaded, encoding.ids[start : min(start + step, read)])
            for start in range(0, max(1, read), step)
        ]
        return EncodedText(
            text=text,
            pooled=np.mean(np.concatenate(states), axis=0, dtype=np.float32),
            states=np.concatenate([stretch[1:-1] for stretch in states]),
            offsets=np.array(encoding.offsets[:read], dtype=np.int32).reshape(-1, 2),
            words=np.array(encoding.word_ids[:read], dtype=np.int32),
        )

    def _run(self, loaded: _Loaded, ids: Sequence[int]) -> States:
        whole = np.array([[self._config.first, *ids, self._config.last]], dtype=np.int64)
        feed = {"input_ids": whole, "attention_mask": np.ones_like(whole)}
        states: States = loaded.session.run(["states"], feed)[0][0]
        return states


def _load(artifact: Artifact, threads: int) -> _Loaded:
    from tokenizers import Tokenizer

    model, tokenizer = artifact.read("model.onnx"), artifact.read("tokenizer.json")
    try:
        session = open_session(model, threads=threads)
        loaded = Tokenizer.from_buffer(tokenizer)
    except ValueError:
        raise damaged(artifact.name) from None
    loaded.no_truncation()
    loaded.no_padding()
    return _Loaded(session, loaded)


def load_encoder(*, threads: int) -> EmbeddedTextEncoder:
    """The embedded encoder.

    Args:
        threads: Of the model; 0 takes up to two cores.

    Raises:
        DamagedModel: The model is missing or its manifest or configuration is not readable.
    """
    return EmbeddedTextEncoder(open_artifact(NAME), threads=threads)
