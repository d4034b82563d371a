"""Memory: whether the kernel killed something of this room for it, and whom it takes first. Runs inside the room."""

COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def oom_kills() -> int:
    """How often the kernel killed a process of this room for memory (cgroup v2, then v1)."""
    for path in COUNTERS:
        try:
            with open(path) as counter:  # noqa: PTH123 - twice per statement, so the cheap one
                words = counter.read().split()
        except OSError:
            continue
        if "oom_kill" in words:
            return int(words[words.index("oom_kill") + 1])
    return 0


def first_to_die(pid: int) -> None:
    """Have the kernel take this process and its children for lack of memory before it takes the agent.

    https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    """
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as score:  # noqa: PTH123 - pathlib is slow to load
            score.write("1000")
    except OSError:
        return  # it has ended already
