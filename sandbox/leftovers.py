"""Leftovers: folders of ours in the folder for temporary files, whose process died before it could remove them."""

import os
import re
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.presence import Life, life_of, presence_folder

#: Seconds after which a folder is old: longer than any build or installation takes.
OLD = 3600.0
#: Seconds for which the sign of a dead process is kept: what it left may be on an engine that is asked only later.
MOURNING = 7 * 24 * 3600.0

#: What `tempfile` makes of the prefixes "code-intern-" and "code-intern-gate-".
OURS = re.compile(r"code-intern-(gate-)?[a-z0-9_]{8}")


def sweep_folders(now: float | None = None) -> int:
    """Remove what dead processes of this user left in the folder for temporary files.

    Args:
        now: Unix seconds; the clock's when None.

    Returns:
        How many folders and files were removed.
    """
    moment = time.time() if now is None else now
    folders = [path for path in _old(Path(tempfile.gettempdir()), OLD, moment) if OURS.fullmatch(path.name)]
    gone = 0
    for folder in folders:
        if stat.S_ISDIR(folder.lstat().st_mode) and not _is_listening(folder / "socket"):
            shutil.rmtree(folder, ignore_errors=True)  # follows no link
            gone += not folder.exists()
    for sign in _old(presence_folder(), MOURNING, moment):
        if life_of(sign.name.removesuffix(".lock")) is Life.DEAD or sign.name.startswith("new-"):
            sign.unlink(missing_ok=True)
            gone += 1
    return gone


def _old(folder: Path, seconds: float, now: float) -> Iterator[Path]:
    """What is in the folder, belongs to this user and was not changed for so long."""
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for entry in found:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # gone meanwhile
        if status.st_uid == os.getuid() and now - status.st_mtime > seconds:
            yield Path(entry.path)


def _is_listening(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(1)
        try:
            asked.connect(str(path))
        except OSError:
            return False
    return True
