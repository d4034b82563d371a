"""The profile: with which rights a room's container is made."""

import math
from typing import Any

from docker.types import Ulimit

from sandbox.docker.seccomp import seccomp_profile
from sandbox.layout import WORKSPACE
from sandbox.room import MIB, Limits

#: The code's user. The container's main process has another one, so that the code can't stop its clock.
#: A room that may write an environment has this one, which owns it; every other room has a number of its own,
#: because the kernel counts some things by user (queued signals, memory of pipes) over all rooms.
CODE_USER = 10001
ROOM_USERS = range(20_000, 60_000)
MAIN_USER = "10002:10002"

TMP_SIZE = 64 * MIB
TMP_INODES = 10_000
SHM_SIZE = 64 * MIB
OPEN_FILES = 1024
SPARE_SECONDS = 5
#: A kernel of its own such as gVisor's runs in the container's control group, where its threads count: about 60 here.
RUNTIME_THREADS = 160


def container_profile(
    image: str,
    limits: Limits,
    labels: dict[str, str],
    runtime: str | None = None,
    *,
    user: int = CODE_USER,
) -> dict[str, Any]:
    """Arguments for `client.containers.create`.

    Args:
        image: the sandbox image.
        limits: what the kernel will enforce.
        labels: who owns the room and when it ends.
        runtime: an OCI runtime that the engine knows ("runsc"); None for its default.
        user: number of the user that code will run as.

    See https://docker-py.readthedocs.io/en/stable/containers.html
    """
    profile: dict[str, Any] = {
        "image": image,
        # For the case that nobody outside is left to keep the time; whoever made the room is earlier.
        "command": ["timeout", "-s", "KILL", str(math.ceil(limits.lifetime) + SPARE_SECONDS), "sleep", "infinity"],
        "user": MAIN_USER,
        "working_dir": WORKSPACE,
        "hostname": "room",
        "labels": labels,
        "auto_remove": True,
        "network_mode": "none",
        "ipc_mode": "private",
        # Else the engine copies in what this machine's own file says.
        "dns": ["127.0.0.1"],
        "dns_search": ["."],
        "init": True,
        "log_config": {"type": "none"},
        **_rights(),
        **_amounts(limits, user),
    }
    if runtime:
        profile |= {"runtime": runtime, "pids_limit": limits.processes + RUNTIME_THREADS}
    return profile


def _rights() -> dict[str, Any]:
    return {
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges", "seccomp=" + seccomp_profile()],
    }


def _amounts(limits: Limits, user: int) -> dict[str, Any]:
    return {
        "mem_limit": limits.memory,
        "memswap_limit": limits.memory,  # equal means no swap at all
        "pids_limit": limits.processes,
        "nano_cpus": int(limits.cpus * 1e9),
        "tmpfs": {
            WORKSPACE: _tmpfs(limits.workspace, limits.inodes) + f",exec,uid={user},gid={user},mode=0755",
            "/tmp": _tmpfs(TMP_SIZE, TMP_INODES) + ",exec,mode=1777",  # noqa: S108 - the room's own, not the host's
            "/dev/shm": _tmpfs(SHM_SIZE, TMP_INODES) + ",noexec,mode=1777",  # noqa: S108 - likewise
        },
        # No nproc: it counts per user over all rooms of the machine; pids_limit counts per room.
        "ulimits": [
            Ulimit(name="nofile", soft=OPEN_FILES, hard=OPEN_FILES),
            Ulimit(name="core", soft=1, hard=1),  # why not 0: see `sandbox.docker.seccomp`
            Ulimit(name="fsize", soft=limits.workspace, hard=limits.workspace),
        ],
    }


def _tmpfs(size: int, inodes: int) -> str:
    # Without nr_inodes empty files fill the kernel's memory instead of the file system.
    return f"rw,nosuid,nodev,size={size},nr_inodes={inodes}"
