"""What others take of what a visitor types."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.report import NetworkRequest, Outcome
from assistant.site.details import CaptureTold
from assistant.site.detect.capture import (
    captures,
    detect_capture_before_submit,
    detect_field_reading,
    detect_key_logging,
    detect_password_captured,
)
from assistant.site.record.observation import (
    Body,
    Channel,
    Encoding,
    FieldKind,
    FieldListener,
    FieldRead,
    Leak,
    Request,
    ResourceType,
    Visit,
    Watched,
)
from assistant.site.seen import Seen
from assistant.site.who.owners import Category, Entity
from tests.site.records import OWNERS, observation, request, seen, served, visit

ADS = "https://ads.test/c"
ADS_JS = "https://ads.test/c.js"
ALL = (
    detect_field_reading,
    detect_key_logging,
    detect_capture_before_submit,
    detect_password_captured,
)


def sight(*visits: Visit, **more: Any) -> Seen:
    return seen(observation(*visits), **more)


def typed(*requests: Request, **more: Any) -> Visit:
    return visit(*requests, typed=True, **more)


def leak(url: str = ADS, field: FieldKind = FieldKind.EMAIL, **more: Any) -> Leak:
    return Leak(**{"field": field, "url": url, "channel": Channel.GET, **more})


def listens(script: str = ADS_JS, event: str = "keydown", **more: Any) -> FieldListener:
    return FieldListener(**{"script": script, "event": event, "target": FieldKind.EMAIL, **more})


def posts(host: str = "ads.test", *, count: int = 3, at_ms: float = 9) -> tuple[Request, ...]:
    body = Body(kind="json", size=400)
    url = f"https://{host}/k"
    one = request(url, ResourceType.XMLHTTPREQUEST, method="POST", body=body, at_ms=at_ms)
    return (one,) * count


@pytest.fixture
def utility(monkeypatch: pytest.MonkeyPatch) -> str:
    """A service that looks up addresses and takes payments."""
    lookup = Entity("Lookup", "Lookup", (Category.UTILITY,))
    monkeypatch.setitem(OWNERS, "lookup.test", lookup)  # type: ignore[arg-type]
    return "https://lookup.test/l.js"


class TestCaptureBeforeSubmit:
    def test_a_value_that_left_before_it_was_sent_is_told_with_how(self) -> None:
        encodings = (Encoding.SHA256, Encoding.BASE64)
        found = detect_capture_before_submit(
            sight(typed(leaks=(leak(encodings=encodings, script=ADS_JS),)))
        )
        assert found.units == ("Adline",)
        assert found.evidence == (
            NetworkRequest(ADS, "GET", ADS_JS, "email: get, base64 of sha256"),
        )

    @pytest.mark.parametrize("encoding", Encoding)
    @pytest.mark.parametrize("channel", Channel)
    def test_no_channel_and_no_encoding_hides_it(
        self, channel: Channel, encoding: Encoding
    ) -> None:
        one = leak("https://unknown.test/x", channel=channel, encodings=(encoding,))
        assert detect_capture_before_submit(sight(typed(leaks=(one,)))).units == ("unknown.test",)

    def test_the_sites_own_script_that_sends_to_a_tracker_counts(self) -> None:
        one = leak(script="https://shop.test/app.js")
        assert detect_capture_before_submit(sight(typed(leaks=(one,)))).units == ("Adline",)

    def test_a_collector_under_the_sites_own_name_counts(self) -> None:
        statly = Entity("Statly", "Statly", (Category.ANALYTICS,))
        url = "https://shop.test/st/collect"
        page = typed(request(url, ResourceType.PING), leaks=(leak(url),))
        assert detect_capture_before_submit(sight(page, proxies={"/st/collect": statly})).units == (
            "Statly",
        )
        cloaked = typed(leaks=(leak("https://m.shop.test/c"),))
        assert detect_capture_before_submit(
            sight(cloaked, cnames={"m.shop.test": "x.stats.test"})
        ).units == ("Statly",)

    @pytest.mark.parametrize(
        "one",
        [
            leak("https://shop.test/validate"),
            leak("https://api.shop.test/autosave", FieldKind.TEXT),
            leak("https://shop-assets.test/check"),
            leak("https://unknown.test/suggest", FieldKind.SEARCH),
            leak(submitted=True),
            leak("https://cdn.test/fn", script="https://shop.test/app.js"),
            leak(script="chrome-extension://manager/fill.js"),
        ],
        ids=[
            "live validation",
            "autosave",
            "own company",
            "search provider",
            "after sending",
            "rented server",
            "own extension",
        ],
    )
    def test_near_misses_are_silent(self, one: Leak) -> None:
        assert detect_capture_before_submit(sight(typed(leaks=(one,)))).outcome is Outcome.ABSENT

    def test_a_search_that_a_tracker_answers_counts(self) -> None:
        one = leak(field=FieldKind.SEARCH)
        assert detect_capture_before_submit(sight(typed(leaks=(one,)))).units == ("Adline",)

    def test_a_rented_server_counts_where_another_script_or_nobody_known_sent(self) -> None:
        for script in (None, ADS_JS):
            one = leak("https://cdn.test/fn", script=script)
            found = detect_capture_before_submit(sight(typed(leaks=(one,))))
            assert found.units == ("Fastly Files",)

    def test_looking_up_an_address_is_silent_and_an_email_there_is_not(self, utility: str) -> None:
        address, email = leak(utility, FieldKind.ADDRESS), leak(utility)
        assert detect_capture_before_submit(sight(typed(leaks=(address,)))).units == ()
        assert detect_capture_before_submit(sight(typed(leaks=(email,)))).units == ("Lookup",)

    def test_a_leak_to_an_unreadable_place_is_never_all_clear(self) -> None:
        for url in ("", "https://[::1", "data:,"):
            found = detect_capture_before_submit(sight(typed(leaks=(leak(url),))))
            assert found.outcome is Outcome.UNDETERMINED

    def test_where_nothing_was_typed_it_is_unknown(self) -> None:
        assert detect_capture_before_submit(sight(visit())).outcome is Outcome.UNDETERMINED
        assert detect_capture_before_submit(sight(typed())).outcome is Outcome.ABSENT
        unseen = seen(observation(typed(), watched=[Watched.REQUESTS]))
        assert detect_capture_before_submit(unseen).outcome is Outcome.UNDETERMINED


class TestPasswordCaptured:
    def test_before_sending_to_anybody(self) -> None:
        one = leak("https://unknown.test/x", FieldKind.PASSWORD, encodings=(Encoding.MD5,))
        assert detect_password_captured(sight(typed(leaks=(one,)))).units == ("unknown.test",)

    def test_after_sending_to_a_tracker_only(self) -> None:
        to_tracker = leak(field=FieldKind.PASSWORD, submitted=True)
        to_login = leak("https://unknown.test/login", FieldKind.PASSWORD, submitted=True)
        assert detect_password_captured(sight(typed(leaks=(to_tracker,)))).units == ("Adline",)
        assert detect_password_captured(sight(typed(leaks=(to_login,)))).units == ()

    def test_the_sites_own_login_and_other_fields_are_silent(self) -> None:
        own = leak("https://shop.test/login", FieldKind.PASSWORD, submitted=True)
        found = detect_password_captured(sight(typed(leaks=(own, leak()))))
        assert found.outcome is Outcome.ABSENT

    def test_where_nothing_was_typed_it_is_unknown(self) -> None:
        assert detect_password_captured(sight(visit())).outcome is Outcome.UNDETERMINED


class TestFieldReading:
    def test_a_third_partys_script_that_reads_a_personal_field_is_told(self) -> None:
        read = FieldRead(script=ADS_JS, field=FieldKind.PHONE)
        found = detect_field_reading(sight(visit(reads=(read,))))
        assert found.units == ("Adline",)
        assert found.evidence == (NetworkRequest(ADS_JS, "GET", None, "phone"),)

    @pytest.mark.parametrize(
        ("script", "field"),
        [
            ("https://shop.test/app.js", FieldKind.EMAIL),
            ("https://cdn.test/jquery.js", FieldKind.EMAIL),
            (ADS_JS, FieldKind.SEARCH),
            (ADS_JS, FieldKind.TEXT),
            ("moz-extension://manager/fill.js", FieldKind.PASSWORD),
            ("data:,1", FieldKind.EMAIL),
            ("", FieldKind.EMAIL),
        ],
    )
    def test_near_misses_are_silent(self, script: str, field: FieldKind) -> None:
        page = visit(reads=(FieldRead(script=script, field=field),))
        assert detect_field_reading(sight(page)).outcome is Outcome.ABSENT

    def test_a_script_that_a_block_list_has_is_no_library(self) -> None:
        script = "https://cdn.test/track.js"
        page = visit(request(script), reads=(FieldRead(script=script, field=FieldKind.EMAIL),))
        found = detect_field_reading(sight(page, listed=["cdn.test/track"]))
        assert found.units == ("Fastly Files",)

    def test_a_payment_service_may_read_its_field(self, utility: str) -> None:
        page = visit(reads=(FieldRead(script=utility, field=FieldKind.CARD),))
        assert detect_field_reading(sight(page)).outcome is Outcome.ABSENT

    def test_without_a_look_at_fields_it_is_unknown(self) -> None:
        page = visit(request("https://shop.test/app.js"))
        assert detect_field_reading(seen(served(page))).outcome is Outcome.UNDETERMINED

    def test_a_page_without_code_reads_nothing(self) -> None:
        assert detect_field_reading(seen(served())).outcome is Outcome.ABSENT


class TestKeyLogging:
    def test_listening_and_a_leak_to_the_same_owner_is_key_logging(self) -> None:
        for target in (FieldKind.EMAIL, "document"):
            page = typed(listeners=(listens(target=target),), leaks=(leak(at_ms=5),))
            found = detect_key_logging(sight(page))
            assert found.units == ("Adline",)
        assert found.evidence == (NetworkRequest(ADS_JS, "GET", None, "keydown: document"),)

    def test_listening_and_sending_much_afterwards_is_key_logging(self) -> None:
        page = typed(*posts(), listeners=(listens(event="input", at_ms=2),))
        assert detect_key_logging(sight(page)).units == ("Adline",)

    @pytest.mark.parametrize(
        "page",
        [
            typed(listeners=(listens(target="document"),)),
            typed(listeners=(listens(at_ms=7),), leaks=(leak(at_ms=6),)),
            typed(listeners=(listens(),), leaks=(leak("https://bids.test/c", at_ms=9),)),
            typed(listeners=(listens(),), leaks=(leak(submitted=True, at_ms=9),)),
            typed(*posts(count=2), listeners=(listens(),)),
            typed(*posts(at_ms=1), listeners=(listens(at_ms=2),)),
            typed(*posts(), listeners=(listens(event="focus"),)),
            typed(*posts(), listeners=(listens(target=FieldKind.SEARCH),)),
            typed(*posts(), listeners=(listens(target="element"),)),
            typed(*posts("shop.test"), listeners=(listens("https://shop.test/app.js"),)),
            typed(*posts("cdn.test"), listeners=(listens("https://cdn.test/lib.js"),)),
            typed(*posts("replay.test"), listeners=(listens("https://replay.test/r.js"),)),
            typed(*posts(), listeners=(listens("chrome-extension://a/b.js"),)),
            typed(*posts(), listeners=(listens(""),)),
        ],
        ids=[
            "keyboard shortcuts",
            "left before it listened",
            "left to another owner",
            "left when sent",
            "two posts",
            "posts before it listened",
            "another event",
            "a search field",
            "an element",
            "the site itself",
            "a library",
            "a recorder has its own rule",
            "an extension",
            "odd script",
        ],
    )
    def test_near_misses_are_silent(self, page: Visit) -> None:
        assert detect_key_logging(sight(page)).outcome is Outcome.ABSENT

    def test_on_the_whole_page_something_must_have_been_typed(self) -> None:
        page = visit(*posts(), listeners=(listens(target="window"),))
        assert detect_key_logging(sight(page)).outcome is Outcome.UNDETERMINED
        heard = typed(*posts(), listeners=(listens(target="window"),))
        assert detect_key_logging(sight(heard)).outcome is Outcome.PRESENT

    def test_where_nothing_was_typed_it_is_unknown(self) -> None:
        assert detect_key_logging(sight(visit())).outcome is Outcome.UNDETERMINED


class TestCaptures:
    def test_everything_that_was_taken_is_told_once(self) -> None:
        page = typed(
            request("https://replay.test/r.js"),
            reads=(FieldRead(script=ADS_JS, field=FieldKind.EMAIL),) * 2,
            leaks=(leak(), leak(field=FieldKind.PASSWORD)),
        )
        told = captures(sight(page, page))
        assert [(one.kind, one.owner, one.field) for one in told] == [
            ("site.session-replay", "Replayer", None),
            ("site.field-reading", "Adline", FieldKind.EMAIL),
            ("site.capture-before-submit", "Adline", FieldKind.EMAIL),
            ("site.password-captured", "Adline", FieldKind.PASSWORD),
        ]
        assert told[2] == CaptureTold(
            kind="site.capture-before-submit",
            owner="Adline",
            url=ADS,
            field=FieldKind.EMAIL,
            channel=Channel.GET,
            encodings=(Encoding.PLAIN,),
        )

    def test_nothing_there_is_nothing_told(self) -> None:
        assert captures(sight(visit())) == ()
        assert all(detector(sight(typed())).outcome is Outcome.ABSENT for detector in ALL)
