"""Summarizers of the person's choice: local sequence-to-sequence models of transformers.

Nothing is downloaded: a model is a folder, or a name that was fetched before.
Weights are read as safetensors only, and no code that comes with a model runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.errors import MissingDependency, UnknownSummarizer
from assistant.language.lazy import Lazy
from assistant.language.protocols import Summarizer
from assistant.language.quiet import quiet_transformers, silence_model_libraries
from assistant.language.support import support_checker

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["load_summarizer", "support_checker"]

PREFIX = "transformers:"
BATCH = 8
MAX_INPUT_TOKENS = 512
MAX_NEW_TOKENS = 60
_TASK_PREFIXES = {"t5": "summarize: ", "mt5": "summarize: ", "umt5": "summarize: "}
"""What models of a type expect before their input (Raffel et al., 2020, arXiv:1910.10683)."""
_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenizer: PreTrainedTokenizerBase
    model: PreTrainedModel


class TransformersSummarizer:
    """One sentence a passage from a sequence-to-sequence model, always the same one."""

    def __init__(self, place: str, *, threads: int = 0) -> None:
        """Use the model in the folder `place`, or fetched earlier under that name.

        Args:
            threads: Threads that PyTorch uses; 0 leaves that to PyTorch.
        """
        self._place = place
        self._threads = threads
        self._loaded: Lazy[_Loaded] = Lazy(self._load)

    @property
    def name(self) -> str:
        return f"{PREFIX}{self._place}"

    def prepare(self) -> None:
        """Load the model now.

        Raises:
            MissingDependency: transformers or PyTorch is not installed.
            UnknownSummarizer: No such model is on this computer, or it is
                damaged or of another kind.
        """
        self._loaded.get()

    def summarize(self, passages: Sequence[str]) -> list[str]:
        """One sentence a passage, in order; "" for an empty passage or where none comes.

        Passages are cut to `MAX_INPUT_TOKENS` tokens or the model's own limit.
        Decoding is greedy, so the same passage gives the same sentence.

        Raises:
            MissingDependency, UnknownSummarizer: As `prepare`.
        """
        loaded = self._loaded.get()
        written = dict.fromkeys(range(len(passages)), "")
        # Neighbours in length share a batch, so that little of it is padding.
        order = sorted((i for i in written if passages[i].strip()), key=lambda i: len(passages[i]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            sentences = _generate(loaded, [passages[i] for i in batch])
            written.update(zip(batch, sentences, strict=True))
        return list(written.values())

    def _load(self) -> _Loaded:
        try:
            import torch
            from safetensors import SafetensorError

            silence_model_libraries()
            from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
        except ImportError:
            raise MissingDependency from None
        if self._threads:
            torch.set_num_threads(self._threads)
        options = {"local_files_only": True, "trust_remote_code": False}
        try:
            with quiet_transformers():
                tokenizer = AutoTokenizer.from_pretrained(self._place, **options)
                model = AutoModelForSeq2SeqLM.from_pretrained(
                    self._place, use_safetensors=True, **options
                )
        # The libraries name no narrower set for a missing, foreign or damaged folder.
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
            raise UnknownSummarizer from None
        except SafetensorError:
            raise UnknownSummarizer from None
        except ImportError:  # a tokenizer's own library
            raise MissingDependency from None
        return _Loaded(tokenizer, model.eval())


@lru_cache(maxsize=1)
def load_summarizer(name: str, *, threads: int = 0) -> Summarizer:
    """The summarizer `transformers:NAME_OR_FOLDER`, loaded and ready; the last one is kept.

    Raises:
        UnknownSummarizer: The name is of another form, or no such model is on
            this computer.
        MissingDependency: transformers or PyTorch is not installed.
    """
    place = name.removeprefix(PREFIX)
    if not name.startswith(PREFIX) or not place.strip():
        raise UnknownSummarizer
    summarizer = TransformersSummarizer(place, threads=threads)
    summarizer.prepare()
    return summarizer


def _generate(loaded: _Loaded, passages: Sequence[str]) -> list[str]:
    import torch

    tokenizer, model = loaded.tokenizer, loaded.model
    prefix = _TASK_PREFIXES.get(str(model.config.model_type), "")
    encoded = tokenizer(
        [prefix + " ".join(passage.split()) for passage in passages],
        padding=True,
        truncation=True,
        max_length=min(int(tokenizer.model_max_length), MAX_INPUT_TOKENS),
        return_tensors="pt",
    )
    with torch.inference_mode(), quiet_transformers():
        tokens = model.generate(
            input_ids=encoded["input_ids"],
            attention_mask=encoded["attention_mask"],
            do_sample=False,
            num_beams=1,
            max_new_tokens=MAX_NEW_TOKENS,
        )
    texts = tokenizer.batch_decode(tokens, skip_special_tokens=True)
    return [_first_sentence(str(text)) for text in texts]


def _first_sentence(text: str) -> str:
    """The first whole sentence; a sentence that the token limit cut off is none."""
    found = _FIRST_SENTENCE.match(" ".join(text.split()))
    return found[0] if found else ""
