"""`site` on the command line: a record, a page on loopback, hosts, and bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.site.recording import HERE
from tests.servers import Response, Server, page
from tests.site.planted import clean_page, planted_page

POLICY = """<p>We collect your name, your email address and your orders when you buy a lamp.</p>
<p>We use your information to send you what you ordered and to answer your questions.</p>
<p>We never share your personal information with advertisers.</p>
<p>You can ask us to delete your personal data at any time by writing to us.</p>
<h2>How long we keep it</h2><p>We keep the data of an order for ten years, as the law asks of every
shop, and delete everything else within thirty days after you close your account.</p>
<h2>Who to ask</h2><p>If you have questions about this policy or about your personal information,
write to our data protection officer at the address in the imprint. You also have the right to
complain to the data protection authority of the country that you live in.</p>"""
RECORD = HERE / "news-before-consent" / "observation.json"


def site(*arguments: str, stdin: bytes = b"", tmp_path: Path) -> subprocess.CompletedProcess[bytes]:
    """The real command, as a person runs it."""
    environment = {
        **os.environ,
        "PRIVACY_ASSISTANT_DATA_DIR": str(tmp_path / "data"),
        "PRIVACY_ASSISTANT_SETTINGS": str(tmp_path / "settings.toml"),
        "PRIVACY_ASSISTANT_FETCH_ALLOW_ADDRESSES": "127.0.0.1",
    }
    return subprocess.run(
        [sys.executable, "-m", "assistant", "site", *arguments],
        input=stdin,
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )


def test_a_record_is_rated_and_the_next_report_tells_what_changed(tmp_path: Path) -> None:
    first = site("--observation", str(RECORD), "--json", tmp_path=tmp_path)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert (report["kind"], report["rating"]["grade"]) == ("site", "C")
    assert report["subject"]["name"] == "news.example"
    assert report["details"]["changes"] is None
    assert {o["name"] for o in report["details"]["owners"]} >= {"Facebook", "Hotjar"}

    fewer = json.loads(RECORD.read_bytes())
    for visit in fewer["visits"]:
        for events in ("requests", "listeners", "calls", "cookies"):
            visit[events] = [e for e in visit[events] if "hotjar" not in json.dumps(e)]
    second = site(
        "--observation", "-", "--json", stdin=json.dumps(fewer).encode(), tmp_path=tmp_path
    )
    changes = json.loads(second.stdout)["details"]["changes"]
    assert changes["gone_owners"] == ["Hotjar"]
    assert changes["gone_practices"] == ["site.session-replay"]
    assert changes["grade_before"] == "C"


def test_a_page_on_loopback_is_looked_at_as_served_with_its_policy(tmp_path: Path) -> None:
    policy = f"<!doctype html><title>Privacy policy</title><body><h1>Privacy policy</h1>{POLICY}"
    with Server({"/": page(planted_page()), "/privacy": page(policy)}) as server:
        done = site(server.url("/"), "--json", "--no-history", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    present = {f["rule_id"] for f in report["findings"] if f["outcome"] == "present"}
    assert {"site.ad-trackers", "site.analytics", "site.no-https"} <= present
    assert "site.contradicts-no-advertisers" in present
    assert report["details"]["observer"] == "served"
    assert report["details"]["policy"]["source"] == server.url("/privacy")
    assert "What scripts load and do" in {gap["what"] for gap in report["unchecked"]}
    contradiction = report["details"]["contradictions"][0]
    text = report["details"]["policy"]["text"]
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in contradiction["said"])


def test_the_report_for_people_says_what_matters_first(tmp_path: Path) -> None:
    done = site("--observation", str(RECORD), "--fail-on", "high", tmp_path=tmp_path)
    lines = [line for line in done.stdout.decode().splitlines() if line.strip()]
    assert done.returncode == 3
    assert lines[0].startswith("After you reject tracking, the site still contacts")
    assert "Grade C" in done.stdout.decode()


def test_a_clean_page_as_served_is_not_called_safe(tmp_path: Path) -> None:
    with Server({"/": page(clean_page())}) as server:
        done = site(server.url("/"), "--no-history", tmp_path=tmp_path)
    assert done.returncode == 0
    assert b"not the same as safe" in done.stdout


def test_hosts_are_identified_in_order(tmp_path: Path) -> None:
    hosts = "www.google-analytics.com\nnobody.example\n\nhttps://Connect.Facebook.net/x\n\xff\n"
    done = site("--identify", stdin=hosts.encode("latin-1"), tmp_path=tmp_path)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert rows[:2] == [
        {
            "host": "www.google-analytics.com",
            "registrable_domain": "google-analytics.com",
            "owner": "Google",
            "category": "analytics",
        },
        {
            "host": "nobody.example",
            "registrable_domain": "nobody.example",
            "owner": None,
            "category": None,
        },
    ]
    assert rows[2]["owner"] == "Meta"
    assert len(rows) == 4
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", b"empty"),
        (b"{}", b"version"),
        (b'{"version": 9}', b"version"),
        (b"[" * 100_000, b""),
        (b"\x00\xff", b""),
    ],
)
def test_a_record_that_is_none_gets_one_clear_line(
    content: bytes, words: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "visit.json"
    file.write_bytes(content)
    done = site("--observation", str(file), tmp_path=tmp_path)
    assert done.returncode == 1
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("https://a.example", "--identify"),
        ("https://a.example", "--observation", "x.json"),
        ("--observation", "x.json", "--browser"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert site(*arguments, tmp_path=tmp_path).returncode == 2


def test_a_file_that_is_missing_says_so(tmp_path: Path) -> None:
    folder = site("--observation", str(tmp_path), tmp_path=tmp_path)
    assert folder.returncode == 1
    assert b"folder" in folder.stderr
    assert b"policy" not in folder.stderr

    done = site("--observation", str(tmp_path / "none.json"), tmp_path=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


PLANTED = """<!doctype html><title>Join</title><body><form action="/join" method="post">
<input type="email" name="mail"><button>Join</button></form>
<script src="http://localhost:{port}/watch.js"></script>"""
WATCHER = """
document.querySelector("[name=mail]").addEventListener("change", (event) => {
  navigator.sendBeacon("/taken", btoa(event.target.value));
});
const canvas = document.createElement("canvas");
canvas.getContext("2d").fillText("Sphinx of black quartz", 2, 12);
canvas.toDataURL();
"""


@pytest.mark.browser
def test_a_page_on_loopback_is_looked_at_in_a_browser_of_its_own(tmp_path: Path) -> None:
    with Server({}) as server:
        server.answers["/"] = page(PLANTED.format(port=server.port))
        code = WATCHER.replace('"/taken"', f'"http://localhost:{server.port}/taken"')
        server.answers["/watch.js"] = Response(
            code.encode(), headers={"Content-Type": "text/javascript"}
        )
        done = site(server.url("/"), "--browser", "--json", "--no-history", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    present = {f["rule_id"] for f in report["findings"] if f["outcome"] == "present"}
    assert {"site.capture-before-submit", "site.canvas-fingerprinting"} <= present
    assert report["rating"]["grade"] in ("D", "F")
    assert report["details"]["observer"] == "browser"
    (leak,) = [c for c in report["details"]["capture"] if c["kind"] == "site.capture-before-submit"]
    assert (leak["owner"], leak["field"], leak["encodings"]) == ("localhost", "email", ["base64"])
