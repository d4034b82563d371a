"""Memory: whether the kernel killed something of this room for it. Runs inside the room."""

from pathlib import Path

COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def oom_kills() -> int:
    """How often the kernel killed a process of this room for memory (cgroup v2, then v1)."""
    for path in COUNTERS:
        try:
            words = Path(path).read_text().split()
        except OSError:
            continue
        if "oom_kill" in words:
            return int(words[words.index("oom_kill") + 1])
    return 0
