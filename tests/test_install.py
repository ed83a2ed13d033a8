"""A plain `pip install .` on a fresh environment does the job without the heavy packages."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
PHOTO = CHECKOUT / "tests" / "photo" / "code.heic"
SAMPLE = CHECKOUT / "assistant" / "page" / "sample.html"
MAX_INSTALLED_MB = 800
"""700 without what reads text and faces in photos (OpenCV, rapidocr and what they need)."""
HEAVY = ("torch", "transformers", "sentence_transformers", "sklearn", "playwright")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The `bin` folder of an environment with nothing but the built package and its needs."""
    folder = tmp_path_factory.mktemp("core")
    venv.create(folder, with_pip=True)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    run(binaries / "python", "-m", "pip", "install", "--quiet", str(CHECKOUT), cwd=folder)
    yield binaries


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_it_reads_a_policy_outside_the_checkout(core: Path, tmp_path: Path) -> None:
    done = run(core / "privacy-assistant", "policy", str(SAMPLE), "--json", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert report["rating"]["grade"]
    assert report["summary"]
    assert {"doctype", "encoder", "practices"} < set(report["versions"]["models"])
    assert done.stderr == ""


def test_it_looks_at_a_photo_and_cleans_it(core: Path, tmp_path: Path) -> None:
    program, clean = core / "privacy-assistant", tmp_path / "clean"
    report = json.loads(run(program, "photo", str(PHOTO), "--json", cwd=tmp_path).stdout)
    assert report["details"]["codes"]
    assert {"faces", "names"} <= set(report["versions"]["models"])
    run(program, "photo", str(PHOTO), "--clean", str(clean), "--blur", "codes", cwd=tmp_path)
    (copy,) = clean.iterdir()
    again = json.loads(run(program, "photo", str(copy), "--json", cwd=tmp_path).stdout)
    assert again["rating"]["score"] == 100


def test_the_page_and_its_views_are_in_it(core: Path, tmp_path: Path) -> None:
    code = (
        "from importlib.resources import files; page = files('assistant') / 'page';"
        "print((page / 'index.html').is_file(), (page / 'views' / 'report.js').is_file())"
    )
    assert run(core / "python", "-c", code, cwd=tmp_path).stdout.split() == ["True", "True"]


def test_the_extension_is_in_it(core: Path, tmp_path: Path) -> None:
    program = core / "privacy-assistant"
    told = json.loads(run(program, "extension", "--json", cwd=tmp_path).stdout)
    folder = Path(told["folder"])
    assert folder.is_relative_to(core.parent)
    assert (folder / "src" / "background" / "main.js").is_file()
    assert not [name for name in ("node_modules", "package.json") if (folder / name).exists()]
    here = (CHECKOUT / "extension" / "vendor" / "vendor.json").is_file()
    assert told["complete"] is here
    assert told["get_missing"] is None
    assert here or "released package" in told["obstacle"]
    run(program, "extension", "--pack", "zips", cwd=tmp_path)
    assert len(list((tmp_path / "zips").glob("*.zip"))) == 2


def test_doctor_is_content_and_names_what_is_optional(core: Path, tmp_path: Path) -> None:
    done = run(core / "privacy-assistant", "doctor", cwd=tmp_path)
    assert "summarizer" in done.stdout.lower()


def test_it_is_small_and_without_the_heavy_packages(core: Path, tmp_path: Path) -> None:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(core / "python", "-c", code, cwd=tmp_path).stdout.strip())
    size = sum(f.stat().st_size for f in packages.rglob("*") if f.is_file()) / 1e6
    assert size <= MAX_INSTALLED_MB
    assert [name for name in HEAVY if (packages / name).exists()] == []


def test_a_transformers_summarizer_is_refused_with_the_way_to_get_it(
    core: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [core / "privacy-assistant", "policy", SAMPLE, "--summarizer", "transformers:some/model"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "full" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
