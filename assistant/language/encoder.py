"""A fine-tuned sentence encoder on ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.language.quiet import silence_model_libraries

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vector = NDArray[np.float32]


def thread_count(setting: int) -> int:
    """Threads for a model: the setting, or at most two of the cores where it is 0."""
    return setting or min(2, os.cpu_count() or 1)


class Encoder:
    """Scores texts one at a time, so that a text's score never depends on its neighbours.

    The int8 model scales its activations over all that runs at once; padding
    and batch mates would move the scores a little, and save no time.
    """

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, model: bytes, tokenizer: bytes, *, threads: int) -> Encoder:
        """Build from the bytes of `model.onnx` and `tokenizer.json` (which truncates).

        Raises:
            ValueError: ONNX Runtime or the tokenizer cannot read the bytes.
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
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = thread_count(threads)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        try:
            session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidGraph, InvalidProtobuf, Unsupported) as error:
            raise ValueError("not an ONNX model this build can run") from error
        return cls(session, Tokenizer.from_buffer(tokenizer))

    def logits(self, texts: Sequence[str]) -> Vector:
        """Score texts: (texts, outputs) float32. Text past the token limit is not read."""
        rows = []
        for text in texts:
            # Lone surrogates are no Unicode text, and the tokenizer refuses them.
            sound = text.encode("utf-8", "replace").decode("utf-8")
            ids = np.array([self._tokenizer.encode(sound).ids], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            rows.append(self._session.run(["logits"], feed)[0][0])
        return np.array(rows, dtype=np.float32)
