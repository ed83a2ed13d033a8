"""Private values as they may be shown: an end by which their owner can tell them."""

from __future__ import annotations

_SHORT, _MIDDLE = 6, 10
"""Up to so many characters nothing is shown; up to so many, two; of longer values, more."""


def masked_end(value: str, most: int = 4) -> str:
    """An ellipsis and the last two to four letters or digits of a value.

    Args:
        most: Characters that may be shown at most.
    """
    plain = "".join(character for character in value if character.isalnum())
    if len(plain) <= _SHORT:
        return "…"
    return f"…{plain[-min(most, 2 if len(plain) <= _MIDDLE else 4) :]}"
