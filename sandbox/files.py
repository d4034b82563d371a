"""Files as data: a repository is a mapping of paths to bytes, never a directory on the host."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class File:
    """One regular file.

    Attributes:
        data: the bytes.
        executable: whether git's mode is 100755; no other mode bit exists here.
    """

    data: bytes
    executable: bool = False
    _signature: str = field(default="", init=False, repr=False, compare=False)

    @property
    def signature(self) -> str:
        """The sha256 of the bytes, with an "x" behind it for an executable; computed once."""
        if not self._signature:
            found = hashlib.sha256(self.data).hexdigest() + ("x" if self.executable else "")
            object.__setattr__(self, "_signature", found)
        return self._signature


#: Repository-relative POSIX paths ("src/pkg/mod.py") to files. Regular files only.
Tree = Mapping[str, File]
