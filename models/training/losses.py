"""The losses of joint training, one method a kind of label."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from models.corpora.windows import Span, Window
from models.training.backbone import mean_pool, pad, precision
from models.training.base import Base
from models.training.material import PART_TASKS, Material
from models.training.network import TAG_SETS, Network

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result, besides the data, the start and the seed.

    Attributes:
        batch_tokens: Padded tokens of a batch, at most.
        repeats: How often a corpus is read in one epoch.
        untagged: Share of windows without an unfair clause that an epoch reads.
        frozen_layers: Lowest layers that stay as they are.
        asked: Questions with an answer, and as many without, that a segment is asked.
        weights: Of each loss.
    """

    epochs: int = 3
    batch_tokens: int = 2_560
    encoder_rate: float = 1.5e-4
    head_rate: float = 2e-3
    weight_decay: float = 0.01
    warm_up: float = 0.08
    clip: float = 1.0
    dropout: float = 0.1
    frozen_layers: int = 2
    opp115_repeats: int = 2
    piextract_repeats: int = 4
    untagged: float = 0.4
    asked: int = 1
    practices: float = 0.4
    attributes: float = 0.06
    gdpr: float = 1.0
    unfair: float = 0.8
    cases: float = 0.4
    tags: float = 4.0
    span: float = 0.5
    answerable: float = 0.5


@dataclass(frozen=True, slots=True)
class Read:
    """A window as the encoder reads it: ids, and each token's characters."""

    window: Window
    ids: list[int]
    offsets: list[Span]

    def tokens(self, span: Span) -> tuple[int, int] | None:
        """First and last token that overlap a span of characters; None where none was read."""
        start, end = span
        inside = [i for i, (a, b) in enumerate(self.offsets) if a < end and b > start and a < b]
        return (inside[0], inside[-1]) if inside else None


def tokenize(tokenizer: Tokenizer, windows: Sequence[Window]) -> list[Read]:
    encodings = tokenizer.encode_batch([window.text for window in windows])
    return [Read(w, e.ids, e.offsets) for w, e in zip(windows, encodings, strict=True)]


class Losses:
    """The losses of a batch, one method a kind of label."""

    def __init__(self, network: Network, material: Material, recipe: Recipe, base: Base) -> None:
        self.network = network
        self.material = material
        self.recipe = recipe
        self.tokenizer = base.tokenizer
        counts = Counter(
            kind for window in material.splits["opp115"].train for kind in window.answers
        )
        self.kinds = list(counts)
        self.odds = [counts[kind] ** 0.5 for kind in self.kinds]

    def of(self, batch: Sequence[Read], chance: random.Random) -> Tensor:
        """The weighted sum of all losses, a mean over the batch."""
        ids, mask = pad([read.ids for read in batch])
        place = next(self.network.parameters()).device
        ids, mask = ids.to(place), mask.to(place)
        with precision(place):
            states = self.network.backbone(ids, mask)
        states = states.float()
        loss = self.parts(batch, states) + self.soft(batch, states, mask) + self.tags(batch, states)
        loss = loss + self.questions(batch, states, mask, chance)
        return loss / len(batch)

    def parts(self, batch: Sequence[Read], states: Tensor) -> Tensor:
        """Multi-label losses of pooled passages."""
        total = states.new_zeros(())
        for task in PART_TASKS:
            pooled, gold, weight = [], [], []
            head = self.network.parts[task]
            for row, read in enumerate(batch):
                of_task = [p for p in read.window.parts if p.task == task]
                for part in of_task:
                    if task == "practices":
                        found: tuple[int, int] | None = (0, len(read.ids) - 1)
                    else:
                        found = read.tokens(part.span)
                    if found is None:
                        continue
                    pooled.append(states[row, found[0] : found[1] + 1].mean(0))
                    target = torch.zeros(head.out_features)
                    target[list(part.labels)] = 1
                    weighed = torch.ones(head.out_features)
                    weighed[list(part.denied)] = 3.0
                    gold.append(target)
                    weight.append(weighed / len(of_task) ** 0.5)
            if pooled:
                scores = head(self.network.dropout(torch.stack(pooled)))
                total = total + getattr(self.recipe, task) * (
                    nn.functional.binary_cross_entropy_with_logits(
                        scores,
                        torch.stack(gold).to(scores.device),
                        weight=torch.stack(weight).to(scores.device),
                        reduction="sum",
                    )
                )
        return total

    def soft(self, batch: Sequence[Read], states: Tensor, mask: Tensor) -> Tensor:
        """Attribute values of whole segments, from annotators' votes."""
        rows = [i for i, read in enumerate(batch) if "attributes" in read.window.soft]
        if not rows:
            return states.new_zeros(())
        head = self.network.parts["attributes"]
        gold = torch.zeros((len(rows), head.out_features))
        for i, row in enumerate(rows):
            for label, share in batch[row].window.soft["attributes"].items():
                gold[i, label] = share
        scores = head(self.network.dropout(mean_pool(states[rows], mask[rows])))
        return self.recipe.attributes * nn.functional.binary_cross_entropy_with_logits(
            scores, gold.to(scores.device), reduction="sum"
        )

    def tags(self, batch: Sequence[Read], states: Tensor) -> Tensor:
        """Cross-entropy of token tags, over the sets that a window was annotated with."""
        rows = [i for i, read in enumerate(batch) if read.window.tags]
        if not rows:
            return states.new_zeros(())
        width = states.shape[1]
        gold = torch.full((len(rows), width, len(TAG_SETS)), IGNORED)
        for i, row in enumerate(rows):
            read = batch[row]
            for column, name in enumerate(TAG_SETS):
                if name not in read.window.tags:
                    continue
                gold[i, 1 : len(read.ids) - 1, column] = 0
                for span in read.window.tags[name]:
                    if found := read.tokens(span):
                        gold[i, found[0] : found[1] + 1, column] = 2
                        gold[i, found[0], column] = 1
        scores = self.network.tags(self.network.dropout(states[rows]))
        each = nn.functional.cross_entropy(
            scores.view(-1, 3),
            gold.to(scores.device).view(-1),
            ignore_index=IGNORED,
            reduction="none",
        ).view(len(rows), width, len(TAG_SETS))
        lengths = torch.tensor([len(batch[row].ids) for row in rows], device=scores.device)
        return self.recipe.tags * (each.sum((1, 2)) / lengths).sum()

    def questions(
        self, batch: Sequence[Read], states: Tensor, mask: Tensor, chance: random.Random
    ) -> Tensor:
        """Spans of answers, and whether there is one."""
        rows = [i for i, read in enumerate(batch) if "attributes" in read.window.soft]
        if not rows:
            return states.new_zeros(())
        pairs: list[tuple[int, str]] = []
        for row in rows:
            present = sorted(batch[row].window.answers)
            pairs += [
                (row, kind) for kind in chance.sample(present, min(len(present), self.recipe.asked))
            ]
        pool = sorted({kind for _, kind in pairs} | set(self._draw(8, chance)))
        for row in rows:
            absent = [kind for kind in pool if kind not in batch[row].window.answers]
            pairs += [
                (row, kind) for kind in chance.sample(absent, min(len(absent), self.recipe.asked))
            ]
        asked = sorted({kind for _, kind in pairs})
        texts = [chance.choice(self.material.questions[kind]) for kind in asked]
        ids, seen = pad([e.ids for e in self.tokenizer.encode_batch_fast(texts)])
        ids, seen = ids.to(states.device), seen.to(states.device)
        with precision(states.device), torch.no_grad():
            pooled = mean_pool(self.network.backbone(ids, seen), seen)
        which = torch.tensor([asked.index(kind) for _, kind in pairs], device=states.device)
        where = torch.tensor([row for row, _ in pairs], device=states.device)
        # The reader gets the words alone, without the two special tokens.
        inside = torch.cat([mask[:, 2:], torch.zeros_like(mask[:, :1])], dim=1)[where]
        ends, answerable = self.network.reader(
            self.network.dropout(states[where, 1:]), inside, pooled.float()[which]
        )
        there = torch.zeros(len(pairs))
        span_loss = states.new_zeros(())
        logs = ends.masked_fill(inside.unsqueeze(-1) == 0, -1e4).log_softmax(1)
        for place, (row, kind) in enumerate(pairs):
            spans = batch[row].window.answers.get(kind, ())
            if not spans:
                continue
            there[place] = 1
            found = [tokens for span in spans if (tokens := batch[row].tokens(span))]
            if found:
                starts, stops = torch.tensor(found, device=states.device).T - 1
                likely = logs[place, starts, 0] + logs[place, stops, 1]
                span_loss = span_loss - torch.logsumexp(likely, 0)
        present = nn.functional.binary_cross_entropy_with_logits(
            answerable, there.to(states.device), reduction="sum"
        )
        return self.recipe.span * span_loss + self.recipe.answerable * present

    def _draw(self, number: int, chance: random.Random) -> list[str]:
        return chance.choices(self.kinds, weights=self.odds, k=number)
