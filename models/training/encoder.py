"""Fine-tune a small sentence encoder as a multi-label classifier.

Mean pooling, one linear head, binary cross-entropy. Word embeddings stay
frozen: faster, less overfitting, and several tasks can share one table.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch import Tensor, nn

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FineTuning:
    """What decides the result of a run, besides the data and the base model."""

    epochs: int = 8
    batch: int = 16
    max_tokens: int = 256
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warm_up: float = 0.1
    clip: float = 1.0
    dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts and their labels: (texts, labels) float32 in [0, 1]."""

    texts: Sequence[str]
    targets: Scores


class SlicedDropout(nn.Module):  # type: ignore[misc]
    """Dropout whose masks are slices of one pool of random bits.

    Drawing a fresh mask for each layer is a fifth of the CPU time of training
    a model this small.
    """

    _POOL = 1 << 22

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        keep = (torch.rand(self._POOL) >= rate).to(torch.bfloat16) / (1 - rate)
        self.register_buffer("pool", keep, persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return values
        size = values.numel()
        start = random.randrange(self._POOL - size) if size < self._POOL else 0
        if size >= self._POOL:
            return nn.functional.dropout(values, self.rate)
        pool: Tensor = self.pool
        return values * pool[start : start + size].view_as(values).to(values.dtype)


class TextClassifier(nn.Module):  # type: ignore[misc]
    """An encoder and a linear head; the forward pass gives logits (batch, labels)."""

    def __init__(self, base: str, rows: Sequence[int], labels: int, dropout: float) -> None:
        """Take the base encoder with only the embedding `rows` of the pruned vocabulary."""
        super().__init__()
        transformer = SentenceTransformer(base, device="cpu")[0]
        encoder = transformer.auto_model
        table = encoder.embeddings.word_embeddings.weight.data[list(rows)]
        encoder.embeddings.word_embeddings = nn.Embedding.from_pretrained(table, freeze=True)
        encoder.config.vocab_size = len(rows)
        encoder.pooler = None
        encoder.set_attn_implementation("eager")
        shared = SlicedDropout(dropout)
        for parent in encoder.modules():
            for name, child in parent.named_children():
                if isinstance(child, nn.Dropout):
                    inside_attention = type(parent).__name__.endswith("SelfAttention")
                    setattr(parent, name, nn.Dropout(0.0) if inside_attention else shared)
        self.encoder = encoder
        self.dropout = shared
        self.head = nn.Linear(encoder.config.hidden_size, labels)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        logits: Tensor = self.head(self.dropout(pooled))
        return logits


class Batches:
    """Tokenised texts, served in batches of similar length."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        self.ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]

    def shuffled(self, size: int, chance: random.Random) -> Iterator[list[int]]:
        """Batches of neighbours in length with some noise, in random order."""
        order = sorted(
            range(len(self.ids)), key=lambda i: len(self.ids[i]) * chance.uniform(0.9, 1.1)
        )
        batches = [order[i : i + size] for i in range(0, len(order), size)]
        chance.shuffle(batches)
        yield from batches

    def sorted(self, size: int) -> Iterator[list[int]]:
        order = sorted(range(len(self.ids)), key=lambda i: len(self.ids[i]))
        yield from (order[i : i + size] for i in range(0, len(order), size))

    def tensors(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Padded ids and mask of some texts: (batch, longest) int64 each."""
        longest = max(len(self.ids[i]) for i in indices)
        ids = torch.zeros((len(indices), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, i in enumerate(indices):
            ids[row, : len(self.ids[i])] = torch.tensor(self.ids[i])
            mask[row, : len(self.ids[i])] = 1
        return ids, mask


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def logits(model: TextClassifier, batches: Batches, size: int = 32) -> Scores:
    """Score all texts in float32: (texts, labels)."""
    place = next(model.head.parameters()).device
    model.eval()
    out = np.zeros((len(batches.ids), model.head.out_features), dtype=np.float32)
    with torch.inference_mode():
        for indices in batches.sorted(size):
            ids, mask = batches.tensors(indices)
            out[indices] = model(ids.to(place), mask.to(place)).float().cpu().numpy()
    return out


def fine_tune(
    model: TextClassifier,
    train: Batches,
    targets: Scores,
    config: FineTuning,
    *,
    seed: int,
    after_epoch: Callable[[int, float], None],
) -> None:
    """Train in place. The seed decides order and dropout; the head's start is the model's own.

    Args:
        targets: (texts, labels) float32 in [0, 1].
        after_epoch: Told the epoch from 1 and its seconds.
    """
    torch.manual_seed(seed)
    random.seed(seed)
    chance = random.Random(seed)
    place = device()
    model.to(place)
    gold = torch.from_numpy(targets)
    frozen = {
        id(model.encoder.embeddings.word_embeddings.weight),
        *map(id, model.head.parameters()),
    }
    body = [p for p in model.parameters() if id(p) not in frozen]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "lr": config.encoder_rate},
            {"params": list(model.head.parameters()), "lr": config.head_rate},
        ],
        weight_decay=config.weight_decay,
        fused=True,
    )
    steps = config.epochs * -(-len(train.ids) // config.batch)
    warm = max(1, int(steps * config.warm_up))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    loss_of = nn.BCEWithLogitsLoss()
    for epoch in range(1, config.epochs + 1):
        model.train()
        started = time.perf_counter()
        for indices in train.shuffled(config.batch, chance):
            ids, mask = train.tensors(indices)
            with torch.autocast(place.type, dtype=torch.bfloat16):
                predicted = model(ids.to(place), mask.to(place))
            loss = loss_of(predicted.float(), gold[indices].to(place))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(body, config.clip)
            optimizer.step()
            schedule.step()
        after_epoch(epoch, time.perf_counter() - started)
