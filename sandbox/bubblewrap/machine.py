"""Namespaces as a room's machine: laid out by bubblewrap, limited from outside, then handed to our agent."""

import os
import random
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.bubblewrap.cgroup import Cgroup
from sandbox.bubblewrap.command import as_user, limits_script
from sandbox.bubblewrap.launcher import Started
from sandbox.bubblewrap.programs import Programs
from sandbox.bubblewrap.stream import PairStream
from sandbox.bubblewrap.usage import Usage
from sandbox.bubblewrap.watch import Watch
from sandbox.room import Limits, SandboxError

LIMIT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """What a room may use and who keeps it to that.

    Attributes:
        limits: what it may use.
        user: its user's number; None for this process's own.
        group: the kernel's limits; None where the watch alone keeps the room's memory.
        give_back: called at the end.
    """

    limits: Limits
    user: int | None
    group: Cgroup | None
    give_back: Callable[[], None]

    @property
    def processes_are_counted(self) -> bool:
        """Whether the group limits their number."""
        return self.group is not None and self.group.counts_processes

    def limit(self, pid: int) -> None:
        """Set what holds for a first process and for everything that it will start. Raises OSError."""
        if self.group is not None:
            self.group.add(pid)
        if self.group is None or not self.group.shares_processors:
            # The filter keeps the code from choosing others.
            allowed = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(pid, random.sample(allowed, min(len(allowed), max(1, round(self.limits.cpus)))))


class NamespaceMachine:
    """Implements `sandbox.machine.Machine`. Its agent starts at once; `settle` comes before any code.

    Args:
        started: a room whose first process waits, with the terms' limit on it.
        programs: of the host.
        terms: what it may use.
        watch: ends it when its time is over.

    Raises:
        OSError: it ended already; nothing is left.
    """

    def __init__(self, started: Started, programs: Programs, terms: Terms, watch: Watch) -> None:
        self.id = f"process {started.pid}"
        self.stream = PairStream(started.stream)
        self.deadline = time.monotonic() + terms.limits.lifetime
        self._started = started
        self._terms = terms
        self._watch = watch
        self._usage: Usage | None = None
        self._limiting: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._ended = False
        self._starved = False
        try:
            if terms.group is None:
                self._usage = Usage(started.pid)
            self._limiting = self._limit(programs)
            started.release()
            watch.add(self)
        except BaseException:
            self.end()
            raise

    def settle(self) -> None:
        """Wait until all limits hold. Raises SandboxError: they can't be set, and the room is gone."""
        assert self._limiting is not None  # noqa: S101 - started with the machine
        try:
            said = self._limiting.communicate(timeout=LIMIT_SECONDS)[1].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            said = "it takes too long"
        if self._limiting.returncode != 0:
            self.end()
            raise SandboxError(f"bubblewrap made no room: its files can't be limited: {' '.join(said.split())}")

    @property
    def weighed(self) -> bool:
        """Whether the watch looks at its memory."""
        return self._usage is not None

    def weigh(self) -> bool:
        """Whether it has more memory than it may."""
        with self._lock:
            return not self._ended and self._usage is not None and self._usage.is_over(self._terms.limits.memory)

    def kill(self, *, starved: bool) -> None:
        """End everything in it; `end` is still to be called."""
        with self._lock:
            if not self._ended:
                self._starved |= starved
                self._started.kill()

    def starved(self) -> bool:
        """Whether the kernel or the watch killed something in it for memory."""
        return self._starved or (self._terms.group is not None and self._terms.group.starved())

    def end(self) -> None:
        """Kill everything in it and remove what it was limited by. Never raises; may be called twice."""
        self.stream.close()
        self._watch.remove(self)
        with self._lock:
            if self._ended:
                return
            self._ended = True
            self._started.end()
            if self._usage is not None:
                self._usage.close()
            if self._limiting is not None:
                self._limiting.kill()
                self._limiting.communicate()
        self._terms.give_back()

    def _limit(self, programs: Programs) -> "subprocess.Popen[bytes]":
        """Start what sets the other limits, while our agent starts, which does nothing before its first order."""
        pid, owner = self._started.pid, self._started.owner
        handles = [os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY) for name in ("mnt", "pid")]
        try:
            return subprocess.Popen(
                [
                    *as_user(programs, self._terms.user),
                    *(programs.nsenter, "--preserve-credentials", f"--user=/proc/self/fd/{owner}"),
                    *(f"--mount=/proc/self/fd/{handles[0]}", f"--pid=/proc/self/fd/{handles[1]}"),
                    *("/bin/sh", "-c", limits_script(self._terms.limits, count=not self._terms.processes_are_counted)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
                pass_fds=(owner, *handles),
            )
        finally:
            for handle in handles:
                os.close(handle)
