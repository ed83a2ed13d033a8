"""Private text: every kind is told by its shape, its check digit or its words, and look-alikes
are not."""

from __future__ import annotations

import pytest

from assistant.photo.details import Box
from assistant.photo.seeing import checks
from assistant.photo.seeing.documents import MOST_FOUND, PrivateText, knowledge, private_text
from assistant.photo.seeing.mask import masked_end
from assistant.photo.seeing.text import Line

WIDTH, HEIGHT = 800, 600


def lines(text: str, *, top: int = 250) -> list[Line]:
    """A line for each of `text`, from `top` down."""
    return [
        Line(said, Box(50, top + 40 * i, 12 * max(1, len(said)), 30), 0.98)
        for i, said in enumerate(text.split("|"))
    ]


def told(text: str, *, top: int = 250) -> list[PrivateText]:
    return list(private_text(lines(text, top=top), width=WIDTH, height=HEIGHT))


def kinds(text: str, *, top: int = 250) -> list[str]:
    return [found.kind for found in told(text, top=top)]


PASSPORT = (
    "P<UTOMUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<|7408122F1204159UTO<<<<<<<<<<<6|MUSTERMANN<<ERIKA<<<<<<<<<<<<<"
)

POSITIVE = [
    ("card_number", "4111 1111 1111 1111"),
    ("card_number", "5500-0000-0000-0004"),
    ("card_number", "3782 822463 10005"),
    ("card_number", "4111 1111 1111 11l1"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "IBAN: GB82WEST12345698765432"),
    ("iban", "IBAN DE89 3704 0044 0532 0130 01"),
    ("iban", "FR14 2004 1010 0505 0001 3M02 606"),
    ("mrz", PASSPORT),
    ("mrz", PASSPORT.partition("|")[2]),
    ("mrz", CARD),
    ("phone", "+49 171 1234567"),
    ("phone", "Tel: 030 1234567"),
    ("phone", "(415) 555-2671"),
    ("phone", "01 42 68 53 00"),
    ("phone", "010-8885-9022"),
    ("phone", "0171/1234567"),
    ("phone", "13812345678"),
    ("email", "Write to erika@example.org today"),
    ("street_address", "221B Baker Street"),
    ("street_address", "Lindenstraße 12a"),
    ("street_address", "Lindenstrae 12"),
    ("street_address", "12 rue de la Paix"),
    ("street_address", "Calle de Alcalá, 45"),
    ("street_address", "Via Roma 12"),
    ("street_address", "ul. Długa 14"),
    ("street_address", "Storgatan 5"),
    ("street_address", "Kerkstraat 23"),
    ("street_address", "Springfield, IL 62704"),
    ("street_address", "SW1A 1AA"),
    ("street_address", "P.O. Box 1234"),
    ("person_name", "Name: Erika Mustermann"),
    ("person_name", "Dr. Emil Novak"),
    ("person_name", "HELLO|my name is|Jonas"),
    ("person_name", "Surname|MUSTERMANN"),
    ("person_name", "Dear Erika,"),
    ("person_name", "姓名:王小明"),
    ("plate", "B-AB 1234"),
    ("plate", "AB12 CDE"),
    ("plate", "AB-123-CD"),
    ("plate", "1234 BCD"),
    ("plate", "7ABC123"),
    ("plate", "MH 12 AB 1234"),
    ("plate", "京A12345"),
    ("national_id", "123-45-6789"),
    ("national_id", "12345678Z"),
    ("national_id", "529.982.247-25"),
    ("national_id", "RSSMRA85T10A562S"),
    ("national_id", "Passport No: C01X00T47"),
    ("national_id", "11010519491231002X"),
    ("national_id", "PESEL 44051401359"),
    ("national_id", "BSN: 111222333"),
    ("birth_date", "Date of birth: 12.08.1974"),
    ("birth_date", "geb. 1.2.1990"),
    ("boarding_pass", "BOARDING PASS"),
    ("driver_licence", "Führerschein"),
    ("mail", "From: the office|Subject: your contract"),
    ("screen", "Inbox|Drafts|Spam"),
    ("ticket", "TOTAL 12.00|VAT 2.00"),
    ("medical", "Prescription"),
    ("sign", "Main Street"),
    ("sign", "Hauptbahnhof"),
    ("sign", "École"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), POSITIVE)
def test_every_kind_is_told(kind: str, text: str) -> None:
    found = [each for each in told(text) if each.kind == kind]
    assert found, kinds(text)
    assert found[0].why == knowledge().whys[kind]
    assert 0.4 < found[0].confidence <= 1


NEGATIVE = [
    "",
    "4111 1111 1111 1112",
    "1234 5678 9012 3456",
    "DE89 3704 0044 0532 0130 01",
    "P<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "L898902C37UTO7408123F1204158ZE184226B<<<<<10",
    "The quick brown fox",
    "Open daily 9-18",
    "$12.99",
    "Version 3.10.2",
    "Chapter 12",
    "ISBN 978-3-16-148410-0",
    "192.168.100.200",
    "35,498,648.64",
    "1-800-555-1234",
    "me @ home",
    "EasyOCR Framework",
    "THANK YOU",
    "12 angry people",
    "Names are hard",
    "Dear Team,",
    "123-00-6789",
    "12345678A",
    "529.982.247-26",
    "RSSMRA85T10A562T",
    "44051401359",
    "111222333",
    "From: here to there",
    "total eclipse",
    "an inbox",
]


@pytest.mark.parametrize("text", NEGATIVE)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert kinds(text) == []


STAMPS = [
    "'98 10 12",
    "2005/10/12",
    "12-24-2003 14:22",
    "OCT 12 '98",
    "24.12.2003",
    "2019:05:04 10:11:12",
    "2019年5月4日",
]


@pytest.mark.parametrize("text", STAMPS)
def test_a_date_in_the_border_is_a_stamp(text: str) -> None:
    assert kinds(text, top=560) == ["date"]
    assert kinds(text, top=10) == ["date"]


@pytest.mark.parametrize("text", STAMPS)
def test_a_date_in_the_middle_is_none(text: str) -> None:
    assert "date" not in kinds(text, top=300)


@pytest.mark.parametrize(
    "text", ["12:34", "1/2", "99/99/2005", "2005/13/40", "in 1998", "3.10.2 beta"]
)
def test_other_numbers_in_the_border_are_no_stamp(text: str) -> None:
    assert "date" not in kinds(text, top=560)


def test_a_number_in_four_boxes_is_one_number() -> None:
    parts = [
        Line(part, Box(50 + 90 * i, 300 + i, 70, 30), 0.98)
        for i, part in enumerate(("4111", "1111", "1111", "1111"))
    ]
    [card] = private_text(parts, width=WIDTH, height=HEIGHT)
    assert (card.kind, card.masked) == ("card_number", "…1111")
    assert card.box == Box(50, 300, 340, 33)


def test_far_numbers_are_not_joined() -> None:
    parts = [
        Line(part, Box(50 + 400 * i, 300, 70, 30), 0.98)
        for i, part in enumerate(("4111 1111", "1111 1111"))
    ]
    assert private_text(parts, width=WIDTH, height=HEIGHT) == ()


def test_a_cue_in_the_line_above_counts() -> None:
    assert "national_id" in kinds("PESEL|44051401359")


def test_lines_of_a_passport_are_one_zone() -> None:
    [zone] = [found for found in told(PASSPORT) if found.kind == "mrz"]
    assert zone.box == Box(50, 250, 44 * 12, 70)
    assert zone.masked == "…C3"


@pytest.mark.parametrize(("kind", "text"), POSITIVE)
def test_values_are_masked(kind: str, text: str) -> None:
    by_words = {"mail", "screen", "ticket", "medical", "sign", "boarding_pass", "driver_licence"}
    for found in told(text):
        if found.kind not in by_words and "passport" not in found.masked:
            assert len(found.masked) <= 5, found
            assert found.masked.startswith("…")


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("", "…"),
        ("Jonas", "…"),
        ("4711-08", "…"),
        ("AB 12 CDE", "…DE"),
        ("erika@example.org", "…eorg"),
    ],
)
def test_a_mask_shows_an_end_of_what_is_long_enough(value: str, masked: str) -> None:
    assert masked_end(value) == masked


def test_a_doubtful_reading_is_a_doubtful_finding() -> None:
    sure = Line("+49 171 1234567", Box(0, 0, 200, 20), 1.0)
    doubtful = Line("+49 171 1234567", Box(0, 0, 200, 20), 0.5)
    [one], [other] = private_text([sure]), private_text([doubtful])
    assert other.confidence == pytest.approx(one.confidence / 2, abs=0.01)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "a.",
        "a@",
        "1-",
        "+49 ",
        "Name: ",
        "(",
        "12 rue d'a b-c ",
        "via ",
        "市",
        "DE12 ",
        "<",
    ],
)
def test_absurd_lines_are_read_in_bounded_time(piece: str) -> None:
    text = (piece * 500)[:500]
    absurd = [Line(text, Box(0, 30 * i, 5_000, 25), 0.9) for i in range(40)]
    assert len(private_text(absurd, width=5_000, height=1_200)) <= MOST_FOUND


def test_very_many_lines_are_bounded() -> None:
    many = [Line("+49 171 1234567", Box(0, 30 * i, 200, 25), 0.9) for i in range(3_000)]
    assert len(private_text(many)) == MOST_FOUND


VALID = {
    "luhn": "4111111111111111",
    "iban": "CH93 0076 2011 6238 5295 7",
    "dni": "X1234567L",
    "nir": "2 55 08 14 168 025 38",
    "codice_fiscale": "RSSMRA85T10A562S",
    "steuer_id": "86095742719",
    "pesel": "44051401359",
    "bsn": "111222333",
    "rijksregister": "85.07.30-033.28",
    "personnummer": "811228-9874",
    "hetu": "131052-308T",
    "fodselsnummer": "01010750160",
    "cpf": "529.982.247-25",
    "rut": "12.345.678-5",
    "aadhaar": "2341 2341 2346",
    "china_id": "11010519491231002X",
    "korea_id": "900101-1234568",
    "taiwan_id": "A123456789",
    "south_africa_id": "8001015009087",
    "turkey_id": "10000000146",
    "ssn": "123-45-6789",
    "cpr": "120874-1234",
    "day_in_words": "24.12.2003",
}
NOT_BY_A_DIGIT = {"ssn", "cpr", "day_in_words"}


def test_every_check_has_a_number_that_passes() -> None:
    assert VALID.keys() == checks.CHECKS.keys()


@pytest.mark.parametrize("name", VALID)
def test_a_right_number_passes_and_a_wrong_digit_does_not(name: str) -> None:
    check, number = checks.CHECKS[name], VALID[name]
    assert check(number)
    if name not in NOT_BY_A_DIGIT:
        at = max(i for i, sign in enumerate(number[:-1]) if sign.isdigit())
        assert not check(number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :])


@pytest.mark.parametrize("name", sorted(VALID.keys() - {"ssn", "day_in_words"}))
@pytest.mark.parametrize("text", ["1", "ABC", "1" * 40, "٣٤٥", "12-34"])
def test_checks_refuse_nonsense_without_failing(name: str, text: str) -> None:
    assert not checks.CHECKS[name](text)
