"""A process by its number and the moment of its start, which together nobody else ever has on this machine."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Process:
    """One process.

    Attributes:
        pid: its number.
        start: clock ticks from the machine's start to its own: field 22 of
            https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """

    pid: int
    start: int

    @classmethod
    def mine(cls) -> Self:
        """This process."""
        return cls(os.getpid(), _start(os.getpid()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` gave; no process at all for any other text."""
        pid, _, start = text.partition(".")
        return cls(int(pid), int(start)) if pid.isdecimal() and start.isdecimal() else cls(0, 0)

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.pid > 0 and _start(self.pid) == self.start

    def __str__(self) -> str:
        return f"{self.pid}.{self.start}"


def _start(pid: int) -> int:
    """The moment of its start; -1 when it has ended, even if nobody has taken notice yet."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return -1
    return -1 if words[0] in ("Z", "X") else int(words[19])
