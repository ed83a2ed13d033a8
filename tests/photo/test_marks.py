"""Marks link photos of one device, document, owner or area, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from assistant.photo.analyze import analyze_photo
from assistant.photo.copying import make_copy
from assistant.photo.details import Position
from assistant.photo.marks import (
    CLAIMS,
    MOST_MARKS,
    Mark,
    MarkKind,
    infer_from_marks,
    marks_of,
)
from assistant.photo.shots import Shot
from tests.photo.folders import BEACH, HOME, at, shot
from tests.photo.pictures import photo, plain
from tests.photo.test_analyze import WHOLE

DID = "0123456789abcdef0123456789abcdef"


def owned(*owners: str) -> Shot:
    one = shot("a.jpg")
    return replace(one, facts=replace(one.facts, owners=owners))


def serial(value: str, tag: str = "SerialNumber") -> Shot:
    return shot("a.jpg", serials=((tag, value),))


def document(value: str, tag: str = "DocumentID") -> Shot:
    return shot("a.jpg", ids=((tag, value),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (serial("AX-48151"), serial(" ax-48151 ")),
        (owned("Ann  Example"), owned("ann example")),
        (shot("a.jpg", None, HOME), shot("b.jpg", None, at(HOME, 30))),
        (document(f"xmp.did:{DID}"), document(DID.upper(), "OriginalDocumentID")),
        (
            document("uuid:01234567-89ab-cdef-0123-456789abcdef"),
            document("{01234567-89AB-CDEF-0123-456789ABCDEF}", "DerivedFromDocumentID"),
        ),
    ],
    ids=["serial", "owner", "area", "document", "edit"],
)
def test_the_same_thing_gives_the_same_mark_however_it_is_written(one: Shot, other: Shot) -> None:
    assert len(marks_of(one)) == 1
    assert marks_of(one) == marks_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (serial("AX-48151"), serial("AX-48152")),
        (serial("AX-48151"), serial("AX-48151", "LensSerialNumber")),
        (owned("Ann Example"), owned("Anne Example")),
        (owned("AX-48151"), serial("AX-48151")),
        (shot("a.jpg", None, HOME), shot("b.jpg", None, at(HOME, 10_500))),
        (shot("a.jpg", None, HOME), shot("b.jpg", None, BEACH)),
        (document(DID), document(DID.replace("f", "e"))),
    ],
    ids=["serial", "lens", "owner", "kind", "next area", "far", "document"],
)
def test_other_things_share_no_mark(one: Shot, other: Shot) -> None:
    assert marks_of(one)
    assert not set(marks_of(one)) & set(marks_of(other))


@pytest.mark.parametrize(
    "value", ["100-0010", "4711", "IMG_0001.CR2", "Z24LLKL00SM", "/Users/ann/pictures/001.psd"]
)
def test_counters_file_names_and_model_codes_are_no_marks(value: str) -> None:
    assert marks_of(document(value)) == ()


def test_an_area_is_five_kilometres_high() -> None:
    passed = [marks_of(shot("a.jpg", None, at(HOME, metres)))[0] for metres in range(0, 50_000, 50)]
    assert len(set(passed)) in (10, 11)


@pytest.mark.parametrize("latitude", [-90.0, -0.001, 0.0, 89.9999, 90.0])
def test_poles_and_the_equator_have_areas(latitude: float) -> None:
    assert len(marks_of(shot("a.jpg", None, Position(latitude, 180.0)))) == 1


def test_a_file_that_lists_thousands_of_ids_gives_few_marks() -> None:
    ids = tuple(("InstanceID", f"xmp.iid:{n:032d}") for n in range(5_000))
    assert len(marks_of(shot("a.jpg", ids=ids))) == MOST_MARKS


def test_a_photo_that_says_nothing_has_no_marks() -> None:
    assert marks_of(shot("a.jpg")) == ()


def test_everything_that_a_photo_says_is_a_mark() -> None:
    told = analyze_photo(WHOLE, name="a.jpg", now=datetime(2026, 11, 27), look=False)
    kinds = [mark.kind for mark in marks_of(told.shot)]
    assert sorted(kinds) == [MarkKind.AREA, MarkKind.DEVICE, MarkKind.OWNER]


@pytest.mark.parametrize(
    "data",
    [
        WHOLE,
        plain("PNG"),
        photo(serial="4711-48151", position=HOME),
        photo(artist="Ann Example", taken=datetime(2024, 5, 17), camera=True),
    ],
    ids=["whole", "plain", "serial and place", "owner"],
)
def test_a_clean_copy_has_no_marks(data: bytes) -> None:
    copy = make_copy(data).data
    told = analyze_photo(copy, name="photo-0001.jpg", now=datetime(2026, 11, 27), look=False)
    assert marks_of(told.shot) == ()


def test_a_claim_counts_the_photos_of_the_mark_that_most_carry() -> None:
    both = shot("new.jpg", serials=(("SerialNumber", "48151"), ("LensSerialNumber", "16234")))
    body, lens = marks_of(both)

    (told,) = infer_from_marks(both, {body: 14, lens: 3})

    assert told.kind == CLAIMS[MarkKind.DEVICE]
    assert told.claim == (
        "A stranger can tell that this photo and 14 that you shared before come from the same "
        "device."
    )
    assert told.files == ("new.jpg",)


@pytest.mark.parametrize("kind", MarkKind)
def test_each_kind_has_its_claim(kind: MarkKind) -> None:
    one = shot("a.jpg", None, HOME, serials=(("SerialNumber", "48151"),), ids=(("ID", DID),))
    one = replace(one, facts=replace(one.facts, owners=("Ann Example",)))
    mark = next(mark for mark in marks_of(one) if mark.kind is kind)

    (told,) = infer_from_marks(one, {mark: 2})

    assert (told.kind, " 2 that you shared before " in told.claim) == (CLAIMS[kind], True)


def test_marks_of_other_photos_tell_nothing() -> None:
    assert infer_from_marks(serial("48151"), {Mark(MarkKind.DEVICE, "else"): 3}) == ()
    assert infer_from_marks(serial("48151"), {}) == ()
