"""The line of a store: what all processes have in common that ever worked on it, one after the other."""

import re
import secrets
from contextlib import suppress
from pathlib import Path

#: What is noted: the name, and the number that the file system has given to this very note.
NOTE = re.compile(r"([0-9a-f]{16})(?: ([0-9]+))?")


def line_of_store(database_url: str) -> str:
    """A name that goes with an SQLite file, wherever it is moved; "" for a store of several processes at once.

    An SQLite file belongs to one process at a time. So whoever holds it may end what others of its line left. The
    path would be no such name: in containers, and on other machines, other files have the same one.

    A copy of the folder is another store, whose processes live beside those of the first one. It has the note of the
    line as well, but not its inode: so it begins a line of its own. So does what was restored or moved to another disk;
    what is left of its predecessors then goes with its deadlines.
    """
    if not database_url.startswith("sqlite"):
        return ""
    path = Path(database_url.removeprefix("sqlite:///").partition("?")[0])
    place = path.with_name(f"{path.name}-line")
    with suppress(OSError, UnicodeDecodeError):
        if known := NOTE.fullmatch(place.read_text("ascii")):
            token, inode = known.groups()
            if inode is None:  # of an earlier version, which noted no more
                return _note(place, token)
            if int(inode) == place.stat().st_ino:
                return token
    return _note(place, secrets.token_hex(8))


def _note(place: Path, token: str) -> str:
    """The token, written down for those who come after; "" when that can't be."""
    draft = place.with_name(f"{place.name}-{token}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        draft.write_text(f"{token} {draft.stat().st_ino}", "ascii")
        draft.replace(place)
    except OSError:
        return ""
    return token
