"""File names that tell when or by what a photo was taken."""

from __future__ import annotations

import pytest

from assistant.photo.names import telling_name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("IMG_20240517_183012.jpg", "the date 2024-05-17"),
        ("Screenshot 2023-01-02.png", "the date 2023-01-02"),
        ("1714060800123.jpg", "a time of day, counted in seconds"),
        ("DSC_0417.JPG", "the counter of a camera"),
        ("DJI_0042.DNG", "the counter of a camera"),
    ],
)
def test_a_telling_name(name: str, told: str) -> None:
    assert telling_name(name) == told


@pytest.mark.parametrize(
    "name",
    ["holiday.jpg", "photo-0001.jpg", "20241340.jpg", "20230230.jpg", "12345678901234567.png", ""],
)
def test_a_name_that_tells_nothing(name: str) -> None:
    assert telling_name(name) == ""
