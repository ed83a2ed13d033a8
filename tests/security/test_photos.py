"""Photos: nothing leaves, nothing stays, and hostile files cost one call and no more."""

from __future__ import annotations

import io
import socket
import struct
import time
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from assistant.errors import AssistantError
from assistant.photo.analyze import analyze_photo
from assistant.photo.copying import make_copy
from assistant.photo.details import Box
from assistant.report import Grade
from assistant.service import Assistant
from assistant.settings import Settings
from tests.api.logbook import recorded_log
from tests.photo import images
from tests.photo.pictures import blotches, plain
from tests.photo.scene import scene

MARK = "xylophonquarz7319"
NOW = datetime(2026, 11, 27)
PATIENCE_S = 20.0


def test_checking_and_cleaning_open_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    analysis = analyze_photo(scene(), name="a.jpg", now=NOW, look=True)
    assert analysis.details.regions
    assert make_copy(scene(), boxes=(Box(32, 32, 64, 64),)).data


def test_no_mark_of_a_photo_stays(
    assistant: Assistant, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    marked = images.jpeg(
        images.app1_exif(images.tiff({0x013B: images.text(MARK), 0x010E: images.text(MARK)}))
    )
    failures: list[str] = []
    with recorded_log(assistant.settings) as lines:
        report = assistant.photos.check(marked, f"{MARK}.jpg").report
        assert MARK in str(report)
        for data in (marked[:-5], f"<html>{MARK}".encode()):
            with pytest.raises(AssistantError) as refused:
                assistant.photos.clean(data)
            failures.append(f"{refused.value.message} {refused.value.hint}")
        assistant.photos.close()
    told = capfd.readouterr()
    assert MARK not in "".join([*lines, *failures, told.out, told.err])
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(MARK.encode() in data for data in kept)


def test_no_mark_of_a_shared_photo_stays(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    person = Assistant(Settings(keep_photo_ledger=True))
    marked = images.jpeg(
        images.app1_exif(
            images.tiff({0x013B: images.text(MARK)}, {0xA431: images.text(f"{MARK}-1")})
        )
    )
    with recorded_log(person.settings) as lines:
        shot = person.check_photo(marked, f"{MARK}.jpg", metadata_only=True).shot
        assert person.ledger.note([shot]) == 2
        again = person.check_photo(marked, f"{MARK}.jpg", metadata_only=True).report
        assert [one.kind for one in again.details.inferences][-2:] == ["seen-device", "seen-owner"]
        person.photos.close()
    told = capfd.readouterr()
    assert MARK not in "".join([*lines, told.out, told.err])
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) >= 2
    assert not any(MARK.encode() in data for data in kept)


def _bomb_of_pixels() -> bytes:
    row = b"\0" + bytes(3 * 12_000)
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(row) for _ in range(12_000)) + packed.flush()
    head = struct.pack(">IIBBBBB", 12_000, 12_000, 8, 2, 0, 0, 0)
    chunks = images.chunk("IHDR", head), images.chunk("IDAT", body), images.chunk("IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _bomb_of_text() -> bytes:
    return images.png(images.chunk("zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)))


def _laughing_xmp() -> bytes:
    laugh = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    packet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laugh}]><x>&a9;</x>'
    return images.jpeg(images.app1_xmp(packet.encode()))


def _absurd_count() -> bytes:
    block = bytearray(images.tiff({0x0110: images.text("Model"), 0x013B: images.text("Somebody")}))
    block[8 + 2 + 4 : 8 + 2 + 8] = struct.pack("<I", 0xFFFF_FFF0)
    return images.jpeg(images.app1_exif(bytes(block)))


def _loop() -> bytes:
    block = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)
    return images.jpeg(images.app1_exif(block))


def _many_frames() -> bytes:
    out = io.BytesIO()
    frames = [blotches(n, 16, 16) for n in range(300)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _cut() -> bytes:
    return plain()[: len(plain()) // 2]


@pytest.mark.parametrize(
    "make",
    [_bomb_of_pixels, _bomb_of_text, _laughing_xmp, _absurd_count, _loop, _many_frames, _cut],
)
def test_a_hostile_file_ends_soon_and_is_never_clean_by_accident(
    make: Callable[[], bytes], assistant: Assistant
) -> None:
    data = make()
    begun = time.monotonic()
    report = assistant.photos.check(data, "a.jpg").report
    assert time.monotonic() - begun < PATIENCE_S
    whole = report.details.complete and report.details.looked
    assert whole or report.unchecked
    if not report.details.complete:
        assert report.rating.grade is not Grade.A
    assistant.photos.close()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_wrong_ending_makes_no_difference(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, kind)
    told = analyze_photo(out.getvalue(), name="a.txt", now=NOW, look=False)
    assert told.details.format == kind.lower()
