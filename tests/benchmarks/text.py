"""An invented policy of any length: the sample's sections over and over, each its own service's."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

from bs4 import BeautifulSoup

SAMPLE = Path(__file__).parents[2] / "assistant" / "page" / "sample.html"


def policy_html(words: int) -> bytes:
    """The sample policy, repeated with changed numbers until it has about `words` words."""
    page = BeautifulSoup(SAMPLE.read_bytes(), "lxml")
    body = page.find("main") or page.body
    assert body is not None
    section = body.decode_contents()
    size = len(re.findall(r"\w+", body.get_text(" ")))
    parts: list[str] = []
    for number in count(1):
        if len(parts) * size >= words:
            break
        parts.append(re.sub(r"\b(\d+)\b", lambda m, n=number: str(int(m[1]) + n), section))  # type: ignore[misc]
    whole = "".join(parts)
    if len(parts) == 1:
        return f"<html><body><main>{whole}</main></body></html>".encode()
    keep = int(len(whole) * words / (len(parts) * size))
    cut = whole.rfind("</p>", 0, keep) + len("</p>")
    head = "<html lang=en><head><title>Privacy policy</title></head>"
    return f"{head}<body><main>{whole[:cut]}</main></body></html>".encode()
