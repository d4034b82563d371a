"""The command: with which rights, and with which parts of the host, a room's first process is started."""

import math
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.bubblewrap.programs import Programs
from sandbox.layout import BOOT, ENVIRONMENT, WORKSPACE
from sandbox.room import MIB, Limits

CODE_USER = "10001"
TMP_SIZE = 64 * MIB
TMP_INODES = 10_000
SHM_SIZE = 64 * MIB
OPEN_FILES = 1024

#: Of the kernel's own files nothing that other users may read is a secret, but code has no business with these.
MASKED_FILES = ("kcore", "keys", "key-users", "kallsyms", "timer_list", "sched_debug", "latency_stats", "cmdline")
MASKED_FOLDERS = ("acpi", "asound", "bus", "driver", "fs", "irq", "scsi")

#: Seconds that the room's own clock gives the host's.
GRACE = 2


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of the host that the room sees, read-only unless it is said otherwise."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Handles:
    """Descriptors that bubblewrap inherits: where it tells its state, waits for us, and reads the filter."""

    status: int
    gate: int
    filter: int


def room_command(
    programs: Programs,
    root: Path,
    mounts: Sequence[Mount],
    limits: Limits,
    handles: Handles,
    user: int | None,
) -> list[str]:
    """The whole command line.

    Args:
        programs: of the host.
        root: a folder with the mount points; it becomes the room's root, read-only.
        mounts: what else the room sees.
        limits: what the room may use.
        handles: what bubblewrap inherits.
        user: as whom; None for this process's own user.

    See https://manpages.debian.org/bookworm/bubblewrap/bwrap.1.en.html
    """
    return [
        *as_user(programs, user),
        # The order matters: each dies with the one before it, and the first one with our thread that started it.
        "--pdeathsig=KILL",
        # A clock outside of the room, which neither the code nor a host process that hangs can stop.
        *(programs.timeout, "-s", "KILL", str(math.ceil(limits.lifetime) + GRACE)),
        *(programs.bwrap, "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"),
        *("--new-session", "--cap-drop", "ALL", "--hostname", "room", "--uid", CODE_USER, "--gid", CODE_USER),
        # No process between the kernel and our agent: as the first one it can't be killed or stopped from inside.
        "--as-pid-1",
        *("--json-status-fd", str(handles.status), "--block-fd", str(handles.gate), "--seccomp", str(handles.filter)),
        *_files(root, mounts, limits),
        *(word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)),
        # Bubblewrap itself adds this one, which no room of another driver has.
        *("--chdir", WORKSPACE, "--", "/usr/bin/env", "-u", "PWD", *BOOT, "agent"),
    ]


def as_user(programs: Programs, user: int | None) -> list[str]:
    """The beginning of a command line that gives up all rights, and this process's user for another one."""
    rights = [programs.setpriv, "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    if user is None:
        return [programs.setpriv, "--no-new-privs"]
    return [*rights, f"--reuid={user}", f"--regid={user}", "--clear-groups"]


def _files(root: Path, mounts: Sequence[Mount], limits: Limits) -> list[str]:
    # Some settings belong to a room's own namespaces, and so to its user; none is to be written all the same.
    words = ["--ro-bind", str(root), "/", "--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"]
    for name in MASKED_FILES:
        words += ["--ro-bind-try", "/dev/null", f"/proc/{name}"] if Path("/proc", name).exists() else []
    for name in MASKED_FOLDERS:
        words += _empty(f"/proc/{name}") if Path("/proc", name).exists() else []
    words += ["--dev", "/dev", *_tmpfs("/dev/shm", SHM_SIZE, "1777"), "--remount-ro", "/dev"]  # noqa: S108 - the room's
    words += [*_tmpfs("/tmp", TMP_SIZE, "1777"), *_tmpfs(WORKSPACE, limits.workspace, "0755")]  # noqa: S108 - likewise
    for mount in mounts:
        words += ["--bind" if mount.writable else "--ro-bind", str(mount.source), mount.target]
    return words


def _empty(folder: str) -> list[str]:
    return ["--perms", "0555", "--size", "4096", "--tmpfs", folder, "--remount-ro", folder]


def _tmpfs(folder: str, size: int, mode: str) -> list[str]:
    return ["--perms", mode, "--size", str(size), "--tmpfs", folder]


def limits_script(limits: Limits, *, count: bool) -> str:
    """A script that sets limits which bubblewrap has no option for, run beside the room's first process.

    Args:
        limits: what the room may use.
        count: whether the processes of the room's user have to be limited as well. In a user namespace
            of its own the kernel (from 5.14 on) counts those of this room alone.

    See https://man7.org/linux/man-pages/man1/prlimit.1.html
    """
    amounts = {"nofile": OPEN_FILES, "core": 1, "fsize": limits.workspace}
    if count:
        amounts["nproc"] = limits.processes
    options = [f"--{name}={_at_most(name, amount)}" for name, amount in amounts.items()]
    # Without a limit of their number empty files fill the kernel's memory instead of the file system.
    shared = "remount,nosuid,nodev"
    mounts = (
        (WORKSPACE, shared, limits.inodes),
        ("/tmp", shared, TMP_INODES),  # noqa: S108 - the room's own
        ("/dev/shm", f"{shared},noexec", TMP_INODES),  # noqa: S108 - likewise
    )
    steps = [f"/usr/bin/prlimit --pid 1 {' '.join(options)}"]
    steps += [f"/usr/bin/mount -n -i -t tmpfs -o {how},nr_inodes={count} tmpfs {place}" for place, how, count in mounts]
    return " && ".join(steps)


def _at_most(name: str, amount: int) -> str:
    """A soft and hard limit; what this process may not have itself it can't give."""
    _, most = resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))
    amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
    return f"{amount}:{amount}"
