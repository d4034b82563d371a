"""Files as data: a repository is a mapping of paths to bytes, never a directory on the host."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """One regular file.

    Attributes:
        data: the bytes.
        executable: whether git's mode is 100755; no other mode bit exists here.
    """

    data: bytes
    executable: bool = False


#: Repository-relative POSIX paths ("src/pkg/mod.py") to files. Regular files only.
Tree = Mapping[str, File]
