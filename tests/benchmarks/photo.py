"""How fast photos are read, checked and held together, and how much memory that takes."""

from __future__ import annotations

import io
import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.pictures import (
    fill,
    large_picture,
    photo_with_everything,
    small_picture,
    telling_picture,
)
from tests.benchmarks.table import Row, median_each_s, median_s

FEW, MANY = 100, 1_000
"""Photos in the folders; the memory of both should be the same."""
_FILES = 40


def photo_rows(checkout: Path, *, runs: int) -> Iterator[Row]:
    """Every figure of the photo job."""
    yield from metadata()
    yield from whole_check(runs)
    yield from folders(checkout)


def metadata() -> Iterator[Row]:
    """Reading all metadata of one JPEG, beside peers that read the same bytes."""
    import exifread

    from assistant.photo.metadata import read_metadata

    def peer(data: bytes) -> None:
        exifread.process_file(io.BytesIO(data), details=True)

    for size, picture in (("40 kB", small_picture), ("2 MB", large_picture)):
        files = [photo_with_everything(n, *picture(n % 4)) for n in range(_FILES)]
        read_metadata(files[0])
        ours = median_each_s(read_metadata, files)
        logging.getLogger("exifread").disabled = True
        beside = [f"{median_each_s(peer, files) / ours:.2f} × exifread (Exif alone)"]
        beside += [f"{seconds / ours:.0f} × ExifTool -stay_open" for seconds in _exiftool(files)]
        yield Row(f"metadata of a JPEG, {size}", f"{ours * 1000:.1f} ms", "5 ms", ", ".join(beside))


def _exiftool(files: list[bytes]) -> Iterator[float]:
    """Median seconds a file of one ExifTool that stays open; nothing where it is not installed."""
    if shutil.which("exiftool") is None:
        return
    with tempfile.TemporaryDirectory() as folder, _staying_open() as ask:
        paths = [Path(folder, f"{number}.jpg") for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        ask(paths[0])
        yield median_each_s(ask, paths)


@contextmanager
def _staying_open() -> Iterator[Callable[[Path], None]]:
    command = ["exiftool", "-config", "", "-stay_open", "True", "-@", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def ask(path: Path) -> None:
            asked.write(f"-j\n-G1\n-a\n-u\n-ee\n{path}\n-execute\n".encode())
            asked.flush()
            while told.readline().strip() != b"{ready}":
                pass

        yield ask
        asked.write(b"-stay_open\nFalse\n")
        asked.flush()


def whole_check(runs: int) -> Iterator[Row]:
    """A photo of 12 megapixels with text and a code, in a child that has looked before."""
    from assistant.photos import Photos

    photos, data = Photos(), telling_picture()
    try:
        report = photos.check(data, "a.jpg").report
        assert report.details.codes
        assert report.details.text
        seconds = median_s(lambda: photos.check(data, "a.jpg"), runs)
        child = photos._worker._child
        assert child is not None
        status = Path(f"/proc/{child.pid}/status").read_text()
    finally:
        photos.close()
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    yield Row("photo of 12 megapixels, looked at", f"{seconds:.2f} s", "2 s")
    yield Row("… peak memory of the child", f"{peak_kb / 1024:.0f} MB", "1300 MB")


def folders(checkout: Path) -> Iterator[Row]:
    """`photo FOLDER --metadata-only --json` in a fresh process, with what links the photos."""
    peaks = []
    for count in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), count)
            wall_s, cpu_s, peak_mb = _command(checkout, Path(folder))
        peaks.append(peak_mb)
    what = f"folder of {MANY:,} photos of 2 MB, files alone"
    yield Row(what, f"{wall_s:.1f} s", "15 s", f"{cpu_s:.1f} s of processor time")
    growth = f"{peaks[1] / peaks[0]:.2f} × that of {FEW} photos"
    yield Row("… largest memory of a process", f"{peaks[1]:.0f} MB", "", growth)


def _command(checkout: Path, folder: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds of all processes, and the largest memory of one in MB."""
    apart = [sys.executable, "-m", "tests.benchmarks.apart"]
    command = [sys.executable, "-m", "assistant", "photo", str(folder), "--metadata-only", "--json"]
    done = subprocess.run([*apart, *command], cwd=checkout, check=True, stdout=subprocess.PIPE)
    used = json.loads(done.stdout)
    return used["wall_s"], used["cpu_s"], used["peak_mb"]
