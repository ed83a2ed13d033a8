"""Random observations of an invented shop, small enough for things in them to meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from assistant.site.record.observation import (
    Body,
    Channel,
    Consent,
    ConsentState,
    Encoding,
    FieldKind,
    FieldListener,
    FieldRead,
    Leak,
    Observation,
    Observer,
    Parameter,
    Request,
    ResourceType,
    ScriptCalls,
    SetCookie,
    Shape,
    StorageWrite,
    Visit,
    Watched,
)
from tests.site.records import AT, OWNERS, PAGE

HOSTS = ("www.shop.test", *OWNERS, "px.ads.test", "unknown.test", "other.example")
ODD = (
    "",
    "data:text/javascript,1",
    "blob:https://shop.test/1f",
    "chrome-extension://abcdef/content.js",
    "https://[::1",
    "https://",
    "about:blank",
)
LISTED = ("unknown.test", "cdn.test")
"""Hosts that a block list has, for `records.seen`."""

_PATHS = ("/", "/t.js", "/sync", "/collect")
_CALLS = (
    "HTMLCanvasElement.toDataURL",
    "CanvasRenderingContext2D.getImageData",
    "OfflineAudioContext.startRendering",
    "BaseAudioContext.createOscillator",
    "AudioBuffer.getChannelData",
    "WEBGL_debug_renderer_info.UNMASKED_RENDERER_WEBGL",
    "Navigator.getBattery",
    "SpeechSynthesis.getVoices",
    "MediaDevices.enumerateDevices",
    "Navigator.plugins",
    "Screen.width",
)
_EVENTS = ("keydown", "input", "mousemove", "scroll", "click")

addresses = st.one_of(
    st.builds("https://{}{}".format, st.sampled_from(HOSTS), st.sampled_from(_PATHS)),
    st.sampled_from(ODD),
)
_times = st.integers(0, 3).map(float)
_ids = st.sampled_from([letter * 16 for letter in "abcd"])
shapes = st.builds(
    Shape,
    id=_ids,
    length=st.just(20),
    bits=st.sampled_from([8.0, 33.0, 90.0]),
    parts=st.lists(_ids, max_size=1).map(tuple),
)
_names = st.sampled_from(["uid", "sid", "gdpr_consent", "lang"])
_parameters = st.lists(st.builds(Parameter, name=_names, value=shapes), max_size=2).map(tuple)
_bodies = st.builds(
    Body, kind=st.just("json"), size=st.sampled_from([0, 200, 900]), parameters=_parameters
)
requests = st.builds(
    Request,
    url=addresses,
    type=st.sampled_from(ResourceType),
    method=st.sampled_from(["GET", "POST"]),
    at_ms=_times,
    blocked=st.booleans(),
    redirects_to=st.none() | addresses,
    query=_parameters,
    body=st.none() | _bodies,
)
cookies = st.builds(
    SetCookie,
    name=_names,
    domain=st.sampled_from(HOSTS),
    value=shapes,
    lifetime_s=st.none() | st.sampled_from([-1.0, 3_600.0, 40 * 86_400.0]),
    script=st.none() | addresses,
    url=st.none() | addresses,
    at_ms=_times,
)
entries = st.builds(
    StorageWrite,
    store=st.sampled_from(["local", "session", "indexed_db", "cache"]),
    origin=addresses,
    key=_names,
    value=shapes,
    script=st.none() | addresses,
)
calls = st.builds(
    ScriptCalls,
    script=addresses,
    calls=st.dictionaries(st.sampled_from(_CALLS), st.integers(0, 2), max_size=8),
    canvas_text=st.sampled_from([0, 12]),
    canvas_pixels=st.sampled_from([0, 255, 256]),
    fonts=st.sampled_from([0, 49, 50]),
)
listeners = st.builds(
    FieldListener,
    script=addresses,
    event=st.sampled_from(_EVENTS),
    target=st.sampled_from([FieldKind.EMAIL, FieldKind.SEARCH, "document", "window", "element"]),
    at_ms=_times,
)
_fields = st.sampled_from(
    [FieldKind.EMAIL, FieldKind.PASSWORD, FieldKind.ADDRESS, FieldKind.SEARCH]
)
reads = st.builds(FieldRead, script=addresses, field=_fields)
leaks = st.builds(
    Leak,
    field=_fields,
    url=addresses,
    channel=st.sampled_from(Channel),
    encodings=st.lists(st.sampled_from(Encoding), max_size=2).map(tuple),
    submitted=st.booleans(),
    script=st.none() | addresses,
    at_ms=_times,
)
consents = st.builds(
    Consent,
    state=st.sampled_from(ConsentState),
    at_ms=_times,
    reject_offered=st.none() | st.booleans(),
    clicks=st.none() | st.integers(0, 4),
)


def _few(items: st.SearchStrategy[object], most: int = 4) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=most).map(tuple)


visits = st.builds(
    Visit,
    url=st.just(PAGE),
    at=st.just(AT),
    gpc=st.booleans(),
    choice=st.sampled_from([None, ConsentState.ACCEPTED, ConsentState.REJECTED]),
    typed=st.booleans(),
    requests=_few(requests, 6),
    cookies=_few(cookies),
    storage=_few(entries),
    calls=_few(calls),
    listeners=_few(listeners, 6),
    reads=_few(reads),
    leaks=_few(leaks),
    consent=_few(consents, 2),
)
observations = st.builds(
    Observation,
    observer=st.sampled_from(Observer),
    watched=st.lists(st.sampled_from(Watched), unique=True).map(tuple),
    visits=st.lists(visits, min_size=1, max_size=2).map(tuple),
    blocker=st.booleans(),
    lost=st.integers(0, 1),
)

EVIDENCE = ("requests", "cookies", "storage", "calls", "listeners", "reads", "leaks")
"""Fields of a visit whose items speak against a site."""


def weaker(record: Observation) -> Iterator[Observation]:
    """The same record with one piece of evidence taken away, in every way there is."""
    for number, field in product(range(len(record.visits)), EVIDENCE):
        visit = record.visits[number]
        items = getattr(visit, field)
        for place in range(len(items)):
            less = replace(visit, **{field: items[:place] + items[place + 1 :]})
            visits = (*record.visits[:number], less, *record.visits[number + 1 :])
            yield replace(record, visits=visits)
    for number, place in product(range(len(record.visits)), range(4)):
        visit = record.visits[number]
        for name in visit.calls[place].calls if place < len(visit.calls) else ():
            script = visit.calls[place]
            asked = {key: count for key, count in script.calls.items() if key != name}
            less_calls = (
                *visit.calls[:place],
                replace(script, calls=asked),
                *visit.calls[place + 1 :],
            )
            less = replace(visit, calls=less_calls)
            visits = (*record.visits[:number], less, *record.visits[number + 1 :])
            yield replace(record, visits=visits)
