"""HEIC, what most telephones write: looked at, cleaned without touching pixels, covered as JPEG.

`code.heic` is invented: a Wi-Fi code beside a blue bar, stored on its side, with the
coordinates of Vienna. It was drawn with Pillow and written once with pillow-heif,
whose encoder is no part of what is installed here.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant.photo.analyze import PhotoAnalysis, analyze_photo
from assistant.photo.clean import CannotClean, same_pixels
from assistant.photo.containers.parts import Format
from assistant.photo.copying import make_copy
from assistant.photo.details import Box
from assistant.photo.seeing.pixels import UnreadablePicture, open_picture
from assistant.report import Outcome

CODE = Path(__file__).with_name("code.heic").read_bytes()
CODE_BOX = Box(10, 10, 148, 148)


def analyzed(data: bytes) -> PhotoAnalysis:
    return analyze_photo(data, name="a.heic", now=datetime(2026, 1, 1), look=True)


def test_it_is_seen_upright_and_what_it_shows_is_told() -> None:
    details = analyzed(CODE).details
    assert details.looked
    assert (details.width, details.height) == (208, 168)
    (region,) = details.regions
    assert region.kind == "code"
    assert CODE_BOX.x <= region.x < region.x + region.width <= CODE_BOX.x + CODE_BOX.width
    picture = open_picture(CODE)
    red, _, blue = picture.pixels[84, 185]
    assert blue > red


def test_a_clean_copy_shows_the_same_pixels_and_tells_nothing() -> None:
    copy = make_copy(CODE)
    assert copy.format is Format.HEIF
    assert copy.lossless
    assert same_pixels(CODE, copy.data) is True
    analysis = analyzed(copy.data)
    assert analysis.details.place is None
    assert not [entry for entry in analysis.details.metadata if entry.risk]


def test_other_pixels_are_noticed() -> None:
    middle = CODE.index(b"mdat") + (len(CODE) - CODE.index(b"mdat")) // 2
    other = CODE[:middle] + bytes(64) + CODE[middle + 64 :]
    assert same_pixels(CODE, other) is not True


def test_what_is_covered_cannot_be_read_any_more() -> None:
    copy = make_copy(CODE, boxes=[CODE_BOX])
    assert copy.format is Format.JPEG
    assert not copy.lossless
    analysis = analyzed(copy.data)
    assert (analysis.details.width, analysis.details.height) == (208, 168)
    assert analysis.details.codes == ()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_one_that_is_cut_is_never_clean(share: float) -> None:
    cut = CODE[: int(len(CODE) * share)]
    analysis = analyzed(cut)
    grade = analysis.rating.grade
    assert grade is None or grade.value > "B"
    assert not analysis.details.complete
    with pytest.raises(CannotClean):
        make_copy(cut)


def test_a_coding_that_nobody_knows_is_told_as_not_looked_at() -> None:
    unknown = CODE.replace(b"hvc1", b"xyz1")
    with pytest.raises(UnreadablePicture):
        open_picture(unknown)
    analysis = analyzed(unknown)
    assert not analysis.details.looked
    codes = {f.rule_id: f for f in analysis.findings}["photo.codes"]
    assert codes.outcome is Outcome.UNDETERMINED
