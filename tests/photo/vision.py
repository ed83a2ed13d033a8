"""Tiny models of pictures and words with random weights, saved as transformers saves real ones."""

from __future__ import annotations

from pathlib import Path

from assistant.language.quiet import quiet_transformers
from assistant.photo.scenes import scenes

SIDE = 32
TOWER = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
START, END = 512, 513
SURE = 1_000.0
"""Scale of likeness at which the likest description gets nearly all of the score."""


def save_clip(folder: Path, *, says: str = "") -> Path:
    """A CLIP that takes every picture for one scene, or cannot tell where `says` is ""."""
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    tokenizer = CLIPTokenizer(vocab=_vocabulary(), merges=[])
    torch.manual_seed(7)
    text = {"vocab_size": 514, "bos_token_id": START, "eos_token_id": END, "pad_token_id": END}
    model = CLIPModel(
        CLIPConfig(
            text_config={**TOWER, **text},
            vision_config={**TOWER, "image_size": SIDE, "patch_size": 8},
            projection_dim=16,
        )
    ).eval()
    if says:
        _insist(model, tokenizer, says)
    with quiet_transformers():
        tokenizer.save_pretrained(folder)
        model.save_pretrained(folder)
        size = {"height": SIDE, "width": SIDE}
        CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size=size).save_pretrained(folder)
    return folder


def save_siglip(folder: Path) -> Path:
    """A SigLIP that cannot tell, with a tokenizer of whole words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, SiglipConfig, SiglipModel
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    said = " ".join(scene.prompt for scene in scenes().scenes).split()
    words = {word: i for i, word in enumerate(["<unk>", "</s>", *dict.fromkeys(said)])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(7)
    config = SiglipConfig(
        text_config={**TOWER, "vocab_size": len(words), "projection_size": 32},
        vision_config={**TOWER, "image_size": SIDE, "patch_size": 8},
    )
    with quiet_transformers():
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, unk_token="<unk>", pad_token="</s>", eos_token="</s>"
        ).save_pretrained(folder)
        SiglipModel(config).save_pretrained(folder)
        size = {"height": SIDE, "width": SIDE}
        SiglipImageProcessorPil(size=size).save_pretrained(folder)
    return folder


def _vocabulary() -> dict[str, int]:
    """Single bytes, inside of a word and at its end, as CLIP's own vocabulary begins."""
    from tokenizers import pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*letters, *(f"{letter}</w>" for letter in letters)]
    return {word: i for i, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}


def _insist(model, tokenizer, scene_id: str) -> None:  # type: ignore[no-untyped-def]
    """Give every picture the direction of one description."""
    import torch

    [prompt] = [scene.prompt for scene in scenes().scenes if scene.id == scene_id]
    with torch.no_grad():
        features = model.get_text_features(**tokenizer([prompt], return_tensors="pt"))
        direction = getattr(features, "pooler_output", features)[0]
        model.vision_model.post_layernorm.weight.zero_()
        model.vision_model.post_layernorm.bias.fill_(1.0)
        model.visual_projection.weight.copy_(direction[:, None].expand(-1, 32))
        model.logit_scale.fill_(float(torch.tensor(SURE).log()))
