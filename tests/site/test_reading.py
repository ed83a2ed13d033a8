"""A record is refused where it is none; else what is wrong in it is mended and told."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assistant.errors import InputTooLarge, MalformedObservation
from assistant.site.gaps import gaps
from assistant.site.record import keeping, reading
from assistant.site.record.observation import FieldKind, Observation
from assistant.site.record.reading import ReadObservation, read_observation, safe_observation
from assistant.site.record.schema import observation_page, observation_schema, schema_text
from tests.reference import DOCS, MADE, OBSERVATION_SCHEMA
from tests.site.strategies import observations

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MARK = "Xylophonquarz-7319"
SHAPE = {"id": "a1b2c3d4e5f60718", "length": 36, "bits": 122.0}


def record(**visit: Any) -> dict[str, Any]:
    page = {"url": "https://shop.test/", "at": "2026-11-27T10:00:00Z"}
    return {"version": 1, "observer": "browser", "watched": ["requests"], "visits": [page | visit]}


def request(url: str = "https://ads.test/t.js", **more: Any) -> dict[str, Any]:
    return {"url": url, "type": "script", **more}


def read(content: Mapping[str, Any]) -> ReadObservation:
    return read_observation(json.dumps(content).encode(), now=NOW)


def told(result: ReadObservation) -> list[str]:
    return [gap.what for gap in result.gaps]


EXAMPLE = record(
    status=200,
    hops=[{"url": "http://shop.test/", "status": 301}],
    headers=[{"name": "referrer-policy", "value": "no-referrer"}],
    tls={"valid": True, "version": "TLSv1.3"},
    requests=[
        request(
            "https://ads.test/t.js?uid=",
            third_party=True,
            at_ms=12.5,
            query=[{"name": "uid", "value": SHAPE}],
            body={"kind": "json", "size": 9, "parameters": [{"name": "a.b", "value": SHAPE}]},
            cookies=["uid"],
        )
    ],
    cookies=[{"name": "uid", "domain": "ads.test", "value": SHAPE, "lifetime_s": 3e7}],
    storage=[{"store": "local", "origin": "https://shop.test", "key": "uid", "value": SHAPE}],
    calls=[{"script": "https://ads.test/t.js", "calls": {"HTMLCanvasElement.toDataURL": 1}}],
    listeners=[{"script": "https://ads.test/t.js", "event": "input", "target": "email"}],
    reads=[{"script": "https://ads.test/t.js", "field": "email"}],
    leaks=[{"field": "email", "url": "https://ads.test/c?m=", "channel": "get"}],
    consent=[{"state": "asked", "at_ms": 3}],
    scripts=[{"src": "https://ads.test/t.js"}],
    policy_links=["https://shop.test/privacy"],
)


def test_a_sound_record_is_read_as_it_stands() -> None:
    result = read(EXAMPLE)

    assert result.observation == TypeAdapter(Observation).validate_python(EXAMPLE)
    assert result.gaps == ()
    assert not result.cut


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({**EXAMPLE, "version": 2, MARK: 1}, "version 1 only"),
        ({**EXAMPLE, "version": MARK}, "version 1 only"),
        ({**EXAMPLE, "visits": []}, "`visits`: it holds no visit"),
        ({"observer": "browser", "watched": []}, "`visits`: it is missing"),
        ({**EXAMPLE, "observer": MARK}, "`observer`: one of 'served', 'browser' or 'extension'"),
        ({**EXAMPLE, MARK: 1}, "a field that this version does not know"),
        (record(requests=[request()] * 3 + [request(7)]), "`visits[0].requests[3].url`: a text"),  # type: ignore[arg-type]
        (record(requests=[request(at_ms=MARK)]), "`visits[0].requests[0].at_ms`: a number"),
        (record(requests=[{**request(), MARK: 1}]), "`visits[0].requests[0]`: it holds a field"),
        (record(requests=MARK), "`visits[0].requests`: a list"),
        (record(requests=[MARK]), "`visits[0].requests[0]`: an object"),
        (record(at=MARK), "`visits[0].at`: a date with a time"),
        (
            record(calls=[{"script": "", "calls": {MARK: MARK}}]),
            "`visits[0].calls[0].calls`: a who",
        ),
        (record(requests=[request(at_ms=float("nan"))]), "at_ms`: a finite number"),
        (record(requests=[request(at_ms=10**400)]), "at_ms`: a finite number"),
        (record(url="about:blank"), "`visits[0].url`: the address of a page"),
        (record(url=MARK), "`visits[0].url`: the address of a page"),
        (record(url="https://[::1"), "`visits[0].url`: the address of a page"),
    ],
)
def test_the_first_wrong_field_is_named_and_nothing_is_quoted(
    content: dict[str, Any], says: str
) -> None:
    with pytest.raises(MalformedObservation) as failure:
        read(content)

    assert says in failure.value.message
    assert MARK not in failure.value.message
    assert failure.value.__cause__ is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "no JSON"),
        (b"\xff\xfe{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"visits":' * 100_000, "no JSON"),
        (b"[]", "an object is wanted"),
        (b"null", "an object is wanted"),
        (b'{"a":"\\ud800"}', "no JSON"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(MalformedObservation, match=says):
        read_observation(data, now=NOW)


def test_a_record_beyond_the_limits_is_refused_before_it_is_parsed() -> None:
    started = time.process_time()
    with pytest.raises(InputTooLarge):
        read_observation(b" " * (reading.MAX_BYTES + 1), now=NOW)
    with pytest.raises(InputTooLarge):
        read_observation(b"," * (reading.MAX_VALUES + 1), now=NOW)
    assert time.process_time() - started < 1


def test_a_million_mistakes_cost_no_memory() -> None:
    data = json.dumps(EXAMPLE).encode().replace(b'"requests": [', b'"requests": [' + b"1," * 10**6)
    started = time.process_time()
    with pytest.raises(MalformedObservation, match=r"requests\[0\]"):
        read_observation(data, now=NOW)
    assert time.process_time() - started < 3


@given(st.one_of(st.binary(), st.text().map(str.encode)))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises((MalformedObservation, InputTooLarge)):
        read_observation(data, now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(EXAMPLE["visits"][0])), JSON, st.integers(), st.floats())
@settings(deadline=None)
def test_any_record_is_read_or_refused(field: str, value: Any, whole: int, number: float) -> None:
    hostile = record(requests=[request(status=whole, at_ms=number)])
    hostile["lost"] = whole
    for content in (record(**{field: value}), hostile):
        try:
            result = read(content)
        except MalformedObservation as error:
            assert "`" in error.message
        else:
            assert result.observation.visits


def test_a_key_that_stands_twice_counts_as_a_browser_reads_it() -> None:
    data = json.dumps(EXAMPLE).encode()[:-1] + b', "visits": []}'

    with pytest.raises(MalformedObservation, match="no visit"):
        read_observation(data, now=NOW)


def test_values_that_stand_in_a_record_are_thrown_away_and_told_once() -> None:
    loud = f"https://anna:{MARK}@ads.test/t.js?uid={MARK}#{MARK}"
    plain = {**SHAPE, "id": MARK, "parts": [MARK]}
    result = read(
        record(
            url=f"https://shop.test/?q={MARK}",
            hops=[{"url": loud}],
            http_hops=[loud],
            requests=[
                request(
                    loud,
                    initiator=loud,
                    frame=loud,
                    redirects_to=loud,
                    query=[{"name": f"{MARK}@mail.test", "value": plain}],
                )
            ],
            cookies=[
                {"name": "a", "domain": "ads.test", "value": plain, "url": loud, "script": loud}
            ],
            storage=[
                {"store": "local", "origin": loud, "key": "k", "value": plain, "script": loud}
            ],
            calls=[{"script": loud, "frame": loud, "calls": {}}],
            listeners=[{"script": loud, "event": "input", "target": "email"}],
            reads=[{"script": loud, "field": "email"}],
            leaks=[{"field": "email", "url": loud, "channel": "get", "script": loud}],
            scripts=[{"src": loud}],
            policy_links=[loud],
            headers=[{"name": "Set-Cookie", "value": MARK}, {"name": "X-A", "value": "1"}],
        )
    )

    assert MARK not in TypeAdapter(Observation).dump_json(result.observation).decode()
    assert [h.name for h in result.observation.visits[0].headers] == ["x-a"]
    ids = [result.observation.visits[0].requests[0].query[0].value.id]
    ids.append(result.observation.visits[0].cookies[0].value.id)
    assert ids[0] == ids[1]
    assert len(told(result)) == 1
    assert told(result)[0].startswith("Values that stood in the record itself: 2")
    assert result.cut


def test_what_nobody_answers_is_dropped_and_odd_addresses_are_counted() -> None:
    quiet = [request("data:image/png,1"), request("blob:https://shop.test/1"), request("about:x")]
    assert told(read(record(requests=[*quiet, request()]))) == []
    assert len(read(record(requests=quiet)).observation.visits[0].requests) == 0
    assert not read(record(requests=quiet)).cut

    odd = [request("chrome-extension://a/x.js"), request("/t.js"), request("https://[::1")]
    result = read(record(requests=[*odd, request()]))
    assert told(result) == ["Addresses that nobody answers: 3"]
    assert [r.url for r in result.observation.visits[0].requests] == ["https://ads.test/t.js"]
    assert result.cut


@pytest.mark.parametrize("script", ["", "blob:https://x.test/1", "chrome-extension://a/b.js", "x"])
def test_no_name_of_a_script_makes_its_conduct_disappear(script: str) -> None:
    visit = read(
        record(
            calls=[{"script": script, "frame": "https://ads.test/f", "calls": {"A.b": 1}}],
            listeners=[{"script": script, "event": "input", "target": "email"}],
            reads=[{"script": script, "field": "email"}],
            leaks=[{"field": "email", "url": script, "channel": "get"}],
        )
    ).observation.visits[0]

    assert [c.script for c in visit.calls] == ["https://ads.test/f"]
    assert [e.script for e in visit.listeners] == ["https://shop.test/"]
    assert [e.script for e in visit.reads] == ["https://shop.test/"]
    assert [leak.url for leak in visit.leaks] == ["https://shop.test/"]


def test_impossible_numbers_are_brought_into_their_range_and_told() -> None:
    result = read(
        record(
            status=10**40,
            requests=[
                request(at_ms=-5, status=0, body={"kind": "text", "size": -1}),
                request(at_ms=1e12, query=[{"name": "a", "value": {**SHAPE, "bits": -1}}]),
            ],
            calls=[{"script": "https://ads.test/", "calls": {"A.b": -9, "C.d": 10**30}}],
            cookies=[{"name": "a", "domain": "a.test", "value": SHAPE, "lifetime_s": 1e300}],
        )
    )
    visit = result.observation.visits[0]

    assert [r.at_ms for r in visit.requests] == [0, 86_400_000]
    assert (visit.status, visit.requests[0].status) == (None, None)
    assert visit.requests[1].query[0].value.bits == 0
    assert visit.calls[0].calls == {"A.b": 1, "C.d": 2**31}
    assert told(result) == ["Times and counts that cannot be: 6"]
    assert result.cut


@pytest.mark.parametrize("at", ["2026-11-29T10:00:00Z", "9999-12-31T23:59:59Z", "2026-11-27T10:00"])
def test_a_date_that_cannot_be_right_is_told(at: str) -> None:
    result = read(record(at=at))

    assert told(result) == ["Visits whose date cannot be right: 1"]
    assert result.observation.visits[0].at <= NOW
    assert result.observation.visits[0].at.tzinfo is not None
    assert not result.cut
    assert told(read(record(at="2026-11-28T10:00:00+01:00"))) == []


def test_redirects_in_circles_end_and_lose_nobody() -> None:
    there = ["http://shop.test/", "https://shop.test/"]
    hops = [{"url": url} for url in [*there, "https://bounce.test/"] * 900]
    visit = read(record(hops=hops, http_hops=there * 900)).observation.visits[0]

    assert [hop.url for hop in visit.hops] == [*there, "https://bounce.test/"]
    assert visit.http_hops == tuple(there)


def test_parties_are_worked_out_anew() -> None:
    urls = {
        "https://cdn.shop.test/a": False,
        "https://ads.test/": True,
        "https://b\u00fccher.test/": True,
        "https://192.0.2.7/": True,
        "https://[2001:db8::1]:8443/": True,
        "wss://live.shop.test?x=": False,
    }
    lies = [request(url, third_party=not third) for url, third in urls.items()]
    result = read(record(requests=lies))

    assert [r.third_party for r in result.observation.visits[0].requests] == list(urls.values())
    assert result.gaps == ()

    own = read(record(url="https://192.0.2.7/", requests=[request("https://192.0.2.7/x")]))
    assert own.observation.visits[0].requests[0].third_party is False


def test_over_long_texts_are_cut_and_told() -> None:
    result = read(
        record(
            headers=[{"name": "X-LONG", "value": "a" * 10**6}],
            storage=[
                {
                    "store": "local",
                    "origin": "https://shop.test",
                    "key": "k" * 10**5,
                    "value": SHAPE,
                }
            ],
            requests=[
                request(query=[{"name": "n" * 10**5, "value": SHAPE}], cookies=["c"] * 9_000)
            ],
        )
    )
    visit = result.observation.visits[0]

    assert len(visit.headers[0].value) == 16_384
    assert len(visit.storage[0].key) == 256
    assert visit.requests[0].query[0].name == "~"
    assert len(visit.requests[0].cookies) == 500
    assert len(told(result)) == 2
    assert result.cut


def test_a_crowd_of_own_requests_hides_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LIMITS", {**keeping.LIMITS, "requests": 2_000})
    own = [request(f"https://cdn.shop.test/{i}.png", at_ms=i) for i in range(3_000)]
    crowd = [request(f"https://crowd.test/{i}.png", at_ms=i) for i in range(3_000)]
    late = [
        request("https://ads.test/t.js", at_ms=70_000),
        request("https://shop.test/collect", at_ms=80_000),
    ]
    leaks = [{"field": "email", "url": "https://shop.test/collect?x=", "channel": "post"}]
    leaks += [{"field": "email", "url": "https://shop.test/collect", "channel": "post"}]
    result = read(record(requests=[*own, *crowd, *late], leaks=leaks))
    kept = result.observation.visits[0].requests
    urls = {r.url for r in kept}

    assert len(kept) == keeping.LIMITS["requests"]
    assert {"https://ads.test/t.js", "https://shop.test/collect"} <= urls
    assert [r.at_ms for r in kept] == sorted(r.at_ms for r in kept)
    assert told(result) == ["What was left out of a very long record: 4,002 requests"]
    assert result.cut


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=40))
@example([(True, True, True)] * 15 + [(True, True, False)] * 5)
@settings(deadline=None)
def test_cutting_never_drops_a_leak_for_something_harmless(
    leaks: list[tuple[bool, bool, bool]],
) -> None:
    sent = [
        {
            "field": "password" if secret else "search",
            "url": "https://ads.test/" if third else "https://shop.test/",
            "channel": "get",
            "submitted": submitted,
            "at_ms": at,
        }
        for at, (secret, third, submitted) in enumerate(leaks)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            keeping, "LIMITS", {**keeping.LIMITS, "leaks": 10, "requests": 1, "visits": 2}
        )
        content = record(requests=[request("https://shop.test/a"), request()])
        content["visits"] += record()["visits"] * 5 + record(leaks=sent)["visits"]
        result = read(content)
    kept = result.observation.visits[-1].leaks

    assert len(kept) == min(10, len(sent))
    assert result.observation.visits[0].requests[0].url == "https://ads.test/t.js"
    grave = [leak for leak in kept if leak.field is FieldKind.PASSWORD and not leak.submitted]
    all_grave = [s for s in sent if s["field"] == "password" and not s["submitted"]]
    third = [s for s in all_grave if s["url"] == "https://ads.test/"]
    assert sum(leak.url == "https://ads.test/" for leak in grave) == min(10, len(third))


def test_too_many_visits_keep_the_first_and_those_with_leaks() -> None:
    content = record()
    leak = {"field": "email", "url": "https://ads.test/", "channel": "get"}
    content["visits"] = record(status=299)["visits"] + record()["visits"] * 40
    content["visits"] += record(leaks=[leak])["visits"]
    result = read(content)

    assert len(result.observation.visits) == 20
    assert result.observation.visits[0].status == 299
    assert result.observation.visits[-1].leaks
    assert result.cut


def test_what_the_observer_dropped_is_told() -> None:
    result = read({**EXAMPLE, "lost": 3})

    assert told(result) == ["What the observer had to drop: 3"]
    assert result.cut


@given(observations)
@settings(deadline=None, max_examples=40)
def test_reading_what_was_read_changes_nothing(record: Observation) -> None:
    try:
        once = safe_observation(record, now=NOW).observation
    except MalformedObservation:
        return
    again = safe_observation(once, now=NOW)

    assert again.observation == once
    data = TypeAdapter(Observation).dump_json(once)
    assert read_observation(data, now=NOW).observation == once


def test_a_hundred_thousand_requests_are_read_in_seconds() -> None:
    many = [request(f"https://h{i % 977}.test/a/{i}?v=", at_ms=i) for i in range(100_000)]
    data = json.dumps(record(requests=many)).encode()
    started = time.process_time()
    result = read_observation(data, now=NOW)

    assert time.process_time() - started < 15
    assert len(result.observation.visits[0].requests) == 20_000
    assert len({r.url.split("/")[2] for r in result.observation.visits[0].requests}) == 977


def test_a_megabyte_of_address_is_read() -> None:
    result = read(
        record(requests=[request("https://ads.test/" + "a" * 10**6 + "?x=" + "1" * 10**6)])
    )

    assert result.observation.visits[0].requests[0].url == "https://ads.test/~?x="


def test_every_kind_that_can_be_left_out_has_a_name() -> None:
    assert {*keeping.LIMITS, "inner"} <= set(gaps().kinds)


# The schema ------------------------------------------------------------------


def fits(  # noqa: PLR0911 one keyword after the other
    value: object, schema: dict[str, Any], whole: dict[str, Any]
) -> bool:
    """Whether a value fits a schema, by the keywords that ours uses."""
    known = {"$ref", "$defs", "$schema", "type", "enum", "const", "anyOf", "items", "properties"}
    known |= {"required", "additionalProperties", "default", "title", "description", "format"}
    assert set(schema) <= known
    if "$ref" in schema:
        return fits(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in schema:
        return any(fits(value, inner, whole) for inner in schema["anyOf"])
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds: dict[str, Any] = {"string": str, "integer": int, "number": int | float}
    kinds |= {"boolean": bool, "array": list, "object": dict, "null": type(None)}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return False
    if isinstance(value, list):
        return all(fits(entry, schema["items"], whole) for entry in value)
    if isinstance(value, dict):
        names, more = schema.get("properties", {}), schema["additionalProperties"]
        return set(schema.get("required", ())) <= set(value) and all(
            fits(told, names[name], whole)
            if name in names
            else more is not False and fits(told, more, whole)
            for name, told in value.items()
        )
    return True


def test_the_schema_takes_a_record_and_refuses_others() -> None:
    schema = observation_schema()

    assert fits(EXAMPLE, schema, schema)
    for wrong in (
        {**EXAMPLE, "version": 2},
        {**EXAMPLE, "more": 1},
        record(requests=[{"url": "https://a.test/"}]),
        record(requests=[request(at_ms="soon")]),
        record(at=None),
    ):
        assert not fits(wrong, schema, schema)


def test_every_field_of_the_record_is_in_the_page() -> None:
    page = observation_page()
    defs: Any = observation_schema()["$defs"]

    for name, shape in defs.items():
        assert f"## {name}\n" in page
        assert all(f"| `{field}` |" in page for field in shape.get("properties", {}))


def test_schema_and_page_are_fresh() -> None:
    assert OBSERVATION_SCHEMA.read_text("utf-8") == schema_text()
    assert (DOCS / "observation.md").read_text("utf-8") == MADE + observation_page()
    assert json.loads(schema_text()) == observation_schema()


def test_scripts_keep_their_address_as_written_but_no_value() -> None:
    written = ("", "/app.js?user=7", "//cdn.test/a.js", "js/a@b.test/x.js#t")
    result = read(record(scripts=[{"src": src} for src in written]))
    kept = [script.src for script in result.observation.visits[0].scripts]
    assert kept == ["", "/app.js", "//cdn.test/a.js", "js/~/x.js"]
    assert not result.cut
