"""An invented photo that gives away a place, a name, a code, a phone number and more."""

from __future__ import annotations

import io
from functools import cache

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from tests.photo import images
from tests.photo.pictures import blotches

WIFI = "WIFI:T:WPA;S:Example Home;P:not-a-real-password;;"
PHONE = "+43 660 5550123"
WIDTH, HEIGHT = 960, 720


@cache
def scene() -> bytes:
    """A JPEG with Exif, whose thumbnail shows more than the picture."""
    shown = _drawn().crop((0, 0, WIDTH, HEIGHT))
    block = images.tiff(
        {
            0x010F: images.text("Examplecam"),
            0x0110: images.text("One"),
            0x013B: images.text("Ada Example"),
        },
        exif={
            0x9003: images.text("2024:05:17 18:30:00"),
            0xA431: images.text("9012345678"),
        },
        gps=images.gps(48.2086, 16.3727),
        thumbnail=hidden_of_scene(),
    )
    encoded = _jpeg(shown)
    return encoded[:2] + images.app1_exif(block) + encoded[2:]


@cache
def hidden_of_scene() -> bytes:
    """The thumbnail in it."""
    small = _drawn()
    small.thumbnail((240, 240))
    return _jpeg(small)


def _drawn() -> Image.Image:
    """The scene, with a third beside it that the picture does not show."""
    whole = blotches(3, WIDTH * 3 // 2, HEIGHT)
    draw = ImageDraw.Draw(whole)
    draw.rectangle((40, 480, 520, 680), fill="white")
    font = ImageFont.load_default(size=44)
    draw.text((60, 500), "Ada Example", fill="black", font=font)
    draw.text((60, 580), PHONE, fill="black", font=font)
    code = zxingcpp.create_barcode(WIFI, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6, add_quiet_zones=True))
    whole.paste(picture.convert("RGB").resize((260, 260)), (640, 60))
    draw.ellipse((WIDTH + 60, 120, WIDTH + 400, 560), fill="black")
    return whole


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
