import json
from collections import Counter
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from models.training.vocabulary import count_pieces, prune

PIECES = ["[PAD]", "unused", "[UNK]", "[CLS]", "[SEP]", "we", "sell", "data", "rare", "r"]
PIECES += ["##a", "##r", "##e", "é"]


@pytest.fixture
def tokenizer_file(tmp_path: Path) -> Path:
    vocabulary = {piece: number for number, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 3), ("[SEP]", 4)]
    )
    file = tmp_path / "tokenizer.json"
    tokenizer.save(str(file))
    return file


def test_frequent_pieces_special_ones_and_characters_stay(tokenizer_file: Path) -> None:
    counts = count_pieces(tokenizer_file, ["we sell data", "we sell", "rare é"])
    text, rows = prune(tokenizer_file, counts, min_count=2, max_tokens=6)
    kept = json.loads(text)["model"]["vocab"]
    assert [PIECES[row] for row in rows] == list(kept)
    assert set(kept) == {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "we", "sell", "r", "##a", "##r", "##e"}


def test_dropped_words_fall_apart_and_special_tokens_move_along(tokenizer_file: Path) -> None:
    counts = Counter({PIECES.index("we"): 5, PIECES.index("sell"): 5})
    text, _ = prune(tokenizer_file, counts, min_count=2, max_tokens=6)
    tokenizer = Tokenizer.from_str(text)
    encoding = tokenizer.encode("we sell rare")
    assert encoding.tokens == ["[CLS]", "we", "sell", "r", "##a", "[SEP]"]
    assert encoding.ids == [tokenizer.token_to_id(token) for token in encoding.tokens]


def test_other_kinds_of_vocabulary_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    Tokenizer(models.BPE()).save(str(file))
    with pytest.raises(ValueError, match="WordPiece"):
        prune(file, Counter(), min_count=1, max_tokens=8)
