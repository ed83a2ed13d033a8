"""What the extension costs a page while it loads, beside the same page without it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.shop import REQUESTS, SCRIPTS, Shop
from tests.benchmarks.table import Row
from tests.extension.stage import EXTENSION
from tests.extension.undriven import undriven

LIMIT = "1.02 ×"
_LATENCIES_S = (0.0, 0.03)
_WARM = 4
_SETTLED_S = 1.3
"""The extension writes down what it saw when nothing came for a second."""
_ROUNDS_A_RUN = 8
_QUIET = "chrome.runtime.onMessage.addListener(() => undefined);"
_LISTENING = """import { watchNetwork } from "./src/background/network.js";
const names = ["onAsked", "onSent", "onAnswer", "onRedirect", "onDone", "onFailed"];
watchNetwork(Object.fromEntries(names.map((name) => [name, () => undefined])));"""

PLAIN, WHOLE, CONTENT, NETWORK = "plain", "whole", "content", "network"
NAMES_OF = {
    WHOLE: "with it",
    CONTENT: "with its content scripts alone",
    NETWORK: "with listeners to its requests that do nothing",
}


def extension_rows(*, runs: int) -> Iterator[Row]:
    """The load of one page in browsers with the extension, with parts of it, and without it.

    The first-run choice is made and no service runs. Loads alternate, forwards and backwards, so
    that whatever else the machine does falls on all browsers alike.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measure(Path(folder), runs * _ROUNDS_A_RUN))


async def _measure(folder: Path, rounds: int) -> Sequence[Row]:
    rows: list[Row] = []
    running: dict[str, int] = {}
    async with Shop() as shop:
        with ExitStack() as stack:
            for name, extension in _extensions(folder).items():
                profile = folder / f"{name}-profile"
                browser = stack.enter_context(undriven(profile, extension))
                running[name] = browser.pid
                start = browser.start if extension else browser.start_plain
                await asyncio.to_thread(start, shop.url(name))
                async with asyncio.timeout(60):
                    await shop.ready(name)
            for latency_s in _LATENCIES_S:
                shop.latency_s = latency_s
                rows += _rows(await _loads(shop, running, rounds), latency_s)
    return rows


async def _loads(
    shop: Shop, running: dict[str, int], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of load and of processor time, by browser, one of each a round."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in running}
    order = list(running)
    for number in range(-_WARM, rounds):
        for name in order:
            before = _processor_ms(running[name])
            load = await shop.load(name)
            await asyncio.sleep(_SETTLED_S)
            assert shop.asked == REQUESTS, f"{shop.asked} requests were made"
            if number >= 0:
                took[name].append((load, _processor_ms(running[name]) - before))
        order.reverse()
    return took


def _rows(took: dict[str, list[tuple[float, float]]], latency_s: float) -> Iterator[Row]:
    loads = {name: [load for load, _ in each] for name, each in took.items()}
    work = {name: statistics.median(cpu for _, cpu in each) for name, each in took.items()}
    plain = loads[PLAIN]
    answers = f"answers after {latency_s * 1000:.0f} ms" if latency_s else "answers at once"
    yield Row(
        f"load of {REQUESTS} requests, {SCRIPTS} scripts, {answers}",
        f"{statistics.median(plain):.0f} ms",
        peer=f"{work[PLAIN]:.0f} ms of processor time",
    )
    for name, what in NAMES_OF.items():
        ratio = statistics.median(loads[name]) / statistics.median(plain)
        low, high = _interval(loads[name], plain)
        yield Row(
            f"… {what}",
            f"{ratio:.3f} ×",
            LIMIT if name == WHOLE else "",
            f"{low:.3f} to {high:.3f}, {work[name] - work[PLAIN]:+.0f} ms of processor time",
        )


def _interval(ours: Sequence[float], plain: Sequence[float]) -> tuple[float, float]:
    """Where the ratio of the medians lies in 19 of 20 draws of the rounds (bootstrap)."""
    chosen = random.Random(1)
    rounds = range(len(plain))
    ratios = []
    for _ in range(2_000):
        drawn = chosen.choices(rounds, k=len(rounds))
        ratios.append(
            statistics.median(ours[n] for n in drawn) / statistics.median(plain[n] for n in drawn)
        )
    ratios.sort()
    return ratios[50], ratios[-51]


def _extensions(folder: Path) -> dict[str, Path | None]:
    """The extension, and two that have only parts of it."""
    made: dict[str, Path | None] = {PLAIN: None}
    for name, worker in {WHOLE: None, CONTENT: _QUIET, NETWORK: _LISTENING}.items():
        made[name] = copy = folder / name
        ignored = shutil.ignore_patterns("node_modules")
        shutil.copytree(EXTENSION, copy, ignore=ignored)
        if worker is None:
            continue
        (copy / "worker.js").write_text(worker, "utf-8")
        manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
        manifest["background"] = {"service_worker": "worker.js", "type": "module"}
        if name == CONTENT:
            manifest["permissions"].remove("webRequest")
        else:
            del manifest["content_scripts"]
        (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return made


def _processor_ms(root: int) -> float:
    """Processor time of a process and of all that it started and that still run."""
    parents, used = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        number = int(file.parent.name)
        parents[number], used[number] = int(fields[1]), int(fields[11]) + int(fields[12])
    family = {root}
    while more := {n for n, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(number, 0) for number in family) * 1000 / os.sysconf("SC_CLK_TCK")
