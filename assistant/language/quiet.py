"""Keep the model libraries from calling home.

ONNX Runtime's wheels (1.32) and the Hugging Face libraries send usage events
to their makers unless told not to before they start.

Sources: ONNX Runtime `Privacy.md`; `HF_HUB_DISABLE_TELEMETRY` and
`HF_HUB_OFFLINE` in the documentation of huggingface_hub.
"""

from __future__ import annotations

import os

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
