"""Codes: real ones are read where they are, and told by what they give away."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from assistant.photo.details import Box
from assistant.photo.seeing import codes
from assistant.photo.seeing.codes import Code, CodeMeaning, explain_code, find_codes
from assistant.photo.seeing.pixels import Picture
from assistant.report import Severity

BOARDING = "M1MUSTERMANN/ERIKA    EABC123 ZRHJFKLX 0014 226F001A0025 100"
VCARD = "BEGIN:VCARD\nVERSION:3.0\nN:Muster;Eva\nTEL:+41 79 555 01 02\nBDAY:1990-01-02\nEND:VCARD"
LICENCE = (
    "@\n\x1e\rANSI 636000080002DL00410278ZV03190008DLDAQT64235789\nDCSSAMPLE\nDACMICHAEL\n"
    "DBB06061986\nDAG2300 WEST BROAD STREET\nDAIRICHMOND\n"
)


def drawn(text: str, kind: str, *, scale: int = 5) -> Image.Image:
    barcode = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    image = Image.fromarray(np.array(barcode.to_image(scale=scale)))
    return image.convert("RGB")


def on_paper(image: Image.Image, at: tuple[int, int] = (120, 80)) -> Picture:
    paper = Image.new("RGB", (image.width + 300, image.height + 250), (235, 230, 220))
    paper.paste(image, at)
    pixels = np.asarray(paper, np.uint8)
    return Picture(pixels, paper.width, paper.height)


def meaning(text: str, kind: str = "QR Code") -> CodeMeaning:
    return explain_code(Code(kind, text, Box(0, 0, 10, 10)))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("QRCode", "WIFI:T:WPA;S:Cabin;P:correct horse;;"),
        ("Aztec", BOARDING),
        ("PDF417", BOARDING),
        ("DataMatrix", "https://example.org/"),
        ("Code128", "MEMBER-004711"),
        ("EAN13", "4006381333931"),
    ],
)
def test_a_code_is_read_where_it_is(kind: str, text: str) -> None:
    image = drawn(text, kind)
    [code] = find_codes(on_paper(image))
    assert code.text == text
    assert 100 <= code.box.x < 120 + image.width / 2
    assert code.box.x + code.box.width <= 120 + image.width + 20
    assert code.box.width > image.width / 2


@pytest.mark.parametrize("angle", [90, 180, 270, 20])
def test_a_turned_code_is_read(angle: int) -> None:
    image = drawn("tel:+41795550102", "QRCode").rotate(angle, expand=True, fillcolor="white")
    assert [code.text for code in find_codes(on_paper(image))] == ["tel:+41795550102"]


def test_an_inverted_code_is_read() -> None:
    image = drawn("hello there", "QRCode")
    inverted = Image.fromarray(255 - np.asarray(image))
    assert [code.text for code in find_codes(on_paper(inverted))] == ["hello there"]


def test_a_blurred_code_is_tried_harder(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = on_paper(drawn("4006381333931", "EAN13"))
    first = codes._read
    calls: list[bool] = []

    def blind_at_first(pixels: np.ndarray, **options: bool) -> object:
        calls.append(bool(options.get("careful")))
        return first(pixels, **options) if options.get("careful") else []

    monkeypatch.setattr(codes, "_read", blind_at_first)
    assert [code.text for code in find_codes(picture)] == ["4006381333931"]
    assert calls == [False, True]


@pytest.mark.parametrize("angle", [0, 90, 12])
def test_the_box_of_a_bar_code_covers_its_whole_height(angle: int) -> None:
    bars = drawn("MEMBER-004711", "Code128").resize((600, 260), Image.Resampling.NEAREST)
    image = bars.rotate(angle, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    [code] = find_codes(on_paper(image))
    dark = np.asarray(image.convert("L")) < 100
    rows, columns = np.nonzero(dark.any(axis=1))[0], np.nonzero(dark.any(axis=0))[0]
    slack = 35
    assert code.box.y <= 80 + rows[0] + slack
    assert code.box.y + code.box.height >= 80 + rows[-1] - slack
    assert code.box.x <= 120 + columns[0] + slack
    assert code.box.x + code.box.width >= 120 + columns[-1] - slack


def test_boxes_are_of_the_picture_at_full_size() -> None:
    picture = on_paper(drawn("hello there", "QRCode"))
    [near] = find_codes(picture)
    twice = Picture(picture.pixels, 2 * picture.width, 2 * picture.height, 0.5)
    [far] = find_codes(twice)
    assert (far.box.x, far.box.width) == pytest.approx((2 * near.box.x, 2 * near.box.width), abs=2)


@pytest.mark.parametrize("seed", range(3))
def test_noise_and_blank_paper_hold_no_code(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    assert find_codes(Picture(noise, 400, 300)) == ()
    assert find_codes(Picture(np.full((1, 1, 3), 255, np.uint8), 1, 1)) == ()


def test_half_a_code_is_not_read() -> None:
    image = drawn("hello there, this is a longer text", "QRCode")
    half = image.crop((0, 0, image.width // 2, image.height))
    assert find_codes(on_paper(half)) == ()


@pytest.mark.parametrize(
    ("text", "symbology", "kind", "severity", "reveals"),
    [
        (BOARDING, "Aztec", "boarding_pass", "critical", "flight LX 0014 from ZRH to JFK"),
        (LICENCE, "PDF417", "driver_licence", "critical", "the date of birth"),
        ("HC1:6BFOXN%TS3DH", "QR Code", "health_certificate", "critical", "the date of birth"),
        ("otpauth://totp/A:b@c.de?secret=JBSW&issuer=A", "QR Code", "one_time_password", "critical",
         "at which service the account is"),
        ("tg://login?token=abc", "QR Code", "sign_in", "critical", "a way into the account"),
        ("WIFI:T:WPA;S:Cabin;P:secret;;", "QR Code", "wifi", "high", "the password of the network"),
        (VCARD, "QR Code", "contact", "high", "the birthday"),
        ("MECARD:N:Muster,Eva;TEL:0795550102;;", "QR Code", "contact", "high", "telephone numbers"),
        ("mailto:eva@example.org", "QR Code", "email", "medium", "an e-mail address"),
        ("tel:+41795550102", "QR Code", "phone", "medium", "a telephone number"),
        ("SMSTO:+41795550102:hello", "QR Code", "phone", "medium", "a message"),
        ("geo:47.37,8.54", "QR Code", "place", "high", "an exact place"),
        ("bitcoin:1A1zP1eP5QGefi2?amount=1", "QR Code", "crypto_address", "medium", "an amount"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "QR Code", "crypto_address", "medium",
         "an address by which payments can be followed"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "QR Code", "crypto_address", "medium",
         "an address by which payments can be followed"),
        ("BCD\n002\n1\nSCT\n\nEva\nDE89370400440532013000\nEUR12", "QR Code", "payment", "high",
         "the amount"),
        ("https://example.org/reset?token=4f9a", "QR Code", "link", "high",
         "a personal key in the address: whoever has it may be let in"),
        ("https://example.org/menu", "QR Code", "link", "low", "a page of example.org"),
        ("https://chat.whatsapp.com/ab", "QR Code", "link", "medium", "a way into a group"),
        ("4006381333931", "EAN-13", "product", "info", "what was bought or read"),
        ("2012345678903", "EAN-13", "shop_number", "low", "a number that may belong to a customer"),
        ("1Z999AA10123456784", "Code 128", "parcel", "high",
         "the parcel's number, by which sender and address may be looked up"),
        ("A12345", "Code 39", "number", "low",
         "a number that may be that of a ticket, a parcel, a member or a device"),
        ("a note to eva@example.org", "QR Code", "other", "medium", "an e-mail address"),
        ("", "Data Matrix", "other", "medium", "text that nobody sees by eye"),
    ],
)  # fmt: skip
def test_a_code_is_told_by_what_it_gives_away(
    text: str, symbology: str, kind: str, severity: str, reveals: str
) -> None:
    told = meaning(text, symbology)
    assert (told.kind, told.severity) == (kind, severity)
    assert reveals in told.reveals


@pytest.mark.parametrize(
    ("text", "symbology", "not_kind"),
    [
        ("M1 is the name of a road", "QR Code", "boarding_pass"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "QR Code", "crypto_address"),
        ("4006381333931", "QR Code", "product"),
        ("wifi is free here", "QR Code", "wifi"),
        ("BCD is a battery of letters", "QR Code", "payment"),
        ("https://example.org/tokens-of-love", "QR Code", "sign_in"),
    ],
)
def test_look_alikes_are_something_else(text: str, symbology: str, not_kind: str) -> None:
    assert meaning(text, symbology).kind != not_kind


@pytest.mark.parametrize(
    "text",
    [BOARDING, LICENCE, VCARD, "WIFI:T:WPA;S:Cabin;P:correct horse;;", "mailto:eva@example.org",
     "https://example.org/reset?token=4f9a81c2d7"],
)  # fmt: skip
def test_private_content_is_masked(text: str) -> None:
    told = meaning(text)
    said = " ".join((told.what, told.masked, *told.reveals))
    for secret in ("MUSTERMANN", "ABC123", "SAMPLE", "BROAD", "Muster", "555", "horse", "Cabin",
                   "eva@", "4f9a81c2d7"):  # fmt: skip
        assert secret not in said
    assert len(told.masked) < 60


@pytest.mark.parametrize(
    "text", ["http://[", "https://a.b/?" + "a=1&" * 5_000, "https:// ", "www.a.b"]
)
def test_broken_addresses_are_told_as_such(text: str) -> None:
    assert meaning(text).kind in ("link", "other")


def test_the_packaged_kinds_name_symbologies_that_exist() -> None:
    listed = zxingcpp.barcode_formats_list(zxingcpp.barcode_formats_from_str("AllReadable"))
    known = {str(each) for each in listed}
    for kind in codes.knowledge().kinds:
        assert set(kind.symbologies) <= known, kind.id
        assert kind.severity in Severity
        assert kind.reveals or kind.id == "link"
