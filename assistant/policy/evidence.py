"""Quote the words that prove a match: verbatim, and short enough to be read."""

from __future__ import annotations

from assistant.language.english import Sentence
from assistant.report import TextSpan

LONGEST_QUOTE = 400
"""Code points; a longer sentence is cut to the clauses of the match."""


def quote(
    text: str, sentence: Sentence, first: int, last: int, *, item: int = 0, adjacent: bool = True
) -> tuple[TextSpan, ...]:
    """The evidence for words `first` to `last` (end exclusive) of a sentence.

    Args:
        item: Where the list item begins in a sentence joined with its lead-in;
            0 for a plain sentence. A match inside the item quotes the item.
        adjacent: Whether the item stands right after the lead-in in `text`.

    Returns:
        One span; two, lead-in first, where item and lead-in are far apart.
    """
    size = len(sentence.words)
    if first >= item:
        return (_span(text, sentence, (first, last), (item, size)),)
    whole = _text_range(sentence, 0, size)
    if adjacent and whole[1] - whole[0] <= LONGEST_QUOTE:
        return (_cut(text, *whole),)
    return (
        _span(text, sentence, (first, min(last, item)), (0, item)),
        _span(text, sentence, (item, max(last, item + 1)), (item, size)),
    )


def _span(text: str, sentence: Sentence, match: tuple[int, int], part: tuple[int, int]) -> TextSpan:
    """The words of `match` inside the words of `part`, widened to their clauses or a window."""
    (first, last), (low, high) = match, part
    start, end = _text_range(sentence, low, high)
    if end - start <= LONGEST_QUOTE:
        return _cut(text, start, end)
    clauses = sentence.clauses
    while first > low and clauses[first - 1] == clauses[first] and _fits(sentence, first - 1, last):
        first -= 1
    while last < high and clauses[last] == clauses[last - 1] and _fits(sentence, first, last + 1):
        last += 1
    start, end = _text_range(sentence, first, last)
    return _cut(text, start, min(end, start + LONGEST_QUOTE))


def _fits(sentence: Sentence, first: int, last: int) -> bool:
    start, end = _text_range(sentence, first, last)
    return end - start <= LONGEST_QUOTE


def _text_range(sentence: Sentence, first: int, last: int) -> tuple[int, int]:
    return sentence.words[first][0], sentence.words[last - 1][1]


def _cut(text: str, start: int, end: int) -> TextSpan:
    """The span without white space or a dangling comma at its edges."""
    quoted = text[start:end]
    start += len(quoted) - len(quoted.lstrip(" \n,;"))
    quoted = quoted.strip(" \n,;")
    return TextSpan(start, start + len(quoted), quoted)
