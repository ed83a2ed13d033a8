"""Text of others, made safe to show.

What a policy says reaches the screen only through these functions: control
characters could drive a terminal, direction controls could reorder a quote,
and lone surrogates cannot be written at all.
"""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\t\n\v\f\r \u0085\u00a0\u2028\u2029]+")
_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls, ESC among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, overrides, isolates
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear controls
    "\U000e0000-\U000e007f"  # tag characters
    "]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)]*\s")


def visible(text: str) -> str:
    """`text` in one line: white space folded, invisible controls taken out."""
    return unhidden(_SPACES.sub(" ", text)).strip()


def unhidden(text: str) -> str:
    """`text` with its white space as it is, and invisible controls taken out."""
    return _SURROGATES.sub("\ufffd", _HIDDEN.sub("", text))


def shorten(text: str, limit: int) -> str:
    """The beginning of `text` in one line of at most `limit` characters.

    Ends after a sentence where one ends in the second half of the limit, else
    after a word, followed by an ellipsis. Text within the limit stays whole.
    """
    line = visible(text)
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    ends = [match.end() - 1 for match in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= limit // 2:
        return f"{head[: ends[-1]]} …" if ends[-1] + 2 <= limit else head[: ends[-1]]
    cut = head.rfind(" ")
    return f"{head[: cut if cut > limit // 2 else len(head)].rstrip(' ,;:–-')}…"


def escape_controls(document: str) -> str:
    """JSON text with every remaining control and direction character as `\\uXXXX`.

    JSON itself escapes only the C0 range; the rest stands inside strings, where
    the escape means the same and cannot drive a terminal.
    """
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", document)
