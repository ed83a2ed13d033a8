"""The blocks inside the files: Exif, XMP, IPTC, texts, credentials, hidden pictures."""

from __future__ import annotations

import base64
import struct
import time
import zlib

import pytest

from assistant.photo.details import HiddenKind, PhotoMetadata, Private
from assistant.photo.metadata import read_metadata
from tests.photo import images
from tests.photo.test_metadata import BLOCK, XMP, by_tag, risks


def of_exif(block: bytes) -> PhotoMetadata:
    return read_metadata(images.jpeg(images.app1_exif(block)))


# Exif


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    found = of_exif(images.tiff({0x0110: images.text("Snap 3")}, order=order))
    assert by_tag(found)["IFD0:Model"].value == "Snap 3"


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0xA431, "0000000000"),
        (0xA431, "N/A"),
        (0xA431, "OLYMPUS DIGITAL CAMERA"),
        (0x9003, "0000:00:00 00:00:00"),
        (0x9003, "    :  :     :  :  "),
        (0xA433, "   "),
    ],
)
def test_constants_and_blanks_give_nothing_away(tag: int, value: str) -> None:
    assert risks(of_exif(images.tiff({}, {tag: images.text(value)}))) == set()


def test_a_position_of_zeros_is_none() -> None:
    assert Private.GPS_COORD not in risks(of_exif(images.tiff({}, None, images.gps(0, 0))))


def test_a_comment_with_an_encoding_is_read() -> None:
    block = images.tiff({}, {0x9286: (images.UNDEFINED, b"ASCII\0\0\0Dinner at Ann's")})
    assert by_tag(of_exif(block))["ExifIFD:UserComment"].value == "Dinner at Ann's"


def test_a_thumbnail_is_hidden_and_a_later_picture_in_the_block_too() -> None:
    small, other = images.picture("JPEG", 8, 8), images.picture("JPEG", 10, 8)
    found = of_exif(images.tiff({}, {}, None, small) + other)
    assert [(hidden.kind, hidden.data) for hidden in found.hidden] == [
        (HiddenKind.THUMBNAIL, small),
        (HiddenKind.PREVIEW, other),
    ]


def test_an_uncompressed_thumbnail_becomes_a_picture() -> None:
    from io import BytesIO

    from PIL import Image

    tags: dict[int, images.Value] = {
        0x0100: (images.SHORT, [4]),
        0x0101: (images.SHORT, [2]),
        0x0102: (images.SHORT, [8, 8, 8]),
        0x0103: (images.SHORT, [1]),
        0x0106: (images.SHORT, [2]),
        0x0111: (images.LONG, [0]),
        0x0115: (images.SHORT, [3]),
        0x0117: (images.LONG, [24]),
    }
    first = images.directory({0x0112: (images.SHORT, [1])}, 8, 26)
    tags[0x0111] = (images.LONG, [26 + len(images.directory(tags, 26))])
    block = b"II*\0\x08\0\0\0" + first + images.directory(tags, 26) + b"\x40\x50\x60" * 8
    [hidden] = of_exif(block).hidden
    picture = Image.open(BytesIO(hidden.data))
    assert picture.size == (4, 2)
    assert picture.getpixel((0, 0)) == (0x40, 0x50, 0x60)


def test_circles_absurd_counts_and_places_are_told() -> None:
    circle = images.tiff({0x8769: (images.LONG, [8])})
    absurd = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x010E, 4, 0x3FFFFFF0, 8) + bytes(4)
    outside = b"II*\0\xff\xff\0\0"
    for block in (circle, absurd, outside):
        found = of_exif(block)
        assert not found.complete
        assert found.problems


def test_an_absurd_maker_note_does_not_hang() -> None:
    exif: dict[int, images.Value] = {0x927C: (images.UNDEFINED, b"Canon" * 8)}
    block = bytearray(images.tiff({0x010F: images.text("Canon")}, exif) + bytes(60_000))
    at = block.find(struct.pack("<HH", 0x927C, 7)) + 4
    block[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    start = time.process_time()
    found = of_exif(bytes(block))
    assert time.process_time() - start < 2
    assert not found.complete


# Maker notes


def canon(base: int, moved: int = 0) -> bytes:
    tags: dict[int, images.Value] = {
        0x0006: images.text("Example camera model"),
        0x0009: images.text("Ann Example"),
        0x000C: (images.LONG, [480_151]),
    }
    return images.directory(tags, base, base=moved)


def with_note(make: str, note: bytes) -> bytes:
    return images.tiff({0x010F: images.text(make)}, {0x927C: (images.UNDEFINED, note)})


def place_of_note(make: str, size: int) -> int:
    return with_note(make, b"\x99" * size).find(b"\x99" * size)


@pytest.mark.parametrize("moved", [0, 400])
def test_a_note_is_read_where_it_was_and_where_a_program_has_put_it(moved: int) -> None:
    at = place_of_note("Canon", len(canon(0)))
    tags = by_tag(of_exif(with_note("Canon", canon(at, -moved))))
    assert tags["Canon:OwnerName"].value == "Ann Example"
    assert tags["Canon:OwnerName"].risk is Private.PERSON_NAME
    assert tags["Canon:SerialNumber"].risk is Private.SERIAL


def test_notes_with_a_header_of_their_own_are_read() -> None:
    inner = b"II*\0\x08\0\0\0" + images.directory({0x001D: images.text("6607572")}, 8)
    tags = by_tag(of_exif(with_note("NIKON", b"Nikon\0\x02\x10\0\0" + inner)))
    assert tags["Nikon:SerialNumber"].risk is Private.SERIAL
    apple = b"Apple iOS\0\0\x01MM" + images.directory(
        {0x0011: images.text("1B2C-EXAMPLE")}, 14, order=">"
    )
    tags = by_tag(of_exif(with_note("Apple", apple)))
    assert tags["Apple:ContentIdentifier"].risk is Private.IMAGE_ID


def test_an_unknown_note_is_an_unknown_part_not_a_problem() -> None:
    found = of_exif(with_note("Acme", b"\x01\xfe\x02\xfd" * 20))
    assert [block.path for block in found.unknown] == ["APP1/Exif/ExifIFD/MakerNote"]
    assert found.complete


# XMP


def of_xmp(packet: bytes) -> PhotoMetadata:
    return read_metadata(images.jpeg(images.app1_xmp(packet)))


def test_lists_and_structures_are_told_flat() -> None:
    found = of_xmp(
        images.xmp(
            "<dc:creator><rdf:Seq><rdf:li>Ann Example</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq>"
            "</dc:creator><xmpMM:History><rdf:Seq>"
            '<rdf:li stEvt:action="saved" stEvt:when="2024-05-06T07:08:09+02:00"/>'
            '<rdf:li rdf:parseType="Resource"><stEvt:softwareAgent>Pixelshop</stEvt:softwareAgent>'
            "</rdf:li></rdf:Seq></xmpMM:History>"
            '<xmpMM:DerivedFrom stRef:documentID="xmp.did:1"/>'
        )
    )
    tags = by_tag(found)
    assert tags["XMP-dc:Creator"].value == "Ann Example; Bob"
    assert tags["XMP-xmpMM:HistoryWhen"].risk is Private.TIMESTAMP
    assert tags["XMP-xmpMM:HistorySoftwareAgent"].risk is Private.SOFTWARE_HISTORY
    assert tags["XMP-xmpMM:DerivedFromDocumentID"].risk is Private.IMAGE_ID
    assert found.complete


def test_faces_that_a_program_has_marked_are_told() -> None:
    found = of_xmp(
        images.xmp(
            '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>'
            '<rdf:li><rdf:Description mwg-rs:Name="Ann Example" mwg-rs:Type="Face"/></rdf:li>'
            "</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
        )
    )
    assert {Private.PERSON_NAME, Private.FACE_REGION} <= risks(found)


def test_extended_xmp_is_joined_and_its_depth_map_hidden() -> None:
    depth = base64.b64encode(images.picture("JPEG", 8, 8)).decode()
    packet = images.xmp(attributes=f'GDepth:Data="{depth}"')
    half = len(packet) // 2
    head = images.EXTENDED_HEAD + b"0" * 32 + struct.pack(">I", len(packet))
    parts = [
        images.segment(0xE1, head + struct.pack(">I", at) + piece)
        for at, piece in ((half, packet[half:]), (0, packet[:half]))
    ]
    [hidden] = read_metadata(images.jpeg(*parts)).hidden
    assert (hidden.kind, hidden.data) == (HiddenKind.DEPTH_MAP, images.picture("JPEG", 8, 8))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_packets_are_read(encoding: str) -> None:
    found = of_xmp(XMP.decode().encode(encoding))
    assert by_tag(found)["XMP-xmpMM:DocumentID"].value == "xmp.did:4711"


def test_a_cut_packet_is_read_in_part_and_told() -> None:
    found = of_xmp(images.xmp("<photoshop:City>Exampleville</photoshop:City><dc:title>")[:-60])
    assert by_tag(found)["XMP-photoshop:City"].risk is Private.PLACE_NAME
    assert not found.complete


def test_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + images.xmp("&b;")
    found = of_xmp(laughs)
    assert "entities" in found.problems[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<dc:a>" * 3_000 + "</dc:a>" * 3_000,
        "<dc:a/>" * 300_000,
        "<dc:a " * 300_000,
        "\n" * 5_000_000,
    ],
    ids=["deep", "many", "open", "lines"],
)
def test_absurd_packets_end_soon(inside: str) -> None:
    start = time.process_time()
    read_metadata(
        images.png(images.chunk("iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + images.xmp(inside)))
    )
    assert time.process_time() - start < 3


# Photoshop and IPTC


def test_iptc_and_the_thumbnail_of_photoshop_are_read() -> None:
    small = images.picture("JPEG", 8, 8)
    records = images.iptc((1, 90, "\x1b%G"), (2, 80, "Änn Example"), (2, 90, "Exampleville"))
    found = read_metadata(
        images.jpeg(
            images.app13(
                images.resource(0x0404, records), images.resource(0x040C, bytes(28) + small)
            )
        )
    )
    tags = by_tag(found)
    assert (tags["IPTC:By-line"].value, tags["IPTC:By-line"].risk) == (
        "Änn Example",
        Private.PERSON_NAME,
    )
    assert tags["IPTC:City"].risk is Private.PLACE_NAME
    assert [(hidden.kind, hidden.data) for hidden in found.hidden] == [
        (HiddenKind.THUMBNAIL, small)
    ]


def test_a_resource_that_nobody_knows_is_unknown_and_a_cut_one_told() -> None:
    found = read_metadata(images.jpeg(images.app13(images.resource(0x7777, b"what?"))))
    assert [block.path for block in found.unknown] == ["APP13/Photoshop/resource 30583"]
    cut = images.resource(0x0404, images.iptc((2, 90, "Exampleville")))[:-4]
    found = read_metadata(images.jpeg(images.app13(cut)))
    assert by_tag(found)["IPTC:City"].value == "Examplevi"
    assert not found.complete


# PNG texts


def test_texts_prompts_and_times_of_png_are_read() -> None:
    found = read_metadata(
        images.png(
            images.chunk("tEXt", b"Author\0Ann Example"),
            images.chunk("zTXt", b"Comment\0\0" + zlib.compress(b"At the harbour")),
            images.chunk("iTXt", "parameters\0\0\0\0\0a château, steps: 20".encode()),
            images.chunk("tIME", struct.pack(">H5B", 2024, 5, 6, 7, 8, 9)),
            images.chunk("prVt", b"?"),
        )
    )
    tags = by_tag(found)
    assert tags["PNG:Author"].risk is Private.PERSON_NAME
    assert tags["PNG:Comment"].value == "At the harbour"
    assert tags["PNG:Parameters"].risk is Private.SOFTWARE_HISTORY
    assert tags["PNG:ModifyDate"].value == "2024:05:06 07:08:09"
    assert [block.path for block in found.unknown] == ["prVt"]


def test_raw_profiles_are_read() -> None:
    block = b"Exif\0\0" + BLOCK
    told = b"\nexif\n%8d\n" % len(block) + block.hex().encode() + b"\n"
    found = read_metadata(
        images.png(images.chunk("zTXt", b"Raw profile type exif\0\0" + zlib.compress(told)))
    )
    assert Private.GPS_COORD in risks(found)
    bad = images.png(images.chunk("tEXt", b"Raw profile type exif\0\nexif\n 4\nzz"))
    assert not read_metadata(bad).complete


def test_a_bomb_of_a_text_is_cut_short() -> None:
    bomb = images.chunk("zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000)))
    found = read_metadata(images.png(bomb))
    assert "larger than 4 MB" in found.problems[0]


# Content credentials


def jumbf(*content: bytes, label: bytes = b"c2pa") -> bytes:
    return images.box(
        "jumb", images.box("jumd", bytes(16) + b"\x03" + label + b"\0") + b"".join(content)
    )


CLAIM = bytes((0xA2,)) + b"".join(
    bytes((0x60 | len(key),)) + key + bytes((0x60 | len(told),)) + told
    for key, told in ((b"instanceID", b"xmp:iid:0815"), (b"claim_generator", b"Pixelshop/1"))
)


def test_content_credentials_tell_who_and_with_what() -> None:
    author = b'{"author": [{"name": "Ann Example"}]}'
    boxes = jumbf(images.box("cbor", CLAIM), images.box("json", author))
    first, second = boxes[:40], boxes[40:]
    found = read_metadata(
        images.jpeg(
            images.segment(0xEB, b"JP\0\x01\0\0\0\x01" + first),
            images.segment(0xEB, b"JP\0\x01\0\0\0\x02" + boxes[:8] + second),
        )
    )
    tags = by_tag(found)
    assert tags["JUMBF:JUMDLabel"].risk is Private.C2PA
    assert tags["CBOR:InstanceID"].risk is Private.IMAGE_ID
    assert tags["CBOR:Claim_generator"].risk is Private.SOFTWARE_HISTORY
    assert tags["JSON:AuthorName"].risk is Private.PERSON_NAME
    assert found.complete


@pytest.mark.parametrize(
    "body", [b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", b"\x81" * 500, b"\xbf\x61"]
)
def test_absurd_credentials_are_told(body: bytes) -> None:
    found = read_metadata(images.png(images.chunk("caBX", jumbf(images.box("cbor", body)))))
    assert not found.complete
    assert Private.C2PA in risks(found)


# JPEG: what else is in it


def test_a_video_after_the_end_is_found_and_read() -> None:
    film = images.mp4(images.user_text("\xa9xyz", "+48.5000-002.2500/"))
    found = read_metadata(images.jpeg(trailer=film))
    assert [(hidden.kind, hidden.data) for hidden in found.hidden] == [(HiddenKind.VIDEO, film)]
    assert Private.GPS_COORD in risks(found)


def test_bytes_after_the_end_are_unknown_and_zeros_are_nothing() -> None:
    found = read_metadata(images.jpeg(trailer=b"who knows"))
    assert [block.path for block in found.unknown] == ["trailer"]
    assert read_metadata(images.jpeg(trailer=bytes(99))).unknown == ()


def test_further_pictures_of_an_index_are_hidden_and_read() -> None:
    other = images.jpeg(images.app1_exif(BLOCK), width=12)
    size = len(images.jpeg(images.segment(0xE2, b"MPF\0" + bytes(58))))
    entries = struct.pack("<IIIHH", 0x030000, size, 0, 0, 0)
    at = size - (2 + 4 + 4)
    entries += struct.pack("<IIIHH", 0, len(other), at, 0, 0)
    index = b"II*\0\x08\0\0\0" + images.directory({0xB002: (images.UNDEFINED, entries)}, 8)
    assert len(index) == 58
    found = read_metadata(images.jpeg(images.segment(0xE2, b"MPF\0" + index), trailer=other))
    assert [(hidden.kind, hidden.data) for hidden in found.hidden] == [(HiddenKind.PICTURE, other)]
    assert (found.unknown, found.problems, found.width) == ((), (), 24)
    assert by_tag(found)["IFD0:Artist"].path == "MPF/picture 1/APP1/Exif/IFD0"


def test_thumbnails_of_jfif_are_hidden() -> None:
    small = images.picture("JPEG", 8, 8)
    found = read_metadata(images.jpeg(images.segment(0xE0, b"JFXX\0\x10" + small)))
    assert [hidden.data for hidden in found.hidden] == [small]


def test_segments_of_unknown_makers_are_unknown_parts() -> None:
    found = read_metadata(images.jpeg(images.segment(0xE7, b"ACME\0\x01\x02")))
    assert [(block.path, block.size) for block in found.unknown] == [("APP7/ACME", 7)]
    assert found.complete


def test_metadata_after_a_break_are_found() -> None:
    whole = images.jpeg(images.segment(0xE7, b"ACME\0"), images.app1_exif(BLOCK))
    at = whole.find(b"ACME") - 2
    broken = whole[:at] + b"\0\x09" + whole[at + 2 :]
    found = read_metadata(broken)
    assert by_tag(found)["IFD0:Artist"].risk is Private.PERSON_NAME
    assert not found.complete


@pytest.mark.parametrize("index", [b"", b"no header", b"II*\0\xff\xff\0\0", b"II*\0\x08\0\0\0"])
def test_a_damaged_index_of_further_pictures_is_said(index: bytes) -> None:
    found = read_metadata(images.jpeg(images.segment(0xE2, b"MPF\0" + index)))
    assert not found.complete
    assert "APP2/MPF: the index of further pictures is damaged" in found.problems


def test_an_index_of_very_many_pictures_is_not_passed_over() -> None:
    entries = bytes(16) * 41
    field = struct.pack("<HHII", 0xB002, 7, len(entries), 26)
    index = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + field + bytes(4) + entries
    found = read_metadata(images.jpeg(images.segment(0xE2, b"MPF\0" + index)))
    assert "APP2/MPF: of 41 further pictures, 40 were read" in found.problems
