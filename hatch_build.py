"""Puts the browser extension into the wheel, with what it takes from others where that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = ("manifest.json", "PERMISSIONS.md", "_locales", "icons", "src", "vendor")
"""As in `assistant/packing.py`, which cannot be imported before it is built."""


class ExtensionHook(BuildHookInterface[Any]):
    """Includes the parts of `extension/` that are there: a fixed list fails on a missing one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name what belongs into the wheel; an editable one finds the folder in the checkout."""
        if version == "editable":
            return
        folder = Path(self.root) / "extension"
        for part in PARTS:
            if (folder / part).exists():
                build_data["force_include"][str(folder / part)] = f"assistant/extension/{part}"
