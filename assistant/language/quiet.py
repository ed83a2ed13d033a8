"""Keep the model libraries from calling home.

ONNX Runtime's wheels (1.32) and the Hugging Face libraries send usage events
to their makers unless told not to before they start.

Sources: ONNX Runtime `Privacy.md`; `HF_HUB_DISABLE_TELEMETRY` and
`HF_HUB_OFFLINE` in the documentation of huggingface_hub.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SILENT = {
    "ORT_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}


def silence_model_libraries() -> None:
    """Switch their telemetry and downloads off for this process.

    Call it before such a library is first imported; what the person's
    environment says otherwise is overruled.
    """
    os.environ.update(_SILENT)


@contextmanager
def unimported(name: str) -> Iterator[None]:
    """Keep a package that is not loaded yet from being loaded inside.

    spaCy's thinc loads PyTorch wherever it is installed, which costs seconds and
    hundreds of megabytes; a blank pipeline never uses it.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers from printing progress and advice, which may name folders."""
    from transformers.utils import logging as transformers_logging

    level = transformers_logging.get_verbosity()
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity(logging.CRITICAL)
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if shown:
            transformers_logging.enable_progress_bar()
