"""How much memory rooms may use together."""

import os
from pathlib import Path

from sandbox.headroom import GIB, RESERVE, headroom

MEMINFO = "MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\nHugePages_Total: 0\n"


def test_this_machine_keeps_a_reserve_of_what_is_available(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(MEMINFO)
    assert headroom(meminfo=meminfo) == 8 * GIB - RESERVE
    assert headroom(16 * GIB, meminfo=meminfo) == 8 * GIB - RESERVE
    assert headroom(least=9 * GIB, meminfo=meminfo) == 9 * GIB


def test_another_machine_keeps_it_of_all_that_it_has(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(MEMINFO)
    assert headroom(4 * GIB, meminfo=meminfo) == 4 * GIB - RESERVE
    assert headroom(64 * GIB, meminfo=meminfo) == 64 * GIB - RESERVE


def test_a_machine_that_does_not_say_gives_half(tmp_path: Path) -> None:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert headroom(meminfo=tmp_path / "none") == max(GIB, total // 2 - RESERVE)


def test_the_real_machine_is_understood() -> None:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert GIB <= headroom() < max(total, 2 * GIB)
