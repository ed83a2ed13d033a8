"""The small sentence encoder that all tasks share, as PyTorch trains it.

Word embeddings stay frozen: faster, less overfitting, and whoever holds the
base model's table needs no second one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn

WIDTH = 384
"""Width of the base encoder's token states."""


class SlicedDropout(nn.Module):  # type: ignore[misc]
    """Dropout whose masks are slices of one pool of random bits.

    Drawing a fresh mask for each layer is a fifth of the CPU time of training
    a model this small.
    """

    _POOL = 1 << 22

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        keep = (torch.rand(self._POOL) >= rate).float() / (1 - rate)
        self.register_buffer("pool", keep, persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return values
        size = values.numel()
        if size >= self._POOL:
            return nn.functional.dropout(values, self.rate)
        start = random.randrange(self._POOL - size)
        pool: Tensor = self.pool
        return values * pool[start : start + size].view_as(values)


class Backbone(nn.Module):  # type: ignore[misc]
    """The base encoder with the embedding rows of the pruned vocabulary alone."""

    def __init__(self, base: str, rows: Sequence[int], dropout: float) -> None:
        super().__init__()
        encoder = SentenceTransformer(base, device="cpu")[0].auto_model
        table = encoder.embeddings.word_embeddings.weight.data[list(rows)]
        encoder.embeddings.word_embeddings = nn.Embedding.from_pretrained(table, freeze=True)
        encoder.config.vocab_size = len(rows)
        encoder.pooler = None
        # On a CPU, plain attention trains a third faster in bf16 than the fused one.
        encoder.set_attn_implementation("eager")
        shared = SlicedDropout(dropout)
        for parent in encoder.modules():
            for name, child in parent.named_children():
                if isinstance(child, nn.Dropout):
                    inside_attention = type(parent).__name__.endswith("SelfAttention")
                    setattr(parent, name, nn.Dropout(0.0) if inside_attention else shared)
        self.encoder = encoder
        self.dropout = shared

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Token states (batch, tokens, `WIDTH`)."""
        states: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        return states

    def body(self) -> Iterator[nn.Parameter]:
        """The parameters that are trained: all but the word embeddings."""
        table = self.encoder.embeddings.word_embeddings.weight
        return (p for p in self.parameters() if p is not table)


def mean_pool(states: Tensor, mask: Tensor) -> Tensor:
    """Mean of the states whose mask is 1: (batch, `WIDTH`). `mask`: (batch, tokens)."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1)


def pad(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Ids and mask of token sequences: (batch, longest) int64 each."""
    longest = max(map(len, rows))
    ids = torch.zeros((len(rows), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    return ids, mask


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(place: torch.device) -> torch.autocast:
    """bf16 on a GPU and on a CPU with its instructions; without them it is four times slower."""
    fast = place.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(place.type, dtype=torch.bfloat16, enabled=fast)


def schedule(
    optimizer: torch.optim.Optimizer, *, steps: int, warm_up: float
) -> torch.optim.lr_scheduler.LambdaLR:
    """Linear warm-up over a share of the steps, then linear decay to nothing."""
    warm = max(1, int(steps * warm_up))
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
