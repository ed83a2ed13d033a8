"""Facts are what the metadata state, as values; what they do not state stays empty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.photo.details import PhotoFacts, Position
from assistant.photo.facts import facts_of, read_time
from assistant.photo.metadata import read_metadata
from tests.photo import images


def facts(*segments: bytes) -> PhotoFacts:
    return facts_of(read_metadata(images.jpeg(*segments)))


FULL = images.app1_exif(
    images.tiff(
        {
            0x010F: images.text("ACME Corporation"),
            0x0110: images.text("Acme Snap 3"),
            0x0131: images.text("Pixelshop 2"),
            0x013B: images.text("Ann Example"),
            0x8298: images.text("Copyright (c) 2024 Ann Example, all rights reserved"),
        },
        {
            0x9003: images.text("2024:05:06 07:08:09"),
            0x9011: images.text("+05:30"),
            0xA420: images.text("c0ffee12"),
            0xA431: images.text("AX-48151"),
            0xA434: images.text("Acme 24mm"),
        },
        images.gps(
            48.5,
            -2.25,
            t5=(images.BYTE, [1]),
            t6=(images.RATIONAL, [(35, 2)]),
            t7=(images.RATIONAL, [(1, 1), (38, 1), (10, 1)]),
            t29=images.text("2024:05:06"),
            t31=(images.RATIONAL, [(65, 1)]),
        ),
    )
)


def test_all_facts_of_a_full_photo() -> None:
    assert facts(FULL) == PhotoFacts(
        position=Position(48.5, -2.25, -17.5, 65.0),
        taken=datetime(2024, 5, 6, 7, 8, 9),
        offset_minutes=330,
        gps_time=datetime(2024, 5, 6, 1, 38, 10, tzinfo=UTC),
        camera="Acme Snap 3",
        lens="Acme 24mm",
        serials=(("SerialNumber", "AX-48151"),),
        ids=(("ImageUniqueID", "c0ffee12"),),
        names=("Ann Example",),
        owners=("Ann Example",),
        software=("Pixelshop 2",),
    )


def test_a_plain_photo_states_nothing() -> None:
    assert facts() == PhotoFacts()


def test_xmp_states_a_place_and_a_time_with_its_zone() -> None:
    packet = images.xmp(
        attributes='exif:GPSLatitude="48,30.0N" exif:GPSLongitude="2,15.0W" '
        'exif:DateTimeOriginal="2024-05-06T07:08:09-07:00"'
    )
    found = facts(images.app1_xmp(packet))
    assert found.position == Position(48.5, -2.25)
    assert (found.taken, found.offset_minutes) == (datetime(2024, 5, 6, 7, 8, 9), -420)


@pytest.mark.parametrize(
    "name",
    ["KODAK DC240 ZOOM DIGITAL CAMERA", "Picasa", "(c)", "2024", "admin"],
)
def test_constants_are_no_names(name: str) -> None:
    assert facts(images.app1_exif(images.tiff({0x013B: images.text(name)}))).names == ()


def test_a_position_of_zeros_or_out_of_the_world_is_none() -> None:
    for latitude, longitude in ((0.0, 0.0), (95.0, 2.0)):
        block = images.tiff({}, None, images.gps(latitude, longitude))
        assert facts(images.app1_exif(block)).position is None


def test_the_picture_itself_comes_before_a_video_in_it() -> None:
    film = images.mp4(images.user_text("\xa9xyz", "+10.0000+020.0000/"))
    found = facts_of(read_metadata(images.jpeg(FULL, trailer=film)))
    assert found.position is not None
    assert found.position.latitude == 48.5


@pytest.mark.parametrize(
    ("told", "when", "offset"),
    [
        ("2024:05:06 07:08:09", datetime(2024, 5, 6, 7, 8, 9), None),
        ("2024-05-06T07:08:09.25Z", datetime(2024, 5, 6, 7, 8, 9), 0),
        ("2024-05-06T07:08+0130", datetime(2024, 5, 6, 7, 8), 90),
        ("20240506", datetime(2024, 5, 6), None),
        ("2024:13:40 07:08:09", None, None),
        ("0000:00:00 00:00:00", None, None),
        ("1066:10:14 09:00:00", None, None),
        ("yesterday", None, None),
        ("", None, None),
    ],
)
def test_times_are_read_as_files_write_them(
    told: str, when: datetime | None, offset: int | None
) -> None:
    assert read_time(told) == (when, offset)
