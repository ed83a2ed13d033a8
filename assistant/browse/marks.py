"""Invented values to type into a page, different in each run, so that finding one is no accident.

Nobody is meant by them: the mail address lies under `example.com` (RFC 2606), the telephone
number in the range that Ofcom keeps for drama, the card number in a range that payment services
keep for tests.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from assistant.site.record.observation import FieldKind

Marks = Mapping[FieldKind, str]

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


def invent_marks() -> dict[FieldKind, str]:
    """A fresh value for each kind of field, at least 10 characters long."""
    return {
        FieldKind.EMAIL: f"{_word()}.{_word()}@example.com",
        FieldKind.PASSWORD: f"Q{_word()}-{_digits(4)}!x",
        FieldKind.NAME: f"{_word().title()} {_word().title()}",
        FieldKind.PHONE: f"07700900{_digits(3)}",
        FieldKind.ADDRESS: f"{_digits(3)} {_word().title()}{_word()} Street",
        FieldKind.CARD: _with_check_digit(f"40000000{_digits(7)}"),
        FieldKind.SEARCH: f"{_word()}{_word()}",
        FieldKind.TEXT: f"{_word()} {_word()}",
    }


def _word() -> str:
    return "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(5))


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def _with_check_digit(number: str) -> str:
    """The number with the digit of ISO/IEC 7812 that forms ask for."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{number}{-total % 10}"
