"""Invented lines with and without names of people, each name's place known.

Names, places and firms come from Faker (MIT), ordinary words from Faker, wonderwords
(MIT) and the stop words of spaCy (MIT), line shapes and near misses from
`names_lines.yaml`. Everything follows from a seed. Locales, shapes and near
misses that are held out are never in lines that are trained on.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import ConfigDict, with_config

from assistant.knowledge import load_yaml
from assistant.photo.seeing.names import fold

LISTS = Path(__file__).with_name("names_lines.yaml")
SEEN = tuple(
    "en_US en_GB en_CA en_NZ en_IN en_NG en_PK de_DE de_AT de_CH fr_FR fr_CA fr_CH es_ES es_MX "  # noqa: SIM905
    "es_AR es_CO es_CL it_IT nl_NL pl_PL pt_BR cs_CZ sk_SK da_DK no_NO fi_FI et_EE lt_LT lv_LV "
    "hr_HR tr_TR ro_RO id_ID yo_NG ha_NG zu_ZA tw_GH is_IS az_AZ uz_UZ".split()
)
HELD = ("sv_SE", "hu_HU", "pt_PT", "sl_SI", "en_KE", "ga_IE", "nl_BE", "en_IE")
"""Locales that no trained line draws a name from."""
DRAWS = 2_500
"""Times a name is drawn from a locale; most have a few hundred."""
KEPT_OF = 5
"""One in so many brands and phrases is held out."""
STOP_WORDS = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "da", "sv", "fi", "hu", "ro")
WORDS = ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "cs_CZ", "da_DK")
"""Locales whose lists of words are taken; others have Latin ones in Faker."""
_UNNAMED = 0.25
"""Share of the lines of a name's shape that hold something else in its place."""
_SLOT = re.compile(r"\{(\w+)\}")
_TITLES = ("MR", "MRS", "MS", "Mr", "Mrs", "Dr", "Herr", "Frau", "Mme", "Prof")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ'’. -]{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PARTICLES = ("van", "de", "von", "da", "di", "del", "van der", "de la")
_MISREAD = str.maketrans({"O": "0", "l": "1", "I": "l"})


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Lists:
    """`names_lines.yaml`."""

    templates: Mapping[str, tuple[str, ...]]
    named_after: Mapping[str, tuple[str, ...]]
    near_misses: tuple[str, ...]
    shops: tuple[str, ...]
    brands: tuple[str, ...]
    phrases: tuple[str, ...]
    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line and where its names stand (code points, end exclusive), without titles."""

    text: str
    names: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """What one locale's lines are filled with."""

    firsts: tuple[str, ...]
    lasts: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def lists() -> Lists:
    """The packaged lists.

    Raises:
        InvalidKnowledge: They have another shape.
    """
    return load_yaml(Lists, LISTS)


@cache
def pool(locale: str) -> Pool:
    """Names and other words of a locale, the same at every call."""
    from faker import Faker

    source = Faker(locale)
    source.seed_instance(zlib.crc32(locale.encode()))
    firsts = _drawn(source.first_name)
    lasts = _drawn(source.last_name)
    others = {kind: _drawn(getattr(source, _METHODS[kind]), 400) for kind in _METHODS}
    return Pool(firsts, lasts, others)


_METHODS = {
    "street": "street_name",
    "city": "city",
    "country": "country",
    "company": "company",
    "job": "job",
    "word": "word",
    "day": "day_of_week",
    "month": "month_name",
}


@cache
def vocabulary() -> tuple[str, ...]:
    """Ordinary words of many languages in Latin script, in small letters and in order."""
    from importlib import import_module

    from faker import Faker
    from wonderwords import Defaults, RandomWord

    found = set(RandomWord(**{each.value: each for each in Defaults}).filter(regex=".*"))
    for language in STOP_WORDS:
        found |= import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    for locale in WORDS:
        found |= set(Faker(locale).get_words_list())
    return tuple(sorted(w.lower() for w in found if _WORD.fullmatch(w)))


def _drawn(draw: Callable[[], object], times: int = DRAWS) -> tuple[str, ...]:
    """Different values in Latin script, in the order of the alphabet."""
    values = {" ".join(str(draw()).split()) for _ in range(times)}
    return tuple(sorted(value for value in values if _LATIN.fullmatch(value)))


def make_lines(
    count: int,
    seed: int,
    *,
    locales: Sequence[str] = SEEN,
    shapes: str = "seen",
    share: float = 0.55,
) -> list[NamedLine]:
    """Invented lines.

    Args:
        count: How many.
        locales: Where names come from.
        shapes: `seen` or `held`: which line shapes, brands and phrases are used.
        share: Of lines in the shape of those with names; not all of them hold one.
    """
    rng = random.Random(seed)
    return [_line(rng, pool(rng.choice(locales)), shapes, share) for _ in range(count)]


def _line(rng: random.Random, words: Pool, shapes: str, share: float) -> NamedLine:
    if rng.random() < share:
        shape = rng.choice(lists().templates[shapes])
        if rng.random() < _UNNAMED:
            shape = _SLOT.sub(lambda slot: _no_name(rng, slot[0]), shape)
    elif rng.random() < 0.3:
        shape = rng.choice(lists().named_after[shapes])
    else:
        shape = rng.choice(lists().near_misses)
    return _misread(rng, _filled(rng, shape, words, shapes))


def _no_name(rng: random.Random, slot: str) -> str:
    """What takes a name's place in a shape, so that the words beside it alone tell nothing."""
    if slot == "{slash}":
        return "{WORD}/{WORD}"
    fillings = ("{COMPANY}", "{WORD} {WORD}", "{PHRASE}", "{CITY}", "{BRAND}", "{ADJECTIVE} {NOUN}")
    filling = rng.choice(fillings)
    if slot == "{caps}":
        return filling
    return filling.title() if slot == "{name}" else slot


def _filled(rng: random.Random, shape: str, words: Pool, shapes: str) -> NamedLine:
    text, names, last = "", [], 0
    for slot in _SLOT.finditer(shape):
        text += shape[last : slot.start()]
        value = _value(rng, slot[1], words, shapes)
        if slot[1] in ("name", "caps", "slash"):
            names.append((len(text), len(text) + len(value)))
        text += value
        last = slot.end()
    return NamedLine(text + shape[last:], tuple(names))


def _value(rng: random.Random, slot: str, words: Pool, shapes: str) -> str:
    if slot in _NAMES:
        return _NAMES[slot](rng, words)
    if slot in _SIGNS:
        return _SIGNS[slot](rng)
    return _cased(rng, slot, _plain(rng, slot.lower(), words, shapes))


def _plain(rng: random.Random, slot: str, words: Pool, shapes: str) -> str:
    own = {
        "first": words.firsts,
        "last": words.lasts,
        "shop": lists().shops,
        "adjective": lists().adjectives,
        "noun": lists().nouns,
        "brand": _kept(lists().brands, shapes),
        "phrase": _kept(lists().phrases, shapes),
    }
    if slot in own:
        return rng.choice(own[slot])
    if slot == "word":
        if rng.random() < 0.3:
            return rng.choice(_others(words, "word"))
        return _inflected(rng, rng.choice(vocabulary()))
    if slot == "words":
        return " ".join(_plain(rng, "word", words, shapes) for _ in range(rng.randint(2, 4)))
    if slot == "sentence":
        said = " ".join(_plain(rng, "word", words, shapes) for _ in range(rng.randint(4, 9)))
        return said[:1].upper() + said[1:] + rng.choice((".", "", ",", "?"))
    return rng.choice(_others(words, slot))


def _inflected(rng: random.Random, word: str) -> str:
    """The word, or with an ending of English, where plurals are on every sign."""
    ending = rng.choice(("", "", "", "", "s", "s", "ing", "ed"))
    if ending == "s" and word.endswith("y"):
        return f"{word[:-1]}ies"
    return word + ending


def _others(words: Pool, kind: str) -> tuple[str, ...]:
    """Of the locale, or English ones where it has none in Latin script."""
    return words.others.get(kind) or pool("en_US").others[kind]


def _kept(values: Sequence[str], shapes: str) -> tuple[str, ...]:
    """Those that are trained on, or those that are held out."""
    held = shapes == "held"
    return tuple(v for v in values if (zlib.crc32(v.encode()) % KEPT_OF == 0) is held)


def _cased(rng: random.Random, slot: str, value: str) -> str:
    """As the slot is written: `{noun}` as it is, `{Noun}` with capitals, `{NOUN}` in capitals."""
    if slot.isupper():
        return value.upper()
    if not slot[0].isupper():
        return value
    if rng.random() < 0.8:
        return " ".join(word[:1].upper() + word[1:] for word in value.split(" "))
    return value[:1].upper() + value[1:]


# Names -----------------------------------------------------------------------


def _full(rng: random.Random, words: Pool) -> str:
    first, last = rng.choice(words.firsts), rng.choice(words.lasts)
    how = rng.random()
    if how < 0.08:
        first = f"{first} {rng.choice('ABCDEFGHJKLMNPRSTW')}."
    elif how < 0.14:
        first = f"{first} {rng.choice(words.firsts)}"
    elif how < 0.18:
        first = f"{first}-{rng.choice(words.firsts)}"
    elif how < 0.22:
        last = f"{last}-{rng.choice(words.lasts)}"
    elif how < 0.27:
        last = f"{last} {rng.choice(words.lasts)}"
    elif how < 0.31:
        last = f"{rng.choice(_PARTICLES)} {last}"
    order = rng.random()
    if order < 0.06:
        return f"{last}, {first}"
    if order < 0.12:
        return f"{last} {first}"
    return f"{first} {last}"


def _any_case(rng: random.Random, words: Pool) -> str:
    name = _full(rng, words)
    how = rng.random()
    if how < 0.18:
        return name.upper()
    if how < 0.24:
        first, _, last = name.partition(" ")
        return f"{first} {last.upper()}"
    return name


def _slash(rng: random.Random, words: Pool) -> str:
    between = rng.choice(("/", "/", "/", " / "))
    return f"{rng.choice(words.lasts)}{between}{rng.choice(words.firsts)}".upper()


_NAMES: Mapping[str, Callable[[random.Random, Pool], str]] = {
    "name": _any_case,
    "caps": lambda rng, words: _full(rng, words).upper(),
    "slash": _slash,
}


# Other fillings --------------------------------------------------------------


def _digits(rng: random.Random, least: int, most: int) -> str:
    return str(rng.randint(10 ** (least - 1), 10**most - 1))


def _code(rng: random.Random) -> str:
    return "".join(rng.choice("ABCDEFGHKLMNPRSTUVWXYZ0123456789") for _ in range(rng.randint(3, 8)))


_SIGNS: Mapping[str, Callable[[random.Random], str]] = {
    "title": lambda rng: rng.choice(_TITLES),
    "number": lambda rng: _digits(rng, 1, 6),
    "price": lambda rng: f"{rng.choice('€$£')}{rng.randint(1, 99)}.{rng.randint(0, 99):02}",
    "time": lambda rng: f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
    "date": lambda rng: f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.{_digits(rng, 4, 4)}",
    "phone": lambda rng: f"+{_digits(rng, 2, 2)} {_digits(rng, 3, 3)} {_digits(rng, 6, 7)}",
    "flight": lambda rng: f"{_code(rng)[:2]}{rng.randint(10, 9999)}",
    "seat": lambda rng: f"{rng.randint(1, 44)}{rng.choice('ABCDEF')}",
    "email": lambda rng: f"{_code(rng).lower()}@example.{rng.choice(('com', 'org', 'net'))}",
    "code": _code,
    "CODE": lambda rng: _digits(rng, 4, 5),
    "acronym": lambda rng: "".join(rng.choices("ABCDEFGHIJKLMNOPRSTUVW", k=rng.randint(2, 4))),
}


def _misread(rng: random.Random, line: NamedLine) -> NamedLine:
    """What readers do: accents lost, spaces lost between words, a letter taken for another."""
    text = fold_line(line.text) if rng.random() < 0.3 else line.text
    if rng.random() < 0.04 and text:
        at = rng.randrange(len(text))
        text = text[:at] + text[at].translate(_MISREAD) + text[at + 1 :]
    if rng.random() < 0.15 and text == line.text and not text.isupper():
        return _glued(NamedLine(text, line.names))
    return NamedLine(text, line.names)


def fold_line(text: str) -> str:
    """A line whose letters have lost their accents, as long as before."""
    return "".join(folded if len(folded := fold(c)) == 1 else c for c in text)


def _glued(line: NamedLine) -> NamedLine:
    """The line without the spaces before capitals that follow a small letter."""
    gone = {match.start() for match in re.finditer(r"(?<=[a-zß-öø-ÿ]) (?=[A-ZÀ-ÖØ-Þ])", line.text)}
    text = "".join(c for i, c in enumerate(line.text) if i not in gone)

    def moved(at: int) -> int:
        return at - sum(i < at for i in gone)

    return NamedLine(text, tuple((moved(a), moved(b)) for a, b in line.names))
