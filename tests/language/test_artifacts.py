import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import DamagedModel
from assistant.language import model_versions
from assistant.language.artifacts import EMBEDDED_MODELS, open_artifact
from assistant.language.doctype import EmbeddedDocumentTypeClassifier
from assistant.language.encoder import EmbeddedTextEncoder
from assistant.language.heads import EmbeddedPassageClassifier, HeadConfig
from assistant.language.protocols import Passage
from assistant.language.reader import EmbeddedQuestionReader
from assistant.language.tags import EmbeddedSpanTagger

NAMES = EMBEDDED_MODELS
PASSAGE = Passage("We collect your name.", np.zeros(384, dtype=np.float32))


def _version(root: Path) -> str:
    return open_artifact("encoder", (root,)).version


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


def _flip(target: Path) -> None:
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)


@pytest.mark.parametrize("file", ["head.npz", "linear.npz"])
def test_one_changed_byte_is_refused_by_name_and_without_a_path(copies: Path, file: str) -> None:
    _flip(copies / "practices" / file)
    artifact = open_artifact("practices", (copies,))
    classifier = EmbeddedPassageClassifier(artifact, encoder=_version(copies))
    with pytest.raises(DamagedModel) as caught:
        classifier.classify([PASSAGE])
    assert "practices" in str(caught.value)
    assert str(copies) not in str(caught.value)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_damaged_encoder_is_refused(copies: Path, file: str) -> None:
    _flip(copies / "encoder" / file)
    encoder = EmbeddedTextEncoder(open_artifact("encoder", (copies,)), threads=1)
    with pytest.raises(DamagedModel, match="encoder"):
        encoder.encode(["We collect your name."])


def test_damaged_heads_of_spans_and_questions_are_refused(copies: Path) -> None:
    encoder = EmbeddedTextEncoder(open_artifact("encoder", (copies,)), threads=1)
    text = encoder.encode(["We collect your name."])[0]
    _flip(copies / "data_types" / "head.npz")
    tagger = EmbeddedSpanTagger(open_artifact("data_types", (copies,)), encoder=encoder.version)
    with pytest.raises(DamagedModel, match="data_types"):
        tagger.tag([text])
    _flip(copies / "questions" / "reader.onnx")
    attributes = EmbeddedPassageClassifier(
        open_artifact("attributes", (copies,)), encoder=encoder.version
    )
    reader = EmbeddedQuestionReader(
        open_artifact("questions", (copies,)), encoder, attributes, version=encoder.version
    )
    with pytest.raises(DamagedModel, match="questions"):
        reader.read("Do you collect my name?", [text])


def test_a_head_of_another_encoder_is_refused(copies: Path) -> None:
    for name, load in (
        ("practices", EmbeddedPassageClassifier),
        ("data_types", EmbeddedSpanTagger),
    ):
        with pytest.raises(DamagedModel, match=name):
            load(open_artifact(name, (copies,)), encoder="0" * 64)


def test_a_cut_file_is_refused(copies: Path) -> None:
    target = copies / "doctype" / "linear.npz"
    target.write_bytes(target.read_bytes()[:-100])
    classifier = EmbeddedDocumentTypeClassifier(open_artifact("doctype", (copies,)))
    with pytest.raises(DamagedModel, match="doctype"):
        classifier.classify("This privacy policy says what we collect and with whom we share it.")


def test_a_missing_file_is_refused(copies: Path) -> None:
    (copies / "practices" / "config.json").unlink()
    with pytest.raises(DamagedModel, match="practices"):
        EmbeddedPassageClassifier(open_artifact("practices", (copies,)), encoder=_version(copies))


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
        open_artifact("invented", (tmp_path,)).read_config(HeadConfig)


def test_files_that_match_the_manifest_but_are_no_model_are_refused(tmp_path: Path) -> None:
    config = (open_artifact("practices").folder / "config.json").read_bytes()
    _invented(tmp_path, {"config.json": config, "head.npz": b"no", "linear.npz": b"no"})
    version = open_artifact("encoder").version
    classifier = EmbeddedPassageClassifier(open_artifact("invented", (tmp_path,)), encoder=version)
    with pytest.raises(DamagedModel, match="invented"):
        classifier.classify([PASSAGE])


def test_an_encoder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    folder = open_artifact("encoder").folder
    files = {name: (folder / name).read_bytes() for name in ("config.json", "tokenizer.json")}
    _invented(tmp_path, files | {"model.onnx": b"no"})
    encoder = EmbeddedTextEncoder(open_artifact("invented", (tmp_path,)), threads=1)
    with pytest.raises(DamagedModel, match="invented"):
        encoder.encode(["We collect your name."])


def test_every_model_is_packed_into_the_wheel() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    wheel = tomllib.loads(project.read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    packed = wheel["force-include"]
    assert all(f"models/{name}" in packed for name in EMBEDDED_MODELS)
