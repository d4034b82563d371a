"""Tar as data: packing files for a room, and reading what a hostile room sends without writing anything."""

import tarfile
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sandbox.files import File, Tree
from sandbox.member import BLOCK, Broken, Kind, Member, Unwelcome, parse_member
from sandbox.room import MIB, Limits, SandboxError

LONGEST_PATH = 1024
#: When all files were written, 2000-01-01: a zip archive, which tests and builds make of them, knows nothing of 1970.
MOMENT = 946_684_800
#: The same in bytes, with what tar writes around it.
LONGEST_NAME = 4 * LONGEST_PATH + 3

#: Letters that some file systems leave out of a name: https://github.com/git/git/blob/master/utf8.c `next_hfs_char`
UNSEEN = dict.fromkeys((0xFEFF, *range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070)))


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
        yield bytes(-len(data) % BLOCK)
    yield bytes(2 * BLOCK)


def packed_size(files: Tree) -> int:
    """How many bytes `pack` gives. Raises as it does."""
    total = 2 * BLOCK
    for path, file in files.items():
        size = len(file.data)
        total += len(_header(path, size, file.executable)) + size + -size % BLOCK
    return total


def check_fits(files: Tree, limits: Limits) -> None:
    """Raises SandboxError when so many files, or so large ones, can't be in a room with these limits."""
    size = sum(len(file.data) for file in files.values())
    if size > limits.workspace or len(files) > limits.inodes:
        raise SandboxError(
            f"{len(files)} files with {size // MIB} MiB don't fit into a room: "
            f"its workspace holds {limits.inodes} files and {limits.workspace // MIB} MiB; give it larger limits"
        )


@lru_cache(maxsize=100_000)
def _header(path: str, size: int, executable: bool) -> bytes:
    member = tarfile.TarInfo(check_path(path))
    member.size, member.mtime = size, MOMENT
    member.mode = 0o755 if executable else 0o644
    return member.tobuf(tarfile.GNU_FORMAT, "utf-8")


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


def most_bytes(size: int, count: int) -> int:
    """Bytes that the archive of a workspace can have: `size` in files, `count` files and directories."""
    # A member costs at least one header block and padding, a long name four times its letters and two blocks more.
    return size + 2 * LONGEST_NAME * count + 64 * 1024


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
    source = _Source(chunks, most_bytes(size, count))
    files: dict[str, File] = {}
    seen: dict[str, str] = {}
    left = size - sum(len(file.data) for file in (beside or {}).values())
    try:
        for number, (name, member) in enumerate(_members(source)):
            if number > count:
                raise SandboxError(f"refused workspace: more than {count} files and directories")
            left -= member.size
            if left < 0:
                raise SandboxError("refused workspace: it is too large")
            if path := _member_path(name, member):
                _claim(path, seen)
            if member.kind is Kind.FILE:
                files[path] = File(source.take(member.size), member.executable)
                source.take(member.padding)
    except Broken as error:
        raise SandboxError(f"refused workspace: broken archive ({error})") from None
    _check_together(files, beside or {}, seen, count)
    return files


def _members(source: "_Source") -> Iterator[tuple[bytes, Member]]:
    """Files and directories with their whole names; the next one comes after the last one's content."""
    name = b""
    while True:
        try:
            member = parse_member(source.take(BLOCK))
        except Unwelcome as error:
            what = name or error.args[0]
            raise SandboxError(f"refused {what[:200]!r}: only plain files and directories leave a room") from None
        if member is None:
            if name:
                raise Broken("it ends with a name")
            return
        if member.kind is not Kind.LONG_NAME:
            yield name or member.name, member
            name = b""
        elif name or member.size > LONGEST_NAME:
            raise SandboxError(f"refused path {member.name[:200]!r}: it is too long")
        else:
            name = source.take(member.size).rstrip(b"\0")
            source.take(member.padding)


def _check_together(files: Tree, beside: Tree, seen: dict[str, str], count: int) -> None:
    for path in beside.keys() - files.keys():
        _claim(path, seen)
    together = {**beside, **files}
    for folder in folders_of(together):
        if folder in together:
            raise SandboxError(f"refused {folder[:200]!r}: a file and a folder at once")
        if seen.get(_key(folder)) != folder:
            _claim(folder, seen)
    if len(seen) > count:
        raise SandboxError(f"refused workspace: more than {count} files and directories")


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above these paths."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _member_path(name: bytes, member: Member) -> str:
    """The member's path relative to the workspace; "" for the workspace itself."""
    text = name.decode("utf-8", "surrogateescape")
    if member.kind is Kind.FOLDER:
        text = text.removesuffix("/")
        if text == ".":
            return ""
    path = check_path(text.removeprefix("./"))
    if "\\" in path:
        raise SandboxError(f"refused path {path[:200]!r}: some systems take its backslash for a folder")
    if any(_is_metadata(part) for part in path.split("/")):
        raise SandboxError(f"refused {path[:200]!r}: a room may not bring repository metadata")
    return path


def _is_metadata(part: str) -> bool:
    """Whether some system takes this name for ".git", as git itself judges it (`is_hfs_dotgit`, `is_ntfs_dotgit`).

    https://github.com/git/git/blob/master/path.c
    """
    plain = part.translate(UNSEEN).casefold().partition(":")[0].rstrip(". ")
    return plain in (".git", "git~1")


def _claim(path: str, seen: dict[str, str]) -> None:
    """Refuse two paths that one file system of a reader would take for the same."""
    key = _key(path)
    if key in seen:
        raise SandboxError(f"refused {path[:200]!r}: the same file as {seen[key][:200]!r} on some systems")
    seen[key] = path


def _key(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


class _Source:
    """Bytes of an archive as they come, with a hard end."""

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = iter(chunks)
        self._current = memoryview(b"")
        self._left = limit

    def take(self, size: int) -> bytes:
        """Exactly so many bytes. Raises Broken at the end, SandboxError when it is too large."""
        pieces: list[memoryview] = []
        while size > 0:
            if not self._current:
                self._refill()
            piece = self._current[:size]
            self._current = self._current[len(piece) :]
            size -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def _refill(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise Broken("it ends too early")
        self._left -= len(chunk)
        if self._left < 0:
            raise SandboxError("refused workspace: it is too large")
        self._current = memoryview(chunk)
