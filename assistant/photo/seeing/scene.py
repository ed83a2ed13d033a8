"""What kind of place a picture shows, by a model of pictures and words that the person chose.

The model is a folder on this computer. Nothing is downloaded, weights are read
as safetensors only, and no code that comes with a model runs. Without a folder
nothing is guessed.

Source:
    Radford et al., Learning Transferable Visual Models From Natural Language
    Supervision, 2021: a picture belongs to the description that it is likest to.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.language.lazy import Lazy
from assistant.language.quiet import quiet_transformers, silence_model_libraries
from assistant.photo.scenes import Floats, Shown, judge, scenes
from assistant.photo.seeing.pixels import Picture

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BaseImageProcessor, PreTrainedModel, PreTrainedTokenizerBase

MODEL_TYPES = ("clip", "siglip")
"""Kinds of model whose way of comparing is known here."""
LONGEST = 1_024
"""Longer side in pixels of what the model's own reader gets; it makes it smaller still."""
_READ = (".json", ".txt", ".model", ".safetensors")
"""Files of a folder that can change an answer, so that they count for its version."""
_THREADS = 2


@dataclass(frozen=True, slots=True)
class SceneSeen:
    """The answer about a picture.

    Attributes:
        shown: None where nothing is claimed.
        gap: Key of what was not examined, "" where it was.
        model: SHA-256 of the model that looked; "" where none did.
    """

    shown: Shown | None = None
    gap: str = ""
    model: str = ""


class NoSceneModel(Exception):
    """There is no model to ask. `gap` is the key of the sentence that says why."""

    def __init__(self, gap: str) -> None:
        super().__init__(gap)
        self.gap = gap


def look_for_scene(picture: Picture, model_dir: Path) -> SceneSeen:
    """What a picture shows as a whole. A model that cannot be used becomes a gap."""
    model = _model(model_dir)
    try:
        shown, gap = judge(model.scores(picture), scenes())
    except NoSceneModel as error:
        return SceneSeen(gap=error.gap)
    return SceneSeen(shown, gap, model.version)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model, and the descriptions as it sees them.

    Attributes:
        texts: `(scenes, dimensions)` float32 of length 1.
    """

    model: PreTrainedModel
    reader: BaseImageProcessor
    texts: Tensor
    version: str


class SceneModel:
    """A CLIP or SigLIP model in a folder; it loads when first asked."""

    def __init__(self, model_dir: Path) -> None:
        self._dir = model_dir
        self._loaded: Lazy[_Loaded] = Lazy(self._load)

    @property
    def version(self) -> str:
        """SHA-256 of its files.

        Raises:
            NoSceneModel: The packages are not installed, or the folder holds no
                model of `MODEL_TYPES` that can be loaded.
        """
        return self._loaded.get().version

    def scores(self, picture: Picture) -> Floats:
        """How well each scene fits: `(scenes,)` float64 in [0, 1], 1 in all.

        Raises:
            NoSceneModel: As `version`, or the model cannot read a picture.
        """
        from PIL import Image

        loaded = self._loaded.get()
        image = Image.fromarray(picture.smaller(LONGEST).pixels)
        try:
            with quiet_transformers():
                logits = _compare(loaded, image)
        except (ValueError, TypeError, LookupError, RuntimeError, MemoryError):
            raise NoSceneModel("scene_damaged") from None
        if not np.isfinite(logits).all():
            raise NoSceneModel("scene_damaged")
        weights = np.exp(logits - logits.max())
        return np.asarray(weights / weights.sum(), np.float64)

    def _load(self) -> _Loaded:
        if not self._dir.is_dir():
            raise NoSceneModel("scene_missing")
        silence_model_libraries()
        try:
            import torch
            import transformers  # noqa: F401 missing is told apart from broken
            from safetensors import SafetensorError
        except ModuleNotFoundError:
            raise NoSceneModel("scene_extra") from None
        torch.set_num_threads(_THREADS)
        try:
            with quiet_transformers():
                return _open(self._dir)
        # The libraries name no narrower set for a foreign, damaged or too large folder.
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
            raise NoSceneModel("scene_damaged") from None
        except (SafetensorError, ImportError, MemoryError):
            raise NoSceneModel("scene_damaged") from None


_LOCK = threading.Lock()
_models: dict[Path, SceneModel] = {}


def release() -> None:
    """Forget the model, until it is asked again."""
    with _LOCK:
        _models.clear()


def _model(model_dir: Path) -> SceneModel:
    with _LOCK:
        if model_dir not in _models:
            _models[model_dir] = SceneModel(model_dir)
        return _models[model_dir]


def _open(model_dir: Path) -> _Loaded:
    """Load a folder, and compare nothing yet."""
    import torch
    from transformers import (
        AutoConfig,
        AutoImageProcessor,
        AutoModelForZeroShotImageClassification,
        AutoTokenizer,
    )

    options = {"local_files_only": True, "trust_remote_code": False}
    if AutoConfig.from_pretrained(model_dir, **options).model_type not in MODEL_TYPES:
        raise ValueError("a model of another kind")
    model, read = AutoModelForZeroShotImageClassification.from_pretrained(
        model_dir, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **options
    )
    if read["missing_keys"]:
        raise ValueError("weights that are not there would be random ones")
    tokenizer = AutoTokenizer.from_pretrained(model_dir, **options)
    reader = AutoImageProcessor.from_pretrained(model_dir, **options)
    return _Loaded(model.eval(), reader, _texts(model.eval(), tokenizer), _version(model_dir))


def _texts(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    """The descriptions as the model sees them, padded as it was trained."""
    import torch

    tokens = tokenizer(
        [scene.prompt for scene in scenes().scenes],
        padding="max_length",
        truncation=True,
        max_length=int(model.config.text_config.max_position_embeddings),
        return_tensors="pt",
    )
    # SigLIP was trained without a mask; CLIP looks only at what stands before.
    with torch.inference_mode():
        return _directions(model.get_text_features(input_ids=tokens["input_ids"]))


def _compare(loaded: _Loaded, image: object) -> Floats:
    """Likeness of a picture to each description, in the model's own scale."""
    import torch

    pixels = loaded.reader(images=image, return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        seen = _directions(loaded.model.get_image_features(pixel_values=pixels))
        logits = loaded.model.logit_scale.exp() * (loaded.texts @ seen[0])
    return np.asarray(logits.numpy(), np.float64)


def _directions(features: object) -> Tensor:
    """Features of length 1; some versions wrap them."""
    import torch

    values: Tensor = getattr(features, "pooler_output", features)
    return torch.nn.functional.normalize(values, dim=-1)


def _version(model_dir: Path) -> str:
    """SHA-256 over names and contents of the files that a model is made of."""
    digest = hashlib.sha256()
    for file in sorted(model_dir.iterdir()):
        if file.suffix in _READ and file.is_file():
            with file.open("rb") as opened:
                content = hashlib.file_digest(opened, "sha256").digest()
            digest.update(file.name.encode() + b"\0" + content)
    return digest.hexdigest()
