"""A policy's sentences with the headings and lead-ins that they stand under."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assistant.report import TextSpan

LONGEST = 600
"""Code points; a longer sentence is no sentence, and nothing is read into it."""
_LONGEST_HEADING = 80
_LINE = re.compile(r"[^\n]+")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_BULLET = re.compile(r"\s*(?:[-–—•·*▪◦]|\(?(?:\d{1,2}|[a-z])[.)])\s")
_LAST_WORD = re.compile(r"[\w.]+\.$")
_QUOTES = str.maketrans("’‘“”", "''\"\"")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a policy.

    Attributes:
        start, end: Code points of the text, end exclusive.
        words: The sentence with straight quotes and without addresses, of the same length.
        context: The heading it stands under and the line that leads in to it, "" for none.
        follows: The sentence after it in the same line, "" for none.
        heading: Whether it is a heading itself.
    """

    start: int
    end: int
    words: str
    context: str
    follows: str
    heading: bool

    def quote(self, text: str) -> TextSpan:
        return TextSpan(self.start, self.end, text[self.start : self.end])


def read_passages(text: str, abbreviations: Collection[str]) -> tuple[Passage, ...]:
    """The sentences of a text whose blocks stand on lines of their own, in order.

    Args:
        abbreviations: Words with a full stop that end no sentence, in lower case.
    """
    found: list[Passage] = []
    heading = lead = ""
    for line in _LINE.finditer(text):
        content = line[0].strip()
        if not content:
            continue
        spans = list(_sentences(line[0], line.start(), abbreviations))
        is_heading = len(spans) == 1 and _is_heading(content)
        if is_heading:
            heading, lead = content, ""
        for place, (start, end) in enumerate(spans):
            following = spans[place + 1] if place + 1 < len(spans) else (0, 0)
            if end - start <= LONGEST:
                found.append(
                    Passage(
                        start,
                        end,
                        _plain(text[start:end]),
                        _plain(f"{heading} {lead}".strip()),
                        _plain(text[slice(*following)]),
                        is_heading,
                    )
                )
        if content.endswith(":"):
            lead = content
        elif len(spans) > 1:
            lead = ""
    return tuple(found)


def around(passages: Collection[Passage], span: TextSpan) -> tuple[Passage, ...]:
    """The sentences that a quote touches, in text order."""
    return tuple(p for p in passages if p.start < span.end and span.start < p.end)


def _sentences(line: str, offset: int, abbreviations: Collection[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _END.finditer(line):
        word = _LAST_WORD.search(line, max(start, end.start() - 20), end.start() + 1)
        if word and word[0].lower() in abbreviations:
            continue
        yield _trimmed(line, start, end.end(), offset)
        start = end.end()
    if line[start:].strip():
        yield _trimmed(line, start, len(line), offset)


def _trimmed(line: str, start: int, end: int, offset: int) -> tuple[int, int]:
    piece = line[start:end]
    return (
        offset + start + len(piece) - len(piece.lstrip()),
        offset + start + len(piece.rstrip()),
    )


def _plain(words: str) -> str:
    return _ADDRESS.sub(lambda address: "x" * len(address[0]), words).translate(_QUOTES)


def _is_heading(content: str) -> bool:
    return (
        len(content) <= _LONGEST_HEADING
        and content[-1] not in ".!?:;,"
        and not _BULLET.match(content)
        and content[0].isupper()
    )
