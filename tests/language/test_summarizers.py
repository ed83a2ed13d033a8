"""The transformers summarizer, with a tiny random T5 that is saved and loaded for real."""

from __future__ import annotations

import builtins
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import MissingDependency, UnknownSummarizer
from assistant.language.summarizers import MAX_NEW_TOKENS, TransformersSummarizer, load_summarizer
from assistant.language.support import SUPPORTED, LexicalSupportChecker

pytest.importorskip("transformers", reason="the summarizer extra is not installed")

WORDS = ["<pad>", "</s>", "<unk>", "summarize", ":", ".", "we", "sell", "share", "data", "not"]
PASSAGES = ["We share data.", "We do not sell data.", "", "We sell data and share it. " * 200]


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A T5 with random weights, fixed by a seed, and a tokenizer of whole words."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    folder = tmp_path_factory.mktemp("t5")
    words = Tokenizer(
        models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="<unk>", pad_token="<pad>", eos_token="</s>"
    ).save_pretrained(folder)
    torch.manual_seed(7)
    config = T5Config(
        vocab_size=len(WORDS), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def _forget_the_last_model() -> Iterator[None]:
    load_summarizer.cache_clear()
    yield
    load_summarizer.cache_clear()


def test_writes_the_same_sentence_each_time(model_folder: Path) -> None:
    summarizer = load_summarizer(f"transformers:{model_folder}")

    first = summarizer.summarize(PASSAGES)
    again = TransformersSummarizer(str(model_folder)).summarize(PASSAGES)

    assert summarizer.name == f"transformers:{model_folder}"
    assert first == again
    assert len(first) == len(PASSAGES)
    assert first[2] == ""
    assert all(len(sentence.split()) <= MAX_NEW_TOKENS for sentence in first)


def test_a_passage_is_summarised_alike_alone_and_in_a_batch(model_folder: Path) -> None:
    summarizer = load_summarizer(f"transformers:{model_folder}")

    together = summarizer.summarize(PASSAGES)

    assert [summarizer.summarize([passage])[0] for passage in PASSAGES] == together


def test_t5_is_told_its_task_and_the_first_sentence_is_kept(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarizer = TransformersSummarizer(str(model_folder))
    loaded = summarizer._loaded.get()
    asked = []

    def generate(*, input_ids, **_):  # type: ignore[no-untyped-def]
        asked.extend(loaded.tokenizer.batch_decode(input_ids, skip_special_tokens=True))
        return [[WORDS.index(word) for word in ("we", "share", "data", ".", "we", "sell")]]

    monkeypatch.setattr(loaded.model, "generate", generate)

    assert summarizer.summarize(["We share data."]) == ["we share data ."]
    assert asked == ["summarize : we share data ."]


def test_a_sentence_cut_off_by_the_limit_is_none(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarizer = TransformersSummarizer(str(model_folder))
    model = summarizer._loaded.get().model
    monkeypatch.setattr(model, "generate", lambda **_: [[WORDS.index("we")] * MAX_NEW_TOKENS])

    assert summarizer.summarize(["We share data."]) == [""]


def test_no_garbage_survives_the_support_check(model_folder: Path) -> None:
    written = load_summarizer(f"transformers:{model_folder}").summarize(PASSAGES)
    checker = LexicalSupportChecker()

    for sentence, passage in zip(
        ["sell not share .", *written], ["We share data.", *PASSAGES], strict=True
    ):
        assert checker.support(sentence, [passage])[0] < SUPPORTED


@pytest.mark.parametrize("name", ["", "embedded2", "transformers:", "transformers: ", "t5-small"])
def test_a_name_of_another_form_is_unknown(name: str) -> None:
    with pytest.raises(UnknownSummarizer):
        load_summarizer(name)


def test_a_missing_folder_is_unknown_and_asks_nobody(tmp_path: Path) -> None:
    with pytest.raises(UnknownSummarizer):
        load_summarizer(f"transformers:{tmp_path / 'nothing'}")
    with pytest.raises(UnknownSummarizer):
        load_summarizer("transformers:nobody/never-fetched")


@pytest.mark.parametrize("damage", ["empty", "weights", "config", "kind"])
def test_a_damaged_folder_is_unknown(model_folder: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder)
    match damage:
        case "empty":
            shutil.rmtree(folder)
            folder.mkdir()
        case "weights":
            (folder / "model.safetensors").write_bytes(b"\x00" * 64)
        case "config":
            (folder / "config.json").write_text("{")
        case "kind":
            (folder / "config.json").write_text('{"model_type": "bert"}')

    with pytest.raises(UnknownSummarizer):
        load_summarizer(f"transformers:{folder}")


def test_pickled_weights_are_not_opened(model_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    with pytest.raises(UnknownSummarizer):
        load_summarizer(f"transformers:{folder}")


def test_without_the_extra_it_says_what_to_install(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_import = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.partition(".")[0] in {"torch", "transformers"}:
            raise ModuleNotFoundError(name=name)
        return really_import(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(MissingDependency, match="not installed"):
        load_summarizer(f"transformers:{model_folder}")
