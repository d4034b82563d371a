"""Headroom: how much memory rooms may use together, so that the machine keeps some for itself."""

import os
import re
from pathlib import Path

GIB = 2**30
#: What is left to everything that is no room.
RESERVE = GIB
MEMINFO = Path("/proc/meminfo")


def headroom(engine: int | None = None, *, least: int = GIB, meminfo: Path = MEMINFO) -> int:
    """Bytes that all rooms together may use.

    Args:
        engine: bytes of memory that the machine of the rooms has, as its engine says; None: it is this machine.
        least: never less than this, so that one room fits on a small machine too.
        meminfo: what the kernel says of this machine: https://docs.kernel.org/filesystems/proc.html#meminfo

    Returns:
        What this machine has available now, less a reserve; of another machine all that it has, less the reserve.
    """
    total, available = _memory(meminfo)
    elsewhere = engine is not None and engine != total
    return max(least, (engine if elsewhere and engine else available) - RESERVE)


def _memory(meminfo: Path) -> tuple[int, int]:
    """Total and available bytes of this machine."""
    try:
        lines = dict(re.findall(r"^(\w+):\s+(\d+) kB$", meminfo.read_text("ascii"), re.MULTILINE))
        return int(lines["MemTotal"]) * 1024, int(lines["MemAvailable"]) * 1024
    except (OSError, KeyError):  # no Linux
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return total, total // 2
