"""PDF: read in a process that can be killed, then lines to blocks."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources

from pydantic import TypeAdapter, ValidationError

from assistant.errors import PasswordProtectedPdf, PdfWithoutText, UnreadablePdf
from assistant.policy.extract.draft import Draft, has_ink
from assistant.policy.extract.pdf_lines import Line, blocks_of

MEMORY_BYTES = 1_500_000_000
TIMEOUT_S = 30
MAX_PAGES = 2_000

_ANSWER = TypeAdapter(dict[str, list[list[tuple[str, float, float, float, float]]] | str])


def parse_pdf(data: bytes, *, max_chars: int) -> Draft:
    """Read a PDF's text. A hostile file costs at most `TIMEOUT_S` and `MEMORY_BYTES`.

    Raises:
        UnreadablePdf: Damaged, or over the limits of time and memory.
        PasswordProtectedPdf: It opens with a password only.
        PdfWithoutText: It holds no text.
    """
    pages = _read_lines(data, max_chars=2 * max_chars)
    if not any(has_ink(line.text) for page in pages for line in page):
        raise PdfWithoutText
    blocks = blocks_of(pages)
    return Draft(blocks, blocks[0].text if blocks[0].level else "")


def _read_lines(data: bytes, *, max_chars: int) -> list[list[Line]]:
    limits = (MEMORY_BYTES, TIMEOUT_S, MAX_PAGES, max_chars)
    script = resources.files("assistant.policy.extract") / "pdf_worker.py"
    with resources.as_file(script) as path:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(path), *map(str, limits)],
                input=data,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnreadablePdf("The PDF takes too long to read.") from None
    if done.returncode:
        raise UnreadablePdf
    try:
        answer = _ANSWER.validate_json(done.stdout)
    except ValidationError:
        raise UnreadablePdf from None
    if answer.get("error") == "password":
        raise PasswordProtectedPdf
    pages = answer.get("pages")
    if not isinstance(pages, list):
        raise UnreadablePdf
    return [[Line(*line) for line in page] for page in pages]
