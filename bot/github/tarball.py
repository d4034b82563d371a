"""Tarball: GitHub's archive of a commit, read in memory as data. Nothing is ever extracted."""

import tarfile
import zlib
from dataclasses import dataclass
from typing import IO, cast

from bot.errors import GitHubError, Refusal
from sandbox.files import File

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TarCaps:
    """Hard limits: number of files, bytes of all files, bytes of one file, bytes of the unpacked archive."""

    files: int = 50_000
    total: int = 512 * MIB
    each: int = 5 * MIB
    unpacked: int = 640 * MIB


class _Unpacked:
    """A gzip stream as a file to read, which refuses to grow over its cap."""

    def __init__(self, packed: bytes, cap: int) -> None:
        self._packed = packed
        self._inflate = zlib.decompressobj(wbits=31)
        self._left = cap
        self._position = 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        pieces = bytearray()
        while len(pieces) < size and not self._inflate.eof:
            source = self._inflate.unconsumed_tail or self._next()
            if not source:
                raise EOFError
            pieces += self._inflate.decompress(source, size - len(pieces))
        self._left -= len(pieces)
        if self._left < 0:
            raise Refusal("This repository is too large to be worked on: its files unpack to over 512 MiB.")
        return bytes(pieces)

    def _next(self) -> bytes:
        piece = self._packed[self._position : self._position + 64 * 1024]
        self._position += len(piece)
        return piece


def read_tarball(packed: bytes, caps: TarCaps = TarCaps()) -> dict[str, File]:
    """The small regular files of a `.tar.gz` by path; its one leading folder is stripped.

    Links and what is over the cap for one file are left out.

    Raises:
        Refusal: over a cap, or a path that no repository can have (climbing, absolute, twice, in `.git`).
        GitHubError: not a whole archive.
    """
    stream = cast("IO[bytes]", _Unpacked(packed, caps.unpacked))
    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
            return _read(tar, caps)
    except (tarfile.TarError, zlib.error, EOFError, OverflowError, ValueError):
        raise GitHubError("GitHub's archive of the repository is damaged. Try again.") from None


def _read(tar: tarfile.TarFile, caps: TarCaps) -> dict[str, File]:
    files: dict[str, File] = {}
    seen: set[str] = set()
    total = 0
    for member in tar:
        path = _path(member.name)
        if not path or not member.isreg() or member.issparse():
            continue
        total += member.size
        _check(path, seen, total, caps)
        seen.add(path)
        if member.size <= caps.each and (content := tar.extractfile(member)) is not None:
            files[path] = File(content.read(), executable=bool(member.mode & 0o100))
    return files


def _path(name: str) -> str:
    """The path without the archive's leading folder; "" for that folder itself."""
    if name.startswith("/"):
        raise Refusal("This repository holds an absolute path: it can't be worked on.")
    return name.partition("/")[2].rstrip("/")


def _check(path: str, seen: set[str], total: int, caps: TarCaps) -> None:
    if not possible(path) or path in seen:
        raise Refusal("This repository holds a path that climbs, repeats or lies in `.git`: it can't be worked on.")
    if len(seen) >= caps.files:
        raise Refusal(f"This repository is too large to be worked on: over {caps.files:,} files.")
    if total > caps.total:
        raise Refusal(f"This repository is too large to be worked on: over {caps.total // MIB} MiB of files.")


def possible(path: str) -> bool:
    """Whether git could have this relative path in a tree: nothing empty, no climbing, no `.git`."""
    return not any(part in {"", ".", ".."} or part.casefold() == ".git" for part in path.split("/"))
