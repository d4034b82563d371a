"""Tar as data: packing files for a room, and reading what a hostile room sends without writing anything."""

import io
import tarfile
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sandbox.files import File, Tree
from sandbox.room import SandboxError

LONGEST_PATH = 1024


def pack(files: Tree) -> Iterator[bytes]:
    """A tar archive of the files in pieces, owned by nobody in particular, in sorted order.

    The files' own bytes are handed on as they are, and their headers are kept, so that packing a snapshot
    again, or one that differs in a few files, costs next to nothing.

    Raises:
        SandboxError: a path is absolute, climbs, or can't be a file's path.
    """
    for path in sorted(files):
        data = files[path].data
        yield _header(path, len(data), files[path].executable)
        yield data
        yield bytes(-len(data) % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def packed_size(files: Tree) -> int:
    """How many bytes `pack` gives. Raises as it does."""
    total = 2 * tarfile.BLOCKSIZE
    for path, file in files.items():
        size = len(file.data)
        total += len(_header(path, size, file.executable)) + size + -size % tarfile.BLOCKSIZE
    return total


@lru_cache(maxsize=100_000)
def _header(path: str, size: int, executable: bool) -> bytes:
    member = tarfile.TarInfo(check_path(path))
    member.size = size
    member.mode = 0o755 if executable else 0o644
    return member.tobuf(tarfile.PAX_FORMAT)


def check_path(path: str) -> str:
    """The same path, when it is relative, normal and free of control characters.

    Raises:
        SandboxError: it is not.
    """
    parts = path.split("/")
    if not path or len(path) > LONGEST_PATH or any(part in ("", ".", "..") for part in parts):
        raise SandboxError(f"refused path {path[:200]!r}: give a plain path relative to the workspace")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path):
        raise SandboxError(f"refused path {path[:200]!r}: control characters and broken UTF-8 are not allowed")
    return path


def unpack(chunks: Iterable[bytes], *, size: int, count: int, beside: Tree | None = None) -> dict[str, File]:
    """Regular files of a tar stream from a hostile peer; nothing is written anywhere.

    Args:
        chunks: the archive's bytes as they come.
        size: bytes of all files together; also the most that is read, apart from headers.
        count: files and directories.
        beside: files of the same workspace that stayed behind; no path of the archive may be one of theirs in
            another spelling, and the limits are for all together.

    Raises:
        SandboxError: a member is not a plain file or directory, has a hostile or ambiguous path, or the
            archive is too large or broken.
    """
    # A member costs at least one header block and padding; long names cost three blocks more.
    reader = io.BufferedReader(_Chunks(chunks, size + 4096 * count + 64 * 1024), 64 * 1024)
    files: dict[str, File] = {}
    seen: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=reader, mode="r|", errorlevel=2) as archive:
            for number, member in enumerate(_members(archive)):
                if number > count:
                    raise SandboxError(f"refused workspace: more than {count} files and directories")
                path = _member_path(member)
                if path:
                    _claim(path, seen)
                if member.isreg():
                    files[path] = _read(archive, member)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise SandboxError(f"refused workspace: broken archive ({error})") from error
    _check_together(files, beside or {}, seen, size, count)
    return files


def _check_together(files: Tree, beside: Tree, seen: dict[str, str], size: int, count: int) -> None:
    for path in beside.keys() - files.keys():
        _claim(path, seen)
    if sum(len(file.data) for file in (*files.values(), *beside.values())) > size:
        raise SandboxError("refused workspace: it is too large")
    if len(seen) > count:
        raise SandboxError(f"refused workspace: more than {count} files and directories")


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        yield member
        archive.members = []  # type: ignore[attr-defined]  # don't keep a hostile number of headers


def _member_path(member: tarfile.TarInfo) -> str:
    """The member's path relative to the workspace; "" for the workspace itself."""
    if member.isdir() and member.name in (".", "./"):
        return ""
    path = check_path(member.name.removeprefix("./"))
    # A sparse member claims gigabytes in a few bytes: https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
    if member.issparse() or not (member.isreg() or member.isdir()):
        raise SandboxError(f"refused {path[:200]!r}: only plain files and directories leave a room")
    if ".git" in (part.casefold().rstrip(". ") for part in path.split("/")):
        raise SandboxError(f"refused {path[:200]!r}: a room may not bring repository metadata")
    return path


def _claim(path: str, seen: dict[str, str]) -> None:
    """Refuse two paths that one file system of a reader would take for the same."""
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    if key in seen:
        raise SandboxError(f"refused {path[:200]!r}: the same file as {seen[key][:200]!r} on some systems")
    seen[key] = path


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> File:
    source = archive.extractfile(member)
    data = source.read() if source else b""
    if len(data) != member.size:
        raise SandboxError("refused workspace: the archive ends in the middle of a file")
    return File(data=data, executable=bool(member.mode & 0o111))


class _Chunks(io.RawIOBase):
    """A raw reader over chunks, with a hard end."""

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = iter(chunks)
        self._current = memoryview(b"")
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer has no slicing
        while not self._current:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left -= len(chunk)
            if self._left < 0:
                raise SandboxError("refused workspace: it is too large")
            self._current = memoryview(chunk)
        taken = min(len(buffer), len(self._current))
        buffer[:taken] = self._current[:taken]
        self._current = self._current[taken:]
        return taken
