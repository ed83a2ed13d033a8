"""How fast and how large the language layer is: `python -m models.speed`.

Prints one JSON object. Runs in a process of its own, so that memory and cold
start are those of the language layer alone.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

WORDS = 4_000
_RUNS = 5
_SENTENCE = (
    "We may share your name, e-mail address and approximate location with advertising partners "
    "number {} so that they can show you offers, unless you object in your account settings. "
)


def passages(words: int = WORDS, each: int = 80) -> list[str]:
    """Invented segments of a policy, `words` in all."""
    sentences = [_SENTENCE.format(i) for i in range(words // len(_SENTENCE.split()) + 1)]
    text = "".join(sentences).split()[:words]
    return [" ".join(text[start : start + each]) for start in range(0, words, each)]


def measure() -> dict[str, float]:
    """Seconds and megabytes, in this process, on one thread.

    Returns:
        `cold_s` from import to the first scores of all heads, `warm_s` for
        4,000 words through all heads, `encoder_s` of them in the encoder,
        `memory_mb` resident at the end.
    """
    started = time.perf_counter()
    from models.shipped import Shipped

    models = Shipped(threads=1)
    encoder = models.encoder()
    heads = [
        models.classifier(name)
        for name in ("practices", "attributes", "transparency", "clauses", "cases")
    ]
    tagger, reader = models.tagger(), models.reader(encoder)

    def read(texts: list[str]) -> float:
        before = time.perf_counter()
        encoded = encoder.encode(texts)
        inside = time.perf_counter() - before
        for head in heads:
            head.classify([text.whole() for text in encoded])
        tagger.tag(encoded)
        reader.read("Do you share my location with advertisers?", encoded)
        return inside

    read(passages(80))
    cold = time.perf_counter() - started
    texts = passages()
    whole, inside = [], []
    for _ in range(_RUNS):
        before = time.perf_counter()
        inside.append(read(texts))
        whole.append(time.perf_counter() - before)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
    return {
        "cold_s": round(cold, 2),
        "warm_s": round(statistics.median(whole), 3),
        "encoder_s": round(statistics.median(inside), 3),
        "memory_mb": round(kilobytes / 1024),
    }


def measure_apart() -> dict[str, float]:
    """`measure` in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "models.speed"],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    print(json.dumps(measure()))
