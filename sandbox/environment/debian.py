"""Names of Debian packages, checked: https://www.debian.org/doc/debian-policy/ch-controlfields.html#source."""

import re
from collections.abc import Iterable

from sandbox.room import SandboxError

#: apt-get reads a "-" at a name's end as an order to remove it.
NAME = re.compile(r"[a-z0-9][a-z0-9+.-]*[a-z0-9+]")
LONGEST = 100
MOST = 50


def check_debian(names: Iterable[str]) -> tuple[str, ...]:
    """The names, sorted, each once.

    Raises:
        SandboxError: one is no name of a package, or there are too many.
    """
    found = tuple(sorted(set(names)))
    for name in found:
        if not NAME.fullmatch(name) or len(name) > LONGEST:
            raise SandboxError(f"{name[:LONGEST]!r} is not the name of a Debian package")
    if len(found) > MOST:
        raise SandboxError(f"{len(found)} Debian packages are too many: at most {MOST}")
    return found
