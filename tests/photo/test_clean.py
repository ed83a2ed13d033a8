"""A clean copy holds the picture and nothing else, or it is refused."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from assistant.photo.clean import (
    CannotClean,
    Cleaned,
    clean,
    neutral_name,
    reencode,
    same_pixels,
)
from assistant.photo.containers.parts import Format
from tests.photo import clean_images as made


def clean_of(data: bytes, *what: str) -> Cleaned:
    """The clean copy: the same pixels, no secret, nothing but what is said taken out."""
    found = clean(data)
    assert made.SECRET not in found.data
    assert made.SECRET[:9] not in found.data
    assert same_pixels(data, found.data) is True
    assert {removed.what for removed in found.removed} == set(what)
    assert clean(found.data).data == found.data
    assert clean(found.data).removed == ()
    return found


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# JPEG


@pytest.mark.parametrize("what", made.JPEG_DETAILS)
def test_every_kind_of_detail_leaves_a_jpeg(what: str) -> None:
    inserted = made.JPEG_DETAILS[what]
    more = ("thumbnail",) if what == "Exif" else ()
    found = clean_of(made.after_first(made.jpeg(), inserted), what, *more)
    assert found.data == made.jpeg()
    assert found.format is Format.JPEG


def test_all_of_them_at_once_with_what_follows_the_picture() -> None:
    data = made.after_first(made.jpeg(), b"".join(made.JPEG_DETAILS.values()))
    found = clean_of(data + made.VIDEO, *made.JPEG_DETAILS, "video after the picture")
    assert found.data == made.jpeg()
    assert all(removed.size > 0 and removed.path for removed in found.removed)


@pytest.mark.parametrize(
    ("trailer", "what"),
    [
        (made.VIDEO, "video after the picture"),
        (b"xx" + made.VIDEO, "video after the picture"),
        (made.jpeg(made.photo(shade=9)), "further picture after the picture"),
        (made.SECRET, "unknown data after the picture"),
        (bytes(9), "filling after the picture"),
    ],
)
def test_what_follows_the_end_of_a_jpeg_is_cut_and_named(trailer: bytes, what: str) -> None:
    assert clean_of(made.jpeg() + trailer, what).data == made.jpeg()


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"progressive": True},
        {"restart_marker_blocks": 2},
        {"icc_profile": made.colours()},
        {"icc_profile": made.colours() + bytes(70_000 - len(made.colours()))},
    ],
)
def test_a_jpeg_with_nothing_to_take_out_comes_back_as_it_was(how: dict[str, object]) -> None:
    data = made.jpeg(**how)
    long = len(how.get("icc_profile", b"")) > 60_000  # type: ignore[arg-type]
    found = clean(data)
    assert found.removed == ()
    assert long or found.data == data
    assert same_pixels(data, found.data)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_keep_their_colours(mode: str) -> None:
    data = made.jpeg(made.photo(mode))
    found = clean_of(made.after_first(data, made.JPEG_DETAILS["Exif"]), "Exif", "thumbnail")
    assert found.data == data
    assert (b"Adobe" in found.data) is (mode == "CMYK")


def test_a_colour_profile_stays_and_is_named() -> None:
    found = clean(made.jpeg(icc_profile=made.colours()))
    assert opened(found.data).info["icc_profile"] == made.colours()
    assert found.kept[0].startswith("colour profile (sRGB")


def test_what_only_calls_itself_a_colour_profile_goes() -> None:
    for body in (b"", b"\x01", b"\x01\x01junk", b"\x01\x02" + made.colours()):
        data = made.after_first(made.jpeg(), made.segment(0xE2, b"ICC_PROFILE\0" + body))
        found = clean(data)
        assert [removed.what for removed in found.removed] == ["colour profile that is not sound"]
        assert (found.data, found.kept) == (made.jpeg(), ())


def test_a_profile_is_written_once_however_often_it_is_announced() -> None:
    part = made.segment(0xE2, b"ICC_PROFILE\0\x01\x01" + made.colours())
    again = made.segment(0xE2, b"ICC_PROFILE\0\x01\x01")
    found = clean(made.after_first(made.jpeg(), part + again * 50))
    assert found.data.count(b"ICC_PROFILE") == 1


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_only_the_orientation_of_exif_stays(orientation: int, big: bool) -> None:
    block = b"Exif\0\0" + made.exif(orientation, big)
    data = made.after_first(made.jpeg(), made.segment(0xE1, block))
    found = clean_of(data, "Exif", "thumbnail")
    assert opened(found.data).getexif().get(0x0112, 1) == orientation
    assert set(opened(found.data).getexif()) <= {0x0112}
    assert (f"orientation {orientation}" in found.kept) is (orientation > 1)


def test_of_two_exif_blocks_the_first_says_the_orientation() -> None:
    blocks = b"".join(made.segment(0xE1, b"Exif\0\0" + made.exif(o)) for o in (3, 8))
    found = clean_of(made.after_first(made.jpeg(), blocks), "Exif", "thumbnail")
    assert opened(found.data).getexif()[0x0112] == 3


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_does_not_stay(value: int) -> None:
    block = made.segment(0xE1, b"Exif\0\0" + made.exif(value or None))
    assert clean(made.after_first(made.jpeg(), block)).data == made.jpeg()


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"MM\0*\0\0\0\x08\0\x01" + b"\x01\x12\0\x03\0\0\0\x01",
        b"II*\0\0\0\0\0",
        made.SECRET,
    ],
)
def test_a_damaged_exif_block_goes_all_the_same(block: bytes) -> None:
    data = made.after_first(made.jpeg(), made.segment(0xE1, b"Exif\0\0" + block))
    assert clean_of(data, "Exif").data == made.jpeg()


def test_fill_bytes_and_restart_markers_do_no_harm() -> None:
    data = made.jpeg(restart_marker_blocks=1)
    filled = made.after_first(data, b"\xff\xff" + made.JPEG_DETAILS["comment"] + b"\xff\xff\xff")
    filled = filled[:-2] + b"\xff\xff\xff" + filled[-2:]
    assert clean_of(filled, "comment").data == data


def test_the_thumbnail_in_the_first_header_goes() -> None:
    head = b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x03" + made.SECRET
    data = made.jpeg()
    assert data[2:4] == b"\xff\xe0"
    found = clean_of(data[:2] + made.segment(0xE0, head) + data[20:], "thumbnail")
    assert found.data == data


def test_more_than_its_own_in_the_colour_header_goes() -> None:
    data = made.jpeg(made.photo("CMYK"))
    at = data.index(b"\xff\xee")
    longer = data[:at] + made.segment(0xEE, data[at + 4 : at + 16] + made.SECRET) + data[at + 16 :]
    assert clean_of(longer, "unknown data").data == data


# PNG


@pytest.mark.parametrize("what", made.PNG_DETAILS)
def test_every_kind_of_detail_leaves_a_png(what: str) -> None:
    found = clean_of(made.png_with(made.png(), made.PNG_DETAILS[what]), what)
    assert found.data == made.png()


def test_texts_are_named_by_their_key() -> None:
    [removed] = clean(made.png_with(made.png(), made.PNG_DETAILS["text"])).removed
    assert (removed.what, removed.path) == ("text", "tEXt/Author")


def test_what_follows_a_png_is_cut() -> None:
    data = made.png() + made.png(made.photo(shade=2))
    assert clean_of(data, "further picture after the picture").data == made.png()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_plain_png_of_every_kind_comes_back_as_it_was(mode: str) -> None:
    picture = Image.new("I;16", (9, 9), 999) if mode == "I;16" else made.photo(mode)
    clear = {"transparency": 3} if mode in ("P", "L") else {}
    data = made.png(picture, dpi=(72, 72), **clear)
    assert clean_of(data).data == data


def test_the_colours_of_a_png_stay_under_a_name_that_tells_nothing() -> None:
    data = made.png(icc_profile=made.colours())
    assert clean_of(data).data == data
    at = data.index(b"iCCP")
    size = int.from_bytes(data[at - 4 : at], "big")
    body = data[at + 4 : at + 4 + size]
    body = b"Mia Muster" + body[body.index(b"\0") :]
    named = data[: at - 4] + made.chunk(b"iCCP", body) + data[at + 8 + size :]
    found = clean_of(named, "name of the colour profile")
    assert opened(found.data).info["icc_profile"] == made.colours()
    assert b"Mia" not in found.data


@pytest.mark.parametrize("body", [b"x", b"x\0\0" + b"junk", b"x\0\x01", b"\0"])
def test_a_png_profile_that_cannot_be_read_goes(body: bytes) -> None:
    assert clean(made.png_with(made.png(), made.chunk(b"iCCP", body))).data == made.png()


def test_the_orientation_of_a_png_stays() -> None:
    data = made.png_with(made.png(), made.chunk(b"eXIf", made.exif(8)))
    found = clean_of(data, "Exif")
    assert dict(opened(found.data).getexif()) == {0x0112: 8}
    assert found.kept == ("orientation 8",)


def test_a_png_with_a_wrong_checksum_is_refused() -> None:
    data = bytearray(made.png())
    data[-20] ^= 1
    with pytest.raises(CannotClean):
        clean(bytes(data))


def test_a_png_that_needs_what_nobody_knows_is_refused() -> None:
    with pytest.raises(CannotClean):
        clean(made.png_with(made.png(), made.chunk(b"CgBI", b"\0\0\0\0")))


# Animations, GIF, WebP


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_keeps_its_frames_and_times(kind: str) -> None:
    data = made.moving(kind)
    found = clean_of(data)
    before, after = opened(data), opened(found.data)
    assert after.n_frames == before.n_frames == 3  # type: ignore[attr-defined]
    assert after.info.get("loop") == before.info.get("loop") == 2
    for number in range(3):
        before.seek(number), after.seek(number)
        before.load(), after.load()
        assert after.info["duration"] == before.info["duration"]


def test_comments_and_unknown_blocks_leave_a_gif() -> None:
    data = made.moving("GIF")
    inserted = (
        b"\x21\xfe" + bytes((len(made.SECRET),)) + made.SECRET + b"\0",
        made.gif_block(b"XMP DataXMP", made.XMP),
        made.gif_block(b"NETSCAPE2.0", b"\x02" + made.SECRET),
        made.gif_block(b"whoknows1.0", made.SECRET),
    )
    found = clean_of(
        made.gif_with(data, b"".join(inserted)) + made.VIDEO,
        "comment",
        "XMP",
        "unknown data",
        "video after the picture",
    )
    assert found.data == data


def test_the_loop_of_a_gif_stays_once() -> None:
    loop = made.gif_block(b"ANIMEXTS1.0", b"\x01\x05\x00")
    found = clean(made.gif_with(made.moving("GIF"), loop))
    assert found.data.count(b"ANIMEXTS1.0") == 1
    assert b"NETSCAPE2.0" not in found.data


@pytest.mark.parametrize("lossless", [False, True])
def test_exif_and_xmp_leave_a_webp_and_its_orientation_stays(lossless: bool) -> None:
    how = {"icc_profile": made.colours(), "lossless": lossless}
    data = made.webp(exif=b"Exif\0\0" + made.exif(6), xmp=made.XMP, **how)
    found = clean_of(data, "Exif", "XMP")
    after = opened(found.data)
    assert dict(after.getexif()) == {0x0112: 6}
    assert after.info["icc_profile"] == made.colours()
    assert "xmp" not in after.info
    assert "orientation 6" in found.kept
    assert int.from_bytes(found.data[4:8], "little") == len(found.data) - 8


def test_the_flags_of_a_webp_say_what_is_left() -> None:
    found = clean_of(made.webp(xmp=made.XMP, exif=made.exif(None)), "Exif", "XMP")
    assert found.data[12:16] == b"VP8X"
    assert found.data[20] == 0


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_plain_webp_comes_back_as_it_was(mode: str) -> None:
    picture = made.photo(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    data = made.webp(picture)
    assert clean_of(data).data == data


def test_unknown_data_inside_a_frame_leave_a_webp() -> None:
    data = made.moving("WEBP")
    at = data.index(b"ANMF")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    body = data[at + 8 : at + 8 + size] + b"prVt" + (20).to_bytes(4, "little") + b"Mia Muster" * 2
    framed = data[:at] + b"ANMF" + len(body).to_bytes(4, "little") + body + data[at + 8 + size :]
    framed = framed[:4] + (len(framed) - 8).to_bytes(4, "little") + framed[8:]
    assert clean_of(framed, "unknown data").data == data


def test_a_second_picture_in_a_webp_goes() -> None:
    plain = made.webp()
    name, body = plain[12:16], plain[20:]
    data = made.riff([(name, body), (name, body), (b"C2PA", made.SECRET), (b"junk", made.SECRET)])
    found = clean(data + made.SECRET)
    assert found.data == plain
    assert [removed.what for removed in found.removed] == [
        "further picture",
        "content credentials (C2PA)",
        "unknown data",
        "unknown data after the picture",
    ]


# What is refused


@pytest.mark.parametrize("name", made.BROKEN)
def test_a_broken_file_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(CannotClean) as refusal:
        clean(made.BROKEN[name])
    assert refusal.value.reason.endswith(".")
    assert refusal.value.reencode is False
    with pytest.raises(CannotClean):
        reencode(made.BROKEN[name])


def test_a_tiff_is_refused_and_can_be_encoded_anew() -> None:
    out = io.BytesIO()
    made.photo().save(out, "TIFF", description=made.SECRET.decode())
    with pytest.raises(CannotClean) as refusal:
        clean(out.getvalue())
    assert refusal.value.reencode is True
    found = reencode(out.getvalue())
    assert found.format is Format.JPEG
    assert made.SECRET not in found.data


def test_pages_are_not_encoded_anew() -> None:
    out = io.BytesIO()
    first, *rest = made.frames()
    first.save(out, "TIFF", save_all=True, append_images=rest)
    with pytest.raises(CannotClean) as refusal:
        clean(out.getvalue())
    assert refusal.value.reencode is False
    with pytest.raises(CannotClean, match="several pictures"):
        reencode(out.getvalue())


CUT: dict[str, bytes] = {
    "jpeg": made.after_first(made.jpeg(), b"".join(made.JPEG_DETAILS.values())) + made.VIDEO,
    "png": made.png_with(made.png(), b"".join(made.PNG_DETAILS.values())),
    "gif": made.moving("GIF"),
    "webp": made.webp(exif=made.exif(), xmp=made.XMP),
    "avif": made.avif(exif=made.exif(), xmp=made.XMP),
}


@pytest.mark.parametrize("name", CUT)
@settings(deadline=None)
@given(data=st.data())
def test_damage_is_refused_or_cleaned_but_never_crashes(name: str, data: st.DataObject) -> None:
    whole = bytearray(CUT[name])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, min(len(whole), 900) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = clean(bytes(whole))
    except CannotClean:
        return
    assert clean(found.data).data == found.data


# Pixels and encoding anew


def test_pixels_are_compared_frame_by_frame() -> None:
    assert same_pixels(made.png(), made.webp(lossless=True)) is True
    assert same_pixels(made.png(), made.jpeg()) is False
    assert same_pixels(made.moving("GIF"), made.moving("GIF", duration=[9, 9, 9])) is True
    out = io.BytesIO()
    first, second, third = made.frames()
    first.save(out, "GIF", save_all=True, append_images=[second, first])
    assert same_pixels(made.moving("GIF"), out.getvalue()) is False
    assert same_pixels(made.moving("GIF"), made.moving("GIF")[:-900]) is not True
    assert third.size == first.size


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", made.jpeg()[:200]])
def test_what_cannot_be_decoded_is_never_called_the_same(data: bytes) -> None:
    assert same_pixels(data, data) is None
    assert same_pixels(made.jpeg(), data) is False


def test_a_bomb_is_not_decoded() -> None:
    head = (20_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n" + made.chunk(b"IHDR", head)
    bomb += made.chunk(b"IDAT", b"x") + made.chunk(b"IEND", b"")
    assert same_pixels(bomb, bomb) is None
    with pytest.raises(CannotClean, match=r"too large|cannot be decoded"):
        reencode(bomb)
    assert clean(bomb).data == bomb


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", Format.JPEG), ("L", Format.JPEG), ("RGBA", Format.PNG), ("P", Format.PNG)],
)
def test_a_new_encoding_is_upright_and_keeps_the_colours(mode: str, kind: Format) -> None:
    data = made.png(made.photo(mode), icc_profile=made.colours(), exif=made.exif(6))
    data = made.png_with(data, made.PNG_DETAILS["text"])
    found = reencode(data)
    assert found.format is kind
    after = opened(found.data)
    assert after.size == ImageOps.exif_transpose(opened(data)).size == (61, 83)
    assert after.info["icc_profile"] == made.colours()
    assert not after.getexif()
    assert made.SECRET not in found.data
    assert clean(found.data).removed == ()


def test_a_transparent_colour_stays_transparent() -> None:
    found = reencode(made.png(made.photo("P"), transparency=7))
    assert opened(found.data).info["transparency"] == 7


def test_a_new_encoding_leaves_the_comment_behind() -> None:
    found = reencode(made.jpeg(comment=made.SECRET))
    assert made.SECRET not in found.data
    assert [removed.what for removed in found.removed] == ["everything but the picture"]


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        (Format.JPEG, 1, "photo-0001.jpg"),
        (Format.HEIF, 12, "photo-0012.heic"),
        (Format.PNG, 12345, "photo-12345.png"),
    ],
)
def test_names_tell_nothing(kind: Format, number: int, name: str) -> None:
    assert neutral_name(kind, number) == name


def test_every_format_has_a_name() -> None:
    make: Callable[[Format], str] = lambda kind: neutral_name(kind, 1)  # noqa: E731
    assert len({make(kind) for kind in Format}) == len(Format)
