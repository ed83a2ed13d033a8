"""Expected outputs, one file each; set UPDATE_GOLDEN=1 to write them anew and read the diff."""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).parent


def check_golden(name: str, text: str) -> None:
    """Compare a text with the golden file of that name."""
    file = _FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")
