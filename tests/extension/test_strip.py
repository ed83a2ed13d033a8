"""Metadata taken out by the extension alone: the same picture and nothing else, or a refusal."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import exifread
import pytest
from PIL import Image, ImageOps

from assistant.photo.analyze import analyze_photo
from assistant.photo.clean import CannotClean, clean, same_pixels
from assistant.report import Outcome
from tests.photo import clean_images as made
from tests.photo import images
from tests.photo.images import text
from tests.photo.scene import scene

NODE = shutil.which("node")
HERE = Path(__file__).parent
NOW = datetime(2026, 11, 27)
PLACED = images.tiff(
    {
        0x010F: text("Examplecam"),
        0x0110: text("One"),
        0x0112: (images.SHORT, (6,)),
        0x013B: text("Mia Muster"),
        0x010E: text("Mia Muster 48.2082"),
    },
    exif={0x9003: text("2024:05:17 18:30:00"), 0xA431: text("9012345678")},
    gps=images.gps(48.2082, 16.3738),
    thumbnail=made.SECRET,
)
TELLS = {
    "a place",
    "the camera",
    "a name",
    "a description",
    "the time",
    "a serial number",
    "a small picture",
}
XMP = b"<x:xmpmeta><exif:GPSLatitude>48,12N</exif:GPSLatitude><xmp:CreateDate/></x:xmpmeta>"


def wide(mode: str) -> Image.Image:
    """With transparency, where the mode has it."""
    picture = made.photo(mode)
    if mode.endswith("A"):
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


def framed() -> bytes:
    """An animation with something of its own in its first frame."""
    data = made.moving("WEBP", exif=made.exif(None))
    at = data.index(b"ANMF")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    more = b"prVt" + len(made.SECRET).to_bytes(4, "little") + made.SECRET
    body = data[at + 8 : at + 8 + size] + more + bytes(len(more) % 2)
    whole = data[:at] + b"ANMF" + len(body).to_bytes(4, "little") + body + data[at + 8 + size :]
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


def with_segment(marker: int, body: bytes) -> bytes:
    return made.after_first(made.jpeg(), made.segment(marker, body))


def with_chunk(chunk: bytes) -> bytes:
    return made.png_with(made.png(), chunk)


def telling() -> dict[str, bytes]:
    """Files by name in which the secret stands, or another detail."""
    profile: dict[str, Any] = {"icc_profile": made.colours()}
    jpeg = made.after_first(made.jpeg(), b"".join(made.JPEG_DETAILS.values()))
    png = made.png_with(made.png(), b"".join(made.PNG_DETAILS.values()))
    plain = made.webp()
    picture, more = (plain[12:16], plain[20:]), [(b"C2PA", made.SECRET), (b"junk", made.SECRET)]
    files = {
        f"jpeg-{what}": made.after_first(made.jpeg(), it) for what, it in _named(made.JPEG_DETAILS)
    }
    files |= {f"png-{what}": made.png_with(made.png(), it) for what, it in _named(made.PNG_DETAILS)}
    return files | {
        "jpeg-all": jpeg + made.VIDEO,
        "jpeg-rest": made.jpeg() + made.SECRET,
        "jpeg-second": made.jpeg() + made.jpeg(made.photo(shade=9)),
        "jpeg-placed": made.after_first(made.jpeg(**profile), images.app1_exif(PLACED)),
        "jpeg-app14": with_segment(0xEE, b"Adobe\0d\0\0\0\0\1" + made.SECRET),
        "jpeg-header": made.jpeg().replace(
            b"\xff\xe0\0\x10" + made.jpeg()[6:20],
            made.segment(0xE0, made.jpeg()[6:18] + b"\2\2" + made.SECRET),
        ),
        "jpeg-no-profile": with_segment(0xE2, b"ICC_PROFILE\0\1\1" + made.SECRET),
        "jpeg-half-profile": with_segment(0xE2, b"ICC_PROFILE\0\1\2" + made.colours()),
        "jpeg-fill": made.jpeg().replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1),
        "png-all": png + made.VIDEO,
        "png-placed": made.png_with(made.png(**profile), made.chunk(b"eXIf", PLACED)),
        "png-named-profile": with_chunk(_profile_chunk(made.SECRET, made.colours())),
        "png-bad-profile": with_chunk(made.chunk(b"iCCP", b"x\0\0" + made.SECRET)),
        "png-moving": made.png_with(made.moving("PNG"), made.PNG_DETAILS["text"]),
        "webp-placed": made.webp(exif=PLACED, xmp=made.XMP, **profile),
        "webp-lossless": made.webp(exif=b"Exif\0\0" + PLACED, xmp=made.XMP, lossless=True),
        "webp-clear": made.webp(wide("RGBA"), exif=made.exif(None)),
        "webp-frame": framed(),
        "webp-second": made.riff([picture, picture, *more]) + made.SECRET,
        "scene": scene(),
    }


def _named(details: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    return [(what.partition(" (")[0].replace(" ", "-"), it) for what, it in details.items()]


def _profile_chunk(name: bytes, profile: bytes) -> bytes:
    return made.chunk(b"iCCP", name + b"\0\0" + zlib.compress(profile))


def plain() -> dict[str, bytes]:
    """Files by name in which there is nothing but a picture."""
    profile = made.colours()
    files = {
        "jpeg": made.jpeg(),
        "jpeg-progressive": made.jpeg(progressive=True),
        "jpeg-restarts": made.jpeg(restart_marker_blocks=2),
        "jpeg-profile": made.jpeg(icc_profile=profile),
        "jpeg-long-profile": made.jpeg(icc_profile=_long(profile)),
        "jpeg-grey": made.jpeg(made.photo("L")),
        "jpeg-cmyk": made.jpeg(made.photo("CMYK")),
        "png-profile": made.png(icc_profile=profile),
        "png-moving": made.moving("PNG"),
        "webp": made.webp(),
        "webp-lossless": made.webp(lossless=True),
        "webp-profile": made.webp(icc_profile=profile),
        "webp-clear": made.webp(wide("RGBA")),
        "webp-moving": made.moving("WEBP"),
    }
    modes = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    return files | {f"png-{mode.replace(';', '')}": made.png(wide(mode)) for mode in modes}


def _long(profile: bytes) -> bytes:
    """The same profile, filled up so that it needs two segments."""
    return (70_000).to_bytes(4, "big") + profile[4:] + bytes(70_000 - len(profile))


def turned() -> dict[str, bytes]:
    """A picture by format and orientation, in both orders of bytes."""
    files = {}
    for orientation in range(1, 9):
        for big in (False, True):
            block = made.exif(orientation, big)
            name = f"{orientation}-{'big' if big else 'little'}"
            files[f"jpeg-{name}"] = made.after_first(made.jpeg(), images.app1_exif(block))
            files[f"png-{name}"] = made.png_with(made.png(), made.chunk(b"eXIf", block))
            files[f"webp-{name}"] = made.webp(exif=block)
    return files


def refused() -> dict[str, tuple[bytes, str]]:
    """Files by name, with what stands in the refusal."""
    png, webp = made.png(), made.webp()
    wrong = png[:45] + bytes((png[45] ^ 1,)) + png[46:]
    unknown = made.png_with(png, made.chunk(b"ABCD", b"x"))
    huge = made.png_with(png, b"\xff\xff\xff\xfftEXt" + b"x" * 40)
    long = made.after_first(made.jpeg(), b"\xff\xe1\xff\xffExif")
    short = made.after_first(made.jpeg(), b"\xff\xe1\0\1")
    frame = made.moving("WEBP")
    at = frame.index(b"ANMF") + 4
    files = {
        "gif": (made.moving("GIF"), "a GIF"),
        "avif": (made.avif(), "an AVIF"),
        "heic": ((HERE.parent / "photo" / "code.heic").read_bytes(), "a HEIC"),
        "video": (made.VIDEO, "a video"),
        "tiff": (b"II*\0" + bytes(40), "a TIFF"),
        "page": (b"<!doctype html>", "not known"),
        "nothing": (b"", "empty"),
        "start": (b"\xff\xd8\xff", "damaged"),
        "no-frame": (made.jpeg().replace(b"\xff\xc0", b"\xff\xe5"), "how its picture is stored"),
        "no-scan": (b"\xff\xd8\xff\xc0\0\x04ab\xff\xd9", "no picture"),
        "two-starts": (made.jpeg()[:2] + made.jpeg(), "damaged"),
        "no-end": (made.jpeg()[:-2], "no end"),
        "long-part": (long[:300], "longer than the file"),
        "short-part": (short, "longer than the file"),
        "png-wrong-sum": (wrong, "checksum"),
        "png-unknown": (unknown, "of its own"),
        "png-huge": (huge, "longer than the file"),
        "png-twice": (png[:33] + png[8:33] + png[33:], "twice"),
        "png-no-header": (png[:8] + png[33:], "does not say"),
        "png-no-picture": (png[:33] + made.chunk(b"IEND", b""), "no picture"),
        "webp-long": (webp[:4] + b"\xff\xff\xff\xff" + webp[8:], "shorter than it says"),
        "webp-part": (webp[:16] + b"\xff\xff\xff\x7f" + webp[20:], "longer than the file"),
        "webp-empty": (made.riff([]), "no picture"),
        "webp-short-header": (made.riff([(b"VP8X", b"\0")]), "too short"),
        "webp-frame": (frame[:at] + b"\xff\xff\xff\x7f" + frame[at + 4 :], "longer than the file"),
        "webp-nothing": (b"RIFF\0\0\0\0WEBP", "no picture"),
    }
    cut = {
        f"cut-{name}-{part}": (data[: len(data) * part // 8], "damaged")
        for name, data in (("jpeg", made.jpeg()), ("png", png), ("webp", webp))
        for part in range(1, 8)
    }
    return files | cut


def damaged() -> dict[str, bytes]:
    """Files with some bytes other than they should be."""
    random_ = random.Random(7)
    files = {}
    for name in ("jpeg-all", "jpeg-placed", "png-all", "webp-placed", "webp-frame"):
        for number in range(120):
            data = bytearray(TELLING[name])
            for _ in range(random_.randint(1, 4)):
                data[random_.randrange(min(len(data), 900))] = random_.randrange(256)
            files[f"{name}-{number}"] = bytes(data)
    return files


TELLING, PLAIN, TURNED, REFUSED = telling(), plain(), turned(), refused()
DAMAGED = damaged()


@dataclass(frozen=True)
class Copies:
    told: dict[str, dict[str, object]]
    data: dict[str, bytes]

    def removed(self, name: str) -> dict[str, set[str]]:
        found = self.told[name]["removed"]
        assert isinstance(found, list)
        return {one["what"]: set(one["tells"]) for one in found}


def stripped(files: Mapping[str, bytes], folder: Path) -> Copies:
    assert NODE is not None, "the tests need Node.js"
    given, copies = folder / "given", folder / "copies"
    given.mkdir()
    copies.mkdir()
    for name, data in files.items():
        (given / name).write_bytes(data)
    ran = subprocess.run(
        [NODE, HERE / "strip.mjs", given, copies], capture_output=True, text=True, check=True
    )
    made_here = {path.name: path.read_bytes() for path in copies.iterdir()}
    return Copies(json.loads(ran.stdout), made_here)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """All files, stripped in one go."""
    files = {f"telling {name}": data for name, data in TELLING.items()}
    files |= {f"plain {name}": data for name, data in PLAIN.items()}
    files |= {f"turned {name}": data for name, data in TURNED.items()}
    files |= {f"refused {name}": data for name, (data, _) in REFUSED.items()}
    files |= {f"damaged {name}": data for name, data in DAMAGED.items()}
    return stripped(files, tmp_path_factory.mktemp("photos"))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("name", TELLING)
def test_the_copy_holds_the_picture_and_no_secret(copies: Copies, name: str) -> None:
    given, copy = TELLING[name], copies.data[f"telling {name}"]
    assert made.SECRET not in copy
    assert made.SECRET[:9] not in copy
    assert same_pixels(given, copy) is True
    before, after = (ImageOps.exif_transpose(opened(data)) for data in (given, copy))
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("name", TELLING)
def test_the_copy_is_the_one_that_the_service_makes(copies: Copies, name: str) -> None:
    wanted = clean(TELLING[name])
    assert copies.data[f"telling {name}"] == wanted.data
    kinds = {removed.what for removed in wanted.removed if removed.path != "APP1/Exif/IFD1"}
    assert set(copies.removed(f"telling {name}")) == kinds


@pytest.mark.parametrize("name", TELLING)
def test_no_place_device_or_name_is_left_to_read(copies: Copies, name: str) -> None:
    copy = copies.data[f"telling {name}"]
    tags = exifread.process_file(io.BytesIO(copy)) if not name.startswith("png") else {}
    assert set(tags) <= {"Image Orientation"}
    analysis = analyze_photo(copy, name="photo.jpg", now=NOW, look=False)
    told = {one.rule_id for one in analysis.findings if one.outcome is Outcome.PRESENT}
    assert told == set()
    assert analysis.details.place is None
    assert analysis.details.time is None


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_with_nothing_to_take_out_comes_back_as_it_was(copies: Copies, name: str) -> None:
    assert copies.data[f"plain {name}"] == PLAIN[name]
    assert copies.removed(f"plain {name}") == {}


@pytest.mark.parametrize("name", TURNED)
def test_only_the_orientation_stays(copies: Copies, name: str) -> None:
    copy = copies.data[f"turned {name}"]
    before, after = (ImageOps.exif_transpose(opened(data)) for data in (TURNED[name], copy))
    assert (after.size, after.tobytes()) == (before.size, before.tobytes())
    orientation = int(name.split("-")[1])
    assert dict(opened(copy).getexif()) == ({} if orientation == 1 else {0x0112: orientation})
    assert made.SECRET not in copy
    assert copies.removed(f"turned {name}") == {"Exif": {"a name", "a small picture"}}


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_what_was_taken_out_is_told(copies: Copies, name: str) -> None:
    copy = copies.data[f"telling {name}-placed"]
    assert copies.removed(f"telling {name}-placed")["Exif"] == TELLS
    assert opened(copy).info["icc_profile"] == made.colours()
    assert copies.told[f"telling {name}-placed"]["format"] == name


def test_what_xmp_tells_is_told(tmp_path: Path) -> None:
    files = {
        "jpeg": made.after_first(made.jpeg(), images.app1_xmp(XMP)),
        "png": made.png(pnginfo=None),
        "webp": made.webp(xmp=XMP),
    }
    files["png"] = made.png_with(
        files["png"], made.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    )
    copies = stripped(files, tmp_path)
    for name in files:
        assert copies.removed(name) == {"XMP": {"a place", "the time"}}


def test_a_padded_profile_is_cut_to_its_size(tmp_path: Path) -> None:
    profile = made.colours() + made.SECRET
    files = {
        "jpeg": made.jpeg(icc_profile=profile),
        "png": made.png_with(made.png(), _profile_chunk(b"icc", profile)),
        "webp": made.webp(icc_profile=profile),
    }
    copies = stripped(files, tmp_path)
    for name in files:
        assert opened(copies.data[name]).info["icc_profile"] == made.colours()


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_cleaned_whole_is_refused_in_a_sentence(copies: Copies, name: str) -> None:
    told = copies.told[f"refused {name}"]
    assert f"refused {name}" not in copies.data
    assert REFUSED[name][1] in str(told["refused"])
    assert str(told["refused"]).startswith(("The file is", "This "))
    assert str(told["refused"]).endswith(".")


def test_damage_is_refused_or_cleaned_as_by_the_service(copies: Copies) -> None:
    cleaned = 0
    for name, data in DAMAGED.items():
        copy = copies.data.get(f"damaged {name}")
        if copy is None:
            continue
        cleaned += 1
        try:
            wanted = clean(data).data
        except CannotClean:
            wanted = None
        assert copy == wanted, name
    assert cleaned > 50
    assert cleaned < len(DAMAGED)
