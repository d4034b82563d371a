"""Wheels as data: what stands in an archive that a hostile build made, read in memory and never unpacked.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

from sandbox.environment.failure import BuildFailed
from sandbox.room import MIB, SandboxError
from sandbox.tar import check_path

MOST_MEMBERS = 20_000
LARGEST_LISTING = 4 * MIB
LARGEST_MEMBER = 4 * MIB
#: The end of a zip's listing: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3.16.
END = struct.Struct("<4s4H2LH")
ZIP64_LOCATOR = 20


class Wheel:
    """An archive of at most 20,000 members.

    Raises:
        BuildFailed: it is broken, too large, or has a member whose name climbs, repeats or can't be a file's.
    """

    def __init__(self, data: bytes) -> None:
        _check_listing(data)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            members = self._archive.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            raise BuildFailed(f"refused wheel: broken archive ({error})") from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            if member.is_dir():
                continue
            path = _checked(member.filename)
            if path in self._members:
                raise BuildFailed(f"refused wheel: {path[:200]!r} twice")
            self._members[path] = member

    @property
    def paths(self) -> Iterable[str]:
        """Every file's path."""
        return self._members.keys()

    def read(self, path: str, limit: int = LARGEST_MEMBER) -> bytes:
        """One file. Raises BuildFailed: it is larger than `limit` bytes, whatever its head says, or broken."""
        try:
            with self._archive.open(self._members[path]) as file:
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise BuildFailed(f"refused wheel: {path[:200]!r} is broken ({error})") from error
        if len(data) > limit:
            raise BuildFailed(f"refused wheel: {path[:200]!r} is larger than {limit} bytes")
        return data


def _checked(path: str) -> str:
    try:
        return check_path(path)
    except SandboxError as error:
        raise BuildFailed(f"refused wheel: {error}") from error


def _check_listing(data: bytes) -> None:
    """Refuse an archive whose listing alone would fill the memory, before anything reads it."""
    if len(data) < END.size:
        raise BuildFailed("refused wheel: broken archive (too short)")
    mark, disk, _, _, count, size, _, comment = END.unpack(data[-END.size :])
    locator = data[-END.size - ZIP64_LOCATOR :][:4]
    if mark != b"PK\5\6" or disk or comment or locator == b"PK\6\7":
        raise BuildFailed("refused wheel: broken archive (no plain end)")
    if count > MOST_MEMBERS or size > LARGEST_LISTING:
        raise BuildFailed(f"refused wheel: more than {MOST_MEMBERS} files")
