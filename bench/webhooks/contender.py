"""Contender: a server in a process of its own, and what the system says of that process."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.webhooks.served import SECRET

PROBOT = Path(__file__).with_name("probot")
INSTALL_SECONDS = 300
START_SECONDS = 60


class Missing(Exception):
    """It can't be measured here; the message says why, in one line."""


@dataclass(frozen=True)
class Contender:
    """One server that runs.

    Attributes:
        process: its process.
        port: where it listens, on loopback.
        file: the database that it stores in; None when it stores nothing.
    """

    process: "subprocess.Popen[str]"
    port: int
    file: Path | None = field(default=None)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """It works within this alone: what it has not done at the end, it takes up in its next one."""
        self.process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGSTOP)

    def processor(self) -> float:
        """Seconds of processor time that it has used, threads and all. Raises OSError outside of Linux."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes of it that are in memory. Raises OSError outside of Linux."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stored(self) -> int:
        """How many letters are in its inbox."""
        if self.file is None:
            return 0
        connection = sqlite3.connect(self.file)
        try:
            return int(connection.execute("select count(*) from intern_inbox").fetchone()[0])
        finally:
            connection.close()


@contextmanager
def ours(folder: Path, *, pump: bool) -> Iterator[Contender]:
    """The bot's own server."""
    folder.mkdir()
    argv = [sys.executable, "-m", "bench.webhooks.served", str(folder), *(["pump"] if pump else [])]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101  (it is a pipe)
            yield Contender(process, int(process.stdout.readline()), folder / "bench.sqlite")
        finally:
            process.kill()


@contextmanager
def probot(folder: Path) -> Iterator[Contender]:
    """Probot with an app that does nothing. Raises Missing."""
    place, port = _installed(), _free_port()
    key = folder / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    variables = {
        **os.environ,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "NODE_ENV": "production",
        "LOG_LEVEL": "warn",
        "APP_ID": "1",
        "PRIVATE_KEY_PATH": str(key),
        "WEBHOOK_SECRET": SECRET.decode(),
    }
    argv = ["node", "node_modules/probot/bin/probot.js", "run", "./app.cjs"]
    with subprocess.Popen(argv, cwd=place, env=variables, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            _wait(port)
            yield Contender(process, port)
        finally:
            process.kill()


def _installed() -> Path:
    """The folder with the app and what it needs, in this user's cache; filled when it is not there."""
    for program in ("node", "npm", "openssl"):
        if not shutil.which(program):
            raise Missing(f"there is no {program} here")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "code-intern-bench" / "probot"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "app.cjs"):
        shutil.copyfile(PROBOT / name, place / name)
    if not (place / "node_modules" / "probot" / "bin" / "probot.js").exists():
        argv = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(argv, cwd=place, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
        if done.returncode != 0:
            raise Missing((done.stderr.strip().splitlines() or ["npm install failed"])[-1])
    return place


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise Missing("Probot does not listen")
