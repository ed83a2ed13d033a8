"""The Python API end to end: a site on loopback, the embedded models, the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import InputTooLarge, NotFound, RefusedAddress, UnknownSummarizer
from assistant.report import Outcome
from assistant.service import Assistant, FromBytes, FromUrl
from assistant.settings import Settings
from tests.servers import Server, page

SAMPLE = Path(__file__).parents[1] / "assistant" / "page" / "sample.html"
HOME = "<h1>Lumen Post</h1><p>Write, post, repeat.</p><a href='/privacy'>Privacy policy</a>"


def assistant(tmp_path: Path, **changes: object) -> Assistant:
    given: dict[str, object] = {
        "data_dir": tmp_path / "data",
        "fetch_allow_addresses": "127.0.0.1",
        **changes,
    }
    return Assistant(Settings(**given))  # type: ignore[arg-type]


def sample() -> FromBytes:
    return FromBytes(SAMPLE.read_bytes(), "sample.html", "text/html")


def test_a_home_page_ends_in_a_report_on_the_policy_behind_it(tmp_path: Path) -> None:
    with Server({"/": page(HOME), "/privacy": page(SAMPLE.read_text("utf-8"))}) as site:
        saved = assistant(tmp_path).read_policy(FromUrl(site.url("/")))
        assert [request.target for request in site.requests] == ["/", "/privacy"]
    report = saved.report
    assert report.subject.source.endswith("/privacy")
    assert report.rating.grade is not None
    present = {f.rule_id for f in report.findings if f.outcome is Outcome.PRESENT}
    assert "policy.sells-data" in present
    assert report.summary


def test_a_site_without_a_policy_gets_no_grade_and_says_what_was_tried(tmp_path: Path) -> None:
    with Server({"/": page("<h1>Lamps</h1><p>Every lamp is on sale this week.</p>")}) as site:
        report = assistant(tmp_path).read_policy(FromUrl(site.url("/"))).report
    assert report.rating.grade is None
    assert report.summary == ()
    assert any("/privacy" in gap.what for gap in report.unchecked)
    assert "No privacy policy was found" in report.verdict.text


def test_an_address_of_this_computer_is_refused_unless_named(tmp_path: Path) -> None:
    with Server({"/": page(HOME)}) as site:
        closed = assistant(tmp_path, fetch_allow_addresses=())
        with pytest.raises(RefusedAddress):
            closed.read_policy(FromUrl(site.url("/")))
        assert site.requests == []


def test_the_same_input_gives_the_same_report_but_for_the_time(tmp_path: Path) -> None:
    one = assistant(tmp_path)
    first, second = one.read_policy(sample()).report, one.read_policy(sample()).report
    assert first.findings == second.findings
    assert first.rating == second.rating
    assert first.details == second.details
    assert first.summary == second.summary


def test_a_report_is_kept_recalled_corrected_and_forgotten(tmp_path: Path) -> None:
    one = assistant(tmp_path)
    saved = one.read_policy(sample())
    assert saved.id is not None
    assert one.recall(saved.id) == saved.report
    rule_id = saved.report.findings[0].rule_id
    one.mark_wrong(saved.id, rule_id)
    assert one.history()[0].wrong == (rule_id,)
    one.unmark_wrong(saved.id, rule_id)
    assert one.history()[0].wrong == ()
    assert one.forget(report_id=saved.id) == 1
    assert one.history() == ()
    with pytest.raises(NotFound):
        one.recall(saved.id)


def test_a_finding_that_is_not_in_the_report_cannot_be_wrong(tmp_path: Path) -> None:
    one = assistant(tmp_path)
    saved = one.read_policy(sample())
    assert saved.id is not None
    with pytest.raises(NotFound):
        one.mark_wrong(saved.id, "policy.no-such-rule")


def test_a_history_of_no_days_keeps_nothing(tmp_path: Path) -> None:
    one = assistant(tmp_path, keep_history_days=0)
    assert one.read_policy(sample()).id is None
    assert not (tmp_path / "data").exists()


def test_a_history_that_cannot_be_written_never_costs_the_report(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    one = assistant(tmp_path, data_dir=tmp_path / "file" / "data")
    saved = one.read_policy(sample())
    assert saved.id is None
    assert saved.report.rating.grade is not None
    assert any(gap.what == "The history" for gap in saved.report.unchecked)


def test_an_unknown_summarizer_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownSummarizer):
        assistant(tmp_path).read_policy(sample(), summarizer="oracle")


def test_an_input_over_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputTooLarge):
        assistant(tmp_path, max_input_bytes=100).read_policy(sample())
