"""Names of people that can be read in a picture: found on badges, not on shops and streets."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from assistant.errors import DamagedModel
from assistant.language.artifacts import open_artifact
from assistant.photo.details import Box
from assistant.photo.seeing import names, see
from assistant.photo.seeing.documents import private_text
from assistant.photo.seeing.names import (
    KNOWN,
    WEIGHTS,
    NamesConfig,
    find_names,
    fold,
    is_plausible,
    tokenize,
    words,
)
from assistant.photo.seeing.text import Line

KIND = "person_name"


def picture(*said: str, size: tuple[int, int] = (900, 500), high: int = 44) -> bytes:
    """A card with lines of large print, as PNG."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for i, text in enumerate(said):
        draw.text((60, 60 + 110 * i), text, font=ImageFont.load_default(size=high), fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def found_in(line: str) -> list[str]:
    [found] = find_names([line])
    return [line[name.start : name.end] for name in found]


def test_a_name_on_a_badge_is_found_where_it_stands() -> None:
    [name] = [
        t for t in see(picture("Example Summit", "Erika Novak")).private_text if t.kind == KIND
    ]
    assert (name.box.x, name.box.y) == pytest.approx((60, 180), abs=25)
    assert 180 < name.box.width < 400
    assert "Novak" not in name.masked
    assert 0.3 < name.confidence < 0.75


@pytest.mark.parametrize(
    "said",
    [
        ("Anna's Bakery", "Fresh Bread Daily"),
        ("John Miller Street", "No Parking"),
        ("Rue Victor Martin",),
        ("Johnnie Walker", "Red Label"),
        ("Olive Oil", "Extra Virgin", "Net Weight 500 ml"),
    ],
    ids=["shop", "street", "rue", "brand", "product"],
)
def test_shops_streets_and_products_are_nobody(said: tuple[str, ...]) -> None:
    assert not [t for t in see(picture(*said)).private_text if t.kind == KIND]


def test_a_picture_without_text_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_Model", None)
    names.release()
    assert find_names([]) == ()
    assert find_names(["", "open daily 9-18", "4711", "王小明", "Exit"]) == ((),) * 5


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Peter Schmidt", "Peter Schmidt"),
        ("ANNA KOWALSKA", "ANNA KOWALSKA"),
        ("To: Maria Fernandez", "Maria Fernandez"),
        ("SCHMIDT/PETER MR", "SCHMIDT/PETER"),
        ("From: Laura Rossi <l@example.org>", "Laura Rossi"),
        ("PeterSchmidt", "PeterSchmidt"),
        ("Prof. Dr. Thomas Weber", "Thomas Weber"),
        ("Jean-Pierre Dubois 18:32", "Jean-Pierre Dubois"),
    ],
)
def test_names_are_found_as_they_are_printed(line: str, name: str) -> None:
    assert found_in(line) == [name]


@pytest.mark.parametrize(
    "line",
    [
        *("Peter", "SCHMIDT", "P. Schmidt", "Happy Birthday", "Monday Morning", "New York"),
        *("Thomas Weber GmbH", "Peter-Schmidt-Straße", "Jack Daniel's", "Sign in with Google"),
        *("Peter Schmidt School", "Hotel Maria", "Weber & Sons Ltd", "EXIT ONLY", "peter schmidt"),
        *("Total Amount", "EAN/JAN", "PayPal", "Pixel Tags", "Caesar Salad", "12:30 Lunch Break"),
    ],
)
def test_near_misses_are_left_alone(line: str) -> None:
    assert found_in(line) == []


def test_lines_keep_their_places() -> None:
    found = find_names(["Open", "Peter Schmidt", "Closed", "Anna Weber"])
    assert [len(row) for row in found] == [0, 1, 0, 1]


def test_a_name_that_a_word_tells_is_told_once() -> None:
    line = Line("Name: Erika Mustermann", Box(50, 250, 260, 30), 0.98)
    assert [t.kind for t in private_text([line])] == [KIND]


def test_a_street_named_after_somebody_is_a_sign_only() -> None:
    line = Line("Rue Peter Schmidt", Box(50, 250, 260, 30), 0.98)
    assert [t.kind for t in private_text([line])] == ["sign"]


def test_a_doubtful_reading_is_a_doubtful_name() -> None:
    sure, doubtful = (
        private_text([Line("Peter Schmidt", Box(50, 250, 260, 30), c)])[0].confidence
        for c in (1.0, 0.6)
    )
    assert doubtful == pytest.approx(0.6 * sure, abs=0.01)


def test_words_are_split_where_the_reader_lost_the_space() -> None:
    assert [token.text for token in tokenize("ErikaMustermann, 12a")] == [
        *("Erika", "Mustermann", ",", "12", "a")
    ]
    assert tokenize("") == []
    assert fold("Łukasz") == "Lukasz" and fold("Müßig") == "Mussig"


def test_lists_refuse_what_stands_beside_a_thing() -> None:
    assert is_plausible(tokenize("Erika Mustermann"), 0, 2)
    assert not is_plausible(tokenize("Erika Mustermann Street"), 0, 2)
    assert not is_plausible(tokenize("Erika M"), 0, 2)
    assert not is_plausible(tokenize("Welcome Erika"), 0, 2)
    assert not is_plausible(tokenize("Calvin Klein"), 0, 2)


def test_lists_are_folded_words() -> None:
    lists = words()
    for group in (lists.particles, lists.never, lists.beside, lists.brands):
        assert group
        assert all(word.isalpha() and word == fold(word).lower() for word in group)


@pytest.mark.parametrize(
    "line", ["A" * 500, "Ab " * 300, "Ab/" * 200, "\0Ab\0Cd", "Ａｂ Ｃｄ", "𝐀𝐛 𝐂𝐝"]
)
def test_absurd_lines_are_read(line: str) -> None:
    [found] = find_names([line])
    assert all(0 <= name.start < name.end <= len(line) for name in found)


# The model's folder -----------------------------------------------------------


def folder_with(tmp_path: Path, files: dict[str, bytes]) -> Path:
    folder = tmp_path / "names"
    folder.mkdir()
    listed = {}
    for name, data in files.items():
        (folder / name).write_bytes(data)
        listed[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps({"files": listed}), encoding="utf-8")
    return tmp_path


def test_the_configuration_has_the_shape_that_is_read() -> None:
    config = open_artifact("names").read_config(NamesConfig)
    assert 0.5 <= config.threshold < 1


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    shutil.copytree(open_artifact("names").folder, tmp_path / "names")
    with (tmp_path / "names" / WEIGHTS).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DamagedModel):
        find_names(["Peter Schmidt"], roots=(tmp_path,))


@pytest.mark.parametrize("weights", [b"", b"nothing", b"\x80", b"\x81\xa3cfg\xc4\x02{}"])
def test_weights_that_are_none_are_refused(tmp_path: Path, weights: bytes) -> None:
    config = open_artifact("names").read("config.json")
    known = open_artifact("names").read(KNOWN)
    root = folder_with(tmp_path, {WEIGHTS: weights, KNOWN: known, "config.json": config})
    with pytest.raises(DamagedModel, match="names"):
        find_names(["Peter Schmidt"], roots=(root,))


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedModel):
        find_names(["Peter Schmidt"], roots=(tmp_path,))


def test_the_model_is_forgotten_and_comes_back() -> None:
    assert found_in("Peter Schmidt")
    names.release()
    assert not names._loaded
    assert found_in("Peter Schmidt")
