"""Disks: where the bot writes, and whether there is room enough to begin another job."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.errors import Later
from sandbox.room import MIB

#: Bytes below which nothing more can be expected to be stored.
LAST = 1 * MIB

#: Seconds between two looks of a job that waits.
AGAIN = 30.0


class Disks:
    """The folders that are written to.

    Args:
        places: folders by what they are for ("the database"); one that is not there is measured where it would be.
        least: bytes that have to be free at each before another job begins.
        again: seconds between two looks of a job that waits.
    """

    def __init__(self, places: Mapping[str, Path], least: int, *, again: float = AGAIN) -> None:
        self._places, self._least, self._again = places, least, again

    def free(self) -> dict[str, int]:
        """Bytes that are free, by place; without those that can't be measured."""
        found = {name: _free(path) for name, path in self._places.items()}
        return {name: bytes_ for name, bytes_ in found.items() if bytes_ is not None}

    def trouble(self) -> str:
        """What is nearly full and what to do, in one sentence; "" where there is room."""
        for name, free in self.free().items():
            if free < self._least:
                return (
                    f"The disk of {name} has {free // MIB} MiB left, less than the {self._least // MIB} that a new job "
                    f"needs. Free some space at {self._places[name]}, or lower INTERN_DISK_FREE."
                )
        return ""

    def check(self, now: float) -> None:
        """Raise Later where no job may begin. It waits for as long as it takes: nothing is lost by it."""
        if trouble := self.trouble():
            raise Later(trouble, now + self._again, float("inf"))

    def full(self) -> bool:
        """Whether nothing more can be expected to be stored."""
        return any(free < LAST for free in self.free().values())


def places_of(database_url: str, trajectories: Path | None, engine: str = "") -> Mapping[str, Path]:
    """Folders that are written to, by what they are for.

    Args:
        database_url: of an SQLite file, or of a server, whose disk is its own business.
        trajectories: folder of what jobs leave; None for none.
        engine: where the engine of the sandbox keeps its images, if it is one of this machine.
    """
    places = {"temporary files": Path(tempfile.gettempdir())}
    if database_url.startswith("sqlite"):
        places["the database"] = Path(database_url.removeprefix("sqlite:///").partition("?")[0]).absolute().parent
    if trajectories is not None:
        places["the trajectories"] = trajectories
    if engine.startswith("/") and Path(engine).is_dir():
        places["the engine"] = Path(engine)
    return places


def _free(path: Path) -> int | None:
    """Bytes that are free where a path is, or would be."""
    for place in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
