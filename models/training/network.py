"""The shared encoder with all its heads, as PyTorch trains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from models.training.backbone import WIDTH, Backbone

TAG_SETS = (
    "COLLECT",
    "NOT_COLLECT",
    "SHARE",
    "NOT_SHARE",
    "DATA",
    "DENIED_DATA",
    "RECIPIENT",
    "PURPOSE",
    "RETENTION",
)
"""Each token has one tag of three in every set: outside, begin, inside."""
READER_WIDTH = 192
_HEAD_SEED = 1234


class Reader(nn.Module):  # type: ignore[misc]
    """Finds a question's answer in a passage that was encoded without it.

    One passage is encoded once for all questions; only this small part runs
    again for each.
    """

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.tokens = nn.Linear(WIDTH, READER_WIDTH)
        self.question = nn.Linear(WIDTH, READER_WIDTH)
        self.gate = nn.Linear(WIDTH, READER_WIDTH)
        self.layer = nn.TransformerEncoderLayer(
            READER_WIDTH,
            nhead=6,
            dim_feedforward=2 * READER_WIDTH,
            dropout=dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.norm = nn.LayerNorm(READER_WIDTH)
        self.ends = nn.Linear(READER_WIDTH, 2)
        self.answers = nn.Linear(READER_WIDTH, 1)

    def forward(self, states: Tensor, mask: Tensor, question: Tensor) -> tuple[Tensor, Tensor]:
        """Read each passage for its question.

        Args:
            states: (pairs, tokens, `WIDTH`) of the passages.
            mask: (pairs, tokens), 1 where there is a token.
            question: (pairs, `WIDTH`), pooled states of the questions.

        Returns:
            Logits of start and end (pairs, tokens, 2), and of there being an
            answer (pairs,).
        """
        asked = self.question(question).unsqueeze(1)
        mixed = self.tokens(states)
        mixed = mixed + mixed * torch.tanh(self.gate(question)).unsqueeze(1) + asked
        sequence = torch.cat([asked, mixed], dim=1)
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask], dim=1)
        bias = torch.zeros(seen.shape, dtype=sequence.dtype, device=seen.device)
        bias = bias.masked_fill(seen == 0, -1e4)
        read = self.norm(self.layer(sequence, src_key_padding_mask=bias))
        return self.ends(read[:, 1:]), self.answers(read[:, 0]).squeeze(-1)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Number of labels of each task that scores pooled passages."""

    parts: Mapping[str, int]


class Network(nn.Module):  # type: ignore[misc]
    """Backbone and heads. All seeds start from the same heads, so weights can be averaged."""

    def __init__(self, base: str, rows: Sequence[int], sizes: Sizes, dropout: float) -> None:
        super().__init__()
        self.backbone = Backbone(base, rows, dropout)
        torch.manual_seed(_HEAD_SEED)
        self.parts = nn.ModuleDict(
            {task: nn.Linear(WIDTH, labels) for task, labels in sizes.parts.items()}
        )
        self.tags = nn.Linear(WIDTH, 3 * len(TAG_SETS))
        self.reader = Reader(dropout)
        self.dropout = nn.Dropout(dropout)

    def heads(self) -> list[nn.Parameter]:
        """Parameters outside the encoder."""
        inside = {id(p) for p in self.backbone.parameters()}
        return [p for p in self.parameters() if id(p) not in inside]

    def freeze(self, layers: int) -> None:
        """Keep the embeddings and the lowest layers as they are."""
        if not layers:
            return
        self.backbone.encoder.embeddings.requires_grad_(requires_grad=False)
        for layer in self.backbone.encoder.encoder.layer[:layers]:
            layer.requires_grad_(requires_grad=False)


def mean_of(files: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of several seeds' weights, which began alike (a "model soup").

    Source:
        Wortsman et al., 2022 (arXiv 2203.05482).
    """
    states = [load_file(file) for file in files]
    return {name: torch.stack([s[name].float() for s in states]).mean(0) for name in states[0]}
