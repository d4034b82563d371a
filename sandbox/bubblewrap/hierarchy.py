"""The hierarchy: where among the control groups this process may make some of its own."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids", "cpu")
#: The leaf into which this process moves itself, as a group may hold either processes or groups.
OWN_LEAF = "main"


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A place for groups.

    Attributes:
        version: 1, where each controller has a tree of its own, or 2.
        tops: for each controller the folder below which groups can be made; "memory" is always there.
    """

    version: int
    tops: Mapping[str, Path]

    def folders(self, name: str) -> dict[str, Path]:
        """For each controller the folder of a group."""
        return {controller: top / name for controller, top in self.tops.items()}

    def make(self, name: str, *, last: bool = False) -> dict[str, Path]:
        """Make a group; one that is not the last of its branch hands its controllers on. Raises OSError."""
        folders = self.folders(name)
        for folder in sorted(set(folders.values())):
            folder.mkdir(mode=0o755, exist_ok=True)
            if self.version == 2 and not last:
                _hand_on(folder, folders)
        return folders

    def names(self, prefix: str) -> list[str]:
        """Groups of ours at the top whose names begin like this and have three more parts."""
        found = {path.name for top in set(self.tops.values()) for path in top.glob(f"{prefix}.*.*.*/")}
        return sorted(found)


def find_hierarchy() -> Hierarchy | None:
    """Where groups with a limit of memory can be made; None where this process may not."""
    mounts = _mounts()
    for place in mounts.get("cgroup2", {}).values():
        top = _second_version(place)
        if top is not None:
            return Hierarchy(2, dict.fromkeys(_words(top / "cgroup.subtree_control") & set(CONTROLLERS), top))
    tops = {name: place for name, place in mounts.get("cgroup", {}).items() if _may_make(place)}
    return Hierarchy(1, tops) if "memory" in tops else None


def _mounts() -> dict[str, dict[str, Path]]:
    """Mounted trees by version and controller: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html."""
    found: dict[str, dict[str, Path]] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        place = Path(left.split()[4])
        if kind == "cgroup2":
            found.setdefault(kind, {})[str(place)] = place
        elif kind == "cgroup":
            names = set(options.split(",")) & set(CONTROLLERS)
            found.setdefault(kind, {}).update(dict.fromkeys(names, place))
    return found


def _second_version(place: Path) -> Path | None:
    """The folder below which groups can be made, with "memory" handed on to them."""
    relative = next((line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line[:3] == "0::"), "/")
    own = place / relative.strip("/")
    if ".." in own.parts or not own.is_dir():
        return None
    tops = [own.parent] if own != place else []
    if os.geteuid() == 0:
        tops.insert(0, place)
    for top in tops:
        if _may_make(top) and not _processes(top) and _hand_on(top, CONTROLLERS):
            return top
    return own if _may_make(own) and _move_to_leaf(own) and _hand_on(own, CONTROLLERS) else None


def _move_to_leaf(own: Path) -> bool:
    """Move the processes of this group one step down, to make room for groups beside them.

    A group that belongs to an ordinary user was delegated to the service in it; root's may hold anybody.
    https://systemd.io/CGROUP_DELEGATION/
    """
    pids = _processes(own)
    if os.geteuid() == 0 and not all(map(_is_ours, pids)):
        return False
    with suppress(OSError):
        (own / OWN_LEAF).mkdir(exist_ok=True)
        for pid in pids:
            (own / OWN_LEAF / "cgroup.procs").write_text(str(pid))
        return True
    return False


def _is_ours(pid: int) -> bool:
    """Whether it is this process or one below it."""
    while pid > 1:
        if pid == os.getpid():
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            return True  # it has ended meanwhile
    return False


def _may_make(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK)


def _hand_on(folder: Path, controllers: Iterable[str]) -> bool:
    """Let groups below have limits; whether memory is among them."""
    control = folder / "cgroup.subtree_control"
    for controller in controllers:
        with suppress(OSError):
            control.write_text(f"+{controller}")
    return "memory" in _words(control)


def _processes(folder: Path) -> list[int]:
    return [] if _is_root(folder) else [int(pid) for pid in _words(folder / "cgroup.procs")]


def _is_root(folder: Path) -> bool:
    """The root of all groups may hold both; only it has no type."""
    return not (folder / "cgroup.type").exists()


def _words(path: Path) -> set[str]:
    try:
        return set(path.read_text().split())
    except OSError:
        return set()
