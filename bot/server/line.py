"""The line of a store: what all processes have in common that ever worked on it, one after the other."""

import re
import secrets
from contextlib import suppress
from pathlib import Path

TOKEN = re.compile(r"[0-9a-f]{16}")


def line_of_store(database_url: str) -> str:
    """A name that goes with an SQLite file, wherever it is moved; "" for a store of several processes at once.

    An SQLite file belongs to one process at a time. So whoever holds it may end what others of its line left. The
    path would be no such name: in containers, and on other machines, other files have the same one.
    """
    if not database_url.startswith("sqlite"):
        return ""
    path = Path(database_url.removeprefix("sqlite:///").partition("?")[0])
    place = path.with_name(f"{path.name}-line")
    with suppress(OSError, UnicodeDecodeError):
        if TOKEN.fullmatch(known := place.read_text("ascii")):
            return known
    return _begin(place)


def _begin(place: Path) -> str:
    """A new line, written down for those who come after; "" when that can't be."""
    token = secrets.token_hex(8)
    draft = place.with_name(f"{place.name}-{token}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(token, "ascii")
        draft.replace(place)
    except OSError:
        return ""
    return token
