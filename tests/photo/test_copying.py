"""The copy to share: private things are gone, the picture is the same, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from assistant.photo import copying
from assistant.photo.clean import CannotClean, clean, same_pixels
from assistant.photo.copying import make_copy
from assistant.photo.details import Box
from tests.photo.pictures import photo, plain, unopenable
from tests.photo.test_analyze import VIENNA, WHOLE, analysed, present


def test_a_clean_copy_gives_nothing_away_and_shows_the_same() -> None:
    copy = make_copy(WHOLE)
    assert present(analysed(copy.data)) == set()
    assert same_pixels(WHOLE, copy.data)
    assert copy.lossless
    assert "Exif" in " ".join(copy.removed)


def test_covering_changes_the_box_and_keeps_nothing_else() -> None:
    data = photo(position=VIENNA, taken=datetime(2024, 5, 17))
    copy = make_copy(data, boxes=(Box(32, 32, 64, 48),))
    assert present(analysed(copy.data)) == set()
    assert same_pixels(data, copy.data) is False


@pytest.mark.parametrize("data", [b"", WHOLE[:-900], b"<html>"], ids=["nothing", "cut", "no photo"])
def test_what_cannot_be_cleaned_is_refused(data: bytes) -> None:
    with pytest.raises(CannotClean):
        make_copy(data)


def test_encoding_anew_needs_leave() -> None:
    tiff = plain("TIFF")
    with pytest.raises(CannotClean) as refused:
        make_copy(tiff)
    assert refused.value.reencode
    copy = make_copy(tiff, anew=True)
    assert not copy.lossless
    assert present(analysed(copy.data)) == set()


def test_a_copy_that_cannot_be_compared_is_refused() -> None:
    with pytest.raises(CannotClean, match="cannot be decoded here") as refused:
        make_copy(unopenable())
    assert not refused.value.reencode


@pytest.mark.parametrize("spoil", [unopenable, plain], ids=["undecodable", "another picture"])
def test_a_cleaner_that_spoils_the_picture_is_noticed(
    spoil: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled = replace(clean(WHOLE), data=spoil())
    monkeypatch.setattr(copying, "clean", lambda data: spoiled)
    with pytest.raises(CannotClean, match="would not show the same"):
        make_copy(WHOLE)
