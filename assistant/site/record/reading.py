"""A record of a site is read: refused where it is none, else made safe, with what was lost told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from secrets import token_bytes
from types import MappingProxyType
from typing import TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, SchemaValidator

from assistant.errors import InputTooLarge, MalformedObservation
from assistant.report import Unchecked
from assistant.site.gaps import gap, gaps
from assistant.site.record import observation as shapes_of_records
from assistant.site.record.cleaning import Cleaner, first_of_each
from assistant.site.record.keeping import keep_most_telling
from assistant.site.record.observation import VERSION, Observation, Visit
from assistant.site.who.domains import host_of, site_of

MAX_BYTES = 64_000_000
MAX_VALUES = 3_200_000
"""Commas in a record; each stands for a value, and a value costs memory however short it is."""
MAX_ERRORS = 1_000
"""Beyond, mistakes are not looked through for the first."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadObservation:
    """A record that can be rated.

    Attributes:
        gaps: What was lost on the way.
        cut: Whether something was lost that could have been evidence; a grade made from the rest
            may be too good.
    """

    observation: Observation
    gaps: tuple[Unchecked, ...]
    cut: bool


def read_observation(data: bytes, *, now: datetime) -> ReadObservation:
    """Read the JSON of a record.

    Args:
        now: With a time zone; no visit can have begun later than a day from it.

    Raises:
        MalformedObservation: It is no record of this version; the message names the first wrong
            field, and never what stands in it.
        InputTooLarge: More than `MAX_BYTES`, or than `MAX_VALUES` values.
    """
    return safe_observation(_parse(data), now=now, salt=sha256(data).digest())


def safe_observation(
    record: Observation, *, now: datetime, salt: bytes | None = None
) -> ReadObservation:
    """The same for a record that was made here.

    Args:
        salt: Under which ids that are none are made to ids; random where it is None.

    Raises:
        MalformedObservation: It holds no visit, or no address of a page.
    """
    cleaner = Cleaner(_page_site(record), salt=salt or token_bytes(32))
    visits = tuple(_visit(visit, cleaner, now) for visit in record.visits)
    kept, left = keep_most_telling(visits)
    lost = cleaner.number(record.lost)
    if lost:
        cleaner.counts["lost"] += lost
    if cleaner.inner:
        left["inner"] = cleaner.inner
    watched = tuple(dict.fromkeys(record.watched))
    told = _told(cleaner.counts, left)
    cut = bool(left) or any(cleaner.counts[name] for name in _EVIDENCE)
    return ReadObservation(replace(record, watched=watched, visits=kept, lost=lost), told, cut)


_EVIDENCE = ("unanswered", "raw_values", "numbers", "long_text", "lost")
"""Gaps that may hide something; a wrong date hides nothing."""


def _parse(data: bytes) -> Observation:
    if len(data) > MAX_BYTES or data.count(b",") > MAX_VALUES:
        raise InputTooLarge(
            f"The record is longer than this program reads ({MAX_BYTES // 1_000_000} MB).",
            hint="Record one visit of the page at a time.",
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise MalformedObservation("The record is empty.")
    try:
        return cast(Observation, _validator().validate_json(data))
    except ValidationError as error:
        # None of the library's words: they quote the record.
        raise MalformedObservation(_what_is_wrong(error)) from None


@cache
def _adapter() -> TypeAdapter[Observation]:
    return TypeAdapter(Observation)


@cache
def _validator() -> SchemaValidator:
    """Checks records, and stops at the first mistake of a list: a million would fill the memory."""
    schema = _adapter().core_schema
    _stop_early(schema)
    return SchemaValidator(schema)


def _stop_early(node: object) -> None:
    if isinstance(node, dict):
        if node.get("type") == "tuple":
            node["fail_fast"] = True
        for inner in node.values():
            _stop_early(inner)
    elif isinstance(node, list | tuple):
        for inner in node:
            _stop_early(inner)


_WANTED: Mapping[str, str] = MappingProxyType(
    {
        "string": "a text is wanted",
        "bool": "true or false is wanted",
        "int": "a whole number is wanted",
        "float": "a number is wanted",
        "finite": "a finite number is wanted",
        "tuple": "a list is wanted",
        "dict": "names with numbers are wanted",
        "dataclass": "an object is wanted",
        "datetime": "a date with a time is wanted",
        "timezone": "a date with a time is wanted",
        "missing": "it is missing",
        "unexpected": "it holds a field that this version does not know",
        "invalid": "it holds a name that is no text",
    }
)


@cache
def _field_names() -> frozenset[str]:
    records = (kind for kind in vars(shapes_of_records).values() if is_dataclass(kind))
    return frozenset(field.name for record in records for field in fields(record))


def _what_is_wrong(error: ValidationError) -> str:
    """One sentence about the first mistake, in words of ours alone."""
    if error.error_count() > MAX_ERRORS:
        return f"The record is wrong in more than {MAX_ERRORS:,} places."
    mistakes = error.errors(include_url=False, include_input=False)
    first = next((m for m in mistakes if m["loc"][:1] == ("version",)), mistakes[0])
    if first["loc"][:1] == ("version",):
        return f"This program reads records of version {VERSION} only."
    if first["type"] == "json_invalid":
        return "The record is no JSON, or is not whole."
    return f"The record is wrong at `{_path_to(first)}`: {_wanted(first)}."


def _path_to(mistake: ErrorDetails) -> str:
    """`visits[0].requests[3].url`; names that are no fields of ours are left away."""
    path = ""
    for step in mistake["loc"]:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step in _field_names():
            path += f".{step}" if path else step
    return path or "the outermost object"


def _wanted(mistake: ErrorDetails) -> str:
    if mistake["type"] in ("enum", "literal_error"):
        return f"one of {mistake['ctx']['expected']} is wanted"
    return _WANTED.get(mistake["type"].split("_")[0], "something else is wanted")


def _page_site(record: Observation) -> str:
    """Registrable domain of the page that was visited."""
    if not record.visits:
        raise MalformedObservation("The record is wrong at `visits`: it holds no visit.")
    for index, visit in enumerate(record.visits):
        if not host_of(visit.url) or not Cleaner("", salt=b"").answered(visit.url):
            raise MalformedObservation(
                f"The record is wrong at `visits[{index}].url`: the address of a page is wanted."
            )
    return site_of(record.visits[0].url)


def _visit(visit: Visit, cleaner: Cleaner, now: datetime) -> Visit:
    page = cleaner.address(visit.url)
    tls = visit.tls
    http_hops = visit.http_hops
    if http_hops is not None:
        http_hops = _present(http_hops, cleaner.answered)
        http_hops = cleaner.few(first_of_each(http_hops, lambda hop: hop), 100)
    return replace(
        visit,
        url=page,
        at=_date(visit.at, cleaner, now),
        status=cleaner.status(visit.status),
        hops=first_of_each(
            _present(visit.hops, cleaner.hop), lambda hop: (hop.url, hop.by, hop.clicked)
        ),
        http_hops=http_hops,
        headers=_present(visit.headers, cleaner.header),
        tls=replace(tls, version=cleaner.text(tls.version, 32)) if tls else None,
        requests=_present(visit.requests, cleaner.request),
        cookies=tuple(cleaner.cookie(entry, page) for entry in visit.cookies),
        storage=tuple(cleaner.storage(entry, page) for entry in visit.storage),
        calls=tuple(cleaner.calls(entry, page) for entry in visit.calls),
        listeners=tuple(cleaner.listener(entry, page) for entry in visit.listeners),
        reads=tuple(cleaner.read(entry, page) for entry in visit.reads),
        leaks=tuple(cleaner.leak(entry, page) for entry in visit.leaks),
        consent=tuple(map(cleaner.consent, visit.consent)),
        scripts=_present(visit.scripts, cleaner.script),
        policy_links=_present(visit.policy_links, cleaner.answered),
    )


def _present(found: tuple[T, ...], clean: Callable[[T], T | None]) -> tuple[T, ...]:
    """Entries made safe, without those of which nothing is left."""
    return tuple(made for made in map(clean, found) if made)


def _date(at: datetime, cleaner: Cleaner, now: datetime) -> datetime:
    """When a visit began; a date that cannot be right is told."""
    naive = at.tzinfo is None
    at = at.replace(tzinfo=UTC) if naive else at
    future = at > now + timedelta(days=1)
    cleaner.counts["clock"] += naive or future
    return now if future else at


def _told(counts: Mapping[str, int], left: Mapping[str, int]) -> tuple[Unchecked, ...]:
    """What was lost, each kind of loss once, in the order of the sentences."""
    words = gaps()
    told = []
    for name in words.unchecked:
        if name == "left_out" and left:
            parts = ", ".join(f"{count:,} {words.kinds[kind]}" for kind, count in left.items())
            told.append(gap(name, left=parts))
        elif counts.get(name):
            told.append(gap(name, count=f"{counts[name]:,}"))
    return tuple(told)
