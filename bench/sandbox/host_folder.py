"""A folder of the host: files laid out and tested in it without any walls. Only for files of our own."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.files import File, Tree


@contextmanager
def laid_out(files: Tree) -> Iterator[Path]:
    """A passing folder that holds these files."""
    with tempfile.TemporaryDirectory(prefix="intern-bench-") as name:
        folder = Path(name)
        for path, file in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.data)
        yield folder


def run_python(folder: Path, *arguments: str) -> int:
    """The exit code of the project's own Python in that folder."""
    # No settings of the project's may reach it, and the folder is imported from, as in a room.
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [sys.executable, *arguments]
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, check=False).returncode


def run_tests(folder: Path, *paths: str) -> int:
    """The exit code of pytest in that folder."""
    return run_python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *paths)


def gathered(folder: Path) -> dict[str, File]:
    """The folder's files by their paths."""
    places = [place for place in folder.rglob("*") if place.is_file()]
    return {place.relative_to(folder).as_posix(): File(place.read_bytes()) for place in places}
