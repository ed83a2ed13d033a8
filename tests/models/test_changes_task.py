"""Task `changes`, end to end on invented versions: what is told, and what twins must not tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.data import BadData
from models.tasks.changes import cosmetic_twin, is_reworded, run

OLD = """# Privacy policy of Invented Ltd

Last updated January 1, 2023. This policy explains what personal information we collect about you.

## What we collect

We collect your name and your email address when you open an account with us; we need them there.
We do not sell your personal information to anyone, and we never will, whatever anybody offers us.

## How long we keep it

We keep your personal information for 30 days after you close your account with our service.
"""
NEW = OLD.replace("30 days", "five years")


def test_a_real_change_is_told_and_a_twin_is_not(tmp_path: Path) -> None:
    pairs = [("a", OLD, NEW), ("b", OLD, cosmetic_twin(OLD)), ("c", OLD, "")]
    file = tmp_path / "pairs.jsonl"
    rows = [{"service": s, "date": "2026", "before": b, "after": a} for s, b, a in pairs]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n")
    result = run(file)
    told, twin, unreadable = result.predictions
    assert told["material"] is True
    assert any("five years" in str(sentence) for sentence in told["sentences"])  # type: ignore[attr-defined]
    assert twin["material"] is False
    assert unreadable["material"] is False
    assert (result.metrics["not_comparable"], result.metrics["twins_silent"]) == (1, 1.0)


def test_a_twin_differs_in_dates_marks_navigation_and_order() -> None:
    twin = cosmetic_twin(OLD)
    assert "January 1, 2023" not in twin
    assert ";" not in twin
    assert twin.startswith("[Home]")


def test_a_text_is_reworded_by_its_words_alone() -> None:
    assert is_reworded(OLD, OLD + "\nWe share your name with advertising companies.\n")
    assert not is_reworded(OLD, OLD.replace("January 1, 2023", "March 5, 2031"))
    assert not is_reworded(OLD, "\n".join(reversed(OLD.splitlines())))


def test_other_fields_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"old": "a"}\n')
    with pytest.raises(BadData, match="before"):
        run(file)
