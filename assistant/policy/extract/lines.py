"""What one line of plain text looks like: a bullet, a number, a heading."""

from __future__ import annotations

import re

from assistant.policy.extract.lexicon import words_of

_BULLET = re.compile(r"^(?:[•●○◦▪▫■□◆◇►▶‣⁃∙·»✓✔➢➤\u2043]+|[*+–—-](?=\s)|o(?=\s+[A-Z]))\s*(?=\S)")
_ITEM_NUMBER = re.compile(r"^\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s+(?=\S)", re.IGNORECASE)
_SECTION_NUMBER = re.compile(
    r"^(?:(?:section|article|part|clause)\s+|§+\s*)?(\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z])[.):]?\s+(?=\S)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;,…][\"'”’)\]]*$")
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_HEADING_WORDS = 14
_MAX_LEAD_IN_WORDS = 8


def split_bullet(line: str) -> tuple[str, bool]:
    """`line` without its list mark, and whether it had one. (a), 1) and iv) stay in the text."""
    found = _BULLET.match(line)
    if found:
        return line[found.end() :], True
    return line, _ITEM_NUMBER.match(line) is not None


def ends_sentence(line: str) -> bool:
    """Whether the line ends as a sentence or clause does. A colon does not count."""
    return _SENTENCE_END.search(line) is not None


def is_numbered(line: str) -> bool:
    """Whether a line starts with a section number in digits."""
    number = _SECTION_NUMBER.match(line)
    return number is not None and number[1][0].isdigit()


def heading_level(line: str) -> int:
    """Level from 1 of a line that looks like a heading without any mark-up; 0 for all others.

    Short, without closing punctuation, and numbered, in capitals, or in title case.
    """
    words = line.split()
    number = _SECTION_NUMBER.match(line)
    rest = line[number.end() :] if number else line
    letters = _LETTERS.findall(rest)
    if (
        not 0 < len(words) <= _MAX_HEADING_WORDS
        or ends_sentence(line)
        or (line.endswith(":") and len(words) > _MAX_LEAD_IN_WORDS)
        or (not number and ": " in line)
        or not letters
        or not rest[0].isupper()
    ):
        return 0
    if number and number[1][0].isdigit():
        return 3 + number[1].count(".")
    if rest.isupper() and len("".join(letters)) >= 4:
        return 2
    small = words_of("small_words")
    telling = [word for word in letters if word.lower() not in small]
    in_title_case = bool(telling) and all(word[0].isupper() for word in telling)
    return 3 if in_title_case and (number or len(words) >= 2) else 0
