"""uv.lock: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from packaging.utils import canonicalize_name

from sandbox.environment.lock.graph import Edge, Graph, Node, pins_of
from sandbox.environment.lock.pin import Lock, Wanted
from sandbox.environment.purpose import is_for_tests
from sandbox.environment.shape import Table, table, tables, text, texts

PATH = "uv.lock"
#: Sources that are folders; "virtual" ones are never installed.
FOLDERS = ("editable", "virtual", "directory")


def read_uv(data: Table, wanted: Wanted) -> Lock:
    """What the repository needs by its uv.lock."""
    packages = tables(data.get("package"))
    main_index = _main_index(packages)
    nodes = [_node(package, main_index) for package in packages]
    own, members = _roots(data, packages, wanted.declaration.name)
    edges = [edge for root in own for edge in _edges_of_own(root, wanted)]
    edges += [edge for member in members for edge in _edges_of_member(member)]
    reached = Graph(nodes, wanted.markers, _conflict_names(wanted)).reach(edges)
    return Lock(
        PATH,
        pins=pins_of(reached),
        names=frozenset(node.name for node in nodes),
        local=frozenset(node.name for node in nodes if node.source == "local"),
        elsewhere=tuple((node.name, node.source) for node in reached if node.source not in ("", "local")),
        installs_project=not any(text(table(root, "source").get("virtual")) == "." for root in own),
    )


def _main_index(packages: Iterable[Table]) -> str:
    """The index that most packages come from: any other one is not the index of this machine."""
    counted = Counter(text(table(package, "source").get("registry")) for package in packages)
    del counted[""]
    return counted.most_common(1)[0][0] if counted else ""


def _node(package: Table, main_index: str) -> Node:
    files = [*tables(package.get("wheels")), table(package, "sdist")]
    extras = table(package, "optional-dependencies")
    return Node(
        canonicalize_name(text(package.get("name"))),
        text(package.get("version")),
        hashes=tuple(text(file.get("hash")) for file in files if text(file.get("hash"))),
        edges=_edges(package.get("dependencies")),
        extra_edges={canonicalize_name(extra): _edges(entries) for extra, entries in extras.items()},
        source=_source(table(package, "source"), main_index),
        marker=_any_of(texts(package.get("resolution-markers"))),
    )


def _source(source: Table, main_index: str) -> str:
    if any(kind in source for kind in FOLDERS):
        return "local"
    if "registry" in source:
        return "" if text(source.get("registry")) == main_index else "another index"
    return next(iter(source), "nowhere")


def _any_of(markers: list[str]) -> str:
    return " or ".join(f"({marker})" for marker in markers)


def _edges(entries: object) -> tuple[Edge, ...]:
    return tuple(
        Edge(
            canonicalize_name(text(entry.get("name"))),
            extras=tuple(canonicalize_name(extra) for extra in texts(entry.get("extra"))),
            marker=text(entry.get("marker")),
            versions=f"==={text(entry.get('version'))}" if text(entry.get("version")) else "",
        )
        for entry in tables(entries)
    )


def _roots(data: Table, packages: list[Table], name: str) -> tuple[list[Table], list[Table]]:
    """The repository's own package, and the other members of its workspace."""
    names = {canonicalize_name(member) for member in texts(table(data, "manifest").get("members"))}
    own = [package for package in packages if _is_root(package)]
    others = [package for package in packages if not _is_root(package) and text(package.get("name")) in names]
    return own or [package for package in packages if text(package.get("name")) == canonicalize_name(name)], others


def _is_root(package: Table) -> bool:
    return "." in (table(package, "source").get(kind) for kind in FOLDERS)


def _conflict_names(wanted: Wanted) -> frozenset[str]:
    """How uv writes the chosen extras and groups into its markers where some exclude each other."""
    name = canonicalize_name(wanted.declaration.name)
    extras = {f"extra-{len(name)}-{name}-{extra}" for extra in wanted.extras}
    return frozenset(extras | {f"group-{len(name)}-{name}-{group}" for group in wanted.groups})


def _edges_of_own(root: Table, wanted: Wanted) -> Iterable[Edge]:
    yield from _edges(root.get("dependencies"))
    yield from _chosen(table(root, "optional-dependencies"), wanted.extras)
    yield from _chosen(table(root, "dev-dependencies"), wanted.groups)


def _edges_of_member(member: Table) -> Iterable[Edge]:
    """What a member needs with all of its own that is for tests: the repository's tests are its members' too."""
    yield from _edges(member.get("dependencies"))
    for kind in ("optional-dependencies", "dev-dependencies"):
        lists = table(member, kind)
        yield from _chosen(lists, frozenset(canonicalize_name(name) for name in lists if is_for_tests(name)))


def _chosen(lists: Table, names: AbstractSet[str]) -> Iterable[Edge]:
    for name, entries in lists.items():
        if canonicalize_name(name) in names:
            yield from _edges(entries)
