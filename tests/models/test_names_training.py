"""The invented lines that the model of names learns from: the same from a seed, labels in place."""

from __future__ import annotations

import pytest

pytest.importorskip("faker")

from assistant.photo.seeing.names import tokenize
from models.training.names import as_shipped, count, runs
from models.training.names_lines import HELD, SEEN, NamedLine, lists, make_lines
from models.training.release import MODELS

LOCALES = ("en_GB", "de_DE", "pl_PL")


def lines(seed: int = 5, shapes: str = "seen") -> list[NamedLine]:
    return make_lines(400, seed, locales=LOCALES, shapes=shapes)


def test_lines_follow_from_the_seed() -> None:
    assert lines() == lines()
    assert lines() != lines(6)


def test_labels_stand_on_whole_words_that_begin_and_end_a_name() -> None:
    named = [line for line in lines() if line.names]
    assert len(named) > 100
    for line in named:
        starts = {token.start for token in tokenize(line.text)}
        ends = {token.end for token in tokenize(line.text)}
        for start, end in line.names:
            said = line.text[start:end]
            assert said == said.strip() and said[0].isalpha()
            assert start in starts
            assert end in ends or line.text[end - 1] in ".-'"
        assert len(runs(line)) == len(line.names)


def test_titles_and_cues_are_outside_of_the_label() -> None:
    cued = [line for line in lines() if line.text.startswith(("Dear ", "Passenger: ", "c/o "))]
    named = [line for line in cued if line.names]
    assert named
    assert all(line.names[0][0] >= len("c/o ") for line in named)


def test_near_misses_have_no_label() -> None:
    streets = [line for line in lines() if "straße" in line.text.lower() or "ROAD" in line.text]
    assert streets
    assert not any(line.names for line in streets if line.text.startswith("VIA"))
    assert any(not line.names for line in lines())


def test_what_is_held_out_is_never_trained_on() -> None:
    assert not set(SEEN) & set(HELD)
    shapes = lists()
    assert not set(shapes.templates["seen"]) & set(shapes.templates["held"])
    assert not set(shapes.named_after["seen"]) & set(shapes.named_after["held"])
    seen = {line.text for line in lines(7)}
    assert not any(text.startswith(("Cc: ", "Attn: ", "Cardholder ")) for text in seen)
    held = {line.text for line in lines(7, "held")}
    assert any(text.startswith(("Cc: ", "Attn: ", "Cardholder ")) for text in held)


def test_a_name_counts_only_from_its_first_to_its_last_word() -> None:
    line = NamedLine("To: Ada Mary Example", ((4, 20),))
    assert runs(line) == [(2, 5)]
    assert count([line], [[(2, 5)]]).right == 1
    assert count([line], [[(2, 4)]]).right == 0
    empty = NamedLine("Open daily", ())
    alarm = count([empty], [[(0, 2)]])
    assert (alarm.alarms, alarm.empty, alarm.precision) == (1, 1, 0)


def test_the_shipped_model_does_on_new_lines_what_its_card_says() -> None:
    found = as_shipped(make_lines(600, 3, locales=("en_IE", "sv_SE"), shapes="held"), MODELS)
    assert found.precision > 0.9
    assert found.recall > 0.6
