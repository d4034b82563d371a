"""The launcher: starts rooms from one thread that lives as long as they may."""

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from sandbox.bubblewrap.command import Handles
from sandbox.room import SandboxError

START_SECONDS = 20.0
END_SECONDS = 2.0
GLANCE = 0.0002
#: https://man7.org/linux/man-pages/man2/NS_GET_PARENT.2const.html
NS_GET_PARENT = 0xB702
LONGEST_WORDS = 2_000


class Launcher:
    """Starts programs as children of one thread. Close it: they die with it.

    The kernel kills a child that asked for it when the THREAD that started it ends, not the process:
    https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bubblewrap")

    def start(self, command: Callable[[Handles], list[str]], program: bytes, limit: Callable[[int], None]) -> "Started":
        """Start a room up to the moment before its first own instruction.

        Args:
            command: the command line for these descriptors.
            program: the system call filter.
            limit: called with the number of the room's first process, which has started nothing yet.

        Raises:
            SandboxError: bubblewrap made no room; the message has its words.
            OSError: no more descriptors or processes.
        """
        try:
            started = self._thread.submit(Started, command, program).result()
        except RuntimeError:
            raise SandboxError("this sandbox is closed") from None
        try:
            started.wait(limit)
        except BaseException:
            started.stream.close()
            started.end()
            raise
        return started

    def close(self) -> None:
        """End the thread, and with it whatever it started."""
        self._thread.shutdown()


class Started:
    """A room's processes: bubblewrap outside, the first process inside, which waits for `release`.

    Attributes:
        stream: our end of its standard input and output; whoever has it closes it.
        pid: the first process of the room, by the host's numbers; 0 until `wait` has returned.
        owner: the user namespace, as a descriptor, that owns the room's mounts; -1 until then.
    """

    def __init__(self, command: Callable[[Handles], list[str]], program: bytes) -> None:
        self.stream, theirs = socket.socketpair()
        self._status, status = os.pipe()
        gate, self._gate = os.pipe()
        self._errors, errors = os.pipe()
        reading, writing = os.pipe()
        os.write(writing, program)  # a pipe holds 64 KiB
        os.close(writing)
        self._ours = {self._status, self._gate, self._errors}
        self.pid, self.owner, self._first = 0, -1, -1
        try:
            self._outer = subprocess.Popen(
                command(Handles(status, gate, reading)),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=errors,
                env={},  # a process of the room could read it, in /proc/1/environ
                cwd="/",
                pass_fds=(status, gate, reading),
                start_new_session=True,
            )
        except BaseException:
            self.stream.close()
            self._close()
            raise
        finally:
            theirs.close()
            for handle in (status, gate, errors, reading):
                os.close(handle)

    def wait(self, limit: Callable[[int], None]) -> None:
        """Wait until the room is laid out and its first process waits for us. Raises SandboxError or OSError."""
        deadline = time.monotonic() + START_SECONDS
        self.pid = int(json.loads(self._line(deadline))["child-pid"])
        try:
            self._first = self._keep(os.pidfd_open(self.pid))
            limit(self.pid)
        except ProcessLookupError:
            raise SandboxError(f"bubblewrap made no room: {self.said()}") from None
        while not self._is_laid_out():
            if self._outer.poll() is not None:
                raise SandboxError(f"bubblewrap made no room: {self.said()}")
            if time.monotonic() > deadline:
                raise SandboxError("bubblewrap did not lay out the room in time")
            time.sleep(GLANCE)

    def release(self) -> None:
        """Let the first process go on to our agent."""
        os.write(self._gate, b"\n")

    def kill(self) -> None:
        """Kill the first process, and with it everything in the room."""
        with suppress(OSError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)

    def end(self) -> None:
        """Kill everything and take notice of its end. Once."""
        self.kill()
        try:
            self._outer.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._outer.kill()
            self._outer.wait()
        self._close()

    def said(self) -> str:
        """What bubblewrap complained of, in one line."""
        with suppress(subprocess.TimeoutExpired):
            self._outer.wait(END_SECONDS)
        os.set_blocking(self._errors, False)
        with suppress(BlockingIOError):
            return " ".join(os.read(self._errors, LONGEST_WORDS).decode("utf-8", "replace").split()) or "it ended"
        return "it ended"

    def _line(self, deadline: float) -> bytes:
        line = b""
        poller = select.poll()
        poller.register(self._status, select.POLLIN)
        while not line.endswith(b"\n"):
            if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise SandboxError("bubblewrap did not start in time")
            data = os.read(self._status, 4096)
            if not data:
                raise SandboxError(f"bubblewrap made no room: {self.said()}")
            line += data
        return line

    def _is_laid_out(self) -> bool:
        """Whether bubblewrap took its last step before it waits: a second user namespace, without any rights."""
        try:
            inner = os.open(f"/proc/{self.pid}/ns/user", os.O_RDONLY)
        except OSError:
            return False  # unreadable while it changes its own rights
        try:
            owner = fcntl.ioctl(inner, NS_GET_PARENT)
        finally:
            os.close(inner)
        if os.path.samestat(os.fstat(owner), os.stat("/proc/self/ns/user")):  # noqa: PTH116 - every 0.2 ms
            os.close(owner)
            return False
        self.owner = self._keep(owner)
        return True

    def _keep(self, handle: int) -> int:
        self._ours.add(handle)
        return handle

    def _close(self) -> None:
        while self._ours:
            os.close(self._ours.pop())
