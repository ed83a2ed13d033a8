"""Bytes to text, whatever the sender says the character set is."""

from __future__ import annotations

import codecs
import re

from bs4.dammit import EncodingDetector, UnicodeDammit

from assistant.errors import UnreadableInput

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers read these labels as (WHATWG Encoding Standard, "Names and labels").
_AS_BROWSERS_READ = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python also calls rot13, base64 and the like encodings.
_CHARACTER_SET = re.compile(
    r"ascii|utf-(?:8|16|32).*|cp\d+|iso8859-\d+|koi8-\w|mac-\w+|gb\w+|big5\w*|euc_\w+|shift_jis\w*"
    r"|iso2022_jp\w*|hz|johab|tis-620"
)
_STATEFUL = ("iso2022_jp", "hz")
_UTF8_OR_STRAY = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|([\x80-\xff])"
)
# UTF-8 that was once read as Latin-1 or Windows-1252, and saved again.
_TAIL = (
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014"
    "\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_TWICE_ENCODED = re.compile(
    f"[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{2}}|[\u00f0-\u00f4]{_TAIL}{{3}}"
)
_COMMON_LEADS = frozenset("\u00c2\u00c3\u00e2")
_C1_CONTROL = re.compile("[\u0080-\u009f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_SAMPLE = 20_000
_MAX_CONTROL_SHARE = 0.02
_MAX_CONTROLS = 3
_FOREIGN_SHARE = 0.2
_MAX_STRAYS = 100_000


def decode(data: bytes, *, charset: str | None = None, is_html: bool = False) -> str:
    """Decode text of unknown or wrongly declared encoding, in time linear in its length.

    A byte order mark beats valid UTF-8, which beats the declared `charset` (of
    the HTTP header, or of the document where `is_html`). Text that claims or
    seems to be UTF-8 and is not has its stray bytes read as Windows-1252.

    Raises:
        UnreadableInput: The bytes are no text.
    """
    text = _decode(data, charset, is_html)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > max(_MAX_CONTROLS, _MAX_CONTROL_SHARE * len(sample)):
        raise UnreadableInput
    return repair_mojibake(text)


def _decode(data: bytes, charset: str | None, is_html: bool) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _known(charset) or _known(
        EncodingDetector.find_declared_encoding(data[:_SAMPLE], is_html=is_html)
    )
    if wide := _wide_encoding(data):
        declared = wide
    elif declared not in _STATEFUL:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            declared = declared or _guess(data)
    if declared is None or (declared.startswith("utf") and not wide):
        return _mixed(data)
    return data.decode(declared, "replace")


def _mixed(data: bytes) -> str:
    """UTF-8 with stray bytes in it, or Windows-1252 where the strays outnumber the rest."""
    text = data.decode("utf-8", "replace")
    stray = text.count("\ufffd")
    valid = len(text) - stray - len(text.encode("ascii", "ignore"))
    if stray > valid:
        return data.decode("cp1252", "replace")
    if stray > _MAX_STRAYS:
        return text
    return _UTF8_OR_STRAY.sub(_as_windows_1252, data).decode("utf-8", "replace")


def _known(label: str | None) -> str | None:
    """Python's name of the encoding that a browser would use for `label`, if it knows it."""
    try:
        name = codecs.lookup((label or "").strip("\"' ")).name
    except (LookupError, ValueError):
        return None
    if not _CHARACTER_SET.fullmatch(name):
        return None
    return _AS_BROWSERS_READ.get(name, name)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by the zero bytes of its Latin letters."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 4:
        return None
    half = len(sample) / 2
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> str | None:
    """The likely encoding of undeclared text that is mostly not Latin."""
    sample = data[:_SAMPLE]
    high = sum(byte >= 0x80 for byte in sample)
    letters = high + sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    if high < _FOREIGN_SHARE * letters or _UTF8_OR_STRAY.sub(_drop_valid, sample).count(b"?") == 0:
        return None
    guess = UnicodeDammit(sample, is_html=False).original_encoding
    return _known(guess) if guess and not guess.startswith("utf") else None


def _drop_valid(match: re.Match[bytes]) -> bytes:
    return b"?" if match[1] else b""


def _as_windows_1252(match: re.Match[bytes]) -> bytes:
    if not match[1]:
        return match[0]
    return match[1].decode("cp1252", "ignore").encode("utf-8")


def repair_mojibake(text: str) -> str:
    """Undo one round of UTF-8 read as Latin-1 or Windows-1252, where a sequence proves it."""
    return text if text.isascii() else _TWICE_ENCODED.sub(_once, text)


def _once(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] not in _COMMON_LEADS and not _C1_CONTROL.search(found):
        return found  # a capital before a guillemet, say
    try:
        raw = b"".join(
            character.encode("latin-1" if ord(character) < 0x100 else "cp1252")
            for character in found
        )
        return raw.decode("utf-8")
    except UnicodeError:
        return found
