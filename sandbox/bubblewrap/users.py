"""The users as whom rooms run: numbers that nobody else has, one for each room, where this process may give them.

Limits and signals count by user. So a room that has a number to itself can neither use up what another one may
have nor reach its processes, and a room that got out of its namespaces would be nobody.
"""

import fcntl
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sandbox.room import SandboxError

#: In the part of all numbers that Debian and systemd leave alone: https://systemd.io/UIDS-GIDS/
FIRST = 1_900_000_000
BLOCK = 256
BLOCKS = 256
LOCKS = Path("/run/code-intern/users")
#: Numbers that containers of other users may have: https://man7.org/linux/man-pages/man5/subuid.5.html
GIVEN_AWAY = (Path("/etc/subuid"), Path("/etc/subgid"))


class Users:
    """A block of user numbers that this process has to itself as long as it lives. Close it.

    Without root there is one number, the process's own, for all rooms.

    Raises:
        SandboxError: this root may not take other numbers.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle = -1
        self._free: list[int] = []
        if os.geteuid() == 0:
            self._take_block()

    @property
    def are_separate(self) -> bool:
        """Whether each room has a number of its own."""
        return self._handle >= 0

    def take(self) -> int | None:
        """A number that no other room has; None for this process's own user. Raises SandboxError: none is left."""
        if self._handle < 0:
            return None
        with self._lock:
            if not self._free:
                raise SandboxError(f"{BLOCK} rooms are open: close some")
            return self._free.pop(0)

    def give_back(self, user: int | None) -> None:
        """Nothing of this user's runs any more."""
        if user is not None:
            with self._lock:
                self._free.append(user)

    def close(self) -> None:
        """Let another process have the block."""
        with self._lock, suppress(OSError):
            os.close(self._handle)
            self._handle = -1

    def _take_block(self) -> None:
        if not _is_mapped(FIRST, FIRST + BLOCK * BLOCKS):
            raise SandboxError("root can't become another user here: run this as an ordinary user")
        LOCKS.mkdir(mode=0o700, parents=True, exist_ok=True)
        for block in range(BLOCKS):
            numbers = range(FIRST + block * BLOCK, FIRST + (block + 1) * BLOCK)
            handle = os.open(LOCKS / str(block), os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            if _lock(handle) and not _is_given_away(numbers) and _running_users().isdisjoint(numbers):
                self._handle, self._free = handle, list(numbers)
                return
            os.close(handle)
        raise SandboxError(f"{BLOCKS} processes have rooms on this machine: end some")


def _lock(handle: int) -> bool:
    """The lock ends with the process that holds it, however that ends."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_mapped(first: int, end: int) -> bool:
    """Whether this user namespace has all of these numbers."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        inside, _, count = map(int, line.split())
        if inside <= first and end <= inside + count:
            return True
    return False


def _is_given_away(numbers: range) -> bool:
    return any(_overlaps(line, numbers) for path in GIVEN_AWAY if path.exists() for line in _lines(path))


def _lines(path: Path) -> Iterable[str]:
    return path.read_text(errors="replace").splitlines()


def _overlaps(line: str, numbers: range) -> bool:
    _, _, rest = line.partition(":")
    first, _, count = rest.partition(":")
    if not (first.isdecimal() and count.isdecimal()):
        return False
    return int(first) < numbers.stop and numbers.start < int(first) + int(count)


def _running_users() -> set[int]:
    """The users that any process has: real, effective, saved and of the file system."""
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                told = next(line for line in _lines(entry / "status") if line.startswith("Uid:"))
                found.update(map(int, told.split()[1:]))
    return found
