"""Private things among the lines of text that were read in a picture.

Everything is a shape with a check digit, a word beside it, or a word that tells
what is shown. Names of people are found where "Name:", a title, a salutation or a
badge says that it is one, and by the small model of `names.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import Box
from assistant.photo.seeing.checks import CHECKS, luhn, mrz_digit
from assistant.photo.seeing.mask import masked_end
from assistant.photo.seeing.names import find_names
from assistant.photo.seeing.text import MOST_LINES, Line

MOST_FOUND = 200
MOST_ROW = 400
"""Characters of a row that are looked at."""
_ROW_GAP = 2.5
"""Two lines of one row are at most so many line heights apart."""
_EDGE = 0.18
"""Share of the picture's sides in which cameras print the date."""
_CARD = re.compile(r"(?<![\d.,])(?:[0-9OIl]{2,6}[ -]{0,2}){2,6}[0-9OIl]{1,4}(?![\d.,])")
_CJK = "⺀"
"""From here on scripts have no spaces between words."""
_LOOKALIKES = str.maketrans("OIl", "011")
_MRZ_SIGNS = str.maketrans({"«": "<<", "‹": "<", "〈": "<", "＜": "<", "く": "<", "(": "<"})
_MRZ_DIGITS = 4
"""Least number of digits in a line whose check digits count; a row of fillers has none."""
NAME_KIND = "person_name"
_NAMES_SURE = 0.7
"""Most that the model's word counts for: it was measured on invented lines, not on photos."""
_NO_NAMES_IN = frozenset({"sign", "mrz", "plate"})
_MRZ_SHAPES = {44: ("TD3", 2), 36: ("TD2", 2), 30: ("TD1", 3)}


@dataclass(frozen=True, slots=True)
class PrivateText:
    """Something private that can be read in the picture.

    Attributes:
        kind: As in `text.yaml`: `card_number`, `phone`, `plate`, …
        masked: The value's last two to four characters; of a kind that words tell, those words.
        box: Of the lines it stands in, whole.
        why: Why it matters, in a sentence.
        confidence: In [0, 1], of the shape and of the reading together.
    """

    kind: str
    masked: str
    box: Box
    why: str
    confidence: float


_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TextPattern:
    """One shape, see `text.yaml`. An empty kind takes what matches out of sight of the others."""

    id: str
    kind: str
    pattern: str
    confidence: float
    check: str = ""
    cue: str = ""
    fold: bool = True
    whole: bool = False
    below: bool = False
    edge: bool = False

    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE if self.fold else 0)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Plate:
    """Shape of a country's number plates."""

    country: str
    pattern: str
    confidence: float


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Words:
    """Words that tell what is shown: one of `strong`, or `least` different ones of `weak`."""

    kind: str
    confidence: float
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    least: int = 2


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class TextKnowledge:
    """`text.yaml`."""

    whys: Mapping[str, str]
    card_prefixes: tuple[str, ...]
    patterns: tuple[TextPattern, ...]
    plates: tuple[Plate, ...]
    words: tuple[Words, ...]
    street_words: str


@dataclass(frozen=True, slots=True)
class _Compiled:
    whys: Mapping[str, str]
    cards: re.Pattern[str]
    patterns: tuple[tuple[TextPattern, re.Pattern[str], re.Pattern[str] | None], ...]
    plates: tuple[tuple[Plate, re.Pattern[str]], ...]
    words: tuple[tuple[Words, re.Pattern[str] | None, re.Pattern[str] | None], ...]
    streets: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines beside each other as one text, with where each begins in it."""

    lines: tuple[Line, ...]
    text: str
    starts: tuple[int, ...]

    def box(self, start: int, end: int) -> Box:
        """Of the lines that a stretch of the text lies in."""
        ends = (*self.starts[1:], len(self.text) + 1)
        lines = zip(self.lines, self.starts, ends, strict=True)
        return _around([line.box for line, a, b in lines if a < end and start < b])

    @property
    def confidence(self) -> float:
        return min(line.confidence for line in self.lines)


@cache
def knowledge() -> _Compiled:
    """The packaged patterns, compiled.

    Raises:
        ValueError: A kind has no sentence that says why, or a check does not exist.
    """
    found = load_yaml(TextKnowledge, folder("photo") / "text.yaml")
    kinds = {p.kind for p in found.patterns} | {words.kind for words in found.words}
    if strange := kinds - found.whys.keys() - {""}:
        raise ValueError(f"text.yaml says not why {sorted(strange)} matter")
    if strange := {each.check for each in found.patterns} - {"", *CHECKS}:
        raise ValueError(f"text.yaml asks for unknown checks {sorted(strange)}")
    return _Compiled(
        found.whys,
        re.compile("|".join(f"(?:{prefix})" for prefix in found.card_prefixes)),
        tuple(
            (p, p.compiled(), re.compile(p.cue, re.I) if p.cue else None) for p in found.patterns
        ),
        tuple((plate, re.compile(plate.pattern)) for plate in found.plates),
        tuple((each, _any_of(each.strong), _any_of(each.weak)) for each in found.words),
        re.compile(found.street_words, re.IGNORECASE),
    )


def private_text(
    lines: Sequence[Line], *, width: int = 0, height: int = 0
) -> tuple[PrivateText, ...]:
    """What is private in some lines, from the top, at most `MOST_FOUND`.

    Args:
        width, height: Of the picture in pixels, to tell its border; 0 takes the lines' extent.
    """
    lines = [line for line in lines[:MOST_LINES] if line.text]
    if not lines:
        return ()
    whole = _around([line.box for line in lines])
    size = (width or whole.x + whole.width, height or whole.y + whole.height)
    rows = _rows(lines)
    found = [*_zones(lines), *_in_rows(rows, size), *_plates(lines), *_told_by_words(lines)]
    found += _names(rows, found)
    best: dict[tuple[str, Box, str], PrivateText] = {}
    for each in found:
        key = (each.kind, each.box, each.masked)
        if key not in best or best[key].confidence < each.confidence:
            best[key] = each
    kept = sorted(best.values(), key=lambda each: (each.box.y, each.box.x))
    return tuple(kept[:MOST_FOUND])


# Rows ------------------------------------------------------------------------


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """Lines joined with their neighbours to the right, as a card's four groups of digits are."""
    waiting = sorted(lines, key=lambda line: (line.box.x, line.box.y))
    rows: list[list[Line]] = []
    for line in waiting:
        near = [row for row in rows if _beside(row[-1].box, line.box)]
        if near:
            min(near, key=lambda row: line.box.x - row[-1].box.x).append(line)
        else:
            rows.append([line])
    made = [_row(row) for row in rows]
    return sorted(made, key=lambda row: row.lines[0].box.y)


def _row(lines: Sequence[Line]) -> _Row:
    text, starts = "", []
    for line in lines:
        text += " " if text else ""
        starts.append(len(text))
        text += line.text
    return _Row(tuple(lines), text[:MOST_ROW], tuple(starts))


def _beside(left: Box, right: Box) -> bool:
    shared = min(left.y + left.height, right.y + right.height) - max(left.y, right.y)
    gap = right.x - (left.x + left.width)
    tall = min(left.height, right.height)
    return shared > 0.5 * tall and -tall < gap < _ROW_GAP * max(left.height, right.height)


def _above(rows: Sequence[_Row], row: _Row) -> str:
    """Text of the row that stands close above another."""
    box = row.box(0, len(row.text) or 1)
    for other in rows:
        upper = other.box(0, len(other.text) or 1)
        gap = box.y - (upper.y + upper.height)
        if other is not row and -0.5 * box.height < gap < 1.5 * box.height and _over(upper, box):
            return other.text
    return ""


def _over(upper: Box, lower: Box) -> bool:
    return min(upper.x + upper.width, lower.x + lower.width) > max(upper.x, lower.x)


def _below(lines: Sequence[Line], row: _Row) -> Line | None:
    """The line that stands closest below a row."""
    box = row.box(0, len(row.text) or 1)
    under = [
        line
        for line in lines
        if 0 <= line.box.y - (box.y + 0.5 * box.height) < 3.5 * box.height
        and line.box.y > box.y
        and _over(box, line.box)
    ]
    return min(under, key=lambda line: line.box.y, default=None)


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


# Shapes ----------------------------------------------------------------------


def _in_rows(rows: Sequence[_Row], size: tuple[int, int]) -> Iterator[PrivateText]:
    lines = [line for row in rows for line in row.lines]
    for row in rows:
        taken: list[tuple[int, int]] = []
        yield from _cards(row, taken)
        for pattern, compiled, cue in knowledge().patterns:
            if cue and not (cue.search(row.text) or cue.search(_above(rows, row))):
                continue
            if pattern.below:
                yield from _named_below(pattern, compiled, row, lines)
            elif pattern.whole:
                yield from _whole(pattern, compiled, row, size)
            else:
                yield from _within(pattern, compiled, row, taken)


def _within(
    pattern: TextPattern,
    compiled: re.Pattern[str],
    row: _Row,
    taken: list[tuple[int, int]],
) -> Iterator[PrivateText]:
    for match in compiled.finditer(row.text):
        group = "value" if "value" in compiled.groupindex else 0
        start, end = match.span(group)
        if any(a < end and start < b for a, b in taken):
            continue
        if pattern.check and not CHECKS[pattern.check](match[group]):
            continue
        taken.append((start, end))
        if pattern.kind:
            yield _made(pattern.kind, match[group], row.box(start, end), pattern, row.confidence)


def _whole(
    pattern: TextPattern, compiled: re.Pattern[str], row: _Row, size: tuple[int, int]
) -> Iterator[PrivateText]:
    """Lines, or the row, that are nothing but the pattern."""
    alone = [_row([line]) for line in row.lines]
    for each in [row, *alone] if len(alone) > 1 else alone:
        text = each.text.strip(" .,;|_-")
        match = compiled.fullmatch(text)
        box = each.box(0, len(each.text) or 1)
        if not match or (pattern.edge and not _at_edge(box, size)):
            continue
        if not pattern.check or CHECKS[pattern.check](text):
            yield _made(pattern.kind, text, box, pattern, each.confidence)
            return


def _named_below(
    pattern: TextPattern, compiled: re.Pattern[str], row: _Row, lines: Sequence[Line]
) -> Iterator[PrivateText]:
    """A name on the line under a word such as "Surname"."""
    for line in row.lines:
        if not compiled.fullmatch(line.text.strip()):
            continue
        under = _below(lines, _row([line]))
        if under and _like_a_name(under.text):
            yield _made(pattern.kind, under.text, under.box, pattern, under.confidence)


def _like_a_name(text: str) -> bool:
    """One to four words of letters; the first begins with a capital where there are any."""
    words = text.replace(",", " ").split()
    letters = all(re.fullmatch(r"[^\W\d_][^\W\d_.'’-]*[.'’-]?[^\W\d_]*\.?", word) for word in words)
    return bool(words) and len(words) <= 4 and letters and not text[0].islower() and len(text) > 1


def _cards(row: _Row, taken: list[tuple[int, int]]) -> Iterator[PrivateText]:
    """Payment cards: an issuer's range, the length that goes with it, and Luhn's digit."""
    whole = knowledge().cards
    for match in _CARD.finditer(row.text):
        number = re.sub(r"[ -]", "", match[0]).translate(_LOOKALIKES)
        if whole.fullmatch(number) and luhn(number):
            taken.append(match.span())
            box = row.box(*match.span())
            sure = round(0.95 * row.confidence, 3)
            why = knowledge().whys["card_number"]
            yield PrivateText("card_number", masked_end(number), box, why, sure)


def _plates(lines: Sequence[Line]) -> Iterator[PrivateText]:
    """Lines that are nothing but a number plate of some country."""
    for line in lines:
        text = line.text.strip(" .,:;|[]()_-·•*'\"")
        if not 5 <= len(text) <= 14 or not re.search(r"\d", text):
            continue
        fits = [plate.confidence for plate, shape in knowledge().plates if shape.fullmatch(text)]
        if fits:
            sure = round(max(fits) * line.confidence, 3)
            masked = masked_end(text, most=2)
            yield PrivateText("plate", masked, line.box, knowledge().whys["plate"], sure)


def _made(kind: str, value: str, box: Box, pattern: TextPattern, confidence: float) -> PrivateText:
    sure = round(pattern.confidence * confidence, 3)
    return PrivateText(kind, masked_end(value), box, knowledge().whys[kind], sure)


def _at_edge(box: Box, size: tuple[int, int]) -> bool:
    """Whether a line lies in the strip along the upper or lower border of the picture."""
    high = size[1]
    return box.y + box.height <= _EDGE * high or box.y >= (1 - _EDGE) * high


# Machine-readable zones ------------------------------------------------------


def _zones(lines: Sequence[Line]) -> Iterator[PrivateText]:
    """Two or three lines of 44, 36 or 30 signs, one of them with right check digits."""
    plain = [(line, _mrz_text(line.text)) for line in lines]
    last = -1
    for i, (line, text) in enumerate(plain):
        name, count = _MRZ_SHAPES.get(len(text), ("", 0))
        if i <= last or not name or "<" not in text or not _mrz_right(name, text):
            continue
        last = i + count
        near = [
            other.box
            for other, said in plain[max(0, i - count) : i + count + 1]
            if abs(len(said) - len(text)) <= 3
            and abs(other.box.y - line.box.y) < 4 * line.box.height
        ]
        sure = round(0.98 * line.confidence, 3)
        number = text[5:14] if name == "TD1" else text[:9]
        masked = masked_end(number.replace("<", ""))
        yield PrivateText("mrz", masked, _around(near), knowledge().whys["mrz"], sure)


def _mrz_text(text: str) -> str:
    return re.sub(r"\s", "", text).translate(_MRZ_SIGNS).upper()


def _mrz_right(name: str, text: str) -> bool:
    """Whether a line's check digits are right: of number and dates, or of the TD1 first line."""
    if not re.fullmatch(r"[A-Z0-9<]+", text) or sum(map(str.isdigit, text)) < _MRZ_DIGITS:
        return False
    if name == "TD1":
        dates = text[0:6], text[6:7], text[8:14], text[14:15]
        first = text[0] in "AIC" and _digit_fits(text[5:14], text[14])
        second = _digit_fits(dates[0], dates[1]) and _digit_fits(dates[2], dates[3])
        return first or second
    fields = ((text[0:9], text[9]), (text[13:19], text[19]), (text[21:27], text[27]))
    return sum(_digit_fits(field, digit) for field, digit in fields) >= 2


def _digit_fits(field: str, digit: str) -> bool:
    fixed = {"O": "0", "<": "0"}.get(digit, digit)
    return fixed.isdigit() and mrz_digit(field) == int(fixed)


# Names -----------------------------------------------------------------------


def _names(rows: Sequence[_Row], found: Sequence[PrivateText]) -> Iterator[PrivateText]:
    """Names that the model sees, except in signs and where a word has told one already."""
    taken = {each.box for each in found if each.kind in _NO_NAMES_IN or each.kind == NAME_KIND}
    for row, names in zip(rows, find_names([row.text for row in rows]), strict=True):
        for name in names:
            box = row.box(name.start, name.end)
            if box in taken or knowledge().streets.search(row.text):
                continue
            value = row.text[name.start : name.end]
            sure = round(_NAMES_SURE * name.confidence * row.confidence, 3)
            why = knowledge().whys[NAME_KIND]
            yield PrivateText(NAME_KIND, masked_end(value), box, why, sure)


# Words -----------------------------------------------------------------------


def _told_by_words(lines: Sequence[Line]) -> Iterator[PrivateText]:
    for words, strong, weak in knowledge().words:
        hits = [(line, set(_hits(strong, line.text))) for line in lines]
        strong_hits = [(line, said) for line, said in hits if said]
        weak_hits = [(line, said) for line in lines if (said := set(_hits(weak, line.text)))]
        different = set().union(*(said for _, said in weak_hits))
        if not strong_hits and len(different) < words.least:
            continue
        told = strong_hits or weak_hits
        if words.kind == "sign":
            yield from (_by_words(words, [each]) for each in told if _sign_like(each[0]))
        else:
            yield _by_words(words, [*strong_hits, *weak_hits])
    for line in lines:
        match = knowledge().streets.search(line.text)
        if match and _sign_like(line) and not re.search(r"\d", line.text):
            signs = next(words for words, _, _ in knowledge().words if words.kind == "sign")
            yield _by_words(signs, [(line, {match[0].lower()})])


def _by_words(words: Words, told: Sequence[tuple[Line, set[str]]]) -> PrivateText:
    said = sorted({word for _, each in told for word in each})
    sure = words.confidence * max(line.confidence for line, _ in told)
    return PrivateText(
        words.kind,
        ", ".join(said[:4]),
        _around([line.box for line, _ in told]),
        knowledge().whys[words.kind],
        round(sure, 3),
    )


def _sign_like(line: Line) -> bool:
    """Signs say little: a few words, the first with a capital or all of them in capitals."""
    words = line.text.split()
    return len(words) <= 6 and len(line.text) <= 40 and not line.text[:1].islower()


def _hits(pattern: re.Pattern[str] | None, text: str) -> Iterator[str]:
    if pattern:
        for match in pattern.finditer(text):
            yield match[0].lower()


def _cue(pattern: TextPattern) -> re.Pattern[str] | None:
    return re.compile(pattern.cue, re.IGNORECASE) if pattern.cue else None


def _any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern for any of the words as wholes; in scripts without spaces, for them anywhere."""
    if not words:
        return None
    longest_first = sorted(words, key=len, reverse=True)
    parts = [_bounded(word) for word in longest_first]
    return re.compile("|".join(parts), re.IGNORECASE)


def _bounded(word: str) -> str:
    start = r"(?<!\w)" if word[0] < _CJK else ""
    end = r"(?!\w)" if word[-1].isalnum() and word[-1] < _CJK else ""
    return f"{start}{re.escape(word)}{end}"
