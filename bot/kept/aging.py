"""Aging: what jobs left in the operator's folder goes when it is old, or when all of it together is too much."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.kept.results import TRAJECTORY

#: Seconds for which a job's folder stays in any case: it may be at work in it.
FRESH = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    changed: float
    size: int


def age(folder: Path, days: int, most: int, now: float) -> int:
    """Remove the oldest jobs' folders; how many. What is none of ours stays, whatever its age.

    Args:
        folder: of all jobs.
        days: for which one is kept after it was last written to.
        most: bytes of all together.
        now: Unix seconds.
    """
    found = sorted(_folders(folder), key=lambda one: one.changed)
    total, gone = sum(one.size for one in found), 0
    for one in found:
        seconds = now - one.changed
        if seconds < FRESH or (seconds < days * 86_400 and total <= most):
            continue
        shutil.rmtree(one.path, ignore_errors=True)  # follows no link
        total, gone = total - one.size, gone + (not one.path.exists())
    return gone


def _folders(folder: Path) -> Iterator[_Folder]:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if not path.is_symlink() and (path / TRAJECTORY).is_file():
            try:
                states = [one.lstat() for one in path.rglob("*")]
            except OSError:
                continue  # somebody else removes it
            yield _Folder(path, max(state.st_mtime for state in states), sum(state.st_size for state in states))
