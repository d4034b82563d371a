"""Pipfile.lock: https://github.com/pypa/pipfile#pipfilelock."""

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.pipfile import marker_of
from sandbox.environment.lock.pin import Lock, Pin, Wanted
from sandbox.environment.shape import Table, table, tables, text, texts

PATH = "Pipfile.lock"
#: What newer ones call their sections in the markers.
GROUPS = frozenset(["default", "dev", "develop"])
ELSEWHERE = ("git", "path", "file", "hg", "svn", "bzr")


def read_pipfile_lock(data: Table, wanted: Wanted) -> Lock:
    """What the repository needs by its Pipfile.lock: the packages and the development packages."""
    sources = [text(source.get("name")) for source in tables(table(data, "_meta").get("sources"))]
    pins: dict[str, Pin] = {}
    elsewhere, local = {}, set()
    for section in ("default", "develop"):
        for written, said in table(data, section).items():
            name, entry = canonicalize_name(written), table(said)
            kind = _kind(entry, sources)
            version = text(entry.get("version")).removeprefix("==")
            if text(entry.get("path")) in (".", "./"):
                local.add(name)
            elif kind:
                elsewhere[name] = kind
            elif version:
                places = wanted.markers.where(marker_of(entry), groups=GROUPS)
                pins[name] = Pin(name, version, places, tuple(texts(entry.get("hashes"))))
    names = frozenset(pins) | elsewhere.keys() | local
    return Lock(PATH, tuple(pins.values()), names, frozenset(local), tuple(elsewhere.items()))


def _kind(entry: Table, sources: list[str]) -> str:
    index = text(entry.get("index"))
    if index and sources and index != sources[0]:
        return "another index"
    return next((kind for kind in ELSEWHERE if kind in entry), "")
