"""Loads the tables of the site job in a process of its own and prints what that took, as JSON."""

from __future__ import annotations

import json
import time
from pathlib import Path


def main() -> None:
    import assistant.knowledge
    import assistant.report  # noqa: F401

    before = _resident_mb()
    start = time.perf_counter()
    from assistant.site.who.owners import owner_table

    owner_table()
    owners = time.perf_counter() - start
    from assistant.site.who.domains import registrable_domain

    registrable_domain("www.google-analytics.com")
    suffixes = time.perf_counter() - start - owners
    told = {"owners_ms": owners * 1000, "suffixes_ms": suffixes * 1000}
    print(json.dumps(told | {"mb": _resident_mb() - before}))


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) / 1024


if __name__ == "__main__":
    main()
