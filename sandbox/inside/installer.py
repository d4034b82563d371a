"""The installer: runs pip in a room whose only way out is a Unix socket of the host's. Runs inside the room.

pip installs wheels only, so nothing of a package runs here. What a package can do is be large: that is
watched.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

SOCKET = "/run/gate"
TARGET = Path("/opt/env")
PORT = 3128
CHUNK = 64 * 1024
MOST = 4 * 2**30
TOO_LARGE = 77


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Hand bytes on until there are no more."""
    try:
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
    except OSError:
        return
    finally:
        target.close()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection of pip's: pip knows proxies by host and port only."""
    far_reader, far_writer = await asyncio.open_unix_connection(SOCKET)
    await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))


async def serve(ready: threading.Event) -> None:
    """Relay for ever."""
    server = await asyncio.start_server(relay, "127.0.0.1", PORT)
    ready.set()
    await server.serve_forever()


def size(folder: Path) -> int:
    """Bytes below a folder that changes meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - a hundred thousand times
            except OSError:
                continue
    return total


def main() -> None:
    """Run pip with the arguments of the command line; its exit code is ours."""
    ready = threading.Event()
    threading.Thread(target=lambda: asyncio.run(serve(ready)), daemon=True).start()
    ready.wait(10)
    passing = TARGET / ".passing"
    passing.mkdir()
    proxy = f"http://127.0.0.1:{PORT}"
    pip = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pip",
            "--isolated",
            "--proxy",
            proxy,
            "install",
            "--target",
            TARGET,
            *sys.argv[1:],
        ],
        env={**os.environ, "TMPDIR": str(passing)},
    )
    while pip.poll() is None:
        if size(TARGET) > MOST:
            pip.kill()
            sys.exit(TOO_LARGE)
        time.sleep(0.2)
    shutil.rmtree(passing, ignore_errors=True)
    sys.exit(pip.returncode)
