"""HEIC, AVIF and MP4: what goes is wiped where it is, and the rest stays where it was."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from assistant.photo.clean import CannotClean, clean, same_pixels
from assistant.photo.clean.bounds import inside, meet, merged, wipe_all_but
from assistant.photo.containers import iso
from assistant.photo.containers.parts import Format
from tests.photo import clean_images as made

EVERYTHING = {"exif": made.exif(6), "xmp": made.XMP, "icc_profile": made.colours()}


def whats(data: bytes) -> list[str]:
    return [removed.what for removed in clean(data).removed]


def with_alpha() -> Image.Image:
    picture = made.photo("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    """The file with one occurrence of bytes put in place of others, of the same length."""
    assert data.count(old) >= 1
    assert len(old) == len(new)
    return data.replace(old, new, 1)


@pytest.mark.parametrize("alpha", [False, True])
def test_exif_and_xmp_leave_an_avif(alpha: bool) -> None:
    data = made.avif(with_alpha() if alpha else made.photo(), **EVERYTHING)
    found = clean(data)
    assert found.format is Format.AVIF
    assert whats(data) == ["Exif", "XMP"]
    assert made.SECRET not in found.data
    assert b"Exif" not in found.data
    assert b"rdf+xml" not in found.data
    assert len(found.data) == len(data)
    assert same_pixels(data, found.data) is True
    before, after = (Image.open(io.BytesIO(d)) for d in (data, found.data))
    assert after.mode == ("RGBA" if alpha else "RGB")
    assert after.info["icc_profile"] == before.info["icc_profile"] == made.colours()
    assert after.getexif()[0x0112] == before.getexif()[0x0112] == 6
    assert "orientation" in found.kept
    assert found.kept[0].startswith("colour profile (sRGB")


def test_a_plain_avif_stays_as_it_is_but_for_names() -> None:
    data = made.avif()
    found = clean(data)
    assert found.removed == ()
    assert sum(a != b for a, b in zip(data, found.data, strict=True)) < 80
    assert clean(found.data).data == found.data


@pytest.mark.parametrize(
    ("name", "body", "what"),
    [
        (b"uuid", bytes(16) + made.SECRET, "unknown data"),
        (
            b"uuid",
            bytes(16) + b"\0\0\0\0manifest\0c2pa" + made.SECRET,
            "content credentials (C2PA)",
        ),
        (b"mpvd", made.VIDEO, "video after the picture"),
        (b"whom", made.SECRET, "unknown data"),
    ],
)
def test_boxes_beside_the_picture_are_wiped(name: bytes, body: bytes, what: str) -> None:
    data = made.avif()
    longer = data + made.box(name, body) + b"abc"
    found = clean(longer)
    assert whats(longer) == [what]
    assert made.SECRET not in found.data
    assert len(found.data) == len(longer) - 3
    assert same_pixels(data, found.data) is True


def test_filling_and_unused_room_are_wiped_too() -> None:
    data = made.avif() + made.box(b"free", made.SECRET) + made.box(b"mdat", made.SECRET)
    found = clean(data)
    assert made.SECRET not in found.data
    assert same_pixels(data, found.data) is True


def test_a_second_exif_item_goes_as_well() -> None:
    data = patched(made.avif(**EVERYTHING), b"mime", b"Exif")
    assert whats(data) == ["Exif", "Exif"]
    assert made.SECRET not in clean(data).data


def test_a_picture_that_is_not_shown_goes() -> None:
    """The transparency becomes a depth map by its name."""
    name = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
    data = patched(made.avif(with_alpha()), name, name[:-5] + b"depth")
    assert whats(data) == ["depth map"]
    after = Image.open(io.BytesIO(clean(data).data))
    after.load()
    assert after.mode == "RGB"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"iloc\0\0\0\0\x44", b"iloc\0\0\0\0\x40"),
        (b"infe\x02", b"infe\x01"),
        (b"pict", b"vide"),
        (b"av01Color", b"xxxxColor"),
        (b"pitm\0\0\0\0\0\1", b"pitm\0\0\0\0\0\2"),
        (b"pitm\0\0\0\0\0\1", b"pitm\0\0\0\0\0\7"),
        (b"iinf", b"iloc"),
        (b"ipma", b"ipxx"),
        (b"av1C", b"av1X"),
    ],
)
def test_what_is_built_in_an_odd_way_is_refused(old: bytes, new: bytes) -> None:
    data = made.avif(**EVERYTHING)
    with pytest.raises(CannotClean) as refusal:
        clean(patched(data, old, new))
    assert refusal.value.reason.endswith(".")


def test_details_inside_the_picture_are_refused() -> None:
    """The place of the Exif item is moved into the picture's own bytes."""
    data = made.avif(exif=made.exif(6))
    iloc = next(piece for piece in iso.pieces(data) if piece.name == "iloc")
    first, second = iloc.body_start + 8, iloc.body_start + 8 + 14
    moved = data[: second + 6] + data[first + 6 : first + 10] + data[second + 10 :]
    with pytest.raises(CannotClean):
        clean(moved)


def test_a_list_that_claims_endless_parts_ends_at_once() -> None:
    """65,535 parts without a length, thousands of times."""
    entry = b"\0\1\0\0\xff\xff"
    body = b"\0\0\0\0\0\0" + (60_000).to_bytes(2, "big") + entry * 60_000
    data = made.avif()
    iloc = next(piece for piece in iso.pieces(data) if piece.name == "iloc")
    meta = next(piece for piece in iso.pieces(data) if piece.name == "meta")
    inner = data[meta.body_start : iloc.start] + made.box(b"iloc", body)
    inner += data[iloc.end : meta.end]
    whole = data[: meta.start] + made.box(b"meta", inner) + data[meta.end :]
    with pytest.raises(CannotClean):
        clean(whole)


def test_a_moving_avif_is_refused() -> None:
    first, *rest = made.frames()
    with pytest.raises(CannotClean, match="moving") as refusal:
        clean(made.avif(first, save_all=True, append_images=rest))
    assert refusal.value.reencode is False


# Video


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    import cv2
    import numpy as np

    path = tmp_path_factory.mktemp("video") / "a.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for number in range(5):
        writer.write(np.array(made.photo(size=(64, 48), shade=40 * number)))
    writer.release()
    return path.read_bytes()


def frames_of(data: bytes, folder: Path) -> list[bytes]:
    import cv2

    path = folder / "b.mp4"
    path.write_bytes(data)
    capture = cv2.VideoCapture(str(path))
    found = []
    while (read := capture.read())[0]:
        found.append(read[1].tobytes())
    capture.release()
    return found


def dated(data: bytes) -> bytes:
    """The video with a date in each header."""
    out = bytearray(data)
    for piece in iso.pieces(data):
        if piece.name in ("mvhd", "tkhd", "mdhd"):
            out[piece.body_start + 4 : piece.body_start + 12] = b"\xe1\x02\x03\x04\xe1\x02\x03\x05"
    return bytes(out)


def test_dates_and_details_leave_a_video_and_its_frames_stay(video: bytes, tmp_path: Path) -> None:
    data = dated(video) + made.box(b"uuid", bytes(16) + made.SECRET)
    found = clean(data)
    assert {removed.what for removed in found.removed} == {
        "date",
        "details of the video",
        "name of a program",
        "unknown data",
    }
    assert b"\xe1\x02\x03" not in found.data
    assert made.SECRET not in found.data
    assert b"Lavf" not in found.data
    before, after = frames_of(video, tmp_path), frames_of(found.data, tmp_path)
    assert len(before) == 5
    assert before == after
    assert clean(found.data).removed == ()


def test_room_that_no_track_uses_is_wiped(video: bytes, tmp_path: Path) -> None:
    found = clean(video + made.box(b"mdat", made.SECRET))
    assert "data that no track uses" in {removed.what for removed in found.removed}
    assert made.SECRET not in found.data
    assert frames_of(found.data, tmp_path) == frames_of(video, tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"vide", b"meta"),
        (b"stsz", b"stsy"),
        (b"stco", b"stcx"),
        (b"moov", b"moox"),
        (b"url \0\0\0\1", b"url \0\0\0\0"),
        (b"stsc\0\0\0\0\0\0\0", b"stsc\0\0\0\0\x7f\0\0"),
    ],
)
def test_a_video_that_cannot_be_vouched_for_is_refused(
    video: bytes, old: bytes, new: bytes
) -> None:
    with pytest.raises(CannotClean):
        clean(patched(video, old, new))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_cut_video_is_refused(video: bytes, share: float) -> None:
    with pytest.raises(CannotClean):
        clean(video[: int(len(video) * share)])


def test_fragments_are_refused(video: bytes) -> None:
    with pytest.raises(CannotClean, match="fragments"):
        clean(video + made.box(b"moof", b""))


# Ranges


def test_ranges_are_merged_met_and_wiped() -> None:
    assert merged([(5, 9), (1, 3), (2, 4), (4, 4), (9, 9)]) == [(1, 4), (5, 9)]
    assert meet([(3, 5)], [(1, 4), (5, 9)])
    assert meet([(0, 99)], [(5, 9)])
    assert not meet([(4, 5), (9, 12), (6, 6)], [(1, 4), (5, 9)])
    assert inside([(2, 3), (6, 9)], [(1, 4), (5, 9)])
    assert not inside([(3, 6)], [(1, 4), (5, 9)])
    assert not inside([(3, 6)], [])
    data = bytearray(b"abcdefghij")
    assert wipe_all_but(data, (2, 8), [(3, 4), (5, 6)]) == 4
    assert data == b"ab\0d\0f\0\0ij"
