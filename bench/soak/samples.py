"""Samples: what the machines and the database hold, looked at now and then."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.soak.world import World

#: Rows of all tables, the biggest first.
ROWS = "select relname, n_live_tup from pg_stat_user_tables order by n_live_tup desc"
STORED = """select pg_database_size(datname), xact_commit from pg_stat_database
    where datname = current_database()"""
AT_WORK = """select count(*), count(distinct queue_partition_key) from dbos.workflow_status
    where queue_name = 'jobs' and status = 'PENDING'"""


@dataclass(frozen=True)
class Sample:
    """One look.

    Attributes:
        at: seconds since the beginning.
        ended: jobs that had come to their end.
        memory: MiB of each machine that lived, `files` its open descriptors, `threads` and `rooms` likewise.
        at_work: jobs at once in the database's eyes, and `shared`, how many of them share a repository with another.
    """

    at: float
    ended: int
    memory: tuple[float, ...]
    files: tuple[int, ...]
    threads: tuple[int, ...]
    rooms: int
    at_work: int
    shared: int


class Samples:
    """Looks every so often, in a thread of its own. Use as a context manager."""

    def __init__(self, world: World, every: float = 5.0) -> None:
        self._world, self._every, self._began = world, every, time.monotonic()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="samples", daemon=True)
        self.taken: list[Sample] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join(60)

    def rows(self) -> dict[str, int]:
        """Rows of each table now."""
        self._world.rows("analyze")
        return {name: count for name, count in self._world.rows(ROWS) if count}

    def _run(self) -> None:
        while not self._closed.wait(self._every):
            self.taken.append(self._look())

    def _look(self) -> Sample:
        pids = [machine.pid for machine in self._world.machines if machine.lives()]
        states = [_state(pid) for pid in pids]
        ((at_work, repositories),) = self._world.rows(AT_WORK) or [(0, 0)]
        return Sample(
            at=time.monotonic() - self._began,
            ended=sum(status == "SUCCESS" for status in self._world.states().values()),
            memory=tuple(memory for memory, _, _ in states),
            files=tuple(files for _, files, _ in states),
            threads=tuple(threads for _, _, threads in states),
            rooms=sum(machine.rooms() for machine in self._world.machines if machine.lives()),
            at_work=at_work,
            shared=at_work - repositories,
        )


def costs_of(world: World, jobs: int) -> dict[str, float]:
    """What one job cost: of processor time only what the machines have used that live now."""
    requests = list(world.github.requests)
    ((size, commits),) = world.rows(STORED) or [(0, 0)]
    ticks = sum(_ticks(machine.pid) for machine in world.machines if machine.lives())
    return {
        "requests to GitHub": len(requests) / jobs,
        "of them that write": sum(one.method != "GET" and one.kind != "app" for one in requests) / jobs,
        "seconds of a processor in the machines": ticks / os.sysconf("SC_CLK_TCK") / jobs,
        "transactions": commits / jobs,
        "KiB in the database": size / 1024 / jobs,
    }


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _state(pid: int) -> tuple[float, int, int]:
    """MiB of memory, descriptors, threads."""
    place = Path(f"/proc/{pid}")
    try:
        lines = (place / "status").read_text().splitlines()
        told = {name: value for name, _, value in (line.partition(":") for line in lines)}
        return int(told["VmRSS"].split()[0]) / 1024, len(list((place / "fd").iterdir())), int(told["Threads"])
    except (OSError, KeyError):  # it has just ended
        return 0.0, 0, 0
