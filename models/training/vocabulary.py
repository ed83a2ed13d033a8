"""Shrink a WordPiece tokenizer to the pieces that legal texts use.

Half of a small encoder is its word embeddings. Pieces that policies never use
are dropped before fine-tuning, so that training and use see the same tokens;
words made of dropped pieces fall apart into smaller ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer

_BATCH = 256


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(texts)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def count_pieces(tokenizer_file: Path, texts: Iterable[str]) -> Counter[int]:
    """Count how often each piece occurs, special tokens and truncation aside."""
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    counts: Counter[int] = Counter()
    for batch in _batches(texts):
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def prune(
    tokenizer_file: Path, counts: Counter[int], *, min_count: int, max_tokens: int
) -> tuple[str, list[int]]:
    """Keep the frequent pieces, the special ones and every ASCII character.

    Args:
        tokenizer_file: A `tokenizer.json` with a WordPiece model.
        counts: Occurrences by the id of the full vocabulary.
        min_count: Rarest piece that stays.
        max_tokens: Truncation written into the new tokenizer.

    Returns:
        The new `tokenizer.json`, and for each new id the old one: the rows of
        the embedding table to keep, in order.

    Raises:
        ValueError: The tokenizer's model is not WordPiece.
    """
    config = json.loads(tokenizer_file.read_text(encoding="utf-8"))
    if config["model"]["type"] != "WordPiece":
        raise ValueError("only WordPiece vocabularies can be pruned")
    special = {entry["id"] for entry in config["added_tokens"]}
    vocabulary: dict[str, int] = config["model"]["vocab"]
    kept = [
        (piece, old)
        for piece, old in sorted(vocabulary.items(), key=lambda item: item[1])
        if old in special or counts[old] >= min_count or _is_ascii_character(piece)
    ]
    config["model"]["vocab"] = {piece: new for new, (piece, _) in enumerate(kept)}
    _renumber_special(config, config["model"]["vocab"])
    config["truncation"] = {
        "direction": "Right",
        "max_length": max_tokens,
        "strategy": "LongestFirst",
        "stride": 0,
    }
    config["padding"] = None
    rows: Sequence[int] = [old for _, old in kept]
    return json.dumps(config, ensure_ascii=False, separators=(",", ":")), list(rows)


def _is_ascii_character(piece: str) -> bool:
    character = piece.removeprefix("##")
    return len(character) == 1 and character.isascii()


def _renumber_special(config: dict[str, object], vocabulary: dict[str, int]) -> None:
    """Point every place that repeats a special token's id at its new id."""
    tokens = config["added_tokens"]
    assert isinstance(tokens, list)
    config["added_tokens"] = [
        {**entry, "id": vocabulary[entry["content"]]}
        for entry in tokens
        if entry["content"] in vocabulary
    ]
    processor = config.get("post_processor")
    if not isinstance(processor, dict):
        return
    if processor["type"] == "TemplateProcessing":
        for token in processor["special_tokens"].values():
            token["ids"] = [vocabulary[name] for name in token["tokens"]]
    else:
        for side in ("sep", "cls"):
            name = processor[side][0]
            processor[side] = [name, vocabulary[name]]
