"""Cards, metrics, manifests and the index belong to the models that are shipped."""

import json
from pathlib import Path

import pytest

from assistant.language.artifacts import model_versions, open_artifact
from models.cards import MODELS, NAMES, render_card, render_index, render_method

LIMIT_BYTES = 25_000_000


@pytest.mark.parametrize("name", NAMES)
def test_the_card_is_what_its_sources_say(name: str) -> None:
    card = (MODELS / name / "card.md").read_text(encoding="utf-8")
    assert card == render_card(name), "run `python -m models.cards`"


def test_the_index_is_what_its_sources_say() -> None:
    index = (MODELS / "README.md").read_text(encoding="utf-8")
    assert index == render_index(), "run `python -m models.cards`"


def test_the_card_of_the_policy_job_is_what_its_figures_say() -> None:
    card = (MODELS / "policy" / "card.md").read_text(encoding="utf-8")
    assert card == render_method(), "run `python -m models.cards`"


@pytest.mark.parametrize("name", NAMES)
def test_the_metrics_were_measured_on_this_very_model(name: str) -> None:
    metrics = json.loads((MODELS / name / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["model_version"] == model_versions([name])[name]
    assert metrics["date"]
    assert all(len(digest) == 64 for digest in metrics["data"].values())


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_lists_all_files_that_are_loaded(name: str) -> None:
    artifact = open_artifact(name)
    loaded = {
        path.name
        for path in artifact.folder.iterdir()
        if path.suffix in {".onnx", ".npz"} or path.name in {"config.json", "tokenizer.json"}
    }
    assert set(artifact.files) == loaded
    manifest = json.loads((artifact.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["licence"]
    assert set(manifest["training"]) >= {"commit", "data", "config", "packages"}


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_what_data_it_rests_on(name: str) -> None:
    card = (MODELS / name / "card.md").read_text(encoding="utf-8")
    for heading in ("Use", "Not for", "Results", "Data and licences", "Known failures"):
        assert f"## {heading}" in card
    assert "LICENSE" in card


def test_the_practices_card_says_non_commercial() -> None:
    card = (MODELS / "practices" / "card.md").read_text(encoding="utf-8")
    assert "non-commercial" in card


def test_models_stay_small() -> None:
    sizes = [
        path.stat().st_size
        for name in NAMES
        for path in Path(MODELS / name).iterdir()
        if path.is_file()
    ]
    assert sum(sizes) <= LIMIT_BYTES
