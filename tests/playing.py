"""One Playwright for the whole run: a second one in the same thread would refuse to start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Playwright, expect, sync_playwright

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

_held: list[Playwright] = []


@contextmanager
def playing() -> Iterator[Playwright]:
    """Start Playwright, or lend the one that an outer block has started."""
    if _held:
        yield _held[0]
        return
    with sync_playwright() as playwright:
        _held.append(playwright)
        try:
            yield playwright
        finally:
            _held.clear()
