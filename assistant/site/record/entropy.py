"""How many people a value could tell apart, at most: an upper estimate from its characters."""

from __future__ import annotations

import re
from functools import lru_cache
from math import comb, log2

LONGEST_READ = 4_096
"""Characters of a value that are looked at."""
MOST_BITS = 1_024.0
UUID_BITS = 122.0
"""Random bits of a version 4 UUID (RFC 9562)."""
IPV4_BITS = 32.0
ALL_PEOPLE_BITS = 33.0
"""log2 of eight billion."""
FREE_WORDS = 3
WORD_BITS = 11.0
"""What a further word counts: one of 2,048, as in common lists of words."""

UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
STRONG = re.compile(r"""[.:|&,;=!/ \t\r\n"'`{}\[\]()<>@?#+*$^%\\]+""")
"""What stands between the pieces of a value."""
WEAK = re.compile(r"[-_~]+")
"""What stands between words, and also within identifiers."""

_KEYWORDS = frozenset({"true", "false", "null", "undefined", "none", "nan", "yes", "no"})
_TIMESTAMP = r"1[4-9]\d{8}(?:\d{3})?(?:\.\d{1,3})?"
"""Seconds or milliseconds from 2014 to 2033."""
_DATE = (
    r"(?:19|20)\d\d(?P<between>[-/.]?)(?:0[1-9]|1[0-2])(?P=between)(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T ]\d\d:?\d\d(?::?\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|[12]\d|3[01])[./](?:19|20)\d\d"
)
_VERSION = r"v?\d{1,4}(?:\.\d{1,5}){1,4}(?:-(?:alpha|beta|rc|dev)\.?\d{0,3})?"
_COLOUR = r"#[0-9A-Fa-f]{3,4}|#?[0-9A-Fa-f]{6}|#[0-9A-Fa-f]{8}"
_LANGUAGE = r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2}(?:;q=[01](?:\.\d{1,3})?)?"
_LANGUAGES = rf"{_LANGUAGE}(?:, ?{_LANGUAGE}){{0,9}}"
_PLAIN = re.compile("|".join((_TIMESTAMP, _DATE, _VERSION, _COLOUR, _LANGUAGES)), re.ASCII)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_EMAIL = re.compile(r"[^\s@,;:<>]{1,64}@[^\s@,;:<>]{1,200}")
_CAMEL = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])")
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xz]{5}", re.IGNORECASE)
_VOWELS = frozenset("aeiouyAEIOUY")
_SHORT_WORD, _LONG_WORD = 7, 14
_LEAST_VOWELS = 0.3


def bits_of(value: str) -> float:
    """Most identifying entropy that a value can carry, in bits; 33 tell all people apart.

    0 for what is plainly no identifier: a truth value, up to three words, language codes, a time
    in seconds or milliseconds near the present, a date, a version, a colour, one character
    repeated. Else the sum over the pieces between separators. A piece of n characters, d of them
    distinct, from an alphabet of A (10 digits, 16 hexadecimal digits, 26 small and 26 capital
    letters, 33 other signs, 128 beyond ASCII; those that occur add up) counts
    min(n · log2 A, log2 C(A, d) + n · log2 d): the choice of the characters, then of their order.
    A UUID counts 122, an IPv4 address 32, an address of electronic mail 33 at least, each word
    beyond the third 11. At most `MOST_BITS`.

    An identifier that is spelt as up to three words is not known as one.
    """
    value = value[:LONGEST_READ]
    if is_plain(value):
        return 0.0
    if _IPV4.fullmatch(value):
        return IPV4_BITS
    if _EMAIL.fullmatch(value):
        return max(ALL_PEOPLE_BITS, round(_formula(value), 1))
    token, words = _weigh(value)
    return round(min(MOST_BITS, token + WORD_BITS * max(0, words - FREE_WORDS)), 1)


def token_bits(value: str) -> float:
    """The same without the words: what is left is no text that people read."""
    value = value[:LONGEST_READ]
    return 0.0 if is_plain(value) else min(MOST_BITS, _weigh(value)[0])


def is_plain(value: str) -> bool:
    """Whether a value is by its form no identifier: a state, a time, a version, a colour."""
    value = value.strip()
    if len(set(value)) < 2 or value.lower() in _KEYWORDS:
        return True
    if len(value) > 100:
        return False
    return bool(_PLAIN.fullmatch(value)) and not _is_address(value)


def _is_address(value: str) -> bool:
    """Whether numbers with dots are an IPv4 address rather than a browser's version."""
    return bool(_IPV4.fullmatch(value)) and not value.endswith(".0.0.0")


def _weigh(value: str) -> tuple[float, int]:
    """Bits of the pieces that are no words, and the number of words."""
    bits, words = 0.0, 0
    for piece in STRONG.split(value):
        if piece.isalpha() and len(piece) <= _SHORT_WORD:
            words += 1
        elif not piece or is_plain(piece):
            continue
        elif len(piece) >= 32 and UUID.fullmatch(piece):
            bits += UUID_BITS
        else:
            smaller = [part for part in WEAK.split(piece) if part]
            counts = [_words_in(part) for part in smaller if not part.isdecimal()]
            readable = None not in counts
            words += sum(filter(None, counts)) if readable else 0
            told = smaller if not readable else filter(str.isdecimal, smaller)
            bits += _formula("".join(told))
    return bits, words


def _words_in(part: str) -> int | None:
    """Words in a piece that consists of words; None for anything else."""
    if not part.isalpha():
        return None
    words = _CAMEL.findall(part)
    if len(words) > 1 and len(part) < 3 * len(words):
        return None  # capitals as they fall, not the beginnings of words
    return len(words) if words and all(map(_is_word, words)) else None


def _is_word(word: str) -> bool:
    if len(word) <= _SHORT_WORD:
        return True
    if len(word) > _LONG_WORD:
        return False
    if not word.isascii():
        return True
    vowels = sum(letter in _VOWELS for letter in word)
    return vowels >= _LEAST_VOWELS * len(word) and not _CONSONANTS.search(word)


_HEX_SMALL = frozenset("0123456789abcdef")
_HEX_CAPITAL = frozenset("0123456789ABCDEF")


def _formula(piece: str) -> float:
    distinct = set(piece)
    if len(distinct) < 2:
        return 0.0
    alphabet = _alphabet(distinct)
    return min(
        len(piece) * log2(alphabet),
        _choices(alphabet, min(len(distinct), alphabet)) + len(piece) * log2(len(distinct)),
    )


def _alphabet(distinct: set[str]) -> int:
    """Size of the alphabet that a piece seems to be written in."""
    digits = any("0" <= c <= "9" for c in distinct)
    if digits and all("0" <= c <= "9" for c in distinct):
        return 10
    if digits and (distinct <= _HEX_SMALL or distinct <= _HEX_CAPITAL):
        return 16
    size = 10 if digits else 0
    size += 26 * any("a" <= c <= "z" for c in distinct)
    size += 26 * any("A" <= c <= "Z" for c in distinct)
    size += 128 * any(c > "\x7f" for c in distinct)
    return size + 33 * any(c <= "\x7f" and not c.isalnum() for c in distinct)


@lru_cache(maxsize=2_048)
def _choices(alphabet: int, distinct: int) -> float:
    """log2 of the ways to choose the characters that occur."""
    return log2(comb(alphabet, distinct))
