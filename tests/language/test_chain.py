"""Tags decided together: against the brute force over every way to tag a short text."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from assistant.language.chain import Chain, Stretch, runs
from assistant.language.protocols import Scores

WORDS = 4


def chain_and_logits(seed: int) -> tuple[Chain, Scores]:
    chance = np.random.default_rng(seed)
    chain = Chain(
        chance.normal(size=(1, 3)).astype(np.float32),
        chance.normal(size=(1, 3, 3)).astype(np.float32),
    )
    return chain, chance.normal(size=(WORDS, 1, 3)).astype(np.float32) * 2


def worth(chain: Chain, logits: Scores, tags: tuple[int, ...]) -> float:
    total = chain.starts[0, tags[0]] + logits[0, 0, tags[0]]
    for at in range(1, len(tags)):
        total += chain.steps[0, tags[at - 1], tags[at]] + logits[at, 0, tags[at]]
    return float(total)


@pytest.mark.parametrize("seed", range(20))
def test_the_best_tags_and_their_probabilities_are_those_of_all_ways(seed: int) -> None:
    chain, logits = chain_and_logits(seed)
    ways = {tags: worth(chain, logits, tags) for tags in product(range(3), repeat=WORDS)}
    best = max(ways, key=lambda tags: ways[tags])
    everything = sum(np.exp(value) for value in ways.values())
    [found] = chain.read([logits])
    assert [(each.first, each.last) for each in found] == runs(best)
    for each in found:
        opened = best[each.first]
        same = sum(
            np.exp(value)
            for tags, value in ways.items()
            if tags[each.first] == opened
            and all(tag == 2 for tag in tags[each.first + 1 : each.last])
            and (each.last == WORDS or tags[each.last] != 2)
        )
        assert each.probability == pytest.approx(same / everything, rel=1e-4)


def test_texts_of_other_lengths_beside_it_change_nothing() -> None:
    chain, logits = chain_and_logits(3)
    alone = chain.read([logits])[0]
    assert alone
    beside = chain.read([np.tile(logits, (3, 1, 1)), logits, logits[:1], logits[:0]])
    assert beside[1] == alone
    assert beside[3] == []
    assert chain.read([]) == []


def test_stretches_begin_go_on_and_end() -> None:
    assert runs([1, 2, 1, 0, 2, 2, 0, 1]) == [(0, 2), (2, 3), (4, 6), (7, 8)]
    assert runs([0, 0]) == []


def test_a_begin_that_no_step_leads_to_is_not_taken() -> None:
    steps = np.zeros((1, 3, 3), np.float32)
    steps[0, 0, 1:] = -50
    likely = np.tile(np.array([0, 3, 0], np.float32), (3, 1, 1))
    likely[0] = [9, 0, 0]
    assert Chain(np.zeros((1, 3), np.float32), steps).read([likely]) == [[]]
    [found] = Chain(np.zeros((1, 3), np.float32), np.zeros_like(steps)).read([likely])
    assert [Stretch(0, each.first, each.last, each.probability) for each in found] == found
    assert [(each.first, each.last) for each in found] == [(1, 2), (2, 3)]
