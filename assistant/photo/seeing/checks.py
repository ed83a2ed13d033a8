"""Check digits of cards, accounts and identity numbers: they tell a number from its look-alikes.

Sources:
    ISO/IEC 7812 (Luhn), ISO 13616 and ISO 7064 (IBAN, mod 97), ICAO Doc 9303 (travel
    documents); for national numbers the rules that their issuers publish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

_MRZ_WEIGHTS = (7, 3, 1)
_CODICE_FIRST = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_CODICE_FURTHER = (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CODICE_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (*_CODICE_FIRST, *_CODICE_FIRST, *_CODICE_FURTHER),
        strict=True,
    )
)
_IBAN_LENGTHS = (15, 34)
_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def digits(text: str) -> list[int]:
    """The ASCII digits of a text."""
    return [ord(character) - 48 for character in text if "0" <= character <= "9"]


def luhn(text: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others, which are not all alike."""
    numbers = digits(text)
    total = 0
    for i, number in enumerate(reversed(numbers)):
        doubled = number * 2 if i % 2 else number
        total += doubled - 9 if doubled > 9 else doubled
    return len(set(numbers)) > 1 and total % 10 == 0


def iban(text: str) -> bool:
    """Whether the account number has the remainder 1 by 97, with its country at the end."""
    plain = re.sub(r"[\s.-]", "", text).upper()
    if not _IBAN_LENGTHS[0] <= len(plain) <= _IBAN_LENGTHS[1] or not plain.isascii():
        return False
    if not plain.isalnum():
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def mrz_digit(text: str) -> int:
    """The check digit of a field of a machine-readable zone."""
    values = (0 if c == "<" else int(c, 36) if c.isalnum() else 0 for c in text.upper())
    return sum(value * _MRZ_WEIGHTS[i % 3] for i, value in enumerate(values)) % 10


def _weighted(text: str, weights: Sequence[int]) -> int:
    return sum(d * w for d, w in zip(digits(text), weights, strict=False))


def dni(text: str) -> bool:
    """Spain, DNI and NIE: the letter follows from the number by 23."""
    plain = re.sub(r"\W", "", text).upper()
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def nir(text: str) -> bool:
    """France, social security: 97 less the remainder of the number."""
    plain = re.sub(r"\W", "", text).upper().replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and len(plain) == 15 and 97 - int(plain[:13]) % 97 == int(plain[13:])


def codice_fiscale(text: str) -> bool:
    """Italy: the last letter follows from the fifteen characters before it."""
    plain = re.sub(r"\W", "", text).upper()
    if len(plain) != 16 or not plain.isascii() or not plain.isalnum():
        return False
    even = sum(int(c) if c.isdigit() else ord(c) - 65 for c in plain[1:15:2])
    odd = sum(_CODICE_ODD[c] for c in plain[0:15:2])
    return chr(65 + (even + odd) % 26) == plain[15]


def steuer_id(text: str) -> bool:
    """Germany, tax number: ISO 7064 mod 11, 10; one digit of the first ten occurs twice or more."""
    numbers = digits(text)
    if len(numbers) != 11 or numbers[0] == 0 or not 8 <= len(set(numbers[:10])) <= 9:
        return False
    product = 10
    for number in numbers[:10]:
        rest = (number + product) % 10 or 10
        product = rest * 2 % 11
    return (11 - product) % 10 == numbers[10]


def pesel(text: str) -> bool:
    """Poland: weights 1 3 7 9, and a date of birth at the start."""
    numbers = digits(text)
    if len(numbers) != 11 or not 1 <= (numbers[2] * 10 + numbers[3]) % 20 <= 12:
        return False
    total = _weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3))
    return (10 - total % 10) % 10 == numbers[10]


def bsn(text: str) -> bool:
    """Netherlands: the test of eleven, the last digit counted as -1."""
    numbers = digits(text)
    return (
        len(numbers) == 9
        and any(numbers)
        and not (_weighted(text, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11)
    )


def rijksregister(text: str) -> bool:
    """Belgium: 97 less the remainder of the number, with a 2 before it from the year 2000."""
    plain = "".join(map(str, digits(text)))
    if len(plain) != 11:
        return False
    return any(97 - int(prefix + plain[:9]) % 97 == int(plain[9:]) for prefix in ("", "2"))


def personnummer(text: str) -> bool:
    """Sweden: Luhn over ten digits that begin with a date."""
    numbers = digits(text)[-10:]
    return _is_day(numbers[2:6], month_first=True) and luhn("".join(map(str, numbers)))


def hetu(text: str) -> bool:
    """Finland: the last sign follows from the date and the number by 31."""
    match = re.match(r"(\d{6})[-+A-FU-Y](\d{3})(\w)", text.upper())
    if not match:
        return False
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(match[1] + match[2]) % 31] == match[3]


def fodselsnummer(text: str) -> bool:
    """Norway: two check digits by 11."""
    numbers = digits(text)
    first = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
    second = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return len(numbers) == 11 and not _weighted(text, first) % 11 | _weighted(text, second) % 11


def cpf(text: str) -> bool:
    """Brazil: two check digits by 11."""
    numbers = digits(text)
    if len(numbers) != 11 or len(set(numbers)) == 1:
        return False
    return all(
        sum(d * (n + 1 - i) for i, d in enumerate(numbers[:n])) * 10 % 11 % 10 == numbers[n]
        for n in (9, 10)
    )


def rut(text: str) -> bool:
    """Chile: weights 2 to 7 from the right, by 11."""
    plain = re.sub(r"[^0-9K]", "", text.upper())
    total = sum(d * (2 + i % 6) for i, d in enumerate(reversed(digits(plain[:-1]))))
    return bool(plain) and "0K987654321"[total % 11] == plain[-1]


def aadhaar(text: str) -> bool:
    """India: Verhoeff's scheme over twelve digits."""
    numbers = digits(text)
    if len(numbers) != 12 or numbers[0] < 2:
        return False
    check = 0
    for i, number in enumerate(reversed(numbers)):
        turned = number
        for _ in range(i % 8):
            turned = _VERHOEFF_TURN[turned]
        check = _dihedral(check, turned)
    return check == 0


def _dihedral(one: int, other: int) -> int:
    """Product in the dihedral group of order ten."""
    if one < 5:
        return (one + other) % 5 if other < 5 else (one + other - 5) % 5 + 5
    return (one - other) % 5 + 5 if other < 5 else (one - other) % 5


def china_id(text: str) -> bool:
    """China: ISO 7064 mod 11, 2 over eighteen characters with a date of birth inside."""
    plain = re.sub(r"\W", "", text).upper()
    if not re.fullmatch(r"\d{17}[\dX]", plain):
        return False
    total = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(plain[:17]))
    day = _is_day([int(d) for d in plain[10:14]], month_first=True)
    return day and "10X98765432"[total % 11] == plain[17]


def korea_id(text: str) -> bool:
    """South Korea: weights 2 to 9 and again, by 11; a date of birth at the start."""
    numbers = digits(text)
    if len(numbers) != 13 or not _is_day(numbers[2:6], month_first=True):
        return False
    total = _weighted(text, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))
    return (11 - total % 11) % 10 == numbers[12]


def taiwan_id(text: str) -> bool:
    """Taiwan: the letter as two digits, weights 1 9 8 … 1 1, by 10."""
    plain = text.strip().upper()
    if not re.fullmatch(r"[A-Z][12]\d{8}", plain):
        return False
    letter = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(plain[0]) + 10
    spread = [letter // 10, letter % 10, *digits(plain)]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(d * w for d, w in zip(spread, weights, strict=True)) % 10 == 0


def south_africa_id(text: str) -> bool:
    """South Africa: Luhn over thirteen digits that begin with a date."""
    numbers = digits(text)
    return len(numbers) == 13 and _is_day(numbers[2:6], month_first=True) and luhn(text)


def turkey_id(text: str) -> bool:
    """Türkiye: two check digits."""
    n = digits(text)
    if len(n) != 11 or n[0] == 0:
        return False
    tenth = (sum(n[0:9:2]) * 7 - sum(n[1:8:2])) % 10
    return tenth == n[9] and sum(n[:10]) % 10 == n[10]


def ssn(text: str) -> bool:
    """United States: numbers that were never given out are none."""
    area, group, serial = re.findall(r"\d+", text)[:3]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def cpr(text: str) -> bool:
    """Denmark: a date at the start; the numbers have had no check digit since 2007."""
    numbers = digits(text)
    return len(numbers) == 10 and _is_day(numbers[:4], month_first=False)


def day_in_words(text: str) -> bool:
    """Whether groups of digits can be a year, a month and a day, in any usual order."""
    groups = [int(group) for group in re.findall(r"\d+", text)[:3]]
    if len(groups) < 3:
        return True
    return any(
        _real(groups[y], groups[m], groups[d]) for y, m, d in ((0, 1, 2), (2, 1, 0), (2, 0, 1))
    )


def _real(year: int, month: int, day: int) -> bool:
    full = year if year > 99 else 2000 + year if year < 70 else 1900 + year
    try:
        return 1970 <= date(full, month, day).year <= 2100
    except ValueError:
        return False


def _is_day(four: Sequence[int], *, month_first: bool) -> bool:
    if len(four) < 4:
        return False
    pair = (four[0] * 10 + four[1], four[2] * 10 + four[3])
    month, day = pair if month_first else pair[::-1]
    return 1 <= month <= 12 and 1 <= day <= 31


CHECKS: Mapping[str, Callable[[str], bool]] = {
    check.__name__: check
    for check in (
        luhn,
        iban,
        dni,
        nir,
        codice_fiscale,
        steuer_id,
        pesel,
        bsn,
        rijksregister,
        personnummer,
        hetu,
        fodselsnummer,
        cpf,
        rut,
        aadhaar,
        china_id,
        korea_id,
        taiwan_id,
        south_africa_id,
        turkey_id,
        ssn,
        cpr,
        day_in_words,
    )
}
"""By the name that `text.yaml` uses."""
