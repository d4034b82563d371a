"""pylock.toml: https://packaging.python.org/en/latest/specifications/pylock-toml/.

`packaging.pylock` is not used: it gives up the whole file for one bad entry.
"""

from packaging.utils import canonicalize_name

from sandbox.environment.lock.pin import Lock, Pin, Wanted
from sandbox.environment.purpose import is_for_tests
from sandbox.environment.shape import Table, table, tables, text, texts

PATH = "pylock.toml"
ELSEWHERE = {"vcs": "git", "directory": "path", "archive": "url"}


def read_pylock(data: Table, wanted: Wanted) -> Lock:
    """What the repository needs by its pylock.toml: its extras and groups are those for the tests."""
    groups = wanted.groups | {canonicalize_name(group) for group in texts(data.get("default-groups"))}
    groups |= frozenset(filter(is_for_tests, map(canonicalize_name, texts(data.get("dependency-groups")))))
    pins, local, elsewhere = [], set(), {}
    for package in tables(data.get("packages")):
        name = canonicalize_name(text(package.get("name")))
        places = wanted.markers.where(text(package.get("marker")), wanted.extras, groups)
        kind = next((kind for kind in ELSEWHERE if kind in package), "")
        if kind == "directory":
            local.add(name)
        elif kind and places:
            elsewhere[name] = ELSEWHERE[kind]
        elif places and text(package.get("version")):
            pins.append(Pin(name, text(package.get("version")), places, _hashes(package)))
    names = frozenset(canonicalize_name(text(package.get("name"))) for package in tables(data.get("packages")))
    return Lock(PATH, tuple(pins), names, frozenset(local), tuple(elsewhere.items()))


def _hashes(package: Table) -> tuple[str, ...]:
    files = [*tables(package.get("wheels")), table(package, "sdist")]
    digests = (text(table(file, "hashes").get("sha256")) for file in files)
    return tuple(f"sha256:{digest}" for digest in digests if digest)
