import hashlib
import json
import shutil
from pathlib import Path

import pytest

from assistant.errors import DamagedModel
from assistant.language import model_versions
from assistant.language.artifacts import open_artifact
from assistant.language.doctype import EmbeddedDocumentTypeClassifier
from assistant.language.practices import EmbeddedPracticeClassifier, PracticesConfig

NAMES = ("practices", "doctype")


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A root with copies of the shipped models, free to damage."""
    for name in NAMES:
        shutil.copytree(open_artifact(name).folder, tmp_path / name)
    return tmp_path


def _invented(root: Path, files: dict[str, bytes]) -> Path:
    folder = root / "invented"
    folder.mkdir()
    listed = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    }
    (folder / "manifest.json").write_text(json.dumps({"files": listed}))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_file_matches_its_manifest(name: str) -> None:
    artifact = open_artifact(name)
    assert artifact.files
    for file in artifact.files:
        assert artifact.read(file)


def test_a_version_is_the_hash_of_the_manifest() -> None:
    versions = model_versions(NAMES)
    assert set(versions) == set(NAMES)
    manifest = (open_artifact("practices").folder / "manifest.json").read_bytes()
    assert versions["practices"] == hashlib.sha256(manifest).hexdigest()


def test_the_first_root_that_has_the_model_wins(copies: Path) -> None:
    assert open_artifact("doctype", (copies / "nowhere", copies)).folder == copies / "doctype"


@pytest.mark.parametrize("file", ["model.onnx", "linear.npz", "tokenizer.json"])
def test_one_changed_byte_is_refused_by_name_and_without_a_path(copies: Path, file: str) -> None:
    target = copies / "practices" / file
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)
    classifier = EmbeddedPracticeClassifier(open_artifact("practices", (copies,)), threads=1)
    with pytest.raises(DamagedModel) as caught:
        classifier.classify(["We collect your name."])
    assert "practices" in str(caught.value)
    assert str(copies) not in str(caught.value)


def test_a_cut_file_is_refused(copies: Path) -> None:
    target = copies / "doctype" / "linear.npz"
    target.write_bytes(target.read_bytes()[:-100])
    classifier = EmbeddedDocumentTypeClassifier(open_artifact("doctype", (copies,)))
    with pytest.raises(DamagedModel, match="doctype"):
        classifier.classify("This privacy policy says what we collect and with whom we share it.")


def test_a_missing_file_is_refused(copies: Path) -> None:
    (copies / "practices" / "config.json").unlink()
    with pytest.raises(DamagedModel, match="practices"):
        EmbeddedPracticeClassifier(open_artifact("practices", (copies,)), threads=1)


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedModel, match="practices"):
        open_artifact("practices", (tmp_path,))


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b'{"files": {"a": {}}}', b'{"files": [1]}', b"\xff"]
)
def test_a_broken_manifest_is_refused(tmp_path: Path, manifest: bytes) -> None:
    (tmp_path / "invented").mkdir()
    (tmp_path / "invented" / "manifest.json").write_bytes(manifest)
    with pytest.raises(DamagedModel, match="invented"):
        open_artifact("invented", (tmp_path,))


def test_a_file_outside_the_manifest_is_never_read(tmp_path: Path) -> None:
    folder = _invented(tmp_path, {"config.json": b"{}"})
    (folder / "extra.bin").write_bytes(b"x")
    with pytest.raises(DamagedModel):
        open_artifact("invented", (tmp_path,)).read("extra.bin")


def test_a_configuration_of_another_shape_is_refused(tmp_path: Path) -> None:
    _invented(tmp_path, {"config.json": b'{"labels": ["a"], "unknown": 1}'})
    with pytest.raises(DamagedModel, match="invented"):
        open_artifact("invented", (tmp_path,)).read_config(PracticesConfig)


def test_files_that_match_the_manifest_but_are_no_model_are_refused(tmp_path: Path) -> None:
    config = (open_artifact("practices").folder / "config.json").read_bytes()
    broken = {"config.json": config, "model.onnx": b"no", "linear.npz": b"no"}
    tokenizer = (open_artifact("practices").folder / "tokenizer.json").read_bytes()
    _invented(tmp_path, broken | {"tokenizer.json": tokenizer})
    classifier = EmbeddedPracticeClassifier(open_artifact("invented", (tmp_path,)), threads=1)
    with pytest.raises(DamagedModel, match="invented"):
        classifier.classify(["We collect your name."])
