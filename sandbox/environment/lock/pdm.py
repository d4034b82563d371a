"""pdm.lock: https://pdm-project.org/latest/usage/lockfile/."""

from packaging.utils import canonicalize_name

from sandbox.environment.lock.pin import Lock, Pin, Wanted
from sandbox.environment.room_python import Places
from sandbox.environment.shape import Table, table, tables, text, texts

PATH = "pdm.lock"
MAIN = "default"
MOST_EXTRAS = 50
ELSEWHERE = ("git", "url", "path", "hg", "svn", "bzr")


def read_pdm(data: Table, wanted: Wanted) -> Lock:
    """What the repository needs by its pdm.lock; without groups in it, all that it has."""
    packages = tables(data.get("package"))
    old_files = table(data, "metadata", "files")
    pins: dict[tuple[str, str], Pin] = {}
    elsewhere = {}
    for package in packages:
        name, version = canonicalize_name(text(package.get("name"))), text(package.get("version"))
        places = _places(package, wanted)
        kind = next((kind for kind in ELSEWHERE if kind in package), "")
        if kind:
            elsewhere[name] = kind
        elif places:
            files = tables(package.get("files")) or tables(old_files.get(f"{text(package.get('name'))} {version}"))
            before = pins.get((name, version))
            pins[name, version] = Pin(
                name,
                version,
                places | (before.places if before else frozenset()),
                tuple(text(file.get("hash")) for file in files) or (before.hashes if before else ()),
                (*(before.extras if before else ()), *texts(package.get("extras")))[:MOST_EXTRAS],
            )
    names = frozenset(canonicalize_name(text(package.get("name"))) for package in packages)
    return Lock(PATH, tuple(pins.values()), names, elsewhere=tuple(elsewhere.items()))


def _places(package: Table, wanted: Wanted) -> Places:
    groups = texts(package.get("groups"))
    known = {canonicalize_name(group) for group in groups}
    if groups and MAIN not in known and not known & (wanted.groups | wanted.extras):
        return frozenset()
    return wanted.markers.where(text(package.get("marker")))
