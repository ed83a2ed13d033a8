"""A process of its own that reads the lines of a PDF, under limits, and can be killed.

Run as a script: PDF bytes on standard input, one JSON object on standard
output. `{"pages": [[line, …], …]}` with lines as `[text, left, right, top,
bottom]` in points, the origin at the lower left, or `{"error": "password" |
"damaged"}`. Imports nothing of the assistant, to start fast.
"""

from __future__ import annotations

import json
import re
import sys

import pypdfium2 as pdfium

try:
    import resource
except ImportError:  # Windows has no such limits; the parent's timeout remains
    resource = None  # type: ignore[assignment]

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in fpdfview.h
_LINE = re.compile("[^\r\n\ufffe]+\ufffe?")  # PDFium puts U+FFFE where a word is broken

Line = tuple[str, float, float, float, float]


def limit_resources(memory_bytes: int, cpu_s: int) -> None:
    """Let the system end this process when it takes more than that."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def page_lines(text_page: pdfium.PdfTextPage) -> list[Line]:
    """The lines of one page in the order of its content."""
    text = text_page.get_text_range()
    placed = len(text) == text_page.count_chars()
    lines: list[Line] = []
    for match in _LINE.finditer(text):
        inked = [i for i in range(*match.span()) if not text[i].isspace()]
        if inked and placed:
            left, bottom, _, top = text_page.get_charbox(inked[0], loose=True)
            right = text_page.get_charbox(inked[-1], loose=True)[2]
            box = (round(left, 1), round(right, 1), round(top, 1), round(bottom, 1))
            lines.append((match[0].strip(), *box))
        elif inked:
            lines.append((match[0].strip(), 0.0, 0.0, 0.0, 0.0))
    return lines


def read(data: bytes, *, max_pages: int, max_chars: int) -> dict[str, object]:
    """All lines of the document, up to the limits."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return {"error": "password" if error.err_code == _PASSWORD_ERROR else "damaged"}
    pages: list[list[Line]] = []
    chars = 0
    for number in range(min(len(document), max_pages)):
        try:
            page = document[number]
            lines = page_lines(page.get_textpage())
        except pdfium.PdfiumError:
            continue
        chars += sum(len(line[0]) for line in lines)
        pages.append(lines)
        if chars > max_chars:
            break
    return {"pages": pages}


def main() -> None:
    memory_bytes, cpu_s, max_pages, max_chars = map(int, sys.argv[1:])
    limit_resources(memory_bytes, cpu_s)
    answer = read(sys.stdin.buffer.read(), max_pages=max_pages, max_chars=max_chars)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
