"""The installer: fills an environment in a room whose only way out is a Unix socket. Runs inside the room.

It installs wheels only, so nothing of a package runs here. What a package can do is be large: that is watched.
The last line it prints is a JSON object: how many bytes and files the environment has.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

SOCKET = "/run/gate"
TARGET = Path("/opt/env")
WORKSPACE = Path("/workspace")
UV = "/opt/py/bin/uv"
PORT = 3128
CHUNK = 256 * 1024
MOST_BYTES = 4 * 2**30
MOST_FILES = 400_000
TOO_LARGE = 77
GLANCE = 0.5

#: Nothing of a repository's is read, nothing is built, nothing is asked for but through the gate.
OPTIONS = (
    "--target",
    str(TARGET),
    "--python",
    sys.executable,
    "--only-binary",
    ":all:",
    "--no-config",
    "--no-python-downloads",
    "--link-mode",
    "hardlink",
    "--color",
    "never",
    "--no-progress",
    "--quiet",
)


def copy(source: socket.socket, target: socket.socket) -> None:
    """Hand bytes on until there are no more."""
    buffer = memoryview(bytearray(CHUNK))
    with contextlib.suppress(OSError):
        while count := source.recv_into(buffer):
            target.sendall(buffer[:count])
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def relay(near: socket.socket) -> None:
    """One connection of uv's: uv knows indexes by host and port only."""
    with near, socket.socket(socket.AF_UNIX) as far:
        far.connect(SOCKET)
        there = threading.Thread(target=copy, args=(near, far), daemon=True)
        there.start()
        copy(far, near)
        there.join()


def serve(server: socket.socket) -> None:
    """Relay for ever."""
    while True:
        near, _ = server.accept()
        threading.Thread(target=relay, args=(near,), daemon=True).start()


def size(folder: Path) -> tuple[int, int]:
    """Bytes and files below a folder that changes meanwhile; one with several names counts once."""
    seen: dict[int, int] = {}
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            try:
                found = os.lstat(os.path.join(place, name))  # noqa: PTH118 - a hundred thousand times
            except OSError:
                continue
            seen[found.st_ino] = found.st_size
    return sum(seen.values()), len(seen)


def install(options: list[str]) -> int:
    """Run uv with these options; its exit code, or TOO_LARGE."""
    server = socket.create_server(("127.0.0.1", PORT), backlog=128)
    threading.Thread(target=serve, args=(server,), daemon=True).start()
    # On the same file system as the target, so that files are linked and not copied.
    passing = TARGET / ".passing"
    variables = {"UV_CACHE_DIR": str(passing), "TMPDIR": str(passing), "UV_HTTP_RETRIES": "1"}
    passing.mkdir(exist_ok=True)
    uv = subprocess.Popen([UV, "pip", "install", *OPTIONS, *options], env={**os.environ, **variables})
    while True:
        try:
            code = uv.wait(GLANCE)
            break
        except subprocess.TimeoutExpired:
            found = size(TARGET)
        if found[0] > MOST_BYTES or found[1] > MOST_FILES:
            uv.kill()
            return TOO_LARGE
    if code == 0:  # otherwise it is tried again, and what was fetched is of use
        shutil.rmtree(passing, ignore_errors=True)
        (TARGET / ".lock").unlink(missing_ok=True)
    return code


def lay() -> int:
    """Copy what stands in the workspace."""
    shutil.copytree(WORKSPACE, TARGET, dirs_exist_ok=True)
    return 0


def main() -> None:
    """`install OPTION ...` or `lay`."""
    started = time.monotonic()
    what, *options = sys.argv[1:]
    code = install(options) if what == "install" else lay()
    bytes_, files = size(TARGET)
    sys.stdout.write(json.dumps({"bytes": bytes_, "files": files, "seconds": time.monotonic() - started}) + "\n")
    sys.exit(TOO_LARGE if code == 0 and bytes_ > MOST_BYTES else code)
