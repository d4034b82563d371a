"""The member: one header of a tar archive, read as from a hostile peer.

Only what `tar --format=gnu` writes for plain files and directories is known here. Python's own `tarfile` knows
more, and a hostile archive could use all of that: records that keep its regular expressions busy for hours, a
million of them in one header, files with holes. https://www.gnu.org/software/tar/manual/html_node/Standard.html
"""

from dataclasses import dataclass
from enum import StrEnum

BLOCK = 512
MAGIC = b"ustar  \0"
END = bytes(BLOCK)


class Kind(StrEnum):
    """What a member is; the values are those of its header."""

    FILE = "0"
    FOLDER = "5"
    LONG_NAME = "L"  # its content is the name of the next member


class Broken(ValueError):
    """This is no header that GNU tar would write."""


class Unwelcome(Broken):
    """It is one of a link, a device, a file with holes, or of something else that is no plain file."""


@dataclass(frozen=True, slots=True)
class Member:
    """One header.

    Attributes:
        name: bytes of the name, cut after a hundred; the whole one stands in a LONG_NAME before it.
        size: bytes of content that follow.
        executable: whether anybody may execute it.
        kind: what it is.
    """

    name: bytes
    size: int
    executable: bool
    kind: Kind

    @property
    def padding(self) -> int:
        """Bytes between its content and the next header."""
        return -self.size % BLOCK


def parse_member(block: bytes) -> Member | None:
    """The member of a header block; None of the block of zeros that ends an archive.

    Raises:
        Unwelcome: no plain file, directory or long name.
        Broken: no header.
    """
    if block == END:
        return None
    if block[257:265] != MAGIC or _number(block[148:156]) != sum(block[:148]) + 8 * ord(" ") + sum(block[156:]):
        raise Broken("it has no header where one must be")
    name, size, mode = _text(block[:100]), _number(block[124:136]), _number(block[100:108])
    try:
        kind = Kind(chr(block[156]))
    except ValueError:
        raise Unwelcome(name) from None
    if kind is Kind.FOLDER and size:
        raise Broken("a folder has content")
    return Member(name, size, bool(mode & 0o111), kind)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    """Octal digits; what is larger than they can say, or negative, is never ours."""
    digits = field.strip(b" \0")
    if not digits.isdigit() or max(digits) > ord("7"):
        raise Broken("a number is none")
    return int(digits, 8)
