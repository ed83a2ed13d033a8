"""The extension's shapes are those of the service, and its fields are called the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import yaml

from assistant.knowledge import folder
from tests.extension.examples import CHECKOUT, SHARED, text

NODE = shutil.which("node")
HERE = Path(__file__).parent


def test_the_examples_are_what_the_service_answers() -> None:
    assert SHARED.read_text("utf-8") == text(), "run `python -m tests.extension.examples`"


def test_the_extension_answers_the_same() -> None:
    assert NODE is not None, "the tests need Node.js"
    told = subprocess.run([NODE, HERE / "shapes.mjs"], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == []


def test_signs_of_fields_are_those_of_the_service() -> None:
    assert NODE is not None, "the tests need Node.js"
    file = CHECKOUT / "extension" / "src" / "content" / "field-kinds.js"
    table = file.read_text("utf-8").partition("const SIGNS = ")[2].partition(";\n")[0]
    code = f"console.log(JSON.stringify({table}))"
    told = subprocess.run([NODE, "-e", code], capture_output=True, text=True, check=True)
    kinds = yaml.safe_load((folder("site") / "fields.yaml").read_text("utf-8"))["kinds"]
    assert list(json.loads(told.stdout).items()) == list(kinds.items())
