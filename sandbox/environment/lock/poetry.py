"""poetry.lock: of poetry 2 with groups and markers, of 1.5 to 1.8 with neither, of older ones with a category."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.declaration import named
from sandbox.environment.declaration.poetry import marker_of
from sandbox.environment.declaration.poetry_version import to_specifier
from sandbox.environment.lock.graph import Edge, Graph, Node, Reached, pins_of
from sandbox.environment.lock.pin import Lock, Wanted
from sandbox.environment.plain_requirement import read_requirement
from sandbox.environment.room_python import Places
from sandbox.environment.shape import Table, table, tables, text, texts

PATH = "poetry.lock"
MAIN = "main"


def read_poetry_lock(data: Table, wanted: Wanted) -> Lock:
    """What the repository needs by its poetry.lock."""
    packages = tables(data.get("package"))
    nodes = {_identity(package): _node(package, table(data, "metadata")) for package in packages}
    if packages and all("groups" in package for package in packages):
        asked = _asked_extras(nodes.values())
        reached = {
            node: Reached(_places(package, wanted), frozenset(asked[node.name]))
            for package in packages
            for node in (nodes[_identity(package)],)
        }
    else:
        reached = Graph(nodes.values(), wanted.markers).reach(_roots(wanted))
    needed = {node: where for node, where in reached.items() if where.places}
    return Lock(
        PATH,
        pins=pins_of(needed),
        names=frozenset(node.name for node in nodes.values()),
        local=frozenset(node.name for node in nodes.values() if node.source == "directory"),
        elsewhere=tuple((node.name, node.source) for node in needed if node.source),
    )


def _asked_extras(nodes: Iterable[Node]) -> dict[str, set[str]]:
    """By package, the extras that other packages ask for."""
    found: dict[str, set[str]] = defaultdict(set)
    for edge in (edge for node in nodes for edge in node.edges):
        found[edge.name].update(edge.extras)
    return found


def _identity(package: Table) -> tuple[str, str]:
    return canonicalize_name(text(package.get("name"))), text(package.get("version"))


def _node(package: Table, metadata: Table) -> Node:
    name, version = _identity(package)
    files = tables(package.get("files")) or tables(table(metadata, "files").get(text(package.get("name"))))
    extras = {canonicalize_name(extra): texts(names) for extra, names in table(package, "extras").items()}
    edges: dict[str, object] = {
        canonicalize_name(needed): said for needed, said in table(package, "dependencies").items()
    }
    return Node(
        name,
        version,
        hashes=tuple(text(file.get("hash")) for file in files),
        edges=tuple(edge for needed, said in edges.items() for edge in _edges(needed, said, optional=False)),
        extra_edges={extra: tuple(_of_extra(names, edges)) for extra, names in extras.items()},
        source=_source(table(package, "source")),
        marker=text(package.get("marker")),
    )


def _edges(name: str, said: object, *, optional: bool) -> Iterator[Edge]:
    for entry in [{"version": said}] if isinstance(said, str) else tables(said) or [table(said)]:
        if (entry.get("optional") is True) == optional:
            extras = tuple(canonicalize_name(extra) for extra in texts(entry.get("extras")))
            yield Edge(name, extras, _marker(entry), _specifier(text(entry.get("version"))))


def _source(source: Table) -> str:
    """From where a package comes; the oldest ones have no type for another index."""
    kind = text(source.get("type")) or ("legacy" if source else "")
    return "another index" if kind == "legacy" else kind


def _marker(entry: Table) -> str:
    try:
        return marker_of(entry)
    except ValueError:
        return ""


def _of_extra(lines: Iterable[str], edges: Table) -> Iterator[Edge]:
    """The edges of an extra, which names them as "name (>=1)"."""
    for line in lines:
        name = canonicalize_name(line.split("(")[0].split("[")[0].split(";")[0].strip())
        yield from _edges(name, edges.get(name), optional=True)


def _specifier(constraint: str) -> str:
    try:
        return "" if "|" in constraint else to_specifier(constraint)
    except ValueError:
        return ""


def _places(package: Table, wanted: Wanted) -> Places:
    """Where poetry 2 needs a package: its markers are one for all groups, or one for each."""
    said = package.get("markers")
    found: Places = frozenset()
    for group in texts(package.get("groups")):
        marker = text(table(said).get(group)) if isinstance(said, dict) else text(said)
        if group == MAIN or canonicalize_name(group) in wanted.groups:
            needs_extra = package.get("optional") is True and "extra" not in marker
            if not needs_extra:
                found |= wanted.markers.where(marker, wanted.extras)
    return found


def _roots(wanted: Wanted) -> Iterator[Edge]:
    declaration = wanted.declaration
    lines = [*declaration.dependencies, *named(declaration.extras, wanted.extras)]
    for line in [*lines, *named(declaration.groups, wanted.groups)]:
        try:
            read = read_requirement(line, PATH)
        except ValueError:
            continue  # it gets its note where the declaration is read
        yield Edge(read.name, read.extras, read.marker, read.versions)
    for name in declaration.elsewhere:
        yield Edge(name)
