"""The model of pictures and words that a person chose: tiny ones, saved and loaded for real."""

from __future__ import annotations

import builtins
import shutil
from pathlib import Path

import pytest

from assistant import photos as edge
from assistant.photo import seeing
from assistant.photo.seeing.pixels import Picture, open_picture
from assistant.photo.seeing.scene import SceneModel, look_for_scene
from assistant.photos import PhotoReport, Photos, photos_of
from assistant.settings import Settings
from tests.photo.pictures import photo, plain
from tests.photo.vision import save_clip, save_siglip

SCENE = "Scene and landmarks"


@pytest.fixture(scope="module")
def bedroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that takes everything for a bedroom."""
    pytest.importorskip("transformers", reason="the vision extra is not installed")
    return save_clip(tmp_path_factory.mktemp("bedroom"), says="bedroom")


@pytest.fixture
def picture() -> Picture:
    seeing.release()
    return open_picture(plain(), longest=500)


def report_of(vision: Path | None, data: bytes = plain()) -> PhotoReport:
    photos = Photos(vision=vision)
    try:
        return photos.check(data, "a.jpg").report
    finally:
        photos.close()


def why_not(report: PhotoReport) -> list[str]:
    return [gap.why for gap in report.unchecked if gap.what == SCENE]


def test_what_the_model_sees_is_told_with_its_version(bedroom: Path) -> None:
    photos = photos_of(Settings(vision_model_dir=bedroom))
    report = photos.check(plain(), "a.jpg").report
    again = photos.check(photo(seed=2), "b.jpg").report
    photos.close()

    [inference] = report.details.inferences
    assert inference.kind == "scene"
    assert "a bedroom" in inference.claim
    assert inference.confidence == pytest.approx(0.7, abs=0.01)
    assert why_not(report) == []
    assert {"faces", "scene"} <= report.versions.models.keys()
    assert report.versions.models == again.versions.models
    assert report.rating.score == 100


def test_nothing_set_up_is_not_checked_and_nothing_is_guessed() -> None:
    report = report_of(None)
    assert len(why_not(report)) == 1
    assert "vision_model_dir" in why_not(report)[0]
    assert report.details.inferences == ()
    assert "faces" in report.versions.models
    assert "scene" not in report.versions.models


def test_a_file_that_is_not_looked_at_starts_no_model(tmp_path: Path) -> None:
    photos = Photos(vision=tmp_path / "none")
    report = photos.check(plain(), "a.jpg", metadata_only=True).report
    photos.close()
    assert why_not(report) == []
    assert report.versions.models == {}


def test_a_model_that_is_too_heavy_costs_its_answer_and_not_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "VISION_S", -edge.TIMEOUT_S)
    photos = Photos(vision=tmp_path)
    first, second = (photos.check(plain(), "a.jpg").report for _ in range(2))
    photos.close()
    assert first.rating.score == 100
    assert "smaller one" in why_not(first)[0]
    assert why_not(second) == why_not(first)


def test_a_folder_that_is_not_there_is_said_and_the_report_is_given(tmp_path: Path) -> None:
    report = report_of(tmp_path / "none")
    assert "does not exist" in why_not(report)[0]
    assert report.details.people == 0
    assert report.details.inferences == ()


def test_a_model_that_is_not_sure_says_so(tmp_path: Path, picture: Picture) -> None:
    pytest.importorskip("transformers", reason="the vision extra is not installed")
    seen = look_for_scene(picture, save_clip(tmp_path))
    assert seen.shown is None
    assert seen.gap == "scene_unsure"
    assert len(seen.model) == 64


def test_a_siglip_model_answers_as_well(tmp_path: Path, picture: Picture) -> None:
    pytest.importorskip("transformers", reason="the vision extra is not installed")
    scores = SceneModel(save_siglip(tmp_path)).scores(picture)
    assert scores.sum() == pytest.approx(1)
    assert scores.min() > 0


def test_its_version_is_that_of_its_files(bedroom: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bedroom, copy)
    (copy / "README.md").write_text("notes")
    assert SceneModel(copy).version == SceneModel(bedroom).version
    save_clip(copy, says="gym")
    assert SceneModel(copy).version != SceneModel(bedroom).version


def test_a_forgotten_model_is_loaded_anew(bedroom: Path, tmp_path: Path, picture: Picture) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bedroom, copy)
    first = look_for_scene(picture, copy)
    save_clip(copy, says="food")
    assert look_for_scene(picture, copy) == first
    seeing.release()
    other = look_for_scene(picture, copy)
    assert (other.shown, other.gap) == (None, "")
    assert other.model != first.model


@pytest.mark.parametrize(
    "damage", ["empty", "config", "kind", "code", "weights", "cut", "pickle", "tokenizer", "reader"]
)
def test_a_damaged_or_foreign_folder_is_refused(
    bedroom: Path, tmp_path: Path, picture: Picture, damage: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(bedroom, folder)
    weights = folder / "model.safetensors"
    match damage:
        case "empty":
            shutil.rmtree(folder)
            folder.mkdir()
        case "config":
            (folder / "config.json").write_text("{")
        case "kind":
            (folder / "config.json").write_text('{"model_type": "bert"}')
        case "code":
            (folder / "config.json").write_text(
                '{"model_type": "own", "auto_map": {"AutoConfig": "own.Config"}}'
            )
            (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
        case "weights":
            _drop_tensors(weights)
        case "cut":
            weights.write_bytes(weights.read_bytes()[:-100])
        case "pickle":
            _pickle(weights, folder / "pytorch_model.bin")
        case "tokenizer":
            (folder / "tokenizer.json").write_text("{}")
        case "reader":
            (folder / "preprocessor_config.json").unlink()

    seen = look_for_scene(picture, folder)

    assert (seen.shown, seen.gap, seen.model) == (None, "scene_damaged", "")
    assert not (tmp_path / "ran").exists()


def test_a_damaged_folder_leaves_a_report_that_says_what_to_do(
    bedroom: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(bedroom, folder)
    (folder / "config.json").write_text("{")
    report = report_of(folder)
    assert "safetensors" in why_not(report)[0]
    assert report.details.people == 0
    assert "faces" in report.versions.models
    assert "scene" not in report.versions.models


def test_without_the_extra_it_says_what_to_install(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_import = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.partition(".")[0] in {"torch", "transformers"}:
            raise ModuleNotFoundError(name=name)
        return really_import(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert look_for_scene(picture, tmp_path).gap == "scene_extra"


def _drop_tensors(weights: Path) -> None:
    """Leave out one part, which would be random if the rest were loaded."""
    from safetensors.torch import load_file, save_file

    kept = {name: t for name, t in load_file(weights).items() if "visual_projection" not in name}
    save_file(kept, weights, metadata={"format": "pt"})


def _pickle(weights: Path, pickled: Path) -> None:
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(weights), pickled)
    weights.unlink()
