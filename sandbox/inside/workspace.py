"""The workspace: files in and out, as data. Runs inside the room.

What comes out is compared by hash with what the host says it knows, so that only the difference travels.
"""

from __future__ import annotations

import errno
import json
import os
import stat

from sandbox.inside.host import Host

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator
    from typing import IO

WORKSPACE = "/workspace"
#: Generated files of the repository's own package, made when its environment was prepared.
OVERLAY = "/opt/project/workspace"
CHUNK = 256 * 1024
PATHS_PER_LINE = 1000
#: A path over this is sent without what lies below it, for the host to refuse.
LONGEST_PATH = 1100

#: Where tar is looked for: not among the scripts of installed packages, which the usual PATH has first.
SYSTEM = {"PATH": "/usr/bin:/bin"}

UNTAR = ("tar", "-x", "--no-same-owner", "--recursive-unlink", "-C", WORKSPACE, "-f", "-")
TAR = (
    "tar",
    "-c",
    "--format=gnu",
    "--hard-dereference",
    "--no-recursion",
    "-C",
    WORKSPACE,
    "--null",
    "-T",
    "-",
    "-f",
    "-",
)


class Workspace:
    """Files below `/workspace`; `laid` are the hashes of those that the host never sent and needs not see."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.laid: dict[str, str] = {}

    def put(self, size: int) -> int | None:
        """Unpack the archive that follows; tar's exit code."""
        import contextlib  # here and below: what the first answer does not need is loaded after it
        import subprocess

        nothing = subprocess.DEVNULL
        tar = subprocess.Popen(UNTAR, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing, env=SYSTEM)
        pipe = tar.stdin
        assert pipe is not None  # noqa: S101 - asked for
        with pipe:
            for piece in self.host.blob(size):
                try:
                    pipe.write(piece)
                except OSError:
                    continue  # tar gave up; the rest must be taken from the stream all the same
            with contextlib.suppress(OSError):
                pipe.close()
        return tar.wait()

    def lay_overlay(self) -> None:
        """Put the generated files in, where the repository has none of that name."""
        if not os.path.isdir(OVERLAY):  # noqa: PTH112 - pathlib is slow to load
            return
        import shutil

        for path, entry in entries(OVERLAY):
            target = f"{WORKSPACE}/{path}"
            if entry.is_file(follow_symlinks=False) and not os.path.lexists(target):
                os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120 - text all through
                shutil.copyfile(entry.path, target)
                self.laid[path] = signature(target)

    def remove(self, paths: list[str]) -> None:
        """Delete files and folders; missing ones are no error."""
        import shutil

        for path in paths:
            place = f"{WORKSPACE}/{path}"
            if os.path.isdir(place) and not os.path.islink(place):  # noqa: PTH112, PTH114 - text all through
                shutil.rmtree(place, ignore_errors=True)
            else:
                try:
                    os.unlink(place)  # noqa: PTH108 - likewise
                except OSError:
                    continue

    def read(self, path: str, limit: int) -> str:
        """Send one regular file of the workspace; what is wrong with it otherwise."""
        place = os.path.realpath(f"{WORKSPACE}/{path}")
        if not place.startswith(WORKSPACE + "/"):
            return "outside of the workspace"
        try:
            with regular(place) as file:
                while limit > 0 and (data := file.read(min(limit, CHUNK))):
                    self.host.send(data)
                    limit -= len(data)
        except OSError as error:
            return error.strerror or "no regular file"
        return ""

    def collect(self, size: int, most: int) -> int | None:
        """Send what differs from the hashes that follow, and the paths of those that are not here as they were.

        Args:
            size: bytes of the hashes.
            most: of an archive that is larger, not much more than this is sent.

        Returns:
            tar's exit code.
        """
        known: dict[str, str] = json.loads(b"".join(self.host.blob(size)) or b"{}")
        expected = {**self.laid, **known}
        folders = parents(expected)
        changed, same = [], set()
        for path, entry in entries(WORKSPACE):
            if path in folders and entry.is_dir(follow_symlinks=False):
                continue
            if path in expected and signature(entry.path) == expected[path]:
                same.add(path)
            else:
                changed.append(path)
                make_readable(entry)
        gone = [path for path in known if path not in same]
        for start in range(0, len(gone), PATHS_PER_LINE):
            self.host.say("gone", paths=gone[start : start + PATHS_PER_LINE])
        return self.send_archive(changed, most) if changed else 0

    def send_archive(self, paths: list[str], most: int) -> int | None:
        """A tar stream of these and of nothing below them; tar's exit code."""
        import subprocess
        import threading

        pipe = subprocess.PIPE
        tar = subprocess.Popen(TAR, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=SYSTEM)
        source, target = tar.stdout, tar.stdin
        assert source is not None and target is not None  # noqa: S101, PT018 - asked for
        feeder = threading.Thread(target=feed, args=(target, paths), daemon=True)  # so that neither waits for the other
        feeder.start()
        with source:
            # A closed pipe ends tar: sparse files would keep it busy for hours.
            while most >= 0 and (data := source.read(CHUNK)):
                self.host.send(data)
                most -= len(data)
        feeder.join()
        return tar.wait()


def feed(target: IO[bytes], paths: list[str]) -> None:
    """Write the paths for `tar --null -T -`."""
    try:
        with target:
            target.writelines(os.fsencode(f"./{path}") + b"\0" for path in paths)
    except OSError:
        return  # tar has ended


def parents(paths: Iterable[str]) -> set[str]:
    """Every folder above these paths."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def entries(root: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder by its relative path, links not followed, no deeper than any path may be long."""
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in listed(f"{root}/{folder}"):
            path = folder + entry.name
            yield path, entry
            if len(path) < LONGEST_PATH and entry.is_dir(follow_symlinks=False):
                folders.append(path + "/")


def listed(folder: str) -> list[os.DirEntry[str]]:
    """What stands in one folder, by name."""
    try:
        if not os.access(folder, os.R_OK | os.X_OK):
            os.chmod(folder, 0o700)  # noqa: PTH101 - the code's own folder, made unreadable by it
        with os.scandir(folder) as listing:
            return sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return []  # the folder itself is sent, and refused
        raise  # what can't be seen must not look as if it were not there


def make_readable(entry: os.DirEntry[str]) -> None:
    """Let tar read a file that the code made unreadable."""
    if entry.is_file(follow_symlinks=False):
        mode = entry.stat(follow_symlinks=False).st_mode
        if not mode & stat.S_IRUSR:
            os.chmod(entry.path, stat.S_IMODE(mode) | stat.S_IRUSR)  # noqa: PTH101 - likewise


def signature(place: str) -> str:
    """The sha256 of a regular file's content and whether it is executable; "" when there is none to read."""
    import hashlib

    try:
        with regular(place) as file:
            mode = os.fstat(file.fileno()).st_mode
            return hashlib.file_digest(file, "sha256").hexdigest() + ("x" if mode & 0o111 else "")
    except OSError:
        return ""


def regular(place: str) -> io.BufferedReader:
    """An open regular file: never a link, a pipe that waits for a writer, or a folder. Raises OSError."""
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError
    return os.fdopen(descriptor, "rb")
