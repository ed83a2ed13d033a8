"""PolicyQA: questions in people's words, by the OPP-115 annotation that answers them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path


def questions(data: Path, names: Sequence[str]) -> dict[str, list[str]]:
    """Question type → ways to ask it; a plain one of our own for types nobody asked."""
    asked: dict[str, set[str]] = defaultdict(set)
    file = data / "policyqa" / "validation.json"
    for policy in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in policy["paragraphs"]:
            for qa in paragraph["qas"]:
                asked[qa["type"]].add(qa["question"])
    return {name: sorted(asked[name]) or [_plain_question(name)] for name in names}


def _plain_question(name: str) -> str:
    category, attribute, value = name.split("|||")
    return f"{category}: what does the policy say about {attribute.lower()} – {value.lower()}?"
