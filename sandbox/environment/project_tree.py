"""What a repository's own package brings to a room beside the repository's files, out of a wheel that is not believed.

site/NAME-VERSION.dist-info/   metadata, so that its version, its entry points and its plugins are found
bin/                           its console scripts
workspace/                     generated files ("src/pkg/_version.py"), for places where the repository has none
"""

import configparser
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from email.parser import BytesHeaderParser

from packaging.version import InvalidVersion, Version

from sandbox.environment.failure import BuildFailed
from sandbox.environment.simple_page import normal
from sandbox.environment.wheel import Wheel
from sandbox.files import File, Tree
from sandbox.layout import PYTHON
from sandbox.room import MIB

#: Not RECORD: it would list files that are not there.
KEPT = ("METADATA", "entry_points.txt", "top_level.txt", "WHEEL")
LARGEST_METADATA = 1 * MIB
MOST_GENERATED = 200
LARGEST_GENERATED = 16 * MIB
MOST_SCRIPTS = 100
SCRIPT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,60}")
TARGET = re.compile(r"\s*([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_][\w.]*)\s*(?:\[[^\]]*\]\s*)?")
#: Roots of packages, from the likeliest; a tie goes to the first.
LIKELY = ("src/", "")


def project_tree(wheel: Wheel, name: str, files: Tree) -> dict[str, File]:
    """The entry's files.

    Args:
        wheel: of the package, or a zip of its metadata alone.
        name: of the project.
        files: the repository.

    Raises:
        BuildFailed: the wheel has no metadata, or another project's.
    """
    told = _metadata(wheel)
    return {**metadata_tree(told, name), **_scripts_of(wheel), **_generated(wheel, files)}


def metadata_tree(told: Mapping[str, bytes], name: str) -> dict[str, File]:
    """The metadata and the console scripts that it names. Raises BuildFailed."""
    head = BytesHeaderParser().parsebytes(told.get("METADATA", b""))
    if normal(str(head.get("Name", ""))) != normal(name):
        raise BuildFailed("the build left the metadata of another project")
    try:
        version = Version(str(head.get("Version", "")))
    except InvalidVersion:
        raise BuildFailed("the build left metadata without a version") from None
    folder = f"site/{normal(name).replace('-', '_')}-{version}.dist-info"
    return {
        **{f"{folder}/{path}": File(data) for path, data in told.items()},
        **_console_scripts(told.get("entry_points.txt", b"").decode("utf-8", "replace")),
    }


def _metadata(wheel: Wheel) -> dict[str, bytes]:
    folders = {path.partition("/")[0] for path in wheel.paths if re.match(r"[^/]+\.dist-info/", path)}
    if len(folders) != 1:
        raise BuildFailed("the build left no metadata")
    folder = folders.pop()
    present = set(wheel.paths)
    return {kept: wheel.read(f"{folder}/{kept}", LARGEST_METADATA) for kept in KEPT if f"{folder}/{kept}" in present}


def _console_scripts(entry_points: str) -> dict[str, File]:
    """Programs as an installer would make them: https://packaging.python.org/en/latest/specifications/entry-points/."""
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    try:
        parser.read_string(entry_points)
    except configparser.Error:
        return {}
    pairs = parser.items("console_scripts") if parser.has_section("console_scripts") else []
    found = {}
    for name, value in pairs[:MOST_SCRIPTS]:
        target = TARGET.fullmatch(value or "")
        if SCRIPT.fullmatch(name) and target:
            text = (
                f"#!{PYTHON}\nimport sys\nfrom {target[1]} import {target[2].partition('.')[0]}\n"
                f"sys.argv[0] = {name!r}\nsys.exit({target[2]}())\n"
            )
            found[f"bin/{name}"] = File(text.encode(), executable=True)
    return found


def _scripts_of(wheel: Wheel) -> dict[str, File]:
    """Scripts that the wheel has as files; "#!python" means whichever Python they are installed for."""
    paths = [path for path in wheel.paths if re.fullmatch(rf"[^/]+\.data/scripts/{SCRIPT.pattern}", path)]
    found = {}
    for path in paths[:MOST_SCRIPTS]:
        data = re.sub(rb"\A#!python\w*", b"#!" + PYTHON.encode(), wheel.read(path, MIB))
        found["bin/" + path.rpartition("/")[2]] = File(data, executable=True)
    return found


def _generated(wheel: Wheel, files: Tree) -> dict[str, File]:
    """Files of the wheel that lie below a package of the repository and that the repository does not have."""
    found: dict[str, File] = {}
    left = LARGEST_GENERATED
    roots = _roots(wheel.paths, files)
    for path in sorted(wheel.paths):
        top = path.partition("/")[0]
        if top not in roots or roots[top] + path in files:
            continue
        data = wheel.read(path)
        left -= len(data)
        if left < 0 or len(found) == MOST_GENERATED:
            raise BuildFailed("the build generated more than can be laid into a workspace")
        found[f"workspace/{roots[top]}{path}"] = File(data)
    return found


def _roots(paths: Iterable[str], files: Tree) -> dict[str, str]:
    """Where each top-level package of the wheel has its home in the repository ("src/", "")."""
    votes: dict[str, Counter[str]] = {}
    homes = _by_name(files)
    for path in paths:
        top, mark, _ = path.partition("/")
        if mark and not top.endswith((".dist-info", ".data")):
            for home in homes.get(path.rpartition("/")[2], ()):
                if home == path or home.endswith("/" + path):
                    votes.setdefault(top, Counter())[home.removesuffix(path)] += 1
    return {top: max(counted, key=lambda root: (counted[root], _likelihood(root))) for top, counted in votes.items()}


def _likelihood(root: str) -> tuple[int, int]:
    return (-LIKELY.index(root) if root in LIKELY else -len(LIKELY)), -len(root)


def _by_name(files: Tree) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in files:
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found


def static_metadata(table: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
    """Metadata out of `[project]` alone, for a package that can't be built here.

    https://packaging.python.org/en/latest/specifications/pyproject-toml/
    """
    yield "METADATA", f"Metadata-Version: 2.1\nName: {table.get('name')}\nVersion: {table.get('version')}\n".encode()
    groups = table.get("entry-points")
    named: dict[str, object] = dict(groups) if isinstance(groups, dict) else {}
    named |= {"console_scripts": table.get("scripts"), "gui_scripts": table.get("gui-scripts")}
    text = ""
    for group, pairs in named.items():
        if isinstance(pairs, dict) and all(isinstance(value, str) and "\n" not in value for value in pairs.values()):
            text += f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in pairs.items())
    if text:
        yield "entry_points.txt", text.encode()
