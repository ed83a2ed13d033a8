"""What SOURCE may be: an address, a bare host, a file, standard input."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from assistant.cli.sources import looks_like_host, open_source
from assistant.errors import AssistantError, EmptyInput, InputTooLarge, InvalidUrl, MissingFile
from assistant.service import FromBytes, FromUrl


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("https://example.com/privacy", "https://example.com/privacy"),
        ("HTTP://example.com", "HTTP://example.com"),
        (" https://example.com ", "https://example.com"),
        ("example.com", "https://example.com"),
        ("www.example.co.uk/legal?x=1#top", "https://www.example.co.uk/legal?x=1#top"),
        ("example.com/policy.pdf", "https://example.com/policy.pdf"),
        ("example.com:8443/privacy", "https://example.com:8443/privacy"),
        ("bücher.example", "https://bücher.example"),
        ("192.0.2.1", "https://192.0.2.1"),
    ],
)
def test_addresses(source: str, url: str) -> None:
    assert open_source(source, max_bytes=10) == FromUrl(url)


@pytest.mark.parametrize(
    "source",
    ["policy.html", "policy.pdf", "notes.md", "policy", "./example.com", "/example.com", "a b.com",
     "..", "~/example.com", "-example.com", "exa..mple.com", "example.", ".com", "C:\\policy"],
)  # fmt: skip
def test_what_is_no_host(source: str) -> None:
    assert not looks_like_host(source)


def test_an_existing_file_wins_over_an_address(tmp_path: Path) -> None:
    (tmp_path / "example.com").write_bytes(b"We sell.")

    opened = open_source("example.com", max_bytes=10)

    assert opened == FromBytes(b"We sell.", "example.com", path="example.com")


def test_a_file_is_named_after_itself_and_keeps_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "policy.md").write_bytes(b"# We sell")

    opened = open_source("saved/policy.md", max_bytes=10)

    assert opened == FromBytes(b"# We sell", "policy.md", "text/markdown", path="saved/policy.md")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xffWe sell.")))

    opened = open_source("-", max_bytes=10)

    assert isinstance(opened, FromBytes)
    assert opened.data == b"\xffWe sell."


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("", EmptyInput),
        ("  ", EmptyInput),
        ("nothing.html", MissingFile),
        ("ftp://example.com/policy", InvalidUrl),
        ("file:///policy.html", InvalidUrl),
        (".", MissingFile),
        ("policy\0.html", MissingFile),
        ("long.html", InputTooLarge),
    ],
)
def test_what_cannot_be_opened(tmp_path: Path, source: str, error: type[AssistantError]) -> None:
    (tmp_path / "long.html").write_bytes(b"x" * 11)

    with pytest.raises(error):
        open_source(source, max_bytes=10)


def test_a_folder_is_called_a_folder() -> None:
    with pytest.raises(MissingFile, match="folder"):
        open_source(".", max_bytes=10)


def test_standard_input_is_read_to_its_limit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"x" * 100)
    with os.fdopen(reader) as endless, os.fdopen(writer, "wb"):
        monkeypatch.setattr("sys.stdin", endless)

        with pytest.raises(InputTooLarge):
            open_source("-", max_bytes=10)
