"""Bar codes and square codes in a picture, and what their content tells whoever reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import Box
from assistant.photo.seeing.mask import masked_end
from assistant.photo.seeing.pixels import Picture, Pixels
from assistant.report import Severity

if TYPE_CHECKING:
    from zxingcpp import Barcode

MOST_CODES = 64
MOST_TEXT = 8_000
"""Characters of one code's content that are kept; the largest QR code holds 7,089."""
LONGEST = 4_096
"""Longer side in pixels at which codes are looked for."""
_HARDER = 2_000
"""The same for the further attempts."""
_SMALL = 1_200
"""Longer side up to which a picture is also enlarged for a further attempt."""
_ALL = "AllReadable"
_SURE = "QRCode,Aztec,DataMatrix,PDF417,MaxiCode,EAN13,EAN8,UPCA,UPCE,Code128,Code39"
"""Symbologies that noise is hardly taken for, for the further attempts."""
_MARGIN = 0.04
"""Added on each side of a code, of its longer side: corners are those of the outer modules."""
_STEPS = 48
"""Places on each side of a bar code's middle where its bars are looked for."""
_PLACES = 256
"""Along a line, at which its brightness is taken."""
_GAP = 2
"""Lines in a row that may cross something else, such as a scratch."""
_SLANTS = tuple(i / 8 for i in range(-8, 9))
"""Of the bars against the reader's line: along it by across it."""
_TELLING = 0.08
"""Height by length from which the reader's corners show which way the bars go."""
_SHORTEST = 8
"""Pixels of a bar code whose height can be followed."""
_SAME_BARS = 0.4
"""Correlation with the middle line from which a line still crosses the bars."""
Profile = NDArray[np.float64]
Points = NDArray[np.float64]
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was read.

    Attributes:
        kind: The symbology as its reader names it: `QR Code`, `EAN-13`, `PDF417`.
        text: Its content, line ends as `\\n`.
    """

    kind: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a code is and gives away.

    Attributes:
        what: In plain words, with an article: "a boarding pass".
        reveals: What can be read out of it, each in plain words, no value but such as
            a flight's or a web site's name.
        severity: One of `Severity`.
        masked: A trace of the content by which a person can tell it, safe to show.
        kind: `boarding_pass`, `driver_licence`, … as in `codes.yaml`.
    """

    what: str
    reveals: tuple[str, ...]
    severity: str
    masked: str
    kind: str = "other"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a code's content, and what it reveals where it is there."""

    pattern: str
    reveals: str


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class CodeKind:
    """One kind of content.

    Attributes:
        pattern: Regular expression from the start of the content; its named groups can
            be used in `reveals` and `masked`. "" for all that no kind before it takes.
        symbologies: The kind is only looked for in these; all where empty.
        check: Name of a further check.
        reveals: Told of every code of the kind.
        parts: Told where their pattern is found, ignoring case.
        masked: Template of what may be shown; "" for the end of the content.
    """

    id: str
    what: str
    severity: Severity
    pattern: str = ""
    symbologies: tuple[str, ...] = ()
    check: str = ""
    reveals: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    masked: str = ""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class CodeKnowledge:
    """`codes.yaml`: kinds in the order in which they are tried, and telling words in links."""

    kinds: tuple[CodeKind, ...]
    secret_parameters: frozenset[str]
    secret_paths: frozenset[str]
    pass_on: Mapping[str, str] = field(default_factory=dict)


@cache
def knowledge() -> CodeKnowledge:
    """The packaged kinds of content.

    Raises:
        ValueError: A kind names a check that does not exist, or none takes what is left.
    """
    found = load_yaml(CodeKnowledge, folder("photo") / "codes.yaml")
    if strange := {kind.check for kind in found.kinds if kind.check} - _CHECKS.keys():
        raise ValueError(f"codes.yaml asks for unknown checks {sorted(strange)}")
    if found.kinds[-1].pattern:
        raise ValueError("codes.yaml: the last kind takes everything")
    return found


def find_codes(picture: Picture) -> tuple[Code, ...]:
    """Every code that can be read, at most `MOST_CODES`.

    Where none is read at first, a sharpened and, of a small picture, an enlarged copy
    is tried, without the symbologies whose checks are weak.
    """
    view = picture.smaller(LONGEST)
    found = list(_read(view.pixels))
    codes = [_code(view, barcode, view.pixels, 1.0) for barcode in found]
    if not codes:
        view = picture.smaller(_HARDER)
        codes = list(_try_harder(view))
    unique = {(code.kind, code.text, code.box): code for code in codes if code}
    return tuple(unique.values())[:MOST_CODES]


def explain_code(code: Code) -> CodeMeaning:
    """What the content of a code gives away, without giving it away."""
    for kind in knowledge().kinds:
        if kind.symbologies and code.kind not in kind.symbologies:
            continue
        match = re.match(kind.pattern, code.text, re.DOTALL)
        if match and (not kind.check or _CHECKS[kind.check](code.text)):
            return _meaning(kind, code.text, match)
    raise AssertionError("the last kind takes everything")


def _meaning(kind: CodeKind, text: str, match: re.Match[str]) -> CodeMeaning:
    groups = {name: " ".join((value or "").split()) for name, value in match.groupdict().items()}
    reveals = [told.format_map(groups) for told in kind.reveals]
    reveals += [p.reveals for p in kind.parts if re.search(p.pattern, text, re.IGNORECASE)]
    severity, masked = kind.severity, kind.masked.format_map(groups)
    if kind.id == "link":
        severity, further, masked = _link(text, kind.severity)
        reveals += further
    return CodeMeaning(
        kind.what,
        tuple(dict.fromkeys(reveals)),
        severity.value,
        masked or masked_end(text),
        kind.id,
    )


def _link(text: str, severity: Severity) -> tuple[Severity, list[str], str]:
    """Of a web address only the host is told, and whether it opens something personal."""
    words = knowledge()
    try:
        parts = urlsplit(text.split(maxsplit=1)[0])
        host = parts.hostname or ""
        queries = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return severity, ["a web address"], "…"
    told = [f"a page of {host[:100]}" if host else "a web address"]
    names = {name.lower() for name, _ in queries}
    steps = {step.lower() for step in re.split(r"[/\-_.]", parts.path)}
    long_piece = max((len(piece) for piece in _secret_looking(parts.path, queries)), default=0)
    if names & words.secret_parameters or steps & words.secret_paths:
        severity = Severity.HIGH
        told.append("a personal key in the address: whoever has it may be let in")
    elif long_piece:
        severity = max(severity, Severity.MEDIUM, key=lambda each: each.rank)
        told.append("a long key in the address that may be personal")
    for fragment, says in words.pass_on.items():
        if host == fragment or host.endswith("." + fragment):
            told.append(says)
            severity = max(severity, Severity.MEDIUM, key=lambda each: each.rank)
    rest = "/…" if parts.path.strip("/") or parts.query or parts.fragment else ""
    return severity, told, f"{host[:100] or '…'}{rest}"


def _secret_looking(path: str, queries: list[tuple[str, str]]) -> Iterator[str]:
    """Pieces of an address that look drawn by chance: long, letters and digits mixed."""
    for piece in (*path.split("/"), *(value for _, value in queries)):
        mixed = re.search(r"\d", piece) and re.search(r"[A-Za-z]", piece)
        if len(piece) >= 16 and mixed and re.fullmatch(r"[\w~.=+%-]+", piece):
            yield piece


# Reading ---------------------------------------------------------------------


def _read(pixels: Pixels, *, careful: bool = False, plain: bool = True) -> list[Barcode]:
    """All that the reader finds.

    Args:
        careful: Leave out symbologies that noise can be taken for.
        plain: One threshold for each place; otherwise one for each line.
    """
    import zxingcpp

    binarizers = zxingcpp.Binarizer
    return list(
        zxingcpp.read_barcodes(
            np.ascontiguousarray(pixels),
            formats=zxingcpp.barcode_formats_from_str(_SURE if careful else _ALL),
            try_rotate=True,
            try_downscale=True,
            try_invert=True,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizers.LocalAverage if plain else binarizers.GlobalHistogram,
        )
    )


def _try_harder(view: Picture) -> Iterator[Code | None]:
    import cv2

    pixels = view.pixels
    blurred = cv2.GaussianBlur(pixels, (0, 0), 2)
    sharp = np.asarray(cv2.addWeighted(pixels, 2.5, blurred, -1.5, 0), np.uint8)
    found = _read(sharp, careful=True)
    if found or max(pixels.shape[:2]) > _SMALL or min(pixels.shape[:2]) < 8:
        yield from (_code(view, barcode, pixels, 1.0) for barcode in found)
        return
    twice = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    large = np.asarray(twice, np.uint8)
    for barcode in _read(large, careful=True, plain=False):
        yield _code(view, barcode, pixels, 2.0)


def _code(view: Picture, barcode: Barcode, pixels: Pixels, ratio: float) -> Code | None:
    """A code with its box in the picture at full size.

    Args:
        ratio: By which the pixels it was read in are larger than those of `view`.
    """
    place = barcode.position
    corners = np.array(
        [
            (point.x, point.y)
            for point in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        ],
        np.float64,
    )
    corners = corners / ratio
    if _is_linear(barcode):
        corners = _along_bars(pixels, corners)
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = max(2.0, _MARGIN * float((high - low).max()))
    box = view.box(*(low - margin), *(high + margin + 1))
    text = barcode.text[:MOST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    return Code(str(barcode.format), text, box) if box else None


def _is_linear(barcode: Barcode) -> bool:
    import zxingcpp

    linear = zxingcpp.barcode_formats_from_str("AllLinear")
    return barcode.format in zxingcpp.barcode_formats_list(linear)


def _along_bars(pixels: Pixels, corners: Points) -> Points:
    """The corners of a bar code's whole height: its reader tells only the lines that it used.

    A line moved along the bars crosses them as the middle line does. Where the reader's
    lines are too close to each other to show which way the bars go, some ways are tried,
    and the one that reaches farthest is right.
    """
    left, right = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    length = float(np.hypot(*(right - left)))
    if length < _SHORTEST:
        return corners
    across = (right - left) / length
    normal = np.array((-across[1], across[0]))
    edge = (corners[3] + corners[2] - corners[0] - corners[1]) / 2
    tall = float(np.hypot(*edge))
    ways = [edge / tall] if tall > _TELLING * length else [normal + s * across for s in _SLANTS]
    best, farthest = [0 * normal, 0 * normal], 0
    for way in ways:
        step = way * (length / _STEPS)
        up, down = (_reach(pixels, left, right, sign * step) for sign in (-1, 1))
        if up + down > farthest:
            farthest = up + down
            best = [-step * up, step * down]
    ends = [end + shift for shift in best for end in (left, right)]
    return np.array([*corners, *ends])


def _reach(pixels: Pixels, left: Points, right: Points, way: Points) -> int:
    """Over how many steps the line from `left` to `right` still crosses the same bars.

    The line may slide along itself a little at each step, as the way is not exact.
    """
    middle = _profile(pixels, left, right)
    slide = (right - left) / _PLACES
    last, slid = 0, 0
    for i in range(1, _STEPS + 1):
        tried = {
            by: _likeness(_profile(pixels, left + shift, right + shift), middle)
            for by in range(slid - 2, slid + 3)
            for shift in (way * i + slide * by,)
        }
        best = max(tried, key=lambda by: (tried[by], -abs(by - slid)))
        if tried[best] > _SAME_BARS:
            last, slid = i, best
        elif i - last > _GAP:
            break
    return last


def _profile(pixels: Pixels, start: Points, end: Points) -> Profile:
    """Brightness at `_PLACES` places along a line; outside the picture, that of its edge."""
    high, wide = pixels.shape[:2]
    places = start + (end - start) * np.linspace(0, 1, _PLACES)[:, np.newaxis]
    x = np.clip(places[:, 0].round().astype(int), 0, wide - 1)
    y = np.clip(places[:, 1].round().astype(int), 0, high - 1)
    return np.asarray(pixels[y, x].astype(np.float64).mean(axis=1))


def _likeness(one: Profile, other: Profile) -> float:
    """Correlation of two lines; 0 where one of them is even."""
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0


# Checks ----------------------------------------------------------------------


def _base58_address(text: str) -> bool:
    """Whether a string is a Base58Check address: its last four bytes are a hash of the rest."""
    word = text.strip()
    if not 25 <= len(word) <= 36 or not set(word) <= set(_BASE58):
        return False
    number = 0
    for character in word:
        number = number * 58 + _BASE58.index(character)
    raw = number.to_bytes(32, "big")[-25:]
    digest = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    return digest[:4] == raw[-4:]


_CHECKS: Mapping[str, Callable[[str], bool]] = {"base58": _base58_address}
