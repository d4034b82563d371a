"""Disks: where the bot writes, and whether there is room enough to begin another job."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from bot.errors import Later
from bot.server.health import Part
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

    def look(self) -> Part:
        """For a report of health; needed only where really nothing is left."""
        free, trouble = self.free(), self.trouble()
        told = {"free_mib": {name: bytes_ // MIB for name, bytes_ in free.items()}}
        full = any(bytes_ < LAST for bytes_ in free.values())
        return Part(ok=not trouble, needed=full, told={**told, **({"why": trouble} if trouble else {})})


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
