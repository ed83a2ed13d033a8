"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.reference import CHECKOUT, DOCS, README, pages


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_made_pages_are_fresh(path: Path) -> None:
    assert path.read_text("utf-8") == pages()[path](), "run `python -m tests.reference`"


@pytest.mark.parametrize("page", [README, *sorted(DOCS.glob("*.md")), CHECKOUT / "CONTRIBUTING.md"])
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
