"""A process of its own that reads the lines of a PDF, under limits, and can be killed.

Run as a script: PDF bytes on standard input, one JSON object on standard
output. `{"pages": [[line, …], …]}` with lines as `[text, left, right, top,
bottom]` in points, the origin at the lower left, or `{"error": "password" |
"damaged"}`. Imports nothing of the assistant, to start fast.
"""

from __future__ import annotations

import json
import sys

import pypdfium2 as pdfium

try:
    import resource
except ImportError:  # Windows has no such limits; the parent's timeout remains
    resource = None  # type: ignore[assignment]

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD in fpdfview.h
_LINE_ENDS = "\r\n"

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
    start = 0
    for line in text.splitlines(keepends=True):
        inked = [i for i, c in enumerate(line) if not c.isspace() and c not in _LINE_ENDS]
        if inked:
            box = (0.0, 0.0, 0.0, 0.0)
            if placed:
                left, first_bottom, _, first_top = text_page.get_charbox(start + inked[0])
                _, last_bottom, right, last_top = text_page.get_charbox(start + inked[-1])
                middle = text_page.get_charbox(start + inked[len(inked) // 2])
                box = (
                    left,
                    right,
                    max(first_top, last_top, middle[3]),
                    min(first_bottom, last_bottom, middle[1]),
                )
            lines.append((line.strip(), *(round(value, 1) for value in box)))
        start += len(line)
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
