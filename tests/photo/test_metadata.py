"""Each format is read for what it carries, and a damaged file as far as it goes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.photo.containers.parts import Format
from assistant.photo.details import HiddenKind, MetadataEntry, PhotoMetadata, Private
from assistant.photo.metadata import NotAPhoto, read_metadata
from tests.photo import images

BLOCK = images.tiff(
    {0x010F: images.text("Acme"), 0x0112: (images.SHORT, [6]), 0x013B: images.text("Ann Example")},
    {0x9003: images.text("2024:05:06 07:08:09"), 0xA431: images.text("AX-48151")},
    images.gps(48.5, -2.25),
)
XMP = images.xmp(attributes='xmpMM:DocumentID="xmp.did:4711" photoshop:City="Exampleville"')


def by_tag(found: PhotoMetadata) -> dict[str, MetadataEntry]:
    return {f"{entry.group}:{entry.tag}": entry for entry in found.entries}


def risks(found: PhotoMetadata) -> set[Private]:
    return {entry.risk for entry in found.entries if entry.risk}


WITH_BOTH = {
    Format.JPEG: images.jpeg(images.app1_exif(BLOCK), images.app1_xmp(XMP)),
    Format.PNG: images.png(
        images.chunk("eXIf", BLOCK),
        images.chunk("iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
    ),
    Format.WEBP: images.webp(images.riff("EXIF", b"Exif\0\0" + BLOCK), images.riff("XMP ", XMP)),
    Format.HEIF: images.heif(("Exif", b"\0\0\0\x06Exif\0\0" + BLOCK), ("mime", XMP)),
    Format.AVIF: images.heif(("Exif", b"\0\0\0\0" + BLOCK), ("mime", XMP), brand=b"avif"),
}


@pytest.mark.parametrize("form", WITH_BOTH, ids=str)
def test_exif_and_xmp_are_read_in_every_format(form: Format) -> None:
    found = read_metadata(WITH_BOTH[form])
    tags = by_tag(found)
    assert found.format is form
    assert (found.complete, found.problems, found.unknown) == (True, (), ())
    assert tags["GPS:GPSLatitude"].value == "48.5"
    assert tags["GPS:GPSLongitude"].value == "-2.25"
    assert tags["ExifIFD:DateTimeOriginal"].risk is Private.TIMESTAMP
    assert tags["ExifIFD:SerialNumber"].risk is Private.SERIAL
    assert tags["IFD0:Artist"].risk is Private.PERSON_NAME
    assert tags["XMP-xmpMM:DocumentID"].risk is Private.IMAGE_ID
    assert tags["XMP-photoshop:City"].risk is Private.PLACE_NAME
    assert found.orientation == 6


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_plain_picture_gives_nothing_away(form: str) -> None:
    found = read_metadata(images.picture(form))
    assert risks(found) == set()
    assert (found.hidden, found.unknown, found.problems) == ((), (), ())
    assert (found.complete, found.orientation, found.frames) == (True, 1, 1)
    assert (found.width, found.height) == (24, 16)


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"%PDF-1.7", b"\xff\xd8"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        read_metadata(data)


def test_a_gif_tells_its_comment_and_xmp() -> None:
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    found = read_metadata(
        images.gif(
            b"\x21\xfe" + images.sub_blocks(b"For Ann, from the harbour"),
            b"\x21\xff\x0bXMP DataXMP" + XMP + magic,
            b"\x21\xff\x0bACME    1.0" + images.sub_blocks(b"?"),
        )
    )
    tags = by_tag(found)
    assert tags["GIF:Comment"].risk is Private.FREE_TEXT
    assert tags["XMP-xmpMM:DocumentID"].value == "xmp.did:4711"
    assert [block.path for block in found.unknown] == ["application ACME    1.0"]


def test_what_a_program_writes_into_every_comment_is_no_free_text() -> None:
    found = read_metadata(images.jpeg(images.segment(0xFE, b"CREATOR: gd-jpeg v1.0")))
    assert by_tag(found)["File:Comment"].risk is None


def test_a_tiff_counts_its_pages_and_its_values() -> None:
    found = read_metadata(BLOCK)
    assert (found.format, found.frames) == (Format.TIFF, 1)
    assert by_tag(found)["IFD0:Artist"].path == "TIFF/IFD0"


def test_all_exif_items_of_a_heif_file_are_read() -> None:
    second = images.tiff({0x013B: images.text("Bob Example")})
    found = read_metadata(
        images.heif(("Exif", b"\0\0\0\0" + BLOCK), ("Exif", b"\0\0\0\0" + second))
    )
    artists = [entry.value for entry in found.entries if entry.tag == "Artist"]
    assert artists == ["Ann Example", "Bob Example"]


def test_a_heif_item_that_the_file_does_not_hold_is_told() -> None:
    whole = images.heif(("Exif", b"\0\0\0\0" + BLOCK))
    found = read_metadata(whole[:-60])
    assert not found.complete
    assert found.problems


def test_a_video_of_a_heif_file_is_hidden() -> None:
    film = images.mp4(images.user_text("\xa9xyz", "+48.5000-002.2500/"))
    found = read_metadata(
        images.heif(("Exif", b"\0\0\0\0" + BLOCK), extra=images.box("mpvd", film))
    )
    assert [hidden.kind for hidden in found.hidden] == [HiddenKind.VIDEO]
    assert by_tag(found)["UserData:GPSLatitude"].value == "48.5"


def test_a_movie_tells_when_where_and_with_what() -> None:
    keys = b"\0\0\0\0\0\0\0\x01" + images.box("mdta", b"com.apple.quicktime.content.identifier")
    item = b"\0\0\0\x01\0\0\0\0" + b"8D2F-EXAMPLE"
    ilst = images.box("ilst", images.box("\0\0\0\x01", images.box("data", item)))
    film = images.mp4(
        images.user_text("\xa9xyz", "+48.5000-002.2500+035.1/")
        + images.user_text("\xa9mak", "Acme"),
        further=images.box("meta", images.box("hdlr", bytes(24)) + images.box("keys", keys) + ilst),
    )
    found = read_metadata(film)
    tags = by_tag(found)
    assert found.format is Format.MP4
    assert tags["QuickTime:CreateDate"].risk is Private.TIMESTAMP
    assert tags["UserData:GPSLongitude"].value == "-2.25"
    assert tags["UserData:Make"].risk is Private.DEVICE
    assert tags["Keys:ContentIdentifier"].risk is Private.IMAGE_ID


def test_a_movie_without_dates_and_texts_gives_nothing_away() -> None:
    found = read_metadata(images.mp4(seconds=0))
    assert (risks(found), found.complete) == (set(), True)


@pytest.mark.parametrize("form", WITH_BOTH, ids=str)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_a_cut_file_is_never_called_complete(form: Format, part: float) -> None:
    whole = WITH_BOTH[form]
    found = read_metadata(whole[: int(len(whole) * part)])
    assert not found.complete
    assert found.problems


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(WITH_BOTH)))
    found = bytearray(WITH_BOTH[form])
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(12, len(found) - 1))
        found[at] = data.draw(st.integers(0, 255))
    read = read_metadata(bytes(found))
    assert read.complete is not bool(read.problems)


def test_values_and_entries_are_bounded() -> None:
    words = [images.segment(0xFE, b"word " * 1_000)] * 6_000
    found = read_metadata(images.jpeg(*words))
    assert len(found.entries) == 5_000
    assert all(len(entry.value) <= 2_000 for entry in found.entries)
    assert found.problems == ("more than 5000 values, the rest was left out",)
