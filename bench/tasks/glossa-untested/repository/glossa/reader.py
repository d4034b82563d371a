"""From the text of a file to a catalogue."""

from collections.abc import Iterator

from glossa.catalogue import Catalogue
from glossa.errors import CatalogueError
from glossa.keys import is_key, normalize_key, split_form


def parse(text: str, language: str) -> Catalogue:
    """Read a catalogue.

    Args:
        text: the file.
        language: of its texts.

    Raises:
        CatalogueError: a line can't be understood.
    """
    texts: dict[str, dict[str, str]] = {}
    section = ""
    for number, line in _lines(text):
        if line.startswith("["):
            section = _section(line, number)
            continue
        name, sign, value = line.partition("=")
        if not sign:
            raise CatalogueError(number, "there is no =")
        try:
            key, form = split_form(name.strip())
        except ValueError as error:
            raise CatalogueError(number, str(error)) from None
        if not is_key(key):
            raise CatalogueError(number, f"{key!r} is no key")
        full = normalize_key(f"{section}.{key}" if section else key)
        texts.setdefault(full, {})[form] = value.strip()
    return Catalogue(language, texts)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, those that go on put together under the number of the first."""
    begun, start = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not begun and (not line or line.startswith("#")):
            continue
        start = start if begun else number
        begun = f"{begun} {line}".strip()
        if begun.endswith("\\"):
            begun = begun[:-1].rstrip() or " "
            continue
        yield start, begun
        begun = ""
    if begun.strip():
        yield start, begun.strip()


def _section(line: str, number: int) -> str:
    name = line[1:-1].strip()
    if not line.endswith("]") or not is_key(name):
        raise CatalogueError(number, f"{line!r} is no section")
    return name
